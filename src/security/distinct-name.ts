import { createHash } from 'node:crypto';
import { shortName } from '../semantics/kubernetes-name';

const MAX_LABEL = 63;

/** A candidate for an object's name, and what the object is about. */
export interface Nameable {
  readonly base: string;
  /** Differs for objects that mean different things. Only asked for where names are equal. */
  readonly key: () => string;
}

/** The names of objects of one kind in one namespace, as they are when this is made. */
export class DistinctNames<T extends Nameable> {
  private readonly byBase: ReadonlyMap<string, readonly T[]>;
  private readonly byKey = new Map<string, ReadonlyMap<string, readonly T[]>>();

  constructor(all: readonly T[]) {
    this.byBase = grouped(all, ({ base }) => base);
  }

  /**
   * The base, if it is nobody else's. All that have equal ones get a hash of what they are about, so
   * that no name depends on the order in which they were made.
   */
  public of(one: T): string {
    const { base } = one;
    const equal = this.byBase.get(base) ?? [];
    if (equal.length <= 1) return shortName(base);
    const keys = this.byKey.get(base) ?? grouped(equal, (other) => other.key());
    this.byKey.set(base, keys);
    const key = one.key();
    const ordinal = keys.get(key)?.indexOf(one) ?? 0;
    const hash = createHash('sha256').update(ordinal <= 0 ? key : `${key}#${ordinal}`).digest('hex').slice(0, 8);
    return `${base.slice(0, MAX_LABEL - hash.length - 1).replace(/[-.]+$/, '')}-${hash}`;
  }
}

function grouped<T>(all: readonly T[], wordOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const word = wordOf(one);
    const group = groups.get(word);
    if (group) group.push(one);
    else groups.set(word, [one]);
  }
  return groups;
}

/** A selector in whatever order its labels were written. */
export function selectorKey(selector: { readonly [label: string]: string }): string {
  return JSON.stringify(Object.entries(selector).sort(([a], [b]) => (a < b ? -1 : 1)));
}
