import { VirtualServiceHttpCorsPolicy as CorsPolicy } from '../../../manifest/generated/istio-specs';
import { DURATION_FIX, durationProblem, goDurationNanoseconds } from '../../../semantics/go-duration';
import { corsHeaderNameProblem } from '../../../semantics/http-header';
import { FieldPath } from '../field-path';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';
import { checkRegexMatch } from './string-match';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', '*']);
const SECOND = 1_000_000_000n;

export function checkCorsPolicy(policy: CorsPolicy, at: FieldPath, report: WebhookReport): void {
  policy.allowOrigins?.forEach((origin, i) => {
    if (origin.exact || origin.prefix || origin.regex) {checkRegexMatch(origin, at.item('allowOrigins', i), report);} else {
      report.error(`${at}.allowOrigins[${i}]`, 'The origin is empty.',
        'Write exact, prefix or regex with a value, for example exact: https://shop.example.com; regex: ".*" for any.');
    }
  });
  policy.allowMethods?.forEach((method, i) => {
    if (METHODS.has(method)) return;
    report.error(`${at}.allowMethods[${i}]`, `${quoted(method)} is not an HTTP method that Istio knows.`, `Allowed are ${[...METHODS].join(', ')}.`);
  });
  checkHeaderNames(policy.allowHeaders, 'allowHeaders', at, report);
  checkHeaderNames(policy.exposeHeaders, 'exposeHeaders', at, report);
  if (policy.maxAge !== undefined) checkMaxAge(policy.maxAge, `${at}.maxAge`, report);
}

function checkHeaderNames(names: readonly string[] | undefined, field: string, at: FieldPath, report: WebhookReport): void {
  names?.forEach((name, i) => {
    const problem = corsHeaderNameProblem(name);
    if (problem !== undefined) {
      report.error(`${at}.${field}[${i}]`, `The header name ${quoted(name)} ${problem}.`, 'Write the name of a header, such as x-user, or "*" for any.');
    }
  });
}

/** Browsers are told whole seconds. */
function checkMaxAge(maxAge: string, path: string, report: WebhookReport): void {
  const problem = durationProblem(maxAge);
  if (problem !== undefined) {
    report.error(path, `The duration ${quoted(maxAge)} ${problem}.`, DURATION_FIX);
  } else if (goDurationNanoseconds(maxAge)! % SECOND !== 0n) {
    report.error(path, `The duration ${quoted(maxAge)} is not a whole number of seconds.`, 'Write whole seconds, such as 30s or 24h: browsers know no fractions.');
  }
}
