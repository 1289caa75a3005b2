import { Duration } from 'cdk8s';
import { AccessLogFormat } from '../model/access-log-format';
import { MeshService } from '../model/mesh-service';

/** Where telemetry is sent: exactly one of `service` and `host`. */
export interface TelemetryBackendOptions {
  /**
   * The service that takes it. Istio has to know it, else nothing is sent: a Service of the cluster or a host with a ServiceEntry.
   *
   * @default - `host`
   */
  readonly service?: MeshService;
  /**
   * The full name of a host that no MeshService of this program stands for, for example "otel-collector.observability.svc.cluster.local".
   *
   * @default - `service`
   */
  readonly host?: string;
  /**
   * Its port, 1–65535.
   *
   * @default - the only port of `service`; with `host` it has to be given
   */
  readonly port?: number;
}

/** A log file of each proxy, and what stands in it. */
export interface AccessLogFileOptions {
  /**
   * Where each proxy writes: `/dev/stdout`, `/dev/stderr` or a file of its container. A file that the proxy's user (1337) may not
   * write stops the proxy from taking any configuration.
   *
   * @default '/dev/stdout'
   */
  readonly path?: string;
  /**
   * What is written of each request.
   *
   * @default - AccessLogFormat.istioText()
   */
  readonly format?: AccessLogFormat;
  /**
   * Whether what has no value is left out: a field of JSON, and in text the `-` that stands for it.
   *
   * @default false
   */
  readonly omitEmptyValues?: boolean;
}

/** Access logs that are sent to a collector by OTLP. */
export interface OpenTelemetryLogOptions extends TelemetryBackendOptions {
  /**
   * What each log record is called.
   *
   * @default 'otel_envoy_accesslog'
   */
  readonly logName?: string;
  /**
   * The body of each record, made of Envoy's variables.
   *
   * @default - the line of Istio's own text format
   */
  readonly body?: string;
  /**
   * The attributes of each record, for example `{ status: '%RESPONSE_CODE%' }`.
   *
   * @default - none
   */
  readonly attributes?: { readonly [name: string]: string };
}

/** Traces that are sent to a collector. */
export interface TracingProviderOptions extends TelemetryBackendOptions {
  /**
   * How many characters of a request's path a span keeps.
   *
   * @default - Envoy's 256
   */
  readonly maxTagLength?: number;
  /**
   * How long a proxy waits for the collector to take spans.
   *
   * @default - 3 s for OpenTelemetry by HTTP; by gRPC and for Zipkin what Istio takes
   */
  readonly timeout?: Duration;
  /**
   * Headers of what is sent. Whoever may read the mesh configuration reads them: for secrets take `headersFromEnvironment`.
   *
   * @default - none
   */
  readonly headers?: { readonly [name: string]: string };
  /**
   * Headers whose values are in environment variables of istiod: names of headers with the names of the variables.
   *
   * @default - none
   */
  readonly headersFromEnvironment?: { readonly [name: string]: string };
}

/** How a span says which service it is of. */
export enum ServiceAttributes {
  /** As Istio's `tracingServiceName` has it: by the label `app`, or the canonical name. */
  ISTIO_CANONICAL = 'ISTIO_CANONICAL',
  /** As OpenTelemetry's conventions for Kubernetes have it: annotations, `app.kubernetes.io` labels, the owner of the pod. */
  OPEN_TELEMETRY = 'OTEL_SEMANTIC_CONVENTIONS',
}

/** Traces by OTLP over gRPC. */
export interface OpenTelemetryTracingOptions extends TracingProviderOptions {
  /**
   * Whether spans also carry what the environment variable `OTEL_RESOURCE_ATTRIBUTES` of the proxy says.
   *
   * @default false
   */
  readonly environmentAttributes?: boolean;
  /**
   * How spans say which service they are of.
   *
   * @default ServiceAttributes.ISTIO_CANONICAL
   */
  readonly serviceAttributes?: ServiceAttributes;
}

/** Traces by OTLP over HTTP. */
export interface OpenTelemetryHttpTracingOptions extends OpenTelemetryTracingOptions {
  /**
   * Where the collector takes them.
   *
   * @default '/v1/traces'
   */
  readonly path?: string;
}

/** Traces in Zipkin's format, which Jaeger takes as well. */
export interface ZipkinTracingOptions extends TracingProviderOptions {
  /**
   * Where the collector takes them.
   *
   * @default '/api/v2/spans'
   */
  readonly path?: string;
  /**
   * Whether W3C's `traceparent` is read, where a request has no B3 headers, and sent beside them.
   *
   * @default false
   */
  readonly w3cTraceContext?: boolean;
  /**
   * Whether trace ids have 64 bits only.
   *
   * @default false
   */
  readonly shortTraceIds?: boolean;
}
