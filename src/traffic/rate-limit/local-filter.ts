import { Descriptor } from './descriptors';
import { FilterSettings, commonFields } from './filter-settings';

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/local_ratelimit/v3/local_rate_limit.proto */
export function localFilter(settings: FilterSettings, descriptors: readonly Descriptor[], maxKeys: number): object {
  return {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit',
    ...commonFields(settings, descriptors),
    // Envoy limits nothing where this is left out.
    'filter_enabled': { default_value: { numerator: 100, denominator: 'HUNDRED' } },
    'descriptors': descriptors.map(({ entries, rate }) => ({
      entries,
      token_bucket: { max_tokens: rate.burst, tokens_per_fill: rate.requests, fill_interval: `${rate.seconds}s` },
    })),
    ...descriptors.some(({ rate }) => rate.keys.length > 0) ? { max_dynamic_descriptors: maxKeys } : {},
  };
}
