const NANOSECONDS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n, // the micro sign
  μs: 1_000n, // the Greek letter mu
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const LIMIT = 2n ** 63n;
/** Nearly all that people write, and surely from a millisecond to less than 2^63 nanoseconds. */
const PLAIN = /^(?:[1-9][0-9]{0,5}(?:\.[0-9]{1,9})?(?:ms|s|m|h)|0\.0{0,2}[1-9][0-9]{0,6}s)$/;
const PART = /([0-9]*)(?:\.([0-9]*))?([^0-9.]+)/y;

/**
 * The nanoseconds of a duration as Go's `time.ParseDuration` reads it (`1h30m`, `.5s`, `-1ms`), or undefined if it
 * does not. With its rounding: a fraction is multiplied as a float and cut.
 */
export function goDuration(text: string): bigint | undefined {
  const unsigned = /^[-+]/.test(text) ? text.slice(1) : text;
  if (unsigned === '0') return 0n;
  if (unsigned === '') return undefined;
  let sum = 0n;
  PART.lastIndex = 0;
  while (PART.lastIndex < unsigned.length) {
    const part = PART.exec(unsigned);
    if (!part) return undefined;
    const [, whole, fraction = '', unit] = part;
    if (whole === '' && fraction === '') return undefined;
    if (!Object.prototype.hasOwnProperty.call(NANOSECONDS, unit)) return undefined;
    const nanoseconds = NANOSECONDS[unit];
    const count = digits(whole);
    if (count > LIMIT || count > LIMIT / nanoseconds) return undefined;
    sum += count * nanoseconds + fractionOf(fraction, nanoseconds);
    if (sum > LIMIT) return undefined;
  }
  if (text.startsWith('-')) return -sum;
  return sum < LIMIT ? sum : undefined;
}

/** Whether a duration of CEL, which are Go's, is at least a millisecond. */
export function isAtLeastOneMillisecond(text: string): boolean {
  return PLAIN.test(text) || (goDuration(text) ?? 0n) >= 1_000_000n;
}

/** Nothing beyond 2^63 is told apart, so a text of a million digits costs no more than one of 20. */
function digits(text: string): bigint {
  const significant = text.replace(/^0+/, '');
  return significant.length > 19 ? LIMIT + 1n : BigInt(significant === '' ? '0' : significant);
}

/** Go takes digits of a fraction for as long as they fit into 63 bits, and ignores the rest. */
function fractionOf(fraction: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of fraction.slice(0, 10_000)) {
    if (value > (LIMIT - 1n) / 10n) break;
    const next = value * 10n + BigInt(digit);
    if (next > LIMIT) break;
    value = next;
    scale *= 10;
  }
  return value === 0n ? 0n : BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}
