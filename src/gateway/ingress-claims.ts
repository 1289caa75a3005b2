import { Construct } from 'constructs';
import { GatewayTls } from './gateway-tls';
import { PlainHttp } from './ingress-options';
import { AppRegistry } from '../model/app-registry';
import { isHostWithin, isWildcarded } from '../semantics/host-name';

/** One host at one port of gateway pods, and whose it is. */
export interface IngressClaim {
  /** What claims it, for messages. */
  readonly owner: Construct;
  /** The pods: equal for gateways that are served by the same ones. */
  readonly pods: string;
  /** The Gateway, as `NAMESPACE/NAME`. */
  readonly gateway: string;
  readonly host: string;
  /** The namespace whose routes are led to. */
  readonly namespace: string;
  readonly port: number;
  readonly tls: GatewayTls;
  readonly plainHttp: PlainHttp;
  /** Whether hosts with the same TLS share what serves them, so that a request finds its host there whoever shook hands. */
  readonly shared: boolean;
  /** Whether connections are led on, not requests. */
  readonly stream: boolean;
}

/** All hosts at all ingress gateways of an App. */
export const INGRESS_CLAIMS = new AppRegistry<IngressClaim>((claims) => {
  return [...grouped(claims).values()].flatMap((some) =>
    some.flatMap((later, index) => some.slice(0, index).flatMap((first) => conflict(first, later) ?? [])));
});

function podsAndPort({ pods, port }: IngressClaim): string {
  return `${pods} ${port}`;
}

function grouped(claims: readonly IngressClaim[]): Map<string, IngressClaim[]> {
  const groups = new Map<string, IngressClaim[]>();
  for (const claim of claims) groups.set(podsAndPort(claim), [...groups.get(podsAndPort(claim)) ?? [], claim]);
  return groups;
}

function conflict(first: IngressClaim, later: IngressClaim): string | undefined {
  const both = `[${later.owner.node.path}] and [${first.owner.node.path}]`;
  if (first.stream !== later.stream && [first, later].some(({ stream, tls }) => stream && tls._mode === 'NONE')) {
    return `${both} both use port ${later.port} of the same gateway pods, one for ${first.stream ? 'TCP' : 'HTTP'} and one for ${later.stream ? 'TCP' : 'HTTP'}. Give one of them another port.`;
  }
  if (first.host === later.host) {
    return `${both} both claim ${later.host}, at port ${later.port} of the same gateway pods: the one for namespace ${later.namespace} with ${later.tls._title} at ${later.gateway}, `
      + `the other for namespace ${first.namespace} with ${first.tls._title} at ${first.gateway}. `
      + 'Istio would serve one of them, by age. Make one, and add all routes to it; to let another team write some of them, delegate a path to it (addDelegate).';
  }
  const [narrow, wide] = isHostWithin(first.host, later.host) ? [first, later] : [later, first];
  if (!isWildcarded(wide.host) || !isHostWithin(narrow.host, wide.host)) return undefined;
  if (narrow.tls._mode === 'NONE' && wide.tls._mode === 'NONE') return undefined;
  if (narrow.shared && narrow.gateway === wide.gateway && narrow.tls._key === wide.tls._key && narrow.stream === wide.stream) return undefined;
  return `[${narrow.owner.node.path}] claims ${narrow.host} with ${narrow.tls._title} at ${narrow.gateway}, which [${wide.owner.node.path}] covers by ${wide.host} with ${wide.tls._title} at ${wide.gateway}. `
    + `A client chooses which of the two it shakes hands with, and may then ask for the other host all the same (browsers do, over HTTP/2): ${bypass(narrow, wide)} `
    + `${narrow.shared ? 'Give both the same TLS at the same gateway, or pods of their own to one of them.' : 'Give pods of its own to one of them, or name the hosts.'}`;
}

function bypass(narrow: IngressClaim, wide: IngressClaim): string {
  const asks = (claim: IngressClaim) => claim.tls._mode === 'MUTUAL' || claim.tls._mode === 'ISTIO_MUTUAL';
  if (asks(narrow) && !asks(wide) && narrow.namespace === wide.namespace && narrow.gateway === wide.gateway) return `${narrow.host} would be had without the certificate that it asks clients for.`;
  return `requests for ${narrow.host} would be answered by the routes of ${wide.host}.`;
}
