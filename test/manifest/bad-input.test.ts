import * as fc from 'fast-check';
import { readYaml } from '../../src/manifest/yaml-text';

const read = (text: string | Buffer) => readYaml(text, '-', { defaultNamespace: 'default' });
const HEAD = 'apiVersion: v1\nkind: X\n';
const MANIFEST = `${HEAD}metadata: &m\n  name: a\n  labels: {a: "b", "c": 'd'}\nspec:\n  - >-\n    x\n  - *m\n  - ? q\n    : !!str 3\n---\n${HEAD}items: [1, {b: c}]\n`;

/** It may begin with what stands in the text, but not with a word of ours in small letters. */
const SENTENCE = /^(?!(?:an?|the|this|no|give|quote|write) )[^]+[.]$/;

/** Everything there is was read or is a problem that can be shown; reading ends, and never throws. */
function expectSound(text: string | Buffer): void {
  const { objects, problems } = read(text);
  for (const { json, origin } of objects) {
    expect(typeof JSON.stringify(json)).toBe('string');
    expect(origin.line).toBeGreaterThan(0);
    expect(origin.lineOf!('spec[0].a')).toBeGreaterThan(0);
  }
  for (const { message, fix, line, column } of problems) {
    expect([message, fix]).toEqual([expect.stringMatching(SENTENCE), expect.stringMatching(SENTENCE)]);
    expect(line).toBeGreaterThan(0);
    expect(column).toBeGreaterThan(0);
  }
}

function onlyProblem(text: string | Buffer): string {
  const { objects, problems } = read(text);
  expect(objects).toEqual([]);
  expect(problems).toHaveLength(1);
  return problems[0].message;
}

test('random bytes never break the reader', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expectSound(Buffer.from(bytes))));
});

test('random text never breaks the reader', () => {
  const soup = fc.array(fc.constantFrom('a', ': ', '- ', '? ', '\n', '\n  ', '{', '}', '[', ']', ',', '"', '\'', '|', '>', '&x ', '*x', '<<: ', '!!int ', '#', '\t', '\r', '---\n', '...\n', '%', '\\', '0', HEAD));
  fc.assert(fc.property(soup, (pieces) => expectSound(pieces.join(''))), { numRuns: 2000 });
});

test('a manifest that is cut anywhere, or has any one character put in, never breaks the reader', () => {
  for (let at = 0; at <= MANIFEST.length; at++) {
    expectSound(MANIFEST.slice(0, at));
    for (const character of '\0\t\n:{[\'"&*!|#\u2028\ud800') expectSound(MANIFEST.slice(0, at) + character + MANIFEST.slice(at));
  }
});

test('an anchor within itself is refused', () => {
  expect(onlyProblem(`${HEAD}a: &x [1, {b: *x}]\n`)).toContain('stands within the value');
});

test.each([5, 9, 60])('aliases of aliases, %i times over, are refused before they fill the memory', (levels) => {
  const bomb = Array.from({ length: levels }, (_, level) => `a${level}: &a${level} [${Array(10).fill(level === 0 ? 'x' : `*a${level - 1}`).join(', ')}]\n`).join('');
  expect(onlyProblem(HEAD + bomb)).toContain('Aliases make this document');
});

test('aliases that share a little are read', () => {
  const { objects, problems } = read(`${HEAD}a: &x {b: [1, 2, 3]}\n${Array.from({ length: 200 }, (_, index) => `k${index}: *x\n`).join('')}`);
  expect(problems).toEqual([]);
  expect(objects[0].json.k199).toEqual(objects[0].json.a);
});

const DEEP = 10_000;
test.each([
  ['brackets', `a: ${'['.repeat(DEEP)}`], ['closed brackets', `a: ${'['.repeat(DEEP)}${']'.repeat(DEEP)}`], ['braces', `a: ${'{a: '.repeat(DEEP)}`],
  ['dashes', `a:\n${'- '.repeat(DEEP)}x`], ['marked keys', `a:\n  ${'? '.repeat(DEEP)}x`], ['pairs', `a: ${'[a: '.repeat(DEEP)}`],
  ['indented keys', Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
])('%s nested too deep are refused', (_, text) => {
  expect(onlyProblem(HEAD + text)).toContain('Nesting is deeper than 1000 levels');
});

test('aliases do not nest deeper than anything else', () => {
  const nested = (name: string, inner: string) => `${name}: &${name} ${'['.repeat(400)}${inner}${']'.repeat(400)}\n`;
  expect(onlyProblem(HEAD + nested('a', '1') + nested('b', '*a') + nested('c', '*b'))).toContain('Nesting is deeper');
  expect(read(HEAD + nested('a', '1') + nested('b', '*a')).problems).toEqual([]);
});

test('NUL and other control characters are refused where they stand', () => {
  expect(read(`${HEAD}a: x\0y\n---\n${HEAD}`)).toMatchObject({ objects: [{ kind: 'X' }], problems: [{ line: 3, column: 5, message: expect.stringContaining('U+0000') }] });
});

test('megabytes of whatever shape are read or refused within seconds', () => {
  const size = 1_000_000;
  for (const text of [
    ' '.repeat(size), '\n'.repeat(size), '#'.repeat(size), '---\n'.repeat(size / 4), 'a'.repeat(size), `a: "${'\\n'.repeat(size / 2)}"`, `a: '${'\n'.repeat(size)}'`, `a: ${'b\n  '.repeat(size / 4)}`,
    `a: |\n${'  x\n'.repeat(size / 4)}`, `a: >\n${'  x\n\n'.repeat(size / 5)}`, `[${'a, '.repeat(size / 3)}]`, `[${'a: b, '.repeat(size / 6)}]`, '- a\n'.repeat(size / 4), '&a '.repeat(size / 3), '! '.repeat(size / 2),
    `{${Array.from({ length: size / 20 }, (_, index) => `"key${index}": ${index},\n`).join('')}}`, '{a: [}'.repeat(size / 6), '"'.repeat(size), '\t'.repeat(size), 'a: b: '.repeat(size / 6), '- '.repeat(size / 2),
    `a: ${'9'.repeat(size)}`, `a: 0x${'f'.repeat(size)}`, `a: ${'1_'.repeat(size / 2)}`, `a: .${'1'.repeat(size)}`, `a: !!binary ${'A'.repeat(size)}`, `a: !${'%41'.repeat(size / 3)} b`,
  ]) {
    const started = process.cpuUsage();
    const { objects, problems } = read(text);
    const { user } = process.cpuUsage(started);
    expect(objects).toEqual([]);
    expect({ text: text.slice(0, 10), seconds: Math.floor(user / 5_000_000), problems: problems.length > 0 }).toEqual({
      text: text.slice(0, 10), seconds: 0, problems: text.replace(/---|\s/g, '') !== '' && !text.startsWith('#'),
    });
  }
});

test('each of many items of a List knows its line, as fast as the List is read', () => {
  const count = 20_000;
  const started = process.cpuUsage();
  const { objects } = read(`kind: List\nitems:\n${'- {apiVersion: v1, kind: X}\n'.repeat(count)}`);
  expect(objects.map(({ origin }) => origin.line)).toEqual(Array.from({ length: count }, (_, index) => index + 3));
  expect(objects.map(({ origin }) => origin.lineOf!('kind'))).toEqual(Array.from({ length: count }, (_, index) => index + 3));
  expect(process.cpuUsage(started).user).toBeLessThan(5_000_000);
});
