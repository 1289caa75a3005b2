import { goDurationNanoseconds } from '../../semantics/go-duration';

/** The milliseconds of a duration in Istio's notation; undefined for what is none. */
export function millisecondsOf(duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined;
  const nanoseconds = goDurationNanoseconds(duration);
  return nanoseconds === undefined ? undefined : Number(nanoseconds) / 1e6;
}
