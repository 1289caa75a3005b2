import { Kind } from '../../../manifest/kinds';
import { forEachPatch } from '../../facts/envoy-patches';
import { defineRule } from '../../rule';

export const envoyFilterInsertIgnored = defineRule({
  code: 'MESH3806',
  slug: 'envoy-filter-insert-ignored',
  title: 'INSERT where order has no meaning',
  severity: 'error',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'istiod passes over the patch: only filters and HTTP routes have an order to insert into.',
  fix: 'Use ADD, which puts it at the end.',
  links: ['https://istio.io/latest/docs/reference/config/networking/envoy-filter/'],
  examples: {
    valid: [{
      title: 'a cluster is added',
      yaml: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: sink, namespace: shop }
spec:
  workloadSelector: { labels: { app: reviews } }
  priority: 10
  configPatches:
    - applyTo: CLUSTER
      match: { context: SIDECAR_OUTBOUND }
      patch: { operation: ADD, value: { name: sink, type: STATIC } }
`,
    }],
    invalid: [{
      title: 'a cluster is inserted',
      yaml: `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: sink, namespace: shop }
spec:
  workloadSelector: { labels: { app: reviews } }
  priority: 10
  configPatches:
    - applyTo: CLUSTER
      match: { context: SIDECAR_OUTBOUND }
      patch: { operation: INSERT_FIRST, value: { name: sink, type: STATIC } }
`,
    }],
  },
  kinds: [Kind.ENVOY_FILTER],
  check(object, { report }) {
    forEachPatch(object, (_patch, applyTo, operation, path) => {
      if (!operation.startsWith('INSERT') || !UNORDERED.has(applyTo)) return;
      report({ path: `${path}.patch.operation`, message: `${operation} does nothing to ${applyTo}.` });
    });
  },
});

const UNORDERED: ReadonlySet<string> = new Set(
  ['LISTENER', 'FILTER_CHAIN', 'CLUSTER', 'ROUTE_CONFIGURATION', 'VIRTUAL_HOST', 'EXTENSION_CONFIG', 'BOOTSTRAP']);
