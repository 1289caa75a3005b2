import {
  VirtualServiceHttpMatch as HttpMatch, VirtualServiceHttpMatchUri as StringMatch, VirtualServiceTcpMatch as TcpMatch,
  VirtualServiceTlsMatch as TlsMatch,
} from '../../../manifest/generated/istio-specs';

/**
 * A text that is the same for two matches exactly if they are the same to Istio: fields that say nothing (an empty list,
 * port 0) are as good as absent, and the name does not count.
 */
export function httpMatchIdentity(match: HttpMatch): string {
  return JSON.stringify([
    stringMatch(match.uri), stringMatch(match.scheme), stringMatch(match.method), stringMatch(match.authority),
    stringMatches(match.headers), match.port || 0, labels(match.sourceLabels), list(match.gateways), stringMatches(match.queryParams),
    match.ignoreUriCase || false, stringMatches(match.withoutHeaders), match.sourceNamespace || '', match.statPrefix || '',
  ]);
}

export function tcpMatchIdentity(match: TcpMatch): string {
  return JSON.stringify([
    list(match.destinationSubnets), match.port || 0, match.sourceSubnet || '', labels(match.sourceLabels), list(match.gateways),
    match.sourceNamespace || '',
  ]);
}

export function tlsMatchIdentity(match: TlsMatch): string {
  return JSON.stringify([
    list(match.sniHosts), list(match.destinationSubnets), match.port || 0, labels(match.sourceLabels), list(match.gateways),
    match.sourceNamespace || '',
  ]);
}

/** `{}` differs from an absent condition, and `exact: ""` from both. */
function stringMatch(match: StringMatch | undefined): unknown {
  if (match === undefined) return 0;
  if (match.exact !== undefined) return ['exact', match.exact];
  if (match.prefix !== undefined) return ['prefix', match.prefix];
  return match.regex === undefined ? [] : ['regex', match.regex];
}

function stringMatches(map: Readonly<Record<string, StringMatch>> | undefined): unknown {
  return map === undefined ? [] : Object.keys(map).sort().map((key) => [key, stringMatch(map[key])]);
}

function labels(map: Readonly<Record<string, string>> | undefined): unknown {
  return map === undefined ? [] : Object.keys(map).sort().map((key) => [key, map[key]]);
}

function list(items: readonly string[] | undefined): readonly string[] {
  return items ?? [];
}
