import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { GatewayObject, parentRefs } from './gateway-object';
import { KubernetesRules, kubernetesRules } from './http-route-rules';
import { checkHosts } from './limits';
import { AS_ISTIO, NoEquivalent } from './no-equivalent';
import { ReferenceGrants } from './reference-grants';
import { HttpMatch } from '../../model/http-match';
import { MeshService } from '../../model/mesh-service';
import { validateOncePerSynth } from '../../model/once-per-synth';
import { DirectResponse } from '../../traffic/direct-response';
import { Redirect } from '../../traffic/redirect';
import { nameOf } from '../gateway-routes';
import { GatewayAnswerOptions, GatewayDelegateOptions, GatewayRouteOptions } from '../route-options';
import { RouteTable } from '../route-table';

export interface KubernetesRoutesProps {
  /** As `NAMESPACE/NAME`. */
  readonly gateway: string;
  /** The listeners that lead to it. */
  readonly listeners: readonly string[];
  readonly hosts: readonly string[];
  readonly namespace: string;
  readonly metadata?: ApiObjectMetadata;
}

/** Public hosts at a Gateway of the Gateway API, and which service answers which path: an HTTPRoute. */
export class KubernetesRoutes extends Construct {
  public readonly httpRoute: GatewayObject;

  private readonly table: RouteTable;
  private readonly grants: ReferenceGrants;

  constructor(scope: Construct, id: string, private readonly props: KubernetesRoutesProps) {
    super(scope, id);
    const { gateway, listeners, hosts, namespace, metadata } = props;
    this.table = new RouteTable(this, { gateways: [gateway], alwaysPort: true });
    this.grants = new ReferenceGrants(this, 'HTTPRoute', namespace);
    this.httpRoute = new GatewayObject(this, 'Resource', {
      kind: 'HTTPRoute',
      metadata: { ...metadata, name: metadata?.name ?? nameOf(hosts[0]), namespace },
      spec: () => ({ parentRefs: parentRefs(gateway, namespace, listeners), hostnames: hostnames(hosts), rules: this.rules().rules }),
    });
    validateOncePerSynth(this, () => this.mistakes());
  }

  public addRoute(match: HttpMatch, service: MeshService, options: GatewayRouteOptions): void {
    this.table.addRoute(match, service, options);
    this.grants.grant(service);
  }

  public addRedirect(match: HttpMatch, redirect: Redirect, options: GatewayAnswerOptions): void {
    this.table.addRedirect(match, redirect, options);
  }

  public addResponse(_match: HttpMatch, _response: DirectResponse, _options: GatewayAnswerOptions): void {
    throw new Error(`[${this.node.path}] ${new NoEquivalent('a direct response', `${AS_ISTIO}.`).message}`);
  }

  public addDelegate(_match: HttpMatch, _delegate: string, _options: GatewayDelegateOptions): void {
    throw new Error(`[${this.node.path}] ${new NoEquivalent('a delegate', 'Lead to the service itself, or give the other team a host of its own: new IngressHost(…).').message}`);
  }

  private rules(): KubernetesRules {
    return kubernetesRules(this.table.rules(), this.props.namespace);
  }

  private mistakes(): string[] {
    const mistakes = this.table.mistakes();
    if (mistakes.length > 0) return mistakes;
    try {
      checkHosts(this.props.hosts);
      return this.grants.missing(this.rules().backends);
    } catch (error) {
      return [(error as Error).message];
    }
  }
}

/** What a route says of hosts: none for every one. */
export function hostnames(hosts: readonly string[]): readonly string[] | undefined {
  return hosts.includes('*') ? undefined : hosts;
}
