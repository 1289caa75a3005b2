import { CelProblem, Token } from './token';

const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;
/** More digits than any number in range needs, leading zeros aside. */
const MOST_DIGITS = 20;

const ESCAPE = /\\(?:[xX]([0-9a-fA-F]{2})|(u)([0-9a-fA-F]{4})|(U)([0-9a-fA-F]{8})|[^])/g;

export function checkInt(token: Token, negative: boolean): void {
  const value = integerIn(token.text);
  if (value === undefined || value > (negative ? MAX_INT + 1n : MAX_INT)) throw new CelProblem(`the number ${token.text} does not fit into 64 bits`);
}

export function checkUint(token: Token): void {
  const value = integerIn(token.text.slice(0, -1));
  if (value === undefined || value > MAX_UINT) throw new CelProblem(`the number ${token.text} does not fit into 64 bits`);
}

export function checkFloat(token: Token): void {
  if (!Number.isFinite(Number(token.text))) throw new CelProblem(`the number ${token.text} is too great`);
}

/** The escapes that look right and yet mean no character. */
export function checkText(token: Token): void {
  const { text, type } = token;
  if (!text.includes('\\') || /^[bB]?[rR]/.test(text)) return;
  for (const [escape, , u, four, U, eight] of text.matchAll(ESCAPE)) {
    if (u === undefined && U === undefined) continue;
    if (type === 'bytes') throw new CelProblem(`bytes have no escape ${escape}; use \\x`);
    const code = parseInt(four ?? eight, 16);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw new CelProblem(`${escape} is no character`);
  }
}

function integerIn(text: string): bigint | undefined {
  const digits = text.replace(/^(0x)?0+(?=[0-9a-fA-F])/, '$1');
  return digits.length > MOST_DIGITS ? undefined : BigInt(digits);
}
