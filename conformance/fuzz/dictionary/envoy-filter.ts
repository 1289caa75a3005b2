import { envoyMessage, PATCHED } from './envoy-message';
import { attachToKnownKinds, SELECTION, selectSomething } from './common';
import { envoyPatch } from '../envoy-message';
import { Dictionary, PORT, REGEX, Repair } from './words';

const ROUTER = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' };
const LUA = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua', 'inlineCode': 'x' };
const TCP_PROXY = { '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', 'stat_prefix': 'a', 'cluster': 'b' };

/** Patches that fit what they are applied to. */
const PATCHES: Readonly<Record<string, readonly unknown[]>> = {
  LISTENER: [{}, { name: 'a' }, { per_connection_buffer_limit_bytes: 1 }, { perConnectionBufferLimitBytes: 1024 }],
  FILTER_CHAIN: [{}, { name: 'a' }, { filters: [{ name: 'a', typed_config: TCP_PROXY }] }],
  NETWORK_FILTER: [{ name: 'a', typed_config: TCP_PROXY }, { name: 'envoy.filters.network.tcp_proxy', typed_config: TCP_PROXY }],
  HTTP_FILTER: [{ name: 'a', typed_config: ROUTER }, { name: 'envoy.filters.http.lua', typed_config: LUA }],
  ROUTE_CONFIGURATION: [{}, { name: 'a' }, { request_headers_to_remove: ['x'] }],
  VIRTUAL_HOST: [{}, { name: 'a', domains: ['*'] }],
  HTTP_ROUTE: [{}, { route: { cluster: 'a' } }, { name: 'a', match: { prefix: '/' } }],
  CLUSTER: [{}, { name: 'a' }, { connect_timeout: '1s' }, { lb_policy: 'RANDOM' }, { dns_lookup_family: 'V4_ONLY' }],
  EXTENSION_CONFIG: [{ name: 'a', typed_config: LUA }],
  BOOTSTRAP: [{}, { stats_sinks: [] }, { stats_flush_interval: '5s' }],
  LISTENER_FILTER: [{ name: 'a', config_discovery: {} }],
};
const VALUES = Object.values(PATCHES).flat();
const ODD_VALUES: readonly unknown[] = [
  { unknown: 1 }, { name: 1 }, { name: 'a', typed_config: {} }, { name: 'a', typed_config: { '@type': 'type.googleapis.com/x.Y' } }, { name: 'a' },
  { name: 'a', typed_config: { '@type': 'type.googleapis.com/envoy.config.filter.http.lua.v2.Lua' } }, { connect_timeout: 'x' }, { lb_policy: 'X' },
  { name: 'a', typed_config: { ...LUA, unknown: 1 } }, { typed_config: ROUTER }, { name: null }, { connect_timeout: '-1s' }, { lb_policy: 1 }, { name: ['a'] },
  { hosts: [{ socket_address: { address: 'a', port_value: 80 } }] }, { name: 'a', config: {} },
];

const fitting: Repair = (spec, random) => {
  for (const patch of Array.isArray(spec.configPatches) ? spec.configPatches : []) {
    if (!patch.applyTo || patch.applyTo === 'INVALID') patch.applyTo = random.pick(Object.keys(PATCHES));
    patch.patch ??= {};
    if (!patch.patch.operation || patch.patch.operation === 'INVALID') patch.patch.operation = random.pick(['MERGE', 'ADD', 'INSERT_BEFORE', 'REPLACE']);
    if (random.chance(0.6)) {patch.patch.value = envoyPatch(patch.applyTo, random);} else if (random.chance(0.9)) {
      patch.patch.value = random.chance(0.5) ? structuredClone(random.pick(PATCHES[patch.applyTo] ?? VALUES))
        : envoyMessage(PATCHED[patch.applyTo] ?? PATCHED.CLUSTER, random, 1 + random.below(4), random.pick([0, 0, 0.01, 0.04]));
    }
    if (patch.patch.operation === 'REMOVE' && random.chance(0.7)) delete patch.patch.value;
    if (!patch.match) continue;
    const kind = /LISTENER|FILTER/.test(patch.applyTo) ? 'listener' : /ROUTE|HOST/.test(patch.applyTo) ? 'routeConfiguration' : patch.applyTo === 'CLUSTER' ? 'cluster' : '';
    const present = ['listener', 'routeConfiguration', 'cluster', 'waypoint'].find((field) => field in patch.match);
    if (patch.match.context === 'WAYPOINT' ? present && present !== 'waypoint' : present === 'waypoint' || (present && kind && present !== kind)) {
      delete patch.match[present!];
    }
    const chain = patch.match.listener?.filterChain;
    if (!chain?.filter || random.chance(0.3)) continue;
    if (['LISTENER', 'FILTER_CHAIN'].includes(patch.applyTo) && random.chance(0.7)) {delete chain.filter;} else {
      chain.filter.name ||= 'a';
      if (chain.filter.subFilter && patch.applyTo !== 'HTTP_FILTER') delete chain.filter.subFilter;
      if (chain.filter.subFilter) {
        chain.filter.name = 'envoy.filters.network.http_connection_manager';
        chain.filter.subFilter.name ||= 'a';
      }
    }
  }
};

export const envoyFilter: Dictionary = {
  calm: 0.25,
  presence: { 'spec.configPatches': 0.95, 'configPatches[].applyTo': 0.97, 'configPatches[].patch': 0.95, 'patch.operation': 0.95, 'patch.value': 0.9, 'configPatches[].match': 0.5, 'match.context': 0.5, 'match.listener': 0.5, 'listener.filterChain': 0.4, 'filterChain.filter': 0.5, 'filter.subFilter': 0.4 },
  words: {
    ...SELECTION,
    'patch.value': { good: VALUES, odd: ODD_VALUES },
    'proxyVersion': REGEX,
    'waypoint.portNumber': PORT,
    'portNumber': PORT,
    'filter.name': { good: ['envoy.filters.network.http_connection_manager', 'a'], odd: ['', 'envoy.http_connection_manager', 'envoy.tcp_proxy', 'envoy.mongo_proxy', 'envoy.router', 'envoy.filters.network.tcp_proxy'] },
    'subFilter.name': { good: ['envoy.filters.http.router', 'a'], odd: ['', 'envoy.router', 'envoy.lua', 'envoy.cors'] },
  },
  repairs: [fitting, attachToKnownKinds, selectSomething],
};
