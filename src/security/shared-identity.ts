import { IConstruct } from 'constructs';
import { CallerIdentity, IMeshCaller } from '../model/identity';
import { selects } from '../model/kubernetes-object';
import { MeshService } from '../model/mesh-service';
import { MeshWorkload } from '../model/mesh-workload';
import { PodIndex, describeTemplate } from '../model/pod-index';

/**
 * What is wrong with rules by these accounts where only the caller is meant: whoever else runs under one is let in with it.
 *
 * @param consent what to say where all of them are meant
 */
export function sharedAccounts(caller: IMeshCaller, identities: readonly CallerIdentity[], pods: PodIndex, consent: string): string[] {
  return identities.flatMap((identity) => {
    const others = sharersOf(identity, caller, pods);
    return others.length === 0 ? [] : [
      `the service account ${identity.toString()} is not ${caller.callerName}'s alone. It is shared by: ${others.join('; ')}. `
      + `Give ${caller.callerName} a service account of its own, or say ${consent}.`,
    ];
  });
}

/** Who else calls under an identity, in words; empty when nobody is known to. */
function sharersOf(identity: CallerIdentity, caller: IMeshCaller, pods: PodIndex): string[] {
  if (identity.foreignPrincipal !== undefined) return [];
  const own = new Set<IConstruct>(caller.callerPods());
  const described = describedPods(caller);
  const others = pods.underAccount(identity.toString())
    .filter(({ object, facts }) => !own.has(object) && !described.some((selector) => selects(selector, facts.labels)))
    .map(describeTemplate);
  return identity.name === 'default'
    ? [...others, `every pod of ${identity.namespace} that has no service account of its own`]
    : others;
}

/** The selectors of the caller's pods where it is known by labels only: the same pods may be rendered here. */
function describedPods(caller: IMeshCaller): { [label: string]: string }[] {
  const workloads = caller instanceof MeshService ? caller.workloads : caller instanceof MeshWorkload ? [caller] : [];
  return workloads.filter((workload) => workload.rendered === undefined).map((workload) => workload.selector);
}
