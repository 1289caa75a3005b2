import { quoted } from './quoted';
import { checkReservedAnnotations } from './reserved-annotations';
import { checkTargets } from './target-refs';
import { WebhookCheck, WebhookReport } from './webhook-check';
import {
  TelemetryAccessLogging as AccessLogging, TelemetryMetrics as Metrics, TelemetrySpec as Spec, TelemetryTracing as Tracing,
} from '../../manifest/generated/istio-specs';
import { celProblem } from '../../semantics/cel/syntax';

export const checkTelemetry: WebhookCheck<Spec> = (object, report) => {
  checkReservedAnnotations(object, report);
  const { spec } = object;
  checkTargets(spec, report);
  spec.metrics?.forEach((metrics, i) => checkMetrics(metrics, i, report));
  if (spec.tracing !== undefined) checkTracing(spec.tracing, report);
  spec.accessLogging?.forEach((logging, i) => checkAccessLogging(logging, i, report));
};

function checkMetrics({ overrides }: Metrics, i: number, report: WebhookReport): void {
  overrides?.forEach(({ tagOverrides }, j) => {
    for (const tag in tagOverrides) {
      const path = `spec.metrics[${i}].overrides[${j}].tagOverrides[${tag}]`;
      if (tag === '') report.warning(path, 'The tag has no name.', 'Name the tag that is meant, or drop the override.');
      const { operation, value } = tagOverrides[tag];
      if (operation !== 'REMOVE' && !value) {
        report.error(path, `The tag ${quoted(tag)} is to be set (operation UPSERT, the default) and has no value.`,
          'Give the CEL expression for its value, or write operation: REMOVE to drop the tag.');
      }
    }
  });
}

function checkTracing(tracing: readonly Tracing[], report: WebhookReport): void {
  if (tracing.length > 1) {
    report.warning('spec.tracing', `There are ${tracing.length} tracing entries; Istio supports one.`, 'Merge them into one.');
  }
  tracing.forEach(({ providers, customTags }, i) => {
    if (providers !== undefined && providers.length > 1) {
      report.warning(`spec.tracing[${i}].providers`, `There are ${providers.length} providers; Istio supports one for traces.`, 'Keep one.');
    }
    if (customTags !== undefined && '' in customTags) {
      report.error(`spec.tracing[${i}].customTags`, 'A custom tag has no name.', 'Name it; the name is what the trace shows.');
    }
  });
}

function checkAccessLogging({ filter }: AccessLogging, i: number, report: WebhookReport): void {
  if (filter === undefined) return;
  const { expression = '' } = filter;
  const problem = expression === '' ? 'it is empty' : celProblem(expression);
  if (problem === undefined) return;
  report.error(`spec.accessLogging[${i}].filter.expression`, `This is no CEL expression: ${problem}.`,
    'Write a condition over Envoy\'s attributes, for example "response.code >= 500", or drop the filter to log everything.');
}
