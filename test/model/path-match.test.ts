import { PathMatch } from '../../src';

describe('how a path is written for Istio', () => {
  test.each<[string, PathMatch, string[]]>([
    ['an exact path stands as it is', PathMatch.exact('/healthz'), ['/healthz']],
    ['a gRPC method is an exact path', PathMatch.exact('/shop.Reviews/Get'), ['/shop.Reviews/Get']],
    ['a prefix gets a star at its end', PathMatch.prefix('/reviews/'), ['/reviews/*']],
    ['the prefix "/" is every path', PathMatch.prefix('/'), ['/*']],
    ['a suffix gets a star at its start', PathMatch.suffix('.css'), ['*.css']],
    ['a segment is the path and everything below it', PathMatch.segment('/api'), ['/api', '/api/*']],
    ['a slash at the end of a segment makes no difference', PathMatch.segment('/api/'), ['/api', '/api/*']],
    ['the segment "/" is every path', PathMatch.segment('/'), ['/*']],
    ['a template keeps its operators', PathMatch.template('/users/{*}/files/{**}'), ['/users/{*}/files/{**}']],
    ['a literal may follow {**}', PathMatch.template('/files/{**}/raw'), ['/files/{**}/raw']],
  ])('%s', (_, path, values) => {
    expect(path._values).toEqual(values);
  });
});

describe('a path that Istio rejects, or that never matches, is refused', () => {
  test.each<[string, () => PathMatch, string]>([
    ['without its slash', () => PathMatch.exact('healthz'), 'PathMatch.exact: "healthz" never matches, as every path starts with a slash. Write "/healthz".'],
    ['a star instead of a slash', () => PathMatch.prefix('*x'), 'PathMatch.prefix: "*x" never matches, as every path starts with a slash. Write "/x".'],
    ['a star in an exact path', () => PathMatch.exact('/api/*'), 'PathMatch.exact: in "/api/*", "*" would make it a prefix or a suffix. Use PathMatch.prefix or PathMatch.suffix.'],
    ['a star in a prefix', () => PathMatch.prefix('/api/*'), 'PathMatch.prefix: in "/api/*", "*" is added at the end and stands nowhere else. Leave it out, or use PathMatch.template with {*} or {**}.'],
    ['a star in a suffix', () => PathMatch.suffix('*.css'), 'PathMatch.suffix: in "*.css", "*" is added at the start and stands nowhere else. Leave it out, or use PathMatch.template with {*} or {**}.'],
    ['a star in a segment', () => PathMatch.segment('/api/*'), 'PathMatch.segment: in "/api/*", "*" is added where it is needed. Leave it out.'],
    ['an empty suffix', () => PathMatch.suffix(''), 'PathMatch.suffix: the suffix is empty, so every path would be meant. Give its text, for example ".css".'],
    ['a query string', () => PathMatch.exact('/a?b=c'), 'PathMatch.exact: in "/a?b=c", policies see the path without the query string and the fragment. Leave out everything from "?" or "#" on.'],
    ['a fragment', () => PathMatch.segment('/a#b'), 'PathMatch.segment: in "/a#b", policies see the path without the query string and the fragment. Leave out everything from "?" or "#" on.'],
    ['a blank', () => PathMatch.prefix('/a b'), 'PathMatch.prefix: in "/a b", no normalised path contains blanks, backslashes or characters beyond ASCII. Write them percent-encoded, as %20 for a blank, and "/" for a backslash.'],
    ['a backslash', () => PathMatch.suffix('\\x'), 'PathMatch.suffix: in "\\x", no normalised path contains blanks, backslashes or characters beyond ASCII. Write them percent-encoded, as %20 for a blank, and "/" for a backslash.'],
    ['a letter beyond ASCII', () => PathMatch.suffix('/é'), 'PathMatch.suffix: in "/é", no normalised path contains blanks, backslashes or characters beyond ASCII. Write them percent-encoded, as %20 for a blank, and "/" for a backslash.'],
    ['dots that are resolved before', () => PathMatch.exact('/a/../b'), 'PathMatch.exact: in "/a/../b", "/./" and "/../" are resolved before policies see the path, so this never matches. Write the resolved path.'],
    ['braces outside of a template', () => PathMatch.exact('/users/{id}'), 'PathMatch.exact: in "/users/{id}", Istio rejects "{" and "}" outside of a template. Use PathMatch.template, where {*} is one segment and {**} any number.'],
    ['a template without its slash', () => PathMatch.template('users/{*}'), 'PathMatch.template: "users/{*}" never matches, as every path starts with a slash. Write "/users/{*}".'],
    ['a template without operators', () => PathMatch.template('/users'), 'PathMatch.template: "/users" has neither {*} nor {**} as a whole segment. Use PathMatch.exact, or write for example "/users/{*}".'],
    ['an operator after {**}', () => PathMatch.template('/{**}/{*}'), 'PathMatch.template: in "/{**}/{*}" an operator follows {**}, which must be the last one. Use {*} before it.'],
    ['an operator that is not a whole segment', () => PathMatch.template('/{*}/x{*}'), 'PathMatch.template: the segment "x{*}" of "/{*}/x{*}" is not a literal. An operator is a whole segment, {*} or {**}; other segments are letters, digits and -._~%!$&\'()+,;:@=.'],
    ['a star in a template', () => PathMatch.template('/{*}/*'), 'PathMatch.template: the segment "*" of "/{*}/*" is not a literal. An operator is a whole segment, {*} or {**}; other segments are letters, digits and -._~%!$&\'()+,;:@=.'],
    ['dots in a template', () => PathMatch.template('/../{*}'), 'PathMatch.template: in "/../{*}", "/./" and "/../" are resolved before policies see the path, so this never matches. Write the resolved path.'],
    ['a query string in a template', () => PathMatch.template('/{*}?x'), 'PathMatch.template: in "/{*}?x", policies see the path without the query string and the fragment. Leave out everything from "?" or "#" on.'],
  ])('%s', (_, action, message) => {
    expect(action).toThrow(new Error(message));
  });
});
