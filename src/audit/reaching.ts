import { Reaching } from './target';
import { PolicyScope, ScopedPolicies } from '../check/facts/authorization-policies';
import { MeshFacts } from '../check/facts/mesh-facts';
import { Labels, Workload } from '../check/facts/workloads';

/** Pods, as policies choose them. */
export interface Pods {
  readonly namespace: string;
  readonly labels: Labels;
  /** Whether these are all of their labels; pods that are out of sight may have more. */
  readonly labelsAreWhole: boolean;
  /** The Gateway of the Gateway API that they run for. */
  readonly gatewayName?: string;
}

/** The policies of a kind that reach pods, and those that may. */
export function reaching<P extends PolicyScope>(mesh: MeshFacts, policies: ScopedPolicies<P>, pods: Pods): readonly Reaching<P>[] {
  const found: Reaching<P>[] = [];
  for (const policy of policies.all) {
    if (mesh.isReplaced(policy.object) || (policy.namespace !== pods.namespace && !policy.everywhere)) continue;
    const reaches = policy.targets.length > 0
      ? pods.gatewayName !== undefined && policy.namespace === pods.namespace && policy.targets.includes(`Gateway/${pods.gatewayName}`)
      : hasAll(pods, policy.labels);
    if (reaches !== false) found.push({ policy, isCertain: reaches === true });
  }
  return found;
}

/** The same for a workload in sight, which is no gateway. */
export function reachingWorkload<P extends PolicyScope>(policies: ScopedPolicies<P>, workload: Workload): readonly Reaching<P>[] {
  return policies.reaching(workload).map((policy) => ({ policy, isCertain: true }));
}

/** Whether pods have labels; undefined where they may. */
export function hasAll({ labels, labelsAreWhole }: Pods, wanted: Labels): boolean | undefined {
  let certain = true;
  for (const key of Object.keys(wanted)) {
    if (Object.hasOwn(labels, key)) {
      if (labels[key] !== wanted[key]) return false;
    } else if (labelsAreWhole) {
      return false;
    } else {
      certain = false;
    }
  }
  return certain ? true : undefined;
}
