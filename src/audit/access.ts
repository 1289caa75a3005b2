import { CallerIdentity } from './caller-identity';
import { Exposure, exposures } from './exposure';
import { mayCall } from './may-call';
import { Ineffective, PlacedRow } from './row';
import { rowsOf } from './rows';
import { Target } from './target';
import { running, targetsOf } from './targets';
import { authorizationPolicies } from '../check/facts/authorization-policies';
import { meshConfig } from '../check/facts/mesh-config';
import { MeshFacts } from '../check/facts/mesh-facts';
import { dataPlaneOf } from '../check/facts/namespaces';
import { Finding } from '../check/finding';
import { inCluster } from '../check/in-cluster';
import { MeshSnapshot } from '../manifest/mesh-snapshot';
import { ReadProblem } from '../manifest/read-problem';

/** A gateway that leads to a target, and whether the target lets it in; undefined where that is not known. */
export interface Exposed extends Exposure {
  readonly isLetIn: boolean | undefined;
}

/** A target, and what holds for it as a whole. */
export interface TargetAccess {
  readonly target: Target;
  readonly rows: readonly PlacedRow[];
  readonly ineffective: readonly Ineffective[];
  readonly exposed: readonly Exposed[];
}

/** Somebody who is known by name. */
export interface KnownCaller extends CallerIdentity {
  readonly name: string;
  /** The workloads in sight that have the identity. */
  readonly workloads: readonly string[];
}

/** Who may call whom. */
export interface Access {
  readonly targets: readonly TargetAccess[];
  /** The identities of workloads in sight, and those that rules name. */
  readonly callers: readonly KnownCaller[];
  /** The mesh's own trust domain first. */
  readonly trustDomains: readonly string[];
  /** What the API server or istiod would refuse, so that it changes nothing. */
  readonly refused: readonly Finding[];
  /** What of the input could not be read. */
  readonly problems: readonly ReadProblem[];
  /** What else one has to know to read it right. */
  readonly notes: readonly string[];
  readonly mesh: MeshFacts;
}

/** Judges every policy of a snapshot, as Istio would in a cluster that holds it. */
export function accessOf(snapshot: MeshSnapshot): Access {
  const { mesh, refused } = inCluster(snapshot);
  const config = mesh.fact(meshConfig);
  const trustDomains = [config.trustDomain, ...config.trustDomainAliases];
  const known = targetsOf(mesh).map((target) => ({ target, ...rowsOf(target, config) }));
  const targets = known.map((one): TargetAccess => ({ ...one, exposed: exposedBy(mesh, one, trustDomains) }));
  return {
    targets,
    callers: callersOf(mesh, known.flatMap(({ rows }) => rows), config.trustDomain),
    trustDomains,
    refused,
    problems: snapshot.problems.filter(({ isForeign }) => !isForeign),
    notes: notesOf(mesh, known.map(({ target }) => target)),
    mesh,
  };
}

function exposedBy(mesh: MeshFacts, { target, rows }: Pick<TargetAccess, 'target' | 'rows'>, domains: readonly string[]): readonly Exposed[] {
  return target.services.flatMap((service) => mesh.fact(exposures).get(`${target.namespace}/${service}`) ?? []).map((exposure): Exposed => {
    const answers = exposure.identities.map((identity) => {
      const [namespace, serviceAccount] = identity.split('/');
      return mayCall(rows, { identity: { trustDomain: domains[0], namespace, serviceAccount } }, domains).length > 0;
    });
    return { ...exposure, isLetIn: answers.length === 0 ? undefined : answers.includes(true) };
  });
}

function callersOf(mesh: MeshFacts, rows: readonly PlacedRow[], trustDomain: string): readonly KnownCaller[] {
  const found = new Map<string, { readonly identity: CallerIdentity; readonly workloads: string[] }>();
  for (const workload of running(mesh)) {
    if (dataPlaneOf(mesh, workload) === 'none') continue;
    const { namespace, serviceAccount } = workload;
    const name = `${namespace}/${serviceAccount}`;
    const known = found.get(name) ?? { identity: { trustDomain, namespace, serviceAccount }, workloads: [] };
    known.workloads.push(workload.title);
    found.set(name, known);
  }
  for (const { caller, identity } of rows) {
    if (identity === undefined || found.has(caller)) continue;
    found.set(caller, { identity: { ...identity, trustDomain: identity.trustDomain ?? trustDomain }, workloads: [] });
  }
  return [...found].sort(([one], [other]) => one < other ? -1 : 1).map(([name, { identity, workloads }]) => ({ ...identity, name, workloads }));
}

function notesOf(mesh: MeshFacts, targets: readonly Target[]): readonly string[] {
  const notes: string[] = [];
  const { rootNamespace, object } = mesh.fact(meshConfig);
  if (!mesh.isComplete()) {
    notes.push(`What is not in the input is taken not to exist: also policies of the root namespace ${rootNamespace}${object === undefined ? ', its name and the trust domain, which are taken to be the defaults' : ''}.`);
  }
  const reaching = new Set(targets.flatMap(({ policies }) => policies.map(({ policy }) => policy)));
  for (const policy of mesh.fact(authorizationPolicies).all) {
    const { object: { namespace, name }, action, isDryRun } = policy;
    const title = `AuthorizationPolicy ${namespace}/${name}`;
    if (mesh.isReplaced(policy.object)) continue;
    if (!reaching.has(policy)) {
      notes.push(policy.targets.some((target) => !target.startsWith('Gateway/'))
        ? `${title} is for a waypoint (${policy.targets.join(', ')}), which is not judged.`
        : `${title} reaches nothing that is in sight.`);
    } else if (action === 'AUDIT') {notes.push(`${title} only audits: it lets nobody in and keeps nobody out.`);} else if (isDryRun) {notes.push(`${title} is a dry run: it decides nothing.`);}
  }
  return notes;
}
