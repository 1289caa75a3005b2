import { isGatewayWorkload } from './gateway-workloads';
import { meshConfig } from './mesh-config';
import { MeshFacts } from './mesh-facts';
import { dataPlaneOf, namespaces } from './namespaces';
import { serviceFacts } from './service-facts';
import { services } from './services';
import { targetPortOf } from './workload-ports';
import { hasLabels, Labels, Workload, workloads } from './workloads';
import { arrayOr, Json, member, objectOr, stringMap, stringOr } from '../../manifest/json';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';

/** A call that an object declares, by somebody who has no sidecar and so speaks no mTLS. */
export interface OutsideCall {
  readonly workload: Workload;
  readonly port: number;
  /** Where the object says so. */
  readonly path: string;
  /** The caller, as the beginning of a sentence. */
  readonly caller: string;
}

const VALIDATING = 'ValidatingWebhookConfiguration.admissionregistration.k8s.io';
const MUTATING = 'MutatingWebhookConfiguration.admissionregistration.k8s.io';
const API_SERVICE = 'APIService.apiregistration.k8s.io';
const NETWORK_POLICY = 'NetworkPolicy.networking.k8s.io';

const READERS: ReadonlyMap<string, (mesh: MeshFacts, object: MeshObject) => OutsideCall[]> = new Map([
  [Kind.SERVICE, fromLoadBalancer],
  ...[Kind.POD, Kind.DEPLOYMENT, Kind.STATEFUL_SET, Kind.DAEMON_SET, Kind.REPLICA_SET, Kind.ROLLOUT].map((kind) => [kind, fromNode] as const),
  [VALIDATING, fromApiServer], [MUTATING, fromApiServer], [API_SERVICE, fromAggregator],
  [NETWORK_POLICY, fromPeers],
]);

export const KINDS_WITH_OUTSIDE_CALLERS: readonly string[] = [...READERS.keys()];

/** The calls from outside of the mesh that an object declares. */
export function outsideCalls(mesh: MeshFacts, object: MeshObject): readonly OutsideCall[] {
  return READERS.get(object.groupKind)!(mesh, object);
}

/** Clients that come through a load balancer or a node's port to something that is no gateway. */
function fromLoadBalancer(mesh: MeshFacts, object: MeshObject): OutsideCall[] {
  const type = member(member(object.json, 'spec'), 'type');
  if (type !== 'LoadBalancer' && type !== 'NodePort') return [];
  const service = mesh.fact(serviceFacts).get(object);
  if (service?.selector === undefined) return [];
  const applications = mesh.fact(workloads).selected(service.namespace, service.selector).filter((workload) => !isGatewayWorkload(mesh, workload));
  return applications.flatMap((workload) => service.ports
    .flatMap((port, i) => callTo(workload, targetPortOf(port, workload), `spec.ports[${i}]`, `Whoever comes through the ${type} port ${port.number}, that is to`)));
}

/** The kubelet's probes and Prometheus' scrapes, where Istio is told not to take care of them. */
function fromNode(mesh: MeshFacts, object: MeshObject): OutsideCall[] {
  const workload = mesh.fact(workloads).of(object);
  if (workload === undefined) return [];
  const calls: OutsideCall[] = [];
  const { annotations } = workload;
  const merged = annotations['prometheus.istio.io/merge-metrics'] ?? String(member(mesh.fact(meshConfig).json, 'enablePrometheusMerge') ?? true);
  if (annotations['prometheus.io/scrape'] === 'true' && merged === 'false') {
    const port = annotations['prometheus.io/port'];
    calls.push(...callTo(workload, Number(port), workload.path('metadata.annotations["prometheus.io/port"]'), 'Prometheus, which scrapes'));
  }
  if (annotations['sidecar.istio.io/rewriteAppHTTPProbers'] === 'false') {
    for (const container of workload.containers) {
      for (const kind of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
        const port = member(member(member(container.json, kind), 'httpGet'), 'port');
        const number = typeof port === 'string' ? container.ports.find(({ name }) => name === port)?.containerPort : port;
        if (typeof number === 'number') calls.push(...callTo(workload, number, `${container.path}.${kind}`, `The kubelet, whose ${kind} is not rewritten, and which asks`));
      }
    }
  }
  return calls;
}

/** The API server asks admission webhooks itself. */
function fromApiServer(mesh: MeshFacts, { json }: MeshObject): OutsideCall[] {
  return arrayOr(member(json, 'webhooks')).flatMap((webhook, i) =>
    toService(mesh, member(member(webhook, 'clientConfig'), 'service'), `webhooks[${i}].clientConfig.service`));
}

function fromAggregator(mesh: MeshFacts, { json }: MeshObject): OutsideCall[] {
  return toService(mesh, member(member(json, 'spec'), 'service'), 'spec.service');
}

function toService(mesh: MeshFacts, reference: Json | undefined, path: string): OutsideCall[] {
  const name = stringOr(member(reference, 'name'));
  const namespace = stringOr(member(reference, 'namespace'));
  const written = member(reference, 'port');
  const number = typeof written === 'number' ? written : 443;
  const service = mesh.fact(services).named(name ?? '').find((one) => one.namespace === namespace);
  const port = service?.ports.find((one) => one.number === number);
  if (service?.selector === undefined || port === undefined) return [];
  return mesh.fact(workloads).selected(service.namespace, service.selector)
    .flatMap((workload) => callTo(workload, targetPortOf(port, workload), path, 'The API server, which calls'));
}

/** Pods that a NetworkPolicy lets in by name, though they are not in the mesh. */
function fromPeers(mesh: MeshFacts, object: MeshObject): OutsideCall[] {
  const spec = objectOr(member(object.json, 'spec'));
  const selected = mesh.fact(workloads).selected(object.namespace, matchLabels(member(spec, 'podSelector')) ?? {});
  if (selected.length === 0) return [];
  return arrayOr(member(spec, 'ingress')).flatMap((rule, i) => {
    const ports = arrayOr(member(rule, 'ports')).map((port) => member(port, 'port'));
    return arrayOr(member(rule, 'from')).flatMap((peer, j) => {
      const caller = peerOutside(mesh, object.namespace, peer);
      if (caller === undefined) return [];
      return selected.flatMap((workload) => {
        const declared = workload.containers.flatMap((container) => container.ports);
        const numbers = ports.length === 0
          ? declared.map(({ containerPort }) => containerPort)
          : ports.map((port) => typeof port === 'string' ? declared.find(({ name }) => name === port)?.containerPort : port);
        return numbers.flatMap((port) => callTo(workload, typeof port === 'number' ? port : undefined, `spec.ingress[${i}].from[${j}]`, `${caller}, which may call`));
      });
    });
  });
}

/** A caller that a peer names and that is known to have no sidecar. */
function peerOutside(mesh: MeshFacts, own: string, peer: Json): string | undefined {
  const pods = member(peer, 'podSelector') === undefined ? undefined : matchLabels(member(peer, 'podSelector'));
  const selector = member(peer, 'namespaceSelector');
  if (selector === undefined) {
    return pods === undefined ? undefined : mesh.fact(workloads).selected(own, pods).find((workload) => dataPlaneOf(mesh, workload) === 'none')?.title;
  }
  const labels = matchLabels(selector);
  // All namespaces: that names nobody.
  if (labels === undefined || Object.keys(labels).length === 0) return undefined;
  for (const [name, namespace] of mesh.fact(namespaces)) {
    if (!hasLabels({ 'kubernetes.io/metadata.name': name, ...namespace.labels }, labels)) continue;
    const there = mesh.fact(workloads).selected(name, pods ?? {});
    const outside = there.find((workload) => dataPlaneOf(mesh, workload) === 'none');
    if (outside !== undefined) return outside.title;
    if (there.length === 0 && namespace.injection === 'disabled' && !namespace.ambient) return `Namespace ${name} without sidecars`;
  }
  return undefined;
}

/** Undefined for what matches by expressions. */
function matchLabels(selector: Json | undefined): Labels | undefined {
  return arrayOr(member(selector, 'matchExpressions')).length > 0 ? undefined : stringMap(member(selector, 'matchLabels'));
}

function callTo(workload: Workload, port: number | undefined, path: string, caller: string): OutsideCall[] {
  return port === undefined || !Number.isInteger(port) || bypassesProxy(workload, port) ? [] : [{ workload, port, path, caller }];
}

const EXCLUDED = 'traffic.sidecar.istio.io/excludeInboundPorts';
const INCLUDED = 'traffic.sidecar.istio.io/includeInboundPorts';

/** Whether the port is told to lead past the sidecar. */
export function bypassesProxy({ annotations }: Workload, port: number): boolean {
  if (Object.hasOwn(annotations, EXCLUDED) && lists(annotations[EXCLUDED], port)) return true;
  if (!Object.hasOwn(annotations, INCLUDED)) return false;
  return annotations[INCLUDED].trim() !== '*' && !lists(annotations[INCLUDED], port);
}

function lists(ports: string, port: number): boolean {
  return ports.split(',').some((one) => one.trim() === String(port));
}
