import { examplesOf } from './example';
import { FAULTY_TARGETS, FINE_TARGETS, POINTLESS_TARGETS } from './targets';

const filter = (expression?: string) => ({ accessLogging: [{ filter: { expression } }] });
const tags = (tagOverrides: object) => ({ metrics: [{ overrides: [{ tagOverrides }] }] });
const EXPRESSION = 'spec.accessLogging[0].filter.expression';
const TAGS = 'spec.metrics[0].overrides[0].tagOverrides';

const FINE_EXPRESSIONS = [
  'response.code >= 400', 'true', 'null', 'a', '.a.b', 'a.b.c', 'a[0].b["x"]', 'f()', 'a.f(1, 2)', '.f(x)', '[]', '[1, 2,]', '[,]', '{}', '{,}', '{"a": 1, 2: b,}',
  'a.B{}', '.a.B{c: 1, `d-e`: 2,}', 'if{}', 'a.if', 'a.for(1)', 'a.`b-c/d.e f`', 'a ? b : c ? d : e', '{a ? b : c : d}', 'a || b && c == d + e * f', 'a in [1]', '!a', '!!a', '-a', '--a',
  '-1', '- 1', '!-1', '1 - -1', '-1.5', '-9223372036854775808', '-0x8000000000000000', '0x7FFFFFFFFFFFFFFF', '18446744073709551615u', '0xFFU', '1.5e-3', '.5', '1e308', '1e-999', '1.foo', '1.e5',
  '"a"', '\'a\'', '"\\n\\"\\x41\\u00e9\\U0001F600\\377\\?\\`"', '"""a "b" \n c"""', '\'\'\'a\'\'\'', 'r"\\d"', 'R\'\\\'', 'r"""\\"""', 'b"\\xff"', 'bR"\\u"', '"\t"', 'a // comment\n + b', 'a//', '\n a\t',
  'has(a.b)', 'has((a.b))', 'has(!!a.b)', 'has(has(a.b))', '.has(a)', 'has()', 'has(a, b)', 'a.has(b)', 'a.all(x, x > 1)', 'a.all((x), x)', 'a.all(!!x, x)', 'a.all(x)', 'all(1, 2)',
  'a.map(x, y)', 'a.map(x, y, z)', 'a.map(1)', 'a.exists_one(x, x)', 'a.existsOne(1, x)', 'a.filter(x, x)', `${'('.repeat(249)}a${')'.repeat(249)}`,
  Array(251).fill('a').join('+'), `a${'.b'.repeat(250)}`, Array(2000).fill('a').join('&&'), `${'(a<'.repeat(124)}b${')'.repeat(124)}`, `"${'x'.repeat(99_998)}"`, `"${'😀'.repeat(99_998)}"`, '"é😀"', Array(251).fill('a').join('<'), Array(251).fill('a').join(' % '), '"\\U0010FFFF\\ue000\\ud7ff"',
];
const FAULTY_EXPRESSIONS = [
  '', ' ', '// only a comment', 'a b', 'a.', 'a.in', 'a.1', 'a.5', '(a', 'a)', '[1', '[,1]', '[1,,]', '{1}', '{a: 1', 'f(', 'f(a,)', 'f(,)', 'a[]', 'a ? b', 'a ? b : ', 'a = b', 'a & b', 'a === b', 'a and b',
  '!', '-', '!-a', '-!a', 'a ! b', '+a', 'if', 'f(for)', 'while(a)', '.let', 'in', 'a.B{c 1}', 'a.B{in: 1}', 'a.`b`{}', '`a`', 'a.`b', 'a.?b', 'a[?b]', '{?a: b}', '[?a]',
  '9223372036854775808', '--9223372036854775808', '-9223372036854775809', '18446744073709551616u', '-18446744073709551616', '0x8000000000000000', `1${'0'.repeat(40)}`, '1e999', '0x', '1uu', '1.5u', '1..5', '12abc',
  '"a', '\'a"', '"a\nb"', '"\\d"', '"\\x4"', '"\\400"', '"\\ud800"', '"\\udfff"', '"\\U00110000"', 'a.true', 'a.false', 'a.null', Array(252).fill('a').join('<'), Array(252).fill('a').join(' % '), `"${'😀'.repeat(99_999)}"`, '"\\UFFFFFFFF"', 'b"\\u0041"', 'rb"a"', '"""a""', '""""', 'é', 'a$b', 'a#', '"\\',
  'has(a)', 'has(1)', 'has(a[0])', 'has(f().b.all(x, x))', 'a.all(1, x)', 'a.all(x.y, x)', 'a.exists(__result__, x)', 'a.map("x", y, z)', 'a.filter(-x, x)', 'a.exists_one(f(), x)',
  `${'('.repeat(250)}a${')'.repeat(250)}`, Array(252).fill('a').join('+'), `a${'.b'.repeat(251)}`, `a${'[0]'.repeat(251)}`, `${'(a<'.repeat(125)}b${')'.repeat(125)}`, `"${'x'.repeat(99_999)}"`,
];
const short = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 20)}… (${text.length} characters)` : text);

export const TELEMETRIES = examplesOf('Telemetry', {
  accepted: [
    ...FINE_TARGETS,
    ['nothing', {}],
    ['access logs without filter', { accessLogging: [{ disabled: true }] }],
    ...FINE_EXPRESSIONS.map(expression => [`the filter ${short(expression)}`, filter(expression)] as const),
    ['a tag with a value', tags({ a: { value: 'x' }, b: { operation: 'UPSERT', value: 'y' } })],
    ['a tag dropped', tags({ a: { operation: 'REMOVE' } })],
    ['one tracing entry with one provider', { tracing: [{ providers: [{ name: 'a' }], randomSamplingPercentage: 0.5, customTags: { a: { literal: { value: 'x' } }, b: {} } }] }],
  ],
  warned: [
    ...POINTLESS_TARGETS,
    ['two tracing entries', { tracing: [{}, {}] }, 'spec.tracing'],
    ['two providers of traces', { tracing: [{ providers: [{ name: 'a' }, { name: 'b' }] }] }, 'spec.tracing[0].providers'],
    ['a tag without name', tags({ '': { value: 'x' } }), `${TAGS}[]`],
  ],
  refused: [
    ...FAULTY_TARGETS,
    ...FAULTY_EXPRESSIONS.map(expression => [`the filter ${short(expression)}`, filter(expression), EXPRESSION] as const),
    ['a filter without expression', filter(), EXPRESSION],
    ['a tag without value', tags({ a: {} }), `${TAGS}[a]`],
    ['a tag with an empty value', tags({ a: { value: '' } }), `${TAGS}[a]`],
    ['a custom tag without name', { tracing: [{ customTags: { '': {} } }] }, 'spec.tracing[0].customTags'],
    ['a dry run', {}, 'metadata.annotations[istio.io/dry-run]', { annotations: { 'istio.io/dry-run': 'true' } }],
  ],
});
