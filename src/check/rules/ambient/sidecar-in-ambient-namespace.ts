import { isGatewayWorkload } from '../../facts/gateway-workloads';
import { DATAPLANE_MODE_LABEL, dataPlaneOf } from '../../facts/namespaces';
import { isAmbientNamespace } from '../../facts/sidecars';
import { POD_KINDS, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

const NAMESPACE = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: v1
kind: Pod
`;

export const sidecarInAmbientNamespace = defineRule({
  code: 'MESH3906',
  slug: 'sidecar-in-ambient-namespace',
  title: 'A workload keeps its sidecar in a namespace of the ambient mesh',
  severity: 'info',
  preset: 'strict',
  aliases: ['KIA1316'],
  sees: 'namespace',
  why: 'It works, and is how a migration goes. But policies for waypoints do not hold for the workload, and requests that its sidecar sends do not go through waypoints.',
  fix: 'Once the migration is done, drop the label that asks for the sidecar and restart the pods.',
  links: ['https://istio.io/latest/docs/ambient/usage/add-workloads/'],
  examples: {
    valid: [{
      title: 'a pod in ambient',
      yaml: `${NAMESPACE}metadata: { name: reviews, namespace: shop, labels: { app: reviews } }
spec: { containers: [{ name: reviews, image: "registry.example.com/reviews:1.0.0" }] }
`,
    }],
    invalid: [{
      title: 'a pod with a sidecar',
      yaml: `${NAMESPACE}metadata: { name: reviews, namespace: shop, labels: { app: reviews, sidecar.istio.io/inject: "true" } }
spec: { containers: [{ name: reviews, image: "registry.example.com/reviews:1.0.0" }] }
`,
    }],
  },
  kinds: POD_KINDS,
  check(object, { mesh, report }) {
    if (!isAmbientNamespace(mesh, object.namespace)) return;
    const workload = mesh.fact(workloads).of(object);
    // A workload that asks for both is told so.
    if (workload === undefined || workload.labels[DATAPLANE_MODE_LABEL] === 'ambient') return;
    if (dataPlaneOf(mesh, workload) !== 'sidecar' || isGatewayWorkload(mesh, workload)) return;
    report({ path: workload.path('metadata.labels'), message: `${workload.title} has a sidecar, and namespace ${object.namespace} is in the ambient mesh.` });
  },
});
