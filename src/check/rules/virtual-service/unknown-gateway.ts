import { Kind } from '../../../manifest/kinds';
import { gatewayYaml, serviceYaml } from '../../example-objects';
import { nearestTo } from '../../facts/nearest';
import { gatewayName, isInternalGateway, MESH, virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const unknownGateway = defineRule({
  code: 'MESH3103',
  slug: 'unknown-gateway',
  title: 'A VirtualService names a Gateway that does not exist',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0101', 'KIA1102'],
  sees: 'mesh',
  why: 'Naming a gateway takes the VirtualService off the sidecars, and without that Gateway nothing else takes it: it does nothing at all.',
  fix: 'Name the Gateway as `namespace/name`; a name alone is one of the own namespace.',
  links: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService'],
  examples: {
    valid: [{
      title: 'a Gateway of another namespace',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [istio-ingress/public]
  http: [{ route: [{ destination: { host: frontend } }] }]
${serviceYaml('frontend', 'shop')}${gatewayYaml('public', 'istio-ingress', '[shop.example.com]')}`,
    }],
    invalid: [{
      title: 'the namespace is left out',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [public]
  http: [{ route: [{ destination: { host: frontend } }] }]
${serviceYaml('frontend', 'shop')}${gatewayYaml('public', 'istio-ingress', '[shop.example.com]')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, missing }) {
    const { spec, namespace } = mesh.fact(virtualServices).of(object);
    const look = (written: string, path: string) => {
      if (written === MESH || isInternalGateway(written)) return;
      const full = gatewayName(written, namespace);
      const slash = full.indexOf('/');
      const [place, name] = [full.slice(0, slash), full.slice(slash + 1)];
      if (mesh.find(Kind.GATEWAY, place, name)) return;
      // Looking at every Gateway for every unknown one would take long in a large mesh.
      const others = mesh.ofKind(Kind.GATEWAY).slice(0, 1000);
      const sameName = others.filter((other) => other.name === name);
      const meant = sameName.length > 0
        ? `${sameName[0].namespace}/${sameName[0].name}`
        : nearestTo(full, others.map((other) => `${other.namespace}/${other.name}`));
      missing({
        path,
        namespace: place,
        message: `There is no Gateway ${full}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
        ...meant !== undefined && { fix: `Write ${meant}.` },
      });
    };
    spec.gateways?.forEach((gateway, i) => look(gateway, `spec.gateways[${i}]`));
  },
});
