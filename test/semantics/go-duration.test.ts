import { durationProblem, goDurationNanoseconds } from '../../src/semantics/go-duration';

describe('durations as Go reads them', () => {
  test.each<[string, bigint]>([
    ['0', 0n], ['+0', 0n], ['-0', 0n], ['1s', 1_000_000_000n], ['1.5s', 1_500_000_000n], ['-2m', -120_000_000_000n], ['1h30m', 5_400_000_000_000n], ['.5s', 500_000_000n],
    ['5.s', 5_000_000_000n], ['1h1h', 7_200_000_000_000n], ['1us', 1_000n], ['1\u00b5s', 1_000n], ['1\u03bcs', 1_000n], ['+3ns', 3n], ['0.5ns', 0n],
    ['9223372036854775807ns', 9_223_372_036_854_775_807n], ['-9223372036854775808ns', -9_223_372_036_854_775_808n], ['0.9223372036854775808s', 922_337_203n],
    ['2562047h47m16.854775807s', 9_223_372_036_854_775_807n], ['0.0000000000001h', 0n], ['1.00000000000000000000000000001s', 1_000_000_000n],
  ])('%s is %d ns', (text, nanoseconds) => expect(goDurationNanoseconds(text)).toBe(nanoseconds));

  test.each(['', '-', '+', '1', '1.5', '1d', '1S', ' 1s', '1s ', '1 s', '.s', 's', '1s1', '--1s', '1e3s', '1_0s', '1s-1s', '9223372036854775808ns', '2562048h', '1toString', '00', '\n1s'])(
    '"%s" is none', (text) => expect(goDurationNanoseconds(text)).toBeUndefined());
});

describe('durations as istiod takes them', () => {
  test.each(['1ms', '500ms', '1.5s', '0.001s', '1000us', '1h', '999999h', '1ms999us1us', '001s'])('%s', (text) => expect(durationProblem(text)).toBeUndefined());

  test.each([
    ['0s', 'is less than a millisecond'], ['-1s', 'is less than a millisecond'], ['999us', 'is less than a millisecond'], ['000ms', 'is less than a millisecond'],
    ['1.5ms', 'is not a whole number of milliseconds'], ['1000001ns', 'is not a whole number of milliseconds'],
    ['5', 'is not a duration'], ['9999999h', 'is not a duration'],
  ])('%s %s', (text, problem) => expect(durationProblem(text)).toBe(problem));
});
