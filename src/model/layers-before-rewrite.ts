import { MatchAtom, MatchAtoms } from './match-atom';
import { bySpecificity, matchKey } from './match-order';
import type { RouteLayer } from './route-layers';
import { PathChange, withoutSlash } from './route-rewrite';
import { StringCondition, both } from '../semantics/string-condition';

/** Every path. */
const ROOT: StringCondition = { kind: 'prefix', value: '/' };

/**
 * What layers that speak of the path after a rewrite say of the path before it, which is the one that Istio matches. Where
 * two of them come to say the same, the one that was more specific holds.
 *
 * @param matched the path that the requests have which are rewritten; any unless given
 */
export function layersBeforeRewrite(layers: readonly RouteLayer[], change: PathChange, matched: StringCondition = ROOT): RouteLayer[] {
  const taken = new Set<string>();
  return layers
    .flatMap((layer) => layer.match.map((atom) => ({ ...layer, match: [atom] })))
    .sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0) || bySpecificity(a.match, b.match))
    .flatMap((layer): RouteLayer[] => {
      const before = (atoms: MatchAtoms) => atoms.flatMap((atom) => atomBefore(atom, (path) => conditionBefore(path, change, matched, layer)));
      const match = before(layer.match);
      const within = layer.within && before(layer.within);
      if (match.length === 0 || within?.length === 0) return [];
      const cell = `${layer.aspect} ${matchKey(match)} ${matchKey(within ?? [{}])}`;
      if (taken.has(cell)) return [];
      taken.add(cell);
      return [{ ...layer, match, within }];
    });
}

type Before = (path: StringCondition) => StringCondition | 'never';

function atomBefore({ uri, except, ...atom }: MatchAtom, before: Before): MatchAtom[] {
  const path = uri && before(uri);
  if (path === 'never') return [];
  const excepted = (except ?? []).flatMap((one) => atomBefore(one, before));
  return [{ ...atom, ...path ? { uri: path } : {}, ...excepted.length > 0 ? { except: excepted } : {} }];
}

function conditionBefore(path: StringCondition, change: PathChange, matched: StringCondition, { owner }: RouteLayer): StringCondition | 'never' {
  const unknown = () => new Error(
    `[${owner.node.path}] asks for the path by ${path.kind} "${path.value}", and a route rewrites the path before: what that means for the path as clients send it cannot be told. `
    + 'Match by whole segments, with PathRewrite.prefix; or lead the paths of the service to it as they are.');
  if (change.kind === 'regex') throw unknown();
  const constant = constantPath(change, matched);
  if (constant !== undefined) {
    const result = both({ kind: 'exact', value: constant }, path);
    if (result === 'unknown') throw unknown();
    return result === 'never' ? 'never' : matched;
  }
  const [of, to] = [withoutSlash((change as { of: string }).of), withoutSlash(change.to)];
  // A prefix that ends within a segment loses the slash behind it, if there is one.
  if (path.kind === 'regex' || matched.kind === 'regex' || (to === '' && !matched.value.endsWith('/'))) throw unknown();
  if (path.kind === 'prefix' && to.startsWith(path.value)) return matched;
  return path.value.startsWith(to) && `${of}${path.value.slice(to.length)}` !== '' ? { kind: path.kind, value: `${of}${path.value.slice(to.length)}` } : 'never';
}

/** The one path that all of these requests come to have. */
function constantPath(change: PathChange, matched: StringCondition): string | undefined {
  if (change.kind === 'path') return change.to;
  if (change.kind !== 'prefix' || matched.kind !== 'exact') return undefined;
  return `${withoutSlash(change.to)}${matched.value.slice(withoutSlash(change.of).length)}` || '/';
}
