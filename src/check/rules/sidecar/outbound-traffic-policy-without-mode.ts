import { isJsonObject, member } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { defineRule } from '../../rule';

export const outboundTrafficPolicyWithoutMode = defineRule({
  code: 'MESH3507',
  slug: 'outbound-traffic-policy-without-mode',
  title: 'An outboundTrafficPolicy names no mode',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA1007'],
  sees: 'object',
  why: 'In a Sidecar the mode that is left out means REGISTRY_ONLY, while for a mesh without any outboundTrafficPolicy ALLOW_ANY holds: requests to hosts that the mesh does not know are refused.',
  fix: 'Write mode: REGISTRY_ONLY or mode: ALLOW_ANY, or drop outboundTrafficPolicy, so that the mode of the mesh holds.',
  links: ['https://istio.io/latest/docs/reference/config/networking/sidecar/#OutboundTrafficPolicy'],
  examples: {
    valid: [{
      title: 'the mode is named',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec: { outboundTrafficPolicy: { mode: REGISTRY_ONLY } }
`,
    }],
    invalid: [{
      title: 'an empty policy',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec: { outboundTrafficPolicy: {} }
`,
    }],
  },
  kinds: [Kind.SIDECAR],
  check({ json }, { report }) {
    const policy = member(member(json, 'spec'), 'outboundTrafficPolicy');
    if (!isJsonObject(policy) || typeof member(policy, 'mode') === 'string') return;
    report({ path: 'spec.outboundTrafficPolicy', message: 'The outboundTrafficPolicy names no mode, which means REGISTRY_ONLY here.' });
  },
});
