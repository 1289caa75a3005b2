import { Chart, Duration, Testing } from 'cdk8s';
import { GoldenSignals, MeshPort, MeshService, RolloutGate, SignalObserver } from '../../src';
import { messageOf, reviews, shop } from '../support/shop';

const LABELS = 'reporter="source", destination_service_name="reviews", destination_service_namespace="shop"';
const signals = () => GoldenSignals.of(reviews(shop().chart));

test('latency, traffic, errors and saturation are asked of Istio\'s standard metrics, over five minutes unless said otherwise', () => {
  expect(signals().latency(95)).toBe(`histogram_quantile(0.95, sum by (le) (rate(istio_request_duration_milliseconds_bucket{${LABELS}}[5m])))`);
  expect(signals().traffic()).toBe(`sum(rate(istio_requests_total{${LABELS}}[5m]))`);
  expect(signals().errors(Duration.minutes(1))).toBe(
    `100 * (sum(rate(istio_requests_total{${LABELS}, response_code=~"5.."}[1m])) or vector(0)) / sum(rate(istio_requests_total{${LABELS}}[1m]))`);
  expect(signals().saturation()).toBe(`sum(rate(istio_request_duration_milliseconds_sum{${LABELS}}[5m])) / 1000`);
  expect(signals().connections()).toBe(`sum(rate(istio_tcp_connections_opened_total{${LABELS}}[5m]))`);
});

test('what was refused as something was full has one of two flags, beside others or alone', () => {
  const [, pattern] = /response_flags=~"(.*?)"/.exec(signals().refusals())!;
  const matches = (flags: string) => new RegExp(`^(?:${pattern})$`).test(flags);
  expect(['UO', 'RL', 'UO,URX', 'URX,UO', 'URX,RL,DC'].filter(matches)).toHaveLength(5);
  expect(['-', 'UH', 'RLSE', 'UOX', 'XUO', 'URX,UF'].filter(matches)).toEqual([]);
});

test('gates of rollouts ask in the same words', () => {
  const { chart } = shop();
  const service = reviews(chart);
  const target = { reporter: 'source', service: 'reviews', serviceNamespace: 'shop', grpc: false } as const;
  const asked = GoldenSignals.of(service);
  expect(RolloutGate.successRate({ atLeast: 99 })._query(target)).toBe(asked.successRate(Duration.minutes(1)));
  expect(RolloutGate.latency({ atMost: Duration.millis(500) })._query(target)).toBe(asked.latency(95, Duration.minutes(1)));
});

test('the pods and a waypoint count as well', () => {
  const service = reviews(shop().chart);
  expect(GoldenSignals.of(service, { seenBy: SignalObserver.PODS }).traffic()).toContain('reporter="destination"');
  expect(GoldenSignals.of(service, { seenBy: SignalObserver.WAYPOINT }).traffic()).toContain('reporter="waypoint"');
});

test('gRPC\'s status counts where a port speaks it', () => {
  expect(GoldenSignals.of(reviews(shop().chart, MeshPort.grpc(50051))).errors()).toContain('grpc_response_status=~"2|4|12|13|14|15"');
  expect(signals().errors()).not.toContain('grpc');
});

test('a host that is no Service is known by its host', () => {
  const service = MeshService.fromHost(shop().chart, 'api', { host: 'api.example.com', namespace: 'shop', ports: [MeshPort.http(80)] });
  expect(GoldenSignals.of(service).traffic()).toBe('sum(rate(istio_requests_total{reporter="source", destination_service="api.example.com"}[5m]))');
});

test.each<[() => unknown, string]>([
  [() => GoldenSignals.of('reviews' as any), 'GoldenSignals.of: the service is "reviews". Give a MeshService'],
  [() => GoldenSignals.of(new Chart(Testing.app(), 'c') as any), 'GoldenSignals.of: the service is the Chart [c]'],
  [() => GoldenSignals.of(reviews(shop().chart), 'source' as any), 'GoldenSignals.of: the options are "source"'],
  [() => GoldenSignals.of(reviews(shop().chart), { seenBy: 'server' as any }), 'GoldenSignals.of: `seenBy` is "server". Give SignalObserver.CALLERS or SignalObserver.PODS or SignalObserver.WAYPOINT.'],
  [() => signals().latency(100), 'GoldenSignals.latency: the percentile is 100; a number above 0 and below 100 is allowed'],
  [() => signals().traffic(60 as any), 'window is 60. Give a Duration'],
])('%# is refused, with what is allowed', (make, message) => {
  expect(messageOf(make)).toContain(message);
});
