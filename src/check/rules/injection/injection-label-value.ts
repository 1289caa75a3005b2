import { Kind } from '../../../manifest/kinds';
import { DATAPLANE_MODE_LABEL, INJECT_LABEL, INJECTION_LABEL } from '../../facts/namespaces';
import { Labels, POD_KINDS, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

const VALUES: readonly (readonly [string, readonly string[]])[] = [
  [INJECTION_LABEL, ['enabled', 'disabled']],
  [INJECT_LABEL, ['true', 'false']],
  [DATAPLANE_MODE_LABEL, ['ambient', 'none']],
];

export const injectionLabelValue = defineRule({
  code: 'MESH3605',
  slug: 'injection-label-value',
  title: 'A label of injection has a value that means nothing',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'Istio compares with its own words. Anything else turns nothing on: with `istio-injection: "true"` no pod gets a sidecar.',
  fix: 'Write `istio-injection: enabled` or `disabled` on a Namespace, `sidecar.istio.io/inject: "true"` or `"false"` on pods, `istio.io/dataplane-mode: ambient` or `none` on either.',
  links: ['https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/'],
  examples: {
    valid: [{
      title: 'the words that Istio knows',
      yaml: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  template:
    metadata: { labels: { app: reviews, sidecar.istio.io/inject: "true" } }
    spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
    invalid: [{
      title: 'true, where enabled is meant',
      yaml: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: "true" } }
`,
    }, {
      title: 'enabled, where true is meant',
      yaml: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  template:
    metadata: { labels: { app: reviews, sidecar.istio.io/inject: enabled } }
    spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
  },
  kinds: [Kind.NAMESPACE, ...POD_KINDS],
  check(object, { mesh, report }) {
    const workload = mesh.fact(workloads).of(object);
    const labels: Labels = workload === undefined ? object.labels : workload.labels;
    for (const [label, allowed] of VALUES) {
      const value = labels[label];
      if (value === undefined || allowed.includes(value)) continue;
      const path = workload === undefined ? 'metadata.labels' : workload.path('metadata.labels');
      report({ path: `${path}["${label}"]`, message: `${label} is "${value}", and Istio knows ${allowed.map((word) => `"${word}"`).join(' and ')} only.` });
    }
  },
});
