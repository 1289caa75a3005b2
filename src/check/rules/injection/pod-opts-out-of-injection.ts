import { INJECT_LABEL, namespaces } from '../../facts/namespaces';
import { POD_KINDS, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const podOptsOutOfInjection = defineRule({
  code: 'MESH3611',
  slug: 'pod-opts-out-of-injection',
  title: 'Pods opt out of a Namespace that is in the mesh',
  severity: 'warning',
  preset: 'strict',
  aliases: [],
  sees: 'namespace',
  why: 'They speak plaintext, no policy of the mesh guards them, and services that want mTLS refuse their calls.',
  fix: 'Drop `sidecar.istio.io/inject: "false"`, or move the workload to a Namespace outside of the mesh.',
  links: ['https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/', 'https://kyverno.io/policies/istio/prevent-disabling-injection-pods/prevent-disabling-injection-pods/'],
  examples: {
    valid: [{
      title: 'pods that say nothing',
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
    metadata: { labels: { app: reviews } }
    spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
    invalid: [{
      title: 'a label that says no',
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
    metadata: { labels: { app: reviews, sidecar.istio.io/inject: "false" } }
    spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
  },
  kinds: POD_KINDS,
  check(object, { mesh, report }) {
    const workload = mesh.fact(workloads).of(object);
    if (workload === undefined || !mesh.fact(namespaces).get(workload.namespace)?.injects) return;
    const byLabel = workload.labels[INJECT_LABEL];
    if ((byLabel ?? workload.annotations[INJECT_LABEL]) !== 'false') return;
    report({
      path: `${workload.path(byLabel === undefined ? 'metadata.annotations' : 'metadata.labels')}["${INJECT_LABEL}"]`,
      message: `The pods of ${workload.title} opt out, and the Namespace ${workload.namespace} is in the mesh.`,
    });
  },
});
