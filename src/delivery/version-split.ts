import type { StickyCookie } from './stickiness';
import { hashedRule } from './sticky-filter';
import { HttpMatch } from '../model/http-match';
import { EVERY_REQUEST } from '../model/match-atom';
import type { MeshService } from '../model/mesh-service';
import type { RouteLayer } from '../model/route-layers';
import { StringMatch } from '../model/string-match';

/** What the constructs of this room say about a service, but for who says it. */
export type SplitLayer = Omit<RouteLayer, 'owner'>;

/** A part of the requests, and the version that it goes to. */
export interface Part {
  readonly subset: string;
  readonly weight: number;
}

/** A part of the users, who carry its value in a cookie. */
export interface CookiePart extends Part {
  readonly value: string;
}

/** What keeps users with a version is part of the split: whatever else says something about some requests comes first. */
const KEPT = -1;
const SPLIT = -2;

/** All requests to one version. */
export function everybodyTo(subset: string): SplitLayer[] {
  return [{ aspect: 'action', match: EVERY_REQUEST, connections: true, value: { destinations: [{ subset }] } }];
}

/** Requests that match, to one version. */
export function matchedTo(match: HttpMatch, subset: string): SplitLayer {
  return { aspect: 'action', match: match._atoms, value: { destinations: [{ subset }] } };
}

/** Each request anew. */
export function splitByChance(parts: readonly Part[]): SplitLayer[] {
  return [{ aspect: 'action', match: EVERY_REQUEST, connections: true, value: { destinations: parts.map(({ subset, weight }) => ({ subset, weight })) } }];
}

/** The same user always alike, where `chooseByHash` says so; the order of the parts has to stay. */
export function splitByHash(service: MeshService, parts: readonly Part[]): SplitLayer[] {
  return splitByChance(parts).map((layer) => ({ ...layer, value: { ...layer.value, name: hashedRule(service) } }));
}

/** The first answer says which part a user belongs to, and that decides from then on. */
export function splitByCookie(cookie: StickyCookie, parts: readonly CookiePart[]): SplitLayer[] {
  const kept = [...new Set(parts.map(({ subset }) => subset))].map((subset): SplitLayer => {
    const values = parts.filter((part) => part.subset === subset).map(({ value }) => value);
    return { ...matchedTo(HttpMatch.cookie(cookie.name, StringMatch.regex(values.join('|'))), subset), priority: KEPT };
  });
  // For Envoy a percent sign begins a variable.
  const name = cookie.name.replaceAll('%', '%%');
  const destinations = parts.map(({ subset, weight, value }) => ({
    subset, weight, headers: { response: { add: { 'set-cookie': `${name}=${value}; Max-Age=${cookie.seconds}; Path=/; HttpOnly` } } },
  }));
  return [...kept, { aspect: 'action', priority: SPLIT, match: EVERY_REQUEST, connections: true, value: { destinations } }];
}
