import { App, Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, DelegatedRoutes, DelegatedRoutesProps, DirectResponse, GatewayRoutes, HttpMatch, HttpRoute, MeshPort, MeshService, Redirect,
  RequestTimeout, ResilientService, RouteAction, StringMatch,
} from '../../src';
import { messageOf, mistakes, shop, synthesized } from '../support/shop';

const prefix = (path: string) => HttpMatch.path(StringMatch.prefix(path));
const regex = (path: string) => HttpMatch.path(StringMatch.regex(path));
const header = (name: string, value: string) => HttpMatch.header(name, StringMatch.exact(value));
const ANY = HttpMatch.any();

/** A root of the team `shop` and a delegate of the team `data`. */
function setup(props: Partial<DelegatedRoutesProps> = {}) {
  const { app, chart } = shop();
  const data = new Chart(app, 'data', { namespace: 'data' });
  const service = (name: string) => MeshService.fromName(data, name, { name, namespace: 'data', ports: [MeshPort.http(80)] });
  const child = new DelegatedRoutes(data, 'routes', { name: 'api-routes', ...props });
  const spec = () => child.virtualService.toJson().spec;
  return { app, chart, data, service, child, spec };
}

const gatewayRoot = (chart: Chart) => new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: ['shop.example.com'] });

test('the delegate has neither hosts nor gateways, and its destinations say their port', () => {
  const { app, chart, child, service, spec } = setup();
  gatewayRoot(chart).addDelegate(prefix('/api/'), child.reference, { name: 'to-data' }).addRoute(ANY, service('web'));
  child.addRoute(prefix('/api/users/'), service('users')).addRoute(ANY, service('rest'))
    .addRedirect(HttpMatch.path(StringMatch.exact('/api/old')), Redirect.to({ path: '/api/new' }))
    .addResponse(prefix('/api/closed/'), DirectResponse.status(410));
  expect(child.reference).toBe('data/api-routes');
  expect(child.virtualService.toJson().metadata).toMatchObject({ name: 'api-routes', namespace: 'data' });
  const to = (name: string) => [{ destination: { host: `${name}.data.svc.cluster.local`, port: { number: 80 } } }];
  expect(spec()).toEqual({
    http: [
      { match: [{ uri: { exact: '/api/old' } }], redirect: { uri: '/api/new' } },
      { match: [{ uri: { prefix: '/api/closed/' } }], directResponse: { status: 410 } },
      { match: [{ uri: { prefix: '/api/users/' } }], route: to('users') },
      { route: to('rest') },
    ],
  });
  const root = synthesized(app).find(({ kind, metadata }) => kind === 'VirtualService' && metadata.name === 'shop-example-com');
  expect(root!.spec.http[0]).toEqual({ name: 'to-data', match: [{ uri: { prefix: '/api/' } }], delegate: { name: 'api-routes', namespace: 'data' } });
});

test('a claim of a token is matched by the route that delegates, as Istio takes it nowhere else', () => {
  const { chart, child, service } = setup();
  const claim = HttpMatch.claim(['role'], StringMatch.exact('admin'));
  expect(() => child.addRoute(claim, service('users'))).toThrow('[data/routes] a match by a claim of a token stands in routes that another VirtualService delegates to');
  expect(() => child.addRedirect(HttpMatch.noneOf(claim), Redirect.to({ path: '/' }))).toThrow('a match by a claim of a token');
  gatewayRoot(chart).addDelegate(claim, child.reference).addRoute(ANY, service('web'));
});

test('a service on the mesh delegates by the action of a route', () => {
  const { app, chart, child, service, spec } = setup({ exportTo: ['shop'] });
  const front = MeshService.fromName(chart, 'front', { name: 'front', namespace: 'shop', ports: [MeshPort.http(80)] });
  new HttpRoute(chart, 'to-data', { service: front, match: prefix('/api/'), action: RouteAction.delegateTo(child.reference) });
  child.addRoute(ANY, service('api'));
  expect(spec().exportTo).toEqual(['shop']);
  const root = synthesized(app).find(({ kind, metadata }) => kind === 'VirtualService' && metadata.name === 'front');
  expect(root!.spec.http[0].delegate).toEqual({ name: 'api-routes', namespace: 'data' });
});

test('a canary and a timeout of the service hold in the delegate', () => {
  const { app, data, child, service, spec } = setup();
  const api = service('users');
  new CanaryRollout(data, 'canary', { service: api, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 10 });
  new ResilientService(data, 'resilience', { service: api, timeout: RequestTimeout.after(Duration.seconds(3)) });
  child.addRoute(prefix('/api/'), api);
  expect(mistakes(app)).toEqual([]);
  expect(spec().http).toEqual([{
    match: [{ uri: { prefix: '/api/' } }],
    route: [['v1', 90], ['v2', 10]].map(([subset, weight]) => ({ destination: { host: 'users.data.svc.cluster.local', subset, port: { number: 80 } }, weight })),
    timeout: '3s',
  }]);
});

test('callers of the mesh can be told apart, as the root may be on the mesh', () => {
  const { child, service, spec } = setup();
  child.addRoute(HttpMatch.sourceLabels({ app: 'job' }), service('jobs'));
  expect(spec().http[0].match).toEqual([{ sourceLabels: { app: 'job' } }]);
});

describe('a root of another App says what it matches', () => {
  const fits: [HttpMatch, HttpMatch][] = [
    [prefix('/api/'), prefix('/api/users/')],
    [prefix('/api/'), prefix('/api/')],
    [prefix('/api/'), HttpMatch.path(StringMatch.exact('/api/users'))],
    [prefix('/api/'), ANY],
    [prefix('/api/'), header('x', '1')],
    [header('x', '1'), header('y', '1')],
    [regex('/api/.*'), header('x', '1')],
    [HttpMatch.anyOf(prefix('/a/'), prefix('/b/')), prefix('/b/c/')],
    [HttpMatch.pathSegments('/api'), prefix('/api/users/')],
  ];
  test.each(fits)('%# fits', (within, match) => {
    const { app, child, service } = setup({ within });
    child.addRoute(match, service('api'));
    expect(mistakes(app)).toEqual([]);
    expect(() => app.synthYaml()).not.toThrow();
  });

  const clashes: [HttpMatch, HttpMatch, string][] = [
    [prefix('/api/'), prefix('/users/'), '{"uri":{"prefix":"/users/"}} does not fit within {"uri":{"prefix":"/api/"}}: uri.'],
    [prefix('/api/'), prefix('/api'), '{"uri":{"prefix":"/api"}} does not fit within {"uri":{"prefix":"/api/"}}: uri.'],
    [prefix('/api/'), regex('/api/.*'), 'does not fit within {"uri":{"prefix":"/api/"}}: uri.'],
    [HttpMatch.path(StringMatch.exact('/api')), prefix('/api'), 'does not fit within {"uri":{"exact":"/api"}}: uri.'],
    [header('x', '1'), header('x', '2'), 'does not fit within {"headers":{"x":{"exact":"1"}}}: headers.x.'],
    [HttpMatch.methods('GET'), HttpMatch.methods('POST'), ': method.'],
    [HttpMatch.sourceNamespace('shop'), prefix('/api/'), ': sourceNamespace.'],
  ];
  test.each(clashes)('%# is an error', (within, match, message) => {
    const { app, child, service } = setup({ within });
    child.addRoute(match, service('api'));
    expect(mistakes(app)).toEqual([expect.stringContaining(message)]);
    expect(() => app.synthYaml()).toThrow('[data/routes] the rule for');
  });

  test('also a rule that comes from a construct of the service', () => {
    const { app, data, child, service } = setup({ within: HttpMatch.allOf(prefix('/api/'), header('x-canary', 'false')) });
    const api = service('users');
    child.addRoute(prefix('/api/'), api);
    expect(mistakes(app)).toEqual([]);
    new CanaryRollout(data, 'canary', { service: api, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 0, alwaysCanary: header('x-canary', 'true') });
    expect(mistakes(app)).toEqual([expect.stringContaining(': headers.x-canary.')]);
  });
});

test('a root of the same App that its rule does not fit is an error of the check at synth, which names both', () => {
  const { app, chart, child, service } = setup();
  gatewayRoot(chart).addDelegate(prefix('/api/'), child.reference);
  child.addRoute(prefix('/users/'), service('users'));
  const text = messageOf(() => app.synthYaml());
  expect(text).toContain('Rule http[0] of VirtualService shop/shop-example-com delegates here, and uri does not fit it (prefix "/users/" is not within prefix "/api/")');
  expect(text).toContain('data/routes');
});

describe('refused is', () => {
  test.each<[any, string]>([
    [{ name: undefined }, '[data/routes] `name` is undefined, which is not a name'],
    [{ name: 'A' }, '[data/routes] `name` is "A", which is not a name'],
    [{ namespace: 'A' }, '[data/routes] "A" is not a namespace name'],
    [{ within: '/api' }, '[data/routes] `within` is "/api". Say what the rule that delegates matches'],
    [{ exportTo: [] }, '[data/routes] exportTo is empty'],
  ])('%j', (props, message) => {
    expect(messageOf(() => setup(props))).toContain(message);
  });

  test('an unknown namespace', () => {
    expect(() => new DelegatedRoutes(new Chart(new App(), 'chart'), 'routes', { name: 'a' })).toThrow('[chart/routes] the namespace of these routes is not known.');
  });

  test('a gateway, which a delegate is not bound to, and no route at all', () => {
    const { app, child, service } = setup();
    expect(() => child.addRoute(HttpMatch.gateway('a/b'), service('api'))).toThrow('[data/routes] a match names the gateway a/b, and a delegate is bound to none.');
    expect(mistakes(app)).toEqual(['no route was added, so every request would get a 404. Call addRoute(match, service).']);
  });
});
