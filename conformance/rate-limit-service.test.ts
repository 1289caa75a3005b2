import { App, Chart, Duration } from 'cdk8s';
import {
  GatewayRoutes, HttpMatch, MeshWorkload, RateLimit, RateLimitDomain, RateLimitEnforcement, RateLimitEngine, RateLimitFailureMode, RateLimitKey,
  RateLimitProps, StringMatch, ZeroTrustNamespace,
} from 'cdk8s-istio';
import { Application, namespace } from './application';
import { Mesh } from './mesh';
import { MeshRequest } from './mesh-protocol';
import { PublicGateway } from './public-gateway';
import { RateLimitService } from './rate-limit-service';

const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];
const POD = 'limits/ratelimit/0';
const PORT = 8081;
const day = Duration.days(1);
const path = (text: string) => HttpMatch.path(StringMatch.exact(text));

/** Services of two namespaces, all counted by one rate limit service in a third. */
function manifests(): { yaml: string; files: Record<string, string> } {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  namespace(chart, 'shop');
  namespace(chart, 'limits');
  namespace(chart, 'outside', false);
  const client = new Application(chart, 'client').workload();
  const guest = new Application(chart, 'guest').workload();
  new Application(new Chart(app, 'outside', { namespace: 'outside' }), 'client');
  const ratelimit = new Application(new Chart(app, 'limits', { namespace: 'limits' }), 'ratelimit', { ports: [{ name: 'grpc', port: PORT }, { name: 'http', port: 8080 }] }).mesh();
  const domain = new RateLimitDomain(chart, 'domain', { domain: 'shop', service: ratelimit });
  const engine = RateLimitEngine.shared(domain, { timeout: Duration.seconds(1) });
  const limited = (name: string, props: Partial<RateLimitProps> & Pick<RateLimitProps, 'limits'>, replicas = 1) =>
    new RateLimit(chart, `${name}-limit`, { target: new Application(chart, name, { ports: HTTP, replicas }).mesh(), engine, ...props });

  limited('customers', { limits: [{ name: 'customers', per: [RateLimitKey.header('x-api-key')], requests: 5, window: day }] }, 2);
  limited('paths', {
    limits: [
      { name: 'login', match: path('/login').and(HttpMatch.methods('POST')), requests: 2, window: day },
      { name: 'either', match: HttpMatch.anyOf(path('/a').and(HttpMatch.methods('PUT')), path('/b')), requests: 2, window: day },
      { name: 'guest', callers: [guest], requests: 3, window: day },
      { name: 'each', match: path('/each'), per: [RateLimitKey.caller()], requests: 2, window: day },
    ],
    otherwise: { requests: 4, window: day },
    rateLimitHeaders: true,
    responseHeaders: { 'x-limited-by': 'the shop' },
  });
  limited('shadow', { limits: [{ requests: 2, window: day }], enforcement: RateLimitEnforcement.shadow() });
  limited('strict', { limits: [{ requests: 2, window: day }], engine: RateLimitEngine.shared(domain, { timeout: Duration.seconds(1), failureMode: RateLimitFailureMode.DENY }) });
  const guarded = new Application(chart, 'guarded', { ports: HTTP }).mesh();
  new RateLimit(chart, 'guarded-shared', { target: guarded, engine, limits: [{ requests: 5, window: day }] });
  new RateLimit(chart, 'guarded-local', { target: guarded, metadata: { name: 'guarded-local' }, limits: [{ requests: 2, window: day }] });

  const { gateway } = new PublicGateway(chart, 'ingress');
  new GatewayRoutes(chart, 'routes', { gateway, hosts: ['shop.example.com'] }).addRoute(HttpMatch.any(), new Application(chart, 'behind', { ports: HTTP }).mesh());
  new RateLimit(chart, 'logins', {
    gateway: MeshWorkload.fromLabels(chart, 'ingress-pods', { name: 'ingress', namespace: 'ingress', labels: { istio: 'ingress' } }),
    engine,
    limits: [{ name: 'logins', match: path('/login'), per: [RateLimitKey.clientIp()], requests: 5, window: day }],
  });

  // What may call only what it says has to say so of the rate limit service, too.
  const locked = new Chart(app, 'locked', { namespace: 'locked' });
  const zeroTrust = new ZeroTrustNamespace(locked, 'zero-trust', { namespace: 'locked' });
  const vault = new Application(locked, 'vault', { ports: HTTP }).mesh();
  zeroTrust.allow({ caller: client, target: vault });
  zeroTrust.allowEgress(ratelimit);
  new RateLimit(locked, 'vault-limit', { target: vault, engine, limits: [{ requests: 2, window: day }] });
  // A domain that the rate limit service has no file of.
  const unknown = new RateLimitDomain(chart, 'unknown-domain', { domain: 'unknown', service: ratelimit });
  limited('unknown', { limits: [{ requests: 1, window: day }], engine: RateLimitEngine.shared(unknown) });
  return { yaml: app.synthYaml(), files: domain.configMap.toJson().data };
}

let mesh: Mesh;
let service: RateLimitService;
const { yaml, files } = manifests();
beforeAll(async () => {
  mesh = await Mesh.up(yaml);
});
afterAll(async () => {
  await service?.end();
  await mesh?.down();
});

function call(host: string, url: string = '/', request: Partial<MeshRequest> = {}): MeshRequest {
  return { caller: 'shop/client', url: `http://${host}${url}`, count: 1, concurrency: 1, results: 'none', ...request };
}

async function answers(request: MeshRequest): Promise<Record<string, number>> {
  return (await mesh.request(request)).byStatus;
}

test('while the rate limit service does not answer, requests pass; where it is said, they are refused', async () => {
  await mesh.behave(POD, { refuse: true, port: PORT });
  expect(await answers(call('shadow', '/', { count: 3 }))).toEqual({ 200: 3 });
  expect(await answers(call('strict', '/', { count: 3 }))).toEqual({ 500: 3 });
});

describe('with Envoy\'s own rate limit service, which reads our ConfigMap', () => {
  beforeAll(async () => {
    service = await RateLimitService.start(mesh, POD, PORT, files);
  });

  test('all pods share one limit, for each value of a header', async () => {
    const each: Record<string, string>[] = [{ 'x-api-key': 'anna' }, { 'x-api-key': 'bert' }, {}];
    for (const headers of each) {
      expect([headers, await answers(call('customers', '/', { headers, count: 30 }))]).toEqual([headers, { 200: 5, 429: 25 }]);
    }
    expect(Object.keys((await mesh.received('shop/customers')).pods)).toHaveLength(2);
  });

  test('by path, method, alternatives and caller; the rest by "otherwise"', async () => {
    expect(await answers(call('paths', '/login?x', { method: 'POST', count: 3 }))).toEqual({ 200: 2, 429: 1 });
    expect(await answers(call('paths', '/a', { method: 'PUT' }))).toEqual({ 200: 1 });
    expect(await answers(call('paths', '/b', { count: 2 }))).toEqual({ 200: 1, 429: 1 });
    expect(await answers(call('paths', '/each', { count: 3 }))).toEqual({ 200: 2, 429: 1 });
    expect(await answers(call('paths', '/each', { caller: 'outside/client', url: 'http://paths.shop/each', count: 3 }))).toEqual({ 200: 2, 429: 1 });
    expect(await answers(call('paths', '/x', { count: 5 }))).toEqual({ 200: 4, 429: 1 });
    expect(await answers(call('paths', '/x', { caller: 'shop/guest', count: 4 }))).toEqual({ 200: 3, 429: 1 });
  });

  test('says what is left, and who refused', async () => {
    const { results } = await mesh.request(call('paths', '/x', { results: 'all' }));
    expect(results[0].body ?? '').toBe('');
    expect(results[0].headers).toMatchObject({ 'x-ratelimit-remaining': '0', 'x-limited-by': 'the shop', 'x-envoy-ratelimited': 'true' });
  });

  test('in shadow, everything passes and is counted', async () => {
    const counters = async () => Object.fromEntries(Object.entries(await mesh.envoyStats('shop/shadow/0', 'ratelimit.shadow-rate-limit'))
      .map(([name, value]) => [name.replace(/.*\./, ''), value]));
    const before = await counters();
    expect(await answers(call('shadow', '/', { count: 6 }))).toEqual({ 200: 6 });
    const after = await counters();
    expect(before.failure_mode_allowed).toBe(3);
    expect({ ok: (after.ok ?? 0) - (before.ok ?? 0), over_limit: after.over_limit }).toEqual({ ok: 2, over_limit: 4 });
  });

  test('beside a limit of each proxy for itself, a request has to keep both', async () => {
    expect(await answers(call('guarded', '/', { count: 4 }))).toEqual({ 200: 2, 429: 2 });
    // What is refused without asking is not asked.
    expect(Object.values(await mesh.envoyStats('shop/guarded/0', 'ratelimit.guarded-rate-limit.(ok|over_limit)'))).toEqual([2]);
  });

  test('at a gateway, for each client by its address', async () => {
    const login: MeshRequest = { ...call('shop.example.com', '/login'), ...PublicGateway.address, caller: 'outside/client' };
    expect(await answers({ ...login, count: 7 })).toEqual({ 200: 5, 429: 2 });
    expect(await answers({ ...login, headers: { 'x-forwarded-for': '192.0.2.1' } })).toEqual({ 429: 1 });
    expect(await answers({ ...login, caller: 'shop/client' })).toEqual({ 200: 1 });
  });

  test('from a namespace that may call nothing else', async () => {
    expect(await answers(call('vault.locked', '/', { count: 4 }))).toEqual({ 200: 2, 429: 2 });
  });

  test('of a domain that it has no file of, nothing is limited', async () => {
    expect(await answers(call('unknown', '/', { count: 4 }))).toEqual({ 200: 4 });
  });
});
