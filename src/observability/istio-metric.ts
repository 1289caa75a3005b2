import { describeValue } from '../semantics/describe-value';

/**
 * A metric that Istio's proxies make.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export class IstioMetric {
  /** All of Istio's own. */
  public static readonly ALL = new IstioMetric('ALL_METRICS');
  /** `istio_requests_total`. */
  public static readonly REQUEST_COUNT = new IstioMetric('REQUEST_COUNT');
  /** `istio_request_duration_milliseconds`. */
  public static readonly REQUEST_DURATION = new IstioMetric('REQUEST_DURATION');
  /** `istio_request_bytes`. */
  public static readonly REQUEST_SIZE = new IstioMetric('REQUEST_SIZE');
  /** `istio_response_bytes`. */
  public static readonly RESPONSE_SIZE = new IstioMetric('RESPONSE_SIZE');
  /** `istio_tcp_connections_opened_total`. */
  public static readonly TCP_OPENED_CONNECTIONS = new IstioMetric('TCP_OPENED_CONNECTIONS');
  /** `istio_tcp_connections_closed_total`. */
  public static readonly TCP_CLOSED_CONNECTIONS = new IstioMetric('TCP_CLOSED_CONNECTIONS');
  /** `istio_tcp_sent_bytes_total`. */
  public static readonly TCP_SENT_BYTES = new IstioMetric('TCP_SENT_BYTES');
  /** `istio_tcp_received_bytes_total`. */
  public static readonly TCP_RECEIVED_BYTES = new IstioMetric('TCP_RECEIVED_BYTES');
  /** `istio_request_messages_total`, of gRPC. */
  public static readonly GRPC_REQUEST_MESSAGES = new IstioMetric('GRPC_REQUEST_MESSAGES');
  /** `istio_response_messages_total`, of gRPC. */
  public static readonly GRPC_RESPONSE_MESSAGES = new IstioMetric('GRPC_RESPONSE_MESSAGES');

  /** One that somebody defined beside Istio's own; whether it exists, nobody looks. */
  public static custom(name: string): IstioMetric {
    if (typeof name !== 'string' || !/^[A-Za-z_:][A-Za-z0-9_:]*$/.test(name)) throw new Error(`IstioMetric.custom: ${describeValue(name)} is no name of a metric. Give letters, digits and underscores, for example "orders_total".`);
    return new IstioMetric(name, true);
  }

  private constructor(private readonly name: string, private readonly isCustom: boolean = false) {}

  /** As the Telemetry selects it. @internal */
  public _match(): any {
    return this.isCustom ? { customMetric: this.name } : { metric: this.name };
  }
}
