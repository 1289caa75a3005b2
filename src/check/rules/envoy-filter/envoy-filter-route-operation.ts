import { Kind } from '../../../manifest/kinds';
import { forEachPatch } from '../../facts/envoy-patches';
import { defineRule } from '../../rule';

export const envoyFilterRouteOperation = defineRule({
  code: 'MESH3805',
  slug: 'envoy-filter-route-operation',
  title: 'ADD or REMOVE of an HTTP route, which istioctl takes to be ignored',
  severity: 'error',
  preset: 'istio',
  // istiod does add and remove routes, so this is istioctl's word only.
  severityIn: { recommended: 'off', strict: 'off' },
  aliases: ['IST0153', 'IST0154'],
  sees: 'object',
  why: 'istioctl says that the operation is ignored. istiod of this version carries it out; an added route comes last.',
  fix: 'Nothing, or INSERT_FIRST if the route is to come before others.',
  links: ['https://istio.io/latest/docs/reference/config/networking/envoy-filter/', 'https://istio.io/latest/docs/reference/config/analysis/ist0153/', 'https://istio.io/latest/docs/reference/config/analysis/ist0154/'],
  examples: {
    valid: [{
      title: 'a route in front of the others',
      yaml: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: hello, namespace: shop }
spec:
  workloadSelector: { labels: { app: reviews } }
  priority: 10
  configPatches:
    - applyTo: HTTP_ROUTE
      match: { context: SIDECAR_OUTBOUND, routeConfiguration: { vhost: { name: reviews.shop.svc.cluster.local:9080, route: { action: ANY } } } }
      patch: { operation: INSERT_FIRST, value: { name: hello, match: { prefix: /hello }, direct_response: { status: 200 } } }
`,
    }],
    invalid: [{
      title: 'a route is added',
      yaml: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: hello, namespace: shop }
spec:
  workloadSelector: { labels: { app: reviews } }
  priority: 10
  configPatches:
    - applyTo: HTTP_ROUTE
      match: { context: SIDECAR_OUTBOUND, routeConfiguration: { vhost: { name: reviews.shop.svc.cluster.local:9080, route: { action: ANY } } } }
      patch: { operation: ADD, value: { name: hello, match: { prefix: /hello }, direct_response: { status: 200 } } }
`,
    }],
  },
  kinds: [Kind.ENVOY_FILTER],
  check(object, { report }) {
    forEachPatch(object, (_patch, applyTo, operation, path) => {
      if (applyTo !== 'HTTP_ROUTE' || (operation !== 'ADD' && operation !== 'REMOVE')) return;
      report({ path: `${path}.patch.operation`, message: `istioctl takes ${operation} to be ignored for HTTP_ROUTE.` });
    });
  },
});
