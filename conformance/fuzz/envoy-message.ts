import { EnvoyTypes, Field } from '../../src/check/webhook/envoy-filter/envoy-types';
import { ENVOY_TYPES_TEXT } from '../../src/check/webhook/envoy-filter/generated/envoy-types-text';
import { Random } from './random';

/** The message that a patch of each kind is for. */
const ROOTS: Readonly<Record<string, string>> = {
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

/** Of each scalar type (see crds/envoy-types.txt): values that are read, and values that may not be. */
const SCALARS: Readonly<Record<string, readonly [good: readonly unknown[], odd: readonly unknown[]]>> = {
  b: [[true, false], ['true', 1, null, 0, 'yes', {}]],
  i: [[0, 1, -1, 2147483647, '5'], ['', '1.0', 1.5, 2147483648, -2147483648, '0x1', ' 1', '1 ', null, true, '1e2', 1e2, '-0', '+1', '01', [], '2147483648', '1_0']],
  l: [[0, '1', -5, 9007199254740991], ['9223372036854775807', '9223372036854775808', 1e21, 1.5, null, '1.0', '-9223372036854775808', 9223372036854775807, '1e3', {}]],
  u: [[0, 1, 4294967295, '7'], [-1, 4294967296, '-1', '', '1.5', 0.5, null, '4294967296', '-0', 'a', true]],
  v: [[0, 1, '18446744073709551615'], ['18446744073709551616', -1, 1e20, 1e19, null, '', '0 ']],
  f: [[0.5, 1, '1.5', 'NaN'], ['Infinity', '-Infinity', 'inf', 'nan', 1e39, '1e39', 3.4e38, 3.41e38, '', '1.', '.5', null, true, '-', '1e5', ' 1 ', '+1', '1E+2', '00.5']],
  d: [[0.5, 1, '1.5', 'NaN'], ['Infinity', '1e309', '1e308', '', '-.5', null, 'a', '1.e1', '-0.0', true]],
  s: [['a', '', 'x.y', 'Ünï'], [1, true, null, {}, ['a'], 0.5]],
  y: [['YQ==', '', 'YWI='], ['a', '!', 'YQ', 'YR==', '__8=', '-w==', [1, 2], [256], [-1], ['a'], null, 5, 'YQ==\n', [null], 'Y Q==', [1.5], {}]],
};
const DURATIONS = ['1s', '0s', '1.5s', '250ms', '-1s', '1h'];
const ODD_DURATIONS = ['', '1', 's', '1d', 'x', 1, null, {}, '1e3s', '1 s', '+1s', '.5s', '999999999h', '1us', '0', '-', '1m1', '315576000001s', '1.0000000001s'];
const TIMES = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.5+01:00'];
const ODD_TIMES = ['', '2026-01-01', '2026-13-01T00:00:00Z', '2026-02-29T00:00:00Z', '2026-01-01 00:00:00Z', '2026-01-01T1:00:00Z', '2026-01-01T00:00:00', 'x', 1, null,
  '2026-01-01T24:00:00Z', '2026-01-01T00:00:60Z', '2026-01-01T00:00:00+25:00', '0000-01-01T00:00:00Z', '2026-01-01t00:00:00z', '2026-01-01T00:00:00,5Z'];
const ANYTHING: readonly unknown[] = [1, 'a', true, null, {}, [], { a: 1 }, [null, { b: [] }], 0.5];

const types = new EnvoyTypes(ENVOY_TYPES_TEXT);
const known = messageNames();
const extensions = known.filter((name) => /^envoy\.extensions\./.test(name) && !/\.[A-Z]\w*\.[A-Z]/.test(name));

/** A patch for one kind of target: mostly of the right shape, with values of the wrong type now and then. */
export function envoyPatch(applyTo: string, random: Random): unknown {
  const odd = random.pick([0, 0, 0.05, 0.2]);
  return message(ROOTS[applyTo] ?? random.pick(Object.values(ROOTS)), random, odd, 0);
}

function message(fullName: string, random: Random, odd: number, depth: number): unknown {
  if (random.chance(odd * 0.1)) return structuredClone(random.pick(ANYTHING));
  const wellKnown = fullName.startsWith('google.protobuf.') ? protobuf(fullName.slice('google.protobuf.'.length), random, odd, depth) : undefined;
  if (wellKnown !== undefined) return wellKnown;
  const fields = types.message(fullName)?.fields ?? [];
  const result: Record<string, unknown> = {};
  for (let i = depth > 5 || fields.length === 0 ? 0 : random.below(4); i > 0; i--) {
    const field = random.pick(fields);
    result[random.chance(0.5) ? field.name : field.jsonName] = valueOf(field, random, odd, depth);
    if (random.chance(0.02)) result[random.chance(0.5) ? field.name : field.jsonName] = valueOf(field, random, odd, depth);
  }
  if (random.chance(odd * 0.1)) result[random.pick(['unknown', '@type', 'Name', '__proto__x'])] = structuredClone(random.pick(ANYTHING));
  return result;
}

function valueOf({ shape, type, key }: Field, random: Random, odd: number, depth: number): unknown {
  if (random.chance(odd * 0.3)) return structuredClone(random.pick(ANYTHING));
  switch (shape) {
    case 'one': return single(type, random, odd, depth);
    case 'list': return Array.from({ length: random.below(3) }, () => single(type, random, odd, depth));
    case 'map': return Object.fromEntries(Array.from({ length: random.below(3) }, () => [String(scalar(key!, random, odd)), single(type, random, odd, depth)]));
  }
}

function single(type: string, random: Random, odd: number, depth: number): unknown {
  if (type.length === 1) return scalar(type, random, odd);
  const values = types.enumValues(type);
  if (!values) return message(type, random, odd, depth + 1);
  return random.chance(odd) ? random.pick<unknown>(['', 'X', 1, '1', null, 99, -1, [...values][0].toLowerCase(), true, 1.5]) : random.pick([...values]);
}

function scalar(type: string, random: Random, odd: number): unknown {
  const [good, bad] = SCALARS[type];
  return structuredClone(random.pick(random.chance(odd) ? bad : good));
}

function protobuf(name: string, random: Random, odd: number, depth: number): unknown {
  const wrapped: Record<string, string> = {
    BoolValue: 'b', BytesValue: 'y', StringValue: 's', Int32Value: 'i', UInt32Value: 'u', FloatValue: 'f', Int64Value: 'l', UInt64Value: 'v', DoubleValue: 'd',
  };
  if (wrapped[name]) return scalar(wrapped[name], random, odd);
  switch (name) {
    case 'Duration': return random.pick<unknown>(random.chance(odd) ? ODD_DURATIONS : DURATIONS);
    case 'Timestamp': return random.pick<unknown>(random.chance(odd) ? ODD_TIMES : TIMES);
    case 'Struct': return structuredClone(random.pick<unknown>(random.chance(odd) ? ANYTHING : [{}, { a: [1, null, 'x'] }]));
    case 'ListValue': return structuredClone(random.pick<unknown>(random.chance(odd) ? ANYTHING : [[], [1, 'a']]));
    case 'Value': return structuredClone(random.pick(ANYTHING));
    case 'Any': return any(random, odd, depth);
    default: return undefined;
  }
}

function any(random: Random, odd: number, depth: number): unknown {
  const host = random.pick(['type.googleapis.com/', 'type.googleapis.com/', random.chance(odd) ? random.pick(['', '/', 'x/', 'https://a/b/']) : 'type.googleapis.com/']);
  if (random.chance(0.1)) {
    const name = random.pick(['Duration', 'StringValue', 'Struct', 'Empty', 'Any', 'Value', 'ListValue', 'UInt32Value', 'BoolValue', 'Timestamp']);
    const value = name === 'Empty' ? {} : protobuf(name, random, odd, depth + 1);
    return { '@type': `${host}google.protobuf.${name}`, ...random.chance(odd) ? value as object : { value } };
  }
  if (random.chance(odd)) return structuredClone(random.pick<unknown>([{ '@type': `${host}x.Y` }, {}, { '@type': 1 }, 'a', { '@type': `${host}envoy.config.filter.http.lua.v2.Lua` }, null, []]));
  const name = random.chance(0.9) ? random.pick(extensions) : random.pick(known);
  const body = message(name, random, odd, depth + 1);
  return { '@type': `${host}${name}`, ...typeof body === 'object' && !Array.isArray(body) ? body : {} };
}

function messageNames(): string[] {
  const names: string[] = [];
  let inPackage = '';
  for (const line of ENVOY_TYPES_TEXT.split('\n')) {
    if (line.startsWith('P ')) inPackage = line.slice(2);
    else if (line.startsWith('M ')) names.push(`${inPackage}.${line.slice(2).split(' ')[0]}`);
    else if (line.startsWith('N ')) names.push(...line.slice(2).split(' ').map((name) => `${inPackage}.${name}`));
  }
  return names;
}
