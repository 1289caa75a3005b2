import { App, Chart, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import {
  CanaryRollout, GatewayRoutes, HttpMatch, LoadBalancer, MeshPort, MeshService, RequestTimeout, ResilientService, Retries, StringMatch,
} from '../../src';
import { decide } from '../support/istio-match';
import { shop, synthesized } from '../support/shop';

const after = (seconds: number) => RequestTimeout.after(Duration.seconds(seconds));
const path = (prefix: string) => HttpMatch.path(StringMatch.prefix(prefix));

/** Each contributes to one service with two ports. */
const CONTRIBUTORS: Record<string, (scope: Construct, service: MeshService) => unknown> = {
  resilience: (scope, service) => new ResilientService(scope, 'resilience', {
    service,
    timeout: after(5),
    retries: Retries.upTo(2),
    connectionPool: { tcp: { maxConnections: 7 } },
    ports: [{ port: 81, timeout: after(9), connectionPool: { http: { maxRequests: 3 } } }],
    routes: [{ match: path('/reports'), timeout: after(60), retries: Retries.none() }, { match: path('/reports/slow'), timeout: RequestTimeout.none() }],
    subsets: { v2: { connectionPool: { tcp: { maxConnections: 1 } } }, v1: { loadBalancer: LoadBalancer.random() } },
  }),
  canary: (scope, service) => new CanaryRollout(scope, 'canary', {
    service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 10, alwaysCanary: HttpMatch.header('x-canary', StringMatch.exact('true')),
  }),
  gateway: (scope, service) => new GatewayRoutes(scope, 'public', { gateway: 'istio-ingress/public', hosts: ['shop.example.com'] })
    .addRoute(path('/'), service, { port: 80 }).addRoute(path('/admin'), service, { port: 81 }),
};
const ORDERS = [
  ['resilience', 'canary', 'gateway'], ['resilience', 'gateway', 'canary'], ['canary', 'resilience', 'gateway'],
  ['canary', 'gateway', 'resilience'], ['gateway', 'resilience', 'canary'], ['gateway', 'canary', 'resilience'],
];

function compose(order: readonly string[], scopeOf: (chart: Chart, name: string) => Construct = (chart) => chart): App {
  const { app, chart } = shop();
  const service = MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80), MeshPort.http(81)] });
  for (const name of order) CONTRIBUTORS[name](scopeOf(chart, name), service);
  return app;
}

/** The documents, whatever the file order of those that do not depend on each other. */
function documents(app: App): string[] {
  return app.synthYaml().split(/^---\n/m).sort();
}

test.each(ORDERS)('%s, %s, %s: the same documents, wherever the constructs stand', (...order) => {
  const expected = documents(compose(ORDERS[0]));
  expect(expected).toHaveLength(3);
  const moved = compose(order, (chart, name) => new Construct(chart, `team-${name}`));
  expect(documents(moved)).toEqual(expected);
  expect(documents(compose(order))).toEqual(expected);
  expect(synthesized(moved).filter(({ metadata }) => metadata.name === 'reviews').map(({ kind }) => kind)).toEqual(['DestinationRule', 'VirtualService']);
});

describe('together they decide', () => {
  const objects = synthesized(compose(ORDERS[0]));
  const of = (name: string) => objects.find(({ kind, metadata }) => kind === 'VirtualService' && metadata.name === name)!.spec.http;
  const [mesh, gateway] = [of('reviews'), of('shop-example-com')];
  const request = (change: object) => ({ path: '/', method: 'GET', port: 80, headers: {}, query: {}, ...change });
  const facts = (rule: any) => ({
    timeout: rule.timeout,
    attempts: rule.retries?.attempts,
    to: rule.route.map(({ destination, weight }: any) => `${destination.subset}:${destination.port.number}${weight === undefined ? '' : ` ${weight}%`}`).join(' '),
  });
  const CANARY = { headers: { 'x-canary': 'true' } };

  test.each([
    [{}, { timeout: '5s', attempts: 2, to: 'v1:80 90% v2:80 10%' }],
    [{ method: 'POST' }, { timeout: '5s', attempts: undefined, to: 'v1:80 90% v2:80 10%' }],
    [CANARY, { timeout: '5s', attempts: 2, to: 'v2:80' }],
    [{ port: 81 }, { timeout: '9s', attempts: 2, to: 'v1:81 90% v2:81 10%' }],
    [{ port: 81, method: 'POST', ...CANARY }, { timeout: '9s', attempts: undefined, to: 'v2:81' }],
    [{ path: '/reports/1' }, { timeout: '1m', attempts: 0, to: 'v1:80 90% v2:80 10%' }],
    [{ path: '/reports/slow', ...CANARY }, { timeout: undefined, attempts: 0, to: 'v2:80' }],
    [{ path: '/reports/1', port: 81 }, { timeout: '1m', attempts: 0, to: 'v1:81 90% v2:81 10%' }],
  ])('in the mesh, of %j: %j', (change, expected) => {
    expect(facts(decide(mesh, request(change)))).toEqual(expected);
  });

  test.each([
    [{}, { timeout: '5s', attempts: 2, to: 'v1:80 90% v2:80 10%' }],
    [CANARY, { timeout: '5s', attempts: 2, to: 'v2:80' }],
    [{ path: '/admin', method: 'POST' }, { timeout: '9s', attempts: undefined, to: 'v1:81 90% v2:81 10%' }],
    [{ path: '/reports/1', ...CANARY }, { timeout: '1m', attempts: 0, to: 'v2:80' }],
  ])('behind the gateway, whatever port it listens on, of %j: %j', (change, expected) => {
    expect(facts(decide(gateway, request({ port: 443, ...change })))).toEqual(expected);
  });
});
