import { Kind } from '../../../manifest/kinds';
import { forEachPatch } from '../../facts/envoy-patches';
import { defineRule } from '../../rule';

export const envoyFilterRouteConfigurationIgnored = defineRule({
  code: 'MESH3804',
  slug: 'envoy-filter-route-configuration-ignored',
  title: 'An operation that does nothing to a route configuration',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0153', 'IST0154'],
  sees: 'object',
  why: 'istiod passes over the patch: of a route configuration it only merges.',
  fix: 'Use MERGE, or add and remove by VIRTUAL_HOST and HTTP_ROUTE.',
  links: ['https://istio.io/latest/docs/reference/config/networking/envoy-filter/', 'https://istio.io/latest/docs/reference/config/analysis/ist0153/', 'https://istio.io/latest/docs/reference/config/analysis/ist0154/'],
  examples: {
    valid: [{
      title: 'a virtual host is added',
      yaml: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: mine, namespace: shop }
spec:
  workloadSelector: { labels: { app: reviews } }
  priority: 10
  configPatches:
    - applyTo: VIRTUAL_HOST
      match: { context: SIDECAR_OUTBOUND, routeConfiguration: { name: '9080' } }
      patch: { operation: ADD, value: { name: mine, domains: [mine.example.com], routes: [{ match: { prefix: / }, direct_response: { status: 200 } }] } }
`,
    }],
    invalid: [{
      title: 'a route configuration is added',
      yaml: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: mine, namespace: shop }
spec:
  workloadSelector: { labels: { app: reviews } }
  priority: 10
  configPatches:
    - applyTo: ROUTE_CONFIGURATION
      match: { context: SIDECAR_OUTBOUND, routeConfiguration: { name: '9080' } }
      patch: { operation: ADD, value: { name: mine } }
`,
    }, {
      title: 'and removed',
      yaml: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: mine, namespace: shop }
spec:
  workloadSelector: { labels: { app: reviews } }
  priority: 10
  configPatches:
    - applyTo: ROUTE_CONFIGURATION
      match: { context: SIDECAR_OUTBOUND, routeConfiguration: { name: '9080' } }
      patch: { operation: REMOVE }
`,
    }],
  },
  kinds: [Kind.ENVOY_FILTER],
  check(object, { report }) {
    forEachPatch(object, (_patch, applyTo, operation, path) => {
      if (applyTo !== 'ROUTE_CONFIGURATION' || (operation !== 'ADD' && operation !== 'REMOVE')) return;
      report({ path: `${path}.patch.operation`, message: `${operation} does nothing to ROUTE_CONFIGURATION.` });
    });
  },
});
