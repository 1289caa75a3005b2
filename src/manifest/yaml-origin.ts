import { FieldPath, fieldPath } from './field-path';
import { Json } from './json';
import { Origin } from './origin';
import { lineStarts } from './yaml-characters';
import { DocumentText } from './yaml-documents';
import { YamlPositions, YamlReader } from './yaml-reader';

const NEAR_START = 4096;

/** A document that was read, and where in it things stand: found by reading it again, when asked for. */
export class ReadDocument {
  private located?: { readonly root: Json; readonly positions: YamlPositions };
  private allStarts?: readonly number[];

  constructor(private readonly source: DocumentText, private readonly asJson: boolean) {}

  public lineAt(position: number): number {
    return this.place(position).line;
  }

  /** The line of the file and the column, from 1. */
  public place(position: number): { line: number; column: number } {
    // The first key, which each document is asked for, is near its start; only who asks for more needs all lines.
    const { text } = this.source;
    const starts = position < NEAR_START ? lineStarts(text, position) : this.allStarts ??= lineStarts(text, text.length);
    let low = 0;
    for (let high = starts.length; high - low > 1;) {
      const middle = Math.floor((low + high) / 2);
      if (starts[middle] <= position) low = middle;
      else high = middle;
    }
    return { line: this.source.line + low, column: position - starts[low] + 1 };
  }

  /** Where a field stands, or the nearest there is of those it is in. */
  public positionOf(path: FieldPath): number | undefined {
    const { root, positions } = this.located ??= this.locate();
    let value: unknown = root;
    let nearest: number | undefined;
    for (let at = 0; at < path.length;) {
      const known = positions.get(value as object);
      const [key, taken] = stepFrom(path, at, known);
      if (taken === 0) break;
      nearest = known!.get(key);
      value = (value as Record<string | number, unknown>)[key];
      at += taken;
    }
    return nearest;
  }

  private locate(): { root: Json; positions: YamlPositions } {
    const positions: YamlPositions = new Map();
    return { root: new YamlReader(this.source.text, positions, this.asJson).read() ?? null, positions };
  }
}

/** The key that a path goes on with, and of how many of its steps: a name with dots may be written without brackets. */
function stepFrom(path: FieldPath, at: number, known: ReadonlyMap<string | number, number> | undefined): [string | number, number] {
  if (known === undefined) return ['', 0];
  if (known.has(path[at])) return [path[at], 1];
  let name = String(path[at]);
  for (let taken = 1; at + taken < path.length && typeof path[at + taken] === 'string'; taken++) {
    name += `.${path[at + taken]}`;
    if (known.has(name)) return [name, taken + 1];
  }
  return ['', 0];
}

/** Where an object stands in a file. */
export class TextOrigin implements Origin {
  /** @param within where in the document it stands, if it is not all of it */
  constructor(
    public readonly file: string,
    public readonly line: number,
    private readonly document: ReadDocument,
    private readonly within: FieldPath = [],
  ) {}

  public lineOf(path: string): number | undefined {
    const position = this.document.positionOf([...this.within, ...fieldPath(path)]);
    return position === undefined ? this.line : this.document.lineAt(position);
  }
}
