import { ResolvedVersion } from './canary-version';
import { RouteLayer } from '../model/route-layers';

/** One complete state of a service's routing, and what to say about it. */
export interface RolloutState {
  /** What its folder is called, after the number. */
  readonly name: string;
  /** What the requests do in it, as a table says it. */
  readonly summary: string;
  /** The versions that have a subset. */
  readonly subsets: readonly ResolvedVersion[];
  readonly layers: readonly Omit<RouteLayer, 'owner'>[];
  /** Whether rules are applied before subsets: where a subset goes, and no rule may still name it. */
  readonly routesFirst?: boolean;
  /** The sections of its README. */
  readonly toDo: readonly string[];
}
