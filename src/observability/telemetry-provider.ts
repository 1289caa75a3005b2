import { Yaml } from 'cdk8s';
import { telemetryBackend } from './telemetry-backend';
import {
  AccessLogFileOptions, OpenTelemetryHttpTracingOptions, OpenTelemetryLogOptions, OpenTelemetryTracingOptions, ServiceAttributes,
  TracingProviderOptions, ZipkinTracingOptions,
} from './telemetry-provider-options';
import { AccessLogFormat, checkAccessLogFormat } from '../model/access-log-format';
import { checkFlags, checkMember, checkOptions, checkText } from '../model/given';
import { IMeshProvider } from '../model/mesh-provider';
import { describeValue } from '../semantics/describe-value';
import { protobufDuration } from '../semantics/duration';
import { isHeaderName } from '../semantics/http-header';
import { isDnsLabel } from '../semantics/kubernetes-name';
import { located } from '../semantics/located';

/** What a provider can be given. */
export type TelemetrySignal = 'accessLogging' | 'tracing' | 'metrics';

const SIGNALS: { readonly [type: string]: TelemetrySignal } = {
  envoyFileAccessLog: 'accessLogging',
  envoyHttpAls: 'accessLogging',
  envoyTcpAls: 'accessLogging',
  envoyOtelAls: 'accessLogging',
  opentelemetry: 'tracing',
  zipkin: 'tracing',
  datadog: 'tracing',
  skywalking: 'tracing',
  prometheus: 'metrics',
};

/** Those that every installation has, whatever its mesh configuration says. */
const BUILT_IN: { readonly [name: string]: string } = { prometheus: 'prometheus', envoy: 'envoyFileAccessLog', stackdriver: 'stackdriver' };

/**
 * Where access logs, traces and metrics of the mesh go. What it is has to be in the mesh configuration, under the name that
 * `MeshTelemetry` says: an `IstioInstallation` takes it as one of its `extensionProviders`, and for others `entry` is what to
 * put there.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider
 */
export class TelemetryProvider implements IMeshProvider {
  /**
   * One that the mesh has already: `prometheus` and `envoy` (access logs at /dev/stdout) are in every one; others as
   * whoever installed it called them.
   */
  public static named(name: string): TelemetryProvider {
    checkName('named', name);
    return new TelemetryProvider(name);
  }

  /** Access logs that each proxy writes to a file or to its output. */
  public static accessLogFile(name: string, options: AccessLogFileOptions = {}): TelemetryProvider {
    return TelemetryProvider.of('accessLogFile', 'envoyFileAccessLog', name, options, '{ format: AccessLogFormat.istioJson() }', () => {
      const { path, format = AccessLogFormat.istioText(), omitEmptyValues } = options;
      if (path !== undefined && (typeof path !== 'string' || !/^\/[^\s/]/.test(path))) throw new Error(`\`path\` is ${describeValue(path)}. Give the whole path of a file, for example "/dev/stdout".`);
      checkAccessLogFormat('format', format);
      checkFlags({ omitEmptyValues });
      const fields = { path: path ?? '/dev/stdout', logFormat: format._render(), omitEmptyValues };
      return () => fields;
    });
  }

  /** Access logs that each proxy sends to an OpenTelemetry collector by gRPC. */
  public static openTelemetryLog(name: string, options: OpenTelemetryLogOptions): TelemetryProvider {
    return TelemetryProvider.of('openTelemetryLog', 'envoyOtelAls', name, options, COLLECTOR, () => {
      const { logName, body, attributes } = options;
      if (logName !== undefined) checkText('logName', logName, 'otel_envoy_accesslog');
      const text = body === undefined ? undefined : AccessLogFormat.text(body)._text;
      const labels = attributes === undefined ? undefined : AccessLogFormat.json(attributes)._json;
      const backend = telemetryBackend(options, 4317, true);
      return () => ({ ...backend(), logName, logFormat: text === undefined && labels === undefined ? undefined : { text, labels } });
    });
  }

  /** Traces by OTLP over gRPC. */
  public static openTelemetry(name: string, options: OpenTelemetryTracingOptions): TelemetryProvider {
    return TelemetryProvider.of('openTelemetry', 'opentelemetry', name, options, COLLECTOR, () => {
      const { timeout, headers } = sending(options);
      const grpc = timeout === undefined && headers === undefined ? undefined : { timeout, initialMetadata: headers };
      const common = openTelemetryFields(options);
      const backend = telemetryBackend(options, 4317, true);
      return () => ({ ...backend(), ...common, grpc });
    });
  }

  /** Traces by OTLP over HTTP. */
  public static openTelemetryHttp(name: string, options: OpenTelemetryHttpTracingOptions): TelemetryProvider {
    return TelemetryProvider.of('openTelemetryHttp', 'opentelemetry', name, options, '{ service: collector, port: 4318 }', () => {
      const { timeout = '3s', headers } = sending(options);
      // Envoy refuses to listen without a timeout, and istiod gives it none by itself.
      const http = { path: urlPath(options.path) ?? '/v1/traces', timeout, headers };
      const common = openTelemetryFields(options);
      const backend = telemetryBackend(options, 4318, false);
      return () => ({ ...backend(), ...common, http });
    });
  }

  /** Traces in Zipkin's format. */
  public static zipkin(name: string, options: ZipkinTracingOptions): TelemetryProvider {
    return TelemetryProvider.of('zipkin', 'zipkin', name, options, '{ service: zipkin, port: 9411 }', () => {
      const { w3cTraceContext, shortTraceIds } = options;
      checkFlags({ w3cTraceContext, shortTraceIds });
      const fields = {
        maxTagLength: tagLength(options.maxTagLength),
        enable64bitTraceId: shortTraceIds,
        path: urlPath(options.path),
        traceContextOption: w3cTraceContext ? 'USE_B3_WITH_W3C_PROPAGATION' : undefined,
        ...sending(options),
      };
      const backend = telemetryBackend(options, 9411, false);
      return () => ({ ...backend(), ...fields });
    });
  }

  /** Metrics for Prometheus, which fetches them from each proxy. Every mesh has one of the name `prometheus` already. */
  public static prometheus(name: string): TelemetryProvider {
    return TelemetryProvider.of('prometheus', 'prometheus', name, {}, '{}', () => () => ({}));
  }

  private static of(factory: string, type: string, name: string, options: object, example: string, work: () => () => object): TelemetryProvider {
    checkName(factory, name);
    const fields = located(`TelemetryProvider.${factory}: `, () => {
      checkOptions(name, options, example);
      return work();
    });
    return new TelemetryProvider(name, type, fields);
  }

  private constructor(
    /** By this, telemetry names it. */
    public readonly name: string,
    private readonly type?: string,
    private readonly fields?: () => object,
  ) {}

  /**
   * The entry of `meshConfig.extensionProviders`. Throws where the port of the service cannot be known, and for one that is
   * only named: what that is stands where the mesh is installed.
   */
  public get entry(): { [field: string]: any } {
    if (this.type === undefined || this.fields === undefined) {
      throw new Error(`the provider ${this.name} is only named (TelemetryProvider.named), so nothing is known of it that could be defined. `
        + (this.name in BUILT_IN ? 'Every mesh has it: leave it out of `extensionProviders`.' : `Say what it is, for example TelemetryProvider.openTelemetry('${this.name}', ${COLLECTOR}).`));
    }
    // What is not said is left out, at every depth.
    return JSON.parse(JSON.stringify({ name: this.name, [this.type]: located(`the provider ${this.name}: `, this.fields) }));
  }

  /** The entry, with the field it belongs into: a part of the mesh configuration. */
  public toYaml(): string {
    return Yaml.stringify({ extensionProviders: [this.entry] });
  }

  /** Whether the mesh is expected to have it, as nothing else is known of it. @internal */
  public get _isOnlyNamed(): boolean {
    return this.type === undefined;
  }

  /** What it is for; undefined where only its name is known. @internal */
  public get _signal(): TelemetrySignal | undefined {
    return signalOf(this.type ?? BUILT_IN[this.name] ?? '');
  }
}

/** Names that every mesh knows. */
export const BUILT_IN_PROVIDERS: readonly string[] = Object.keys(BUILT_IN);

/** What an entry of the mesh configuration is for; undefined where that is not known. */
export function signalOf(type: string): TelemetrySignal | undefined {
  return SIGNALS[type];
}

/** What programs without types give where a provider is meant. */
export function checkTelemetryProvider(field: string, value: unknown): asserts value is TelemetryProvider {
  if (value instanceof TelemetryProvider) return;
  throw new Error(`\`${field}\` is ${describeValue(value)}. Give a TelemetryProvider, for example TelemetryProvider.named('envoy').`);
}

const COLLECTOR = '{ service: collector, port: 4317 }';

function checkName(factory: string, name: unknown): void {
  if (typeof name === 'string' && isDnsLabel(name)) return;
  throw new Error(`TelemetryProvider.${factory}: the name is ${describeValue(name)}. Use at most 63 lower-case letters, digits and dashes, for example "otel": Istio compares names without regard to case.`);
}

function openTelemetryFields(options: OpenTelemetryTracingOptions) {
  const { environmentAttributes, serviceAttributes } = options;
  checkFlags({ environmentAttributes });
  if (serviceAttributes !== undefined) checkMember('serviceAttributes', serviceAttributes, 'ServiceAttributes', ServiceAttributes);
  return {
    maxTagLength: tagLength(options.maxTagLength),
    resourceDetectors: environmentAttributes ? { environment: {} } : undefined,
    serviceAttributeEnrichment: serviceAttributes,
  };
}

function tagLength(given: number | undefined): number | undefined {
  if (given !== undefined && !(Number.isInteger(given) && given >= 1 && given <= 0xffff_ffff)) throw new Error(`\`maxTagLength\` is ${describeValue(given)}. Give a number of characters from 1 on, for example 512.`);
  return given;
}

function urlPath(path: string | undefined): string | undefined {
  if (path !== undefined && (typeof path !== 'string' || !/^\/[^\s?#]*$/.test(path))) throw new Error(`\`path\` is ${describeValue(path)}. It starts with a slash, for example "/v1/traces".`);
  return path;
}

function sending({ timeout, headers = {}, headersFromEnvironment = {} }: TracingProviderOptions) {
  checkOptions('headers', headers, "{ 'x-team': 'shop' }");
  checkOptions('headersFromEnvironment', headersFromEnvironment, "{ authorization: 'TRACING_TOKEN' }");
  const all = [
    ...Object.entries(headers).map(([name, value]) => ({ field: 'headers', name, value, entry: { name, value } })),
    ...Object.entries(headersFromEnvironment).map(([name, value]) => ({ field: 'headersFromEnvironment', name, value, entry: { name, envName: value } })),
  ];
  for (const { field, name, value } of all) {
    if (!isHeaderName(name) || typeof value !== 'string' || value === '') throw new Error(`\`${field}\` holds ${describeValue(name)}: ${describeValue(value)}. Give names of headers with texts.`);
  }
  const names = all.map(({ name }) => name.toLowerCase());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`the header ${twice} is given twice. Keep one of them.`);
  return {
    timeout: timeout === undefined ? undefined : protobufDuration(timeout, '`timeout`'),
    headers: all.length === 0 ? undefined : all.map(({ entry }) => entry),
  };
}
