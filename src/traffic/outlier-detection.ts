import { Duration } from 'cdk8s';
import type { TrafficBlocks } from '../model/traffic-layers';
import { describeValue } from '../semantics/describe-value';
import { istioDuration } from '../semantics/duration';

/**
 * When a pod that keeps failing gets no requests for a while (a circuit breaker by pod). Each client
 * proxy counts what it sees itself.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection
 */
export interface OutlierDetection {
  /**
   * Answers of 5xx in a row, or failed connections, after which a pod is ejected; 0 switches it off.
   * For TCP, failed connections only.
   *
   * @default - 5, or 0 when only `consecutiveGatewayErrors` or `consecutiveLocalOriginFailures` is given
   */
  readonly consecutive5xxErrors?: number;
  /**
   * Answers of 502, 503 or 504 in a row, or failed connections, after which a pod is ejected; 0
   * switches it off. A 500 is none of them. Above `consecutive5xxErrors` it never decides.
   *
   * @default 0
   */
  readonly consecutiveGatewayErrors?: number;
  /**
   * What the client proxy itself could not do in a row, after which a pod is ejected, from 1: connecting,
   * or getting an answer in time. It is counted apart from what the pod answers: the two numbers above
   * then count answers only, and for TCP nothing.
   *
   * @default - failed connections count as 5xx and gateway errors
   */
  readonly consecutiveLocalOriginFailures?: number;
  /**
   * How often the counts are looked at.
   *
   * @default - 10 s
   */
  readonly interval?: Duration;
  /**
   * How long the first ejection lasts; the n-th lasts n times as long.
   *
   * @default - 30 s
   */
  readonly baseEjectionTime?: Duration;
  /**
   * The share of pods that may be out at one time, 1–100. One of n pods is 100 / n percent: below
   * that, nothing is ever ejected, which is an error where the number of pods is known.
   *
   * @default 50 (Istio's 10 never ejects with fewer than ten pods), or 100 beside a `LocalityPolicy`, as all pods of one place may fail
   */
  readonly maxEjectionPercent?: number;
  /**
   * The share of healthy pods below which ejected ones are used again, 0–100. At 0, a service whose pods
   * are all ejected answers 503 until their time is over.
   *
   * @default - 0: never; 1 beside a `LocalityPolicy`
   */
  readonly minHealthPercent?: number;
}

export function renderOutlierDetection(options: OutlierDetection): TrafficBlocks['outlierDetection'] {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new Error(`outlierDetection is ${describeValue(options)}. Say for example { consecutiveGatewayErrors: 5 }, or leave it out.`);
  }
  const { consecutive5xxErrors, consecutiveGatewayErrors, consecutiveLocalOriginFailures } = options;
  if (consecutiveLocalOriginFailures === 0) {
    throw new Error('outlierDetection.consecutiveLocalOriginFailures is 0; a whole number from 1 is allowed (Istio takes 0 for its default, 5). Leave it out to count failed connections with the other errors.');
  }
  if (consecutive5xxErrors === 0 && consecutiveGatewayErrors === 0 && consecutiveLocalOriginFailures === undefined) {
    throw new Error('outlierDetection: both consecutive5xxErrors and consecutiveGatewayErrors are 0, so nothing is ever ejected. Leave outlierDetection out.');
  }
  if (consecutive5xxErrors && consecutiveGatewayErrors && consecutiveGatewayErrors > consecutive5xxErrors) {
    throw new Error(
      `outlierDetection: consecutiveGatewayErrors (${consecutiveGatewayErrors}) never decides, as every gateway error is also one of ${consecutive5xxErrors} consecutive5xxErrors. `
      + 'Give it a smaller number, or 0 to switch it off.');
  }
  return {
    // The generated name; written as consecutive5xxErrors.
    consecutive5XxErrors: whole(consecutive5xxErrors, 'consecutive5xxErrors'),
    consecutiveGatewayErrors: whole(consecutiveGatewayErrors, 'consecutiveGatewayErrors'),
    splitExternalLocalOriginErrors: consecutiveLocalOriginFailures === undefined ? undefined : true,
    consecutiveLocalOriginFailures: whole(consecutiveLocalOriginFailures, 'consecutiveLocalOriginFailures'),
    interval: duration(options.interval, 'interval'),
    baseEjectionTime: duration(options.baseEjectionTime, 'baseEjectionTime'),
    maxEjectionPercent: percent(options.maxEjectionPercent, 'maxEjectionPercent', 1),
    minHealthPercent: percent(options.minHealthPercent, 'minHealthPercent', 0),
  };
}

function duration(value: Duration | undefined, what: string): string | undefined {
  return value === undefined ? undefined : istioDuration(value, `outlierDetection.${what}`);
}

function whole(value: number | undefined, what: string): number | undefined {
  if (value !== undefined && (!Number.isInteger(value) || value < 0 || value > 2 ** 32 - 1)) {
    throw new Error(`outlierDetection.${what} is ${describeValue(value)}; a whole number from 0 (off) is allowed.`);
  }
  return value;
}

function percent(value: number | undefined, what: string, least: number): number | undefined {
  if (value !== undefined && (!Number.isInteger(value) || value < least || value > 100)) {
    throw new Error(`outlierDetection.${what} is ${describeValue(value)}; a whole percentage from ${least} to 100 is allowed.`);
  }
  return value;
}
