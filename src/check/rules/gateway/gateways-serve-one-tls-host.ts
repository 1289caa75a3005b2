import { Kind } from '../../../manifest/kinds';
import { gatewayServers, hostKey, othersMeeting } from '../../facts/gateway-servers';
import { gateways, listenerKind } from '../../facts/gateways';
import { defineRule } from '../../rule';

export const gatewaysServeOneTlsHost = defineRule({
  code: 'MESH3206',
  slug: 'gateways-serve-one-tls-host',
  title: 'Two Gateways serve the same TLS host on the same port',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0145', 'KIA0301', 'TIS0301'],
  sees: 'mesh',
  why: 'By the host in the handshake a proxy finds one server only: the older Gateway has the host, and the other\'s server is left out with all of its hosts.',
  fix: 'Leave the host to one Gateway; other teams\' VirtualServices can name it as `namespace/name`.',
  links: ['https://istio.io/latest/docs/reference/config/analysis/ist0145/'],
  examples: {
    valid: [{
      title: 'two hosts',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: shop, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: tls, protocol: TLS }
      hosts: [./shop.example.com]
      tls: { mode: PASSTHROUGH }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: blog, namespace: blog }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: tls, protocol: TLS }
      hosts: [./blog.example.com]
      tls: { mode: PASSTHROUGH }
`,
    }],
    invalid: [{
      title: 'one host in two namespaces',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: shop, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: tls, protocol: TLS }
      hosts: [shop.example.com]
      tls: { mode: PASSTHROUGH }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: shop-again, namespace: blog }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: tls, protocol: TLS }
      hosts: [shop.example.com, blog.example.com]
      tls: { mode: PASSTHROUGH }
`,
    }],
  },
  kinds: [Kind.GATEWAY],
  check(object, { mesh, report }) {
    const gateway = mesh.fact(gateways).of(object);
    gateway.servers.forEach((server, i) => {
      if (server.port === undefined || listenerKind(server) !== 'tls') return;
      server.hosts?.forEach((host, j) => {
        const candidates = mesh.fact(gatewayServers).byHost.get(hostKey(server.port.number, server.bind, host));
        const others = othersMeeting(mesh, gateway, candidates, ({ kind }) => kind === 'tls');
        if (others.length > 0) {
          report({ path: `spec.servers[${i}].hosts[${j}]`, message: `TLS to ${host} on port ${server.port.number} is served by ${others.join(', ')} too, on the same workload.` });
        }
      });
    });
  },
});
