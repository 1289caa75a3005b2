import { Duration } from 'cdk8s';
import { ConnectionPool } from './connection-pool';
import { OutlierDetection } from './outlier-detection';
import { Retries } from './retries';

/** Probes that find a connection which a firewall or load balancer dropped before the kernel's two hours are over. */
const KEEPALIVE = { time: Duration.minutes(5), interval: Duration.seconds(15), probes: 4 };

/**
 * Starting points for a kind of traffic, to be changed by what is measured. What a construct is given
 * beside its preset wins, field by field.
 *
 * All limits hold for each client proxy, and again for the sidecar of each pod (see `ConnectionPool`).
 */
export class ResiliencePreset {
  /**
   * HTTP requests with short answers.
   *
   * - retries: 2, for GET, HEAD, OPTIONS, PUT and DELETE: one bad pod is passed by, an overload is not tripled;
   * - connecting takes at most 2 s: inside a cluster it takes milliseconds, and 10 s uses up the request's time;
   * - at most 1,024 requests under way and 1,024 waiting, for one client and for one pod: far above what
   *   most need, low enough that a hanging service does not take its callers' memory;
   * - a pod is ejected after 5 gateway errors (502, 503, 504) in a row, for 30 s; a 500 of the application
   *   does not count, since every pod would give it;
   * - TCP keepalive after 5 minutes.
   */
  public static http(): ResiliencePreset {
    return new ResiliencePreset(
      Retries.upTo(2),
      {
        tcp: { connectTimeout: Duration.seconds(2), keepalive: KEEPALIVE },
        http: { maxRequests: 1024, maxPendingRequests: 1024 },
      },
      { consecutive5xxErrors: 0, consecutiveGatewayErrors: 5, baseEjectionTime: Duration.seconds(30) },
    );
  }

  /**
   * gRPC calls.
   *
   * - no retries beside the mesh's own: which calls are safe to repeat is only known by name
   *   (`Retries.upTo(2, { grpcMethods })`). The mesh repeats a call that was answered with UNAVAILABLE or
   *   CANCELLED; `Retries.none()` switches that off;
   * - connecting takes at most 2 s, keepalive after 5 minutes: gRPC keeps few, long-lived connections;
   * - at most 1,024 calls under way, for one client and for one pod;
   * - a pod is ejected after 5 gateway errors in a row (UNAVAILABLE counts as one), for 30 s.
   */
  public static grpc(): ResiliencePreset {
    return new ResiliencePreset(
      undefined,
      {
        tcp: { connectTimeout: Duration.seconds(2), keepalive: KEEPALIVE },
        http: { maxRequests: 1024 },
      },
      { consecutive5xxErrors: 0, consecutiveGatewayErrors: 5, baseEjectionTime: Duration.seconds(30) },
    );
  }

  /**
   * Streams, WebSockets, server-sent events and long polls; use it with `RequestTimeout.none()`.
   *
   * - no retries: a stream that broke in the middle cannot be repeated by a proxy;
   * - no limit on requests: a stream counts as one for as long as it lives;
   * - connecting takes at most 2 s, keepalive after 5 minutes, so that a silent stream is not lost unnoticed;
   * - a pod is ejected after 5 gateway errors in a row, for 30 s.
   */
  public static streaming(): ResiliencePreset {
    return new ResiliencePreset(
      Retries.none(),
      { tcp: { connectTimeout: Duration.seconds(2), keepalive: KEEPALIVE } },
      { consecutive5xxErrors: 0, consecutiveGatewayErrors: 5, baseEjectionTime: Duration.seconds(30) },
    );
  }

  /**
   * Databases, brokers and whatever else has connections and no requests.
   *
   * - connecting takes at most 2 s, keepalive after 5 minutes, so that a silent connection is not lost
   *   unnoticed;
   * - a pod to which 5 connections in a row could not be made is ejected, for 30 s. A sidecar takes
   *   connections for an application that is down, so this is for pods and nodes that are gone, and for
   *   services outside the mesh;
   * - no limit on connections: how many a database allows is known to who runs it.
   */
  public static tcp(): ResiliencePreset {
    return new ResiliencePreset(
      undefined,
      { tcp: { connectTimeout: Duration.seconds(2), keepalive: KEEPALIVE } },
      { consecutive5xxErrors: 0, consecutiveGatewayErrors: 5, baseEjectionTime: Duration.seconds(30) },
    );
  }

  private constructor(
    private readonly retries: Retries | undefined,
    private readonly connectionPool: ConnectionPool,
    private readonly outlierDetection: OutlierDetection,
  ) {}

  /** @internal */
  public get _retries(): Retries | undefined {
    return this.retries;
  }

  /** @internal */
  public get _settings(): { connectionPool: ConnectionPool; outlierDetection: OutlierDetection } {
    return { connectionPool: this.connectionPool, outlierDetection: this.outlierDetection };
  }
}
