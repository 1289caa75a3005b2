import { Cell } from './cell';
import { cellsOfGateway, cellsOfListeners } from './gateway-cells';
import { mtlsOfPods, mtlsOfWorkload, PodMtls } from './mtls-of';
import { cellsOf, DeclaredPort } from './ports';
import { Pods, reaching, reachingWorkload } from './reaching';
import { Enforcement, Target } from './target';
import { authorizationPolicies, PolicyScope, requestAuthentications, ScopedPolicies } from '../check/facts/authorization-policies';
import { creationOrder } from '../check/facts/creation-order';
import { isGatewayWorkload } from '../check/facts/gateway-workloads';
import { GATEWAY_NAME_LABEL } from '../check/facts/gateways';
import { kubernetesGateways } from '../check/facts/kubernetes-gateways';
import { MeshFacts } from '../check/facts/mesh-facts';
import { dataPlaneOf, namespaces } from '../check/facts/namespaces';
import { ServiceFacts, services } from '../check/facts/services';
import { servicesOfWorkloads } from '../check/facts/services-of-workload';
import { sidecars } from '../check/facts/sidecars';
import { isWaypoint } from '../check/facts/waypoints';
import { targetPortOf } from '../check/facts/workload-ports';
import { hasLabels as carries, Labels, Workload, workloads } from '../check/facts/workloads';
import { arrayOr, member, stringOr } from '../manifest/json';

/** All that may be called: what runs, and pods that only something else speaks of. */
export function targetsOf(mesh: MeshFacts): readonly Target[] {
  const seen = running(mesh).map((workload) => ofWorkload(mesh, workload));
  const gateways = gatewaysOutOfSight(mesh);
  const unseen = outOfSight(mesh).map((pods) => ofPods(mesh, pods));
  return [...seen, ...gateways, ...unseen].sort((one, other) =>
    compare(one.namespace, other.namespace) || compare(one.name, other.name) || compare(one.title, other.title));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The workloads, without what another one in sight has made. */
export function running(mesh: MeshFacts): readonly Workload[] {
  return mesh.fact(workloads).all.filter(({ object }) => !mesh.isReplaced(object) && !arrayOr(member(member(object.json, 'metadata'), 'ownerReferences'))
    .some((owner) => {
      const group = (stringOr(member(owner, 'apiVersion')) ?? '').split('/');
      const kind = stringOr(member(owner, 'kind')) ?? '';
      return mesh.find(group.length > 1 ? `${kind}.${group[0]}` : kind, object.namespace, stringOr(member(owner, 'name')) ?? '') !== undefined;
    }));
}

function ofWorkload(mesh: MeshFacts, workload: Workload): Target {
  const { namespace, labels } = workload;
  const gatewayName = Object.hasOwn(labels, GATEWAY_NAME_LABEL) ? labels[GATEWAY_NAME_LABEL] : undefined;
  const pods: Pods = { namespace, labels, labelsAreWhole: true, gatewayName };
  const leading = servicesOf(mesh, workload);
  const dependsOn: string[] = [];
  const enforcement = enforcementFor(mesh, workload, dependsOn);
  const policiesOf = <P extends PolicyScope>(all: ScopedPolicies<P>) =>
    gatewayName === undefined ? reachingWorkload(all, workload) : reaching(mesh, all, pods);
  const policies = policiesOf(mesh.fact(authorizationPolicies));
  const mtls = mtlsOfWorkload(mesh, workload);
  let cells: readonly Cell[];
  if (enforcement === 'none') {cells = UNGUARDED;} else if (enforcement === 'gateway') {
    cells = cellsOfGateway(mesh, workload);
    if (cells.length === 0) dependsOn.push('its Gateway, which is not in sight: it says what is listened for');
  } else {
    cells = cellsOf(declaredPorts(leading, workload), policies, mtls, workload);
    if (mesh.fact(sidecars).holdingFor(workload)?.spec.ingress?.length) dependsOn.push('the ingress listeners of its Sidecar, which are not judged');
  }
  return {
    namespace,
    name: workload.name,
    title: workload.title,
    services: leading.map(({ object }) => object.name),
    serviceAccount: workload.serviceAccount,
    enforcement,
    mtls: enforcement === 'sidecar' || enforcement === 'unknown' ? mtlsText(mtls, cells) : '',
    cells: cells.length > 0 ? cells : OPEN,
    policies,
    authentications: policiesOf(mesh.fact(requestAuthentications)),
    dependsOn,
  };
}

const UNGUARDED: readonly Cell[] = (['http', 'tcp'] as const).map((protocol) => ({ port: undefined, protocol, peers: 'anyone', isBypassed: true, isDeclared: false }));
const OPEN: readonly Cell[] = UNGUARDED.map((cell) => ({ ...cell, isBypassed: false }));

function enforcementFor(mesh: MeshFacts, workload: Workload, dependsOn: string[]): Enforcement {
  if (isGatewayWorkload(mesh, workload)) return 'gateway';
  const plane = dataPlaneOf(mesh, workload);
  if (plane === 'ambient') dependsOn.push('ztunnel and waypoints, which are not judged: they carry out another part of a policy each');
  if (plane === undefined) dependsOn.push(`Namespace ${workload.namespace}, which is not in sight: without a sidecar nothing of this is enforced`);
  return plane ?? 'unknown';
}

/** Services and ServiceEntries that lead to a workload in sight, the oldest first. */
function servicesOf(mesh: MeshFacts, workload: Workload): readonly ServiceFacts[] {
  const entries = mesh.fact(selectingEntries).get(workload.namespace)?.filter(({ selector }) => carries(workload.labels, selector!)) ?? [];
  return [...mesh.fact(servicesOfWorkloads).get(workload) ?? [], ...entries].sort((one, other) => creationOrder(one.object, other.object));
}

function selectingEntries(mesh: MeshFacts): ReadonlyMap<string, readonly ServiceFacts[]> {
  const found = new Map<string, ServiceFacts[]>();
  for (const entry of mesh.fact(services).all) {
    if (entry.kind === 'ServiceEntry' && entry.selector !== undefined) found.set(entry.namespace, [...found.get(entry.namespace) ?? [], entry]);
  }
  return found;
}

/** Services and ServiceEntries that lead to pods out of sight, the oldest first. */
function servicesFor(mesh: MeshFacts, { namespace, labels }: Pods): readonly ServiceFacts[] {
  return mesh.fact(services).all
    .filter((service) => service.namespace === namespace && service.selector !== undefined && carries(labels, service.selector))
    .sort((one, other) => creationOrder(one.object, other.object));
}

function declaredPorts(leading: readonly ServiceFacts[], workload: Workload | undefined): readonly DeclaredPort[] {
  return leading.flatMap(({ ports }) => ports.flatMap((port) => {
    const number = workload ? targetPortOf(port, workload) : typeof port.targetPort === 'number' ? port.targetPort : port.targetPort === undefined ? port.number : undefined;
    return number === undefined ? [] : [{ number, protocol: port.protocol }];
  }));
}

/** A namespace's pods with some labels, of which none is in sight. */
interface UnseenPods extends Pods {
  readonly name: string;
  readonly title: string;
}

function outOfSight(mesh: MeshFacts): readonly UnseenPods[] {
  const found = new Map<string, UnseenPods>();
  const add = (namespace: string, labels: Labels, name: string, title: string) => {
    const key = `${namespace} ${written(labels)}`;
    if (!found.has(key)) found.set(key, { namespace, labels, labelsAreWhole: false, name, title });
  };
  const all = mesh.fact(workloads);
  for (const { kind, namespace, selector, object, external } of mesh.fact(services).all) {
    if (kind !== 'Service' || external || selector === undefined || all.selected(namespace, selector).length > 0) continue;
    add(namespace, selector, object.name, `Service ${namespace}/${object.name}, its pods out of sight`);
  }
  const policies = [...mesh.fact(authorizationPolicies).all, ...mesh.fact(requestAuthentications).all]
    .filter(({ object, targets }) => targets.length === 0 && !mesh.isReplaced(object));
  for (const { namespace, labels, hasLabels, everywhere } of policies) {
    if (!hasLabels || everywhere || all.selected(namespace, labels).length > 0) continue;
    add(namespace, labels, labels.app ?? labels['app.kubernetes.io/name'] ?? written(labels), `pods of ${namespace} with ${written(labels)}, out of sight`);
  }
  for (const { namespace, hasLabels, everywhere } of policies) {
    if (hasLabels || everywhere || all.in(namespace).length > 0 || [...found.values()].some((pods) => pods.namespace === namespace)) continue;
    add(namespace, {}, '*', `every pod of ${namespace}, all out of sight`);
  }
  return [...found.values()];
}

function written(labels: Labels): string {
  return Object.keys(labels).sort().map((key) => `${key}=${labels[key]}`).join(',');
}

function ofPods(mesh: MeshFacts, pods: UnseenPods): Target {
  const { namespace } = pods;
  const leading = servicesFor(mesh, pods);
  const policies = reaching(mesh, mesh.fact(authorizationPolicies), pods);
  const mtls = mtlsOfPods(mesh, pods);
  const known = mesh.fact(namespaces).get(namespace);
  const dependsOn = mtls.possible.map(({ name }) => `whether PeerAuthentication ${namespace}/${name} selects these pods, which are not in sight`);
  const enforcement: Enforcement = known?.injects ? 'sidecar' : known?.ambient ? 'ambient' : 'unknown';
  if (enforcement === 'unknown') {
    dependsOn.push(known === undefined
      ? `Namespace ${namespace}, which is not in sight: without a sidecar nothing of this is enforced`
      : `its pods, which are not in sight: Namespace ${namespace} adds no sidecar, and without one nothing of this is enforced`);
  } else if (enforcement === 'ambient') {dependsOn.push('ztunnel and waypoints, which are not judged: they carry out another part of a policy each');}
  const cells = cellsOf(declaredPorts(leading, undefined), policies, mtls, undefined);
  return {
    namespace,
    name: pods.name,
    title: pods.title,
    services: leading.map(({ object }) => object.name),
    serviceAccount: undefined,
    enforcement,
    mtls: mtlsText(mtls, cells),
    cells,
    policies,
    authentications: reaching(mesh, mesh.fact(requestAuthentications), pods),
    dependsOn,
  };
}

/** Gateways of the Gateway API that Istio runs by itself: no manifest has their pods. */
function gatewaysOutOfSight(mesh: MeshFacts): readonly Target[] {
  const found: Target[] = [];
  for (const { object, listeners } of mesh.fact(kubernetesGateways).values()) {
    const { namespace, name } = object;
    const labels = { [GATEWAY_NAME_LABEL]: name };
    if (mesh.isReplaced(object) || isWaypoint(mesh, object) || mesh.fact(workloads).selected(namespace, labels).length > 0) continue;
    const pods: Pods = { namespace, labels, labelsAreWhole: false, gatewayName: name };
    const cells = cellsOfListeners(listeners);
    found.push({
      namespace,
      name,
      title: `Gateway ${namespace}/${name}`,
      services: [],
      serviceAccount: undefined,
      enforcement: 'gateway',
      mtls: '',
      cells: cells.length > 0 ? cells : OPEN,
      policies: reaching(mesh, mesh.fact(authorizationPolicies), pods),
      authentications: reaching(mesh, mesh.fact(requestAuthentications), pods),
      dependsOn: cells.length > 0 ? [] : ['its listeners, which are not in sight'],
    });
  }
  return found;
}

/** `STRICT (PeerAuthentication shop/default)`, and the ports that differ. */
function mtlsText(mtls: PodMtls, cells: readonly Cell[]): string {
  const { mode, policy } = mtls.of(undefined);
  const wide = `${mode} (${policy === undefined ? "Istio's default" : `PeerAuthentication ${policy.namespace}/${policy.name}`})`;
  const ports = [...new Set(cells.flatMap(({ port }) => port ?? []))].filter((port) => mtls.of(port).mode !== mode);
  return [wide, ...ports.map((port) => `${port}: ${mtls.of(port).mode}`)].join(', ');
}
