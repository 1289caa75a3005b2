import { checkSubsets } from './destination-rule/subsets';
import { checkTrafficPolicy } from './destination-rule/traffic-policy';
import { checkExportTo } from './export-to';
import { FieldPath } from './field-path';
import { quoted } from './quoted';
import { checkReservedAnnotations } from './reserved-annotations';
import { isEmpty } from './target-refs';
import { WebhookCheck, WebhookReport } from './webhook-check';
import { DestinationRuleSpec } from '../../manifest/generated/istio-specs';
import { wildcardHostProblem } from '../../semantics/host-name';

/** What istiod says about a DestinationRule. */
export const checkDestinationRule: WebhookCheck<DestinationRuleSpec> = (object, report) => {
  const { spec, namespace } = object;
  checkReservedAnnotations(object, report);
  const host = spec.host ?? '';
  const problem = wildcardHostProblem(host);
  if (problem !== undefined) {
    report.error('spec.host', `The host ${quoted(host)} ${problem}.`, 'Write the name of a service, such as reviews or reviews.shop.svc.cluster.local, or a wildcard such as *.example.com.');
  }
  if (spec.trafficPolicy) checkTrafficPolicy(spec.trafficPolicy, new FieldPath('spec', 'trafficPolicy'), namespace, report);
  checkSubsets(spec.subsets, namespace, report);
  const exportedTo = checkExportTo(spec.exportTo, namespace, report);
  if (spec.workloadSelector) checkSelector(spec.workloadSelector, exportedTo, namespace, report);
};

/** A rule for some workloads only: nobody outside of their namespace can follow it. */
function checkSelector(
  { matchLabels }: NonNullable<DestinationRuleSpec['workloadSelector']>, exportedTo: ReadonlySet<string> | undefined, namespace: string, report: WebhookReport,
): void {
  if (exportedTo !== undefined && exportedTo.size > 0 && !(exportedTo.size === 1 && exportedTo.has(namespace))) {
    report.error('spec.exportTo', 'With a workloadSelector, the rule holds in its own namespace only.', 'Write exportTo: ["."], or remove it or the workloadSelector.');
  }
  if (isEmpty(matchLabels)) {
    report.warning('spec.workloadSelector', 'The selector has no matchLabels, so it selects every workload of the namespace.',
      'Name the labels of the workloads that are meant, for example matchLabels: {app: reviews}, or drop the selector.');
  }
}
