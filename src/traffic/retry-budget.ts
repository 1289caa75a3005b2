import { Duration } from 'cdk8s';
import type { TrafficBlocks } from '../model/traffic-layers';
import { describeValue } from '../semantics/describe-value';
import { istioDuration } from '../semantics/duration';

/**
 * How many retries may be under way beside the requests themselves: what keeps retries from making an
 * overload worse. It allows none by itself (`retries` does), it limits them; one retry too many is not
 * made, and its caller gets the answer of the try before. Each client proxy counts for itself.
 *
 * It takes the place of `maxRetries` of the HTTP pool, and is for the whole service or a subset: Istio
 * has no place for one in the settings of a port.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy-RetryBudget
 */
export interface RetryBudget {
  /**
   * The retries under way at one time, in percent of the requests that are under way or wait for a
   * connection, 0–100. With `interval`, of those that came in during it as well.
   *
   * @default 20
   */
  readonly percent?: number;
  /**
   * So many retries at one time are allowed however few requests there are, from 1.
   *
   * @default 3
   */
  readonly minRetryConcurrency?: number;
  /**
   * How long a request counts after it came in, even if it was answered before.
   *
   * @default - only requests that are under way count
   */
  readonly interval?: Duration;
}

export function renderRetryBudget(budget: RetryBudget): TrafficBlocks['retryBudget'] {
  if (typeof budget !== 'object' || budget === null || Array.isArray(budget)) throw new Error(`retryBudget is ${describeValue(budget)}. Say for example { percent: 20 }.`);
  const { percent, minRetryConcurrency, interval } = budget;
  if (percent !== undefined && (typeof percent !== 'number' || !(percent >= 0 && percent <= 100))) {
    throw new Error(`retryBudget.percent is ${describeValue(percent)}; a percentage from 0 to 100 is allowed.`);
  }
  if (minRetryConcurrency !== undefined && (!Number.isInteger(minRetryConcurrency) || minRetryConcurrency < 1 || minRetryConcurrency > 2 ** 32 - 1)) {
    throw new Error(
      `retryBudget.minRetryConcurrency is ${describeValue(minRetryConcurrency)}; a whole number from 1 is allowed (Istio takes 0 for its default, 3). `
      + 'Retries are switched off by Retries.none().');
  }
  return { percent, minRetryConcurrency, budgetInterval: interval === undefined ? undefined : istioDuration(interval, 'retryBudget.interval') };
}
