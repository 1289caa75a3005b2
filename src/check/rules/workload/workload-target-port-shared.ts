import { dataPlaneOf } from '../../facts/namespaces';
import { portsByTarget } from '../../facts/target-ports';
import { POD_KINDS, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const workloadTargetPortShared = defineRule({
  code: 'MESH3622',
  slug: 'workload-target-port-shared',
  title: 'Services lead to one port of a workload under different numbers',
  severity: 'warning',
  preset: 'istio',
  // It matters only where they also name different protocols, which a rule of its own says.
  severityIn: { recommended: 'info', strict: 'info' },
  aliases: ['IST0137'],
  sees: 'namespace',
  why: 'The proxy has one listener for the workload\'s port and takes its settings from one of the Services only.',
  fix: 'Offer the port under one number.',
  links: ['https://istio.io/latest/docs/reference/config/analysis/ist0137/'],
  examples: {
    valid: [{
      title: 'the same number in two Services',
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
---
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec: { selector: { app: reviews }, ports: [{ name: http, port: 80, targetPort: 9080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: reviews-v1, namespace: shop }
spec: { selector: { app: reviews }, ports: [{ name: http, port: 80, targetPort: 9080 }] }
`,
    }],
    invalid: [{
      title: '80 and 8080 lead to 9080',
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
---
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec: { selector: { app: reviews }, ports: [{ name: http, port: 80, targetPort: 9080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: reviews-alt, namespace: shop }
spec: { selector: { app: reviews }, ports: [{ name: http, port: 8080, targetPort: 9080 }] }
`,
    }],
  },
  kinds: POD_KINDS,
  check(object, { mesh, report }) {
    const workload = mesh.fact(workloads).of(object);
    const byTarget = workload && portsByTarget(mesh, workload);
    if (byTarget === undefined || dataPlaneOf(mesh, workload!) !== 'sidecar') return;
    // Istio runs waypoints itself.
    if (object.labels['gateway.istio.io/managed'] === 'istio.io-mesh-controller') return;
    for (const [target, ports] of byTarget) {
      const numbers = [...new Set(ports.map(({ port }) => port.number))].sort((a, b) => a - b);
      if (numbers.length < 2) continue;
      const names = [...new Set(ports.map(({ service }) => service.object.name))].sort();
      report({ path: '', message: `Port ${target} of ${workload!.title} is offered as ${numbers.join(' and ')}, by ${names.join(', ')}.` });
    }
  },
});
