import * as fc from 'fast-check';
import { HttpMatch, StringMatch } from '../../src';
import { MatchAtoms } from '../../src/model/match-atom';
import { Request, accepts, requests } from '../support/istio-match';
import { renderRoute } from '../../src/model/http-routes';

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
