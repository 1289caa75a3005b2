import { readYaml } from '../../src/manifest/yaml-text';

const read = (text: string | Buffer) => readYaml(text, 'a.yaml', { defaultNamespace: 'default' });
const service = (name: string, more = '') => `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n${more}`;

/** What `value: …` is read as. */
function valueOf(text: string): unknown {
  const { objects, problems } = read(`apiVersion: v1\nkind: X\nvalue: ${text}\n`);
  return problems.length > 0 ? problems[0].message : objects[0].json.value;
}

describe('documents', () => {
  test('of one file come one after the other, each with the line of its first key', () => {
    const { objects, problems } = read(`# why\n${service('a')}---\n\n# how\n${service('b')}...\n--- # c\n${service('c')}--- {apiVersion: v1, kind: Service, metadata: {name: d}}\n`);
    expect(objects.map(({ name, origin }) => [name, origin.line])).toEqual([['a', 2], ['b', 9], ['c', 15], ['d', 19]]);
    expect(objects.map(({ origin }) => origin.file)).toEqual(['a.yaml', 'a.yaml', 'a.yaml', 'a.yaml']);
    expect(problems).toEqual([]);
  });

  test('without content are no documents', () => {
    expect(read('---\n# nothing\n---\n\n---\n \t\n...\n')).toEqual({ objects: [], problems: [] });
    expect(read('')).toEqual({ objects: [], problems: [] });
  });

  test('may have CRLF line ends and a byte order mark', () => {
    const { objects, problems } = read(`\ufeff${service('a')}---\n${service('b')}`.replaceAll('\n', '\r\n'));
    expect(problems).toEqual([]);
    expect(objects.map(({ name, origin }) => [name, origin.line])).toEqual([['a', 1], ['b', 6]]);
  });

  test('may begin after a byte order mark and the end of none', () => {
    expect(read(`\ufeff...\n${service('a')}`)).toMatchObject({ objects: [{ name: 'a', origin: { line: 2 } }], problems: [] });
  });

  test('may be UTF-16, as Windows writes it', () => {
    const bytes = Buffer.from(`\ufeff${service('a')}`, 'utf16le');
    expect(read(bytes).objects.map(({ name }) => name)).toEqual(['a']);
    expect(read(Buffer.from(bytes).swap16()).objects.map(({ name }) => name)).toEqual(['a']);
  });

  test('that are broken do not hide the others, and say where they are broken', () => {
    const { objects, problems } = read(`${service('a')}---\nkind: X\nspec: [1, 2\n---\n${service('b')}---\nname: x\n name: y\n`);
    expect(objects.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(problems.map(({ file, line, column }) => [file, line, column])).toEqual([['a.yaml', 8, 1], ['a.yaml', 15, 6]]);
    for (const { message, fix } of problems) expect([message, fix]).not.toContain('');
  });

  test('that start on the line of their marker have the columns of that line', () => {
    expect(read('--- {a: b: c}\n').problems).toEqual([expect.objectContaining({ line: 1, column: 10 })]);
  });

  test('that are not UTF-8 do not hide the others', () => {
    const { objects, problems } = read(Buffer.concat([Buffer.from(`${service('a')}---\na: `), Buffer.from([0xff, 0xc3]), Buffer.from(`\n---\n${service('é')}`)]));
    expect(objects.map(({ name }) => name)).toEqual(['a', 'é']);
    expect(problems).toEqual([expect.objectContaining({ line: 5, message: expect.stringContaining('UTF-8') })]);
  });

  test.each([
    ['null', 'null'], ['- a', 'a list'], ['abc', '"abc"'], ['3', '3'],
  ])('that are no object are told: %s', (text, said) => {
    expect(read(`---\n${text}\n`)).toEqual({
      objects: [],
      problems: [expect.objectContaining({ line: 2, column: 1, message: expect.stringContaining(`This is ${said}, and no Kubernetes object.`) })],
    });
  });

  test.each([
    ['kind: X', 'no apiVersion', 1], ['apiVersion: v1', 'no kind', 1], ['apiVersion: v1\nkind: 3', 'kind must be a text, and is 3', 2], ['{}', 'no kind', 1],
    ['apiVersion: v1\nkind: ""', 'no kind', 2], ['kind: X\napiVersion: [v1]', 'apiVersion must be a text, and is a list', 2],
  ])('that do not say what they are are told: %s', (text, said, line) => {
    const { objects, problems } = read(text);
    expect(objects).toEqual([]);
    expect(problems).toEqual([expect.objectContaining({ line, message: expect.stringContaining(said) })]);
  });

  test('that end before their text does are told about the rest', () => {
    const { objects, problems } = read('{apiVersion: v1, kind: X}\nspec: 1\n');
    expect(objects).toHaveLength(1);
    expect(problems).toEqual([expect.objectContaining({ line: 2, column: 1, message: expect.stringContaining('ignores the rest') })]);
  });
});

describe('Lists', () => {
  test('are their items, each on its own line', () => {
    const { objects, problems } = read('apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: a}\n- apiVersion: v1\n  kind: List\n  items: [{apiVersion: v1, kind: Service, metadata: {name: b}}]\n');
    expect(problems).toEqual([]);
    expect(objects.map(({ kind, name, origin }) => [kind, name, origin.line])).toEqual([['Service', 'a', 4], ['Service', 'b', 9]]);
    expect(objects[0].origin.lineOf!('metadata.name')).toBe(6);
  });

  test('of one kind say it for their items', () => {
    const { objects } = read('apiVersion: networking.istio.io/v1\nkind: GatewayList\nitems:\n- metadata: {name: a}\n');
    expect(objects.map(({ groupKind, name }) => [groupKind, name])).toEqual([['Gateway.networking.istio.io', 'a']]);
  });

  test('tell which item is no object', () => {
    expect(read('apiVersion: v1\nkind: List\nitems:\n- 3\n').problems).toEqual([expect.objectContaining({ line: 4 })]);
  });
});

describe('values', () => {
  test.each<[string, unknown]>([
    ['on', true], ['y', true], ['No', false], ['~', null], ['Null', null], ['', null], ['"on"', 'on'], ['nO', 'nO'],
    ['0o17', 15], ['017', 15], ['08', 8], ['0x1F', 31], ['-0b11', -3], ['1_000', 1000], ['1e3', 1000], ['.5', 0.5], ['1.10', 1.1], ['5.', 5], ['1e400', '1e400'],
    ['1:30', '1:30'], ['2001-12-14', '2001-12-14'], ['=', '='], ['!!str 3', '3'], ['!!int "3"', 3], ['!!float 3', 3], ['!!binary aGk=', 'hi'], ['! 3', '3'], ['!mine x', 'x'],
    ['9223372036854775808', 2 ** 63], ['"\\u00e9\\x41"', 'éA'], ['\'it\'\'s\'', 'it\'s'], ['a\n  b\n\n  c', 'a b\nc'], ['|\n  a\n   b\n', 'a\n b\n'], ['>-\n  a\n  b\n', 'a b'],
  ])('%s is %j', (text, value) => expect(valueOf(text)).toEqual(value));

  test('integers stay on their side of the limit of int64', () => {
    expect(valueOf('9223372036854775807')).toBeLessThan(2 ** 63);
    expect(valueOf('-9223372036854775808')).toBe(-(2 ** 63));
    expect(valueOf('9223372036854775807.0')).toBe(2 ** 63);
  });

  test.each([
    ['.inf', 'Infinity'], ['!!int x', 'no value of the type'], ['*x', 'no anchor &x'], ['@x', 'can start with @'], ['a: b', 'quote a text that has ": "'], ['"a\\q"', 'no escape \\q'],
    ['{a: 1, a: 2}', '"a" is given twice'], ['{1: a, "1": b}', '"1" is given twice'], ['{null: 1}', 'cannot be empty or null'], ['{[a]: 1}', 'cannot be a list'], ['\n\t- a', 'tab'],
    ['"a', 'never closed'], ['{<<: {a: 1}, a: 2}', '"a" is given twice'], ['{<<: 3}', 'The value of <<'], ['!a!b c', 'prefix that nothing defines'],
  ])('%s is refused: %s', (text, said) => {
    const { problems: [problem] } = read(`apiVersion: v1\nkind: X\nvalue: ${text}\n`);
    expect(`${problem.message} ${problem.fix}`).toContain(said);
  });

  test.each(['{{ .Values.x }}', 'a\n{{- if .Values.x }}\nb: c', '"a"\nlabels: {{- include "x" . | nindent 4 }}'])('%s is a template, and told as one', (text) => {
    expect(read(`apiVersion: v1\nkind: X\nvalue: ${text}\n`).problems).toEqual([expect.objectContaining({
      line: text.split('\n').findIndex((line) => line.includes('{{')) + 3,
      message: 'This is a template, and no YAML before {{ … }} is filled in.',
    })]);
    expect(read('apiVersion: v1\nkind: X\na: "{{ b }}"\nc: @d\n').problems).toEqual([expect.objectContaining({ line: 4, message: 'No value can start with @.' })]);
  });

  test('that aliases stand for are those of their anchors, merged ones too', () => {
    const { objects: [object] } = read('apiVersion: v1\nkind: X\na: &a {b: 1}\nc: *a\nd: {<<: *a, e: 2}\nf: {<<: [*a, {g: 3}]}\n');
    expect(JSON.parse(JSON.stringify(object.json))).toMatchObject({ a: { b: 1 }, c: { b: 1 }, d: { b: 1, e: 2 }, f: { b: 1, g: 3 } });
  });

  test('may have keys of 1,024 characters, however many halves these are written in', () => {
    const key = '😀'.repeat(512);
    for (const [length, problems] of [[510, 0], [511, 1]] as const) {
      const long = `${key}${'k'.repeat(length)}`;
      const text = `apiVersion: v1\nkind: X\n"${long}": 1\n`;
      expect([long.length, read(text).problems.length]).toEqual([long.length, problems]);
    }
  });

  test('under keys that are no text are under what Kubernetes makes of them', () => {
    const { objects: [object] } = read('apiVersion: v1\nkind: X\non: 1\n1.50: 2\n0x10: 3\n1e6: 4\n2001-01-01: 5\n');
    expect(Object.keys(object.json).sort()).toEqual(['1.5', '16', '1e+06', '2001-01-01', 'apiVersion', 'kind', 'true']);
  });

  test('under __proto__ and constructor are ordinary', () => {
    const { objects: [object], problems } = read('apiVersion: v1\nkind: X\n__proto__: {polluted: 1}\nconstructor: 2\nspec: {}\n');
    expect(problems).toEqual([]);
    expect(Object.keys(object.json)).toEqual(['apiVersion', 'kind', '__proto__', 'constructor', 'spec']);
    expect(object.json.polluted).toBeUndefined();
    expect((object.json.spec as any).constructor).toBeUndefined();
    expect(({} as any).polluted).toBeUndefined();
  });
});

describe('JSON', () => {
  test('is read with the escapes that YAML does not have, and keys of any length', () => {
    const key = 'k'.repeat(2000);
    const { objects: [object], problems } = read(`{"apiVersion":"v1","kind":"X","a":"\\/\\ud83d\\ude00","${key}":1}`);
    expect(problems).toEqual([]);
    expect(object.json).toMatchObject({ a: '/😀', [key]: 1 });
  });

  test('may not repeat a key', () => {
    expect(read('{"apiVersion":"v1","kind":"X","a":"\\/","a":1}').problems).toEqual([expect.objectContaining({ message: expect.stringContaining('') })]);
    expect(read('{"apiVersion":"v1","kind":"X","a":"\\/","a":1}').objects).toEqual([]);
  });

  test('may be indented by tabs and close at the margin, also within YAML', () => {
    expect(read('apiVersion: v1\nkind: X\nspec: {\n\t"a": [\n\t\t"1"\n\t]\n}\n').objects[0].json.spec).toMatchObject({ a: ['1'] });
  });
});

describe('lines of fields', () => {
  const { objects: [, object] } = read(`${service('a')}---\n# b\n${service('b', '  annotations:\n    x.io/y: "1"\n    plain: z\nspec:\n  http:\n  - route:\n    - weight: 1\n    -\n      weight: 2\n')}`);
  test.each([
    ['kind', 8], ['metadata.name', 10], ['metadata.annotations["x.io/y"]', 12], ['metadata.annotations.x.io/y', 12], ['spec.http[0]', 16], ['spec.http[0].route[0].weight', 17],
    ['spec.http[0].route[1].weight', 19], ['spec.http[0].route[1].destination.host', 18], ['spec.http[3].match', 15], ['spec.tls', 14], ['status', 7], ['', 7],
  ])('%s is on line %i, or its nearest parent is', (path, line) => expect(object.origin.lineOf!(path)).toBe(line));
});

test('progress is told up to the whole', () => {
  const told: number[][] = [];
  const text = `${service('a')}---\n${service('b')}`;
  readYaml(text, '-', { defaultNamespace: 'default', progress: (done, total) => told.push([done, total]) });
  expect(told).toHaveLength(2);
  expect(told[0][0]).toBeLessThan(told[1][0]);
  expect(told.every(([done, total]) => done <= total && total === text.length)).toBe(true);
});
