import { Duration } from 'cdk8s';
import { milliSecondsOf } from '../semantics/duration';

/**
 * Which requests a query is about, in the words of Istio's standard metrics. Values may hold the templates of an engine.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export interface QueryTarget {
  /**
   * Who counts: the proxy that sends (`source`), or the one that receives, which alone always knows which version
   * answered, but never sees a request that did not reach it.
   */
  readonly reporter: 'source' | 'destination';
  readonly service?: string;
  readonly serviceNamespace?: string;
  /** The label `version` of the pods that answer. */
  readonly version?: string;
  readonly workload?: string;
  readonly workloadNamespace?: string;
  /** Whether gRPC's status counts as well: its answers are all 200 for HTTP. */
  readonly grpc?: boolean;
}

const LABELS = {
  reporter: 'reporter',
  service: 'destination_service_name',
  serviceNamespace: 'destination_service_namespace',
  version: 'destination_version',
  workload: 'destination_workload',
  workloadNamespace: 'destination_workload_namespace',
} as const;

/** What gRPC defines as the server's fault: unknown, deadline exceeded, unimplemented, internal, unavailable, data loss. */
const GRPC_FAILURES = '2|4|12|13|14|15';

/** Requests per second. */
export function requestRate(target: QueryTarget, window: Duration): string {
  return rateOf(selector(target), window);
}

/** The percentage of requests that succeeded, 0–100; no number while there are none. */
export function successRate(target: QueryTarget, window: Duration): string {
  // A series that is not there yet, of failures, is none; a sum of nothing would be no answer.
  const failures = [
    rateOf([...selector(target), 'response_code=~"5.."'], window),
    ...(target.grpc ? [rateOf([...selector(target), 'response_code!~"5.."', `grpc_response_status=~"${GRPC_FAILURES}"`], window)] : []),
  ].map((failed) => `(${failed} or vector(0))`);
  const failed = failures.length === 1 ? failures[0] : `(${failures.join(' + ')})`;
  return `100 * (1 - ${failed} / ${requestRate(target, window)})`;
}

/** The time in milliseconds within which this percentage of requests was answered. */
export function latency(target: QueryTarget, percentile: number, window: Duration): string {
  const buckets = `rate(istio_request_duration_milliseconds_bucket{${selector(target).join(', ')}}[${rangeOf(window)}])`;
  return `histogram_quantile(${Number((percentile / 100).toFixed(6))}, sum by (le) (${buckets}))`;
}

function rateOf(conditions: readonly string[], window: Duration): string {
  return `sum(rate(istio_requests_total{${conditions.join(', ')}}[${rangeOf(window)}]))`;
}

function selector(target: QueryTarget): string[] {
  return (Object.keys(LABELS) as (keyof typeof LABELS)[]).flatMap((key) => {
    const value = target[key];
    return value === undefined ? [] : [`${LABELS[key]}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`];
  });
}

/** Prometheus writes no fractions. */
function rangeOf(window: Duration): string {
  const milliseconds = milliSecondsOf(window, 'window');
  const [suffix, size] = ([['h', 3_600_000], ['m', 60_000], ['s', 1000], ['ms', 1]] as const).find(([, unit]) => milliseconds % unit === 0)!;
  return `${milliseconds / size}${suffix}`;
}
