import { checkFloat, checkInt, checkText, checkUint } from './literal';
import { CelProblem, Token, tokensOf, TokenType } from './token';

const MOST_CHARACTERS = 100_000;
/** How often a rule of the grammar may stand in itself, and how many operators may stand in each other. */
const DEEPEST = 250;

const RESERVED = new Set([
  'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package',
  'namespace', 'return', 'var', 'void', 'while',
]);
const RELATIONS = new Set<TokenType>(['<', '<=', '>=', '>', '==', '!=', 'in']);
const PRODUCTS = new Set<TokenType>(['*', '/', '%']);
const SUMS = new Set<TokenType>(['+', '-']);
/** The macros that bind a name: how many arguments they may have. */
const BINDING_MACROS = new Map([
  ['all', [2]], ['exists', [2]], ['exists_one', [2]], ['filter', [2]], ['map', [2, 3]],
]);

/** What a macro must know of its arguments, and how many operators stand in each other. */
interface Node { readonly is: 'name' | 'selection' | 'other'; readonly name?: string; readonly depth: number }

/**
 * Why a text is no CEL expression as cel-go parses it, with its standard macros and without its optional syntax;
 * undefined if it is one. Whether names exist and types fit is not looked at: Istio does not either.
 */
export function celProblem(text: string): string | undefined {
  if (text.length > MOST_CHARACTERS && [...text].length > MOST_CHARACTERS) {
    return `it has more than ${MOST_CHARACTERS} characters`;
  }
  try {
    new Syntax(tokensOf(text)).check();
    return undefined;
  } catch (error) {
    if (error instanceof CelProblem) return error.message;
    throw error;
  }
}

class Syntax {
  private index = 0;
  /** How many of a rule are open. Each is limited by itself. */
  private readonly open = { expression: 0, relation: 0, calculation: 0 };

  public constructor(private readonly tokens: readonly Token[]) {}

  public check(): void {
    const { depth } = this.expression();
    this.expect('end', 'an operator or the end');
    if (depth > DEEPEST) throw new CelProblem(`more than ${DEEPEST} operators stand in each other`);
  }

  private expression(): Node {
    this.enter('expression');
    let node = this.disjunction();
    if (this.take('?')) {
      const yes = this.disjunction();
      this.expect(':', 'the : of a condition');
      node = combined(1, node, yes, this.expression());
    }
    this.open.expression--;
    return node;
  }

  private disjunction(): Node {
    let node = this.conjunction();
    while (this.take('||')) node = combined(0, node, this.conjunction());
    return node;
  }

  private conjunction(): Node {
    let node = this.relation(true);
    while (this.take('&&')) node = combined(0, node, this.relation(true));
    return node;
  }

  private relation(mayRelate: boolean): Node {
    this.enter('relation');
    let node = this.calculation(1);
    while (mayRelate && RELATIONS.has(this.token.type)) {
      this.index++;
      node = combined(1, node, this.relation(false));
    }
    this.open.relation--;
    return node;
  }

  /** Sums bind with 1, products with 2. */
  private calculation(binding: number): Node {
    this.enter('calculation');
    let node = this.unary();
    for (;;) {
      const power = PRODUCTS.has(this.token.type) ? 2 : SUMS.has(this.token.type) ? 1 : 0;
      if (power === 0 || power < binding) break;
      this.index++;
      node = combined(1, node, this.calculation(power + 1));
    }
    this.open.calculation--;
    return node;
  }

  private unary(): Node {
    const { type } = this.token;
    if (type !== '!' && type !== '-') return this.member();
    if (type === '-' && this.isSignedNumber()) return this.member();
    let count = 0;
    while (this.take(type)) count++;
    const node = this.member();
    return count % 2 === 0 ? node : combined(0, node);
  }

  private isSignedNumber(): boolean {
    const { type } = this.tokens[this.index + 1];
    return type === 'int' || type === 'float';
  }

  private member(): Node {
    let node = this.primary();
    for (;;) {
      if (this.take('[')) {
        node = combined(1, node, this.expression());
        this.expect(']', 'the ] of an index');
      } else if (this.take('.')) {
        node = this.selection(node);
      } else {
        return node;
      }
    }
  }

  private selection(target: Node): Node {
    const { type, text } = this.token;
    if (type !== 'name' && type !== 'quoted-name') this.fail('the name of a field');
    this.index++;
    if (type !== 'name' || !this.take('(')) return { is: 'selection', depth: target.depth + 1 };
    const args = this.callArguments();
    if (BINDING_MACROS.get(text)?.includes(args.length)) checkBinding(text, args[0]);
    return combined(1, target, ...args);
  }

  private primary(): Node {
    const token = this.token;
    switch (token.type) {
      case '(': return this.nested();
      case '[': return this.list();
      case '{':
        this.index++;
        return this.entries(() => this.expression());
      case '.':
      case 'name': return this.named();
      case '-': return this.negativeNumber();
      case 'int': checkInt(token, false); break;
      case 'uint': checkUint(token); break;
      case 'float': checkFloat(token); break;
      case 'string':
      case 'bytes': checkText(token); break;
      case 'true':
      case 'false':
      case 'null': break;
      default: this.fail('a value');
    }
    this.index++;
    return LEAF;
  }

  private nested(): Node {
    this.index++;
    const node = this.expression();
    this.expect(')', 'the ) of a group');
    return node;
  }

  private negativeNumber(): Node {
    this.index++;
    const token = this.token;
    if (token.type === 'int') checkInt(token, true);
    else if (token.type === 'float') checkFloat(token);
    else this.fail('a number');
    this.index++;
    return LEAF;
  }

  /** A name, a call, or a message: `a.b.C{field: value}`. */
  private named(): Node {
    const dot = this.take('.') ? '.' : '';
    const { type, text: name } = this.token;
    if (type !== 'name') this.fail('a name');
    const brace = this.messageBrace();
    if (brace !== undefined) {
      this.index = brace + 1;
      return this.entries(() => this.fieldName());
    }
    if (RESERVED.has(name)) throw new CelProblem(`${name} is reserved and may not be used as a name`);
    this.index++;
    if (!this.take('(')) return { is: 'name', name: dot + name, depth: 0 };
    const args = this.callArguments();
    if (dot + name !== 'has' || args.length !== 1) return combined(0, ...args);
    if (args[0].is !== 'selection') throw new CelProblem('has() asks for a field, as in has(request.auth), and for nothing else');
    return args[0];
  }

  /** Where the `{` stands behind names and dots, if one does. */
  private messageBrace(): number | undefined {
    let i = this.index + 1;
    while (this.tokens[i].type === '.' && this.tokens[i + 1].type === 'name') i += 2;
    return this.tokens[i].type === '{' ? i : undefined;
  }

  private fieldName(): Node {
    const { type } = this.token;
    if (type !== 'name' && type !== 'quoted-name') this.fail('the name of a field');
    this.index++;
    return LEAF;
  }

  private list(): Node {
    this.index++;
    const items: Node[] = [];
    while (!this.isListEnd(']')) {
      items.push(this.expression());
      if (!this.take(',')) break;
    }
    this.expect(']', 'a comma or ]');
    return combined(0, ...items);
  }

  private entries(key: () => Node): Node {
    const nodes: Node[] = [];
    while (!this.isListEnd('}')) {
      nodes.push(key());
      this.expect(':', 'a colon');
      nodes.push(this.expression());
      if (!this.take(',')) break;
    }
    this.expect('}', 'a comma or }');
    return combined(0, ...nodes);
  }

  /** At the closing bracket, perhaps behind a comma that stands alone. */
  private isListEnd(close: TokenType): boolean {
    if (this.token.type === close) return true;
    if (this.token.type !== ',' || this.tokens[this.index + 1].type !== close) return false;
    const before = this.tokens[this.index - 1].type;
    if (before !== '[' && before !== '{') return false;
    this.index++;
    return true;
  }

  private callArguments(): Node[] {
    const args: Node[] = [];
    if (this.take(')')) return args;
    do args.push(this.expression()); while (this.take(','));
    this.expect(')', 'a comma or )');
    return args;
  }

  private get token(): Token {
    return this.tokens[this.index];
  }

  private take(type: TokenType): boolean {
    if (this.token.type !== type) return false;
    this.index++;
    return true;
  }

  private expect(type: TokenType, what: string): void {
    if (this.token.type !== type) this.fail(what);
    this.index++;
  }

  private enter(rule: keyof Syntax['open']): void {
    if (++this.open[rule] > DEEPEST) throw new CelProblem(`more than ${DEEPEST} groups stand in each other`);
  }

  private fail(expected: string): never {
    const { type, text, at } = this.token;
    throw new CelProblem(type === 'end'
      ? `it ends where ${expected} should stand`
      : `at character ${at + 1} stands ${JSON.stringify(text)} where ${expected} should stand`);
  }
}

const LEAF: Node = { is: 'other', depth: 0 };

function combined(own: number, ...parts: Node[]): Node {
  let depth = 0;
  for (const part of parts) depth = Math.max(depth, part.depth);
  return { is: 'other', depth: depth + own };
}

function checkBinding(macro: string, variable: Node): void {
  if (variable.is !== 'name') throw new CelProblem(`the first argument of ${macro}() must be a plain name, as in ${macro}(x, …)`);
  if (variable.name === '__result__') throw new CelProblem(`${macro}() cannot bind the name __result__`);
}
