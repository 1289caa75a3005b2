import { assert, constantFrom, property, tuple, integer, array } from 'fast-check';
import { millisecondsOf } from '../../../src/check/facts/milliseconds';
import { goDurationNanoseconds } from '../../../src/semantics/go-duration';

test('short or long, a duration has the milliseconds that Go counts', () => {
  const part = tuple(integer({ min: 0, max: 9_999_999 }), constantFrom('ns', 'us', 'ms', 's', 'm', 'h')).map(([number, unit]) => `${number}${unit}`);
  assert(property(array(part, { minLength: 1, maxLength: 3 }), (parts) => {
    const text = parts.join('');
    const nanoseconds = goDurationNanoseconds(text);
    expect(millisecondsOf(text)).toBe(nanoseconds === undefined ? undefined : Number(nanoseconds) / 1e6);
  }), { numRuns: 1000 });
});

test.each(['', '1', '1d', 's', '1 s', '-'])('"%s" is no duration', (text) => expect(millisecondsOf(text)).toBeUndefined());
