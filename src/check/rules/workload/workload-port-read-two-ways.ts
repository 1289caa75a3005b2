import { isHttp, PortProtocol } from '../../../semantics/port-protocol';
import { dataPlaneOf } from '../../facts/namespaces';
import { PortToWorkload, portsByTarget } from '../../facts/target-ports';
import { POD_KINDS, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const workloadPortReadTwoWays = defineRule({
  code: 'MESH3623',
  slug: 'workload-port-read-two-ways',
  title: 'Services name different protocols for one port of a workload',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'namespace',
  why: 'The proxy of the workload has one listener for the port, with the protocol that one of the Services names. Policies on requests hold, or are dropped, for all of them alike.',
  fix: 'Name the same protocol in every Service (`http-…`, `grpc-…`, `tcp-…`, or `appProtocol`).',
  links: ['https://istio.io/latest/docs/ops/deployment/application-requirements/'],
  examples: {
    valid: [{
      title: 'HTTP in both',
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
metadata: { name: reviews-pods, namespace: shop }
spec: { clusterIP: None, selector: { app: reviews }, ports: [{ name: http-web, port: 80, targetPort: 9080 }] }
`,
    }],
    invalid: [{
      title: 'HTTP in one, TCP in the other',
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
metadata: { name: reviews-pods, namespace: shop }
spec: { clusterIP: None, selector: { app: reviews }, ports: [{ name: tcp-web, port: 80, targetPort: 9080 }] }
`,
    }],
  },
  kinds: POD_KINDS,
  check(object, { mesh, report }) {
    const workload = mesh.fact(workloads).of(object);
    const byTarget = workload && portsByTarget(mesh, workload);
    if (byTarget === undefined || dataPlaneOf(mesh, workload!) !== 'sidecar') return;
    for (const [target, ports] of byTarget) {
      const http = ports.find(({ port }) => isHttp(port.protocol));
      const other = http && ports.find(({ port }) => isOpaque(port.protocol));
      if (other === undefined) continue;
      report({ path: '', message: `Port ${target} of ${workload!.title} is ${said(http!)} and ${said(other)}.` });
    }
  },
});

/** Bytes to the proxy, and said so. */
function isOpaque(protocol: PortProtocol): boolean {
  return !isHttp(protocol) && protocol !== PortProtocol.AUTOMATIC && protocol !== PortProtocol.UDP;
}

function said({ service, port }: PortToWorkload): string {
  return `${port.protocol} in the Service ${service.object.name}`;
}
