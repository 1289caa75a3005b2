import type { ChartRelease } from './chart-release';

/** The charts of Istio that have webhooks. */
const CHARTS = ['base', 'istiod', 'default'];

export const WEBHOOK_API = 'admissionregistration.k8s.io';

/**
 * What istiod itself writes into the webhooks that Istio's charts create: its CA, and `Fail` once it answers. Whoever puts
 * it back to what the chart says and istiod would take turns for ever.
 */
export const WEBHOOK_FIELDS = [
  { kind: 'MutatingWebhookConfiguration', fields: ['clientConfig.caBundle'] },
  { kind: 'ValidatingWebhookConfiguration', fields: ['clientConfig.caBundle', 'failurePolicy'] },
] as const;

export function hasWebhooks({ chart }: ChartRelease): boolean {
  return CHARTS.includes(chart);
}
