import { MeshService } from '../model/mesh-service';
import type { StreamDestination as Destination } from '../model/stream-routes';
import { describeValue } from '../semantics/describe-value';

/** Where connections to a subset go. */
export interface StreamDestinationOptions {
  /**
   * The share of the connections, in whole percent, 0–100. All shares of a route add up to 100.
   *
   * @default - all of them: the only destination
   */
  readonly weight?: number;
}

/** Where connections to another service go. */
export interface StreamServiceOptions extends StreamDestinationOptions {
  /**
   * The other service's port.
   *
   * @default - its one port of this kind (TCP or TLS)
   */
  readonly port?: number;
  /**
   * A subset of the other service, which a construct on that `MeshService` defines.
   *
   * @default - all of its pods
   */
  readonly subset?: string;
}

/**
 * One destination of a `TcpRoute` or `TlsRoute`, and its share of the connections. A connection stays where it began: a
 * change of weights is about new connections.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#RouteDestination
 */
export class StreamDestination {
  /** The service itself, all of its pods. */
  public static itself(options: StreamDestinationOptions = {}): StreamDestination {
    return new StreamDestination({}, options.weight);
  }

  /** A subset of the service itself, by name: of a `CanaryRollout`, say. */
  public static subset(name: string, options: StreamDestinationOptions = {}): StreamDestination {
    if (typeof name !== 'string' || name === '') {
      throw new Error(`StreamDestination.subset: the name is ${describeValue(name)}. Give the name of a subset of the service, for example "v1".`);
    }
    return new StreamDestination({ subset: name }, options.weight);
  }

  /** Another service. */
  public static service(service: MeshService, options: StreamServiceOptions = {}): StreamDestination {
    if (!(service instanceof MeshService)) throw new Error(`StreamDestination.service: the service is ${describeValue(service)}. Give a MeshService.`);
    return new StreamDestination({ service, subset: options.subset, servicePort: options.port }, options.weight);
  }

  private constructor(
    /** @internal */
    public readonly _destination: Destination,
    /** @internal */
    public readonly _weight: number | undefined,
  ) {
    if (_weight !== undefined && (!Number.isInteger(_weight) || _weight < 0 || _weight > 100)) {
      throw new Error(`StreamDestination: weight is ${typeof _weight === 'number' ? _weight : describeValue(_weight)}; a share is a whole percentage from 0 to 100.`);
    }
  }
}

/** What a route's destinations come to. Throws for shares that leave connections without one, and says where. */
export function weighed(path: string, destinations: readonly StreamDestination[]): Destination[] {
  if (!Array.isArray(destinations) || destinations.length === 0 || !destinations.every((one) => one instanceof StreamDestination)) {
    throw new Error(`[${path}] \`destinations\` is ${describeValue(destinations)}. Give a list, for example [StreamDestination.subset('v1')].`);
  }
  const unweighed = destinations.some(({ _weight }) => _weight === undefined);
  if (destinations.length > 1 && unweighed) {
    throw new Error(`[${path}] there are ${destinations.length} destinations, and not all of them have a \`weight\`. Give each its share in percent; they add up to 100.`);
  }
  const sum = destinations.reduce((total, { _weight = 100 }) => total + _weight, 0);
  if (sum !== 100) {
    throw new Error(`[${path}] the weights ${destinations.map(({ _weight }) => _weight).join(', ')} add up to ${sum}. They are shares in percent: make them 100.`);
  }
  return destinations.map(({ _destination, _weight }) => ({ ..._destination, weight: destinations.length === 1 ? undefined : _weight }));
}
