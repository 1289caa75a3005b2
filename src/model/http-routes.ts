import type { Spec } from './istio-object';
import { MatchAtom, MatchAtoms } from './match-atom';
import { LayeredRoute, SubsetWeight } from './route-layers';
import type { VirtualServiceSpecHttp, VirtualServiceSpecHttpMatch } from '../imports/networking.istio.io';
import { StringCondition } from '../semantics/string-condition';

export type HttpRoute = Spec<VirtualServiceSpecHttp>;

/** A computed rule as Istio writes it, for one host and port. */
export function renderRoute(route: LayeredRoute, host: string, port?: number): HttpRoute {
  const { destinations, ...rest } = route.value;
  return {
    match: renderMatch(route.match),
    route: (destinations ?? [{}]).map((destination) => renderDestination(destination, host, port)),
    ...rest,
  };
}

function renderDestination({ subset, weight }: SubsetWeight, host: string, port: number | undefined) {
  return { destination: { host, subset, port: port === undefined ? undefined : { number: port } }, weight };
}

function renderMatch(atoms: MatchAtoms): Spec<VirtualServiceSpecHttpMatch>[] | undefined {
  const matches = atoms.map(renderAtom);
  return matches.some((match) => Object.values(match).every((value) => value === undefined)) ? undefined : matches;
}

function renderAtom(atom: MatchAtom): Spec<VirtualServiceSpecHttpMatch> {
  return {
    uri: atom.uri && renderCondition(atom.uri),
    method: atom.methods && renderMethods(atom.methods),
    port: atom.port,
    headers: renderConditions(atom.headers),
    queryParams: renderConditions(atom.queryParams),
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
