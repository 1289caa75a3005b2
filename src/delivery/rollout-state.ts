import { Duration } from 'cdk8s';
import type { ResolvedVersion } from './canary-version';
import type { SplitLayer } from './version-split';

/** A figure to look at. */
export interface Watch {
  readonly title: string;
  readonly query: string;
}

/** One complete state of a service's routing, and what a person has to know of it. */
export interface RolloutState {
  /** What its folder is called, after the number. */
  readonly name: string;
  /** One line: what the requests do in it. */
  readonly title: string;
  /** What else there is to say about it, by paragraphs. */
  readonly effect: readonly string[];
  /** What each version gets, by subset, in a word. */
  readonly shares: Readonly<Record<string, string>>;
  /** The versions that have a subset. */
  readonly versions: readonly ResolvedVersion[];
  readonly layers: readonly SplitLayer[];
  /** Whether rules are applied before subsets: where a subset goes that no rule may name any more. */
  readonly routesFirst?: boolean;
  readonly watch: readonly Watch[];
  /** How long to look before going on; without it, until it is sure. */
  readonly pause?: Duration;
  /** What is to be done when it is reached, by paragraphs. */
  readonly instructions?: readonly string[];
  /** The version whose pods may be gone when it is left. */
  readonly gone?: string;
  /** Whether it is where one goes back to when anything is wrong. */
  readonly retreat?: boolean;
}
