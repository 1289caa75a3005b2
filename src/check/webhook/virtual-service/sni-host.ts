import { isHostWithin, wildcardHostProblem } from '../../../semantics/host-name';
import { isIpAddress } from '../../../semantics/ip-address';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';
import { RouteScope } from './route-scope';

/** Names that sidecars make for other clusters: `outbound_.80_._.reviews.shop.svc.cluster.local`. */
const GENERATED = 'outbound_';

/** What is wrong with an SNI host at a gateway; nothing if it is fine. */
export function sniHostProblem(host: string): string | undefined {
  if (!host.startsWith(GENERATED) || host.length > 255) return wildcardHostProblem(host);
  const [, port, , name] = host.split('_');
  if (name !== undefined && /[0-9]/.test(port) && /[a-zA-Z]/.test(name)) return undefined;
  return 'starts with "outbound_", as names that Istio makes for other clusters do, but is not of the form outbound_.<port>_.<subset>_.<host>';
}

/** An SNI host of a TLS match: within one of the hosts of the VirtualService. */
export function checkSniHost(host: string, path: { toString(): string }, scope: RouteScope, report: WebhookReport): void {
  const problem = scope.withoutMesh ? sniHostProblem(host) : wildcardHostProblem(host);
  if (problem !== undefined) {
    if (isIpAddress(host)) {
      report.warning(`${path}`, `The SNI host ${quoted(host)} is an IP address. Clients send names as SNI, hardly ever addresses.`,
        'Write the name that clients connect to, or match the address by destinationSubnets in a tcp rule.');
    } else {
      report.error(`${path}`, `The SNI host ${quoted(host)} ${problem}.`, 'Write a name such as shop.example.com, or a wildcard such as *.example.com.');
    }
    return;
  }
  if (isCovered(host, scope)) return;
  report.error(`${path}`, `The SNI host ${quoted(host)} is not covered by spec.hosts${scope.hosts.length === 0 ? ', which is empty' : ` (${hostList(scope)})`}.`,
    'Add it to spec.hosts, or write one that is there or that a wildcard there covers.');
}

function isCovered(host: string, scope: RouteScope): boolean {
  return scope.hosts.length < 8 ? scope.hosts.some((outer) => isHostWithin(host, outer)) : scope.hostSet().covers(host);
}

function hostList({ hosts }: RouteScope): string {
  const shown = hosts.slice(0, 3).map(quoted).join(', ');
  return hosts.length > 3 ? `${shown} and ${hosts.length - 3} more` : shown;
}
