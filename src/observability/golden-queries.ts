import { Duration } from 'cdk8s';
import { LABELS, METRICS } from './mesh-metrics';
import { labelIs, rangeOf, series } from './promql';

/**
 * Which requests a query is about, in the words of Istio's standard metrics. Values may hold the templates of an engine.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export interface QueryTarget {
  /**
   * Who counts: the proxy that sends (`source`), or the one that receives, which alone always knows which version
   * answered, but never sees a request that did not reach it; or a waypoint between them.
   */
  readonly reporter: 'source' | 'destination' | 'waypoint';
  /** A host that is no Kubernetes Service. */
  readonly host?: string;
  readonly service?: string;
  readonly serviceNamespace?: string;
  /** The label `version` of the pods that answer. */
  readonly version?: string;
  readonly workload?: string;
  readonly workloadNamespace?: string;
  /** Whether gRPC's status counts as well: its answers are all 200 for HTTP. */
  readonly grpc?: boolean;
}

const SELECTING = ['reporter', 'host', 'service', 'serviceNamespace', 'version', 'workload', 'workloadNamespace'] as const;

/** What gRPC defines as the server's fault: unknown, deadline exceeded, unimplemented, internal, unavailable, data loss. */
const GRPC_FAILURES = '2|4|12|13|14|15';

/** What Envoy answers itself where a limit is reached: the connection pool is full (UO), a rate limit (RL). */
const REFUSALS = '(.*,)?(UO|RL)(,.*)?';

/** Of these: a circuit breaker is open. */
export const CIRCUIT_BREAKER = '(.*,)?UO(,.*)?';

/** Requests per second. */
export function requestRate(target: QueryTarget, window: Duration): string {
  return rateOf(selector(target), window);
}

/** Failed requests per second; no failure at all is 0. */
export function failureRate(target: QueryTarget, window: Duration): string {
  // A series that is not there yet, of failures, is none; a sum of nothing would be no answer.
  const failures = [
    rateOf([...selector(target), `${LABELS.code}=~"5.."`], window),
    ...(target.grpc ? [rateOf([...selector(target), `${LABELS.code}!~"5.."`, `${LABELS.grpcStatus}=~"${GRPC_FAILURES}"`], window)] : []),
  ].map((failed) => `(${failed} or vector(0))`);
  return failures.length === 1 ? failures[0] : `(${failures.join(' + ')})`;
}

/** The series of failed requests per second, of gRPC and other HTTP alike. @param range as Prometheus writes it */
export function anyFailure(conditions: readonly string[], range: string): string {
  const failed = [[`${LABELS.code}=~"5.."`], [`${LABELS.code}!~"5.."`, `${LABELS.grpcStatus}=~"${GRPC_FAILURES}"`]];
  return failed.map((which) => `rate(${series(METRICS.requests.name, [...conditions, ...which])}[${range}])`).join(' or ');
}

/** The percentage of requests that succeeded, 0–100; no number while there are none. */
export function successRate(target: QueryTarget, window: Duration): string {
  return `100 * (1 - ${failureRate(target, window)} / ${requestRate(target, window)})`;
}

/** The percentage of requests that failed, 0–100; no number while there are none. */
export function errorRate(target: QueryTarget, window: Duration): string {
  return `100 * ${failureRate(target, window)} / ${requestRate(target, window)}`;
}

/** Answered requests per second, as the histogram of durations counts them. */
export function answerRate(target: QueryTarget, window: Duration): string {
  return `sum(rate(${series(`${METRICS.requestDuration.name}_count`, selector(target))}[${rangeOf(window)}]))`;
}

/** Those of them that took longer than a bound of the histogram's buckets. */
export function slowRate(target: QueryTarget, milliseconds: number, window: Duration): string {
  // Prometheus 3 stores the bound "250" of a proxy as "250.0".
  const bound = Number.isInteger(milliseconds) ? `le=~"${milliseconds}(\\\\.0)?"` : labelIs('le', String(milliseconds));
  const fast = `sum(rate(${series(`${METRICS.requestDuration.name}_bucket`, [...selector(target), bound])}[${rangeOf(window)}]))`;
  // Were there no such bucket, every request would count as slow: that is noticed.
  return `(${answerRate(target, window)} - (${fast} or vector(0)))`;
}

/** The time in milliseconds within which this percentage of requests was answered. */
export function latency(target: QueryTarget, percentile: number, window: Duration): string {
  const buckets = `rate(${series(`${METRICS.requestDuration.name}_bucket`, selector(target))}[${rangeOf(window)}])`;
  return `histogram_quantile(${Number((percentile / 100).toFixed(6))}, sum by (le) (${buckets}))`;
}

/** How many requests were in progress, on average: those of a second, times the seconds that one takes. */
export function requestsInProgress(target: QueryTarget, window: Duration): string {
  return `sum(rate(${series(`${METRICS.requestDuration.name}_sum`, selector(target))}[${rangeOf(window)}])) / 1000`;
}

/** The percentage of requests that proxies refused because a connection pool or a rate limit was full, 0–100. */
export function refusalRate(target: QueryTarget, window: Duration): string {
  const refused = rateOf([...selector(target), `${LABELS.flags}=~"${REFUSALS}"`], window);
  return `100 * (${refused} or vector(0)) / ${requestRate(target, window)}`;
}

/** Of a service without requests: connections opened per second. */
export function connectionRate(target: QueryTarget, window: Duration): string {
  return `sum(rate(${series(METRICS.tcpConnectionsOpened.name, selector(target))}[${rangeOf(window)}]))`;
}

function rateOf(conditions: readonly string[], window: Duration): string {
  return `sum(rate(${series(METRICS.requests.name, conditions)}[${rangeOf(window)}]))`;
}

/** The conditions that tell the target's series from others. */
export function selector(target: QueryTarget): string[] {
  return SELECTING.flatMap((key) => {
    const value = target[key];
    return value === undefined ? [] : [labelIs(LABELS[key], value)];
  });
}
