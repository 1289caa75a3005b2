/** Nanoseconds in each of Go's units; it has two spellings of the micro sign. */
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n], ['us', 1_000n], ['\u00b5s', 1_000n], ['\u03bcs', 1_000n], ['ms', 1_000_000n],
  ['s', 1_000_000_000n], ['m', 60_000_000_000n], ['h', 3_600_000_000_000n],
]);

const MILLISECOND = 1_000_000n;
/** Go counts in signed 64 bits; the smallest is one beyond. */
const LONGEST = 2n ** 63n;
/** Of a fraction: the rest is below what counts, unless it begins with as many zeros. */
const MOST_DIGITS = 10_000;
const MAX_FRACTION = (LONGEST - 1n) / 10n;

const SIGNED = /^[-+]?(.+)$/s;
const PART = /(\d*)(?:\.(\d*))?([^.\d]+)/y;

/** Few enough digits that even as hours they fit, and no unit smaller than a millisecond. */
const WHOLE_MILLISECONDS = /^0*[1-9]\d{0,5}(?:ms|s|m|h)$/;

/**
 * The nanoseconds in a duration as Go's `time.ParseDuration` reads it (`1.5s`, `1h30m`, `-5s`, `0`); undefined where
 * Go sees none: `5`, `1d`, an empty text, more than 292 years.
 */
export function goDurationNanoseconds(text: string): bigint | undefined {
  const rest = SIGNED.exec(text)?.[1];
  if (rest === undefined) return undefined;
  if (rest === '0') return 0n;
  const negative = text.startsWith('-');
  let total = 0n;
  PART.lastIndex = 0;
  while (PART.lastIndex < rest.length) {
    const part = PART.exec(rest);
    if (!part) return undefined;
    const nanoseconds = partNanoseconds(part[1], part[2] ?? '', part[3]);
    if (nanoseconds === undefined) return undefined;
    total += nanoseconds;
    if (total > LONGEST) return undefined;
  }
  if (negative) return -total;
  return total < LONGEST ? total : undefined;
}

/**
 * What istiod has against a duration, for a message; nothing if it is fine. It takes whole milliseconds from 1 ms on.
 */
export function durationProblem(text: string): string | undefined {
  if (WHOLE_MILLISECONDS.test(text)) return undefined;
  const nanoseconds = goDurationNanoseconds(text);
  if (nanoseconds === undefined) return 'is not a duration';
  if (nanoseconds < MILLISECOND) return 'is less than a millisecond';
  return nanoseconds % MILLISECOND === 0n ? undefined : 'is not a whole number of milliseconds';
}

/** Whether a text is a duration of at least a millisecond, whole or not: what the CRDs ask of most of them. */
export function isAtLeastOneMillisecond(text: string): boolean {
  return WHOLE_MILLISECONDS.test(text) || (goDurationNanoseconds(text) ?? 0n) >= MILLISECOND;
}

/** What to write instead of a duration with a problem. */
export const DURATION_FIX = 'Write a number with a unit, in whole milliseconds and at least 1ms, such as 500ms, 1.5s or 1h30m.';

function partNanoseconds(whole: string, fraction: string, unitName: string): bigint | undefined {
  const unit = UNITS.get(unitName);
  if (unit === undefined || (whole === '' && fraction === '')) return undefined;
  // Nothing beyond 2^63 is told apart, so a text of a million digits costs no more than one of 20.
  const digits = whole.replace(/^0+/, '');
  if (digits.length > 19) return undefined;
  const number = BigInt(digits || '0');
  if (number > LONGEST / unit) return undefined;
  const nanoseconds = number * unit + fractionNanoseconds(fraction, unit);
  return nanoseconds > LONGEST ? undefined : nanoseconds;
}

/** As Go does it: digits beyond 63 bits are dropped, and the product is one of floating point, cut. */
function fractionNanoseconds(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits.slice(0, MOST_DIGITS)) {
    if (value > MAX_FRACTION) break;
    value = value * 10n + BigInt(digit);
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}
