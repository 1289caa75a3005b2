import {
  changedHeaderNameProblem, corsHeaderNameProblem, headerValueProblem, isAuthorityHeader, isJwtClaimHeader, matchedHeaderNameProblem,
  probeHeaderNameProblem, setRequestHeaderNameProblem,
} from '../../src/semantics/http-header';

const fine = (problem: (name: string) => string | undefined, names: readonly string[]) => names.filter((name) => problem(name) === undefined);

describe('names of headers', () => {
  const names = [
    'x-a', 'X_A', 'host', 'Host', 'ho\u017ft', ':authority', ':Authority', ':path', ':host', '', 'a b', 'a:b', 'a,b', '*', '!#$%&\'*+-.^_`|~', '"', 'é', '__proto__',
    '@request.auth.claims.a', '@request.auth.claims.',
  ];

  test.each<[string, (name: string) => string | undefined, string[]]>([
    ['matched', matchedHeaderNameProblem,
      ['x-a', 'X_A', 'host', 'Host', ':authority', ':path', 'a,b', '*', '!#$%&\'*+-.^_`|~', '__proto__', '@request.auth.claims.a']],
    ['set in a request', setRequestHeaderNameProblem, names.filter((name) => !['', ':path', ':host'].includes(name))],
    ['changed otherwise', changedHeaderNameProblem, names.filter((name) => !['', 'host', 'Host', 'ho\u017ft'].includes(name) && !name.startsWith(':'))],
    ['in a CORS policy', corsHeaderNameProblem, ['x-a', 'X_A', 'host', 'Host', 'a,b', '*', '!#$%&\'*+-.^_`|~', '__proto__']],
    ['in a probe', probeHeaderNameProblem, ['x-a', 'host', 'Host']],
  ])('%s', (_, problem, expected) => expect(fine(problem, names)).toEqual(expected));

  test('the host has two names, in any case', () => {
    expect(names.filter(isAuthorityHeader)).toEqual(['host', 'Host', 'ho\u017ft', ':authority', ':Authority']);
  });

  test('a claim of a token is named after a dot or in brackets', () => {
    const claims = ['.a', '[a]', '[a][b]', '.a.b', '.[', '', '.', '[]', '[a', 'a', '-a', ' .a'].map((end) => `@request.auth.claims${end}`);
    expect(claims.filter(isJwtClaimHeader).map((claim) => claim.slice(20))).toEqual(['.a', '[a]', '[a][b]', '.a.b', '.[']);
    expect(isJwtClaimHeader('@Request.Auth.Claims.a')).toBe(true);
    expect(isJwtClaimHeader('request.auth.claims.a')).toBe(false);
  });
});

describe('values of headers', () => {
  test.each([
    '', 'a', 'é', '\t', '%%', '100%%', '%HOSTNAME%', 'a %HOSTNAME% b', '%REQ(x-a)%', '%REQ(x a) %', '%A(["b"])%', '%A( [ "b" , "c" ] ) %', '%A(["b\\"c"])%', '%A b%', '%%%A%',
    '%A(a\\)b)%',
  ])('%s', (value) => expect(headerValueProblem(value)).toBeUndefined());

  test.each([
    '%', 'a%', '%A', '%%%', '%A%%', '%A(', '%A(b', '%A(b)', '%A(b)c%', '%A(\\)b)%', '%A([b])%', '%A(["b" "c"])%', '%A(["b"]c)%', '%A(["b"]', '%A(b\\', '\u0000', 'a\nb', '\u007f', '\u001f',
  ])('not %j', (value) => expect(headerValueProblem(value)).toEqual(expect.any(String)));
});
