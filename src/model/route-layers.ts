import { IConstruct } from 'constructs';
import { Choice, Reached, eachAlone, eachFirstMatch } from './first-match';
import type { Spec } from './istio-object';
import { layersBeforeRewrite } from './layers-before-rewrite';
import { CannotCombine, EVERY_REQUEST, MatchAtoms, covers, intersect } from './match-atom';
import { bySpecificity, matchKey } from './match-order';
import { PathChange, RouteRewrite } from './route-rewrite';
import type { VirtualServiceSpecHttp } from '../imports/networking.istio.io';
import { StringCondition } from '../semantics/string-condition';

/**
 * The parts of an HTTP route that different contributors decide, each on its own. `action` is what becomes of the
 * request: destinations, or instead of them a redirect, a direct response or a delegate.
 */
export type RouteAspect = 'action' | 'rewrite' | 'timeout' | 'retries' | 'headers' | 'cors' | 'fault' | 'mirrors';

/** How messages name what an aspect decides. */
export const NOUNS: Record<RouteAspect, string> = {
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
  /** Beside a delegate: what answers while there is no such VirtualService. */
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

/**
 * In the order in which rules are told apart. Retries come last, as they tell methods apart: Istio's webhook does not see that a rule for
 * some methods leaves the others to a longer prefix behind it, and would warn.
 */
const ASPECTS: readonly RouteAspect[] = ['action', 'rewrite', 'timeout', 'headers', 'cors', 'fault', 'mirrors', 'retries'];
/** What still means something where the proxy answers by itself: Envoy's CORS filter, too, passes over such routes. */
const BESIDE_AN_ANSWER: readonly RouteAspect[] = ['action', 'headers'];

interface ComputedRoutes {
  readonly routes: LayeredRoute[];
  /** The layers that decide at least one request. */
  readonly decided: ReadonlySet<RouteLayer>;
}

/** A layer as it is tried. */
interface OrderedLayer extends Choice {
  readonly layer: RouteLayer;
}

/**
 * The layers of one service. For every request each aspect's first layer that matches decides, in the order of
 * priority and specificity, whoever contributed it and whenever. The rules are found by a walk through the aspects
 * that leaves out what an earlier rule takes.
 */
export class RouteLayers {
  private readonly layers: RouteLayer[] = [];
  private readonly cells = new Map<string, PlacedLayer>();
  /** Validation and rendering ask for the same rules. */
  private readonly computed = new Map<string, ComputedRoutes>();
  private readonly inOrder = new Map<RouteAspect, OrderedLayer[]>();

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
    return this.layers.flatMap((layer) => layer.match.flatMap((atom) => [atom, ...atom.except ?? []]).flatMap(({ port }) => port ?? []));
  }

  /** The same layers where the path of requests is rewritten before, as Istio matches the path that comes in. */
  public beforeRewrite(change: PathChange, matched: StringCondition | undefined): RouteLayers {
    const before = new RouteLayers();
    for (const layer of layersBeforeRewrite(this.layers, change, matched)) before.add(layer);
    return before;
  }

  /** The layers of some aspects, for requests that pass two proxies of which each decides its own. */
  public only(aspects: readonly RouteAspect[]): RouteLayers {
    const part = new RouteLayers();
    for (const layer of this.layers) if (aspects.includes(layer.aspect)) part.add(layer);
    return part;
  }

  /** All that was said. */
  public get all(): readonly RouteLayer[] {
    return this.layers;
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
    this.inOrder.clear();
  }

  /** Takes back what one contributor said, so that it can say something else: the next state of a rollout. */
  public withdraw(owner: IConstruct): void {
    const kept = this.layers.filter((layer) => layer.owner !== owner);
    this.layers.splice(0, this.layers.length, ...kept);
    for (const [cell, { layer }] of [...this.cells]) {
      if (layer.owner === owner) this.cells.delete(cell);
    }
    this.computed.clear();
    this.inOrder.clear();
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

  /**
   * The rules for requests that match `base`, in the order in which Istio must try them.
   * @param first layers that are tried before all others, of one who knows these requests better
   */
  public routes(base: MatchAtoms = EVERY_REQUEST, first: readonly RouteLayer[] = []): LayeredRoute[] {
    return first.length > 0 ? this.compute(base, first).routes : this.computedFor(base).routes;
  }

  /** Names that two constructs give to their rules. */
  public get sameNames(): { name: string; owners: IConstruct[] }[] {
    const owners = new Map<string, Set<IConstruct>>();
    for (const { owner, value: { name } } of this.layers) {
      if (name !== undefined) owners.set(name, (owners.get(name) ?? new Set()).add(owner));
    }
    return [...owners].flatMap(([name, all]) => (all.size > 1 ? [{ name, owners: [...all] }] : []));
  }

  /**
   * The layers that decide no request, each with those that decide all of its requests. A construct's own, narrower
   * words may well leave nothing of its wider ones.
   */
  public get unreachable(): { layer: RouteLayer; by: RouteLayer[] }[] {
    const { decided } = this.computedFor(EVERY_REQUEST);
    return this.layers
      .filter((layer) => !decided.has(layer) && !isFiller(layer))
      .map((layer) => ({ layer, by: this.deciders(layer) }))
      .filter(({ layer, by }) => by.some(({ owner }) => owner !== layer.owner));
  }

  private computedFor(base: MatchAtoms): ComputedRoutes {
    const key = matchKey(base);
    const computed = this.computed.get(key) ?? this.compute(base);
    this.computed.set(key, computed);
    return computed;
  }

  private compute(base: MatchAtoms, first: readonly RouteLayer[] = []): ComputedRoutes {
    const placedFirst = first.flatMap((layer) => [...this.place(layer).values()]);
    const ordered = new Map(ASPECTS.map((aspect) => [aspect, [...inOrder(aspect, placedFirst), ...this.ordered(aspect)]]));
    const reached = new Reached();
    const routes: LayeredRoute[] = [];
    const decided = new Set<RouteLayer>();
    const write = (match: MatchAtoms, chosen: readonly RouteLayer[]) => {
      const taken = reached.take(match);
      if (taken.length === 0) return;
      for (const layer of chosen) decided.add(layer);
      routes.push({ match: taken, value: Object.assign({}, ...chosen.map(({ value }) => value)) });
    };
    const walk = (match: MatchAtoms, [aspect, ...rest]: readonly RouteAspect[], chosen: readonly RouteLayer[]) => {
      if (aspect === undefined) return write(match, chosen);
      eachFirstMatch(
        match, ordered.get(aspect)!, reached,
        (part, choice) => walk(part, choice ? without(rest, choice.layer) : rest, choice ? [...chosen, choice.layer] : chosen),
        (a, b, { layer }) => combine(a, b, [...chosen, layer].map(({ owner }) => owner)),
      );
    };
    walk(base, ASPECTS, []);
    return { routes: united(withoutRedundant(routes)), decided };
  }

  private ordered(aspect: RouteAspect): OrderedLayer[] {
    let ordered = this.inOrder.get(aspect);
    if (!ordered) {
      ordered = inOrder(aspect, [...this.cells.values()]);
      this.inOrder.set(aspect, ordered);
    }
    return ordered;
  }

  /** Which layers take the requests of one that decides none. */
  private deciders(layer: RouteLayer): RouteLayer[] {
    const before = this.ordered(layer.aspect);
    const own = before.filter((one) => one.layer === layer);
    const earlier = before.slice(0, before.indexOf(own.at(-1)!)).filter((one) => one.layer !== layer);
    const answers = this.ordered('action').filter((one) => isAnswered(one.layer) && !BESIDE_AN_ANSWER.includes(layer.aspect));
    const requests = own.flatMap((one) => one.requests);
    const takes = (one: OrderedLayer) => requests.some((atom) => covers(one.requests, [atom]));
    const takers = [...earlier, ...answers].filter(takes);
    return [...new Set((takers.length > 0 ? takers : [...earlier, ...answers]).map((one) => one.layer))];
  }
}

/** By priority, then by specificity. */
function inOrder(aspect: RouteAspect, placed: readonly PlacedLayer[]): OrderedLayer[] {
  return eachAlone(placed
    .filter(({ layer }) => layer.aspect === aspect)
    .sort((a, b) => (b.layer.priority ?? 0) - (a.layer.priority ?? 0) || (a.key === b.key
      ? bySpecificity(a.layer.within ?? EVERY_REQUEST, b.layer.within ?? EVERY_REQUEST)
      : bySpecificity(a.match, b.match)))
    .map(({ layer, requests }) => ({ layer, requests })));
}

/** The aspects that still mean something beside this layer. */
function without(aspects: readonly RouteAspect[], layer: RouteLayer): readonly RouteAspect[] {
  return isAnswered(layer) ? aspects.filter((aspect) => BESIDE_AN_ANSWER.includes(aspect)) : aspects;
}

/** Whether the proxy answers by itself. */
function isAnswered({ value }: RouteLayer): boolean {
  return value.redirect !== undefined || value.directResponse !== undefined;
}

/** One that says that there is to be none. */
function isFiller({ value }: RouteLayer): boolean {
  return Object.values(value).every((part) => part === undefined);
}

function requestsOf(match: MatchAtoms, { within, owner }: RouteLayer): MatchAtoms {
  return within ? combine(match, within, [owner]) : match;
}

function combine(a: MatchAtoms, b: MatchAtoms, owners: readonly IConstruct[]): MatchAtoms {
  try {
    return intersect(a, b);
  } catch (error) {
    if (!(error instanceof CannotCombine)) throw error;
    const paths = [...new Set(owners.map((owner) => `[${owner.node.path}]`))];
    throw new Error(
      `${paths.join(' and ')} ${paths.length > 1 ? 'need' : 'needs'} a rule for requests that match two conditions at once, but ${error.message}. `
      + 'Give one of them the combined match.');
  }
}

/** Rules that do just what the next, wider one does. */
function withoutRedundant(routes: readonly LayeredRoute[]): LayeredRoute[] {
  const kept: LayeredRoute[] = [];
  for (const route of [...routes].reverse()) {
    const next = kept[0];
    if (next && sameValue(next.value, route.value) && covers(next.match, route.match)) continue;
    kept.unshift(route);
  }
  return kept;
}

/** Neighbours that do the same: one rule for either match. */
function united(routes: readonly LayeredRoute[]): LayeredRoute[] {
  const kept: LayeredRoute[] = [];
  for (const route of routes) {
    const last = kept.at(-1);
    if (last && sameValue(last.value, route.value)) kept[kept.length - 1] = { ...last, match: [...last.match, ...route.match] };
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
