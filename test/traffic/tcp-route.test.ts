import * as fc from 'fast-check';
import {
  CanaryRollout, HttpMatch, MeshPort, MeshService, PortProtocol, RequestTimeout, ResilientService, RouteAction, StringMatch, TcpRoute,
  TcpRouteProps,
} from '../../src';
import { decideTcp } from '../support/istio-stream-match';
import { messageOf, mistakes, only, rawService, shop } from '../support/shop';

const DB = MeshPort.tcp(5432);

function setup(...ports: MeshPort[]) {
  const { app, chart } = shop();
  const service = MeshService.fromName(chart, 'db', { name: 'db', namespace: 'shop', ports: ports.length > 0 ? ports : [DB] });
  const elsewhere = (name: string, ...own: MeshPort[]) => MeshService.fromName(chart, name, { name, namespace: 'data', ports: own.length > 0 ? own : [MeshPort.tcp(1)] });
  const route = (id: string, props: Partial<TcpRouteProps>) => new TcpRoute(chart, id, { service, action: RouteAction.toService(elsewhere(`for-${id}`)), ...props });
  const versions = (weight: number) => new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight });
  const spec = () => only(app, 'VirtualService').spec;
  return { app, chart, service, elsewhere, route, versions, spec };
}

const hostOf = (rule: any) => rule?.route[0].destination.host.split('.')[0];

test('connections are split by weight, without a word of HTTP', () => {
  const { route, versions, spec } = setup();
  versions(0);
  route('split', { sourceNamespace: 'batch', action: RouteAction.toSubsets({ v1: 30, v2: 70 }) });
  const host = 'db.shop.svc.cluster.local';
  expect(spec()).toEqual({
    hosts: [host],
    tcp: [
      { match: [{ sourceNamespace: 'batch' }], route: [{ destination: { host, subset: 'v1' }, weight: 30 }, { destination: { host, subset: 'v2' }, weight: 70 }] },
      { route: [{ destination: { host, subset: 'v1' }, weight: 100 }, { destination: { host, subset: 'v2' }, weight: 0 }] },
    ],
  });
});

test('each port of several has rules of its own, and destinations that say the port', () => {
  const { service, route, spec } = setup(DB, MeshPort.tcp(5433), MeshPort.http(80));
  route('all', { action: RouteAction.toService(service), sourceLabels: { app: 'web' } });
  route('one', { port: 5433 });
  const host = 'db.shop.svc.cluster.local';
  expect(spec()).toEqual({
    hosts: [host],
    tcp: [
      { match: [{ port: 5432, sourceLabels: { app: 'web' } }], route: [{ destination: { host, port: { number: 5432 } } }] },
      { match: [{ port: 5433, sourceLabels: { app: 'web' } }], route: [{ destination: { host, port: { number: 5433 } } }] },
      { match: [{ port: 5433 }], route: [{ destination: { host: 'for-one.data.svc.cluster.local', port: { number: 1 } } }] },
    ],
  });
});

test('a canary splits the TCP ports as it does those for HTTP', () => {
  const { versions, spec } = setup(MeshPort.http(80), DB, MeshPort.of({ number: 3306, protocol: PortProtocol.MYSQL }), MeshPort.of({ number: 9999 }));
  versions(10);
  const share = ({ destination, weight }: any) => [destination.port.number, destination.subset, weight];
  const shares = (rules: any[]) => rules.map(({ match, route }) => [match?.[0].port, ...route.map(share)]);
  expect(shares(spec().tcp)).toEqual([5432, 3306].map((port) => [port, [port, 'v1', 90], [port, 'v2', 10]]));
  expect(shares(spec().http)).toEqual([[80, [80, 'v1', 90], [80, 'v2', 10]]]);
});

test('a route for a port holds there instead of a canary\'s weights, whatever its priority; one for everything beside it is an error', () => {
  const { app, route, versions, spec } = setup(DB, MeshPort.tcp(5433));
  versions(10);
  route('port', { port: 5433, priority: -5 });
  expect(mistakes(app)).toEqual([]);
  expect(spec().tcp.map((rule: any) => [rule.match[0].port, rule.route[0].destination.subset ?? hostOf(rule)])).toEqual([[5432, 'v1'], [5433, 'for-port']]);
  route('all', { priority: -9 });
  expect(mistakes(app)).toEqual([
    '[shop/all] leads every TCP connection to db, and [shop/canary] has weights for them. Give it a condition, such as a port or the callers, or remove one of them.',
  ]);
});

test('a canary of a service without HTTP that also says who always gets it is an error', () => {
  const { app, chart, service } = setup();
  new CanaryRollout(chart, 'canary', {
    service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 1, alwaysCanary: HttpMatch.header('x', StringMatch.present()),
  });
  expect(mistakes(app)).toEqual([expect.stringContaining('HTTP rules (timeouts, retries, weights or matches) are set for db, but its ports are 5432 (TCP).')]);
});

test('a timeout for a TCP service stays an error beside a TcpRoute', () => {
  const { app, chart, service, route } = setup();
  route('one', {});
  new ResilientService(chart, 'resilience', { service, timeout: RequestTimeout.none() });
  expect(mistakes(app)).toEqual([]);
  const other = setup();
  other.route('one', {});
  new ResilientService(other.chart, 'resilience', { service: other.service, timeout: RequestTimeout.none(), connectionPool: { http: { maxRequests: 1 } } });
  expect(mistakes(other.app)).toEqual([
    expect.stringContaining('HTTP connection pool settings are set for db, but its ports are 5432 (TCP).'),
  ]);
});

test('for every connection the route of highest priority decides, then that with most conditions, whatever the order of creation', () => {
  const conditions = fc.record({
    port: fc.constantFrom(undefined, 5432, 5433),
    sourceLabels: fc.constantFrom<Record<string, string> | undefined>(undefined, { app: 'web' }, { app: 'web', tier: 'a' }, { app: 'job' }),
    sourceNamespace: fc.constantFrom(undefined, 'shop', 'batch'),
    priority: fc.constantFrom<number | undefined>(undefined, 1),
  });
  const routes = fc.uniqueArray(conditions, { maxLength: 5, selector: ({ priority: _, ...match }) => JSON.stringify(match) });
  const connections = fc.record({
    port: fc.constantFrom(5432, 5433),
    labels: fc.constantFrom<Record<string, string>>({ app: 'web' }, { app: 'web', tier: 'a' }, { app: 'job' }, {}),
    namespace: fc.constantFrom('shop', 'batch'),
  });
  let asked = 0;
  fc.assert(fc.property(routes, connections, (all, connection) => {
    const build = (order: typeof all) => {
      const world = setup(DB, MeshPort.tcp(5433));
      order.forEach((props) => world.route(`r${all.indexOf(props)}`, props));
      return world;
    };
    const world = build(all);
    if (mistakes(world.app).length > 0) return; // unreachable ones are another test's
    const tcp = all.length === 0 ? undefined : world.spec().tcp;
    const matching = all.filter(({ port, sourceLabels = {}, sourceNamespace }) => (port ?? connection.port) === connection.port
      && Object.entries(sourceLabels).every(([key, value]) => connection.labels[key] === value)
      && (sourceNamespace ?? connection.namespace) === connection.namespace);
    const weightOf = ({ port, sourceLabels = {}, sourceNamespace, priority = 0 }: typeof all[number]) => priority * 100
      + Object.keys(sourceLabels).length + (port ? 1 : 0) + (sourceNamespace ? 1 : 0);
    const best = Math.max(...matching.map(weightOf));
    const allowed = matching.filter((one) => weightOf(one) === best).map((one) => `for-r${all.indexOf(one)}`);
    const decided = hostOf(decideTcp(tcp, connection));
    if (allowed.length === 0) expect(decided).toBeUndefined();
    else expect(allowed).toContain(decided);
    if (all.length > 0) expect(build([...all].reverse()).spec().tcp).toEqual(tcp);
    asked++;
  }), { numRuns: 60 });
  expect(asked).toBeGreaterThan(20);
});

test('subsets of another service, and its port, are looked up there', () => {
  const { app, chart, service, route, elsewhere } = setup();
  const other = elsewhere('other', MeshPort.tcp(1), MeshPort.tcp(2));
  new CanaryRollout(chart, 'canary', { service: other, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 0 });
  route('moved', { action: RouteAction.toService(other, { port: 2, subset: 'v2' }) });
  expect(mistakes(app)).toEqual([]);
  const { virtualService } = service;
  expect(virtualService!.toJson().spec.tcp[0].route).toEqual([{ destination: { host: 'other.data.svc.cluster.local', subset: 'v2', port: { number: 2 } } }]);
});

test('ports that the Service gets later are known', () => {
  const { app, chart } = shop();
  const raw = rawService(chart, 'db', { ports: [{ name: 'tcp', port: 5432 }, { name: 'tcp-2', port: 5433 }] });
  new TcpRoute(chart, 'route', { service: new MeshService(chart, 'mesh', { service: raw }), port: 5433, action: RouteAction.split({ weight: 100 }) });
  expect(only(app, 'VirtualService').spec.tcp[0].match).toEqual([{ port: 5433 }]);
});

describe('refused with the path is', () => {
  test.each<[any, string]>([
    [{ service: 'db' }, '`service` is "db". Give a MeshService.'],
    [{ action: undefined }, '`action` is undefined. Say for example RouteAction.toSubset'],
    [{ action: [] }, '`action` is []. Say for example RouteAction.toSubset'],
    [{ action: RouteAction.toSubset('V 1') }, '"V 1" is not the name of a subset of [shop/db]'],
    [{ action: RouteAction.delegateTo('a/b') }, 'a connection can only be led on: a redirect, a direct response and a delegate are about requests.'],
    [{ action: RouteAction.split({ weight: 100, requestHeaders: { remove: ['x'] } }) }, 'the proxy sees no headers of a connection.'],
    [{ port: '80' }, '`port` is "80". Give the number of a port of the Service.'],
    [{ priority: 'high' }, '`priority` is "high". Give a whole number'],
    [{ sourceNamespace: 'Shop' }, '`sourceNamespace` is "Shop", which is not a namespace name'],
    [{ sourceLabels: {} }, '`sourceLabels` is an object with nothing in it. Give labels'],
    [{ sourceLabels: { app: 'a b' } }, '`sourceLabels` has app=a b, which is not a label that a pod can have'],
    [{ destinationSubnets: ['10.0.0.0/33'] }, '`destinationSubnets` is ["10.0.0.0/33"]. Give addresses or subnets'],
    [{ destinationSubnets: [] }, '`destinationSubnets` is []. Give addresses or subnets'],
  ])('%j', (props, message) => {
    const { route } = setup();
    const text = messageOf(() => route('route', props));
    expect(text).toContain(message);
    expect(text).toMatch(/^\[shop\/route\] /);
  });

  test.each<[string, MeshPort[], Partial<TcpRouteProps>, string]>([
    ['an HTTP service', [MeshPort.http(80)], {}, '[shop/route] leads TCP connections to db, but none of its ports carries them: it has 80 (HTTP). If it carries TCP, say so'],
    ['a TLS port', [DB, MeshPort.tls(443)], { port: 443 }, '[shop/route] leads TCP connections, but port 443 (TLS) of db is no TCP port: there the rule would do nothing.'],
    ['a port that is guessed', [MeshPort.of({ number: 9 })], { port: 9 }, 'port 9 (automatic) of db is no TCP port'],
    ['an unknown port', [DB], { port: 9 }, '[shop/route] port 9 is not a port of db, which has 5432 (TCP).'],
    ['an unknown subset', [DB], { action: RouteAction.toSubset('v3') }, '[shop/route] names the subset "v3" of db; its subsets are: none.'],
  ])('%s, when the App is validated', (_, ports, props, message) => {
    const { app, route } = setup(...ports);
    route('route', props);
    expect(mistakes(app)).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    [[MeshPort.tcp(1), MeshPort.tcp(2)], {}, 'several ports carry TCP; the Service has 1 (TCP), 2 (TCP). Give the port that is meant.'],
    [[MeshPort.tcp(1)], { port: 2 }, 'there is no port 2; the Service has 1 (TCP).'],
    [[MeshPort.tcp(1)], { subset: 'v9' }, 'leads to the subset "v9" of other.data.svc.cluster.local; its subsets are: none.'],
  ])('another service of ports %s by %j', (ports, options, message) => {
    const { app, route, elsewhere } = setup();
    route('route', { action: RouteAction.toService(elsewhere('other', ...ports), options) });
    expect(mistakes(app)).toEqual([expect.stringContaining(message)]);
    expect(mistakes(app)[0]).toMatch(/^\[shop\/route\] /);
  });

  test('two routes for the same connections, and one that another of higher priority leaves nothing for', () => {
    const doubled = setup();
    doubled.route('one', { sourceLabels: { a: '1', b: '2' } });
    doubled.route('two', { sourceLabels: { b: '2', a: '1' } });
    expect(mistakes(doubled.app)).toEqual([expect.stringContaining('[shop/two] is never reached: every connection to db that it matches is taken by [shop/one], which comes before.')]);
    const hidden = setup();
    hidden.route('narrow', { sourceLabels: { a: '1' } });
    expect(mistakes(hidden.app)).toEqual([]);
    hidden.route('wide', { priority: 1 });
    expect(mistakes(hidden.app)).toEqual([expect.stringContaining('[shop/narrow] is never reached: every connection to db that it matches is taken by [shop/wide]')]);
  });

  test('one subnet in two routes that one client may be meant by', () => {
    const { app, route } = setup();
    route('one', { destinationSubnets: ['10.0.0.0/8', '10.1.0.0/16'], sourceLabels: { app: 'a' } });
    route('two', { destinationSubnets: ['10.1.0.0/16'], sourceLabels: { app: 'b' } });
    expect(mistakes(app)).toEqual([]);
    route('three', { destinationSubnets: ['10.1.0.0/16'], sourceNamespace: 'batch' });
    expect(mistakes(app)).toEqual(['one', 'two'].map((other) => expect.stringContaining(
      `[shop/three] and [shop/${other}] both lead connections to 10.1.0.0/16, and a client may be meant by both: Envoy refuses that.`)));
  });
});
