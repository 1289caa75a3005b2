import { App, Chart, Duration } from 'cdk8s';
import { MeshAlert, MeshAlerts, MeshPort, MeshService, Objective, ServiceLevelObjective, SignalObserver } from 'cdk8s-istio';
import * as fc from 'fast-check';
import { RuleFile } from './promtool';
import { ApiServer } from './verdict';
import { DURATION_BUCKETS } from '../src/observability/histogram-buckets';

const RUNS = 60;

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

const text = fc.string({ unit: fc.constantFrom('a', 'B', '7', ' ', '"', '\\', '{', '}', '%', 'é', '$', "'"), maxLength: 12 })
  .filter((some) => !some.includes('{{'));
const labels = fc.dictionary(fc.stringMatching(/^team_[a-z0-9]{0,5}$/), text, { maxKeys: 2 });
const seenBy = fc.constantFrom(...Object.values(SignalObserver));
const bounds = DURATION_BUCKETS.filter((bound) => Number.isInteger(bound));
const objective = fc.tuple(fc.integer({ min: 9307, max: 9999 }), fc.constantFrom(undefined, ...bounds)).map(([percent, bound]) =>
  bound === undefined ? Objective.availability(percent / 100) : Objective.latency(percent / 100, Duration.millis(bound)));
const minutes = (max: number) => fc.integer({ min: 1, max }).map((count) => Duration.minutes(count));

/** What the API server says of the objects, and Prometheus of the rules in them. */
async function expectAccepted(app: App, made: { toPrometheusFile(): string }): Promise<void> {
  expect(await apiServer.complaints(app.synthYaml())).toEqual([]);
  expect(new RuleFile(made.toPrometheusFile()).check()).toContain('SUCCESS');
}

test('any objective is an object that the API server takes, with rules that Prometheus takes', async () => {
  const props = fc.record({ objective, seenBy, labels, days: fc.integer({ min: 7, max: 366 }), grpc: fc.boolean(), host: fc.boolean() });
  await fc.assert(fc.asyncProperty(props, async ({ days, grpc, host, ...others }) => {
    const app = new App();
    const chart = new Chart(app, 'shop', { namespace: 'shop' });
    const ports = [grpc ? MeshPort.grpc(80) : MeshPort.http(80)];
    const service = host
      ? MeshService.fromHost(chart, 'reviews', { host: 'reviews.example.com', namespace: 'shop', ports })
      : MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'shop', ports });
    await expectAccepted(app, new ServiceLevelObjective(chart, 'slo', { service, window: Duration.days(days), ...others }));
  }), { numRuns: RUNS });
});

test('any alerts of the mesh are an object that the API server takes, with rules that Prometheus takes', async () => {
  const props = fc.record({
    errorPercentage: fc.double({ min: 0, max: 99.9, noNaN: true }),
    latency: minutes(10),
    latencyPercentile: fc.double({ min: 0.1, max: 99.99, noNaN: true }),
    leastTraffic: fc.double({ min: 0, max: 1e6, noNaN: true }),
    window: minutes(2000),
    pending: minutes(2000),
    workloadCertificatesExpireWithin: minutes(2000),
    seenBy,
    labels,
    without: fc.subarray(Object.values(MeshAlert), { maxLength: Object.keys(MeshAlert).length - 1 }),
  }, { requiredKeys: [] });
  await fc.assert(fc.asyncProperty(props, async (given) => {
    const app = new App();
    await expectAccepted(app, new MeshAlerts(new Chart(app, 'mesh'), 'alerts', given));
  }), { numRuns: RUNS });
});

test('the API server does refuse rules that are none', async () => {
  const rule = (spec: string) => `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a, namespace: shop}\nspec: ${spec}`;
  expect(await apiServer.complaints(rule('{groups: [{name: a, rules: [{alert: A, expr: up}]}]}'))).toEqual([]);
  expect(await apiServer.complaints(rule('{groups: [{name: a, rules: [{alert: A, expr: up, for: soon}]}]}'))).toHaveLength(1);
  expect(await apiServer.complaints(rule('{groups: [{name: a, rules: [{alert: A, expr: up, forr: 5m}]}]}'))).toHaveLength(1);
});
