import { Duration } from 'cdk8s';
import { DURATION_BUCKETS, nearestBuckets } from './histogram-buckets';
import { checkOptions } from '../model/given';
import { describeValue } from '../semantics/describe-value';
import { milliSecondsOf } from '../semantics/duration';

export interface LatencyObjectiveOptions {
  /**
   * The bounds of the histogram's buckets in milliseconds, ascending, where the service's proxies and those of its callers
   * have others than Envoy's (annotation `sidecar.istio.io/statsHistogramBuckets`).
   *
   * @default - those of Envoy: 0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000 …
   */
  readonly buckets?: number[];
}

/** What share of requests has to go well, and what well is. */
export class Objective {
  /**
   * So many percent of the requests do not fail: with no 5xx, and for gRPC with no status that is the server's fault.
   *
   * @param percentage from 50 up to below 100, for example 99.9
   */
  public static availability(percentage: number): Objective {
    checkPercentage('availability', percentage);
    return new Objective(percentage);
  }

  /**
   * So many percent of the requests are answered within a time, however they end.
   *
   * @param percentage from 50 up to below 100, for example 99
   * @param within a bound of the buckets that proxies count in, as nothing in between is known: 250 ms, 500 ms, 1 s, 2.5 s …
   * @throws with the nearest bounds when it is none
   */
  public static latency(percentage: number, within: Duration, options: LatencyObjectiveOptions = {}): Objective {
    checkPercentage('latency', percentage);
    const milliseconds = milliSecondsOf(within, 'Objective.latency: within');
    checkOptions('Objective.latency', options, '{ buckets: [100, 300, 1000] }');
    const { buckets = DURATION_BUCKETS } = options;
    checkBuckets(buckets);
    if (!buckets.includes(milliseconds)) {
      throw new Error(
        `Objective.latency: within is ${milliseconds} ms, and how many requests took no longer than that nobody counts: proxies count by buckets up to ${buckets.join(', ')} ms. `
        + `Give ${nearestBuckets(buckets, milliseconds).map((bound) => `Duration.millis(${bound})`).join(' or ')}, or have a bucket of ${milliseconds} ms `
        + '(annotation sidecar.istio.io/statsHistogramBuckets) and name all of them in `buckets`.');
    }
    return new Objective(percentage, milliseconds);
  }

  private constructor(
    /** @internal */
    public readonly _percentage: number,
    /** Of latency: milliseconds. @internal */
    public readonly _within?: number,
  ) {}

  /** @internal */
  public get _kind(): 'availability' | 'latency' {
    return this._within === undefined ? 'availability' : 'latency';
  }

  /** The share of requests that may go wrong. @internal */
  public get _budget(): number {
    return Number(((100 - this._percentage) / 100).toPrecision(12));
  }

  /** @internal */
  public get _title(): string {
    return `${this._percentage} % of requests ${this._within === undefined ? 'succeed' : `are answered within ${this._within} ms`}`;
  }
}

function checkPercentage(kind: string, percentage: number): void {
  if (percentage === 100) {
    throw new Error(`Objective.${kind}: the percentage is 100, which leaves no error budget: a single request that fails breaks it for the whole window. A number from 50 up to below 100 is allowed, for example 99.9.`);
  }
  if (typeof percentage === 'number' && percentage >= 50 && percentage < 100) return;
  const hint = typeof percentage === 'number' && percentage > 0 && percentage <= 1 ? ` It is no ratio: for ${percentage} write ${Number((percentage * 100).toPrecision(12))}.` : '';
  throw new Error(`Objective.${kind}: the percentage is ${describeValue(percentage)}; a number from 50 up to below 100 is allowed, for example 99.9.${hint}`);
}

function checkBuckets(buckets: readonly number[]): void {
  const isList = Array.isArray(buckets) && buckets.length > 0 && buckets.every((bound, index) => typeof bound === 'number' && bound > (index === 0 ? 0 : buckets[index - 1]));
  if (!isList) throw new Error(`Objective.latency: \`buckets\` is ${describeValue(buckets)}. Give the bounds in milliseconds, ascending, for example [100, 300, 1000].`);
}
