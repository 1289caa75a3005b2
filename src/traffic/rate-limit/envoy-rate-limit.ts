// Those parts of Envoy's messages that we write, in the names of its documentation.

export interface TextMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly safe_regex?: { readonly regex: string };
  readonly ignore_case?: boolean;
}

export interface HeaderMatch {
  readonly name: string;
  readonly string_match?: TextMatch;
  readonly present_match?: boolean;
  readonly invert_match?: boolean;
  readonly treat_missing_header_as_empty?: boolean;
}

export type QueryMatch = Pick<HeaderMatch, 'name' | 'string_match' | 'present_match'>;

/** A condition on a header, and the one that holds exactly where it does not. */
export interface Literal {
  readonly holds: HeaderMatch;
  readonly fails: HeaderMatch;
}

/** One entry of a descriptor. A value that is left out is made of the request. */
export interface Entry {
  readonly key: string;
  readonly value?: string;
}

/** An action adds its entry to the descriptor, or there is no descriptor at all. */
export interface Action {
  readonly entry: Entry;
  readonly action: Record<string, unknown>;
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto#config-route-v3-ratelimit */
export interface EnvoyRateLimit {
  readonly actions: readonly Record<string, unknown>[];
}

export function genericKey(entry: Required<Entry>): Action {
  return { entry, action: { generic_key: { descriptor_key: entry.key, descriptor_value: entry.value } } };
}

/** @param expect whether all of the conditions hold, or at least one of them does not */
export function headersMatch(entry: Required<Entry>, headers: readonly HeaderMatch[], expect: boolean): Action {
  return {
    entry,
    action: { header_value_match: { descriptor_key: entry.key, descriptor_value: entry.value, expect_match: expect, headers } },
  };
}

/** @param expect whether all of the conditions hold, or at least one of them does not */
export function queriesMatch(entry: Required<Entry>, queries: readonly QueryMatch[], expect: boolean): Action {
  return {
    entry,
    action: {
      query_parameter_value_match: { descriptor_key: entry.key, descriptor_value: entry.value, expect_match: expect, query_parameters: queries },
    },
  };
}
