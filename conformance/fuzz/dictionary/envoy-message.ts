import { envoyTypes, Field } from '../../../src/check/webhook/envoy-filter/envoy-types';
import { Random } from '../random';

/** What an EnvoyFilter patches, by its applyTo. */
export const PATCHED: Readonly<Record<string, string>> = {
  LISTENER: 'envoy.config.listener.v3.Listener',
  FILTER_CHAIN: 'envoy.config.listener.v3.FilterChain',
  NETWORK_FILTER: 'envoy.config.listener.v3.Filter',
  HTTP_FILTER: 'envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter',
  ROUTE_CONFIGURATION: 'envoy.config.route.v3.RouteConfiguration',
  VIRTUAL_HOST: 'envoy.config.route.v3.VirtualHost',
  HTTP_ROUTE: 'envoy.config.route.v3.Route',
  CLUSTER: 'envoy.config.cluster.v3.Cluster',
  EXTENSION_CONFIG: 'envoy.config.core.v3.TypedExtensionConfig',
  BOOTSTRAP: 'envoy.config.bootstrap.v3.Bootstrap',
  LISTENER_FILTER: 'envoy.config.listener.v3.ListenerFilter',
};

const EXTENSIONS = [
  'envoy.extensions.filters.http.router.v3.Router', 'envoy.extensions.filters.http.lua.v3.Lua', 'envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication',
  'envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit', 'envoy.extensions.filters.http.ext_authz.v3.ExtAuthz', 'envoy.extensions.filters.http.rbac.v3.RBAC',
  'envoy.extensions.filters.http.oauth2.v3.OAuth2', 'envoy.extensions.filters.http.wasm.v3.Wasm', 'envoy.extensions.filters.http.compressor.v3.Compressor',
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
  'envoy.extensions.filters.network.redis_proxy.v3.RedisProxy', 'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
  'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', 'envoy.extensions.access_loggers.file.v3.FileAccessLog',
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions', 'envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol',
  'io.istio.http.peer_metadata.Config', 'istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig', 'udpa.type.v1.TypedStruct', 'xds.type.v3.TypedStruct',
  'google.protobuf.Duration', 'google.protobuf.Struct', 'google.protobuf.Empty', 'google.protobuf.BoolValue', 'google.protobuf.Any',
];
const ODD_TYPES = [{}, { '@type': '' }, { '@type': null }, { '@type': 1 }, { '@type': 'type.googleapis.com/envoy.config.filter.http.lua.v2.Lua' }, { '@type': 'a' }];

/** Protobuf's own messages, as JSON writes them. */
const WELL_KNOWN: Readonly<Record<string, readonly unknown[]>> = {
  Duration: ['1s', '0.5s', '1h'],
  Timestamp: ['2030-01-31T12:00:00Z', '2030-01-31T12:00:00.5+02:00'],
  Struct: [{}, { a: [null, { b: 1 }] }],
  Value: [null, 1, 'x', {}, []],
  ListValue: [[], [1, null]],
  BoolValue: [true, false],
  StringValue: ['x'],
  BytesValue: ['YQ=='],
  Int32Value: [1, '1'],
  UInt32Value: [1, '5'],
  Int64Value: ['5', 5],
  UInt64Value: [5],
  FloatValue: [1.5, 'NaN'],
  DoubleValue: [1.5],
  Empty: [{}],
};
const SCALARS: Readonly<Record<string, readonly unknown[]>> = { b: [true, false], s: ['', 'x', 'a b', 'ä'], y: ['YQ==', '', [1, 2]], f: [0, 1.5, '2.5', 'NaN', -3], d: [0, 1.5, '2.5', -3] };
const WHOLE = [0, 1, 80, '443'];
const ODD = [
  null, true, 0, 1, -1, 1.5, 2147483648, 4294967296, 9007199254740993, 1e21, 1e39, 18446744073709551615, '', 'x', '1', '-1', '1.5', ' 5 ', 'null', '"5"', 'NaN', 'Infinity', '1e2', '01', '-0', '1e400',
  [], {}, [1], ['x'], [null], { a: 1 }, [256], [255, null], 'YQ==', 'YQ', 'a_b-', '1s', '-1s', '1.5ms', '5', '3000000h', '2030-02-30T12:00:00Z', '2030-01-31T1:00:00,5+24:60', { '@type': 'x' }, { value: 1 },
];
const KEYS: Readonly<Record<string, readonly string[]>> = { s: ['a', '', 'b'], b: ['true', 'x'] };
const NUMERIC_KEYS = ['1', '2', '-1', 'x', ' 3 ', 'null', '99999999999'];
const UNKNOWN = ['unknown', 'config', 'Name', '@type', '[x.y]', 'constructor'];

/** A value for one of Envoy's messages; of its parts, so many as `odd` says are what does not fit. */
export function envoyMessage(fullName: string, random: Random, depth: number, odd: number): unknown {
  if (fullName === 'google.protobuf.Any') return any(random, depth, odd);
  const known = WELL_KNOWN[fullName.replace(/^google\.protobuf\./, '')];
  if (known) return random.pick(known);
  const message = envoyTypes().message(fullName);
  const value: Record<string, unknown> = {};
  if (!message || depth < -1) return value;
  for (let i = random.below(depth > 0 ? 5 : 3); i > 0 && message.fields.length > 0; i--) {
    const field = random.pick(message.fields);
    value[random.chance(0.75) ? field.name : field.jsonName] = random.chance(odd) ? random.pick(ODD) : fieldValue(field, random, depth, odd);
  }
  if (message.byName.has('typed_config') && random.chance(0.7)) value[random.pick(['typed_config', 'typedConfig'])] = any(random, depth, odd);
  if (random.chance(odd / 2)) value[random.pick(UNKNOWN)] = random.pick(ODD);
  return value;
}

function any(random: Random, depth: number, odd: number): unknown {
  if (random.chance(odd)) return random.pick(ODD_TYPES);
  const type = random.pick(EXTENSIONS);
  const inner = envoyMessage(type, random, depth - 1, odd);
  const url = { '@type': `${random.pick(['type.googleapis.com/', ''])}${type}` };
  if (type.startsWith('google.protobuf.')) return random.chance(0.9) ? { ...url, value: inner } : url;
  return { ...inner as object, ...url };
}

function fieldValue(field: Field, random: Random, depth: number, odd: number): unknown {
  const some = <T>(make: () => T) => Array.from({ length: random.below(3) }, make);
  switch (field.shape) {
    case 'one': return single(field.type, random, depth, odd);
    case 'list': return some(() => single(field.type, random, depth, odd));
    case 'map': return Object.fromEntries(some(() => [random.pick(KEYS[field.key!] ?? NUMERIC_KEYS), single(field.type, random, depth, odd)]));
  }
}

function single(type: string, random: Random, depth: number, odd: number): unknown {
  if (random.chance(odd)) return random.pick(ODD);
  if (type.length === 1) return random.pick(SCALARS[type] ?? WHOLE);
  const values = envoyTypes().enumValues(type);
  if (values) return random.chance(0.2) ? random.pick([0, 1, 99, -1]) : random.pick([...values]);
  return envoyMessage(type, random, depth - 1, odd);
}
