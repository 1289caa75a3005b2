import { Construct } from 'constructs';
import { IMeshTarget } from './mesh-target';
import { describeValue } from '../semantics/describe-value';

/*
 * What callers without a type checker give: each check throws with the value, what is allowed, and
 * what to write. Undefined passes where a field is optional; null never does, as it would be
 * "no restriction" to a reader and to Istio alike.
 */

/** How pods become something that policies know. */
export const WRAP_PODS = "Wrap pods (a Deployment, a CronJob …) first: new MeshWorkload(scope, 'id', { workload })";

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function checkProps(value: unknown, example: string): void {
  if (!isObject(value)) throw new Error(`${describeValue(value)} is given instead of props. Write ${example}.`);
}

/** What a constructor gets. */
export function checkConstructProps({ node }: Construct, props: unknown, example: string): void {
  if (!isObject(props)) throw new Error(`[${node.path}] ${describeValue(props)} is given instead of props. Write for example ${example}.`);
}

/** @param what whose options they are */
export function checkOptions(what: string, options: unknown, example: string): void {
  if (!isObject(options)) throw new Error(`${what}: the options are ${describeValue(options)}. Give an object, for example ${example}, or leave them out.`);
}

export function checkText(field: string, value: unknown, example: string): void {
  if (typeof value !== 'string') throw new Error(`\`${field}\` is ${describeValue(value)}, not a text. Write for example "${example}".`);
}

export function checkList(field: string, value: unknown, example: string): void {
  if (!Array.isArray(value)) throw new Error(`\`${field}\` is ${describeValue(value)}, not a list. Write for example ${field}: ${example}.`);
}

export function checkFlags(flags: { readonly [field: string]: unknown }): void {
  for (const [field, value] of Object.entries(flags)) {
    if (value !== undefined && typeof value !== 'boolean') throw new Error(`\`${field}\` is ${describeValue(value)}. Write true or false, without quotes, or leave it out.`);
  }
}

/** @param values the enum whose members are meant */
export function checkMember(field: string, value: unknown, name: string, values: { readonly [member: string]: string }): void {
  if (Object.values(values).includes(value as string)) return;
  throw new Error(`\`${field}\` is ${describeValue(value)}. Give ${Object.keys(values).map((member) => `${name}.${member}`).join(' or ')}.`);
}

export function checkTarget(value: unknown): asserts value is IMeshTarget {
  if (Construct.isConstruct(value) && 'selector' in value && 'name' in value && typeof (value as Partial<IMeshTarget>).namespace === 'string') return;
  throw new Error(`the target is ${describeValue(value)}, and policies select the pods of a MeshService or a MeshWorkload. Give one of these. ${WRAP_PODS}.`);
}
