import { quoted } from './quoted';
import { WebhookReport } from './webhook-check';
import { isWorkloadLabelKey, isWorkloadLabelValue } from '../../semantics/workload-label';

/** Labels that select workloads: those of a subset, `sourceLabels`. */
export function checkWorkloadLabels(
  labels: Readonly<Record<string, string>> | undefined, path: { toString(): string }, report: WebhookReport,
): void {
  for (const key in labels) {
    if (!isWorkloadLabelKey(key)) {
      report.error(`${path}[${key}]`, `${quoted(key)} is not the name of a label.`,
        'Use letters, digits, "-", "_" and ".", at most 63, with a letter or digit at either end; a DNS name and a "/" may stand before it.');
    }
    if (!isWorkloadLabelValue(labels[key])) {
      report.error(`${path}[${key}]`, `${quoted(labels[key])} is not the value of a label.`,
        'Use letters, digits, "-", "_" and ".", with a letter or digit at either end. A wildcard or a list is not possible here.');
    }
  }
}
