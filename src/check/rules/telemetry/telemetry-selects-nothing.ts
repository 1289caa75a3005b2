import { Kind } from '../../../manifest/kinds';
import { meshConfig } from '../../facts/mesh-config';
import { telemetries } from '../../facts/telemetries';
import { workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const telemetrySelectsNothing = defineRule({
  code: 'MESH3706',
  slug: 'telemetry-selects-nothing',
  title: 'A Telemetry selects no workload',
  severity: 'error',
  preset: 'istio',
  severityIn: { recommended: 'warning', strict: 'warning' },
  aliases: ['IST0101', 'KIA0004'],
  sees: 'namespace',
  why: 'Its settings hold for nothing. A Telemetry selects in its own namespace only, also in the root namespace.',
  fix: 'Use labels of the pods of that namespace, or drop the selector.',
  links: ['https://istio.io/latest/docs/reference/config/telemetry/', 'https://istio.io/latest/docs/reference/config/analysis/ist0101/'],
  examples: {
    valid: [{
      title: 'the labels of a pod template',
      yaml: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: reviews, namespace: shop }
spec: { selector: { matchLabels: { app: reviews } }, tracing: [{ randomSamplingPercentage: 10 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  template:
    metadata: { labels: { app: reviews } }
    spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
    invalid: [{
      title: 'pods of another namespace',
      yaml: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: reviews, namespace: data }
spec: { selector: { matchLabels: { app: reviews } }, tracing: [{ randomSamplingPercentage: 10 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  template:
    metadata: { labels: { app: reviews } }
    spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
  },
  kinds: [Kind.TELEMETRY],
  check(object, { mesh, missing }) {
    const { selector } = mesh.fact(telemetries).of(object);
    if (selector === undefined || mesh.fact(workloads).selected(object.namespace, selector).length > 0) return;
    // Istio runs its own gateways there, which no file shows.
    if (object.namespace === mesh.fact(meshConfig).rootNamespace && selector.istio === 'ingressgateway') return;
    missing({
      path: 'spec.selector',
      namespace: object.namespace,
      message: `No workload of ${object.namespace} has the labels ${Object.keys(selector).map((label) => `${label}=${selector[label]}`).join(',')}.`,
    });
  },
});
