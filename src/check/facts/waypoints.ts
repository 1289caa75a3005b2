import { isGatewayWorkload } from './gateway-workloads';
import { GATEWAY_NAME_LABEL } from './gateways';
import { meshConfig } from './mesh-config';
import { MeshFacts } from './mesh-facts';
import { dataPlaneOf, namespaces } from './namespaces';
import { isAmbient, isAmbientNamespace } from './sidecars';
import { Labels, workloads } from './workloads';
import { arrayOr, member, stringMap, stringOr } from '../../manifest/json';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';

export const USE_WAYPOINT = 'istio.io/use-waypoint';
const USE_WAYPOINT_NAMESPACE = 'istio.io/use-waypoint-namespace';
const WAYPOINT_FOR = 'istio.io/waypoint-for';
const MESH_CONTROLLERS: ReadonlySet<string> = new Set(['istio.io/mesh-controller', 'istio.io/agentgateway-waypoint-controller']);
const WAYPOINT_CLASSES: ReadonlySet<string> = new Set(['istio-waypoint', 'istio-agentgateway-waypoint']);

export interface WaypointName {
  readonly name: string;
  readonly namespace: string;
}

/** The waypoint that labels name; `none` opts out, undefined says nothing. */
export function waypointNamed(labels: Labels, namespace: string): WaypointName | 'none' | undefined {
  const name = labels[USE_WAYPOINT];
  if (name === undefined) return undefined;
  return name === 'none' ? 'none' : { name, namespace: labels[USE_WAYPOINT_NAMESPACE] ?? namespace };
}

/** The waypoint of a service or workload: its own, else that of its namespace, as far as that is in sight. */
export function waypointOf(mesh: MeshFacts, labels: Labels, namespace: string): WaypointName | undefined {
  const named = waypointNamed(labels, namespace) ?? waypointNamed(mesh.fact(namespaces).get(namespace)?.labels ?? NO_LABELS, namespace);
  return named === 'none' ? undefined : named;
}

const NO_LABELS: Labels = Object.freeze(Object.create(null));

/** Namespaces in which something names a waypoint: `mesh.fact(namespacesWithWaypoint)`. */
export function namespacesWithWaypoint(mesh: MeshFacts): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { name, labels } of mesh.ofKind(Kind.NAMESPACE)) if (isNamed(labels)) found.add(name);
  for (const kind of [Kind.SERVICE, Kind.SERVICE_ENTRY]) {
    for (const { namespace, labels } of mesh.ofKind(kind)) if (isNamed(labels)) found.add(namespace);
  }
  for (const { namespace, labels } of mesh.fact(workloads).all) if (isNamed(labels)) found.add(namespace);
  return found;
}

function isNamed(labels: Labels): boolean {
  return labels[USE_WAYPOINT] !== undefined && labels[USE_WAYPOINT] !== 'none';
}

/** Whether a Kubernetes Gateway is a waypoint. */
export function isWaypoint(mesh: MeshFacts, gateway: MeshObject): boolean {
  const name = stringOr(member(member(gateway.json, 'spec'), 'gatewayClassName')) ?? '';
  if (WAYPOINT_CLASSES.has(name)) return true;
  const ofClass = mesh.find(Kind.GATEWAY_CLASS, '', name);
  return ofClass !== undefined && MESH_CONTROLLERS.has(stringOr(member(member(ofClass.json, 'spec'), 'controllerName')) ?? '');
}

/** Whether a waypoint takes what comes from or goes to services or workloads; services only, unless it says so. */
export function takesTraffic({ labels }: MeshObject, of: 'service' | 'workload'): boolean {
  const traffic = labels[WAYPOINT_FOR] ?? 'service';
  return traffic === 'all' || traffic === of;
}

/** Whether something of another namespace may name a waypoint: where a listener lets routes of more than its own namespace in. */
export function admitsOtherNamespaces(gateway: MeshObject): boolean {
  return arrayOr(member(member(gateway.json, 'spec'), 'listeners')).some((listener) => {
    const from = stringOr(member(member(member(listener, 'allowedRoutes'), 'namespaces'), 'from'));
    return from !== undefined && from !== 'Same' && from !== 'None';
  });
}

/** The identity that a waypoint's proxies have, without the trust domain. */
export function identityOf({ name, namespace }: WaypointName): string {
  return `ns/${namespace}/sa/${name}`;
}

/**
 * Whether a policy with these labels is for workloads of the ambient mesh only, as far as they are in sight; not where
 * it is for gateways, or comes from the root namespace and so reaches others.
 */
export function isForAmbientOnly(mesh: MeshFacts, { namespace, json }: MeshObject): boolean {
  if (!isAmbientNamespace(mesh, namespace) || namespace === mesh.fact(meshConfig).rootNamespace) return false;
  const labels = stringMap(member(member(member(json, 'spec'), 'selector'), 'matchLabels'));
  if (labels[GATEWAY_NAME_LABEL] !== undefined || labels.istio !== undefined) return false;
  return mesh.fact(workloads).selected(namespace, labels).every((workload) => isAmbient(mesh, workload) && !isGatewayWorkload(mesh, workload));
}

/** Whether some client with a sidecar is in sight, which carries out routes by itself: `mesh.fact(hasSidecarClients)`. */
export function hasSidecarClients(mesh: MeshFacts): boolean {
  return mesh.fact(workloads).all.some((workload) => {
    const plane = dataPlaneOf(mesh, workload);
    return (plane === 'sidecar' || plane === undefined) && !isGatewayWorkload(mesh, workload);
  });
}
