import { Duration } from 'cdk8s';
import type { VirtualServiceSpecHttpFaultDelay } from '../imports/networking.istio.io';
import type { Spec } from '../model/istio-object';
import { istioDuration } from '../semantics/duration';
import { checkPercentage } from '../semantics/percentage';

/**
 * Requests that wait before they are sent on.
 *
 * It is the caller's proxy that waits: the service is not asked before, and the `timeout` of the route, which begins when
 * the service is asked, does not cut the wait. What does is the caller's own patience.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPFaultInjection-Delay
 */
export class FaultDelay {
  /**
   * @param duration how long each of them waits, in whole milliseconds from 1 ms on
   * @param percentage how many percent of the requests wait: above 0 and up to 100, in steps of 0.0001
   * @throws if either is out of range
   */
  public static of(duration: Duration, percentage: number): FaultDelay {
    return new FaultDelay({
      fixedDelay: istioDuration(duration, 'FaultDelay: the duration'),
      percentage: { value: checkPercentage(percentage, 'FaultDelay: the percentage', 'To switch a fault off, use `enabled: false`.') },
    });
  }

  private constructor(
    /** @internal */
    public readonly _spec: Spec<VirtualServiceSpecHttpFaultDelay>,
  ) {}
}
