/** One string as Istio's StringMatch tests it. `present` is the empty match: any value, but there. */
export interface StringCondition {
  readonly kind: 'exact' | 'prefix' | 'regex' | 'present';
  readonly value: string;
}

/** What both conditions hold for: another condition, `never`, or `unknown` where no single condition says it. */
export function both(a: StringCondition, b: StringCondition): StringCondition | 'never' | 'unknown' {
  if (implies(a, b)) return a;
  if (implies(b, a)) return b;
  const [regex, other] = a.kind === 'regex' ? [a, b] : [b, a];
  if (regex.kind !== 'regex') return 'never';
  return other.kind === 'exact' && fullMatch(regex.value, other.value) === false ? 'never' : 'unknown';
}

/** Whether every string that satisfies `a` satisfies `b`. False where that cannot be told. */
export function implies(a: StringCondition, b: StringCondition): boolean {
  if (b.kind === 'present' || (b.kind === 'prefix' && b.value === '')) return true;
  if (a.kind === b.kind && a.value === b.value) return true;
  switch (b.kind) {
    case 'exact': return false;
    case 'prefix': return (a.kind === 'exact' || a.kind === 'prefix') && a.value.startsWith(b.value);
    case 'regex': return a.kind === 'exact' && fullMatch(b.value, a.value) === true;
  }
}

/** One condition for strings that satisfy either. */
export function eitherOf(a: StringCondition, b: StringCondition): StringCondition {
  if (implies(a, b)) return b;
  if (implies(b, a)) return a;
  return { kind: 'regex', value: [a, b].map(regexOf).sort().join('|') };
}

function regexOf({ kind, value }: StringCondition): string {
  switch (kind) {
    case 'exact': return escapeRegex(value);
    case 'prefix': return `${escapeRegex(value)}.*`;
    case 'regex': return `(?:${value})`;
    case 'present': return '.*';
  }
}

/** Whether the empty string satisfies it, or may. To be there with any value is more than to be empty. */
export function acceptsEmpty({ kind, value }: StringCondition): boolean {
  if (kind === 'regex') return fullMatch(value, '') !== false;
  return kind !== 'present' && value === '';
}

/**
 * Istio matches a regex against the whole string. Undefined for what RE2 and JavaScript do not read
 * alike (`(?i)`, `[[:alpha:]]`, `\\pL`): with the `u` flag JavaScript refuses those.
 */
function fullMatch(regex: string, text: string): boolean | undefined {
  let known = compiled.get(regex);
  if (known === undefined) {
    known = compile(regex);
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    compiled.set(regex, known);
  }
  return known === UNREADABLE ? undefined : known.test(text);
}

const UNREADABLE = 'unreadable';
const MAX_COMPILED = 1000;
const compiled = new Map<string, RegExp | typeof UNREADABLE>();

function compile(regex: string): RegExp | typeof UNREADABLE {
  try {
    return new RegExp(`^(?:${regex})$`, 'su');
  } catch {
    return UNREADABLE;
  }
}

/** Text that matches itself in a regex. */
export function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
