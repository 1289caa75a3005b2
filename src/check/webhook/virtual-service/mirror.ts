import { VirtualServiceHttp as HttpRoute } from '../../../manifest/generated/istio-specs';
import { FieldPath } from '../field-path';
import { WebhookReport } from '../webhook-check';
import { checkDestination } from './destination';

/** Copies of requests for another service, whose answers are thrown away. */
export function checkMirrors(route: HttpRoute, at: FieldPath, report: WebhookReport): void {
  checkMirrorPercent(route, at, report);
  checkShare(route.mirrorPercentage, at.field('mirrorPercentage'), report);
  if (route.mirror) checkDestination(route.mirror, at.field('mirror'), report);
  route.mirrors?.forEach(({ destination, percentage }, i) => {
    checkDestination(destination, at.field(`mirrors[${i}].destination`), report);
    checkShare(percentage, at.field(`mirrors[${i}].percentage`), report);
  });
}

/** The old field, which has two spellings; the newer one counts where both are given, also when it is null. */
function checkMirrorPercent(route: HttpRoute, at: FieldPath, report: WebhookReport): void {
  const field = route.mirrorPercent === undefined ? 'mirror_percent' : 'mirrorPercent';
  const percent = route[field];
  if (percent === undefined || percent === null) return;
  if (percent > 100) report.error(`${at}.${field}`, `${percent} percent of the requests cannot be mirrored.`, 'Write mirrorPercentage: {value: …} with 0 to 100.');
  report.warning(`${at}.${field}`, `The field ${field} is deprecated.`, `Write mirrorPercentage: {value: ${Math.min(percent, 100)}}.`);
}

function checkShare(percentage: { readonly value?: number } | undefined, at: FieldPath, report: WebhookReport): void {
  const value = percentage?.value ?? 0;
  if (value >= 0 && value <= 100) return;
  report.error(`${at}.value`, `${value} percent of the requests cannot be mirrored.`, 'Write 0 to 100; without a percentage, all are.');
}
