import { ANNOTATED_KINDS, placedAnnotations } from '../../facts/annotations';
import { defineRule } from '../../rule';

export const misplacedAnnotation = defineRule({
  code: 'MESH3608',
  slug: 'misplaced-annotation',
  title: 'An annotation stands on a kind that Istio does not read it from',
  severity: 'warning',
  preset: 'istio',
  aliases: ['IST0107'],
  sees: 'object',
  why: 'It does nothing there.',
  fix: 'Move it: annotations for pods belong on the pod template (`spec.template.metadata.annotations`), not on the Deployment.',
  links: ['https://istio.io/latest/docs/reference/config/annotations/', 'https://istio.io/latest/docs/reference/config/analysis/ist0107/'],
  examples: {
    valid: [{
      title: 'on the pod template, on the Service',
      yaml: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  template:
    metadata:
      labels: { app: reviews }
      annotations: { traffic.sidecar.istio.io/excludeOutboundPorts: "5432" }
    spec: { containers: [{ name: reviews, image: reviews:1 }] }
---
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop, annotations: { networking.istio.io/exportTo: . } }
spec:
  selector: { app: reviews }
  ports: [{ name: http, port: 80 }]
`,
    }],
    invalid: [{
      title: 'on the Deployment instead of its pods',
      yaml: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop, annotations: { traffic.sidecar.istio.io/excludeOutboundPorts: "5432" } }
spec:
  selector: { matchLabels: { app: reviews } }
  template:
    metadata: { labels: { app: reviews } }
    spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
  },
  kinds: ANNOTATED_KINDS,
  check(object, { mesh, report }) {
    for (const { name, known, on, path } of mesh.fact(placedAnnotations).get(object) ?? []) {
      if (known === undefined || known.kinds.includes('Any') || known.kinds.includes(on)) continue;
      // A rule of its own says that, and louder.
      if (on === 'Namespace' && known.kinds.includes('Pod')) continue;
      report({ path, message: `${name} does nothing on a ${on}: Istio reads it from ${known.kinds.join(', ')} only.` });
    }
  },
});
