import { Duration } from 'cdk8s';
import { QueryTarget, connectionRate, errorRate, latency, refusalRate, requestRate, requestsInProgress, successRate } from './golden-queries';
import { SignalObserver } from './signal-observer';
import { checkMember, checkOptions } from '../model/given';
import { MeshService } from '../model/mesh-service';
import { describeValue } from '../semantics/describe-value';
import { located } from '../semantics/located';

export interface GoldenSignalsOptions {
  /**
   * Whose figures are asked for.
   *
   * @default SignalObserver.CALLERS
   */
  readonly seenBy?: SignalObserver;
}

/** Long enough for several samples where Prometheus asks every 15 to 60 seconds. */
const WINDOW = Duration.minutes(5);

/**
 * The four questions that tell how a service is, as PromQL over Istio's standard metrics: how long it takes, how much is
 * asked of it, how much of that fails, and how full it is. Alerts, dashboards and rollout gates ask them in the same words.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 * @see https://sre.google/sre-book/monitoring-distributed-systems/
 */
export class GoldenSignals {
  /**
   * The signals of one service.
   *
   * @throws when `service` is no MeshService
   */
  public static of(service: MeshService, options: GoldenSignalsOptions = {}): GoldenSignals {
    if (!(service instanceof MeshService)) {
      throw new Error(`GoldenSignals.of: the service is ${describeValue(service)}. Give a MeshService, for example new MeshService(chart, 'reviews', { service }).`);
    }
    checkOptions('GoldenSignals.of', options, '{ seenBy: SignalObserver.PODS }');
    const { seenBy = SignalObserver.CALLERS } = options;
    located('GoldenSignals.of: ', () => checkMember('seenBy', seenBy, 'SignalObserver', SignalObserver));
    return new GoldenSignals(service, seenBy);
  }

  private constructor(private readonly service: MeshService, private readonly seenBy: SignalObserver) {}

  /**
   * The milliseconds within which this percentage of requests is answered.
   *
   * @param percentile above 0 and below 100, for example 95 or 99.9
   * @param window the time that one figure is about; 5 minutes unless given
   */
  public latency(percentile: number, window: Duration = WINDOW): string {
    if (typeof percentile !== 'number' || !(percentile > 0 && percentile < 100)) {
      throw new Error(`GoldenSignals.latency: the percentile is ${describeValue(percentile)}; a number above 0 and below 100 is allowed, for example 95 or 99.9.`);
    }
    return latency(this._target, percentile, window);
  }

  /**
   * Requests per second.
   *
   * @param window the time that one figure is about; 5 minutes unless given
   */
  public traffic(window: Duration = WINDOW): string {
    return requestRate(this._target, window);
  }

  /**
   * The percentage of requests that fail, 0–100: with a 5xx, for gRPC also with a status that is the server's fault. No number
   * while nobody asks.
   *
   * @param window the time that one figure is about; 5 minutes unless given
   */
  public errors(window: Duration = WINDOW): string {
    return errorRate(this._target, window);
  }

  /**
   * What `errors` leaves of 100.
   *
   * @param window the time that one figure is about; 5 minutes unless given
   */
  public successRate(window: Duration = WINDOW): string {
    return successRate(this._target, window);
  }

  /**
   * How many requests are in progress at a time, on average: it grows before anything fails, with the load and with the time
   * that an answer takes. Held against `HttpPool`'s limits it tells how full the service is.
   *
   * @param window the time that one figure is about; 5 minutes unless given
   */
  public saturation(window: Duration = WINDOW): string {
    return requestsInProgress(this._target, window);
  }

  /**
   * The percentage of requests that a proxy refused, 0–100, as a connection pool (`ConnectionPool`) or a rate limit was
   * full: what a service that is saturated turns away. No number while nobody asks.
   *
   * @param window the time that one figure is about; 5 minutes unless given
   */
  public refusals(window: Duration = WINDOW): string {
    return refusalRate(this._target, window);
  }

  /**
   * Connections opened per second, of a service that is not asked by requests (TCP, TLS): the only signal that Istio has of
   * it besides bytes.
   *
   * @param window the time that one figure is about; 5 minutes unless given
   */
  public connections(window: Duration = WINDOW): string {
    return connectionRate(this._target, window);
  }

  /** Asked when a query is written: a Service's name may be said late. @internal */
  public get _target(): QueryTarget {
    const { name, namespace, host, _isExternalHost: isExternal, ports } = this.service;
    const grpc = ports.some((port) => port.isGrpc);
    return isExternal ? { reporter: this.seenBy, host, grpc } : { reporter: this.seenBy, service: name, serviceNamespace: namespace, grpc };
  }
}
