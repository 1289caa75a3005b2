import { Duration } from 'cdk8s';
import { RateLimitKey } from './rate-limit-key';
import { HttpMatch } from '../../model/http-match';
import { IMeshCaller } from '../../model/identity';

/** So many requests in a time. */
export interface RequestRate {
  /** How many requests, 1–4294967295. */
  readonly requests: number;
  /**
   * In which time: whole seconds, up to 24 hours. With `RateLimitEngine.shared` exactly one second, minute, hour or day.
   */
  readonly window: Duration;
  /**
   * How many requests may come at once, after a time without any. Only with `RateLimitEngine.local`: what was used up comes
   * back evenly over the window, so `requests: 60` a minute is one a second once the burst is used up.
   *
   * @default - as many as `requests`
   */
  readonly burst?: number;
  /**
   * What is counted apart: a limit for each client IP, say, and not one for all of them. Several: each combination of values.
   * At most 3.
   *
   * @default - all requests are counted together
   */
  readonly per?: RateLimitKey[];
}

/** A limit and the requests that it is about. */
export interface RequestLimit extends RequestRate {
  /**
   * Tells limits apart, in messages and in the descriptors of a rate limit service: lower-case letters, digits and dashes.
   * With another name, a rate limit service counts from 0.
   *
   * @default - `limit-1`, `limit-2` …, by its place in the list
   */
  readonly name?: string;
  /**
   * Which requests are counted and limited: by path, header, method, host or query parameter.
   *
   * @default - all
   */
  readonly match?: HttpMatch;
  /**
   * Only requests of these callers, by the certificates of their mutual TLS. Together with `callerNamespaces`: of either.
   * They are counted together; for each caller apart see `per: [RateLimitKey.caller()]`. Not on gateways.
   *
   * @default - everybody's
   */
  readonly callers?: IMeshCaller[];
  /**
   * Only requests of service accounts of these namespaces.
   *
   * @default - everybody's
   */
  readonly callerNamespaces?: string[];
}
