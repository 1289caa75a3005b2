/** TypeScript types of Istio's specs with the names on the wire, for code that reads manifests. */
import { CrdKind, Schema } from './crds';

const HEADER = `/**
 * What stands in the \`spec\` of Istio's kinds, by the names on the wire: types only, nothing of it runs.
 * They hold for what the schema layer hands on (\`Admission.admitted\`); in any other object every field may have any type.
 * A nested object is called by its path: \`VirtualServiceHttpRoute\` is an item of \`spec.http[].route\`.
 */
`;

export function specTypes(kinds: readonly CrdKind[]): string {
  return HEADER + kinds.map((kind) => new KindTypes(kind).render()).join('');
}

class KindTypes {
  private readonly declarations: string[] = [];
  /** Body of an interface → its name: the same body a second time becomes an alias of the first. */
  private readonly bodies = new Map<string, string>();
  private readonly names = new Set<string>();
  private readonly queue: Array<{ name: string; schema: Schema }> = [];

  public constructor(private readonly crd: CrdKind) {}

  public render(): string {
    const spec = this.crd.schema.properties?.spec;
    if (!spec) throw new Error(`the CRD of ${this.crd.kind} has no spec`);
    this.declare(`${this.crd.kind}Spec`, spec);
    for (let next = this.queue.shift(); next; next = this.queue.shift()) this.writeInterface(next.name, next.schema);
    return this.declarations.join('');
  }

  private declare(name: string, schema: Schema): string {
    if (this.names.has(name)) throw new Error(`two fields of ${this.crd.kind} would both have the type ${name}: tell them apart in tools/schema/specs.ts`);
    this.names.add(name);
    this.queue.push({ name, schema });
    return name;
  }

  private writeInterface(name: string, schema: Schema): void {
    const prefix = name === `${this.crd.kind}Spec` ? this.crd.kind : name;
    // An object that was refused may have lost its whole spec, and then it is read as an empty one.
    const required = new Set(prefix === name ? schema.required : []);
    const lines = Object.entries(schema.properties!).map(([key, field]) => {
      const type = this.type(prefix + pascalCase(key), field);
      return `  readonly ${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}${required.has(key) ? '' : '?'}: ${type};\n`;
    });
    if (schema['x-kubernetes-preserve-unknown-fields']) lines.push('  readonly [key: string]: any;\n');
    this.declarations.push(`\nexport interface ${name} {\n${lines.join('')}}\n`);
  }

  private type(name: string, schema: Schema): string {
    const type = this.plainType(name, schema);
    return schema.nullable ? `${type} | null` : type;
  }

  private plainType(name: string, schema: Schema): string {
    if (schema['x-kubernetes-int-or-string']) return 'number | string';
    if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
    switch (schema.type) {
      // An API server takes a list where it wants bytes, and hands it on.
      case 'string': return schema.format === 'byte' ? 'string | readonly any[]' : 'string';
      case 'integer':
      case 'number': return 'number';
      case 'boolean': return 'boolean';
      case 'array': {
        const item = this.type(name, schema.items!);
        return `readonly ${/[ |]/.test(item) ? `(${item})` : item}[]`;
      }
      case 'object':
        if (schema.properties) return this.declared(name, schema);
        if (typeof schema.additionalProperties === 'object') return `{ readonly [key: string]: ${this.type(name, schema.additionalProperties)} }`;
        return schema['x-kubernetes-preserve-unknown-fields'] ? '{ readonly [key: string]: any }' : '{}';
      default:
        if (schema['x-kubernetes-preserve-unknown-fields']) return 'any';
        throw new Error(`${name}: a schema of type ${schema.type} is unknown to tools/schema/specs.ts`);
    }
  }

  /** The name of an interface for this schema; of two with one shape the later is an alias of the earlier. */
  private declared(name: string, schema: Schema): string {
    const shape = JSON.stringify(schema, (key, value) => (key.startsWith('x-kubernetes-v') || key === 'oneOf' ? undefined : value));
    const first = this.bodies.get(shape);
    if (first === undefined) {
      this.bodies.set(shape, name);
      return this.declare(name, schema);
    }
    if (this.names.has(name)) throw new Error(`two fields of ${this.crd.kind} would both have the type ${name}: tell them apart in tools/schema/specs.ts`);
    this.names.add(name);
    this.declarations.push(`\nexport type ${name} = ${first};\n`);
    return name;
  }
}

function pascalCase(key: string): string {
  return key.replace(/(?:^|[^A-Za-z0-9])([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase()).replace(/[^A-Za-z0-9]/g, '');
}
