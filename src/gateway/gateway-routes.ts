import { ApiObject, ApiObjectMetadata, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { GatewayAnswerOptions, GatewayDelegateOptions, GatewayRouteOptions } from './route-options';
import { RouteTable } from './route-table';
import type { VirtualServiceSpec } from '../imports/networking.istio.io';
import { AppRegistry, doubled } from '../model/app-registry';
import { checkExportTo } from '../model/export-to';
import { checkConstructProps } from '../model/given';
import { HttpMatch } from '../model/http-match';
import { IstioObject } from '../model/istio-object';
import { MeshService } from '../model/mesh-service';
import { validateOncePerSynth } from '../model/once-per-synth';
import { registerConstruct } from '../model/registered-construct';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel, isDnsName, isHost, shortName } from '../semantics/kubernetes-name';
import { DirectResponse } from '../traffic/direct-response';
import { Redirect } from '../traffic/redirect';

export interface GatewayRoutesProps {
  /**
   * The Gateway, as `NAMESPACE/NAME`.
   *
   * @default - `gateways`
   */
  readonly gateway?: string;
  /**
   * The Gateways, as `NAMESPACE/NAME`, when there are several. A route may be for one of them: `HttpMatch.gateway`.
   *
   * @default - `gateway` alone
   */
  readonly gateways?: string[];
  /** The public hosts, without port: `shop.example.com`, `*.example.com` or `*`. */
  readonly hosts: string[];
  /**
   * The namespace that the routes belong to. A Gateway may admit hosts of certain namespaces only.
   *
   * @default - the chart's
   */
  readonly namespace?: string;
  /**
   * The namespaces whose gateways see the routes: `.` for its own, `*` for all, or names. That of the gateways' pods is
   * enough, and spares all other proxies the change.
   *
   * @default - all namespaces
   */
  readonly exportTo?: string[];
  /**
   * Name, labels and annotations of the VirtualService.
   *
   * @default - named after the first host, with dashes for dots
   */
  readonly metadata?: ApiObjectMetadata;
}

interface PublicHost {
  readonly owner: Construct;
  readonly host: string;
  /** That of the routes. */
  readonly namespace: string;
  readonly gateway: string;
}

/** Istio merges two VirtualServices for one host at a gateway by their age, which nobody can read from the code. */
export const PUBLIC_HOSTS = new AppRegistry<PublicHost>((hosts) => doubled(hosts, ({ host, gateway }) => `${host} ${gateway}`).map(([first, later]) =>
  `[${later.owner.node.path}] and [${first.owner.node.path}] both are GatewayRoutes for ${later.host} at ${later.gateway}. `
  + 'Istio would merge them by age. Make one, and add all routes to it.'));

/**
 * Public hosts at a gateway, and which service answers which path.
 *
 * Istio does not apply a service's VirtualService on the mesh to requests that come through a
 * gateway, so this one asks each service for its layers: a canary splits and a timeout holds here
 * as it does in the mesh. The most specific match decides, whatever the order of `addRoute`, unless
 * a `priority` is given; a route that others leave nothing for is an error.
 *
 * @see https://istio.io/latest/docs/concepts/traffic-management/#gateways
 */
export class GatewayRoutes extends Construct {
  /** The VirtualService. */
  public readonly virtualService: ApiObject;

  private readonly table: RouteTable;

  constructor(scope: Construct, id: string, props: GatewayRoutesProps) {
    super(scope, id);
    registerConstruct(this, GatewayRoutes);
    checkConstructProps(this, props, '{ gateway: \'istio-ingress/public\', hosts: [\'shop.example.com\'] }');
    const gateways = this.gatewaysOf(props);
    this.checkHosts(props.hosts);
    const namespace = props.namespace ?? Chart.of(this).namespace;
    if (namespace === undefined) {
      throw new Error(`[${this.node.path}] the namespace of these routes is not known. Give \`namespace\`, here or to its Chart.`);
    }
    if (typeof namespace !== 'string' || !isDnsLabel(namespace)) throw new Error(`[${this.node.path}] ${describeValue(namespace)} is not a namespace name: lower-case letters, digits and dashes, at most 63.`);
    checkExportTo(this.node.path, namespace, props.exportTo);
    this.table = new RouteTable(this, { gateways, alwaysPort: false });
    this.virtualService = new IstioObject<VirtualServiceSpec>(this, 'Resource', {
      kind: 'VirtualService',
      metadata: { ...props.metadata, name: props.metadata?.name ?? nameOf(props.hosts[0]), namespace },
      spec: () => ({ gateways, hosts: props.hosts, exportTo: props.exportTo, http: this.table.rules() }),
    });
    PUBLIC_HOSTS.register(this, ...gateways.flatMap((gateway) => props.hosts.map((host) => ({ owner: this, host, namespace, gateway }))));
    validateOncePerSynth(this, () => this.table.mistakes());
  }

  /** Leads requests that match to a service. Requests that match no route get a 404. */
  public addRoute(match: HttpMatch, service: MeshService, options: GatewayRouteOptions = {}): GatewayRoutes {
    this.table.addRoute(match, service, options);
    return this;
  }

  /** Sends clients whose requests match elsewhere. */
  public addRedirect(match: HttpMatch, redirect: Redirect, options: GatewayAnswerOptions = {}): GatewayRoutes {
    this.table.addRedirect(match, redirect, options);
    return this;
  }

  /** Lets the gateway answer requests that match by itself. */
  public addResponse(match: HttpMatch, response: DirectResponse, options: GatewayAnswerOptions = {}): GatewayRoutes {
    this.table.addResponse(match, response, options);
    return this;
  }

  /**
   * Lets another VirtualService, without hosts, say what becomes of requests that match: `DelegatedRoutes` of another team,
   * say. Where there is no such VirtualService, its requests get a 404.
   *
   * @param delegate as `NAMESPACE/NAME`: the `reference` of a `DelegatedRoutes`
   */
  public addDelegate(match: HttpMatch, delegate: string, options: GatewayDelegateOptions = {}): GatewayRoutes {
    this.table.addDelegate(match, delegate, options);
    return this;
  }

  private gatewaysOf({ gateway, gateways }: GatewayRoutesProps): string[] {
    if ((gateway === undefined) === (gateways === undefined)) {
      throw new Error(`[${this.node.path}] give either \`gateway\` or \`gateways\`, as NAMESPACE/NAME, for example istio-ingress/public.`);
    }
    if (gateways !== undefined && (!Array.isArray(gateways) || gateways.length === 0)) {
      throw new Error(`[${this.node.path}] \`gateways\` is ${describeValue(gateways)}. Give a list, for example ['istio-ingress/public'].`);
    }
    const all = gateways ?? [gateway!];
    for (const one of all) this.checkGateway(one);
    const twice = all.find((one, index) => all.indexOf(one) !== index);
    if (twice !== undefined) throw new Error(`[${this.node.path}] the gateway ${twice} is given twice.`);
    return all;
  }

  private checkGateway(gateway: string): void {
    const [namespace, name, ...rest] = typeof gateway === 'string' ? gateway.split('/') : [''];
    if (name === undefined || rest.length > 0 || !isDnsLabel(namespace) || !isDnsName(name)) {
      throw new Error(`[${this.node.path}] ${describeValue(gateway)} does not name a Gateway. Write NAMESPACE/NAME, for example istio-ingress/public.`);
    }
  }

  private checkHosts(hosts: readonly string[]): void {
    if (!Array.isArray(hosts)) throw new Error(`[${this.node.path}] \`hosts\` is ${describeValue(hosts)}. Give a list, for example ['shop.example.com'].`);
    if (hosts.length === 0) throw new Error(`[${this.node.path}] no hosts are given. Name at least one, for example shop.example.com.`);
    for (const host of hosts) {
      if (typeof host !== 'string' || (host !== '*' && !isHost(host))) {
        throw new Error(`[${this.node.path}] ${describeValue(host)} is not a host: a DNS name without scheme, port or path, *.DOMAIN, or *.`);
      }
    }
    const twice = hosts.find((host, index) => hosts.indexOf(host) !== index);
    if (twice !== undefined) throw new Error(`[${this.node.path}] the host ${twice} is given twice.`);
  }
}

/** An object's name, of the first host. */
export function nameOf(host: string): string {
  return shortName(host.replace(/^\*$/, 'any-host').replace(/^\*\./, 'any-').replaceAll('.', '-'));
}
