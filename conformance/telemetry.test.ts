import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart, Yaml } from 'cdk8s';
import {
  AccessLogFormat, AccessLogging, MeshPort, MeshService, MeshTelemetry, MeshTelemetryProps, MeshWorkload, PolicyScope, TelemetryDirection,
  TelemetryProvider, TraceTag,
} from 'cdk8s-istio';
import { Application, namespace } from './application';
import { binomialBounds } from './binomial';
import { eventually } from './eventually';
import { withMesh } from './with-mesh';

const { INBOUND, OUTBOUND } = TelemetryDirection;
const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];
const SERVER = { name: 'server', namespace: 'shop', labels: { app: 'server' } };

/** The proxies write as a user of their own, as in a cluster. */
const directory = mkdtempSync(join(tmpdir(), 'cdk8s-istio-telemetry-'));
chmodSync(directory, 0o777);
afterAll(() => rmSync(directory, { recursive: true }));
const file = (name: string) => join(directory, `${name}.log`);

const collector = MeshService.fromName(new Chart(new App(), 'apart'), 'collector', {
  name: 'collector', namespace: 'observability', ports: [MeshPort.http(9411), MeshPort.http(4318), MeshPort.grpc(4317)],
});
const one = TelemetryProvider.accessLogFile('one', { path: file('one'), format: AccessLogFormat.json({ path: '%REQ(:PATH)%', status: '%RESPONSE_CODE%', cluster: '%UPSTREAM_CLUSTER_RAW%' }) });
const other = TelemetryProvider.accessLogFile('other', { path: file('other'), format: AccessLogFormat.text('%REQ(:PATH)% %RESPONSE_CODE% %UPSTREAM_CLUSTER_RAW%') });
const istios = TelemetryProvider.accessLogFile('istios', { path: file('istios') });
const sent = TelemetryProvider.openTelemetryLog('sent', { service: collector, port: 4317, attributes: { path: '%REQ(:PATH)%' } });
const zipkin = TelemetryProvider.zipkin('zipkin', { service: collector, port: 9411, w3cTraceContext: true });
const otel = TelemetryProvider.openTelemetry('otel', { service: collector, port: 4317, headers: { 'x-tenant': 'shop' } });
const otelHttp = TelemetryProvider.openTelemetryHttp('otel-http', { service: collector, port: 4318, path: '/traces', headers: { 'x-tenant': 'shop' } });

/** The collector is outside of the mesh: what it is sent makes no logs and traces itself. */
function manifests(): string {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  namespace(chart, 'shop');
  namespace(chart, 'observability', false);
  new Application(chart, 'client');
  new Application(chart, 'server', { ports: HTTP });
  new Application(new Chart(app, 'observability', { namespace: 'observability' }), 'collector', {
    ports: [{ name: 'http-zipkin', port: 9411 }, { name: 'http-otlp', port: 4318 }, { name: 'grpc-otlp', port: 4317 }],
  });
  return app.synthYaml();
}

const extensionProviders = [one, other, istios, sent, zipkin, otel, otelHttp].map(({ entry }) => entry);
const mesh = withMesh(manifests, { meshConfig: Yaml.stringify({ extensionProviders }) });

const TO_MESH = PolicyScope.mesh();
const TO_NAMESPACE = PolicyScope.namespace('shop');
type Said = Omit<MeshTelemetryProps, 'scope'>;

/** Telemetry of the mesh, then of the namespace, then of the server. */
function telemetry(...said: (Said | undefined)[]): string {
  const app = new App();
  const chart = new Chart(app, 'telemetry');
  const scopes = [TO_MESH, TO_NAMESPACE, PolicyScope.workload(MeshWorkload.fromLabels(chart, 'server', SERVER))];
  said.forEach((props, i) => props && new MeshTelemetry(chart, `t${i}`, { scope: scopes[i], ...props }));
  return app.synthYaml();
}

/** What the scopes have now, so that only what is not said any more has to be removed. */
let there: readonly (Said | undefined)[] = [];
const NAMES: [namespace: string, name: string][] = [['istio-system', 'default'], ['shop', 'default'], ['shop', 'server']];

async function tell(...said: (Said | undefined)[]): Promise<void> {
  const before = there;
  there = said;
  if (said.some((each) => each !== undefined)) await mesh.apply(telemetry(...said));
  for (const [i, [where, name]] of NAMES.entries()) if (before[i] !== undefined && said[i] === undefined) await mesh.delete('Telemetry', where, name);
}

const ask = async (path: string, headers: Record<string, string> = {}, count = 1) => mesh.request({ caller: 'shop/client', url: `http://server${path}`, headers, count });

/** Who logged a path: the proxy that sent (`client`), the one that received (`server`). */
function loggedBy(name: string, path: string): string[] {
  const lines = existsSync(file(name)) ? readFileSync(file(name), 'utf8').trim().split('\n') : [];
  return lines.filter((line) => line.includes(path)).map((line) => line.includes('inbound|') ? 'server' : 'client').sort();
}

describe('access logs', () => {
  const BOTH = ['client', 'server'];
  interface Case {
    /** For the mesh, the namespace, the server. */
    readonly said: (Said | undefined)[];
    /** By the end of the path: who logs it, to the provider `one` and to `other`. */
    readonly logged: Record<string, [one: string[], other: string[]]>;
    readonly headers?: Record<string, string>;
  }
  const to = (...entries: AccessLogging[]): Said => ({ accessLogs: entries });
  const all = to(AccessLogging.to([one]));
  const fivehundreds = to(AccessLogging.to([one], { filter: 'response.code >= 500' }));
  const cases: Record<string, Case> = {
    'nothing is logged where nobody says it': { said: [], logged: { x: [[], []] } },
    'a request is logged by both proxies': { said: [all], logged: { x: [BOTH, []] } },
    'one direction is logged': { said: [to(AccessLogging.to([one], { direction: INBOUND }))], logged: { x: [['server'], []] } },
    'each direction to a provider of its own': {
      said: [to(AccessLogging.to([one], { direction: INBOUND }), AccessLogging.to([other], { direction: OUTBOUND }))],
      logged: { x: [['server'], ['client']] },
    },
    'two providers, one with a filter': {
      said: [to(AccessLogging.to([one]), AccessLogging.to([other], { filter: 'response.code >= 500' }))], logged: { x: [BOTH, []], failing: [BOTH, BOTH] },
    },
    'a filter by status': { said: [fivehundreds], logged: { x: [[], []], failing: [BOTH, []] } },
    'a filter by path and method': {
      said: [to(AccessLogging.to([one], { filter: "request.method == 'GET' && !request.url_path.endsWith('/healthz')" }))], logged: { x: [BOTH, []], healthz: [[], []] },
    },
    'a filter by a header': {
      said: [to(AccessLogging.to([one], { filter: "request.headers['x-debug'] == 'yes'" }))], headers: { 'x-debug': 'yes' }, logged: { x: [BOTH, []] },
    },
    'a filter by a header that is not there': { said: [to(AccessLogging.to([one], { filter: "request.headers['x-debug'] == 'yes'" }))], logged: { x: [[], []] } },
    'a filter by who calls': {
      said: [to(AccessLogging.to([one], { filter: "connection.uri_san_peer_certificate.endsWith('/sa/client')", direction: INBOUND }))], logged: { x: [['server'], []] },
    },
    'the namespace replaces the mesh': { said: [all, to(AccessLogging.to([other]))], logged: { x: [[], BOTH] } },
    'the namespace lifts the filter of the mesh': { said: [fivehundreds, all], logged: { x: [BOTH, []] } },
    'the namespace replaces one direction, and the other stays': { said: [all, to(AccessLogging.to([other], { direction: INBOUND }))], logged: { x: [['client'], ['server']] } },
    'the namespace logs nothing, whatever providers the mesh has': {
      said: [to(AccessLogging.to([one]), AccessLogging.to([other], { filter: 'response.code >= 200' })), to(AccessLogging.off())], logged: { x: [[], []] },
    },
    'nothing is logged of one direction': { said: [all, to(AccessLogging.off({ direction: INBOUND }))], logged: { x: [['client'], []] } },
    'the workload logs where its namespace does not': { said: [all, to(AccessLogging.off()), all], logged: { x: [['server'], []] } },
    'the workload replaces its namespace': { said: [undefined, all, to(AccessLogging.to([other]))], logged: { x: [['client'], ['server']] } },
    'what is said of traces leaves logs as they are': { said: [all, { tracing: { provider: zipkin, sampling: 0 } }], logged: { x: [BOTH, []] } },
  };

  // A proxy writes to a file at most every ten seconds, so all is asked before anything is read.
  const paths = new Map<string, string>();
  beforeAll(async () => {
    await mesh.reset();
    for (const [index, [title, { said, logged, headers }]] of Object.entries(cases).entries()) {
      paths.set(title, `/case-${index}`);
      await mesh.behave('shop/server', { status: 500, path: `/case-${index}/failing` });
      await tell(...said);
      for (const end of Object.keys(logged)) await ask(`/case-${index}/${end}`, headers);
    }
    // What is there after all else.
    await tell({ accessLogs: [AccessLogging.to([one, other, istios])] });
    await ask('/last');
    await eventually('both proxies have written all logs', async () => ['one', 'other', 'istios'].every((name) => loggedBy(name, '/last').length === 2));
  }, 180_000);

  test.each(Object.entries(cases))('%s', (title, { logged }) => {
    const found = Object.fromEntries(Object.keys(logged).map((end) => {
      const path = `${paths.get(title)}/${end}`;
      return [end, [loggedBy('one', path), loggedBy('other', path)]];
    }));
    expect(found).toEqual(logged);
  });

  test('are objects or lines, as the provider has it', () => {
    const [object] = readFileSync(file('one'), 'utf8').split('\n').filter((line) => line.includes('/case-1/x') && line.includes('inbound|'));
    expect(JSON.parse(object)).toEqual({ path: '/case-1/x', status: 200, cluster: 'inbound|8080||' });
    expect(readFileSync(file('other'), 'utf8')).toMatch(/^\/case-\d+\/x 200 inbound\|8080\|\|$/m);
    expect(readFileSync(file('istios'), 'utf8')).toMatch(/^\[\d{4}-[^\]]+Z\] "GET \/last HTTP\/1\.1" 200 - via_upstream - "-" /m);
  });

  test('arrive at a collector', async () => {
    await tell({ accessLogs: [AccessLogging.to([sent])] });
    await ask('/sent');
    await eventually('the collector has logs', async () => await counted('POST /opentelemetry.proto.collector.logs.v1.LogsService/Export') > 0);
  });
});

async function counted(methodAndPath: string): Promise<number> {
  const { pods } = await mesh.received('observability/collector');
  return Object.values(pods).reduce((sum, { byMethodPath }) => sum + (byMethodPath[methodAndPath] ?? 0), 0);
}

describe('traces', () => {
  const sampled = async (count: number, headers: Record<string, string> = {}) => {
    const { results } = await ask('/traced', headers, count);
    return results.filter(({ seen }) => seen!.headers['x-b3-sampled'] === '1').length;
  };

  test('nothing is passed on where nobody traces', async () => {
    await tell();
    const { results: [{ seen }] } = await ask('/x');
    expect(Object.keys(seen!.headers).filter((name) => /b3|traceparent/.test(name))).toEqual([]);
  });

  test.each([[0, 0], [100, 40]])('%d percent are sampled', async (sampling, expected) => {
    await tell({ tracing: { provider: zipkin, sampling } });
    expect(await sampled(40)).toBe(expected);
  });

  test('a share of them is sampled', async () => {
    await tell({ tracing: { provider: zipkin, sampling: 25 } });
    const { least, most } = binomialBounds(200, 0.25, 0.999_999);
    const found = await sampled(200);
    expect(found).toBeGreaterThanOrEqual(least);
    expect(found).toBeLessThanOrEqual(most);
  });

  test('what the caller decided holds', async () => {
    await tell({ tracing: { provider: zipkin, sampling: 0 } });
    expect(await sampled(10, { 'x-b3-sampled': '1' })).toBe(10);
  });

  test('both notations of a trace say the same', async () => {
    await tell({ tracing: { provider: zipkin, sampling: 100 } });
    const { results: [{ seen }] } = await ask('/x');
    const { traceparent, 'x-b3-traceid': trace, 'x-b3-spanid': span } = seen!.headers;
    expect(traceparent).toBe(`00-${trace}-${span}-01`);
  });

  test('the namespace overrides the share and keeps the provider', async () => {
    await tell({ tracing: { provider: zipkin, sampling: 0 } }, { tracing: { sampling: 100 } });
    expect(await sampled(10)).toBe(10);
  });

  test('without a provider nothing is traced', async () => {
    await tell({ tracing: { sampling: 100 } });
    const { results: [{ seen }] } = await ask('/x');
    expect(seen!.headers).not.toHaveProperty('traceparent');
  });

  test('an upstream learns nothing where it is told nothing', async () => {
    await tell({ tracing: { provider: zipkin, sampling: 100, propagateContext: false } });
    const { results: [{ seen }] } = await ask('/x');
    expect(Object.keys(seen!.headers).filter((name) => /b3|traceparent/.test(name))).toEqual([]);
  });

  test('spans have the tags, and those of the namespace replace those of the mesh', async () => {
    const spans = async (said: Said[], headers: Record<string, string>) => {
      await mesh.reset();
      let tags: Record<string, string>[] = [];
      await tell(...said);
      await ask('/tagged', headers);
      await eventually('both spans are there', async () => {
        const { pods: { 'observability/collector/0': { last } } } = await mesh.received('observability/collector');
        tags = last.flatMap(({ path, body }) => path === '/api/v2/spans' ? JSON.parse(body!) : []).map((span: any) => span.tags).filter((tag) => tag['http.url'].endsWith('/tagged'));
        return tags.length === 2;
      });
      return tags;
    };
    const tracing = {
      provider: zipkin,
      sampling: 100,
      customTags: { stage: TraceTag.literal('test'), user: TraceTag.header('X-User', 'nobody'), host: TraceTag.environment('NO_SUCH_VARIABLE', 'unknown'), absent: TraceTag.header('x-absent') },
    };
    for (const tag of await spans([{ tracing }], { 'x-user': 'ada' })) {
      expect(tag).toMatchObject({ 'stage': 'test', 'user': 'ada', 'host': 'unknown', 'istio.namespace': 'shop' });
      expect(tag).not.toHaveProperty('absent');
    }
    for (const tag of await spans([{ tracing }, { tracing: { customTags: { own: TraceTag.literal('yes') }, istioTags: false } }], {})) {
      expect(tag).toMatchObject({ own: 'yes' });
      expect(Object.keys(tag).filter((name) => name === 'stage' || name === 'user' || name.startsWith('istio.'))).toEqual([]);
    }
  });

  test('spans are not sent where nobody shall have them', async () => {
    await mesh.reset();
    await tell({ tracing: { provider: zipkin, sampling: 100 } }, { tracing: { reportSpans: false } }, { tracing: { reportSpans: true } });
    await ask('/half');
    await eventually('the collector is told', async () => await counted('POST /api/v2/spans') > 0);
    const { pods: { 'observability/collector/0': { last } } } = await mesh.received('observability/collector');
    const kinds = last.flatMap(({ body }) => JSON.parse(body!)).filter(({ tags }: any) => tags['http.url'].endsWith('/half')).map(({ kind }: any) => kind);
    expect(kinds).toEqual(['SERVER']);
  });

  test.each([['gRPC', otel, 'POST /opentelemetry.proto.collector.trace.v1.TraceService/Export'], ['HTTP', otelHttp, 'POST /traces']])('arrive by OTLP over %s, with the headers', async (_, provider, where) => {
    await mesh.reset();
    await tell({ tracing: { provider, sampling: 100 } });
    await ask('/otlp');
    await eventually('the collector is told', async () => await counted(where) > 0);
    const { pods: { 'observability/collector/0': { last } } } = await mesh.received('observability/collector');
    expect(last.filter(({ path }) => where.endsWith(path)).every(({ headers }) => headers['x-tenant'] === 'shop')).toBe(true);
  });
});
