import { Duration } from 'cdk8s';
import { istioDuration, milliSecondsOf } from '../semantics/duration';

/**
 * How long a request may take, all tries together.
 *
 * It has to be said, as both answers hurt where they are wrong: Istio has no timeout of its own, and
 * a timeout cuts streams, long polls and downloads in the middle. A WebSocket lives on: only its
 * handshake is timed.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute-timeout
 */
export class RequestTimeout {
  /** The caller gets a 504 after this time. Whole milliseconds, from 1 ms. */
  public static after(duration: Duration): RequestTimeout {
    return new RequestTimeout(istioDuration(duration, 'RequestTimeout'), milliSecondsOf(duration, 'RequestTimeout'));
  }

  /** No limit: for streams, long polls and downloads, or where the application has its own. */
  public static none(): RequestTimeout {
    return new RequestTimeout();
  }

  private constructor(private readonly text?: string, private readonly milliseconds?: number) {}

  /** In Istio's notation; undefined for no limit. @internal */
  public get _text(): string | undefined {
    return this.text;
  }

  /** @internal */
  public get _milliseconds(): number | undefined {
    return this.milliseconds;
  }
}
