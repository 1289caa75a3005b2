import type { Spec } from './istio-object';
import { MatchAtom, MatchAtoms } from './match-atom';
import { LayeredRoute, RouteDestination, RouteMirror, RouteValue } from './route-layers';
import { mirrorsElsewhere } from './route-mirrors';
import { renderRewrite } from './route-rewrite';
import type { VirtualServiceSpecHttp, VirtualServiceSpecHttpMatch } from '../imports/networking.istio.io';
import { StringCondition, escapeRegex } from '../semantics/string-condition';

export type HttpRoute = Spec<VirtualServiceSpecHttp>;

/**
 * A computed rule as Istio writes it, for one host and port: more than one where its alternatives rewrite the path
 * differently, or where destinations are to answer as long as the delegate is not there.
 */
export function renderRoute(route: LayeredRoute, host: string, port?: number): HttpRoute[] {
  const { delegate, destinations } = route.value;
  if (delegate && destinations) {
    return [
      { match: route.match.map(startingAtRoot), value: { ...route.value, destinations: undefined } },
      { match: route.value.rewrite ? route.match : route.match.map(inOtherWords), value: { ...route.value, delegate: undefined } },
    ].flatMap((one) => renderRoute(one, host, port));
  }
  const { rewrite, ...value } = route.value;
  if (!rewrite || isAnswered(value)) return [renderRule(value, route.match, host, port)];
  const rewritten = new Map<string, { rewrite: HttpRoute['rewrite']; match: MatchAtom[] }>();
  for (const atom of route.match) {
    const rendered = renderRewrite(rewrite, atom.uri, value.delegate !== undefined);
    const key = JSON.stringify(rendered);
    if (!rewritten.has(key)) rewritten.set(key, { rewrite: rendered, match: [] });
    rewritten.get(key)!.match.push(atom);
  }
  return [...rewritten.values()].map((part) => ({ ...renderRule(value, part.match, host, port), rewrite: part.rewrite }));
}

// A delegate that is not there takes its rule with it, so the rule below it then answers. Istio warns of two rules with the same
// match, as the second is never reached when the delegate is there: so they say the same in different words.

function startingAtRoot(atom: MatchAtom): MatchAtom {
  return atom.uri ? atom : { ...atom, uri: { kind: 'prefix', value: '/' } };
}

function inOtherWords({ uri, ...atom }: MatchAtom): MatchAtom {
  if (!uri) return atom;
  const regex = { exact: escapeRegex(uri.value), prefix: `${escapeRegex(uri.value)}.*`, regex: `(?:${uri.value})`, present: '.*' }[uri.kind];
  return { ...atom, uri: { kind: 'regex', value: regex } };
}

/** Whether the proxy answers by itself. */
function isAnswered({ redirect, directResponse }: RouteValue): boolean {
  return redirect !== undefined || directResponse !== undefined;
}

function renderRule(value: Omit<RouteValue, 'rewrite'>, atoms: MatchAtoms, host: string, port?: number): HttpRoute {
  const { destinations, name, redirect, directResponse, delegate, timeout, retries, headers, corsPolicy, fault, mirrors } = value;
  const match = renderMatch(atoms);
  // What the proxy answers by itself reaches nobody: Istio refuses a fault or a rewrite on it, and there is nothing to mirror or to repeat.
  if (isAnswered(value)) {
    return { name, match, redirect, directResponse, headers: headers?.response && { response: headers.response } };
  }
  const copies = mirrors && (delegate ? mirrors : mirrorsElsewhere(mirrors, destinations, host));
  const policy = {
    timeout, retries, headers, corsPolicy, fault, mirrors: copies?.length ? copies.map((mirror) => renderMirror(mirror, host, port)) : undefined,
  };
  if (delegate) return { name, match, delegate, ...policy };
  return { name, match, route: (destinations ?? [{}]).map((destination) => renderDestination(destination, host, port)), ...policy };
}

function renderMirror(mirror: RouteMirror, host: string, port: number | undefined) {
  return { destination: renderDestination(mirror, host, port).destination, percentage: { value: mirror.percentage } };
}

function renderDestination(destination: RouteDestination, ownHost: string, ownPort: number | undefined) {
  const { host = ownHost, subset, weight, headers } = destination;
  const port = destination.host === undefined ? ownPort : destination.port;
  return { destination: { host, subset, port: port === undefined ? undefined : { number: port } }, weight, headers };
}

/** As Istio writes it; undefined where every request is meant. */
export function renderMatch(atoms: MatchAtoms): Spec<VirtualServiceSpecHttpMatch>[] | undefined {
  const matches = atoms.map(renderAtom);
  return matches.some((match) => Object.values(match).every((value) => value === undefined)) ? undefined : matches;
}

function renderAtom(atom: MatchAtom): Spec<VirtualServiceSpecHttpMatch> {
  return {
    uri: atom.uri && renderCondition(atom.uri),
    scheme: atom.scheme && renderCondition(atom.scheme),
    authority: atom.authority && renderCondition(atom.authority),
    method: atom.methods && renderMethods(atom.methods),
    port: atom.port,
    headers: renderConditions(withClaims(atom.headers, atom.claims)),
    withoutHeaders: renderConditions(withClaims(atom.withoutHeaders, atom.withoutClaims)),
    queryParams: renderConditions(atom.queryParams),
    sourceLabels: atom.sourceLabels,
    sourceNamespace: atom.sourceNamespace,
    gateways: atom.gateways,
  };
}

/** Of a claim, Envoy refuses a condition without a value, and the whole configuration of the gateway with it. */
function withClaims(headers: MatchAtom['headers'], claims: MatchAtom['claims']): MatchAtom['headers'] {
  if (!claims) return headers;
  const said = Object.entries(claims).map(([name, condition]) => [name, condition.kind === 'present' ? { kind: 'regex', value: '.*' } as const : condition] as const);
  return { ...headers, ...Object.fromEntries(said) };
}

function renderMethods(methods: readonly string[]) {
  return methods.length === 1 ? { exact: methods[0] } : { regex: [...methods].sort().join('|') };
}

/** As Istio writes a StringMatch. */
export function renderConditions(conditions: MatchAtom['headers']) {
  if (!conditions || Object.keys(conditions).length === 0) return undefined;
  return Object.fromEntries(Object.entries(conditions).map(([name, condition]) => [name, renderCondition(condition)]));
}

/** As Istio writes a StringMatch. */
export function renderCondition(condition: StringCondition) {
  switch (condition.kind) {
    case 'exact': return { exact: condition.value };
    case 'prefix': return { prefix: condition.value };
    case 'regex': return { regex: condition.value };
    case 'present': return {};
  }
}
