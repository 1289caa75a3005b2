import { Descriptor } from './descriptors';
import { FilterSettings, commonFields } from './filter-settings';

export interface GlobalSettings {
  readonly domain: string;
  readonly host: string;
  readonly port: number;
  readonly timeout: string;
  readonly failureModeDeny: boolean;
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/ratelimit/v3/rate_limit.proto */
export function globalFilter(settings: FilterSettings, descriptors: readonly Descriptor[], global: GlobalSettings): object {
  const { domain, host, port, timeout, failureModeDeny } = global;
  return {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.RateLimit',
    domain,
    timeout,
    'failure_mode_deny': failureModeDeny,
    'rate_limit_service': {
      transport_api_version: 'V3',
      // Left out, the authority would be the cluster's name, whose "|" no host has.
      grpc_service: { envoy_grpc: { cluster_name: `outbound|${port}||${host}`, authority: host } },
    },
    ...commonFields(settings, descriptors),
  };
}
