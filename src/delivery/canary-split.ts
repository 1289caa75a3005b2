import type { RolloutDescription } from './rollout-driver';
import { SplitLayer, splitByChance, splitByCookie, splitByHash } from './version-split';

const WHOLE = 100;

/** The layers that share the requests out between two versions, by the names of their subsets. */
export function canarySplit({ service, steps, stickiness }: RolloutDescription, stable: string, canary: string, weight: number): SplitLayer[] {
  const parts = [{ subset: stable, weight: WHOLE - weight }, { subset: canary, weight }];
  if (stickiness?._hash) return splitByHash(service, parts);
  if (!stickiness?._cookie || weight === 0 || weight === WHOLE) return splitByChance(parts);
  // The cookie names the weight from which on its users have the canary: the part of the users that one step adds. So a step
  // moves only those, whether they came before or come now, and a step back frees them again.
  const bounds = [...new Set([...steps.map(({ _weight }) => _weight), weight])].sort((a, b) => a - b);
  return splitByCookie(stickiness._cookie, bounds.map((bound, index) => ({
    value: String(bound), subset: bound <= weight ? canary : stable, weight: bound - (bounds[index - 1] ?? 0),
  })));
}
