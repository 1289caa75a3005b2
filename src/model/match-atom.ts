import { StringCondition, both, implies } from '../semantics/string-condition';

/** One conjunction of conditions on a request: what Istio calls an HTTPMatchRequest. */
export interface MatchAtom {
  readonly uri?: StringCondition;
  readonly scheme?: StringCondition;
  /** The Host header, with the port where it names one. */
  readonly authority?: StringCondition;
  /** Any of these methods. */
  readonly methods?: readonly string[];
  readonly port?: number;
  /** By lower-case name. */
  readonly headers?: Readonly<Record<string, StringCondition>>;
  /** By lower-case name; satisfied where the header is absent or has another value. */
  readonly withoutHeaders?: Readonly<Record<string, StringCondition>>;
  readonly queryParams?: Readonly<Record<string, StringCondition>>;
  /** Labels of the calling pod, all of them. */
  readonly sourceLabels?: Readonly<Record<string, string>>;
  /** The namespace of the calling pod. */
  readonly sourceNamespace?: string;
  /** Any of these gateways, as `NAMESPACE/NAME`. */
  readonly gateways?: readonly string[];
}

/** Any of these; `[{}]` is every request, `[]` none. */
export type MatchAtoms = readonly MatchAtom[];

export const EVERY_REQUEST: MatchAtoms = [{}];

/** Thrown where Istio has no way to say that two conditions hold at once. */
export class CannotCombine extends Error {}

/** Requests that satisfy both. */
export function intersect(a: MatchAtoms, b: MatchAtoms): MatchAtoms {
  if (a === EVERY_REQUEST) return b;
  if (b === EVERY_REQUEST) return a;
  return a.flatMap((x) => b.map((y) => intersectAtoms(x, y))).filter((atom) => atom !== undefined);
}

function intersectAtoms(a: MatchAtom, b: MatchAtom): MatchAtom | undefined {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  const uri = intersectField('path', a.uri, b.uri);
  const headers = intersectMaps('header', a.headers, b.headers);
  const queryParams = intersectMaps('query parameter', a.queryParams, b.queryParams);
  const methods = a.methods && b.methods ? a.methods.filter((method) => b.methods!.includes(method)) : a.methods ?? b.methods;
  const portsDiffer = a.port !== undefined && b.port !== undefined && a.port !== b.port;
  if (uri === 'never' || headers === 'never' || queryParams === 'never' || methods?.length === 0 || portsDiffer) return undefined;
  return defined({ uri, methods, port: a.port ?? b.port, headers, queryParams });
}

function intersectField(what: string, a?: StringCondition, b?: StringCondition): StringCondition | 'never' | undefined {
  if (!a || !b) return a ?? b;
  const result = both(a, b);
  if (result === 'unknown') {
    throw new CannotCombine(`the ${what} would have to match both ${describe(a)} and ${describe(b)}, and Istio takes one condition`);
  }
  return result;
}

function intersectMaps(
  what: string,
  a?: MatchAtom['headers'],
  b?: MatchAtom['headers'],
): MatchAtom['headers'] | 'never' {
  if (!a || !b) return a ?? b;
  const result = new Map(Object.entries(a));
  for (const [name, condition] of Object.entries(b)) {
    const combined = intersectField(`${what} "${name}"`, result.get(name), condition)!;
    if (combined === 'never') return 'never';
    result.set(name, combined);
  }
  return Object.fromEntries(result);
}

/** Whether every request that satisfies `a` satisfies `b`. False where that cannot be told. */
export function covers(b: MatchAtoms, a: MatchAtoms): boolean {
  return a.every((x) => b.some((y) => atomImplies(x, y)));
}

function atomImplies(a: MatchAtom, b: MatchAtom): boolean {
  return (b.uri === undefined || (a.uri !== undefined && implies(a.uri, b.uri)))
    && (b.methods === undefined || (a.methods !== undefined && a.methods.every((method) => b.methods!.includes(method))))
    && (b.port === undefined || a.port === b.port)
    && mapImplies(a.headers, b.headers)
    && mapImplies(a.queryParams, b.queryParams);
}

function mapImplies(a: MatchAtom['headers'], b: MatchAtom['headers']): boolean {
  if (b === undefined || a === b) return true;
  if (a === undefined) return Object.keys(b).length === 0;
  return Object.entries(b).every(([name, condition]) => Object.hasOwn(a, name) && implies(a[name], condition));
}

/**
 * Most specific first: an exact path, then longer before shorter regexes, then longer before shorter
 * prefixes, then no path; then more conditions; then stricter ones; then fewer methods. What is still
 * equal is put in the order of its text, so that the order of creation never matters.
 */
export function bySpecificity(a: MatchAtoms, b: MatchAtoms): number {
  const [x, y] = [leastSpecific(a), leastSpecific(b)];
  return compareAtoms(x, y) || (matchKey(a) < matchKey(b) ? -1 : 1);
}

function leastSpecific(atoms: MatchAtoms): MatchAtom {
  return atoms.reduce((least, atom) => (compareAtoms(atom, least) > 0 ? atom : least));
}

function compareAtoms(a: MatchAtom, b: MatchAtom): number {
  const [x, y] = [rank(a), rank(b)];
  const at = x.findIndex((value, index) => value !== y[index]);
  return at < 0 ? 0 : y[at] - x[at];
}

const STRICTNESS = { exact: 3, regex: 2, prefix: 1, present: 0 };

function rank(atom: MatchAtom): number[] {
  const named = [...Object.values(atom.headers ?? {}), ...Object.values(atom.queryParams ?? {})];
  return [
    atom.uri ? STRICTNESS[atom.uri.kind] : -1,
    atom.uri?.value.length ?? 0,
    named.length + (atom.port === undefined ? 0 : 1) + (atom.methods ? 1 : 0),
    named.reduce((sum, condition) => sum + STRICTNESS[condition.kind], 0),
    -(atom.methods?.length ?? 0),
  ];
}

/** Equal for equal matches, in whatever order they were put together. */
export function matchKey(atoms: MatchAtoms): string {
  if (atoms.length === 1 && isEmpty(atoms[0])) return '*';
  return JSON.stringify(atoms.map((atom) => [
    atom.uri ?? null,
    [...atom.methods ?? []].sort(),
    atom.port ?? null,
    Object.entries(atom.headers ?? {}).sort(byName),
    Object.entries(atom.queryParams ?? {}).sort(byName),
  ]).map((part) => JSON.stringify(part)).sort());
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

function describe(condition: StringCondition): string {
  return condition.kind === 'present' ? 'any value' : `${condition.kind} "${condition.value}"`;
}

function isEmpty(atom: MatchAtom): boolean {
  for (const _ in atom) return false;
  return true;
}

function defined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
