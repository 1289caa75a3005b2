import { App, Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, H2UpgradePolicy, HashKey, HttpMatch, LoadBalancer, RequestTimeout, ResilientService, Retries, RetryCondition, StringMatch,
} from 'cdk8s-istio';
import { Application, namespace } from './application';
import { Behaviour, MeshRequest } from './mesh-protocol';
import { withMesh } from './with-mesh';

/** One App with a service for each question, and one client that asks. */
function manifests(): string {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  namespace(chart, 'shop');
  new Application(chart, 'client');
  const http = [{ name: 'http', port: 80, targetPort: 8080 }];
  const service = (name: string, ports = http, replicas = 1, versions?: string[]) =>
    new Application(chart, name, { ports, replicas, versions }).mesh();
  const resilient = (name: string, settings: Partial<ConstructorParameters<typeof ResilientService>[2]>, ports = http, replicas = 1) =>
    new ResilientService(chart, `${name}-resilience`, { service: service(name, ports, replicas), timeout: RequestTimeout.none(), ...settings });

  service('plain');
  resilient('retried', { retries: Retries.upTo(2) });
  resilient('passed', { retries: Retries.upTo(2) }, http, 3);
  resilient('hurried', { timeout: RequestTimeout.after(Duration.seconds(10)), retries: Retries.upTo(2, { perTryTimeout: Duration.millis(600) }) });
  resilient('conditions', {
    retries: Retries.upTo(2, { conditions: [RetryCondition.CONNECT_FAILURE, RetryCondition.RESET, RetryCondition.REFUSED_STREAM] }),
  });
  resilient('codes', { retries: Retries.upTo(2, { statusCodes: [429] }) });
  resilient('never', { retries: Retries.none() });
  resilient('grpc', { retries: Retries.upTo(2, { grpcMethods: ['/shop.Catalog/Get', '/shop.Search/'] }) }, [{ name: 'grpc', port: 80, targetPort: 8080 }]);
  resilient('limited', { timeout: RequestTimeout.after(Duration.seconds(1)), retries: Retries.none() });
  resilient('socket-limited', { timeout: RequestTimeout.after(Duration.seconds(2)) });
  resilient('socket-unlimited', { timeout: RequestTimeout.none(), retries: Retries.upTo(1) });
  resilient('routes', {
    timeout: RequestTimeout.after(Duration.millis(500)),
    routes: [
      { match: HttpMatch.path(StringMatch.prefix('/slow')), timeout: RequestTimeout.none() },
      { match: HttpMatch.path(StringMatch.exact('/slow/but-not-this')), timeout: RequestTimeout.after(Duration.millis(500)) },
    ],
  });
  const two = [{ name: 'http-a', port: 80, targetPort: 8080 }, { name: 'http-b', port: 81, targetPort: 8081 }];
  resilient('ports', {
    timeout: RequestTimeout.after(Duration.millis(500)),
    outlierDetection: { consecutive5xxErrors: 7 },
    ports: [{ port: 81, timeout: RequestTimeout.none(), connectionPool: { http: { h2UpgradePolicy: H2UpgradePolicy.UPGRADE } } }],
  }, two, 2);
  resilient('sticky', { loadBalancer: LoadBalancer.consistentHash(HashKey.header('x-user')) }, http, 3);
  for (const percent of [33, 34]) {
    // Where the number of pods is known, 33 of 3 is refused: to measure it, the workloads stay unknown.
    new ResilientService(chart, `ejected-${percent}-resilience`, {
      service: new Application(chart, `ejected-${percent}`, { ports: http, replicas: 3 }).mesh({ workloadsKnown: false }),
      timeout: RequestTimeout.none(),
      retries: Retries.none(),
      outlierDetection: { consecutive5xxErrors: 2, maxEjectionPercent: percent },
    });
  }
  new CanaryRollout(chart, 'canary-rollout', {
    service: service('canary', http, 1, ['v1', 'v2']),
    stable: { version: 'v1' },
    canary: { version: 'v2' },
    weight: 0,
    alwaysCanary: HttpMatch.anyOf(
      HttpMatch.cookie('group', StringMatch.exact('testers')),
      HttpMatch.header('x-canary', StringMatch.prefix('v2-')),
      HttpMatch.queryParameter('canary', StringMatch.exact('yes')),
    ),
  });
  new CanaryRollout(chart, 'all-canary-rollout', {
    service: service('all-canary', http, 1, ['v1', 'v2']), stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 100,
  });
  return app.synthYaml();
}

const mesh = withMesh(manifests);

function call(service: string, path: string = '/', request: Partial<MeshRequest> = {}): MeshRequest {
  return { caller: 'shop/client', url: `http://${service}${path}`, ...request };
}

/** What the client gets and how often the application was asked, when all of its pods behave like this. */
async function ask(service: string, behaviour: Behaviour, request: Partial<MeshRequest> & { path?: string } = {}) {
  const { path, ...rest } = request;
  await mesh.reset();
  await mesh.behave(`shop/${service}`, behaviour);
  const outcome = await mesh.outcome(call(service, path, rest));
  return { outcome, tries: (await mesh.received(`shop/${service}`)).total };
}

describe('what Retries.upTo(2) repeats, counted at the application', () => {
  test.each<[what: string, behaviour: Behaviour, outcome: number]>([
    ['an answer of 503', { status: 503 }, 503],
    ['an answer of 502', { status: 502 }, 502],
    ['an answer of 504', { status: 504 }, 504],
    ['a connection that the application cuts', { close: true }, 503],
  ])('%s: a GET three times, a POST once', async (_, behaviour, outcome) => {
    expect(await ask('retried', behaviour, { method: 'GET' })).toEqual({ outcome, tries: 3 });
    expect(await ask('retried', behaviour, { method: 'POST' })).toEqual({ outcome, tries: 1 });
    expect(await ask('plain', behaviour, { method: 'GET' })).toEqual({ outcome, tries: 1 });
  });

  test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])('%s is safe to repeat', async (method) => {
    expect(await ask('retried', { status: 503 }, { method })).toEqual({ outcome: 503, tries: 3 });
  });

  test.each(['POST', 'PATCH', 'REPORT'])('%s is not', async (method) => {
    expect(await ask('retried', { status: 503 }, { method })).toEqual({ outcome: 503, tries: 1 });
  });

  test.each<[what: string, behaviour: Behaviour, outcome: number]>([
    ['a 500', { status: 500 }, 500], ['a 404', { status: 404 }, 404], ['a 429', { status: 429 }, 429],
  ])('%s is an answer, and not repeated', async (_, behaviour, outcome) => {
    expect(await ask('retried', behaviour)).toEqual({ outcome, tries: 1 });
  });

  test('a connection that the application refuses is repeated for a GET; its own sidecar tries three times for each try', async () => {
    // No request arrives, so it is the proxies that are asked: what one sent, and how often the other failed to connect.
    const count = async (pod: string, stat: string) => (await mesh.envoyStats(pod, stat.replace(/[|;]/g, '.')))[`cluster.${stat}`];
    const sent = async () => count('shop/client/0', 'outbound|80||retried.shop.svc.cluster.local;.upstream_rq_total');
    const refused = async () => count('shop/retried/0', 'inbound|8080||;.upstream_cx_connect_fail');
    for (const [method, tries] of [['GET', 3], ['POST', 1]] as const) {
      const [sentBefore, refusedBefore] = [await sent(), await refused()];
      expect(await ask('retried', { refuse: true }, { method })).toEqual({ outcome: 503, tries: 0 });
      expect({ method, tries: await sent() - sentBefore, refused: await refused() - refusedBefore }).toEqual({ method, tries, refused: 3 * tries });
    }
  });

  test('a request that failed for two tries succeeds with the third', async () => {
    expect(await ask('retried', { status: 503, next: 2 })).toEqual({ outcome: 200, tries: 3 });
    expect(await ask('retried', { close: true, next: 2 })).toEqual({ outcome: 200, tries: 3 });
  });

  test('one bad pod of three is passed by', async () => {
    await mesh.behave('shop/passed/0', { status: 503 });
    expect((await mesh.request(call('passed', '/', { count: 60, results: 'none' }))).byStatus).toEqual({ 200: 60 });
    expect((await mesh.received('shop/passed/0')).total).toBeGreaterThan(0);
  });
});

describe('what other settings of retries do', () => {
  test('a try that runs into perTryTimeout is repeated for a GET; a POST has all the time of the request', async () => {
    expect(await ask('hurried', { delayMs: 2000 }, { method: 'GET' })).toEqual({ outcome: 504, tries: 3 });
    expect(await ask('hurried', { delayMs: 2000, next: 2 }, { method: 'GET' })).toEqual({ outcome: 200, tries: 3 });
    expect(await ask('hurried', { delayMs: 2000 }, { method: 'POST' })).toEqual({ outcome: 200, tries: 1 });
  });

  test('CONNECT_FAILURE, RESET and REFUSED_STREAM see nothing of what the application does behind its sidecar', async () => {
    expect(await ask('conditions', { close: true })).toEqual({ outcome: 503, tries: 1 });
    expect(await ask('conditions', { status: 503 })).toEqual({ outcome: 503, tries: 1 });
  });

  test('a status code that is named is repeated beside the others', async () => {
    expect(await ask('codes', { status: 429 })).toEqual({ outcome: 429, tries: 3 });
    expect(await ask('codes', { status: 503 })).toEqual({ outcome: 503, tries: 3 });
    expect(await ask('codes', { status: 500 })).toEqual({ outcome: 500, tries: 1 });
  });

  test('Retries.none repeats nothing', async () => {
    for (const behaviour of [{ status: 503 }, { close: true }]) {
      expect(await ask('never', behaviour)).toEqual({ outcome: 503, tries: 1 });
    }
    expect((await ask('never', { grpcStatus: 14 }, { method: 'POST' })).tries).toBe(1);
  });

  const rpc = { method: 'POST', httpVersion: '2', headers: { 'content-type': 'application/grpc', 'te': 'trailers' } } as const;
  test.each([['/shop.Catalog/Get', 3], ['/shop.Search/Anything', 3], ['/shop.Catalog/Put', 1], ['/shop.Catalog/GetAll', 1]])(
    'on gRPC, a gateway error of %s is tried %d times', async (path, tries) => {
      expect((await ask('grpc', { status: 503 }, { path, ...rpc })).tries).toBe(tries);
    });

  test('the mesh\'s own default repeats gRPC\'s UNAVAILABLE for every method, though it reached the application', async () => {
    expect((await ask('grpc', { grpcStatus: 14 }, { path: '/shop.Catalog/Put', ...rpc })).tries).toBe(3);
    expect((await ask('plain', { grpcStatus: 14 }, { method: 'POST' })).tries).toBe(3);
  });
});

describe('timeouts', () => {
  test('a request that takes longer gets a 504, a shorter one does not', async () => {
    expect(await ask('limited', { delayMs: 2500 })).toEqual({ outcome: 504, tries: 1 });
    expect(await ask('limited', { status: 200 })).toEqual({ outcome: 200, tries: 1 });
  });

  test('the most specific match decides: an exact path before its prefix, a prefix before the rest', async () => {
    expect(await ask('routes', { delayMs: 1500 }, { path: '/slow/report' })).toEqual({ outcome: 200, tries: 1 });
    expect(await ask('routes', { delayMs: 1500 }, { path: '/slow/but-not-this' })).toEqual({ outcome: 504, tries: 1 });
    expect(await ask('routes', { delayMs: 1500 }, { path: '/' })).toEqual({ outcome: 504, tries: 1 });
  });

  const socket = { websocket: { holdMs: 4000, messages: 8 } };
  test('a WebSocket lives on after the timeout of its request, and after that of a try', async () => {
    await Promise.all(['socket-limited', 'socket-unlimited', 'hurried'].map(async (service) => {
      const { status, error, websocket } = await mesh.one({ caller: 'shop/client', url: `ws://${service}/`, ...socket });
      expect({ service, status, error, echoed: websocket?.echoed, closedBy: websocket?.closedBy })
        .toEqual({ service, status: 101, error: undefined, echoed: 8, closedBy: 'client' });
    }));
  });

  test('a WebSocket whose handshake takes longer than the timeout is refused with 504', async () => {
    await mesh.behave('shop/socket-limited', { delayMs: 3500 });
    expect((await mesh.one({ caller: 'shop/client', url: 'ws://socket-limited/', ...socket })).status).toBe(504);
  });
});

describe('settings of one port', () => {
  test('its timeout changes only its own', async () => {
    expect(await ask('ports', { delayMs: 1500 })).toEqual({ outcome: 504, tries: 1 });
    await mesh.behave('shop/ports', { delayMs: 1500 });
    expect(await mesh.outcome({ caller: 'shop/client', url: 'http://ports:81/' })).toBe(200);
  });

  test('h2UpgradePolicy changes only its own protocol, and keeps the outlier detection of the whole service', async () => {
    for (const port of [80, 81]) await mesh.request({ caller: 'shop/client', url: `http://ports:${port}/`, count: 10 });
    const protocol = async (port: number) => {
      const prefix = `cluster.outbound|${port}||ports.shop.svc.cluster.local;.upstream_cx_http`;
      const stats = await mesh.envoyStats('shop/client/0', `outbound.${port}..ports.*upstream_cx_http[12]_total`);
      return { http1: stats[`${prefix}1_total`] > 0, http2: stats[`${prefix}2_total`] > 0 };
    };
    expect(await protocol(80)).toEqual({ http1: true, http2: false });
    expect(await protocol(81)).toEqual({ http1: false, http2: true });
    const { configs } = await mesh.configDump('shop/client/0', 'dynamic_active_clusters');
    for (const port of [80, 81]) {
      const { cluster } = configs.find((config: any) => config.cluster.name === `outbound|${port}||ports.shop.svc.cluster.local`);
      expect([port, cluster.outlier_detection]).toEqual([port, expect.objectContaining({ consecutive_5xx: 7, max_ejection_percent: 50 })]);
    }
  });
});

describe('load balancing and outlier detection', () => {
  test('a consistent hash by header sends one user to one pod, and different users to different ones', async () => {
    const podsOf = async (headers: Record<string, string>) => Object.keys((await mesh.request(call('sticky', '/', { headers, count: 30, results: 'none' }))).byPod);
    const users = await Promise.all(Array.from({ length: 12 }, async (_, index) => podsOf({ 'x-user': `user-${index}` })));
    expect(users.map((pods) => pods.length)).toEqual(users.map(() => 1));
    expect(new Set(users.flat()).size).toBeGreaterThan(1);
    expect((await podsOf({})).length).toBeGreaterThan(1);
  });

  test.each([[33, false], [34, true]])('at maxEjectionPercent %d, one failing pod of three is ejected: %s', async (percent, ejected) => {
    const failing = `shop/ejected-${percent}/0`;
    await mesh.behave(failing, { status: 500 });
    const send = async () => mesh.request(call(`ejected-${percent}`, '/', { count: 60, concurrency: 1, results: 'none' }));
    await send();
    const before = (await mesh.received(failing)).total;
    expect(before).toBeGreaterThanOrEqual(2);
    const { byStatus } = await send();
    expect((await mesh.received(failing)).total > before).toBe(!ejected);
    expect(byStatus[500] ?? 0).toBe((await mesh.received(failing)).total - before);
  });
});

describe('requests that always reach the canary', () => {
  test.each<[what: string, request: Partial<MeshRequest> & { path?: string }, version: string]>([
    ['without a mark, at a weight of 0', {}, 'v1'],
    ['with the cookie', { headers: { cookie: 'group=testers' } }, 'v2'],
    ['with the cookie among others', { headers: { cookie: 'a=b; group=testers; c=d' } }, 'v2'],
    ['with the cookie last', { headers: { cookie: 'a=b;group=testers' } }, 'v2'],
    ['with a longer value of the cookie', { headers: { cookie: 'group=testers2' } }, 'v1'],
    ['with a cookie whose name only ends so', { headers: { cookie: 'mygroup=testers' } }, 'v1'],
    ['with the cookie\'s text inside another', { headers: { cookie: 'a=group=testers' } }, 'v1'],
    ['with the header', { headers: { 'X-Canary': 'v2-rc1' } }, 'v2'],
    ['with another value of the header', { headers: { 'x-canary': 'v1' } }, 'v1'],
    ['with the query parameter', { path: '/?a=b&canary=yes' }, 'v2'],
    ['with another value of the query parameter', { path: '/?canary=yesterday' }, 'v1'],
  ])('%s', async (_, { path, ...request }, version) => {
    const report = await mesh.request(call('canary', path, { ...request, count: 30, results: 'none' }));
    expect(report.byVersion).toEqual({ [version]: 30 });
  });

  test('at a weight of 100, everything reaches the canary', async () => {
    expect((await mesh.request(call('all-canary', '/', { count: 60, results: 'none' }))).byVersion).toEqual({ v2: 60 });
  });
});
