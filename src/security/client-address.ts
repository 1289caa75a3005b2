import { checkCaller } from './given';
import { checkIpRanges } from './ip-ranges';
import { checkFlags, checkOptions } from '../model/given';
import { IMeshCaller } from '../model/identity';
import { checkTrusted } from '../model/trust-domains';
import { describeValue } from '../semantics/describe-value';
import { located } from '../semantics/located';

/** Load balancers in front of a gateway that say whom they speak for. */
export interface TrustedProxies {
  /**
   * The addresses that the proxies connect from: whoever else reaches the gateway could claim any address.
   */
  readonly proxyRanges: string[];
  /**
   * Whether the pods are told of the proxies elsewhere, by `meshConfig.defaultConfig.gatewayTopology`. Where the pods are in
   * this App, their annotation is looked for otherwise.
   *
   * @default false
   */
  readonly configuredElsewhere?: boolean;
}

/** The same where addresses are in `X-Forwarded-For`. */
export interface ForwardingProxies extends TrustedProxies {
  /**
   * How many proxies stand one behind the other in front of the gateway, each of which adds an address: 1 or more.
   *
   * @default 1
   */
  readonly trustedProxies?: number;
}

/** What a policy compares, and what the proxy has to be told for it. */
export interface AddressSpec {
  readonly field: 'notIpBlocks' | 'notRemoteIpBlocks';
  /** From where connections have to come. */
  readonly proxyRanges?: readonly string[];
  readonly gateway?: IMeshCaller;
  readonly topology?: { readonly numTrustedProxies?: number; readonly proxyProtocol?: object };
  readonly configuredElsewhere?: boolean;
}

/**
 * Whose address is looked at. What a proxy sees of a client depends on what stands between them, and what a client says of
 * itself in `X-Forwarded-For` is worth nothing unless someone who is trusted said it.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-ingress/
 */
export class ClientAddress {
  /**
   * Whoever the connection comes from: headers say nothing about it.
   *
   * - At a gateway, the client, where nothing in between opens connections of its own: a load balancer that leaves
   *   addresses alone, and `externalTrafficPolicy: Local` at the gateway's Service. With `Cluster`, Kubernetes' default, the
   *   address is that of a node, for everyone.
   * - At a workload, the pod that calls: of requests from outside, the gateway's.
   */
  public static peer(): ClientAddress {
    return new ClientAddress({ field: 'notIpBlocks' });
  }

  /**
   * At a gateway behind proxies that add the address they see to `X-Forwarded-For` (HTTP load balancers, CDNs). The gateway
   * counts from the end, as many as it is told, so that what a client wrote in front is not believed; and who
   * does not come from the proxies is refused, as it could write all of them.
   *
   * The gateway's pods have to know how many there are: `podAnnotations` of the IpAllowList, or
   * `meshConfig.defaultConfig.gatewayTopology.numTrustedProxies`. A number that is too great believes clients.
   *
   * @param options how many proxies, and from where they connect
   */
  public static forwarded(options: ForwardingProxies): ClientAddress {
    checkProxies('forwarded', options);
    const { trustedProxies: numTrustedProxies = 1 } = options;
    if (!Number.isInteger(numTrustedProxies) || numTrustedProxies < 1 || numTrustedProxies > 100) {
      throw new Error(`ClientAddress.forwarded: \`trustedProxies\` is ${describeValue(numTrustedProxies)}. Give how many proxies stand in front of the gateway, 1 or more; where there is none, say ClientAddress.peer().`);
    }
    return new ClientAddress({ ...specOf('forwarded', options), topology: { numTrustedProxies } });
  }

  /**
   * At a gateway behind a load balancer for connections that says whom it speaks for by the PROXY protocol. Who does not come
   * from there is refused.
   *
   * The gateway's pods have to expect it: `podAnnotations` of the IpAllowList, or
   * `meshConfig.defaultConfig.gatewayTopology.proxyProtocol`. They then close connections that do not begin with it.
   *
   * @param options from where the load balancer connects
   */
  public static proxyProtocol(options: TrustedProxies): ClientAddress {
    checkProxies('proxyProtocol', options);
    return new ClientAddress({ ...specOf('proxyProtocol', options), topology: { proxyProtocol: {} } });
  }

  /**
   * At a workload behind a gateway of the mesh: whoever is connected to the gateway. Any other caller, in the mesh or not, is
   * refused, as it could write the header itself; where others have to call as well, give the list to the gateway, for this
   * host. Not for a gateway behind HTTP proxies, whatever it is told: the workload's proxy sees the last one of them.
   *
   * @param gateway the gateway's pods, with their service account: a `MeshWorkload`
   */
  public static behindGateway(gateway: IMeshCaller): ClientAddress {
    located('ClientAddress.behindGateway: ', () => checkCaller(gateway));
    return new ClientAddress({ field: 'notRemoteIpBlocks', gateway });
  }

  private constructor(
    /** @internal */
    public readonly _spec: AddressSpec,
  ) {}

  /** The principals that requests have to come from; undefined for any. Throws for one that the mesh does not trust. @internal */
  public _principals(trustDomains: readonly string[]): string[] | undefined {
    const { gateway } = this._spec;
    if (!gateway) return undefined;
    const identities = gateway.callerIdentities();
    if (identities.length === 0) throw new Error(`the gateway ${gateway.callerName} has no identity, so nobody could tell whether a request comes from it. Give the service account it runs under.`);
    const principals = identities.map(({ foreignPrincipal, namespace, name }) => foreignPrincipal ?? `${trustDomains[0]}/ns/${namespace}/sa/${name}`);
    for (const principal of principals) checkTrusted(principal, trustDomains);
    return principals;
  }
}

/** What programs without types give where an address is meant. */
export function checkClientAddress(value: unknown): asserts value is ClientAddress {
  if (value instanceof ClientAddress) return;
  throw new Error(`\`address\` is ${describeValue(value)}. Say whose address is looked at: ClientAddress.peer(), ClientAddress.forwarded(…), ClientAddress.proxyProtocol(…) or ClientAddress.behindGateway(…).`);
}

function checkProxies(factory: string, options: TrustedProxies): void {
  const example = "{ proxyRanges: ['10.0.1.0/24'] }";
  checkOptions(`ClientAddress.${factory}`, options, example);
  if (options.proxyRanges === undefined) {
    throw new Error(`ClientAddress.${factory}: \`proxyRanges\` is undefined, and whoever reaches the gateway without the proxies could claim any address. Say from where the proxies connect, for example ${example}.`);
  }
  checkFlags({ configuredElsewhere: options.configuredElsewhere });
}

function specOf(factory: string, { proxyRanges, configuredElsewhere }: TrustedProxies): AddressSpec {
  const ranges = located(`ClientAddress.${factory}: `, () => checkIpRanges('proxyRanges', proxyRanges));
  return { field: 'notRemoteIpBlocks', proxyRanges: ranges, configuredElsewhere };
}
