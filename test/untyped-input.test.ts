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

function route(props: any): () => void {
  return () => {
    const scope = chart();
    new library.HttpRoute(scope, 'x', { service: service(scope), ...props });
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
  ['no gateway', () => new library.GatewayRoutes(chart(), 'x', { gateway: any(undefined), hosts: ['a.example.com'] }), '[shop/x] give either `gateway` or `gateways`, as NAMESPACE/NAME'],
  ['a query parameter compared with a bare string', () => HttpMatch.queryParameter('q', any('1')), 'HttpMatch.queryParameter: the value is "1".'],
  ['a path with a star', () => HttpMatch.path(StringMatch.exact('/api/*')), 'HttpMatch.path: "/api/*" never matches: "*" stands for itself in a path. Use StringMatch.prefix("/api/").'],
  ['a path with a query', () => HttpMatch.path(StringMatch.prefix('/x?b=1')), 'a path is matched without its query. Use HttpMatch.queryParameter'],
  ['a path with dots', () => HttpMatch.path(StringMatch.exact('/a/../b')), '"/./" and "/../" are resolved before. Write the resolved path.'],
  ['a service of a route by name', route({ service: 'reviews' }), '[shop/x] `service` is "reviews". Give a MeshService'],
  ['the match of a route as a path', route({ match: '/x' }), '[shop/x] `match` is "/x". Say which requests are meant'],
  ['the action of a route as a subset', route({ action: 'v2' }), '[shop/x] `action` is "v2". Say for example RouteAction.toSubset(\'v2\').'],
  ['a rewrite in words', route({ rewrite: '/v2' }), '[shop/x] `rewrite` is "/v2". Say for example PathRewrite.prefix(\'/v2\').'],
  ['the timeout of a route in words', route({ timeout: '5s' }), '[shop/x] `timeout` is "5s".'],
  ['the number of a route\'s retries', route({ retries: 2 }), '[shop/x] `retries` is 2.'],
  ['CORS as a list of origins', route({ cors: ['https://a.example'] }), '[shop/x] cors.allowOrigins is undefined.'],
  ['CORS as true', route({ cors: true }), '[shop/x] `cors` is true.'],
  ['a list of subsets for their shares', () => library.RouteAction.toSubsets(any(['v1'])), 'RouteAction.toSubsets: the weights are ["v1"]. Give each subset its share'],
  ['shares in words', () => library.RouteAction.toSubsets(any({ v1: '100' })), 'RouteAction: the weight of v1 is "100".'],
  ['a service by name to go to', () => library.RouteAction.toService(any('ratings')), 'RouteAction.toService: the service is "ratings". Give a MeshService.'],
  ['a destination by name', () => library.RouteAction.split(any('v1')), 'RouteAction.split: a destination is "v1".'],
  ['a redirect as a path', () => library.RouteAction.redirect(any('/new')), 'RouteAction.redirect: given is "/new". Say for example Redirect.to'],
  ['where a redirect leads as a path', () => library.Redirect.to(any('/new')), 'Redirect: it is "/new". Say where to'],
  ['a response as a status', () => library.RouteAction.respond(any(503)), 'RouteAction.respond: given is 503. Say for example DirectResponse.text'],
  ['a delegate as an object', () => library.RouteAction.delegateTo(any({ name: 'a' })), 'an object with name does not name a VirtualService.'],
  ['a pattern as a RegExp', () => library.PathRewrite.regex(any(/a/), 'b'), 'PathRewrite.regex: given are a RegExp and "b". Give two strings'],
  ['a string match of a number', () => StringMatch.exact(any(1)), 'StringMatch.exact: 1 is not a string.'],
  ['labels of callers as a list', () => HttpMatch.sourceLabels(any(['app'])), 'HttpMatch.sourceLabels: the labels are ["app"].'],
  ['a port to match in words', () => HttpMatch.port(any('80')), 'HttpMatch.port: "80" is not a port.'],
  ['a header by number', () => HttpMatch.header(any(1), StringMatch.present()), 'HttpMatch.header: 1 is not a header name.'],
  ['a list of what to leave out', () => HttpMatch.noneOf(any([HttpMatch.any()])), 'HttpMatch.noneOf: one of them is [a HttpMatch].'],
  ['a path to leave out', () => HttpMatch.any().butNot(any('/x')), 'HttpMatch.butNot: one of them is "/x".'],
  ['a path to be matched as well', () => HttpMatch.any().and(any('/x')), 'HttpMatch.and: one of them is "/x".'],
  ['the labels of a subset as a list', () => service(chart()).addSubset('v2', any(['v2'])), '[shop/reviews] the labels of the subset v2 are ["v2"].'],
  ['no labels of a subset', () => service(chart()).addSubset('v2', any(undefined)), '[shop/reviews] the labels of the subset v2 are undefined. Say which pods it has'],
  ['a timeout of a billion days', () => library.RequestTimeout.after(require('cdk8s').Duration.days(1e9)), 'Istio accepts at most 2562047 hours'],
])('%s', (_, action, message) => {
  expect(action).toThrow(message);
});
