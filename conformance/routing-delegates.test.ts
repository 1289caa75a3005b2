import { App, Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, DelegatedRoutes, DelegatedRoutesProps, DirectResponse, GatewayRoutes, HttpMatch, HttpRoute, Redirect, RequestTimeout,
  ResilientService, RouteAction, StringMatch, SynthCheck,
} from 'cdk8s-istio';
import { Application, namespace } from './application';
import { MeshRequest, MeshResult } from './mesh-protocol';
import { PublicGateway } from './public-gateway';
import { ApiServer } from './verdict';
import { withMesh } from './with-mesh';

const HOST = 'shop.example.com';
const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];
/** Not the port that is called: a destination has to say it. */
const OTHER = [{ name: 'http', port: 9000 }, { name: 'http-admin', port: 9001 }];
const { exact, prefix, regex } = StringMatch;
const below = (path: string) => HttpMatch.path(prefix(path));

/** The team `shop` owns the hosts, the team `data` what stands below `/api/`. */
function teams() {
  const app = new App();
  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  const data = new Chart(app, 'data', { namespace: 'data' });
  namespace(shop, 'shop');
  namespace(data, 'data');
  namespace(shop, 'outside', false);
  new Application(shop, 'client');
  new Application(new Chart(app, 'outside', { namespace: 'outside' }), 'client');
  const { gateway } = new PublicGateway(shop, 'ingress');
  const front = new Application(shop, 'front', { ports: HTTP }).mesh();
  const api = (name: string, versions?: string[]) => new Application(data, name, { ports: OTHER, versions }).mesh();
  const child = (name: string, props: Partial<DelegatedRoutesProps> = {}) => new DelegatedRoutes(data, name, { name, ...props });
  return { app, shop, data, gateway, front, api, child };
}

function manifests(): string {
  const { app, shop, data, gateway, front, api, child } = teams();
  const routes = child('api', { within: below('/api/'), exportTo: ['shop'] });
  new HttpRoute(shop, 'to-data', {
    service: front, match: below('/api/'), action: RouteAction.delegateTo(routes.reference), requestHeaders: { set: { 'x-root': '1' } }, timeout: RequestTimeout.after(Duration.millis(700)),
  });
  new GatewayRoutes(shop, 'public', { gateway, hosts: [HOST] })
    .addDelegate(below('/api/'), routes.reference, { requestHeaders: { set: { 'x-root': 'gateway' } }, timeout: RequestTimeout.after(Duration.millis(700)) })
    .addRoute(HttpMatch.path(exact('/')), front);

  const users = api('users', ['v1', 'v2']);
  new CanaryRollout(data, 'canary', {
    service: users, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 0, alwaysCanary: HttpMatch.header('x-canary', exact('true')),
  });
  const slow = api('slow');
  new ResilientService(data, 'slow-resilience', { service: slow, timeout: RequestTimeout.after(Duration.seconds(5)), ports: [{ port: 9001, timeout: RequestTimeout.after(Duration.seconds(6)) }] });
  routes
    .addRoute(below('/api/users/'), users, { port: 9000 })
    .addRoute(below('/api/slow/'), slow, { port: 9000 })
    .addRoute(below('/api/users/named/'), slow, { port: 9001, requestHeaders: { set: { 'x-child': '1' } } })
    .addRoute(below('/api/single/'), new Application(data, 'single', { ports: [{ name: 'http', port: 9000 }] }).mesh())
    .addRoute(HttpMatch.header('x-urgent', StringMatch.present()), slow, { port: 9000, priority: 1 })
    .addRedirect(HttpMatch.path(exact('/api/old')), Redirect.to({ path: '/api/users/' }))
    .addResponse(below('/api/closed/'), DirectResponse.status(410));
  return app.synthYaml();
}

/** What we refuse, as it would go: written without the check. */
function misfits(): string {
  const { app, shop, data, front, api, child } = teams();
  SynthCheck.off(app);
  const service = api('service');
  const cases: [string, HttpMatch, HttpMatch, Partial<DelegatedRoutesProps>?][] = [
    ['fitting', below('/fitting/'), below('/fitting/x/')],
    ['outside-prefix', below('/outside-prefix/'), below('/x/')],
    ['regex', below('/regex/'), HttpMatch.path(regex('/regex/x/.*'))],
    ['header', HttpMatch.allOf(below('/header/'), HttpMatch.header('x', exact('1'))), HttpMatch.header('x', exact('2'))],
    ['same-header', HttpMatch.allOf(below('/same-header/'), HttpMatch.header('x', exact('1'))), HttpMatch.header('x', exact('1'))],
    ['half', below('/half/'), HttpMatch.anyOf(below('/half/x/'), below('/x/'))],
    ['hidden', below('/hidden/'), below('/hidden/x/'), { exportTo: ['.'] }],
  ];
  for (const [name, root, leaf, props] of cases) {
    const routes = child(name, props).addRoute(leaf, service, { port: 9000 });
    new HttpRoute(shop, `to-${name}`, { service: front, match: root, action: RouteAction.delegateTo(routes.reference) });
  }
  new HttpRoute(shop, 'to-absent', { service: front, match: below('/absent/'), action: RouteAction.delegateTo('data/absent') });
  new HttpRoute(shop, 'rest', { service: front, match: below('/'), action: RouteAction.respond(DirectResponse.text(299, 'the rest')) });
  new ResilientService(data, 'unused', { service, timeout: RequestTimeout.none() });
  return app.synthYaml();
}

const ways = {
  mesh: { caller: 'shop/client', url: 'http://front' },
  gateway: { caller: 'outside/client', url: `http://${HOST}`, ...PublicGateway.address },
};
type Way = keyof typeof ways;
const WAYS = Object.keys(ways) as Way[];

describe('a delegate of another team', () => {
  const mesh = withMesh(manifests);
  const ask = async (way: Way, path: string, request: Partial<MeshRequest> = {}): Promise<MeshResult> =>
    mesh.one({ ...ways[way], ...request, url: `${ways[way].url}${path}` });

  test('every object is taken by the API server and by istiod without a word', async () => {
    const apiServer = new ApiServer();
    expect(await apiServer.complaints(manifests())).toEqual([]);
    await apiServer.end();
  });

  const CASES = WAYS.flatMap((way) => ([
    ['/api/users/1', {}, 200, 'data/users-v1'],
    ['/api/users/1', { 'x-canary': 'true' }, 200, 'data/users-v2'],
    ['/api/users/named/anna', {}, 200, 'data/slow'],
    ['/api/slow/1', {}, 200, 'data/slow'],
    ['/api/single/1', {}, 200, 'data/single'],
    ['/api/users/1', { 'x-urgent': '1' }, 200, 'data/slow'],
    ['/api/old', {}, 301, undefined],
    ['/api/closed/1', {}, 410, undefined],
    ['/api/other', {}, 404, undefined],
    ['/', {}, 200, 'shop/front'],
  ] as const).map((one) => [way, ...one] as const));
  test.each(CASES)('on the %s, %s with %j is %s by %s', async (way, path, headers, status, workload) => {
    const result = await ask(way, path, { headers });
    // On the mesh, what no rule of the service is about goes to the service; only the delegate's part is the delegate's alone.
    expect([result.status, result.workload]).toEqual(way === 'mesh' && path === '/api/other' ? [200, 'shop/front'] : [status, workload]);
  });

  test.each(WAYS)('on the %s, the port is the one that the delegate says, whatever was called', async (way) => {
    expect((await ask(way, '/api/users/1')).seen?.port).toBe(9000);
    expect((await ask(way, '/api/users/named/anna')).seen?.port).toBe(9001);
  });

  test.each(WAYS)('on the %s, what the root says holds where the delegate says nothing', async (way) => {
    expect((await ask(way, '/api/users/1')).seen?.headers).toMatchObject({ 'x-root': way === 'mesh' ? '1' : 'gateway' });
    const named = (await ask(way, '/api/users/named/anna')).seen?.headers;
    expect([named?.['x-child'], named?.['x-root']]).toEqual(['1', undefined]);
    for (const workload of ['users-v1', 'slow']) await mesh.behave(`data/${workload}`, { delayMs: 1500 });
    expect((await ask(way, '/api/users/1')).status).toBe(504);
    expect((await ask(way, '/api/slow/1')).status).toBe(200);
  });
});

describe('what the check refuses', () => {
  const mesh = withMesh(misfits);
  test.each([
    ['/fitting/x/1', 200], ['/fitting/other', 299], ['/outside-prefix/1', 299], ['/x/1', 299], ['/regex/x/1', 299], ['/half/x/1', 200], ['/half/y/1', 299], ['/hidden/x/1', 299], ['/absent/1', 299],
  ])('is a rule that is not there: %s gets the %s of the next rule', async (path, status) => {
    expect((await mesh.one({ caller: 'shop/client', url: `http://front${path}` })).status).toBe(status);
  });

  test('another value of one header is no rule either, the same value is one', async () => {
    expect((await mesh.one({ caller: 'shop/client', url: 'http://front/same-header/x', headers: { x: '1' } })).status).toBe(200);
    for (const value of ['1', '2']) expect((await mesh.one({ caller: 'shop/client', url: 'http://front/header/x', headers: { x: value } })).status).toBe(299);
  });
});
