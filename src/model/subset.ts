import { IConstruct } from 'constructs';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel, isLabelKey, isLabelValue } from '../semantics/kubernetes-name';

/** A named part of a service's pods. */
export interface Subset {
  readonly owner: IConstruct;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The subsets of one service, in the order of their names. */
export class Subsets {
  private readonly added: Subset[] = [];

  public get all(): Subset[] {
    const byName = new Map([...this.added].reverse().map((subset) => [subset.name, subset]));
    return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  public has(name: string): boolean {
    return this.added.some((subset) => subset.name === name);
  }

  /** Two contributors may name one subset, if they mean the same pods. */
  public add(subset: Subset): void {
    const other = this.added.find(({ name }) => name === subset.name);
    if (other && !sameLabels(other.labels, subset.labels)) {
      throw new Error(
        `[${subset.owner.node.path}] defines subset ${subset.name} as ${describe(subset.labels)}, `
        + `[${other.owner.node.path}] as ${describe(other.labels)}. Give one of them another name.`);
    }
    this.added.push(subset);
  }

  /** Takes back what one contributor named, so that it can name others. */
  public withdraw(owner: IConstruct): void {
    const kept = this.added.filter((subset) => subset.owner !== owner);
    this.added.splice(0, this.added.length, ...kept);
  }
}

function sameLabels(a: Subset['labels'], b: Subset['labels']): boolean {
  return describe(a) === describe(b);
}

function describe(labels: Subset['labels']): string {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`).sort().join(', ');
}

/** What Istio refuses as a subset, and a subset that is no part but the whole. */
export function checkSubset(path: string, name: unknown, labels: unknown): void {
  if (typeof name !== 'string' || !isDnsLabel(name)) {
    throw new Error(`[${path}] ${describeValue(name)} is not the name of a subset: small letters, digits and dashes, at most 63.`);
  }
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels) || Object.keys(labels).length === 0) {
    throw new Error(`[${path}] the labels of the subset ${name} are ${describeValue(labels)}. Say which pods it has, for example { version: '${name}' }.`);
  }
  for (const [key, value] of Object.entries(labels)) {
    if (!isLabelKey(key) || typeof value !== 'string' || !isLabelValue(value)) {
      throw new Error(`[${path}] the subset ${name} has the label ${key}=${describeValue(value)}, which no pod can have. Keys and values are at most 63 letters, digits, dashes, dots and underscores.`);
    }
  }
}
