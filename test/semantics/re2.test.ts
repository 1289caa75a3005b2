import { isRe2, re2Problem } from '../../src/semantics/re2';

describe('regular expressions as Go reads them', () => {
  test.each([
    'a', '', '/api/v1', '^/a.*$', '.*?', 'a+?b??', '[a-z0-9]+', '[^/]+', '\\d+\\.\\d', '(a|b)', '(?i)a', '(?P<x>a)', '(?<x>a)', 'a{2,5}', 'a{1000}', '(a{10}){100}',
    'a{,3}', 'a{', '{', ']', '}', '[]a]', '[^]a]', '[a-]', '[\\d-z]', '[[:alpha:]]', '\\Qa(b\\E', '\\Q(', '\\pL', '\\p{Greek}', '\\p{^Greek}', '\\x{10FFFF}', '\\x41', '\\101',
    '|', 'a||b', 'GET|HEAD|OPTIONS', '^a|b*?|.+$', 'a|[b-z]', '\\z', '\\A', '\\bA\\B', '\\n', 'é', '😀', '(?s:.)', '(?U)a', '^*', '(a*)+', '\\-', 'a_b',
    // Names of classes, as Go alone takes them.
    '\\p{greek}', '\\p{Letter}', '\\p{uppercase letter}', '\\p{L_u}', '\\p{any}', '\\p{ASCII}', '\\p{Assigned}', '\\p{Lc}', '\\pl', '[\\p{Han}a]', '\\P{^Lu}',
    // Two groups of one name.
    '(?P<x>a)(?P<x>b)', '(?<x>a)|(?P<x>b)|(?<x>c)',
    // No class, but text.
    '\\Q\\p{Foo}\\E', '\\\\p{Foo}',
  ])('%s is one', (pattern) => expect(re2Problem(pattern)).toBeUndefined());

  test.each([
    '(', ')', '(a', 'a)', '[', '[a', 'a**', 'a++', '*', '+a', '?', '(*)', '|*', 'a|*', 'a|b|+', 'a|?b', 'a|(', 'a|)', 'a{2}{3}', 'a{1001}', '(a{100}){100}', '[z-a]', '\\', '(?=a)', '(?!a)', '(?<=a)', '(?>a)', '(?#a)',
    '(?x)a', '(?P<1-a>b)', '(?P<>a)', '(?P=x)', '\\1', '\\8', '\\Z', '\\G', '\\h', '\\K', '\\R', '\\X', '\\u0041', '\\e', '\\é', '\\x{110000}', '\\x4', '[a-\\d]',
    '[[:foo:]]', '\\p', '\\p{', '\\p{}', '\\p{Foo}', '\\p{IsL}', '\\p{Script=Greek}', '\\p{Old_Italic}', '\\p{OldItalic}', '\\p{Garay}', '[\\p{Foo}]',
    '(?P<x>a)(?P<x>b)(', '^**',
  ])('%s is none', (pattern) => expect(isRe2(pattern)).toBe(false));

  test('what is wrong is said, with the part that is', () => {
    expect(re2Problem('a[z-a]')).toBe('invalid character class range: `z-a`');
    expect(re2Problem('\\p{Foo}')).toBe('there is no class of characters \\p{Foo}');
  });

  test.each(['GET|HEAD|OPTIONS', '/api/.*', '^/a|/b$'])('%s is known for one without a parser', (pattern) => {
    jest.isolateModules(() => {
      jest.doMock('re2js', () => {
        throw new Error('a parser was asked for');
      });
      try {
        expect(require('../../src/semantics/re2').isRe2(pattern)).toBe(true);
      } finally {
        jest.dontMock('re2js');
      }
    });
  });

  test('the same question gets the same answer', () => {
    expect([re2Problem('(b'), re2Problem('(b)'), re2Problem('(b')]).toEqual([re2Problem('(b'), undefined, re2Problem('(b')]);
  });

  test('a nest of thousands is refused, and the longest that is read needs no minutes', () => {
    expect(isRe2(`${'('.repeat(5000)}${')'.repeat(5000)}`)).toBe(false);
    expect(isRe2('a*?'.repeat(10_000))).toBe(true);
  });
});
