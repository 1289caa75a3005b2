import * as fc from 'fast-check';
import { GatewayRoutes, HttpMatch, MeshPort, MeshService, StringMatch } from '../../src';
import { Request, decide, requests } from '../support/istio-match';
import { only, shop } from '../support/shop';

const GET: Request = { path: '/', method: 'GET', port: 80, headers: {}, query: {} };

/** One route each, from the most specific to the widest. */
const MATCHES: Record<string, HttpMatch> = {
  exact: HttpMatch.path(StringMatch.exact('/a/b')),
  regex: HttpMatch.path(StringMatch.regex('/a/.*')),
  long: HttpMatch.path(StringMatch.prefix('/ab')),
  short: HttpMatch.path(StringMatch.prefix('/a')),
  header: HttpMatch.header('x-a', StringMatch.exact('1')),
  any: HttpMatch.any(),
};
const NAMES = Object.keys(MATCHES);

function rulesOf(order: readonly string[]): any[] {
  const { app, chart } = shop();
  const routes = new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: ['shop.example.com'] });
  for (const name of order) {
    routes.addRoute(MATCHES[name], MeshService.fromName(chart, name, { name, namespace: 'shop', ports: [MeshPort.http(80)] }));
  }
  return only(app, 'VirtualService').spec.http;
}

function serviceOf(rule: any): string {
  return rule.route[0].destination.host.split('.')[0];
}

test('an exact path comes before a regex, a regex before a prefix, the longer prefix first, any path last', () => {
  const http = rulesOf([...NAMES].reverse());
  expect(http.map(serviceOf)).toEqual(NAMES);
  const decided = (change: Partial<Request>) => serviceOf(decide(http, { ...GET, ...change }));
  expect(['/a/b', '/a/c', '/ab', '/c'].map((path) => decided({ path }))).toEqual(['exact', 'regex', 'long', 'any']);
  expect(decided({ path: '/c', headers: { 'x-a': '1' } })).toBe('header');
});

test('every order of addRoute gives the same rules, and leads every request to the most specific route', () => {
  /** By hand, in the order that the documentation promises. */
  const expected = ({ path, headers }: Request): string => {
    if (path === '/a/b') return 'exact';
    if (path.startsWith('/a/')) return 'regex';
    if (path.startsWith('/ab')) return 'long';
    if (path.startsWith('/a')) return 'short';
    return headers['x-a'] === '1' ? 'header' : 'any';
  };
  const sorted = rulesOf(NAMES);
  fc.assert(fc.property(fc.shuffledSubarray(NAMES, { minLength: NAMES.length }), requests, (order, request) => {
    const http = rulesOf(order);
    expect(http).toEqual(sorted);
    expect(serviceOf(decide(http, request))).toBe(expected(request));
  }), { numRuns: 150 });
});
