import { Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, FaultAbort, FaultDelay, FaultInjection, GatewayRoutes, HttpMatch, MirrorTarget, RequestTimeout, ResilientService, Retries,
  StringMatch, TrafficMirror, security,
} from 'cdk8s-istio';
import { Application, namespace } from './application';
import { binomialBounds } from './binomial';
import { MeshRequest, Received } from './mesh-protocol';
import { PublicShop } from './public-shop';
import { withMesh } from './with-mesh';

const HOST = 'shop.example.com';
const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];
const safe = { safeForWrites: true };

function manifests(): string {
  const { app, chart, gateway } = new PublicShop();
  const lab = new Chart(app, 'lab', { namespace: 'lab' });
  namespace(lab, 'lab');
  new Application(chart, 'client');

  // Not the port that is asked for: without it, copies would lead nowhere.
  const recorder = new Application(lab, 'recorder', { ports: [{ name: 'http', port: 9000, targetPort: 9000 }, { name: 'http-admin', port: 9001 }] }).mesh();
  const service = (name: string, versions?: string[]) => new Application(chart, name, { ports: HTTP, versions }).mesh();
  const to = (options: object = {}) => MirrorTarget.service(recorder, { port: 9000, ...safe, ...options });

  const all = service('all');
  new TrafficMirror(chart, 'all-mirror', { service: all, mirrors: [to()] });
  const some = service('some');
  new TrafficMirror(chart, 'some-mirror', { service: some, mirrors: [to({ percentage: 20 })] });
  const reads = service('reads');
  new TrafficMirror(chart, 'reads-mirror', { service: reads, match: HttpMatch.methods('GET', 'HEAD'), mirrors: [to()] });
  const retried = service('retried');
  new ResilientService(chart, 'retried-resilience', { service: retried, timeout: RequestTimeout.none(), retries: Retries.upTo(2) });
  new TrafficMirror(chart, 'retried-mirror', { service: retried, mirrors: [to()] });
  const faulty = service('faulty');
  new TrafficMirror(chart, 'faulty-mirror', { service: faulty, mirrors: [to()] });
  const fault = { service: faulty, enabled: true, expires: '2999-01-01T00:00:00Z' };
  new FaultInjection(chart, 'abort', { ...fault, match: HttpMatch.header('x-fault', StringMatch.exact('abort')), abort: FaultAbort.http(418, 100) });
  new FaultInjection(chart, 'delay', {
    ...fault, match: HttpMatch.header('x-fault', StringMatch.exact('delay')), delay: FaultDelay.of(Duration.millis(1000), 100),
  });
  // Under whose identity does a copy come: that of the caller, or of the service that is mirrored?
  const watched = service('watched');
  const guarded = (name: string, account: string) => {
    const target = new Application(lab, name, { ports: HTTP });
    new security.AuthorizationPolicy(lab, `${name}-policy`, {
      metadata: { name },
      spec: {
        selector: { matchLabels: { app: name } },
        rules: [{ from: [{ source: { principals: [`cluster.local/ns/shop/sa/${account}`] } }] }],
      },
    });
    return MirrorTarget.service(target.mesh(), safe);
  };
  new TrafficMirror(chart, 'watched-mirror', { service: watched, mirrors: [guarded('for-clients', 'client'), guarded('for-watched', 'watched')] });
  const canary = service('canary', ['v1', 'v2']);
  new CanaryRollout(chart, 'canary-rollout', {
    service: canary, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 0, alwaysCanary: HttpMatch.header('x-canary', StringMatch.exact('true')),
  });
  new TrafficMirror(chart, 'canary-mirror', { service: canary, mirrors: [MirrorTarget.subset('v2', safe), to({ percentage: 50 })] });

  new GatewayRoutes(chart, 'routes', { gateway, hosts: [HOST] })
    .addRoute(HttpMatch.path(StringMatch.prefix('/all')), all)
    .addRoute(HttpMatch.path(StringMatch.prefix('/some')), some)
    .addRoute(HttpMatch.path(StringMatch.prefix('/canary')), canary);
  return app.synthYaml();
}

const mesh = withMesh(manifests);

/** Copies are on their way when the answer is there: what arrived once nothing more comes. */
async function arrived(target: string): Promise<Received> {
  let before = -1;
  for (let i = 0; i < 50; i++) {
    const received = await mesh.received(target);
    if (received.total === before) return received;
    before = received.total;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error(`requests never stop to arrive at ${target}`);
}

function expectShare(seen: number, of: number, percentage: number): void {
  const { least, most } = binomialBounds(of, percentage / 100, 0.999999);
  expect({ percentage, seen, within: seen >= least && seen <= most, least, most }).toMatchObject({ within: true });
}

const RECORDER = 'lab/recorder';

describe.each<[where: string, to: (service: string, request?: Partial<MeshRequest>) => MeshRequest]>([
  ['on the mesh', (service, request) => ({ caller: 'shop/client', url: `http://${service}/${service}`, ...request })],
  ['behind a gateway', (service, request) => PublicShop.visit(`http://${HOST}/${service}`, request)],
])('%s', (_, to) => {
  test('every request is copied, and the client sees only the service', async () => {
    const { byStatus, byWorkload } = await mesh.request(to('all', { method: 'POST', count: 200, results: 'none' }));
    expect({ byStatus, byWorkload }).toEqual({ byStatus: { 200: 200 }, byWorkload: { 'shop/all': 200 } });
    expect((await arrived(RECORDER)).total).toBe(200);
    expect((await mesh.received('shop/all')).total).toBe(200);
  });

  test('a percentage is a percentage', async () => {
    await mesh.request(to('some', { count: 1000, results: 'none' }));
    expectShare((await arrived(RECORDER)).total, 1000, 20);
    expect((await mesh.received('shop/some')).total).toBe(1000);
  });

  test('a copy says what the request said: method, path, host and headers', async () => {
    await mesh.request(to('all', { method: 'PUT', headers: { 'x-user': 'anna' } }));
    const original = Object.values((await mesh.received('shop/all')).pods)[0].last[0];
    const copy = Object.values((await arrived(RECORDER)).pods)[0].last[0];
    const said = ({ method, path, host, headers }: typeof copy) => ({ method, path, host, user: headers['x-user'], id: headers['x-request-id'] });
    expect(said(copy)).toEqual(said(original));
    expect(copy.port).toBe(9000);
  });

  test.each([['fails', { status: 500 }], ['cuts connections', { close: true }], ['refuses connections', { refuse: true }], ['hangs', { delayMs: 8000 }]] as const)(
    'a mirror that %s is not seen by the client', async (__, behaviour) => {
      await mesh.behave(RECORDER, behaviour);
      const { byStatus, byWorkload, slowestMs } = await mesh.request(to('all', { count: 50, results: 'none' }));
      expect({ byStatus, byWorkload }).toEqual({ byStatus: { 200: 50 }, byWorkload: { 'shop/all': 50 } });
      expect(slowestMs).toBeLessThan(4000);
    });

  test('several mirrors are drawn separately, and the canary that is mirrored to answers nobody', async () => {
    const { byStatus, byVersion } = await mesh.request(to('canary', { count: 400, results: 'none' }));
    expect({ byStatus, byVersion }).toEqual({ byStatus: { 200: 400 }, byVersion: { v1: 400 } });
    expect((await arrived('shop/canary-v2')).total).toBe(400);
    expectShare((await arrived(RECORDER)).total, 400, 50);
  });

  test('who is sent to the canary gets there once', async () => {
    const { byVersion } = await mesh.request(to('canary', { headers: { 'x-canary': 'true' }, count: 40, results: 'none' }));
    expect(byVersion).toEqual({ v2: 40 });
    expect((await arrived('shop/canary-v2')).total).toBe(40);
  });
});

const call = (service: string, request: Partial<MeshRequest> = {}): MeshRequest => ({ caller: 'shop/client', url: `http://${service}/`, ...request });

test('only requests that match are copied', async () => {
  for (const method of ['GET', 'HEAD', 'POST', 'PUT']) await mesh.request(call('reads', { method, count: 5, results: 'none' }));
  const { pods } = await arrived(RECORDER);
  expect(Object.values(pods)[0].byMethodPath).toEqual({ 'GET /': 5, 'HEAD /': 5 });
});

test('a copy comes under the identity of the caller', async () => {
  expect((await mesh.request(call('watched', { count: 10, results: 'none' }))).byStatus).toEqual({ 200: 10 });
  expect([(await arrived('lab/for-clients')).total, (await arrived('lab/for-watched')).total]).toEqual([10, 0]);
});

test('a request that is repeated is copied once', async () => {
  await mesh.behave('shop/retried', { status: 503 });
  expect(await mesh.outcome(call('retried'))).toBe(503);
  expect([(await mesh.received('shop/retried')).total, (await arrived(RECORDER)).total]).toEqual([3, 1]);
});

test('a copy that fails is not repeated', async () => {
  await mesh.behave(RECORDER, { status: 503 });
  expect(await mesh.outcome(call('retried'))).toBe(200);
  expect([(await mesh.received('shop/retried')).total, (await arrived(RECORDER)).total]).toEqual([1, 1]);
});

test('a request that a fault aborts is not copied, one that it delays is copied when it is sent', async () => {
  expect(await mesh.outcome(call('faulty', { headers: { 'x-fault': 'abort' } }))).toBe(418);
  expect((await arrived(RECORDER)).total).toBe(0);
  const asked = mesh.one(call('faulty', { headers: { 'x-fault': 'delay' } }));
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect((await mesh.received(RECORDER)).total).toBe(0);
  expect((await asked).status).toBe(200);
  expect((await arrived(RECORDER)).total).toBe(1);
});
