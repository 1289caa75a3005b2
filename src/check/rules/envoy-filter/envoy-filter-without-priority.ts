import { Kind } from '../../../manifest/kinds';
import { relativePatches } from '../../facts/envoy-patches';
import { defineRule } from '../../rule';

export const envoyFilterWithoutPriority = defineRule({
  code: 'MESH3801',
  slug: 'envoy-filter-without-priority',
  title: 'A patch that depends on the order of EnvoyFilters has no priority',
  severity: 'warning',
  preset: 'istio',
  // Before and after the filters that Istio itself makes, order is safe; most such patches are of that sort.
  severityIn: { recommended: 'info', strict: 'warning' },
  aliases: ['IST0151'],
  sees: 'mesh',
  why: 'Patches are applied by priority and then by age. If the filter it relates to comes from a younger EnvoyFilter, or is taken away by an older one, the patch is left out without a word.',
  fix: 'Set `spec.priority`, or use INSERT_FIRST or ADD, which need no other filter.',
  links: ['https://istio.io/latest/docs/reference/config/networking/envoy-filter/', 'https://istio.io/latest/docs/reference/config/analysis/ist0151/'],
  examples: {
    valid: [{
      title: 'a priority',
      yaml: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: headers, namespace: shop }
spec:
  workloadSelector: { labels: { app: reviews } }
  priority: 10
  configPatches:
    - applyTo: HTTP_FILTER
      match: { context: SIDECAR_INBOUND, listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager, subFilter: { name: envoy.filters.http.router } } } } }
      patch: { operation: INSERT_BEFORE, value: { name: envoy.filters.http.lua, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, default_source_code: { inline_string: "function envoy_on_request(handle) end" } } } }
`,
    }, {
      title: 'an operation that needs no other filter',
      yaml: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: headers, namespace: shop }
spec:
  workloadSelector: { labels: { app: reviews } }
  configPatches:
    - applyTo: HTTP_FILTER
      match: { context: SIDECAR_INBOUND, listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager } } } }
      patch: { operation: INSERT_FIRST, value: { name: envoy.filters.http.lua, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, default_source_code: { inline_string: "function envoy_on_request(handle) end" } } } }
`,
    }],
    invalid: [{
      title: 'before the router, without priority',
      yaml: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: headers, namespace: shop }
spec:
  workloadSelector: { labels: { app: reviews } }
  configPatches:
    - applyTo: HTTP_FILTER
      match: { context: SIDECAR_INBOUND, listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager, subFilter: { name: envoy.filters.http.router } } } } }
      patch: { operation: INSERT_BEFORE, value: { name: envoy.filters.http.lua, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, default_source_code: { inline_string: "function envoy_on_request(handle) end" } } } }
`,
    }],
  },
  kinds: [Kind.ENVOY_FILTER],
  check(object, { mesh, report }) {
    for (const { path, operation, afterVersioned } of mesh.fact(relativePatches).get(object) ?? []) {
      if (afterVersioned) continue;
      report({
        path,
        message: `${operation} depends on what other EnvoyFilters do, and ${object.name} has no priority among them.`,
        fix: operation.startsWith('INSERT_') ? undefined : 'Set `spec.priority`.',
      });
    }
  },
});
