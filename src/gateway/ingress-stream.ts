import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { GatewayApi } from './gateway-api';
import { nameOf } from './gateway-routes';
import { GatewayTls } from './gateway-tls';
import { IngressTlsOptions } from './ingress-options';
import { IngressSite } from './ingress-site';
import { backendOf, writeBackend } from './kubernetes/backend';
import { GatewayObject, parentRefs } from './kubernetes/gateway-object';
import { checkHosts } from './kubernetes/limits';
import { ReferenceGrants } from './kubernetes/reference-grants';
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
  readonly options: IngressTlsOptions;
  /** Names that clients ask for; none without TLS. */
  readonly hosts: readonly string[];
  readonly namespace: string;
  /** The port of the gateway, where it is another one than that for TLS. */
  readonly gatewayPort?: number;
  /** The port of the service. */
  readonly port?: number;
  readonly metadata?: ApiObjectMetadata;
}

/** Connections at a gateway that all go to one service: by the name that TLS asks for, or by the port. */
export class IngressStream extends Construct {
  constructor(scope: Construct, id: string, private readonly props: IngressStreamProps) {
    super(scope, id);
    const { site, hosts, namespace, metadata, options } = props;
    const plain = options.tls instanceof GatewayTls && options.tls._mode === 'NONE';
    site.claim(this, plain ? ['*'] : hosts, namespace, { ...options, allowWildcards: plain || options.allowWildcards }, { port: props.gatewayPort });
    const gatewayPort = props.gatewayPort ?? site.props.httpsPort;
    const [first] = hosts;
    const named = { ...metadata, name: metadata?.name ?? (first === undefined ? `${site.props.name}-tcp-${gatewayPort}` : nameOf(first)), namespace };
    if (site.props.api === GatewayApi.KUBERNETES) {
      this.writeKubernetesRoute(named);
    } else {
      new IstioObject<VirtualServiceSpec>(this, 'Resource', {
        kind: 'VirtualService',
        metadata: named,
        spec: () => ({ gateways: [site.reference], hosts: hosts.length > 0 ? hosts : ['*'], exportTo: [site.props.namespace], ...this.rules(gatewayPort) }),
      });
    }
    validateOncePerSynth(this, () => this.mistakes());
  }

  private writeKubernetesRoute(metadata: ApiObjectMetadata): void {
    const { site, service, options: { tls }, hosts, namespace } = this.props;
    const kind = tls._mode === 'PASSTHROUGH' ? 'TLSRoute' : 'TCPRoute';
    new GatewayObject(this, 'Resource', {
      kind,
      metadata,
      spec: () => ({
        parentRefs: parentRefs(site.reference, namespace, site.listeners(this)),
        hostnames: kind === 'TLSRoute' ? hosts : undefined,
        rules: [{
          backendRefs: this.destinations().map(({ destination, weight }, _, all) => ({
            ...writeBackend(backendOf(destination), namespace), weight: all.length > 1 ? weight : undefined,
          })),
        }],
      }),
    });
    new ReferenceGrants(this, kind, namespace).grant(service);
  }

  private destinations() {
    const { service } = this.props;
    return service._streamRoutes.throughGateway(service._streams, service._streamSplit, this.servicePort());
  }

  private rules(gatewayPort: number): Pick<VirtualServiceSpec, 'tcp' | 'tls'> {
    const { options: { tls }, hosts } = this.props;
    const route = [...this.destinations()];
    if (tls._mode === 'PASSTHROUGH') return { tls: [{ match: [{ port: gatewayPort, sniHosts: [...hosts] }], route }] };
    return { tcp: [{ match: [{ port: gatewayPort }], route }] };
  }

  private mistakes(): string[] {
    try {
      const destinations = this.destinations();
      if (this.props.site.props.api === GatewayApi.KUBERNETES) {
        checkHosts(this.props.hosts);
        for (const { destination } of destinations) backendOf(destination);
      }
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  }

  /** Who ends TLS must be able to; what carries no TLS must not be sent any. */
  private servicePort(): MeshPort {
    const { service, options: { tls }, port: number } = this.props;
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
