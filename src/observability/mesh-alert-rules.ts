import { AlertSeverity } from './alert-severity';
import { anyFailure, CIRCUIT_BREAKER } from './golden-queries';
import { MeshAlert } from './mesh-alert';
import { LABELS, METRICS, MeshMetric, SCRAPED } from './mesh-metrics';
import type { PrometheusRuleEntry } from './prometheus-rules';
import { labelIs, minutesText, series } from './promql';

/** Times in minutes. */
export interface MeshAlertLimits {
  readonly errorPercentage: number;
  readonly latencyMilliseconds: number;
  readonly latencyPercentile: number;
  readonly leastTraffic: number;
  readonly window: number;
  readonly pending: number;
  readonly certificateLeft: number;
  readonly workloadCertificateLeft: number;
  readonly reporter: string;
}

interface MeshAlertRule {
  readonly expr: string;
  /** Minutes for which it has to last. */
  readonly pending?: number;
  readonly severity: AlertSeverity;
  readonly summary: string;
  readonly description: string;
  readonly runbook: string;
}

const { CRITICAL, WARNING } = AlertSeverity;

/** What one alert is about. */
const SERVICE = [LABELS.service, LABELS.serviceNamespace];
const WHICH = `{{ $labels.${LABELS.service} }} in {{ $labels.${LABELS.serviceNamespace} }}`;
/** The label of an alert that says which certificate it is about. */
const CERTIFICATE = 'certificate';
/** What requests to a host that nobody defined are counted under. */
const KNOWN = `${LABELS.service}!~"unknown|PassthroughCluster|BlackHoleCluster"`;

const RULES: Record<MeshAlert, (limits: MeshAlertLimits) => MeshAlertRule> = {
  [MeshAlert.REQUESTS_FAIL]: (limits) => ({
    expr: `100 * ${sumBy(SERVICE, anyFailure(seen(limits), minutesText(limits.window)))} / ${trafficOf(limits)} > ${limits.errorPercentage} and ${trafficOf(limits)} >= ${limits.leastTraffic}`,
    pending: limits.pending,
    severity: CRITICAL,
    summary: `More than ${limits.errorPercentage} % of the requests to ${WHICH} fail`,
    description: `{{ $value | printf "%.2f" }} % of the requests of the last ${minutesText(limits.window)} failed (5xx, or a gRPC status that is the server's fault).`,
    runbook: `1. Split by ${LABELS.version}, ${LABELS.caller} and ${LABELS.flags} of ${METRICS.requests.name}: one version, one caller, or all? `
      + '2. With flags (UH no healthy pod, UF no connection, UO connection pool full, UT timeout, NR no route) the proxy answered, without the application did. '
      + '3. What changed last (rollout, VirtualService, DestinationRule, policy)? Take it back first.',
  }),
  [MeshAlert.REQUESTS_SLOW]: (limits) => ({
    expr: `histogram_quantile(${Number((limits.latencyPercentile / 100).toFixed(6))}, sum by (le, ${SERVICE.join(', ')}) (${rate(`${METRICS.requestDuration.name}_bucket`, seen(limits), limits)})) > ${limits.latencyMilliseconds} and ${trafficOf(limits)} >= ${limits.leastTraffic}`,
    pending: limits.pending,
    severity: WARNING,
    summary: `${limits.latencyPercentile} % of the requests to ${WHICH} take up to more than ${limits.latencyMilliseconds} ms`,
    description: `${limits.latencyPercentile} % of the requests of the last ${minutesText(limits.window)} were answered within {{ $value | printf "%.0f" }} ms only.`,
    runbook: '1. Is it the service or the way to it? Compare the figures of reporter="source" and reporter="destination". '
      + '2. Is it the load? Compare the requests per second and the CPU of its pods with those of yesterday; scale out. '
      + '3. Does it wait for others? Look at the latency of what it calls, and at a trace of a slow request.',
  }),
  [MeshAlert.CIRCUIT_BREAKER_OPEN]: (limits) => ({
    expr: grew(METRICS.requests, [`${LABELS.flags}=~"${CIRCUIT_BREAKER}"`, KNOWN], SERVICE, limits),
    severity: WARNING,
    summary: `A circuit breaker refuses requests to ${WHICH}`,
    description: `Proxies of its callers refused {{ $value | printf "%.0f" }} requests within ${minutesText(limits.window)} with 503 and the flag UO: as many connections or requests were open as the DestinationRule allows.`,
    runbook: `1. Which callers: split by ${LABELS.caller}. 2. Is the service slow (then requests pile up: see its latency), or is there simply more traffic? `
      + '3. Scale the service out; raise connectionPool of its DestinationRule only when the pods can take more, as the limit is what protects them.',
  }),
  [MeshAlert.CIRCUIT_BREAKER_STATE]: (limits) => ({
    expr: openBreaker(limits),
    severity: WARNING,
    summary: `A circuit breaker for {{ $labels.${LABELS.cluster} }} is open in the proxy of {{ $labels.${SCRAPED.pod} }} in {{ $labels.${SCRAPED.namespace} }}`,
    description: `Within ${minutesText(limits.window)} this proxy had as many connections or requests open as the DestinationRule allows, so that more had to wait or were refused. `
      + `Only proxies that keep these metrics are seen: proxyStatsMatcher.inclusionRegexps [".*${METRICS.requestsFull.inclusion}.*"] in meshConfig.defaultConfig, or in a pod's annotation proxy.istio.io/config.`,
    runbook: '1. Is the service slow, or is there more traffic? See its latency and its requests per second. '
      + '2. Scale the service out; raise connectionPool of its DestinationRule only when the pods can take more.',
  }),
  [MeshAlert.CERTIFICATE_EXPIRES]: ({ certificateLeft }) => ({
    expr: `(${expiry(METRICS.rootCertificate, 'root')} or ${expiry(METRICS.caCertificate, 'intermediate')}) < ${certificateLeft * 60}`,
    severity: CRITICAL,
    summary: `The {{ $labels.${CERTIFICATE} }} certificate of Istio's certificate authority expires soon`,
    description: 'It expires in {{ $value | humanizeDuration }}. From then on no workload gets a certificate that others believe, and mutual TLS fails in the whole mesh. (Where istiod made its root itself there is no intermediate one.)',
    runbook: '1. Whose: plugged-in certificates are in the secret cacerts of istio-system, Istio\'s own in istio-ca-secret. '
      + '2. Plugged-in: replace the intermediate one under the same root; a new root has to be trusted by all proxies (both of them in root-cert.pem) before anything is signed by it. '
      + '3. Istio\'s own is renewed by istiod while that runs: look into its log for rootcertrotator.',
  }),
  [MeshAlert.WORKLOAD_CERTIFICATE_EXPIRES]: ({ workloadCertificateLeft }) => ({
    expr: `min by (${SCRAPED.pod}, ${SCRAPED.namespace}) (${METRICS.agentCertificate.name}) < ${workloadCertificateLeft * 60}`,
    severity: WARNING,
    summary: `The certificate of {{ $labels.${SCRAPED.pod} }} in {{ $labels.${SCRAPED.namespace} }} was not renewed`,
    description: 'It expires in {{ $value | humanizeDuration }} and should have been renewed long ago. Then nobody in the mesh takes this pod\'s calls, nor calls it.',
    runbook: '1. Why: the log of the pod\'s istio-proxy (CSR, "failed to sign"), and whether it reaches istiod on port 15012. '
      + '2. Is istiod well? See its log, and citadel_server_csr_count. 3. If only this pod is concerned, delete it: a new one gets a new certificate.',
  }),
  [MeshAlert.CONTROL_PLANE_UNAVAILABLE]: ({ pending }) => ({
    expr: `absent(${METRICS.istiodInfo.name})`,
    pending,
    severity: CRITICAL,
    summary: 'Istio\'s control plane does not answer',
    description: 'No istiod has answered Prometheus. Traffic goes on with what the proxies know; new pods get no configuration and no certificate, and certificates are not renewed.',
    runbook: '1. kubectl -n istio-system get pods -l app=istiod: do they run, are they ready? If not: describe, logs, and the node\'s memory. '
      + '2. If they run: does Prometheus scrape port 15014 of them (targets, NetworkPolicy)? '
      + '3. Do not restart workloads until it is back: their new pods would not come up.',
  }),
  [MeshAlert.CONFIGURATION_REJECTED]: (limits) => ({
    expr: grew(METRICS.rejections, [], [LABELS.xdsType], limits),
    severity: WARNING,
    summary: `Proxies reject {{ $labels.${LABELS.xdsType} }} configuration`,
    description: `Within ${minutesText(limits.window)} proxies rejected {{ $value | printf "%.0f" }} times what istiod sent them, and keep what they had: later changes of that sort do not reach them either.`,
    runbook: '1. Which proxies, and why: istioctl proxy-status (stale ones), and istiod\'s log for "ACK ERROR", which quotes Envoy. '
      + '2. Most often it is an EnvoyFilter, or a proxy much older than istiod: take the last change back. '
      + '3. Check that it is over: this alert ends, and istioctl proxy-status shows SYNCED.',
  }),
};

/** The rules of all alerts but those that are left out. */
export function meshAlertRules(
  limits: MeshAlertLimits, without: readonly MeshAlert[], labels: Readonly<Record<string, string>>, runbookUrl?: string,
): PrometheusRuleEntry[] {
  return Object.values(MeshAlert).filter((alert) => !without.includes(alert)).map((alert) => {
    const { expr, pending, severity, summary, description, runbook } = RULES[alert](limits);
    return {
      alert,
      expr,
      ...pending === undefined ? {} : { for: minutesText(pending) },
      labels: { ...labels, severity },
      annotations: { summary, description, runbook, ...runbookUrl === undefined ? {} : { runbook_url: `${runbookUrl}#${alert}` } },
    };
  });
}

function seen({ reporter }: MeshAlertLimits): string[] {
  return [labelIs(LABELS.reporter, reporter), KNOWN];
}

function rate(metric: string, conditions: readonly string[], { window }: MeshAlertLimits): string {
  return `rate(${series(metric, conditions)}[${minutesText(window)}])`;
}

function sumBy(labels: readonly string[], expr: string): string {
  return `sum by (${labels.join(', ')}) (${expr})`;
}

function trafficOf(limits: MeshAlertLimits): string {
  return sumBy(SERVICE, rate(METRICS.requests.name, seen(limits), limits));
}

/**
 * A counter that grew within the window, or that is new: proxies and istiod make a series when there is something to count,
 * so its first value is what it grew by. What was only not asked for a while is not new.
 */
function grew(metric: MeshMetric, conditions: readonly string[], by: readonly string[], { window }: MeshAlertLimits): string {
  const [name, range] = [series(metric.name, conditions), minutesText(window)];
  return `${sumBy(by, `(${name} unless last_over_time(${name}[1h] offset ${range})) or increase(${name}[${range}])`)} > 0`;
}

/** Open at any moment that Prometheus looked. */
function openBreaker({ window }: MeshAlertLimits): string {
  return [METRICS.connectionsFull, METRICS.pendingRequestsFull, METRICS.requestsFull]
    .map(({ name }) => `max by (${LABELS.cluster}, ${SCRAPED.pod}, ${SCRAPED.namespace}) (max_over_time(${name}[${minutesText(window)}])) > 0`).join(' or ');
}

/** Seconds that a certificate has left. The one that has least, as each istiod tells. */
function expiry({ name }: MeshMetric, which: string): string {
  return `label_replace(min(${name}) - time(), "${CERTIFICATE}", "${which}", "", "")`;
}
