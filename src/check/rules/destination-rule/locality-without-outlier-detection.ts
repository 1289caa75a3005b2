import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { destinationRules } from '../../facts/destination-rules';
import { policiesOf } from '../../facts/traffic-policies';
import { defineRule } from '../../rule';

export const localityWithoutOutlierDetection = defineRule({
  code: 'MESH3123',
  slug: 'locality-without-outlier-detection',
  title: 'Locality load balancing without outlier detection',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'Without outlierDetection no endpoint ever counts as failed, and the proxies do not prefer their own locality at all: requests go to every region alike.',
  fix: 'Add `outlierDetection` beside `loadBalancer`, for example `consecutive5xxErrors: 5`.',
  links: ['https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/failover/'],
  examples: {
    valid: [{
      title: 'both',
      yaml: `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec:
  host: reviews
  trafficPolicy:
    loadBalancer: { localityLbSetting: { enabled: true } }
    outlierDetection: { consecutive5xxErrors: 5, maxEjectionPercent: 100 }
${serviceYaml('reviews', 'shop')}`,
    }, {
      title: 'shares by weight, which need none',
      yaml: `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec:
  host: reviews
  trafficPolicy:
    loadBalancer: { localityLbSetting: { distribute: [{ from: "eu/*", to: { "eu/*": 90, "us/*": 10 } }] } }
${serviceYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'the setting alone',
      yaml: `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec:
  host: reviews
  trafficPolicy:
    loadBalancer: { localityLbSetting: { enabled: true } }
${serviceYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.DESTINATION_RULE],
  check(object, { mesh, report }) {
    for (const { policy, path, inherited } of policiesOf(mesh.fact(destinationRules).of(object).spec)) {
      const setting = policy.loadBalancer?.localityLbSetting;
      if (!setting || setting.enabled === false || policy.outlierDetection || inherited?.outlierDetection) continue;
      // Weights need none; of failover istiod's webhook warns by itself.
      if (setting.distribute?.length || setting.failover?.length || setting.failoverPriority?.length) continue;
      report({ path: `${path}.loadBalancer.localityLbSetting`, message: 'There is localityLbSetting here and no outlierDetection, so it does nothing.' });
    }
  },
});
