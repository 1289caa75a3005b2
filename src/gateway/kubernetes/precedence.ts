import { KubernetesMatch, NamedValue } from './http-route-match';

/** One match of a rule, and the rule's place. */
export interface RankedMatch {
  readonly rule: number;
  readonly match: KubernetesMatch;
}

/**
 * Two matches that the Gateway API tries in another order than they are meant to be tried in, and that a request may both
 * satisfy: the one that is meant to come first, and the other.
 */
export function contradiction(matches: readonly RankedMatch[]): [first: KubernetesMatch, other: KubernetesMatch] | undefined {
  for (const [index, later] of matches.entries()) {
    const earlier = matches.slice(0, index)
      .find(({ rule, match }) => rule !== later.rule && isMoreSpecific(later.match, match) && meet(match, later.match));
    if (earlier) return [earlier.match, later.match];
  }
  return undefined;
}

/** The order of the Gateway API: an exact path, the longer prefix, a method, more headers, more query parameters. */
export function isMoreSpecific(a: KubernetesMatch, b: KubernetesMatch): boolean {
  const [x, y] = [rank(a), rank(b)];
  const at = x.findIndex((value, index) => value !== y[index]);
  return at >= 0 && x[at] > y[at];
}

function rank({ path, method, headers, queryParams }: KubernetesMatch): number[] {
  return [path.kind === 'Exact' ? 1 : 0, path.value.length, method === undefined ? 0 : 1, headers.length, queryParams.length];
}

/** Whether a request may satisfy both. */
export function meet(a: KubernetesMatch, b: KubernetesMatch): boolean {
  return pathsMeet(a.path, b.path)
    && (a.method === undefined || b.method === undefined || a.method === b.method)
    && valuesMeet(a.headers, b.headers)
    && valuesMeet(a.queryParams, b.queryParams);
}

function pathsMeet(a: KubernetesMatch['path'], b: KubernetesMatch['path']): boolean {
  if (a.kind === 'Exact' && b.kind === 'Exact') return a.value === b.value;
  const [outer, inner] = a.kind === 'PathPrefix' && (b.kind === 'Exact' || a.value.length <= b.value.length) ? [a, b] : [b, a];
  return outer.value === '/' || inner.value === outer.value || inner.value.startsWith(`${outer.value}/`);
}

function valuesMeet(a: readonly NamedValue[], b: readonly NamedValue[]): boolean {
  return a.every(({ name, value }) => b.every((other) => other.name !== name || other.value === value));
}
