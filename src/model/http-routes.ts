import type { Spec } from './istio-object';
import { MatchAtom, MatchAtoms } from './match-atom';
import { LayeredRoute, RouteDestination, RouteMirror } from './route-layers';
import type { VirtualServiceSpecHttp, VirtualServiceSpecHttpMatch } from '../imports/networking.istio.io';
import { StringCondition } from '../semantics/string-condition';

export type HttpRoute = Spec<VirtualServiceSpecHttp>;

/** A computed rule as Istio writes it, for one host and port. */
export function renderRoute(route: LayeredRoute, host: string, port?: number): HttpRoute {
  const { destinations, name, mirrors, fault, ...rest } = route.value;
  const match = renderMatch(route.match);
  // What the proxy answers by itself reaches nobody: Istio refuses a fault on it, and there is nothing to mirror.
  if (rest.redirect || rest.directResponse) return { name, match, ...rest };
  const further = { fault, mirrors: mirrors?.map((mirror) => renderMirror(mirror, host, port)) };
  if (rest.delegate) return { name, match, ...rest, ...further };
  return { name, match, route: (destinations ?? [{}]).map((destination) => renderDestination(destination, host, port)), ...rest, ...further };
}

function renderMirror(mirror: RouteMirror, host: string, port: number | undefined) {
  return { destination: renderDestination(mirror, host, port).destination, percentage: { value: mirror.percentage } };
}

function renderDestination(destination: RouteDestination, ownHost: string, ownPort: number | undefined) {
  const { host = ownHost, subset, weight, headers } = destination;
  const port = destination.host === undefined ? ownPort : destination.port;
  return { destination: { host, subset, port: port === undefined ? undefined : { number: port } }, weight, headers };
}

function renderMatch(atoms: MatchAtoms): Spec<VirtualServiceSpecHttpMatch>[] | undefined {
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
    headers: renderConditions(atom.headers),
    withoutHeaders: renderConditions(atom.withoutHeaders),
    queryParams: renderConditions(atom.queryParams),
    sourceLabels: atom.sourceLabels,
    sourceNamespace: atom.sourceNamespace,
    gateways: atom.gateways,
  };
}

function renderMethods(methods: readonly string[]) {
  return methods.length === 1 ? { exact: methods[0] } : { regex: [...methods].sort().join('|') };
}

function renderConditions(conditions: MatchAtom['headers']) {
  if (!conditions || Object.keys(conditions).length === 0) return undefined;
  return Object.fromEntries(Object.entries(conditions).map(([name, condition]) => [name, renderCondition(condition)]));
}

function renderCondition(condition: StringCondition) {
  switch (condition.kind) {
    case 'exact': return { exact: condition.value };
    case 'prefix': return { prefix: condition.value };
    case 'regex': return { regex: condition.value };
    case 'present': return {};
  }
}
