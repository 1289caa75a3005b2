/** What a class of characters is made of, where none of it is a question mark for certain. */
const PLAIN_ITEM = /^(?:\\[wds.\/\\+*()[\]{}^$|-]|\[:(?:alnum|alpha|blank|digit|lower|space|upper|word|xdigit):\]|[^\\[?])$/;

/**
 * A regular expression about a path, as one about a path with its query, which is what Envoy calls `:path`: what stood for
 * any character now stops at the question mark, and a query may follow.
 *
 * @throws where a part of the expression may stand for a question mark and cannot be kept from it
 */
export function withQuery(regex: string): string {
  return `(?:${new Reader(regex).read()})(?:\\?.*)?`;
}

class Reader {
  private at = 0;
  private out = '';

  constructor(private readonly regex: string) {}

  public read(): string {
    while (this.at < this.regex.length) this.step();
    return this.out;
  }

  private step(): void {
    const char = this.regex[this.at];
    switch (char) {
      case '\\': return this.escape();
      case '.': return this.write('[^?]', 1);
      case '[': return this.charClass();
      case '$':
        if (this.at + 1 < this.regex.length) throw this.unclear('$', 'the whole path is matched anyway');
        return this.write('', 1);
      default: return this.write(char, 1);
    }
  }

  private escape(): void {
    const two = this.regex.slice(this.at, this.at + 2);
    const negated = { '\\D': '[^\\d?]', '\\S': '[^\\s?]', '\\W': '[^\\w?]' }[two];
    if (negated) return this.write(negated, 2);
    if (two === '\\Q') {
      const end = this.regex.indexOf('\\E', this.at);
      const quoted = this.regex.slice(this.at, end < 0 ? undefined : end + 2);
      if (quoted.includes('?')) throw this.unclear('?', 'a path holds none');
      return this.write(quoted, quoted.length);
    }
    if (two === '\\?') throw this.unclear(two, 'a path holds no "?"');
    if (/^\\[BCPpxz0-7]$/.test(two)) throw this.unclear(two, 'name the characters');
    return this.write(two, 2);
  }

  private charClass(): void {
    const from = this.at;
    const negated = this.regex[from + 1] === '^';
    let end = from + (negated ? 2 : 1);
    const items: string[] = [];
    do {
      const item = /^(?:\\[^]|\[:\^?\w+:\]|[^])/.exec(this.regex.slice(end))![0];
      items.push(item);
      end += item.length;
    } while (end < this.regex.length && this.regex[end] !== ']');
    const text = this.regex.slice(from, end + 1);
    if (negated) {
      // Its first character may be a bracket, which only there stands for itself.
      return this.write(`[^?${items[0] === ']' ? '\\]' : items[0]}${items.slice(1).join('')}]`, text.length);
    }
    const spans = items.some((item, index) => item === '-' && items[index - 1] !== undefined && items[index - 1] < '?' && (items[index + 1] ?? '') > '?');
    if (spans || items.some((item) => !PLAIN_ITEM.test(item))) throw this.unclear(text, 'name characters among which is no "?"');
    this.write(text, text.length);
  }

  private write(text: string, read: number): void {
    this.out += text;
    this.at += read;
  }

  private unclear(what: string, fix: string): Error {
    return new Error(`the path's regex "${this.regex}" has ${what}, which Envoy would also look for behind the "?" of a request: ${fix}, or use a prefix or an exact path.`);
  }
}
