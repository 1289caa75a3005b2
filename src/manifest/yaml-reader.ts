import { isJsonObject, Json } from './json';
import { YamlAnchors } from './yaml-anchors';
import { YamlFault } from './yaml-fault';
import { Token, YamlScanner } from './yaml-scanner';
import { Tag } from './yaml-tag';
import { plainValue, taggedValue, YamlNumber, YamlValue } from './yaml-value';

/** Where each key of an object and each item of an array stands in the text. */
export type YamlPositions = Map<object, Map<string | number, number>>;

/**
 * Objects as they are read: quick as any, yet nothing is inherited, so `__proto__` and `constructor` are ordinary keys.
 */
const Mapping = function () {} as unknown as new () => { [key: string]: Json };
Mapping.prototype = Object.create(null);

/** Reads one document as Kubernetes does: YAML 1.1 to JSON, strictly. */
export class YamlReader {
  /** Where the document's first key, or else its value, stands. */
  public start = 0;
  /** Where text stands that is not looked at, as the document has ended; -1: there is none. */
  public ignoredFrom = -1;

  private readonly scanner: YamlScanner;
  private readonly anchors = new YamlAnchors();
  private depth = 0;
  private isReadingKey = false;
  /** Of the latest scalar that had an anchor or a tag, or was an alias. */
  private latestScalar: YamlValue | undefined;
  private isMergeKey = false;

  /**
   * @param text one document; what follows it is ignored
   * @param positions to be filled, where asked for
   */
  constructor(text: string, private readonly positions?: YamlPositions, asJson = false) {
    this.scanner = new YamlScanner(`${text}\0`, asJson);
  }

  /** The document's value; undefined when there is none. Throws a YamlFault. */
  public read(): Json | undefined {
    const { scanner } = this;
    let kind = scanner.peek();
    if (kind === Token.END_OF_TEXT) return undefined;
    let isEmpty = false;
    if (kind === Token.DOCUMENT_START) {
      scanner.skip();
      kind = scanner.peek();
      isEmpty = kind <= Token.DOCUMENT_END;
    }
    this.start = scanner.start;
    const value = isEmpty ? undefined : this.block(false);
    if (scanner.peek() > Token.END_OF_TEXT) this.ignoredFrom = scanner.start;
    return value;
  }

  private block(allowIndentless: boolean): Json {
    const kind = this.scanner.peek();
    if (kind === Token.PLAIN) {
      const { value, start } = this.scanner;
      this.scanner.skip();
      this.anchors.count();
      return json(plainValue(value), start);
    }
    if (kind === Token.QUOTED) {
      const { value } = this.scanner;
      this.scanner.skip();
      this.anchors.count();
      return value;
    }
    return this.node(kind, true, allowIndentless);
  }

  private node(first: Token, inBlock: boolean, allowIndentless: boolean): Json {
    const { scanner } = this;
    const start = scanner.start;
    if (first === Token.ALIAS) {
      this.anchors.resolve(scanner.value, this.depth, start);
      scanner.skip();
      const { latest, latestScalar } = this.anchors;
      if (latestScalar === undefined) return latest!;
      this.latestScalar = latestScalar;
      return this.scalarJson(latestScalar, start);
    }
    let anchor: string | undefined;
    let tag: string = Tag.NONE;
    let kind: Token = first;
    for (let part = 0; part < 2; part++) {
      if (kind === Token.ANCHOR && anchor === undefined) anchor = scanner.value;
      else if (kind === Token.TAG && tag === Tag.NONE) tag = scanner.value;
      else break;
      scanner.skip();
      kind = scanner.peek();
    }
    if (kind === Token.PLAIN || kind === Token.QUOTED) {
      const text = scanner.value;
      scanner.skip();
      return this.scalar(text, kind, tag, anchor, start);
    }
    const isCollection = kind === Token.FLOW_SEQUENCE || kind === Token.FLOW_MAPPING
      || (inBlock && (kind === Token.BLOCK_SEQUENCE || kind === Token.BLOCK_MAPPING || kind === Token.BLOCK_MAPPING_AND_KEY))
      || (allowIndentless && kind === Token.ENTRY);
    if (!isCollection) {
      if (anchor !== undefined || tag !== Tag.NONE) return this.scalar('', tag === Tag.NONE ? Token.PLAIN : Token.QUOTED, tag, anchor, start);
      throw new YamlFault(scanner.start, 'A value was expected here.', 'Give a value, or remove what announces one.');
    }
    const opened = this.anchors.open(anchor, ++this.depth, start);
    const value = this.collection(kind);
    if (opened !== undefined) this.anchors.close(opened, value);
    this.depth--;
    return value;
  }

  private collection(kind: Token): Json {
    switch (kind) {
      case Token.FLOW_SEQUENCE: return this.flowSequence();
      case Token.FLOW_MAPPING: return this.flowMapping();
      case Token.BLOCK_SEQUENCE: return this.blockSequence();
      case Token.ENTRY: return this.indentlessSequence();
      default: return this.blockMapping();
    }
  }

  private scalar(text: string, kind: Token, tag: string, anchor: string | undefined, start: number): Json {
    const value = tag !== Tag.NONE ? taggedValue(tag, text) : kind === Token.PLAIN ? plainValue(text) : text;
    if (value === undefined) {
      throw new YamlFault(start, `${JSON.stringify(text)} is no value of the type that its tag ${tag.replace(/^.*:/, '!!')} asks for.`, 'Remove the tag.');
    }
    this.anchors.count();
    if (anchor !== undefined) this.anchors.scalar(anchor, value);
    this.latestScalar = value;
    this.isMergeKey = text === '<<' && (tag === Tag.NONE ? kind === Token.PLAIN : tag === Tag.NON_SPECIFIC || tag === Tag.MERGE);
    return this.scalarJson(value, start);
  }

  /** As a key, infinity is a text. */
  private scalarJson(value: YamlValue, start: number): Json {
    return this.isReadingKey && value instanceof YamlNumber ? value.value : json(value, start);
  }

  private flow(): Json {
    const kind = this.scanner.peek();
    return kind === Token.PLAIN || kind === Token.QUOTED ? this.block(false) : this.node(kind, false, false);
  }

  /** A value that was left out. */
  private empty(): null {
    this.anchors.count();
    return null;
  }

  private blockSequence(): Json {
    const { scanner } = this;
    const items: Json[] = [];
    scanner.skip();
    for (;;) {
      const kind = scanner.peek();
      if (kind === Token.ENTRY) {
        this.recordItem(items);
        scanner.skip();
        const next = scanner.peek();
        items.push(next === Token.ENTRY || next === Token.BLOCK_END ? this.empty() : this.block(false));
      } else if (kind === Token.BLOCK_END) {
        scanner.skip();
        return items;
      } else {
        throw new YamlFault(scanner.start, 'An item (- ) of a list was expected here.',
          'Start each item with - under the one above, and indent what belongs to an item further.');
      }
    }
  }

  /** A list whose dashes stand no further in than the key it is the value of. */
  private indentlessSequence(): Json {
    const { scanner } = this;
    const items: Json[] = [];
    while (scanner.peek() === Token.ENTRY) {
      this.recordItem(items);
      scanner.skip();
      const next = scanner.peek();
      const isEmpty = next === Token.ENTRY || next === Token.KEY || next === Token.VALUE || next === Token.BLOCK_END;
      items.push(isEmpty ? this.empty() : this.block(false));
    }
    return items;
  }

  private blockMapping(): Json {
    const { scanner } = this;
    const mapping = new Mapping();
    scanner.skip();
    for (;;) {
      const kind = scanner.peek();
      if (kind === Token.KEY) {
        scanner.skip();
        const next = scanner.peek();
        const start = scanner.start;
        const isEmpty = next === Token.KEY || next === Token.VALUE || next === Token.BLOCK_END;
        const key = isEmpty ? this.nullKey(start) : this.key(next, true);
        this.set(mapping, key, start, this.blockMappingValue);
      } else if (kind === Token.VALUE) {
        this.nullKey(scanner.start);
      } else if (kind === Token.BLOCK_END) {
        scanner.skip();
        return mapping;
      } else {
        throw new YamlFault(scanner.start, 'A key was expected here.',
          'Indent each key by as much as its siblings, and close quotes and brackets before the next key.');
      }
    }
  }

  private blockMappingValue(): Json {
    const { scanner } = this;
    if (scanner.peek() !== Token.VALUE) return this.empty();
    scanner.skip();
    const next = scanner.peek();
    return next === Token.KEY || next === Token.VALUE || next === Token.BLOCK_END ? this.empty() : this.block(true);
  }

  private flowSequence(): Json {
    const { scanner } = this;
    const items: Json[] = [];
    scanner.skip();
    for (let first = true; ; first = false) {
      let kind = scanner.peek();
      if (kind !== Token.FLOW_SEQUENCE_END && !first) {
        if (kind !== Token.COMMA) throw this.unclosed(']');
        scanner.skip();
        kind = scanner.peek();
      }
      if (kind === Token.FLOW_SEQUENCE_END) {
        scanner.skip();
        return items;
      }
      this.recordItem(items);
      if (kind === Token.KEY) {
        scanner.skip();
        items.push(this.flowPair());
      } else {
        items.push(this.flow());
      }
    }
  }

  /** `[key: value]`: a mapping without braces. */
  private flowPair(): Json {
    const { scanner } = this;
    const mapping = new Mapping();
    this.anchors.open(undefined, ++this.depth, scanner.start);
    const kind = scanner.peek();
    const start = scanner.start;
    if (kind === Token.VALUE || kind === Token.COMMA || kind === Token.FLOW_SEQUENCE_END) this.nullKey(start);
    this.set(mapping, this.key(kind, false), start, this.flowPairValue);
    this.depth--;
    return mapping;
  }

  private flowPairValue(): Json {
    const { scanner } = this;
    if (scanner.peek() !== Token.VALUE) return this.empty();
    scanner.skip();
    const next = scanner.peek();
    return next === Token.COMMA || next === Token.FLOW_SEQUENCE_END ? this.empty() : this.flow();
  }

  private flowMapping(): Json {
    const { scanner } = this;
    const mapping = new Mapping();
    scanner.skip();
    for (let first = true; ; first = false) {
      let kind = scanner.peek();
      if (kind !== Token.FLOW_MAPPING_END && !first) {
        if (kind !== Token.COMMA) throw this.unclosed('}');
        scanner.skip();
        kind = scanner.peek();
      }
      if (kind === Token.FLOW_MAPPING_END) {
        scanner.skip();
        return mapping;
      }
      const isMarked = kind === Token.KEY;
      if (isMarked) {
        scanner.skip();
        kind = scanner.peek();
      }
      const start = scanner.start;
      const isEmpty = isMarked && (kind === Token.VALUE || kind === Token.COMMA || kind === Token.FLOW_MAPPING_END);
      const key = isEmpty ? this.nullKey(start) : this.key(kind, false);
      this.set(mapping, key, start, isMarked ? this.flowMappingValue : this.empty);
    }
  }

  private flowMappingValue(): Json {
    const { scanner } = this;
    if (scanner.peek() !== Token.VALUE) return this.empty();
    scanner.skip();
    const next = scanner.peek();
    return next === Token.COMMA || next === Token.FLOW_MAPPING_END ? this.empty() : this.flow();
  }

  /** A key as text; undefined for `<<`, the merge key. */
  private key(kind: Token, inBlock: boolean): string | undefined {
    const { scanner } = this;
    const { value, start } = scanner;
    if (kind === Token.PLAIN) {
      scanner.skip();
      if (value === '<<') return undefined;
      this.anchors.count();
      return this.keyText(plainValue(value), start);
    }
    if (kind === Token.QUOTED) {
      scanner.skip();
      this.anchors.count();
      return value;
    }
    // One with an anchor or a tag, or an alias; a list or an object is refused whatever is in it.
    this.isReadingKey = true;
    this.latestScalar = undefined;
    this.isMergeKey = false;
    const read = this.node(kind, inBlock, false);
    this.isReadingKey = false;
    if ((typeof read === 'object' && read !== null) || this.latestScalar === undefined) {
      throw new YamlFault(start, 'A key cannot be a list or an object.', 'Make the key a text; quote a text that starts with [ or {.');
    }
    return this.isMergeKey ? undefined : this.keyText(this.latestScalar, start);
  }

  private keyText(value: YamlValue, start: number): string {
    switch (typeof value) {
      case 'string': return value;
      case 'number':
      case 'boolean': return String(value);
    }
    if (value === null) return this.nullKey(start);
    if (value.key === undefined) throw new YamlFault(start, 'A key cannot be a number beyond 64 bits.', 'Quote the key.');
    return value.key;
  }

  private nullKey(start: number): never {
    throw new YamlFault(start, 'A key cannot be empty or null.', 'Write the key before the colon, or quote it ("null", "~").');
  }

  /** Reads the value of a key and sets it; the members of a merged object are as if they stood here. */
  private set(mapping: { [key: string]: Json }, key: string | undefined, start: number, read: (this: YamlReader) => Json): void {
    if (key === undefined) return this.merge(mapping, start, read);
    if (this.positions !== undefined) this.record(mapping, key, start);
    const value = read.call(this);
    if (mapping[key] !== undefined) throw repeated(key, start);
    mapping[key] = value;
  }

  private merge(mapping: { [key: string]: Json }, start: number, read: (this: YamlReader) => Json): void {
    this.anchors.latest = undefined;
    const merged = read.call(this);
    // A list must stand here itself: Kubernetes' reader takes no alias of one.
    const sources = Array.isArray(merged) && merged !== this.anchors.latest ? merged : [merged];
    for (const source of sources) {
      if (!isJsonObject(source)) {
        throw new YamlFault(start, 'The value of << must be an object or a list of objects.', 'Quote the key if it is no merge: "<<".');
      }
      for (const key in source) {
        if (mapping[key] !== undefined) throw repeated(key, start, ' (here it comes from <<; the API server does not let a key override a merged one)');
        mapping[key] = source[key];
        if (this.positions !== undefined) this.record(mapping, key, start);
      }
    }
  }

  private record(parent: object, key: string | number, position: number): void {
    const known = this.positions!.get(parent);
    if (known === undefined) this.positions!.set(parent, new Map([[key, position]]));
    else if (!known.has(key)) known.set(key, position);
  }

  private recordItem(items: Json[]): void {
    if (this.positions !== undefined) this.record(items, items.length, this.scanner.start);
  }

  private unclosed(bracket: string): YamlFault {
    return new YamlFault(this.scanner.start, `A comma or ${bracket} was expected here.`,
      `Separate entries by commas and close with ${bracket}; quote a text that has brackets, braces, commas or ": " in it.`);
  }
}

function json(value: YamlValue, start: number): Json {
  if (!(value instanceof YamlNumber)) return value;
  if (!Number.isFinite(value.value)) {
    throw new YamlFault(start, 'Infinity and NaN are no JSON numbers.', 'Quote it, or give a number.');
  }
  return value.value;
}

function repeated(key: string, start: number, why = ''): YamlFault {
  return new YamlFault(start, `The key ${JSON.stringify(key)} is given twice in one object${why}.`, 'Keep one of them.');
}
