/**
 * The upper bounds of the buckets that a proxy counts durations in, in milliseconds: Envoy's, which Istio leaves as they
 * are unless a workload is annotated with `sidecar.istio.io/statsHistogramBuckets`.
 */
export const DURATION_BUCKETS: readonly number[] = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000,
];

/** The bounds next to a duration that is none, the smaller first. */
export function nearestBuckets(buckets: readonly number[], milliseconds: number): number[] {
  const below = buckets.filter((bound) => bound < milliseconds).at(-1);
  const above = buckets.find((bound) => bound > milliseconds);
  return [below, above].filter((bound) => bound !== undefined);
}
