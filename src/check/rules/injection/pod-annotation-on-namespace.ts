import { Kind } from '../../../manifest/kinds';
import { placedAnnotations } from '../../facts/annotations';
import { defineRule } from '../../rule';

export const podAnnotationOnNamespace = defineRule({
  code: 'MESH3607',
  slug: 'pod-annotation-on-namespace',
  title: 'An annotation for pods stands on a Namespace',
  severity: 'warning',
  preset: 'istio',
  // Who sets resources or exclusions for a whole Namespace believes that they hold.
  severityIn: { recommended: 'error', strict: 'error' },
  aliases: ['IST0107'],
  sees: 'object',
  why: 'Nothing reads it: the injector looks at the annotations of each pod only, so every sidecar of the Namespace keeps the defaults.',
  fix: 'Put it on the pod templates (`spec.template.metadata.annotations`), or set it for the mesh (`values.global.proxy`, `meshConfig.defaultConfig`).',
  links: ['https://istio.io/latest/docs/reference/config/annotations/', 'https://istio.io/latest/docs/reference/config/analysis/ist0107/'],
  examples: {
    valid: [{
      title: 'on the pod template',
      yaml: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  template:
    metadata:
      labels: { app: reviews }
      annotations: { sidecar.istio.io/proxyCPU: 100m }
    spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
    invalid: [{
      title: 'resources of sidecars on the Namespace',
      yaml: `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: { istio-injection: enabled }
  annotations: { sidecar.istio.io/proxyCPU: 100m }
`,
    }],
  },
  kinds: [Kind.NAMESPACE],
  check(object, { mesh, report }) {
    for (const { name, known, path } of mesh.fact(placedAnnotations).get(object) ?? []) {
      if (known === undefined || !known.kinds.includes('Pod')) continue;
      report({ path, message: `${name} does nothing on the Namespace ${object.name}: it is read from pods only.` });
    }
  },
});
