import { IConstruct } from 'constructs';
import { validateOncePerSynth } from './once-per-synth';

/** Everything of one sort in an App, and what must hold among all of it. */
export class AppRegistry<T> {
  private readonly byRoot = new WeakMap<IConstruct, T[]>();

  /** @param check what is wrong among all of them, found at validation, as names may be Lazy */
  constructor(private readonly check: (all: readonly T[]) => string[]) {}

  public register(construct: IConstruct, ...items: T[]): void {
    const { root } = construct.node;
    const known = this.byRoot.get(root);
    if (known) {
      known.push(...items);
      return;
    }
    const all = [...items];
    this.byRoot.set(root, all);
    validateOncePerSynth(root, () => this.check(all));
  }

  /** Takes one out that is no more. */
  public unregister(construct: IConstruct, item: T): void {
    const known = this.byRoot.get(construct.node.root) ?? [];
    if (known.includes(item)) known.splice(known.indexOf(item), 1);
  }

  /** Those of the App that a construct belongs to. */
  public of(construct: IConstruct): readonly T[] {
    return this.byRoot.get(construct.node.root) ?? [];
  }
}

/** Pairs of items with an equal key: each later one with the first. */
export function doubled<T>(all: readonly T[], keyOf: (item: T) => string): [first: T, later: T][] {
  const first = new Map<string, T>();
  return all.flatMap((item): [T, T][] => {
    const key = keyOf(item);
    const other = first.get(key);
    if (other !== undefined) return [[other, item]];
    first.set(key, item);
    return [];
  });
}
