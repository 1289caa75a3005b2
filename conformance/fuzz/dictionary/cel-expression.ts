import { Random } from '../random';

const LEAVES = [
  'a', 'b', 'x', '1', '"s"', 'true', 'null', '1.5', '2u', '-1', '\'q\'', 'response.code', '[]', '{}', '.a', '-9223372036854775808', 'a.b.c', 'M{}', 'a.M{}', '[,]', '{,}', 'M{,}', '.5', '"""x"""',
  'b"x"', '__result__', 'if', '9223372036854775808', '"\\ud800"', '1e999', '0xFFu', 'r"\\d"', '`a-b`',
];
const OPERATORS = ['==', '!=', '<', '>=', 'in', '+', '-', '*', '/', '%', '&&', '||'];
const SELECTIONS = ['.f', '.`q-r`', '.in', '.size()', '.if', '.for(1)', '.f(2, 3)', '[0]', '.?f'];
const MACROS = ['all', 'exists', 'exists_one', 'existsOne', 'filter', 'map'];
const VARIABLES = ['x', 'y', '.z', '(x)', '!!x', '__result__', 'x.y', '1'];
const SCRAPS = '{}*/.:%#?@&=[]()"\'\\-+_ 0a9zä,<>!|`';
/** As deep as an expression may be, and one deeper. */
const DEPTHS = [124, 125, 126, 249, 250, 251];

/** An expression of CEL, or what is nearly one. */
export function celExpression(random: Random): string {
  if (random.chance(0.05)) return deep(random);
  const text = expression(random, random.below(5));
  if (random.chance(0.75)) return text;
  const at = random.below(text.length + 1);
  return text.slice(0, at) + (random.chance(0.7) ? SCRAPS[random.below(SCRAPS.length)] : '') + text.slice(at + random.below(3));
}

function expression(random: Random, depth: number): string {
  if (depth <= 0) return random.pick(LEAVES);
  const e = () => expression(random, depth - 1 - random.below(2));
  const comma = () => random.pick(['', ',']);
  switch (random.below(12)) {
    case 0:
    case 1:
    case 2: return `${e()} ${random.pick(OPERATORS)} ${e()}`;
    case 3: return `(${e()})`;
    case 4: return `${random.pick(['!', '-', '!!', '--', '- '])}${e()}`;
    case 5: return `${e()}${random.pick(SELECTIONS)}`;
    case 6: return `${e()} ? ${e()} : ${e()}`;
    case 7: return `has(${e()}${random.pick(['.f', '.f', ''])})`;
    case 8: return `${e()}.${random.pick(MACROS)}(${random.chance(0.9) ? random.pick(VARIABLES) : e()}, ${e()}${random.chance(0.15) ? `, ${e()}` : ''})`;
    case 9: return `[${e()}, ${e()}${comma()}]`;
    case 10: return `${random.pick(['', 'M', 'a.b.M', '.a.M', 'if'])}{${random.pick(['f', '`g`', 'if', '1'])}: ${e()}${comma()}}`;
    default: return `${random.pick(['f', 'size', '.has', 'if'])}(${e()})`;
  }
}

function deep(random: Random): string {
  const depth = random.pick(DEPTHS);
  const nested = ([open, close]: readonly [string, string]) => `${open.repeat(depth)}a${close.repeat(depth)}`;
  const chained = (separator: string) => Array(depth + 1).fill('a').join(separator);
  return random.chance(0.5) ? chained(random.pick(['+', '.', '<', '&&']))
    : nested(random.pick([['(', ')'], ['[', ']'], ['(a+', ')'], ['(a<', ')'], ['f(', ')'], ['!', ''], ['a?b:', ''], ['(a*b+', ')'], ['', '[0]']] as const));
}
