import type { TelemetrySpecTracingCustomTags } from '../imports/telemetry.istio.io';
import type { Spec } from '../model/istio-object';
import { describeValue } from '../semantics/describe-value';
import { isHeaderName } from '../semantics/http-header';

/**
 * The value of a tag that every span gets.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/#Tracing-CustomTag
 */
export class TraceTag {
  /** The same for all. */
  public static literal(value: string): TraceTag {
    checkText('literal', 'the value', value, 'production');
    return new TraceTag({ literal: { value } });
  }

  /**
   * What a header of the request says.
   *
   * @param defaultValue where a request has no such header; else such a span has no tag
   */
  public static header(name: string, defaultValue?: string): TraceTag {
    if (typeof name !== 'string' || !isHeaderName(name)) throw new Error(`TraceTag.header: ${describeValue(name)} is no header name. Give for example "x-user".`);
    return new TraceTag({ header: { name: name.toLowerCase(), ...otherwise('header', defaultValue) } });
  }

  /**
   * What an environment variable of the proxy's container says.
   *
   * @param defaultValue where the proxy has no such variable; else its spans have no tag
   */
  public static environment(name: string, defaultValue?: string): TraceTag {
    if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) throw new Error(`TraceTag.environment: ${describeValue(name)} is no name of an environment variable. Give for example "POD_NAME".`);
    return new TraceTag({ environment: { name, ...otherwise('environment', defaultValue) } });
  }

  private constructor(private readonly fields: Spec<TelemetrySpecTracingCustomTags>) {}

  /** As the Telemetry has it. @internal */
  public _render(): Spec<TelemetrySpecTracingCustomTags> {
    return this.fields;
  }
}

function otherwise(factory: string, value: string | undefined): { defaultValue?: string } {
  if (value === undefined) return {};
  checkText(factory, 'the default', value, 'unknown');
  return { defaultValue: value };
}

function checkText(factory: string, what: string, value: unknown, example: string): void {
  if (typeof value === 'string' && value !== '') return;
  throw new Error(`TraceTag.${factory}: ${what} is ${describeValue(value)}. Give a text that is not empty, for example "${example}".`);
}
