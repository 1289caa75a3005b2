import { ApiObject, App, Chart, Duration } from 'cdk8s';
import {
  ConnectionPool, HashAlgorithm, HashKey, LoadBalancer, MeshService, OutlierDetection, RequestTimeout, ResilientService, Retries,
} from 'cdk8s-istio';
import { Application, ServicePort, namespace } from './application';
import { eventually } from './eventually';
import { MeshReport, MeshRequest } from './mesh-protocol';
import { withMesh } from './with-mesh';

const HTTP: ServicePort[] = [{ name: 'http', port: 80, targetPort: 8080 }];
const TWO: ServicePort[] = [{ name: 'http-a', port: 80, targetPort: 8080 }, { name: 'http-b', port: 81, targetPort: 8080 }];
const TCP: ServicePort[] = [{ name: 'tcp', port: 5432 }];
const NONE = RequestTimeout.none();
const QUICK = { interval: Duration.seconds(1) };
/** What two refused connections are, each for itself. */
const DETECTIONS: Record<string, OutlierDetection> = {
  errors: { consecutive5xxErrors: 2 }, gateway: { consecutiveGatewayErrors: 2 }, apart: { consecutiveLocalOriginFailures: 2 },
};

/** A service for each question; those whose limits are asked about have pods of their own, as their sidecars keep them too. */
function manifests(): string {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  namespace(chart, 'shop');
  for (const client of ['client', 'other-client']) new Application(chart, client);
  const own = (name: string, ports = HTTP, replicas = 1) => new Application(chart, name, { ports, replicas }).mesh();
  const shared = (name: string, pods: string, ports = HTTP) => new MeshService(chart, `${name}-mesh`, {
    service: new ApiObject(chart, name, { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: pods }, ports } }),
  });

  const retried = { timeout: NONE, retries: Retries.upTo(2) };
  new ResilientService(chart, 'unbudgeted-resilience', { service: own('unbudgeted'), ...retried });
  new ResilientService(chart, 'budgeted-resilience', { service: own('budgeted'), ...retried, retryBudget: { percent: 0, minRetryConcurrency: 1 } });

  new ResilientService(chart, 'breaker-resilience', {
    service: own('breaker'),
    timeout: NONE,
    retries: Retries.none(),
    connectionPool: { tcp: { maxConnections: 1 }, http: { maxPendingRequests: 1, maxRequestsPerConnection: 1 } },
    outlierDetection: { consecutive5xxErrors: 1, interval: Duration.seconds(1), baseEjectionTime: Duration.minutes(3), maxEjectionPercent: 100 },
  });
  new ResilientService(chart, 'three-pods-resilience', {
    service: own('three-pods', HTTP, 3), timeout: NONE, retries: Retries.none(), connectionPool: { tcp: { maxConnections: 1 } },
  });
  new ResilientService(chart, 'one-request-resilience', {
    service: own('one-request'), timeout: NONE, retries: Retries.none(), connectionPool: { http: { maxRequests: 1 } },
  });

  const tcp = (name: string, settings: { connectionPool?: ConnectionPool; outlierDetection?: OutlierDetection }, replicas = 1) =>
    new ResilientService(chart, `${name}-resilience`, { service: own(name, TCP, replicas), ...settings });
  tcp('two-connections', { connectionPool: { tcp: { maxConnections: 2, connectTimeout: Duration.seconds(1), keepalive: { time: Duration.minutes(5) } } } });
  tcp('idle', { connectionPool: { tcp: { idleTimeout: Duration.seconds(1) } } });
  tcp('aged', { connectionPool: { tcp: { maxConnectionDuration: Duration.seconds(1) } } });
  tcp('behind-sidecars', { outlierDetection: { ...QUICK, consecutive5xxErrors: 2 } }, 3);
  const outside = new Chart(app, 'outside', { namespace: 'outside' });
  namespace(outside, 'outside', false);
  for (const [name, detection] of Object.entries(DETECTIONS)) {
    const service = new Application(outside, name, { ports: TCP, replicas: 3 }).mesh();
    new ResilientService(outside, `${name}-resilience`, { service, outlierDetection: { ...QUICK, ...detection } });
  }

  new Application(chart, 'pods', { ports: HTTP, replicas: 3 });
  new Application(chart, 'tcp-pods', { ports: TCP, replicas: 3 });
  const balanced = (name: string, loadBalancer: LoadBalancer, pods = 'pods') =>
    new ResilientService(chart, `${name}-resilience`, { service: shared(name, pods), timeout: NONE, loadBalancer });
  balanced('by-cookie', LoadBalancer.consistentHash(
    HashKey.cookie('user', Duration.hours(1), { path: '/shop', attributes: { SameSite: 'Strict', Secure: '' } })));
  balanced('by-query', LoadBalancer.consistentHash(HashKey.queryParameter('user'), HashAlgorithm.ringHash(64)));
  balanced('by-maglev', LoadBalancer.consistentHash(HashKey.queryParameter('user'), HashAlgorithm.maglev(101)));
  balanced('by-source', LoadBalancer.consistentHash(HashKey.sourceIp()));
  new ResilientService(chart, 'tcp-by-source-resilience', {
    service: shared('tcp-by-source', 'tcp-pods', TCP), loadBalancer: LoadBalancer.consistentHash(HashKey.sourceIp()),
  });
  new ResilientService(chart, 'by-port-resilience', {
    service: shared('by-port', 'pods', TWO),
    timeout: RequestTimeout.after(Duration.seconds(9)),
    ports: [{ port: 81, loadBalancer: LoadBalancer.consistentHash(HashKey.header('x-user')) }],
  });

  for (const [name, pods, ports] of [['by-hand', 'pods', HTTP], ['tcp-by-hand', 'tcp-pods', TCP]] as const) shared(name, pods, [...ports]);

  new Application(chart, 'coming', { ports: HTTP, replicas: 2 });
  balanced('warm', LoadBalancer.roundRobin({ warmUp: { duration: Duration.minutes(1), minimumPercent: 1 } }), 'coming');
  balanced('cold', LoadBalancer.roundRobin(), 'coming');
  return app.synthYaml();
}

const mesh = withMesh(manifests);

async function ask(service: string, request: Partial<MeshRequest> & { path?: string } = {}): Promise<MeshReport> {
  const { path = '/', ...rest } = request;
  const url = rest.body === undefined ? `http://${service}${path}` : `tcp://${service}:5432`;
  return mesh.request({ caller: 'shop/client', url, concurrency: 1, ...rest });
}

/** More than the bytes that a sidecar waits for. */
const connection = { body: 'something to send back' };

/** One of the counters of the client's proxy for a service. */
async function count(service: string, stat: string, port = 80): Promise<number> {
  const name = `cluster.outbound|${port}||${service}.svc.cluster.local;.${stat}`;
  return (await mesh.envoyStats('shop/client/0', name.replace(/[|;]/g, '.')))[name];
}

/** Waits until so many requests are with the application, or so much is counted. */
async function arrived(workload: string, total: number): Promise<void> {
  await eventually(`${total} are with ${workload}`, async () => (await mesh.received(workload)).total === total);
}

async function counted(service: string, stat: string, expected: number): Promise<void> {
  await eventually(`${stat} of ${service} is ${expected}`, async () => (await count(service, stat)) === expected);
}

test('a retry budget keeps retries back when all is failing', async () => {
  const tries = async (service: string) => {
    await mesh.behave(`shop/${service}`, { status: 503, delayMs: 100 });
    expect((await ask(service, { count: 40, concurrency: 20, results: 'none' })).byStatus).toEqual({ 503: 40 });
    return (await mesh.received(`shop/${service}`)).total;
  };
  expect(await tries('unbudgeted')).toBe(3 * 40);
  const budgeted = await tries('budgeted');
  expect(budgeted).toBeGreaterThan(40);
  expect(budgeted).toBeLessThan(60);
});

describe('a strict circuit breaker', () => {
  test('has one request at work and one waiting; the next ones are refused at once', async () => {
    await mesh.behave('shop/breaker', { delayMs: 3000 });
    const before = await count('breaker.shop', 'upstream_rq_pending_overflow');
    const admitted = [ask('breaker')];
    await arrived('shop/breaker', 1);
    admitted.push(ask('breaker'));
    await counted('breaker.shop', 'upstream_rq_pending_active', 1);
    expect((await ask('breaker', { count: 3, concurrency: 3 })).byStatus).toEqual({ 503: 3 });
    expect(await count('breaker.shop', 'upstream_rq_pending_overflow') - before).toBe(3);
    expect(await count('breaker.shop', 'upstream_rq_pending_active')).toBe(1);
    expect((await Promise.all(admitted)).map((report) => report.byStatus)).toEqual([{ 200: 1 }, { 200: 1 }]);
    expect((await mesh.received('shop/breaker')).total).toBe(2);
  });

  test('leaves a pod out after one error, and then there is none', async () => {
    await mesh.behave('shop/breaker', { status: 500, next: 1 });
    expect((await ask('breaker')).byStatus).toEqual({ 500: 1 });
    await counted('breaker.shop', 'membership_healthy', 0);
    expect((await ask('breaker', { count: 5 })).byStatus).toEqual({ 503: 5 });
    expect((await mesh.received('shop/breaker')).total).toBe(1);
  });
});

test('a limit of one connection is one for each pod: of HTTP, a client has at least that', async () => {
  await mesh.behave('shop/three-pods', { delayMs: 2000 });
  const all = ask('three-pods', { count: 9, concurrency: 9 });
  await arrived('shop/three-pods', 3);
  await counted('three-pods.shop', 'upstream_rq_pending_active', 6);
  expect(await count('three-pods.shop', 'upstream_cx_active')).toBe(3);
  expect((await all).byStatus).toEqual({ 200: 9 });
});

describe('limits are kept by each client, and by the sidecar of each pod for all clients together', () => {
  test('the second request at the same time is refused, whoever sends it', async () => {
    await mesh.behave('shop/one-request', { delayMs: 3000 });
    const first = ask('one-request');
    await arrived('shop/one-request', 1);
    const [own, other] = await Promise.all(['shop/client', 'shop/other-client'].map(async (caller) => (await ask('one-request', { caller })).results[0]));
    expect([own.status, other.status]).toEqual([503, 503]);
    // Only what came from another proxy has this header.
    expect([own, other].map(({ headers }) => headers!['x-envoy-upstream-service-time'] !== undefined)).toEqual([false, true]);
    expect((await first).byStatus).toEqual({ 200: 1 });
  });

  test('of three TCP connections two are held and one is cut; of another client, all are', async () => {
    await mesh.behave('shop/two-connections', { delayMs: 3000 });
    const before = await count('two-connections.shop', 'upstream_cx_overflow', 5432);
    const all = ask('two-connections', { ...connection, count: 3, concurrency: 3 });
    await arrived('shop/two-connections', 2);
    expect((await ask('two-connections', { ...connection, caller: 'shop/other-client' })).byStatus).toEqual({ reset: 1 });
    expect((await all).byStatus).toEqual({ ok: 2, reset: 1 });
    expect(await count('two-connections.shop', 'upstream_cx_overflow', 5432) - before).toBe(1);
  });
});

describe('TCP connections', () => {
  test.each([['idle', 'reset'], ['aged', 'reset'], ['two-connections', 'ok']])('that wait for more than a second: %s, %s', async (service, outcome) => {
    await mesh.behave(`shop/${service}`, { delayMs: 3000 });
    expect((await ask(service, connection)).byStatus).toEqual({ [outcome]: 1 });
  });

  test.each(Object.keys(DETECTIONS))('a pod without a sidecar that refuses them is left out after two: %s', async (service) => {
    await mesh.behave(`outside/${service}/0`, { refuse: true });
    expect((await ask(`${service}.outside`, { ...connection, count: 60 })).byStatus.reset).toBeGreaterThanOrEqual(2);
    await eventually('the pod is out', async () => (await ask(`${service}.outside`, { ...connection, count: 30 })).failed === 0);
    expect((await ask(`${service}.outside`, { ...connection, count: 60 })).byStatus).toEqual({ ok: 60 });
    expect(await count(`${service}.outside`, 'outlier_detection.ejections_active', 5432)).toBe(1);
  });

  test('that an application refuses behind its sidecar were taken by that sidecar: nobody is left out', async () => {
    await mesh.behave('shop/behind-sidecars/0', { refuse: true });
    for (const part of ['first', 'second']) {
      const { byStatus } = await ask('behind-sidecars', { ...connection, count: 60 });
      expect([part, byStatus.reset > 2]).toEqual([part, true]);
    }
    expect(await count('behind-sidecars.shop', 'outlier_detection.ejections_enforced_total', 5432)).toBe(0);
  });
});

describe('a consistent hash', () => {
  const podsOf = async (service: string, request: Partial<MeshRequest> & { path?: string } = {}) =>
    Object.keys((await ask(service, { count: 30, results: 'none', ...request })).byPod);
  const users = Array.from({ length: 12 }, (_, index) => `user-${index}`);

  test.each(['by-query', 'by-maglev'])('%s sends one user to one pod, and different users to different ones', async (service) => {
    const pods = await Promise.all(users.map(async (user) => podsOf(service, { path: `/?user=${user}` })));
    expect(pods.map((all) => all.length)).toEqual(users.map(() => 1));
    expect(new Set(pods.flat()).size).toBeGreaterThan(1);
    expect((await podsOf(service)).length).toBeGreaterThan(1);
  });

  test('by cookie hands out a cookie, with what was said of it, and keeps to its pod', async () => {
    const [{ headers, pod }] = (await ask('by-cookie')).results;
    const [cookie, ...attributes] = headers!['set-cookie'].split('; ');
    expect(attributes).toEqual(expect.arrayContaining(['Max-Age=3600', 'Path=/shop', 'SameSite=Strict', 'Secure']));
    expect(await podsOf('by-cookie', { headers: { cookie } })).toEqual([pod]);
    const others = await Promise.all(users.map(async (user) => podsOf('by-cookie', { headers: { cookie: `user=${user}` } })));
    expect(others.map((all) => all.length)).toEqual(users.map(() => 1));
    expect(new Set(others.flat()).size).toBeGreaterThan(1);
  });

  test('by source sends a client to one pod, over HTTP and over TCP', async () => {
    expect(await podsOf('by-source')).toHaveLength(1);
    expect(await podsOf('tcp-by-source', connection)).toHaveLength(1);
    expect(await podsOf('tcp-by-source', { ...connection, caller: 'shop/other-client' })).toHaveLength(1);
  });

  test('of one port finds its key there, and the other port has none', async () => {
    const headers = { 'x-user': 'user-1' };
    expect(await podsOf('by-port:81', { headers })).toHaveLength(1);
    expect((await podsOf('by-port', { headers })).length).toBeGreaterThan(1);
  });
});

test('a pod that just came gets few requests while it warms up', async () => {
  const late = 'shop/coming/1';
  await mesh.scale('shop/coming', 1);
  await mesh.scale('shop/coming', 2);
  const shareOf = async (service: string) => ((await ask(service, { count: 200, results: 'none' })).byPod[late] ?? 0) / 200;
  expect(await shareOf('cold')).toBeGreaterThan(0.4);
  expect(await shareOf('warm')).toBeLessThan(0.3);
});

describe('what the library refuses, because Istio does not read it', () => {
  const destinationRule = (name: string, trafficPolicy: object) => JSON.stringify({
    apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name, namespace: 'shop' }, spec: { host: name, trafficPolicy },
  });
  const hash = { loadBalancer: { consistentHash: { httpHeaderName: 'x-user' } } };
  const podsOf = async () => Object.keys((await ask('by-hand', { headers: { 'x-user': 'a' }, count: 30, results: 'none' })).byPod);

  test('a retry budget where the port has settings of its own', async () => {
    const budget = async (portLevelSettings?: object[]) => {
      await mesh.apply(destinationRule('by-hand', { retryBudget: { percent: 7 }, portLevelSettings }));
      const { configs } = await mesh.configDump('shop/client/0', 'dynamic_active_clusters');
      const { cluster } = configs.find((config: any) => config.cluster.name === 'outbound|80||by-hand.shop.svc.cluster.local');
      return cluster.circuit_breakers.thresholds[0].retry_budget;
    };
    expect(await budget()).toMatchObject({ budget_percent: { value: 7 }, min_retry_concurrency: 3 });
    expect(await budget([{ port: { number: 80 }, loadBalancer: { simple: 'RANDOM' } }])).toBeUndefined();
  });

  test('the key of a hash that is given for the only port', async () => {
    const route = (port?: object) => JSON.stringify({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'by-hand', namespace: 'shop' },
      spec: { hosts: ['by-hand'], http: [{ route: [{ destination: { host: 'by-hand', port } }], timeout: '9s' }] },
    });
    await mesh.apply(destinationRule('by-hand', { portLevelSettings: [{ port: { number: 80 }, ...hash }] }));
    await mesh.apply(route());
    expect((await podsOf()).length).toBeGreaterThan(1);
    await mesh.apply(route({ number: 80 }));
    expect(await podsOf()).toHaveLength(1);
  });

  test('how long a TCP connection of one port may be silent, or live', async () => {
    await mesh.behave('shop/tcp-pods', { delayMs: 3000 });
    for (const time of ['idleTimeout', 'maxConnectionDuration']) {
      const connectionPool = { tcp: { [time]: '1s' } };
      await mesh.apply(destinationRule('tcp-by-hand', { portLevelSettings: [{ port: { number: 5432 }, connectionPool }] }));
      expect((await ask('tcp-by-hand', connection)).byStatus).toEqual({ ok: 1 });
    }
    await mesh.apply(destinationRule('tcp-by-hand', { connectionPool: { tcp: { idleTimeout: '1s' } } }));
    expect((await ask('tcp-by-hand', connection)).byStatus).toEqual({ reset: 1 });
  });

  test('the key of a hash that is given for a TCP port', async () => {
    const sources = { loadBalancer: { consistentHash: { useSourceIp: true } } };
    await mesh.apply(destinationRule('tcp-by-hand', { portLevelSettings: [{ port: { number: 5432 }, ...sources }] }));
    const { byPod } = await ask('tcp-by-hand', { ...connection, count: 30, results: 'none' });
    expect(Object.keys(byPod).length).toBeGreaterThan(1);
  });
});
