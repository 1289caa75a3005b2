import { Duration } from 'cdk8s';
import { checkFlags, checkMember } from '../model/given';
import type { TrafficBlocks } from '../model/traffic-layers';
import { describeValue } from '../semantics/describe-value';
import { istioDuration } from '../semantics/duration';

/** What happens to a request that arrives while Istio could speak HTTP/2 to the service. */
export enum H2UpgradePolicy {
  /** As the mesh says. */
  DEFAULT = 'DEFAULT',
  /** HTTP/1.1 stays HTTP/1.1. */
  DO_NOT_UPGRADE = 'DO_NOT_UPGRADE',
  /** HTTP/1.1 becomes HTTP/2. */
  UPGRADE = 'UPGRADE',
}

/** Probes of idle TCP connections. */
export interface TcpKeepalive {
  /**
   * Unanswered probes after which the connection is dead, from 1.
   *
   * @default - the system's, usually 9
   */
  readonly probes?: number;
  /**
   * How long a connection is idle before the first probe. Whole seconds.
   *
   * @default - the system's, usually 2 hours
   */
  readonly time?: Duration;
  /**
   * The time between probes. Whole seconds.
   *
   * @default - the system's, usually 75 s
   */
  readonly interval?: Duration;
}

export interface TcpPool {
  /**
   * Connections at most, from 1. One more TCP connection is cut at once; an HTTP request waits for one
   * that is there.
   *
   * @default - no limit
   */
  readonly maxConnections?: number;
  /**
   * How long connecting may take.
   *
   * @default - the mesh's, 10 s
   */
  readonly connectTimeout?: Duration;
  /**
   * How old a connection may become before it is closed; an HTTP connection ends its requests first.
   * On a TCP port it can be set for the whole service only: Istio reads no other there.
   *
   * @default - no limit
   */
  readonly maxConnectionDuration?: Duration;
  /**
   * How long a connection may be silent before it is closed; `Duration.seconds(0)` is for ever. On HTTP,
   * the pool's own `idleTimeout` wins. On a TCP port it can be set for the whole service only: Istio
   * reads no other there.
   *
   * @default - 1 hour
   */
  readonly idleTimeout?: Duration;
  /**
   * Probes of idle connections.
   *
   * @default - none
   */
  readonly keepalive?: TcpKeepalive;
}

/** Pings on HTTP/2 connections, which find those that died unnoticed. */
export interface Http2Keepalive {
  /** The time between pings. */
  readonly interval: Duration;
  /** How long an answer may take before the connection is closed. */
  readonly timeout: Duration;
}

export interface HttpPool {
  /**
   * Requests that may wait for a connection, from 1; one more gets a 503. A request also waits while its
   * connection is being made.
   *
   * @default - no limit
   */
  readonly maxPendingRequests?: number;
  /**
   * Requests that are under way at the same time, from 1; one more gets a 503.
   * It holds for HTTP/1.1 too, whatever its name in Istio (`http2MaxRequests`).
   *
   * @default - no limit
   */
  readonly maxRequests?: number;
  /**
   * Requests on one connection, from 1; 1 switches keep-alive off.
   *
   * @default - no limit
   */
  readonly maxRequestsPerConnection?: number;
  /**
   * Retries that are under way at the same time, from 1. A `retryBudget` takes its place.
   *
   * @default - no limit
   */
  readonly maxRetries?: number;
  /**
   * How long a connection without requests is kept.
   *
   * @default - 1 hour
   */
  readonly idleTimeout?: Duration;
  /**
   * Whether HTTP/1.1 is upgraded to HTTP/2.
   *
   * @default - the mesh's
   */
  readonly h2UpgradePolicy?: H2UpgradePolicy;
  /**
   * Whether the client's own protocol is used towards the service.
   *
   * @default false
   */
  readonly useClientProtocol?: boolean;
  /**
   * Streams on one HTTP/2 connection, from 1.
   *
   * @default - no limit
   */
  readonly maxConcurrentStreams?: number;
  /**
   * Pings on HTTP/2 and gRPC connections.
   *
   * @default - none
   */
  readonly http2Keepalive?: Http2Keepalive;
}

/**
 * Limits on the connections to a service. They are kept twice: each client proxy keeps them for all pods
 * of the service together, and the sidecar of each pod keeps those of the service or its port for all
 * clients together. So with `maxConnections: 10` a pod never has more than ten, however many clients there
 * are, and a client never more than ten, however many pods. Where pods have no sidecar, only the clients
 * count: a hundred of them may open a thousand.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings
 */
export interface ConnectionPool {
  /**
   * Limits on TCP connections, whatever runs on them.
   *
   * @default - no limits
   */
  readonly tcp?: TcpPool;
  /**
   * Limits on HTTP requests. An error on a port that carries none.
   *
   * @default - no limits
   */
  readonly http?: HttpPool;
}

export function renderConnectionPool(pool: ConnectionPool): TrafficBlocks['connectionPool'] {
  checkGroup('connectionPool', pool, '{ tcp: { maxConnections: 100 } }');
  const { tcp, http } = pool;
  checkGroup('connectionPool.tcp', tcp, '{ maxConnections: 100 }');
  checkGroup('connectionPool.tcp.keepalive', tcp?.keepalive, '{ time: Duration.minutes(5) }');
  checkGroup('connectionPool.http', http, '{ maxPendingRequests: 100 }');
  checkGroup('connectionPool.http.http2Keepalive', http?.http2Keepalive, '{ interval: Duration.seconds(30), timeout: Duration.seconds(5) }');
  checkFlags({ 'connectionPool.http.useClientProtocol': http?.useClientProtocol });
  if (http?.h2UpgradePolicy !== undefined) checkMember('connectionPool.http.h2UpgradePolicy', http.h2UpgradePolicy, 'H2UpgradePolicy', H2UpgradePolicy);
  if (!tcp && !http) throw new Error('connectionPool is empty. Give `tcp` or `http`, or leave it out.');
  if (http?.useClientProtocol && http.h2UpgradePolicy === H2UpgradePolicy.UPGRADE) {
    throw new Error('connectionPool.http: useClientProtocol keeps the client\'s protocol and h2UpgradePolicy UPGRADE changes it; Istio refuses both together. Keep one.');
  }
  return {
    tcp: tcp && {
      maxConnections: positive(tcp.maxConnections, 'tcp.maxConnections'),
      connectTimeout: duration(tcp.connectTimeout, 'tcp.connectTimeout'),
      maxConnectionDuration: duration(tcp.maxConnectionDuration, 'tcp.maxConnectionDuration'),
      idleTimeout: isZero(tcp.idleTimeout) ? '0s' : duration(tcp.idleTimeout, 'tcp.idleTimeout'),
      tcpKeepalive: tcp.keepalive && {
        probes: positive(tcp.keepalive.probes, 'tcp.keepalive.probes'),
        time: wholeSeconds(tcp.keepalive.time, 'tcp.keepalive.time'),
        interval: wholeSeconds(tcp.keepalive.interval, 'tcp.keepalive.interval'),
      },
    },
    http: http && {
      http1MaxPendingRequests: positive(http.maxPendingRequests, 'http.maxPendingRequests'),
      http2MaxRequests: positive(http.maxRequests, 'http.maxRequests'),
      maxRequestsPerConnection: positive(http.maxRequestsPerConnection, 'http.maxRequestsPerConnection'),
      maxRetries: positive(http.maxRetries, 'http.maxRetries'),
      idleTimeout: duration(http.idleTimeout, 'http.idleTimeout'),
      h2UpgradePolicy: http.h2UpgradePolicy,
      useClientProtocol: http.useClientProtocol,
      maxConcurrentStreams: positive(http.maxConcurrentStreams, 'http.maxConcurrentStreams'),
      http2KeepAlive: http.http2Keepalive && {
        interval: istioDuration(http.http2Keepalive.interval, 'connectionPool.http.http2Keepalive.interval'),
        timeout: istioDuration(http.http2Keepalive.timeout, 'connectionPool.http.http2Keepalive.timeout'),
      },
    },
  };
}

function checkGroup(what: string, value: unknown, example: string): void {
  if (value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value))) throw new Error(`${what} is ${describeValue(value)}. Say for example ${example}.`);
}

const LARGEST = 2 ** 31 - 1;

function positive(value: number | undefined, what: string): number | undefined {
  if (value !== undefined && (!Number.isInteger(value) || value < 1 || value > LARGEST)) {
    throw new Error(`connectionPool.${what} is ${describeValue(value)}; a whole number from 1 to ${LARGEST} is allowed. Leave it out for no limit.`);
  }
  return value;
}

function duration(value: Duration | undefined, what: string): string | undefined {
  return value === undefined ? undefined : istioDuration(value, `connectionPool.${what}`);
}

/** Istio's word for no idle timeout at all. */
function isZero(value: Duration | undefined): boolean {
  return typeof value?.toMilliseconds === 'function' && value.toMilliseconds({ integral: false }) === 0;
}

/** The kernel counts keepalive in seconds. */
function wholeSeconds(value: Duration | undefined, what: string): string | undefined {
  const text = duration(value, what);
  if (value && value.toMilliseconds({ integral: false }) % 1000 !== 0) {
    throw new Error(`connectionPool.${what} is ${value.toMilliseconds({ integral: false })} ms; TCP keepalive counts in whole seconds.`);
  }
  return text;
}
