import { DestinationRuleTrafficPolicyOutlierDetection as OutlierDetection } from '../../../manifest/generated/istio-specs';
import { isWholePercent } from '../../../semantics/percent';
import { checkDuration } from '../duration';
import { FieldPath } from '../field-path';
import { WebhookReport } from '../webhook-check';

/** When an endpoint is taken out of load balancing. */
export function checkOutlierDetection(outlier: OutlierDetection, at: FieldPath, report: WebhookReport): void {
  checkDuration(outlier.baseEjectionTime, at.field('baseEjectionTime'), report);
  checkDuration(outlier.interval, at.field('interval'), report);
  if (outlier.consecutiveErrors) {
    report.warning(`${at}.consecutiveErrors`, 'The field consecutiveErrors is deprecated, and nothing reads it any more.',
      `Write consecutive5xxErrors: ${outlier.consecutiveErrors}, or consecutiveGatewayErrors for 502, 503 and 504 only.`);
  }
  if (outlier.consecutiveLocalOriginFailures && !outlier.splitExternalLocalOriginErrors) {
    report.error(`${at}.consecutiveLocalOriginFailures`, 'Failures of the connection are counted apart only with splitExternalLocalOriginErrors, which is not set.',
      'Add splitExternalLocalOriginErrors: true, or remove consecutiveLocalOriginFailures: such failures then count as 5xx.');
  }
  checkPercent(outlier.maxEjectionPercent, 'maxEjectionPercent', at, report);
  checkPercent(outlier.minHealthPercent, 'minHealthPercent', at, report);
}

function checkPercent(value: number | undefined, field: string, at: FieldPath, report: WebhookReport): void {
  if (value === undefined || isWholePercent(value)) return;
  report.error(`${at}.${field}`, `${value} is not a percentage.`, 'Write a whole number from 0 to 100.');
}
