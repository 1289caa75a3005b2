import { Kind } from '../../../manifest/kinds';
import { forEachPatch } from '../../facts/envoy-patches';
import { MeshFacts } from '../../facts/mesh-facts';
import { nearestTo } from '../../facts/nearest';
import { defineRule } from '../../rule';

/** The names that Istio gives to filters of its listeners. */
const HTTP_FILTERS: ReadonlySet<string> = new Set([
  'envoy.filters.http.router', 'envoy.filters.http.cors', 'envoy.filters.http.fault', 'envoy.filters.http.grpc_web', 'envoy.filters.http.grpc_stats',
  'envoy.filters.http.jwt_authn', 'envoy.filters.http.ext_authz', 'envoy.filters.http.rbac', 'envoy.filters.http.ext_proc',
  'envoy.filters.http.dynamic_forward_proxy', 'envoy.filters.http.stateful_session', 'envoy.filters.http.alternate_protocols_cache',
  'envoy.filters.http.set_filter_state', 'istio.alpn', 'istio.metadata_exchange', 'istio.stats', 'istio.peer_metadata', 'istio.stackdriver', 'istio_authn',
  'connect_authority', 'request_source', 'waypoint_downstream_peer_metadata', 'waypoint_upstream_peer_metadata', 'istio.waypoint.xfcc_client_identity',
]);
const NETWORK_FILTERS: ReadonlySet<string> = new Set([
  'envoy.filters.network.http_connection_manager', 'envoy.filters.network.tcp_proxy', 'envoy.filters.network.rbac', 'envoy.filters.network.ext_authz',
  'envoy.filters.network.sni_cluster', 'envoy.filters.network.mongo_proxy', 'envoy.filters.network.mysql_proxy', 'envoy.filters.network.redis_proxy',
  'envoy.filters.network.sni_dynamic_forward_proxy', 'envoy.extensions.filters.network.sni_dynamic_forward_proxy',
  'envoy.filters.network.set_filter_state', 'forward_downstream_sni', 'istio.metadata_exchange', 'istio.stats', 'istio.stackdriver', 'istio_authn',
  'tcp_cluster_rewrite', 'sni_verifier',
]);

export const envoyFilterAnchorUnknown = defineRule({
  code: 'MESH3807',
  slug: 'envoy-filter-anchor-unknown',
  title: 'A patch is for a filter that Istio does not make',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'A patch whose match finds nothing is left out without a word.',
  fix: 'Use the name of a filter that Istio makes (see `istioctl proxy-config listener … -o json`), or apply the EnvoyFilter that adds it.',
  links: ['https://istio.io/latest/docs/reference/config/networking/envoy-filter/'],
  examples: {
    valid: [{
      title: 'a filter of Istio, a filter that another patch adds',
      yaml: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: headers, namespace: shop }
spec:
  priority: 10
  workloadSelector: { labels: { app: reviews } }
  configPatches:
    - applyTo: HTTP_FILTER
      match:
        context: SIDECAR_INBOUND
        listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager, subFilter: { name: envoy.filters.http.router } } } }
      patch:
        operation: INSERT_BEFORE
        value:
          name: shop.headers
          typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, default_source_code: { inline_string: "function envoy_on_request(handle) end" } }
    - applyTo: HTTP_FILTER
      match:
        context: SIDECAR_INBOUND
        listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager, subFilter: { name: shop.headers } } } }
      patch:
        operation: INSERT_AFTER
        value:
          name: shop.more-headers
          typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, default_source_code: { inline_string: "function envoy_on_request(handle) end" } }
`,
    }],
    invalid: [{
      title: 'a letter too few',
      yaml: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: headers, namespace: shop }
spec:
  priority: 10
  workloadSelector: { labels: { app: reviews } }
  configPatches:
    - applyTo: HTTP_FILTER
      match:
        context: SIDECAR_INBOUND
        listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager, subFilter: { name: envoy.filters.http.route } } } }
      patch:
        operation: INSERT_BEFORE
        value:
          name: shop.headers
          typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, default_source_code: { inline_string: "function envoy_on_request(handle) end" } }
`,
    }],
  },
  kinds: [Kind.ENVOY_FILTER],
  check(object, { mesh, missing }) {
    forEachPatch(object, ({ match }, _applyTo, _operation, path) => {
      const filter = match?.listener?.filterChain?.filter;
      if (filter === undefined) return;
      const look = (name: string | undefined, made: ReadonlySet<string>, at: string) => {
        // Names of old that Envoy still maps to new ones have a warning of their own.
        if (!name || made.has(name) || OLD.test(name) || mesh.fact(addedFilters).has(name)) return;
        const near = nearestTo(name, made);
        missing({
          path: `${path}.match.listener.filterChain.filter.${at}`,
          message: `Istio makes no filter ${name}, and nothing here adds it.${near === undefined ? '' : ` Did you mean ${near}?`}`,
        });
      };
      look(filter.name, NETWORK_FILTERS, 'name');
      look(filter.subFilter?.name, HTTP_FILTERS, 'subFilter.name');
    });
  },
});

const OLD = /^envoy\.(?!filters\.)[a-z_.]+$/;

/** How the filters of extensions are called. */
const EXTENSIONS: readonly (readonly [string, string])[] = [
  [Kind.WASM_PLUGIN, 'extensions.istio.io/wasmplugin/'],
  [Kind.TRAFFIC_EXTENSION, 'extensions.istio.io/trafficextension/'],
];

/** Names of filters that other EnvoyFilters, WasmPlugins and TrafficExtensions put in. */
function addedFilters(mesh: MeshFacts): ReadonlySet<string> {
  const names = new Set<string>();
  for (const object of mesh.ofKind(Kind.ENVOY_FILTER)) {
    forEachPatch(object, ({ patch }) => {
      const name: unknown = patch?.value?.name;
      if (typeof name === 'string') names.add(name);
    });
  }
  for (const [kind, prefix] of EXTENSIONS) {
    for (const { namespace, name } of mesh.ofKind(kind)) names.add(`${prefix}${namespace}.${name}`);
  }
  return names;
}
