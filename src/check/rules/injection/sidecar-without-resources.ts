import { member } from '../../../manifest/json';
import { dataPlaneOf } from '../../facts/namespaces';
import { POD_KINDS, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

const RESOURCES = ['sidecar.istio.io/proxyCPU', 'sidecar.istio.io/proxyMemory', 'sidecar.istio.io/proxyCPULimit', 'sidecar.istio.io/proxyMemoryLimit'];

export const sidecarWithoutResources = defineRule({
  code: 'MESH3614',
  slug: 'sidecar-without-resources',
  title: 'A sidecar takes the resources that the installation gives to every one',
  severity: 'info',
  preset: 'strict',
  aliases: [],
  sees: 'namespace',
  why: 'The defaults are made for the average: a busy sidecar is throttled and adds latency, and an idle one holds more than it needs.',
  fix: 'Set `sidecar.istio.io/proxyCPU`, `proxyMemory` and their limits on the pod template.',
  links: ['https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#customizing-injection'],
  examples: {
    valid: [{
      title: 'requests and limits of its own',
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
    metadata:
      labels: { app: reviews }
      annotations: { sidecar.istio.io/proxyCPU: 100m, sidecar.istio.io/proxyMemory: 128Mi, sidecar.istio.io/proxyMemoryLimit: 256Mi }
    spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
    invalid: [{
      title: 'nothing said',
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
  },
  kinds: POD_KINDS,
  check(object, { mesh, report }) {
    const workload = mesh.fact(workloads).of(object);
    if (workload === undefined || RESOURCES.some((name) => workload.annotations[name] !== undefined)) return;
    if (dataPlaneOf(mesh, workload) !== 'sidecar') return;
    const proxy = workload.container('istio-proxy');
    if (proxy && member(proxy.json, 'resources') !== undefined) return;
    report({ path: workload.path('metadata.annotations'), message: `The sidecars of ${workload.title} take the default resources.` });
  },
});
