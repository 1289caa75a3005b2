import { Construct } from 'constructs';
import { DirectResponse } from './direct-response';
import { HeaderOperations, renderHeaders } from './header-operations';
import { Redirect } from './redirect';
import { checkOptions } from '../model/given';
import { MeshService } from '../model/mesh-service';
import { RouteDestination, RouteValue } from '../model/route-layers';
import { ServiceDestination } from '../model/service-destination';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel, isDnsName } from '../semantics/kubernetes-name';

export interface ServiceRouteOptions {
  /**
   * The part of the service's pods.
   *
   * @default - all of them
   */
  readonly subset?: string;
  /**
   * The port of the service.
   *
   * @default - the one that carries HTTP
   */
  readonly port?: number;
}

/** One of several destinations, and its share of the requests. */
export interface WeightedDestination extends ServiceRouteOptions {
  /** The share in whole percent, 0–100. */
  readonly weight: number;
  /**
   * The service.
   *
   * @default - the one that the route is for, on the port that was called
   */
  readonly service?: MeshService;
  /**
   * What is done to the headers of requests that go there.
   *
   * @default - nothing beside what the route says
   */
  readonly requestHeaders?: HeaderOperations;
  /**
   * What is done to the headers of responses that come from there.
   *
   * @default - nothing beside what the route says
   */
  readonly responseHeaders?: HeaderOperations;
}

/**
 * What becomes of a request.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute
 */
export class RouteAction {
  /** It goes to a subset of the service. */
  public static toSubset(subset: string): RouteAction {
    return new RouteAction((own) => ({ destinations: [{ subset: checkSubset(subset, own) }] }));
  }

  /** It goes to one of the service's subsets, by shares in whole percent that sum up to 100. */
  public static toSubsets(weights: { readonly [subset: string]: number }): RouteAction {
    if (typeof weights !== 'object' || weights === null || Array.isArray(weights)) {
      throw new Error(`RouteAction.toSubsets: the weights are ${describeValue(weights)}. Give each subset its share, for example { v1: 90, v2: 10 }.`);
    }
    return RouteAction.split(...Object.entries(weights).map(([subset, weight]) => ({ subset, weight })));
  }

  /** It goes to a service, this one or another. */
  public static toService(service: MeshService, options: ServiceRouteOptions = {}): RouteAction {
    checkService('toService', service);
    checkOptions('RouteAction.toService', options, '{ subset: \'v2\' }');
    checkPort('toService', options.port);
    return new RouteAction((own) => ({ destinations: [destination({ ...options, service }, own)] }));
  }

  /** It goes to one of several destinations, by shares in whole percent that sum up to 100. */
  public static split(...destinations: WeightedDestination[]): RouteAction {
    checkWeights(destinations);
    return new RouteAction((own) => ({ destinations: destinations.map((one) => destination(one, own)) }));
  }

  /** The client is sent elsewhere. */
  public static redirect(redirect: Redirect): RouteAction {
    if (!(redirect instanceof Redirect)) throw new Error(`RouteAction.redirect: given is ${describeValue(redirect)}. Say for example Redirect.to({ path: '/new' }).`);
    return new RouteAction(() => ({ redirect: redirect._spec }));
  }

  /** The proxy answers by itself. */
  public static respond(response: DirectResponse): RouteAction {
    if (!(response instanceof DirectResponse)) throw new Error(`RouteAction.respond: given is ${describeValue(response)}. Say for example DirectResponse.text(503, 'closed').`);
    return new RouteAction(() => ({ directResponse: response._spec }), response._contentType);
  }

  /**
   * Another VirtualService, without hosts, says what becomes of it: one of another team, say.
   * @param virtualService as `NAMESPACE/NAME`
   */
  public static delegateTo(virtualService: string): RouteAction {
    const delegate = delegateNamed(virtualService);
    return new RouteAction(() => ({ delegate }));
  }

  private constructor(private readonly render: (own: MeshService) => RouteValue, private readonly contentType?: string) {}

  /** For a route of this service. @internal */
  public _valueFor(service: MeshService): RouteValue {
    return this.render(service);
  }

  /** The type of the body that the proxy answers with, where it is not plain text. @internal */
  public get _contentType(): string | undefined {
    return this.contentType;
  }
}

/** The VirtualService that another one delegates to. */
export function delegateNamed(virtualService: string): NonNullable<RouteValue['delegate']> {
  const [namespace, name, ...rest] = typeof virtualService === 'string' ? virtualService.split('/') : [''];
  if (name === undefined || rest.length > 0 || !isDnsLabel(namespace) || !isDnsName(name)) {
    throw new Error(`RouteAction.delegateTo: ${describeValue(virtualService)} does not name a VirtualService. Write NAMESPACE/NAME, for example team-b/api.`);
  }
  return { name, namespace };
}

/** The destinations at other services whose port or subset is not there; for validation. */
export function destinationMistakes(owner: Construct, { destinations }: RouteValue): string[] {
  return (destinations ?? []).flatMap((one) => (one instanceof ServiceDestination ? one.mistakes : []))
    .map((mistake) => (mistake.startsWith('[') ? mistake : `[${owner.node.path}] ${mistake}`));
}

function destination(said: Partial<WeightedDestination>, own: MeshService): RouteDestination {
  const { service, subset, port, weight, requestHeaders, responseHeaders } = said;
  const headers = renderHeaders(requestHeaders, responseHeaders);
  const known = subset === undefined ? undefined : checkSubset(subset, own);
  if ((service === undefined || service === own) && port === undefined) return { subset: known, weight, headers };
  return new ServiceDestination(service ?? own, { subset: known, port, weight, headers });
}

function checkSubset(subset: unknown, { node }: MeshService): string {
  if (typeof subset !== 'string' || !isDnsLabel(subset)) throw new Error(`${describeValue(subset)} is not the name of a subset of [${node.path}]: small letters, digits and dashes, at most 63.`);
  return subset;
}

function checkService(factory: string, service: unknown): void {
  if (!(service instanceof MeshService)) throw new Error(`RouteAction.${factory}: the service is ${describeValue(service)}. Give a MeshService.`);
}

function checkPort(factory: string, port: unknown): void {
  if (port !== undefined && !Number.isInteger(port)) throw new Error(`RouteAction.${factory}: \`port\` is ${describeValue(port)}. Give the number of a port of the Service.`);
}

function checkWeights(destinations: readonly WeightedDestination[]): void {
  if (destinations.length === 0) throw new Error('RouteAction.split: no destinations are given. Name at least one.');
  for (const one of destinations) {
    if (typeof one !== 'object' || one === null) throw new Error(`RouteAction.split: a destination is ${describeValue(one)}. Say for example { subset: 'v2', weight: 10 }.`);
    if (one.service !== undefined) checkService('split', one.service);
    if (!Number.isInteger(one.weight) || one.weight < 0 || one.weight > 100) {
      throw new Error(`RouteAction: the weight of ${nameOf(one)} is ${describeValue(one.weight)}. A share is a whole percentage from 0 to 100.`);
    }
    checkPort('split', one.port);
  }
  refuseTwice(destinations);
  const sum = destinations.reduce((total, { weight }) => total + weight, 0);
  if (sum !== 100) {
    throw new Error(
      `RouteAction: the weights ${destinations.map((one) => `${nameOf(one)}: ${one.weight}`).join(', ')} sum up to ${sum}, not 100. `
      + 'Istio would take them for shares of their sum. Change one so that they sum up to 100.');
  }
}

function refuseTwice(destinations: readonly WeightedDestination[]): void {
  const same = (a: WeightedDestination, b: WeightedDestination) => a.service === b.service && a.subset === b.subset && a.port === b.port;
  const twice = destinations.find((one, index) => destinations.findIndex((other) => same(one, other)) < index);
  if (twice) throw new Error(`RouteAction: ${nameOf(twice)} is given twice, so its weights would add up. Give it once, with the sum, or change the subset of one.`);
}

function nameOf({ service, subset }: WeightedDestination): string {
  return [service?.name, subset].filter((part) => part !== undefined).join('/') || 'the service itself';
}
