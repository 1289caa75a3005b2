import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { nameOf } from './gateway-routes';
import { GatewayTls } from './gateway-tls';
import { IngressSite } from './ingress-site';
import type { VirtualServiceSpec } from '../imports/networking.istio.io';
import { IstioObject } from '../model/istio-object';
import { MeshPort } from '../model/mesh-port';
import { MeshService } from '../model/mesh-service';
import { validateOncePerSynth } from '../model/once-per-synth';
import { streamKindOf } from '../model/stream-routes';
import { PortProtocol } from '../semantics/port-protocol';

export interface IngressStreamProps {
  readonly site: IngressSite;
  readonly service: MeshService;
  readonly tls: GatewayTls;
  /** Names that clients ask for; none without TLS. */
  readonly hosts: readonly string[];
  readonly namespace: string;
  /** The port of the gateway. */
  readonly gatewayPort: number;
  /** The port of the service. */
  readonly port?: number;
  readonly metadata?: ApiObjectMetadata;
}

/** Connections at a gateway that all go to one service: by the name that TLS asks for, or by the port. */
export class IngressStream extends Construct {
  constructor(scope: Construct, id: string, private readonly props: IngressStreamProps) {
    super(scope, id);
    const { site, hosts, namespace, gatewayPort, metadata } = props;
    const [first] = hosts;
    new IstioObject<VirtualServiceSpec>(this, 'Resource', {
      kind: 'VirtualService',
      metadata: { ...metadata, name: metadata?.name ?? (first === undefined ? `${site.props.name}-tcp-${gatewayPort}` : nameOf(first)), namespace },
      spec: () => ({ gateways: [site.reference], hosts: hosts.length > 0 ? hosts : ['*'], exportTo: [site.props.namespace], ...this.rules() }),
    });
    validateOncePerSynth(this, () => this.mistakes());
  }

  private rules(): Pick<VirtualServiceSpec, 'tcp' | 'tls'> {
    const { service, tls, hosts, gatewayPort } = this.props;
    const route = [...service._streamRoutes.throughGateway(service._streams, service._streamSplit, this.servicePort())];
    if (tls._mode === 'PASSTHROUGH') return { tls: [{ match: [{ port: gatewayPort, sniHosts: [...hosts] }], route }] };
    return { tcp: [{ match: [{ port: gatewayPort }], route }] };
  }

  private mistakes(): string[] {
    try {
      this.servicePort();
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  }

  /** Who ends TLS must be able to; what carries no TLS must not be sent any. */
  private servicePort(): MeshPort {
    const { service, tls, port: number } = this.props;
    const { streams } = service._ports;
    const carriesTls = tls._mode === 'PASSTHROUGH';
    if (number !== undefined) {
      const port = streams.find((one) => one.number === number);
      if (!port) throw new Error(`[${service.node.path}] there is no port ${number}; the Service has ${service._ports.list()}.`);
      if (carriesTls && streamKindOf(port) !== 'tls' && port.protocol !== PortProtocol.AUTOMATIC) {
        throw new Error(`[${service.node.path}] port ${port.toString()} carries no TLS, and with TLS PASSTHROUGH the application gets nothing else. `
          + 'Let the gateway end TLS (GatewayTls.simple), or name a port where the application does, with appProtocol https or tls.');
      }
      return port;
    }
    const fitting = streams.filter((port) => streamKindOf(port) === (carriesTls ? 'tls' : 'tcp'));
    if (fitting.length === 1) return fitting[0];
    throw new Error(`[${service.node.path}] ${fitting.length === 0 ? 'no port is known to carry' : 'several ports carry'} ${carriesTls ? 'TLS' : 'TCP'}; the Service has ${service._ports.list()}. `
      + `Give the \`port\` that is meant${carriesTls ? ', or let the gateway end TLS: GatewayTls.simple' : ''}.`);
  }
}
