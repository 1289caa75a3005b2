import { VirtualServiceHttpMatch as HttpMatch } from '../../../manifest/generated/istio-specs';
import { isHostLabel } from '../../../semantics/host-name';
import { matchedHeaderNameProblem } from '../../../semantics/http-header';
import { isPortNumber } from '../../../semantics/port-number';
import { FieldPath } from '../field-path';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';
import { checkWorkloadLabels } from '../workload-labels';
import { checkGatewayNames } from './gateway-names';
import { checkRegexMatch, checkStringMatch } from './string-match';

/** Which requests a route takes. */
export function checkHttpMatch(match: HttpMatch, at: FieldPath, report: WebhookReport): void {
  for (const name in match.headers) {
    checkHeaderName(name, at, 'headers', report);
    checkStringMatch(match.headers[name], at.field(`headers[${name}]`), report);
  }
  for (const name in match.withoutHeaders) {
    const condition = match.withoutHeaders[name];
    checkHeaderName(name, at, 'withoutHeaders', report);
    // "*" is no regular expression, but Istio has always read it as "present".
    if (condition.regex !== '*') checkStringMatch(condition, at.field(`withoutHeaders[${name}]`), report);
  }
  for (const name in match.queryParams) checkStringMatch(match.queryParams[name], at.field(`queryParams[${name}]`), report);
  if (match.uri) checkRegexMatch(match.uri, at.field('uri'), report);
  if (match.scheme) checkStringMatch(match.scheme, at.field('scheme'), report);
  if (match.method) checkStringMatch(match.method, at.field('method'), report);
  if (match.authority) checkStringMatch(match.authority, at.field('authority'), report);
  checkMatchPort(match.port, at, report);
  checkWorkloadLabels(match.sourceLabels, at.field('sourceLabels'), report);
  checkGatewayNames(match.gateways, at, { gatewayApi: false, report, warns: false });
  if (match.sourceNamespace && !isHostLabel(match.sourceNamespace)) {
    report.error(`${at}.sourceNamespace`, `${quoted(match.sourceNamespace)} is not the name of a namespace.`,
      'Write one name: letters, digits and inner dashes, at most 63. A wildcard or a list is not possible here.');
  }
}

/** A port that a match is limited to; 0 is as good as none. */
export function checkMatchPort(port: number | undefined, at: FieldPath, report: WebhookReport): void {
  if (port === undefined || port === 0 || isPortNumber(port)) return;
  report.error(`${at}.port`, `The port ${port} does not exist.`, 'Write a number from 1 to 65535, or leave the port out to match any.');
}

function checkHeaderName(name: string, at: FieldPath, field: string, report: WebhookReport): void {
  const problem = matchedHeaderNameProblem(name);
  if (problem === undefined) return;
  report.error(`${at}.${field}[${name}]`, `The header name ${quoted(name)} ${problem}.`,
    'Write the name of a header, such as x-user; or :method, :scheme, :authority, :path; or, on gateways, @request.auth.claims.<claim>.');
}
