import { App } from 'cdk8s';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { renderRoute } from '../../src/model/http-routes';
import { EVERY_REQUEST, MatchAtom, MatchAtoms } from '../../src/model/match-atom';
import { RouteAspect, RouteLayer, RouteLayers } from '../../src/model/route-layers';
import { Request, accepts, decide, requests } from '../support/istio-match';

const OWNER = new Construct(new App(), 'owner');
const OWNERS = Array.from({ length: 6 }, (_, index) => new Construct(OWNER, `${index}`));

type Conditions = Record<string, { kind: 'exact' | 'prefix' | 'regex' | 'present'; value: string }>;

const exact = (...values: string[]) => fc.record({ kind: fc.constant('exact' as const), value: fc.constantFrom(...values) });
const prefix = (...values: string[]) => fc.record({ kind: fc.constant('prefix' as const), value: fc.constantFrom(...values) });
const present = fc.constant({ kind: 'present' as const, value: '' });
const regex = fc.constant({ kind: 'regex' as const, value: '1.*' });
/** A regex and a prefix on one header are not to be said together. */
const onHeaders: fc.Arbitrary<Conditions> = fc.oneof(
  fc.record({ 'x-a': fc.oneof(exact('1', '2'), prefix('1', '12'), present), 'x-b': fc.oneof(exact('1', '2'), regex, present) }, { noNullPrototype: true }),
  fc.record({ 'x-a': fc.oneof(exact('1', '2'), prefix('1', '12'), present) }, { noNullPrototype: true }),
  fc.record({ 'x-b': fc.oneof(exact('1', '2'), regex, present) }, { noNullPrototype: true }),
);

const source = fc.record({
  sourceLabels: fc.dictionary(fc.constantFrom('app', 'version'), fc.constantFrom('1', '2'), { minKeys: 1, maxKeys: 2, noNullPrototype: true }),
  sourceNamespace: fc.constantFrom('a', 'b'),
}, { requiredKeys: [], noNullPrototype: true });

/** What can stand in one HTTPMatchRequest. */
const conjunction: fc.Arbitrary<MatchAtom> = fc.tuple(fc.record({
  uri: fc.oneof(exact('/', '/a', '/a/b'), prefix('/', '/a', '/a/')),
  scheme: exact('http', 'https'),
  authority: fc.oneof(exact('a.example', 'b.example'), prefix('a.')),
  methods: fc.constantFrom(['GET'], ['GET', 'PUT'], ['POST', 'GET', 'PUT']),
  port: fc.constantFrom(80, 81),
  headers: onHeaders,
  withoutHeaders: onHeaders,
  queryParams: fc.constant({ q: { kind: 'exact' as const, value: '1' } }),
}, { requiredKeys: [], noNullPrototype: true }), fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: source }))
  .map(([one, other]) => few({ ...one, ...other }));

/** At most three conditions, so that requests often satisfy them all; the choice depends on the conditions alone. */
function few(atom: MatchAtom): MatchAtom {
  const entries = Object.entries(atom);
  const start = JSON.stringify(atom).length % Math.max(1, entries.length);
  return Object.fromEntries([...entries.slice(start), ...entries.slice(0, start)].slice(0, 1 + start % 3));
}

const exceptions = fc.option(fc.array(conjunction, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 3 });
const atom: fc.Arbitrary<MatchAtom> = fc.tuple(conjunction, exceptions)
  .map(([one, except]) => (except ? { ...one, except } : one));

const match: fc.Arbitrary<MatchAtoms> = fc.array(atom, { minLength: 1, maxLength: 2 });
const base: fc.Arbitrary<MatchAtoms> = fc.array(conjunction, { minLength: 1, maxLength: 2 });

type Drawn = 'action' | 'timeout' | 'retries';

const VALUES: Record<Drawn, (index: number) => object> = {
  // Some are answered by the proxy itself.
  action: (index) => (index % 4 === 3 ? { directResponse: { status: 200 + index } } : { destinations: [{ subset: `s${index}` }] }),
  // Several layers say the same, and some that there is to be none: their rules may be one, but no request may change.
  timeout: (index) => ({ timeout: [undefined, '1s', '2s'][index % 3] }),
  retries: (index) => ({ retries: index % 2 === 0 ? undefined : { attempts: index } }),
};

const layers: fc.Arbitrary<RouteLayer[]> = fc.array(fc.record({
  aspect: fc.constantFrom<Drawn>('action', 'timeout', 'retries'),
  match: fc.oneof(match, fc.constant(EVERY_REQUEST)),
  within: fc.option(fc.constantFrom<MatchAtoms>(
    [{ methods: ['GET'] }], [{ methods: ['GET', 'PUT'] }, { uri: { kind: 'exact', value: '/a' } }],
  ), { nil: undefined, freq: 3 }),
  priority: fc.constantFrom(undefined, undefined, 0, 1, -1),
}), { maxLength: 6 }).map((all) => all.map((layer, index): RouteLayer => ({ owner: OWNER, ...layer, value: VALUES[layer.aspect](index) })));

/** The documented order, written a second time: each alternative ranks by itself. */
function rank({ match: [one], priority }: RouteLayer): number[] {
  const strictness = { present: 0, prefix: 1, regex: 2, exact: 3 };
  const named = [...Object.values(one.headers ?? {}), ...Object.values(one.queryParams ?? {}), one.scheme, one.authority]
    .filter((part) => part !== undefined);
  const without = Object.values(one.withoutHeaders ?? {});
  const except = one.except ?? [];
  const single = [one.port, one.methods, one.sourceNamespace].filter((part) => part !== undefined).length;
  const total = (numbers: number[]) => numbers.reduce((x, y) => x + y, 0);
  return [
    priority ?? 0,
    one.uri === undefined ? -1 : strictness[one.uri.kind],
    one.uri === undefined ? 0 : one.uri.value.length,
    named.length + without.length + single + Object.keys(one.sourceLabels ?? {}).length + except.length,
    total(named.map(({ kind }) => strictness[kind])) + total(without.map(({ kind }) => 3 - strictness[kind])),
    one.methods === undefined ? 0 : -one.methods.length,
    total(named.map(({ value }) => value.length)) - total(without.map(({ value }) => value.length))
      - total(except.map(({ uri }) => (uri === undefined ? 0 : uri.value.length))),
  ];
}

function compare(a: number[], b: number[]): number {
  const difference = a.map((value, index) => value - b[index]).find((value) => value !== 0);
  return difference ?? 0;
}

function holds(atoms: MatchAtoms, request: Request): boolean {
  return atoms.some(({ except = [], ...one }) => {
    const accepted = (each: MatchAtom) => accepts(renderRoute({ match: [each], value: {} }, 'host')[0].match as any, request);
    return accepted(one) && !except.some(accepted);
  });
}

/** What the layers that fit best say: more than one only where the documentation leaves a tie. */
function intended(all: RouteLayer[], aspect: RouteAspect, request: Request): object[] {
  const alternatives = all.flatMap((layer) => layer.match.map((one): RouteLayer => ({ ...layer, match: [one] })));
  const fitting = alternatives
    .filter((layer) => layer.aspect === aspect && holds(layer.match, request) && holds(layer.within ?? EVERY_REQUEST, request));
  const best = fitting.filter((layer) => fitting.every((other) => compare(rank(layer), rank(other)) >= 0));
  const decided = best.filter((layer) => layer.within !== undefined
    || !best.some((other) => other.within !== undefined && JSON.stringify(other.match) === JSON.stringify(layer.match)));
  return decided.length === 0 ? [{}] : decided.map(({ value }) => value);
}

/** Cells that are taken already are left out, as a contributor would be refused. */
function put(all: RouteLayer[]): { routes: RouteLayers; taken: RouteLayer[] } {
  const routes = new RouteLayers();
  const taken = all.filter((layer) => {
    try {
      routes.add(layer);
      return true;
    } catch {
      return false;
    }
  });
  return { routes, taken };
}

test('for every request the first rule says, part by part, what the most specific layer says', () => {
  fc.assert(fc.property(layers, fc.array(requests, { minLength: 5, maxLength: 10 }), (all, some) => {
    const { routes, taken } = put(all);
    const http = routes.routes().flatMap((route) => renderRoute(route, 'host'));
    for (const request of some) {
      const rule = decide(http, request);
      expect(rule).toBeDefined();
      expect(intended(taken, 'action', request).map((value: any) => value.directResponse?.status ?? value.destinations?.[0].subset))
        .toContainEqual(rule.directResponse?.status ?? rule.route[0].destination.subset);
      for (const aspect of ['timeout', 'retries'] as const) {
        if (rule.directResponse) expect(rule[aspect]).toBeUndefined();
        else expect(intended(taken, aspect, request).map((value: any) => value[aspect])).toContainEqual(rule[aspect]);
      }
    }
  }), { numRuns: 2000 });
});

test('rules for some requests decide these as the rules for all do', () => {
  fc.assert(fc.property(layers, base, fc.array(requests, { minLength: 5, maxLength: 10 }), (all, only, some) => {
    const { routes } = put(all);
    let limited;
    try {
      limited = routes.routes(only).flatMap((route) => renderRoute(route, 'host'));
    } catch (error) {
      expect((error as Error).message).toContain('a rule for requests that match two conditions at once');
      return;
    }
    const whole = routes.routes().flatMap((route) => renderRoute(route, 'host'));
    for (const request of some) {
      const rule = decide(limited, request);
      if (!holds(only, request)) expect(rule).toBeUndefined();
      else expect({ ...rule, match: undefined }).toEqual({ ...decide(whole, request), match: undefined });
    }
  }), { numRuns: 1000 });
});

test('the order in which layers come never matters', () => {
  fc.assert(fc.property(layers.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))), ([all, shuffled]) => {
    const { taken } = put(all);
    const again = put(shuffled.filter((layer) => taken.includes(layer)));
    expect(again.routes.routes()).toEqual(put(taken).routes.routes());
  }), { numRuns: 500 });
});

test('no rule stands behind one that takes all of its requests, and none says just what the next wider one says', () => {
  fc.assert(fc.property(layers, (all) => {
    const http = put(all).routes.routes();
    const everything = http.findIndex((route) => route.match.some((one) => Object.keys(one).length === 0));
    expect(everything).toBe(http.length - 1);
    if (http.length > 1) expect(http.at(-2)!.value).not.toEqual(http.at(-1)!.value);
  }), { numRuns: 500 });
});

/** Every request that the conditions of the matches below tell apart, and one that none of them is about. */
const ALL: Request[] = ['/', '/a', '/a/', '/a/b', '/ab', '/a/b/c', '/c'].flatMap((path) => ['GET', 'PUT', 'POST', 'PATCH'].flatMap((method) =>
  [80, 81].flatMap((port) => [undefined, '1', '12', '120', '13', '2', '3'].map((header): Request => (
    { path, method, port, headers: header === undefined ? {} : { 'x-a': header }, query: {} })))));

test('no alternative of a rule stands behind another one that takes all of its requests', () => {
  const told = atom.filter((one) => [one, ...one.except ?? []].every((each) =>
    Object.keys(each).every((key) => ['uri', 'methods', 'port', 'headers', 'withoutHeaders', 'except'].includes(key))
    // As a condition of its own, which HttpMatch makes none of, it would be every request.
    && !(each.uri?.kind === 'prefix' && each.uri.value === '/')
    // Neither of two prefixes is a regex, of which the library cannot tell what it includes.
    && [each.headers, each.withoutHeaders].every((headers) => !headers || (!Object.hasOwn(headers, 'x-b') && headers['x-a'].kind !== 'prefix'))
    && ALL.some((request) => holds([{ ...each, except: [] }], request))));
  const some = fc.array(fc.record({
    aspect: fc.constantFrom<Drawn>('action', 'timeout'), match: fc.array(told, { minLength: 1, maxLength: 2 }), priority: fc.constantFrom(0, 1),
  }), { maxLength: 5 }).map((all) => all.map((layer, index): RouteLayer => ({ owner: OWNER, ...layer, value: VALUES[layer.aspect](index) })));
  fc.assert(fc.property(some, (all) => {
    const before: Set<Request>[] = [];
    for (const rule of put(all).routes.routes().flatMap((route) => renderRoute(route, 'host'))) {
      for (const one of rule.match ?? [{}]) {
        const taken = new Set(ALL.filter((request) => accepts([one], request)));
        expect(before.some((earlier) => [...taken].every((request) => earlier.has(request)))).toBe(false);
        before.push(taken);
      }
    }
  }), { numRuns: 200 });
});

test('of a layer that is reported to decide nothing, nothing is missed', () => {
  let reported = 0;
  fc.assert(fc.property(layers, fc.array(requests, { minLength: 30, maxLength: 60 }), (all, some) => {
    const { routes, taken } = put(all.map((layer, index) => ({ ...layer, owner: OWNERS[index], priority: (index % 3) - 1 })));
    const silent = new Set(routes.unreachable.map(({ layer }) => layer));
    for (const layer of silent) {
      reported++;
      const answered = (request: Request) => intended(taken, 'action', request).some((value: any) => value.directResponse);
      for (const request of some) {
        const deciders = intended(taken, layer.aspect, request);
        if (deciders.length === 1 && deciders[0] === layer.value) expect(layer.aspect !== 'action' && answered(request)).toBe(true);
      }
    }
  }), { numRuns: 500 });
  expect(reported).toBeGreaterThan(20);
});
