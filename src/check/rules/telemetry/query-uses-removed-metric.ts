import { TelemetrySpec } from '../../../manifest/generated/istio-specs';
import { arrayOr, member, objectOr, stringOr } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { MeshObject } from '../../../manifest/mesh-object';
import { meshConfig } from '../../facts/mesh-config';
import { MeshFacts } from '../../facts/mesh-facts';
import { telemetries } from '../../facts/telemetries';
import { defineRule } from '../../rule';

const PROMETHEUS_RULE = 'PrometheusRule.monitoring.coreos.com';

/** How Prometheus calls what a Telemetry names. */
const METRICS: Readonly<Record<string, string>> = {
  REQUEST_COUNT: 'istio_requests_total',
  REQUEST_DURATION: 'istio_request_duration_milliseconds',
  REQUEST_SIZE: 'istio_request_bytes',
  RESPONSE_SIZE: 'istio_response_bytes',
  TCP_OPENED_CONNECTIONS: 'istio_tcp_connections_opened_total',
  TCP_CLOSED_CONNECTIONS: 'istio_tcp_connections_closed_total',
  TCP_SENT_BYTES: 'istio_tcp_sent_bytes_total',
  TCP_RECEIVED_BYTES: 'istio_tcp_received_bytes_total',
  GRPC_REQUEST_MESSAGES: 'istio_request_messages_total',
  GRPC_RESPONSE_MESSAGES: 'istio_response_messages_total',
};

export const queryUsesRemovedMetric = defineRule({
  code: 'MESH3707',
  slug: 'query-uses-removed-metric',
  title: 'An alert or a dashboard asks for what a Telemetry has removed',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'The query finds nothing any more, so the alert never fires and the panel stays empty.',
  fix: 'Take the label or metric out of the query, or keep it in the Telemetry.',
  links: ['https://istio.io/latest/docs/tasks/observability/metrics/telemetry-api/', 'https://istio.io/latest/docs/reference/config/metrics/'],
  examples: {
    valid: [{
      title: 'a label that is still there',
      yaml: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: mesh-default, namespace: istio-system }
spec:
  metrics:
    - providers: [{ name: prometheus }]
      overrides: [{ match: { metric: REQUEST_COUNT }, tagOverrides: { request_protocol: { operation: REMOVE } } }]
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: shop, namespace: shop }
spec:
  groups:
    - name: shop
      rules: [{ alert: Errors, expr: 'sum by (destination_service) (rate(istio_requests_total{response_code=~"5.."}[5m])) > 1' }]
`,
    }],
    invalid: [{
      title: 'a label that is removed',
      yaml: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: mesh-default, namespace: istio-system }
spec:
  metrics:
    - providers: [{ name: prometheus }]
      overrides: [{ match: { metric: REQUEST_COUNT }, tagOverrides: { response_code: { operation: REMOVE } } }]
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: shop, namespace: shop }
spec:
  groups:
    - name: shop
      rules: [{ alert: Errors, expr: 'sum(rate(istio_requests_total{response_code=~"5.."}[5m])) > 1' }]
`,
    }, {
      title: 'a metric that is turned off, on a dashboard',
      yaml: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: mesh-default, namespace: istio-system }
spec:
  metrics:
    - providers: [{ name: prometheus }]
      overrides: [{ match: { metric: REQUEST_SIZE }, disabled: true }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: sizes, namespace: observability, labels: { grafana_dashboard: "1" } }
data: { sizes.json: '{"panels": [{"targets": [{"expr": "sum(rate(istio_request_bytes_sum[5m]))"}]}]}' }
`,
    }],
  },
  kinds: [PROMETHEUS_RULE, Kind.CONFIG_MAP],
  check(object, { mesh, report }) {
    const removed = mesh.fact(removedForAll);
    if (removed.length === 0) return;
    for (const { text, path } of queriesIn(object)) {
      if (!text.includes('istio_')) continue;
      const gone = removed.find(({ metric, tag }) => uses(text, metric, tag));
      if (gone === undefined) continue;
      const what = gone.tag === undefined ? `The metric ${gone.metric} is turned off` : `The label ${gone.tag} of ${gone.metric} is removed`;
      report({ path, message: `${what} by the Telemetry ${gone.by.namespace}/${gone.by.name}, and the query asks for it.` });
    }
  },
});

interface Removed { readonly metric: string; readonly tag?: string; readonly by: MeshObject }

/** What the Telemetry of the whole mesh takes out on both sides. Those of a namespace leave the rest to be found. */
function removedForAll(mesh: MeshFacts): readonly Removed[] {
  const found: Removed[] = [];
  for (const { object, spec } of mesh.fact(telemetries).forAllOf(mesh.fact(meshConfig).rootNamespace)) {
    addRemoved(spec, object, found);
  }
  return found;
}

function addRemoved({ metrics = [] }: TelemetrySpec, by: MeshObject, found: Removed[]): void {
  for (const { overrides = [] } of metrics) {
    for (const { match, disabled, tagOverrides = {} } of overrides) {
      if (match?.mode === 'CLIENT' || match?.mode === 'SERVER' || match?.customMetric !== undefined) continue;
      const name = match?.metric;
      const names = name === undefined || name === 'ALL_METRICS' ? Object.values(METRICS) : [METRICS[name]];
      for (const metric of names) {
        if (disabled) found.push({ metric, by });
        for (const tag of Object.keys(tagOverrides)) if (tagOverrides[tag].operation === 'REMOVE') found.push({ metric, tag, by });
      }
    }
  }
}

function queriesIn(object: MeshObject): { text: string; path: string }[] {
  if (object.groupKind === PROMETHEUS_RULE) {
    return arrayOr(member(member(object.json, 'spec'), 'groups')).flatMap((group, i) => arrayOr(member(group, 'rules')).flatMap((rule, j) => {
      const text = stringOr(member(rule, 'expr'));
      return text === undefined ? [] : [{ text, path: `spec.groups[${i}].rules[${j}].expr` }];
    }));
  }
  if (object.labels.grafana_dashboard === undefined) return [];
  const data = objectOr(member(object.json, 'data'));
  return Object.keys(data).flatMap((key) => {
    const text = stringOr(data[key]);
    return text === undefined ? [] : [{ text, path: `data["${key}"]` }];
  });
}

/** Whether a text asks for a metric (with the ends of histograms), and for a label of it: in its braces, or in `by (…)`. */
function uses(text: string, metric: string, tag: string | undefined): boolean {
  for (let at = text.indexOf(metric); at >= 0; at = text.indexOf(metric, at + 1)) {
    const after = text.slice(at + metric.length, at + metric.length + MAX_SELECTOR);
    const end = /^(_bucket|_sum|_count)?(?![A-Za-z0-9_])/.exec(after);
    if (end === null || /[A-Za-z0-9_]/.test(text[at - 1] ?? ' ')) continue;
    if (tag === undefined) return true;
    const braces = /^\s*\{([^}]*)\}/.exec(after.slice(end[0].length));
    if (braces !== null && hasWord(braces[1], tag)) return true;
    const before = text.slice(Math.max(0, at - MAX_SELECTOR), at);
    const by = /by\s*\(([^)]*)\)\s*\(?[^)]*$/.exec(before);
    if (by !== null && hasWord(by[1], tag)) return true;
  }
  return false;
}

const MAX_SELECTOR = 1000;

function hasWord(text: string, word: string): boolean {
  return text.split(/[^A-Za-z0-9_]+/).includes(word);
}
