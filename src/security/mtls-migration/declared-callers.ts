import { IConstruct } from 'constructs';
import { CalledPods, Finding, podsOfTarget } from './finding';
import { MigratedMesh } from './migrated-mesh';
import { MtlsPhase } from './mtls-edge';
import type { MtlsMigrationCaller } from './mtls-migration-props';
import { DECLARED_CALLS } from '../../model/declared-calls';
import { IMeshCaller } from '../../model/identity';
import { IMeshTarget } from '../../model/mesh-target';
import { describeTemplate } from '../../model/pod-index';
import { targetPorts } from '../../model/target-ports';

/** Who is known by name to call: said to the migration, or as a declared call of the App. */
export function declaredCallers(migration: IConstruct, mesh: MigratedMesh, callers: readonly MtlsMigrationCaller[]): Finding[] {
  const path = migration.node.path;
  const said = callers.flatMap((caller) => callsOf(mesh, caller, path));
  const declared = DECLARED_CALLS.of(migration)
    .filter(({ target }) => mesh.isMigrated(target.namespace))
    .flatMap(({ caller, target, options }) => callsOf(mesh, { caller, target, ports: options.ports }, caller.node.path));
  return [...said, ...declared];
}


function callsOf(mesh: MigratedMesh, { caller, name, target, ports }: MtlsMigrationCaller, source: string): Finding[] {
  const pods: CalledPods = podsOfTarget(target);
  const reasons = caller ? reasonsOf(mesh, caller) : ['it is outside of the mesh'];
  const title = name ?? caller!.callerName;
  return (portsOf(target, ports) ?? [undefined]).map((port): Finding => ({
    caller: title,
    target: pods,
    port,
    ...reasons.length === 0
      ? { why: 'it has a sidecar, or gets one', remedy: '' }
      : {
        breaksAt: MtlsPhase.STRICT,
        why: `it speaks plaintext: ${reasons.join('; ')}`,
        remedy: caller
          ? 'Give it a sidecar, lead it through a gateway, or keep the port open (`openPorts`).'
          : 'Bring it into the mesh, lead it through a gateway, or keep the port open (`openPorts`).',
      },
    source,
  }));
}

/** The ports of a service whose ports are known; every port of a workload. */
function portsOf(target: IMeshTarget, ports: readonly number[] | undefined): number[] | undefined {
  try {
    return targetPorts(target, ports, undefined);
  } catch (error) {
    if (ports !== undefined) throw error;
    return undefined;
  }
}

/** Why some of its pods speak plaintext, in words. */
function reasonsOf(mesh: MigratedMesh, caller: IMeshCaller): string[] {
  const own = new Set<unknown>(caller.callerPods());
  const pods = mesh.everyPod.filter(({ object }) => own.has(object));
  if (pods.length > 0) return [...new Set(pods.flatMap((pod) => mesh.withoutSidecar(pod) ?? []))];
  return [...new Set(namespacesOf(mesh, caller).flatMap((namespace) => mesh.namespaceWithout(namespace) ?? []))];
}

/** Of pods that the App does not render. A virtual machine has its sidecar whatever its namespace says. */
function namespacesOf(mesh: MigratedMesh, caller: IMeshCaller): string[] {
  const { namespace } = caller as Partial<IMeshTarget>;
  if (isMachine(mesh, caller)) return [];
  return namespace !== undefined ? [namespace] : caller.callerIdentities().map((identity) => identity.namespace);
}

function isMachine(mesh: MigratedMesh, caller: IMeshCaller): boolean {
  const machines = new Set(mesh.machineAccounts);
  try {
    const identities = caller.callerIdentities();
    return identities.length > 0 && identities.every((identity) => machines.has(identity.toString()));
  } catch {
    return false; // pods of which only the labels are known
  }
}

/** Pods of the App without a sidecar, of which nobody says whom they call. */
export function possibleCallers(mesh: MigratedMesh, known: readonly Finding[]): Finding[] {
  const named = new Set(known.map(({ caller }) => caller));
  return mesh.everyPod.flatMap((pod) => {
    const why = mesh.withoutSidecar(pod);
    if (why === undefined || named.has(pod.name)) return [];
    return mesh.namespaces.map((namespace): Finding => ({
      caller: describeTemplate(pod),
      target: { namespace, name: '*' },
      breaksAt: MtlsPhase.STRICT,
      undeclared: true,
      why: `${why}, and nothing says whom it calls`,
      remedy: 'Where it calls, say so in `callers`; where it does not, nothing is to be done.',
      source: pod.object.node.path,
    }));
  });
}
