import { ApiObject, ApiObjectMetadata, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { VirtualServiceSpec } from '../imports/networking.istio.io';
import { HttpMatch } from '../model/http-match';
import { IstioObject } from '../model/istio-object';
import { bySpecificity, matchKey } from '../model/match-atom';
import { MeshService } from '../model/mesh-service';
import { isDnsLabel, isDnsName, isHost, shortName } from '../semantics/kubernetes-name';

export interface GatewayRoutesProps {
  /** The Gateway, as `NAMESPACE/NAME`. */
  readonly gateway: string;
  /** The public hosts, without port: `shop.example.com`, `*.example.com` or `*`. */
  readonly hosts: string[];
  /**
   * The namespace that the routes belong to. A Gateway may admit hosts of certain namespaces only.
   *
   * @default - the chart's
   */
  readonly namespace?: string;
  /**
   * Name, labels and annotations of the VirtualService.
   *
   * @default - named after the first host, with dashes for dots
   */
  readonly metadata?: ApiObjectMetadata;
}

export interface GatewayRouteOptions {
  /**
   * The port of the service that requests go to.
   *
   * @default - the one port that carries HTTP
   */
  readonly port?: number;
}

interface Entry {
  readonly match: HttpMatch;
  readonly service: MeshService;
  readonly port?: number;
}

/**
 * Public hosts at a gateway, and which service answers which path.
 *
 * Istio does not apply a service's VirtualService on the mesh to requests that come through a
 * gateway, so this one asks each service for its layers: a canary splits and a timeout holds here
 * as it does in the mesh. The most specific match decides, whatever the order of `addRoute`.
 *
 * @see https://istio.io/latest/docs/concepts/traffic-management/#gateways
 */
export class GatewayRoutes extends Construct {
  /** The VirtualService. */
  public readonly virtualService: ApiObject;

  private readonly entries: Entry[] = [];

  constructor(scope: Construct, id: string, props: GatewayRoutesProps) {
    super(scope, id);
    this.checkGateway(props.gateway);
    this.checkHosts(props.hosts);
    const namespace = props.namespace ?? Chart.of(this).namespace;
    if (namespace === undefined) {
      throw new Error(`[${this.node.path}] the namespace of these routes is not known. Give \`namespace\`, here or to its Chart.`);
    }
    this.virtualService = new IstioObject<VirtualServiceSpec>(this, 'Resource', {
      kind: 'VirtualService',
      metadata: { ...props.metadata, name: props.metadata?.name ?? nameOf(props.hosts[0]), namespace },
      spec: () => ({ gateways: [props.gateway], hosts: props.hosts, http: this.routes() }),
    });
    this.node.addValidation({ validate: () => this.validateRoutes() });
  }

  /** Leads requests that match to a service. Requests that match no route get a 404. */
  public addRoute(match: HttpMatch, service: MeshService, options: GatewayRouteOptions = {}): GatewayRoutes {
    const key = matchKey(match._atoms);
    const taken = this.entries.find((entry) => matchKey(entry.match._atoms) === key);
    if (taken) {
      throw new Error(`[${this.node.path}] the same requests are led to both ${taken.service.host} and ${service.host}. Keep one route, or make one match more specific.`);
    }
    if (match._atoms.some((atom) => atom.port !== undefined)) {
      throw new Error(`[${this.node.path}] a match by port is about a Service's port, which a request at a gateway does not name. Give the service's port as an option of addRoute.`);
    }
    this.entries.push({ match, service, port: options.port });
    return this;
  }

  private routes() {
    return [...this.entries]
      .sort((a, b) => bySpecificity(a.match._atoms, b.match._atoms))
      .flatMap(({ match, service, port }) => service._gatewayRoutes(match._atoms, port));
  }

  private validateRoutes(): string[] {
    if (this.entries.length === 0) return ['no route was added, so every request would get a 404. Call addRoute(match, service).'];
    try {
      this.routes();
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  }

  private checkGateway(gateway: string): void {
    const [namespace, name, ...rest] = gateway.split('/');
    if (name === undefined || rest.length > 0 || !isDnsLabel(namespace) || !isDnsName(name)) {
      throw new Error(`[${this.node.path}] "${gateway}" does not name a Gateway. Write NAMESPACE/NAME, for example istio-ingress/public.`);
    }
  }

  private checkHosts(hosts: readonly string[]): void {
    if (hosts.length === 0) throw new Error(`[${this.node.path}] no hosts are given. Name at least one, for example shop.example.com.`);
    for (const host of hosts) {
      if (host !== '*' && !isHost(host)) {
        throw new Error(`[${this.node.path}] "${host}" is not a host: a DNS name without scheme, port or path, *.DOMAIN, or *.`);
      }
    }
    const twice = hosts.find((host, index) => hosts.indexOf(host) !== index);
    if (twice !== undefined) throw new Error(`[${this.node.path}] the host ${twice} is given twice.`);
  }
}

function nameOf(host: string): string {
  return shortName(host.replace(/^\*$/, 'any-host').replace(/^\*\./, 'any-').replaceAll('.', '-'));
}
