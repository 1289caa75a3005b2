import { IstioMetric } from './istio-metric';
import { TelemetryDirection } from './telemetry-direction';
import type { TelemetrySpecMetricsOverrides } from '../imports/telemetry.istio.io';
import { checkMember, checkOptions } from '../model/given';
import type { Spec } from '../model/istio-object';
import { celProblem } from '../semantics/cel/syntax';
import { describeValue } from '../semantics/describe-value';

/** What becomes of a label of a metric; Istio calls labels tags. */
export class MetricTag {
  /**
   * The label has the value of a CEL expression, which is asked for each request: for example `request.host` or
   * `string(destination.port)`. Each value makes series of its own, so it has to have few.
   */
  public static value(expression: string): MetricTag {
    const problem = typeof expression !== 'string' ? 'it is no text' : expression.trim() === '' ? 'it is empty' : celProblem(expression);
    if (problem !== undefined) throw new Error(`MetricTag.value: ${describeValue(expression)} is no CEL expression: ${problem}. Write one over Envoy's attributes, for example "request.host"; a fixed text stands in quotes of its own: "'shop'".`);
    return new MetricTag({ value: expression });
  }

  /** The label is left out. */
  public static removed(): MetricTag {
    return new MetricTag({ operation: 'REMOVE' });
  }

  private constructor(private readonly fields: { readonly value?: string; readonly operation?: 'REMOVE' }) {}

  /** As the Telemetry has it. @internal */
  public _render(): { readonly value?: string; readonly operation?: 'REMOVE' } {
    return this.fields;
  }
}

export interface MetricOverrideOptions {
  /**
   * Which direction is meant: each proxy counts what it receives and what it sends, as `reporter="destination"` and `"source"`.
   *
   * @default TelemetryDirection.BOTH
   */
  readonly direction?: TelemetryDirection;
}

/**
 * How a metric differs from Istio's own. They hold in their order, after those of the wider scope.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/#MetricsOverrides
 */
export class MetricOverride {
  /** The metric is not made. Queries, alerts and dashboards that need it then see nothing. */
  public static off(metric: IstioMetric, options: MetricOverrideOptions = {}): MetricOverride {
    return new MetricOverride(selected('off', metric, options), { disabled: true });
  }

  /** The metric is made where the wider scope says that it is not. */
  public static on(metric: IstioMetric, options: MetricOverrideOptions = {}): MetricOverride {
    return new MetricOverride(selected('on', metric, options), { disabled: false });
  }

  /**
   * The metric has other labels.
   *
   * @param tags by the label's name, for example `{ request_host: MetricTag.value('request.host'), source_principal: MetricTag.removed() }`
   */
  public static tags(metric: IstioMetric, tags: { [label: string]: MetricTag }, options: MetricOverrideOptions = {}): MetricOverride {
    const example = "{ request_host: MetricTag.value('request.host') }";
    checkOptions('MetricOverride.tags', tags, example);
    const entries = Object.entries(tags);
    if (entries.length === 0) throw new Error(`MetricOverride.tags: no tags are given. Give for example ${example}.`);
    for (const [label, tag] of entries) {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(label) || label.startsWith('__')) throw new Error(`MetricOverride.tags: ${describeValue(label)} is no name of a label in Prometheus. Use letters, digits and underscores, no digit first, for example "request_host".`);
      if (!(tag instanceof MetricTag)) throw new Error(`MetricOverride.tags: ${describeValue(label)} is ${describeValue(tag)}. Give MetricTag.value('request.host') or MetricTag.removed().`);
    }
    return new MetricOverride(selected('tags', metric, options), { tagOverrides: Object.fromEntries(entries.map(([label, tag]) => [label, tag._render()])) });
  }

  private constructor(private readonly match: any, private readonly fields: Spec<TelemetrySpecMetricsOverrides>) {}

  /** As the Telemetry has it. @internal */
  public _render(): Spec<TelemetrySpecMetricsOverrides> {
    return { match: this.match, ...this.fields };
  }
}

function selected(factory: string, metric: IstioMetric, options: MetricOverrideOptions): object {
  if (!(metric instanceof IstioMetric)) throw new Error(`MetricOverride.${factory}: the metric is ${describeValue(metric)}. Give for example IstioMetric.REQUEST_COUNT or IstioMetric.ALL.`);
  checkOptions(`MetricOverride.${factory}`, options, '{ direction: TelemetryDirection.INBOUND }');
  const { direction = TelemetryDirection.BOTH } = options;
  checkMember('direction', direction, 'TelemetryDirection', TelemetryDirection);
  return { ...metric._match(), ...direction === TelemetryDirection.BOTH ? {} : { mode: direction } };
}
