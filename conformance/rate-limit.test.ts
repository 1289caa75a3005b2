import { App, Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, GatewayRoutes, HttpMatch, MeshWorkload, RateLimit, RateLimitEnforcement, RateLimitEngine, RateLimitKey, RateLimitProps,
  RequestTimeout, ResilientService, Retries, StringMatch, ZeroTrustNamespace,
} from 'cdk8s-istio';
import { Application, ServicePort, namespace } from './application';
import { MeshRequest } from './mesh-protocol';
import { PublicGateway } from './public-gateway';
import { withMesh } from './with-mesh';

const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];
const hour = Duration.hours(1);
const path = (text: string) => HttpMatch.path(StringMatch.exact(text));

/** A service for each question, as buckets are not filled again within an hour. */
function manifests(): string {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  namespace(chart, 'shop');
  namespace(chart, 'outside', false);
  const client = new Application(chart, 'client').workload();
  const guest = new Application(chart, 'guest').workload();
  new Application(chart, 'third');
  new Application(new Chart(app, 'outside', { namespace: 'outside' }), 'client');
  const service = (name: string, ports: ServicePort[] = HTTP, replicas = 1) => new Application(chart, name, { ports, replicas }).mesh();
  const limited = (name: string, props: Partial<RateLimitProps> & Pick<RateLimitProps, 'limits'>, ports?: ServicePort[], replicas?: number) =>
    new RateLimit(chart, `${name}-limit`, { target: service(name, ports, replicas), ...props });

  limited('window', { limits: [{ requests: 4, window: Duration.seconds(8) }] });
  limited('burst', { limits: [{ requests: 4, window: Duration.seconds(8), burst: 2 }] });
  limited('two-limits', { limits: [{ requests: 3, window: Duration.seconds(2) }, { requests: 5, window: hour }] });
  limited('paths', {
    limits: [
      { name: 'login', match: path('/login').and(HttpMatch.methods('POST')), requests: 2, window: hour },
      { name: 'api', match: HttpMatch.path(StringMatch.prefix('/api/')), requests: 3, window: hour },
      { name: 'item', match: HttpMatch.path(StringMatch.regex('/items/.*x')), requests: 2, window: hour },
      {
        name: 'either',
        match: HttpMatch.anyOf(
          path('/a').and(HttpMatch.methods('PUT', 'DELETE')), path('/b').and(HttpMatch.header('x-b', StringMatch.present())),
          HttpMatch.header('x-either', StringMatch.exact('yes')),
        ),
        requests: 3,
        window: hour,
      },
      { name: 'host', match: HttpMatch.authority(StringMatch.exact('other.example.com')), requests: 1, window: hour },
      { name: 'query', match: HttpMatch.queryParameter('export', StringMatch.exact('all')), requests: 1, window: hour },
    ],
    otherwise: { requests: 4, window: hour },
  });
  limited('headers', {
    limits: [
      { name: 'there', match: HttpMatch.header('x-there', StringMatch.present()), requests: 2, window: hour },
      { name: 'beta', match: HttpMatch.header('x-group', StringMatch.exact('beta')), requests: 2, window: hour },
      { name: 'each', match: path('/each'), per: [RateLimitKey.header('X-API-Key')], requests: 2, window: hour },
      { name: 'pairs', match: path('/pairs'), per: [RateLimitKey.header('x-a'), RateLimitKey.queryParameter('b')], requests: 1, window: hour },
    ],
  });
  limited('keys', { limits: [{ per: [RateLimitKey.header('x-key')], requests: 1, window: hour }], engine: RateLimitEngine.local({ maxKeys: 2 }) });
  limited('callers', {
    limits: [
      { name: 'guest', callers: [guest], requests: 2, window: hour },
      { name: 'each', match: path('/each'), per: [RateLimitKey.caller()], requests: 2, window: hour },
      { name: 'shop', match: path('/shop'), callerNamespaces: ['shop'], requests: 2, window: hour },
      { name: 'address', match: path('/address'), per: [RateLimitKey.clientIp()], requests: 1, window: hour },
    ],
  });
  const two = [{ name: 'http-a', port: 80, targetPort: 8080 }, { name: 'http-b', port: 81, targetPort: 8081 }, { name: 'tcp', port: 82, targetPort: 8082 }];
  limited('all-ports', { limits: [{ requests: 2, window: hour }] }, two);
  limited('one-port', { ports: [81], limits: [{ requests: 2, window: hour }] }, two);
  limited('two-pods', { limits: [{ requests: 5, window: hour }] }, HTTP, 2);
  limited('shadow', { limits: [{ requests: 2, window: hour }], enforcement: RateLimitEnforcement.shadow() });
  limited('partial', { limits: [{ requests: 1, window: hour }], enforcement: RateLimitEnforcement.partial(50) });
  limited('told', { limits: [{ requests: 2, window: hour }], rateLimitHeaders: true, responseHeaders: { 'x-limited-by': 'the shop' } });
  limited('grpc', { limits: [{ requests: 1, window: hour }] }, [{ name: 'grpc', port: 80, targetPort: 8080 }]);
  limited('kinds', { limits: [{ requests: 4, window: hour }] });
  const doubled = service('doubled');
  new RateLimit(chart, 'doubled-reads', { target: doubled, metadata: { name: 'reads' }, limits: [{ match: HttpMatch.methods('GET'), requests: 2, window: hour }] });
  new RateLimit(chart, 'doubled-all', { target: doubled, metadata: { name: 'all' }, limits: [{ requests: 4, window: hour }] });

  // In the root namespace, with the labels of pods elsewhere.
  const root = new Chart(app, 'root', { namespace: 'istio-system' });
  namespace(root, 'istio-system');
  service('twin');
  new RateLimit(root, 'twin-limit', { target: new Application(root, 'twin', { ports: HTTP }).mesh(), limits: [{ requests: 2, window: hour }] });

  // Beside everything else that may stand in front of a service.
  const locked = new Chart(app, 'locked', { namespace: 'locked' });
  const zeroTrust = new ZeroTrustNamespace(locked, 'zero-trust', { namespace: 'locked' });
  const vault = new Application(locked, 'vault', { ports: HTTP, versions: ['v1', 'v2'] }).mesh();
  zeroTrust.allow({ caller: client, target: vault });
  new ResilientService(locked, 'vault-resilience', { service: vault, timeout: RequestTimeout.after(Duration.seconds(5)), retries: Retries.upTo(2) });
  new CanaryRollout(locked, 'vault-canary', {
    service: vault, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 0, alwaysCanary: HttpMatch.header('x-canary', StringMatch.exact('yes')),
  });
  new RateLimit(locked, 'vault-limit', { target: vault, limits: [{ requests: 3, window: hour }] });

  // At the gateway.
  const { gateway } = new PublicGateway(chart, 'ingress');
  const behind = service('behind');
  new GatewayRoutes(chart, 'routes', { gateway, hosts: ['shop.example.com'] }).addRoute(HttpMatch.any(), behind);
  const pods = MeshWorkload.fromLabels(chart, 'ingress-pods', { name: 'ingress', namespace: 'ingress', labels: { istio: 'ingress' } });
  new RateLimit(chart, 'logins', {
    gateway: pods,
    ports: [8080],
    limits: [{ name: 'logins', match: path('/login'), per: [RateLimitKey.clientIp()], requests: 5, window: Duration.minutes(60) }],
  });
  new RateLimit(chart, 'elsewhere', { gateway: pods, metadata: { name: 'elsewhere' }, ports: [8443], limits: [{ requests: 1, window: hour }] });
  // Behind it, the service sees the client that the gateway saw.
  new RateLimit(chart, 'behind-limit', { target: behind, limits: [{ match: path('/behind'), per: [RateLimitKey.clientIp()], requests: 2, window: hour }] });
  return app.synthYaml();
}

const mesh = withMesh(manifests);

function call(service: string, url: string = '/', request: Partial<MeshRequest> = {}): MeshRequest {
  return { caller: 'shop/client', url: `http://${service}${url}`, count: 1, concurrency: 1, ...request };
}

/** How often each of two answers came. */
async function answers(request: MeshRequest): Promise<{ passed: number; limited: number }> {
  const { byStatus, count } = await mesh.request({ results: 'none', ...request });
  const { 200: passed = 0, 429: limited = 0, ...others } = byStatus;
  expect({ count, others }).toEqual({ count: passed + limited, others: {} });
  return { passed, limited };
}

const pause = async (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('a limit of N in a window', () => {
  test('lets N pass at once, refuses the N+1st with 429, and lets one more pass with each Nth of the window', async () => {
    expect(await answers(call('window', '/', { count: 5 }))).toEqual({ passed: 4, limited: 1 });
    expect((await mesh.received('shop/window')).total).toBe(4);
    const since = Date.now();
    while (await mesh.outcome(call('window')) === 429) await pause(50);
    // A fourth of the window is 2 s, less what the requests themselves took.
    expect(Date.now() - since).toBeGreaterThan(1500);
    expect(await mesh.outcome(call('window'))).toBe(429);
    await pause(8100);
    expect(await answers(call('window', '/', { count: 5 }))).toEqual({ passed: 4, limited: 1 });
  });

  test('with a burst, lets only so many pass at once', async () => {
    expect(await answers(call('burst', '/', { count: 4 }))).toEqual({ passed: 2, limited: 2 });
    await pause(8100);
    expect(await answers(call('burst', '/', { count: 4 }))).toEqual({ passed: 2, limited: 2 });
  });

  test('beside another one: a request has to keep both, and what one refuses uses up what the slower one counts', async () => {
    expect(await answers(call('two-limits', '/', { count: 4 }))).toEqual({ passed: 3, limited: 1 });
    await pause(2100);
    // The slower one has counted the refused request, too.
    expect(await answers(call('two-limits', '/', { count: 3 }))).toEqual({ passed: 1, limited: 2 });
  });

  test('says so to the client, where it is asked to', async () => {
    const { results } = await mesh.request(call('told', '/', { count: 3, results: 'all' }));
    const seen = results.map(({ status, headers = {} }) => [status, headers['x-ratelimit-limit'], headers['x-ratelimit-remaining'], headers['x-limited-by']]);
    expect(seen).toEqual([[200, '2', '1', undefined], [200, '2', '0', undefined], [429, '2', '0', 'the shop']]);
    const { headers } = await mesh.one(call('window'));
    expect(Object.keys(headers ?? {}).filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
  });

  test('is kept by each pod for itself: two pods let twice as many pass', async () => {
    expect(await answers(call('two-pods', '/', { count: 60 }))).toEqual({ passed: 10, limited: 50 });
  });

  test('for gRPC is RESOURCE_EXHAUSTED, which nobody repeats', async () => {
    const grpc = call('grpc', '/shop.Catalog/Get', { method: 'POST', httpVersion: '2', headers: { 'content-type': 'application/grpc', 'te': 'trailers' } });
    expect((await mesh.one(grpc)).grpcStatus).not.toBe('8');
    const counter = 'http_local_rate_limit.enforced';
    const before = await mesh.envoyStats('shop/grpc/0', counter);
    const { status, grpcStatus } = await mesh.one(grpc);
    expect({ status, grpcStatus }).toEqual({ status: 200, grpcStatus: '8' });
    expect(await mesh.envoyStats('shop/grpc/0', counter)).toEqual({ [`grpc-rate-limit.${counter}`]: before[`grpc-rate-limit.${counter}`] + 1 });
  });
});

describe('which requests a limit is about', () => {
  const refused = async (count: number, url: string, request: Partial<MeshRequest> = {}) => (await answers(call('paths', url, { count, ...request }))).limited;

  test('an exact path and a method, with any query', async () => {
    expect(await refused(2, '/login?next=/', { method: 'POST' })).toBe(0);
    expect(await refused(2, '/login', { method: 'POST' })).toBe(2);
    // By "otherwise", 4 of them.
    expect(await refused(1, '/login', { method: 'GET' })).toBe(0);
    expect(await refused(1, '/login/', { method: 'POST' })).toBe(0);
    expect(await refused(1, '/Login', { method: 'POST' })).toBe(0);
    expect(await refused(1, '/other?path=/login', { method: 'POST' })).toBe(0);
    expect(await refused(3, '/other')).toBe(3);
    // What is limited by its own limit is not counted by "otherwise", nor the other way round.
    expect(await refused(4, '/api/x?y')).toBe(1);
    expect(await refused(1, '/api')).toBe(1);
  });

  test('a path by its regex, whatever the query has', async () => {
    expect(await refused(2, '/items/1?q=x')).toBe(2); // "otherwise" is used up
    expect(await refused(2, '/items/ax')).toBe(0);
    expect(await refused(2, '/items/x?y=z')).toBe(2);
  });

  test('alternatives, which share one count', async () => {
    expect(await refused(1, '/a', { method: 'PUT' })).toBe(0);
    expect(await refused(1, '/b', { headers: { 'x-b': '' } })).toBe(0);
    expect(await refused(1, '/x', { headers: { 'x-either': 'yes' } })).toBe(0);
    expect(await refused(1, '/a', { method: 'DELETE' })).toBe(1);
    expect(await refused(1, '/b', { headers: { 'x-b': '1' } })).toBe(1);
  });

  test('a host, in any case and with any port; a query parameter', async () => {
    expect(await refused(1, '/', { headers: { host: 'other.example.com' } })).toBe(0);
    for (const host of ['other.example.com', 'OTHER.example.com', 'other.example.com:80']) {
      expect([host, await refused(1, '/', { headers: { host } })]).toEqual([host, 1]);
    }
    expect(await refused(2, '/?a=b&export=all')).toBe(1);
  });

  test('a header that is there, one with a value, and each value of one', async () => {
    const limited = async (count: number, url: string, headers: Record<string, string> = {}) => (await answers(call('headers', url, { count, headers }))).limited;
    expect(await limited(3, '/', { 'x-there': '' })).toBe(1);
    expect(await limited(3, '/', { 'X-Group': 'beta' })).toBe(1);
    expect(await limited(5, '/', { 'x-group': 'Beta' })).toBe(0);
    expect(await limited(5, '/')).toBe(0);
    expect(await limited(3, '/each', { 'x-api-key': 'anna' })).toBe(1);
    expect(await limited(3, '/each', { 'x-api-key': 'bert' })).toBe(1);
    expect(await limited(3, '/each', { 'x-api-key': '' })).toBe(1);
    expect(await limited(3, '/each')).toBe(1);
    expect(await limited(1, '/each', { 'x-api-key': 'anna' })).toBe(1);
    for (const [query, a] of [['', ''], ['?b=1', ''], ['', '1'], ['?b=1', '1'], ['?b=2', '1']]) {
      expect([query, a, await limited(2, `/pairs${query}`, a === '' ? {} : { 'x-a': a })]).toEqual([query, a, 1]);
    }
  });

  test('of more values than a proxy is to remember, the oldest is forgotten', async () => {
    const limited = async (value: string) => (await answers(call('keys', '/', { headers: { 'x-key': value } }))).limited;
    const seen: string[] = [];
    for (const value of 'aabbaccab') seen.push(`${value}${await limited(value)}`);
    expect(seen.join(' ')).toBe('a0 a1 b0 b1 a1 c0 c1 a1 b0');
  });
});

describe('who calls', () => {
  const limited = async (caller: string, count: number, url: string, headers: Record<string, string> = {}) =>
    (await answers(call('callers.shop', url, { caller, count, headers }))).limited;

  test('a caller is known by its certificate, whatever it says in headers', async () => {
    const forged = { 'x-forwarded-client-cert': 'By=spiffe://cluster.local/ns/shop/sa/callers;URI=spiffe://cluster.local/ns/shop/sa/guest' };
    expect(await limited('shop/client', 4, '/', forged)).toBe(0);
    expect(await limited('outside/client', 4, '/', forged)).toBe(0);
    expect(await limited('shop/guest', 3, '/', { 'x-forwarded-client-cert': 'URI=spiffe://cluster.local/ns/shop/sa/client' })).toBe(1);
  });

  test('each caller by itself; those without a certificate together', async () => {
    expect(await limited('shop/client', 3, '/each')).toBe(1);
    expect(await limited('outside/client', 3, '/each')).toBe(1);
    expect(await limited('shop/third', 3, '/each')).toBe(1);
    expect(await limited('shop/client', 1, '/each')).toBe(1);
  });

  test('a namespace', async () => {
    expect(await limited('shop/client', 3, '/shop')).toBe(1);
    expect(await limited('outside/client', 4, '/shop')).toBe(0);
  });

  test('an address, which a caller within the mesh can make up', async () => {
    expect(await limited('shop/client', 2, '/address')).toBe(1);
    expect(await limited('shop/client', 1, '/address', { 'x-forwarded-for': '192.0.2.1' })).toBe(0);
  });
});

describe('where', () => {
  const limited = async (service: string, port: number, count: number) =>
    (await answers({ ...call(service), url: `http://${service}:${port}/`, count })).limited;

  test('each port is counted by itself, and one that carries no HTTP is left alone', async () => {
    expect(await limited('all-ports', 80, 3)).toBe(1);
    expect(await limited('all-ports', 81, 3)).toBe(1);
    const tcp = { caller: 'shop/client', url: 'tcp://all-ports:82', count: 5, concurrency: 1 };
    expect((await mesh.request(tcp)).byStatus).toEqual({ ok: 5 });
  });

  test('only the port that is named', async () => {
    expect(await limited('one-port', 80, 5)).toBe(0);
    expect(await limited('one-port', 81, 3)).toBe(1);
  });

  test('only the pods that are meant, in the root namespace, too', async () => {
    expect(await limited('twin.shop', 80, 4)).toBe(0);
    expect(await limited('twin.istio-system', 80, 4)).toBe(2);
  });

  test('plaintext and mutual TLS, where both are accepted, are counted apart', async () => {
    expect((await answers(call('kinds.shop', '/', { caller: 'outside/client', count: 5 }))).limited).toBe(1);
    expect((await answers(call('kinds', '/', { count: 5 }))).limited).toBe(1);
  });

  test('at a gateway: each client by its address, which it cannot make up', async () => {
    const visit = (url: string, headers: Record<string, string> = {}): MeshRequest =>
      ({ caller: 'outside/client', url: `http://shop.example.com${url}`, headers, concurrency: 1, count: 1, ...PublicGateway.address });
    expect(await answers({ ...visit('/login'), count: 6 })).toEqual({ passed: 5, limited: 1 });
    expect(await answers({ ...visit('/login', { 'x-forwarded-for': '192.0.2.1' }), count: 2 })).toEqual({ passed: 0, limited: 2 });
    expect(await answers({ ...visit('/login'), caller: 'shop/client', count: 2 })).toEqual({ passed: 2, limited: 0 });
    expect(await answers({ ...visit('/'), count: 10 })).toEqual({ passed: 10, limited: 0 });
    // In front of the service behind it, too.
    expect(await answers({ ...visit('/behind', { 'x-forwarded-for': '192.0.2.2' }), count: 3 })).toEqual({ passed: 2, limited: 1 });
    expect(await answers({ ...visit('/behind'), count: 1 })).toEqual({ passed: 0, limited: 1 });
    expect(await answers({ ...visit('/behind'), caller: 'shop/client', count: 1 })).toEqual({ passed: 1, limited: 0 });
  });
});

describe('whether it is kept', () => {
  const counters = async (service: string) => {
    const stats = await mesh.envoyStats(`shop/${service}/0`, `${service}-rate-limit.http_local_rate_limit`);
    return (name: string) => stats[`${service}-rate-limit.http_local_rate_limit.${name}`];
  };

  test('in shadow, everything passes, and Envoy counts what would not', async () => {
    expect(await answers(call('shadow', '/', { count: 10 }))).toEqual({ passed: 10, limited: 0 });
    const counter = await counters('shadow');
    expect({ enabled: counter('enabled'), rate_limited: counter('rate_limited'), enforced: counter('enforced') }).toEqual({ enabled: 10, rate_limited: 8, enforced: 0 });
  });

  test('in part, some of what is too much passes', async () => {
    const { passed, limited } = await answers(call('partial', '/', { count: 201 }));
    // 200 draws with 1/2: outside of this once in a million.
    expect({ passed: passed > 65 && passed < 137, limited: limited > 64 && limited < 136 }).toEqual({ passed: true, limited: true });
    expect((await counters('partial'))('rate_limited')).toBe(200);
  });
});

describe('beside others', () => {
  test('of two RateLimits for one service, a request has to keep both', async () => {
    expect(await answers(call('doubled', '/', { count: 3 }))).toEqual({ passed: 2, limited: 1 });
    // Which of them counted the refused request is not said: of four, two or three are used up.
    const { passed } = await answers(call('doubled', '/', { method: 'POST', count: 10 }));
    expect([1, 2]).toContain(passed);
  });

  test('who is not authorized uses up nothing; the canary, timeouts and retries are as before', async () => {
    const vault = call('vault.locked', '/', { count: 5 });
    expect((await mesh.request({ ...vault, caller: 'shop/guest' })).byStatus).toEqual({ 403: 5 });
    await mesh.behave('locked/vault-v1', { delayMs: 6000, next: 1 });
    expect((await mesh.one(vault)).status).toBe(504);
    await mesh.behave('locked/vault-v1', { healthy: true });
    await mesh.behave('locked/vault-v1', { status: 503, next: 1 });
    // The second try counts, too.
    expect(await mesh.one(vault)).toMatchObject({ status: 200, version: 'v1' });
    expect(await answers(vault)).toEqual({ passed: 0, limited: 5 });
    expect((await mesh.request({ ...vault, headers: { 'x-canary': 'yes' } }))).toMatchObject({ byStatus: { 200: 3, 429: 2 }, byVersion: { v2: 3 } });
  });
});
