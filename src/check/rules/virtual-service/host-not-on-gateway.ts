import { Kind } from '../../../manifest/kinds';
import { gatewayYaml, serviceYaml } from '../../example-objects';
import { servesHost, serversOf } from '../../facts/gateway-hosts';
import { isInternalGateway, virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const hostNotOnGateway = defineRule({
  code: 'MESH3111',
  slug: 'host-not-on-gateway',
  title: 'A Gateway does not serve the hosts of a VirtualService that names it',
  severity: 'warning',
  preset: 'istio',
  aliases: ['IST0132'],
  sees: 'mesh',
  why: 'A Gateway takes from a VirtualService only hosts that one of its servers lists, and lists for that namespace. For the others it answers 404, or closes the connection.',
  fix: 'Add the host to `servers[].hosts` of the Gateway, or correct the host of the VirtualService.',
  links: ['https://istio.io/latest/docs/reference/config/analysis/ist0132/', 'https://istio.io/latest/docs/reference/config/networking/gateway/#Server'],
  examples: {
    valid: [{
      title: 'a wildcard of the Gateway, for this namespace',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [istio-ingress/public]
  http: [{ route: [{ destination: { host: frontend } }] }]
${serviceYaml('frontend', 'shop')}${gatewayYaml('public', 'istio-ingress', '["shop/*.example.com"]')}`,
    }],
    invalid: [{
      title: 'another domain',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.org]
  gateways: [istio-ingress/public]
  http: [{ route: [{ destination: { host: frontend } }] }]
${serviceYaml('frontend', 'shop')}${gatewayYaml('public', 'istio-ingress', '["*.example.com"]')}`,
    }, {
      title: 'the Gateway takes hosts of its own namespace only',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [istio-ingress/public]
  http: [{ route: [{ destination: { host: frontend } }] }]
${serviceYaml('frontend', 'shop')}${gatewayYaml('public', 'istio-ingress', '["./shop.example.com"]')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const { spec, gateways, hosts, namespace, onMesh } = mesh.fact(virtualServices).of(object);
    if (gateways.length === 0 || hosts.length === 0) return;
    const served = new Set<string>();
    let allSeen = true;
    let said = false;
    for (const gateway of gateways) {
      const servers = isInternalGateway(gateway) ? undefined : serversOf(mesh, gateway);
      if (!servers) {
        allSeen = false;
        continue;
      }
      const here = hosts.filter((host) => servers.some((server) => servesHost(server, gateway, namespace, host)));
      for (const host of here) served.add(host);
      if (here.length > 0) continue;
      said = true;
      const inGateway = [...new Set(servers.flatMap((server) => server.hosts ?? []))];
      report({
        path: `spec.gateways[${spec.gateways!.findIndex((written) => gateway.endsWith(written) || gateway === written)}]`,
        message: `Gateway ${gateway} serves ${inGateway.slice(0, 5).join(', ')}${inGateway.length > 5 ? ' …' : ''}, and so no host of this VirtualService (${hosts.join(', ')}).`,
      });
    }
    if (said || !allSeen || onMesh || served.size === hosts.length) return;
    hosts.forEach((host, i) => {
      if (served.has(host)) return;
      report({ path: `spec.hosts[${i}]`, message: `No server of Gateway ${gateways.join(', ')} lists ${host}, so that this VirtualService does nothing for it.` });
    });
  },
});
