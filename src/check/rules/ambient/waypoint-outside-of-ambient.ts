import { Kind } from '../../../manifest/kinds';
import { deploymentYaml } from '../../example-objects';
import { isGatewayWorkload } from '../../facts/gateway-workloads';
import { dataPlaneOf } from '../../facts/namespaces';
import { USE_WAYPOINT, waypointNamed } from '../../facts/waypoints';
import { POD_KINDS, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

const namespace = (labels: string) => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { ${labels} } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: shop }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
${deploymentYaml('reviews', 'shop')}`;

export const waypointOutsideOfAmbient = defineRule({
  code: 'MESH3907',
  slug: 'waypoint-outside-of-ambient',
  title: 'A waypoint is named for workloads that are not in the ambient mesh',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA1312'],
  sees: 'namespace',
  why: 'Only clients in ambient go through a waypoint, and only before a workload in ambient does ztunnel see to it. Whoever else calls the workload gets past the policies of the waypoint.',
  fix: 'Label the Namespace istio.io/dataplane-mode: ambient, or drop istio.io/use-waypoint.',
  links: ['https://istio.io/latest/docs/ambient/usage/waypoint/'],
  examples: {
    valid: [{
      title: 'a namespace of the ambient mesh',
      yaml: namespace('istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint'),
    }],
    invalid: [{
      title: 'a namespace with sidecars',
      yaml: namespace('istio-injection: enabled, istio.io/use-waypoint: waypoint'),
    }],
  },
  kinds: [Kind.NAMESPACE, ...POD_KINDS],
  check(object, { mesh, report, missing }) {
    const known = mesh.fact(workloads);
    if (object.groupKind === Kind.NAMESPACE) {
      const named = waypointNamed(object.labels, object.name);
      if (named === undefined || named === 'none') return;
      const all = known.in(object.name).filter((workload) => !isGatewayWorkload(mesh, workload));
      // A namespace of services outside of the cluster alone may have a waypoint as a way out.
      if (all.length === 0 || all.some((workload) => dataPlaneOf(mesh, workload) === 'ambient')) return;
      missing({
        path: `metadata.labels["${USE_WAYPOINT}"]`,
        namespace: object.name,
        message: `Namespace ${object.name} names waypoint ${named.namespace}/${named.name}, and none of its workloads is in the ambient mesh.`,
      });
      return;
    }
    const workload = known.of(object);
    const named = workload && waypointNamed(workload.labels, object.namespace);
    if (workload === undefined || named === undefined || named === 'none') return;
    const plane = dataPlaneOf(mesh, workload);
    if (plane === undefined || plane === 'ambient') return;
    report({
      path: workload.path(`metadata.labels["${USE_WAYPOINT}"]`),
      message: `${workload.title} names waypoint ${named.namespace}/${named.name}, and it ${plane === 'sidecar' ? 'has a sidecar' : 'is not in the mesh'}.`,
    });
  },
});
