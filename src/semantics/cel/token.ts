/** The words of CEL, the Common Expression Language. */
export type TokenType = 'int' | 'uint' | 'float' | 'string' | 'bytes' | 'name' | 'quoted-name' | 'end' | Symbol;

type Symbol =
  | '==' | '!=' | '<=' | '>=' | '<' | '>' | '&&' | '||' | 'in' | 'true' | 'false' | 'null'
  | '[' | ']' | '{' | '}' | '(' | ')' | '.' | ',' | '-' | '!' | '?' | ':' | '+' | '*' | '/' | '%';

export interface Token { readonly type: TokenType; readonly text: string; readonly at: number }

/** Why a text is no expression, for a person to read. */
export class CelProblem extends Error {}

const SKIPPED = /(?:[\t\f\r\n ]|\/\/[^\n]*)*/y;
const NUMBER = /([0-9]+\.[0-9]+(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+|\.[0-9]+(?:[eE][-+]?[0-9]+)?)|((?:0x[0-9a-fA-F]+|[0-9]+)[uU])|(0x[0-9a-fA-F]+|[0-9]+)/y;
const ESCAPE = String.raw`\\(?:[abfnrtv"'\\?\x60]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})`;
/** Three quotes before one: the longer match counts, and `""` is one only where no text in three quotes begins. */
const STRING = new RegExp([
  '[bB]?[rR]"""[^]*?"""',
  '[bB]?[rR]\'\'\'[^]*?\'\'\'',
  `[bB]?"""(?:[^\\\\]|${ESCAPE})*?"""`,
  `[bB]?'''(?:[^\\\\]|${ESCAPE})*?'''`,
  '[bB]?[rR]"[^"\\n\\r]*"',
  '[bB]?[rR]\'[^\'\\n\\r]*\'',
  `[bB]?"(?:[^\\\\"\\n\\r]|${ESCAPE})*"`,
  `[bB]?'(?:[^\\\\'\\n\\r]|${ESCAPE})*'`,
].join('|'), 'y');
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const QUOTED_NAME = /`[A-Za-z0-9_./ -]+`/y;
const SYMBOL = /==|!=|<=|>=|&&|\|\||[<>[\]{}().,\-!?:+*/%]/y;
const WORDS = new Set(['in', 'true', 'false', 'null']);

/** Splits an expression; throws a `CelProblem` where nothing of CEL begins. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += matchAt(SKIPPED, text, at)![0].length;
    if (at === text.length) {
      tokens.push({ type: 'end', text: '', at });
      return tokens;
    }
    const token = numberAt(text, at) ?? stringAt(text, at) ?? nameAt(text, at) ?? symbolAt(text, at);
    if (token === undefined) throw new CelProblem(unreadable(text, at));
    tokens.push(token);
    at += token.text.length;
  }
}

function numberAt(text: string, at: number): Token | undefined {
  const match = matchAt(NUMBER, text, at);
  if (match === null) return undefined;
  return { type: match[1] !== undefined ? 'float' : match[2] !== undefined ? 'uint' : 'int', text: match[0], at };
}

function stringAt(text: string, at: number): Token | undefined {
  const match = matchAt(STRING, text, at);
  return match === null ? undefined : { type: /^b/i.test(match[0]) ? 'bytes' : 'string', text: match[0], at };
}

function nameAt(text: string, at: number): Token | undefined {
  const name = matchAt(NAME, text, at)?.[0];
  if (name !== undefined) return { type: WORDS.has(name) ? name as Symbol : 'name', text: name, at };
  const quoted = matchAt(QUOTED_NAME, text, at)?.[0];
  return quoted === undefined ? undefined : { type: 'quoted-name', text: quoted, at };
}

function symbolAt(text: string, at: number): Token | undefined {
  const symbol = matchAt(SYMBOL, text, at)?.[0];
  return symbol === undefined ? undefined : { type: symbol as Symbol, text: symbol, at };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function unreadable(text: string, at: number): string {
  const character = String.fromCodePoint(text.codePointAt(at)!);
  if (character === '"' || character === '\'') return `the text that begins at character ${at + 1} has no end or an unknown escape`;
  if (character === '=') return `at character ${at + 1} stands a single =; equality is ==`;
  if (character === '&' || character === '|') return `at character ${at + 1} stands a single ${character}; the operator is ${character}${character}`;
  return `at character ${at + 1} stands ${JSON.stringify(character)}, which begins nothing in CEL`;
}
