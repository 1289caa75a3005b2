import { Duration, Yaml } from 'cdk8s';
import { CheckedRequestBody, ExtensionProviderOptions, GrpcExtensionProviderOptions, HttpExtensionProviderOptions } from './extension-provider-options';
import { checkFlags, checkList, checkOptions } from '../../model/given';
import { IMeshProvider } from '../../model/mesh-provider';
import { MeshService } from '../../model/mesh-service';
import { describeValue } from '../../semantics/describe-value';
import { istioDuration } from '../../semantics/duration';
import { isHeaderName } from '../../semantics/http-header';
import { isRegisteredStatus } from '../../semantics/http-status';
import { isDnsLabel } from '../../semantics/kubernetes-name';
import { located } from '../../semantics/located';

const DEFAULT_TIMEOUT = Duration.seconds(2);

/** Registered, and yet unknown to Envoy. */
const UNKNOWN_TO_ENVOY = [418, 425, 451];

/**
 * An authorization service that Istio knows by name. What it is has to be in the mesh configuration, beside the
 * providers that are there already: this class writes the entry.
 *
 * ```yaml
 * # values of the chart istiod; or `mesh` of the ConfigMap istio
 * meshConfig:
 *   extensionProviders:
 *     - …               # entry, or toYaml()
 * ```
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-custom/
 */
export class ExtensionProvider implements IMeshProvider {
  /**
   * A service that is asked by HTTP: each 200 is consent, anything else goes to the client as it is. Connections that
   * carry no requests never ask it.
   *
   * @param name at most 63 lower-case letters, digits and dashes
   */
  public static http(name: string, options: HttpExtensionProviderOptions): ExtensionProvider {
    return new ExtensionProvider('envoyExtAuthzHttp', name, options, () => {
      const { pathPrefix, includeAdditionalHeadersInCheck: additional } = options;
      if (pathPrefix !== undefined && (typeof pathPrefix !== 'string' || !/^\/[^\s?#]*$/.test(pathPrefix))) {
        throw new Error(`\`pathPrefix\` is ${describeValue(pathPrefix)}. It starts with a slash, for example "/check".`);
      }
      if (options.includeRequestBodyInCheck?.packAsBytes) throw new Error('`includeRequestBodyInCheck.packAsBytes` is for gRPC only. Leave it out.');
      return {
        pathPrefix,
        includeRequestHeadersInCheck: headers('includeRequestHeadersInCheck', options.includeRequestHeadersInCheck),
        includeAdditionalHeadersInCheck: additional && fixedHeaders(additional),
        headersToUpstreamOnAllow: headers('headersToUpstreamOnAllow', options.headersToUpstreamOnAllow),
        headersToDownstreamOnAllow: headers('headersToDownstreamOnAllow', options.headersToDownstreamOnAllow),
        headersToDownstreamOnDeny: headers('headersToDownstreamOnDeny', options.headersToDownstreamOnDeny),
      };
    });
  }

  /**
   * A service that is asked by gRPC, as Open Policy Agent is; also about connections that carry no requests.
   *
   * @param name at most 63 lower-case letters, digits and dashes
   */
  public static grpc(name: string, options: GrpcExtensionProviderOptions): ExtensionProvider {
    return new ExtensionProvider('envoyExtAuthzGrpc', name, options, () => ({}));
  }

  /** By this, policies name it. */
  public readonly name: string;

  /** Whether it is asked about requests only. @internal */
  public readonly _isHttp: boolean;

  private readonly fields: { readonly [field: string]: unknown };

  private constructor(
    private readonly type: 'envoyExtAuthzHttp' | 'envoyExtAuthzGrpc',
    name: string,
    private readonly options: ExtensionProviderOptions,
    ofType: () => { readonly [field: string]: unknown },
  ) {
    this._isHttp = type === 'envoyExtAuthzHttp';
    const factory = `ExtensionProvider.${this._isHttp ? 'http' : 'grpc'}`;
    if (typeof name !== 'string' || !isDnsLabel(name)) {
      throw new Error(`${factory}: the name is ${describeValue(name)}, and Istio then refuses whatever a policy leaves to it. Use at most 63 lower-case letters, digits and dashes, for example "opa".`);
    }
    this.name = name;
    this.fields = located(`${factory}: `, () => {
      checkOptions(name, options, '{ service: authorizer }');
      return { ...commonFields(options), ...ofType() };
    });
  }

  /** The entry of `meshConfig.extensionProviders`. Throws where the service's port cannot be known. */
  public get entry(): { [field: string]: any } {
    const { service } = this.options;
    const fields = { service: `${service.namespace}/${service.host}`, port: this.port(), ...this.fields };
    // What is not said is left out, at every depth.
    return JSON.parse(JSON.stringify({ name: this.name, [this.type]: fields }));
  }

  /** The entry, with the field it belongs into: a part of the mesh configuration. */
  public toYaml(): string {
    return Yaml.stringify({ extensionProviders: [this.entry] });
  }

  /** The service that decides. @internal */
  public get _service(): MeshService {
    return this.options.service;
  }

  private port(): number {
    const { service, port } = this.options;
    return located(`the provider ${this.name}: `, () => {
      if (port === undefined) {
        if (service._ports.streams.length === 1) return service._ports.streams[0].number;
        throw new Error(`${service.name} has ${service._ports.list()}. Give the \`port\` that decisions are asked at.`);
      }
      if (service._ports.find(port) === undefined) throw new Error(`there is no port ${port} of ${service.name}, which has ${service._ports.list()}.`);
      return port;
    });
  }
}

function commonFields(options: ExtensionProviderOptions) {
  const { service, port, timeout = DEFAULT_TIMEOUT, failOpen, statusOnError, clearRouteCache, includeRequestBodyInCheck: body } = options;
  if (!(service instanceof MeshService)) throw new Error(`\`service\` is ${describeValue(service)}. Give the MeshService that decides.`);
  if (port !== undefined && !Number.isInteger(port)) throw new Error(`\`port\` is ${describeValue(port)}, which is no port of ${service.name}.`);
  checkFlags({ failOpen, clearRouteCache });
  if (statusOnError !== undefined && !(isRegisteredStatus(statusOnError) && statusOnError >= 400 && !UNKNOWN_TO_ENVOY.includes(statusOnError))) {
    throw new Error(`\`statusOnError\` is ${describeValue(statusOnError)}. Give a status of refusal as a number, for example 403 or 503.`);
  }
  if (statusOnError !== undefined && failOpen) throw new Error('`statusOnError` and failOpen: true are both given, and who is let through gets no status. Leave out one of them.');
  return {
    timeout: istioDuration(timeout, '`timeout`'),
    failOpen,
    statusOnError: statusOnError === undefined ? undefined : String(statusOnError),
    clearRouteCache,
    includeRequestBodyInCheck: body === undefined ? undefined : bodyFields(body),
  };
}

function bodyFields(body: CheckedRequestBody) {
  const { maxRequestBytes, allowPartialMessage, packAsBytes } = body ?? {};
  if (!Number.isInteger(maxRequestBytes) || maxRequestBytes < 1 || maxRequestBytes > 0xffff_ffff) {
    throw new Error(`\`includeRequestBodyInCheck.maxRequestBytes\` is ${describeValue(maxRequestBytes)}. Give a number of bytes from 1 on, for example 8192.`);
  }
  checkFlags({ allowPartialMessage, packAsBytes });
  return { maxRequestBytes, allowPartialMessage, packAsBytes };
}

function headers(field: string, names: readonly string[] | undefined): string[] | undefined {
  if (names === undefined) return undefined;
  checkList(field, names, "['x-user']");
  for (const name of names) {
    if (typeof name === 'string' && isHeaderName(name.replace(/^\*|\*$/, ''))) continue;
    throw new Error(`\`${field}\` holds ${describeValue(name)}, which is no header name, with a * at one end or without. Every header cannot be named at once.`);
  }
  return [...names];
}

function fixedHeaders(given: { readonly [name: string]: string }): { [name: string]: string } {
  checkOptions('includeAdditionalHeadersInCheck', given, "{ 'x-asked-by': 'mesh' }");
  for (const [name, value] of Object.entries(given)) {
    if (!isHeaderName(name) || typeof value !== 'string') throw new Error(`\`includeAdditionalHeadersInCheck\` holds ${describeValue(name)}: ${describeValue(value)}. Give header names and their values as texts.`);
  }
  return { ...given };
}

/** What programs without types give where a provider is meant. */
export function checkProvider(value: unknown): asserts value is ExtensionProvider {
  if (value instanceof ExtensionProvider) return;
  throw new Error(`\`provider\` is ${describeValue(value)}. Give ExtensionProvider.http('opa', { service }) or .grpc('opa', { service }): Istio denies everything that is left to a provider it does not know.`);
}
