import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { HttpMatch, HttpRoute, PathRewrite, RequestTimeout, RouteAction, StringMatch } from '../../src';
import { decide, rewritten } from '../support/istio-match';
import { reviews, rules, shop } from '../support/shop';

/** What the application sees of a path, where other routes make rules of their own for some of them. */
function seen(path: string, rewrite: PathRewrite, match?: HttpMatch, ...narrower: HttpMatch[]): string {
  const { app, chart } = shop();
  const service = reviews(chart);
  new HttpRoute(chart, 'route', { service, match, rewrite });
  narrower.forEach((one, index) => new HttpRoute(chart, `narrower-${index}`, { service, match: one, timeout: RequestTimeout.after(Duration.seconds(index + 1)) }));
  const request = { path, method: 'GET', port: 9080, headers: { 'x-a': '1' }, query: {} };
  return rewritten(decide(rules(app), request), request);
}

const segments = HttpMatch.pathSegments('/api');
const prefix = (path: string) => HttpMatch.path(StringMatch.prefix(path));

test.each<[string, HttpMatch | undefined, string, string, string]>([
  ['whole segments', segments, '/v2', '/api', '/v2'],
  ['whole segments', segments, '/v2', '/api/', '/v2/'],
  ['whole segments', segments, '/v2', '/api/x', '/v2/x'],
  ['whole segments', segments, '/v2/', '/api/x', '/v2/x'],
  ['whole segments', segments, '/', '/api', '/'],
  ['whole segments', segments, '/', '/api/', '/'],
  ['whole segments', segments, '/', '/api/x', '/x'],
  ['whole segments', segments, '/v2', '/apiary', '/apiary'],
  ['a prefix with a slash', prefix('/api/'), '/v2', '/api/x', '/v2/x'],
  ['a prefix with a slash', prefix('/api/'), '/', '/api/x', '/x'],
  ['a prefix without', prefix('/api'), '/v2/', '/api/x', '/v2/x'],
  ['a prefix without', prefix('/api'), '/', '/api/x', '/x'],
  ['a prefix without', prefix('/api'), '/', '/apiary', '/ary'],
  ['an exact path', HttpMatch.path(StringMatch.exact('/api/x')), '/v2', '/api/x', '/v2'],
  ['every request', undefined, '/v2', '/', '/v2/'],
  ['every request', undefined, '/v2', '/x', '/v2/x'],
  ['a header', HttpMatch.header('x-a', StringMatch.exact('1')), '/v2', '/x', '/v2/x'],
])('of %s, with %#: the prefix %3$s makes %4$s of the path', (_, match, to, path, expected) => {
  expect(seen(path, PathRewrite.prefix(to), match)).toBe(expected);
});

test('a prefix is replaced alike, however narrow the rules are that others make', () => {
  const matches = fc.constantFrom('/a', '/a/', '/a/b').chain((path) => fc.constantFrom(HttpMatch.path(StringMatch.exact(path)), prefix(path)));
  const narrower = fc.uniqueArray(matches, { maxLength: 3, selector: ({ _atoms }) => JSON.stringify(_atoms) });
  const of = fc.constantFrom(undefined, HttpMatch.pathSegments('/a'), prefix('/a'), prefix('/a/'), HttpMatch.header('x-a', StringMatch.exact('1')));
  fc.assert(fc.property(of, fc.constantFrom('/v2', '/v2/', '/', '/a/c'), fc.constantFrom('/', '/a', '/a/', '/a/b', '/a/b/c', '/ab'), narrower, (match, to, path, others) => {
    expect(seen(path, PathRewrite.prefix(to), match, ...others)).toBe(seen(path, PathRewrite.prefix(to), match));
    expect(seen(path, PathRewrite.prefix(to), match)).not.toContain('//');
  }), { numRuns: 150 });
});

test('the whole path is replaced, whatever of it the rule matches', () => {
  for (const match of [undefined, segments, prefix('/api'), prefix('/api/'), HttpMatch.path(StringMatch.exact('/api/x'))]) {
    expect(seen('/api/x', PathRewrite.path('/fixed\\1'), match, prefix('/ap'))).toBe('/fixed\\1');
  }
  expect(seen('/api/x', PathRewrite.path('/fixed\\1'), HttpMatch.path(StringMatch.regex('/a.*')))).toBe('/fixed\\1');
});

test('an expression replaces what it finds', () => {
  expect(seen('/users/7/items', PathRewrite.regex('^/users/([^/]+)', '/u/\\1'))).toBe('/u/7/items');
});

test.each([
  ['/api/', '/v2', { uriRegexRewrite: { match: '^/api/', rewrite: '/v2/' } }],
  ['/api', '/v2', { uriRegexRewrite: { match: '^/api', rewrite: '/v2' } }],
  ['/api', '/', { uriRegexRewrite: { match: '^/api/?', rewrite: '/' } }],
])('rules of a delegate may match more than %s, so what is replaced by %s is said in full', (matched, to, expected) => {
  const { app, chart } = shop();
  new HttpRoute(chart, 'route', { service: reviews(chart), match: prefix(matched), action: RouteAction.delegateTo('team-b/api'), rewrite: PathRewrite.prefix(to) });
  expect(rules(app)[0].rewrite).toEqual(expected);
});

test('path and host are rewritten by one rewrite', () => {
  const { app, chart } = shop();
  new HttpRoute(chart, 'route', { service: reviews(chart), rewrite: PathRewrite.path('/x').withAuthority('api.example.com') });
  expect(rules(app)[0].rewrite).toEqual({ uriRegexRewrite: { match: '^/.*$', rewrite: '/x' }, authority: 'api.example.com' });
});

test.each<[string, () => PathRewrite, string]>([
  ['a path without a slash', () => PathRewrite.prefix('v2'), 'PathRewrite.prefix: "v2" is not a path. It starts with a slash, for example /v2.'],
  ['a path with a query', () => PathRewrite.path('/x?y=1'), 'PathRewrite.path: "/x?y=1" holds more than a path'],
  ['an expression that is none', () => PathRewrite.regex('(', 'x'), 'PathRewrite.regex: "(" is not a regular expression of RE2: '],
  ['looking ahead', () => PathRewrite.regex('a(?=b)', 'x'), 'is not a regular expression of RE2'],
  ['a group that is not there', () => PathRewrite.regex('/(a)[(]', '/\\2'), 'the replacement "/\\2" names group 2, but "/(a)[(]" has 1.'],
  ['a lone backslash', () => PathRewrite.regex('a', 'b\\c'), 'a backslash stands alone. Write \\\\ for a backslash, or \\1 for a group.'],
  ['an empty replacement', () => PathRewrite.regex('a', ''), 'Istio takes neither an empty expression nor an empty replacement.'],
  ['a host with a scheme', () => PathRewrite.authority('https://a.example'), 'PathRewrite.authority: "https://a.example" is not a host.'],
])('%s is refused', (_, action, message) => {
  expect(action).toThrow(message);
});

test('an expression that is longer than Istio takes is refused', () => {
  expect(PathRewrite.regex(`/${'a'.repeat(1023)}`, '/b')).toBeInstanceOf(PathRewrite);
  expect(() => PathRewrite.regex(`/${'a'.repeat(1024)}`, '/b')).toThrow('PathRewrite.regex: the expression has 1025 bytes; Istio takes 1024 at most. Shorten it.');
});
