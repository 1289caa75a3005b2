import { checkList, checkOptions } from '../model/given';
import { checkMountedFile, isPem } from '../model/mounted-file';
import type { TrafficBlocks } from '../model/traffic-layers';
import { describeValue } from '../semantics/describe-value';
import { isWildcarded } from '../semantics/host-name';
import { isDnsName, isHost } from '../semantics/kubernetes-name';
import { located } from '../semantics/located';

type Tls = NonNullable<TrafficBlocks['tls']>;

/** How the proxy knows the server. */
export interface ClientTlsOptions {
  /**
   * The file with the authorities that may have signed the server's certificate, in the proxy's container:
   * `/etc/certs/ca.crt`.
   *
   * @default - those that the proxy's system trusts
   */
  readonly caCertificates?: string;
  /**
   * The names of which the server's certificate must have one, exactly or by a wildcard.
   *
   * @default - the host, or `sni` where it is given
   */
  readonly subjectAltNames?: string[];
  /**
   * The name that the server is asked for (SNI).
   *
   * @default - the host; for a wildcard host, that of the request
   */
  readonly sni?: string;
}

/** The proxy's own certificate, from files of its container. */
export interface ClientCertificateFiles extends ClientTlsOptions {
  /** The certificate, such as `/etc/certs/tls.crt`. */
  readonly clientCertificate: string;
  /** Its private key, such as `/etc/certs/tls.key`. */
  readonly privateKey: string;
}

/** How the proxy knows the server where a Secret holds the certificates. */
export interface ClientCredentialOptions {
  /**
   * The names of which the server's certificate must have one.
   *
   * @default - the host, or `sni` where it is given
   */
  readonly subjectAltNames?: string[];
  /**
   * The name that the server is asked for (SNI).
   *
   * @default - the host; for a wildcard host, that of the request
   */
  readonly sni?: string;
}

/** TLS without knowing who answers. */
export interface UnverifiedTlsOptions {
  /**
   * The name that the server is asked for (SNI).
   *
   * @default - the host; for a wildcard host, that of the request
   */
  readonly sni?: string;
}

/**
 * TLS that the proxy speaks for the application. The server's certificate is verified, by its authority and by its name,
 * unless it is said that it is not.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings
 */
export class ClientTls {
  /** The server has a certificate, the client shows none. */
  public static simple(options: ClientTlsOptions = {}): ClientTls {
    checkOptions('ClientTls.simple', options, "{ caCertificates: '/etc/certs/ca.crt' }");
    return new ClientTls('simple', { mode: 'SIMPLE', caCertificates: options.caCertificates }, options);
  }

  /** Both have a certificate; the client's is in files, mounted into the proxy. */
  public static mutual(files: ClientCertificateFiles): ClientTls {
    checkOptions('ClientTls.mutual', files, "{ clientCertificate: '/etc/certs/tls.crt', privateKey: '/etc/certs/tls.key' }");
    const { clientCertificate, privateKey, caCertificates } = files;
    located('ClientTls.mutual: ', () => {
      checkMountedFile('clientCertificate', clientCertificate);
      checkMountedFile('privateKey', privateKey);
    });
    return new ClientTls('mutual', { mode: 'MUTUAL', clientCertificate, privateKey, caCertificates }, files);
  }

  /**
   * Both have a certificate; the client's is in a Secret of the egress gateway's namespace, with `tls.crt`, `tls.key` and
   * `ca.crt`. It works for what goes through an `EgressGateway`: to sidecars, Istio gives no Secrets.
   *
   * @param credentialName the Secret's name
   */
  public static mutualFromSecret(credentialName: string, options: ClientCredentialOptions = {}): ClientTls {
    return ClientTls.fromSecret('mutualFromSecret', 'MUTUAL', credentialName, options);
  }

  /**
   * The server has a certificate by an authority that stands in a Secret of the egress gateway's namespace (`ca.crt`). It
   * works for what goes through an `EgressGateway`: to sidecars, Istio gives no Secrets.
   *
   * @param credentialName the Secret's name
   */
  public static simpleFromSecret(credentialName: string, options: ClientCredentialOptions = {}): ClientTls {
    return ClientTls.fromSecret('simpleFromSecret', 'SIMPLE', credentialName, options);
  }

  /** TLS that believes whatever server answers: it hides what is said, and nobody knows from whom. For a test. */
  public static insecureSkipVerify(options: UnverifiedTlsOptions = {}): ClientTls {
    checkOptions('ClientTls.insecureSkipVerify', options, "{ sni: 'api.example.com' }");
    return new ClientTls('insecureSkipVerify', { mode: 'SIMPLE', insecureSkipVerify: true }, options);
  }

  private static fromSecret(factory: string, mode: 'SIMPLE' | 'MUTUAL', credentialName: unknown, options: ClientCredentialOptions): ClientTls {
    checkOptions(`ClientTls.${factory}`, options, "{ subjectAltNames: ['api.example.com'] }");
    if (isPem(credentialName)) throw new Error(`ClientTls.${factory}: the name of a Secret is wanted, and this is the text of a certificate or a key. Put it into a Secret, and never into the code.`);
    if (typeof credentialName !== 'string' || !isDnsName(credentialName)) {
      throw new Error(`ClientTls.${factory}: ${describeValue(credentialName)} is not the name of a Secret: lower-case letters, digits, dashes and dots, at most 253.`);
    }
    return new ClientTls(factory, { mode, credentialName }, options);
  }

  private readonly sni?: string;
  private readonly subjectAltNames?: string[];

  private constructor(factory: string, private readonly settings: Tls, options: ClientCredentialOptions) {
    const { sni, subjectAltNames } = options;
    located(`ClientTls.${factory}: `, () => {
      if (settings.caCertificates !== undefined) checkMountedFile('caCertificates', settings.caCertificates);
      if (sni !== undefined && (typeof sni !== 'string' || !isDnsName(sni))) {
        throw new Error(`\`sni\` is ${describeValue(sni)}, and a server is asked for by one DNS name, without wildcards: "api.example.com". Write it, or leave it out for the host.`);
      }
      if (subjectAltNames !== undefined) checkNames(subjectAltNames);
    });
    this.sni = sni;
    this.subjectAltNames = subjectAltNames && [...new Set(subjectAltNames)];
  }

  /** The Secret that the certificates are in, if they are. @internal */
  public get _credentialName(): string | undefined {
    return this.settings.credentialName;
  }

  /**
   * As Istio writes it. Istio verifies the server's name only while neither an SNI nor names are given, and then by the Host
   * header, which the application chooses; so both are said. @internal
   */
  public _spec(host: string): Tls {
    const sni = this.sni ?? (isWildcarded(host) ? undefined : host);
    const verified = this.settings.insecureSkipVerify !== true;
    const names = this.subjectAltNames ?? (sni === undefined ? undefined : [sni]);
    return { ...this.settings, sni, subjectAltNames: verified ? names : undefined };
  }
}

function checkNames(names: readonly string[]): void {
  checkList('subjectAltNames', names, "['api.example.com']");
  if (names.length === 0) throw new Error('`subjectAltNames` is empty, and then any name would do. Name at least one, or leave it out for the host.');
  for (const name of names) {
    if (typeof name !== 'string' || name === '' || (!name.includes('://') && !isHost(name))) {
      throw new Error(`\`subjectAltNames\` holds ${describeValue(name)}. Write DNS names or URIs, such as "api.example.com" or "spiffe://partner.example/ns/shop/sa/api".`);
    }
  }
}
