/** One string as Istio's StringMatch tests it. `present` is the empty match: any value, but there. */
export interface StringCondition {
  readonly kind: 'exact' | 'prefix' | 'regex' | 'present';
  readonly value: string;
}

/** What both conditions hold for: another condition, `never`, or `unknown` where no single condition says it. */
export function both(a: StringCondition, b: StringCondition): StringCondition | 'never' | 'unknown' {
  if (implies(a, b)) return a;
  if (implies(b, a)) return b;
  if (a.kind === 'regex' || b.kind === 'regex') {
    // An exact string that the regex does not match was settled by `implies`: it is never both.
    return a.kind === 'exact' || b.kind === 'exact' ? 'never' : 'unknown';
  }
  return 'never';
}

/** Whether every string that satisfies `a` satisfies `b`. False where that cannot be told. */
export function implies(a: StringCondition, b: StringCondition): boolean {
  if (b.kind === 'present' || (b.kind === 'prefix' && b.value === '')) return true;
  if (a.kind === b.kind && a.value === b.value) return true;
  switch (b.kind) {
    case 'exact': return false;
    case 'prefix': return (a.kind === 'exact' || a.kind === 'prefix') && a.value.startsWith(b.value);
    case 'regex': return a.kind === 'exact' && fullMatch(b.value, a.value);
  }
}

/** Istio matches a regex against the whole string. */
function fullMatch(regex: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${regex})$`, 's').test(text);
  } catch {
    return false; // RE2 syntax that JavaScript does not know
  }
}

/** Text that matches itself in a regex. */
export function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
