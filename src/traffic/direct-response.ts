import type { VirtualServiceSpecHttpDirectResponse } from '../imports/networking.istio.io';
import type { Spec } from '../model/istio-object';
import { byteLength } from '../semantics/byte-length';
import { describeValue } from '../semantics/describe-value';

/** Istio refuses a longer one, and warns of one above 100 KiB: istiod sends it to every proxy. */
const LONGEST_BODY = 1024 * 1024;

/**
 * An answer by the proxy itself.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPDirectResponse
 */
export class DirectResponse {
  /** A status without a body, 200–599. */
  public static status(status: number): DirectResponse {
    return new DirectResponse(status);
  }

  /** A status with a plain text, of 1 MiB at most. */
  public static text(status: number, body: string): DirectResponse {
    if (typeof body !== 'string') throw new Error(`DirectResponse.text: the body is ${describeValue(body)}. Give a string, or use DirectResponse.json.`);
    return new DirectResponse(status, body);
  }

  /** A status with a value as JSON, of 1 MiB at most. */
  public static json(status: number, value: any): DirectResponse {
    return new DirectResponse(status, jsonOf(value), 'application/json');
  }

  private constructor(private readonly code: number, private readonly body?: string, private readonly contentType?: string) {
    if (!Number.isInteger(code) || code < 200 || code > 599) {
      throw new Error(`DirectResponse: the status is ${describeValue(code)}. It is a whole number from 200 to 599.`);
    }
    const length = byteLength(body ?? '');
    if (length > LONGEST_BODY) throw new Error(`DirectResponse: the body has ${length} bytes; Istio takes ${LONGEST_BODY} at most. Let a service answer.`);
  }

  /** The type of the body, where it is not plain text. @internal */
  public get _contentType(): string | undefined {
    return this.contentType;
  }

  /** @internal */
  public get _spec(): Spec<VirtualServiceSpecHttpDirectResponse> {
    return { status: this.code, body: this.body ? { string: this.body } : undefined };
  }
}

function jsonOf(value: unknown): string {
  let body: string | undefined;
  try {
    body = JSON.stringify(value);
  } catch {
    // It refers to itself, or holds a BigInt.
  }
  if (body === undefined) throw new Error(`DirectResponse.json: ${describeValue(value)} cannot be written as JSON. Give what JSON knows, or write the text yourself by DirectResponse.text.`);
  return body;
}
