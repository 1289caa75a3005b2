import { said } from '../said';

function isFound(expr: string, override = '{ match: { metric: REQUEST_DURATION }, tagOverrides: { response_code: { operation: REMOVE } } }'): boolean {
  return said('MESH3707', `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: mesh-default, namespace: istio-system }
spec: { metrics: [{ providers: [{ name: prometheus }], overrides: [${override}] }] }
---
${JSON.stringify({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: { name: 'shop', namespace: 'shop' },
  spec: { groups: [{ name: 'shop', rules: [{ alert: 'A', expr }] }] },
})}
`).length > 0;
}

test('a label in the braces, and in front of or within a sum', () => {
  expect(isFound('rate(istio_request_duration_milliseconds_sum{response_code="200"}[5m])')).toBe(true);
  expect(isFound('sum by (le, response_code) (rate(istio_request_duration_milliseconds_bucket[5m]))')).toBe(true);
  expect(isFound('sum by (le) (rate(istio_request_duration_milliseconds_bucket[5m]))')).toBe(false);
});

test('another metric, another label, and names that only begin alike', () => {
  expect(isFound('rate(istio_requests_total{response_code="200"}[5m])')).toBe(false);
  expect(isFound('rate(istio_request_duration_milliseconds_sum{response_code_class="2xx"}[5m])')).toBe(false);
  expect(isFound('rate(istio_request_duration_milliseconds_summary{response_code="200"}[5m])')).toBe(false);
  expect(isFound('rate(my_istio_request_duration_milliseconds_sum{response_code="200"}[5m])')).toBe(false);
});

test('a metric that is turned off, for both sides only', () => {
  expect(isFound('istio_requests_total', '{ match: { metric: REQUEST_COUNT }, disabled: true }')).toBe(true);
  expect(isFound('istio_requests_total', '{ disabled: true }')).toBe(true);
  expect(isFound('istio_requests_total', '{ match: { metric: REQUEST_COUNT, mode: CLIENT }, disabled: true }')).toBe(false);
});
