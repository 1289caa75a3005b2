import { ApiObject, ApiObjectMetadata, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { VirtualServiceSpec } from '../imports/networking.istio.io';
import { AppRegistry, doubled } from '../model/app-registry';
import { HttpMatch } from '../model/http-match';
import { IstioObject } from '../model/istio-object';
import { MatchAtoms } from '../model/match-atom';
import { bySpecificity, matchKey } from '../model/match-order';
import { MeshService } from '../model/mesh-service';
import { validateOncePerSynth } from '../model/once-per-synth';
import { OwnedRule, uniquelyNamed } from '../model/owned-rule';
import { registerConstruct } from '../model/registered-construct';
import { describeValue } from '../semantics/describe-value';
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

/** One alternative of a route's match: each ranks by itself. */
interface Entry {
  readonly match: MatchAtoms;
  readonly service: MeshService;
  readonly port?: number;
}

interface PublicHost {
  readonly owner: Construct;
  readonly host: string;
  readonly gateway: string;
}

/** Istio merges two VirtualServices for one host at a gateway by their age, which nobody can read from the code. */
const PUBLIC_HOSTS = new AppRegistry<PublicHost>((hosts) => doubled(hosts, ({ host, gateway }) => `${host} ${gateway}`).map(([first, later]) =>
  `[${later.owner.node.path}] and [${first.owner.node.path}] both are GatewayRoutes for ${later.host} at ${later.gateway}. `
  + 'Istio would merge them by age. Make one, and add all routes to it.'));

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
    registerConstruct(this, GatewayRoutes);
    this.checkGateway(props.gateway);
    this.checkHosts(props.hosts);
    const namespace = props.namespace ?? Chart.of(this).namespace;
    if (namespace === undefined) {
      throw new Error(`[${this.node.path}] the namespace of these routes is not known. Give \`namespace\`, here or to its Chart.`);
    }
    if (!isDnsLabel(namespace)) throw new Error(`[${this.node.path}] "${namespace}" is not a namespace name: lower-case letters, digits and dashes, at most 63.`);
    this.virtualService = new IstioObject<VirtualServiceSpec>(this, 'Resource', {
      kind: 'VirtualService',
      metadata: { ...props.metadata, name: props.metadata?.name ?? nameOf(props.hosts[0]), namespace },
      spec: () => ({ gateways: [props.gateway], hosts: props.hosts, http: this.rules().map(({ rule }) => rule) }),
    });
    PUBLIC_HOSTS.register(this, ...props.hosts.map((host) => ({ owner: this, host, gateway: props.gateway })));
    validateOncePerSynth(this, () => this.validateRoutes());
  }

  /** Leads requests that match to a service. Requests that match no route get a 404. */
  public addRoute(match: HttpMatch, service: MeshService, options: GatewayRouteOptions = {}): GatewayRoutes {
    this.checkRoute(match, service);
    for (const atom of match._atoms) {
      const key = matchKey([atom]);
      const taken = this.entries.find((entry) => matchKey(entry.match) === key);
      if (taken) {
        throw new Error(
          `[${this.node.path}] the same requests are led to both ${taken.service.host} and ${service.host}. Keep one route, or make one match more specific.`);
      }
      this.entries.push({ match: [atom], service, port: options.port });
    }
    return this;
  }

  private rules(): OwnedRule[] {
    return uniquelyNamed([...this.entries]
      .sort((a, b) => bySpecificity(a.match, b.match))
      .flatMap(({ match, service, port }) => service._gatewayRules(match, port)));
  }

  private checkRoute(match: HttpMatch, service: MeshService): void {
    if (!(match instanceof HttpMatch)) {
      throw new Error(`[${this.node.path}] addRoute: the match is ${describeValue(match)}. Say for example HttpMatch.path(StringMatch.prefix('/')).`);
    }
    if (!(service instanceof MeshService)) {
      throw new Error(`[${this.node.path}] addRoute: the service is ${describeValue(service)}. Give a MeshService.`);
    }
    if (match._atoms.some((atom) => atom.port !== undefined)) {
      throw new Error(
        `[${this.node.path}] a match by port is about a Service's port, which a request at a gateway does not name. Give the service's port as an option of addRoute.`);
    }
  }

  private validateRoutes(): string[] {
    if (this.entries.length === 0) return ['no route was added, so every request would get a 404. Call addRoute(match, service).'];
    try {
      this.rules();
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  }

  private checkGateway(gateway: string): void {
    const [namespace, name, ...rest] = String(gateway).split('/');
    if (name === undefined || rest.length > 0 || !isDnsLabel(namespace) || !isDnsName(name)) {
      throw new Error(`[${this.node.path}] "${gateway}" does not name a Gateway. Write NAMESPACE/NAME, for example istio-ingress/public.`);
    }
  }

  private checkHosts(hosts: readonly string[]): void {
    if (!Array.isArray(hosts)) throw new Error(`[${this.node.path}] \`hosts\` is ${describeValue(hosts)}. Give a list, for example ['shop.example.com'].`);
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
