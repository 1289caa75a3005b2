import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import {
  CanaryRollout, DelegatedRoutes, FaultAbort, FaultDelay, FaultInjection, GatewayRoutes, HttpMatch, HttpRoute, MeshPort, MeshService, MirrorTarget,
  Redirect, RequestTimeout, ResilientService, Retries, RouteAction, StringMatch, SynthCheck, TrafficMirror,
} from '../../src';
import { Request, decide, requests } from '../support/istio-match';
import { shop } from '../support/shop';

interface Shop {
  readonly chart: ReturnType<typeof shop>['chart'];
  readonly reviews: MeshService;
  readonly recorder: MeshService;
}

type Contributor = (all: Shop, id: string) => void;

const match: fc.Arbitrary<HttpMatch> = fc.oneof(
  fc.constantFrom('1', '2').map((value) => HttpMatch.header('x-a', StringMatch.exact(value))),
  fc.constant(HttpMatch.header('x-b', StringMatch.present())),
  fc.constantFrom('/a', '/a/', '/c').map((path) => HttpMatch.path(StringMatch.prefix(path))),
  fc.constant(HttpMatch.path(StringMatch.exact('/a/b'))),
  fc.constant(HttpMatch.methods('GET', 'PUT')),
  fc.constant(HttpMatch.port(81)),
  fc.constant(HttpMatch.anyOf(HttpMatch.path(StringMatch.exact('/c')), HttpMatch.header('x-a', StringMatch.exact('12')))),
);
const someone = fc.option(match, { nil: undefined });
const seconds = fc.integer({ min: 1, max: 60 });

const contributor: fc.Arbitrary<Contributor> = fc.oneof(
  fc.tuple(seconds, fc.integer({ min: 1, max: 3 }), match, seconds).map(([timeout, tries, slow, longer]): Contributor =>
    ({ chart, reviews }, id) => new ResilientService(chart, id, {
      service: reviews,
      timeout: RequestTimeout.after(Duration.seconds(timeout)),
      retries: Retries.upTo(tries),
      routes: [{ match: slow, timeout: RequestTimeout.after(Duration.seconds(longer)) }],
    })),
  fc.record({ weight: fc.integer({ min: 0, max: 100 }), alwaysCanary: someone }).map(({ weight, alwaysCanary }): Contributor =>
    ({ chart, reviews }, id) => new CanaryRollout(chart, id, {
      service: reviews, stable: { version: 'v1' }, canary: { version: 'v2' }, weight, alwaysCanary,
    })),
  fc.record({ match, timeout: seconds }).map(({ match: one, timeout }): Contributor =>
    ({ chart, reviews }, id) => new HttpRoute(chart, id, { service: reviews, match: one, timeout: RequestTimeout.after(Duration.seconds(timeout)) })),
  match.map((one): Contributor =>
    ({ chart, reviews, recorder }, id) => new HttpRoute(chart, id, { service: reviews, match: one, action: RouteAction.toService(recorder) })),
  match.map((one): Contributor =>
    ({ chart, reviews }, id) => new HttpRoute(chart, id, { service: reviews, match: one, action: RouteAction.redirect(Redirect.to({ path: '/new' })) })),
  fc.record({ match: someone, percentage: fc.constantFrom(0.5, 10, 100) }).map(({ match: one, percentage }): Contributor =>
    ({ chart, reviews, recorder }, id) => new TrafficMirror(chart, id, {
      service: reviews, match: one, mirrors: [MirrorTarget.service(recorder, { percentage, safeForWrites: true })],
    })),
  fc.constantFrom(80, 81).map((port): Contributor =>
    ({ chart, reviews }, id) => new GatewayRoutes(chart, id, { gateway: 'istio-ingress/public', hosts: [`${id}.example.com`] })
      .addRoute(HttpMatch.any(), reviews, { port })),
  fc.constant(({ chart, reviews }: Shop, id: string) => new DelegatedRoutes(chart, id, { name: id, namespace: 'shop' })
    .addRoute(HttpMatch.path(StringMatch.prefix('/a')), reviews, { port: 80 })),
);

const fault = fc.record({ match: someone, delay: fc.boolean() }).map(({ match: one, delay }) => (enabled: boolean): Contributor =>
  ({ chart, reviews }, id) => new FaultInjection(chart, id, {
    service: reviews,
    enabled,
    match: one,
    everyone: one === undefined,
    delay: delay ? FaultDelay.of(Duration.seconds(1), 10) : undefined,
    abort: delay ? undefined : FaultAbort.http(503, 10),
    expires: '2999-01-01T00:00:00Z',
  }));

/** Faults among contributors, each at its place. */
const composition = fc.tuple(
  fc.array(contributor, { minLength: 1, maxLength: 4 }),
  fc.array(fc.tuple(fault, fc.nat(4)), { minLength: 1, maxLength: 2 }));

/** What is refused beside the others is left out; undefined where Istio cannot say what is left. */
function yamlOf(others: Contributor[], faults: [(enabled: boolean) => Contributor, number][], enabled?: boolean): string | undefined {
  const { app, chart } = shop();
  SynthCheck.off(app);
  const service = (name: string, ...ports: number[]) =>
    MeshService.fromName(chart, name, { name, namespace: 'shop', ports: ports.map((port) => MeshPort.http(port)) });
  const all = { chart, reviews: service('reviews', 80, 81), recorder: service('recorder', 80) };
  const named = others.map((make, index): [Contributor, string] => [make, `other-${index}`]);
  if (enabled !== undefined) faults.forEach(([make, place], index) => named.splice(Math.min(place, named.length), 0, [make(enabled), `fault-${index}`]));
  for (const [make, id] of named) {
    try {
      make(all, id);
    } catch (error) {
      if (!/already (sets|does)/.test((error as Error).message)) throw error;
      chart.node.tryRemoveChild(id);
    }
  }
  try {
    return app.synthYaml();
  } catch {
    return undefined;
  }
}

function virtualServices(yaml: string): any[] {
  return parseAllDocuments(yaml).map((document) => document.toJS()).filter((object) => object?.kind === 'VirtualService');
}

test('switched off, faults leave what is written as if they were not there, to the byte', () => {
  fc.assert(fc.property(composition, ([others, faults]) => {
    const expected = yamlOf(others, faults);
    fc.pre(expected !== undefined);
    expect(yamlOf(others, faults, false)).toBe(expected);
  }), { numRuns: 100 });
});

test('switched on, they change nothing but what they inject, for any request', () => {
  let seen = 0;
  fc.assert(fc.property(composition, fc.array(requests, { minLength: 5, maxLength: 10 }), ([others, faults], some: Request[]) => {
    const [without, injected] = [yamlOf(others, faults), yamlOf(others, faults, true)];
    fc.pre(without !== undefined && injected !== undefined);
    const before = new Map(virtualServices(without!).map((object) => [object.metadata.name, object]));
    for (const { metadata, spec } of virtualServices(injected!)) {
      const untouched = before.get(metadata.name)?.spec.http;
      // Nobody else needed rules for it.
      if (!untouched) continue;
      for (const request of some) {
        const { fault: drawn, match: _, ...rest } = decide(spec.http, request) ?? {};
        const { match: __, ...expected } = decide(untouched, request) ?? {};
        expect(rest).toEqual(expected);
        if (drawn) seen += 1;
      }
    }
  }), { numRuns: 100 });
  expect(seen).toBeGreaterThan(30);
});
