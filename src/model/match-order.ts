import { MatchAtom, MatchAtoms, isEmpty } from './match-atom';
import { StringCondition } from '../semantics/string-condition';

/**
 * Most specific first: an exact path, then longer before shorter regexes, then longer before shorter
 * prefixes, then no path; then more conditions, an exception counting as one; then stricter ones; then
 * fewer methods and gateways; then longer values. What is still equal is put in the order of its text, so
 * that the order of creation never matters.
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
/** What is left when a wider condition is taken away is narrower. */
const STRICTNESS_WITHOUT = { exact: 0, regex: 1, prefix: 2, present: 3 };

function rank(atom: MatchAtom): number[] {
  const named = [...[atom.headers, atom.queryParams, atom.claims].flatMap((one) => Object.values(one ?? {})), atom.scheme, atom.authority]
    .filter((condition) => condition !== undefined);
  const without = [...Object.values(atom.withoutHeaders ?? {}), ...Object.values(atom.withoutClaims ?? {})];
  const others = [atom.port, atom.methods, atom.sourceNamespace, atom.gateways].filter((part) => part !== undefined);
  const except = atom.except ?? [];
  return [
    atom.uri ? STRICTNESS[atom.uri.kind] : -1,
    atom.uri?.value.length ?? 0,
    named.length + without.length + others.length + Object.keys(atom.sourceLabels ?? {}).length + except.length,
    sum(named.map(({ kind }) => STRICTNESS[kind])) + sum(without.map(({ kind }) => STRICTNESS_WITHOUT[kind])),
    -(atom.methods?.length ?? 0) - (atom.gateways?.length ?? 0),
    lengths(named) - lengths(without) - sum(except.map(({ uri }) => uri?.value.length ?? 0)),
  ];
}

function lengths(conditions: readonly StringCondition[]): number {
  return sum(conditions.map(({ value }) => value.length));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Equal for equal matches, in whatever order they were put together. */
export function matchKey(atoms: MatchAtoms): string {
  if (atoms.length === 1 && isEmpty(atoms[0])) return '*';
  return JSON.stringify(atoms.map(atomKey).sort());
}

function atomKey(atom: MatchAtom): string {
  const parts = [
    atom.uri ?? null,
    [...atom.methods ?? []].sort(),
    atom.port ?? null,
    sorted(atom.headers),
    sorted(atom.queryParams),
    atom.scheme ?? null,
    atom.authority ?? null,
    sorted(atom.withoutHeaders),
    sorted(atom.sourceLabels),
    atom.sourceNamespace ?? null,
    [...atom.gateways ?? []].sort(),
    (atom.except ?? []).map(atomKey).sort(),
    ...atom.claims || atom.withoutClaims ? [sorted(atom.claims), sorted(atom.withoutClaims)] : [],
  ];
  return JSON.stringify(parts.map((part) => JSON.stringify(part)));
}

function sorted(object: Readonly<Record<string, unknown>> | undefined): [string, unknown][] {
  return Object.entries(object ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}
