import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { GatewayApi } from './gateway-api';
import { GatewayRoutes } from './gateway-routes';
import type { IngressGateway } from './ingress-gateway';
import { IngressHostOptions } from './ingress-options';
import { IngressSite } from './ingress-site';
import { KubernetesRoutes } from './kubernetes/kubernetes-routes';
import { GatewayAnswerOptions, GatewayDelegateOptions, GatewayRouteOptions } from './route-options';
import { checkConstructProps } from '../model/given';
import { HttpMatch } from '../model/http-match';
import { MeshService } from '../model/mesh-service';
import { registerConstruct } from '../model/registered-construct';
import { describeValue } from '../semantics/describe-value';
import { DirectResponse } from '../traffic/direct-response';
import { Redirect } from '../traffic/redirect';

export interface IngressHostProps extends IngressHostOptions {
  /** The gateway that clients come to. */
  readonly ingress: IngressGateway;
  /** The public hosts, without port, for example `shop.example.com`. */
  readonly hosts: string[];
}

/**
 * Public hosts at an ingress gateway, and which service answers which path: how a team says it in a chart of its own. The
 * gateway lets routes of the team's namespace be for these hosts, and no others.
 *
 * The routes are `GatewayRoutes`: the most specific match decides, and what the constructs of a service say of it (a
 * canary, a timeout) holds here, too.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/
 */
export class IngressHost extends Construct {
  /** The public hosts. */
  public readonly hosts: string[];
  /** The namespace that the routes belong to. */
  public readonly namespace: string;
  /** The VirtualService, or the HTTPRoute of the Gateway API. */
  public readonly resource: ApiObject;

  private readonly routes: GatewayRoutes | KubernetesRoutes;

  constructor(scope: Construct, id: string, props: IngressHostProps) {
    super(scope, id);
    registerConstruct(this, IngressHost);
    checkConstructProps(this, props, '{ ingress, hosts: [\'shop.example.com\'], tls: GatewayTls.simple(\'shop-cert\') }');
    const { ingress, hosts, tls, metadata } = props;
    const site = ingress?._site as unknown;
    if (!(site instanceof IngressSite)) throw new Error(`[${this.node.path}] \`ingress\` is ${describeValue(ingress)}. Give an IngressGateway.`);
    const namespace = props.namespace ?? Chart.of(this).namespace;
    if (namespace === undefined) throw new Error(`[${this.node.path}] the namespace of these routes is not known. Give \`namespace\`, here or to its Chart.`);
    site.claim(this, hosts, namespace, props);
    if (!tls._seesRequests) throw new Error(`[${this.node.path}] ${tls._title}: the gateway sees no requests, so there is nothing to route by. Say expose(service, …) of the gateway, which leads connections to one service.`);
    this.hosts = [...hosts];
    this.namespace = namespace;
    if (site.props.api === GatewayApi.KUBERNETES) {
      const routes = new KubernetesRoutes(this, 'Routes', { gateway: site.reference, listeners: site.listeners(this), hosts, namespace, metadata });
      this.routes = routes;
      this.resource = routes.httpRoute;
    } else {
      const routes = new GatewayRoutes(this, 'Routes', { gateway: site.reference, hosts, namespace, metadata, exportTo: [site.props.namespace] });
      this.routes = routes;
      this.resource = routes.virtualService;
    }
  }

  /** Leads requests that match to a service. Requests that match no route get a 404. */
  public addRoute(match: HttpMatch, service: MeshService, options: GatewayRouteOptions = {}): IngressHost {
    this.routes.addRoute(match, service, options);
    return this;
  }

  /** Sends clients whose requests match elsewhere. */
  public addRedirect(match: HttpMatch, redirect: Redirect, options: GatewayAnswerOptions = {}): IngressHost {
    this.routes.addRedirect(match, redirect, options);
    return this;
  }

  /** Lets the gateway answer requests that match by itself. */
  public addResponse(match: HttpMatch, response: DirectResponse, options: GatewayAnswerOptions = {}): IngressHost {
    this.routes.addResponse(match, response, options);
    return this;
  }

  /**
   * Lets another VirtualService, without hosts, say what becomes of requests that match: `DelegatedRoutes` of another
   * team, say.
   *
   * @param delegate as `NAMESPACE/NAME`: the `reference` of a `DelegatedRoutes`
   */
  public addDelegate(match: HttpMatch, delegate: string, options: GatewayDelegateOptions = {}): IngressHost {
    this.routes.addDelegate(match, delegate, options);
    return this;
  }
}
