import { App, Chart } from 'cdk8s';
import { HttpMatch, HttpRoute, MeshService, RouteAction, StringMatch } from 'cdk8s-istio';
import { Application, namespace } from './application';
import { MeshRequest } from './mesh-protocol';
import { ApiServer } from './verdict';
import { Versions } from './versions';
import { withMesh } from './with-mesh';

const { exact, prefix, regex, present } = StringMatch;
const path = (match: StringMatch) => HttpMatch.path(match);
const header = (name: string, match: StringMatch = present()) => HttpMatch.header(name, match);

/** The name of a service, and for which requests v2 answers. */
const MATCHES: Record<string, HttpMatch> = {
  'exact': path(exact('/a')),
  'prefix': path(prefix('/api')),
  'prefix-slash': path(prefix('/dir/')),
  'regex': path(regex('/(a|b)/[0-9]+')),
  'segments': HttpMatch.pathSegments('/api'),
  'header': header('X-User', exact('anna')),
  'header-prefix': header('x-user', prefix('an')),
  'header-regex': header('x-user', regex('a(nn|b)a')),
  'header-present': header('x-user'),
  'cookie': HttpMatch.cookie('group', exact('testers')),
  'cookie-present': HttpMatch.cookie('group', present()),
  'query': HttpMatch.queryParameter('v', exact('2')),
  'query-regex': HttpMatch.queryParameter('v', regex('[23]')),
  'query-present': HttpMatch.queryParameter('v', present()),
  'methods': HttpMatch.methods('GET', 'PUT'),
  'authority': HttpMatch.authority(exact('authority.shop')),
  'authority-prefix': HttpMatch.authority(prefix('authority-prefix.shop')),
  'scheme': HttpMatch.scheme('http'),
  'scheme-tls': HttpMatch.scheme('https'),
  'labels': HttpMatch.sourceLabels({ app: 'tester' }),
  'namespaces': HttpMatch.sourceNamespace('far'),
  'all-of': HttpMatch.allOf(path(prefix('/api/')), header('x-user', exact('anna')), HttpMatch.methods('GET')),
  'any-of': HttpMatch.anyOf(path(exact('/a')), header('x-user', exact('anna')), HttpMatch.sourceLabels({ app: 'tester' })),
  'none-of': HttpMatch.noneOf(header('x-user', exact('anna'))),
  'none-of-path': HttpMatch.noneOf(path(prefix('/api/'))),
  'none-of-two': HttpMatch.noneOf(HttpMatch.methods('POST'), header('x-user')),
  'but-not': path(prefix('/api/')).butNot(path(prefix('/api/private/'))),
  'but-not-segments': HttpMatch.pathSegments('/api').butNot(HttpMatch.queryParameter('v', exact('1'))),
};

function manifests(): string {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const far = new Chart(app, 'far', { namespace: 'far' });
  namespace(chart, 'shop');
  namespace(far, 'far');
  new Application(chart, 'client');
  new Application(chart, 'tester');
  new Application(far, 'client');
  const versions = new Versions(chart, 'backend');
  for (const [name, match] of Object.entries(MATCHES)) versions.split(name, match);

  const ports = new Versions(chart, 'ported', [{ name: 'http-a', port: 9000 }, { name: 'http-b', port: 9001 }]);
  ports.split('port', HttpMatch.port(9001));

  // Each of them takes a request of its own, and each takes some of another's.
  const other = (name: string) => new Application(chart, name, { ports: [{ name: 'http', port: 80, targetPort: 8080 }] }).mesh();
  const targets: [string, HttpMatch, MeshService, number?][] = [
    ['exact', path(exact('/a/b')), other('to-exact')],
    ['regex', path(regex('/a/.*')), other('to-regex')],
    ['long', path(prefix('/ab')), other('to-long')],
    ['short', path(prefix('/a')), other('to-short')],
    ['conditions', HttpMatch.allOf(header('x-user', exact('anna')), HttpMatch.methods('GET')), other('to-conditions')],
    ['header', header('x-user', exact('anna')), other('to-header')],
    ['urgent', header('x-urgent'), other('to-urgent'), 1],
  ];
  const ordered = versions.service('ordered');
  for (const [name, match, service, priority] of [...targets].reverse()) {
    new HttpRoute(chart, `ordered-${name}`, { service: ordered, match, action: RouteAction.toService(service), priority });
  }
  return app.synthYaml();
}

const mesh = withMesh(manifests);

test('every object is taken by the API server and by istiod without a word', async () => {
  const apiServer = new ApiServer();
  expect(await apiServer.complaints(manifests())).toEqual([]);
  await apiServer.end();
});

type Said = Partial<MeshRequest> & { path?: string; user?: string };
type Case = [service: string, said: Said, answeredBy: 'v1' | 'v2'];

const rows = (service: string, yes: Said[], no: Said[]): Case[] => [
  ...yes.map((said): Case => [service, said, 'v2']), ...no.map((said): Case => [service, said, 'v1']),
];
const paths = (...all: string[]) => all.map((one) => ({ path: one }));
const users = (...all: (string | undefined)[]) => all.map((user) => ({ user }));
const cookies = (...all: string[]) => all.map((cookie) => ({ headers: { cookie } }));
const callers = (...all: string[]) => all.map((caller) => ({ caller }));

test.each<Case>([
  ...rows('exact', paths('/a', '/a?x=1', '/./a', '/b/../a', '/%61'), paths('/a/', '/a/b', '/ab', '/A', '//a', '/')),
  ...rows('prefix', paths('/api', '/api/', '/api/x', '/apiary', '/api?x=1'), paths('/ap', '/Api', '/x/api', '//api')),
  ...rows('prefix-slash', paths('/dir/', '/dir/x'), paths('/dir', '/directory')),
  ...rows('regex', paths('/a/1', '/b/234', '/a/1?x=1'), paths('/a/x', '/a/1/2', '/x/a/1', '/a/')),
  ...rows('segments', paths('/api', '/api/', '/api/x', '/api?x=1', '/api/x/y'), paths('/apiary', '/api.json', '/Api', '/x/api', '/')),
  ...rows('header', [...users('anna'), { headers: { 'X-USER': 'anna' } }], users('Anna', 'annabel', undefined)),
  ...rows('header-prefix', users('anna', 'an', 'annabel'), users('a', 'Anna', undefined)),
  ...rows('header-regex', users('anna', 'aba'), users('annabel', 'xanna', undefined)),
  ...rows('header-present', users('anna', 'x'), users(undefined)),
  ...rows('cookie', cookies('group=testers', 'a=b; group=testers; c=d', 'a=b;group=testers'), [...cookies('group=testersx', 'xgroup=testers', 'a=group=testers', 'group=other'), {}]),
  ...rows('cookie-present', cookies('group=', 'a=b; group=x'), [...cookies('groups=a', 'a=group'), {}]),
  ...rows('query', paths('/?v=2', '/x?a=1&v=2', '/?v=2&v=3'), paths('/?v=22', '/?V=2', '/', '/?a=v=2', '/v=2')),
  ...rows('query-regex', paths('/?v=2', '/?v=3'), paths('/?v=23', '/?v=4', '/')),
  ...rows('query-present', paths('/?v=2', '/?v='), paths('/', '/?a=v')),
  ...rows('methods', [{ method: 'GET' }, { method: 'PUT' }], [{ method: 'POST' }, { method: 'PATCH' }, { method: 'DELETE' }]),
  ...rows('authority', [{ headers: { host: 'authority.shop' } }], [{ headers: { host: 'authority' } }, { headers: { host: 'authority.shop:80' } }, { headers: { host: 'authority.shop.svc.cluster.local' } }]),
  ...rows('authority-prefix', [{ headers: { host: 'authority-prefix.shop' } }, { headers: { host: 'authority-prefix.shop.svc.cluster.local' } }, { headers: { host: 'authority-prefix.shop:80' } }], [{}]),
  ...rows('scheme', [{}], []),
  ...rows('scheme-tls', [], [{}]),
  ...rows('labels', callers('shop/tester'), callers('shop/client', 'far/client')),
  ...rows('namespaces', callers('far/client'), callers('shop/client', 'shop/tester')),
  ...rows('all-of', [{ path: '/api/x', user: 'anna' }], [{ path: '/api/x' }, { path: '/x', user: 'anna' }, { path: '/api/x', user: 'anna', method: 'POST' }]),
  ...rows('any-of', [{ path: '/a' }, { user: 'anna' }, { caller: 'shop/tester' }], [{}, { path: '/b', user: 'ben' }]),
  ...rows('none-of', users('ben', undefined), users('anna')),
  ...rows('none-of-path', paths('/', '/api', '/x/api/'), paths('/api/', '/api/x')),
  ...rows('none-of-two', [{}, { method: 'PUT' }], [{ method: 'POST' }, { user: 'anna' }, { user: 'anna', method: 'POST' }]),
  ...rows('but-not', paths('/api/', '/api/x', '/api/private'), paths('/api/private/', '/api/private/x', '/x')),
  ...rows('but-not-segments', paths('/api', '/api/x', '/api/x?v=2'), paths('/api?v=1', '/api/x?v=1', '/apiary')),
])('the match %s of %j is answered by %s', async (service, said, version) => {
  const { path: asked = '/', user, headers, ...rest } = said;
  const where = service.startsWith('namespaces') || service === 'labels' ? `${service}.shop` : service;
  const request = {
    caller: 'shop/client', url: `http://${where}${asked}`, headers: { ...user === undefined ? {} : { 'x-user': user }, ...headers }, count: 3, ...rest,
  };
  const { byStatus, byVersion } = await mesh.request(request);
  expect({ byStatus, byVersion }).toEqual({ byStatus: { 200: 3 }, byVersion: { [version]: 3 } });
});

test('HEAD is not part of GET', async () => {
  await mesh.request({ caller: 'shop/client', url: 'http://methods/', method: 'HEAD', count: 3 });
  const byVersion = await Promise.all(['v1', 'v2'].map(async (version) => (await mesh.received(`shop/backend-${version}`)).total));
  expect(byVersion).toEqual([3, 0]);
});

test('a match by port is about the Service\'s port that was called', async () => {
  expect((await mesh.request({ caller: 'shop/client', url: 'http://port:9001/', count: 5 })).byVersion).toEqual({ v2: 5 });
  expect((await mesh.request({ caller: 'shop/client', url: 'http://port:9000/', count: 5 })).byVersion).toEqual({ v1: 5 });
});

test.each<[string, Record<string, string>, string]>([
  ['/a/b', {}, 'to-exact'], ['/a/c', {}, 'to-regex'], ['/ab', {}, 'to-long'], ['/abc', {}, 'to-long'], ['/a', {}, 'to-short'], ['/ac', {}, 'to-short'],
  ['/c', { 'x-user': 'anna' }, 'to-conditions'], ['/a/b', { 'x-user': 'anna' }, 'to-exact'], ['/a/b', { 'x-user': 'anna', 'x-urgent': '1' }, 'to-urgent'],
])('the order is that of priority and specificity: %s with %j is led to %s', async (asked, headers, workload) => {
  expect((await mesh.request({ caller: 'shop/client', url: `http://ordered${asked}`, headers, count: 3 })).byWorkload).toEqual({ [`shop/${workload}`]: 3 });
});

test('more conditions come before fewer: the method and the header before the header', async () => {
  const ask = { caller: 'shop/client', url: 'http://ordered/c', headers: { 'x-user': 'anna' } };
  expect((await mesh.request({ ...ask, method: 'POST', count: 3 })).byWorkload).toEqual({ 'shop/to-header': 3 });
  expect((await mesh.request({ ...ask, count: 3 })).byWorkload).toEqual({ 'shop/to-conditions': 3 });
});

test('what no route of the service is about is answered by the service itself', async () => {
  const { byVersion } = await mesh.request({ caller: 'shop/client', url: 'http://ordered/c', count: 20 });
  expect(Object.keys(byVersion).sort()).toEqual(['v1', 'v2']);
});
