import { DestinationRuleSubsets as Subset } from '../../../manifest/generated/istio-specs';
import { isHostLabel } from '../../../semantics/host-name';
import { FieldPath } from '../field-path';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';
import { withoutWarnings } from '../without-warnings';
import { checkWorkloadLabels } from '../workload-labels';
import { checkTrafficPolicy } from './traffic-policy';

/** Named parts of a service, by labels of its pods. */
export function checkSubsets(subsets: readonly Subset[] | undefined, namespace: string, report: WebhookReport): void {
  if (subsets === undefined) return;
  const names = new Set<string>();
  for (let i = 0; i < subsets.length; i++) {
    const { name, labels, trafficPolicy } = subsets[i];
    const at = new FieldPath('spec', 'subsets', i);
    if (names.has(name)) report.error(`${at}.name`, `There are two subsets ${quoted(name)}.`, 'Give each its own name.');
    names.add(name);
    if (!isHostLabel(name)) {
      report.error(`${at}.name`, `${quoted(name)} is not the name of a subset.`, 'Use letters, digits and inner dashes, at most 63, such as v1 or canary-2.');
    }
    checkWorkloadLabels(labels, at.field('labels'), report);
    if (trafficPolicy) checkTrafficPolicy(trafficPolicy, at.field('trafficPolicy'), namespace, withoutWarnings(report));
  }
}
