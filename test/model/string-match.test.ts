import { StringMatch } from '../../src';

test('the empty string is refused, with what to use instead', () => {
  expect(() => StringMatch.exact('')).toThrow('StringMatch.exact: the empty string matches nothing in Istio. Use StringMatch.present()');
  expect(() => StringMatch.prefix('')).toThrow('StringMatch.prefix: the empty prefix matches everything.');
  expect(() => StringMatch.regex('')).toThrow('StringMatch.regex: the expression is empty.');
});

test.each(['a(?=b)', 'a(?!b)', '(?<=a)b', '(?<!a)b', '(a)\\1'])('%s looks around or back, which RE2 cannot', (regex) => {
  expect(() => StringMatch.regex(regex)).toThrow(`StringMatch.regex: "${regex}" looks around or back, which RE2`);
});

test.each(['(', 'a)', '[a', '*a', 'a**', 'a{2,1}', '[z-a]', 'a\\'])('%s is not a regular expression', (regex) => {
  expect(() => StringMatch.regex(regex)).toThrow(`StringMatch.regex: "${regex}" is not a regular expression: `);
});

test.each(['(?i)abc', '(?s:a.b)', '(?P<name>a)', '[[:alpha:]]+', '\\Q(\\E', '\\pL', '(?:a|b)', '.*', '^/a$', 'a\\.b'])('%s, which RE2 reads, is accepted', (regex) => {
  expect(StringMatch.regex(regex)._condition).toEqual({ kind: 'regex', value: regex });
});
