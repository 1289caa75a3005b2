import { IConstruct } from 'constructs';
import { DECLARED_CALLS, DeclaredCall } from './declared-calls';
import { IMeshCaller } from './identity';
import { MeshService } from './mesh-service';
import { MESH_SERVICES } from './mesh-service-registry';
import { MeshWorkload } from './mesh-workload';

/** A host that requests are sent to. */
export interface CalledHost {
  readonly host: string;
  /** The namespace of the Service; for an external host only that of its mesh configuration, as nobody knows where its ServiceEntry is. */
  readonly namespace: string;
  /** Whether no Kubernetes Service stands behind it. */
  readonly external: boolean;
  readonly service: MeshService;
}

/** The calls that pods make: those of the caller itself, of each service that they stand behind, and of each workload of the same pods. */
export function callsOf(caller: IMeshCaller): DeclaredCall[] {
  const all = DECLARED_CALLS.of(caller);
  const byPods = callsByPods(caller.node.root, all);
  const own = new Set(podsBehind(caller).flatMap((one) => byPods.get(one) ?? []));
  return [...own].sort((a, b) => a - b).map((index) => all[index]);
}

/** The indices of an App's calls by what they have in common with their callers: every workload of a large mesh asks for its own. */
const BY_PODS = new WeakMap<IConstruct, { known: number; readonly byPods: Map<unknown, number[]> }>();

function callsByPods(root: IConstruct, all: readonly DeclaredCall[]): Map<unknown, number[]> {
  const index = BY_PODS.get(root) ?? { known: 0, byPods: new Map<unknown, number[]>() };
  BY_PODS.set(root, index);
  for (; index.known < all.length; index.known++) {
    for (const one of podsBehind(all[index.known].caller)) {
      const calls = index.byPods.get(one);
      if (calls) calls.push(index.known);
      else index.byPods.set(one, [index.known]);
    }
  }
  return index.byPods;
}

/** The calls of everyone in a namespace of the construct's App. */
export function callsFrom(construct: IConstruct, namespace: string): DeclaredCall[] {
  const isFrom = (caller: IMeshCaller) => (isOurs(caller) ? caller.namespace === namespace : callerNamespaces(caller).has(namespace));
  return DECLARED_CALLS.of(construct).filter(({ caller }) => isFrom(caller));
}

/** Where calls go, each host once. Pods without a service are called by those of the App that stand in front of them. */
export function calledHosts(calls: readonly DeclaredCall[]): CalledHost[] {
  const services = calls.flatMap(({ target }) => (target instanceof MeshService ? target : inFrontOf(target)));
  return [...new Set(services)].map((service) => ({
    host: service.host, namespace: service.namespace, external: service._isExternalHost, service,
  }));
}

/** The namespaces that a caller calls from; none for one that is not of this mesh, or not known yet. */
export function callerNamespaces(caller: IMeshCaller): Set<string> {
  if (isOurs(caller)) return new Set([caller.namespace]);
  try {
    return new Set(caller.callerIdentities().filter(({ foreignPrincipal }) => foreignPrincipal === undefined).map(({ namespace }) => namespace));
  } catch {
    return new Set(); // an identity that cannot be known is reported where it is needed
  }
}

function isOurs(caller: IConstruct): caller is MeshService | MeshWorkload {
  return caller instanceof MeshService || caller instanceof MeshWorkload;
}

function inFrontOf(target: IConstruct): MeshService[] {
  const pods = new Set(podsBehind(target));
  return MESH_SERVICES.of(target).filter((service) => podsBehind(service).some((one) => pods.has(one)));
}

const KEYS = new WeakMap<IConstruct, readonly unknown[]>();

/** What two callers have in common that are the same pods: the construct, its manifests, or the labels of pods that are rendered elsewhere. */
function podsBehind(caller: IConstruct & Partial<IMeshCaller>): readonly unknown[] {
  const known = KEYS.get(caller);
  if (known) return known;
  const workloads = caller instanceof MeshService ? caller.workloads : caller instanceof MeshWorkload ? [caller] : [];
  const described = workloads.filter(({ rendered }) => rendered === undefined)
    .map(({ namespace, selector }) => `${namespace} ${JSON.stringify(Object.entries(selector).sort(([a], [b]) => (a < b ? -1 : 1)))}`);
  const keys = [caller, ...caller.callerPods?.() ?? [], ...described];
  // Of ours, all of that is said when they are made; others may find their pods later.
  if (isOurs(caller)) KEYS.set(caller, keys);
  return keys;
}
