import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { istioDuration } from '../../src/semantics/duration';

/** What Go's time.ParseDuration reads, in milliseconds. */
function read(text: string): number {
  const [, number, unit] = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)$/.exec(text)!;
  return Math.round(Number(number) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit]!);
}

test('every whole number of milliseconds is written so that Go reads the same', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 10 ** 9 }), (milliseconds) => {
    expect(read(istioDuration(Duration.millis(milliseconds), 'timeout'))).toBe(milliseconds);
  }));
});

test('so is every number of seconds with up to three decimals', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 10 ** 6 }), (milliseconds) => {
    expect(read(istioDuration(Duration.seconds(milliseconds / 1000), 'timeout'))).toBe(milliseconds);
  }), { numRuns: 1000 });
});

test.each([
  [Duration.millis(500), '500ms'],
  [Duration.millis(1500), '1.5s'],
  [Duration.seconds(5), '5s'],
  [Duration.seconds(90), '90s'],
  [Duration.minutes(5), '5m'],
  [Duration.hours(2), '2h'],
  [Duration.days(1), '24h'],
  [Duration.seconds(1.1), '1.1s'],
])('%s is written as %s', (duration, text) => {
  expect(istioDuration(duration, 'timeout')).toBe(text);
});

test('zero and fractions of a millisecond are refused with the value and an example', () => {
  expect(() => istioDuration(Duration.seconds(0), 'timeout')).toThrow('timeout is 0 ms; Istio accepts whole milliseconds from 1 ms on. Give for example Duration.millis(500)');
  expect(() => istioDuration(Duration.millis(0.5), 'timeout')).toThrow('timeout is 0.5 ms');
  expect(() => istioDuration(Duration.seconds(1.0005), 'timeout')).toThrow('timeout is 1000.5 ms');
});
