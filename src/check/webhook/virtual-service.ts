import { checkExportTo } from './export-to';
import { FieldPath } from './field-path';
import { checkReservedAnnotations } from './reserved-annotations';
import { checkGatewayNames } from './virtual-service/gateway-names';
import { checkHosts } from './virtual-service/hosts';
import { checkHttpRoute } from './virtual-service/http-route';
import { checkJwtClaimsOnGatewaysOnly } from './virtual-service/jwt-claim-routes';
import { routeScope } from './virtual-service/route-scope';
import { checkTcpRoute } from './virtual-service/tcp-route';
import { checkTlsRoute } from './virtual-service/tls-route';
import { warnOfUnreachableHttpRoutes, warnOfUnreachableTcpRoutes, warnOfUnreachableTlsRoutes } from './virtual-service/unreachable-routes';
import { WebhookCheck, WebhookReport } from './webhook-check';
import { VirtualServiceSpec } from '../../manifest/generated/istio-specs';

/** What istiod says about a VirtualService. */
export const checkVirtualService: WebhookCheck<VirtualServiceSpec> = (object, report) => {
  const { spec } = object;
  checkReservedAnnotations(object, report);
  const scope = routeScope(object);
  if (scope.isDelegate) checkDelegate(spec, report);
  checkGatewayNames(spec.gateways, 'spec', { gatewayApi: scope.gatewayApi, report, warns: true });
  if (!scope.onGatewayOnly) checkJwtClaimsOnGatewaysOnly(spec, report);
  checkHosts(spec, scope, report);
  if (isEmpty(spec.http) && isEmpty(spec.tcp) && isEmpty(spec.tls)) {
    report.error('spec', 'There is no route.', 'Add a rule under http, tls or tcp, for example http: [{route: [{destination: {host: reviews}}]}].');
  }
  spec.http?.forEach((route, i) => checkHttpRoute(route, new FieldPath('spec', 'http', i), scope, report));
  spec.tls?.forEach((route, i) => checkTlsRoute(route, new FieldPath('spec', 'tls', i), scope, report));
  spec.tcp?.forEach((route, i) => checkTcpRoute(route, new FieldPath('spec', 'tcp', i), scope, report));
  checkExportTo(spec.exportTo, object.namespace, report);
  warnOfUnreachableHttpRoutes(spec.http, report);
  warnOfUnreachableTcpRoutes(spec.tcp, report);
  warnOfUnreachableTlsRoutes(spec.tls, report);
};

/** Without hosts, a VirtualService is a delegate: other VirtualServices send it requests by its name. */
function checkDelegate(spec: VirtualServiceSpec, report: WebhookReport): void {
  if (!isEmpty(spec.gateways)) {
    report.error('spec.gateways', 'A VirtualService without hosts is a delegate, and a delegate stands on no gateway.',
      'Add the hosts it is for, or remove gateways: the VirtualService that delegates to it has them.');
  }
  for (const field of ['tls', 'tcp'] as const) {
    if (isEmpty(spec[field])) continue;
    report.error(`spec.${field}`, `A VirtualService without hosts is a delegate, and a delegate has http routes only, no ${field} ones.`,
      `Add the hosts it is for, or remove ${field}.`);
  }
}

function isEmpty(list: readonly unknown[] | undefined): boolean {
  return list === undefined || list.length === 0;
}
