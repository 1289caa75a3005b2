/** The network filter that holds the HTTP filters. */
export const HTTP_CONNECTION_MANAGER = 'envoy.filters.network.http_connection_manager';

/** What comes last among the HTTP filters, and answers. */
export const HTTP_ROUTER = 'envoy.filters.http.router';

/** Where HTTP filters of a listener are patched: one of them by name, or all as a list. */
export function httpFilterMatch(portNumber: number | undefined, name: string | undefined, chain: object = {}): object {
  return { portNumber, filterChain: { ...chain, filter: { name: HTTP_CONNECTION_MANAGER, ...name === undefined ? {} : { subFilter: { name } } } } };
}
