/** How deep Go's `encoding/json` lets values nest. */
const DEEPEST = 10_000;

const QUOTE = 34, COMMA = 44, COLON = 58, OPEN_BRACKET = 91, BACKSLASH = 92, CLOSE_BRACKET = 93, OPEN_BRACE = 123, CLOSE_BRACE = 125;
const NUMBER = /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** A value in a JSON text: where it starts and ends. */
export interface JsonSpan { readonly start: number; readonly end: number }

/**
 * A reader for JSON text where `JSON.parse` does not tell enough: keys that are given twice, numbers too great for a
 * double, text behind the value. It never recurses, so that nesting cannot exhaust the stack.
 */
export class JsonScanner {
  public constructor(private readonly text: string) {}

  /** The value that starts at or behind `from`, with what it consists of; undefined if there is none. */
  public value(from = 0): JsonSpan | undefined {
    const start = this.skipSpace(from);
    const end = this.skipValue(start);
    return end === undefined ? undefined : { start, end };
  }

  public first(span: JsonSpan): string {
    return this.text.charAt(span.start);
  }

  /** The string that a span holds; null for `null`; undefined for anything else. */
  public string(span: JsonSpan): string | null | undefined {
    const first = this.first(span);
    return first === '"' ? JSON.parse(this.text.slice(span.start, span.end)) : first === 'n' ? null : undefined;
  }

  /** The members of an object that `value` found, also those given twice. */
  public members(object: JsonSpan): [key: string, value: JsonSpan][] {
    const members: [string, JsonSpan][] = [];
    let at = this.skipSpace(object.start + 1);
    while (this.text.charCodeAt(at) === QUOTE) {
      const key = this.value(at)!;
      const value = this.value(this.skipSpace(key.end) + 1)!;
      members.push([this.string(key)!, value]);
      at = this.skipSpace(value.end);
      if (this.text.charCodeAt(at) === COMMA) at = this.skipSpace(at + 1);
    }
    return members;
  }

  /** The items of an array that `value` found. */
  public items(array: JsonSpan): JsonSpan[] {
    const items: JsonSpan[] = [];
    let at = this.skipSpace(array.start + 1);
    while (this.text.charCodeAt(at) !== CLOSE_BRACKET) {
      const item = this.value(at)!;
      items.push(item);
      at = this.skipSpace(item.end);
      if (this.text.charCodeAt(at) === COMMA) at = this.skipSpace(at + 1);
    }
    return items;
  }

  /** Whether a value holds a number that no double can. */
  public hasHugeNumber(span: JsonSpan): boolean {
    for (let at = span.start; at < span.end; at++) {
      const code = this.text.charCodeAt(at);
      if (code === QUOTE) {
        at = this.skipString(at + 1)! - 1;
      } else if (code === 45 || (code >= 48 && code <= 57)) {
        NUMBER.lastIndex = at;
        const number = NUMBER.exec(this.text)![0];
        if (!Number.isFinite(Number(number))) return true;
        at += number.length - 1;
      }
    }
    return false;
  }

  private skipSpace(at: number): number {
    for (;; at++) {
      const code = this.text.charCodeAt(at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at;
    }
  }

  /** Where the value ends that starts at `at`; undefined if it is none. */
  private skipValue(at: number): number | undefined {
    const { text } = this;
    const closers: number[] = [];
    for (;;) {
      let end: number | undefined;
      const code = text.charCodeAt(at);
      if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        const closer = code + 2;
        if (closers.length >= DEEPEST) return undefined;
        const next = this.skipSpace(at + 1);
        if (text.charCodeAt(next) === closer) {
          end = next + 1;
        } else {
          closers.push(closer);
          const value = closer === CLOSE_BRACE ? this.skipKey(next) : next;
          if (value === undefined) return undefined;
          at = value;
          continue;
        }
      } else {
        end = this.skipScalar(at, code);
      }
      if (end === undefined) return undefined;
      for (;;) {
        const closer = closers[closers.length - 1];
        if (closer === undefined) return end;
        const next = this.skipSpace(end);
        const separator = text.charCodeAt(next);
        if (separator === closer) {
          closers.pop();
          end = next + 1;
          continue;
        }
        if (separator !== COMMA) return undefined;
        const value = closer === CLOSE_BRACE ? this.skipKey(this.skipSpace(next + 1)) : this.skipSpace(next + 1);
        if (value === undefined) return undefined;
        at = value;
        break;
      }
    }
  }

  /** Where the value starts that belongs to the key at `at`. */
  private skipKey(at: number): number | undefined {
    if (this.text.charCodeAt(at) !== QUOTE) return undefined;
    const end = this.skipString(at + 1);
    if (end === undefined) return undefined;
    const colon = this.skipSpace(end);
    return this.text.charCodeAt(colon) === COLON ? this.skipSpace(colon + 1) : undefined;
  }

  private skipScalar(at: number, code: number): number | undefined {
    if (code === QUOTE) return this.skipString(at + 1);
    for (const word of ['true', 'false', 'null']) {
      if (this.text.startsWith(word, at)) return at + word.length;
    }
    NUMBER.lastIndex = at;
    return NUMBER.test(this.text) ? NUMBER.lastIndex : undefined;
  }

  /** Where the string ends whose first character stands at `at`. */
  private skipString(at: number): number | undefined {
    for (; at < this.text.length; at++) {
      const code = this.text.charCodeAt(at);
      if (code === QUOTE) return at + 1;
      if (code < 32) return undefined;
      if (code === BACKSLASH) {
        ESCAPE.lastIndex = at;
        if (!ESCAPE.test(this.text)) return undefined;
        at = ESCAPE.lastIndex - 1;
      }
    }
    return undefined;
  }
}
