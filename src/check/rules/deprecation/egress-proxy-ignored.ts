import { SidecarSpec } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { specOf } from '../../facts/mesh-facts';
import { defineRule } from '../../rule';

export const egressProxyIgnored = defineRule({
  code: 'MESH4005',
  slug: 'egress-proxy-ignored',
  title: '`egressProxy` of a Sidecar does nothing',
  severity: 'warning',
  preset: 'istio',
  severityIn: { recommended: 'error', strict: 'error' },
  aliases: ['IST0002'],
  sees: 'object',
  why: 'Istio no longer reads it: traffic that was to leave by an egress gateway leaves directly.',
  fix: 'Route external hosts through the egress gateway with a ServiceEntry, a Gateway and a VirtualService.',
  links: ['https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/', 'https://istio.io/latest/docs/reference/config/analysis/ist0002/'],
  examples: {
    valid: [{
      title: 'a mode alone',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec: { egress: [{ hosts: [./*] }], outboundTrafficPolicy: { mode: REGISTRY_ONLY } }
`,
    }],
    invalid: [{
      title: 'an egress gateway',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec:
  egress: [{ hosts: [./*] }]
  outboundTrafficPolicy:
    mode: ALLOW_ANY
    egressProxy: { host: istio-egressgateway.istio-system.svc.cluster.local, port: { number: 80 } }
---
apiVersion: v1
kind: Service
metadata: { name: istio-egressgateway, namespace: istio-system }
spec: { ports: [{ name: http2, port: 80 }] }
`,
    }],
  },
  kinds: [Kind.SIDECAR],
  check(object, { report }) {
    if (specOf<SidecarSpec>(object).outboundTrafficPolicy?.egressProxy === undefined) return;
    report({ path: 'spec.outboundTrafficPolicy.egressProxy', message: '`egressProxy` is ignored.' });
  },
});
