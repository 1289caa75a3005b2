/*
 * Every metric and label that queries, alerts and dashboards of this library name, and the page of the documentation that
 * defines it: the one place that spells them.
 */

export interface MeshMetric {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** Who answers when Prometheus asks: a sidecar, gateway or waypoint, the agent beside it, or the control plane. */
  readonly exporter: 'proxy' | 'agent' | 'istiod';
  /** Where it is documented. */
  readonly page: string;
  /** For what Istio's proxies leave out unless told: part of the name in Envoy, for `proxyStatsMatcher`. */
  readonly inclusion?: string;
}

const STANDARD = 'https://istio.io/latest/docs/reference/config/metrics/';
const ISTIOD = 'https://istio.io/latest/docs/reference/commands/pilot-discovery/#metrics';
const AGENT = 'https://istio.io/latest/docs/reference/commands/pilot-agent/#metrics';
/** Which of Envoy's own Istio's proxies keep. */
const ENVOY = 'https://istio.io/latest/docs/ops/configuration/telemetry/envoy-stats/';

const standard = (name: string, kind: MeshMetric['kind']): MeshMetric => ({ name, kind, exporter: 'proxy', page: STANDARD });
const istiod = (name: string, kind: MeshMetric['kind']): MeshMetric => ({ name, kind, exporter: 'istiod', page: ISTIOD });

export const METRICS = {
  /** Every answered request, or one that no answer came for. */
  requests: standard('istio_requests_total', 'counter'),
  /** Milliseconds. */
  requestDuration: standard('istio_request_duration_milliseconds', 'histogram'),
  tcpConnectionsOpened: standard('istio_tcp_connections_opened_total', 'counter'),

  /** 1 while a circuit breaker of a cluster lets no more through. */
  connectionsFull: { name: 'envoy_cluster_circuit_breakers_default_cx_open', kind: 'gauge', exporter: 'proxy', page: ENVOY, inclusion: 'circuit_breakers' },
  pendingRequestsFull: { name: 'envoy_cluster_circuit_breakers_default_rq_pending_open', kind: 'gauge', exporter: 'proxy', page: ENVOY, inclusion: 'circuit_breakers' },
  requestsFull: { name: 'envoy_cluster_circuit_breakers_default_rq_open', kind: 'gauge', exporter: 'proxy', page: ENVOY, inclusion: 'circuit_breakers' },

  /** Seconds until the workload's certificate expires. The page names it as the agent does, which then puts `istio_agent_` in front. */
  agentCertificate: { name: 'istio_agent_cert_expiry_seconds', kind: 'gauge', exporter: 'agent', page: AGENT },

  /** 1, with the version as a label. */
  istiodInfo: istiod('pilot_info', 'gauge'),
  /** Answers of proxies that they do not take what they were sent. */
  rejections: istiod('pilot_total_xds_rejects', 'counter'),
  /** Unix time in seconds; the intermediate certificate's only where certificates are plugged in. */
  rootCertificate: istiod('citadel_server_root_cert_expiry_timestamp', 'gauge'),
  caCertificate: istiod('citadel_server_cert_chain_expiry_timestamp', 'gauge'),
} as const satisfies Record<string, MeshMetric>;

/** Labels of Istio's standard metrics, unless said otherwise. */
export const LABELS = {
  reporter: 'reporter',
  host: 'destination_service',
  service: 'destination_service_name',
  serviceNamespace: 'destination_service_namespace',
  version: 'destination_version',
  workload: 'destination_workload',
  workloadNamespace: 'destination_workload_namespace',
  caller: 'source_workload',
  callerNamespace: 'source_workload_namespace',
  code: 'response_code',
  flags: 'response_flags',
  grpcStatus: 'grpc_response_status',
  /** Of Envoy's own metrics: `outbound|9080||reviews.shop.svc.cluster.local;`. */
  cluster: 'cluster_name',
  /** Of istiod's rejections: `cds`, `lds` … */
  xdsType: 'type',
} as const;

/**
 * What Prometheus itself puts to everything that it gets from a pod, as Istio's configuration for it and PodMonitors do.
 *
 * @see https://istio.io/latest/docs/ops/integrations/prometheus/
 */
export const SCRAPED = { pod: 'pod', namespace: 'namespace' } as const;
