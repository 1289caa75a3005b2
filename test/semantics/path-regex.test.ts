import * as fc from 'fast-check';
import { withQuery } from '../../src/semantics/path-regex';

const full = (regex: string, text: string) => new RegExp(`^(?:${regex})$`, 's').test(text);

const part = fc.constantFrom('/', 'a', 'b', '.', '[^/]', '[^]/]', '[^a-]', '[ab]', '[]a]', '[a-z]', '\\w', '\\W', '\\D', '\\S', '\\.', '(a|b)', '(?:/a)', '[0-9_.-]');
const regex = fc.array(fc.tuple(part, fc.constantFrom('', '*', '+', '?')), { maxLength: 5 }).map((parts) => `/${parts.map(([text, often]) => text + often).join('')}`);
const path = fc.array(fc.constantFrom('/', 'a', 'b', '-', ']', '.', '1'), { maxLength: 6 }).map((parts) => `/${parts.join('')}`);
const query = fc.array(fc.constantFrom('/', 'a', 'b', '?', '=', '1'), { maxLength: 4 }).map((parts) => parts.join(''));

test('a path matches with any query as it does without', () => {
  // In JavaScript, other than in RE2, a bracket right behind the opening one ends the class.
  const javascript = (text: string) => text.replaceAll('[]', '[\\]').replaceAll('[^]', '[^\\]');
  fc.assert(fc.property(regex, path, query, (expression, uri, search) => {
    const expected = full(javascript(expression), uri);
    expect(full(javascript(withQuery(expression)), uri)).toBe(expected);
    expect(full(javascript(withQuery(expression)), `${uri}?${search}`)).toBe(expected);
  }), { numRuns: 1000 });
});

test.each([
  ['/a$', '/a'], ['^/a', '^/a'], ['/\\Qa.b\\E', '/\\Qa.b\\E'], ['/[[:alpha:]]+', '/[[:alpha:]]+'],
])('%s', (expression, inner) => {
  expect(withQuery(expression)).toBe(`(?:${inner})(?:\\?.*)?`);
});

test.each(['/a\\?b', '/[?]', '/[!-~]', '/[[:punct:]]', '/[\\S]', '/\\pP', '/\\x3f', '/(a$|b)', '/\\Qa?\\E', '/\\Ba'])('%s might stand for the question mark', (expression) => {
  expect(() => withQuery(expression)).toThrow(`the path's regex "${expression}" has `);
});
