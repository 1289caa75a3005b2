import { VirtualServiceTcp as TcpRoute, VirtualServiceTcpMatch as TcpMatch } from '../../../manifest/generated/istio-specs';
import { isIpSubnet } from '../../../semantics/ip-address';
import { FieldPath } from '../field-path';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';
import { checkWorkloadLabels } from '../workload-labels';
import { checkDestinations } from './destination';
import { checkGatewayNames } from './gateway-names';
import { checkMatchPort } from './http-match';
import { RouteScope } from './route-scope';

/** One rule under `spec.tcp`. */
export function checkTcpRoute(tcp: TcpRoute, at: FieldPath, scope: RouteScope, report: WebhookReport): void {
  tcp.match?.forEach((match, i) => checkConnectionMatch(match, at.item('match', i), false, report));
  checkConnectionRoute(tcp.route, at, scope, report);
}

/** What matches of tcp and tls rules have in common. */
export function checkConnectionMatch(
  match: Pick<TcpMatch, 'destinationSubnets' | 'port' | 'sourceLabels' | 'gateways'>, at: FieldPath, warns: boolean, report: WebhookReport,
): void {
  match.destinationSubnets?.forEach((subnet, i) => {
    if (isIpSubnet(subnet)) return;
    report.error(`${at}.destinationSubnets[${i}]`, `${quoted(subnet)} is neither a subnet nor an IP address.`,
      'Write one such as 10.0.0.0/8, 10.1.2.3 or 2001:db8::/32.');
  });
  checkMatchPort(match.port, at, report);
  checkWorkloadLabels(match.sourceLabels, at.field('sourceLabels'), report);
  checkGatewayNames(match.gateways, at, { gatewayApi: false, report, warns });
}

/** Where connections go: somewhere. */
export function checkConnectionRoute(route: TcpRoute['route'], at: FieldPath, scope: RouteScope, report: WebhookReport): void {
  if (route === undefined || route.length === 0) {
    report.error(`${at}.route`, 'The rule does not say where the connections go.', 'Add route: [{destination: {host: <service>}}].');
  }
  checkDestinations(route, at, scope, report);
}
