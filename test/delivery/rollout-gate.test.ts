import { Duration } from 'cdk8s';
import { MetricSource, RolloutGate } from '../../src';
import { QueryTarget, latency, requestRate, successRate } from '../../src/observability/golden-queries';
import { messageOf } from '../support/shop';

const TARGET: QueryTarget = { reporter: 'destination', service: 'reviews', serviceNamespace: 'shop', version: 'v2' };
const LABELS = 'reporter="destination", destination_service_name="reviews", destination_service_namespace="shop", destination_version="v2"';

describe('the queries of Istio\'s standard metrics', () => {
  test('requests per second', () => {
    expect(requestRate(TARGET, Duration.seconds(90))).toBe(`sum(rate(istio_requests_total{${LABELS}}[90s]))`);
  });

  test('success counts what failed, so that no failure at all is a success of 100 %', () => {
    expect(successRate(TARGET, Duration.minutes(1))).toBe(
      `100 * (1 - (sum(rate(istio_requests_total{${LABELS}, response_code=~"5.."}[1m])) or vector(0)) / sum(rate(istio_requests_total{${LABELS}}[1m])))`);
  });

  test('on gRPC a status that is the server\'s fault counts too, and nothing counts twice', () => {
    const query = successRate({ ...TARGET, grpc: true }, Duration.minutes(1));
    expect(query).toContain('response_code!~"5..", grpc_response_status=~"2|4|12|13|14|15"');
    expect(query.match(/or vector\(0\)/g)).toHaveLength(2);
  });

  test('latency is a quantile of the buckets, in milliseconds', () => {
    expect(latency(TARGET, 99.9, Duration.minutes(1))).toBe(
      `histogram_quantile(0.999, sum by (le) (rate(istio_request_duration_milliseconds_bucket{${LABELS}}[1m])))`);
    expect(latency(TARGET, 95, Duration.hours(1))).toContain('histogram_quantile(0.95,');
  });

  test.each([[Duration.hours(2), '2h'], [Duration.minutes(90), '90m'], [Duration.millis(1500), '1500ms'], [Duration.seconds(30), '30s']])(
    'a window has no fraction, which Prometheus would refuse', (window, text) => {
      expect(requestRate(TARGET, window)).toContain(`[${text}]`);
    });

  test('a label\'s value cannot end its quotes, and an engine\'s placeholder stays as it is', () => {
    expect(requestRate({ reporter: 'source', service: 'a"b\\c' }, Duration.minutes(1))).toContain('destination_service_name="a\\"b\\\\c"');
    expect(requestRate({ reporter: 'source', workload: '{{args.hash}}' }, Duration.minutes(1))).toContain('destination_workload="{{args.hash}}"');
  });
});

test('a gate has a name that an engine\'s object can have, and says what holds when it passes', () => {
  const gates = [
    RolloutGate.successRate({ atLeast: 99.5 }), RolloutGate.latency({ atMost: Duration.millis(500) }),
    RolloutGate.latency({ atMost: Duration.seconds(2), percentile: 99.9 }), RolloutGate.query({ name: 'queue', query: ' max(q) ', atLeast: 1, atMost: 5 }),
  ];
  expect(gates.map((gate) => [gate._name, gate._title, gate._atLeast, gate._atMost])).toEqual([
    ['success-rate', 'at least 99.5 % of requests succeed', 99.5, undefined],
    ['latency-p95', '95 % of requests are answered within 500 ms', undefined, 500],
    ['latency-p99-9', '99.9 % of requests are answered within 2000 ms', undefined, 2000],
    ['queue', 'queue is at least 1 and at most 5', 1, 5],
  ]);
  expect(gates.map((gate) => gate._query(TARGET))).toEqual([
    successRate(TARGET, Duration.minutes(1)), latency(TARGET, 95, Duration.minutes(1)), latency(TARGET, 99.9, Duration.minutes(1)), 'max(q)',
  ]);
});

test('a gate\'s window is its own', () => {
  expect(RolloutGate.successRate({ atLeast: 99, window: Duration.minutes(5) })._query(TARGET)).toContain('[5m]');
  expect(RolloutGate.latency({ atMost: Duration.seconds(1), window: Duration.minutes(5) })._query(TARGET)).toContain('[5m]');
});

test.each<[() => unknown, string]>([
  [() => RolloutGate.successRate({ atLeast: 0 }), 'RolloutGate.successRate: `atLeast` is 0; a percentage above 0 and up to 100 is allowed, for example 99.5.'],
  [() => RolloutGate.successRate({ atLeast: 101 }), '`atLeast` is 101;'],
  [() => RolloutGate.successRate({ atLeast: NaN }), '`atLeast` is NaN;'],
  [() => RolloutGate.successRate({ atLeast: '99' as any }), '`atLeast` is "99";'],
  [() => RolloutGate.successRate(99 as any), 'RolloutGate.successRate: the options are 99. Give for example { atLeast: 99 }.'],
  [() => RolloutGate.successRate({ atLeast: 99, window: 60 as any }), 'RolloutGate.successRate: window is 60. Give a Duration'],
  [() => RolloutGate.latency({ atMost: Duration.millis(500), percentile: 100 }), 'RolloutGate.latency: `percentile` is 100; a number above 0 and below 100 is allowed'],
  [() => RolloutGate.latency({ atMost: 500 as any }), 'RolloutGate.latency: atMost is 500. Give a Duration'],
  [() => RolloutGate.query({ name: 'Queue', query: 'q', atMost: 1 }), 'RolloutGate.query: the name is "Queue"; lower-case letters'],
  [() => RolloutGate.query({ name: 'q', query: ' ', atMost: 1 }), 'RolloutGate.query: the query of q is " ". Give PromQL'],
  [() => RolloutGate.query({ name: 'q', query: 'q' }), 'RolloutGate.query: q has no limit, so every value would pass. Give `atLeast`, `atMost` or both.'],
  [() => RolloutGate.query({ name: 'q', query: 'q', atLeast: 2, atMost: 1 }), 'RolloutGate.query: q asks for at least 2 and at most 1, which no value is.'],
  [() => RolloutGate.query({ name: 'q', query: 'q', atLeast: NaN }), 'RolloutGate.query: `atLeast` of q is NaN. Give a number.'],
  [() => MetricSource.prometheus('prometheus:9090'), 'MetricSource.prometheus: the address is "prometheus:9090". Give a URL, for example http://prometheus.istio-system:9090.'],
  [() => MetricSource.prometheus('http://a b'), 'the address is "http://a b"'],
  [() => MetricSource.prometheus(9090 as any), 'the address is 9090'],
])('%# is refused, with what is allowed', (make, message) => {
  expect(messageOf(make)).toContain(message);
});

test('an address ends without a slash', () => {
  expect(MetricSource.prometheus('https://metrics.example.com/prometheus/')._address).toBe('https://metrics.example.com/prometheus');
});
