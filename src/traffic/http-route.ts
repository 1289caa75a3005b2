import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { RouteAction, destinationMistakes } from './route-action';
import { RoutePolicy, checkPriority, policyLayers, withContentType } from './route-policy';
import { checkConstructProps } from '../model/given';
import { HttpMatch } from '../model/http-match';
import { locatedAt } from '../model/located-at';
import { EVERY_REQUEST } from '../model/match-atom';
import { MeshService } from '../model/mesh-service';
import { validateOncePerSynth } from '../model/once-per-synth';
import { registerConstruct } from '../model/registered-construct';
import { RouteLayer, RouteValue } from '../model/route-layers';
import { describeValue } from '../semantics/describe-value';
import { isLabelValue } from '../semantics/kubernetes-name';

export interface HttpRouteProps extends RoutePolicy {
  /** The service that is called. */
  readonly service: MeshService;
  /**
   * Which requests are meant. Where several routes match, the most specific decides, part by part.
   *
   * @default - every request to the service
   */
  readonly match?: HttpMatch;
  /**
   * What becomes of the request.
   *
   * @default - what others say of the same requests, such as a `CanaryRollout`; it goes to the service
   */
  readonly action?: RouteAction;
  /**
   * The name of the rule in the VirtualService, which proxies write into their access logs. Where several rules are
   * needed, the further ones are `NAME-2`, `NAME-3` and so on. Only with `action`.
   *
   * @default - none
   */
  readonly name?: string;
}

/** What the proxy's own answer leaves no room for. */
const NOT_BESIDE_AN_ANSWER: readonly (keyof HttpRouteProps)[] = ['rewrite', 'timeout', 'retries', 'requestHeaders', 'cors'];

/**
 * A route of a service, on the mesh and behind gateways: where the requests that match go, and how.
 *
 * It writes no objects of its own: it contributes to the one VirtualService of its `MeshService`. What it does not
 * say is left to the others that speak of the same requests. The order in which routes are created never matters.
 *
 * @see https://istio.io/latest/docs/concepts/traffic-management/#virtual-services
 */
export class HttpRoute extends Construct {
  /** The service. */
  public readonly service: MeshService;

  constructor(scope: Construct, id: string, props: HttpRouteProps) {
    super(scope, id);
    registerConstruct(this, HttpRoute);
    checkConstructProps(this, props, '{ service: reviews, action: RouteAction.toSubset(\'v2\') }');
    this.checkProps(props);
    const { service, match, action, name } = props;
    this.service = service;
    const atoms = match?._atoms ?? EVERY_REQUEST;
    const layers = locatedAt(this, () => {
      const value = action && { ...action._valueFor(service), name };
      checkPriority(props.priority);
      if (value) this.checkAnswer(value, props);
      const all: RouteLayer[] = value ? [{ owner: this, aspect: 'action', match: atoms, priority: props.priority, value }] : [];
      return [...all, ...policyLayers(this, atoms, withContentType(props, action?._contentType))];
    });
    if (layers.length === 0) throw new Error(`[${this.node.path}] nothing is said of the requests. Give \`action\`, \`rewrite\`, \`timeout\` or another setting.`);
    for (const layer of layers) service._addRouteLayer(layer);
    validateOncePerSynth(this, () => layers.flatMap(({ value }) => destinationMistakes(this, value)));
  }

  /** The service's VirtualService; undefined while nothing needs one. */
  public get virtualService(): ApiObject | undefined {
    return this.service.virtualService;
  }

  private checkProps({ service, match, action, name }: HttpRouteProps): void {
    const wrong = (what: string, value: unknown, fix: string) => new Error(`[${this.node.path}] \`${what}\` is ${describeValue(value)}. ${fix}`);
    if (!(service instanceof MeshService)) throw wrong('service', service, 'Give a MeshService, for example new MeshService(this, \'reviews\', { service }).');
    if (match !== undefined && !(match instanceof HttpMatch)) throw wrong('match', match, 'Say which requests are meant, for example HttpMatch.pathSegments(\'/api\').');
    if (action !== undefined && !(action instanceof RouteAction)) throw wrong('action', action, 'Say for example RouteAction.toSubset(\'v2\').');
    if (name === undefined) return;
    if (typeof name !== 'string' || name === '' || !isLabelValue(name)) throw wrong('name', name, 'Letters, digits, dashes, dots and underscores are allowed, at most 63.');
    if (!action) throw new Error(`[${this.node.path}] \`name\` is "${name}", but without \`action\` this is no rule of its own: it takes part in those of others. Give an \`action\`, or leave the name out.`);
  }

  private checkAnswer({ redirect, directResponse }: RouteValue, props: HttpRouteProps): void {
    const field = (redirect ?? directResponse) && NOT_BESIDE_AN_ANSWER.find((key) => props[key] !== undefined);
    if (!field) return;
    throw new Error(`\`${field}\` means nothing beside a ${redirect ? 'redirect' : 'direct response'}: the proxy answers by itself and sends nothing on. Leave it out.`);
  }
}
