import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { GatewayRoutes, HttpMatch, HttpRoute, MeshPort, MeshService, PathRewrite, RequestTimeout, StringMatch, SynthCheck } from '../../src';
import { Request, accepts, decide } from '../support/istio-match';
import { mistakes, shop } from '../support/shop';

const GET: Request = { path: '/', method: 'GET', port: 80, headers: {}, query: {} };
const { exact, prefix } = StringMatch;
const own = (path: string, kind: 'exact' | 'prefix' | 'segments') =>
  (kind === 'segments' ? HttpMatch.pathSegments(path) : HttpMatch.path(kind === 'exact' ? exact(path) : prefix(path)));

/** What the route of a gateway matches, and what it leaves of the path for the rewrite of a prefix. */
const ROUTES: Record<string, [HttpMatch, (path: string) => string]> = {
  segments: [HttpMatch.pathSegments('/api'), (path) => path.slice('/api'.length)],
  slash: [HttpMatch.path(prefix('/api/')), (path) => path.slice('/api'.length)],
  exact: [HttpMatch.path(exact('/api')), () => ''],
  any: [HttpMatch.any(), (path) => path],
};
const REWRITES: Record<string, [PathRewrite, (rest: string) => string]> = {
  root: [PathRewrite.prefix('/'), (rest) => rest || '/'],
  segment: [PathRewrite.prefix('/v2'), (rest) => `/v2${rest}`],
  slash: [PathRewrite.prefix('/v2/'), (rest) => `/v2${rest}`],
  all: [PathRewrite.path('/v2/x'), () => '/v2/x'],
};

/** Istio's rewrite: what the rule's match took is replaced, or what the expression finds. */
function rewritten({ match, rewrite }: any, request: Request): string {
  if (!rewrite) return request.path;
  if (rewrite.uriRegexRewrite) return request.path.replace(new RegExp(rewrite.uriRegexRewrite.match), rewrite.uriRegexRewrite.rewrite);
  const { uri } = (match ?? [{}]).find((one: any) => accepts([one], request));
  return rewrite.uri + request.path.slice((uri?.exact ?? uri?.prefix ?? '/').length);
}

const rules = fc.uniqueArray(
  fc.tuple(fc.constantFrom('/v2', '/v2/x', '/x', '/api', '/v', '/x/y'), fc.constantFrom('exact' as const, 'prefix' as const, 'segments' as const), fc.nat({ max: 1 })),
  { maxLength: 4, selector: ([path, kind]) => (kind === 'segments' ? `${path} exact` : `${path} ${kind}`) },
);
const paths = ['/api', '/api/', '/api/x', '/api/x/y', '/api/v2', '/api/v2/x', '/x', '/', '/v2/x'];

function services(said: readonly [string, 'exact' | 'prefix' | 'segments', number][]) {
  const world = shop();
  SynthCheck.off(world.app);
  const service = MeshService.fromName(world.chart, 'api', { name: 'api', namespace: 'shop', ports: [MeshPort.http(80)] });
  said.forEach(([path, kind, priority], index) => new HttpRoute(world.chart, `rule-${index}`, {
    service, match: own(path, kind), timeout: RequestTimeout.after(Duration.seconds(index + 1)), priority,
  }));
  return { ...world, service };
}

test('what the service says of a path holds behind a gateway for the requests that come to have it, and they come to have it', () => {
  let narrowed = 0;
  fc.assert(fc.property(rules, fc.constantFrom(...Object.keys(ROUTES)), fc.constantFrom(...Object.keys(REWRITES)), (said, route, rewrite) => {
    const mesh = services(said);
    if (mistakes(mesh.app).length > 0) return;
    const onMesh = mesh.service.virtualService?.toJson().spec.http ?? [];
    const edge = services(said);
    const [match, rest] = ROUTES[route];
    const routes = new GatewayRoutes(edge.chart, 'public', { gateway: 'a/b', hosts: ['a.example.com'] }).addRoute(match, edge.service, { rewrite: REWRITES[rewrite][0] });
    expect(mistakes(edge.app)).toEqual([]);
    const http = routes.virtualService.toJson().spec.http;
    if (http.length > 1) narrowed++;
    for (const path of paths) {
      const request = { ...GET, path };
      const rule = decide(http, request);
      const matched = route === 'any' || path.startsWith('/api/') ? route !== 'exact' || path === '/api' : path === '/api' && route !== 'slash';
      expect([path, rule !== undefined]).toEqual([path, matched]);
      if (!rule) continue;
      const becomes = REWRITES[rewrite][1](rest(path));
      expect([path, rewritten(rule, request)]).toEqual([path, becomes]);
      expect([path, becomes, rule.timeout]).toEqual([path, becomes, decide(onMesh, { ...GET, path: becomes })?.timeout]);
    }
  }), { numRuns: 120 });
  expect(narrowed).toBeGreaterThan(20);
});
