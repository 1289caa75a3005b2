import { ANNOTATED_KINDS, placedAnnotations } from '../../facts/annotations';
import { ISTIO_ANNOTATIONS } from '../../facts/istio-annotations';
import { nearestTo } from '../../facts/nearest';
import { defineRule } from '../../rule';

/** What Istio reads from labels. */
const LABELS: ReadonlySet<string> = new Set([
  'istio.io/rev', 'istio.io/dataplane-mode', 'istio.io/use-waypoint', 'istio.io/use-waypoint-namespace', 'istio.io/ingress-use-waypoint',
  'istio.io/waypoint-for', 'topology.istio.io/network', 'topology.istio.io/cluster', 'topology.istio.io/subzone', 'networking.istio.io/gatewayPort',
  'service.istio.io/canonical-name', 'service.istio.io/canonical-revision', 'security.istio.io/tlsMode',
]);

export const unknownAnnotation = defineRule({
  code: 'MESH3609',
  slug: 'unknown-annotation',
  title: 'An annotation in Istio\'s name space that Istio does not know',
  severity: 'warning',
  preset: 'istio',
  aliases: ['IST0108'],
  sees: 'object',
  why: 'It does nothing, and what it was to change stays at the default.',
  fix: 'Correct the name; capitals count.',
  links: ['https://istio.io/latest/docs/reference/config/annotations/', 'https://istio.io/latest/docs/reference/config/analysis/ist0108/'],
  examples: {
    valid: [{
      title: 'an annotation that Istio knows',
      yaml: `
apiVersion: v1
kind: Pod
metadata: { name: reviews, namespace: shop, annotations: { sidecar.istio.io/proxyCPU: 100m } }
spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
    invalid: [{
      title: 'a letter in the wrong case, in a pod template',
      yaml: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  template:
    metadata:
      labels: { app: reviews }
      annotations: { sidecar.istio.io/proxyCpu: 100m }
    spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
  },
  kinds: ANNOTATED_KINDS,
  check(object, { mesh, report }) {
    for (const { name, known, path } of mesh.fact(placedAnnotations).get(object) ?? []) {
      if (known !== undefined) continue;
      const near = nearestTo(name, ISTIO_ANNOTATIONS.keys());
      report({
        path,
        message: `Istio knows no annotation ${name}.`
          + (LABELS.has(name) ? ' It is a label.' : near === undefined ? '' : ` Did you mean ${near}?`),
      });
    }
  },
});
