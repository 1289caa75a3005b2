import { VirtualServiceHttp as HttpRoute } from '../../../manifest/generated/istio-specs';
import { checkDuration } from '../duration';
import { FieldPath } from '../field-path';
import { WebhookReport } from '../webhook-check';
import { checkCorsPolicy } from './cors-policy';
import { checkDestinations } from './destination';
import { checkDirectResponse } from './direct-response';
import { checkFault } from './fault';
import { checkAuthorityChanges, checkHeaderOperations } from './header-operations';
import { checkHttpMatch } from './http-match';
import { checkMirrors } from './mirror';
import { checkRedirect } from './redirect';
import { checkRetries } from './retries';
import { checkRewrite } from './rewrite';
import { RouteScope } from './route-scope';

/** One rule under `spec.http`. */
export function checkHttpRoute(route: HttpRoute, at: FieldPath, scope: RouteScope, report: WebhookReport): void {
  checkAction(route, at, scope, report);
  const { match } = route;
  if (match) for (let i = 0; i < match.length; i++) checkHttpMatch(match[i], at.item('match', i), report);
  if (route.headers) checkHeaderOperations(route.headers, at, report);
  if (route.corsPolicy) checkCorsPolicy(route.corsPolicy, at.field('corsPolicy'), report);
  if (route.fault) checkFault(route.fault, at.field('fault'), report);
  checkMirrors(route, at, report);
  if (route.redirect) checkRedirect(route.redirect, match, at.field('redirect'), report);
  if (route.directResponse) checkDirectResponse(route.directResponse, at.field('directResponse'), report);
  if (route.retries) checkRetries(route.retries, at.field('retries'), report);
  if (route.rewrite) checkRewrite(route.rewrite, at.field('rewrite'), report);
  checkAuthorityChanges(route.rewrite?.authority, route.headers, at, report);
  route.route?.forEach(({ headers }, i) => {
    if (headers) checkHeaderOperations(headers, at.item('route', i), report);
  });
  checkDestinations(route.route, at, scope, report);
  checkDuration(route.timeout, at.field('timeout'), report);
}

/** A route, a redirect, a direct response or a delegate: exactly one, and only what goes with it. */
function checkAction(route: HttpRoute, at: FieldPath, { isDelegate }: RouteScope, report: WebhookReport): void {
  const routed = route.route !== undefined && route.route.length > 0;
  if (route.delegate) {
    if (!isDelegate) {
      checkNothingBeside('delegate', { redirect: route.redirect, route: routed }, at, report);
      return;
    }
    report.error(`${at}.delegate`, 'This VirtualService has no hosts, so it is a delegate itself, and a delegate cannot delegate further.',
      'Add the hosts it is for, or write the route here.');
  }
  const { redirect, directResponse, fault, rewrite, mirror, mirrors } = route;
  if (redirect) {
    checkNothingBeside('redirect', { route: routed, fault, rewrite, directResponse }, at, report);
  } else if (directResponse) {
    checkNothingBeside('directResponse', { route: routed, fault, rewrite }, at, report);
  } else if (!routed) {
    report.error(`${at}`, 'The rule does not say what to do with the requests.',
      'Add route with a destination, redirect, directResponse, or delegate with the name of a VirtualService without hosts.');
  }
  if (mirror && mirrors && mirrors.length > 0) {
    report.error(`${at}.mirror`, 'The rule has both mirror and mirrors.', 'Move the one under mirror to mirrors: [{destination: …, percentage: …}].');
  }
}

function checkNothingBeside(action: string, others: Readonly<Record<string, unknown>>, at: FieldPath, report: WebhookReport): void {
  for (const name in others) {
    if (!others[name]) continue;
    report.error(`${at}.${name}`, `The rule has ${action} and ${name}, which do not go together.`, 'Remove one of them, or make two rules with different matches.');
  }
}
