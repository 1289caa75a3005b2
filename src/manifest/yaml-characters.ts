// What a character may mean to YAML 1.1. One look into a table a character: this is what reading spends its time on.
/** Ends a plain scalar within brackets or braces. */
export const FLOW = 1;
export const COLON = 2;
export const BLANK = 3;
export const BREAK = 4;
/** The NUL that ends every text; none stands within one. */
export const END = 5;

/** This and all above are blank, a line break or the end. */
export const SPACE_LIKE = BLANK;

const MEANING = new Uint8Array(256);
MEANING[0x00] = END;
MEANING[0x09] = MEANING[0x20] = BLANK;
MEANING[0x0a] = MEANING[0x0d] = MEANING[0x85] = BREAK;
MEANING[0x3a] = COLON;
for (const character of ',?[]{}') MEANING[character.charCodeAt(0)] = FLOW;

export function meaning(code: number): number {
  return code < 256 ? MEANING[code] : code === 0x2028 || code === 0x2029 ? BREAK : 0;
}

/** Letters, digits, `_` and `-`: what names of anchors and handles of tags are made of. */
export function isNameCharacter(code: number): boolean {
  return code > 0x60 ? code < 0x7b
    : code > 0x40 ? code < 0x5b || code === 0x5f
      : (code > 0x2f && code < 0x3a) || code === 0x2d;
}

/** What a line break becomes in a scalar: one form for all, but for the two Unicode separators. */
export function normalizedBreak(code: number): string {
  return code === 0x2028 ? '\u2028' : code === 0x2029 ? '\u2029' : '\n';
}

/** Characters that no YAML text may have; halves of surrogate pairs are not characters at all. */
export const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Where each line starts, up to a position. */
export function lineStarts(text: string, end: number): number[] {
  const starts = [0];
  for (let at = 0; at < end; at++) {
    const code = text.charCodeAt(at);
    if (meaning(code) !== BREAK) continue;
    if (code === 13 && at + 1 < end && text.charCodeAt(at + 1) === 10) at++;
    starts.push(at + 1);
  }
  return starts;
}
