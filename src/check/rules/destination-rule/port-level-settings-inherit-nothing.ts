import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { destinationRules } from '../../facts/destination-rules';
import { policiesOf } from '../../facts/traffic-policies';
import { defineRule } from '../../rule';

const BLOCKS = ['outlierDetection', 'connectionPool', 'loadBalancer'] as const;

export const portLevelSettingsInheritNothing = defineRule({
  code: 'MESH3144',
  slug: 'port-level-settings-inherit-nothing',
  title: 'Settings for a port leave out what holds for the other ports',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'An entry of portLevelSettings replaces the whole policy for its port and takes nothing over: the outlierDetection, connectionPool or loadBalancer above it does not hold there.',
  fix: 'Repeat in the entry what should hold for that port too.',
  links: ['https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy-PortTrafficPolicy'],
  examples: {
    valid: [{
      title: 'repeated for the port',
      yaml: `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec:
  host: reviews
  trafficPolicy:
    outlierDetection: { consecutive5xxErrors: 3, maxEjectionPercent: 50 }
    portLevelSettings:
      - port: { number: 80 }
        loadBalancer: { simple: ROUND_ROBIN }
        outlierDetection: { consecutive5xxErrors: 3, maxEjectionPercent: 50 }
${serviceYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'no outlier detection on port 80',
      yaml: `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec:
  host: reviews
  trafficPolicy:
    outlierDetection: { consecutive5xxErrors: 3, maxEjectionPercent: 50 }
    portLevelSettings: [{ port: { number: 80 }, loadBalancer: { simple: ROUND_ROBIN } }]
${serviceYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.DESTINATION_RULE],
  check(object, { mesh, report }) {
    for (const { policy, path, around } of policiesOf(mesh.fact(destinationRules).of(object).spec)) {
      if (!around) continue;
      const lost = BLOCKS.filter((block) => around[block] !== undefined && policy[block] === undefined);
      if (lost.length === 0) continue;
      const number = 'port' in policy ? policy.port?.number : undefined;
      report({ path, message: `For port ${number ?? '?'} the ${lost.join(' and ')} of the policy above ${lost.length > 1 ? 'do' : 'does'} not hold.` });
    }
  },
});
