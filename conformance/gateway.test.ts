import { Duration } from 'cdk8s';
import { CanaryRollout, GatewayRoutes, HttpMatch, RequestTimeout, ResilientService, Retries, StringMatch } from 'cdk8s-istio';
import { Application } from './application';
import { Behaviour, MeshRequest } from './mesh-protocol';
import { PublicShop } from './public-shop';
import { withMesh } from './with-mesh';

const HOST = 'shop.example.com';
const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];

/** One public host in front of services with a canary, timeouts and retries. */
function manifests(): string {
  const { app, chart, gateway } = new PublicShop();

  const reviews = new Application(chart, 'reviews', { ports: HTTP, versions: ['v1', 'v2'] }).mesh();
  new ResilientService(chart, 'reviews-resilience', {
    service: reviews, timeout: RequestTimeout.after(Duration.seconds(1)), retries: Retries.upTo(2),
  });
  new CanaryRollout(chart, 'canary', {
    service: reviews,
    stable: { version: 'v1' },
    canary: { version: 'v2' },
    weight: 0,
    alwaysCanary: HttpMatch.cookie('group', StringMatch.exact('testers')),
  });
  const ports = new Application(chart, 'ports', { ports: [{ name: 'http-a', port: 9000 }, { name: 'http-b', port: 9001 }] }).mesh();
  new ResilientService(chart, 'ports-resilience', {
    service: ports, timeout: RequestTimeout.after(Duration.millis(500)), ports: [{ port: 9001, timeout: RequestTimeout.none() }],
  });
  const plain = new Application(chart, 'plain', { ports: HTTP }).mesh();

  // In an order that is not that of the matches.
  new GatewayRoutes(chart, 'routes', { gateway, hosts: [HOST, '*.shop.example.com'] })
    .addRoute(HttpMatch.any(), plain)
    .addRoute(HttpMatch.path(StringMatch.prefix('/reviews')), reviews)
    .addRoute(HttpMatch.path(StringMatch.prefix('/reviews/plain')), plain)
    .addRoute(HttpMatch.path(StringMatch.exact('/reviews/exact')), plain)
    .addRoute(HttpMatch.path(StringMatch.prefix('/a/')), ports, { port: 9000 })
    .addRoute(HttpMatch.path(StringMatch.prefix('/b/')), ports, { port: 9001 });
  return app.synthYaml();
}

const mesh = withMesh(manifests);

/** A request of somebody outside the mesh, to the gateway. */
function visit(path: string, request: Partial<MeshRequest> = {}): MeshRequest {
  return PublicShop.visit(`http://${HOST}${path}`, request);
}

async function ask(workload: string, behaviour: Behaviour, request: MeshRequest) {
  await mesh.behave(`shop/${workload}`, behaviour);
  const outcome = await mesh.outcome(request);
  return { outcome, tries: (await mesh.received(`shop/${workload}`)).total };
}

test.each([
  ['/', 'shop/plain'], ['/other', 'shop/plain'], ['/reviews', 'shop/reviews-v1'], ['/reviews/0', 'shop/reviews-v1'], ['/reviewsx', 'shop/reviews-v1'],
  ['/reviews/plain/0', 'shop/plain'], ['/reviews/exact', 'shop/plain'], ['/reviews/exact/0', 'shop/reviews-v1'], ['/a/', 'shop/ports'], ['/b/', 'shop/ports'],
])('%s is led to %s, by the most specific route', async (path, workload) => {
  const { byStatus, byWorkload } = await mesh.request(visit(path, { count: 10 }));
  expect({ byStatus, byWorkload }).toEqual({ byStatus: { 200: 10 }, byWorkload: { [workload]: 10 } });
});

test('every host that was named is answered, with any port in its Host header, and no other', async () => {
  for (const host of [HOST, `${HOST}:8080`, `www.${HOST}`, `${HOST.toUpperCase()}`]) {
    expect([host, await mesh.outcome(visit('/', { headers: { host } }))]).toEqual([host, 200]);
  }
  for (const host of ['example.com', 'myshop.example.com', '10.0.0.1']) {
    expect([host, await mesh.outcome(visit('/', { headers: { host } }))]).toEqual([host, 404]);
  }
});

test('the canary gets the requests with its cookie', async () => {
  expect((await mesh.request(visit('/reviews', { headers: { cookie: 'a=b; group=testers' }, count: 30 }))).byVersion).toEqual({ v2: 30 });
  expect((await mesh.request(visit('/reviews', { headers: { cookie: 'group=others' }, count: 30 }))).byVersion).toEqual({ v1: 30 });
});

test('retries hold: a GET is tried three times, a POST once', async () => {
  expect(await ask('reviews-v1', { status: 503 }, visit('/reviews'))).toEqual({ outcome: 503, tries: 3 });
  await mesh.reset();
  expect(await ask('reviews-v1', { status: 503 }, visit('/reviews', { method: 'POST' }))).toEqual({ outcome: 503, tries: 1 });
});

test('the timeout holds, and that of one port for the route to that port', async () => {
  expect(await ask('reviews-v1', { delayMs: 2500 }, visit('/reviews'))).toEqual({ outcome: 504, tries: 1 });
  await mesh.behave('shop/ports', { delayMs: 1500 });
  expect(await mesh.outcome(visit('/a/'))).toBe(504);
  expect(await mesh.outcome(visit('/b/'))).toBe(200);
});

test('a WebSocket lives on after the timeout', async () => {
  const { status, error, websocket } = await mesh.one(visit('/reviews', { url: `ws://${HOST}/reviews`, websocket: { holdMs: 2500, messages: 5 } }));
  expect({ status, error, echoed: websocket?.echoed, closedBy: websocket?.closedBy }).toEqual({ status: 101, error: undefined, echoed: 5, closedBy: 'client' });
});
