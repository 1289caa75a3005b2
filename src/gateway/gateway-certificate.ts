import { Duration } from 'cdk8s';
import { checkOptions } from '../model/given';
import { describeValue } from '../semantics/describe-value';
import { isDnsName } from '../semantics/kubernetes-name';

/** What kind of key a certificate has. */
export enum CertificateKey {
  /** Of 2048 bits: every client knows it. */
  RSA_2048 = 'RSA 2048',
  /** Of 4096 bits. */
  RSA_4096 = 'RSA 4096',
  /** Of the curve P-256: small and fast. */
  ECDSA_P256 = 'ECDSA 256',
}

export interface GatewayCertificateOptions {
  /**
   * The kind of key. cert-manager makes a new one whenever it renews the certificate.
   *
   * @default CertificateKey.ECDSA_P256
   */
  readonly key?: CertificateKey;
  /**
   * How long the certificate holds, at least an hour. An issuer may give another time.
   *
   * @default - 90 days, which is cert-manager's
   */
  readonly duration?: Duration;
}

/**
 * A certificate that cert-manager gets and renews, for the hosts that it is said for. It writes a `Certificate` into the
 * namespace of the gateway, whose Secret is the `credential` of the host's TLS.
 *
 * @see https://cert-manager.io/docs/usage/certificate/
 */
export class GatewayCertificate {
  /** Of an `Issuer`, in the gateway's namespace. */
  public static fromIssuer(name: string, options: GatewayCertificateOptions = {}): GatewayCertificate {
    return new GatewayCertificate('fromIssuer', 'Issuer', name, options);
  }

  /** Of a `ClusterIssuer`. */
  public static fromClusterIssuer(name: string, options: GatewayCertificateOptions = {}): GatewayCertificate {
    return new GatewayCertificate('fromClusterIssuer', 'ClusterIssuer', name, options);
  }

  private constructor(
    factory: string, private readonly kind: string, private readonly issuer: string, private readonly options: GatewayCertificateOptions,
  ) {
    const what = `GatewayCertificate.${factory}`;
    if (typeof issuer !== 'string' || !isDnsName(issuer)) throw new Error(`${what}: ${describeValue(issuer)} is not the name of an ${kind}: lower-case letters, digits, dashes and dots, at most 253.`);
    checkOptions(what, options, '{ key: CertificateKey.RSA_2048 }');
    const { key, duration } = options;
    if (key !== undefined && !Object.values(CertificateKey).includes(key)) {
      throw new Error(`${what}: \`key\` is ${describeValue(key)}. Give ${Object.keys(CertificateKey).map((name) => `CertificateKey.${name}`).join(' or ')}.`);
    }
    if (duration !== undefined && (!(duration instanceof Duration) || duration.toMilliseconds() < 3_600_000)) {
      throw new Error(`${what}: \`duration\` is ${duration instanceof Duration ? duration.toHumanString() : describeValue(duration)}. Give a Duration of at least an hour, for example Duration.days(90).`);
    }
  }

  /** Equal for equal certificates. @internal */
  public get _key(): string {
    return JSON.stringify(this._spec('', []));
  }

  /** The spec of the Certificate. @internal */
  public _spec(secretName: string, dnsNames: readonly string[]): object {
    const { key = CertificateKey.ECDSA_P256, duration } = this.options;
    const [algorithm, size] = key.split(' ');
    return {
      secretName,
      dnsNames,
      issuerRef: { group: 'cert-manager.io', kind: this.kind, name: this.issuer },
      privateKey: { algorithm, size: Number(size), rotationPolicy: 'Always' },
      usages: ['digital signature', 'key encipherment', 'server auth'],
      duration: duration && `${Math.floor(duration.toMilliseconds() / 1000)}s`,
    };
  }
}
