import { Chart, Duration } from 'cdk8s';
import {
  DirectResponse, GatewayRoutes, GatewayRoutesProps, HttpMatch, HttpRoute, Mesh, MeshPort, MeshService, PathRewrite, Redirect, RedirectCode,
  RequestTimeout, ResilientService, Retries, RouteAction, StringMatch,
} from '../../src';
import { Request, decide } from '../support/istio-match';
import { messageOf, mistakes, only, shop } from '../support/shop';

const GET: Request = { path: '/', method: 'GET', port: 443, headers: {}, query: {} };
const prefix = (path: string) => HttpMatch.path(StringMatch.prefix(path));
const ANY = HttpMatch.any();

function setup(props: Partial<GatewayRoutesProps> = {}) {
  const { app, chart } = shop();
  const routes = new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: ['shop.example.com'], ...props } as GatewayRoutesProps);
  const service = (name: string) => named(chart, name);
  const http = () => routes.virtualService.toJson().spec.http as any[];
  return { app, chart, routes, service, http };
}

function named(chart: Chart, name: string): MeshService {
  return MeshService.fromName(chart, name, { name, namespace: 'data', ports: [MeshPort.http(80)] });
}

const hostOf = (rule: any) => rule?.route?.[0].destination.host.split('.')[0];

test('rewrite, header operations, CORS, timeout, retries and name are the route\'s own', () => {
  const { app, routes, service, http } = setup();
  routes.addRoute(prefix('/api/'), service('api'), {
    rewrite: PathRewrite.prefix('/').withAuthority('api.internal'),
    requestHeaders: { set: { 'x-from': 'outside' } },
    responseHeaders: { remove: ['server-timing'] },
    cors: { allowOrigins: [StringMatch.exact('https://example.com')] },
    timeout: RequestTimeout.after(Duration.seconds(2)),
    retries: Retries.upTo(1, { methods: ['GET'] }),
    name: 'api',
  }).addRoute(ANY, service('web'));
  expect(mistakes(app)).toEqual([]);
  const rules = http();
  const route = [{ destination: { host: 'api.data.svc.cluster.local' } }];
  const common = {
    route,
    rewrite: { uri: '/', authority: 'api.internal' },
    headers: { request: { set: { 'x-from': 'outside' } }, response: { remove: ['server-timing'] } },
    corsPolicy: { allowOrigins: [{ exact: 'https://example.com' }] },
    timeout: '2s',
  };
  expect(rules).toHaveLength(3);
  expect(rules[0]).toEqual({
    ...common, name: 'api', match: [{ uri: { prefix: '/api/' }, method: { exact: 'GET' } }], retries: expect.objectContaining({ attempts: 1 }),
  });
  expect(rules[1]).toEqual({ ...common, name: 'api-2', match: [{ uri: { prefix: '/api/' } }] });
  expect(rules[2]).toEqual({ route: [{ destination: { host: 'web.data.svc.cluster.local' } }] });
});

test('what a route says holds instead of what the service\'s own constructs say, and what it does not say is theirs', () => {
  const { chart, routes, service, http } = setup();
  const api = service('api');
  new ResilientService(chart, 'resilience', { service: api, timeout: RequestTimeout.after(Duration.seconds(9)), retries: Retries.upTo(4, { methods: ['GET', 'POST'] }) });
  new HttpRoute(chart, 'slow', { service: api, match: HttpMatch.header('x-slow', StringMatch.present()), timeout: RequestTimeout.after(Duration.seconds(60)) });
  routes.addRoute(prefix('/own/'), api, { timeout: RequestTimeout.after(Duration.seconds(1)), retries: Retries.upTo(2, { methods: ['GET'] }) });
  routes.addRoute(ANY, api, { retries: Retries.upTo(3, { methods: ['GET'] }) });
  const said = (change: Partial<Request>) => {
    const { timeout, retries } = decide(http(), { ...GET, ...change });
    return [timeout, retries?.attempts];
  };
  expect(said({ path: '/own/x' })).toEqual(['1s', 2]);
  expect(said({ path: '/own/x', method: 'POST' })).toEqual(['1s', undefined]);
  expect(said({ path: '/own/x', headers: { 'x-slow': '1' } })).toEqual(['1s', 2]);
  expect(said({ path: '/other' })).toEqual(['9s', 3]);
  expect(said({ path: '/other', method: 'POST' })).toEqual(['9s', undefined]);
  expect(said({ path: '/other', headers: { 'x-slow': '1' } })).toEqual(['1m', 3]);
});

test('a redirect and a direct response are answered by the gateway', () => {
  const { app, routes, service, http } = setup();
  routes
    .addRedirect(HttpMatch.path(StringMatch.exact('/old')), Redirect.to({ path: '/new', code: RedirectCode.FOUND }), { name: 'moved' })
    .addResponse(prefix('/internal/'), DirectResponse.json(403, { error: 'no' }), { responseHeaders: { set: { 'x-a': '1' } } })
    .addRoute(ANY, service('web'));
  expect(mistakes(app)).toEqual([]);
  expect(http().slice(0, 2)).toEqual([
    { name: 'moved', match: [{ uri: { exact: '/old' } }], redirect: { uri: '/new', redirectCode: 302 } },
    {
      match: [{ uri: { prefix: '/internal/' } }],
      directResponse: { status: 403, body: { string: '{"error":"no"}' } },
      headers: { response: { set: { 'x-a': '1', 'content-type': 'application/json' } } },
    },
  ]);
  expect(only(app, 'VirtualService').spec.http).toHaveLength(3);
});

test('a route of higher priority is tried before a more specific one', () => {
  const order = (priority: number) => {
    const { routes, service, http } = setup();
    routes.addRoute(prefix('/a/b/'), service('long')).addRoute(HttpMatch.header('x', StringMatch.exact('1')), service('header'), { priority }).addRoute(ANY, service('any'));
    return ['/a/b/c', '/c'].map((path) => hostOf(decide(http(), { ...GET, path, headers: { x: '1' } })));
  };
  expect(order(0)).toEqual(['long', 'header']);
  expect(order(1)).toEqual(['header', 'header']);
});

test('a route that others leave nothing for is an error', () => {
  const { app, routes, service } = setup();
  routes.addRoute(prefix('/a/b/'), service('long')).addRoute(ANY, service('any'));
  expect(mistakes(app)).toEqual([]);
  routes.addRoute(prefix('/a/'), service('short'), { priority: 1 });
  expect(mistakes(app)).toEqual([
    'the route for {"uri":{"prefix":"/a/b/"}} to long.data.svc.cluster.local is never reached: routes that are tried before it take all of its requests. '
    + 'Give it a higher `priority` or a more specific match, or remove it.',
  ]);
});

test('an exception falls to what the other routes say', () => {
  const { app, routes, service, http } = setup();
  routes
    .addRoute(HttpMatch.allOf(prefix('/a/'), HttpMatch.noneOf(prefix('/a/private/'))), service('a'))
    .addRoute(HttpMatch.header('x', StringMatch.exact('1')), service('header'))
    .addRoute(prefix('/'), service('any'));
  expect(mistakes(app)).toEqual([]);
  const led = (path: string, headers = {}) => hostOf(decide(http(), { ...GET, path, headers }));
  expect([led('/a/x'), led('/a/private/x'), led('/a/private/x', { x: '1' }), led('/b')]).toEqual(['a', 'any', 'header', 'any']);
  const closed = setup();
  closed.routes.addRoute(HttpMatch.allOf(prefix('/a/'), HttpMatch.noneOf(prefix('/a/private/'))), closed.service('a')).addRoute(prefix('/b/'), closed.service('b'));
  expect(['/a/x', '/b/x'].map((path) => hostOf(decide(closed.http(), { ...GET, path })))).toEqual(['a', 'b']);
  expect(decide(closed.http(), { ...GET, path: '/a/private/x' })).toEqual({ match: [{ uri: { prefix: '/a/private/' } }], directResponse: { status: 404 } });
  expect(decide(closed.http(), { ...GET, path: '/c' })).toBeUndefined();
});

describe('of several gateways', () => {
  const gateways = ['istio-ingress/public', 'istio-ingress/internal'];

  test('a route may be for one, which is tried before one for all', () => {
    const { app, routes, service, http } = setup({ gateway: undefined, gateways });
    routes.addRoute(ANY, service('web')).addRoute(HttpMatch.gateway('istio-ingress/internal'), service('admin'));
    expect(mistakes(app)).toEqual([]);
    expect(only(app, 'VirtualService').spec.gateways).toEqual(gateways);
    expect(http()).toEqual([
      { match: [{ gateways: ['istio-ingress/internal'] }], route: [{ destination: { host: 'admin.data.svc.cluster.local' } }] },
      { route: [{ destination: { host: 'web.data.svc.cluster.local' } }] },
    ]);
  });

  test('the only one need not be named again', () => {
    const { routes, service, http } = setup();
    routes.addRoute(HttpMatch.gateway('istio-ingress/public'), service('web'));
    expect(http()).toEqual([{ route: [{ destination: { host: 'web.data.svc.cluster.local' } }] }]);
  });

  test('two owners of a host at any of them are an error', () => {
    const { app, chart, routes, service } = setup({ gateway: undefined, gateways });
    routes.addRoute(ANY, service('web'));
    new GatewayRoutes(chart, 'other', { gateway: gateways[1], hosts: ['shop.example.com'], metadata: { name: 'other' } }).addRoute(ANY, service('other-web'));
    expect(() => app.synthYaml()).toThrow('[shop/other] and [shop/public] both are GatewayRoutes for shop.example.com at istio-ingress/internal.');
  });

  test.each<[any, string]>([
    [{}, 'give either `gateway` or `gateways`'],
    [{ gateway: 'a/b', gateways: ['a/b'] }, 'give either `gateway` or `gateways`'],
    [{ gateways: [] }, '`gateways` is []. Give a list'],
    [{ gateways: ['a/b', 'public'] }, '"public" does not name a Gateway.'],
    [{ gateways: ['a/b', 'a/b'] }, 'the gateway a/b is given twice.'],
  ])('%j is refused', (props, message) => {
    expect(messageOf(() => setup({ gateway: undefined, ...props }))).toContain(message);
  });
});

test('a rule of the service for callers of the mesh is none at a gateway', () => {
  const { app, chart, routes, service, http } = setup();
  const api = service('api');
  new HttpRoute(chart, 'jobs', { service: api, match: HttpMatch.sourceLabels({ app: 'job' }), action: RouteAction.toService(service('slow')) });
  new HttpRoute(chart, 'batch', { service: api, match: HttpMatch.sourceNamespace('batch'), timeout: RequestTimeout.after(Duration.seconds(60)) });
  routes.addRoute(ANY, api);
  expect(mistakes(app)).toEqual([]);
  expect(http()).toEqual([{ route: [{ destination: { host: 'api.data.svc.cluster.local' } }] }]);
});

describe('the service\'s own rules by path are asked for the path that is rewritten', () => {
  function rewriting(match: HttpMatch, rewrite: PathRewrite, ...rules: [HttpMatch, number][]) {
    const world = setup();
    const api = world.service('api');
    rules.forEach(([own, seconds], index) =>
      new HttpRoute(world.chart, `rule-${index}`, { service: api, match: own, timeout: RequestTimeout.after(Duration.seconds(seconds)) }));
    world.routes.addRoute(match, api, { rewrite });
    return { ...world, timeouts: (...paths: string[]) => paths.map((path) => decide(world.http(), { ...GET, path })?.timeout) };
  }
  const segments = HttpMatch.pathSegments;
  const root = [segments('/api'), PathRewrite.prefix('/')] as const;

  test('below a prefix', () => {
    const { app, timeouts } = rewriting(...root, [segments('/reports'), 9], [HttpMatch.path(StringMatch.exact('/')), 3]);
    expect(mistakes(app)).toEqual([]);
    expect(timeouts('/api/reports', '/api/reports/1', '/api', '/api/', '/api/reportsx', '/api/x')).toEqual(['9s', '9s', '3s', '3s', undefined, undefined]);
  });

  test('where the prefix takes the place of another', () => {
    const { timeouts } = rewriting(segments('/api'), PathRewrite.prefix('/v2'), [segments('/v2'), 2], [segments('/v2/slow'), 9], [segments('/v1'), 1]);
    expect(timeouts('/api', '/api/x', '/api/slow', '/api/slow/x')).toEqual(['2s', '2s', '9s', '9s']);
  });

  test('where all of it is replaced', () => {
    const { timeouts } = rewriting(prefix('/old/'), PathRewrite.path('/new/x'), [prefix('/new/'), 2], [prefix('/old/'), 1]);
    expect(timeouts('/old/a', '/old/b/c')).toEqual(['2s', '2s']);
  });

  test('of two that come to the same, the more specific holds', () => {
    const { app, timeouts } = rewriting(prefix('/api/'), PathRewrite.prefix('/v2/'), [prefix('/v'), 1], [prefix('/v2'), 2], [ANY, 3]);
    expect(mistakes(app)).toEqual([]);
    expect(timeouts('/api/x')).toEqual(['2s']);
  });

  test('also the calls of gRPC that are repeated', () => {
    const { chart, routes, http } = setup();
    const api = MeshService.fromName(chart, 'calls', { name: 'calls', namespace: 'data', ports: [MeshPort.grpc(80)] });
    new ResilientService(chart, 'resilience', { service: api, timeout: RequestTimeout.none(), retries: Retries.upTo(2, { grpcMethods: ['/shop.Catalog/Get'] }) });
    routes.addRoute(prefix('/grpc/'), api, { rewrite: PathRewrite.prefix('/') });
    const attempts = (path: string) => decide(http(), { ...GET, method: 'POST', path })?.retries?.attempts;
    expect(['/grpc/shop.Catalog/Get', '/grpc/shop.Catalog/Put', '/shop.Catalog/Get'].map(attempts)).toEqual([2, undefined, undefined]);
  });

  test('without a warning of Istio, which takes a rule for some methods for one for all', () => {
    const { app, chart, routes, service } = setup();
    const api = service('api');
    new ResilientService(chart, 'resilience', { service: api, timeout: RequestTimeout.none(), retries: Retries.upTo(2) });
    new HttpRoute(chart, 'reports', { service: api, match: segments('/reports'), requestHeaders: { set: { 'x-reports': '1' } } });
    routes.addRoute(segments('/api'), api, { rewrite: PathRewrite.prefix('/') });
    expect(Mesh.fromApp(app).check().warnings).toEqual([]);
  });

  test('with what they except', () => {
    const { timeouts } = rewriting(...root, [prefix('/a/').butNot(prefix('/a/b/')), 2]);
    expect(timeouts('/api/a/x', '/api/a/b/x')).toEqual(['2s', undefined]);
  });

  test.each([
    ['a regex of the service', ...root, HttpMatch.path(StringMatch.regex('/x.*')), 'regex "/x.*"'],
    ['a regex that rewrites', prefix('/api/'), PathRewrite.regex('^/api', '/x'), prefix('/x/'), 'prefix "/x/"'],
    ['a prefix that ends within a segment', prefix('/api'), PathRewrite.prefix('/'), prefix('/x/'), 'prefix "/x/"'],
  ])('%s beside them is an error', (_, match, rewrite, own, message) => {
    const { app } = rewriting(match, rewrite, [own, 1]);
    expect(mistakes(app)).toEqual([expect.stringContaining(`[shop/rule-0] asks for the path by ${message}, and a route rewrites the path before`)]);
  });
});

describe('refused with the path is', () => {
  test.each<[HttpMatch, string]>([
    [HttpMatch.sourceLabels({ app: 'web' }), 'a match by the labels or the namespace of the caller says nothing at a gateway'],
    [HttpMatch.allOf(prefix('/a'), HttpMatch.sourceNamespace('shop')), 'a match by the labels or the namespace of the caller says nothing at a gateway'],
    [HttpMatch.gateway('istio-ingress/other'), 'a match names the gateway istio-ingress/other, but the routes are for istio-ingress/public.'],
    [HttpMatch.port(80), 'a match by port is about a Service\'s port'],
    [HttpMatch.noneOf(HttpMatch.allOf(prefix('/a'), HttpMatch.port(80))), 'a match by port is about a Service\'s port'],
  ])('the match %#', (match, message) => {
    const { routes, service } = setup();
    const target = service('a');
    for (const add of [
      () => routes.addRoute(match, target), () => routes.addRedirect(match, Redirect.toHttps()),
      () => routes.addResponse(match, DirectResponse.status(503)), () => routes.addDelegate(match, 'a/b'),
    ]) {
      expect(messageOf(add)).toMatch(/^\[shop\/public\] /);
      expect(messageOf(add)).toContain(message);
    }
  });

  test.each<[any, string]>([
    [{ name: 'a b' }, 'addRoute: `name` is "a b".'],
    [{ port: '80' }, 'addRoute: `port` is "80". Give the number of a port of the Service.'],
    [{ priority: 'high' }, '`priority` is "high".'],
    [{ timeout: 5 }, '`timeout` is 5.'],
    [{ requestHeaders: { set: { 'a b': 'c' } } }, 'a b'],
  ])('the options %j', (options, message) => {
    const { routes, service } = setup();
    const text = messageOf(() => routes.addRoute(ANY, service('a'), options));
    expect(text).toMatch(/^\[shop\/public\] /);
    expect(text).toContain(message);
  });

  test('what is no redirect, response or delegate', () => {
    const { routes } = setup();
    expect(() => routes.addRedirect(ANY, 'https://a' as any)).toThrow('[shop/public] addRedirect: the redirect is "https://a". Say for example Redirect.toHttps().');
    expect(() => routes.addResponse(ANY, 503 as any)).toThrow('[shop/public] addResponse: the response is 503.');
    expect(() => routes.addDelegate(ANY, 'api')).toThrow('[shop/public] RouteAction.delegateTo: "api" does not name a VirtualService.');
  });

  test('the same requests, whatever they are led to', () => {
    const { routes, service } = setup();
    routes.addRedirect(ANY, Redirect.toHttps());
    expect(() => routes.addRoute(ANY, service('a'))).toThrow('[shop/public] the same requests are led to both a redirect and a.data.svc.cluster.local.');
    expect(() => routes.addDelegate(ANY, 'a/b', { priority: 1 })).toThrow('the same requests are led to both a redirect and the delegate a/b.');
  });
});

describe('the options of a route whose match has parts that other rules take', () => {
  const options = { timeout: RequestTimeout.after(Duration.seconds(5)), requestHeaders: { set: { 'x-from': 'outside' } }, rewrite: PathRewrite.authority('api.internal') };

  test('an exception is written once, before it', () => {
    const { app, routes, service, http } = setup();
    routes.addRoute(prefix('/a').butNot(HttpMatch.pathSegments('/a/b')), service('api'), options);
    expect(mistakes(app)).toEqual([]);
    expect(http().map(({ match, directResponse }) => [match, directResponse])).toEqual([
      [[{ uri: { exact: '/a/b' } }, { uri: { prefix: '/a/b/' } }], { status: 404 }],
      [[{ uri: { prefix: '/a' } }], undefined],
    ]);
    expect(http()[1]).toMatchObject({ timeout: '5s', headers: { request: options.requestHeaders }, rewrite: { authority: 'api.internal' } });
  });

  test('an alternative that was taken before is not written again within the next', () => {
    const { app, chart, routes, http } = setup();
    const reviews = named(chart, 'reviews');
    const ratings = named(chart, 'ratings');
    routes.addRoute(HttpMatch.anyOf(HttpMatch.authority(StringMatch.exact('a.example.com')), HttpMatch.scheme('http')), reviews, options);
    new HttpRoute(chart, 'route', {
      service: reviews, match: HttpMatch.noneOf(prefix('/b')), action: RouteAction.toService(ratings), retries: Retries.upTo(1, { methods: ['POST'] }),
    });
    expect(mistakes(app)).toEqual([]);
    expect(http().map(({ match }) => Object.keys(match[0]).sort().join())).toEqual([
      'authority,uri', 'authority,method', 'authority', 'scheme,uri', 'method,scheme', 'scheme',
    ]);
    expect(http().every(({ timeout, rewrite }) => timeout === '5s' && rewrite.authority === 'api.internal')).toBe(true);
    expect(Mesh.fromApp(app).check().findings.filter(({ code }) => ['MESH2101', 'MESH3109'].includes(code))).toEqual([]);
  });

  test('what another route of the host takes is no rule of the service behind', () => {
    const { app, chart, routes, http } = setup();
    const frontend = named(chart, 'frontend');
    routes.addDelegate(prefix('/catalog/'), 'catalog/catalog').addRoute(ANY, frontend);
    new HttpRoute(chart, 'to-catalog', { service: frontend, match: prefix('/catalog/'), action: RouteAction.delegateTo('catalog/catalog') });
    expect(mistakes(app)).toEqual([]);
    expect(http()).toEqual([
      { match: [{ uri: { prefix: '/catalog/' } }], delegate: { name: 'catalog', namespace: 'catalog' } },
      { route: [{ destination: { host: 'frontend.data.svc.cluster.local' } }] },
    ]);
  });
});
