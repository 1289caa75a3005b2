import { App, Chart } from 'cdk8s';
import { GatewayRoutes, HttpMatch, PathMatch } from 'cdk8s-istio';
import { Application, namespace } from './application';
import { binomialBounds } from './binomial';
import { MeshReport, MeshRequest } from './mesh-protocol';
import { withMesh } from './with-mesh';
import { BookinfoChart, HOST } from '../examples/bookinfo/bookinfo';
import { IngressChart } from '../examples/bookinfo/ingress';

const WORKLOADS = ['productpage-v1', 'details-v1', 'reviews-v1', 'reviews-v2', 'reviews-v3', 'ratings-v1'];
/** For each service, a request that its callers are allowed to send. */
const PATHS: Record<string, string> = { productpage: '/productpage', details: '/details/0', reviews: '/reviews/0', ratings: '/ratings/0' };
const CALL_GRAPH = [
  'productpage-v1 → details', 'productpage-v1 → reviews', 'reviews-v2 → ratings', 'reviews-v3 → ratings',
];
const PAIRS = WORKLOADS.flatMap((caller) => Object.keys(PATHS).map((service): [caller: string, service: string] => [caller, service]));
const OUTSIDER = 'outside/client';
const GATEWAY = { caller: OUTSIDER, via: 'svc:istio-ingress/ingress', viaPort: 80 };
const internalHost = (service: string) => `${service}.internal.example.com`;
/** What only these tests call, for questions about methods that Bookinfo itself never sends. */
const PROBE = '/probe';

/** Bookinfo as it is, with what the questions need beside it: a caller outside the mesh, and more hosts at the gateway. */
function manifests(): string {
  const app = new App();
  const ingress = new IngressChart(app, 'ingress', [HOST, ...Object.keys(PATHS).map(internalHost)]);
  const chart = new BookinfoChart(app, 'bookinfo', ingress);
  for (const [name, service] of Object.entries({ details: chart.details, reviews: chart.reviews, ratings: chart.ratings })) {
    new GatewayRoutes(chart, `${name}-at-the-gateway`, { gateway: ingress.gateway, hosts: [internalHost(name)] }).addRoute(HttpMatch.any(), service);
  }
  chart.zeroTrust.allow({ caller: ingress.workload, target: chart.reviews, methods: ['GET'] });
  chart.zeroTrust.allow({ caller: chart.productpage, target: chart.ratings, methods: ['GET', 'POST'], paths: [PathMatch.exact(PROBE)] });

  const outside = new Chart(app, 'outside', { namespace: 'outside' });
  namespace(outside, 'outside', false);
  new Application(outside, 'client');
  return app.synthYaml();
}

const mesh = withMesh(manifests);

/** One request inside Bookinfo's namespace. */
function call(caller: string, service: string, request: Partial<MeshRequest> = {}): MeshRequest {
  return { caller: `bookinfo/${caller}`, url: `http://${service}:9080${PATHS[service]}`, ...request };
}

describe('the call graph', () => {
  test('every allowed call answers 200', async () => {
    for (const [caller, service] of PAIRS.filter(([from, to]) => CALL_GRAPH.includes(`${from} → ${to}`))) {
      expect([caller, service, await mesh.outcome(call(caller, service))]).toEqual([caller, service, 200]);
    }
  });

  test('every other pair of workloads is refused with 403', async () => {
    const others = PAIRS.filter(([caller, service]) => !CALL_GRAPH.includes(`${caller} → ${service}`));
    expect(others).toHaveLength(WORKLOADS.length * Object.keys(PATHS).length - CALL_GRAPH.length);
    for (const [caller, service] of others) {
      expect([caller, service, await mesh.outcome(call(caller, service))]).toEqual([caller, service, 403]);
    }
    expect((await mesh.received('bookinfo/ratings-v1')).total).toBe(0);
  });

  test('an allowed caller is refused with 403 for another method and for another path', async () => {
    for (const [caller, service] of PAIRS.filter(([from, to]) => CALL_GRAPH.includes(`${from} → ${to}`))) {
      expect(await mesh.outcome(call(caller, service, { method: 'POST' }))).toBe(403);
      expect(await mesh.outcome(call(caller, service, { url: `http://${service}:9080/admin` }))).toBe(403);
      expect(await mesh.outcome(call(caller, service, { url: `http://${service}:9080${PATHS[service].slice(0, -2)}` }))).toBe(403);
    }
  });

  test('plaintext from a pod outside the mesh is cut off at every service and at every pod', async () => {
    for (const service of Object.keys(PATHS)) {
      expect([service, await mesh.outcome({ caller: OUTSIDER, url: `http://${service}.bookinfo:9080${PATHS[service]}` })]).toEqual([service, 'reset']);
    }
    const pods = mesh.pods.filter((pod) => pod.namespace === 'bookinfo');
    expect(pods).toHaveLength(8);
    for (const { id, labels } of pods) {
      expect([id, await mesh.outcome({ caller: OUTSIDER, url: `http://${labels.app}.bookinfo:9080${PATHS[labels.app]}`, via: id, viaPort: 9080 })]).toEqual([id, 'reset']);
    }
    for (const workload of WORKLOADS) expect((await mesh.received(`bookinfo/${workload}`)).total).toBe(0);
  });

  test('no workload calls a host that is not named', async () => {
    for (const workload of WORKLOADS) {
      expect([workload, await mesh.outcome({ caller: `bookinfo/${workload}`, url: 'http://example.com:9080/' })]).toEqual([workload, 502]);
      expect([workload, await mesh.outcome({ caller: `bookinfo/${workload}`, url: 'http://example.com/' })]).toEqual([workload, 'reset']);
    }
  });
});

describe('the gateway', () => {
  test.each([
    ['GET', '/productpage', 200], ['GET', '/productpage?u=normal', 200], ['GET', '/static/tailwind.css', 200], ['GET', '/api/v1/products', 200],
    ['GET', '/api/v1/products/0/ratings', 200], ['GET', '/logout', 200], ['POST', '/login', 200],
    ['POST', '/productpage', 403], ['GET', '/login', 403], ['DELETE', '/api/v1/products/0', 403],
    ['GET', '/', 404], ['GET', '/productpages', 404], ['GET', '/health', 404],
  ])('answers %s %s with %d', async (method, path, status) => {
    expect(await mesh.outcome({ ...GATEWAY, method, url: `http://${HOST}${path}` })).toBe(status);
  });

  test('answers an unknown host with 404', async () => {
    expect(await mesh.outcome({ ...GATEWAY, url: 'http://other.example.com/productpage' })).toBe(404);
  });

  test.each(['details', 'ratings'])('is refused with 403 where it leads to %s, which did not allow it', async (service) => {
    expect(await mesh.outcome({ ...GATEWAY, url: `http://${internalHost(service)}${PATHS[service]}` })).toBe(403);
  });
});

describe.each<[where: string, request: MeshRequest]>([
  ['inside the mesh', call('productpage-v1', 'reviews')],
  ['through the gateway', { ...GATEWAY, url: `http://${internalHost('reviews')}${PATHS.reviews}` }],
])('the canary %s', (where, request) => {
  test('gets a tenth of 2,000 requests, within a 99.9 % bound', async () => {
    const { least, most } = binomialBounds(2000, 0.1, 0.999);
    const isWithin = ({ byVersion }: MeshReport) => byVersion.v2 >= least && byVersion.v2 <= most;
    let report = await mesh.request({ ...request, count: 2000, results: 'none' });
    // One sample in a thousand is outside by chance; two in a row are not.
    if (!isWithin(report)) report = await mesh.request({ ...request, count: 2000, results: 'none' });
    console.log(`${where}: ${JSON.stringify(report.byVersion)}, expected ${least} to ${most} of v2`);
    expect(report.byStatus).toEqual({ 200: 2000 });
    expect(report.byVersion.v1 + report.byVersion.v2).toBe(2000);
    expect(isWithin(report)).toBe(true);
  });

  test('gets every request with the header, and only with its very value', async () => {
    const testers = await mesh.request({ ...request, headers: { 'x-canary': 'true' }, count: 200, results: 'none' });
    expect(testers.byVersion).toEqual({ v2: 200 });
    const others = await mesh.request({ ...request, headers: { 'x-canary': 'false' }, count: 200, results: 'none' });
    expect(others.byVersion.v1).toBeGreaterThan(100);
  });
});

describe('the resilience of ratings', () => {
  test('a GET is tried three times, a POST once, counted at the application', async () => {
    await mesh.behave('bookinfo/ratings-v1', { status: 503 });
    const probe = call('productpage-v1', 'ratings', { url: `http://ratings:9080${PROBE}` });
    expect(await mesh.outcome({ ...probe, method: 'GET' })).toBe(503);
    expect(await mesh.outcome({ ...probe, method: 'POST' })).toBe(503);
    const { pods } = await mesh.received('bookinfo/ratings-v1');
    const tries = (key: string) => Object.values(pods).reduce((sum, pod) => sum + (pod.byMethodPath[key] ?? 0), 0);
    expect({ GET: tries(`GET ${PROBE}`), POST: tries(`POST ${PROBE}`) }).toEqual({ GET: 3, POST: 1 });
  });

  test('one failing pod of three is ejected, counted at the pods', async () => {
    const failing = 'bookinfo/ratings-v1/0';
    await mesh.behave(failing, { status: 500 });
    const send = async (count: number) => mesh.request(call('reviews-v3', 'ratings', { count, concurrency: 1, results: 'none' }));
    const arrived = async () => (await mesh.received('bookinfo/ratings-v1')).pods;
    let before = -1;
    for (let batch = 0; batch < 20 && before !== (await arrived())[failing].total; batch++) {
      before = (await arrived())[failing].total;
      await send(30);
    }
    const failures = (await arrived())[failing].total;
    expect(failures).toBeGreaterThanOrEqual(3);
    const { byStatus } = await send(90);
    expect(byStatus).toEqual({ 200: 90 });
    const after = await arrived();
    expect(after[failing].total).toBe(failures);
    expect(after['bookinfo/ratings-v1/1'].total).toBeGreaterThan(0);
    expect(after['bookinfo/ratings-v1/2'].total).toBeGreaterThan(0);
  });
});
