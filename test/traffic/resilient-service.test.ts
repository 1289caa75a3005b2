import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import {
  CanaryRollout, H2UpgradePolicy, HttpMatch, LoadBalancer, MeshPort, RequestTimeout, ResilientService, Retries, StringMatch,
} from '../../src';
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

test('two for one service are an error, also where one says that there is to be no timeout', () => {
  const { chart } = shop();
  const service = reviews(chart);
  new ResilientService(chart, 'limited', { service, timeout: after(5) });
  expect(() => new ResilientService(chart, 'unlimited', { service, timeout: NONE }))
    .toThrow('[shop/unlimited] sets the timeout that [shop/limited] already sets for the same requests.');
});

test('a service without any limit gets no VirtualService', () => {
  const { chart } = shop();
  expect(new ResilientService(chart, 'resilience', { service: reviews(chart), timeout: NONE }).virtualService).toBeUndefined();
});

test('a route that is given more time is not cut by what was chosen for one try of the others', () => {
  const { app, chart } = shop();
  const path = (text: string) => HttpMatch.path(StringMatch.prefix(text));
  new ResilientService(chart, 'resilience', {
    service: reviews(chart),
    timeout: after(5),
    retries: Retries.upTo(2, { perTryTimeout: Duration.seconds(1) }),
    routes: [
      { match: path('/export'), timeout: after(120) }, { match: path('/poll'), timeout: NONE }, { match: path('/quick'), timeout: after(3) },
      { match: HttpMatch.allOf(path('/write'), HttpMatch.methods('POST')), timeout: after(60) },
    ],
  });
  const perTry = (one: string) => decide(rules(app), { ...GET, path: one }).retries?.perTryTimeout;
  expect(['/other', '/export', '/poll', '/quick'].map(perTry)).toEqual(['1s', undefined, undefined, '1s']);
  expect(decide(rules(app), { ...GET, path: '/export' }).retries).toMatchObject({ attempts: 2 });
  const write = decide(rules(app), { ...GET, path: '/write', method: 'POST' });
  expect([write.timeout, write.retries]).toEqual(['1m', undefined]);
});

test('a try may not be longer than the timeout that meets it from another setting', () => {
  const { app, chart } = shop();
  new ResilientService(chart, 'resilience', {
    service: reviews(chart, MeshPort.http(80), MeshPort.http(81)),
    timeout: NONE,
    ports: [{ port: 81, timeout: RequestTimeout.after(Duration.millis(500)) }],
    routes: [{ match: HttpMatch.path(StringMatch.exact('/x')), retries: Retries.upTo(1, { perTryTimeout: Duration.seconds(2) }) }],
  });
  expect(mistakes(app)).toEqual([expect.stringContaining('get the timeout 500ms from one setting and perTryTimeout 2s from another')]);
});

test('each alternative of a match ranks by itself', () => {
  const { app, chart } = shop();
  const events = HttpMatch.anyOf(HttpMatch.path(StringMatch.exact('/api/events')), HttpMatch.header('accept', StringMatch.exact('text/event-stream')));
  new ResilientService(chart, 'resilience', {
    service: reviews(chart),
    timeout: after(9),
    routes: [{ match: events, timeout: NONE }, { match: HttpMatch.path(StringMatch.prefix('/api/')), timeout: after(1) }],
  });
  const timeout = (change: object) => decide(rules(app), { ...GET, ...change }).timeout;
  expect([timeout({ path: '/api/events' }), timeout({ path: '/api/x' }), timeout({ headers: { accept: 'text/event-stream' } }), timeout({})])
    .toEqual([undefined, '1s', undefined, '9s']);
});

test('the path prefix / is no condition, so a header beside it is more specific', () => {
  const { app, chart } = shop();
  new ResilientService(chart, 'resilience', {
    service: reviews(chart),
    timeout: after(5),
    routes: [{ match: HttpMatch.header('upgrade', StringMatch.exact('websocket')), timeout: NONE }],
  });
  expect(HttpMatch.path(StringMatch.prefix('/'))._atoms).toEqual([{}]);
  expect(HttpMatch.path(StringMatch.regex('/.*'))._atoms).toEqual([{}]);
  expect(decide(rules(app), { ...GET, headers: { upgrade: 'websocket' } }).timeout).toBeUndefined();
});

test('switching the gateway threshold off leaves the other at its default', () => {
  const { app, chart } = shop();
  new ResilientService(chart, 'resilience', { service: reviews(chart), timeout: NONE, outlierDetection: { consecutiveGatewayErrors: 0 } });
  expect(synthesized(app)[0].spec.trafficPolicy.outlierDetection).toMatchObject({ consecutive5xxErrors: 5, consecutiveGatewayErrors: 0 });
});

describe('what only shows when settings come together', () => {
  const effective = (props: object) => {
    const { app, chart } = shop();
    const service = reviews(chart);
    new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 10 });
    new ResilientService(chart, 'resilience', { service, timeout: NONE, ...props });
    return mistakes(app);
  };

  test('a subset that switches off the only threshold', () => {
    expect(effective({ outlierDetection: { consecutive5xxErrors: 5 }, subsets: { v2: { outlierDetection: { consecutive5xxErrors: 0 } } } }))
      .toEqual([expect.stringContaining('(subset v2) ends up with both thresholds at 0')]);
  });

  test('a port that upgrades what keeps the client\'s protocol', () => {
    expect(effective({
      connectionPool: { http: { useClientProtocol: true } },
      ports: [{ port: 9080, connectionPool: { http: { h2UpgradePolicy: H2UpgradePolicy.UPGRADE } } }],
    })).toContainEqual(expect.stringContaining('on port 9080 ends up with useClientProtocol'));
  });

  test('outlier detection where the called address is used as it is', () => {
    expect(effective({ outlierDetection: { consecutive5xxErrors: 5 }, loadBalancer: LoadBalancer.passthrough() }))
      .toContainEqual(expect.stringContaining('LoadBalancer.passthrough() sends to the address that was called'));
  });
});

test('what a program without types passes by mistake is named, with the construct', () => {
  const { chart } = shop();
  const service = reviews(chart);
  const make = (props: any) => () => new ResilientService(new Construct(chart, `c${chart.node.children.length}`), 'x', props);
  expect(make({ service, timeout: '5s' })).toThrow('/x] `timeout` is "5s". Say RequestTimeout.after(Duration.seconds(5)), or RequestTimeout.none() for no limit.');
  expect(make({ service, timeout: NONE, ports: [{ port: 9080, retryBudget: {} }] }))
    .toThrow('`retryBudget` is an object with nothing in it. It is given for port 9080, and Istio has none for ports.');
  expect(make({ service: chart, timeout: NONE })).toThrow('`service` is the Chart [shop]. Give a MeshService');
  expect(make({ service, timeout: NONE, retries: 2 })).toThrow('`retries` is 2');
});

test('two that set one block are an error that names both', () => {
  const { chart } = shop();
  const service = reviews(chart);
  const props = { timeout: NONE, loadBalancer: LoadBalancer.random() };
  new ResilientService(chart, 'first', { ...props, service });
  expect(() => service._addTrafficLayer({ owner: chart, blocks: { loadBalancer: { simple: 'RANDOM' } } }))
    .toThrow('[shop] sets the loadBalancer that [shop/first] already sets. Keep one of them.');
});

test('a subset that nobody defines is an error that lists those that are', () => {
  const { app, chart } = shop();
  new ResilientService(chart, 'resilience', { service: reviews(chart), timeout: NONE, subsets: { v9: { loadBalancer: LoadBalancer.random() } } });
  expect(mistakes(app)).toEqual(['[shop/resilience] names the subset "v9" of reviews; its subsets are: none. A CanaryRollout on this MeshService defines those of its versions, addSubset(name, labels) any other.']);
});

const header = (regex: string) => HttpMatch.header('x', StringMatch.regex(regex));

test('conditions that one rule cannot say together are an error with both paths, at validation', () => {
  const { app, chart } = shop();
  const service = reviews(chart);
  new ResilientService(chart, 'a', { service, timeout: NONE, routes: [{ match: header('a.*'), timeout: after(1) }] });
  new CanaryRollout(chart, 'b', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 1, alwaysCanary: header('.*b') });
  expect(mistakes(app)).toEqual([
    expect.stringMatching(/^\[shop\/[ab]\] and \[shop\/[ab]\] need a rule for requests that match two conditions at once, but the header "x"/),
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
  new ResilientService(chart, 'a', {
    service: reviews(chart), timeout: NONE, routes: [{ match: header('a.*'), timeout: after(1) }, { match: header('.*b'), timeout: after(2) }],
  });
  const decided = rules(app).map(({ match, timeout }) => [match?.[0].headers.x.regex, timeout]);
  expect(decided).toEqual([['.*b', '2s'], ['a.*', '1s'], [undefined, undefined]]);
});
