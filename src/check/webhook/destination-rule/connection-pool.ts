import {
  SidecarInboundConnectionPool as ConnectionPool, SidecarInboundConnectionPoolHttp as Http, SidecarInboundConnectionPoolTcp as Tcp,
} from '../../../manifest/generated/istio-specs';
import { DURATION_FIX, durationProblem, goDurationNanoseconds } from '../../../semantics/go-duration';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';

/** Where the checked object stands; its text is asked for only when there is something to say. */
interface Path { toString(): string }

const MILLISECOND = 1_000_000n;
const HTTP_COUNTS = ['http1MaxPendingRequests', 'http2MaxRequests', 'maxRequestsPerConnection', 'maxRetries', 'maxConcurrentStreams'] as const;

/** Limits of connections, of a DestinationRule or a Sidecar. That most durations are at least 1 ms, the schema has seen to. */
export function checkConnectionPool(pool: ConnectionPool | undefined, path: Path, report: WebhookReport): void {
  if (pool === undefined) return;
  const { http, tcp } = pool;
  if (http === undefined && tcp === undefined) {
    report.error(`${path}`, 'The connection pool sets nothing.', 'Give it tcp or http settings, such as tcp: {maxConnections: 100}, or drop it.');
  }
  if (http !== undefined) checkHttp(http, path, report);
  if (tcp !== undefined) checkTcp(tcp, path, report);
}

function checkHttp(http: Http, path: Path, report: WebhookReport): void {
  for (const field of HTTP_COUNTS) {
    const count = http[field];
    if (count !== undefined && count < 0) sayNegative(`${path}.http.${field}`, count, report);
  }
  if (http.h2UpgradePolicy === 'UPGRADE' && http.useClientProtocol) {
    report.error(`${path}.http.useClientProtocol`, 'Upgrading all to HTTP/2 (h2UpgradePolicy) and keeping the client\'s version contradict each other.',
      'Keep one of the two.');
  }
  checkDuration(http.idleTimeout, path, 'http.idleTimeout', report);
  if (http.http2KeepAlive === undefined) return;
  for (const field of ['interval', 'timeout'] as const) {
    if (http.http2KeepAlive[field] === undefined) {
      report.error(`${path}.http.http2KeepAlive.${field}`, `A keepalive of HTTP/2 needs both interval and timeout, and ${field} is missing.`,
        `Give it, for example ${field}: ${field === 'interval' ? '30s' : '5s'}.`);
    }
    checkDuration(http.http2KeepAlive[field], path, `http.http2KeepAlive.${field}`, report);
  }
}

function checkTcp(tcp: Tcp, path: Path, report: WebhookReport): void {
  const { maxConnections, connectTimeout, maxConnectionDuration, idleTimeout, tcpKeepalive } = tcp;
  if (maxConnections !== undefined && maxConnections < 0) sayNegative(`${path}.tcp.maxConnections`, maxConnections, report);
  checkDuration(connectTimeout, path, 'tcp.connectTimeout', report);
  checkDuration(maxConnectionDuration, path, 'tcp.maxConnectionDuration', report);
  if (idleTimeout !== undefined && !isUnderOneMillisecond(idleTimeout)) checkDuration(idleTimeout, path, 'tcp.idleTimeout', report);
  checkDuration(tcpKeepalive?.time, path, 'tcp.tcpKeepalive.time', report);
  checkDuration(tcpKeepalive?.interval, path, 'tcp.tcpKeepalive.interval', report);
}

/** No timeout at all, as 0s. */
function isUnderOneMillisecond(text: string): boolean {
  const nanoseconds = goDurationNanoseconds(text);
  return nanoseconds !== undefined && nanoseconds < MILLISECOND && nanoseconds > -MILLISECOND;
}

function checkDuration(text: string | undefined, path: Path, field: string, report: WebhookReport): void {
  if (text === undefined) return;
  const problem = durationProblem(text);
  if (problem !== undefined) report.error(`${path}.${field}`, `${quoted(text)} ${problem}.`, DURATION_FIX);
}

function sayNegative(path: string, count: number, report: WebhookReport): void {
  report.error(path, `${count} is less than nothing.`, 'Write 0 or more, or leave it out for no limit.');
}
