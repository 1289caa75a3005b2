import { Backend, backendOf, writeBackend } from './backend';
import { KubernetesMatch, PlainMatch, asksAtMost, plainMatches, writeMatch } from './http-route-match';
import { checkNamed, checkPath, checkRules } from './limits';
import { AS_ISTIO, NoEquivalent } from './no-equivalent';
import { contradiction } from './precedence';
import { MatchedRule, withoutTakenAlong } from './whole-segments';
import { HttpRoute } from '../../model/http-routes';
import { withoutSlash } from '../../model/route-rewrite';
import { millisecondsIn } from '../../semantics/duration';

/** Rules of an HTTPRoute, and the Services that they lead to. */
export interface KubernetesRules {
  readonly rules: object[];
  readonly backends: Backend[];
}

/**
 * Rules of Istio's, which are tried one after the other, as those of an HTTPRoute, which are tried by specificity. Throws
 * for what cannot be said there, and where the two orders differ for some request.
 */
export function kubernetesRules(routes: readonly HttpRoute[], namespace: string): KubernetesRules {
  const plain = routes.map((route) => (route.match ?? [{}]).flatMap(plainMatches));
  const apart = withoutTakenAlong(
    routes.flatMap((action, index) => splitByRewrite(action, segments(plain, index)).map((matches) => ({ action, matches }))),
    ([a, exact], [b, prefix]) => comparable(a, exact, namespace) === comparable(b, prefix, namespace),
    (other, { name }) => ({ ...other, name }),
  );
  const converted = neighboursUnited(apart, namespace);
  const wrong = contradiction(converted.flatMap(({ matches }, rule) => matches.map((match) => ({ rule, match }))));
  if (wrong) {
    const [first, other] = wrong.map((match) => JSON.stringify(writeMatch(match)));
    throw new Error(`the route for ${first} is to be tried before the one for ${other}, and the Gateway API tries them the other way round: an exact path first, then the longer prefix, `
      + 'then a method, then more headers, then more query parameters. Leave out `priority`, or give the first one these conditions, too.');
  }
  checkRules(converted.map(({ matches }) => matches.length));
  const backends: Backend[] = [];
  const rules = converted.map(({ action, matches }) => writeRule(action, matches, namespace, backends));
  return { rules, backends };
}

/** The matches of one rule, by whole segments. What is taken before tells whether a prefix of characters means the same. */
function segments(all: readonly (readonly PlainMatch[])[], index: number): KubernetesMatch[] {
  return all[index].map((plain): KubernetesMatch => {
    const { exact, prefix, ...conditions } = plain;
    if (exact !== undefined) return { path: { kind: 'Exact', value: exact }, ...conditions };
    if (prefix === '/') return { path: { kind: 'PathPrefix', value: '/' }, ...conditions };
    const base = withoutSlash(prefix!);
    const isWhole = prefix!.endsWith('/') && all.slice(0, index + 1).flat().some((other) => other.exact === base && asksAtMost(other, plain));
    if (!isWhole) {
      throw new NoEquivalent(`the path prefix ${prefix}`, `It matches whole segments: ${base} and all below ${base}/, and not ${base}x. Say HttpMatch.pathSegments('${base}').`);
    }
    return { path: { kind: 'PathPrefix', value: base }, ...conditions };
  });
}

/** Neighbours that do the same, as the alternatives of one route do, are one rule: an HTTPRoute takes few. */
function neighboursUnited(rules: readonly MatchedRule<HttpRoute>[], namespace: string): MatchedRule<HttpRoute>[] {
  const united: MatchedRule<HttpRoute>[] = [];
  for (const rule of rules) {
    const last = united.at(-1);
    const same = (one: MatchedRule<HttpRoute>) => comparable(one.action, one.matches[0], namespace);
    if (last && isAlternativeOf(rule.action, last.action) && same(last) === same(rule)) {
      // Of `api-2` and `api`, the name that was given.
      const [name] = [last.action.name, rule.action.name].sort((a, b) => (a?.length ?? 0) - (b?.length ?? 0));
      united[united.length - 1] = { action: { ...last.action, name }, matches: [...last.matches, ...rule.matches] };
    } else {
      united.push(rule);
    }
  }
  return united;
}

/** A prefix is replaced by a rule for that prefix alone; and a rule with a name of its own stays one. */
function isAlternativeOf({ rewrite, name }: HttpRoute, first: HttpRoute): boolean {
  const isNamedAfter = name === first.name || (first.name !== undefined && name?.replace(/-\d+$/, '') === first.name.replace(/-\d+$/, ''));
  return rewrite?.uri === undefined && first.rewrite?.uri === undefined && isNamedAfter;
}

/** What becomes of a request that has just this path: replaced as a prefix or as a whole, it is the same. */
function comparable(route: HttpRoute, match: KubernetesMatch, namespace: string): string {
  const rule = writeRule({ ...route, name: undefined }, [match], namespace, []);
  return JSON.stringify({ ...rule, matches: undefined }).replace('"type":"ReplacePrefixMatch","replacePrefixMatch":', '"type":"ReplaceFullPath","replaceFullPath":');
}

/** A prefix is replaced by a rule for that prefix alone. */
function splitByRewrite({ rewrite }: HttpRoute, matches: KubernetesMatch[]): KubernetesMatch[][] {
  return rewrite?.uri === undefined ? [matches] : matches.map((match) => [match]);
}

function writeRule(route: HttpRoute, matches: readonly KubernetesMatch[], namespace: string, backends: Backend[]): object {
  const backend = (destination: Parameters<typeof backendOf>[0]) => {
    const one = backendOf(destination);
    backends.push(one);
    return writeBackend(one, namespace);
  };
  refuse(route);
  const filters = [
    ...headerFilters(route.headers),
    ...rewriteFilters(route, matches),
    ...redirectFilters(route),
    ...(route.mirrors ?? []).map(({ destination, percentage }) => ({
      type: 'RequestMirror', requestMirror: { backendRef: backend(destination!), ...share(percentage?.value ?? 100) },
    })),
  ];
  return {
    name: route.name?.toLowerCase().replaceAll('_', '-'),
    matches: matches.map(writeMatch),
    filters: filters.length > 0 ? filters : undefined,
    backendRefs: route.route?.map(({ destination, weight, headers }) => ({
      ...backend(destination),
      weight: route.route!.length > 1 ? weight : undefined,
      filters: headers ? headerFilters(headers) : undefined,
    })),
    timeouts: route.timeout === undefined ? undefined : { request: kubernetesDuration(route.timeout) },
  };
}

/** What is said of a route and cannot be said there. */
function refuse({ retries, corsPolicy, fault, delegate, directResponse }: HttpRoute): void {
  const found = Object.entries({ 'a direct response': directResponse, 'a delegate': delegate, 'a fault': fault, 'a CORS policy of Istio\'s': corsPolicy, 'a policy of retries': retries })
    .find(([, value]) => value !== undefined);
  if (found) throw new NoEquivalent(found[0], `${AS_ISTIO}.`);
}

function headerFilters(headers: HttpRoute['headers']): object[] {
  return ([['request', 'RequestHeaderModifier', 'requestHeaderModifier'], ['response', 'ResponseHeaderModifier', 'responseHeaderModifier']] as const).flatMap(([side, kind, field]) => {
    const operations = headers?.[side];
    if (!operations) return [];
    const list = (values: Readonly<Record<string, string>> | undefined) => {
      const all = values && Object.entries(values).map(([name, value]) => ({ name, value }));
      checkNamed('header', all ?? []);
      return all;
    };
    return [{ type: kind, [field]: { set: list(operations.set), add: list(operations.add), remove: operations.remove } }];
  });
}

function rewriteFilters({ rewrite }: HttpRoute, [match]: readonly KubernetesMatch[]): object[] {
  if (!rewrite) return [];
  const { authority, uri, uriRegexRewrite } = rewrite;
  if (authority?.includes(':')) throw new NoEquivalent(`a Host header with a port (${authority})`, 'Leave the port out.');
  return [{ type: 'URLRewrite', urlRewrite: { hostname: authority, path: pathRewrite(uri, uriRegexRewrite, match) } }];
}

function pathRewrite(uri: string | undefined, regex: NonNullable<HttpRoute['rewrite']>['uriRegexRewrite'], match: KubernetesMatch): object | undefined {
  if (regex?.match === '^/.*$') return fullPath(regex.rewrite!.replaceAll('\\\\', '\\'));
  if (regex) throw new NoEquivalent(`a rewrite by the expression ${regex.match}`, 'Say PathRewrite.prefix or PathRewrite.path, for a match by exact paths or whole segments.');
  if (uri === undefined) return undefined;
  if (match.path.kind === 'Exact') return fullPath(uri);
  checkPath(uri);
  return { type: 'ReplacePrefixMatch', replacePrefixMatch: withoutSlash(uri) || '/' };
}

function fullPath(path: string): object {
  checkPath(path);
  return { type: 'ReplaceFullPath', replaceFullPath: path };
}

function redirectFilters({ redirect }: HttpRoute): object[] {
  if (!redirect) return [];
  const { uri, authority, scheme, port, redirectCode } = redirect;
  if (uri?.includes('?')) throw new NoEquivalent(`a redirect to a path with a query (${uri})`, 'Leave the query out: that of the request is kept.');
  return [{
    type: 'RequestRedirect',
    requestRedirect: { scheme, hostname: authority, port, path: uri === undefined ? undefined : fullPath(uri), statusCode: redirectCode ?? 301 },
  }];
}

/** The share of the requests, in whole percent where it is. */
function share(percent: number): object {
  return Number.isInteger(percent) ? { percent } : { fraction: { numerator: Math.round(percent * 10_000), denominator: 1_000_000 } };
}

const UNITS = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Whole numbers, which Istio's notation need not have. */
function kubernetesDuration(duration: string): string {
  let rest = millisecondsIn(duration);
  return Object.entries(UNITS).map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 ? `${count}${unit}` : '';
  }).join('');
}
