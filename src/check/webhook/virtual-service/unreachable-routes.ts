import { VirtualServiceHttp as HttpRoute, VirtualServiceTcp as TcpRoute, VirtualServiceTls as TlsRoute } from '../../../manifest/generated/istio-specs';
import { WebhookReport } from '../webhook-check';
import { PrefixMatch, prefixMatch, warnOfCoveredPrefixes } from './covered-prefixes';
import { httpMatchIdentity, tcpMatchIdentity, tlsMatchIdentity } from './match-identity';
import { Identity, SeenMatches } from './seen-matches';

/** Warns of rules and matches that earlier ones leave nothing to. */
export function warnOfUnreachableHttpRoutes(routes: readonly HttpRoute[] | undefined, report: WebhookReport): void {
  if (hasOneMatchAtMost(routes)) return;
  const prefixes: PrefixMatch[] = [];
  warnOfUnreachable(routes!, 'http', HTTP, report, (match, rule, index) => {
    const prefix = prefixMatch(match, rule, index);
    if (prefix !== undefined) prefixes.push(prefix);
  });
  warnOfCoveredPrefixes(prefixes, report);
}

export function warnOfUnreachableTcpRoutes(routes: readonly TcpRoute[] | undefined, report: WebhookReport): void {
  if (!hasOneMatchAtMost(routes)) warnOfUnreachable(routes!, 'tcp', TCP, report);
}

export function warnOfUnreachableTlsRoutes(routes: readonly TlsRoute[] | undefined, report: WebhookReport): void {
  if (!hasOneMatchAtMost(routes)) warnOfUnreachable(routes!, 'tls', TLS, report);
}

const HTTP: Identity<NonNullable<HttpRoute['match']>[number]> = {
  hint: ({ uri }) => uri?.prefix ?? uri?.exact ?? uri?.regex ?? '',
  of: httpMatchIdentity,
};
const TCP: Identity<NonNullable<TcpRoute['match']>[number]> = { hint: ({ port }) => String(port ?? 0), of: tcpMatchIdentity };
const TLS: Identity<TlsRoute['match'][number]> = { hint: ({ sniHosts }) => sniHosts[0] ?? '', of: tlsMatchIdentity };

interface Rule<M> { readonly name?: string; readonly match?: readonly M[] }

function hasOneMatchAtMost(rules: readonly Rule<unknown>[] | undefined): boolean {
  return rules === undefined || rules.length === 0 || (rules.length === 1 && (rules[0].match?.length ?? 0) < 2);
}

function warnOfUnreachable<M>(
  rules: readonly Rule<M>[], kind: string, identity: Identity<M>, report: WebhookReport,
  onNew?: (match: M, rule: number, index: number) => void,
): void {
  const seen = new SeenMatches(identity);
  let catchAll = -1;
  rules.forEach(({ match: matches }, i) => {
    if (matches === undefined || matches.length === 0) {
      if (catchAll >= 0) warnOfEarlierCatchAll(`spec.${kind}[${i}]`, kind, catchAll, report);
      catchAll = i;
      return;
    }
    let repeated = 0;
    matches.forEach((match, j) => {
      if (catchAll >= 0) {
        warnOfEarlierCatchAll(`spec.${kind}[${i}].match[${j}]`, kind, catchAll, report);
        return;
      }
      const earlier = seen.add(match, i);
      if (earlier === undefined) {
        onNew?.(match, i, j);
        return;
      }
      repeated++;
      report.warning(`spec.${kind}[${i}].match[${j}]`, `The match is never reached: ${kind}[${earlier}] has the same one before it.`, 'Remove it, or change one of them.');
    });
    if (repeated === matches.length) {
      report.warning(`spec.${kind}[${i}]`, 'The rule is never reached: earlier rules have all its matches.', 'Remove it, or move it before them.');
    }
  });
}

function warnOfEarlierCatchAll(path: string, kind: string, catchAll: number, report: WebhookReport): void {
  report.warning(path, `This is never reached: ${kind}[${catchAll}] has no match, so it takes everything before.`, `Move ${kind}[${catchAll}] to the end, or give it a match.`);
}
