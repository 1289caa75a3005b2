import { ChartRelease } from './chart-release';
import { checkOptions, checkText } from '../model/given';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel, isDnsName } from '../semantics/kubernetes-name';

/** cert-manager's istio-csr, which has the certificates of the mesh signed by an issuer of cert-manager. */
export interface IstioCsrOptions {
  /** The issuer's name. */
  readonly issuer: string;
  /**
   * The issuer's kind.
   *
   * @default - an Issuer, in the namespace of the control plane
   */
  readonly issuerKind?: string;
  /**
   * The version of the chart `cert-manager-istio-csr`, for example "v0.14.2".
   */
  readonly chartVersion: string;
  /**
   * Where cert-manager is, and istio-csr too.
   *
   * @default cert-manager
   */
  readonly namespace?: string;
}

/** What a certificate authority needs to know of an installation. @internal */
export interface InstallationOfAuthority {
  readonly namespace: string;
  readonly revision?: string;
  readonly clusterName?: string;
  readonly trustDomain?: string;
  /** Of ztunnel, which asks for the certificates of other pods; undefined without it. */
  readonly ztunnelNamespace?: string;
}

/** What a certificate authority changes. @internal */
export interface AuthorityValues {
  /** Of Istio's charts. */
  readonly values: { readonly [key: string]: any };
  /** Beside Istio's charts, before istiod. */
  readonly releases: ChartRelease[];
}

const NOTHING: AuthorityValues = { values: {}, releases: [] };

/**
 * Who signs the certificates of workloads.
 *
 * @see https://istio.io/latest/docs/concepts/security/#pki
 */
export class CertificateAuthority {
  /** istiod, with a root of its own that it makes at the first start. No two clusters trust each other. */
  public static istiod(): CertificateAuthority {
    return new CertificateAuthority('istiod', () => NOTHING);
  }

  /**
   * istiod, with a key and a certificate of yours: those of the Secret `cacerts` in its namespace (`ca-cert.pem`, `ca-key.pem`,
   * `root-cert.pem` and `cert-chain.pem`). istiod does not start until the Secret is there: Istio by itself would make a root of
   * its own then, and say so in its log alone.
   *
   * @see https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/
   */
  public static pluggedIn(): CertificateAuthority {
    // The charts mount the Secret as an optional one. Of a pod, all volumes have to be there.
    const volumes = [{ name: 'required-cacerts', secret: { secretName: 'cacerts' } }];
    return new CertificateAuthority('pluggedIn', () => ({ values: { pilot: { volumes } }, releases: [] }));
  }

  /**
   * An issuer of cert-manager, by istio-csr. istiod signs nothing. cert-manager and the issuer have to be there before.
   *
   * @see https://cert-manager.io/docs/usage/istio-csr/
   */
  public static istioCsr(options: IstioCsrOptions): CertificateAuthority {
    const what = 'CertificateAuthority.istioCsr';
    checkOptions(what, options, "{ issuer: 'istio-ca', chartVersion: 'v0.14.2' }");
    const { issuer, issuerKind = 'Issuer', chartVersion, namespace = 'cert-manager' } = options;
    if (typeof issuer !== 'string' || !isDnsName(issuer)) throw new Error(`${what}: \`issuer\` is ${describeValue(issuer)}. Give the name of the Issuer, for example "istio-ca".`);
    if (issuerKind !== 'Issuer' && issuerKind !== 'ClusterIssuer') throw new Error(`${what}: \`issuerKind\` is ${describeValue(issuerKind)}. Give "Issuer" or "ClusterIssuer".`);
    checkText('chartVersion', chartVersion, 'v0.14.2');
    if (typeof namespace !== 'string' || !isDnsLabel(namespace)) throw new Error(`${what}: \`namespace\` is ${describeValue(namespace)}. Give a namespace, for example "cert-manager".`);
    return new CertificateAuthority('istioCsr', (installation) => ({
      values: {
        global: { caAddress: `cert-manager-istio-csr.${namespace}.svc:443` },
        pilot: { env: { ENABLE_CA_SERVER: 'false' } },
      },
      releases: [{
        name: 'cert-manager-istio-csr',
        namespace,
        chart: 'cert-manager-istio-csr',
        repository: 'https://charts.jetstack.io',
        version: chartVersion,
        values: {
          app: {
            certmanager: { namespace: installation.namespace, issuer: { name: issuer, kind: issuerKind, group: 'cert-manager.io' } },
            istio: { namespace: installation.namespace, revisions: [installation.revision ?? 'default'] },
            controller: { leaderElectionNamespace: installation.namespace },
            server: {
              clusterID: installation.clusterName ?? 'Kubernetes',
              ...(installation.ztunnelNamespace === undefined ? {} : { caTrustedNodeAccounts: `${installation.ztunnelNamespace}/ztunnel` }),
            },
            tls: { trustDomain: installation.trustDomain ?? 'cluster.local', certificateDNSNames: [`cert-manager-istio-csr.${namespace}.svc`] },
          },
        },
        dependsOn: [],
      }],
    }));
  }

  private constructor(
    /** @internal */
    public readonly _kind: string,
    /** @internal */
    public readonly _values: (installation: InstallationOfAuthority) => AuthorityValues,
  ) {}
}

export function checkAuthority(value: unknown): asserts value is CertificateAuthority {
  if (value instanceof CertificateAuthority) return;
  throw new Error(`\`certificateAuthority\` is ${describeValue(value)}. Give CertificateAuthority.istiod(), .pluggedIn() or .istioCsr({ issuer, chartVersion }).`);
}
