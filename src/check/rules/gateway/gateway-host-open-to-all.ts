import { GatewaySpec } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { specOf } from '../../facts/mesh-facts';
import { defineRule } from '../../rule';

export const gatewayHostOpenToAll = defineRule({
  code: 'MESH3209',
  slug: 'gateway-host-open-to-all',
  title: 'A Gateway gives every host to every namespace',
  severity: 'warning',
  preset: 'recommended',
  // Where one team runs the gateway, that is how it is meant.
  severityIn: { recommended: 'info' },
  aliases: [],
  sees: 'object',
  why: 'A VirtualService in any namespace may attach to it and take over any host, also one that another team serves.',
  fix: 'Name the hosts (`shop.example.com`), or the namespaces whose VirtualServices may attach (`./*`, `shop/*`).',
  links: ['https://istio.io/latest/docs/ops/best-practices/security/#avoid-overly-broad-hosts-configurations'],
  examples: {
    valid: [{
      title: 'every host, for the VirtualServices of its own namespace; redirects for all',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 8080, name: http, protocol: HTTP }
      hosts: ["*"]
      tls: { httpsRedirect: true }
    - port: { number: 443, name: tls, protocol: TLS }
      hosts: ["./*"]
      tls: { mode: PASSTHROUGH }
`,
    }],
    invalid: [{
      title: 'an asterisk alone',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 80, name: http, protocol: HTTP }
      hosts: ["*"]
`,
    }],
  },
  kinds: [Kind.GATEWAY],
  check(object, { report }) {
    specOf<GatewaySpec>(object).servers?.forEach(({ hosts, tls }, i) => {
      // A server that only redirects routes nothing.
      if (tls?.httpsRedirect) return;
      hosts?.forEach((host, j) => {
        if (host !== '*' && host !== '*/*') return;
        report({ path: `spec.servers[${i}].hosts[${j}]`, message: `"${host}" lets VirtualServices of every namespace claim any host.` });
      });
    });
  },
});
