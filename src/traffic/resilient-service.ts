import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ConnectionPool, renderConnectionPool } from './connection-pool';
import { LoadBalancer } from './load-balancer';
import { OutlierDetection, renderOutlierDetection } from './outlier-detection';
import { RequestTimeout } from './request-timeout';
import { ResiliencePreset } from './resilience-preset';
import { Retries } from './retries';
import { RetryBudget, renderRetryBudget } from './retry-budget';
import { matchesNothing, retryLayers } from './route-policy';
import { checkConstructProps } from '../model/given';
import { HttpMatch } from '../model/http-match';
import { locatedAt } from '../model/located-at';
import { EVERY_REQUEST, MatchAtoms } from '../model/match-atom';
import { MeshService } from '../model/mesh-service';
import { validateOncePerSynth } from '../model/once-per-synth';
import { registerConstruct } from '../model/registered-construct';
import { TrafficBlocks, merge } from '../model/traffic-layers';
import { describeValue } from '../semantics/describe-value';

const HOW_LONG = 'Say RequestTimeout.after(Duration.seconds(5)), or RequestTimeout.none() for no limit.';

/** What can be set for a whole service, one of its ports, or one subset. */
export interface TrafficSettings {
  /**
   * Limits on connections and requests.
   *
   * @default - inherited; no limits
   */
  readonly connectionPool?: ConnectionPool;
  /**
   * When a failing pod is left out.
   *
   * @default - inherited; never
   */
  readonly outlierDetection?: OutlierDetection;
  /**
   * How pods are chosen.
   *
   * @default - inherited; Istio's least request
   */
  readonly loadBalancer?: LoadBalancer;
}

/** What can be set for a whole service or one subset. */
export interface SubsetResilience extends TrafficSettings {
  /**
   * How many retries may be under way beside the requests. An error where a port that speaks HTTP has
   * settings of its own: Istio reads no budget there.
   *
   * @default - inherited; no limit
   */
  readonly retryBudget?: RetryBudget;
}

/** What holds for one port: it changes only what it names. */
export interface PortResilience extends TrafficSettings {
  /** The Service's port. */
  readonly port: number;
  /**
   * How long a request to this port may take.
   *
   * @default - as for the whole service
   */
  readonly timeout?: RequestTimeout;
  /**
   * What is repeated on this port.
   *
   * @default - as for the whole service
   */
  readonly retries?: Retries;
}

/** What holds for the requests that match: it changes only what it names. */
export interface RouteResilience {
  /** Which requests. */
  readonly match: HttpMatch;
  /**
   * How long such a request may take.
   *
   * @default - as for the whole service
   */
  readonly timeout?: RequestTimeout;
  /**
   * What is repeated.
   *
   * @default - as for the whole service
   */
  readonly retries?: Retries;
}

export interface ResilientServiceProps extends SubsetResilience {
  /** The service that is called. */
  readonly service: MeshService;
  /**
   * How long a request may take: `RequestTimeout.after(...)` or `RequestTimeout.none()`. It has to be
   * said for a service with an HTTP port.
   *
   * @default - none, for a service without requests: a database, say
   */
  readonly timeout?: RequestTimeout;
  /**
   * What is repeated.
   *
   * @default - the mesh's default: 2 further tries, for every method, of connections that failed and of gRPC status 14 and 1
   */
  readonly retries?: Retries;
  /**
   * A starting point with documented numbers; what is given beside it wins, field by field.
   *
   * @default - none: only what is given is written
   */
  readonly preset?: ResiliencePreset;
  /**
   * Settings of subsets, by name. The subsets themselves come from a `CanaryRollout`.
   *
   * @default - none
   */
  readonly subsets?: { readonly [name: string]: SubsetResilience };
  /**
   * Settings of single ports.
   *
   * @default - none
   */
  readonly ports?: PortResilience[];
  /**
   * Settings of single routes.
   *
   * @default - none
   */
  readonly routes?: RouteResilience[];
}

/**
 * How a service is called: timeout, retries and their budget, connection pools, outlier detection, load
 * balancing.
 *
 * It writes no objects of its own: it contributes to the one VirtualService and DestinationRule of
 * its `MeshService`. Nothing is limited that was not asked for.
 *
 * @see https://istio.io/latest/docs/concepts/traffic-management/#network-resilience-and-testing
 */
export class ResilientService extends Construct {
  /** The service that is called. */
  public readonly service: MeshService;

  constructor(scope: Construct, id: string, props: ResilientServiceProps) {
    super(scope, id);
    registerConstruct(this, ResilientService);
    checkConstructProps(this, props, '{ service: reviews, timeout: RequestTimeout.after(Duration.seconds(5)) }');
    this.checkProps(props);
    this.service = props.service;
    const { preset } = props;

    this.addRequests(EVERY_REQUEST, props.timeout, props.retries ?? preset?._retries, props);
    for (const port of props.ports ?? []) {
      this.addRequests([{ port: port.port }], port.timeout, port.retries, props);
      this.addTraffic(port, { port: port.port });
    }
    for (const route of props.routes ?? []) {
      this.addRequests(route.match._atoms, route.timeout, route.retries, props);
    }
    this.addTraffic(props, {}, preset);
    for (const [subset, settings] of Object.entries(props.subsets ?? {})) this.addTraffic(settings, { subset });

    validateOncePerSynth(this, () => [...this.unsaidTimeout(props), ...this.unsafeGrpcRetries(props)]);
  }

  /** The service's VirtualService; undefined while nothing needs one. */
  public get virtualService(): ApiObject | undefined {
    return this.service.virtualService;
  }

  /** The service's DestinationRule; undefined while nothing needs one. */
  public get destinationRule(): ApiObject | undefined {
    return this.service.destinationRule;
  }

  /** What a program without types may get wrong, and what would then silently be no limit at all. */
  private checkProps({ service, timeout, retries, preset, routes, ports, subsets, loadBalancer }: ResilientServiceProps): void {
    const wrong = (what: string, value: unknown, fix: string) => new Error(`[${this.node.path}] \`${what}\` is ${describeValue(value)}. ${fix}`);
    if (!(service instanceof MeshService)) throw wrong('service', service, 'Give a MeshService, for example new MeshService(this, \'reviews\', { service }).');
    if (timeout !== undefined && !(timeout instanceof RequestTimeout)) throw wrong('timeout', timeout, HOW_LONG);
    if (retries !== undefined && !(retries instanceof Retries)) throw wrong('retries', retries, 'Say Retries.upTo(2), or Retries.none().');
    for (const settings of [{ loadBalancer }, ...ports ?? [], ...Object.values(subsets ?? {})]) {
      if (settings.loadBalancer !== undefined && !(settings.loadBalancer instanceof LoadBalancer)) {
        throw wrong('loadBalancer', settings.loadBalancer, 'Say for example LoadBalancer.leastRequest().');
      }
    }
    for (const port of ports ?? []) {
      const { retryBudget } = (port ?? {}) as SubsetResilience;
      if (retryBudget !== undefined) throw wrong('retryBudget', retryBudget, `It is given for port ${port.port}, and Istio has none for ports. Give it for the whole service.`);
      if (!Number.isInteger(port?.port)) throw wrong('ports', port, 'Give a list of settings with the Service\'s port each, for example [{ port: 80, timeout }].');
    }
    for (const route of routes ?? []) {
      if (!(route?.match instanceof HttpMatch)) throw wrong('match', route?.match, 'Say which requests are meant, for example HttpMatch.path(StringMatch.prefix(\'/api/\')).');
    }
    for (const part of [...ports ?? [], ...routes ?? []]) {
      if (part.timeout !== undefined && !(part.timeout instanceof RequestTimeout)) throw wrong('timeout', part.timeout, 'Say RequestTimeout.after(...) or RequestTimeout.none().');
      if (part.retries !== undefined && !(part.retries instanceof Retries)) throw wrong('retries', part.retries, 'Say Retries.upTo(2), or Retries.none().');
    }
    if (preset !== undefined && !(preset instanceof ResiliencePreset)) throw wrong('preset', preset, 'Say for example ResiliencePreset.http().');
  }

  private addRequests(match: MatchAtoms, timeout: RequestTimeout | undefined, retries: Retries | undefined, all: ResilientServiceProps): void {
    const general = all.retries ?? all.preset?._retries;
    const allowsMore = timeout !== undefined && (timeout._milliseconds ?? Infinity) > (all.timeout?._milliseconds ?? Infinity);
    // A limit on one try was chosen for the timeout beside it: where more time is allowed, it would cut that short.
    const effective = retries ?? (allowsMore ? general?._withoutPerTryTimeout() : general);
    locatedAt(this, () => effective?._checkAgainst(timeout ?? all.timeout ?? RequestTimeout.none()));
    if (timeout) this.service._addRouteLayer({ owner: this, aspect: 'timeout', match, value: { timeout: timeout._text } });
    if (!retries) {
      if (effective && effective !== general && !matchesNothing(match, effective._requests)) {
        this.service._addRouteLayer({ owner: this, aspect: 'retries', match, within: effective._requests, value: { retries: effective._spec } });
      }
      return;
    }
    for (const layer of locatedAt(this, () => retryLayers(this, match, retries))) this.service._addRouteLayer(layer);
  }

  private addTraffic(settings: SubsetResilience, scope: { port?: number; subset?: string }, preset?: ResiliencePreset): void {
    const given = locatedAt(this, () => renderSettings(settings));
    const blocks = preset ? merge(renderSettings(preset._settings), given) : given;
    if (Object.values(blocks).some((block) => block !== undefined)) {
      this.service._addTrafficLayer({ owner: this, ...scope, blocks });
    }
  }

  /** Both answers hurt where they are wrong, so where there are requests one of them has to be given. */
  private unsaidTimeout({ timeout }: ResilientServiceProps): string[] {
    const http = this.service.ports.filter((port) => port.isHttp);
    if (timeout !== undefined || http.length === 0) return [];
    return [`\`timeout\` is not given, but ${this.service.name} takes requests on ${http.join(', ')}. ${HOW_LONG}`];
  }

  /** On gRPC every call is a POST: the default methods would silently repeat nothing. */
  private unsafeGrpcRetries(props: ResilientServiceProps): string[] {
    const http = this.service.ports.filter((port) => port.isHttp);
    const general = [props.retries ?? props.preset?._retries, ...(props.routes ?? []).map((route) => route.retries)];
    const concerned = [
      { ports: http, all: general },
      ...(props.ports ?? []).map(({ port, retries }) => ({ ports: http.filter(({ number }) => number === port), all: [retries] })),
    ];
    return concerned
      .filter(({ ports, all }) => ports.length > 0 && ports.every((port) => port.isGrpc) && all.some((retries) => retries?._missesGrpc))
      .map(({ ports }) =>
        `the retries of ${this.service.name} would repeat nothing on ${ports.join(', ')}, as every gRPC call is a POST. `
        + 'Name the calls that are safe to repeat, Retries.upTo(2, { grpcMethods: [\'/package.Service/Get\'] }), or use Retries.none() or ResiliencePreset.grpc().');
  }
}

function renderSettings({ connectionPool, outlierDetection, loadBalancer, retryBudget }: SubsetResilience): TrafficBlocks {
  return {
    retryBudget: retryBudget === undefined ? undefined : renderRetryBudget(retryBudget),
    connectionPool: connectionPool === undefined ? undefined : renderConnectionPool(connectionPool),
    outlierDetection: outlierDetection === undefined ? undefined : renderOutlierDetection(outlierDetection),
    loadBalancer: loadBalancer?._spec,
  };
}
