import * as fc from 'fast-check';
import { StringCondition, both, escapeRegex, implies } from '../../src/semantics/string-condition';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 4 });
const filled = fc.string({ unit: fc.constantFrom('a', 'b', '/'), minLength: 1, maxLength: 3 });
const condition: fc.Arbitrary<StringCondition> = fc.oneof(
  fc.record({ kind: fc.constantFrom('exact' as const, 'prefix' as const), value: filled }),
  fc.record({ kind: fc.constant('regex' as const), value: fc.constantFrom('a.*', 'a|b', '.*b', 'aa', '(?i)a', '[[:alpha:]]+', '\\pL') }),
  fc.constant({ kind: 'present' as const, value: '' }),
);

/** Istio's meaning; undefined where JavaScript cannot tell what RE2 would say. */
function holds({ kind, value }: StringCondition, subject: string): boolean | undefined {
  switch (kind) {
    case 'exact': return subject === value;
    case 'prefix': return subject.startsWith(value);
    case 'present': return true;
    case 'regex': switch (value) {
      case '(?i)a': return subject.toLowerCase() === 'a';
      case '[[:alpha:]]+':
      case '\\pL': return undefined;
      default: return new RegExp(`^(?:${value})$`).test(subject);
    }
  }
}

test('what implies another condition satisfies it', () => {
  fc.assert(fc.property(condition, condition, text, (a, b, subject) => {
    if (implies(a, b) && holds(a, subject)) expect(holds(b, subject)).not.toBe(false);
  }), { numRuns: 2000 });
});

test('two conditions at once hold for exactly what both hold for', () => {
  fc.assert(fc.property(condition, condition, text, (a, b, subject) => {
    const combined = both(a, b);
    const [first, second] = [holds(a, subject), holds(b, subject)];
    if (combined === 'unknown' || first === undefined || second === undefined) return;
    expect(combined !== 'never' && holds(combined, subject)).toBe(first && second);
  }), { numRuns: 5000 });
});

test('a regex that JavaScript does not read as RE2 does is unknown beside a string, not excluded', () => {
  for (const value of ['(?i)a', '[[:alpha:]]+', '\\pL']) {
    expect(both({ kind: 'regex', value }, { kind: 'exact', value: 'A' })).toBe('unknown');
  }
});

test('a regex matches the whole string', () => {
  expect(both({ kind: 'regex', value: 'a|b' }, { kind: 'exact', value: 'ab' })).toBe('never');
});

test('escaped text matches itself and nothing else', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (a, b) => {
    expect(new RegExp(`^(?:${escapeRegex(a)})$`, 's').test(b)).toBe(a === b);
    expect(new RegExp(`^(?:${escapeRegex(a)})$`, 'su').test(a)).toBe(true);
  }));
});
