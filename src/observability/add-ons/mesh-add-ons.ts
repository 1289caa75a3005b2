import { AddOnNeighbours } from './add-on';
import { CollectorAddOnOptions, OTLP_PORT, collectorHost, collectorRelease } from './collector-add-on';
import { GrafanaAddOnOptions, grafanaRelease, grafanaUrl } from './grafana-add-on';
import { JaegerAddOnOptions, jaegerHost, jaegerRelease } from './jaeger-add-on';
import { KialiAddOnOptions, kialiRelease } from './kiali-add-on';
import { PrometheusAddOnOptions, prometheusRelease, prometheusUrl, scrapeSeconds } from './prometheus-add-on';
import type { ChartRelease } from '../../install/chart-release';
import { checkProps } from '../../model/given';
import { describeValue } from '../../semantics/describe-value';
import { isDnsLabel } from '../../semantics/kubernetes-name';
import { located } from '../../semantics/located';
import { TelemetryProvider } from '../telemetry-provider';

export interface MeshAddOnsProps {
  /**
   * Where they are installed.
   *
   * @default 'observability'
   */
  readonly namespace?: string;
  /**
   * Where Istio is installed.
   *
   * @default 'istio-system'
   */
  readonly istioNamespace?: string;
  /**
   * Prometheus, which fetches the metrics of proxies and of istiod. Write {} for its defaults.
   *
   * @default - not installed
   */
  readonly prometheus?: PrometheusAddOnOptions;
  /**
   * Grafana, with Prometheus and Jaeger as its sources, and the dashboards of all namespaces.
   *
   * @default - not installed
   */
  readonly grafana?: GrafanaAddOnOptions;
  /**
   * Kiali, which asks Prometheus and Jaeger, and links to Grafana. It needs Prometheus.
   *
   * @default - not installed
   */
  readonly kiali?: KialiAddOnOptions;
  /**
   * Jaeger, which keeps traces.
   *
   * @default - not installed
   */
  readonly jaeger?: JaegerAddOnOptions;
  /**
   * An OpenTelemetry collector, which takes traces and access logs of proxies.
   *
   * @default - not installed
   */
  readonly collector?: CollectorAddOnOptions;
}

const EXAMPLE = "new MeshAddOns({ prometheus: {}, grafana: { adminSecret: 'grafana-admin' } })";

/**
 * What a mesh is watched with, as releases of the projects' own charts, wired to each other. What they give the mesh
 * configuration is in `providers`.
 *
 * @see https://istio.io/latest/docs/ops/integrations/
 */
export class MeshAddOns {
  /** In an order in which they can be installed. HelmFiles, ReleasesByArgoCd and ReleasesByFlux take them. */
  public readonly releases: ChartRelease[];
  /**
   * Where traces go: to the collector, or to Jaeger where there is none. For a MeshTelemetry, and for `extensionProviders` of
   * the installation. Undefined without both.
   */
  public readonly tracing?: TelemetryProvider;
  /** Where access logs go: to the collector. Undefined without one. */
  public readonly accessLogs?: TelemetryProvider;

  /** @throws for Kiali without Prometheus, and for what a chart could not take */
  constructor(props: MeshAddOnsProps) {
    checkProps(props, EXAMPLE);
    const { prometheus, grafana, kiali, jaeger, collector } = props;
    const here = located('MeshAddOns: ', () => neighbours(props));
    const { namespace } = here;
    const one = <T>(name: string, options: T | undefined, release: (options: T) => ChartRelease): ChartRelease[] =>
      options === undefined ? [] : [located(`MeshAddOns: ${name}: `, () => release(options))];
    const metrics = one('prometheus', prometheus, (options) => prometheusRelease(options, here));
    this.releases = [
      ...metrics,
      ...one('jaeger', jaeger, (options) => jaegerRelease(options, here)),
      ...one('collector', collector, (options) => collectorRelease(options, here)),
      ...one('grafana', grafana, (options) => grafanaRelease(options, here, scrapeSeconds(prometheus ?? {}))),
      ...one('kiali', kiali, (options) => kialiRelease(options, here)),
    ];
    const host = collector === undefined ? here.jaeger?.host : collectorHost(namespace);
    if (host !== undefined) this.tracing = TelemetryProvider.openTelemetry('otel-tracing', { host, port: OTLP_PORT });
    if (collector !== undefined) this.accessLogs = TelemetryProvider.openTelemetryLog('otel-access-logs', { host: collectorHost(namespace), port: OTLP_PORT });
  }

  /** All that the mesh configuration has to know: `extensionProviders` of the installation. */
  public get providers(): TelemetryProvider[] {
    return [this.tracing, this.accessLogs].filter((provider) => provider !== undefined);
  }
}

function neighbours(props: MeshAddOnsProps): AddOnNeighbours {
  const { namespace = 'observability', istioNamespace = 'istio-system', prometheus, grafana, kiali, jaeger, collector } = props;
  for (const [field, name] of Object.entries({ namespace, istioNamespace })) {
    if (typeof name !== 'string' || !isDnsLabel(name)) throw new Error(`\`${field}\` is ${describeValue(name)}. Give the name of a namespace, for example "observability".`);
  }
  if ([prometheus, grafana, kiali, jaeger, collector].every((options) => options === undefined)) throw new Error(`nothing is to be installed. Name what is, for example ${EXAMPLE}.`);
  const ofKiali = (kiali as KialiAddOnOptions | null | undefined)?.values?.external_services;
  if (kiali !== undefined && prometheus === undefined && ofKiali?.prometheus?.url === undefined) {
    throw new Error('Kiali shows what Prometheus knows, and there is none. Give `prometheus: {}`, or the URL of your own by kiali.values: { external_services: { prometheus: { url } } }.');
  }
  return {
    namespace,
    istioNamespace,
    ...(prometheus === undefined ? {} : { prometheus: prometheusUrl(namespace) }),
    ...(grafana === undefined ? {} : { grafana: { url: grafanaUrl(namespace), adminSecret: (grafana as GrafanaAddOnOptions | null)?.adminSecret ?? '' } }),
    ...(jaeger === undefined ? {} : { jaeger: { host: jaegerHost(namespace) } }),
  };
}
