import { App } from 'cdk8s';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { HttpMatch, StringMatch } from '../../src';
import { HttpRoute, renderRoute } from '../../src/model/http-routes';
import { MatchAtoms, covers } from '../../src/model/match-atom';
import { bySpecificity } from '../../src/model/match-order';
import { RouteLayers } from '../../src/model/route-layers';
import { Request, accepts, decide, requests } from '../support/istio-match';

const OWNER = new Construct(new App(), 'owner');

/** Whether Istio takes a request for one of those that a match means. */
function takes(match: HttpMatch, request: Request): boolean {
  return acceptsAtoms(match._atoms, request);
}

function acceptsAtoms(atoms: MatchAtoms, request: Request): boolean {
  return accepts(renderRoute({ match: atoms, value: {} }, 'host')[0].match as any, request);
}

const GET: Request = { path: '/', method: 'GET', port: 80, headers: {}, query: {} };

const simple: fc.Arbitrary<HttpMatch> = fc.oneof(
  fc.constantFrom('/', '/a', '/a/b').map((path) => HttpMatch.path(StringMatch.exact(path))),
  fc.constantFrom('/', '/a', '/a/').map((path) => HttpMatch.path(StringMatch.prefix(path))),
  fc.constantFrom('1', '2').map((value) => HttpMatch.header('x-a', StringMatch.exact(value))),
  fc.constant(HttpMatch.header('X-B', StringMatch.present())),
  fc.constantFrom(['GET'], ['GET', 'POST'], ['POST', 'PUT']).map((methods) => HttpMatch.methods(...methods)),
  fc.constantFrom(80, 81).map((port) => HttpMatch.port(port)),
  fc.constant(HttpMatch.queryParameter('q', StringMatch.exact('1'))),
  fc.constant(HttpMatch.any()),
);

const several = fc.array(simple, { minLength: 1, maxLength: 3 });

test('allOf is and, anyOf is or, for every request', () => {
  fc.assert(fc.property(several, several, requests, (some, others, request) => {
    const either = HttpMatch.anyOf(...some);
    expect(takes(either, request)).toBe(some.some((match) => takes(match, request)));
    let all: HttpMatch;
    try {
      all = HttpMatch.allOf(either, ...others);
    } catch (error) {
      expect((error as Error).message).toBe('HttpMatch: the conditions exclude each other, so nothing would match.');
      expect(takes(either, request) && others.every((match) => takes(match, request))).toBe(false);
      return;
    }
    expect(takes(all, request)).toBe(takes(either, request) && others.every((match) => takes(match, request)));
  }), { numRuns: 3000 });
});

describe('what is left out', () => {
  type Tree = { match: HttpMatch } | { all: Tree[] } | { any: Tree[] } | { none: Tree[] } | { of: Tree; butNot: Tree };

  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof({ depthSize: 'small', withCrossShrink: true },
      fc.oneof(
        simple,
        fc.constant(HttpMatch.header('x-c', StringMatch.regex('[12]?'))),
        fc.constantFrom('a.example', 'b.example').map((host) => HttpMatch.authority(StringMatch.exact(host))),
        fc.constant(HttpMatch.sourceLabels({ app: '1' })),
        fc.constantFrom('a', 'b').map((namespace) => HttpMatch.sourceNamespace(namespace)),
        fc.constant(HttpMatch.scheme('https')),
        fc.constantFrom(
          StringMatch.exact('1'), StringMatch.exact('2'), StringMatch.prefix('1'), StringMatch.regex('[12]?'), StringMatch.present(),
        ).map((value) => HttpMatch.claim(['role'], value)),
        fc.constant(HttpMatch.claim(['a', 'b'], StringMatch.exact('1'))),
        fc.constant(HttpMatch.pathSegments('/a')),
      ).map((match) => ({ match })),
      fc.record({ all: fc.array(tie('tree'), { minLength: 1, maxLength: 2 }) }),
      fc.record({ any: fc.array(tie('tree'), { minLength: 1, maxLength: 2 }) }),
      fc.record({ none: fc.array(tie('tree'), { minLength: 1, maxLength: 2 }) }),
      fc.record({ of: tie('tree'), butNot: tie('tree') })),
  }));

  function means(one: Tree, request: Request): boolean {
    if ('match' in one) return takes(one.match, request);
    if ('all' in one) return one.all.every((each) => means(each, request));
    if ('any' in one) return one.any.some((each) => means(each, request));
    if ('none' in one) return !one.none.some((each) => means(each, request));
    return means(one.of, request) && !means(one.butNot, request);
  }

  /** Throws where a part of it means no request at all; then no request may satisfy that part. */
  function built(one: Tree, request: Request): HttpMatch {
    if ('match' in one) return one.match;
    const parts = 'of' in one ? [built(one.of, request), built(one.butNot, request)]
      : ('all' in one ? one.all : 'any' in one ? one.any : one.none).map((each) => built(each, request));
    try {
      return 'all' in one ? HttpMatch.allOf(...parts) : 'any' in one ? HttpMatch.anyOf(...parts) : 'none' in one ? HttpMatch.noneOf(...parts)
        : parts[0].butNot(parts[1]);
    } catch (error) {
      if ((error as Error).message.includes('exclude each other')) expect(means(one, request)).toBe(false);
      throw error;
    }
  }

  test('is left out of what Istio does, however it is put together', () => {
    let decided = 0;
    fc.assert(fc.property(tree, requests, (one, request) => {
      const layers = new RouteLayers();
      let rules: HttpRoute[];
      try {
        const match = built(one, request);
        layers.add({ owner: OWNER, aspect: 'action', match: match._atoms, value: { destinations: [{ subset: 'meant' }] } });
        rules = layers.routes().flatMap((route) => renderRoute(route, 'host'));
      } catch (error) {
        expect((error as Error).message).toMatch(/exclude each other|Istio takes one condition/);
        return;
      }
      const rule = decide(rules, request);
      expect(rule.route[0].destination.subset === 'meant').toBe(means(one, request));
      decided++;
    }), { numRuns: 5000 });
    expect(decided).toBeGreaterThan(3000);
  });

  test('is said by Istio itself where it is one header', () => {
    const without = HttpMatch.noneOf(HttpMatch.header('X-A', StringMatch.prefix('1')));
    expect(without._atoms).toEqual([{ withoutHeaders: { 'x-a': { kind: 'prefix', value: '1' } } }]);
    expect(HttpMatch.noneOf(without)._atoms).toEqual(HttpMatch.header('x-a', StringMatch.prefix('1'))._atoms);
    expect(HttpMatch.noneOf(HttpMatch.header('x', StringMatch.exact('1')), HttpMatch.header('x', StringMatch.exact('2')))._atoms)
      .toEqual([{ withoutHeaders: { x: { kind: 'regex', value: '1|2' } } }]);
  });

  test('is not said by Istio where an absent header would count as an empty one', () => {
    expect(HttpMatch.noneOf(HttpMatch.header('x', StringMatch.regex('a*')))._atoms).toEqual([{ except: [{ headers: { x: { kind: 'regex', value: 'a*' } } }] }]);
  });

  test('of exceptions of exceptions stays what can be read, or is refused at once', () => {
    const but = (name: string) => HttpMatch.header(`x-${name}`, StringMatch.exact('1')).butNot(HttpMatch.queryParameter(name, StringMatch.exact('1')));
    // Each alternative says of every header that it is absent, or that the parameter is there.
    expect(HttpMatch.noneOf(...['a', 'b', 'c'].map(but))._atoms).toHaveLength(8);
    expect(() => HttpMatch.noneOf(...Array.from({ length: 40 }, (_, i) => but(`p${i}`)))).toThrow(
      'HttpMatch: what 40 matches leave out, with exceptions of their own, comes to more than 1000 alternatives. Say without exceptions what is meant, or leave out fewer.');
    // What one of the others includes does not count.
    const nested = Array.from({ length: 40 }, () => but('a'));
    expect(HttpMatch.noneOf(...nested)._atoms).toHaveLength(2);
  });

  test('may not be everything', () => {
    expect(() => HttpMatch.noneOf(HttpMatch.any())).toThrow('HttpMatch: the conditions exclude each other, so nothing would match.');
    expect(() => HttpMatch.path(StringMatch.exact('/a/b')).butNot(HttpMatch.pathSegments('/a'))).toThrow('exclude each other');
    expect(() => HttpMatch.noneOf()).toThrow('HttpMatch.noneOf: nothing is given to leave out.');
  });
});

describe('whole segments of a path', () => {
  test.each([['/api', true], ['/api/', true], ['/api/x', true], ['/apiary', false], ['/api.json', false], ['/', false]])('of /api, %s: %s', (path, expected) => {
    expect(takes(HttpMatch.pathSegments('/api'), { ...GET, path })).toBe(expected);
  });

  test('of / are every request', () => {
    expect(HttpMatch.pathSegments('/')._atoms).toEqual(HttpMatch.any()._atoms);
  });

  test('are given without a slash at the end', () => {
    expect(() => HttpMatch.pathSegments('/api/')).toThrow('HttpMatch.pathSegments: "/api/" ends with a slash. Write "/api", which includes all below it.');
    expect(() => HttpMatch.pathSegments('api')).toThrow('"api" is not a path. It starts with a slash');
  });
});

describe('a claim of a token', () => {
  const role = (value: string) => HttpMatch.claim(['role'], StringMatch.exact(value));

  test('is a header that Istio makes up, each name in brackets, so that dots and slashes are part of it', () => {
    expect(renderRoute({ match: HttpMatch.claim(['https://example.com/group', 'id'], StringMatch.exact('1'))._atoms, value: {} }, 'host')[0].match)
      .toEqual([{ headers: { '@request.auth.claims[https://example.com/group][id]': { exact: '1' } } }]);
  });

  test('stands beside headers', () => {
    expect(renderRoute({ match: HttpMatch.header('x', StringMatch.present()).and(role('a'))._atoms, value: {} }, 'host')[0].match)
      .toEqual([{ headers: { 'x': {}, '@request.auth.claims[role]': { exact: 'a' } } }]);
  });

  test('that is there has any value, as Envoy takes no claim without one', () => {
    const present = HttpMatch.claim(['role'], StringMatch.present());
    expect(renderRoute({ match: present._atoms, value: {} }, 'host')[0].match).toEqual([{ headers: { '@request.auth.claims[role]': { regex: '.*' } } }]);
    expect(renderRoute({ match: HttpMatch.noneOf(present)._atoms, value: {} }, 'host')[0].match).toEqual([{ withoutHeaders: { '@request.auth.claims[role]': { regex: '.*' } } }]);
  });

  test('may have two values at once, so that two do not exclude each other; but Istio takes one condition', () => {
    expect(() => role('a').and(role('b'))).toThrow('values of the claim [role] would have to match both exact "a" and exact "b", and Istio takes one condition');
    expect(role('a').and(HttpMatch.noneOf(role('b')))._atoms).toEqual([{
      claims: { '@request.auth.claims[role]': { kind: 'exact', value: 'a' } }, withoutClaims: { '@request.auth.claims[role]': { kind: 'exact', value: 'b' } },
    }]);
  });

  test('that is both there and left out is none', () => {
    expect(() => role('12').butNot(HttpMatch.claim(['role'], StringMatch.prefix('1')))).toThrow('the conditions exclude each other');
  });

  test('that is left out takes narrower ones with it', () => {
    const [narrow, wide] = [StringMatch.exact('12'), StringMatch.prefix('1')].map((value) => HttpMatch.noneOf(HttpMatch.claim(['role'], value))._atoms);
    expect([covers(narrow, wide), covers(wide, narrow)]).toEqual([true, false]);
  });

  test('counts as one condition', () => {
    const atoms = [role('a'), HttpMatch.any(), role('a').and(HttpMatch.methods('GET'))].map(({ _atoms }) => _atoms);
    expect([...atoms].sort(bySpecificity)).toEqual([atoms[2], atoms[0], atoms[1]]);
  });

  test.each([[[]], [['']], [['a]']], [['a', '[b']], [[1]], ['role']])('%j names none', (path) => {
    expect(() => HttpMatch.claim(path as string[], StringMatch.present())).toThrow('HttpMatch.claim: ');
  });
});

test('with a gateway named, Istio looks at no caller, so the two are refused together', () => {
  const gateway = HttpMatch.gateway('istio-ingress/public');
  for (const caller of [HttpMatch.sourceLabels({ app: 'web' }), HttpMatch.sourceNamespace('shop')]) {
    expect(() => gateway.and(caller)).toThrow('HttpMatch: with a gateway named, Istio does not look at the labels and the namespace of the caller. Take one of them out.');
  }
});

test.each<[string, () => HttpMatch, string]>([
  ['a scheme that is none of HTTP', () => HttpMatch.scheme('HTTPS'), 'HttpMatch.scheme: "HTTPS" is not a scheme of HTTP. Write http or https.'],
  ['an authority with a scheme', () => HttpMatch.authority(StringMatch.exact('https://a.example')), 'a host has no scheme, path or blank'],
  ['a port out of range', () => HttpMatch.port(65536), 'HttpMatch.port: 65536 is not a port. It is a whole number from 1 to 65535.'],
  ['labels that no pod has', () => HttpMatch.sourceLabels({ 'a b': '1' }), 'no pod has the label a b="1"'],
  ['no labels', () => HttpMatch.sourceLabels({}), 'HttpMatch.sourceLabels: the labels are an object with nothing in it.'],
  ['a namespace with capitals', () => HttpMatch.sourceNamespace('Shop'), '"Shop" is not a namespace'],
  ['a gateway without a namespace', () => HttpMatch.gateway('public'), '"public" does not name a Gateway. Write NAMESPACE/NAME'],
  ['the mesh as a gateway', () => HttpMatch.gateway('mesh'), '"mesh" does not name a Gateway'],
])('%s is refused', (_, action, message) => {
  expect(action).toThrow(message);
});

test.each([
  ['a=1', true], ['b=2; a=1', true], ['a=1; b=2', true], ['b=2;a=1;c=3', true],
  ['aa=1', false], ['a=12', false], ['b=a=1', false], ['a=2', false], ['A=1', false],
])('of the header "Cookie: %s", the cookie a=1 is there: %s', (cookie, expected) => {
  expect(takes(HttpMatch.cookie('a', StringMatch.exact('1')), { ...GET, headers: { cookie } })).toBe(expected);
});

test('a cookie can be matched by prefix, regex and presence', () => {
  const cookie = (value: string) => ({ ...GET, headers: { cookie: `x=y; group=${value}; z=0` } });
  expect(takes(HttpMatch.cookie('group', StringMatch.prefix('beta')), cookie('beta-7'))).toBe(true);
  expect(takes(HttpMatch.cookie('group', StringMatch.prefix('beta')), cookie('alpha'))).toBe(false);
  expect(takes(HttpMatch.cookie('group', StringMatch.regex('a|b')), cookie('b'))).toBe(true);
  expect(takes(HttpMatch.cookie('group', StringMatch.regex('a|b')), cookie('bc'))).toBe(false);
  expect(takes(HttpMatch.cookie('group', StringMatch.present()), cookie('anything'))).toBe(true);
  expect(takes(HttpMatch.cookie('group', StringMatch.present()), { ...GET, headers: { cookie: 'groups=1' } })).toBe(false);
});

test('characters that mean something in a regex are themselves in a cookie', () => {
  const match = HttpMatch.cookie('a.b', StringMatch.exact('1+1'));
  expect(takes(match, { ...GET, headers: { cookie: 'a.b=1+1' } })).toBe(true);
  expect(takes(match, { ...GET, headers: { cookie: 'axb=11' } })).toBe(false);
});

test('the case of a header\'s name does not matter, as Envoy writes it in lower case', () => {
  expect(takes(HttpMatch.header('X-A', StringMatch.exact('1')), { ...GET, headers: { 'x-a': '1' } })).toBe(true);
});

test('header names that every object has are names like others', () => {
  const both = HttpMatch.header('constructor', StringMatch.exact('1')).and(HttpMatch.header('valueof', StringMatch.present()));
  expect(both._atoms).toEqual([{ headers: { constructor: { kind: 'exact', value: '1' }, valueof: { kind: 'present', value: '' } } }]);
});

test('what never matches is refused, with the fix', () => {
  expect(() => HttpMatch.path(StringMatch.prefix('api'))).toThrow('"api" never matches, as every path starts with a slash. Write "/api".');
  expect(() => HttpMatch.methods('get')).toThrow('"get" is not an HTTP method. Methods are case-sensitive: write for example GET.');
  expect(() => HttpMatch.methods()).toThrow('No HTTP methods given.');
  expect(() => HttpMatch.anyOf()).toThrow('no alternatives given');
  expect(() => HttpMatch.header('a b', StringMatch.present())).toThrow('HttpMatch.header: "a b" is not a header name.');
  expect(() => HttpMatch.cookie('', StringMatch.present())).toThrow('HttpMatch.cookie: "" is not a cookie name.');
  expect(() => HttpMatch.queryParameter('', StringMatch.present())).toThrow('HttpMatch.queryParameter: the name is "".');
  expect(() => HttpMatch.methods('GET').and(HttpMatch.methods('POST'))).toThrow('the conditions exclude each other');
});

test('two regexes on one field cannot be said together', () => {
  const [a, b] = ['a.*', '.*b'].map((regex) => HttpMatch.header('x', StringMatch.regex(regex)));
  expect(() => a.and(b)).toThrow('HttpMatch: the header "x" would have to match both regex "a.*" and regex ".*b", and Istio takes one condition. Say it as one regex.');
});

test('a prefix on a query parameter is refused with the regex that says it', () => {
  expect(() => HttpMatch.queryParameter('q', StringMatch.prefix('a.'))).toThrow('Use StringMatch.regex("a\\..*").');
});

test('a cookie whose expression is longer than Istio takes is refused', () => {
  expect(HttpMatch.cookie('group', StringMatch.exact('a'.repeat(990)))).toBeInstanceOf(HttpMatch);
  expect(() => HttpMatch.cookie('group', StringMatch.exact('a'.repeat(1100)))).toThrow(/^HttpMatch.cookie: a cookie is matched by an expression, and the expression has 11\d\d bytes; Istio takes 1024 at most\. Give a shorter name or value\.$/);
});
