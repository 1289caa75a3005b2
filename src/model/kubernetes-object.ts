import { ApiObject, Lazy } from 'cdk8s';
import { IConstruct } from 'constructs';

/** The Kubernetes object of one of the given kinds behind a construct: itself, or the only one below it. */
export function findObject(construct: IConstruct, kinds: readonly string[], what: string): ApiObject {
  if (isApiObject(construct)) {
    if (kinds.includes(construct.kind)) return construct;
    throw new Error(`[${construct.node.path}] is a ${construct.kind}; a ${what} is of kind ${kinds.join(', ')}.`);
  }
  const found = construct.node.findAll().filter(isApiObject).filter((object) => kinds.includes(object.kind));
  if (found.length === 1) return found[0];
  const seen = found.map((object) => `${object.kind} ${object.node.path}`).join(', ');
  throw new Error(
    `[${construct.node.path}] a ${what} must hold exactly one object of kind ${kinds.join(', ')}; `
    + (seen === '' ? 'this holds none. An imported construct has no object: give name and namespace instead.' : `this holds ${seen}. Pass the one that is meant.`));
}

function isApiObject(construct: IConstruct): construct is ApiObject {
  return ApiObject.isApiObject(construct);
}

/** The value behind a `Lazy`, for names that are not said yet when they are first asked for. */
export function resolveLazy<T>(value: T): T {
  return value instanceof Lazy ? value.produce() : value;
}

/**
 * Labels that only select right until code moves or a Deployment rolls: cdk8s-plus' hash of the
 * construct's path and the controllers' hash of the pod template.
 */
const UNSTABLE_LABELS = new Set(['cdk8s.io/metadata.addr', 'pod-template-hash', 'controller-revision-hash', 'rollouts-pod-template-hash']);

export function stableLabels(labels: Record<string, unknown> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(labels ?? {})
    .filter(([key]) => !UNSTABLE_LABELS.has(key))
    .map(([key, value]) => [key, String(resolveLazy(value))]));
}

/** The first label of a selector that only one workload's pods have. */
export function unstableLabel(selector: Record<string, unknown> | undefined): string | undefined {
  return Object.keys(selector ?? {}).find((key) => UNSTABLE_LABELS.has(key));
}

/** Whether labels satisfy an equality selector. */
export function selects(selector: Record<string, string>, labels: Record<string, string>): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
