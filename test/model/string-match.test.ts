import { StringMatch } from '../../src';

test('the empty string is refused, with what to use instead', () => {
  expect(() => StringMatch.exact('')).toThrow('StringMatch.exact: the empty string matches nothing in Istio. Use StringMatch.present()');
  expect(() => StringMatch.prefix('')).toThrow('StringMatch.prefix: the empty prefix matches everything.');
  expect(() => StringMatch.regex('')).toThrow('StringMatch.regex: the expression is empty.');
});

test.each(['a(?=b)', 'a(?!b)', '(?<=a)b', '(?<!a)b', '(a)\\1'])('%s looks around or back, which RE2 cannot', (regex) => {
  expect(() => StringMatch.regex(regex)).toThrow(`StringMatch.regex: "${regex}" looks around or back, which RE2`);
});

test.each(['(', 'a)', '[a', '*a', 'a**', 'a{2,1}', '[z-a]', 'a\\', 'a{1001}'])('%s is not a regular expression', (regex) => {
  expect(() => StringMatch.regex(regex)).toThrow(`StringMatch.regex: "${regex}" is not a regular expression: `);
});

test.each(['(?i)abc', '(?s:a.b)', '(?P<name>a)', '[[:alpha:]]+', '\\Q(\\E', '\\pL', '(?:a|b)', '.*', '^/a$', 'a\\.b'])('%s, which RE2 reads, is accepted', (regex) => {
  expect(StringMatch.regex(regex)._condition).toEqual({ kind: 'regex', value: regex });
});

test('an expression of more than 1024 bytes is refused, as Istio would', () => {
  expect(() => StringMatch.regex('a'.repeat(1024))).not.toThrow();
  expect(() => StringMatch.regex('ä'.repeat(513))).toThrow('StringMatch.regex: the expression has 1026 bytes; Istio takes 1024 at most.');
});

test.each(['exact', 'prefix', 'regex'] as const)('%s of what is no string is refused', (factory) => {
  expect(() => StringMatch[factory](1 as any)).toThrow(`StringMatch.${factory}: 1 is not a string.`);
});
