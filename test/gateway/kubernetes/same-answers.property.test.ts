import { App, Chart, Duration } from 'cdk8s';
import * as fc from 'fast-check';
import {
  GatewayApi, GatewayTls, HttpMatch, IngressGateway, MeshPort, MeshService, PathRewrite, Redirect, RequestTimeout, StringMatch, SynthCheck,
} from '../../../src';
import { decideByHttpRoute, rewrittenByHttpRoute } from '../../support/http-route-match';
import { Request, decide, rewritten } from '../../support/istio-match';
import { mistakes, synthesized } from '../../support/shop';

const PATHS = ['/', '/a', '/a/b', '/b'];
const SERVICES = ['one', 'two', 'three'];

const match = fc.record({
  path: fc.option(fc.record({ kind: fc.constantFrom('exact', 'segments', 'prefix'), path: fc.constantFrom(...PATHS) })),
  methods: fc.option(fc.subarray(['GET', 'POST', 'PUT'], { minLength: 1 }), { freq: 2 }),
  headers: fc.subarray(['x-a', 'x-b']),
  query: fc.subarray(['p', 'q']),
});
const route = fc.record({
  match,
  service: fc.nat({ max: 2 }),
  rewrite: fc.option(fc.constantFrom('/', '/v2', '/a/b/'), { freq: 2 }),
  whole: fc.boolean(),
  timeout: fc.option(fc.constantFrom(500, 1500, 90_000), { freq: 2 }),
  priority: fc.constantFrom(0, 0, 0, 10),
  redirects: fc.constantFrom(false, false, false, true),
});
type Route = typeof route extends fc.Arbitrary<infer T> ? T : never;

function matchOf({ path, methods, headers, query }: Route['match']): HttpMatch {
  const by = {
    exact: (one: string) => HttpMatch.path(StringMatch.exact(one)),
    prefix: (one: string) => HttpMatch.path(StringMatch.prefix(one)),
    segments: (one: string) => HttpMatch.pathSegments(one),
  };
  return HttpMatch.allOf(
    ...path ? [by[path.kind as 'exact'](path.path)] : [],
    ...methods ? [HttpMatch.methods(...methods)] : [],
    ...headers.map((name) => HttpMatch.header(name, StringMatch.exact('1'))),
    ...query.map((name) => HttpMatch.queryParameter(name, StringMatch.exact('1'))),
  );
}

/** The rules of the host, or what is wrong. */
function written(api: GatewayApi, routes: readonly Route[]): { rules?: any[]; wrong: string[] } {
  const app = new App();
  SynthCheck.off(app);
  const chart = new Chart(app, 'edge', { namespace: 'edge' });
  const services = SERVICES.map((name) => MeshService.fromName(chart, name, { name, namespace: 'edge', ports: [MeshPort.http(80)] }));
  const pods = api === GatewayApi.ISTIO ? { selector: { istio: 'ingress' } } : {};
  const host = new IngressGateway(chart, 'public', { name: 'public', api, ...pods }).host('a.example.com', { tls: GatewayTls.simple('cert') });
  for (const { match: said, service, rewrite, whole, timeout, priority, redirects } of routes) {
    if (redirects) {host.addRedirect(matchOf(said), Redirect.to({ path: `/to-${service}` }), { priority });} else {
      host.addRoute(matchOf(said), services[service], {
        priority,
        rewrite: rewrite === null ? undefined : whole ? PathRewrite.path(rewrite) : PathRewrite.prefix(rewrite),
        timeout: timeout === null ? undefined : RequestTimeout.after(Duration.millis(timeout)),
      });
    }
  }
  const wrong = mistakes(app);
  if (wrong.length > 0) return { wrong };
  const kind = api === GatewayApi.ISTIO ? 'VirtualService' : 'HTTPRoute';
  const { spec } = synthesized(app).find(({ kind: one, metadata }) => one === kind && metadata.name === 'a-example-com')!;
  return { rules: spec.http ?? spec.rules, wrong: [] };
}

const milliseconds = (duration: string | undefined) => [...(duration ?? '').matchAll(/([\d.]+)(h|ms|m|s)/g)]
  .reduce((sum, [, count, unit]) => sum + Number(count) * { h: 3_600_000, m: 60_000, s: 1000, ms: 1 }[unit]!, 0);

function byIstio(rules: any[], request: Request): unknown {
  const rule = decide(rules, request);
  if (!rule) return '404';
  if (rule.redirect) return { redirect: rule.redirect.uri, code: 301 };
  return { to: rule.route[0].destination.host.split('.')[0], path: rewritten(rule, request), timeout: milliseconds(rule.timeout) };
}

function byKubernetes(rules: any[], request: Request): unknown {
  const rule = decideByHttpRoute(rules, request);
  if (!rule) return '404';
  const redirect = rule.filters?.find((filter: any) => filter.type === 'RequestRedirect')?.requestRedirect;
  if (redirect) return { redirect: redirect.path.replaceFullPath, code: redirect.statusCode };
  return { to: rule.backendRefs[0].name, path: rewrittenByHttpRoute(rule, request.path), timeout: milliseconds(rule.timeouts?.request) };
}

const REQUESTS: Request[] = ['/', '/a', '/a/', '/ab', '/a/b', '/a/b/', '/a/b/c', '/a/bc', '/b', '/c'].flatMap((path) => ['GET', 'POST', 'PUT', 'DELETE'].flatMap((method) =>
  [{}, { 'x-a': '1' }, { 'x-b': '1' }, { 'x-a': '1', 'x-b': '1' }, { 'x-a': '2' }].flatMap((headers) =>
    [{}, { p: '1' }, { p: '1', q: '1' }].map((query) => ({ path, method, port: 443, headers, query }) as Request))));

test('what both APIs can say is decided alike, for every request', () => {
  let same = 0;
  let several = 0;
  fc.assert(fc.property(fc.array(route, { minLength: 1, maxLength: 4 }), (routes) => {
    let istio: ReturnType<typeof written>;
    try {
      istio = written(GatewayApi.ISTIO, routes);
    } catch (error) {
      // Two routes for the same requests, and the like.
      expect((error as Error).message).toMatch(/^\[edge\/public/);
      return;
    }
    if (!istio.rules) return;
    const { rules, wrong } = written(GatewayApi.KUBERNETES, routes);
    if (!rules) {
      expect(wrong).toEqual([expect.stringMatching(/has no equivalent in the Gateway API|the Gateway API tries them the other way round/)]);
      return;
    }
    same++;
    if (rules.length > 1) several++;
    const differs = REQUESTS.find((request) => JSON.stringify(byKubernetes(rules, request)) !== JSON.stringify(byIstio(istio.rules!, request)));
    expect(differs && { request: differs, istio: byIstio(istio.rules, differs), kubernetes: byKubernetes(rules, differs) }).toBeUndefined();
  }), { numRuns: 200 });
  expect(same).toBeGreaterThan(40);
  expect(several).toBeGreaterThan(25);
});
