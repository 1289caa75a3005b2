import { exclusiveFields, fits, keyFits, rulesOf } from './constraint';
import { Crd, readCrds, Schema } from './crd';
import { DICTIONARIES } from './dictionary';
import { Dictionary, TEXT, COUNT, Words } from './dictionary/words';
import { addMetadata } from './metadata';
import { mutate } from './mutate';
import { Random } from './random';

/**
 * `valid`: what the schema takes, for most documents. `nearly`: the same with one or two faults. `broken`: with many.
 * In each of them the webhook may find something.
 */
export type Mode = 'valid' | 'nearly' | 'broken';

/** A made Kubernetes object of one of Istio's kinds. */
export function documentOf(kind: string, random: Random, mode: Mode): any {
  const generator = GENERATORS.get(kind);
  if (!generator) throw new Error(`Istio has no kind ${JSON.stringify(kind)}; it has ${KINDS.join(', ')}.`);
  return generator.document(random, mode);
}

/** What the values of one document have in common. */
interface Mood {
  /** Of a value: that it is one which the webhook may mind. */
  readonly odd: number;
  /** Of a value: that it is one which the schema minds. */
  readonly bad: number;
  /** Of an optional field: that it is there. */
  readonly density: number;
  /** How many more fields there may be. */
  budget: number;
  /** One field, however deep, with all that it stands in: it is there. So every field has its turn. */
  readonly focus: ReadonlySet<Node>;
  readonly leaf?: Node;
  /** Of that field: that its value is one which the schema minds, such as one beyond a limit. */
  readonly badLeaf: number;
}

const NOWHERE: ReadonlySet<Node> = new Set();

interface Node {
  readonly schema: Schema;
  readonly good: readonly unknown[];
  readonly odd: readonly unknown[];
  readonly bad: readonly unknown[];
  readonly presence?: number;
  readonly fields: readonly (readonly [string, Node])[];
  readonly required: ReadonlySet<string>;
  readonly exclusive: readonly (readonly string[])[];
  readonly item?: Node;
  readonly keys?: Node;
  parent?: Node;
}

const BAD_OF_TYPE: Readonly<Record<string, readonly unknown[]>> = {
  string: [1, true, null, {}, ['a'], 0.5],
  integer: ['1', 1.5, true, null, {}, [], 1e300],
  number: ['1', true, null, {}, '0.5'],
  boolean: ['true', 1, null, 'yes', {}],
  array: [{}, 'a', null, [null], 1],
  object: [[], 'a', null, 1, true, [{}]],
  any: [null, true, {}, [], 1.5],
};

class Generator {
  private readonly spec: Node;
  private readonly dictionary: Dictionary;
  private readonly nodes: Node[] = [];

  constructor(private readonly crd: Crd) {
    this.dictionary = DICTIONARIES[crd.kind] ?? { words: {} };
    this.spec = this.compile(crd.schema.properties!.spec, 'spec');
  }

  public document(random: Random, mode: Mode): any {
    const mood = this.mood(random, mode);
    const repairs = random.chance(0.4) ? 1 : random.pick([0.95, 0.7, 0.3]);
    const spec = this.object(this.spec, random, mood) as any;
    const object: any = {
      apiVersion: `${this.crd.group}/${random.chance(0.8) ? this.crd.versions[0] : random.pick(this.crd.versions)}`,
      kind: this.crd.kind,
    };
    addMetadata(object, random, mood.odd, this.dictionary.metadata ?? {});
    object.spec = spec;
    if (mode !== 'broken') {
      for (const repair of this.dictionary.repairs ?? []) {
        if (random.chance(repairs)) attempt(() => repair(spec, random, object));
      }
    }
    if (random.chance(0.03)) object.status = random.pick<unknown>([{}, 1, null, 'a', { unknown: [null, { a: 1 }] }, [], { conditions: [{ type: 1 }] }]);
    if (mode === 'nearly') for (let i = random.pick([1, 1, 2]); i > 0; i--) mutate(object, random);
    if (mode === 'broken') for (let i = 1 + random.below(6); i > 0; i--) mutate(object, random);
    return object;
  }

  private mood(random: Random, mode: Mode): Mood {
    const odd = random.chance(this.dictionary.calm ?? 0.5) ? 0 : random.pick([0.03, 0.08, 0.15, 0.3, 0.6]);
    return {
      odd,
      bad: mode === 'broken' ? random.pick([0, 0.02, 0.1]) : 0,
      density: random.pick([0.05, 0.15, 0.25, 0.4, 0.7]),
      budget: random.pick([4, 10, 20, 40, 90]),
      ...this.focus(random),
      badLeaf: mode === 'valid' ? 0 : 0.3,
    };
  }

  private focus(random: Random): Pick<Mood, 'focus' | 'leaf'> {
    if (random.chance(0.4)) return { focus: NOWHERE };
    const leaf = random.pick(this.nodes);
    const focus = new Set<Node>();
    for (let node: Node | undefined = leaf; node; node = node.parent) focus.add(node);
    return { focus, leaf };
  }

  private compile(schema: Schema, path: string): Node {
    const known = wordsOf(this.dictionary.words, path);
    const words: Words = known ?? general(schema);
    const takes = (value: unknown) => path.endsWith('{key}') || fits(schema, value);
    const type = schema['x-kubernetes-int-or-string'] ? 'any' : schema.type ?? 'any';
    const exclusive = exclusiveFields(schema);
    const node: Node = {
      schema,
      good: words.good.filter(takes),
      odd: (words.odd ?? []).filter(takes),
      bad: [...words.good, ...words.odd ?? []].filter((value) => !takes(value)).concat(BAD_OF_TYPE[type]),
      presence: wordsOf(this.dictionary.presence ?? {}, path),
      fields: Object.entries(schema.properties ?? {}).map(([name, field]) => [name, this.compile(field, `${path}.${name}`)] as const),
      required: new Set(schema.required),
      exclusive,
      item: schema.items && this.compile(schema.items, `${path}[]`),
      keys: schema.additionalProperties && this.keys(schema, path),
    };
    for (const child of [...node.fields.map(([, field]) => field), node.item, node.keys?.item]) if (child) child.parent = node;
    this.nodes.push(node);
    return node;
  }

  private keys(schema: Schema, path: string): Node {
    const { good, odd = [] } = wordsOf(this.dictionary.words, `${path}{key}`) ?? { good: ['a', 'b', 'x-y', 'Z'], odd: ['', ' ', '*'] };
    const value = this.compile(schema.additionalProperties!, `${path}{}`);
    const takes = (key: unknown) => keyFits(schema, key as string);
    // The words are those of the keys; what stands below is the schema of the values.
    return {
      ...value,
      good: good.filter(takes),
      odd: odd.filter(takes),
      bad: [...good, ...odd].filter((key) => !takes(key)),
      item: value,
    };
  }

  private value(node: Node, random: Random, mood: Mood): unknown {
    const bad = node === mood.leaf ? mood.badLeaf : mood.bad;
    if (bad > 0 && random.chance(bad)) return copy(random.pick(node.bad));
    const isWay = node !== mood.leaf && mood.focus.has(node);
    if (!isWay && node.odd.length > 0 && random.chance(node === mood.leaf ? 0.5 : mood.odd)) return copy(random.pick(node.odd));
    switch (node.schema.type) {
      case 'object':
        if (!isWay && node.good.length > 0 && (node.fields.length === 0 || random.chance(0.5))) return copy(random.pick(node.good));
        return node.keys ? this.map(node, random, mood) : this.object(node, random, mood);
      case 'array':
        if (!isWay && node.good.length > 0 && random.chance(0.7)) return copy(random.pick(node.good));
        return this.list(node, random, mood);
      case 'boolean': return random.chance(0.5);
      default:
        if (node.schema.enum) return random.pick(node.schema.enum);
        return node.good.length > 0 ? random.pick(node.good) : node.odd.length > 0 ? random.pick(node.odd) : 'a';
    }
  }

  private object(node: Node, random: Random, mood: Mood): unknown {
    const result: Record<string, unknown> = {};
    const { fields } = node;
    const barred = mood.bad > 0 && random.chance(0.3) ? undefined : this.barred(node, random, mood);
    const offset = random.below(fields.length || 1);
    for (let i = 0; i < fields.length; i++) {
      const [name, field] = fields[(i + offset) % fields.length];
      const required = (node.required.has(name) && !(mood.bad > 0 && random.chance(mood.bad))) || mood.focus.has(field);
      if (!required && (mood.budget <= 0 && !field.presence || !random.chance(field.presence ?? mood.density))) continue;
      if (barred?.has(name)) continue;
      mood.budget--;
      result[name] = this.value(field, random, mood);
    }
    return result;
  }

  /** The fields that stay away because another one is chosen. */
  private barred(node: Node, random: Random, mood: Mood): Set<string> | undefined {
    if (node.exclusive.length === 0) return undefined;
    const barred = new Set<string>();
    for (const group of node.exclusive) {
      const free = group.filter((name) => !barred.has(name));
      const wanted = node.fields.find(([name, field]) => mood.focus.has(field) && free.includes(name))?.[0];
      const chosen = wanted ?? (free.length === 0 || random.chance(mood.odd) ? undefined : random.pick(free));
      for (const name of group) if (name !== chosen) barred.add(name);
    }
    return barred;
  }

  private list(node: Node, random: Random, mood: Mood): unknown[] {
    const { minItems = 0, maxItems = 16 } = node.schema;
    const none = !mood.focus.has(node.item!) && random.chance(mood.odd + 0.02);
    const wanted = none ? 0 : 1 + (random.chance(0.4) ? 1 : 0) + (random.chance(0.15) ? random.below(3) : 0);
    const length = mood.bad > 0 ? wanted : Math.max(minItems, Math.min(maxItems, wanted));
    const result: any[] = [];
    for (let i = 0; i < length; i++) {
      mood.budget--;
      result.push(this.value(node.item!, random, mood));
    }
    const keys = node.schema['x-kubernetes-list-map-keys'];
    if (!keys || mood.bad > 0) return result;
    return result.filter((item, at) => result.findIndex((other) => keys.every((key) => other?.[key] === item?.[key])) === at);
  }

  private map(node: Node, random: Random, mood: Mood): unknown {
    const result: Record<string, unknown> = {};
    const keys = node.keys!;
    const none = !mood.focus.has(keys.item!) && random.chance(mood.odd + 0.02);
    const wanted = none ? 0 : 1 + (random.chance(0.3) ? 1 : 0) + (random.chance(0.1) ? random.below(3) : 0);
    for (let i = Math.max(wanted, node.schema.minProperties ?? 0); i > 0; i--) {
      mood.budget--;
      const from = mood.bad > 0 && keys.bad.length > 0 && random.chance(mood.bad) ? keys.bad
        : keys.odd.length > 0 && random.chance(keys.item === mood.leaf ? 0.4 : mood.odd) ? keys.odd : keys.good;
      result[random.pick(from) as string] = this.value(keys.item!, random, mood);
    }
    return result;
  }
}

/** A repair gives up where a value has a shape that it does not expect. */
function attempt(repair: () => void): void {
  try {
    repair();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

/** The entry of a table for the longest end of a path. */
function wordsOf<T>(table: Readonly<Record<string, T>>, path: string): T | undefined {
  let found: string | undefined;
  for (const end in table) {
    if ((path === end || path.endsWith(`.${end}`)) && end.length > (found?.length ?? 0)) found = end;
  }
  return found === undefined ? undefined : table[found];
}

function general(schema: Schema): Words {
  switch (schema.type) {
    case 'string':
      if (schema.enum) return { good: schema.enum, odd: ['', 'X', schema.enum[0].toLowerCase()] };
      if (rulesOf(schema).some((rule) => rule.startsWith('duration'))) return { good: ['1s', '1.5s', '10ms'], odd: ['1.5ms', '0s', '1'] };
      return {
        good: TEXT.good,
        odd: [...TEXT.odd!, ...schema.maxLength !== undefined && schema.maxLength < 70_000 ? ['a'.repeat(schema.maxLength), 'a'.repeat(schema.maxLength + 1), '😀'.repeat(Math.min(schema.maxLength, 300))] : []],
      };
    case 'integer':
    case 'number': {
      const { minimum, maximum } = schema;
      const edges = [minimum, maximum].flatMap((edge) => edge === undefined ? [] : [edge - 1, edge, edge + 1]);
      return { good: COUNT.good, odd: [...COUNT.odd!, ...edges, ...schema.type === 'number' ? [0.5, 99.9, 100.5, 1e308, 1e-9] : []] };
    }
    case 'object':
      return schema['x-kubernetes-preserve-unknown-fields']
        ? { good: [{}, { a: 1 }, { a: { b: [1, 'x', true] } }], odd: [{ a: null }, { 'a.b': [{}] }] } : { good: [], odd: [{}] };
    case 'array': return { good: [], odd: [[]] };
    case 'boolean': return { good: [true, false] };
    default: return { good: [1, 'a'] };
  }
}

function copy(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? structuredClone(value) : value;
}

const CRDS = readCrds();
const GENERATORS = new Map([...CRDS.values()].map((crd) => [crd.kind, new Generator(crd)]));

/** Istio's kinds, as the CRDs define them. */
export const KINDS: readonly string[] = [...CRDS.keys()].sort();
