import { goDurationNanoseconds } from '../../semantics/go-duration';

/** The milliseconds of a duration in Istio's notation; undefined for what is none. */
export function millisecondsOf(duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined;
  const simple = SIMPLE.exec(duration);
  if (simple) return Number(simple[1]) * UNITS[simple[2]];
  const nanoseconds = goDurationNanoseconds(duration);
  return nanoseconds === undefined ? undefined : Number(nanoseconds) / 1e6;
}

/** As nearly everybody writes it: no need to count in nanoseconds. */
const SIMPLE = /^(\d{1,6})(ms|s|m|h)$/;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
