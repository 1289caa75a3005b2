import { Chart, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import * as library from '../src';

/** What a program without types may pass: every one is refused by what is wrong, never by what broke inside. */
const { HttpMatch, StringMatch, MeshService, MeshPort, Retries } = library;

const chart = (): Chart => new Chart(Testing.app(), 'shop', { namespace: 'shop' });
const service = (scope: Construct) => MeshService.fromName(scope, 'reviews', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80)] });
const none = library.RequestTimeout.none();
const V1 = { version: 'v1' };
const V2 = { version: 'v2' };

function resilience(props: any): () => void {
  return () => {
    const scope = chart();
    new library.ResilientService(scope, 'x', { service: service(scope), timeout: none, ...props });
  };
}

function canary(props: any): () => void {
  return () => {
    const scope = chart();
    new library.CanaryRollout(scope, 'x', { service: service(scope), stable: V1, canary: V2, weight: 10, ...props });
  };
}

const any = (value: unknown): any => value;

test.each<[string, () => void, string]>([
  ['a timeout in words', () => library.RequestTimeout.after(any('5s')), 'RequestTimeout is "5s". Give a Duration of cdk8s, for example Duration.seconds(5).'],
  ['no timeout', () => library.RequestTimeout.after(any(undefined)), 'RequestTimeout is undefined.'],
  ['a number for perTryTimeout', () => Retries.upTo(1, { perTryTimeout: any(1) }), 'perTryTimeout is 1.'],
  ['an interval in words', resilience({ outlierDetection: { interval: '10s' } }), '[shop/x] outlierDetection.interval is "10s".'],
  ['a number of retries', resilience({ retries: 2 }), '[shop/x] `retries` is 2. Say Retries.upTo(2), or Retries.none().'],
  ['a load balancer by name', resilience({ loadBalancer: 'LEAST_REQUEST' }), '[shop/x] `loadBalancer` is "LEAST_REQUEST".'],
  ['a load balancer of a subset by name', resilience({ subsets: { v1: { loadBalancer: 'RANDOM' } } }), '`loadBalancer` is "RANDOM".'],
  ['a route by its path', resilience({ routes: [{ match: '/x' }] }), '[shop/x] `match` is "/x".'],
  ['the timeout of a route in words', resilience({ routes: [{ match: HttpMatch.any(), timeout: '1s' }] }), '`timeout` is "1s".'],
  ['ports by number', resilience({ ports: [80] }), '[shop/x] `ports` is 80.'],
  ['a Chart for a service', resilience({ service: Testing.chart() }), '[shop/x] `service` is the Chart [test]. Give a MeshService'],
  ['a Chart for a service of a canary', canary({ service: Testing.chart() }), '[shop/x] `service` is the Chart [test]. Give a MeshService.'],
  ['a weight in words', canary({ weight: '10' }), '[shop/x] weight is "10"; the canary\'s share is a whole percentage from 0 to 100.'],
  ['no stable version', canary({ stable: undefined }), '[shop/x] stable is undefined. Say which pods are meant, for example { version: \'v1\' }.'],
  ['a version by number', canary({ canary: { version: 2 } }), '[shop/x] canary: `version` is 2.'],
  ['a header compared with a bare string', () => HttpMatch.header('x', any('true')), 'HttpMatch.header: the value is "true". Say how it is compared'],
  ['a bare path', () => HttpMatch.path(any('/x')), 'HttpMatch.path: the value is "/x".'],
  ['a list of alternatives', () => HttpMatch.anyOf(any([HttpMatch.any()])), 'HttpMatch.anyOf: one of them is [a HttpMatch]. Give HttpMatches, one argument each.'],
  ['methods as one string', () => Retries.upTo(1, { methods: any('GET') }), 'The HTTP methods are "GET". Give a list, for example [\'GET\'].'],
  ['a port in words', () => MeshPort.http(any('80')), 'MeshPort: number is "80"; a port is a whole number from 1 to 65535.'],
  ['a service by name', () => new MeshService(chart(), 'x', { service: any('reviews') }), '[shop/x] `service` is "reviews".'],
  ['ports of a service by number', () => new MeshService(chart(), 'x', { name: 'a', ports: any([80]) }), '[shop/x] `ports` holds 80. Give MeshPorts'],
  ['one host for a list of hosts', () => new library.GatewayRoutes(chart(), 'x', { gateway: 'a/b', hosts: any('a.example.com') }), '[shop/x] `hosts` is "a.example.com".'],
  ['no gateway', () => new library.GatewayRoutes(chart(), 'x', { gateway: any(undefined), hosts: ['a.example.com'] }), '[shop/x] "undefined" does not name a Gateway.'],
  ['a query parameter compared with a bare string', () => HttpMatch.queryParameter('q', any('1')), 'HttpMatch.queryParameter: the value is "1".'],
  ['a path with a star', () => HttpMatch.path(StringMatch.exact('/api/*')), 'HttpMatch.path: "/api/*" never matches: "*" stands for itself in a path. Use StringMatch.prefix("/api/").'],
  ['a path with a query', () => HttpMatch.path(StringMatch.prefix('/x?b=1')), 'a path is matched without its query. Use HttpMatch.queryParameter'],
  ['a path with dots', () => HttpMatch.path(StringMatch.exact('/a/../b')), '"/./" and "/../" are resolved before. Write the resolved path.'],
  ['a timeout of a billion days', () => library.RequestTimeout.after(require('cdk8s').Duration.days(1e9)), 'Istio accepts at most 2562047 hours'],
])('%s', (_, action, message) => {
  expect(action).toThrow(message);
});
