import { SchemaProblem, SchemaRule } from './admission';
import { CEL_RULES } from './cel-rules';
import { quoteValue } from './quote-value';
import { DEEPEST, hasUniqueKeys, isBase64, isInt64, isLongerThan, isWithinDepth } from './scalars';
import { SchemaNode } from './schema-node';
import { fixForUnknownField, listed, nearestName } from './unknown-field';
import { NOUNS, fixForWrongType, wrongTypeMessage } from './wrong-type';
import { Json, isJsonObject } from '../../manifest/json';

/** Nobody reads more about one object. */
const MOST_PROBLEMS = 100;

/**
 * Holds a value against the table of nodes, saying what does not fit and making a copy of what does. The slow way,
 * for what the generated functions did not let pass: it decides, they only save asking it.
 */
export class SchemaWalk {
  public readonly problems: SchemaProblem[] = [];
  /** Whether the copy lacks something that the value has. */
  public dropped = false;

  /** @param spec the place of the kind's spec: where a misplaced field may belong */
  constructor(private readonly nodes: readonly SchemaNode[], private readonly spec: number) {}

  public report(rule: SchemaRule, path: string, message: string, fix: string): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push({ rule, path, message, fix });
  }

  /**
   * The part of a value that has the types of a node; undefined if that is nothing.
   * @param depth how many objects and lists are around it
   */
  public fit(place: number, value: Json, path: string, depth: number): Json | undefined {
    const node = this.nodes[place];
    if (value === null && node.nullable) return null;
    const before = this.problems.length;
    const fitting = this.fitType(node, place, value, path, depth);
    if (fitting === undefined) {
      this.dropped = true;
    } else if (this.problems.length === before) {
      // The server evaluates no rule of an object that has another problem; we go on where this part has none.
      // Some rules are there twice in other words.
      for (const rule of new Set(node.rules?.map((text) => CEL_RULES.get(text)!))) {
        if (!rule.holds(fitting)) this.report('cel', path, rule.problem(fitting), rule.fix);
      }
    }
    return fitting;
  }

  private fitType(node: SchemaNode, place: number, value: Json, path: string, depth: number): Json | undefined {
    switch (node.type) {
      case 'object':
        if (!isJsonObject(value)) break;
        if (node.open) return this.fitOpen(value, path, depth);
        return node.properties ? this.fitObject(node, place, value, path, depth) : this.fitMap(node, value, path, depth);
      case 'array':
        if (Array.isArray(value)) return this.fitList(node, value, path, depth);
        break;
      case 'string':
        if (typeof value === 'string') return this.fitString(node, value, path);
        // The server's library takes a list for bytes. Istio's webhook does not.
        if (node.format === 'byte' && Array.isArray(value)) return this.fitOpen(value, path, depth, place);
        break;
      case 'integer':
        if (isInt64(value)) return this.fitNumber(node, value as number, path);
        break;
      case 'number':
        if (Number.isFinite(value)) return this.fitNumber(node, value as number, path);
        break;
      case 'boolean':
        if (typeof value === 'boolean') return value;
        break;
      case 'int-or-string':
        if (typeof value === 'string' || Number.isInteger(value)) return value;
        break;
    }
    this.report('wrong-type', path, wrongTypeMessage(node, value), fixForWrongType(node, value));
    return undefined;
  }

  private fitObject(node: SchemaNode, place: number, value: { readonly [key: string]: Json }, path: string, depth: number): Json | undefined {
    const fitting: Record<string, Json> = {};
    const there = new Set<string>();
    for (const key of Object.keys(value)) {
      const inner = value[key];
      const child = node.properties![key];
      if (child === undefined || !Object.prototype.hasOwnProperty.call(node.properties, key)) {
        if (inner === undefined) continue;
        this.report('unknown-field', join(path, key), `There is no field ${quoteValue(key)} in ${path}.`, fixForUnknownField(key, place, path, this.nodes, this.spec));
        this.dropped = true;
      } else if (inner === undefined || (inner === null && !this.nodes[child].nullable)) {
        this.dropped = true;
      } else {
        there.add(key);
        const innerFitting = this.fit(child, inner, `${path}.${key}`, depth + 1);
        if (innerFitting !== undefined) fitting[key] = innerFitting;
      }
    }
    for (const group of node.atMostOne ?? []) {
      const set = group.filter((name) => there.has(name));
      if (set.length > 1) this.report('one-of', path, `${set.join(' and ')} are set together; only one of ${group.join(', ')} may be.`, 'Keep one of them and remove the others.');
    }
    let isWhole = true;
    for (const name of node.required ?? []) {
      if (!there.has(name)) this.reportMissing(node, value, name, path);
      isWhole &&= name in fitting;
    }
    return isWhole ? fitting : undefined;
  }

  private reportMissing(node: SchemaNode, value: { readonly [key: string]: Json }, name: string, path: string): void {
    const child = this.nodes[node.properties![name]];
    const isNull = Object.prototype.hasOwnProperty.call(value, name);
    this.report('required', join(path, name), isNull ? 'It is null, which counts as missing, and it is required.' : 'It is missing, and it is required.',
      `Add ${name}: ${child.enum ? `one of ${listed(child.enum)}` : NOUNS[child.type]}.`);
  }

  private fitMap(node: SchemaNode, value: { readonly [key: string]: Json }, path: string, depth: number): Json {
    // Without a prototype, so that `__proto__` is a key like any other.
    const fitting: Record<string, Json> = Object.create(null);
    let count = 0;
    for (const key of Object.keys(value)) {
      const inner = value[key];
      if (inner === undefined || (inner === null && !this.nodes[node.values!].nullable)) {
        this.dropped = true;
        continue;
      }
      count++;
      const innerFitting = this.fit(node.values!, inner, join(path, key), depth + 1);
      if (innerFitting !== undefined) fitting[key] = innerFitting;
    }
    this.checkCount(count, 'entries', path, node.minProperties, node.maxProperties);
    return fitting;
  }

  private fitList(node: SchemaNode, value: readonly Json[], path: string, depth: number): Json {
    const before = this.problems.length;
    const fitting: Json[] = [];
    for (let i = 0; i < value.length; i++) {
      const inner = this.fit(node.items!, value[i] ?? null, `${path}[${i}]`, depth + 1);
      if (inner !== undefined) fitting.push(inner);
    }
    this.checkCount(value.length, 'items', path, node.minItems, node.maxItems);
    const [key] = node.listKeys ?? [];
    if (key !== undefined && this.problems.length === before && !hasUniqueKeys(fitting, key)) this.reportRepetition(key, fitting, path);
    return fitting;
  }

  private reportRepetition(key: string, items: readonly any[], path: string): void {
    const seen = new Map<unknown, number>();
    for (let i = 0; i < items.length; i++) {
      const first = seen.get(items[i][key]);
      if (first === undefined) seen.set(items[i][key], i);
      else this.report('list-type', `${path}[${i}]`, `Its ${key} ${quoteValue(items[i][key])} is that of ${path}[${first}] too.`, `Give every item a ${key} of its own, or remove the repetition.`);
    }
  }

  private fitString(node: SchemaNode, value: string, path: string): string | undefined {
    const { enum: values, minLength = 0, maxLength = Infinity } = node;
    if (values && !values.includes(value)) {
      const near = nearestName(value, values);
      this.report('not-allowed-value', path, `${quoteValue(value)} is none of ${listed(values)}.`, near ? `Write ${near.name}.` : `Write one of ${listed(values)}.`);
      return undefined;
    }
    const refuse = (message: string, fix: string) => this.report('not-allowed-value', path, message, fix);
    if (minLength > 0 && !isLongerThan(value, minLength - 1)) {
      refuse(`${quoteValue(value)} is ${value === '' ? 'empty' : `shorter than ${minLength} characters`}.`, 'Write a value, or remove the field.');
    }
    if (isLongerThan(value, maxLength)) refuse(`${quoteValue(value)} has more than ${maxLength} characters.`, 'Write a shorter value.');
    if (node.pattern !== undefined && !compiled(node.pattern).test(value)) {
      refuse(`${quoteValue(value)} does not match ${node.pattern}.`, 'Write a value of that form.');
    }
    if (node.format === 'byte' && !isBase64(value)) refuse(`${quoteValue(value)} is not base64, or empty.`, 'Encode the bytes as base64 with padding, as `base64 -w0` does.');
    return value;
  }

  private fitNumber(node: SchemaNode, value: number, path: string): number {
    const [least, most] = node.format === 'int32' ? [-(2 ** 31), 2 ** 31 - 1] : [-Infinity, Infinity];
    const minimum = Math.max(node.minimum ?? least, least);
    const maximum = Math.min(node.maximum ?? most, most);
    if (value < minimum || value > maximum) {
      const range = maximum === Infinity ? `${minimum} or more` : minimum === -Infinity ? `${maximum} or less` : `from ${minimum} to ${maximum}`;
      this.report('not-allowed-value', path, `${value} is out of range.`, `Write a number ${range}.`);
    }
    return value;
  }

  private fitOpen<T extends Json>(value: T, path: string, depth: number, prunedBy?: number): T | undefined {
    if (!isWithinDepth(value, DEEPEST - depth)) {
      this.report('not-allowed-value', path, `Lists and objects stand inside each other more than ${DEEPEST} deep.`, 'Write it flatter; an API server reads nothing that is deeper.');
      return undefined;
    }
    if (prunedBy !== undefined) this.reportUnknown(undefined, value, path);
    return value;
  }

  private checkCount(count: number, what: string, path: string, least = 0, most = Infinity): void {
    if (count < least) this.report('not-allowed-value', path, `It has ${count} ${what}; at least ${least} must be there.`, `Add ${least - count}, or remove the field.`);
    if (count > most) this.report('not-allowed-value', path, `It has ${count} ${what}; ${most} are allowed.`, `Remove ${count - most}.`);
  }

  /**
   * Only names fields that nothing defines, as the server does for a status before it drops it. A value may have any
   * type, and is at most `DEEPEST` deep.
   */
  public reportUnknown(place: number | undefined, root: Json, rootPath: string): void {
    const queue: Array<[number | undefined, Json, string]> = [[place, root, rootPath]];
    for (let next = queue.pop(); next && this.problems.length < MOST_PROBLEMS; next = queue.pop()) {
      const [at, value, path] = next;
      const node: Partial<SchemaNode> = at === undefined ? {} : this.nodes[at];
      if (Array.isArray(value)) {
        if (!node.open) value.forEach((item, i) => queue.push([node.items, item, `${path}[${i}]`]));
      } else if (isJsonObject(value)) {
        for (const key of Object.keys(value)) {
          const child = node.properties && Object.prototype.hasOwnProperty.call(node.properties, key) ? node.properties[key] : undefined;
          if (child !== undefined) queue.push([child, value[key], `${path}.${key}`]);
          else if (!node.open) this.report('unknown-field', join(path, key), `There is no field ${quoteValue(key)} in ${path}.`, 'Remove it.');
        }
      }
    }
  }
}


/** A key that could be mistaken for a path is put into brackets: `labels["a.b/c"]`. */
export function join(path: string, key: string): string {
  return /^[A-Za-z_$][\w$-]*$/.test(key) ? `${path}.${key}` : `${path}[${quoteValue(key)}]`;
}

const patterns = new Map<string, RegExp>();

function compiled(pattern: string): RegExp {
  let regexp = patterns.get(pattern);
  if (!regexp) patterns.set(pattern, regexp = new RegExp(pattern));
  return regexp;
}
