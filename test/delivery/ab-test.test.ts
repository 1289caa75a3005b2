import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import {
  ABTest, ABTestProps, BlueGreenRollout, HashKey, HttpMatch, HttpRoute, LiveColor, LoadBalancer, RequestTimeout, ResilientService, RouteAction,
  StringMatch, VariantAssignment,
} from '../../src';
import { Request, decide } from '../support/istio-match';
import { messageOf, mistakes, only, reviews, rules, shop } from '../support/shop';

const GET: Request = { path: '/', method: 'GET', port: 9080, headers: {}, query: {} };
const VARIANTS = [{ version: 'a', share: 50 }, { version: 'b', share: 30 }, { version: 'c', share: 20 }];
const BY_COOKIE = VariantAssignment.byCookie('variant', Duration.days(1));
const BY_HASH = VariantAssignment.byUserHash(HashKey.header('x-user-id'));
const ASSIGNMENTS = { header: VariantAssignment.byHeader('x-assigned'), cookie: BY_COOKIE, hash: BY_HASH };

function abTest(props: Partial<ABTestProps> = {}) {
  const { app, chart } = shop();
  return { app, chart, test: new ABTest(chart, 'test', { service: reviews(chart), variants: VARIANTS, assignment: BY_COOKIE, ...props }) };
}

const shares = (http: any[], request: Partial<Request> = {}) =>
  decide(http, { ...GET, ...request }).route.map(({ destination, weight }: any) => [destination.subset, weight]);

test.each(Object.entries(ASSIGNMENTS))('by %s, what says nothing is spread by the shares, and what is explicit wins', (_, assignment) => {
  const http = rules(abTest({ assignment, explicitHeader: 'x-variant' }).app);
  expect(shares(http)).toEqual([['a', 50], ['b', 30], ['c', 20]]);
  const other = { 'x-assigned': 'b', 'cookie': 'variant=b', 'x-user-id': 'somebody' };
  for (const variant of ['a', 'b', 'c']) expect(shares(http, { headers: { 'x-variant': variant, ...other } })).toEqual([[variant, undefined]]);
  expect(shares(http, { headers: { 'x-variant': 'd' } })).toEqual([['a', 50], ['b', 30], ['c', 20]]);
});

test('by header, the header says the variant', () => {
  const http = rules(abTest({ assignment: ASSIGNMENTS.header }).app);
  expect(shares(http, { headers: { 'x-assigned': 'c' } })).toEqual([['c', undefined]]);
});

test('by cookie, each variant sets the cookie that leads back to it', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/), { minLength: 2, maxLength: 5 }), (names) => {
    const variants = names.map((version, index) => ({ version, share: index === 0 ? 100 - 10 * (names.length - 1) : 10 }));
    const http = rules(abTest({ variants }).app);
    const split = decide(http, GET).route;
    expect(split.map(({ destination, weight }: any) => ({ version: destination.subset, share: weight }))).toEqual(variants);
    for (const { destination, headers } of split) {
      const [cookie, ...attributes] = headers.response.add['set-cookie'].split('; ');
      expect(attributes).toEqual(['Max-Age=86400', 'Path=/', 'HttpOnly']);
      expect(shares(http, { headers: { cookie: `x=y; ${cookie}; z=1` } })).toEqual([[destination.subset, undefined]]);
    }
  }), { numRuns: 20 });
});

test('by hash, the callers\' proxies are patched, and the rule keeps the order of the variants', () => {
  const { app } = abTest({ assignment: BY_HASH });
  const [rule] = rules(app);
  expect(only(app, 'EnvoyFilter').spec.configPatches.map(({ match }: any) => match.routeConfiguration.vhost.route.name)).toEqual([rule.name]);
  expect(only(app, 'EnvoyFilter').metadata).toMatchObject({ name: 'reviews-shop-by-hash', namespace: 'shop' });
});

test('a rule about some requests comes before the assignment, but not before what is explicit', () => {
  const { app, chart, test: ab } = abTest({ explicitHeader: 'x-variant' });
  new HttpRoute(chart, 'admin', { service: ab.service, match: HttpMatch.header('x-role', StringMatch.present()), action: RouteAction.toSubset('a') });
  const http = rules(app);
  expect(shares(http, { headers: { 'x-role': 'admin', 'cookie': 'variant=b' } }).map(([subset]: any) => subset)).toEqual(['a']);
  expect(shares(http, { headers: { 'x-role': 'admin', 'x-variant': 'b' } })).toEqual([['b', undefined]]);
});

test('a hash for pods beside a hash for variants has to be the same, as Envoy mixes the two', () => {
  const found = (key: HashKey) => {
    const { app, chart, test: ab } = abTest({ assignment: BY_HASH });
    new ResilientService(chart, 'resilience', { service: ab.service, timeout: RequestTimeout.none(), loadBalancer: LoadBalancer.consistentHash(key) });
    return mistakes(app);
  };
  expect(found(HashKey.header('x-user-id'))).toEqual([]);
  expect(found(HashKey.header('x-session'))).toEqual([expect.stringContaining('by the hash of something else, which Envoy mixes into one. Use the same HashKey for both')]);
});

test.each<[object, string]>([
  [{ variants: [{ version: 'a', share: 50 }, { version: 'b', share: 40 }] }, 'the shares are a: 50, b: 40, together 90; together they have to be 100. Add 10 to one of them.'],
  [{ variants: [{ version: 'a', share: 50 }, { version: 'b', share: 60 }] }, 'together 110; together they have to be 100. Take 10 from one of them.'],
  [{ variants: [{ version: 'a', share: 100 }] }, '1 variants are given; a test has at least two'],
  [{ variants: undefined }, '`variants` is undefined. Give a list'],
  [{ variants: [{ version: 'a', share: 99.5 }, { version: 'b', share: 0.5 }] }, 'variant-1: the share is 99.5; a whole percentage from 0 to 100 is allowed.'],
  [{ variants: [{ version: 'a', share: 110 }, { version: 'b', share: -10 }] }, 'variant-1: the share is 110;'],
  [{ variants: [{ version: 'a', share: 50 }, { version: 'a', share: 50 }] }, 'variant-1 and variant-2 are both the subset "a".'],
  [{ variants: [{ version: 'a', share: 50 }, 7] }, 'variant-2 is 7.'],
  [{ assignment: 'cookie' }, '`assignment` is "cookie". Give for example VariantAssignment.byHeader(\'x-variant\').'],
  [{ explicitHeader: 'x variant' }, '`explicitHeader` is "x variant"; the name of a header is allowed'],
  [{ explicitHeader: 'X-Assigned', assignment: ASSIGNMENTS.header }, '`explicitHeader` is X-Assigned, which the assignment goes by anyway. Leave it out.'],
  [{ service: 'reviews' }, '`service` is "reviews". Give a MeshService.'],
])('%j is refused with the path', (props, message) => {
  const text = messageOf(() => abTest(props));
  expect(text).toContain(message);
  expect(text).toMatch(/^\[shop\/test\] /);
});

test('a header that no request can have is refused', () => {
  expect(messageOf(() => VariantAssignment.byHeader('x:variant'))).toContain('VariantAssignment.byHeader: the header is "x:variant";');
});

test('a service is rolled out once, in whatever way', () => {
  const { chart, test: ab } = abTest();
  expect(messageOf(() => new BlueGreenRollout(chart, 'switch', { service: ab.service, blue: { version: 'a' }, green: { version: 'b' }, live: LiveColor.BLUE })))
    .toContain('[shop/switch] rolls out versions of reviews, which [shop/test] already does');
});
