import { Duration } from 'cdk8s';
import { describeValue } from './describe-value';

/** Go counts nanoseconds in 64 bits. */
const LONGEST = 2_562_047 * 3_600_000;

const UNITS: [suffix: string, milliseconds: number][] = [['h', 3_600_000], ['m', 60_000], ['s', 1000]];

/**
 * A duration in Istio's notation: the largest unit that needs no fraction, else seconds with one
 * (`1.5s`), below a second milliseconds (`500ms`).
 *
 * Istio's webhook refuses 0 and fractions of a millisecond, so both are refused here.
 */
export function istioDuration(duration: Duration, what: string): string {
  const milliseconds = milliSecondsOf(duration, what);
  for (const [suffix, size] of UNITS) {
    if (milliseconds % size === 0) return `${milliseconds / size}${suffix}`;
  }
  return milliseconds > 1000 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}

/** A duration in the notation that protobuf defines for JSON, for the mesh configuration: seconds, with a fraction where it needs one (`0.5s`). */
export function protobufDuration(duration: Duration, what: string): string {
  return `${milliSecondsOf(duration, what) / 1000}s`;
}

/** Of whichever copy of cdk8s it is. */
export function isDuration(value: unknown): value is Duration {
  return typeof (value as Duration | null | undefined)?.toMilliseconds === 'function';
}

/** Whole milliseconds, at least 1. */
export function milliSecondsOf(duration: Duration, what: string): number {
  if (!isDuration(duration)) {
    throw new Error(`${what} is ${describeValue(duration)}. Give a Duration of cdk8s, for example Duration.seconds(5).`);
  }
  const milliseconds = exactMilliseconds(duration);
  if (!Number.isInteger(milliseconds) || milliseconds < 1) {
    throw new Error(
      `${what} is ${milliseconds} ms; Istio accepts whole milliseconds from 1 ms on. `
      + 'Give for example Duration.millis(500) or Duration.seconds(5).');
  }
  if (milliseconds > LONGEST) throw new Error(`${what} is ${milliseconds} ms; Istio accepts at most 2562047 hours, 292 years.`);
  return milliseconds;
}

/** `Duration.toMilliseconds()` refuses what is not integral; here the caller's message is the better one. */
function exactMilliseconds(duration: Duration): number {
  const milliseconds = duration.toMilliseconds({ integral: false });
  const rounded = Math.round(milliseconds);
  // 1.1 s is 1100.0000000000002 ms in floating point, and meant as 1100 ms.
  return Math.abs(milliseconds - rounded) < 1e-6 ? rounded : milliseconds;
}

/** The milliseconds of a duration that `istioDuration` wrote. */
export function millisecondsIn(text: string): number {
  const [, number, unit] = /^([\d.]+)(ms|s|m|h)$/.exec(text)!;
  return Number(number) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit]!);
}
