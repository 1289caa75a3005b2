import * as fc from 'fast-check';

/** What texts are put together from at random: all that means something to YAML, and what looks as if it did. */
const PIECES = [
  'a', 'b', 'key', ': ', ': ', ':', ':\n', '- ', '- ', '-', '\n', '\n', '\n  ', '\n    ', '\n      ', '\r\n', '\r\n  ', '\r', ' ', '  ', '\t', '\n\t',
  '{', '}', '[', ']', ', ', ',', '"', '"', '\'', '\'', '\'\'', '#', ' # c', '|', '>', '|-', '|+', '>-', '|2', '|\n', '>\n  ', '&x ', '&y ', '*x', '*y', '*x ',
  '!!str ', '!!int ', '!!float ', '!!bool ', '!!null ', '!!binary ', '!!timestamp ', '!!map ', '!!seq ', '!!set ', '!!merge ', '!t ', '! ', '!<tag:yaml.org,2002:int> ', '!',
  '? ', '?', '<<: ', '<<: *x', '<<', '\\', '\\n', '\\"', '\\x41', '\\u00e9', '\\ud83d', '\\/', '\\\n', '%', '@', '`', '=', '~', 'null', 'on', 'y', 'No', '1', '0', '-1', '0x1f', '1.5',
  '1e3', '017', '.inf', '.nan', '1_000', '2001-01-01', 'a b', 'a:b', 'a#b', '---', '--- ', '...', '\n---\n', '\n...\n', '%YAML 1.1\n', '\u00e9', '\u{1f600}', '\u0085', '\u2028', '\ufeff', '\u0007', '\u00a0',
  'apiVersion: v1', 'kind: Service', 'metadata:\n  name: a', 'spec: {a: 1}', '"a": ', '\'a\': ', '{"a": 1, "b": [true, null]}', '[a, b]', '- a\n- b', 'k'.repeat(1020),
];

/** What looks like a number or nearly. */
const numbers = fc.string({ unit: fc.constantFrom(...'0123456789abcdefABF_+-.:eEoOxXbBinfNaTZ'), minLength: 1, maxLength: 22 });

const words = fc.constantFrom(
  'on', 'Off', 'YES', 'n', 'true', 'False', 'null', 'Null', '~', '<<', '=', '.inf', '-.INF', '+.Inf', '.NaN', 'inf', 'nan', '0', '-0', '+0', '-0.0', '007', '08', '0o17', '-0o7', '0O17',
  '0X1F', '0b1', '0B1', '-0b10', '0b-11', '0b+1', '0b2', '0o', '0x', '1_0', '_1', '1_', '0_7', '.5', '5.', '+.5', '.5_0', '._5', '.5__0', '.5e1_0', '1.10', '1e400', '1e-400', '1e21', '1e6',
  '1:20', '190:20:30', '2001-12-14', '2001-1-1', '2001-02-30', '2001-12-14t21:59:43.10-05:00', '2001-12-14 21:59:43.1', '2001-12-14T21:59:43Z', '9007199254740993', '9223372036854775807',
  '9223372036854775808', '18446744073709551615', '18446744073709551616', '-9223372036854775808', '-9223372036854775809', '0x7fffffffffffffff', '0xffffffffffffffff', '1234567.5', '0.00001', '3.4e38', '3.5e38',
  'aGk=', 'aGk', '4oI=', '//8=', '', ' ', 'plain text', 'http://x:80/y?z#w', 'a, b', 'a: b', 'a #b', '- a', '? a', '*x', '&x', '!x', '{a', '[a', '@a', '%a', '|', '>a', '-', '--', '?', ':', '#',
);

const scalarTexts = fc.oneof(words, numbers, fc.string({ unit: 'grapheme', maxLength: 12 }));
const tags = fc.constantFrom('', '', '', '', '', '', '', '', '!!str ', '!!int ', '!!float ', '!!bool ', '!!null ', '!!binary ', '!!timestamp ', '! ', '!t ');

const scalars = fc.tuple(tags, scalarTexts, fc.constantFrom('plain', 'plain', 'single', 'double', 'json')).map(([tag, text, style]) => {
  switch (style) {
    case 'single': return `${tag}'${text.replaceAll('\'', '\'\'')}'`;
    case 'double': return `${tag}"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
    case 'json': return tag + JSON.stringify(text);
    default: return tag + text;
  }
});

const anchors = fc.constantFrom('', '', '', '', '', '&x ', '&y ');
const aliases = fc.constantFrom('*x', '*y');
const comments = fc.constantFrom('', '', '', '', ' # why', '\n# why');
const breaks = fc.constantFrom('\n', '\n', '\n', '\n', '\r\n', '\n\n');

const { flow } = fc.letrec<{ flow: string }>((tie) => ({
  flow: fc.oneof({ depthSize: 'small', maxDepth: 4 },
    fc.tuple(anchors, scalars).map(([anchor, text]) => anchor + text),
    aliases,
    fc.tuple(anchors, fc.array(tie('flow'), { maxLength: 3 }), fc.constantFrom(', ', ',', ',\n', ' , '), fc.constantFrom('', ' ', '\n', '\n\t'))
      .map(([anchor, items, comma, gap]) => `${anchor}[${gap}${items.join(comma)}${gap}]`),
    fc.tuple(anchors, fc.array(fc.tuple(fc.oneof(scalars, fc.constantFrom('a', 'b', '"c"', '? d', '<<')), tie('flow')), { maxLength: 3 }),
      fc.constantFrom(': ', ':', ' : '), fc.constantFrom(', ', ',\n  ', '\n,'))
      .map(([anchor, pairs, colon, comma]) => `${anchor}{${pairs.map((pair) => pair.join(colon)).join(comma)}}`),
  ),
}));

const keys = fc.oneof({ weight: 5, arbitrary: fc.constantFrom('a', 'b', 'c', 'd', 'name', 'spec') }, { weight: 1, arbitrary: fc.constantFrom('"e"', '\'f\'', '? g', '<<', '&x h', '*x ', '!!str i') },
  { weight: 1, arbitrary: scalars });

function indented(text: string, by: string): string {
  return text.split('\n').map((line, index) => index === 0 || line === '' ? line : by + line).join('\n');
}

const blockTexts = fc.tuple(fc.constantFrom('|', '>', '|-', '>+', '|2', '>1-', '| # c'), fc.array(fc.constantFrom('a', ' b', '  c', '', '\td', '# e', '- f', 'g: h'), { maxLength: 5 }), breaks)
  .map(([header, lines, ending]) => `${header}${ending}${lines.map((line) => `  ${line}`).join(ending)}`);

const { block } = fc.letrec<{ block: string }>((tie) => ({
  block: fc.oneof({ depthSize: 'small', maxDepth: 5 },
    flow,
    blockTexts,
    fc.tuple(scalars, scalars).map(([one, other]) => `${one}\n  ${other}`),
    fc.tuple(anchors, fc.array(fc.tuple(keys, fc.constantFrom(': ', ':\n  ', ':\t', ' : ', ':\n'), tie('block'), comments), { minLength: 1, maxLength: 4 }), breaks)
      .map(([anchor, pairs, ending]) => `${anchor === '' ? '' : `${anchor}${ending}`}${pairs.map(([key, colon, value, comment]) => key + colon + indented(value, '  ') + comment).join(ending)}`),
    fc.tuple(fc.array(fc.tuple(fc.constantFrom('- ', '-  ', '-\n  '), tie('block')), { minLength: 1, maxLength: 3 }), breaks)
      .map(([items, ending]) => items.map(([dash, item]) => dash + indented(item, '  ')).join(ending)),
  ),
}));

/** A text, and a few characters of it removed or replaced. */
const nearly = fc.tuple(block, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.constantFrom('', ' ', '\n', '\t', ...PIECES)), { maxLength: 2 }))
  .map(([text, edits]) => edits.reduce((edited, [at, removed, put]) => {
    const from = edited.length === 0 ? 0 : at % edited.length;
    return edited.slice(0, from) + put + edited.slice(from + removed);
  }, text));

/** A whole document, as people write it or nearly so. Halves of surrogate pairs would not reach Kubernetes as they are. */
export const documentTexts = fc.oneof(
  { weight: 3, arbitrary: fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 14 }).map((pieces) => pieces.join('')) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom('a: ', '- ', '', '? ', '{a: ', '['), scalars, fc.constantFrom('', '', ' # c', ': b', '}', ']')).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: scalars.map((text) => `${text}: v`) },
  { weight: 2, arbitrary: block },
  { weight: 3, arbitrary: nearly },
).map((text) => text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '?'));

const services = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat({ max: 4 })).map(([name, style]) => [
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n`,
  `{"apiVersion": "v1", "kind": "Service",\n\t"metadata": {"name": "${name}"}}\n`,
  `# why\n\nkind: Service\napiVersion: v1\nmetadata: {name: ${name}\n}\n`,
  `kind: Service\napiVersion: v1\nmetadata: {name: ${name}}\nspec: {externalName: |-\n  ---x\n }\n`,
  `kind: Service\napiVersion: v1\nmetadata:\n  name: ${name}\n  annotations:\n    a: |\n      text\n      --- a\n`,
][style]);

/** Files of several documents, some of them broken. */
export const streamTexts = fc.tuple(
  fc.constantFrom('', '---\n', '\ufeff', '# c\n---\n', '--- ', '\n\n---   # c\n', '\n'),
  fc.array(fc.tuple(
    fc.oneof({ weight: 6, arbitrary: services }, { weight: 1, arbitrary: fc.constantFrom('a: [\n', 'a: 1\na: 2\n', '\tx\n', '"\n', 'a: b: c\n', '*x\n') },
      { weight: 1, arbitrary: fc.constantFrom('', '# nothing\n', '\n\n') }),
    fc.constantFrom('---\n', '---\r\n', '--- \n', '---\t# c\n', '--- ', '...\n---\n', '...\n', '---\n---\n', '...\n# c\n---\n\n'),
  ), { minLength: 1, maxLength: 6 }),
  fc.boolean(),
).map(([start, parts, windows]) => {
  const text = start + parts.map((part) => part.join('')).join('');
  return windows ? text.replace(/(?<!\r)\n/g, '\r\n') : text;
});
