import { AddOnNeighbours, ChartOfAddOn, OUTSIDE_THE_MESH, checkAddOn, releaseOf, resourcesOf } from './add-on';
import { AddOnOptions } from './add-on-options';
import type { ChartRelease } from '../../install/chart-release';
import { describeValue } from '../../semantics/describe-value';

/**
 * An OpenTelemetry collector that proxies send traces and access logs to. Traces go on to Jaeger where that is installed too;
 * where access logs go is said by `values.config`, and until then it only counts them.
 */
export interface CollectorAddOnOptions extends AddOnOptions {
  /**
   * How many pods share the work, from 1.
   *
   * @default 2
   */
  readonly replicas?: number;
}

const CHART: ChartOfAddOn = {
  name: 'otel-collector', chart: 'opentelemetry-collector', repository: 'https://open-telemetry.github.io/opentelemetry-helm-charts', version: '0.170.0',
};

/** OTLP over gRPC, here and at Jaeger. */
export const OTLP_PORT = 4317;
const OFF = { enabled: false };

export function collectorHost(namespace: string): string {
  return `${CHART.name}.${namespace}.svc.cluster.local`;
}

export function collectorRelease(options: CollectorAddOnOptions, { namespace, jaeger }: AddOnNeighbours): ChartRelease {
  checkAddOn(options, '{ replicas: 2 }');
  const { replicas = 2 } = options;
  if (!Number.isInteger(replicas) || replicas < 1) throw new Error(`\`replicas\` is ${describeValue(replicas)}. Give a whole number from 1.`);
  const toJaeger = jaeger === undefined ? {} : { 'otlp_grpc/jaeger': { endpoint: `${jaeger.host}:${OTLP_PORT}`, tls: { insecure: true } } };
  return releaseOf(CHART, namespace, options, {
    mode: 'deployment',
    replicaCount: replicas,
    fullnameOverride: CHART.name,
    image: { repository: 'otel/opentelemetry-collector-k8s' },
    podLabels: OUTSIDE_THE_MESH,
    // Proxies speak OTLP; what the chart takes besides that is closed.
    ports: { 'jaeger-compact': OFF, 'jaeger-thrift': OFF, 'jaeger-grpc': OFF, 'zipkin': OFF },
    config: {
      receivers: { jaeger: null, zipkin: null, prometheus: null },
      exporters: toJaeger,
      service: {
        pipelines: {
          traces: { receivers: ['otlp'], exporters: jaeger === undefined ? ['debug'] : Object.keys(toJaeger) },
          logs: { receivers: ['otlp'], exporters: ['debug'] },
          metrics: null,
        },
      },
    },
    ...resourcesOf(options),
  }, jaeger === undefined ? [] : ['jaeger']);
}
