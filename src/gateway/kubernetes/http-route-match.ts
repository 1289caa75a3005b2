import { checkNamed, checkPath } from './limits';
import { AS_ISTIO, NoEquivalent } from './no-equivalent';
import { HttpRoute } from '../../model/http-routes';
import { describeValue } from '../../semantics/describe-value';

type IstioMatch = NonNullable<HttpRoute['match']>[number];

export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** What an HTTPRoute can tell requests by. */
export interface KubernetesMatch {
  readonly path: { readonly kind: 'Exact' | 'PathPrefix'; readonly value: string };
  readonly method?: string;
  readonly headers: readonly NamedValue[];
  readonly queryParams: readonly NamedValue[];
}

/** A match as Istio says it, with a prefix of characters perhaps: such a one has to be turned into one of segments yet. */
export interface PlainMatch extends Omit<KubernetesMatch, 'path'> {
  readonly exact?: string;
  readonly prefix?: string;
}

/** In the order in which they are written. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

/** A match of Istio's for each method, if the Gateway API knows such conditions. */
export function plainMatches({ uri, method, headers, queryParams, ...others }: IstioMatch): PlainMatch[] {
  for (const [field, value] of Object.entries(others)) {
    if (value !== undefined) throw new NoEquivalent(`a match by ${WORDS[field] ?? field} (${JSON.stringify(value)})`, `${AS_ISTIO}.`);
  }
  const path = pathOf(uri);
  const conditions = { headers: named('header', headers), queryParams: named('query parameter', queryParams) };
  return methodsOf(method).map((one) => ({ ...path, method: one, ...conditions }));
}

const WORDS: Record<string, string> = {
  withoutHeaders: 'the absence of headers', authority: 'the Host header', scheme: 'the scheme', sourceLabels: 'the caller', sourceNamespace: 'the caller', gateways: 'the gateway',
};

function pathOf(uri: IstioMatch['uri']): Pick<PlainMatch, 'exact' | 'prefix'> {
  if (uri?.regex !== undefined) throw new NoEquivalent(`a path that is matched by the expression ${describeValue(uri.regex)}`, 'Match exact paths and segments: StringMatch.exact, HttpMatch.pathSegments.');
  return uri?.exact === undefined ? { prefix: uri?.prefix ?? '/' } : { exact: uri.exact };
}

function methodsOf(method: IstioMatch['method']): (string | undefined)[] {
  if (!method) return [undefined];
  const methods = method.exact === undefined ? method.regex!.split('|') : [method.exact];
  const unknown = methods.find((one) => !METHODS.includes(one));
  if (unknown !== undefined) throw new NoEquivalent(`a match by the method ${unknown}`, `It knows ${METHODS.join(', ')}.`);
  return methods;
}

function named(what: string, conditions: IstioMatch['headers']): NamedValue[] {
  return Object.entries(conditions ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, condition]) => {
    if (name.startsWith('@')) throw new NoEquivalent('a match by a claim of a token', `${AS_ISTIO}.`);
    if (condition?.exact === undefined) throw new NoEquivalent(`a ${what} "${name}" that is matched by anything but its exact value (${JSON.stringify(condition)})`, 'Give StringMatch.exact.');
    return { name, value: condition.exact };
  });
}

/** The conditions beside the path that another one has, too. */
export function asksAtMost(a: PlainMatch, b: PlainMatch): boolean {
  const within = (some: readonly NamedValue[], all: readonly NamedValue[]) =>
    some.every(({ name, value }) => all.some((one) => one.name === name && one.value === value));
  return (a.method === undefined || a.method === b.method) && within(a.headers, b.headers) && within(a.queryParams, b.queryParams);
}

/** As an HTTPRoute says it. Everything is written, as what is left out would be filled in by the API server. */
export function writeMatch({ path, method, headers, queryParams }: KubernetesMatch): object {
  checkPath(path.value);
  checkNamed('header', headers);
  checkNamed('query parameter', queryParams);
  const list = (all: readonly NamedValue[]) => (all.length === 0 ? undefined : all.map((one) => ({ type: 'Exact', ...one })));
  return { path: { type: path.kind, value: path.value }, method, headers: list(headers), queryParams: list(queryParams) };
}
