/**
 * Makes the table of schema nodes from the CRDs. Whatever a CRD says that the validators would not hold is an error
 * here: an unknown keyword, format, rule, or a known one in a form or at a place that was never seen.
 */
import { CEL_RULES } from '../../src/check/schema/cel-rules';
import { SchemaNode } from '../../src/check/schema/schema-node';
import { CrdKind, Schema } from './crds';

export interface NodeTable {
  readonly nodes: SchemaNode[];
  readonly kinds: KindNodes[];
}

export interface KindNodes {
  readonly crd: CrdKind;
  readonly spec: number;
  readonly status: number;
}

export function nodeTable(kinds: readonly CrdKind[]): NodeTable {
  const table = new Table();
  return {
    kinds: kinds.map((crd) => {
      const { properties = {}, required = [], type, ...rest } = crd.schema;
      expect(crd.kind, type === 'object' && Object.keys(properties).sort().join() === 'spec,status'
        && required.every((name) => name === 'spec') && Object.keys(rest).length === 0, 'the whole object has something besides spec and status');
      return { crd, spec: table.add(properties.spec, `${crd.kind}.spec`), status: table.add(properties.status, `${crd.kind}.status`) };
    }),
    nodes: table.nodes,
  };
}

/** What a node of each type may say. */
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'oneOf', 'allOf', 'additionalProperties', 'minProperties', 'maxProperties', 'x-kubernetes-preserve-unknown-fields', 'x-kubernetes-validations'],
  array: ['items', 'minItems', 'maxItems', 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys', 'x-kubernetes-validations'],
  string: ['enum', 'format', 'pattern', 'minLength', 'maxLength', 'nullable', 'x-kubernetes-validations'],
  integer: ['format', 'minimum', 'maximum', 'nullable', 'x-kubernetes-validations'],
  number: ['format', 'minimum', 'maximum', 'nullable', 'x-kubernetes-validations'],
  boolean: ['nullable'],
};
const FORMATS: Readonly<Record<string, readonly string[]>> = { string: ['byte', 'date-time'], integer: ['int32'], number: ['double'] };

class Table {
  public readonly nodes: SchemaNode[] = [];
  private readonly places = new Map<string, number>();

  public add(schema: Schema, path: string): number {
    const node = this.node(schema, path);
    const text = JSON.stringify(node);
    let place = this.places.get(text);
    if (place === undefined) {
      place = this.nodes.push(node) - 1;
      this.places.set(text, place);
    }
    return place;
  }

  private node(schema: Schema, path: string): SchemaNode {
    if (schema['x-kubernetes-int-or-string']) {
      expect(path, JSON.stringify(schema) === INT_OR_STRING, 'an int-or-string says more than that');
      return { type: 'int-or-string' };
    }
    const { type } = schema;
    expect(path, type !== undefined && type in KEYWORDS, `the type ${type} is unknown`);
    for (const keyword of Object.keys(schema)) {
      expect(path, keyword === 'type' || KEYWORDS[type!].includes(keyword), `the keyword ${keyword} is unknown for the type ${type}`);
    }
    if (schema.format !== undefined) {
      expect(path, FORMATS[type!].includes(schema.format), `the format ${schema.format} is unknown for the type ${type}`);
      expect(path, schema.format !== 'date-time' || path.includes('.status.'), 'the format date-time is only known in a status, which is never validated');
    }
    const rules = rulesOf(schema, path);
    return {
      type: type!,
      ...pick(schema, 'nullable', 'format', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'),
      ...(type === 'string' && stringConstraints(schema, path)),
      ...(type === 'object' && this.objectParts(schema, path)),
      ...(type === 'array' && this.arrayParts(schema, path)),
      ...(rules.length > 0 && { rules }),
    };
  }

  private objectParts(schema: Schema, path: string): Partial<SchemaNode> {
    const { properties, additionalProperties } = schema;
    const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
    expect(path, typeof additionalProperties !== 'boolean', 'additionalProperties is a boolean');
    expect(path, !(properties && additionalProperties), 'it has both properties and additionalProperties');
    expect(path, !open || (!additionalProperties && (!properties || path.endsWith('.status'))), 'x-kubernetes-preserve-unknown-fields stands beside known fields');
    const atMostOne = [...(schema.oneOf ? [schema] : []), ...(schema.allOf ?? [])].map((group) => alternatives(group, path));
    for (const name of [...(schema.required ?? []), ...atMostOne.flat()]) {
      expect(path, properties !== undefined && name in properties, `the field ${name} is named by required or oneOf, but not defined`);
    }
    return {
      ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, this.add(field, `${path}.${name}`)])) }),
      ...(schema.required && { required: schema.required }),
      ...(atMostOne.length > 0 && { atMostOne }),
      ...(typeof additionalProperties === 'object' && { values: this.add(additionalProperties, `${path}{}`) }),
      ...(open && { open }),
    };
  }

  private arrayParts(schema: Schema, path: string): Partial<SchemaNode> {
    expect(path, schema.items !== undefined, 'it is an array without items');
    const listType = schema['x-kubernetes-list-type'];
    const listKeys = schema['x-kubernetes-list-map-keys'];
    expect(path, listType === undefined || listType === 'map', `the list type ${listType} is unknown`);
    expect(path, (listType === 'map') === (listKeys?.length === 1), 'a list of type map has not exactly one key');
    const items = this.add(schema.items!, `${path}[]`);
    if (listKeys) {
      expect(path, this.nodes[items].required?.includes(listKeys[0]) === true, `the key ${listKeys[0]} of a list is not required`);
      const key = this.nodes[this.nodes[items].properties![listKeys[0]]].type;
      expect(path, key === 'string' || key === 'integer', `the key ${listKeys[0]} of a list is of type ${key}`);
    }
    return { items, ...(listKeys && { listKeys }) };
  }
}

const INT_OR_STRING = JSON.stringify({ 'anyOf': [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true });

function stringConstraints(schema: Schema, path: string): Partial<SchemaNode> {
  const { enum: values, pattern } = schema;
  expect(path, !values || values.every((value) => typeof value === 'string'), 'an enum of strings holds something else');
  expect(path, pattern === undefined || isSamePatternInJavaScript(pattern),
    `JavaScript may read the pattern ${pattern} otherwise than Go does; look, then allow it in tools/schema/nodes.ts`);
  return { ...(values && { enum: values as string[] }), ...(pattern !== undefined && { pattern }) };
}

/** Anchors, classes of ASCII, groups, alternatives, counts and escaped dots are the same in Go and in JavaScript. */
function isSamePatternInJavaScript(pattern: string): boolean {
  return /^(?:\\\.|\[[-_A-Za-z0-9]+\]|\{\d+\}|[()^$|*+?A-Za-z0-9_-])*$/.test(pattern) && !pattern.includes('(?');
}

/**
 * The one form of oneOf in Istio's CRDs: `not (a or b), or a, or b`, which lets at most one of the fields be there.
 * @returns the fields
 */
function alternatives(schema: Schema, path: string): string[] {
  expect(path, Object.keys(schema).length > 0 && (schema.oneOf?.length ?? 0) > 1, 'an allOf holds something other than oneOf');
  const [none, ...others] = schema.oneOf!;
  const fields = others.map((other) => other.required?.[0] ?? '');
  const form = [{ not: { anyOf: others } }, ...fields.map((field) => ({ required: [field] }))];
  expect(path, JSON.stringify([none, ...others]) === JSON.stringify(form), 'a oneOf is not of the form "at most one of these fields"');
  return fields;
}

function rulesOf(schema: Schema, path: string): string[] {
  return (schema['x-kubernetes-validations'] ?? []).map((validation) => {
    for (const key of Object.keys(validation)) {
      expect(path, key === 'rule' || key === 'message' || key === 'messageExpression', `a CEL rule has ${key}, which is unknown`);
    }
    expect(path, CEL_RULES.has(validation.rule), `this CEL rule is unknown; write it as a function in src/check/schema/cel-rules.ts:\n    ${validation.rule}`);
    return validation.rule;
  });
}

function pick(schema: Schema, ...keywords: Array<keyof Schema & keyof SchemaNode>): Partial<SchemaNode> {
  return Object.fromEntries(keywords.filter((keyword) => schema[keyword] !== undefined).map((keyword) => [keyword, schema[keyword]]));
}

function expect(path: string, holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(`${path}: ${otherwise}`);
}
