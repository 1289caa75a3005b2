import { IConstruct } from 'constructs';
import { selects } from './kubernetes-object';
import { MeshService } from './mesh-service';
import { IMeshTarget } from './mesh-target';
import { MeshWorkload } from './mesh-workload';
import { PodIndex, describeTemplate } from './pod-index';

/**
 * Other workloads whose pods a policy for this target would select as well, in words. Only where the
 * selector was found by us: one that the user wrote, or the Service's own, says itself what is meant.
 */
export function selectedBeside(target: IMeshTarget, pods: PodIndex): string[] {
  const meant = derivedFrom(target);
  if (!meant) return [];
  const { selector } = target;
  return pods.inNamespace(target.namespace)
    .filter(({ object, facts }) => !meant.has(object) && selects(selector, facts.labels))
    .map(describeTemplate);
}

/** The pods that the selector was derived from; undefined where it was not. */
function derivedFrom(target: IMeshTarget): Set<IConstruct> | undefined {
  if (target instanceof MeshService && !target._selectsByService) {
    return target.workloads.every((workload) => workload._derivesSelector) ? new Set(target.callerPods()) : undefined;
  }
  return target instanceof MeshWorkload && target._derivesSelector ? new Set(target.callerPods()) : undefined;
}
