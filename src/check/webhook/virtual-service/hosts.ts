import { VirtualServiceSpec } from '../../../manifest/generated/istio-specs';
import { HostSet, isWildcarded, wildcardHostProblem } from '../../../semantics/host-name';
import { isIpAddress } from '../../../semantics/ip-address';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';
import { RouteScope } from './route-scope';
import { sniHostProblem } from './sni-host';

/** The hosts that requests are for: names, wildcards, addresses; none covering another. */
export function checkHosts({ hosts }: VirtualServiceSpec, scope: RouteScope, report: WebhookReport): void {
  if (hosts === undefined) return;
  let allFine = true;
  for (let i = 0; i < hosts.length; i++) {
    const host = hosts[i];
    const problem = scope.onGatewayOnly && scope.hasSniHosts ? sniHostProblem(host) : wildcardHostProblem(host);
    if (problem !== undefined) {
      if (isIpAddress(host)) continue;
      allFine = false;
      report.error(`spec.hosts[${i}]`, `The host ${quoted(host)} ${problem}.`,
        'Write a name such as reviews or reviews.shop.svc.cluster.local, a wildcard such as *.example.com, or an IP address; no port, no scheme.');
    } else if (host === '*' && !scope.onGatewayOnly) {
      allFine = false;
      report.error(`spec.hosts[${i}]`, 'The host "*" is for gateways only: on the mesh it would take every request of every sidecar.',
        'Name the hosts, or name the gateways without "mesh".');
    }
  }
  // Istio compares them only when each is one.
  if (allFine && hosts.length > 1) checkOverlaps(hosts, report);
}

function checkOverlaps(hosts: readonly string[], report: WebhookReport): void {
  const set = new HostSet();
  hosts.forEach((host, i) => {
    if (set.add(host)) report.error(`spec.hosts[${i}]`, `The host ${quoted(host)} stands twice.`, 'Name it once.');
  });
  if (!hosts.some(isWildcarded)) return;
  hosts.forEach((host, i) => {
    const wider = set.widerThan(host);
    if (wider === undefined) return;
    report.error(`spec.hosts[${i}]`, `The host ${quoted(host)} is covered by ${quoted(wider)}, another host of this VirtualService.`,
      'Keep the wider one, or move one of them to a VirtualService of its own.');
  });
}
