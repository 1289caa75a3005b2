import { Duration } from 'cdk8s';
import { RateLimitDomain } from './rate-limit-domain';
import { checkOptions } from '../../model/given';
import { describeValue } from '../../semantics/describe-value';
import { milliSecondsOf } from '../../semantics/duration';

export interface LocalRateLimitOptions {
  /**
   * How many values of a limit with `per` a proxy remembers. Beyond it the value that was not seen for longest is forgotten,
   * and has its requests anew when it comes back. One value takes about 630 bytes. 1–4294967295.
   *
   * @default 10000
   */
  readonly maxKeys?: number;
}

/** What becomes of requests while the rate limit service gives no answer. */
export enum RateLimitFailureMode {
  /** They pass, unlimited. */
  ALLOW = 'ALLOW',
  /** They are refused with 500. */
  DENY = 'DENY',
}

export interface SharedRateLimitOptions {
  /**
   * How long a request waits for the answer of the rate limit service, at most; after it, `failureMode` decides.
   *
   * @default - 100 ms. Envoy's own 20 ms is less than one slow answer of a Redis takes, and then nothing is limited.
   */
  readonly timeout?: Duration;
  /**
   * What becomes of requests while the rate limit service gives no answer.
   *
   * @default - RateLimitFailureMode.ALLOW: a failure of the limiter is not one of everything that it limits.
   * Choose DENY where a limit is what protects (against guessing of passwords, say).
   */
  readonly failureMode?: RateLimitFailureMode;
}

/** Who counts. */
export class RateLimitEngine {
  /**
   * Every proxy for itself, without asking anybody: N pods let pass N times the limit. A bucket of tokens: at most `burst`
   * requests at once, and what was used comes back evenly over the window.
   */
  public static local(options: LocalRateLimitOptions = {}): RateLimitEngine {
    checkOptions('RateLimitEngine.local', options, '{ maxKeys: 100_000 }');
    const { maxKeys = 10_000 } = options;
    if (!Number.isInteger(maxKeys) || maxKeys < 1 || maxKeys > 4_294_967_295) {
      throw new Error(`RateLimitEngine.local: \`maxKeys\` is ${describeValue(maxKeys)}. Whole numbers from 1 to 4294967295 are allowed; each takes about 630 bytes in every proxy.`);
    }
    return new RateLimitEngine({ maxKeys }, undefined);
  }

  /**
   * A rate limit service for all proxies together: all pods share one limit. It counts in windows of the clock (each minute
   * from its second 0), so around the end of a window twice the limit may pass. Each request waits for its answer.
   */
  public static shared(domain: RateLimitDomain, options: SharedRateLimitOptions = {}): RateLimitEngine {
    checkOptions('RateLimitEngine.shared', options, '{ timeout: Duration.millis(50) }');
    const { timeout = Duration.millis(100), failureMode = RateLimitFailureMode.ALLOW } = options;
    if (!(domain instanceof RateLimitDomain)) {
      throw new Error(`RateLimitEngine.shared: the domain is ${describeValue(domain)}. Give a RateLimitDomain, for example new RateLimitDomain(this, 'limits', { domain: 'shop', service: ratelimit }).`);
    }
    if (!Object.values(RateLimitFailureMode).includes(failureMode)) {
      throw new Error(`RateLimitEngine.shared: \`failureMode\` is ${describeValue(failureMode)}. Give RateLimitFailureMode.ALLOW or RateLimitFailureMode.DENY.`);
    }
    const milliseconds = milliSecondsOf(timeout, 'RateLimitEngine.shared: `timeout`');
    return new RateLimitEngine(undefined, { domain, timeout: `${milliseconds / 1000}s`, failureModeDeny: failureMode === RateLimitFailureMode.DENY });
  }

  private constructor(
    /** @internal */
    public readonly _local: { readonly maxKeys: number } | undefined,
    /** @internal */
    public readonly _global: { readonly domain: RateLimitDomain; readonly timeout: string; readonly failureModeDeny: boolean } | undefined,
  ) {}
}
