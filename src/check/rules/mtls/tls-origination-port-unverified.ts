import { DestinationRuleSpec } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { namesNoAuthority } from '../../facts/client-tls';
import { specOf } from '../../facts/mesh-facts';
import { defineRule } from '../../rule';

export const tlsOriginationPortUnverified = defineRule({
  code: 'MESH3302',
  slug: 'tls-origination-port-unverified',
  title: 'TLS to a port of a host names no CA certificates of its own',
  severity: 'warning',
  preset: 'istio',
  severityIn: { recommended: 'off', strict: 'info' },
  aliases: ['IST0129'],
  sees: 'object',
  why: 'Istio says that the server is not verified. Proxies of today verify it against the CAs of their system: right for a public host, a failure for one with a private CA.',
  fix: 'Name the CA file in `caCertificates`, `system` for the CAs of the proxy\'s image, or a `credentialName` together with a `workloadSelector`.',
  links: ['https://istio.io/latest/docs/reference/config/analysis/ist0129/'],
  examples: {
    valid: [{
      title: 'a CA file',
      yaml: destinationRule('{ mode: SIMPLE, caCertificates: /etc/certs/bank-ca.pem }'),
    }],
    invalid: [{
      title: 'only the mode',
      yaml: destinationRule('{ mode: SIMPLE }'),
    }],
  },
  kinds: [Kind.DESTINATION_RULE],
  check(object, { report }) {
    const spec = specOf<DestinationRuleSpec>(object);
    spec.trafficPolicy?.portLevelSettings?.forEach(({ tls, port }, i) => {
      if (!namesNoAuthority(tls, spec)) return;
      report({
        path: `spec.trafficPolicy.portLevelSettings[${i}].tls`,
        message: `TLS of mode ${tls!.mode} to port ${port?.number ?? '?'} of ${spec.host} names no caCertificates.`,
      });
    });
  },
});

function destinationRule(tls: string): string {
  return `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: bank, namespace: shop }
spec: { host: api.bank.example, trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: ${tls} }] } }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: bank, namespace: shop }
spec: { hosts: [api.bank.example], ports: [{ number: 80, name: http, protocol: HTTP, targetPort: 443 }], resolution: DNS }
`;
}
