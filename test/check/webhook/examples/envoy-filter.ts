import { examplesOf } from './example';

const patch = (applyTo: string | undefined, value?: any, operation = 'MERGE', match?: object) =>
  ({ configPatches: [{ applyTo, patch: { operation, value }, match }] });
const cluster = (value: object) => patch('CLUSTER', value);
const listenerMatch = (applyTo: string, filter?: object) => patch(applyTo, {}, 'MERGE', { listener: filter && { filterChain: { filter } } });
const subFilter = (name: string, fields: object, applyTo = 'HTTP_FILTER') =>
  patch(applyTo, undefined, 'REMOVE', { listener: { filterChain: { filter: { name, subFilter: fields } } } });
const version = (proxyVersion: string) => patch('CLUSTER', {}, 'MERGE', { proxy: { proxyVersion } });
const extension = (typedConfig: unknown, field = 'typed_config') => patch('EXTENSION_CONFIG', { name: 'a', [field]: typedConfig });
const ofType = (type: string, fields: object = {}) => ({ '@type': `type.googleapis.com/${type}`, ...fields });
const LUA = 'envoy.extensions.filters.http.lua.v3.Lua';
const HTTP_MANAGER = 'envoy.filters.network.http_connection_manager';
const PATCH = 'spec.configPatches[0]';
const VALUE = `${PATCH}.patch.value`;
const ANY = `${VALUE}.typed_config`;
const FILTER = `${PATCH}.match.listener.filterChain.filter`;

/** Values of protobuf's own messages: by those of one value the scalar types are tried. */
const wrapped = (name: string, value: unknown) => extension(ofType(`google.protobuf.${name}`, { value }));
const positions = (key: string) => extension(ofType('cel.expr.SourceInfo', { positions: { [key]: 1 } }));
const WRAPPED_FINE: Readonly<Record<string, readonly unknown[]>> = {
  BoolValue: [true, false, null],
  StringValue: ['', 'x'],
  BytesValue: ['', 'YQ==', 'YWI=', 'YWJj', 'YW\nJj', [0, 255, null], '+/+/'],
  Int32Value: [0, -2147483648, 2147483647, '2147483647', '-2147483648', ' 5 ', '-0', 'null', 2.0],
  UInt32Value: [0, 4294967295, '4294967295', 'null'],
  Int64Value: ['-9223372036854775808', '9223372036854775807', -9223372036854774000, 9223372036854774000],
  UInt64Value: ['18446744073709551615', 18446744073709549000, 0],
  FloatValue: [1.5, '-1.5e3', 'NaN', 'Infinity', '-Infinity', ' 1 ', 'null', 3.4028234e38, '1e-400'],
  DoubleValue: [1e308, '1e308', 'Infinity'],
  Duration: ['0', '1h', '-1.5s', '.5s', '1us', '2562047h'],
  Timestamp: ['2030-01-31T12:00:00Z', '2028-02-29T23:59:59Z', '2000-02-29T00:00:00Z', '2030-12-01T1:00:00.5+24:60', '2030-04-30T01:02:03,123456789-07:00', '0000-01-01T00:00:00Z'],
  Struct: [{}, { a: [null, { b: 'c' }] }],
  ListValue: [[], [1, null, {}]],
  Value: [null, 1, 'x', true, [], {}],
  Empty: [{}],
};
const WRAPPED_FAULTY: Readonly<Record<string, readonly unknown[]>> = {
  BoolValue: ['true', 0, 1, [], {}],
  StringValue: [1, true, [], {}],
  BytesValue: ['YQ', 'YQ=', 'Y', 'a_b-', 'YQ==YQ==', 1, [256], [-1], [1.5], ['1'], {}],
  Int32Value: [2147483648, -2147483649, '2147483648', 1.5, '1.5', '1e2', '01', '+1', '', ' ', '0x1', '\t5', true, [], {}, 1e21],
  UInt32Value: [-1, 4294967296, '4294967296', '-1', '-0', '-'],
  Int64Value: ['9223372036854775808', '-9223372036854775809', 9223372036854775807, -9223372036854775808, 1e19],
  UInt64Value: ['18446744073709551616', 18446744073709551615, '-1'],
  FloatValue: [1e39, '1e39', '-1e39', 'nan', 'inf', '1.', '.5', '01', '', true, []],
  DoubleValue: ['1e309', 'x', '+1', {}],
  Duration: ['5', '', '1d', 5, '9999999h', [], {}],
  Timestamp: [
    '2030-01-31', '2030-1-31T12:00:00Z', '2030-01-31 12:00:00Z', '2030-01-31T12:00:00', '2030-01-31T12:00:00z', '2030-01-32T12:00:00Z', '2030-00-01T12:00:00Z', '2030-13-01T12:00:00Z',
    '2030-01-00T12:00:00Z', '2030-02-29T12:00:00Z', '2100-02-29T12:00:00Z', '2028-02-30T12:00:00Z', '2030-04-31T12:00:00Z', '2030-11-31T12:00:00Z', '2030-06-31T12:00:00Z', '2030-09-31T12:00:00Z',
    '2030-01-31T24:00:00Z', '2030-01-31T12:60:00Z', '2030-01-31T12:00:60Z', '2030-01-31T12:00:00.Z', '2030-01-31T12:00:00+25:00', '2030-01-31T12:00:00+24:61', 1, {},
  ],
  Struct: [[], 'x', 1],
  ListValue: [{}, 'x'],
  Empty: [[], 'x', 1],
};
const tries = (values: typeof WRAPPED_FINE) => Object.entries(values).flatMap(
  ([name, list]) => list.map(value => [`${JSON.stringify(value)} as a ${name}`, wrapped(name, value)] as const));

/** Of any EnvoyFilter Istio warns; these have no other fault. */
const FINE: readonly (readonly [about: string, spec: any])[] = [
  ['nothing', {}],
  ['a selector with labels', { workloadSelector: { labels: { app: 'reviews' } } }],
  ['a target of any kind', { targetRefs: [{ kind: 'Pod', name: 'a' }] }],
  ['a value of nothing', cluster({})],
  ['REMOVE without value', patch('HTTP_FILTER', undefined, 'REMOVE')],
  ['a patch for waypoints, of which nothing is looked at', { configPatches: [{ match: { context: 'WAYPOINT', waypoint: {} }, patch: { value: { name: 1 } } }] }],
  ['a version', version('^1\\.31.*')],
  ['no version', version('')],
  ['a match of the kind that is patched', patch('HTTP_ROUTE', {}, 'MERGE', { routeConfiguration: {} })],
  ['any match for what has none of its own', patch('BOOTSTRAP', {}, 'MERGE', { cluster: {} })],
  ['the match of an HTTP filter', subFilter(HTTP_MANAGER, { name: 'envoy.filters.http.router' })],
  ['fields by both names', cluster({ connect_timeout: '1s', connectTimeout: '2s', lbPolicy: 'RANDOM' })],
  ['the name in snake case where that in camel case counts', cluster({ connect_timeout: 1, connectTimeout: '2s' })],
  ['null for any field', cluster({ name: null, connect_timeout: null, health_checks: null, typed_extension_protocol_options: null })],
  ['null in a list', patch('VIRTUAL_HOST', { domains: ['a', null] })],
  ['enums by name and number', patch('LISTENER', { traffic_direction: 'INBOUND', drain_type: 7 })],
  ['numbers in quotes', patch('LISTENER', { per_connection_buffer_limit_bytes: ' 1024 ', tcp_backlog_size: 'null' })],
  ['a number that JSON writes with a fraction', patch('LISTENER', JSON.parse('{"tcp_backlog_size":5.0}'))],
  ['the greatest numbers', cluster({ respect_dns_ttl: true, per_connection_buffer_limit_bytes: 4294967295 })],
  ['numbers that are none', cluster({ common_lb_config: { healthy_panic_threshold: { value: 'NaN' } } })],
  ['durations as Go writes them', cluster({ connect_timeout: '1h1.5ms', dns_refresh_rate: '-3s' })],
  ['a structure of anything', cluster({ metadata: { filter_metadata: { a: { b: [null, 1, { c: 'x' }] } } } })],
  ['an extension with its type', extension(ofType(LUA, { inline_code: 'x', source_codes: { a: { inline_string: 'x' } } }))],
  ['an extension under its other name', extension(ofType(LUA), 'typedConfig')],
  ['a type without a host', extension({ '@type': LUA })],
  ['the fields that a type must have', extension(ofType('google.protobuf.UninterpretedOption.NamePart', { namePart: 'a', is_extension: true }))],
  ['a type behind any path', extension({ '@type': `a/b/${LUA}` })],
  ['a well-known message as an extension', extension(ofType('google.protobuf.Duration', { value: '5s' }))],
  ['a type of which only the name is known', extension(ofType('envoy.admin.v3.Clusters'))],
  ['Istio\'s own filter', extension(ofType('io.istio.http.peer_metadata.Config', { shared_with_upstream: true }))],
  ['bytes in base64', extension(ofType(LUA, { default_source_code: { inline_bytes: 'YWI=' } }))],
  ['bytes as numbers', extension(ofType(LUA, { default_source_code: { inline_bytes: [0, 255, null] } }))],
  ['a filter that is discovered', patch('HTTP_FILTER', { name: 'a', config_discovery: { type_urls: ['a'] } })],
  ['a transport with its type', cluster({ transport_socket: { name: 'tls', typed_config: ofType('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext') } })],
  ['a filter by name in a list, where it is not looked for', patch('FILTER_CHAIN', { filters: [{ name: 'a' }] })],
  ['an extension by name that another action overrides', patch('HTTP_ROUTE', { route: { inline_cluster_specifier_plugin: { extension: { name: 'a' } } }, redirect: {} })],
  ['a match by the listener alone', patch('LISTENER', {}, 'MERGE', { listener: {} })],
  ['a version of 1024 bytes', version('é'.repeat(512))],
  ...tries(WRAPPED_FINE),
  ...['0', '-9223372036854775808', ' 5 ', 'null', '"5"'].map(key => [`the key ${key} of a map from numbers`, positions(key)] as const),
];

export const ENVOY_FILTERS = examplesOf('EnvoyFilter', {
  accepted: [],
  warned: [
    ...FINE.map(([about, spec]) => [about, spec, 'spec'] as const),
    ...([
      ['a selector without labels', { workloadSelector: {} }, 'spec.workloadSelector'],
      ['a version that is too long', version(`${'é'.repeat(512)}(`), `${PATCH}.match.proxy.proxyVersion`],
      ['the match of a filter for a listener', listenerMatch('LISTENER', { name: 'a' }), FILTER],
      ['the match of a filter for a chain', listenerMatch('FILTER_CHAIN', { name: 'a' }), FILTER],
      ['an old name of a filter', patch('NETWORK_FILTER', undefined, 'REMOVE', { listener: { filterChain: { filter: { name: 'envoy.tcp_proxy' } } } }), `${FILTER}.name`],
      ['an old name of an HTTP filter', subFilter(HTTP_MANAGER, { name: 'envoy.router' }), `${FILTER}.subFilter.name`],
      ['an unknown field', cluster({ nome: 'a' }), `${VALUE}.nome`],
      ['an unknown field deep inside', cluster({ circuit_breakers: { thresholds: [{ max_conections: 5 }] } }), `${VALUE}.circuit_breakers.thresholds[0].max_conections`],
      ['an unknown field behind a type', extension(ofType(LUA, { inlinecode: 'x' })), `${ANY}.inlinecode`],
      ['a type where none belongs', cluster({ '@type': 'a' }), `${VALUE}.@type`],
      ['an extension beside a name', patch('EXTENSION_CONFIG', { name: 'a', config: {} }), `${VALUE}.config`],
      ['a filter by name', patch('NETWORK_FILTER', { name: 'envoy.filters.network.tcp_proxy' }), VALUE],
      ['a filter whose type is null', patch('HTTP_FILTER', { name: 'a', typed_config: null }), VALUE],
      ['an extension by name that counts before what it excludes', patch('HTTP_ROUTE', { route: { inline_cluster_specifier_plugin: { extension: { name: 'a' } }, cluster: 'b' } }), VALUE],
      ['a transport by name', cluster({ transport_socket: { name: 'envoy.transport_sockets.tls' } }), VALUE],
    ] as const).map(([about, spec, at]) => [about, spec, ['spec', at]] as const),
  ],
  refused: [
    ['a dry run', {}, 'metadata.annotations[istio.io/dry-run]', { annotations: { 'istio.io/dry-run': 'true' } }],
    ['a wildcard in the key of a label', { workloadSelector: { labels: { 'a*': 'b' } } }, 'spec.workloadSelector.labels[a*]'],
    ['an empty key of a label', { workloadSelector: { labels: { '': 'b' } } }, 'spec.workloadSelector.labels'],
    ['nothing to apply to', patch(undefined, {}), `${PATCH}.applyTo`],
    ['INVALID to apply to', patch('INVALID', {}), `${PATCH}.applyTo`],
    ['no patch', { configPatches: [{ applyTo: 'CLUSTER' }] }, `${PATCH}.patch.operation`],
    ['no operation', { configPatches: [{ applyTo: 'CLUSTER', patch: { value: {} } }] }, `${PATCH}.patch.operation`],
    ['the operation INVALID', patch('CLUSTER', {}, 'INVALID'), `${PATCH}.patch.operation`],
    ['no value', patch('CLUSTER'), `${PATCH}.patch.value`],
    ['a version that is no expression', version('('), `${PATCH}.match.proxy.proxyVersion`],
    ['the match of a listener for a cluster', patch('CLUSTER', {}, 'MERGE', { listener: {} }), `${PATCH}.match.listener`],
    ['the match of a cluster for a filter', patch('HTTP_FILTER', {}, 'MERGE', { cluster: {} }), `${PATCH}.match.cluster`],
    ['the match of a cluster for a route', patch('VIRTUAL_HOST', {}, 'MERGE', { cluster: {} }), `${PATCH}.match.cluster`],
    ['the match of a filter without name', listenerMatch('HTTP_FILTER', {}), `${FILTER}.name`],
    ['the match of an HTTP filter for a network filter', subFilter(HTTP_MANAGER, { name: 'a' }, 'NETWORK_FILTER'), `${FILTER}.subFilter`],
    ['the match of an HTTP filter in another filter', subFilter('envoy.filters.network.tcp_proxy', { name: 'a' }), `${FILTER}.name`],
    ['the match of an HTTP filter without name', subFilter('envoy.http_connection_manager', {}), `${FILTER}.subFilter.name`],
    ...([
      ['a number for text', { name: 1 }, 'name'],
      ['text for true or false', { respect_dns_ttl: 'true' }, 'respect_dns_ttl'],
      ['a number with a fraction', { per_connection_buffer_limit_bytes: 1.5 }, 'per_connection_buffer_limit_bytes'],
      ['a number below 0', { per_connection_buffer_limit_bytes: -1 }, 'per_connection_buffer_limit_bytes'],
      ['a number too great', { per_connection_buffer_limit_bytes: 4294967296 }, 'per_connection_buffer_limit_bytes'],
      ['a number with a leading zero in quotes', { per_connection_buffer_limit_bytes: '01' }, 'per_connection_buffer_limit_bytes'],
      ['an empty text for a number', { per_connection_buffer_limit_bytes: '' }, 'per_connection_buffer_limit_bytes'],
      ['a duration without unit', { connect_timeout: '5' }, 'connect_timeout'],
      ['a duration that is a number', { connect_timeout: 5 }, 'connect_timeout'],
      ['an unknown value of an enum', { lb_policy: 'FASTEST' }, 'lb_policy'],
      ['a fraction for an enum', { lb_policy: 1.5 }, 'lb_policy'],
      ['an object for a list', { health_checks: {} }, 'health_checks'],
      ['a list for an object', { circuit_breakers: [] }, 'circuit_breakers'],
      ['text for an object in a list', { health_checks: ['a'] }, 'health_checks[0]'],
      ['a list for a map', { typed_extension_protocol_options: [] }, 'typed_extension_protocol_options'],
      ['an extension in a map without type', { typed_extension_protocol_options: { a: {} } }, 'typed_extension_protocol_options[a]'],
      ['a structure that is a list', { metadata: { filter_metadata: { a: [] } } }, 'metadata.filter_metadata[a]'],
      ['a wrong type deep inside', { load_assignment: { endpoints: [{ lb_endpoints: [{ endpoint: { address: { pipe: { path: 1 } } } }] }] } },
        'load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.pipe.path'],
    ] as const).map(([about, value, field]) => [about, cluster(value), `${VALUE}.${field}`] as const),
    ['an extension without type', extension({}), ANY],
    ['an extension that is text', extension('a'), ANY],
    ['an extension of an unknown type', extension(ofType('example.Unknown')), `${ANY}.@type`],
    ['an extension without the fields that its type must have', extension(ofType('google.protobuf.UninterpretedOption.NamePart', { name_part: 'a' })), ANY],
    ['an extension of the v2 API', extension(ofType('envoy.config.filter.http.lua.v2.Lua')), `${ANY}.@type`],
    ['an extension whose type is null', extension({ '@type': null }), `${ANY}.@type`],
    ['an extension whose type is a number', extension({ '@type': 1 }), `${ANY}.@type`],
    ['an extension whose type is an enum', extension(ofType('envoy.config.cluster.v3.Cluster.LbPolicy')), `${ANY}.@type`],
    ['a wrong type behind a type', extension(ofType(LUA, { inlineCode: 1 })), `${ANY}.inlineCode`],
    ['a well-known message without value', extension(ofType('google.protobuf.Duration')), ANY],
    ['a well-known message with a wrong value', extension(ofType('google.protobuf.Duration', { value: 'x' })), `${ANY}.value`],
    ['bytes that are no base64', extension(ofType(LUA, { default_source_code: { inline_bytes: 'YW' } })), `${ANY}.default_source_code.inline_bytes`],
    ['bytes of too great numbers', extension(ofType(LUA, { default_source_code: { inline_bytes: [256] } })), `${ANY}.default_source_code.inline_bytes`],
    ...tries(WRAPPED_FAULTY).map(([about, spec]) => [about, spec, `${ANY}.value`] as const),
    ...['', 'x', '01', '1.5', '9223372036854775808'].map(key => [`the key ${key} of a map from numbers`, positions(key), `${ANY}.positions`] as const),
    ['REMOVE with a wrong value', patch('CLUSTER', { name: 1 }, 'REMOVE'), `${VALUE}.name`],
  ],
});
