import { Kind } from '../../../manifest/kinds';
import { gatewayYaml, serviceYaml } from '../../example-objects';
import { rulesTakenBy, servesHost, serversOf } from '../../facts/gateway-hosts';
import { MESH, gatewayName, virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const routeTypeNotOnGateway = defineRule({
  code: 'MESH3117',
  slug: 'route-type-not-on-gateway',
  title: 'The rules of a VirtualService are of a kind that its Gateway cannot use',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['TIS1109'],
  sees: 'mesh',
  why: 'A server for HTTP, or one that ends HTTPS, reads only `http` rules; one that passes TLS through only `tls` and `tcp` rules; one for TCP only `tcp` rules. Other rules are left out, so that the host is 404 or its connections are closed.',
  fix: 'Write the rules under the key that fits the server, or change the protocol or the TLS mode of the server.',
  links: ['https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-TLSmode'],
  examples: {
    valid: [{
      title: 'TLS passes through, by SNI',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [istio-ingress/public]
  tls: [{ match: [{ port: 443, sniHosts: [shop.example.com] }], route: [{ destination: { host: frontend } }] }]
${serviceYaml('frontend', 'shop', '[{ name: https, port: 443 }]')}${gatewayYaml('public', 'istio-ingress', '[shop.example.com]', '{ number: 443, name: tls, protocol: TLS }', '{ mode: PASSTHROUGH }')}`,
    }],
    invalid: [{
      title: 'http rules where TLS passes through',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [istio-ingress/public]
  http: [{ route: [{ destination: { host: frontend } }] }]
${serviceYaml('frontend', 'shop', '[{ name: https, port: 443 }]')}${gatewayYaml('public', 'istio-ingress', '[shop.example.com]', '{ number: 443, name: tls, protocol: TLS }', '{ mode: PASSTHROUGH }')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const { spec, hosts, namespace } = mesh.fact(virtualServices).of(object);
    if (spec.gateways === undefined || hosts.length === 0 || mesh.isReplaced(object)) return;
    const has = { http: isFilled(spec.http), tls: isFilled(spec.tls), tcp: isFilled(spec.tcp) };
    spec.gateways.forEach((written, i) => {
      if (written === MESH) return;
      const gateway = gatewayName(written, namespace);
      const servers = serversOf(mesh, gateway)?.filter((server) => hosts.some((host) => servesHost(server, gateway, namespace, host)));
      if (servers === undefined || servers.length === 0) return;
      const taken = new Set(servers.flatMap(rulesTakenBy));
      if ([...taken].some((kind) => has[kind])) return;
      report({
        path: `spec.gateways[${i}]`,
        message: `For these hosts Gateway ${gateway} takes only ${[...taken].join(' and ')} rules, and the VirtualService has only ${
          (['http', 'tls', 'tcp'] as const).filter((kind) => has[kind]).join(' and ')} rules.`,
      });
    });
  },
});

function isFilled(list: readonly unknown[] | undefined): boolean {
  return list !== undefined && list.length > 0;
}
