import { Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, DirectResponse, HttpMatch, HttpRoute, HttpRouteProps, MeshPort, MeshService, PathRewrite, Redirect, RequestTimeout, ResilientService,
  Retries, RouteAction, StringMatch,
} from '../../src';
import { decide } from '../support/istio-match';
import { messageOf, mistakes, only, reviews, rules, shop } from '../support/shop';

const HOST = 'reviews.shop.svc.cluster.local';
const AFTER = (seconds: number) => RequestTimeout.after(Duration.seconds(seconds));
const path = (exact: string) => HttpMatch.path(StringMatch.exact(exact));

/** The rules of a service with the subsets v1 and v2 and these routes. */
function routed(...routes: Omit<HttpRouteProps, 'service'>[]): any[] {
  const { app, chart } = shop();
  const service = versions(chart);
  routes.forEach((props, index) => new HttpRoute(chart, `route-${index}`, { service, ...props }));
  return rules(app);
}

function versions(chart: Chart): MeshService {
  return reviews(chart).addSubset('v1', { version: 'v1' }).addSubset('v2', { version: 'v2' });
}

function other(chart: Chart, ...ports: MeshPort[]): MeshService {
  return MeshService.fromName(chart, 'ratings', { name: 'ratings', namespace: 'data', ports });
}

function refused(props: any): string {
  const { chart } = shop();
  return messageOf(() => new HttpRoute(chart, 'route', { service: versions(chart), ...props }));
}

describe('requests that match go', () => {
  test('to a subset of the service; all others to the service as ever', () => {
    expect(routed({ match: path('/x'), action: RouteAction.toSubset('v2') })).toEqual([
      { match: [{ uri: { exact: '/x' } }], route: [{ destination: { host: HOST, subset: 'v2' } }] },
      { route: [{ destination: { host: HOST } }] },
    ]);
  });

  test('to several subsets by their shares', () => {
    expect(routed({ action: RouteAction.toSubsets({ v1: 80, v2: 20 }) })).toEqual([{
      route: [{ destination: { host: HOST, subset: 'v1' }, weight: 80 }, { destination: { host: HOST, subset: 'v2' }, weight: 20 }],
    }]);
  });

  test('to another service, whose port is always said: without one, the mesh would take the port that was called', () => {
    const { app, chart } = shop();
    const target = other(chart, MeshPort.http(8080)).addSubset('v9', { version: 'v9' });
    new HttpRoute(chart, 'route', { service: reviews(chart), action: RouteAction.toService(target, { subset: 'v9' }) });
    const [rule] = synthesizedRules(app, 'reviews');
    expect(rule.route).toEqual([{ destination: { host: 'ratings.data.svc.cluster.local', subset: 'v9', port: { number: 8080 } } }]);
  });

  test('to this service\'s other port, and to another service beside it, with headers of their own', () => {
    const { app, chart } = shop();
    const service = reviews(chart, MeshPort.http(80), MeshPort.http(81));
    new HttpRoute(chart, 'route', {
      service,
      match: HttpMatch.port(80),
      action: RouteAction.split(
        { weight: 60 },
        { weight: 30, service, port: 81 },
        { weight: 10, service: other(chart, MeshPort.http(8080)), requestHeaders: { set: { 'x-from': 'reviews' } }, responseHeaders: { remove: ['x-debug'] } },
      ),
    });
    expect(synthesizedRules(app, 'reviews')[0].route).toEqual([
      { destination: { host: HOST, port: { number: 80 } }, weight: 60 },
      { destination: { host: HOST, port: { number: 81 } }, weight: 30 },
      {
        destination: { host: 'ratings.data.svc.cluster.local', port: { number: 8080 } },
        weight: 10,
        headers: { request: { set: { 'x-from': 'reviews' } }, response: { remove: ['x-debug'] } },
      },
    ]);
  });

  test('elsewhere, told by a redirect', () => {
    expect(routed({ match: path('/old'), action: RouteAction.redirect(Redirect.to({ path: '/new' })), responseHeaders: { set: { 'cache-control': 'no-store' } } })[0]).toEqual({
      match: [{ uri: { exact: '/old' } }], redirect: { uri: '/new' }, headers: { response: { set: { 'cache-control': 'no-store' } } },
    });
  });

  test('nowhere, as the proxy answers, and says what type its body has', () => {
    expect(routed({ match: path('/gone'), action: RouteAction.respond(DirectResponse.json(410, { gone: true })) })[0]).toEqual({
      match: [{ uri: { exact: '/gone' } }],
      directResponse: { status: 410, body: { string: '{"gone":true}' } },
      headers: { response: { set: { 'content-type': 'application/json' } } },
    });
    const own = { set: { 'Content-Type': 'application/problem+json' } };
    expect(routed({ action: RouteAction.respond(DirectResponse.json(410, {})), responseHeaders: own })[0].headers).toEqual({ response: own });
  });

  test('to a delegate, with what is said beside it', () => {
    const { app, chart } = shop();
    new HttpRoute(chart, 'route', { service: reviews(chart), match: HttpMatch.path(StringMatch.prefix('/api/')), action: RouteAction.delegateTo('team-b/api'), timeout: AFTER(3) });
    expect(synthesizedRules(app, 'reviews')[0]).toEqual({ match: [{ uri: { prefix: '/api/' } }], delegate: { name: 'api', namespace: 'team-b' }, timeout: '3s' });
  });
});

function synthesizedRules(app: any, name: string): any[] {
  const { http } = only(app, 'VirtualService').spec;
  expect(only(app, 'VirtualService').metadata.name).toBe(name);
  return http;
}

describe('beside other contributors', () => {
  test('a route decides what it says, and they all the rest', () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    new ResilientService(chart, 'resilience', { service, timeout: AFTER(5) });
    new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 10 });
    new HttpRoute(chart, 'slow', { service, match: path('/slow'), timeout: AFTER(50) });
    new HttpRoute(chart, 'pinned', { service, match: path('/pinned'), action: RouteAction.toSubset('v1') });
    const http = rules(app);
    const decided = (at: string) => decide(http, { path: at, method: 'GET', port: 9080, headers: {}, query: {} });
    expect(decided('/slow')).toMatchObject({ timeout: '50s', route: [{ weight: 90 }, { weight: 10 }] });
    expect(decided('/pinned')).toMatchObject({ timeout: '5s', route: [{ destination: { subset: 'v1' } }] });
    expect(decided('/')).toMatchObject({ timeout: '5s', route: [{ weight: 90 }, { weight: 10 }] });
  });

  test('what the proxy answers by itself has no timeout and no retries of theirs', () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    new ResilientService(chart, 'resilience', { service, timeout: AFTER(5), retries: Retries.upTo(2) });
    new HttpRoute(chart, 'old', { service, match: path('/old'), action: RouteAction.redirect(Redirect.toHttps()) });
    expect(rules(app).filter((rule) => rule.redirect)).toEqual([{ match: [{ uri: { exact: '/old' } }], redirect: { scheme: 'https' } }]);
  });

  test('two routes that say the same of the same requests are an error that names both', () => {
    expect(messageOf(() => routed({ match: path('/x'), timeout: AFTER(1) }, { match: path('/x'), timeout: AFTER(2) })))
      .toBe('[shop/route-1] sets the timeout that [shop/route-0] already sets for the same requests. Keep one of them, or give one a more specific match.');
  });

  test('tries that the timeout of another leaves no room for are an error', () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    new ResilientService(chart, 'resilience', { service, timeout: AFTER(5), retries: Retries.upTo(2, { perTryTimeout: Duration.seconds(2) }) });
    new HttpRoute(chart, 'quick', { service, match: path('/quick'), timeout: AFTER(1) });
    expect(mistakes(app)).toEqual([expect.stringContaining('get the timeout 1s from one setting and perTryTimeout 2s from another')]);
  });
});

describe('the order', () => {
  const specific = { match: path('/a'), action: RouteAction.toSubset('v1') };
  const wide = { match: HttpMatch.path(StringMatch.prefix('/')), action: RouteAction.toSubset('v2') };

  test('is by how specific a match is, whatever was written first', () => {
    expect(routed(wide, specific)).toEqual(routed(specific, wide));
    expect(routed(wide, specific)[0].route[0].destination.subset).toBe('v1');
  });

  test('is by priority before', () => {
    const http = routed(specific, { match: HttpMatch.header('x-a', StringMatch.present()), action: RouteAction.toSubset('v2'), priority: 1 });
    expect(http.map((rule) => rule.route[0].destination.subset)).toEqual(['v2', 'v1', undefined]);
  });

  test('may leave nothing for a route, which is an error that names who decides before', () => {
    expect(messageOf(() => routed(specific, { ...wide, priority: 10 }))).toContain(
      '[shop/route-0] sets the destinations for requests to reviews that [shop/route-1] decides before, with the priority 10 over 0, so it decides nothing. '
      + 'Give it a higher `priority`, narrow the other\'s match, or take one of them out.');
  });

  test('may leave nothing for a setting, where another route answers all of its requests', () => {
    const answer = { match: HttpMatch.pathSegments('/old'), action: RouteAction.redirect(Redirect.to({ path: '/new' })) };
    expect(messageOf(() => routed({ match: path('/old/x'), timeout: AFTER(1) }, answer))).toContain(
      '[shop/route-0] sets the timeout for requests to reviews that [shop/route-1] redirects, so it decides nothing: the proxy sends none of them on.');
  });

  test('is no error where a construct says that there is to be nothing', () => {
    expect(() => routed({ match: path('/a'), timeout: RequestTimeout.none() }, { timeout: AFTER(1), priority: 1 })).not.toThrow();
  });
});

describe('a rule\'s name', () => {
  test('is kept, and numbered where one route needs several rules', () => {
    const http = routed({ match: HttpMatch.pathSegments('/api'), action: RouteAction.toSubset('v1'), rewrite: PathRewrite.prefix('/v1'), name: 'api' }, { match: path('/api/slow'), timeout: AFTER(9) });
    expect(http.map(({ name, match }) => [name, match?.[0].uri])).toEqual([
      ['api', { exact: '/api' }], ['api-2', { exact: '/api/slow' }], ['api-3', { prefix: '/api/' }], [undefined, undefined],
    ]);
  });

  test('is numbered past names that others have', () => {
    const { chart } = shop();
    const service = reviews(chart, MeshPort.http(80), MeshPort.http(81));
    new HttpRoute(chart, 'one', { service, action: RouteAction.toSubset('v1'), name: 'api' });
    new HttpRoute(chart, 'two', { service, match: path('/x'), action: RouteAction.toSubset('v2'), name: 'api-2' });
    expect(service._meshRules().map(({ name }) => name)).toEqual(['api-2', 'api', 'api-2-2', 'api-3']);
  });

  test('is not taken from a route that comes later', () => {
    const http = routed(
      { match: HttpMatch.pathSegments('/a'), action: RouteAction.toSubset('v1'), rewrite: PathRewrite.prefix('/b'), name: 'api' },
      { action: RouteAction.toSubset('v2'), name: 'api-2' },
    );
    expect(http.map(({ name }) => name)).toEqual(['api', 'api-3', 'api-2']);
  });

  test('is one route\'s alone', () => {
    const twice = ['/a', '/b'].map((each) => ({ match: path(each), action: RouteAction.toSubset('v1'), name: 'same' }));
    expect(messageOf(() => routed(...twice))).toContain('[shop/route-1] and [shop/route-0] both name a rule of reviews "same". Give one of them another name.');
  });
});

describe('is refused:', () => {
  test.each<[string, any, string]>([
    ['a route that says nothing', { match: path('/x') }, '[shop/route] nothing is said of the requests. Give `action`, `rewrite`, `timeout` or another setting.'],
    ['a name without an action', { name: 'x', timeout: AFTER(1) }, '[shop/route] `name` is "x", but without `action` this is no rule of its own'],
    ['a name with blanks', { name: 'a b', action: RouteAction.toSubset('v1') }, '[shop/route] `name` is "a b". Letters, digits, dashes, dots and underscores are allowed'],
    ['a rewrite beside a redirect', { action: RouteAction.redirect(Redirect.toHttps()), rewrite: PathRewrite.path('/x') }, '[shop/route] `rewrite` means nothing beside a redirect'],
    ['retries beside a response', { action: RouteAction.respond(DirectResponse.status(503)), retries: Retries.upTo(1) }, '`retries` means nothing beside a direct response'],
    ['CORS beside a response', { action: RouteAction.respond(DirectResponse.status(503)), cors: { allowOrigins: [StringMatch.exact('https://a.example')] } }, '`cors` means nothing'],
    ['a priority in words', { action: RouteAction.toSubset('v1'), priority: 'high' }, '[shop/route] `priority` is "high". Give a whole number'],
    ['tries longer than the timeout', { timeout: AFTER(1), retries: Retries.upTo(1, { perTryTimeout: Duration.seconds(1) }) }, '[shop/route] perTryTimeout (1000 ms) is not below the timeout'],
    ['the Host header set twice', { rewrite: PathRewrite.authority('a.example'), requestHeaders: { set: { Host: 'b.example' } } }, '[shop/route] the Host header is set by `requestHeaders` and by `rewrite`.'],
    ['retries of nothing', { match: HttpMatch.methods('POST'), retries: Retries.upTo(1) }, '[shop/route] the retries of a route would repeat nothing'],
    ['a gateway on the mesh', { match: HttpMatch.gateway('a/b'), timeout: AFTER(1) }, '[shop/route] HttpMatch.gateway is for routes of a gateway: reviews is called on the mesh'],
    ['a claim on the mesh', { match: HttpMatch.claim(['role'], StringMatch.exact('admin')), timeout: AFTER(1) }, '[shop/route] HttpMatch.claim is for routes of a gateway: only there Istio routes by the claims of a token, and reviews is called on the mesh.'],
    ['a claim left out on the mesh', { match: HttpMatch.path(StringMatch.exact('/a')).butNot(HttpMatch.claim(['role'], StringMatch.exact('admin')).and(HttpMatch.methods('GET'))), timeout: AFTER(1) }, 'HttpMatch.claim is for routes of a gateway'],
    ['a gateway left out on the mesh', { match: HttpMatch.noneOf(HttpMatch.gateway('a/b')), timeout: AFTER(1) }, 'HttpMatch.gateway is for routes of a gateway'],
    ['a subset with capitals', { action: RouteAction.toSubset('V1') }, '[shop/route] "V1" is not the name of a subset of [shop/reviews]'],
    ['a prefix rewritten under a regex', { match: HttpMatch.path(StringMatch.regex('/a.*')), rewrite: PathRewrite.prefix('/b') }, 'PathRewrite.prefix cannot tell which part of the path'],
  ])('%s', (_, props, message) => {
    expect(refused(props)).toContain(message);
  });

  test.each<[string, () => RouteAction, string]>([
    ['shares that do not sum up', () => RouteAction.toSubsets({ v1: 80, v2: 30 }), 'RouteAction: the weights v1: 80, v2: 30 sum up to 110, not 100. Istio would take them for shares of their sum.'],
    ['shares that leave some out', () => RouteAction.toSubsets({ v1: 80, v2: 10 }), 'sum up to 90, not 100.'],
    ['a share below nothing', () => RouteAction.toSubsets({ v1: 110, v2: -10 }), 'RouteAction: the weight of v1 is 110. A share is a whole percentage from 0 to 100.'],
    ['half a percent', () => RouteAction.toSubsets({ v1: 99.5, v2: 0.5 }), 'the weight of v1 is 99.5.'],
    ['a destination twice', () => RouteAction.split({ weight: 50, subset: 'v1' }, { weight: 50, subset: 'v1' }), 'RouteAction: v1 is given twice, so its weights would add up.'],
    ['no destinations', () => RouteAction.split(), 'RouteAction.split: no destinations are given.'],
    ['a delegate without a namespace', () => RouteAction.delegateTo('api'), '"api" does not name a VirtualService. Write NAMESPACE/NAME, for example team-b/api.'],
  ])('%s', (_, action, message) => {
    expect(action).toThrow(message);
  });

  test('a subset that nobody defines, of this service and of another', () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    new HttpRoute(chart, 'own', { service, match: path('/own'), action: RouteAction.toSubset('v9') });
    new HttpRoute(chart, 'other', { service, action: RouteAction.toService(other(chart, MeshPort.http(80)), { subset: 'v9' }) });
    expect(mistakes(app).sort()).toEqual([
      '[shop/other] leads to the subset "v9" of ratings.data.svc.cluster.local; its subsets are: none. Define it there with addSubset(name, labels).',
      '[shop/own] names the subset "v9" of reviews; its subsets are: none. A CanaryRollout on this MeshService defines those of its versions, addSubset(name, labels) any other.',
    ]);
  });

  test('a port that the service does not have, also where it is left out', () => {
    const { app, chart } = shop();
    new HttpRoute(chart, 'route', { service: reviews(chart), match: HttpMatch.noneOf(HttpMatch.port(99)), action: RouteAction.toService(other(chart, MeshPort.http(80))) });
    expect(mistakes(app)).toEqual(['port 99 is not a port of reviews, which has 9080 (HTTP).']);
  });

  test('a service of which it must be said which port is meant', () => {
    const { app, chart } = shop();
    new HttpRoute(chart, 'route', { service: reviews(chart), action: RouteAction.toService(other(chart, MeshPort.http(80), MeshPort.http(81))) });
    expect(mistakes(app).join()).toContain('[shop/ratings] several ports carry HTTP');
  });
});
