import { createHash } from 'node:crypto';
import { shortName } from '../semantics/kubernetes-name';

const MAX_LABEL = 63;

/** A candidate for an object's name, and what the object is about. */
export interface Nameable {
  readonly base: string;
  /** Differs for objects that mean different things. Only asked for where names are equal. */
  readonly key: () => string;
}

/**
 * The base, if it is nobody else's. All that have equal ones get a hash of what they are about, so
 * that no name depends on the order in which they were made.
 */
export function distinctName<T extends Nameable>(one: T, all: readonly T[]): string {
  const equal = all.filter(({ base }) => base === one.base);
  if (equal.length <= 1) return shortName(one.base);
  const key = one.key();
  const ordinal = equal.filter((other) => other.key() === key).indexOf(one);
  const hash = createHash('sha256').update(ordinal <= 0 ? key : `${key}#${ordinal}`).digest('hex').slice(0, 8);
  return `${one.base.slice(0, MAX_LABEL - hash.length - 1).replace(/[-.]+$/, '')}-${hash}`;
}

/** A selector in whatever order its labels were written. */
export function selectorKey(selector: { readonly [label: string]: string }): string {
  return JSON.stringify(Object.entries(selector).sort(([a], [b]) => (a < b ? -1 : 1)));
}
