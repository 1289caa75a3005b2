import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CrdKind, Schema, readCrds } from '../../../tools/schema/crds';
import { nodeTable } from '../../../tools/schema/nodes';
import { specTypes } from '../../../tools/schema/specs';
import { validators } from '../../../tools/schema/validators';

const ROOT = join(__dirname, '..', '..', '..');
const CRDS = join(ROOT, 'crds', readdirSync(join(ROOT, 'crds')).find((file) => file.startsWith('istio-'))!);

function kindWith(field: Schema): CrdKind {
  const spec: Schema = { type: 'object', properties: { field } };
  return {
    kind: 'Thing',
    group: 'example.io',
    servedVersions: ['v1'],
    schema: { type: 'object', properties: { spec, status: { 'type': 'object', 'x-kubernetes-preserve-unknown-fields': true } } },
  };
}

function oneOf(...fields: string[]): Schema[] {
  const each = fields.map((name) => ({ required: [name] }));
  return [{ not: { anyOf: each } }, ...each];
}
const text: Schema = { type: 'string' };

describe('the build fails on what it does not understand', () => {
  test.each<[string, any, RegExp]>([
    ['a CEL rule', { 'type': 'string', 'x-kubernetes-validations': [{ rule: 'self == "a"' }] }, /^Thing\.spec\.field: this CEL rule is unknown; write it as a function in src\/check\/schema\/cel-rules\.ts:\n    self == "a"$/],
    ['a rule with something besides its text', { 'type': 'string', 'x-kubernetes-validations': [{ rule: 'self != "*"', optionalOldSelf: true }] }, /a CEL rule has optionalOldSelf, which is unknown/],
    ['a keyword', { type: 'string', uniqueItems: true }, /^Thing\.spec\.field: the keyword uniqueItems is unknown for the type string$/],
    ['a default', { type: 'integer', default: 1 }, /the keyword default is unknown for the type integer/],
    ['a known keyword of another type', { type: 'boolean', minLength: 1 }, /the keyword minLength is unknown for the type boolean/],
    ['a type', { type: 'null' }, /the type null is unknown/],
    ['no type', {}, /the type undefined is unknown/],
    ['a format', { type: 'string', format: 'ipv4' }, /the format ipv4 is unknown for the type string/],
    ['a format of another type', { type: 'number', format: 'int32' }, /the format int32 is unknown for the type number/],
    ['a date in a spec', { type: 'string', format: 'date-time' }, /the format date-time is only known in a status/],
    ['a pattern that JavaScript may read otherwise', { type: 'string', pattern: '^\\s+$' }, /JavaScript may read the pattern \^\\s\+\$ otherwise than Go does/],
    ['a pattern with flags', { type: 'string', pattern: '(?i)a' }, /JavaScript may read the pattern/],
    ['a list of unique values', { 'type': 'array', 'items': text, 'x-kubernetes-list-type': 'set' }, /the list type set is unknown/],
    ['a list with two keys', { 'type': 'array', 'items': text, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a', 'b'] }, /has not exactly one key/],
    ['a list whose key may be missing', { 'type': 'array', 'items': { type: 'object', properties: { a: text } }, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a'] }, /the key a of a list is not required/],
    ['a list of anything', { type: 'array' }, /it is an array without items/],
    ['a map of anything', { type: 'object', additionalProperties: true }, /additionalProperties is a boolean/],
    ['fields beside a map', { type: 'object', properties: { a: text }, additionalProperties: text }, /both properties and additionalProperties/],
    ['known fields in a free form', { 'type': 'object', 'properties': { a: text }, 'x-kubernetes-preserve-unknown-fields': true }, /x-kubernetes-preserve-unknown-fields stands beside known fields/],
    ['a oneOf of another form', { type: 'object', properties: { a: text, b: text }, oneOf: [{ required: ['a'] }, { required: ['b'] }] }, /a oneOf is not of the form "at most one of these fields"/],
    ['a oneOf of pairs', { type: 'object', properties: { a: text, b: text }, oneOf: [{ not: { anyOf: [{ required: ['a', 'b'] }] } }, { required: ['a', 'b'] }] }, /a oneOf is not of the form/],
    ['an allOf of something else', { type: 'object', properties: { a: text }, allOf: [{ required: ['a'] }] }, /an allOf holds something other than oneOf/],
    ['a oneOf of unknown fields', { type: 'object', properties: { a: text }, oneOf: oneOf('a', 'b') }, /the field b is named by required or oneOf, but not defined/],
    ['an anyOf', { type: 'object', properties: {}, anyOf: [] }, /the keyword anyOf is unknown for the type object/],
    ['an int-or-string with a pattern', { 'anyOf': [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true, 'pattern': 'a' }, /an int-or-string says more than that/],
    ['an int-or-string in a spec', { 'anyOf': [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true }, /a spec holds the type int-or-string/],
    ['an object of nothing', { type: 'object' }, /an object has neither properties nor additionalProperties/],
  ])('%s', (_, field, message) => {
    expect(() => validators([kindWith(field)])).toThrow(message);
  });

  test('what it understands, it takes', () => {
    expect(() => validators([kindWith({ type: 'object', properties: { a: text, b: text }, oneOf: oneOf('a', 'b') })])).not.toThrow();
  });

  test('something at the top of an object besides spec and status', () => {
    const { schema, ...kind } = kindWith(text);
    expect(() => nodeTable([{ ...kind, schema: { ...schema, properties: { ...schema.properties, data: text } } }])).toThrow('Thing: the whole object has something besides spec and status');
    expect(() => nodeTable([{ ...kind, schema: { ...schema, oneOf: [] } }])).toThrow('the whole object has something besides');
  });

  test('with a message and exit code 1, and nothing is written', () => {
    const { folder, run } = workspace((crds) => crds.replaceAll('duration(\'1ms\')', 'duration(\'2ms\')'));
    const { status, stderr } = run();
    expect(stderr).toMatch(/^schema: DestinationRule\.spec\.[^\n]*: this CEL rule is unknown[^\n]*\n {4}duration\(self\) >= duration\('2ms'\)\n$/);
    expect(status).toBe(1);
    expect(readdirSync(folder)).toEqual(['crds.yaml']);
  });
});

test('files are written once for each state of the CRDs', () => {
  const { folder, run } = workspace((crds) => crds);
  expect(run()).toMatchObject({ status: 0, stdout: expect.stringMatching(/istio-specs\.ts[^]*kind-schemas\.ts/) });
  const file = join(folder, 'src', 'check', 'schema', 'generated', 'kind-schemas.ts');
  const first = readFileSync(file, 'utf8');
  expect(run()).toMatchObject({ status: 0, stdout: '' });
  writeFileSync(join(folder, 'crds.yaml'), readFileSync(join(folder, 'crds.yaml'), 'utf8').replaceAll('maxItems: 512', 'maxItems: 513'));
  expect(run().stdout).toContain('kind-schemas.ts');
  expect(first.includes('x.length > 512')).toBe(true);
  expect(readFileSync(file, 'utf8').includes('x.length > 512')).toBe(false);
});

test('without a CRD file it says what it wants', () => {
  const { run } = workspace((crds) => crds);
  expect(run('none.yaml')).toMatchObject({ status: 2, stderr: 'schema: no CRD file \'none.yaml\'. Usage: generate crds/istio-<version>.yaml\n' });
});

describe('types of the specs', () => {
  const typesOf = (field: Schema) => specTypes([kindWith(field)]).split('\n').filter((line) => line.includes('field')).join();

  test.each<[string, Schema, string]>([
    ['a string', text, 'field?: string;'],
    ['a nullable number', { type: 'integer', nullable: true }, 'field?: number | null;'],
    ['an enum', { type: 'string', enum: ['A', 'B'] }, 'field?: "A" | "B";'],
    ['a list of an enum', { type: 'array', items: { type: 'string', enum: ['A', 'B'] } }, 'field?: readonly ("A" | "B")[];'],
    ['a map', { type: 'object', additionalProperties: { type: 'boolean' } }, 'field?: { readonly [key: string]: boolean };'],
    ['a free form', { 'type': 'object', 'x-kubernetes-preserve-unknown-fields': true }, 'field?: { readonly [key: string]: any };'],
    ['an object', { type: 'object', properties: { a: text }, required: ['a'] }, 'field?: ThingField;'],
    ['bytes, for which the server also takes a list', { type: 'string', format: 'byte' }, 'field?: string | readonly any[];'],
  ])('%s', (_, field, line) => {
    expect(typesOf(field)).toContain(line);
  });

  test('what is required is there, but in the spec itself, which may be missing as a whole', () => {
    const types = specTypes([kindWith({ type: 'object', properties: { inner: text }, required: ['inner'] })]);
    expect(types).toContain('readonly inner: string;');
    const [{ schema: { properties }, ...kind }] = [kindWith(text)];
    expect(specTypes([{ ...kind, schema: { properties: { spec: { ...properties!.spec, required: ['field'] } } } }])).toContain('readonly field?: string;');
  });

  test('two objects of one shape are one type with two names', () => {
    const shape: Schema = { type: 'object', properties: { a: text } };
    const types = specTypes([kindWith({ type: 'object', properties: { one: shape, two: shape } })]);
    expect(types).toContain('export interface ThingFieldOne {');
    expect(types).toContain('export type ThingFieldTwo = ThingFieldOne;');
  });

  test('two names that would be one are told apart by whoever reads the error', () => {
    const types = () => specTypes([kindWith({ type: 'object', properties: { a_b: { type: 'object', properties: { x: text } }, aB: { type: 'object', properties: { y: text } } } })]);
    expect(types).toThrow('two fields of Thing would both have the type ThingFieldAB');
  });
});

test('the CRDs hold fifteen kinds, each with all its served versions', () => {
  const kinds = readCrds(CRDS);
  expect(kinds).toHaveLength(15);
  expect(kinds.find(({ kind }) => kind === 'VirtualService')!.servedVersions).toEqual(['v1', 'v1beta1', 'v1alpha3']);
  expect(kinds.find(({ kind }) => kind === 'EnvoyFilter')!.servedVersions).toEqual(['v1alpha3']);
});

const folders: string[] = [];

/** A folder with the CRDs, perhaps changed, in which the generator can run. */
function workspace(change: (crds: string) => string) {
  const folder = mkdtempSync(join(tmpdir(), 'schema-'));
  folders.push(folder);
  writeFileSync(join(folder, 'crds.yaml'), change(readFileSync(CRDS, 'utf8')));
  const args = ['-r', require.resolve('ts-node/register/transpile-only'), join(ROOT, 'tools', 'schema', 'generate.ts')];
  const run = (crds = 'crds.yaml') => spawnSync(process.execPath, [...args, crds], { cwd: folder, encoding: 'utf8', env: { ...process.env, TS_NODE_PROJECT: join(ROOT, 'tsconfig.json') } });
  return { folder, run };
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});
