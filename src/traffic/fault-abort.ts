import { GrpcStatus } from './grpc-status';
import type { VirtualServiceSpecHttpFaultAbort } from '../imports/networking.istio.io';
import type { Spec } from '../model/istio-object';
import { describeValue } from '../semantics/describe-value';
import { checkPercentage } from '../semantics/percentage';

/**
 * Requests that fail without being sent on: the service never sees them.
 *
 * It is the caller's proxy that answers, and it does not repeat its own answer: retries of the route do not hide the fault.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPFaultInjection-Abort
 */
export class FaultAbort {
  /**
   * An answer with an HTTP status. A gRPC client takes 503 for UNAVAILABLE.
   *
   * @param status from 200 to 599
   * @param percentage how many percent of the requests fail: above 0 and up to 100, in steps of 0.0001
   * @throws if either is out of range
   */
  public static http(status: number, percentage: number): FaultAbort {
    // The webhook would take 600 too, which the proxies then refuse.
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new Error(`FaultAbort.http: the status is ${describeValue(status)}; it is a whole number from 200 to 599, for example 503.`);
    }
    return new FaultAbort({ httpStatus: status }, percentage);
  }

  /**
   * An answer with a gRPC status.
   *
   * @param status what the call fails with
   * @param percentage how many percent of the calls fail: above 0 and up to 100, in steps of 0.0001
   * @throws if the status does not exist, or the percentage is out of range
   */
  public static grpc(status: GrpcStatus, percentage: number): FaultAbort {
    const known = Object.values(GrpcStatus);
    if (!known.includes(status)) {
      throw new Error(`FaultAbort.grpc: the status is ${describeValue(status)}. Name one of ${known.join(', ')}.`);
    }
    return new FaultAbort({ grpcStatus: status }, percentage);
  }

  /** @internal */
  public readonly _spec: Spec<VirtualServiceSpecHttpFaultAbort>;

  private constructor(error: Pick<VirtualServiceSpecHttpFaultAbort, 'httpStatus' | 'grpcStatus'>, percentage: number) {
    const value = checkPercentage(percentage, 'FaultAbort: the percentage', 'To switch a fault off, use `enabled: false`.');
    this._spec = { ...error, percentage: { value } };
  }
}
