import { DestinationRuleSpec } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { specOf } from '../../facts/mesh-facts';
import { defineRule } from '../../rule';

interface Policy { loadBalancer?: { simple?: string }; portLevelSettings?: Policy[] }

export const deprecatedLoadBalancer = defineRule({
  code: 'MESH4001',
  slug: 'deprecated-load-balancer',
  title: 'LEAST_CONN is deprecated',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'Istio reads LEAST_CONN as LEAST_REQUEST without a word and may drop it in any release.',
  fix: 'Write `simple: LEAST_REQUEST`, which is what happens already.',
  links: ['https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-SimpleLB'],
  examples: {
    valid: [{
      title: 'LEAST_REQUEST',
      yaml: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec:
  host: reviews
  trafficPolicy:
    loadBalancer: { simple: LEAST_REQUEST }
---
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec:
  ports: [{ name: http, port: 80 }]
`,
    }],
    invalid: [{
      title: 'LEAST_CONN, for all ports and for one subset',
      yaml: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec:
  host: reviews
  trafficPolicy:
    loadBalancer: { simple: LEAST_CONN }
---
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec:
  ports: [{ name: http, port: 80 }]
`,
    }],
  },
  kinds: [Kind.DESTINATION_RULE],
  check(object, { report }) {
    const { trafficPolicy, subsets = [] } = specOf<DestinationRuleSpec>(object);
    const look = (policy: Policy | undefined, path: string) => {
      if (policy?.loadBalancer?.simple === 'LEAST_CONN') {
        report({ path: `${path}.loadBalancer.simple`, message: 'LEAST_CONN is deprecated; Istio takes it for LEAST_REQUEST.' });
      }
      policy?.portLevelSettings?.forEach((settings, i) => look(settings, `${path}.portLevelSettings[${i}]`));
    };
    look(trafficPolicy as Policy | undefined, 'spec.trafficPolicy');
    subsets.forEach((subset, i) => look(subset.trafficPolicy as Policy | undefined, `spec.subsets[${i}].trafficPolicy`));
  },
});
