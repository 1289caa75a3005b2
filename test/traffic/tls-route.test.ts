import { CanaryRollout, MeshPort, MeshService, PortProtocol, RequestTimeout, ResilientService, RouteAction, TlsRoute, TlsRouteProps } from '../../src';
import { Connection, decideTls } from '../support/istio-stream-match';
import { messageOf, mistakes, only, shop } from '../support/shop';

const HOST = 'db.shop.svc.cluster.local';
const NAMES = [HOST, 'db', 'db.shop', 'db.shop.svc'];

function setup(...ports: MeshPort[]) {
  const { app, chart } = shop();
  const service = MeshService.fromName(chart, 'db', { name: 'db', namespace: 'shop', ports: ports.length > 0 ? ports : [MeshPort.tls(443)] });
  return world({ app, chart, service });
}

function external(host: string) {
  const { app, chart } = shop();
  return world({ app, chart, service: MeshService.fromHost(chart, 'db', { host, namespace: 'shop', ports: [MeshPort.tls(443)] }) });
}

function world({ app, chart, service }: ReturnType<typeof shop> & { service: MeshService }) {
  const route = (id: string, props: Partial<TlsRouteProps> = {}) => {
    const target = MeshService.fromName(chart, `for-${id}`, { name: id, namespace: 'data', ports: [MeshPort.tls(8443)] });
    return new TlsRoute(chart, id, { service, action: RouteAction.toService(target), ...props });
  };
  const spec = () => only(app, 'VirtualService').spec;
  const decided = (sni: string, connection: Partial<Connection> = {}) =>
    decideTls(spec().tls, { port: 443, labels: {}, namespace: 'shop', sni, ...connection })?.route[0].destination.host.split('.')[0];
  return { app, chart, service, route, spec, decided };
}

test('by every name that the service is called by, one match each, which its VirtualService names as hosts', () => {
  const { route, spec } = setup();
  route('vault');
  const vault = { destination: { host: 'vault.data.svc.cluster.local', port: { number: 8443 } } };
  expect(new Set(spec().hosts)).toEqual(new Set(NAMES));
  expect(spec().hosts[0]).toBe(HOST);
  expect(spec().http).toBeUndefined();
  expect(spec().tls).toHaveLength(4);
  for (const name of NAMES) expect(spec().tls).toContainEqual({ match: [{ sniHosts: [name] }], route: [vault] });
});

test('a canary of a TLS service splits by weight, whichever of its names the client sends', () => {
  for (const port of [MeshPort.tls(443), MeshPort.of({ number: 443, protocol: PortProtocol.HTTPS })]) {
    const { chart, service, spec } = setup(port);
    new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 25 });
    const route = [{ destination: { host: HOST, subset: 'v1' }, weight: 75 }, { destination: { host: HOST, subset: 'v2' }, weight: 25 }];
    expect(spec().tls).toHaveLength(4);
    for (const sni of NAMES) expect(decideTls(spec().tls, { port: 443, labels: {}, namespace: 'a', sni })?.route).toEqual(route);
  }
});

test('TLS, TCP and HTTP ports of one service each have their rules in one VirtualService', () => {
  const { chart, service, route, spec } = setup(MeshPort.tls(443), MeshPort.tcp(5432), MeshPort.http(80));
  new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 25 });
  route('vault', { sniHosts: ['db.example.com'] });
  const { http, tcp, tls, hosts } = spec();
  expect([http, tcp].map((rules) => rules.map((rule: any) => rule.route[0].destination.port.number))).toEqual([[80], [5432]]);
  expect(tls.map(({ match }: any) => match)).toEqual([...NAMES, 'db.example.com'].sort((a, b) => b.length - a.length).map((name) => [{ port: 443, sniHosts: [name] }]));
  expect(new Set(hosts)).toEqual(new Set([...NAMES, 'db.example.com']));
});

test('an exact name decides before a wildcard, a longer wildcard before a shorter, whatever the priority', () => {
  const { route, decided, spec } = external('*.example.com');
  route('wide', { priority: 5 });
  route('inner', { sniHosts: ['*.a.example.com'] });
  route('exact', { sniHosts: ['b.a.example.com', 'c.example.com'] });
  expect(['b.a.example.com', 'c.example.com', 'd.a.example.com', 'd.example.com', 'example.com'].map((sni) => decided(sni)))
    .toEqual(['exact', 'exact', 'inner', 'wide', undefined]);
  expect(spec().hosts).toEqual(['*.example.com']);
  expect(spec().tls.map(({ match }: any) => match[0].sniHosts[0])).toEqual(['b.a.example.com', 'c.example.com', '*.a.example.com', '*.example.com']);
});

test('of routes by one name, the one with more conditions decides, and the one of higher priority before it', () => {
  const { route, decided } = external('a.example.com');
  route('all');
  route('jobs', { sourceLabels: { app: 'job' } });
  route('batch', { sourceNamespace: 'batch', sourceLabels: { app: 'job' } });
  const callers = [{}, { labels: { app: 'job' } }, { labels: { app: 'job' }, namespace: 'batch' }];
  expect(callers.map((caller) => decided('a.example.com', caller))).toEqual(['all', 'jobs', 'batch']);
  const given = external('a.example.com');
  given.route('jobs', { sourceLabels: { app: 'job' }, priority: 1 });
  given.route('batch', { sourceNamespace: 'batch', sourceLabels: { tier: 'b', size: 's' } });
  expect(given.decided('a.example.com', { labels: { app: 'job', tier: 'b', size: 's' }, namespace: 'batch' })).toBe('jobs');
});

test('each name of a route is one for itself: one that another route takes leaves the others', () => {
  const { app, route, decided } = external('*.example.com');
  route('two', { sniHosts: ['a.example.com', 'b.example.com'] });
  route('one', { sniHosts: ['a.example.com'], priority: 1 });
  expect(mistakes(app)).toEqual([]);
  expect(['a.example.com', 'b.example.com'].map((sni) => decided(sni))).toEqual(['one', 'two']);
});

test('a timeout for a TLS service is an error', () => {
  const { app, chart, service, route } = setup();
  route('vault');
  new ResilientService(chart, 'resilience', { service, timeout: RequestTimeout.after({ toMilliseconds: () => 1000, toSeconds: () => 1 } as any) });
  expect(mistakes(app)).toEqual([expect.stringContaining('are set for db, but its ports are 443 (TLS).')]);
});

describe('refused with the path is', () => {
  test.each<[any, string]>([
    [{ sniHosts: [] }, '`sniHosts` is []. Give the names that clients send'],
    [{ sniHosts: 'a.b' }, '`sniHosts` is "a.b". Give the names'],
    [{ sniHosts: ['https://a.b'] }, '"https://a.b" is not a server name: a DNS name in lower case'],
    [{ sniHosts: ['A.example.com'] }, '"A.example.com" is not a server name'],
    [{ sniHosts: ['*'] }, '"*" is not a server name'],
    [{ sniHosts: [7] }, '7 is not a server name'],
    [{ sniHosts: ['a.b', 'a.b'] }, 'the server name a.b is given twice.'],
    [{ service: undefined }, '`service` is undefined. Give a MeshService.'],
  ])('%j', (props, message) => {
    const { route } = setup();
    const text = messageOf(() => route('route', props));
    expect(text).toContain(message);
    expect(text).toMatch(/^\[shop\/route\] /);
  });

  test('a TCP service, when the App is validated', () => {
    const { app, route } = setup(MeshPort.tcp(5432));
    route('route');
    expect(mistakes(app)).toEqual([expect.stringContaining('[shop/route] leads TLS connections to db, but none of its ports carries them: it has 5432 (TCP). If it carries TLS, say so')]);
  });

  test('a wildcard that stands for hosts of others, when the App is validated', () => {
    const { app, route } = setup();
    route('route', { sniHosts: ['*.example.com'] });
    expect(mistakes(app)).toEqual([expect.stringContaining('the server name *.example.com stands for hosts that are not db.shop.svc.cluster.local.')]);
  });

  test('two routes for the same names and callers', () => {
    const { app, route } = setup();
    route('one', { sniHosts: ['db', 'db.shop'] });
    route('two');
    expect(mistakes(app)).toEqual([]);
    route('three', { sniHosts: ['db'] });
    expect(mistakes(app)).toEqual([expect.stringContaining('[shop/three] is never reached: every connection to db that it matches is taken by [shop/one], which comes before.')]);
  });
});
