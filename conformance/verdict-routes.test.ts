import { App, Chart, Duration } from 'cdk8s';
import {
  CorsPolicy, DirectResponse, HeaderOperations, HttpMatch, HttpRoute, MeshPort, MeshService, PathRewrite, Redirect, RedirectOptions, RequestTimeout,
  Retries, RouteAction, StringMatch, UnmatchedPreflights,
} from 'cdk8s-istio';
import * as fc from 'fast-check';
import { ApiServer } from './verdict';

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

const PARTIAL: { requiredKeys: []; noNullPrototype: true } = { requiredKeys: [], noNullPrototype: true };

/** Mostly what is right: of many settings together, one that is wrong refuses all. */
const mostly = <T>(right: fc.Arbitrary<T>, any: fc.Arbitrary<T>) => fc.oneof({ weight: 19, arbitrary: right }, { weight: 1, arbitrary: any });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
/** What is made where it is used: making it may refuse. */
type Made<T> = () => T;

const odd = fc.constantFrom('', ' ', 'a b', 'ä', 'x:y', ':path', 'host', '@request.auth.claims.a', 'a,b', '"', '%', '%REQ(x)%', 'x\ny', '*', '\\', '\u0000', 'a'.repeat(2000));
const name = mostly(fc.constantFrom('x-a', 'X-B', 'x_c', 'cookie', 'Content-Type'), odd);
const value = mostly(fc.constantFrom('1', 'true', 'text/html; q=1', '50%%'), odd);
const path = mostly(fc.constantFrom('/', '/a', '/a/', '/a/b', '/%20', '/ä'), fc.oneof(odd, fc.constantFrom('a', '/a?b', '/a#b', '/a b', '/../a', '//')));
const regex = mostly(fc.constantFrom('/a.*', '(a|b)', '(?i)a', '[[:alpha:]]+', '/users/([^/]+)', '\\d{1,3}', '(?P<x>a)'), fc.oneof(odd, fc.constantFrom('(', 'a**', '(?=a)', '\\1', '[z-a]', 'a{1001}')));

const string = (text: fc.Arbitrary<string>): fc.Arbitrary<Made<StringMatch>> => fc.oneof(
  text.map((one) => () => StringMatch.exact(one)),
  text.map((one) => () => StringMatch.prefix(one)),
  regex.map((one) => () => StringMatch.regex(one)),
  fc.constant(() => StringMatch.present()),
);

const { match } = fc.letrec<{ match: Made<HttpMatch> }>((tie) => ({
  match: fc.oneof({ depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      string(path).map((one) => () => HttpMatch.path(one())),
      path.map((one) => () => HttpMatch.pathSegments(one)),
      fc.tuple(name, string(value)).map(([header, one]) => () => HttpMatch.header(header, one())),
      fc.tuple(name, string(value)).map(([cookie, one]) => () => HttpMatch.cookie(cookie, one())),
      fc.tuple(name, string(value)).map(([parameter, one]) => () => HttpMatch.queryParameter(parameter, one())),
      fc.array(mostly(fc.constantFrom('GET', 'POST', 'PURGE', 'M-SEARCH'), odd), { minLength: 1, maxLength: 3 }).map((all) => () => HttpMatch.methods(...all)),
      string(mostly(fc.constantFrom('a.example', 'a.example:80'), odd)).map((one) => () => HttpMatch.authority(one())),
      mostly(fc.constantFrom('http', 'https'), odd).map((one) => () => HttpMatch.scheme(one)),
      mostly(fc.constantFrom(80, 81), fc.constantFrom(0, 1.5, 65536)).map((one) => () => HttpMatch.port(one)),
      fc.dictionary(mostly(fc.constantFrom('app', 'example.com/version'), odd), mostly(fc.constantFrom('web', ''), odd), { maxKeys: 2 }).map((one) => () => HttpMatch.sourceLabels(one)),
      mostly(fc.constantFrom('shop', 'default'), odd).map((one) => () => HttpMatch.sourceNamespace(one)),
    ),
    fc.array(tie('match'), { minLength: 1, maxLength: 3 }).map((all) => () => HttpMatch.allOf(...all.map((one) => one()))),
    fc.array(tie('match'), { minLength: 1, maxLength: 3 }).map((all) => () => HttpMatch.anyOf(...all.map((one) => one()))),
    fc.array(tie('match'), { minLength: 1, maxLength: 2 }).map((all) => () => HttpMatch.noneOf(...all.map((one) => one()))),
    fc.tuple(tie('match'), tie('match')).map(([one, other]) => () => one().butNot(other())),
  ),
}));

const rewrite: fc.Arbitrary<Made<PathRewrite>> = fc.oneof(
  path.map((one) => () => PathRewrite.prefix(one)),
  path.map((one) => () => PathRewrite.path(one)),
  fc.tuple(regex, mostly(fc.constantFrom('/x', '\\0', '\\1', 'a\\\\b'), odd)).map(([pattern, by]) => () => PathRewrite.regex(pattern, by)),
  mostly(fc.constantFrom('a.example', 'a.example:80'), odd).map((one) => () => PathRewrite.authority(one)),
  fc.tuple(path, mostly(fc.constant('a.example'), odd)).map(([one, host]) => () => PathRewrite.path(one).withAuthority(host)),
);

const values = fc.dictionary(name, value, { maxKeys: 2 });
const headers: fc.Arbitrary<HeaderOperations> = fc.record({ set: values, add: values, remove: fc.array(name, { maxLength: 2 }) }, PARTIAL);
const names = fc.array(mostly(fc.constantFrom('x-a', '*'), odd), { maxLength: 2 });
const duration = mostly(fc.constantFrom(1000, 2500, 3_600_000), fc.constantFrom(0, 0.5, 1500)).map((one) => Duration.millis(one));
const cors: fc.Arbitrary<Made<CorsPolicy>> = fc.tuple(
  fc.array(string(mostly(fc.constantFrom('https://a.example', 'http://localhost:8080', 'null'), odd)), { maxLength: 2 }),
  fc.record({
    allowMethods: fc.array(mostly(fc.constantFrom('GET', 'DELETE', 'OPTIONS', 'TRACE'), odd), { maxLength: 2 }),
    allowHeaders: names,
    exposeHeaders: names,
    maxAge: duration,
    allowCredentials: fc.boolean(),
    unmatchedPreflights: fc.constantFrom(...Object.values(UnmatchedPreflights)),
  }, PARTIAL),
).map(([origins, others]) => () => ({ allowOrigins: origins.map((one) => one()), ...others }));

const redirect = fc.record({
  path,
  authority: mostly(fc.constant('a.example'), odd),
  scheme: mostly(fc.constantFrom('http', 'https'), odd),
  port: mostly(fc.constantFrom(80, 8443), fc.constantFrom(0, 70000)),
  code: mostly(fc.constantFrom(301, 302, 303, 307, 308), fc.constantFrom(300, 304, 200)),
}, PARTIAL);
const status = mostly(fc.constantFrom(200, 204, 404, 503, 599), fc.constantFrom(100, 600, 0));
const body = mostly(fc.constantFrom('', 'closed', 'ä', '{"a":1}', '%'), fc.constantFrom('x'.repeat(1024 * 1024 + 1), '1e3', 'yes'));
const weights = fc.array(mostly(fc.integer({ min: 0, max: 50 }), fc.constantFrom(-1, 0.5)), { maxLength: 3 })
  .map((some) => [...some, 100 - some.reduce((sum, one) => sum + one, 0)]);
type Action = (service: MeshService, other: MeshService) => RouteAction;
const action: fc.Arbitrary<Action> = fc.oneof(
  mostly(fc.constantFrom('v1', 'v2'), fc.constantFrom('v9', '', 'V1')).map((one) => () => RouteAction.toSubset(one)),
  weights.map((some) => () => RouteAction.toSubsets(Object.fromEntries(some.map((weight, index) => [`v${index + 1}`, weight])))),
  optional(mostly(fc.constant(8080), fc.constantFrom(80, 0))).map((port): Action => (_, other) => RouteAction.toService(other, { port })),
  fc.tuple(weights, headers).map(([some, requestHeaders]): Action => (service, other) =>
    RouteAction.split(...some.map((weight, index) => ({ weight, service: index % 2 === 0 ? other : service, subset: index < 2 ? undefined : 'v2', requestHeaders })))),
  redirect.map((options) => () => RouteAction.redirect(Redirect.to(options as RedirectOptions))),
  fc.tuple(status, body).map(([code, text]) => () => RouteAction.respond(DirectResponse.text(code, text))),
  fc.tuple(status, body).map(([code, text]) => () => RouteAction.respond(DirectResponse.json(code, text))),
  mostly(fc.constant('team-b/api'), odd).map((one) => () => RouteAction.delegateTo(one)),
);
const route = fc.record({
  match: optional(match),
  action: optional(action),
  rewrite: optional(rewrite),
  requestHeaders: optional(headers),
  responseHeaders: optional(headers),
  cors: optional(cors),
  timeout: optional(duration),
  attempts: optional(mostly(fc.constantFrom(1, 3), fc.constantFrom(0, 21))),
  name: optional(mostly(fc.constantFrom('api', 'api.v2'), odd)),
  priority: optional(fc.constantFrom(-1, 0, 10)),
});
type Route = typeof route extends fc.Arbitrary<infer T> ? T : never;

/** The app, unless one of the constructs, or the synth before it looks at the manifests, refuses. */
function built(routes: readonly Route[]): App | undefined {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const service = MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80), MeshPort.http(81)] });
  for (const subset of ['v1', 'v2', 'v3', 'v4']) service.addSubset(subset, { version: subset });
  const other = MeshService.fromName(chart, 'ratings', { name: 'ratings', namespace: 'data', ports: [MeshPort.http(8080)] });
  other.addSubset('v2', { version: 'v2' });
  try {
    for (const [index, one] of routes.entries()) {
      new HttpRoute(chart, `route-${index}`, {
        service,
        match: one.match?.(),
        action: one.action?.(service, other),
        rewrite: one.rewrite?.(),
        requestHeaders: one.requestHeaders,
        responseHeaders: one.responseHeaders,
        cors: one.cors?.(),
        timeout: one.timeout && RequestTimeout.after(one.timeout),
        retries: one.attempts === undefined ? undefined : Retries.upTo(one.attempts),
        name: one.name,
        priority: one.priority,
      });
    }
  } catch {
    return undefined;
  }
  return chart.node.findAll().some((construct) => construct.node.validate().length > 0) ? undefined : app;
}

/** What is written, unless the constructs or the synth refuse: what only two routes together do wrong is found there. */
function written(routes: readonly Route[]): string | undefined {
  const app = built(routes);
  try {
    return app?.synthYaml();
  } catch (error) {
    if (/^Validation failed/.test((error as Error).message)) return undefined;
    throw error;
  }
}

/**
 * istiod compares the prefixes of two rules and not what else they ask for (a scheme, a caller): of rules that are reached all the
 * same it says that they are not. What is not reached we refuse ourselves.
 */
const OF_PREFIXES_ALONE = /webhook warns: .* of prefix \S+ is not used \(duplicate\/overlapping match in rule /;

async function complaints(yaml: string): Promise<string[]> {
  return (await apiServer.complaints(yaml)).filter((complaint) => !OF_PREFIXES_ALONE.test(complaint));
}

test('whatever one route lets pass, Istio takes without a word', async () => {
  let taken = 0;
  await fc.assert(fc.asyncProperty(route, async (one) => {
    const yaml = written([one]);
    if (yaml === undefined) return;
    taken++;
    expect(await complaints(yaml)).toEqual([]);
  }), { numRuns: 2000 });
  expect(taken).toBeGreaterThan(200);
});

test('whatever several routes let pass together, Istio takes without a word', async () => {
  let taken = 0;
  await fc.assert(fc.asyncProperty(fc.array(route.filter((one) => built([one]) !== undefined), { minLength: 2, maxLength: 3 }), async (some) => {
    const yaml = written(some);
    if (yaml === undefined) return;
    taken++;
    expect(await complaints(yaml)).toEqual([]);
  }), { numRuns: 500 });
  expect(taken).toBeGreaterThan(50);
});
