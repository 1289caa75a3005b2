import { Kind } from '../../../manifest/kinds';
import { deploymentYaml, serviceYaml } from '../../example-objects';
import { DestinationRuleFacts, destinationRules } from '../../facts/destination-rules';
import { visibilitiesMeet } from '../../facts/visibility';
import { defineRule } from '../../rule';

export const competingDestinationRules = defineRule({
  code: 'MESH3118',
  slug: 'competing-destination-rules',
  title: 'Two DestinationRules of a namespace say different things about one host',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA0201', 'TIS0201'],
  sees: 'namespace',
  why: 'Istio merges them by age: of two subsets with one name and of two trafficPolicies the oldest is taken, as a whole, and the other is dropped without a word. Which is the oldest changes when one is made again.',
  fix: 'Keep one DestinationRule for a host, or let only one of them have a trafficPolicy and give the subsets different names.',
  links: ['https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services'],
  examples: {
    valid: [{
      title: 'each adds a subset of its own',
      yaml: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews-v1, namespace: shop }
spec: { host: reviews, subsets: [{ name: v1, labels: { version: v1 } }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews-v2, namespace: shop }
spec: { host: reviews.shop.svc.cluster.local, subsets: [{ name: v2, labels: { version: v2 } }] }
${serviceYaml('reviews', 'shop')}${deploymentYaml('reviews', 'shop', 'v1')}${deploymentYaml('reviews', 'shop', 'v2')}`,
    }],
    invalid: [{
      title: 'two trafficPolicies',
      yaml: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews-pool, namespace: shop }
spec: { host: reviews, trafficPolicy: { connectionPool: { http: { http1MaxPendingRequests: 100 } } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews-ejection, namespace: shop }
spec: { host: reviews, trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5, maxEjectionPercent: 50 } } }
${serviceYaml('reviews', 'shop')}`,
    }, {
      title: 'one subset twice',
      yaml: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews-a, namespace: shop }
spec: { host: reviews, subsets: [{ name: v1, labels: { version: v1 } }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews-b, namespace: shop }
spec: { host: reviews, subsets: [{ name: v1, labels: { version: v2 } }] }
${serviceYaml('reviews', 'shop')}${deploymentYaml('reviews', 'shop', 'v1')}${deploymentYaml('reviews', 'shop', 'v2')}`,
    }],
  },
  kinds: [Kind.DESTINATION_RULE],
  check(object, { mesh, report }) {
    const rules = mesh.fact(destinationRules);
    const own = rules.of(object);
    const others = rules.at(own.host);
    if (others.length < 2 || mesh.isReplaced(object)) return;
    const compete = (other: DestinationRuleFacts) => other !== own && other.namespace === own.namespace
      && other.forWorkloads === own.forWorkloads && visibilitiesMeet(own.visibility, other.visibility)
      && (!own.forWorkloads || JSON.stringify(own.spec.workloadSelector) === JSON.stringify(other.spec.workloadSelector));
    let policySaid = false;
    const subsetsSaid = new Set<string>();
    for (const other of others) {
      if (!compete(other)) continue;
      const name = `DestinationRule ${other.namespace}/${other.object.name}`;
      if (!policySaid && own.spec.trafficPolicy && other.spec.trafficPolicy
        && JSON.stringify(own.spec.trafficPolicy) !== JSON.stringify(other.spec.trafficPolicy)) {
        policySaid = true;
        report({ path: 'spec.trafficPolicy', message: `${name} also has a trafficPolicy for ${own.host}, and only the one of the older of both counts.` });
      }
      own.spec.subsets?.forEach((subset, i) => {
        const same = other.spec.subsets?.find((one) => one.name === subset.name);
        if (!same || subsetsSaid.has(subset.name)) return;
        subsetsSaid.add(subset.name);
        report({ path: `spec.subsets[${i}].name`, message: `${name} also defines subset ${subset.name} of ${own.host}, and only the one of the older of both counts.` });
      });
      if (policySaid && subsetsSaid.size === (own.spec.subsets?.length ?? 0)) return;
    }
  },
});
