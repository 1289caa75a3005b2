import { CheckedLimit, CheckedRate, OTHERWISE, within } from './checked-limit';
import { whereNoneHolds, whereOneHolds } from './condition-actions';
import { Action, Entry, EnvoyRateLimit } from './envoy-rate-limit';

/** One limit as Envoy knows it: the ways to make its descriptor from a request, and the descriptor. */
export interface Descriptor {
  readonly name: string;
  readonly rate: CheckedRate;
  readonly rateLimits: readonly EnvoyRateLimit[];
  readonly entries: readonly Entry[];
}

/** @param label what descriptors call a limit, by its name: a rate limit service knows those of many filters */
export function descriptorsOf(limits: readonly CheckedLimit[], otherwise: CheckedRate | undefined, label: (name: string) => string): Descriptor[] {
  const own = limits.map((limit) => within(limit.name, () => descriptor(limit.name, limit, whereOneHolds(label(limit.name), limit.terms))));
  return otherwise ? [...own, descriptor(OTHERWISE, otherwise, whereNoneHolds(label(OTHERWISE), limits.flatMap(({ terms }) => terms)))] : own;
}

/** A request has a descriptor for every way that works, and exactly one does: two equal ones would count twice. */
function descriptor(name: string, rate: CheckedRate, conditions: readonly Action[]): Descriptor {
  const ways = rate.keys.reduce<Action[][]>((all, key) => all.flatMap((way) => key._ways.map((action) => [...way, action])), [[...conditions]]);
  return {
    name,
    rate,
    rateLimits: ways.map((actions) => ({ actions: actions.map(({ action }) => action) })),
    entries: [...conditions.map(({ entry }) => entry), ...rate.keys.map(({ _key }) => ({ key: _key }))],
  };
}
