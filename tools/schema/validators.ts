/**
 * Writes a function for each node of the specs that says whether a value fits as it stands: nothing unknown, nothing to
 * drop, every rule holds. One pass, nothing allocated, no path; what is wrong is asked of the table afterwards.
 */
import { SchemaNode } from '../../src/check/schema/schema-node';
import { CrdKind } from './crds';
import { NodeTable, nodeTable } from './nodes';

export function validators(kinds: readonly CrdKind[]): string {
  return new Validators(nodeTable(kinds)).render();
}

class Validators {
  private readonly functions: string[] = [];
  private readonly constants: string[] = [];
  private readonly names = new Map<string, string>();
  private readonly written = new Set<number>();

  public constructor(private readonly table: NodeTable) {}

  public render(): string {
    const kinds = this.table.kinds.map(({ crd, spec, status }) => `  [${quote(`${crd.kind}.${crd.group}`)}, { versions: ${JSON.stringify(crd.servedVersions)}, `
      + `spec: ${spec}, status: ${status}, specRequired: ${crd.schema.required?.includes('spec') === true}, fits: ${this.functionOf(spec)} }],\n`);
    return `import { holdsOf } from '../cel-rules';
import { hasUniqueKeys, isBase64, isFreeForm, isInt64, isLongerThan } from '../scalars';
import { KindSchema } from '../schema-node';

const { isArray } = Array;
const { isFinite, isInteger } = Number;
${this.constants.join('')}${this.functions.join('')}
/** The kinds by \`kind.group\`. */
export const KIND_SCHEMAS: ReadonlyMap<string, KindSchema> = new Map<string, KindSchema>([
${kinds.join('')}]);

/** The table of nodes, as JSON: it is read when the first object does not fit. */
export const SCHEMA_NODES = ${quote(JSON.stringify(this.table.nodes))};
`;
  }

  private functionOf(place: number): string {
    const name = `fits${place}`;
    if (!this.written.has(place)) {
      this.written.add(place);
      const node = this.table.nodes[place];
      const body = node.type === 'array' ? this.list(node) : node.properties ? this.object(node) : this.map(node);
      this.functions.push(`\nfunction ${name}(x: any): boolean {\n${body}}\n`);
    }
    return name;
  }

  private object(node: SchemaNode): string {
    const marked = [...new Set([...(node.required ?? []), ...(node.atMostOne ?? []).flat()])];
    if (marked.length > 30) throw new Error(`an object has ${marked.length} fields that are required or exclude each other; tools/schema/validators.ts counts to 30`);
    const bit = (name: string) => 2 ** marked.indexOf(name);
    const bits = (names: readonly string[]) => [...new Set(names)].reduce((sum, name) => sum + bit(name), 0);
    const cases = Object.entries(node.properties!).map(([name, place]) => `      case ${quote(name)}: `
      + `if (${this.misfit('v', place)}) return false; ${marked.includes(name) ? `seen |= ${bit(name)}; ` : ''}break;\n`);
    return `  if (typeof x !== 'object' || x === null || isArray(x)) return false;\n${marked.length > 0 ? '  let seen = 0;\n' : ''}`
      + `  for (const k in x) {\n    const v = x[k];\n    switch (k) {\n${cases.join('')}      default: return false;\n    }\n  }\n`
      + `${node.required ? `  if ((seen & ${bits(node.required)}) !== ${bits(node.required)}) return false;\n` : ''}`
      + (node.atMostOne ?? []).map((group) => `  if ((seen & ${bits(group)} & ((seen & ${bits(group)}) - 1)) !== 0) return false;\n`).join('')
      + this.lastLine(node);
  }

  private map(node: SchemaNode): string {
    if (node.values === undefined) throw new Error('an object has neither properties nor additionalProperties');
    const counted = node.minProperties !== undefined || node.maxProperties !== undefined;
    return `  if (typeof x !== 'object' || x === null || isArray(x)) return false;\n${counted ? '  let count = 0;\n' : ''}`
      + `  for (const k in x) {\n    const v = x[k];\n    if (${this.misfit('v', node.values)}) return false;\n${counted ? '    count++;\n' : ''}  }\n`
      + (node.minProperties !== undefined ? `  if (count < ${node.minProperties}) return false;\n` : '')
      + (node.maxProperties !== undefined ? `  if (count > ${node.maxProperties}) return false;\n` : '')
      + this.lastLine(node);
  }

  private list(node: SchemaNode): string {
    return `  if (!isArray(x)${limits('x.length', node.minItems, node.maxItems)}) return false;\n`
      + `  for (let i = 0; i < x.length; i++) {\n    const v = x[i];\n    if (${this.misfit('v', node.items!)}) return false;\n  }\n`
      + (node.listKeys ? `  if (!hasUniqueKeys(x, ${quote(node.listKeys[0])})) return false;\n` : '')
      + this.lastLine(node);
  }

  private lastLine(node: SchemaNode): string {
    return `  return ${(node.rules ?? []).map((rule) => `${this.rule(rule)}(x)`).join(' && ') || 'true'};\n`;
  }

  /** A condition that is true when `v` does not fit. */
  private misfit(v: string, place: number): string {
    const node = this.table.nodes[place];
    const condition = this.misfitOf(v, place, node);
    return node.nullable ? `${v} !== null && (${condition})` : condition;
  }

  private misfitOf(v: string, place: number, node: SchemaNode): string {
    const rules = (node.rules ?? []).map((rule) => ` || !${this.rule(rule)}(${v})`).join('');
    switch (node.type) {
      case 'boolean': return `typeof ${v} !== 'boolean'`;
      case 'string':
        if (node.format === 'byte') return `typeof ${v} !== 'string' || !isBase64(${v})`;
        return `typeof ${v} !== 'string'${this.enumeration(v, node)}${lengths(v, node)}${node.pattern === undefined ? '' : ` || !${this.pattern(node.pattern)}.test(${v})`}${rules}`;
      case 'integer': {
        const [least, most] = node.format === 'int32' ? [-(2 ** 31), 2 ** 31 - 1] : [undefined, undefined];
        const [minimum, maximum] = [node.minimum ?? least, node.maximum ?? most];
        const isWhole = minimum === undefined || maximum === undefined ? 'isInt64' : 'isInteger';
        return `!${isWhole}(${v})${limits(v, minimum, maximum)}${rules}`;
      }
      case 'number': return `!isFinite(${v})${limits(v, node.minimum, node.maximum)}${rules}`;
      case 'object':
        if (node.open) return `!isFreeForm(${v})`;
        return `!${this.functionOf(place)}(${v})`;
      case 'array': return `!${this.functionOf(place)}(${v})`;
      default: throw new Error(`a spec holds the type ${node.type}, which tools/schema/validators.ts knows in a status only`);
    }
  }

  private enumeration(v: string, node: SchemaNode): string {
    if (!node.enum) return '';
    if (node.enum.length > 6) return ` || !${this.constant(`new Set(${JSON.stringify(node.enum)})`, 'VALUES')}.has(${v})`;
    return ` || (${node.enum.map((value) => `${v} !== ${quote(value)}`).join(' && ')})`;
  }

  private pattern(pattern: string): string {
    return this.constant(`new RegExp(${quote(pattern)})`, 'PATTERN');
  }

  private rule(text: string): string {
    return this.constant(`holdsOf(${quote(text)})`, 'rule');
  }

  /** A constant of the file, one for each expression. */
  private constant(expression: string, prefix: string): string {
    let name = this.names.get(expression);
    if (name === undefined) {
      name = `${prefix}${this.names.size}`;
      this.names.set(expression, name);
      this.constants.push(`const ${name} = ${expression};\n`);
    }
    return name;
  }
}

function limits(v: string, least?: number, most?: number): string {
  return `${least === undefined ? '' : ` || ${v} < ${least}`}${most === undefined ? '' : ` || ${v} > ${most}`}`;
}

/** Lengths count code points, of which there are at most as many as units of JavaScript's strings. */
function lengths(v: string, { minLength, maxLength }: SchemaNode): string {
  const least = minLength === undefined ? '' : minLength === 1 ? ` || ${v} === ''` : ` || !isLongerThan(${v}, ${minLength - 1})`;
  return `${least}${maxLength === undefined ? '' : ` || (${v}.length > ${maxLength} && isLongerThan(${v}, ${maxLength}))`}`;
}

function quote(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, '\\\'')}'`;
}
