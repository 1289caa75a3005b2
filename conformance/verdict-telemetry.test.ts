import { App, Chart, Duration } from 'cdk8s';
import {
  AccessLogging, IstioMetric, MeshPort, MeshService, MeshTelemetry, MeshWorkload, MetricOverride, MetricTag, PolicyScope, TelemetryDirection,
  TelemetryProvider, TelemetryTracingOptions, TraceTag,
} from 'cdk8s-istio';
import * as fc from 'fast-check';
import { ApiServer } from './verdict';

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

const of = <T>(...values: T[]) => fc.constantFrom(...values);
/** Mostly what is right: of many settings together, one that is wrong refuses all. */
const mostly = <T>(right: T[], ...wrong: T[]) => fc.oneof({ weight: 29, arbitrary: of(...right) }, { weight: 1, arbitrary: of(...wrong) });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const made = <T>(makers: Record<string, () => T>): Record<string, T> =>
  Object.fromEntries(Object.entries(makers).map(([name, make]) => [name, make()]));
const PARTIAL: { requiredKeys: []; noNullPrototype: true } = { requiredKeys: [], noNullPrototype: true };

const direction = of(undefined, ...Object.values(TelemetryDirection));
const filter = mostly<string | undefined>([
  undefined, 'response.code >= 500', "request.url_path.startsWith('/a') && !connection.mtls", "has(request.useragent) ? request.useragent != '' : false",
  "'x-debug' in request.headers", 'request.duration > duration("1s")', 'true',
], 'response.code', 'respones.code > 1', 'response.code >', 'f(1)', '');
const logging = fc.oneof(
  fc.record({ names: fc.uniqueArray(mostly(['envoy', 'otel-logs', 'a'], 'prometheus'), { minLength: 1, maxLength: 2 }), filter, direction })
    .map(({ names, ...options }) => () => AccessLogging.to(names.map((name) => TelemetryProvider.named(name)), options)),
  direction.map((where) => () => AccessLogging.off({ direction: where })),
);

const text = mostly(['a', 'x-user', 'POD_NAME', 'on', '1', '0x1f'], '', 'a b', ' ');
const tag = fc.record({ how: of('literal', 'header', 'environment'), value: text, otherwise: maybe(text) })
  .map(({ how, value, otherwise }) => () => (TraceTag as any)[how](...how === 'literal' ? [value] : [value, otherwise]) as TraceTag);
const tracing = fc.record({
  provider: mostly([undefined, 'otel', 'zipkin'], 'envoy'),
  sampling: mostly<number | undefined>([undefined, 0, 100, 0.01, 12.34, 0.07], 150, -1, 0.001, NaN),
  customTags: maybe(fc.dictionary(mostly(['a', 'istio.x', 'on', 'toString'], ''), tag, { maxKeys: 3 })),
  reportSpans: of(undefined, true, false),
  istioTags: of(undefined, true, false),
  propagateContext: of(undefined, true, false),
  direction,
}, PARTIAL).map(({ provider, customTags, ...rest }) => (): TelemetryTracingOptions => ({
  ...rest,
  provider: provider === undefined ? undefined : TelemetryProvider.named(provider),
  customTags: customTags && made(customTags),
}));

const metric = fc.oneof(
  of(...Object.values(IstioMetric).filter((value) => value instanceof IstioMetric)).map((value) => () => value),
  mostly(['orders_total'], 'a-b').map((name) => () => IstioMetric.custom(name)),
);
const metricTag = fc.oneof(
  mostly(['request.host', "'shop'", 'string(destination.port)'], '', 'a ==').map((value) => () => MetricTag.value(value)),
  fc.constant(() => MetricTag.removed()),
);
const override = fc.oneof(
  fc.tuple(metric, of('on', 'off'), direction).map(([make, how, where]) => () => (MetricOverride as any)[how](make(), { direction: where }) as MetricOverride),
  fc.tuple(metric, fc.dictionary(mostly(['request_host', 'on', 'le'], 'a-b', ''), metricTag, { minKeys: 1, maxKeys: 3 }), direction)
    .map(([make, tags, where]) => () => MetricOverride.tags(make(), made(tags), { direction: where })),
);
const metrics = fc.record({
  providers: maybe(of(['prometheus'], [])),
  overrides: maybe(fc.array(override, { maxLength: 3 })),
  reportingInterval: maybe(of(Duration.seconds(10), Duration.millis(1500), Duration.minutes(1))),
}, PARTIAL).map(({ providers, overrides, ...rest }) => () => ({
  ...rest, providers: providers?.map((name) => TelemetryProvider.named(name)), overrides: overrides?.map((make) => make()),
}));

const props = fc.record({
  scope: of('workload', 'service', 'namespace', 'mesh', 'gateway'),
  accessLogs: maybe(fc.array(logging, { minLength: 1, maxLength: 3 })),
  tracing: maybe(tracing),
  metrics: maybe(metrics),
});

/** The manifests, unless the construct, or the synth before it looks at the manifests, refuses. */
function synthesize(make: (chart: Chart, scopes: Record<string, PolicyScope>) => void): string | undefined {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const pods = MeshWorkload.fromLabels(chart, 'pods', { name: 'reviews', namespace: 'shop', labels: { app: 'reviews' } });
  const service = MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80)], workload: pods });
  try {
    make(chart, {
      workload: PolicyScope.workload(pods),
      service: PolicyScope.workload(service),
      namespace: PolicyScope.namespace('shop'),
      mesh: PolicyScope.mesh(),
      gateway: PolicyScope.kubernetesGateway('ingress', 'public'),
    });
  } catch {
    return undefined;
  }
  return chart.node.findAll().some((construct) => construct.node.validate().length > 0) ? undefined : app.synthYaml();
}

const FIELDS = ['accessLogging', 'tracing', 'metrics', 'customTags', 'tagOverrides', 'filter', 'targetRefs', 'selector'];

test('whatever telemetry is let pass, Istio takes', async () => {
  const runs = 2000;
  let taken = 0;
  const kinds = new Set<string>();
  await fc.assert(fc.asyncProperty(props, async (given) => {
    const yaml = synthesize((chart, scopes) => new MeshTelemetry(chart, 'telemetry', {
      scope: scopes[given.scope],
      accessLogs: given.accessLogs?.map((make) => make()),
      tracing: given.tracing?.(),
      metrics: given.metrics?.(),
    }));
    if (yaml === undefined) return;
    taken++;
    for (const field of FIELDS) if (yaml.includes(`${field}:`)) kinds.add(field);
    expect(await apiServer.complaints(yaml)).toEqual([]);
  }), { numRuns: runs });
  // Else nothing would have been asked.
  expect(taken).toBeGreaterThan(runs / 20);
  expect(kinds.size).toBe(FIELDS.length);
});

test('what is refused here and Istio knows of, Istio refuses', async () => {
  const telemetry = (spec: object) => JSON.stringify({ apiVersion: 'telemetry.istio.io/v1', kind: 'Telemetry', metadata: { name: 'a', namespace: 'shop' }, spec });
  for (const spec of [
    { tracing: [{ randomSamplingPercentage: 150 }] },
    { tracing: [{ customTags: { '': { literal: { value: 'a' } } } }] },
    { tracing: [{ customTags: { a: { literal: { value: '' } } } }] },
    { accessLogging: [{ providers: [{ name: 'envoy' }], filter: { expression: 'response.code >' } }] },
    { metrics: [{ overrides: [{ tagOverrides: { a: { value: '' } } }] }] },
  ]) expect(await apiServer.complaints(telemetry(spec))).not.toEqual([]);
});
