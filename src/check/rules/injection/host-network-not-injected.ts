import { INJECT_LABEL, namespaces } from '../../facts/namespaces';
import { POD_KINDS, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const hostNetworkNotInjected = defineRule({
  code: 'MESH3612',
  slug: 'host-network-not-injected',
  title: 'Pods on the network of their node get no sidecar',
  severity: 'info',
  preset: 'recommended',
  aliases: [],
  sees: 'namespace',
  why: 'The injector passes over pods with `hostNetwork: true`, whatever their labels, and ambient mode does not capture them either. They speak plaintext.',
  fix: 'Do without `hostNetwork`, or say that it is meant with `sidecar.istio.io/inject: "false"`.',
  links: ['https://istio.io/latest/docs/ops/common-problems/injection/'],
  examples: {
    valid: [{
      title: 'said to be meant',
      yaml: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: node-probe, namespace: shop }
spec:
  selector: { matchLabels: { app: node-probe } }
  template:
    metadata: { labels: { app: node-probe, sidecar.istio.io/inject: "false" } }
    spec: { hostNetwork: true, containers: [{ name: probe, image: probe:1 }] }
`,
    }],
    invalid: [{
      title: 'in a Namespace with injection',
      yaml: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: node-probe, namespace: shop }
spec:
  selector: { matchLabels: { app: node-probe } }
  template:
    metadata: { labels: { app: node-probe } }
    spec: { hostNetwork: true, containers: [{ name: probe, image: probe:1 }] }
`,
    }],
  },
  kinds: POD_KINDS,
  check(object, { mesh, report }) {
    const workload = mesh.fact(workloads).of(object);
    if (workload?.spec.hostNetwork !== true) return;
    const said = workload.labels[INJECT_LABEL] ?? workload.annotations[INJECT_LABEL];
    if (said === 'false' || (said !== 'true' && !mesh.fact(namespaces).get(workload.namespace)?.injects)) return;
    report({ path: workload.path('spec.hostNetwork'), message: `The pods of ${workload.title} are on the network of their node, so they get no sidecar.` });
  },
});
