import { ANNOTATION_VALUES } from '../../facts/annotation-values';
import { placedAnnotations } from '../../facts/annotations';
import { POD_KINDS } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const invalidAnnotation = defineRule({
  code: 'MESH3610',
  slug: 'invalid-annotation',
  title: 'An annotation has a value that the injector refuses',
  severity: 'warning',
  preset: 'istio',
  severityIn: { recommended: 'error', strict: 'error' },
  aliases: ['IST0125'],
  sees: 'object',
  why: 'The injector refuses the pod: the Deployment is accepted, but its ReplicaSet cannot create pods.',
  fix: 'Correct the value.',
  links: ['https://istio.io/latest/docs/reference/config/annotations/', 'https://istio.io/latest/docs/reference/config/analysis/ist0125/'],
  examples: {
    valid: [{
      title: 'ports, ranges and quantities',
      yaml: `
apiVersion: v1
kind: Pod
metadata:
  name: reviews
  namespace: shop
  annotations:
    sidecar.istio.io/proxyCPU: 100m
    sidecar.istio.io/proxyMemoryLimit: 256Mi
    traffic.sidecar.istio.io/excludeOutboundPorts: "5432, 6379"
    traffic.sidecar.istio.io/includeOutboundIPRanges: "*"
    traffic.sidecar.istio.io/excludeOutboundIPRanges: 10.0.0.0/8,192.168.0.0/16
    proxy.istio.io/config: '{ holdApplicationUntilProxyStarts: true }'
spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
    invalid: [{
      title: 'the name of a port, in a pod template',
      yaml: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  template:
    metadata:
      labels: { app: reviews }
      annotations: { traffic.sidecar.istio.io/excludeOutboundPorts: postgres }
    spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }, {
      title: 'a space between ranges; a quantity without a unit that exists',
      yaml: `
apiVersion: v1
kind: Pod
metadata:
  name: reviews
  namespace: shop
  annotations:
    traffic.sidecar.istio.io/excludeOutboundIPRanges: 10.0.0.0/8, 192.168.0.0/16
    sidecar.istio.io/proxyMemory: 256MB
spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
  },
  kinds: POD_KINDS,
  check(object, { mesh, report }) {
    for (const { name, value, on, path } of mesh.fact(placedAnnotations).get(object) ?? []) {
      if (on !== 'Pod') continue;
      const problem = ANNOTATION_VALUES.get(name)?.(value);
      if (problem !== undefined) report({ path, message: `${name}: "${value}" ${problem}.` });
    }
  },
});
