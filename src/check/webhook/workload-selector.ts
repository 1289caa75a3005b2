import { quoted } from './quoted';
import { WebhookReport } from './webhook-check';

interface Selector { readonly labels?: Readonly<Record<string, string>> }

/** A `workloadSelector` with `labels`. That no value has an asterisk, the schema has seen to. */
export function checkWorkloadSelector(selector: Selector | undefined, kind: string, report: WebhookReport): void {
  if (selector === undefined) return;
  let empty = true;
  for (const key in selector.labels) {
    empty = false;
    if (key === '') {
      report.error('spec.workloadSelector.labels', 'A label of the workload selector has an empty key.',
        'Write the key of a label of the pods, such as app.');
    } else if (key.includes('*')) {
      report.error(`spec.workloadSelector.labels[${key}]`, `The key ${quoted(key)} has a wildcard; labels are compared letter by letter.`,
        'Write the whole key.');
    }
  }
  if (empty) {
    report.warning('spec.workloadSelector', `The workload selector has no labels, so the ${kind} is for every workload of its namespace.`,
      'Name the labels of the workloads that are meant, for example labels: {app: reviews}, or drop the selector.');
  }
}
