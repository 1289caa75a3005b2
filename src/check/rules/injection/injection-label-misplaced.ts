import { Kind } from '../../../manifest/kinds';
import { DATAPLANE_MODE_LABEL, INJECT_LABEL, INJECTION_LABEL } from '../../facts/namespaces';
import { POD_KINDS, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const injectionLabelMisplaced = defineRule({
  code: 'MESH3606',
  slug: 'injection-label-misplaced',
  title: 'A label of injection stands where nobody reads it',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'The injector sees the labels of pods and of Namespaces, each with its own. Elsewhere they change nothing.',
  fix: 'Put `sidecar.istio.io/inject` and `istio.io/dataplane-mode` on the pods (`spec.template.metadata.labels`), and `istio-injection` on the Namespace.',
  links: ['https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/'],
  examples: {
    valid: [{
      title: 'on the pods, and on the Namespace',
      yaml: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop, labels: { sidecar.istio.io/inject: "false" } }
spec:
  selector: { matchLabels: { app: reviews } }
  template:
    metadata: { labels: { app: reviews, sidecar.istio.io/inject: "false" } }
    spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
    invalid: [{
      title: 'on the Deployment, not on its pods',
      yaml: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop, labels: { sidecar.istio.io/inject: "false" } }
spec:
  selector: { matchLabels: { app: reviews } }
  template:
    metadata: { labels: { app: reviews } }
    spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }, {
      title: 'the label of pods on a Namespace, the label of Namespaces on pods',
      yaml: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { sidecar.istio.io/inject: "true" } }
---
apiVersion: v1
kind: Pod
metadata: { name: reviews, namespace: shop, labels: { istio-injection: enabled } }
spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
  },
  kinds: [Kind.NAMESPACE, ...POD_KINDS],
  check(object, { mesh, report }) {
    const { labels } = object;
    const say = (path: string, label: string, what: string) => report({ path: `${path}["${label}"]`, message: `${label} does nothing on ${what}.` });
    if (object.groupKind === Kind.NAMESPACE) {
      if (labels[INJECT_LABEL] !== undefined) say('metadata.labels', INJECT_LABEL, 'a Namespace');
      return;
    }
    const workload = mesh.fact(workloads).of(object);
    if (workload === undefined) return;
    if (workload.labels[INJECTION_LABEL] !== undefined) say(workload.path('metadata.labels'), INJECTION_LABEL, 'pods');
    if (workload.isPod) return;
    for (const label of [INJECT_LABEL, DATAPLANE_MODE_LABEL]) {
      if (labels[label] !== undefined && workload.labels[label] === undefined) say('metadata.labels', label, `a ${object.kind}; its pods do not have it`);
    }
    if (labels[INJECTION_LABEL] !== undefined) say('metadata.labels', INJECTION_LABEL, `a ${object.kind}`);
  },
});
