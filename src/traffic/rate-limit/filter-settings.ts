import { Descriptor } from './descriptors';
import { RateLimitEnforcement } from './rate-limit-enforcement';

/** What both of Envoy's filters are told. */
export interface FilterSettings {
  readonly statPrefix: string;
  readonly enforcement: RateLimitEnforcement;
  readonly rateLimitHeaders: boolean;
  readonly responseHeaders: Readonly<Record<string, string>>;
}

export function commonFields(settings: FilterSettings, descriptors: readonly Descriptor[]): object {
  const { statPrefix, enforcement, rateLimitHeaders, responseHeaders } = settings;
  const headers = Object.entries(responseHeaders);
  return {
    stat_prefix: statPrefix,
    filter_enforced: enforcement._fraction,
    // The other status of gRPC, UNAVAILABLE, is one that the mesh repeats by default.
    rate_limited_as_resource_exhausted: true,
    ...rateLimitHeaders ? { enable_x_ratelimit_headers: 'DRAFT_VERSION_03' } : {},
    ...headers.length > 0
      ? { response_headers_to_add: headers.map(([key, value]) => ({ header: { key, value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' })) }
      : {},
    rate_limits: descriptors.flatMap(({ rateLimits }) => rateLimits),
  };
}
