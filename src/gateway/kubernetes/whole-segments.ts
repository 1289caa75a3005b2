import { KubernetesMatch } from './http-route-match';
import { isMoreSpecific, meet } from './precedence';

/** A rule as far as it is put together. */
export interface MatchedRule<T> {
  action: T;
  readonly matches: readonly KubernetesMatch[];
}

/**
 * Without the matches of an exact path that a prefix of whole segments takes along, for the same action: `/a` beside all
 * below `/a`. An HTTPRoute takes few rules.
 *
 * @param same whether the first does with the exact path what the other does with the prefix
 * @param taking the other, which now does the first one's work, too
 */
export function withoutTakenAlong<T>(
  rules: readonly MatchedRule<T>[], same: (exact: [T, KubernetesMatch], prefix: [T, KubernetesMatch]) => boolean, taking: (other: T, first: T) => T,
): MatchedRule<T>[] {
  const kept = rules.map((rule) => ({ ...rule, matches: [...rule.matches] }));
  for (const [index, rule] of kept.entries()) {
    for (const exact of rule.matches.filter(({ path }) => path.kind === 'Exact')) {
      const later = kept.slice(index).flatMap((other) => other.matches.map((match) => ({ other, match })));
      const taker = later.find(({ other, match }) => isPrefixOf(match, exact) && same([rule.action, exact], [other.action, match]));
      if (!taker || later.some(({ match }) => match !== exact && isMoreSpecific(match, taker.match) && meet(match, exact))) continue;
      rule.matches.splice(rule.matches.indexOf(exact), 1);
      if (taker.other !== rule) taker.other.action = taking(taker.other.action, rule.action);
    }
  }
  return kept.filter(({ matches }) => matches.length > 0);
}

/** The same path as a prefix, with the same conditions beside it. */
function isPrefixOf({ path, ...prefix }: KubernetesMatch, { path: own, ...exact }: KubernetesMatch): boolean {
  return path.kind === 'PathPrefix' && path.value === own.value && JSON.stringify(prefix) === JSON.stringify(exact);
}
