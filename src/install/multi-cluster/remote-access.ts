import { checkOptions } from '../../model/given';
import { describeValue } from '../../semantics/describe-value';
import { isDnsName } from '../../semantics/kubernetes-name';

/** What stands in the Secret until something puts the real values there. */
export interface RemoteAccessPlaceholders {
  /**
   * In the place of the token of the cluster's `istio-reader-service-account`.
   *
   * @default - `${NAME_TOKEN}`, NAME being that of the cluster, in capitals
   */
  readonly token?: string;
  /**
   * In the place of the certificate of the API server's authority, in base64.
   *
   * @default - `${NAME_CA_DATA}`
   */
  readonly certificateAuthorityData?: string;
}

/** @internal */
export interface AccessPlaceholders {
  readonly token: string;
  readonly certificateAuthorityData: string;
}

/** What something replaces: `${NAME}` of envsubst and Flux, `<path:…>` of Argo CD's Vault plugin, `{{ … }}` of templates. */
const PLACEHOLDER = /^(\$\{[^}]+\}|<[^>]+>|\{\{[^}]+\}\})$/;

/**
 * How the control planes of other clusters come to read the API server of a cluster: each has a Secret with a kubeconfig for it,
 * by whose token it sees Services and Pods there. No token ever stands in code.
 *
 * @see https://istio.io/latest/docs/setup/install/multicluster/
 */
export class RemoteAccess {
  /** `istioctl create-remote-secret` makes the Secret: the plan has the commands. */
  public static byCommand(): RemoteAccess {
    return new RemoteAccess('command');
  }

  /** Something else makes the Secret, of this name, in the namespace of the control plane: an operator for secrets, say. */
  public static existingSecret(name: string): RemoteAccess {
    if (typeof name !== 'string' || !isDnsName(name)) {
      throw new Error(`RemoteAccess.existingSecret: ${describeValue(name)} is not the name of a Secret: lower-case letters, digits, dashes and dots, for example "istio-remote-secret-west".`);
    }
    return new RemoteAccess('existing', name);
  }

  /** The Secret is written with placeholders, which envsubst, Flux or a plugin of Argo CD fills in. */
  public static placeholders(options: RemoteAccessPlaceholders = {}): RemoteAccess {
    const what = 'RemoteAccess.placeholders';
    checkOptions(what, options, "{ token: '${WEST_TOKEN}' }");
    for (const field of ['token', 'certificateAuthorityData'] as const) {
      const value = options[field];
      if (value === undefined || (typeof value === 'string' && PLACEHOLDER.test(value))) continue;
      // Not repeated in the message: it may be what it must not be.
      throw new Error(`${what}: \`${field}\` is no placeholder, and what is written here is read by everybody who reads the repository. `
        + 'Give what is replaced before it is applied, for example "${WEST_TOKEN}", "<path:mesh/west#token>" or "{{ .token }}".');
    }
    return new RemoteAccess('placeholders', undefined, options);
  }

  private constructor(
    /** @internal */
    public readonly _sort: 'command' | 'existing' | 'placeholders',
    /** @internal */
    public readonly _secret?: string,
    private readonly options: RemoteAccessPlaceholders = {},
  ) {}

  /** The name of the Secret by which the cluster is read. @internal */
  public _secretName(cluster: string): string {
    return this._secret ?? `istio-remote-secret-${cluster}`;
  }

  /** @internal */
  public _placeholders(cluster: string): AccessPlaceholders {
    const prefix = cluster.toUpperCase().replaceAll('-', '_');
    return {
      token: this.options.token ?? `\${${prefix}_TOKEN}`,
      certificateAuthorityData: this.options.certificateAuthorityData ?? `\${${prefix}_CA_DATA}`,
    };
  }
}
