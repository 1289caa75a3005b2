import { IConstruct } from 'constructs';
import type { AllowRule } from './allow-rule';
import { AMBIENT_LABELS } from '../model/ambient-mesh';
import { IMeshCaller } from '../model/identity';
import { selects } from '../model/kubernetes-object';
import { IMeshTarget } from '../model/mesh-target';
import { PodIndex } from '../model/pod-index';
import { PodFacts, RenderedWorkload } from '../model/pod-template';

/** Pods of this App that switch their sidecar off: as a caller they have no identity, as a target nothing protects them. */
export function withoutSidecar({ title, caller, target }: AllowRule, pods: PodIndex): string[] {
  return [
    ...(caller?.callerPods() ?? []).flatMap((pod) => reasonOf(pod, describe)).map((reason) =>
      `allow ${title}: ${reason}, so pods of the caller have no sidecar and no identity, and this never matches for them. Take that out, or allow them by allowPlaintext.`),
    ...targetReasons(target, pods, describe).map((reason) =>
      `allow ${title}: ${reason}, so pods of the target have no sidecar, and nothing enforces this policy or deny-all there: everyone may call them. `
      + 'Take that out, or leave out the allow and protect them by a NetworkPolicy.'),
  ];
}

/** Pods of this App that keep out of the ambient mesh: ztunnel stands neither before nor behind them. */
export function outOfAmbient({ title, caller, target }: AllowRule, pods: PodIndex): string[] {
  return [
    ...(caller?.callerPods() ?? []).flatMap((pod) => reasonOf(pod, describeMode)).map((reason) =>
      `allow ${title}: ${reason}, so pods of the caller are not in the mesh and have no identity, and this never matches for them. Take that out, or allow them by allowPlaintext.`),
    ...targetReasons(target, pods, describeMode).map((reason) =>
      `allow ${title}: ${reason}, so pods of the target are not in the mesh, and nothing enforces this policy or deny-all there: everyone may call them. `
      + 'Take that out, or leave out the allow and protect them by a NetworkPolicy.'),
  ];
}

/** Of a target known by its selector only, just where all of its pods are without: one may be a helper that it selects by accident. */
function targetReasons(target: IMeshTarget & Partial<IMeshCaller>, pods: PodIndex, say: typeof describe): string[] {
  const own = target.callerPods?.() ?? [];
  if (own.length > 0) return own.flatMap((pod) => reasonOf(pod, say));
  const selected = pods.inNamespace(target.namespace).filter(({ facts }) => selects(target.selector, facts.labels));
  const reasons = selected.flatMap(({ object, facts }) => say(object, facts));
  return reasons.length === selected.length ? reasons : [];
}

function reasonOf(construct: IConstruct, say: typeof describe): string[] {
  const workload = new RenderedWorkload(construct);
  return say(workload.object, workload.facts());
}

function describe(object: IConstruct & { kind: string }, facts: PodFacts): string[] {
  return facts.proxy.refused === undefined ? [] : [`the ${object.kind} [${object.node.path}] says ${facts.proxy.refused}`];
}

function describeMode(object: IConstruct & { kind: string }, { allLabels, proxy }: PodFacts): string[] {
  const mode = allLabels[AMBIENT_LABELS.mode];
  const hostNetwork = proxy.refused?.startsWith('hostNetwork') ? proxy.refused : undefined;
  const reason = mode !== undefined && mode !== 'ambient' ? `${AMBIENT_LABELS.mode}: ${mode}` : hostNetwork;
  return reason === undefined ? [] : [`the ${object.kind} [${object.node.path}] says ${reason}`];
}
