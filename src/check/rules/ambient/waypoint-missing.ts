import { Kind } from '../../../manifest/kinds';
import { MeshObject } from '../../../manifest/mesh-object';
import { serviceYaml } from '../../example-objects';
import { nearestTo } from '../../facts/nearest';
import { admitsOtherNamespaces, isWaypoint, takesTraffic, USE_WAYPOINT, waypointNamed } from '../../facts/waypoints';
import { Labels, POD_KINDS, workloads } from '../../facts/workloads';
import { defineRule, RuleContext } from '../../rule';

const waypoint = (listener = '') => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: shop }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE${listener} }] }
---
apiVersion: v1
kind: Namespace
`;

export const waypointMissing = defineRule({
  code: 'MESH3903',
  slug: 'waypoint-missing',
  title: 'A label names a waypoint that is not there, or that does not take it',
  severity: 'error',
  preset: 'recommended',
  aliases: ['KIA1313'],
  sees: 'mesh',
  why: 'Requests go past the waypoint: no policy that is attached to it, and no route, is carried out.',
  fix: 'Create a Gateway of class istio-waypoint with that name in the same namespace, or name one that exists; one of another namespace with istio.io/use-waypoint-namespace, and allowedRoutes of its listener open to the namespace.',
  links: ['https://istio.io/latest/docs/ambient/usage/waypoint/'],
  examples: {
    valid: [{
      title: 'the waypoint of the namespace',
      yaml: `${waypoint()}metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint } }
${serviceYaml('reviews', 'shop')}`,
    }, {
      title: 'one of another namespace, which is open to others',
      yaml: `${waypoint(', allowedRoutes: { namespaces: { from: All } }')}metadata:
  name: web
  labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint, istio.io/use-waypoint-namespace: shop }
`,
    }],
    invalid: [{
      title: 'a misspelt name',
      yaml: `${waypoint()}metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypiont } }
`,
    }, {
      title: 'one of another namespace, which takes only its own',
      yaml: `${waypoint()}metadata:
  name: web
  labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint, istio.io/use-waypoint-namespace: shop }
`,
    }],
  },
  kinds: [Kind.NAMESPACE, Kind.SERVICE, Kind.SERVICE_ENTRY, ...POD_KINDS],
  check(object, context) {
    if (object.groupKind === Kind.NAMESPACE) return judge(object, object.labels, object.name, 'metadata', undefined, context);
    if (object.groupKind === Kind.SERVICE || object.groupKind === Kind.SERVICE_ENTRY) {
      return judge(object, object.labels, object.namespace, 'metadata', 'service', context);
    }
    const workload = context.mesh.fact(workloads).of(object);
    if (workload) judge(object, workload.labels, object.namespace, workload.path('metadata'), 'workload', context);
  },
});

function judge(
  object: MeshObject, labels: Labels, namespace: string, metadata: string, traffic: 'service' | 'workload' | undefined,
  { mesh, report, missing }: RuleContext,
): void {
  const named = waypointNamed(labels, namespace);
  if (named === undefined || named === 'none') return;
  const path = `${metadata}.labels["${USE_WAYPOINT}"]`;
  const full = `${named.namespace}/${named.name}`;
  const gateway = mesh.find(Kind.K8S_GATEWAY, named.namespace, named.name);
  if (gateway === undefined) {
    const there = mesh.ofKind(Kind.K8S_GATEWAY).filter((one) => one.namespace === named.namespace && isWaypoint(mesh, one)).map(({ name }) => name);
    const near = nearestTo(named.name, there) ?? (there.length === 1 ? there[0] : undefined);
    missing({
      path,
      namespace: named.namespace,
      message: `The waypoint of ${object.kind} ${object.name} is ${full}, and there is no such Gateway.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    });
  } else if (!isWaypoint(mesh, gateway)) {
    // The class may be one that only the cluster knows.
    missing({
      path,
      message: `The waypoint of ${object.kind} ${object.name} is Gateway ${full}, which is not of a class for waypoints.`,
      fix: 'Let the Gateway be of class istio-waypoint, or name one that is.',
    });
  } else if (named.namespace !== namespace && !admitsOtherNamespaces(gateway)) {
    report({
      path,
      message: `The waypoint of ${object.kind} ${object.name} is Gateway ${full}, whose listeners let in its own namespace only.`,
      fix: 'Write allowedRoutes: { namespaces: { from: All } }, or a selector for the namespace, on a listener of that Gateway.',
    });
  } else if (traffic !== undefined && !takesTraffic(gateway, traffic)) {
    report({
      path,
      message: `The waypoint of ${object.kind} ${object.name} is Gateway ${full}, which takes no traffic of ${traffic}s.`,
      fix: `Label that Gateway istio.io/waypoint-for: all, or ${traffic}.`,
    });
  }
}
