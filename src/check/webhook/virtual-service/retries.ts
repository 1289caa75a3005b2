import { VirtualServiceHttpRetries as Retries } from '../../../manifest/generated/istio-specs';
import { isRegisteredStatus } from '../../../semantics/http-status';
import { checkDuration } from '../duration';
import { FieldPath } from '../field-path';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';

const CONDITIONS = new Set([
  '5xx', 'gateway-error', 'reset', 'reset-before-request', 'connect-failure', 'retriable-4xx', 'refused-stream', 'retriable-status-codes',
  'retriable-headers', 'envoy-ratelimited', 'http3-post-connect-failure',
  'cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable',
]);

export function checkRetries(retries: Retries, at: FieldPath, report: WebhookReport): void {
  const { attempts = 0, perTryTimeout, retryOn, retryRemoteLocalities, backoff } = retries;
  if (attempts < 0) report.error(`${at}.attempts`, `${attempts} attempts cannot be made.`, 'Write 0 for no retries, or how many tries may follow the first.');
  // null is as good as absent.
  const remoteLocalities = retryRemoteLocalities !== undefined && retryRemoteLocalities !== null;
  if (attempts === 0 && (perTryTimeout !== undefined || retryOn || remoteLocalities)) {
    const given = perTryTimeout !== undefined ? 'perTryTimeout' : retryOn ? 'retryOn' : 'retryRemoteLocalities';
    report.error(`${at}.attempts`, `There are no retries (attempts is ${retries.attempts === undefined ? 'absent, which means 0' : 0}), so ${given} has nothing to apply to.`,
      `Write attempts: 2, for example, or remove ${given}.`);
  }
  checkDuration(perTryTimeout, at.field('perTryTimeout'), report);
  checkDuration(backoff, at.field('backoff'), report);
  if (!retryOn) return;
  for (const condition of retryOn.split(',')) {
    if (CONDITIONS.has(condition) || isStatusCode(condition)) continue;
    report.error(`${at}.retryOn`, `${quoted(condition)} is not a condition for retries.`,
      `Write conditions with commas and without spaces between them: ${[...CONDITIONS].join(', ')}, or HTTP status codes.`);
  }
}

/** As Go reads an integer, with or without a sign; the status has to be a registered one. */
function isStatusCode(text: string): boolean {
  return /^[-+]?\d+$/.test(text) && isRegisteredStatus(Number(text));
}
