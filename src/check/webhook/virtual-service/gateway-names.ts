import { fqdnProblem, isHostLabel } from '../../../semantics/host-name';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';

interface Reader {
  /** The VirtualService claims to be made from the Gateway API, whose gateways' names are freer. */
  readonly gatewayApi: boolean;
  readonly report: WebhookReport;
  /** Istio does not hand on warnings about the gateways of http and tcp matches. */
  readonly warns: boolean;
}

/** Gateways by name: `mesh`, `gateway`, `namespace/gateway`, and the old `gateway.namespace.svc.cluster.local`. */
export function checkGatewayNames(
  gateways: readonly string[] | undefined, parent: { toString(): string }, { gatewayApi, report, warns }: Reader,
): void {
  if (gateways === undefined) return;
  for (let i = 0; i < gateways.length; i++) {
    const gateway = gateways[i];
    const slash = gateway.indexOf('/');
    if (slash < 0) {
      checkShortName(gateway, `${parent}.gateways[${i}]`, warns, report);
      // Istio looks no further after the first one without a namespace.
      return;
    }
    const namespace = gateway.slice(0, slash);
    const name = gateway.slice(slash + 1);
    if (isHostLabel(namespace) && (isHostLabel(name) || (gatewayApi && name !== ''))) continue;
    report.error(`${parent}.gateways[${i}]`, `The gateway ${quoted(gateway)} is not a namespace and a name.`,
      'Write "<namespace>/<name>": letters, digits and inner dashes, each at most 63. A gateway of the same namespace needs its name only.');
  }
}

function checkShortName(gateway: string, path: string, warns: boolean, report: WebhookReport): void {
  const problem = fqdnProblem(gateway);
  if (problem !== undefined) {
    report.error(path, `The gateway ${quoted(gateway)} ${problem}.`, 'Write "<namespace>/<name>", or only the name for a gateway of the same namespace.');
  } else if (warns && gateway.includes('.')) {
    const [name, namespace] = gateway.split('.');
    report.warning(path, `The gateway ${quoted(gateway)} is named in the old way, as a DNS name.`, `Write "${namespace}/${name}".`);
  }
}
