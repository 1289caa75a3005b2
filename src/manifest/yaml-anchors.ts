import { Json } from './json';
import { YamlFault } from './yaml-fault';
import type { YamlValue } from './yaml-value';

/** Deeper than any resource; what walks the values may then recurse. */
export const MAX_DEPTH = 1000;

/** Of a document of so many values, nearly all may come from aliases; of ten times as many, a tenth. As in Go's reader. */
const SMALL_DOCUMENT = 400_000;
const LARGE_DOCUMENT = 4_000_000;
const SHARE_IN_SMALL = 0.99;
const SHARE_IN_LARGE = 0.1;

interface Anchor {
  isOpen: boolean;
  value: Json;
  /** Where it stands for a scalar, what that is as a key. */
  scalar?: YamlValue;
  /** How many values it holds, those of its aliases too. */
  size: number;
  /** How many levels lie below it. */
  height: number;
  deepestOutside: number;
}

/** The anchors of a document. Aliases share what they stand for, yet count as if it were written out. */
export class YamlAnchors {
  /** What the latest alias stood for. */
  public latest: Json | undefined;
  public latestScalar: YamlValue | undefined;

  private readonly byName = new Map<string, Anchor>();
  private values = 1;
  private fromAliases = 0;
  private deepest = 0;

  /** One more value was read. */
  public count(): void {
    this.values++;
  }

  public scalar(name: string, value: YamlValue): void {
    this.byName.set(name, { isOpen: false, value: null, scalar: value, size: 1, height: 0, deepestOutside: 0 });
  }

  /** A list or object begins. */
  public open(name: string | undefined, depth: number, start: number): Anchor | undefined {
    if (depth > MAX_DEPTH) throw tooDeep(start);
    this.values++;
    if (name === undefined) {
      if (depth > this.deepest) this.deepest = depth;
      return undefined;
    }
    const anchor = { isOpen: true, value: null, size: this.values - 1, height: depth, deepestOutside: this.deepest };
    this.deepest = depth;
    this.byName.set(name, anchor);
    return anchor;
  }

  public close(anchor: Anchor, value: Json): void {
    anchor.isOpen = false;
    anchor.value = value;
    anchor.size = this.values - anchor.size;
    anchor.height = this.deepest - anchor.height;
    this.deepest = Math.max(this.deepest, anchor.deepestOutside);
  }

  /** Makes `latest`, or else `latestScalar`, what the alias stands for. */
  public resolve(name: string, depth: number, start: number): void {
    const anchor = this.byName.get(name);
    if (anchor === undefined) {
      throw new YamlFault(start, `The alias *${name} stands for nothing: there is no anchor &${name} before it.`, `Add &${name} to the value it stands for, or quote the text.`);
    }
    if (anchor.isOpen) {
      throw new YamlFault(start, `The alias *${name} stands within the value it stands for, which has no end.`, 'Write the value out.');
    }
    const isCollection = anchor.scalar === undefined;
    if (isCollection && depth + 1 + anchor.height > MAX_DEPTH) throw tooDeep(start);
    if (isCollection) this.deepest = Math.max(this.deepest, depth + 1 + anchor.height);
    this.values += 1 + anchor.size;
    this.fromAliases += anchor.size;
    if (this.fromAliases > 100 && this.values > 1000 && this.fromAliases / this.values > this.allowedShare()) {
      throw new YamlFault(start, `Aliases make this document ${this.values.toLocaleString('en')} values large, most of them repeated.`,
        'Write the values out, or use fewer aliases of aliases.');
    }
    this.latest = anchor.value;
    this.latestScalar = anchor.scalar;
  }

  private allowedShare(): number {
    if (this.values <= SMALL_DOCUMENT) return SHARE_IN_SMALL;
    if (this.values >= LARGE_DOCUMENT) return SHARE_IN_LARGE;
    const position = (this.values - SMALL_DOCUMENT) / (LARGE_DOCUMENT - SMALL_DOCUMENT);
    return SHARE_IN_SMALL - (SHARE_IN_SMALL - SHARE_IN_LARGE) * position;
  }
}

function tooDeep(start: number): YamlFault {
  return new YamlFault(start, `Nesting is deeper than ${MAX_DEPTH} levels, which no resource is.`, 'Remove some levels.');
}
