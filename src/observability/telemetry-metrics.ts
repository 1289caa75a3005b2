import { Duration } from 'cdk8s';
import { MetricOverride } from './metric-override';
import { TelemetryProvider, checkTelemetryProvider } from './telemetry-provider';
import type { TelemetrySpecMetrics } from '../imports/telemetry.istio.io';
import { checkList, checkProps } from '../model/given';
import type { Spec } from '../model/istio-object';
import { describeValue } from '../semantics/describe-value';
import { istioDuration } from '../semantics/duration';

/** Which metrics proxies make, and with which labels. */
export interface TelemetryMetricsOptions {
  /**
   * Who gets them. They replace all of the wider scope.
   *
   * @default - as in the wider scope; where nobody says it, those of the mesh configuration: prometheus, as Istio's charts install it
   */
  readonly providers?: TelemetryProvider[];
  /**
   * What differs from Istio's own metrics, in this order and after what the wider scope says.
   *
   * @default - nothing
   */
  readonly overrides?: MetricOverride[];
  /**
   * How often what an open TCP connection carries is counted.
   *
   * @default - as in the wider scope; where nobody says it, 5 seconds
   */
  readonly reportingInterval?: Duration;
}

const EXAMPLE = '{ overrides: [MetricOverride.off(IstioMetric.REQUEST_SIZE)] }';

/** What is said within the field `metrics`. */
export function checkMetrics(options: TelemetryMetricsOptions): void {
  checkProps(options, `metrics: ${EXAMPLE}`);
  const { providers, overrides, reportingInterval } = options;
  if (providers !== undefined) {
    checkList('providers', providers, "[TelemetryProvider.named('prometheus')]");
    for (const provider of providers) {
      checkTelemetryProvider('providers', provider);
      if (provider._signal !== undefined && provider._signal !== 'metrics') {
        throw new Error(`\`providers\` of the metrics holds ${provider.name}, which takes ${provider._signal === 'tracing' ? 'traces' : 'access logs'} and no metrics. Give TelemetryProvider.named('prometheus').`);
      }
    }
  }
  if (overrides !== undefined) {
    checkList('overrides', overrides, '[MetricOverride.off(IstioMetric.REQUEST_SIZE)]');
    for (const override of overrides) {
      if (!(override instanceof MetricOverride)) throw new Error(`\`overrides\` holds ${describeValue(override)}. Give for example MetricOverride.off(IstioMetric.REQUEST_SIZE).`);
    }
  }
  if (reportingInterval !== undefined) istioDuration(reportingInterval, '`reportingInterval`');
  if ((providers ?? []).length === 0 && (overrides ?? []).length === 0 && reportingInterval === undefined) throw new Error(`\`metrics\` says nothing. Give for example ${EXAMPLE}, or leave it out.`);
}

export function renderMetrics({ providers = [], overrides = [], reportingInterval }: TelemetryMetricsOptions): Spec<TelemetrySpecMetrics> {
  return {
    ...providers.length > 0 && { providers: providers.map(({ name }) => ({ name })) },
    ...overrides.length > 0 && { overrides: overrides.map((override) => override._render()) },
    ...reportingInterval && { reportingInterval: istioDuration(reportingInterval, '`reportingInterval`') },
  };
}
