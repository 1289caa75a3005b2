import { EgressCallers } from './egress-callers';
import type { EgressGateway } from './egress-gateway';
import type { ExternalService } from './external-service';
import type { GatewaySpec, VirtualServiceSpec } from '../imports/networking.istio.io';
import type { AuthorizationPolicySpec } from '../imports/security.istio.io';
import { EgressHop, hopMistakes, httpPortOf, rulesOfGateway, rulesOfSidecars, streamPortOf } from '../model/egress-hops';
import { IMeshCaller } from '../model/identity';
import { IstioObject, Spec } from '../model/istio-object';
import { MeshService } from '../model/mesh-service';
import { isWildcarded } from '../semantics/host-name';
import { shortName } from '../semantics/kubernetes-name';
import { PortProtocol } from '../semantics/port-protocol';

/** Who may call external hosts through an egress gateway. */
export interface EgressRouteOptions {
  /**
   * Callers that are not declared by `calls`, such as those of another App.
   *
   * @default - the declared ones alone
   */
  readonly callers?: IMeshCaller[];
  /**
   * Whether a caller's service account may be one that other pods use, too: they are then all allowed. A declared call says it
   * for itself.
   *
   * @default false
   */
  readonly sharedIdentity?: boolean;
}

type Server = Spec<GatewaySpec>['servers'] extends readonly (infer S)[] | undefined ? S : never;

/** One host on its way through an egress gateway: everything that is written for it, or what is wrong with it. */
export class EgressRoute {
  private readonly hop: EgressHop;
  private readonly callers: EgressCallers;

  constructor(
    gateway: EgressGateway, private readonly external: ExternalService, public readonly service: MeshService, options: EgressRouteOptions,
  ) {
    const { _hop: { service: gatewayService, requestPort, connectionPort } } = gateway;
    // No two hosts have the same: a dash of theirs is doubled.
    const subset = shortName(service.host.replaceAll('-', '--').replaceAll('.', '-'));
    this.hop = { owner: gateway, host: gatewayService.host, subset, requestPort, connectionPort };
    this.callers = new EgressCallers(gateway, external, service, options);
    gatewayService._addSubset({ owner: gateway, name: subset, labels: {} });
    gatewayService._addTrafficLayer({
      owner: gateway,
      subset,
      blocks: {
        tls: { mode: 'ISTIO_MUTUAL', sni: service.host },
        // Whatever the gateway's Service calls its port.
        connectionPool: service.ports.some(({ protocol }) => NEED_HTTP2.includes(protocol)) ? { http: { h2UpgradePolicy: 'UPGRADE' } } : undefined,
      },
    });
    const name = `${gateway.name}-${subset}`;
    const { metadata, namespace } = gateway._objectMetadata(name);
    const onward = new IstioObject<VirtualServiceSpec>(gateway, `Routes-${service.host}`, {
      kind: 'VirtualService',
      metadata,
      spec: () => ({ hosts: [service.host], gateways: [`${namespace}/${gateway.name}`], exportTo: ['.'], ...rulesOfGateway(service, this.hop) }),
    });
    const allowed = new IstioObject<AuthorizationPolicySpec>(gateway, `Callers-${service.host}`, {
      kind: 'AuthorizationPolicy',
      metadata: { ...metadata, name: `allow-egress-to-${subset}` },
      spec: () => ({ selector: { matchLabels: gateway._selector }, rules: this.callers.rules() }),
    });
    // Nobody is sent to a gateway that does not know what to do.
    service.virtualService!.addDependency(gateway.gateway, onward, allowed);
  }

  /** What the mesh's own VirtualService of the host says. */
  public sidecars(): ReturnType<typeof rulesOfSidecars> {
    return rulesOfSidecars(this.service, this.hop);
  }

  /** The Gateway's servers: by the name that the sidecar says it means, with the caller's identity. */
  public servers(): Server[] {
    const { service, hop } = this;
    const server = (protocol: 'HTTPS' | 'TLS', number: number) => ({
      port: { number, name: `${protocol.toLowerCase()}-${hop.subset}`, protocol }, hosts: [`./${service.host}`], tls: { mode: 'ISTIO_MUTUAL' as const },
    });
    return [
      ...httpPortOf(service) ? [server('HTTPS', hop.requestPort)] : [],
      ...streamPortOf(service) ? [server('TLS', hop.connectionPort)] : [],
    ];
  }

  public mistakes(): string[] {
    const { external, service } = this;
    const at = `[${external.node.path}] ${service.host}`;
    if (isWildcarded(service.host)) return [`${at} stands for many hosts, and the egress gateway passes on to one, which sidecars ask it for by name. Name the hosts one by one.`];
    if (external._resolution === 'NONE') {
      return [`${at} has the resolution NONE, which sends to the address that was called, and the egress gateway is called at its own. Give \`endpoints\`, or say Resolution.DNS.`];
    }
    return [...hopMistakes(service), ...this.callers.mistakes()];
  }
}

const NEED_HTTP2: readonly PortProtocol[] = [PortProtocol.HTTP2, PortProtocol.GRPC];
