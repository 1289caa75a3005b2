import { App, Chart, Duration } from 'cdk8s';
import { HttpMatch, HttpRoute, PathRewrite, RequestTimeout, ResilientService, RouteAction, StringMatch } from 'cdk8s-istio';
import { Application, namespace } from './application';
import { ApiServer } from './verdict';
import { Versions } from './versions';
import { withMesh } from './with-mesh';

const { exact, prefix, regex } = StringMatch;
const path = (match: StringMatch) => HttpMatch.path(match);
const segments = HttpMatch.pathSegments('/api');

/** What a route matches, how it rewrites, and for each path what the application sees; `undefined` is a request that it does not match. */
const REWRITES: Record<string, [HttpMatch | undefined, PathRewrite, Record<string, string | undefined>]> = {
  'segments-to-root': [segments, PathRewrite.prefix('/'), {
    '/api': '/', '/api/': '/', '/api/x': '/x', '/api/x/y': '/x/y', '/api?q=1': '/?q=1', '/api/x?q=1': '/x?q=1', '/apiary': undefined, '/': undefined,
  }],
  'segments-to-segment': [segments, PathRewrite.prefix('/v2'), { '/api': '/v2', '/api/': '/v2/', '/api/x': '/v2/x', '/api/x?q=1': '/v2/x?q=1', '/apiary': undefined }],
  'segments-to-slash': [segments, PathRewrite.prefix('/v2/'), { '/api': '/v2', '/api/': '/v2/', '/api/x': '/v2/x', '/apiary': undefined }],
  'slash-to-root': [path(prefix('/api/')), PathRewrite.prefix('/'), { '/api/': '/', '/api/x': '/x', '/api': undefined }],
  'slash-to-segment': [path(prefix('/api/')), PathRewrite.prefix('/v2'), { '/api/': '/v2/', '/api/x': '/v2/x', '/api': undefined }],
  'characters': [path(prefix('/api')), PathRewrite.prefix('/v2'), { '/api': '/v2', '/api/x': '/v2/x', '/apiary': '/v2ary' }],
  'characters-to-root': [path(prefix('/api')), PathRewrite.prefix('/'), { '/api': '/', '/api/x': '/x', '/api/x?q=1': '/x?q=1', '/apiary': '/ary' }],
  'exact-prefix': [path(exact('/api')), PathRewrite.prefix('/v2'), { '/api': '/v2', '/api?q=1': '/v2?q=1', '/api/': undefined }],
  'every-path': [undefined, PathRewrite.prefix('/v2'), { '/': '/v2/', '/x': '/v2/x', '/x?q=1': '/v2/x?q=1' }],
  'exact-path': [path(exact('/old')), PathRewrite.path('/new'), { '/old': '/new', '/old?q=1': '/new?q=1', '/old/': undefined }],
  'prefix-path': [path(prefix('/old/')), PathRewrite.path('/new'), { '/old/': '/new', '/old/a/b': '/new', '/old/a?q=1': '/new?q=1' }],
  'regex-path': [path(regex('/old/[0-9]+')), PathRewrite.path('/new'), { '/old/1': '/new', '/old/1?q=1': '/new?q=1', '/old/x': undefined }],
  'segments-path': [segments, PathRewrite.path('/new'), { '/api': '/new', '/api/x?q=1': '/new?q=1' }],
  'regex': [path(prefix('/users/')), PathRewrite.regex('^/users/([^/]+)/(.*)$', '/u/\\2/\\1'), { '/users/anna/cart?q=1': '/u/cart/anna?q=1', '/users/anna': '/users/anna' }],
  'regex-every': [undefined, PathRewrite.regex('b+', '-'), { '/abba/b?q=b': '/a-a/-?q=b' }],
  'backslash': [path(exact('/old')), PathRewrite.path('/a.b+c'), { '/old': '/a.b+c' }],
};

function manifests(): string {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  namespace(chart, 'shop');
  new Application(chart, 'client');
  const versions = new Versions(chart, 'backend');
  for (const [name, [match, rewrite]] of Object.entries(REWRITES)) {
    const service = versions.service(name);
    // Who answers tells whether the route was taken.
    if (match) new HttpRoute(chart, `${name}-rest`, { service, action: RouteAction.toSubset('v1') });
    new HttpRoute(chart, `${name}-route`, { service, match, rewrite, action: RouteAction.toSubset('v2') });
  }
  const host = versions.service('host');
  new HttpRoute(chart, 'host-route', { service: host, rewrite: PathRewrite.authority('api.example.com') });
  const both = versions.service('host-and-path');
  new HttpRoute(chart, 'both-route', { service: both, match: segments, rewrite: PathRewrite.prefix('/').withAuthority('api.example.com:8443') });

  // Another construct makes the rules narrower, for longer paths than the rewrite is about.
  const narrowed = versions.service('narrowed');
  new HttpRoute(chart, 'narrowed-route', { service: narrowed, match: segments, rewrite: PathRewrite.prefix('/') });
  new ResilientService(chart, 'narrowed-resilience', {
    service: narrowed,
    timeout: RequestTimeout.none(),
    routes: [
      { match: path(prefix('/api/slow/')), timeout: RequestTimeout.after(Duration.minutes(1)) },
      { match: path(exact('/api/slow')), timeout: RequestTimeout.after(Duration.minutes(2)) },
    ],
  });
  return app.synthYaml();
}

const mesh = withMesh(manifests);

test('every object is taken by the API server and by istiod without a word', async () => {
  const apiServer = new ApiServer();
  expect(await apiServer.complaints(manifests())).toEqual([]);
  await apiServer.end();
});

const CASES = Object.entries(REWRITES).flatMap(([name, [, , paths]]) => Object.entries(paths).map(([asked, seen]) => [name, asked, seen] as const));

test.each(CASES)('%s: %s is seen as %s', async (service, asked, path_) => {
  const { seen, version } = await mesh.one({ caller: 'shop/client', url: `http://${service}${asked}` });
  expect({ path: seen?.path, version }).toEqual({ path: path_ ?? asked, version: path_ === undefined ? 'v1' : 'v2' });
});

test.each([
  ['/api', '/'], ['/api/', '/'], ['/api/x', '/x'], ['/api/slow', '/slow'], ['/api/slow/', '/slow/'], ['/api/slow/x?q=1', '/slow/x?q=1'], ['/api/slower', '/slower'],
])('narrowed by another construct, %s is still seen as %s', async (asked, path_) => {
  expect((await mesh.one({ caller: 'shop/client', url: `http://narrowed${asked}` })).seen?.path).toBe(path_);
});

test('the Host is replaced, with the path or without', async () => {
  const seen = async (url: string) => {
    const { seen: at } = await mesh.one({ caller: 'shop/client', url });
    return [at?.host, at?.path];
  };
  expect(await seen('http://host/x')).toEqual(['api.example.com', '/x']);
  expect(await seen('http://host-and-path/api/x')).toEqual(['api.example.com:8443', '/x']);
  expect(await seen('http://host-and-path/other')).toEqual(['host-and-path', '/other']);
});
