import { BREAK, isNameCharacter, meaning, SPACE_LIKE } from './yaml-characters';
import { YamlFault } from './yaml-fault';
import { scanBlock, scanPlain, scanQuoted } from './yaml-scalar-text';
import { scanTag } from './yaml-tag';

/** Parts of a YAML text, as YAML 1.1 knows them. */
export enum Token {
  /** A place where a key was possible, and none came. */
  NONE,
  /** A place where a key begins if a colon follows on this line. */
  UNDECIDED,
  END_OF_TEXT,
  DOCUMENT_START,
  DOCUMENT_END,
  BLOCK_SEQUENCE,
  BLOCK_MAPPING,
  /** A block mapping whose first key begins at once. */
  BLOCK_MAPPING_AND_KEY,
  BLOCK_END,
  FLOW_SEQUENCE,
  FLOW_SEQUENCE_END,
  FLOW_MAPPING,
  FLOW_MAPPING_END,
  ENTRY,
  COMMA,
  KEY,
  VALUE,
  ALIAS,
  ANCHOR,
  TAG,
  PLAIN,
  QUOTED,
}

/** A key that is not marked by `?` is on one line and within so many characters of its colon. */
const LONGEST_KEY = 1024;

/**
 * Cuts a document into tokens, by the rules that Kubernetes' reader (libyaml's, YAML 1.1) goes by: they differ from
 * YAML 1.2 in where tabs may stand, in braces that close at the margin, in keys and in line breaks. Tokens are made
 * when asked for, so that what follows the end of the document is not looked at.
 */
export class YamlScanner {
  public position = 0;
  public lineStart = 0;
  public line = 0;
  public flowLevel = 0;
  /** Column of the innermost block collection. */
  public indent = -1;
  /** Whether a key may begin here: at the start of a line, after `- `, `[`, `,` … */
  public keyAllowed = true;

  /** Start and text of the token that is next. */
  public start = 0;
  public value = '';

  private readonly kinds: Token[] = [];
  private readonly starts: number[] = [];
  private readonly values: string[] = [];
  private head = 0;
  private count = 0;

  private readonly indents: number[] = [];
  // For each level of brackets: the undecided key, if there is one (-1: none), where it is, and whether it must be one.
  private readonly keyToken: number[] = [-1];
  private readonly keyPosition: number[] = [0];
  private readonly keyLine: number[] = [0];
  private readonly keyRequired: boolean[] = [false];

  /**
   * @param text ends with NUL, and has no other
   * @param asJson whether to take what JSON allows and YAML 1.1 does not: `\/`, halves of pairs, keys of any length
   */
  constructor(public readonly text: string, public readonly asJson = false) {}

  /** The kind of the next token; `start` and `value` tell more. */
  public peek(): Token {
    for (;;) {
      if (this.head === this.count) {
        this.head = this.count = 0;
        this.fetch();
        continue;
      }
      const kind = this.kinds[this.head];
      if (kind > Token.UNDECIDED) {
        this.start = this.starts[this.head];
        this.value = this.values[this.head];
        return kind;
      }
      if (kind === Token.NONE || !this.isKeyPossible(this.starts[this.head])) this.head++;
      else this.fetch();
    }
  }

  public skip(): void {
    if (this.kinds[this.head] === Token.BLOCK_MAPPING_AND_KEY) this.kinds[this.head] = Token.KEY;
    else this.head++;
  }

  /** Moves past one line break. */
  public skipBreak(): void {
    this.position += this.text.charCodeAt(this.position) === 13 && this.text.charCodeAt(this.position + 1) === 10 ? 2 : 1;
    this.line++;
    this.lineStart = this.position;
  }

  /** Whether `---` or `...` stands at the margin here. */
  public isAtMarker(): boolean {
    const { text, position } = this;
    if (position !== this.lineStart) return false;
    const code = text.charCodeAt(position);
    return (code === 0x2d || code === 0x2e) && text.charCodeAt(position + 1) === code && text.charCodeAt(position + 2) === code
      && this.isSpaceLike(position + 3);
  }

  public isSpaceLike(position: number): boolean {
    return meaning(this.text.charCodeAt(position)) >= SPACE_LIKE;
  }

  private fetch(): void {
    this.skipToToken();
    const start = this.position;
    const column = start - this.lineStart;
    if (this.flowLevel === 0 && this.indent > column) this.closeBlocks(column);
    const code = this.text.charCodeAt(start);
    if (column === 0) {
      if (code === 0x25) {
        throw new YamlFault(start, 'A line that starts with % is a YAML directive, which kubectl cannot read.',
          'Remove the line, or quote the text if it is no directive.');
      }
      if ((code === 0x2d || code === 0x2e) && this.isAtMarker()) {
        this.closeBlocks(-1);
        this.dropKey();
        this.keyAllowed = false;
        this.position += 3;
        this.add(code === 0x2d ? Token.DOCUMENT_START : Token.DOCUMENT_END, start);
        return;
      }
    }
    switch (code) {
      case 0x00: return this.fetchEnd();
      case 0x5b: return this.openFlow(Token.FLOW_SEQUENCE);
      case 0x7b: return this.openFlow(Token.FLOW_MAPPING);
      case 0x5d: return this.closeFlow(Token.FLOW_SEQUENCE_END);
      case 0x7d: return this.closeFlow(Token.FLOW_MAPPING_END);
      case 0x2c:
        this.dropKey();
        this.keyAllowed = true;
        this.position++;
        return this.add(Token.COMMA, start);
      case 0x2d:
        if (this.isSpaceLike(start + 1)) return this.fetchIndicator(Token.ENTRY);
        break;
      case 0x3f:
        if (this.flowLevel > 0 || this.isSpaceLike(start + 1)) return this.fetchIndicator(Token.KEY);
        break;
      case 0x3a:
        if (this.flowLevel > 0 || this.isSpaceLike(start + 1)) return this.fetchValue();
        break;
      case 0x2a: return this.fetchName(Token.ALIAS);
      case 0x26: return this.fetchName(Token.ANCHOR);
      case 0x21:
        this.saveKey();
        this.keyAllowed = false;
        return this.add(Token.TAG, start, scanTag(this));
      case 0x7c:
      case 0x3e:
        if (this.flowLevel > 0) break;
        this.dropKey();
        this.keyAllowed = true;
        return this.add(Token.QUOTED, start, scanBlock(this));
      case 0x22:
      case 0x27:
        this.saveKey();
        this.keyAllowed = false;
        return this.add(Token.QUOTED, start, scanQuoted(this));
    }
    if (!canStartPlain(code)) throw this.unexpected(code);
    this.saveKey();
    this.keyAllowed = false;
    this.add(Token.PLAIN, start, scanPlain(this));
  }

  private add(kind: Token, start: number, value = ''): void {
    this.kinds[this.count] = kind;
    this.starts[this.count] = start;
    this.values[this.count++] = value;
  }

  /** Skips blanks, comments and line breaks. A tab is no blank where it would be indentation. */
  private skipToToken(): void {
    const { text } = this;
    for (;;) {
      let code = text.charCodeAt(this.position);
      while (code === 0x20 || (code === 0x09 && (this.flowLevel > 0 || !this.keyAllowed))) code = text.charCodeAt(++this.position);
      if (code === 0x23) {
        while (meaning(code) !== BREAK && code !== 0) code = text.charCodeAt(++this.position);
      }
      if (meaning(code) !== BREAK) return;
      this.skipBreak();
      if (this.flowLevel === 0) this.keyAllowed = true;
    }
  }

  private fetchEnd(): void {
    // What is still undecided stands on an earlier line than the end.
    if (this.position !== this.lineStart) this.line++;
    this.closeBlocks(-1);
    this.dropKey();
    this.keyAllowed = false;
    this.add(Token.END_OF_TEXT, this.position);
  }

  private fetchIndicator(kind: Token.ENTRY | Token.KEY): void {
    const start = this.position;
    if (this.flowLevel === 0) {
      if (!this.keyAllowed) {
        throw kind === Token.ENTRY
          ? new YamlFault(start, 'A list item (- ) cannot start here.', 'Put the - on a line of its own, or quote the text if it is no list.')
          : new YamlFault(start, 'A key (? ) cannot start here.', 'Quote the text if it is no key.');
      }
      this.openBlock(kind === Token.ENTRY ? Token.BLOCK_SEQUENCE : Token.BLOCK_MAPPING);
    }
    this.dropKey();
    this.keyAllowed = kind === Token.ENTRY || this.flowLevel === 0;
    this.position++;
    this.add(kind, start);
  }

  private fetchValue(): void {
    const start = this.position;
    const level = this.flowLevel;
    if (this.keyToken[level] >= 0 && this.isKeyPossible(level)) {
      const token = this.keyToken[level];
      const column = this.keyPosition[level] - this.lineStart;
      this.keyToken[level] = -1;
      this.keyAllowed = false;
      this.starts[token] = this.keyPosition[level];
      if (level === 0 && this.indent < column) {
        this.indents.push(this.indent);
        this.indent = column;
        this.kinds[token] = Token.BLOCK_MAPPING_AND_KEY;
      } else {
        this.kinds[token] = Token.KEY;
      }
    } else {
      if (level === 0) {
        if (!this.keyAllowed) {
          throw new YamlFault(start, 'A value (: ) cannot start here: this line already has one, or its key spans lines.',
            'Indent each key by as much as its siblings, and quote a text that has ": " in it.');
        }
        this.openBlock(Token.BLOCK_MAPPING);
      }
      this.keyAllowed = level === 0;
    }
    this.position++;
    this.add(Token.VALUE, start);
  }

  private fetchName(kind: Token.ALIAS | Token.ANCHOR): void {
    this.saveKey();
    this.keyAllowed = false;
    const { text, position: start } = this;
    let end = start + 1;
    while (isNameCharacter(text.charCodeAt(end))) end++;
    this.position = end;
    if (end === start + 1 || !(this.isSpaceLike(end) || '?:,]}%@`'.includes(text[end]))) {
      throw new YamlFault(start, `${text[start]} starts the name of an ${kind === Token.ALIAS ? 'alias' : 'anchor'}, which is made of letters, digits, _ and -.`,
        `Quote the text if the ${text[start]} belongs to it.`);
    }
    this.add(kind, start, text.slice(start + 1, end));
  }

  private openFlow(kind: Token): void {
    this.saveKey();
    this.flowLevel++;
    this.keyToken[this.flowLevel] = -1;
    this.keyAllowed = true;
    this.add(kind, this.position++);
  }

  private closeFlow(kind: Token): void {
    this.dropKey();
    if (this.flowLevel > 0) this.flowLevel--;
    this.keyAllowed = false;
    this.add(kind, this.position++);
  }

  private openBlock(kind: Token): void {
    const column = this.position - this.lineStart;
    if (this.indent >= column) return;
    this.indents.push(this.indent);
    this.indent = column;
    this.add(kind, this.position);
  }

  private closeBlocks(column: number): void {
    if (this.flowLevel > 0) return;
    while (this.indent > column) {
      this.add(Token.BLOCK_END, this.position);
      this.indent = this.indents.pop()!;
    }
  }

  /** What starts here may turn out to be a key. */
  private saveKey(): void {
    if (!this.keyAllowed) return;
    const level = this.flowLevel;
    this.dropKey();
    this.keyToken[level] = this.count;
    this.keyPosition[level] = this.position;
    this.keyLine[level] = this.line;
    this.keyRequired[level] = level === 0 && this.indent === this.position - this.lineStart;
    this.add(Token.UNDECIDED, level);
  }

  /** What was undecided is no key. */
  private dropKey(): void {
    const level = this.flowLevel;
    const token = this.keyToken[level];
    if (token < 0) return;
    if (this.keyRequired[level]) throw this.withoutColon(level);
    this.kinds[token] = Token.NONE;
    this.keyToken[level] = -1;
  }

  private isKeyPossible(level: number): boolean {
    if (this.keyLine[level] === this.line && (this.asJson || this.isNear(this.keyPosition[level]))) return true;
    if (this.keyRequired[level]) throw this.withoutColon(level);
    this.kinds[this.keyToken[level]] = Token.NONE;
    this.keyToken[level] = -1;
    return false;
  }

  /** Halves of a pair are one character; who is near in halves is near in characters. */
  private isNear(keyPosition: number): boolean {
    const halves = this.position - keyPosition;
    if (halves <= LONGEST_KEY || halves > 2 * LONGEST_KEY) return halves <= LONGEST_KEY;
    return [...this.text.slice(keyPosition, this.position)].length <= LONGEST_KEY;
  }

  private withoutColon(level: number): YamlFault {
    return new YamlFault(this.keyPosition[level], 'A key was expected here, but no ": " follows on this line.',
      'Write "key: value", indent the line if it continues the one before, or quote a text of several lines.');
  }

  private unexpected(code: number): YamlFault {
    if (code === 0x09) {
      return new YamlFault(this.position, 'A tab cannot be indentation in YAML.', 'Indent with spaces.');
    }
    return new YamlFault(this.position, `No value can start with ${this.text[this.position]}.`, 'Quote the text.');
  }
}

const NEVER_PLAIN = new Set([...'\t,[]{}#&*!|>\'"%@`'].map((character) => character.charCodeAt(0)));

/** Of those that may begin a plain scalar if no blank follows, the caller has seen that none does. */
function canStartPlain(code: number): boolean {
  return !NEVER_PLAIN.has(code);
}
