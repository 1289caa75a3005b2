import { IConstruct } from 'constructs';

/** A named part of a service's pods. */
export interface Subset {
  readonly owner: IConstruct;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The subsets of one service, in the order of their names. */
export class Subsets {
  private readonly byName = new Map<string, Subset>();

  public get all(): Subset[] {
    return [...this.byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  public has(name: string): boolean {
    return this.byName.has(name);
  }

  /** Two contributors may name one subset, if they mean the same pods. */
  public add(subset: Subset): void {
    const other = this.byName.get(subset.name);
    if (other && !sameLabels(other.labels, subset.labels)) {
      throw new Error(
        `[${subset.owner.node.path}] defines subset ${subset.name} as ${describe(subset.labels)}, `
        + `[${other.owner.node.path}] as ${describe(other.labels)}. Give one of them another name.`);
    }
    this.byName.set(subset.name, other ?? subset);
  }
}

function sameLabels(a: Subset['labels'], b: Subset['labels']): boolean {
  return describe(a) === describe(b);
}

function describe(labels: Subset['labels']): string {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`).sort().join(', ');
}
