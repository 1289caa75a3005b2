/** Whether a value of a policy, which may begin or end with an asterisk, takes a text. */
export function patternTakes(pattern: string, text: string): boolean {
  if (pattern === '*') return text !== '';
  if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return text.startsWith(pattern.slice(0, -1));
  return pattern === text;
}

/** Whether everything that one pattern takes is taken by another. */
export function patternWithin(inner: string, outer: string): boolean {
  if (outer === '*' || inner === outer) return true;
  if (inner.startsWith('*')) return outer.startsWith('*') && inner.slice(1).endsWith(outer.slice(1));
  if (inner.endsWith('*')) return outer.endsWith('*') && inner.slice(0, -1).startsWith(outer.slice(0, -1));
  return patternTakes(outer, inner);
}

/** Whether some text may be taken by both. */
export function patternsMeet(one: string, other: string): boolean {
  if (!isPattern(one)) return patternTakes(other, one);
  if (!isPattern(other)) return patternTakes(one, other);
  if (one.startsWith('*') !== other.startsWith('*')) return true;
  return patternWithin(one, other) || patternWithin(other, one);
}

export function isPattern(value: string): boolean {
  return value.startsWith('*') || value.endsWith('*');
}
