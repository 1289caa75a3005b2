import { describeValue } from '../../semantics/describe-value';

/**
 * Whether requests beyond a limit are refused.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/local_rate_limit_filter
 */
export class RateLimitEnforcement {
  /** Every request beyond a limit is refused with 429. */
  public static full(): RateLimitEnforcement {
    return new RateLimitEnforcement(100);
  }

  /** Requests are counted and none is refused: how often a limit would have decided stands in Envoy's counters. */
  public static shadow(): RateLimitEnforcement {
    return new RateLimitEnforcement(0);
  }

  /**
   * So many of the requests beyond a limit are refused, the others pass.
   *
   * @param percentage above 0 and below 100, with at most 4 decimals
   */
  public static partial(percentage: number): RateLimitEnforcement {
    if (typeof percentage !== 'number' || !(percentage > 0 && percentage < 100) || Math.abs(Math.round(percentage * 10_000) - percentage * 10_000) > 1e-6) {
      throw new Error(`RateLimitEnforcement.partial: ${describeValue(percentage)} is not allowed. Give more than 0 and less than 100 percent, with at most 4 decimals, `
        + 'or say RateLimitEnforcement.full() or .shadow().');
    }
    return new RateLimitEnforcement(percentage);
  }

  private constructor(private readonly percentage: number) {}

  /** Envoy's RuntimeFractionalPercent. @internal */
  public get _fraction(): object {
    return Number.isInteger(this.percentage)
      ? { default_value: { numerator: this.percentage, denominator: 'HUNDRED' } }
      : { default_value: { numerator: Math.round(this.percentage * 10_000), denominator: 'MILLION' } };
  }
}
