import { Kind } from '../../../manifest/kinds';
import { relativePatches } from '../../facts/envoy-patches';
import { defineRule } from '../../rule';

export const envoyFilterVersionWithoutPriority = defineRule({
  code: 'MESH3802',
  slug: 'envoy-filter-version-without-priority',
  title: 'Patches for versions of the proxy depend on their order and have no priority',
  severity: 'warning',
  preset: 'istio',
  aliases: ['IST0155'],
  sees: 'mesh',
  why: 'An EnvoyFilter of the same name is for some versions of the proxy only. After an upgrade it no longer applies, and this patch may find nothing to relate to.',
  fix: 'Set `spec.priority` on both, or use INSERT_FIRST or ADD.',
  links: ['https://istio.io/latest/docs/reference/config/networking/envoy-filter/', 'https://istio.io/latest/docs/reference/config/analysis/ist0155/'],
  examples: {
    valid: [{
      title: 'a priority on both',
      yaml: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: headers-131, namespace: shop }
spec:
  workloadSelector: { labels: { app: reviews } }
  priority: 10
  configPatches:
    - applyTo: HTTP_FILTER
      match: { context: SIDECAR_INBOUND, proxy: { proxyVersion: '^1\\.31.*' }, listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager, subFilter: { name: envoy.filters.http.router } } } } }
      patch: { operation: INSERT_BEFORE, value: { name: envoy.filters.http.lua, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, default_source_code: { inline_string: "function envoy_on_request(handle) end" } } } }
---
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
    }],
    invalid: [{
      title: 'one of two is for a version',
      yaml: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: headers-131, namespace: shop }
spec:
  workloadSelector: { labels: { app: reviews } }
  configPatches:
    - applyTo: HTTP_FILTER
      match: { context: SIDECAR_INBOUND, proxy: { proxyVersion: '^1\\.31.*' }, listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager, subFilter: { name: envoy.filters.http.router } } } } }
      patch: { operation: INSERT_BEFORE, value: { name: envoy.filters.http.lua, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, default_source_code: { inline_string: "function envoy_on_request(handle) end" } } } }
---
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
      if (!afterVersioned) continue;
      report({
        path,
        message: `${operation} depends on a patch of the same name that is for some versions of the proxy only, and ${object.name} has no priority.`,
        fix: operation.startsWith('INSERT_') ? undefined : 'Set `spec.priority` on both.',
      });
    }
  },
});
