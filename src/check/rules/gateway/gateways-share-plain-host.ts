import { Kind } from '../../../manifest/kinds';
import { gatewayServers, hostKey, othersMeeting } from '../../facts/gateway-servers';
import { gateways, listenerKind } from '../../facts/gateways';
import { defineRule } from '../../rule';

export const gatewaysSharePlainHost = defineRule({
  code: 'MESH3207',
  slug: 'gateways-share-plain-host',
  title: 'Two Gateways serve the same host on the same port, in the clear',
  severity: 'error',
  preset: 'istio',
  // The proxy merges them: nothing is lost, but who owns the host is not to be seen.
  severityIn: { recommended: 'info', strict: 'warning' },
  aliases: ['IST0145', 'KIA0301', 'TIS0301'],
  sees: 'mesh',
  why: 'istioctl calls it a conflict. The proxy merges such servers, and VirtualServices of either Gateway get the requests, the older one first; a `httpsRedirect` in one of them redirects both.',
  fix: 'Leave the host to one Gateway, and name that one in the VirtualServices of both.',
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
    - port: { number: 80, name: http, protocol: HTTP }
      hosts: [./shop.example.com]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: blog, namespace: blog }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 80, name: http, protocol: HTTP }
      hosts: [./blog.example.com]
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
    - port: { number: 80, name: http, protocol: HTTP }
      hosts: [shop.example.com]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: shop-again, namespace: blog }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 80, name: http, protocol: HTTP }
      hosts: [shop.example.com]
`,
    }],
  },
  kinds: [Kind.GATEWAY],
  check(object, { mesh, report }) {
    const gateway = mesh.fact(gateways).of(object);
    gateway.servers.forEach((server, i) => {
      if (server.port === undefined || listenerKind(server) === 'tls') return;
      const kind = listenerKind(server);
      server.hosts?.forEach((host, j) => {
        // With the namespace that may attach: `shop/*` and `blog/*` are two.
        const candidates = mesh.fact(gatewayServers).byHost.get(hostKey(server.port.number, server.bind, host));
        const others = othersMeeting(mesh, gateway, candidates,
          (other) => other.kind === kind && other.gateway.servers[other.index].hosts.includes(host)
            && !isOwn(host, gateway.object.namespace, other.gateway.object.namespace));
        if (others.length > 0) {
          report({ path: `spec.servers[${i}].hosts[${j}]`, message: `${host} on port ${server.port.number} is served by ${others.join(', ')} too, on the same workload.` });
        }
      });
    });
  },
});

/** `./x` stands for another host in each namespace. */
function isOwn(host: string, namespace: string, other: string): boolean {
  return host.startsWith('./') && namespace !== other;
}
