import { Construct } from 'constructs';
import { RouteAction } from './route-action';
import { checkConstructProps } from '../model/given';
import { MeshService } from '../model/mesh-service';
import { RouteDestination } from '../model/route-layers';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel, isLabelKey, isLabelValue } from '../semantics/kubernetes-name';
import { located } from '../semantics/located';

/** What routes for connections have in common. */
export interface StreamRouteProps {
  /** The service that is called. */
  readonly service: MeshService;
  /**
   * Where connections go: `RouteAction.toSubset`, `.toSubsets`, `.toService` or `.split`. A connection stays where it began,
   * so a change of weights is about new ones.
   */
  readonly action: RouteAction;
  /**
   * The Service's port that is called.
   *
   * @default - all ports of this kind
   */
  readonly port?: number;
  /**
   * Labels of the calling pods, all of them.
   *
   * @default - any caller
   */
  readonly sourceLabels?: { readonly [label: string]: string };
  /**
   * The namespace of the calling pods.
   *
   * @default - any caller
   */
  readonly sourceNamespace?: string;
  /**
   * A route of higher priority is tried before one of lower, whatever their conditions.
   *
   * @default 0
   */
  readonly priority?: number;
}

/** Where the action leads connections. Throws for what only an answer to a request can be. */
export function connectionDestinations(path: string, { action, service }: StreamRouteProps): readonly RouteDestination[] {
  if (!(action instanceof RouteAction)) throw new Error(`[${path}] \`action\` is ${describeValue(action)}. Say for example RouteAction.toSubset('v2').`);
  const { destinations } = located(`[${path}] `, () => action._valueFor(service));
  if (!destinations) throw new Error(`[${path}] a connection can only be led on: a redirect, a direct response and a delegate are about requests. Say for example RouteAction.toSubset('v2').`);
  if (destinations.some(({ headers }) => headers)) throw new Error(`[${path}] the proxy sees no headers of a connection. Leave \`requestHeaders\` and \`responseHeaders\` out.`);
  return destinations;
}

/** What a program without types may get wrong, and what no caller can have. */
export function checkStreamRoute(owner: Construct, props: StreamRouteProps): void {
  checkConstructProps(owner, props, '{ service: db, action: RouteAction.toSubset(\'v2\') }');
  const { service, port, sourceLabels, sourceNamespace, priority } = props;
  const { path } = owner.node;
  if (!(service instanceof MeshService)) throw new Error(`[${path}] \`service\` is ${describeValue(service)}. Give a MeshService.`);
  if (port !== undefined && !Number.isInteger(port)) throw new Error(`[${path}] \`port\` is ${describeValue(port)}. Give the number of a port of the Service.`);
  if (priority !== undefined && !Number.isInteger(priority)) throw new Error(`[${path}] \`priority\` is ${describeValue(priority)}. Give a whole number; higher ones are tried first.`);
  if (sourceNamespace !== undefined && !(typeof sourceNamespace === 'string' && isDnsLabel(sourceNamespace))) {
    throw new Error(`[${path}] \`sourceNamespace\` is ${describeValue(sourceNamespace)}, which is not a namespace name: lower-case letters, digits and dashes, at most 63.`);
  }
  if (sourceLabels === undefined) return;
  const labels = typeof sourceLabels === 'object' && sourceLabels !== null ? Object.entries(sourceLabels) : [];
  if (labels.length === 0) throw new Error(`[${path}] \`sourceLabels\` is ${describeValue(sourceLabels)}. Give labels of the calling pods, for example { app: 'web' }, or leave it out.`);
  for (const [key, value] of labels) {
    if (!isLabelKey(key) || typeof value !== 'string' || !isLabelValue(value)) {
      throw new Error(`[${path}] \`sourceLabels\` has ${key}=${String(value)}, which is not a label that a pod can have: letters, digits, ".", "_" and "-" between letters and digits, at most 63.`);
    }
  }
}
