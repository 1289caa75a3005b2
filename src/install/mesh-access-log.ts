import { checkText } from '../model/given';
import { IMeshProvider } from '../model/mesh-provider';
import { checkMeshProvider } from '../model/mesh-provider-check';
import { describeValue } from '../semantics/describe-value';

const STDOUT = '/dev/stdout';

/**
 * What proxies log of each request, for the whole mesh. `MeshTelemetry` says it for a namespace or a workload.
 *
 * @see https://istio.io/latest/docs/tasks/observability/logs/access-log/
 */
export class MeshAccessLog {
  /**
   * A line of JSON a request, to the standard output of the proxy.
   *
   * @param fields what is in it: the name of the field, and the command operators of Envoy that make its value. By default, those of Istio.
   */
  public static json(fields?: { readonly [field: string]: string }): MeshAccessLog {
    return new MeshAccessLog({ accessLogFile: STDOUT, accessLogEncoding: 'JSON', ...(fields && { accessLogFormat: jsonFormat(fields) }) });
  }

  /**
   * A line of text a request, to the standard output of the proxy.
   *
   * @param format with the command operators of Envoy. By default, that of Istio.
   */
  public static text(format?: string): MeshAccessLog {
    if (format !== undefined) checkFormat('MeshAccessLog.text', format);
    return new MeshAccessLog({ accessLogFile: STDOUT, accessLogEncoding: 'TEXT', ...(format && { accessLogFormat: format.endsWith('\n') ? format : `${format}\n` }) });
  }

  /** To a service that takes access logs, such as an OpenTelemetry collector. It is added to `extensionProviders`. */
  public static provider(provider: IMeshProvider): MeshAccessLog {
    checkMeshProvider('MeshAccessLog.provider', provider);
    return new MeshAccessLog({ defaultProviders: { accessLogging: [provider.name] } }, provider);
  }

  /** None, also where the profile writes one. */
  public static none(): MeshAccessLog {
    return new MeshAccessLog({ accessLogFile: '' });
  }

  private constructor(
    /** Of the mesh configuration. @internal */
    public readonly _fields: { readonly [field: string]: any },
    /** @internal */
    public readonly _provider?: IMeshProvider,
  ) {}
}

function jsonFormat(fields: { readonly [field: string]: string }): string {
  const example = "MeshAccessLog.json({ status: '%RESPONSE_CODE%', path: '%REQ(:PATH)%' })";
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields) || Object.keys(fields).length === 0) {
    throw new Error(`MeshAccessLog.json: the fields are ${describeValue(fields)}. Write for example ${example}, or leave them out.`);
  }
  for (const [name, value] of Object.entries(fields)) checkFormat(`MeshAccessLog.json: \`${name}\``, value);
  return JSON.stringify(fields);
}

/** A percent sign that begins no operator makes proxies refuse the listener. */
function checkFormat(what: string, format: string): void {
  checkText(what, format, '%RESPONSE_CODE%');
  const rest = format.replace(/%%/g, '').replace(/%[A-Z][A-Z0-9_]*(\(.*?\))?(:\d+)?%/gs, '');
  if (!rest.includes('%')) return;
  throw new Error(`${what} is ${describeValue(format)}, in which a % belongs to no command operator. Write operators as %RESPONSE_CODE% or %REQ(:PATH)%, and a percent sign as %%.`);
}
