import { describeValue } from '../semantics/describe-value';
import { headerValueProblem } from '../semantics/http-header';

/**
 * What proxies write of a request: a line of text, or a JSON object. Both are made of Envoy's variables, such as
 * `%RESPONSE_CODE%` or `%REQ(USER-AGENT)%`.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage
 */
export class AccessLogFormat {
  /** The line that Istio writes where nothing is said: time, request, status, flags, bytes, durations, and who with whom. */
  public static istioText(): AccessLogFormat {
    return new AccessLogFormat();
  }

  /** An object with what Istio's own line has, each under its name. */
  public static istioJson(): AccessLogFormat {
    return new AccessLogFormat(undefined, {});
  }

  /**
   * A line of one's own; its end is added.
   *
   * @param line for example `%START_TIME% %REQ(:METHOD)% %REQ(:PATH)% %RESPONSE_CODE%`
   */
  public static text(line: string): AccessLogFormat {
    if (typeof line !== 'string' || line.trim() === '') throw new Error(`AccessLogFormat.text: ${describeValue(line)} is no line. Write for example "%REQ(:METHOD)% %REQ(:PATH)% %RESPONSE_CODE%", or take AccessLogFormat.istioText().`);
    checkVariables('text', 'the line', line);
    return new AccessLogFormat(line);
  }

  /**
   * An object of one's own.
   *
   * @param fields what stands under which name, for example `{ status: '%RESPONSE_CODE%' }`. A variable that stands alone keeps its type.
   */
  public static json(fields: { [name: string]: string }): AccessLogFormat {
    const example = "Give names with their values, for example { status: '%RESPONSE_CODE%' }, or take AccessLogFormat.istioJson()";
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields) || Object.keys(fields).length === 0) throw new Error(`AccessLogFormat.json: ${describeValue(fields)} has no fields. ${example}.`);
    for (const [name, value] of Object.entries(fields)) {
      if (typeof value !== 'string') throw new Error(`AccessLogFormat.json: ${describeValue(name)} is ${describeValue(value)}. ${example}.`);
      checkVariables('json', describeValue(name), value);
    }
    return new AccessLogFormat(undefined, { ...fields });
  }

  private constructor(
    /** The line; undefined for Istio's own, and for an object. @internal */
    public readonly _text?: string,
    /** The fields of the object, none for Istio's own; undefined for a line. @internal */
    public readonly _json?: { readonly [name: string]: string },
  ) {}

  /** As `logFormat` of a provider has it. @internal */
  public _render(): object | undefined {
    if (this._json !== undefined) return { labels: this._json };
    return this._text === undefined ? undefined : { text: this._text };
  }
}

/** Envoy refuses the whole listener for a variable that nothing closes. */
function checkVariables(factory: string, what: string, value: string): void {
  const problem = headerValueProblem(value.replace(/\n/g, ''));
  if (problem !== undefined) throw new Error(`AccessLogFormat.${factory}: ${what} is ${describeValue(value)}, which ${problem}. Write a variable as %NAME% or %NAME(argument)%, and a percent sign as %%.`);
}

/** What programs without types give where a format is meant. */
export function checkAccessLogFormat(field: string, value: unknown): asserts value is AccessLogFormat {
  if (value instanceof AccessLogFormat) return;
  throw new Error(`\`${field}\` is ${describeValue(value)}. Give AccessLogFormat.istioJson(), .istioText(), .json({ status: '%RESPONSE_CODE%' }) or .text('%RESPONSE_CODE%').`);
}
