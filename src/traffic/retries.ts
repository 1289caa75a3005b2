import { Duration } from 'cdk8s';
import type { RequestTimeout } from './request-timeout';
import type { VirtualServiceSpecHttpRetries } from '../imports/networking.istio.io';
import { checkMethods } from '../model/http-match';
import type { Spec } from '../model/istio-object';
import { EVERY_REQUEST, MatchAtoms } from '../model/match-atom';
import { istioDuration, milliSecondsOf } from '../semantics/duration';

/**
 * When a try counts as failed and is repeated.
 *
 * Behind a sidecar, an application that refuses or cuts a connection shows as a 503 of that sidecar:
 * `CONNECT_FAILURE` and `RESET` see only failures between the two sidecars, `GATEWAY_ERROR` sees both.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on
 */
export enum RetryCondition {
  /** Any 5xx, no answer at all, or a try that ran into `perTryTimeout`. */
  SERVER_ERROR = '5xx',
  /** 502, 503, 504, or a try that ran into `perTryTimeout`. */
  GATEWAY_ERROR = 'gateway-error',
  /** No connection to the other side's proxy. */
  CONNECT_FAILURE = 'connect-failure',
  /** The other side's proxy cut the stream without an answer. */
  RESET = 'reset',
  /** The other side's proxy refused the stream before it was handled: safe to repeat for every method. */
  REFUSED_STREAM = 'refused-stream',
  /** 409. */
  RETRIABLE_4XX = 'retriable-4xx',
  /** gRPC status 1. */
  GRPC_CANCELLED = 'cancelled',
  /** gRPC status 4. */
  GRPC_DEADLINE_EXCEEDED = 'deadline-exceeded',
  /** gRPC status 13. */
  GRPC_INTERNAL = 'internal',
  /** gRPC status 8. */
  GRPC_RESOURCE_EXHAUSTED = 'resource-exhausted',
  /** gRPC status 14. */
  GRPC_UNAVAILABLE = 'unavailable',
}

export interface RetryOptions {
  /**
   * How long one try may take. Whole milliseconds, from 1 ms, below the timeout of the request. A port or
   * route that is given a longer timeout, and no retries of its own, is repeated without this limit.
   *
   * @default - as long as the request may take
   */
  readonly perTryTimeout?: Duration;
  /**
   * What is repeated.
   *
   * @default - gateway errors, refused streams, failed connections and resets; on gRPC also `unavailable`
   */
  readonly conditions?: RetryCondition[];
  /**
   * Further HTTP status codes that are repeated: those from 400 to 511 that have a meaning of their own.
   *
   * @default - none
   */
  readonly statusCodes?: number[];
  /**
   * The methods that are safe to repeat. Other methods are left to the mesh's default, which repeats
   * connections that failed and answers with gRPC status 14 (UNAVAILABLE) or 1 (CANCELLED).
   *
   * @default - GET, HEAD, OPTIONS, PUT and DELETE, which HTTP defines as safe or idempotent
   */
  readonly methods?: string[];
  /**
   * Repeats every method, POST and PATCH too: a request whose answer was lost may then be handled twice. Only where
   * the application recognises such repetitions, say by an idempotency key.
   *
   * @default false
   */
  readonly includeUnsafeMethods?: boolean;
  /**
   * On gRPC, where every call is a POST: the calls that are safe to repeat, as `/package.Service/Method`,
   * or `/package.Service/` for all of a service.
   *
   * @default - none; on a service with only gRPC ports this has to be given
   */
  readonly grpcMethods?: string[];
  /**
   * The shortest wait before a try; it doubles with each one, with jitter.
   *
   * @default - Envoy's 25 ms
   */
  readonly backoff?: Duration;
}

/** The methods that HTTP defines as safe or idempotent, without TRACE and CONNECT. */
const IDEMPOTENT_METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'];

const HTTP_CONDITIONS = [
  RetryCondition.GATEWAY_ERROR, RetryCondition.CONNECT_FAILURE, RetryCondition.REFUSED_STREAM, RetryCondition.RESET,
];

/** The codes that Istio's webhook knows (Go's `http.StatusText`); it refuses others, such as 499. */
function isRegistered(code: number): boolean {
  const ranges = [[400, 418], [421, 426], [428, 429], [431, 431], [451, 451], [500, 508], [510, 511]];
  return Number.isInteger(code) && ranges.some(([first, last]) => code >= first && code <= last);
}

const SEES_A_TIMED_OUT_TRY = [RetryCondition.SERVER_ERROR, RetryCondition.GATEWAY_ERROR];

/**
 * Which requests are repeated, how often and when: only those that are safe to repeat. The others are
 * left to the mesh's own default, unless `none()` switches that off.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry
 */
export class Retries {
  /** Up to this many further tries after the first, 1–20. */
  public static upTo(attempts: number, options: RetryOptions = {}): Retries {
    if (!Number.isInteger(attempts) || attempts < 1 || attempts > 20) {
      throw new Error(`Retries.upTo(${attempts}): the number of further tries is a whole number from 1 to 20. To switch retries off, use Retries.none().`);
    }
    return new Retries(attempts, options);
  }

  /** No retries for any method, not even the mesh's default ones. */
  public static none(): Retries {
    return new Retries(0, {});
  }

  private constructor(private readonly attempts: number, private readonly options: RetryOptions) {
    for (const code of options.statusCodes ?? []) {
      if (!isRegistered(code)) throw new Error(`Retries: ${code} is not a status code that can be retried: a registered one from 400 to 511, for example 429.`);
    }
    for (const call of options.grpcMethods ?? []) {
      if (!/^\/[\w.]+\/\w*$/.test(call)) throw new Error(`Retries: "${call}" is not a gRPC method. Write /package.Service/Method, or /package.Service/ for all of them.`);
    }
    if (options.conditions?.length === 0 && !options.statusCodes?.length) {
      throw new Error('Retries: `conditions` is empty, so nothing would ever be repeated. Name some, or use Retries.none().');
    }
    if (options.perTryTimeout && !this.conditions.some((condition) => SEES_A_TIMED_OUT_TRY.includes(condition))) {
      throw new Error(
        `Retries: a try that runs into \`perTryTimeout\` would not be repeated by ${[...this.conditions, ...options.statusCodes ?? []].join(', ')}. `
        + 'Add RetryCondition.GATEWAY_ERROR or SERVER_ERROR, or leave `perTryTimeout` out.');
    }
    if (options.methods) checkMethods(options.methods);
    if (options.includeUnsafeMethods && (options.methods || this.namesGrpcMethods)) {
      throw new Error('Retries: `includeUnsafeMethods` repeats every request, so `methods` and `grpcMethods` have no say. Keep one of them.');
    }
    if (options.perTryTimeout) milliSecondsOf(options.perTryTimeout, 'Retries: perTryTimeout');
    if (options.backoff) milliSecondsOf(options.backoff, 'Retries: backoff');
  }

  /**
   * Throws when a try may take as long as the whole request. That not all tries fit, the checker warns of.
   *
   * @internal
   */
  public _checkAgainst(timeout: RequestTimeout): void {
    if (!this.options.perTryTimeout || timeout._milliseconds === undefined) return;
    const perTry = milliSecondsOf(this.options.perTryTimeout, 'perTryTimeout');
    if (perTry >= timeout._milliseconds) {
      throw new Error(
        `perTryTimeout (${perTry} ms) is not below the timeout of the request (${timeout._milliseconds} ms), so no try could ever follow. `
        + `With ${this.attempts} further tries, ${Math.floor(timeout._milliseconds / (this.attempts + 1))} ms fits.`);
    }
  }

  /** The same, with as much time for one try as the request has. @internal */
  public _withoutPerTryTimeout(): Retries {
    return this.options.perTryTimeout ? new Retries(this.attempts, { ...this.options, perTryTimeout: undefined }) : this;
  }

  /** Which of the matched requests are safe to repeat. @internal */
  public get _requests(): MatchAtoms {
    if (this.attempts === 0 || this.options.includeUnsafeMethods) return EVERY_REQUEST;
    const calls = (this.options.grpcMethods ?? []).map((call) => ({
      uri: { kind: call.endsWith('/') ? 'prefix' as const : 'exact' as const, value: call },
      methods: ['POST'],
    }));
    return [{ methods: checkMethods(this.options.methods ?? IDEMPOTENT_METHODS) }, ...calls];
  }

  /** Whether no call of gRPC would be repeated, all of which are POSTs. @internal */
  public get _missesGrpc(): boolean {
    return this.attempts > 0 && !this.options.includeUnsafeMethods && !this.namesGrpcMethods && !this.options.methods?.includes('POST');
  }

  /** @internal */
  public get _spec(): Spec<VirtualServiceSpecHttpRetries> {
    const { perTryTimeout, statusCodes, backoff } = this.options;
    if (this.attempts === 0) return { attempts: 0 };
    return {
      attempts: this.attempts,
      perTryTimeout: perTryTimeout && istioDuration(perTryTimeout, 'perTryTimeout'),
      retryOn: [...new Set([...this.conditions, ...(statusCodes ?? []).map(String)])].join(','),
      backoff: backoff && istioDuration(backoff, 'backoff'),
    };
  }

  private get namesGrpcMethods(): boolean {
    return (this.options.grpcMethods ?? []).length > 0;
  }

  private get conditions(): RetryCondition[] {
    if (this.options.conditions) return this.options.conditions;
    return this.namesGrpcMethods ? [...HTTP_CONDITIONS, RetryCondition.GRPC_UNAVAILABLE] : HTTP_CONDITIONS;
  }
}
