import { App, Chart, Duration, JsonPatch } from 'cdk8s';
import {
  CanaryRollout, GatewayRoutes, GatewayRoutesProps, HttpMatch, MeshPort, MeshService, RequestTimeout, ResilientService, StringMatch, SynthCheck,
} from '../../src';
import { Request, decide } from '../support/istio-match';
import { messageOf, mistakes, only, reviews, shop, synthesized } from '../support/shop';

const GET: Request = { path: '/', method: 'GET', port: 443, headers: {}, query: {} };
const prefix = (path: string) => HttpMatch.path(StringMatch.prefix(path));

function routes(chart: Chart, props: Partial<GatewayRoutesProps> = {}): GatewayRoutes {
  return new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: ['shop.example.com'], ...props });
}

function named(chart: Chart, name: string, ...ports: MeshPort[]): MeshService {
  return MeshService.fromName(chart, name, { name, namespace: 'data', ports: ports.length > 0 ? ports : [MeshPort.http(80)] });
}

function atGateway(app: App): any[] {
  return synthesized(app).find(({ kind, spec }) => kind === 'VirtualService' && spec.gateways)!.spec.http;
}

const hostOf = (rule: any) => rule?.route[0].destination.host.split('.')[0];

test('the VirtualService names the gateway, the hosts and the services, in the routes\' own namespace', () => {
  const { app, chart } = shop();
  routes(chart, { hosts: ['shop.example.com', '*.shop.example.com'] }).addRoute(HttpMatch.any(), named(chart, 'web'));
  const { metadata, spec } = only(app, 'VirtualService');
  expect(metadata).toEqual({ name: 'shop-example-com', namespace: 'shop' });
  expect(spec).toEqual({
    gateways: ['istio-ingress/public'],
    hosts: ['shop.example.com', '*.shop.example.com'],
    http: [{ route: [{ destination: { host: 'web.data.svc.cluster.local' } }] }],
  });
});

test('the gateways that see the routes can be narrowed to a namespace', () => {
  const { app, chart } = shop();
  routes(chart, { exportTo: ['istio-ingress'] }).addRoute(HttpMatch.any(), named(chart, 'web'));
  expect(only(app, 'VirtualService').spec.exportTo).toEqual(['istio-ingress']);
  expect(messageOf(() => new GatewayRoutes(chart, 'none', { gateway: 'a/b', hosts: ['a.example'], exportTo: [] }))).toContain('[shop/none] exportTo is empty');
});

test.each([[['*'], 'any-host'], [['*.example.com'], 'any-example-com'], [['a.b'], 'a-b']])('for %j it is named %s', (hosts, name) => {
  const { chart } = shop();
  expect(routes(chart, { hosts }).virtualService.metadata.name).toBe(name);
});

test('name, labels and namespace can be given', () => {
  const { chart } = shop();
  const { virtualService } = routes(chart, { namespace: 'edge', metadata: { name: 'own', labels: { a: 'b' } } });
  expect(virtualService.toJson().metadata).toEqual({ name: 'own', namespace: 'edge', labels: { a: 'b' } });
});

test('the most specific route decides, in whatever order they are added; what no route matches gets none', () => {
  const [a, b, c] = ['/a', '/a/b', '/a/b/c'];
  for (const order of [[a, b, c], [c, b, a], [b, a, c]]) {
    const { app, chart } = shop();
    const public_ = routes(chart);
    for (const path of order) public_.addRoute(prefix(path), named(chart, `s${path.length}`));
    const http = atGateway(app);
    expect(['/a/x', '/a/b/x', '/a/b/c', '/x'].map((path) => hostOf(decide(http, { ...GET, path })))).toEqual(['s2', 's4', 's6', undefined]);
  }
});

test('a canary splits and a timeout holds behind the gateway as in the mesh, before and after the route was added', () => {
  for (const early of [true, false]) {
    const { app, chart } = shop();
    const service = reviews(chart);
    const add = () => routes(chart).addRoute(prefix('/reviews'), service);
    if (early) add();
    new CanaryRollout(chart, 'canary', {
      service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 10, alwaysCanary: HttpMatch.header('x-canary', StringMatch.exact('true')),
    });
    new ResilientService(chart, 'resilience', { service, timeout: RequestTimeout.after(Duration.seconds(5)) });
    if (!early) add();
    const decided = (headers: Record<string, string>) => decide(atGateway(app), { ...GET, path: '/reviews/1', headers });
    expect(decided({})).toMatchObject({ timeout: '5s', route: [{ destination: { subset: 'v1' }, weight: 90 }, { destination: { subset: 'v2' }, weight: 10 }] });
    expect(decided({ 'x-canary': 'true' })).toMatchObject({ timeout: '5s', route: [{ destination: { subset: 'v2' } }] });
    expect(decide(atGateway(app), GET)).toBeUndefined();
  }
});

test('what holds for one port of the service holds behind the gateway, whose own port is another', () => {
  const { app, chart } = shop();
  const service = reviews(chart, MeshPort.http(80), MeshPort.http(81));
  new ResilientService(chart, 'resilience', {
    service,
    timeout: RequestTimeout.none(),
    ports: [{ port: 80, timeout: RequestTimeout.after(Duration.seconds(1)) }, { port: 81, timeout: RequestTimeout.after(Duration.seconds(2)) }],
  });
  routes(chart).addRoute(HttpMatch.any(), service, { port: 81 });
  expect(atGateway(app)).toEqual([{ route: [{ destination: { host: 'reviews.shop.svc.cluster.local', port: { number: 81 } } }], timeout: '2s' }]);
});

test('the VirtualService is open to patches', () => {
  const { app, chart } = shop();
  SynthCheck.off(app);
  routes(chart).addRoute(HttpMatch.any(), named(chart, 'web')).virtualService.addJsonPatch(JsonPatch.add('/spec/ofTomorrow', 1));
  expect(only(app, 'VirtualService').spec.ofTomorrow).toBe(1);
});

describe('refused is', () => {
  test.each<[Partial<GatewayRoutesProps>, string]>([
    [{ gateway: 'public' }, '"public" does not name a Gateway. Write NAMESPACE/NAME, for example istio-ingress/public.'],
    [{ gateway: 'a/b/c' }, '"a/b/c" does not name a Gateway.'],
    [{ gateway: '/b' }, '"/b" does not name a Gateway.'],
    [{ gateway: './b' }, '"./b" does not name a Gateway.'],
    [{ hosts: [] }, 'no hosts are given. Name at least one'],
    [{ hosts: ['https://a'] }, '"https://a" is not a host: a DNS name without scheme, port or path'],
    [{ hosts: ['a:443'] }, '"a:443" is not a host'],
    [{ hosts: ['a', 'b', 'a'] }, 'the host a is given twice.'],
  ])('%j, with the path', (props, message) => {
    const text = messageOf(() => routes(shop().chart, props));
    expect(text).toContain(message);
    expect(text).toMatch(/^\[shop\/public\] /);
  });

  test('an unknown namespace', () => {
    expect(() => routes(new Chart(new App(), 'chart'))).toThrow('[chart/public] the namespace of these routes is not known. Give `namespace`, here or to its Chart.');
  });

  test('a second service for the same requests', () => {
    const { chart } = shop();
    const public_ = routes(chart).addRoute(prefix('/a'), named(chart, 'one'));
    expect(() => public_.addRoute(prefix('/a'), named(chart, 'two')))
      .toThrow('[shop/public] the same requests are led to both one.data.svc.cluster.local and two.data.svc.cluster.local.');
  });

  test('a match by the Service\'s port', () => {
    const { chart } = shop();
    expect(() => routes(chart).addRoute(HttpMatch.port(80), named(chart, 'one'))).toThrow('[shop/public] a match by port is about a Service\'s port');
  });

  test('no route at all, when the App is validated', () => {
    const { app, chart } = shop();
    routes(chart);
    expect(mistakes(app)).toEqual(['no route was added, so every request would get a 404. Call addRoute(match, service).']);
  });

  test.each([
    [[MeshPort.tcp(5432)], undefined, 'no port is known to carry HTTP; the Service has 5432 (TCP).'],
    [[MeshPort.http(80), MeshPort.http(81)], undefined, 'several ports carry HTTP; the Service has 80 (HTTP), 81 (HTTP). Give the port that is meant.'],
    [[MeshPort.http(80)], 81, 'there is no port 81; the Service has 80 (HTTP).'],
    [[MeshPort.http(80), MeshPort.tcp(81)], 81, 'port 81 (TCP) carries no HTTP requests.'],
  ])('a service of ports %j by port %s, when the App is validated', (ports, port, message) => {
    const { app, chart } = shop();
    routes(chart).addRoute(HttpMatch.any(), named(chart, 'db', ...ports), { port });
    expect(mistakes(app)).toEqual([expect.stringContaining(`[shop/db] ${message}`)]);
  });

  test('a path regex that a rule of the service cannot be combined with, when the App is validated', () => {
    const { app, chart } = shop();
    const service = named(chart, 'one');
    const regex = (text: string) => HttpMatch.path(StringMatch.regex(text));
    new ResilientService(chart, 'resilience', { service, timeout: RequestTimeout.none(), routes: [{ match: regex('.*b'), timeout: RequestTimeout.after(Duration.seconds(1)) }] });
    routes(chart).addRoute(regex('/a.*'), service);
    expect(messageOf(() => app.synthYaml())).toContain('[shop/public] [shop/resilience] needs a rule for requests that match two conditions at once, but the path');
  });
});
