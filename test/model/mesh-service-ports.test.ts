import { Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { CanaryRollout, ConnectionPool, GatewayRoutes, HttpMatch, LoadBalancer, MeshPort, MeshService, PortProtocol, RequestTimeout, ResilientService, Retries } from '../../src';
import { mistakes, only, rawService, rawWorkload, reviews, rules, shop, synthesized } from '../support/shop';

const NONE = RequestTimeout.none();
const AFTER = RequestTimeout.after(Duration.seconds(5));
const HTTP_POOL: ConnectionPool = { http: { maxRequests: 10 } };

function withPort(chart: Chart, port: object, ...ports: MeshPort[]): MeshService {
  return new MeshService(chart, 'mesh', { service: rawService(chart, 'db', { ports: [port] }), ports });
}

describe('HTTP settings', () => {
  test.each(['tcp', 'tls', 'https', 'mongo', 'mysql', 'redis'])('on a port named %s are an error', (name) => {
    const { app, chart } = shop();
    new ResilientService(chart, 'resilience', { service: withPort(chart, { port: 5000, name }), timeout: AFTER });
    expect(mistakes(app)).toEqual([expect.stringContaining('HTTP rules (timeouts, retries, weights or matches) are set for db, but its ports are 5000')]);
    expect(mistakes(app)[0]).toContain('They do nothing there: leave them out');
  });

  test('on a port that only detection could tell are an error that says how to say it', () => {
    const { app, chart } = shop();
    new ResilientService(chart, 'resilience', { service: withPort(chart, { port: 5000, name: 'web' }), timeout: AFTER });
    expect(mistakes(app)).toEqual([
      'HTTP rules (timeouts, retries, weights or matches) are set for db, but its ports are 5000 (web, automatic). The proxy only guesses what port 5000 speaks. '
      + 'If it does, say so in the Service (appProtocol: http, or a port name that starts with "http"), or here: ports: [MeshPort.http(5000)].',
    ]);
  });

  test('are fine once the protocol is said here', () => {
    const { app, chart } = shop();
    new ResilientService(chart, 'resilience', { service: withPort(chart, { port: 5000, name: 'web' }, MeshPort.http(5000)), timeout: AFTER });
    expect(mistakes(app)).toEqual([]);
    expect(rules(app)[0].timeout).toBe('5s');
  });

  test('of the connection pool on a TCP port are an error, its TCP settings are not', () => {
    const { app, chart } = shop();
    const service = withPort(chart, { port: 5000, name: 'tcp' });
    new ResilientService(chart, 'pool', { service, timeout: NONE, connectionPool: HTTP_POOL });
    expect(mistakes(app)[0]).toContain('HTTP connection pool settings are set for db');
  });

  test('for one port that is no HTTP port are an error, beside one that is', () => {
    const { app, chart } = shop();
    const service = reviews(chart, MeshPort.http(80), MeshPort.tcp(81));
    new ResilientService(chart, 'resilience', { service, timeout: NONE, ports: [{ port: 81, timeout: AFTER }] });
    expect(mistakes(app)).toEqual([expect.stringContaining('HTTP settings are given for port 81 (TCP) of reviews.')]);
  });

  test('for one port that is no HTTP port: its HTTP pool too', () => {
    const { app, chart } = shop();
    const service = reviews(chart, MeshPort.http(80), MeshPort.tcp(81));
    new ResilientService(chart, 'resilience', { service, timeout: NONE, ports: [{ port: 81, connectionPool: HTTP_POOL }] });
    expect(mistakes(app)).toEqual([expect.stringContaining('HTTP settings are given for port 81 (TCP)')]);
  });
});

test('a TCP service has a DestinationRule and no VirtualService', () => {
  const { app, chart } = shop();
  new ResilientService(chart, 'resilience', {
    service: withPort(chart, { port: 5432, name: 'tcp' }), timeout: NONE, connectionPool: { tcp: { maxConnections: 10 } }, loadBalancer: LoadBalancer.random(),
  });
  expect(synthesized(app).map(({ kind }) => kind)).toEqual(['Service', 'DestinationRule']);
  expect(only(app, 'DestinationRule').spec.trafficPolicy).toEqual({ connectionPool: { tcp: { maxConnections: 10 } }, loadBalancer: { simple: 'RANDOM' } });
});

test('a port that the Service does not have is an error that lists those it has', () => {
  const { app, chart } = shop();
  new ResilientService(chart, 'resilience', { service: reviews(chart), timeout: NONE, ports: [{ port: 1, timeout: AFTER }], routes: [{ match: HttpMatch.port(2), timeout: AFTER }] });
  expect(mistakes(app)).toEqual([
    'port 1 is not a port of reviews, which has 9080 (HTTP).',
    'port 2 is not a port of reviews, which has 9080 (HTTP).',
  ]);
});

test('ports said beside the manifest complete it, and must not contradict it', () => {
  const { app, chart } = shop();
  const service = new MeshService(chart, 'mesh', {
    service: rawService(chart, 'a', { ports: [{ port: 80, name: 'web', targetPort: 8080 }, { port: 81, name: 'tcp' }] }),
    ports: [MeshPort.http(80), MeshPort.http(81), MeshPort.http(82)],
  });
  expect(service.ports[0]).toMatchObject({ number: 80, name: 'web', protocol: PortProtocol.HTTP, targetPort: 8080 });
  expect(service.ports[1].protocol).toBe(PortProtocol.TCP);
  expect(mistakes(app)).toEqual([
    'port 81 is given as HTTP, but the Service says TCP (by appProtocol or the port\'s name). Change the Service.',
    'port 82 is given, but the Service has 80 (web, HTTP), 81 (tcp, TCP).',
  ]);
});

test('ports that are added after the MeshService count', () => {
  const { app, chart } = shop();
  const service = new kplus.Service(chart, 'service', { metadata: { name: 'a' }, ports: [{ port: 80, name: 'http' }] });
  const mesh = new MeshService(chart, 'mesh', { service });
  new ResilientService(chart, 'resilience', { service: mesh, timeout: AFTER });
  service.bind(81, { name: 'http-admin' });
  expect(rules(app).map(({ match, route }) => [match[0].port, route[0].destination.port.number])).toEqual([[80, 80], [81, 81]]);
});

describe('destinations', () => {
  test('of a service with one port say none, UDP beside it does not count', () => {
    const { app, chart } = shop();
    new ResilientService(chart, 'a', { service: reviews(chart, MeshPort.http(80), MeshPort.of({ number: 53, protocol: PortProtocol.UDP })), timeout: AFTER });
    expect(rules(app)).toEqual([{ route: [{ destination: { host: 'reviews.shop.svc.cluster.local' } }], timeout: '5s' }]);
  });

  test('lead to the port that was called, and never a request of a TCP port anywhere', () => {
    const { app, chart } = shop();
    new ResilientService(chart, 'a', { service: reviews(chart, MeshPort.http(80), MeshPort.tcp(81)), timeout: AFTER });
    expect(rules(app)).toEqual([{ route: [{ destination: { host: 'reviews.shop.svc.cluster.local', port: { number: 80 } } }], timeout: '5s' }]);
  });

  test('of requests on a port that is detected are left alone', () => {
    const { app, chart } = shop();
    new ResilientService(chart, 'a', { service: reviews(chart, MeshPort.http(80), MeshPort.of({ number: 81 })), timeout: AFTER });
    expect(rules(app).map(({ match }) => match)).toEqual([[{ port: 80 }]]);
  });
});

describe('a headless service', () => {
  const headless = (chart: Chart) => new MeshService(chart, 'mesh', { service: rawService(chart, 'a', { clusterIP: 'None' }) });

  test('takes timeouts, retries and pools', () => {
    const { app, chart } = shop();
    new ResilientService(chart, 'a-resilience', { service: headless(chart), timeout: AFTER, retries: Retries.upTo(1), connectionPool: HTTP_POOL });
    expect(mistakes(app)).toEqual([]);
  });

  test('refuses load balancing with the reason', () => {
    const { app, chart } = shop();
    new ResilientService(chart, 'balanced', { service: headless(chart), timeout: NONE, loadBalancer: LoadBalancer.random() });
    expect(mistakes(app)).toEqual([
      '[shop/balanced] a is headless (clusterIP: None): clients pick a pod by themselves and the proxy sends to just that pod, so load balancing has no say. Give the Service a cluster IP, or leave it out.',
    ]);
  });

  test('refuses outlier detection with the reason', () => {
    const { app, chart } = shop();
    new ResilientService(chart, 'ejecting', { service: headless(chart), timeout: NONE, outlierDetection: { consecutive5xxErrors: 3 } });
    expect(mistakes(app)).toEqual([expect.stringMatching(/^\[shop\/ejecting\] a is headless .* ejected or not, so outlier detection does nothing/)]);
  });

  test('refuses subsets with the reason', () => {
    const { app, chart } = shop();
    new CanaryRollout(chart, 'canary', { service: headless(chart), stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 10 });
    expect(mistakes(app).filter((mistake) => mistake.includes('is headless'))).toEqual([
      expect.stringContaining('so the subset "v1" cannot be chosen'), expect.stringContaining('so the subset "v2" cannot be chosen'),
    ]);
  });
});

describe('the port of the pods', () => {
  const named = (chart: Chart, ...containerPorts: number[]) => new MeshService(chart, 'mesh', {
    service: rawService(chart, 'a', { ports: [{ port: 80, name: 'http', targetPort: 'web' }, { port: 90, name: 'tcp', targetPort: '9090' }] }),
    workloads: containerPorts.map((containerPort, index) => rawWorkload(chart, `w${index}`, {
      podSpec: { containers: [{ name: 'main', image: 'a', ports: [{ name: 'web', containerPort }] }] },
    })),
  });

  test('is found by its name in the containers', () => {
    expect(named(shop().chart, 8080, 8080)._ports.target(80)).toBe(8080);
    expect(named(shop().chart)._ports.target(90)).toBe(9090);
  });

  test('is an error where no or not one container port has that name', () => {
    expect(() => named(shop().chart)._ports.target(80)).toThrow('[shop/mesh] port 80 leads to the container port named "web", and no known workload has one.');
    expect(() => named(shop().chart, 1, 2)._ports.target(80)).toThrow('which is 1 and 2 in different workloads.');
    expect(() => named(shop().chart)._ports.target(1)).toThrow('[shop/mesh] there is no port 1; the Service has 80 (http, HTTP), 90 (tcp, TCP).');
  });
});

test('a gateway needs to be told the port where several, or none, carry HTTP', () => {
  const { app, chart } = shop();
  const two = reviews(chart, MeshPort.http(80), MeshPort.http(81), MeshPort.tcp(82));
  const gateway = () => new GatewayRoutes(chart, 'g', { gateway: 'istio-ingress/public', hosts: ['a.example.com'] });
  gateway().addRoute(HttpMatch.any(), two);
  expect(mistakes(app).join()).toContain('[shop/reviews] several ports carry HTTP; the Service has 80 (HTTP), 81 (HTTP), 82 (TCP). Give the port that is meant.');
});
