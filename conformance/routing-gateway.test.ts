import { App, Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, DirectResponse, GatewayRoutes, HttpMatch, HttpRoute, PathRewrite, Redirect, RedirectCode, RequestTimeout, ResilientService, Retries,
  RouteAction, StringMatch,
} from 'cdk8s-istio';
import { Application, namespace } from './application';
import { MeshRequest, MeshResult } from './mesh-protocol';
import { PublicGateway } from './public-gateway';
import { ApiServer } from './verdict';
import { Versions } from './versions';
import { withMesh } from './with-mesh';

const HOST = 'shop.example.com';
const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];
const { exact, prefix, present } = StringMatch;
const below = (path: string) => HttpMatch.path(prefix(path));
const at = (path: string) => HttpMatch.path(exact(path));

/** Two gateways for one host, and everything that a route of a gateway can say. */
function manifests(): string {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  namespace(chart, 'shop');
  namespace(chart, 'outside', false);
  const { gateway, internal } = new PublicGateway(chart, 'ingress');
  new Application(new Chart(app, 'outside', { namespace: 'outside' }), 'client');
  const service = (name: string) => new Application(chart, name, { ports: HTTP }).mesh();
  const web = service('web');
  const admin = service('admin');
  const api = new Versions(chart, 'api');

  const plain = api.service('plain');
  // What the service's own constructs say of it, on the mesh and here.
  const own = api.service('own');
  new CanaryRollout(chart, 'canary', {
    service: own, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 0, alwaysCanary: HttpMatch.header('x-canary', exact('true')),
  });
  new ResilientService(chart, 'resilience', { service: own, timeout: RequestTimeout.after(Duration.millis(700)), retries: Retries.upTo(2) });
  new HttpRoute(chart, 'meshed', { service: own, match: HttpMatch.sourceNamespace('ingress'), requestHeaders: { set: { 'x-namespace': 'ingress' } } });
  new HttpRoute(chart, 'reports', { service: own, match: HttpMatch.pathSegments('/reports'), requestHeaders: { set: { 'x-reports': '1' } } });
  new HttpRoute(chart, 'labelled', { service: own, match: HttpMatch.sourceLabels({ istio: 'ingress' }), action: RouteAction.toSubset('v2') });

  new GatewayRoutes(chart, 'routes', { gateways: [gateway, internal], hosts: [HOST] })
    .addRoute(HttpMatch.any(), web)
    .addRoute(HttpMatch.gateway(internal), admin)
    .addRoute(below('/api/'), plain, { rewrite: PathRewrite.prefix('/v2/').withAuthority('api.internal') })
    .addRoute(HttpMatch.pathSegments('/own'), own, { rewrite: PathRewrite.prefix('/') })
    .addRoute(below('/own/slow/'), own, { timeout: RequestTimeout.after(Duration.seconds(5)), retries: Retries.none() })
    .addRoute(below('/headers/'), plain, { requestHeaders: { set: { 'x-from': 'outside' }, remove: ['x-secret'] }, responseHeaders: { set: { 'x-by': 'gateway' } } })
    .addRoute(below('/cors/'), plain, { cors: { allowOrigins: [exact('https://docs.example.com')], allowMethods: ['PUT'] } })
    .addRoute(below('/retried/'), plain, { retries: Retries.upTo(3) })
    .addRoute(below('/open/').butNot(below('/open/closed/')), plain)
    .addRoute(HttpMatch.header('x-urgent', present()), admin, { priority: 1 })
    .addRedirect(at('/old'), Redirect.to({ path: '/new', code: RedirectCode.FOUND }))
    .addRedirect(HttpMatch.allOf(HttpMatch.scheme('http'), below('/secure/')), Redirect.toHttps())
    .addResponse(below('/gone/'), DirectResponse.json(410, { gone: true }), { responseHeaders: { set: { 'x-by': 'gateway' } } });
  new GatewayRoutes(chart, 'few', { gateway, hosts: ['few.example.com'] }).addRoute(below('/open/').butNot(below('/open/closed/')), web);
  return app.synthYaml();
}

const mesh = withMesh(manifests);

test('every object is taken by the API server and by istiod without a word', async () => {
  const apiServer = new ApiServer();
  expect(await apiServer.complaints(manifests())).toEqual([]);
  await apiServer.end();
});

/** A request of somebody outside the mesh. */
async function visit(path: string, request: Partial<MeshRequest> & { host?: string } = {}): Promise<MeshResult> {
  const { host = HOST, ...rest } = request;
  return mesh.one({ caller: 'outside/client', url: `http://${host}${path}`, ...PublicGateway.address, ...rest });
}

async function led(path: string, request: Partial<MeshRequest> & { host?: string } = {}): Promise<number | string | undefined> {
  const { status, workload } = await visit(path, request);
  return status === 200 ? workload?.replace('shop/', '') : status;
}

const bothVersions = async (behaviour: object) => Promise.all(['v1', 'v2'].map(async (version) => mesh.behave(`shop/api-${version}`, behaviour)));
const received = async () => (await Promise.all(['v1', 'v2'].map(async (version) => (await mesh.received(`shop/api-${version}`)).total))).reduce((a, b) => a + b);

test('a route for one of the gateways is tried before one for both, at that gateway alone', async () => {
  expect(await led('/')).toBe('web');
  expect(await led('/', PublicGateway.internalAddress)).toBe('admin');
  expect(await led('/old', PublicGateway.internalAddress)).toBe(302);
});

test('a route of higher priority comes before more specific ones', async () => {
  const urgent = { headers: { 'x-urgent': '1' } };
  expect([await led('/own/x', urgent), await led('/old', urgent), await led('/x', urgent)]).toEqual(['admin', 'admin', 'admin']);
});

test('the path and the host are rewritten', async () => {
  expect((await visit('/api/x?q=1')).seen).toMatchObject({ path: '/v2/x?q=1', host: 'api.internal' });
  expect((await visit('/own')).seen).toMatchObject({ path: '/', host: HOST });
  expect((await visit('/own/x/y')).seen).toMatchObject({ path: '/x/y', host: HOST });
  expect(await led('/ownx')).toBe('web');
});

test('a canary holds behind a rewrite', async () => {
  const version = async (headers = {}) => (await mesh.request({ caller: 'outside/client', url: `http://${HOST}/own/x`, ...PublicGateway.address, headers, count: 20 })).byVersion;
  expect(await version()).toEqual({ v1: 20 });
  expect(await version({ 'x-canary': 'true' })).toEqual({ v2: 20 });
});

test('a rule of the service by path is asked for the path that is rewritten', async () => {
  const seen = async (path: string) => {
    const { seen: arrived } = await visit(path);
    return [arrived?.path, arrived?.headers['x-reports']];
  };
  expect(await seen('/own/reports')).toEqual(['/reports', '1']);
  expect(await seen('/own/reports/2026')).toEqual(['/reports/2026', '1']);
  expect(await seen('/own/reportsx')).toEqual(['/reportsx', undefined]);
  expect(await seen('/own/x')).toEqual(['/x', undefined]);
});

test('a rule of the service for callers of the mesh is none at a gateway, although the gateway is a pod with labels', async () => {
  const { version, seen } = await visit('/own/x');
  expect([version, seen?.headers['x-namespace']]).toEqual(['v1', undefined]);
});

test('headers are changed on the way in and out', async () => {
  const { seen, headers } = await visit('/headers/', { headers: { 'x-secret': '1', 'x-from': 'inside' } });
  expect([seen?.headers['x-from'], seen?.headers['x-secret'], headers?.['x-by']]).toEqual(['outside', undefined, 'gateway']);
});

test('a preflight request is answered by the gateway', async () => {
  const { status, headers, seen } = await visit('/cors/', { method: 'OPTIONS', headers: { 'origin': 'https://docs.example.com', 'access-control-request-method': 'PUT' } });
  expect([status, headers?.['access-control-allow-methods'], seen]).toEqual([200, 'PUT', undefined]);
});

test('a route\'s own timeout holds instead of the service\'s', async () => {
  await bothVersions({ delayMs: 1500 });
  expect((await visit('/own/x')).status).toBe(504);
  expect((await visit('/own/slow/x')).status).toBe(200);
  expect((await visit('/api/x')).status).toBe(200);
});

test.each([['/own/x', 'GET', 3], ['/own/slow/x', 'GET', 1], ['/retried/x', 'GET', 4], ['/retried/x', 'POST', 1], ['/api/x', 'GET', 1]])(
  'a route\'s own retries hold instead of the service\'s: %s is tried by %s %s times', async (path, method, tries) => {
    await bothVersions({ status: 503 });
    expect((await visit(path, { method })).status).toBe(503);
    expect(await received()).toBe(tries);
  });

test('an exception is led where other routes lead it, and is not found where there is none', async () => {
  expect([await led('/open/x'), await led('/open/closed/x')]).toEqual(['api-v1', 'web'].map((one) => (one === 'web' ? one : expect.stringMatching(/^api-v[12]$/))));
  const few = { host: 'few.example.com' };
  expect([await led('/open/x', few), await led('/open/closed/x', few), await led('/other', few)]).toEqual(['web', 404, 404]);
});

test('the gateway answers by itself', async () => {
  const moved = await visit('/old?x=1');
  expect([moved.status, moved.headers?.location]).toEqual([302, `http://${HOST}/new?x=1`]);
  const secure = await visit('/secure/a?x=1', { method: 'POST' });
  expect([secure.status, secure.headers?.location]).toEqual([301, `https://${HOST}/secure/a?x=1`]);
  const gone = await visit('/gone/x');
  expect([gone.status, gone.body, gone.headers?.['content-type'], gone.headers?.['x-by']]).toEqual([410, '{"gone":true}', 'application/json', 'gateway']);
});
