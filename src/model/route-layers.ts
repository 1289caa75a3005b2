import { IConstruct } from 'constructs';
import type { Spec } from './istio-object';
import { CannotCombine, EVERY_REQUEST, MatchAtom, MatchAtoms, bySpecificity, covers, intersect, matchKey } from './match-atom';
import { RouteRewrite } from './route-rewrite';
import type { VirtualServiceSpecHttp } from '../imports/networking.istio.io';

/**
 * The parts of an HTTP route that different contributors decide, each on its own. `action` is what becomes of the
 * request: destinations, or instead of them a redirect, a direct response or a delegate.
 */
export type RouteAspect = 'action' | 'rewrite' | 'timeout' | 'retries' | 'headers' | 'cors' | 'fault' | 'mirrors';

/** How messages name what an aspect decides. */
const NOUNS: Record<RouteAspect, string> = {
  action: 'destinations',
  rewrite: 'rewrite',
  timeout: 'timeout',
  retries: 'retries',
  headers: 'header operations',
  cors: 'CORS policy',
  fault: 'fault',
  mirrors: 'mirrors',
};

type Http = Spec<VirtualServiceSpecHttp>;

/** One destination: the service itself unless `host` names another, by subset. */
export interface RouteDestination extends Pick<NonNullable<Http['route']>[number], 'headers'> {
  readonly subset?: string;
  readonly weight?: number;
  /** Another service's host; with it, `port` where that service has several. */
  readonly host?: string;
  readonly port?: number;
}

/** Where a copy of the request goes: the service itself unless `host` names another. */
export interface RouteMirror extends Pick<RouteDestination, 'subset' | 'host' | 'port'> {
  /** The share of the requests that are copied. */
  readonly percentage: number;
}

/** What one layer says about its aspect. */
export interface RouteValue extends Pick<Http,
'name' | 'redirect' | 'directResponse' | 'delegate' | 'timeout' | 'retries' | 'headers' | 'corsPolicy' | 'fault'> {
  readonly destinations?: readonly RouteDestination[];
  readonly rewrite?: RouteRewrite;
  readonly mirrors?: readonly RouteMirror[];
}

/** One contributor's word on one aspect, for the requests that match. */
export interface RouteLayer {
  readonly owner: IConstruct;
  readonly aspect: RouteAspect;
  readonly match: MatchAtoms;
  /**
   * Which of the requests that match it is about, say those that are safe to repeat; all of them
   * unless given. It does not make the match more specific.
   */
  readonly within?: MatchAtoms;
  /** A higher one is tried before a lower one, whatever their matches; 0 unless given. */
  readonly priority?: number;
  /** Its destinations also hold for connections to ports that carry no requests: weights, say. */
  readonly connections?: boolean;
  readonly value: RouteValue;
}

/** One computed rule, before it knows hosts and ports. */
export interface LayeredRoute {
  readonly match: MatchAtoms;
  readonly value: RouteValue;
}

/** One alternative of a layer, which ranks by itself; and what is asked of it again and again. */
interface PlacedLayer {
  readonly layer: RouteLayer;
  readonly match: MatchAtoms;
  readonly key: string;
  readonly requests: MatchAtoms;
}

const ASPECTS: readonly RouteAspect[] = ['action', 'rewrite', 'timeout', 'retries', 'headers', 'cors', 'fault', 'mirrors'];

/**
 * The layers of one service. Rules are computed as the product of all aspects: for every request
 * each aspect's most specific layer decides, whoever contributed it and whenever.
 */
export class RouteLayers {
  private readonly layers: RouteLayer[] = [];
  private readonly cells = new Map<string, PlacedLayer>();
  /** Validation and rendering ask for the same rules. */
  private readonly computed = new Map<string, LayeredRoute[]>();

  /** Whether nothing needs a rule: a layer may also say that there is to be none, such as no timeout. */
  public get isEmpty(): boolean {
    return this.layers.every(({ value }) => Object.values(value).every((part) => part === undefined));
  }

  /** Whether a layer is about requests, and says nothing of ports that carry none. */
  public get needRequests(): boolean {
    return this.layers.some(({ value, connections }) => !connections && Object.values(value).some((part) => part !== undefined));
  }

  /** Where connections to a port go that carries no requests, if a layer says so. */
  public split(port: number): { owner: IConstruct; destinations: readonly RouteDestination[] } | undefined {
    const layers = [...this.cells.values()].filter(({ layer }) => layer.connections);
    const placed = layers.find(({ key }) => key === matchKey([{ port }])) ?? layers.find(({ key }) => key === matchKey(EVERY_REQUEST));
    return placed?.layer.value.destinations && { owner: placed.layer.owner, destinations: placed.layer.value.destinations };
  }

  /** The Service's ports that a layer names. */
  public get ports(): number[] {
    return this.layers.flatMap((layer) => layer.match.flatMap((atom) => atom.port ?? []));
  }

  /** The service's own subsets that a layer leads to, with the construct that says so. */
  public get subsets(): { subset: string; owner: IConstruct }[] {
    return this.layers.flatMap(({ value, owner }) => [...value.destinations ?? [], ...value.mirrors ?? []]
      .flatMap(({ host, subset }) => (host !== undefined || subset === undefined ? [] : [{ subset, owner }])));
  }

  public add(layer: RouteLayer): void {
    const placed = this.place(layer);
    for (const cell of placed.keys()) {
      const taken = this.cells.get(cell)?.layer;
      if (taken) {
        throw new Error(
          `[${layer.owner.node.path}] sets the ${NOUNS[layer.aspect]} that [${taken.owner.node.path}] already sets for the same requests. `
          + 'Keep one of them, or give one a more specific match.');
      }
    }
    placed.forEach((alternative, cell) => this.cells.set(cell, alternative));
    this.layers.push(layer);
    this.computed.clear();
  }

  /** Takes back what one contributor said, so that it can say something else: the next state of a rollout. */
  public withdraw(owner: IConstruct): void {
    const kept = this.layers.filter((layer) => layer.owner !== owner);
    this.layers.splice(0, this.layers.length, ...kept);
    for (const [cell, { layer }] of [...this.cells]) {
      if (layer.owner === owner) this.cells.delete(cell);
    }
    this.computed.clear();
  }

  /** Its alternatives by the cells that they take. Throws what Istio cannot say. */
  private place(layer: RouteLayer): Map<string, PlacedLayer> {
    const within = matchKey(layer.within ?? EVERY_REQUEST);
    return new Map(layer.match.map((atom) => {
      const match = layer.match.length === 1 ? layer.match : [atom];
      const key = matchKey(match);
      return [`${layer.aspect} ${key} ${within}`, { layer, match, key, requests: requestsOf(match, layer) }];
    }));
  }

  /** The rules for requests that match `base`, in the order in which Istio must try them. */
  public routes(base: MatchAtoms = EVERY_REQUEST): LayeredRoute[] {
    const key = matchKey(base);
    const routes = this.computed.get(key) ?? this.compute(base);
    this.computed.set(key, routes);
    return routes;
  }

  private compute(base: MatchAtoms): LayeredRoute[] {
    const aspects = ASPECTS.map((aspect) => this.ordered(aspect));
    let routes: (LayeredRoute & { owners: (IConstruct | undefined)[] })[] = [{ match: base, value: {}, owners: [] }];
    for (const layers of aspects) {
      routes = routes.flatMap((route) => layers.map((layer) => ({
        match: combine(route.match, layer.match, [...route.owners, layer.owner]),
        value: { ...route.value, ...layer.value },
        owners: [...route.owners, layer.owner],
      })));
    }
    return united(withoutRedundant(withoutUnreachable(routes.filter((route) => route.match.length > 0))));
  }

  private ordered(aspect: RouteAspect): (Pick<RouteLayer, 'match' | 'value'> & { owner?: IConstruct })[] {
    const layers = [...this.cells.values()]
      .filter(({ layer }) => layer.aspect === aspect)
      .sort((a, b) => (a.key === b.key
        ? bySpecificity(a.layer.within ?? EVERY_REQUEST, b.layer.within ?? EVERY_REQUEST)
        : bySpecificity(a.match, b.match)))
      .map(({ layer, requests }) => ({ match: requests, value: layer.value, owner: layer.owner }));
    return [...layers, { match: EVERY_REQUEST, value: {} }];
  }
}

function requestsOf(match: MatchAtoms, { within, owner }: RouteLayer): MatchAtoms {
  return within ? combine(match, within, [owner]) : match;
}

function combine(a: MatchAtoms, b: MatchAtoms, owners: (IConstruct | undefined)[]): MatchAtoms {
  try {
    return intersect(a, b);
  } catch (error) {
    if (!(error instanceof CannotCombine)) throw error;
    const paths = [...new Set(owners.flatMap((owner) => (owner ? [`[${owner.node.path}]`] : [])))];
    throw new Error(
      `${paths.join(' and ')} ${paths.length > 1 ? 'need' : 'needs'} a rule for requests that match two conditions at once, but ${error.message}. `
      + 'Give one of them the combined match.');
  }
}

/** Alternatives and rules that an earlier rule already takes. */
function withoutUnreachable(routes: LayeredRoute[]): LayeredRoute[] {
  const reached: MatchAtom[] = [];
  const kept: LayeredRoute[] = [];
  for (const route of routes) {
    const match: MatchAtom[] = [];
    for (const atom of widestFirst(route.match)) {
      if (covers(reached, [atom])) continue;
      match.push(atom);
      reached.push(atom);
    }
    if (match.length === 0) continue;
    match.sort((a, b) => route.match.indexOf(a) - route.match.indexOf(b));
    kept.push({ match, value: route.value });
  }
  return kept;
}

/** So that an alternative which another one of the same rule includes is seen to be reached. */
function widestFirst(match: MatchAtoms): MatchAtoms {
  return [...match].sort((a, b) => bySpecificity([b], [a]));
}

/** Rules that do just what the next, wider one does. */
function withoutRedundant(routes: LayeredRoute[]): LayeredRoute[] {
  const kept: LayeredRoute[] = [];
  for (const route of [...routes].reverse()) {
    const next = kept[0];
    if (next && sameValue(next.value, route.value) && covers(next.match, route.match)) continue;
    kept.unshift(route);
  }
  return kept;
}

/** Neighbours that do the same: one rule for either match. */
function united(routes: LayeredRoute[]): LayeredRoute[] {
  const kept: LayeredRoute[] = [];
  for (const route of routes) {
    const last = kept.at(-1);
    if (last && sameValue(last.value, route.value)) kept[kept.length - 1] = { match: [...last.match, ...route.match], value: last.value };
    else kept.push(route);
  }
  return kept;
}

const VALUES: readonly (keyof RouteValue)[] = [
  'destinations', 'name', 'redirect', 'directResponse', 'delegate', 'rewrite', 'timeout', 'retries', 'headers', 'corsPolicy', 'fault', 'mirrors',
];

/** By identity, part by part: a part that two rules share comes from the same layer. */
function sameValue(a: RouteValue, b: RouteValue): boolean {
  return VALUES.every((part) => a[part] === b[part]);
}
