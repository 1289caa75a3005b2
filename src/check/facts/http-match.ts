import { VirtualServiceHttp, VirtualServiceHttpMatch } from '../../manifest/generated/istio-specs';

interface StringMatch { readonly exact?: string; readonly prefix?: string; readonly regex?: string }

/** Whether a condition on the path holds for every path. */
export function isAnyPath(uri: StringMatch | undefined): boolean {
  return uri === undefined || uri.prefix === '/' || uri.prefix === '' || uri.regex === '.*' || uri.regex === '/.*'
    || (uri.exact === undefined && uri.prefix === undefined && uri.regex === undefined);
}

const hasKeys = (map: object | undefined) => map !== undefined && Object.keys(map).length > 0;

/** Whether a match asks something of the request itself, other than its path. */
export function asksBeyondPath(match: VirtualServiceHttpMatch): boolean {
  return match.scheme !== undefined || match.method !== undefined || match.authority !== undefined
    || hasKeys(match.headers) || hasKeys(match.withoutHeaders) || hasKeys(match.queryParams);
}

/** Whether a match asks who sends the request. Beside `gateways` Istio does not look at it. */
export function asksForSource(match: VirtualServiceHttpMatch): boolean {
  return hasKeys(match.sourceLabels) || (match.sourceNamespace !== undefined && match.sourceNamespace !== '');
}

/** Whether a match holds for every request that comes to its port and gateway. */
export function matchesEverything(match: VirtualServiceHttpMatch): boolean {
  return isAnyPath(match.uri) && !asksBeyondPath(match) && !asksForSource(match);
}

/** Whether a rule takes whatever is left, perhaps of one port or gateway only. */
export function isCatchAll({ match }: VirtualServiceHttp): boolean {
  return match === undefined || match.length === 0 || match.some(matchesEverything);
}

/** `prefix "/api"`, for messages. */
export function stringMatchText(match: StringMatch | undefined): string {
  if (match?.exact !== undefined) return `exact "${match.exact}"`;
  if (match?.prefix !== undefined) return `prefix "${match.prefix}"`;
  return match?.regex === undefined ? 'anything' : `regex "${match.regex}"`;
}
