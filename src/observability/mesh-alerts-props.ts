import { ApiObjectMetadata, Duration } from 'cdk8s';
import { MeshAlert } from './mesh-alert';
import { SignalObserver } from './signal-observer';

export interface MeshAlertsProps {
  /**
   * The percentage of requests to a service that may fail: with a 5xx, for gRPC also with a status that is the server's
   * fault. From 0 up to below 100.
   *
   * @default 1
   */
  readonly errorPercentage?: number;
  /**
   * How long requests to a service may take, of which `latencyPercentile` percent do. A bound of the buckets that proxies count
   * in (500 ms, 1 s, 2.5 s …) is exact; in between it is estimated.
   *
   * @default Duration.seconds(1)
   */
  readonly latency?: Duration;
  /**
   * Of how many percent of the requests, above 0 and below 100.
   *
   * @default 95
   */
  readonly latencyPercentile?: number;
  /**
   * The requests per second from which a service's errors and latency are told: of a few requests, one is many percent.
   *
   * @default 0.1
   */
  readonly leastTraffic?: number;
  /**
   * The time that the figures of errors, latency, circuit breakers and rejected configuration are about. Whole minutes.
   *
   * @default Duration.minutes(5)
   */
  readonly window?: Duration;
  /**
   * How long errors, latency or a control plane that does not answer last until they are told. Whole minutes.
   *
   * @default Duration.minutes(5)
   */
  readonly pending?: Duration;
  /**
   * How long before it expires a certificate of Istio's certificate authority is told. Whole hours.
   *
   * @default Duration.days(7)
   */
  readonly certificatesExpireWithin?: Duration;
  /**
   * How long a workload's certificate has at least, as proxies renew it long before: those of Istio are for 24 h and renewed
   * after about 12. Give less than half of their time where yours are for less. Whole minutes.
   *
   * @default Duration.hours(6)
   */
  readonly workloadCertificatesExpireWithin?: Duration;
  /**
   * Whose figures of errors and latency count.
   *
   * @default SignalObserver.CALLERS
   */
  readonly seenBy?: SignalObserver;
  /**
   * What is not to be told.
   *
   * @default - nothing: all are told
   */
  readonly without?: MeshAlert[];
  /**
   * Further labels of the alerts: Alertmanager's routes go by them.
   *
   * @default - none
   */
  readonly labels?: { readonly [label: string]: string };
  /**
   * Where one can read what to do, as the annotation `runbook_url`; the alert's name is put after a `#`.
   *
   * @default - none; the annotation `runbook` says what to do
   */
  readonly runbookUrl?: string;
  /**
   * The namespace of the PrometheusRule.
   *
   * @default 'istio-system'
   */
  readonly namespace?: string;
  /**
   * Whether the PrometheusRule is written, which needs the Prometheus operator. The file of `toPrometheusFile` needs nothing.
   *
   * @default true
   */
  readonly prometheusRule?: boolean;
  /**
   * Labels, annotations and the name of the PrometheusRule. A Prometheus of the operator may take only rules with certain
   * labels (its `ruleSelector`; with kube-prometheus-stack `release: RELEASE`).
   *
   * @default - the name `istio-mesh`
   */
  readonly metadata?: ApiObjectMetadata;
}
