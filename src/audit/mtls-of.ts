import { Peers } from './cell';
import { hasAll, Pods } from './reaching';
import { creationOrder } from '../check/facts/creation-order';
import { meshConfig } from '../check/facts/mesh-config';
import { MeshFacts, specOf } from '../check/facts/mesh-facts';
import { EffectiveMtls, MtlsMode, mtlsModes } from '../check/facts/mtls';
import { Workload } from '../check/facts/workloads';
import { PeerAuthenticationSpec } from '../manifest/generated/istio-specs';
import { stringMap } from '../manifest/json';
import { Kind } from '../manifest/kinds';
import { MeshObject } from '../manifest/mesh-object';

const PEERS: Readonly<Record<MtlsMode, Peers>> = { STRICT: 'identified', PERMISSIVE: 'anyone', DISABLE: 'unidentified' };

export function peersOf({ mode }: EffectiveMtls): Peers {
  return PEERS[mode];
}

/** The mTLS modes of the ports of some pods. */
export interface PodMtls {
  /** The ports with a mode of their own. */
  readonly ports: readonly number[];
  /** PeerAuthentications that may hold for them too. */
  readonly possible: readonly MeshObject[];
  /** The mode of a port; without one, that of every port that nobody speaks of. */
  of(port: number | undefined): EffectiveMtls;
}

/** What holds for a workload in sight. */
export function mtlsOfWorkload(mesh: MeshFacts, workload: Workload): PodMtls {
  const modes = mesh.fact(mtlsModes);
  const [policy] = ownPolicies(mesh, { namespace: workload.namespace, labels: workload.labels, labelsAreWhole: true }).certain;
  return { of: (port) => modes.of(workload, port), ports: portsOf(policy), possible: [] };
}

/** What holds for pods that are out of sight. */
export function mtlsOfPods(mesh: MeshFacts, pods: Pods): PodMtls {
  const ofNamespace = mesh.fact(mtlsModes).ofNamespace(pods.namespace);
  const { certain: [policy], possible } = ownPolicies(mesh, pods);
  const spec = policy && specOf<PeerAuthenticationSpec>(policy);
  const own = (mode: MtlsMode | 'UNSET' | undefined): EffectiveMtls | undefined => mode === undefined || mode === 'UNSET' ? undefined : { mode, policy, isOwn: true };
  const wide = own(spec?.mtls?.mode) ?? ofNamespace;
  return {
    of: (port) => (port === undefined ? undefined : own(spec?.portLevelMtls?.[String(port)]?.mode)) ?? wide,
    ports: portsOf(policy),
    possible,
  };
}

/** PeerAuthentications with labels, the oldest first: of several for the same pods it alone counts. */
function ownPolicies(mesh: MeshFacts, pods: Pods): { readonly certain: readonly MeshObject[]; readonly possible: readonly MeshObject[] } {
  const certain: MeshObject[] = [];
  const possible: MeshObject[] = [];
  for (const object of mesh.fact(withLabels).get(pods.namespace) ?? []) {
    const selects = hasAll(pods, stringMap(specOf<PeerAuthenticationSpec>(object).selector?.matchLabels));
    if (selects !== false) (selects ? certain : possible).push(object);
  }
  return { certain, possible };
}

function withLabels(mesh: MeshFacts): ReadonlyMap<string, readonly MeshObject[]> {
  const found = new Map<string, MeshObject[]>();
  for (const object of [...mesh.ofKind(Kind.PEER_AUTHENTICATION)].sort(creationOrder)) {
    const labels = stringMap(specOf<PeerAuthenticationSpec>(object).selector?.matchLabels);
    // A selector in the root namespace reaches nobody.
    if (mesh.isReplaced(object) || Object.keys(labels).length === 0 || object.namespace === mesh.fact(meshConfig).rootNamespace) continue;
    found.set(object.namespace, [...found.get(object.namespace) ?? [], object]);
  }
  return found;
}

function portsOf(policy: MeshObject | undefined): number[] {
  return policy === undefined ? [] : Object.keys(specOf<PeerAuthenticationSpec>(policy).portLevelMtls ?? {}).map(Number);
}
