import { checkCipherSuites, checkConfigMap, checkCredential, checkNames } from './gateway-tls-given';
import type { GatewaySpecServersTls } from '../imports/networking.istio.io';
import { checkMember, checkOptions } from '../model/given';
import type { Spec } from '../model/istio-object';

/** A version of TLS that a gateway may ask for at least. Older ones are broken, and not to be had here. */
export enum TlsVersion {
  /** What Istio's gateways ask for by themselves. */
  V1_2 = 'TLSV1_2',
  /** Only clients of the last years speak it. */
  V1_3 = 'TLSV1_3',
}

/** How a gateway ends TLS. */
export interface GatewayTlsOptions {
  /**
   * A second certificate for the same hosts, of another kind of key: clients that can get the ECDSA one, others the RSA
   * one. The name of a Secret in the gateway's namespace.
   *
   * @default - one certificate
   */
  readonly secondCredential?: string;
  /**
   * The oldest version of TLS that clients may speak.
   *
   * @default TlsVersion.V1_2
   */
  readonly minVersion?: TlsVersion;
  /**
   * What clients of TLS 1.2 may encrypt with, in OpenSSL's names; TLS 1.3 has its own, which nobody chooses.
   *
   * @default - Envoy's, which are sound
   */
  readonly cipherSuites?: string[];
}

/** How a gateway knows its clients. */
export interface GatewayClientTlsOptions extends GatewayTlsOptions {
  /**
   * The ConfigMap whose `ca.crt` is the authority of the clients' certificates, in the gateway's namespace.
   *
   * @default - `ca.crt` in the Secret `CREDENTIAL-cacert` where there is one, else in the credential itself; cert-manager
   * puts the authority of the gateway's own certificate there
   */
  readonly caConfigMap?: string;
  /**
   * The names that a client's certificate may be for: one of them, exactly.
   *
   * @default - any that the authority signs
   */
  readonly subjectAltNames?: string[];
  /**
   * The SHA-256 of the clients' certificates, in hexadecimal, as `openssl x509 -fingerprint -sha256` prints it.
   *
   * @default - any that the authority signs
   */
  readonly certificateHashes?: string[];
}

type Mode = 'NONE' | NonNullable<Spec<GatewaySpecServersTls>['mode']>;

/**
 * What a gateway does with the TLS of its clients.
 *
 * A certificate is named by its Secret, in the namespace of the gateway; the keys `tls.crt` and `tls.key` hold it. Nothing
 * of a certificate stands in the code.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings
 */
export class GatewayTls {
  /**
   * The gateway shows its certificate, and reads the requests.
   *
   * @param credential the Secret with the certificate, in the gateway's namespace
   */
  public static simple(credential: string, options: GatewayTlsOptions = {}): GatewayTls {
    return GatewayTls.terminating('simple', 'SIMPLE', credential, options);
  }

  /**
   * The gateway shows its certificate, and the client has to show one, too: without one the handshake fails.
   *
   * @param credential the Secret with the certificate, in the gateway's namespace
   */
  public static mutual(credential: string, options: GatewayClientTlsOptions = {}): GatewayTls {
    return GatewayTls.terminating('mutual', 'MUTUAL', credential, options);
  }

  /**
   * The gateway shows its certificate. A client may show one, which then has to be right; without one it is let in, so
   * an `AllowPolicy` has to say what it may.
   *
   * @param credential the Secret with the certificate, in the gateway's namespace
   */
  public static optionalMutual(credential: string, options: GatewayClientTlsOptions = {}): GatewayTls {
    return GatewayTls.terminating('optionalMutual', 'OPTIONAL_MUTUAL', credential, options);
  }

  /** Clients are sidecars or gateways of the mesh, with certificates of the mesh on both sides. */
  public static istioMutual(): GatewayTls {
    return new GatewayTls('ISTIO_MUTUAL', []);
  }

  /** TLS goes through to the application, which ends it with a certificate of its own. The gateway reads the name that is asked for, and nothing else. */
  public static passthrough(): GatewayTls {
    return new GatewayTls('PASSTHROUGH', []);
  }

  /** No TLS: whoever is on the way reads and changes everything. */
  public static plaintext(): GatewayTls {
    return new GatewayTls('NONE', []);
  }

  /** What goes to another cluster of the mesh: connections that are encrypted already, led by a name that says the service. @internal */
  public static _autoPassthrough(): GatewayTls {
    return new GatewayTls('AUTO_PASSTHROUGH', []);
  }

  private static terminating(factory: string, mode: Mode, credential: string, options: GatewayClientTlsOptions): GatewayTls {
    const what = `GatewayTls.${factory}`;
    checkOptions(what, options, '{ minVersion: TlsVersion.V1_3 }');
    const { secondCredential, minVersion = TlsVersion.V1_2, cipherSuites, caConfigMap, subjectAltNames, certificateHashes } = options;
    checkCredential(what, 'credential', credential);
    if (secondCredential !== undefined) checkCredential(what, 'secondCredential', secondCredential);
    if (caConfigMap !== undefined) checkConfigMap(what, 'caConfigMap', caConfigMap);
    if (secondCredential === credential) throw new Error(`${what}: \`secondCredential\` is "${credential}", the first one. Name another Secret, with a key of another kind, or leave it out.`);
    if (mode === 'SIMPLE') refuseClients(what, options);
    checkMember('minVersion', minVersion, 'TlsVersion', TlsVersion);
    checkCipherSuites(what, cipherSuites, minVersion === TlsVersion.V1_3);
    checkNames(what, 'subjectAltNames', subjectAltNames, 'the names of the clients', '[\'client.example.com\']');
    checkNames(what, 'certificateHashes', certificateHashes, 'SHA-256 in hexadecimal', '[\'df6ff72f…\']', /^([0-9a-fA-F]{64}|([0-9a-fA-F]{2}:){31}[0-9a-fA-F]{2})$/);
    return new GatewayTls(mode, secondCredential === undefined ? [credential] : [credential, secondCredential], {
      minProtocolVersion: minVersion,
      cipherSuites: cipherSuites && [...cipherSuites],
      subjectAltNames: subjectAltNames && [...subjectAltNames],
      verifyCertificateHash: certificateHashes && [...certificateHashes],
    }, caConfigMap);
  }

  private constructor(
    /** @internal */
    public readonly _mode: Mode,
    /** The Secrets. @internal */
    public readonly _credentials: readonly string[],
    /** What else is said of a certificate. @internal */
    public readonly _settings: Omit<Spec<GatewaySpecServersTls>, 'mode' | 'credentialName' | 'credentialNames'> = {},
    /** The ConfigMap with the authority of the clients. @internal */
    public readonly _caConfigMap?: string,
  ) {}

  /** Equal for equal settings. @internal */
  public get _key(): string {
    return JSON.stringify([this._mode, this._credentials, this._settings, this._caConfigMap]);
  }

  /** For messages. @internal */
  public get _title(): string {
    if (this._mode === 'NONE') return 'no TLS';
    return `TLS ${[this._mode, ...this._credentials.map((name) => `"${name}"`)].join(' ')}`;
  }

  /** Whether the gateway shows a certificate of a Secret. @internal */
  public get _hasCertificate(): boolean {
    return this._credentials.length > 0;
  }

  /** Whether the gateway sees requests. @internal */
  public get _seesRequests(): boolean {
    return this._mode !== 'PASSTHROUGH' && this._mode !== 'AUTO_PASSTHROUGH';
  }

  /** As a server of Istio's Gateway says it, in a namespace. @internal */
  public _spec(namespace: string): Spec<GatewaySpecServersTls> | undefined {
    if (this._mode === 'NONE') return undefined;
    const [credentialName, ...more] = this._credentials;
    return {
      mode: this._mode,
      ...more.length > 0 ? { credentialNames: this._credentials } : { credentialName },
      ...this._settings,
      // The name of a Secret is never looked up here: Istio does not admit the gateway to it.
      caCertCredentialName: this._caConfigMap && `configmap://${namespace}/${this._caConfigMap}`,
    };
  }
}

/** A program without types may say to `simple` what only the others understand. */
function refuseClients(what: string, options: GatewayClientTlsOptions): void {
  for (const field of ['caConfigMap', 'subjectAltNames', 'certificateHashes'] as const) {
    if (options[field] === undefined) continue;
    throw new Error(`${what}: \`${field}\` is about clients' certificates, which are not asked for. Say GatewayTls.mutual or GatewayTls.optionalMutual, or leave it out.`);
  }
}
