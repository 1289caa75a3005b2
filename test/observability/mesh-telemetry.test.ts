import { Chart, Duration } from 'cdk8s';
import * as fc from 'fast-check';
import {
  AccessLogging, InstallationProfile, InstalledGateway, IstioInstallation, IstioMetric, MeshPort, MeshService, MeshTelemetry,
  MeshTelemetryProps, MeshWorkload,
  MetricOverride, MetricTag, PolicyScope, TelemetryDirection, TelemetryProvider, TraceTag,
} from '../../src';
import { messageOf, mistakes, only, shop, synthesized } from '../support/shop';

const ENVOY = TelemetryProvider.named('envoy');
const OTEL = TelemetryProvider.openTelemetry('otel', { host: 'collector.observability.svc.cluster.local', port: 4317 });
const MESH = PolicyScope.mesh();
const { INBOUND, OUTBOUND } = TelemetryDirection;

type Said = Partial<MeshTelemetryProps>;

function specOf(props: Said): any {
  const { app, chart } = shop();
  new MeshTelemetry(chart, 'telemetry', { scope: MESH, ...props });
  return only(app, 'Telemetry').spec;
}

function refusal(props: any): string {
  const { chart } = shop();
  return messageOf(() => new MeshTelemetry(chart, 'telemetry', { scope: MESH, ...props }));
}

describe('a Telemetry', () => {
  test.each<[string, (chart: Chart) => PolicyScope, object, object]>([
    ['of the mesh', () => MESH, { name: 'default', namespace: 'istio-system' }, {}],
    ['of a mesh with another root namespace', () => PolicyScope.mesh('mesh'), { name: 'default', namespace: 'mesh' }, {}],
    ['of a namespace', () => PolicyScope.namespace('data'), { name: 'default', namespace: 'data' }, {}],
    [
      'of a workload', (chart) => PolicyScope.workload(MeshWorkload.fromLabels(chart, 'pods', { name: 'reviews', namespace: 'data', labels: { app: 'reviews' } })),
      { name: 'reviews', namespace: 'data' }, { selector: { matchLabels: { app: 'reviews' } } },
    ],
    [
      'of a gateway of Kubernetes', () => PolicyScope.kubernetesGateway('edge', 'public'), { name: 'public', namespace: 'edge' },
      { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }] },
    ],
  ])('%s stands where Istio looks for it', (_, scopeIn, metadata, selection) => {
    const { app, chart } = shop();
    new MeshTelemetry(chart, 'telemetry', { scope: scopeIn(chart), accessLogs: [AccessLogging.off()] });
    const found = only(app, 'Telemetry');
    expect(found.apiVersion).toBe('telemetry.istio.io/v1');
    expect(found.metadata).toEqual(metadata);
    const { accessLogging, ...rest } = found.spec;
    expect(rest).toEqual(selection);
  });

  test('says what is logged', () => {
    expect(specOf({ accessLogs: [AccessLogging.to([ENVOY, TelemetryProvider.named('logs')])] })).toEqual({ accessLogging: [{ providers: [{ name: 'envoy' }, { name: 'logs' }] }] });
    expect(specOf({ accessLogs: [AccessLogging.to([ENVOY], { filter: 'response.code >= 500', direction: INBOUND }), AccessLogging.off({ direction: OUTBOUND })] })).toEqual({
      accessLogging: [
        { match: { mode: 'SERVER' }, providers: [{ name: 'envoy' }], filter: { expression: 'response.code >= 500' } },
        // Without a provider it would hold for the last ones of the wider scope only.
        { match: { mode: 'CLIENT' }, providers: [{ name: 'envoy' }], disabled: true },
      ],
    });
  });

  test('says what is traced', () => {
    expect(specOf({
      tracing: {
        provider: OTEL,
        sampling: 10,
        reportSpans: false,
        istioTags: false,
        propagateContext: false,
        direction: OUTBOUND,
        customTags: { stage: TraceTag.literal('live'), user: TraceTag.header('X-User', 'nobody'), pod: TraceTag.environment('POD_NAME') },
      },
    })).toEqual({
      tracing: [{
        match: { mode: 'CLIENT' },
        providers: [{ name: 'otel' }],
        randomSamplingPercentage: 10,
        customTags: { stage: { literal: { value: 'live' } }, user: { header: { name: 'x-user', defaultValue: 'nobody' } }, pod: { environment: { name: 'POD_NAME' } } },
        disableSpanReporting: true,
        enableIstioTags: false,
        disableContextPropagation: true,
      }],
    });
    expect(specOf({ tracing: { sampling: 0 } })).toEqual({ tracing: [{ randomSamplingPercentage: 0 }] });
  });

  test('says which metrics are made', () => {
    expect(specOf({
      metrics: {
        providers: [TelemetryProvider.named('prometheus')],
        overrides: [
          MetricOverride.off(IstioMetric.ALL, { direction: OUTBOUND }), MetricOverride.on(IstioMetric.REQUEST_COUNT),
          MetricOverride.tags(IstioMetric.custom('orders_total'), { host: MetricTag.value('request.host'), source_principal: MetricTag.removed() }),
        ],
        reportingInterval: Duration.seconds(10),
      },
    })).toEqual({
      metrics: [{
        providers: [{ name: 'prometheus' }],
        overrides: [
          { match: { metric: 'ALL_METRICS', mode: 'CLIENT' }, disabled: true },
          { match: { metric: 'REQUEST_COUNT' }, disabled: false },
          { match: { customMetric: 'orders_total' }, tagOverrides: { host: { value: 'request.host' }, source_principal: { operation: 'REMOVE' } } },
        ],
        reportingInterval: '10s',
      }],
    });
  });

  test('takes every share of requests in hundredths of a percent, and no other', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 10_000 }), (hundredths) => {
      expect(specOf({ tracing: { sampling: hundredths / 100 } }).tracing[0].randomSamplingPercentage).toBe(hundredths / 100);
    }), { numRuns: 50 });
    const tooFine = fc.integer({ min: 1, max: 99_999 }).filter((n) => n % 10 !== 0).map((n) => n / 1000);
    fc.assert(fc.property(fc.oneof(fc.double({ max: -0.001 }), fc.double({ min: 100.001 }), tooFine), (sampling) => {
      expect(refusal({ tracing: { sampling } })).toContain(`\`sampling\` is ${sampling}`);
    }));
  });
});

describe('what would tell nothing is refused', () => {
  test.each<[string, object, string]>([
    ['a sampling of 150', { tracing: { sampling: 150 } }, 'tracing: `sampling` is 150. Give a percentage from 0 to 100, for example 10 for one request in ten.'],
    ['a sampling finer than Envoy counts', { tracing: { sampling: 0.001 } }, 'tracing: `sampling` is 0.001, and Envoy counts in steps of 0.01.'],
    ['nothing at all', {}, 'neither `accessLogs` nor `tracing` nor `metrics` is given'],
    ['tracing that says nothing', { tracing: { direction: INBOUND } }, '`tracing` says nothing.'],
    ['metrics that say nothing', { metrics: { overrides: [] } }, '`metrics` says nothing.'],
    ['access logs of nothing', { accessLogs: [] }, '`accessLogs` is empty.'],
    ['traces to a log', { tracing: { provider: ENVOY } }, 'tracing: `provider` is envoy, which takes access logs and no traces'],
    ['metrics to a collector of traces', { metrics: { providers: [OTEL] } }, 'metrics: `providers` of the metrics holds otel, which takes traces and no metrics.'],
    ['a tag without a name', { tracing: { customTags: { '': TraceTag.literal('a') } } }, '`customTags` has a tag without a name'],
    ['one provider twice', { accessLogs: [AccessLogging.to([ENVOY], { filter: 'response.code >= 500' }), AccessLogging.to([ENVOY], { direction: INBOUND })] }, '`accessLogs` names the provider envoy twice for one direction, and Istio takes the last filter only. Join the filters with ||'],
    ['on and off at once', { accessLogs: [AccessLogging.to([ENVOY]), AccessLogging.off({ direction: INBOUND })] }, '`accessLogs` says AccessLogging.off() beside another entry for the same direction.'],
    ['another namespace', { scope: PolicyScope.namespace('data'), tracing: { sampling: 1 }, metadata: { namespace: 'shop' } }, '`metadata.namespace` is "shop", and telemetry for namespace data stands in data.'],
  ])('%s', (_, props, message) => {
    const found = refusal(props);
    expect(found).toContain('[shop/telemetry] ');
    expect(found).toContain(message);
  });

  test.each<[string, () => unknown, string]>([
    ['a filter by an attribute that does not exist', () => AccessLogging.to([ENVOY], { filter: 'response.status >= 500' }), 'AccessLogging.to: `filter` is "response.status >= 500": Envoy knows no attribute response.status'],
    ['logs to a collector of traces', () => AccessLogging.to([OTEL]), 'AccessLogging.to: the provider otel takes traces and no access logs'],
    ['logs to nobody', () => AccessLogging.to([]), 'AccessLogging.to: no providers are given, and a filter then holds for nothing.'],
    ['an empty tag', () => TraceTag.literal(''), 'TraceTag.literal: the value is "".'],
    ['a header that is none', () => TraceTag.header('x user'), 'TraceTag.header: "x user" is no header name.'],
    ['a variable that is none', () => TraceTag.environment('A=B'), 'TraceTag.environment: "A=B" is no name of an environment variable.'],
    ['a label that Prometheus does not take', () => MetricOverride.tags(IstioMetric.ALL, { 'request-host': MetricTag.removed() }), 'MetricOverride.tags: "request-host" is no name of a label in Prometheus.'],
    ['a value that is no expression', () => MetricTag.value('request.host =='), 'MetricTag.value: "request.host ==" is no CEL expression'],
    ['a metric that is no name', () => IstioMetric.custom('a-b'), 'IstioMetric.custom: "a-b" is no name of a metric.'],
    ['no tags', () => MetricOverride.tags(IstioMetric.ALL, {}), 'MetricOverride.tags: no tags are given.'],
  ])('%s', (_, action, message) => {
    expect(messageOf(action)).toContain(message);
  });

  test('none beside it for the same service at its waypoint, which is another place', () => {
    const { app, chart } = shop();
    const workload = MeshWorkload.fromLabels(chart, 'mine-pods', { name: 'mine', namespace: 'shop', labels: { app: 'mine' } });
    const mine = MeshService.fromName(chart, 'mine', { name: 'mine', namespace: 'shop', ports: [MeshPort.http(80)], workload });
    const scopes = [PolicyScope.workload(mine), PolicyScope.service(mine)];
    for (const scope of scopes) new MeshTelemetry(chart, scope._title, { scope, tracing: { sampling: 10 } });
    expect(mistakes(app).filter((mistake) => mistake.includes('are both for'))).toEqual([]);
  });

  test('a second one for one scope, of which Istio would take one', () => {
    const { app, chart } = shop();
    new MeshTelemetry(chart, 'logs', { scope: PolicyScope.namespace('shop'), accessLogs: [AccessLogging.off()] });
    new MeshTelemetry(chart, 'traces', { scope: PolicyScope.namespace('shop'), tracing: { sampling: 1 }, metadata: { name: 'traces' } });
    expect(messageOf(() => app.synthYaml())).toContain('[shop/traces] and [shop/logs] are both for namespace shop, of which Istio takes one. Put what they say into one MeshTelemetry.');
  });
});

test('the mesh, a namespace, its workloads and its gateways have one each', () => {
  const { app, chart } = shop();
  const pods = (name: string) => PolicyScope.workload(MeshWorkload.fromLabels(chart, name, { name, namespace: 'shop', labels: { app: name } }));
  const scopes = [MESH, PolicyScope.namespace('shop'), PolicyScope.namespace('data'), pods('reviews'), pods('ratings'), PolicyScope.kubernetesGateway('shop', 'public')];
  scopes.forEach((scope, i) => new MeshTelemetry(chart, `telemetry-${i}`, { scope, tracing: { sampling: i } }));
  expect(synthesized(app).map(({ spec }) => spec.tracing[0].randomSamplingPercentage)).toEqual([0, 1, 2, 3, 4, 5]);
});

describe('a provider that nobody defined', () => {
  const install = (chart: Chart, meshConfig?: object, profile?: InstallationProfile) => new IstioInstallation(chart, 'istio', { version: '1.31.1', profile, meshConfig });
  const theirs = TelemetryProvider.named('theirs');

  test('is refused where the App says what is defined, with what is', () => {
    const { app, chart } = shop();
    install(chart, { extensionProviders: [OTEL] });
    new MeshTelemetry(chart, 'telemetry', { scope: MESH, accessLogs: [AccessLogging.to([theirs])] });
    expect(messageOf(() => app.synthYaml())).toContain('[shop/telemetry] the provider theirs is defined by no installation of this App, so Istio would leave it out without a word. '
      + '`meshConfig.extensionProviders` of [shop/istio] has envoy, otel, prometheus, stackdriver. Name one of these, or define it and give it there.');
  });

  test('is to be added to the installation where it is described', () => {
    const { app, chart } = shop();
    install(chart);
    new MeshTelemetry(chart, 'telemetry', { scope: MESH, tracing: { provider: OTEL } });
    expect(messageOf(() => app.synthYaml())).toMatch(/the provider otel is defined by no installation of this App.* Add it there\./);
  });

  test.each<[string, (chart: Chart) => void]>([
    ['where the App installs nothing', () => undefined],
    ['where the App installs gateways only', (chart) => void new IstioInstallation(chart, 'gateways', {
      version: '1.31.1', profile: InstallationProfile.EMPTY, gateways: [InstalledGateway.ingress()],
    })],
    ['where the installation has it', (chart) => void install(chart, { extensionProviders: [TelemetryProvider.accessLogFile('theirs')] })],
    ['where plain fields of the mesh configuration have it', (chart) => void install(chart, { fields: { extensionProviders: [{ name: 'theirs', envoyFileAccessLog: {} }] } })],
  ])('passes %s', (_, prepare) => {
    const { app, chart } = shop();
    prepare(chart);
    new MeshTelemetry(chart, 'telemetry', { scope: MESH, accessLogs: [AccessLogging.to([theirs])] });
    expect(synthesized(app).map(({ kind }) => kind)).toContain('Telemetry');
  });

  test('the profile demo brings some along', () => {
    const { app, chart } = shop();
    install(chart, undefined, InstallationProfile.DEMO);
    new MeshTelemetry(chart, 'telemetry', { scope: MESH, tracing: { provider: TelemetryProvider.named('jaeger') }, accessLogs: [AccessLogging.to([TelemetryProvider.named('otel')])] });
    expect(() => app.synthYaml()).not.toThrow();
  });

  test('a share of requests and nobody to take the traces is refused, where the App knows that', () => {
    const { app, chart } = shop();
    install(chart);
    new MeshTelemetry(chart, 'telemetry', { scope: PolicyScope.namespace('shop'), tracing: { sampling: 10 } });
    expect(messageOf(() => app.synthYaml())).toContain('[shop/telemetry] `tracing` names no provider, nor does what holds for more, nor the mesh configuration: nothing would be traced.');
  });

  test.each<[string, (chart: Chart) => void]>([
    ['the mesh', (chart) => {
      install(chart, { extensionProviders: [OTEL] });
      new MeshTelemetry(chart, 'mesh', { scope: MESH, tracing: { provider: OTEL } });
    }],
    ['the mesh configuration', (chart) => void install(chart, { tracing: { provider: OTEL, sampling: 5 } })],
  ])('a share of requests is enough where %s says who takes them', (_, prepare) => {
    const { app, chart } = shop();
    prepare(chart);
    new MeshTelemetry(chart, 'telemetry', { scope: PolicyScope.namespace('shop'), tracing: { sampling: 10 } });
    expect(() => app.synthYaml()).not.toThrow();
  });
});
