import { ApiObject, ApiObjectMetadata, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { GatewayAnswerOptions, GatewayRouteOptions } from './route-options';
import { RouteTable } from './route-table';
import type { VirtualServiceSpec } from '../imports/networking.istio.io';
import { checkExportTo } from '../model/export-to';
import { checkConstructProps } from '../model/given';
import { HttpMatch } from '../model/http-match';
import { IstioObject } from '../model/istio-object';
import { MeshService } from '../model/mesh-service';
import { validateOncePerSynth } from '../model/once-per-synth';
import { registerConstruct } from '../model/registered-construct';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel, isDnsName } from '../semantics/kubernetes-name';
import { DirectResponse } from '../traffic/direct-response';
import { Redirect } from '../traffic/redirect';

export interface DelegatedRoutesProps {
  /** The VirtualService's name, by which others delegate to it. */
  readonly name: string;
  /**
   * The namespace that the routes belong to.
   *
   * @default - the chart's
   */
  readonly namespace?: string;
  /**
   * Which requests the rule that delegates here matches. Where that rule is in another App, nobody else can tell that the
   * two fit: a rule of ours that Istio would drop is then an error.
   *
   * @default - not known; a rule that delegates in the same App is checked at synth anyway
   */
  readonly within?: HttpMatch;
  /**
   * The namespaces whose VirtualServices may delegate here: `.` for its own, `*` for all, or names.
   *
   * @default - all namespaces
   */
  readonly exportTo?: string[];
  /**
   * Labels and annotations of the VirtualService.
   *
   * @default - none
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * Routes that another VirtualService delegates to: those of one team, below a prefix that another team gives them. The root
 * is a `GatewayRoutes` (`addDelegate`) or an `HttpRoute` (`RouteAction.delegateTo`), on the mesh or at a gateway.
 *
 * Istio joins each rule with the one that delegates, and drops it without a word where their conditions do not plainly fit:
 * match the whole path, as clients send it, by a prefix or exactly below the root's prefix; no regex beside a path of the
 * root, and no header that the root also asks for. A delegate cannot delegate further.
 *
 * The most specific match decides, whatever the order of `addRoute`, unless a `priority` is given; a route that others leave
 * nothing for is an error. What the constructs of a service say of it (a canary, a timeout) holds here too.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#Delegate
 */
export class DelegatedRoutes extends Construct {
  /** The VirtualService. */
  public readonly virtualService: ApiObject;
  /** `NAMESPACE/NAME`, for `RouteAction.delegateTo` and `GatewayRoutes.addDelegate`. */
  public readonly reference: string;

  private readonly table: RouteTable;

  constructor(scope: Construct, id: string, props: DelegatedRoutesProps) {
    super(scope, id);
    registerConstruct(this, DelegatedRoutes);
    checkConstructProps(this, props, '{ name: \'api\', namespace: \'team-b\' }');
    const { name, within, exportTo, metadata } = props;
    if (typeof name !== 'string' || !isDnsName(name)) {
      throw new Error(`[${this.node.path}] \`name\` is ${describeValue(name)}, which is not a name: lower-case letters, digits, dashes and dots, at most 253.`);
    }
    const namespace = props.namespace ?? Chart.of(this).namespace;
    if (namespace === undefined) {
      throw new Error(`[${this.node.path}] the namespace of these routes is not known. Give \`namespace\`, here or to its Chart.`);
    }
    if (typeof namespace !== 'string' || !isDnsLabel(namespace)) throw new Error(`[${this.node.path}] ${describeValue(namespace)} is not a namespace name: lower-case letters, digits and dashes, at most 63.`);
    if (within !== undefined && !(within instanceof HttpMatch)) {
      throw new Error(`[${this.node.path}] \`within\` is ${describeValue(within)}. Say what the rule that delegates matches, for example HttpMatch.path(StringMatch.prefix('/api/')).`);
    }
    checkExportTo(this.node.path, namespace, exportTo);
    this.reference = `${namespace}/${name}`;
    this.table = new RouteTable(this, { alwaysPort: true, within: within?._atoms });
    this.virtualService = new IstioObject<VirtualServiceSpec>(this, 'Resource', {
      kind: 'VirtualService',
      metadata: { ...metadata, name, namespace },
      spec: () => ({ exportTo, http: this.table.rules() }),
    });
    validateOncePerSynth(this, () => this.table.mistakes());
  }

  /** Leads requests that match to a service. Requests that match no route get a 404. */
  public addRoute(match: HttpMatch, service: MeshService, options: GatewayRouteOptions = {}): DelegatedRoutes {
    this.table.addRoute(match, service, options);
    return this;
  }

  /** Sends clients whose requests match elsewhere. */
  public addRedirect(match: HttpMatch, redirect: Redirect, options: GatewayAnswerOptions = {}): DelegatedRoutes {
    this.table.addRedirect(match, redirect, options);
    return this;
  }

  /** Lets the proxy answer requests that match by itself. */
  public addResponse(match: HttpMatch, response: DirectResponse, options: GatewayAnswerOptions = {}): DelegatedRoutes {
    this.table.addResponse(match, response, options);
    return this;
  }
}
