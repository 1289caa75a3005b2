/** One deliberate fault: what it is, and the edits that make it. */
export interface Mutation {
  readonly fault: string;
  readonly edits: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
}

function mutation(fault: string, file: string, find: string, replace: string): Mutation {
  return { fault, edits: [{ file: `src/${file}`, find, replace }] };
}

/** Faults that a real mesh must notice: each of them is YAML that Istio accepts, or nearly. */
export const MUTATIONS: readonly Mutation[] = [
  mutation('STRICT is left out', 'security/zero-trust-namespace.ts', "'PERMISSIVE' : 'STRICT'", "'PERMISSIVE' : 'PERMISSIVE'"),
  mutation('deny-all allows all', 'security/zero-trust-namespace.ts', 'spec: () => ({}),', 'spec: () => ({ rules: [{}] }),'),
  mutation('an allow forgets its caller', 'security/allow-rule.ts', 'from: sources?.map((source) => ({ source })),', 'from: sources?.map(() => ({ source: { namespaces: ["*"] } })),'),
  mutation('an allow forgets its methods', 'security/allow-rule.ts', 'methods: this.methods, paths: this.paths, ports', 'methods: this.methods?.slice(0, 0), paths: this.paths, ports'),
  mutation('policies name the ports of the Service, not of the pods', 'model/target-ports.ts', 'service._ports.target(port.number)', 'port.number'),
  mutation('an unnamed host is let through', 'security/zero-trust-namespace.ts', "mode: 'REGISTRY_ONLY'", "mode: 'ALLOW_ANY'"),
  mutation('a dry run enforces', 'security/zero-trust-namespace.ts', "[DRY_RUN]: 'true'", "[DRY_RUN]: 'false'"),
  mutation('the header match of the canary is dropped', 'delivery/version-split.ts', 'match: match._atoms', "match: [{ uri: { kind: 'exact', value: '/never' } }]"),
  mutation('the weights of the canary are exchanged', 'delivery/canary-split.ts',
    '[{ subset: stable, weight: WHOLE - weight }, { subset: canary, weight }]', '[{ subset: stable, weight }, { subset: canary, weight: WHOLE - weight }]'),
  mutation('nobody is kept by the cookie', 'delivery/version-split.ts', 'return [...kept, {', 'return [{'),
  mutation('the cookie names the version, not the part of the users', 'delivery/canary-split.ts', 'value: String(bound),', "value: bound <= weight ? 'new' : 'old',"),
  mutation('the version that grows stands last', 'delivery/canary-split.ts', '[grown, old]', '[old, grown]'),
  mutation('the hash decides nothing', 'delivery/sticky-filter.ts', 'use_hash_policy: true', 'use_hash_policy: false'),
  mutation('the hash decides for one of several rules', 'delivery/sticky-filter.ts', 'return [...new Set([first,', 'return [first] ?? [...new Set([first,'),
  mutation('an explicit variant comes after the assignment', 'delivery/ab-test.ts', 'const EXPLICIT = 1', 'const EXPLICIT = -2'),
  mutation('a cookie is found inside another', 'model/http-match.ts', '(.*;\\\\s*)?', '.*'),
  mutation('the least specific match comes first', 'model/match-atom.ts', 'return at < 0 ? 0 : y[at] - x[at];', 'return at < 0 ? 0 : x[at] - y[at];'),
  mutation('a POST is retried', 'traffic/retries.ts', "['GET', 'HEAD',", "['POST', 'GET', 'HEAD',"),
  mutation('retries do not see gateway errors', 'traffic/retries.ts', 'retryOn: [...new Set([...this.conditions,',
    "retryOn: [...new Set([...this.conditions.filter((condition) => `${condition}` !== 'gateway-error'),"),
  mutation('a timeout is written without a unit', 'semantics/duration.ts', 'return `${milliseconds / size}${suffix}`', 'return `${milliseconds / size}${suffix && \'\'}`'),
  mutation('the settings of a port inherit nothing', 'model/traffic-layers.ts', 'port: { number: port }, ...this.effective(undefined, port) }', 'port: { number: port }, ...this.blocksOf({ port }) }'),
  {
    fault: 'maxEjectionPercent is Istio\'s 10, and nothing checks it',
    edits: [
      { file: 'src/model/traffic-layers.ts', find: 'detection.maxEjectionPercent ?? DEFAULT_MAX_EJECTION_PERCENT', replace: 'Math.min(10, detection.maxEjectionPercent ?? DEFAULT_MAX_EJECTION_PERCENT)' },
      { file: 'src/model/effective-policies.ts', find: 'if (percent === undefined || service', replace: 'if (percent === 10 || percent === undefined || service' },
    ],
  },
  mutation('an abort happens always', 'traffic/fault-abort.ts', 'percentage: { value } }', 'percentage: { value: 100 } }'),
  mutation('a delay is hardly one', 'traffic/fault-delay.ts', 'istioDuration(duration, \'FaultDelay: the duration\')', 'istioDuration(duration, \'FaultDelay: the duration\') && \'1ms\''),
  mutation('the kill switch kills nothing', 'traffic/fault-injection.ts', 'if (!this.enabled) return;', ''),
  mutation('half of what is said is mirrored', 'model/http-routes.ts', 'percentage: { value: mirror.percentage }', 'percentage: { value: mirror.percentage / 2 }'),
  mutation('a request is copied to where it goes', 'model/route-mirrors.ts', 'if (served.length !== 1) return', 'return'),
  mutation('a mirror does not say its port', 'traffic/mirror-target.ts', 'get port() { return destination.port; },', ''),
  mutation('a string that Kubernetes reads as a number is written', 'semantics/yaml-scalar.ts', 'return GO_NUMBER.test(', "return text === '' && GO_NUMBER.test("),
  mutation('a limit forgets its seconds', 'traffic/rate-limit/local-filter.ts', 'fill_interval: `${rate.seconds}s`', 'fill_interval: `${rate.seconds * 4}s`'),
  mutation('a limit forgets its burst', 'traffic/rate-limit/local-filter.ts', 'max_tokens: rate.burst', 'max_tokens: rate.requests'),
  mutation('limits are switched off', 'traffic/rate-limit/local-filter.ts', 'numerator: 100', 'numerator: 0'),
  mutation('limits in shadow are kept', 'traffic/rate-limit/rate-limit-enforcement.ts', 'return new RateLimitEnforcement(0)', 'return new RateLimitEnforcement(100)'),
  mutation('limits in part are kept in full', 'traffic/rate-limit/rate-limit-enforcement.ts', 'numerator: this.percentage, denom', 'numerator: this.percentage && 100, denom'),
  mutation('a gRPC call over the limit is UNAVAILABLE', 'traffic/rate-limit/filter-settings.ts', 'rate_limited_as_resource_exhausted: true', 'rate_limited_as_resource_exhausted: false'),
  mutation('only 20 values are remembered, or more than said', 'traffic/rate-limit/local-filter.ts', 'max_dynamic_descriptors: maxKeys', 'max_dynamic_descriptors: maxKeys + 20'),
  mutation('an exact path is one without a query', 'traffic/rate-limit/request-condition.ts', '`${escapeRegex(value)}(?:\\\\?.*)?`', 'escapeRegex(value)'),
  mutation('the regex of a path reads the query, too', 'traffic/rate-limit/request-condition.ts', 'withQuery(value)', '`${value}(?:\\\\?.*)?`'),
  mutation('a host in capitals has no limit', 'traffic/rate-limit/request-condition.ts', '(?i:${escapeRegex', '(?:${escapeRegex'),
  mutation('an absent header is an alternative that holds', 'traffic/rate-limit/request-condition.ts', 'match.string_match ? { treat_missing_header_as_empty: true }', 'match.string_match ? {}'),
  mutation('a limit of some callers is one of all', 'traffic/rate-limit/checked-limit.ts', '? [callerLiteral(patterns)] : []', '? [] : []'),
  mutation('a request without the header has no limit', 'traffic/rate-limit/rate-limit-key.ts', 'headersMatch({ key, value: ABSENT }, [{ name: key, present_match: true, invert_match: true }], true),', ''),
  mutation('all callers are counted together', 'traffic/rate-limit/rate-limit-key.ts', 'connection.mtls ? connection.uri_san_peer_certificate', 'connection.mtls ? "all"'),
  mutation('a client is who it says it is', 'traffic/rate-limit/rate-limit-key.ts', 'action: { masked_remote_address: masks }', "action: { request_headers: { header_name: 'x-forwarded-for', descriptor_key: ADDRESS } }"),
  mutation('"otherwise" is about all requests', 'traffic/rate-limit/condition-actions.ts', 'headers.map(({ holds }) => holds), false)', 'headers.map(({ fails }) => fails), false)'),
  mutation('a limit of one port is one of all', 'traffic/rate-limit/rate-limit.ts', 'listener: { portNumber, filterChain', 'listener: { portNumber: portNumber && undefined, filterChain'),
  mutation('the limits of a gateway are for sidecars', 'traffic/rate-limit/rate-limit.ts', "? 'GATEWAY' :", "? 'SIDECAR_OUTBOUND' :"),
  mutation('a limit in the root namespace is one for all namespaces', 'traffic/rate-limit/rate-limit.ts', 'proxy: { metadata: { NAMESPACE: this.target.namespace } },', ''),
  mutation('limits count what is not authorized', 'traffic/rate-limit/rate-limit.ts', "operation: 'INSERT_BEFORE'", "operation: 'INSERT_FIRST'"),
  mutation('a rate limit service is asked before what costs nothing', 'traffic/rate-limit/rate-limit.ts', 'local: 10, global: 20', 'local: 20, global: 10'),
  mutation('proxies ask another domain than the file has', 'traffic/rate-limit/global-filter.ts', '    domain,', '    domain: `${domain}-2`,'),
  mutation('proxies ask for other names than the file has', 'traffic/rate-limit/descriptors-file.ts', 'value: ${text(entry.value)}', 'value: ${text(`${entry.value}-2`)}'),
  mutation('a rate limit service lets one more pass', 'traffic/rate-limit/descriptors-file.ts', 'requests_per_unit: ${rate.requests}', 'requests_per_unit: ${rate.requests + 1}'),
  mutation('a failing rate limit service refuses nothing, whatever is said', 'traffic/rate-limit/global-filter.ts', "'failure_mode_deny': failureModeDeny", "'failure_mode_deny': failureModeDeny && false"),
];
