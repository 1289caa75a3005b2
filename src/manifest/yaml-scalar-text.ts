import { BLANK, BREAK, COLON, END, FLOW, meaning, normalizedBreak, SPACE_LIKE } from './yaml-characters';
import { YamlFault } from './yaml-fault';
import type { YamlScanner } from './yaml-scanner';

/** Reads a scalar without quotes, and the blanks and line breaks after it. */
export function scanPlain(scanner: YamlScanner): string {
  const { text } = scanner;
  const inFlow = scanner.flowLevel > 0;
  const start = scanner.position;
  let result = '';
  let from = start;
  let end = start;
  let at = start;
  for (;;) {
    // The words of one line.
    for (;;) {
      const means = meaning(text.charCodeAt(at));
      if (means === 0) {
        end = ++at;
        continue;
      }
      if (means === BLANK) {
        do at++; while (meaning(text.charCodeAt(at)) === BLANK);
        if (text.charCodeAt(at) === 0x23) break;
        continue;
      }
      if (means >= BREAK) break;
      if (means === COLON ? meaning(text.charCodeAt(at + 1)) >= SPACE_LIKE : means === FLOW && inFlow) break;
      end = ++at;
    }
    scanner.position = at;
    if (meaning(text.charCodeAt(at)) !== BREAK) return result === '' ? text.slice(start, end) : result + text.slice(from, end);
    const folded = foldPlain(scanner);
    scanner.keyAllowed = true;
    at = scanner.position;
    if (!continues(scanner, inFlow)) return result === '' ? text.slice(start, end) : result + text.slice(from, end);
    result += text.slice(from, end) + folded;
    from = end = at;
    scanner.keyAllowed = false;
  }
}

/** Skips the blanks and breaks between two lines of a plain scalar, and says what they become if it goes on. */
function foldPlain(scanner: YamlScanner): string {
  const { text } = scanner;
  let breaks = '';
  for (;;) {
    const code = text.charCodeAt(scanner.position);
    const means = meaning(code);
    if (means === BREAK) {
      breaks += normalizedBreak(code);
      scanner.skipBreak();
    } else if (means === BLANK) {
      if (code === 0x09 && scanner.position - scanner.lineStart <= scanner.indent) {
        throw new YamlFault(scanner.position, 'A tab cannot be indentation in YAML.', 'Indent with spaces.');
      }
      scanner.position++;
    } else {
      return fold(breaks);
    }
  }
}

/** Whether a plain scalar goes on, on the line that was just begun. */
function continues(scanner: YamlScanner, inFlow: boolean): boolean {
  const { text, position } = scanner;
  if (!inFlow && position - scanner.lineStart <= scanner.indent) return false;
  const code = text.charCodeAt(position);
  if (code === 0 || code === 0x23 || scanner.isAtMarker()) return false;
  const means = meaning(code);
  return !(means === COLON && scanner.isSpaceLike(position + 1)) && !(means === FLOW && inFlow);
}

/** One break is a space, more are one fewer; Unicode's separators stay. */
function fold(breaks: string): string {
  if (breaks.charCodeAt(0) !== 0x0a) return breaks;
  return breaks.length === 1 ? ' ' : breaks.slice(1);
}

/** Reads a scalar in quotes. */
export function scanQuoted(scanner: YamlScanner): string {
  const { text, position: start } = scanner;
  const quote = text.charCodeAt(start);
  // Nearly all are on one line and mean what they show.
  for (let at = start + 1; ; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      if (quote === 0x27 && text.charCodeAt(at + 1) === quote) break;
      scanner.position = at + 1;
      return text.slice(start + 1, at);
    }
    if ((code === 0x5c && quote === 0x22) || meaning(code) >= BREAK) break;
  }
  return scanQuotedLines(scanner, quote);
}

function scanQuotedLines(scanner: YamlScanner, quote: number): string {
  const { text, position: start } = scanner;
  let result = '';
  scanner.position++;
  for (;;) {
    if (scanner.isAtMarker()) {
      throw new YamlFault(start, `The text that starts with ${text[start]} is not closed before the document ends.`, `Close it with ${text[start]}.`);
    }
    const escapedBreak = { found: false };
    result += scanQuotedWord(scanner, quote, escapedBreak, start);
    if (text.charCodeAt(scanner.position) === quote) {
      scanner.position++;
      return result;
    }
    // Blanks, or a line break with blanks around it.
    const from = scanner.position;
    let breaks = '';
    let crossed = escapedBreak.found;
    for (;;) {
      const code = text.charCodeAt(scanner.position);
      const means = meaning(code);
      if (means === BREAK) {
        breaks += normalizedBreak(code);
        crossed = true;
        scanner.skipBreak();
      } else if (means === BLANK) {
        scanner.position++;
      } else {
        break;
      }
    }
    if (!crossed) result += text.slice(from, scanner.position);
    else result += escapedBreak.found ? breaks : fold(breaks);
  }
}

/** Up to a blank, a break or the closing quote. */
function scanQuotedWord(scanner: YamlScanner, quote: number, escapedBreak: { found: boolean }, start: number): string {
  const { text } = scanner;
  let result = '';
  let from = scanner.position;
  for (;;) {
    const at = scanner.position;
    const code = text.charCodeAt(at);
    const means = meaning(code);
    if (means === END) {
      throw new YamlFault(start, `The text that starts with ${text[start]} is never closed.`, `Close it with ${text[start]}.`);
    }
    if (means >= SPACE_LIKE) break;
    if (code === quote) {
      if (quote === 0x22 || text.charCodeAt(at + 1) !== quote) break;
      result += text.slice(from, at + 1);
      from = scanner.position = at + 2;
    } else if (code === 0x5c && quote === 0x22) {
      result += text.slice(from, at);
      if (meaning(text.charCodeAt(at + 1)) === BREAK) {
        scanner.position++;
        scanner.skipBreak();
        escapedBreak.found = true;
        return result;
      }
      result += scanEscape(scanner);
      from = scanner.position;
    } else {
      scanner.position++;
    }
  }
  return result + text.slice(from, scanner.position);
}

const ESCAPED = '0abt\tnvfre "\'\\N_LP';
const UNESCAPED = '\0\x07\b\t\t\n\v\f\r\x1b "\'\\\x85\xa0\u2028\u2029';

function scanEscape(scanner: YamlScanner): string {
  const { text, position } = scanner;
  const letter = text[position + 1];
  scanner.position += 2;
  const simple = ESCAPED.indexOf(letter);
  if (simple >= 0) return UNESCAPED[simple];
  if (letter === '/' && scanner.asJson) return '/';
  const length = letter === 'x' ? 2 : letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
  if (length === 0) {
    throw new YamlFault(position, `Kubernetes' YAML reader knows no escape \\${letter === '\0' ? '' : letter}.`,
      letter === '/' ? 'Write / without the backslash.' : 'Write \\\\ for a backslash, or use single quotes.');
  }
  const digits = text.slice(scanner.position, scanner.position + length);
  if (!/^[0-9a-fA-F]+$/.test(digits) || digits.length < length) {
    throw new YamlFault(position, `\\${letter} needs ${length} hexadecimal digits.`, 'Write \\\\ for a backslash, or use single quotes.');
  }
  const code = parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff && !scanner.asJson) || code > 0x10ffff) {
    throw new YamlFault(position, `\\${letter}${digits} is no Unicode character.`, 'Write the character itself, or \\U and eight digits.');
  }
  scanner.position += length;
  return String.fromCodePoint(code);
}

/** Reads a `|` or `>` scalar. */
export function scanBlock(scanner: YamlScanner): string {
  const { text, position: start } = scanner;
  const folds = text.charCodeAt(start) === 0x3e;
  scanner.position++;
  const { keeps, strips, width } = scanBlockHeader(scanner, start);
  const lines = new BlockIndent(scanner, start, width === 0 ? 0 : Math.max(scanner.indent, 0) + width);
  let result = '';
  let lastBreak = '';
  let wasBlank = false;
  let emptyLines = lines.skipEmpty();
  for (;;) {
    const code = text.charCodeAt(scanner.position);
    if (scanner.position - scanner.lineStart !== lines.indent || code === 0) break;
    const isBlank = meaning(code) === BLANK;
    if (!(folds && !wasBlank && !isBlank && lastBreak === '\n')) result += lastBreak;
    else if (emptyLines === '') result += ' ';
    result += emptyLines;
    wasBlank = isBlank;
    const from = scanner.position;
    let at = from;
    while (meaning(text.charCodeAt(at)) < BREAK) at++;
    result += text.slice(from, at);
    scanner.position = at;
    const ending = text.charCodeAt(at);
    lastBreak = '';
    if (ending !== 0) {
      lastBreak = normalizedBreak(ending);
      scanner.skipBreak();
    }
    emptyLines = lines.skipEmpty();
  }
  if (strips) return result;
  return keeps ? result + lastBreak + emptyLines : result + lastBreak;
}

function scanBlockHeader(scanner: YamlScanner, start: number): { keeps: boolean; strips: boolean; width: number } {
  const { text } = scanner;
  let chomping = 0;
  let width = 0;
  for (let part = 0; part < 2; part++) {
    const code = text.charCodeAt(scanner.position);
    if ((code === 0x2b || code === 0x2d) && chomping === 0) {
      chomping = code;
    } else if (code >= 0x30 && code <= 0x39 && width === 0) {
      if (code === 0x30) throw new YamlFault(start, 'A block text cannot be indented by 0.', 'Give 1 to 9, or leave the number out.');
      width = code - 0x30;
    } else {
      break;
    }
    scanner.position++;
  }
  while (meaning(text.charCodeAt(scanner.position)) === BLANK) scanner.position++;
  if (text.charCodeAt(scanner.position) === 0x23) {
    while (meaning(text.charCodeAt(scanner.position)) < BREAK) scanner.position++;
  }
  const code = text.charCodeAt(scanner.position);
  if (meaning(code) < BREAK) {
    throw new YamlFault(scanner.position, `After ${text[start]} nothing may follow on the line but + or -, a digit and a comment.`,
      `Start the text on the next line, or quote it if the ${text[start]} belongs to it.`);
  }
  if (code !== 0) scanner.skipBreak();
  return { keeps: chomping === 0x2b, strips: chomping === 0x2d, width };
}

/** How far the lines of a block scalar are indented: as far as the first that is not empty, unless it is said. */
class BlockIndent {
  constructor(private readonly scanner: YamlScanner, private readonly start: number, public indent: number) {}

  /** Skips lines with nothing but indentation, and the indentation of the next; returns their breaks. */
  public skipEmpty(): string {
    const { scanner } = this;
    const { text } = scanner;
    let breaks = '';
    let widest = 0;
    for (;;) {
      while (text.charCodeAt(scanner.position) === 0x20 && (this.indent === 0 || scanner.position - scanner.lineStart < this.indent)) {
        scanner.position++;
      }
      const column = scanner.position - scanner.lineStart;
      widest = Math.max(widest, column);
      const code = text.charCodeAt(scanner.position);
      if (code === 0x09 && (this.indent === 0 || column < this.indent)) {
        throw new YamlFault(scanner.position, `A tab cannot indent the text of ${text[this.start]}.`, 'Indent with spaces.');
      }
      if (meaning(code) !== BREAK) break;
      breaks += normalizedBreak(code);
      scanner.skipBreak();
    }
    if (this.indent === 0) this.indent = Math.max(widest, scanner.indent + 1, 1);
    return breaks;
  }
}
