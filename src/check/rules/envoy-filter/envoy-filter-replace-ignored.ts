import { Kind } from '../../../manifest/kinds';
import { forEachPatch } from '../../facts/envoy-patches';
import { defineRule } from '../../rule';

export const envoyFilterReplaceIgnored = defineRule({
  code: 'MESH3803',
  slug: 'envoy-filter-replace-ignored',
  title: 'REPLACE where it does nothing',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0152'],
  sees: 'object',
  why: 'istiod passes over the patch: only filters and virtual hosts can be replaced.',
  fix: 'Use MERGE, or REMOVE and ADD.',
  links: ['https://istio.io/latest/docs/reference/config/networking/envoy-filter/', 'https://istio.io/latest/docs/reference/config/analysis/ist0152/'],
  examples: {
    valid: [{
      title: 'a filter',
      yaml: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: headers, namespace: shop }
spec:
  workloadSelector: { labels: { app: reviews } }
  priority: 10
  configPatches:
    - applyTo: HTTP_FILTER
      match: { context: SIDECAR_INBOUND, listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager, subFilter: { name: envoy.filters.http.lua } } } } }
      patch: { operation: REPLACE, value: { name: envoy.filters.http.lua, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, default_source_code: { inline_string: "function envoy_on_request(handle) end" } } } }
`,
    }],
    invalid: [{
      title: 'a cluster',
      yaml: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: timeouts, namespace: shop }
spec:
  workloadSelector: { labels: { app: reviews } }
  priority: 10
  configPatches:
    - applyTo: CLUSTER
      match: { context: SIDECAR_OUTBOUND, cluster: { service: reviews.shop.svc.cluster.local } }
      patch: { operation: REPLACE, value: { connect_timeout: 5s } }
`,
    }],
  },
  kinds: [Kind.ENVOY_FILTER],
  check(object, { report }) {
    forEachPatch(object, (_patch, applyTo, operation, path) => {
      if (operation !== 'REPLACE' || REPLACEABLE.has(applyTo)) return;
      report({ path: `${path}.patch.operation`, message: `REPLACE does nothing to ${applyTo}: it is for ${[...REPLACEABLE].join(', ')}.` });
    });
  },
});

/** istioctl leaves out LISTENER_FILTER, which istiod does replace. */
const REPLACEABLE: ReadonlySet<string> = new Set(['NETWORK_FILTER', 'HTTP_FILTER', 'VIRTUAL_HOST', 'LISTENER_FILTER']);
