import { VirtualServiceTls as TlsRoute } from '../../../manifest/generated/istio-specs';
import { FieldPath } from '../field-path';
import { WebhookReport } from '../webhook-check';
import { RouteScope } from './route-scope';
import { checkSniHost } from './sni-host';
import { checkConnectionMatch, checkConnectionRoute } from './tcp-route';

/** One rule under `spec.tls`: TLS that is passed on without being opened, by its SNI. */
export function checkTlsRoute(tls: TlsRoute, at: FieldPath, scope: RouteScope, report: WebhookReport): void {
  if (tls.match.length === 0) {
    report.error(`${at}.match`, 'The rule has no match.', 'Add match: [{sniHosts: [<host>]}]; TLS is routed by the SNI only.');
  }
  tls.match.forEach((match, i) => {
    const matchAt = at.item('match', i);
    if (match.sniHosts.length === 0) {
      report.error(`${matchAt}.sniHosts`, 'The match has no SNI host.', 'Name at least one, such as shop.example.com, of those in spec.hosts.');
    }
    match.sniHosts.forEach((host, j) => checkSniHost(host, matchAt.item('sniHosts', j), scope, report));
    checkConnectionMatch(match, matchAt, true, report);
  });
  checkConnectionRoute(tls.route, at, scope, report);
}
