/** A field of one of Envoy's messages, as istiod's webhook knows it. */
export interface Field {
  readonly name: string;
  readonly jsonName: string;
  readonly shape: 'one' | 'list' | 'map';
  /** A letter for a scalar, else the full name of a message or enum. */
  readonly type: string;
  /** The type of a map's keys. */
  readonly key?: string;
  /** Fields with the same number exclude each other: the last one counts. */
  readonly oneof?: number;
}

export interface Message {
  readonly fullName: string;
  /** In the order of the declaration. */
  readonly fields: readonly Field[];
  /** By both names. */
  readonly byName: ReadonlyMap<string, Field>;
}

let loaded: EnvoyTypes | undefined;

/** Loaded by the first EnvoyFilter: most meshes have none. */
export function envoyTypes(): EnvoyTypes {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return loaded ??= new EnvoyTypes(require('./generated/envoy-types-text').ENVOY_TYPES_TEXT);
}

/**
 * Envoy's messages and enums, read from the facts that `tools/envoy-types` wrote (the format stands there). A line is
 * taken apart when its message is first asked for.
 */
export class EnvoyTypes {
  private readonly packages: string[] = [];
  private readonly lines = new Map<string, string>();
  private readonly packageOf = new Map<string, string>();
  private readonly nameOnly = new Set<string>();
  private readonly messages = new Map<string, Message>();
  private readonly enums = new Map<string, ReadonlySet<string>>();

  public constructor(text: string) {
    let current = '';
    for (const line of text.split('\n')) {
      switch (line.charCodeAt(0)) {
        case 80: // P
          current = line.slice(2);
          this.packages.push(current);
          break;
        case 77: // M
        case 69: { // E
          const end = line.indexOf(' ', 2);
          const fullName = `${current}.${end < 0 ? line.slice(2) : line.slice(2, end)}`;
          this.lines.set(fullName, line);
          this.packageOf.set(fullName, current);
          break;
        }
        case 78: // N
          for (const name of line.slice(2).split(' ')) this.nameOnly.add(`${current}.${name}`);
          break;
      }
    }
  }

  public message(fullName: string): Message | undefined {
    const known = this.messages.get(fullName);
    if (known !== undefined) return known;
    const line = this.lines.get(fullName);
    if (line === undefined || line.charCodeAt(0) !== 77) return undefined;
    const message = this.parseMessage(fullName, line, this.packageOf.get(fullName)!);
    this.messages.set(fullName, message);
    return message;
  }

  /** The names of an enum's values. */
  public enumValues(fullName: string): ReadonlySet<string> | undefined {
    const known = this.enums.get(fullName);
    if (known !== undefined) return known;
    const line = this.lines.get(fullName);
    if (line === undefined || line.charCodeAt(0) !== 69) return undefined;
    const values = new Set(line.split(' ').slice(2));
    this.enums.set(fullName, values);
    return values;
  }

  /** Whether there is a message of which nothing but the name is known. */
  public isOpaque(fullName: string): boolean {
    return this.nameOnly.has(fullName);
  }

  private parseMessage(fullName: string, line: string, inPackage: string): Message {
    const fields: Field[] = [];
    const byName = new Map<string, Field>();
    for (const word of line.split(' ').slice(2)) {
      const [, name, shape, key, type, oneof] = /^(\w+):(\*|\{(\w)\})?([\w.]+)(?:\|(\d+))?$/.exec(word)!;
      const field: Field = {
        name,
        jsonName: name.replace(/_+(.?)/g, (_, next: string) => next.toUpperCase()),
        shape: shape === undefined ? 'one' : shape === '*' ? 'list' : 'map',
        type: this.fullType(type, inPackage),
        key,
        oneof: oneof === undefined ? undefined : Number(oneof),
      };
      fields.push(field);
      byName.set(field.name, field).set(field.jsonName, field);
    }
    return { fullName, fields, byName };
  }

  private fullType(type: string, inPackage: string): string {
    if (type.length === 1 && type >= 'a') return type;
    const [, number, name] = /^(?:(\d+)\.)?(.+)$/.exec(type)!;
    return `${number === undefined ? inPackage : this.packages[Number(number)]}.${name}`;
  }
}
