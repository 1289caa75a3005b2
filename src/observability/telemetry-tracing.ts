import { TelemetryDirection } from './telemetry-direction';
import { TelemetryProvider, checkTelemetryProvider } from './telemetry-provider';
import { TraceTag } from './trace-tag';
import type { TelemetrySpecTracing } from '../imports/telemetry.istio.io';
import { checkFlags, checkMember, checkOptions, checkProps } from '../model/given';
import type { Spec } from '../model/istio-object';
import { describeValue } from '../semantics/describe-value';

/** Which requests are traced, and what their spans say. What is left out is as in the wider scope. */
export interface TelemetryTracingOptions {
  /**
   * Who gets the spans. Where neither this nor the wider scope nor the mesh configuration names one, nothing is traced.
   *
   * @default - as in the wider scope
   */
  readonly provider?: TelemetryProvider;
  /**
   * The percentage of requests that are traced, 0–100 in steps of 0.01, where nobody decided before: a request whose headers
   * say that its trace is sampled, or is not, is treated as they say.
   *
   * @default - as in the wider scope; where nobody says it, 1
   */
  readonly sampling?: number;
  /**
   * Tags of every span, by name. They replace all of the wider scope.
   *
   * @default - as in the wider scope
   */
  readonly customTags?: { readonly [name: string]: TraceTag };
  /**
   * Whether spans are sent. Headers of the trace are passed on either way.
   *
   * @default - as in the wider scope; where nobody says it, true
   */
  readonly reportSpans?: boolean;
  /**
   * Whether spans have Istio's own tags: the canonical service, the mesh, the namespace.
   *
   * @default - as in the wider scope; where nobody says it, true
   */
  readonly istioTags?: boolean;
  /**
   * Whether requests carry the headers of their trace on. Without, those behind an egress gateway learn nothing of it.
   *
   * @default - as in the wider scope; where nobody says it, true
   */
  readonly propagateContext?: boolean;
  /**
   * Which direction is meant.
   *
   * @default TelemetryDirection.BOTH
   */
  readonly direction?: TelemetryDirection;
}

const EXAMPLE = "{ provider: TelemetryProvider.named('otel'), sampling: 10 }";

/** What is said within the field `tracing`. */
export function checkTracing(options: TelemetryTracingOptions): void {
  checkProps(options, `tracing: ${EXAMPLE}`);
  const { provider, sampling, customTags, reportSpans, istioTags, propagateContext, direction } = options;
  if (provider !== undefined) {
    checkTelemetryProvider('provider', provider);
    if (provider._signal !== undefined && provider._signal !== 'tracing') {
      throw new Error(`\`provider\` is ${provider.name}, which takes ${provider._signal === 'metrics' ? 'metrics' : 'access logs'} and no traces: nothing would be traced. Give one for traces, for example TelemetryProvider.openTelemetry(…).`);
    }
  }
  if (sampling !== undefined) checkSampling(sampling);
  if (customTags !== undefined) checkTags(customTags);
  checkFlags({ reportSpans, istioTags, propagateContext });
  if (direction !== undefined) checkMember('direction', direction, 'TelemetryDirection', TelemetryDirection);
  const { direction: _, ...said } = options;
  if (Object.values(said).every((value) => value === undefined)) throw new Error(`\`tracing\` says nothing. Give for example ${EXAMPLE}, or leave it out.`);
}

function checkSampling(sampling: number): void {
  const example = 'Give a percentage from 0 to 100, for example 10 for one request in ten';
  if (typeof sampling !== 'number' || !(sampling >= 0 && sampling <= 100)) throw new Error(`\`sampling\` is ${describeValue(sampling)}. ${example}.`);
  const steps = sampling * 100;
  // 0.07 is 7.000000000000001 steps in floating point, and meant as 7.
  if (Math.abs(steps - Math.round(steps)) > 1e-6) throw new Error(`\`sampling\` is ${sampling}, and Envoy counts in steps of 0.01. ${example}, or 0.01 for one in ten thousand.`);
}

function checkTags(tags: { readonly [name: string]: TraceTag }): void {
  const example = "{ environment: TraceTag.literal('production') }";
  checkOptions('customTags', tags, example);
  for (const [name, tag] of Object.entries(tags)) {
    if (name.trim() === '') throw new Error('`customTags` has a tag without a name; the name is what a trace shows. Name it.');
    if (!(tag instanceof TraceTag)) throw new Error(`\`customTags\` holds ${describeValue(name)}: ${describeValue(tag)}. Give ${example}.`);
  }
}

export function renderTracing(options: TelemetryTracingOptions): Spec<TelemetrySpecTracing> {
  const { provider, sampling, customTags, reportSpans, istioTags, propagateContext, direction = TelemetryDirection.BOTH } = options;
  const tags = customTags && Object.fromEntries(Object.entries(customTags).map(([name, tag]) => [name, tag._render()]));
  return {
    ...direction !== TelemetryDirection.BOTH && { match: { mode: direction } },
    ...provider && { providers: [{ name: provider.name }] },
    ...sampling !== undefined && { randomSamplingPercentage: sampling },
    ...tags && { customTags: tags },
    ...reportSpans !== undefined && { disableSpanReporting: !reportSpans },
    ...istioTags !== undefined && { enableIstioTags: istioTags },
    ...propagateContext !== undefined && { disableContextPropagation: !propagateContext },
  };
}
