import { ResolvedVersion } from './canary-version';
import type { RolloutDescription } from './rollout-driver';
import { StickyCookie } from './stickiness';
import { HttpMatch } from '../model/http-match';
import { EVERY_REQUEST } from '../model/match-atom';
import type { RouteDestination, RouteLayer } from '../model/route-layers';
import { StringMatch } from '../model/string-match';

type Layer = Omit<RouteLayer, 'owner'>;

const WHOLE = 100;
/** What keeps users with a version is part of the split: whatever else says something about some requests comes first. */
const STICKY = -1;
const SPLIT = -2;

/** The layers that share the requests out between two versions. */
export function canarySplit(description: RolloutDescription, stable: ResolvedVersion, canary: ResolvedVersion, weight: number): Layer[] {
  const cookie = description.stickiness?._cookie;
  if (cookie && weight > 0 && weight < WHOLE) return byCookie(description, cookie, stable, canary, weight);
  const shares = [{ subset: stable.subset, weight: WHOLE - weight }, { subset: canary.subset, weight }];
  return [{ aspect: 'action', match: EVERY_REQUEST, connections: true, value: { destinations: shares } }];
}

/**
 * Each user belongs to the part of the users that one step adds; the cookie names the weight from which on that part has
 * the canary. So a step moves only the part that it adds, of old users as of new ones, and a step back frees it again.
 */
function byCookie({ steps }: RolloutDescription, cookie: StickyCookie, stable: ResolvedVersion, canary: ResolvedVersion, weight: number): Layer[] {
  const bounds = [...new Set([...steps.map(({ _weight }) => _weight), weight])].sort((a, b) => a - b);
  const versionOf = (bound: number) => (bound <= weight ? canary : stable);
  const destinations = bounds.map((bound, index): RouteDestination => ({
    subset: versionOf(bound).subset,
    weight: bound - (bounds[index - 1] ?? 0),
    headers: { response: { add: { 'set-cookie': `${cookie.name}=${bound}; Max-Age=${cookie.seconds}; Path=/; HttpOnly` } } },
  }));
  const kept = [canary, stable].map((version): Layer => {
    const values = bounds.filter((bound) => versionOf(bound) === version).join('|');
    return {
      aspect: 'action', priority: STICKY, match: HttpMatch.cookie(cookie.name, StringMatch.regex(values))._atoms, value: { destinations: [{ subset: version.subset }] },
    };
  });
  return [...kept, { aspect: 'action', priority: SPLIT, match: EVERY_REQUEST, connections: true, value: { destinations } }];
}
