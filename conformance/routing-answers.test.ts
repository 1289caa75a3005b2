import { App, Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, DirectResponse, HttpMatch, HttpRoute, HttpRouteProps, Redirect, RedirectCode, RequestTimeout, ResilientService, Retries, RouteAction,
  StringMatch, UnmatchedPreflights,
} from 'cdk8s-istio';
import { Application, namespace } from './application';
import { MeshRequest, MeshResult } from './mesh-protocol';
import { ApiServer } from './verdict';
import { Versions } from './versions';
import { withMesh } from './with-mesh';

const { exact, prefix } = StringMatch;
const path = (match: StringMatch) => HttpMatch.path(match);
const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];
const DOCS = exact('https://docs.example.com');

/** What is answered by the proxy itself, or changed on the way. */
const ROUTES: Record<string, Omit<HttpRouteProps, 'service'>> = {
  'redirect-path': { action: RouteAction.redirect(Redirect.to({ path: '/new' })) },
  'redirect-query': { action: RouteAction.redirect(Redirect.to({ path: '/new?a=b' })) },
  'redirect-host': { action: RouteAction.redirect(Redirect.to({ authority: 'www.example.com' })) },
  'redirect-https': { action: RouteAction.redirect(Redirect.toHttps()) },
  'redirect-port': { action: RouteAction.redirect(Redirect.to({ port: 8443 })) },
  'redirect-all': {
    action: RouteAction.redirect(Redirect.to({ path: '/new', authority: 'www.example.com', scheme: 'https', port: 8443, code: RedirectCode.PERMANENT_REDIRECT })),
  },
  ...Object.fromEntries([301, 302, 303, 307, 308].map((code) => [`redirect-${code}`, { action: RouteAction.redirect(Redirect.to({ path: '/new', code })) }])),
  'status': { action: RouteAction.respond(DirectResponse.status(503)) },
  'text': { action: RouteAction.respond(DirectResponse.text(410, 'gone, 100 %')), responseHeaders: { set: { 'x-from': 'proxy' } } },
  'json': { action: RouteAction.respond(DirectResponse.json(200, { open: false })) },
  'headers': {
    requestHeaders: { set: { 'x-set': 'proxy', 'x-new': '5 %%' }, add: { 'x-add': 'proxy' }, remove: ['x-remove'] },
    responseHeaders: { set: { 'x-answer-set': 'proxy' }, add: { 'x-answer-add': 'proxy' }, remove: ['x-answer-remove'] },
  },
  'headers-host': { requestHeaders: { set: { host: 'other.example.com' } } },
  'headers-before': { requestHeaders: { remove: ['x-user'], set: { 'x-seen': 'yes' } }, match: HttpMatch.header('x-user', StringMatch.present()) },
  'cors': {
    cors: {
      allowOrigins: [DOCS, StringMatch.regex('https://[a-z]+\\.shop\\.example')],
      allowMethods: ['GET', 'PUT'],
      allowHeaders: ['x-user'],
      exposeHeaders: ['x-count'],
      maxAge: Duration.hours(1),
      allowCredentials: true,
    },
  },
  'cors-ignore': { cors: { allowOrigins: [DOCS], unmatchedPreflights: UnmatchedPreflights.IGNORE } },
  'timed': { timeout: RequestTimeout.after(Duration.millis(600)), match: path(prefix('/timed/')) },
  'retried': { retries: Retries.upTo(3, { methods: ['GET'] }), match: path(prefix('/retried/')) },
};

function manifests(): string {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  namespace(chart, 'shop');
  new Application(chart, 'client');
  const versions = new Versions(chart, 'backend');
  for (const [name, props] of Object.entries(ROUTES)) new HttpRoute(chart, `route-${name}`, { service: versions.service(name), ...props });

  const split = versions.service('split');
  new HttpRoute(chart, 'split-route', {
    service: split,
    action: RouteAction.split(
      { subset: 'v1', weight: 0, requestHeaders: { set: { 'x-share': 'v1' } } },
      { subset: 'v2', weight: 100, requestHeaders: { set: { 'x-share': 'v2' } }, responseHeaders: { set: { 'x-answer': 'v2' } } },
    ),
    requestHeaders: { set: { 'x-route': 'all' } },
  });

  // Three constructs say of one service what they know, each for requests of its own.
  const shared = new Application(chart, 'shared', { ports: HTTP, versions: ['v1', 'v2'] }).mesh();
  new CanaryRollout(chart, 'canary', {
    service: shared, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 0, alwaysCanary: HttpMatch.header('x-canary', exact('true')),
  });
  new ResilientService(chart, 'resilience', { service: shared, timeout: RequestTimeout.after(Duration.millis(700)), retries: Retries.upTo(2) });
  new HttpRoute(chart, 'reports', { service: shared, match: HttpMatch.pathSegments('/reports'), timeout: RequestTimeout.none(), requestHeaders: { set: { 'x-reports': '1' } } });
  new HttpRoute(chart, 'closed', { service: shared, match: path(exact('/closed')), action: RouteAction.respond(DirectResponse.text(404, 'closed')) });
  return app.synthYaml();
}

const mesh = withMesh(manifests);

test('every object is taken by the API server and by istiod without a word', async () => {
  const apiServer = new ApiServer();
  expect(await apiServer.complaints(manifests())).toEqual([]);
  await apiServer.end();
});

async function ask(service: string, request: Partial<MeshRequest> & { path?: string } = {}): Promise<MeshResult> {
  const { path: asked = '/', ...rest } = request;
  return mesh.one({ caller: 'shop/client', url: `http://${service}${asked}`, ...rest });
}

async function received(): Promise<number> {
  return (await Promise.all(['v1', 'v2'].map(async (version) => (await mesh.received(`shop/backend-${version}`)).total))).reduce((a, b) => a + b);
}

describe('a redirect', () => {
  test.each([
    ['redirect-path', '/old?x=1', 'http://redirect-path/new?x=1'],
    ['redirect-query', '/old?x=1', 'http://redirect-query/new?a=b'],
    ['redirect-host', '/old?x=1', 'http://www.example.com/old?x=1'],
    ['redirect-https', '/old?x=1', 'https://redirect-https/old?x=1'],
    ['redirect-port', '/old', 'http://redirect-port:8443/old'],
  ])('of %s sends %s to %s, and reaches no application', async (service, asked, location) => {
    const { status, headers, seen } = await ask(service, { path: asked });
    expect({ status, location: headers?.location, seen }).toEqual({ status: 301, location, seen: undefined });
    expect(await received()).toBe(0);
  });

  test('to all of it keeps the query alone', async () => {
    const { status, headers } = await ask('redirect-all', { path: '/old?x=1', method: 'POST' });
    expect({ status, location: headers?.location }).toEqual({ status: 308, location: 'https://www.example.com:8443/new?x=1' });
  });

  test.each([301, 302, 303, 307, 308])('has the status %s', async (code) => {
    expect((await ask(`redirect-${code}`)).status).toBe(code);
  });
});

describe('a direct response', () => {
  test.each([
    ['status', 503, undefined, undefined],
    ['text', 410, 'gone, 100 %', 'text/plain'],
    ['json', 200, '{"open":false}', 'application/json'],
  ])('of %s has the status %s and the body %s', async (service, status, body, type) => {
    const { headers, ...answer } = await ask(service, { method: 'POST', body: 'x' });
    expect([answer.status, answer.body || undefined, headers?.['content-type']]).toEqual([status, body, type]);
    expect(headers?.['x-from']).toBe(service === 'text' ? 'proxy' : undefined);
    expect(await received()).toBe(0);
  });
});

describe('headers', () => {
  test('of the request are removed, set and added before the application sees them', async () => {
    const { seen } = await ask('headers', { headers: { 'x-set': 'client', 'x-add': 'client', 'x-remove': 'client', 'x-kept': 'client' } });
    const of = (name: string) => seen?.headers[name];
    expect(['x-set', 'x-new', 'x-add', 'x-remove', 'x-kept'].map(of)).toEqual(['proxy', '5 %', 'client, proxy', undefined, 'client']);
  });

  test('of the response are changed before the client sees them', async () => {
    for (const version of ['v1', 'v2']) {
      await mesh.behave(`shop/backend-${version}`, { headers: { 'x-answer-set': 'app', 'x-answer-add': 'app', 'x-answer-remove': 'app', 'x-answer-kept': 'app' } });
    }
    const { headers } = await ask('headers');
    expect(['set', 'remove', 'kept'].map((name) => headers?.[`x-answer-${name}`])).toEqual(['proxy', undefined, 'app']);
    expect(headers?.['x-answer-add']?.split(/, ?/).sort()).toEqual(['app', 'proxy']);
  });

  test('set the Host that the application sees', async () => {
    expect((await ask('headers-host')).seen?.host).toBe('other.example.com');
  });

  test('are matched before they are changed', async () => {
    expect((await ask('headers-before', { headers: { 'x-user': 'a' } })).seen?.headers).toMatchObject({ 'x-seen': 'yes' });
    expect((await ask('headers-before', { headers: { 'x-user': 'a' } })).seen?.headers['x-user']).toBeUndefined();
    expect((await ask('headers-before')).seen?.headers['x-seen']).toBeUndefined();
  });

  test('of one destination stand beside those of the route', async () => {
    const { seen, version, headers } = await ask('split');
    expect([version, seen?.headers['x-share'], seen?.headers['x-route'], headers?.['x-answer']]).toEqual(['v2', 'v2', 'all', 'v2']);
  });
});

describe('CORS', () => {
  const preflight = (origin: string, service = 'cors') => ask(service, {
    method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'x-user' },
  });
  const allowed = (headers: MeshResult['headers'] = {}) => Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));

  test.each(['https://docs.example.com', 'https://beta.shop.example'])('a preflight of %s is answered by the proxy', async (origin) => {
    const { status, headers, seen } = await preflight(origin);
    expect([status, seen]).toEqual([200, undefined]);
    expect(allowed(headers)).toEqual({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET,PUT',
      'access-control-allow-headers': 'x-user',
      'access-control-expose-headers': 'x-count',
      'access-control-max-age': '3600',
      'access-control-allow-credentials': 'true',
    });
    expect(await received()).toBe(0);
  });

  test.each(['https://evil.example.com', 'https://docs.example.com.evil.com', 'http://docs.example.com'])('a preflight of %s is the application\'s to answer', async (origin) => {
    const { seen, headers } = await preflight(origin);
    expect([seen?.method, allowed(headers)]).toEqual(['OPTIONS', {}]);
  });

  test('one of another origin may be answered without leave', async () => {
    const { status, seen, headers } = await preflight('https://evil.example.com', 'cors-ignore');
    expect([status, seen, allowed(headers)]).toEqual([200, undefined, {}]);
  });

  test('a simple request reaches the application, and its page may read the answer', async () => {
    const simple = async (origin: string) => {
      const { seen, headers } = await ask('cors', { headers: { origin } });
      return [seen?.method, allowed(headers)];
    };
    expect(await simple('https://docs.example.com')).toEqual(['GET', {
      'access-control-allow-origin': 'https://docs.example.com', 'access-control-allow-credentials': 'true', 'access-control-expose-headers': 'x-count',
    }]);
    // It keeps no client out: the answer is there, and the browser hides it.
    expect(await simple('https://evil.example.com')).toEqual(['GET', {}]);
  });
});

describe('a route of its own', () => {
  const both = async (behaviour: object) => Promise.all(['v1', 'v2'].map(async (version) => mesh.behave(`shop/backend-${version}`, behaviour)));

  test('has its timeout, other requests have none', async () => {
    await both({ delayMs: 1500 });
    expect((await ask('timed', { path: '/timed/x' })).status).toBe(504);
    expect((await ask('timed', { path: '/other' })).status).toBe(200);
  });

  test('has its retries, counted: a 503 is tried four times by GET, once by POST and once on other paths', async () => {
    await both({ status: 503 });
    const tries = async (request: Partial<MeshRequest> & { path: string }) => {
      const { status } = await ask('retried', request);
      const count = await received();
      await mesh.reset();
      await both({ status: 503 });
      return [status, count];
    };
    expect(await tries({ path: '/retried/x' })).toEqual([503, 4]);
    expect(await tries({ path: '/retried/x', method: 'POST' })).toEqual([503, 1]);
    expect(await tries({ path: '/other' })).toEqual([503, 1]);
  });
});

describe('a route, a canary and a timeout of one service', () => {
  const canary = { headers: { 'x-canary': 'true' } };

  test.each<[string, object, string, string | undefined]>([
    ['/', {}, 'v1', undefined], ['/', canary, 'v2', undefined], ['/reports/1', {}, 'v1', '1'], ['/reports', canary, 'v2', '1'], ['/reportsx', canary, 'v2', undefined],
  ])('all hold: %s with %j', async (asked, request, version, reports) => {
    const result = await ask('shared', { path: asked, ...request });
    expect([result.status, result.version, result.seen?.headers['x-reports']]).toEqual([200, version, reports]);
  });

  test('the narrower timeout decides, for either version', async () => {
    for (const version of ['v1', 'v2']) await mesh.behave(`shop/shared-${version}`, { delayMs: 1500 });
    for (const request of [{}, canary]) {
      expect((await ask('shared', { path: '/x', ...request })).status).toBe(504);
      expect((await ask('shared', { path: '/reports/1', ...request })).status).toBe(200);
    }
  });

  test('the general retries hold for the route too', async () => {
    await mesh.behave('shop/shared-v2', { status: 503 });
    expect((await ask('shared', { path: '/reports', ...canary })).status).toBe(503);
    expect((await mesh.received('shop/shared-v2')).total).toBe(3);
  });

  test('what the proxy answers itself is tried before the canary', async () => {
    const { status, body } = await ask('shared', { path: '/closed', ...canary });
    expect([status, body]).toEqual([404, 'closed']);
    expect((await mesh.received('shop/shared-v2')).total).toBe(0);
  });
});
