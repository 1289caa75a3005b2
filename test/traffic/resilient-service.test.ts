import { Duration } from 'cdk8s';
import { HttpMatch, LoadBalancer, MeshPort, RequestTimeout, ResilientService, Retries, StringMatch } from '../../src';
import { decide } from '../support/istio-match';
import { mistakes, reviews, rules, shop, synthesized } from '../support/shop';

const NONE = RequestTimeout.none();
const after = (seconds: number) => RequestTimeout.after(Duration.seconds(seconds));
const GET = { path: '/', method: 'GET', port: 80, headers: {}, query: {} };

test('nothing is limited that was not asked for', () => {
  const { app, chart } = shop();
  new ResilientService(chart, 'resilience', { service: reviews(chart), timeout: NONE });
  expect(synthesized(app)).toEqual([]);
});

test('a timeout alone is one rule', () => {
  const { app, chart } = shop();
  const resilience = new ResilientService(chart, 'resilience', { service: reviews(chart), timeout: after(5) });
  expect(rules(app)).toEqual([{ route: [{ destination: { host: 'reviews.shop.svc.cluster.local' } }], timeout: '5s' }]);
  expect([resilience.virtualService?.kind, resilience.destinationRule]).toEqual(['VirtualService', undefined]);
});

test.each([Duration.seconds(0), Duration.millis(0.5)])('a timeout of %s is refused', (duration) => {
  expect(() => RequestTimeout.after(duration)).toThrow('Istio accepts whole milliseconds from 1 ms on.');
});

test('a route and a port may be without the timeout that the service has', () => {
  const { app, chart } = shop();
  new ResilientService(chart, 'resilience', {
    service: reviews(chart, MeshPort.http(80), MeshPort.http(81)),
    timeout: after(5),
    routes: [{ match: HttpMatch.path(StringMatch.prefix('/stream')), timeout: NONE }],
    ports: [{ port: 81, timeout: NONE }],
  });
  const timeout = (change: object) => decide(rules(app), { ...GET, ...change }).timeout;
  expect([timeout({}), timeout({ path: '/stream/1' }), timeout({ port: 81 })]).toEqual(['5s', undefined, undefined]);
});

test('the most specific of several routes decides, whatever their order', () => {
  const { app, chart } = shop();
  const path = (match: StringMatch, seconds: number) => ({ match: HttpMatch.path(match), timeout: after(seconds) });
  new ResilientService(chart, 'resilience', {
    service: reviews(chart), timeout: NONE, routes: [path(StringMatch.prefix('/a'), 1), path(StringMatch.exact('/a/b'), 3), path(StringMatch.prefix('/a/b'), 2)],
  });
  expect(['/a', '/a/b', '/a/b/c', '/c'].map((one) => decide(rules(app), { ...GET, path: one }).timeout)).toEqual(['1s', '3s', '2s', undefined]);
});

test('two for one service share it: one says the general, another its routes', () => {
  const { app, chart } = shop();
  const service = reviews(chart);
  new ResilientService(chart, 'general', { service, timeout: after(5) });
  new ResilientService(chart, 'special', { service, timeout: NONE, routes: [{ match: HttpMatch.methods('GET'), timeout: after(1) }], loadBalancer: LoadBalancer.random() });
  expect(rules(app).map(({ timeout }) => timeout)).toEqual(['1s', '5s']);
});

test('two that set one thing are an error that names both', () => {
  const { chart } = shop();
  const service = reviews(chart);
  const props = { service, timeout: NONE, loadBalancer: LoadBalancer.random(), ports: [{ port: 9080, outlierDetection: {} }] };
  new ResilientService(chart, 'first', { ...props, timeout: after(1) });
  expect(() => new ResilientService(chart, 'timeout', { service, timeout: after(2) })).toThrow('[shop/timeout] sets the timeout that [shop/first] already sets for the same requests.');
  expect(() => new ResilientService(chart, 'balancer', { ...props, ports: [] })).toThrow('[shop/balancer] sets the loadBalancer that [shop/first] already sets. Keep one of them.');
  expect(() => new ResilientService(chart, 'port', { ...props, loadBalancer: undefined })).toThrow('[shop/port] sets the outlierDetection of port 9080 that [shop/first] already sets.');
});

test('a subset that nobody defines is an error that lists those that are', () => {
  const { app, chart } = shop();
  new ResilientService(chart, 'resilience', { service: reviews(chart), timeout: NONE, subsets: { v9: { loadBalancer: LoadBalancer.random() } } });
  expect(mistakes(app)).toEqual(['[shop/resilience] names the subset "v9" of reviews; its subsets are: none.']);
});

const header = (regex: string) => HttpMatch.header('x', StringMatch.regex(regex));

test('conditions that one rule cannot say together are an error with both paths, at validation', () => {
  const { app, chart } = shop();
  const service = reviews(chart);
  new ResilientService(chart, 'a', { service, timeout: NONE, routes: [{ match: header('a.*'), timeout: after(1) }] });
  new ResilientService(chart, 'b', { service, timeout: NONE, routes: [{ match: header('.*b'), retries: Retries.none() }] });
  expect(mistakes(app)).toEqual([
    expect.stringMatching(/^\[shop\/a\] and \[shop\/b\] need a rule for requests that match two conditions at once, but the header "x"/),
  ]);
});

describe('whose word holds does not depend on which methods are retried', () => {
  const special = HttpMatch.header('x-a', StringMatch.exact('1'));
  const SPECIAL = { ...GET, headers: { 'x-a': '1' } };

  test.each([HttpMatch.methods('GET', 'POST'), HttpMatch.header('x-a', StringMatch.present()), special])('a route wins over the service (%#)', (match) => {
    const { app, chart } = shop();
    const retries = Retries.upTo(3, { methods: ['GET'] });
    new ResilientService(chart, 'resilience', { service: reviews(chart), timeout: NONE, retries, routes: [{ match, retries: Retries.none() }] });
    expect(decide(rules(app), SPECIAL).retries).toEqual({ attempts: 0 });
  });

  test('a route wins over a port in its retries as it does in its timeout', () => {
    const { app, chart } = shop();
    new ResilientService(chart, 'resilience', {
      service: reviews(chart, MeshPort.http(80), MeshPort.http(81)),
      timeout: NONE,
      ports: [{ port: 80, retries: Retries.upTo(3), timeout: after(9) }],
      routes: [{ match: special, retries: Retries.none(), timeout: after(1) }],
    });
    expect(decide(rules(app), SPECIAL)).toMatchObject({ timeout: '1s', retries: { attempts: 0 } });
    expect(decide(rules(app), GET)).toMatchObject({ timeout: '9s', retries: { attempts: 3 } });
  });
});

test('two regexes on one header for one setting need no rule for both', () => {
  const { app, chart } = shop();
  const service = reviews(chart);
  new ResilientService(chart, 'a', { service, timeout: NONE, routes: [{ match: header('a.*'), timeout: after(1) }] });
  new ResilientService(chart, 'b', { service, timeout: NONE, routes: [{ match: header('.*b'), timeout: after(2) }] });
  const decided = rules(app).map(({ match, timeout }) => [match?.[0].headers.x.regex, timeout]);
  expect(decided).toEqual([['.*b', '2s'], ['a.*', '1s'], [undefined, undefined]]);
});
