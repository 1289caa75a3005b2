import { checkList } from '../../model/given';
import { describeValue } from '../../semantics/describe-value';

/** What an attribute may be, and what not. */
export interface PolicyValues {
  /**
   * Any of these is enough. `*` alone is any value, a `*` at the end or at the beginning stands for any text there:
   * `beta-*`, `*.example.com`.
   *
   * @default - any value, or none
   */
  readonly values?: string[];
  /**
   * None of these. A request that does not have the attribute at all is none of them, either.
   *
   * @default - none
   */
  readonly notValues?: string[];
}

/** Both lists, each value once. Throws for what Istio refuses, and for what never matches. */
export function checkValues(what: string, given: unknown, check: (value: string, field: string) => void): Required<PolicyValues> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new Error(`${what}: ${describeValue(given)} is given instead of values. Write for example { values: ['reader'] } or { notValues: ['guest'] }.`);
  }
  const { values, notValues } = given as PolicyValues;
  const wanted = listOf(what, 'values', values, check);
  const excluded = listOf(what, 'notValues', notValues, check);
  if (wanted.length + excluded.length === 0) throw new Error(`${what}: neither \`values\` nor \`notValues\` are given. Name at least one value; any value is { values: ['*'] }.`);
  refuseBoth(what, wanted, excluded);
  return { values: wanted, notValues: excluded };
}

/** Throws where a value is wanted and excluded. */
export function refuseBoth(what: string, wanted: readonly string[], excluded: readonly string[]): void {
  const both = wanted.find((value) => excluded.includes(value));
  if (both !== undefined) throw new Error(`${what}: ${describeValue(both)} is both wanted and excluded, so it never matches. Leave out one of them.`);
  if (excluded.includes('*') && wanted.length > 0) throw new Error(`${what}: "*" excludes every value, so none of ${wanted.join(', ')} ever matches. Leave it out.`);
}

/** `*` has a meaning at one end only; elsewhere Istio looks for the asterisk itself. */
export function checkWildcard(what: string, value: string): void {
  const inner = value.replace(/^\*|\*$/g, '');
  if (!inner.includes('*') && !(value.length > 1 && value.startsWith('*') && value.endsWith('*'))) return;
  throw new Error(`${what}: in "${value}", "*" stands for any text only at the beginning or at the end, and once. Write for example "beta-*", or "*" for any value.`);
}

function listOf(what: string, field: 'values' | 'notValues', given: unknown, check: (value: string, field: string) => void): string[] {
  if (given === undefined) return [];
  checkList(`${what}: ${field}`, given, "['reader']");
  const values = given as unknown[];
  if (values.length === 0) throw new Error(`${what}: \`${field}\` is empty, which is no condition to Istio. Name at least one value, or leave it out.`);
  for (const value of values) {
    if (typeof value !== 'string' || value === '') throw new Error(`${what}: \`${field}\` holds ${describeValue(value)}, which is not a text. Write it in quotes, for example "reader".`);
    check(value, field);
  }
  return [...new Set(values as string[])];
}
