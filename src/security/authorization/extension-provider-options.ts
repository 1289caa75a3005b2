import { Duration } from 'cdk8s';
import { MeshService } from '../../model/mesh-service';

/** The body of a request, as it is shown to an authorization service. */
export interface CheckedRequestBody {
  /**
   * How many bytes of it the proxy holds, from 1 on. A request with more is answered with 413, also where `failOpen` is
   * said, unless `allowPartialMessage` is.
   */
  readonly maxRequestBytes: number;
  /**
   * Whether only the beginning of a longer body is shown, and the request is let on.
   *
   * @default false
   */
  readonly allowPartialMessage?: boolean;
  /**
   * Whether the body is given as bytes (`raw_body`) rather than as UTF-8 text. For gRPC only.
   *
   * @default false
   */
  readonly packAsBytes?: boolean;
}

/** How an authorization service is asked. */
export interface ExtensionProviderOptions {
  /** The service that decides. Every proxy that asks it has to be let out to it, where a Sidecar limits egress. */
  readonly service: MeshService;
  /**
   * Its port.
   *
   * @default - the service's only port
   */
  readonly port?: number;
  /**
   * How long a proxy waits for an answer, before it takes that for a failure. Istio's own default is ten minutes.
   *
   * @default Duration.seconds(2)
   */
  readonly timeout?: Duration;
  /**
   * Whether requests are let through while the service cannot be asked, or answers with a 5xx: whoever makes it fail
   * gets in.
   *
   * @default false
   */
  readonly failOpen?: boolean;
  /**
   * What clients get when the service cannot be asked: a status from 400 on.
   *
   * @default 403
   */
  readonly statusOnError?: number;
  /**
   * Whether headers that the service adds may change which route is taken.
   *
   * @default false
   */
  readonly clearRouteCache?: boolean;
  /**
   * The body of the request, where the service has to see it.
   *
   * @default - the service sees no body
   */
  readonly includeRequestBodyInCheck?: CheckedRequestBody;
}

/** How an authorization service is asked by HTTP. Names of headers may have a `*` at one end. */
export interface HttpExtensionProviderOptions extends ExtensionProviderOptions {
  /**
   * What is put in front of the path that the service is asked with: with `/check`, it is asked about `/admin` at `/check/admin`.
   *
   * @default - the path of the request
   */
  readonly pathPrefix?: string;
  /**
   * The headers of the request that the service sees, beside Host, method, path, Content-Length and (always) Authorization.
   *
   * @default - none but these
   */
  readonly includeRequestHeadersInCheck?: string[];
  /**
   * Headers of fixed values for the service; they replace what a client sends under the same names.
   *
   * @default - none
   */
  readonly includeAdditionalHeadersInCheck?: { readonly [name: string]: string };
  /**
   * The headers of the service's consent that the application gets; they replace the client's.
   *
   * @default - none
   */
  readonly headersToUpstreamOnAllow?: string[];
  /**
   * The headers of the service's consent that the client gets.
   *
   * @default - none
   */
  readonly headersToDownstreamOnAllow?: string[];
  /**
   * The headers of the service's refusal that the client gets.
   *
   * @default - all
   */
  readonly headersToDownstreamOnDeny?: string[];
}

/** How an authorization service is asked by gRPC (`envoy.service.auth.v3.Authorization`). */
export interface GrpcExtensionProviderOptions extends ExtensionProviderOptions {}
