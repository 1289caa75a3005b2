import { Kind } from '../../../manifest/kinds';
import { gatewayYaml, serviceYaml } from '../../example-objects';
import { gatewayName, MESH, virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const shortGatewayName = defineRule({
  code: 'MESH3116',
  slug: 'short-gateway-name',
  title: 'A Gateway is named without its namespace',
  severity: 'info',
  preset: 'strict',
  aliases: ['KIA1108'],
  sees: 'object',
  why: 'A name alone is one of the own namespace. Copied to another namespace, the VirtualService loses its Gateway.',
  fix: 'Write `namespace/name`.',
  links: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService'],
  examples: {
    valid: [{
      title: 'with the namespace',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [mesh, shop/public]
  http: [{ route: [{ destination: { host: frontend } }] }]
${serviceYaml('frontend', 'shop')}${gatewayYaml('public', 'shop', '[shop.example.com]')}`,
    }],
    invalid: [{
      title: 'without it',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [public]
  http: [{ route: [{ destination: { host: frontend } }] }]
${serviceYaml('frontend', 'shop')}${gatewayYaml('public', 'shop', '[shop.example.com]')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const { spec, namespace } = mesh.fact(virtualServices).of(object);
    spec.gateways?.forEach((gateway, i) => {
      if (gateway === MESH || gateway.includes('/')) return;
      const full = gatewayName(gateway, namespace);
      report({ path: `spec.gateways[${i}]`, message: `${gateway} means ${full}.`, fix: `Write ${full}.` });
    });
  },
});
