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
function selectedBeside(target: IMeshTarget, pods: PodIndex): string[] {
  const meant = derivedFrom(target);
  if (!meant) return [];
  const { selector } = target;
  return pods.inNamespace(target.namespace)
    .filter(({ object, facts }) => !meant.has(object) && selects(selector, facts.labels))
    .map(describeTemplate);
}

/**
 * What is wrong with a policy for this target that selects other pods as well. Throws where the target's labels cannot be known.
 *
 * @param policy what selects them, for the message
 */
export function selectorTooWide(target: IMeshTarget, pods: PodIndex, policy = `a policy for ${target.name} [${target.node.path}]`): string[] {
  const labels = Object.entries(target.selector).map(([key, value]) => `${key}=${value}`).join(', ');
  const others = selectedBeside(target, pods);
  return others.length === 0 ? [] : [
    `${policy} would select ${labels}, and so these pods too: ${others.join('; ')}. `
    + `Give the pods of ${target.name} a label of their own, or say which are meant by \`selector\` of its MeshWorkload.`,
  ];
}

/** The pods that the selector was derived from; undefined where it was not. */
function derivedFrom(target: IMeshTarget): Set<IConstruct> | undefined {
  if (target instanceof MeshService && !target._selectsByService) {
    return target.workloads.every((workload) => workload._derivesSelector) ? new Set(target.callerPods()) : undefined;
  }
  return target instanceof MeshWorkload && target._derivesSelector ? new Set(target.callerPods()) : undefined;
}
