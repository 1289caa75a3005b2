import { IConstruct } from 'constructs';
import { isDnsLabel, isDnsName } from '../semantics/kubernetes-name';

/** Who calls: a service account of this mesh, or a principal of another trust domain. */
export class CallerIdentity {
  /** A service account of this mesh's own trust domain. */
  public static serviceAccount(namespace: string, name: string): CallerIdentity {
    if (!isDnsLabel(namespace) || !isDnsName(name)) {
      throw new Error(
        `CallerIdentity: "${namespace}/${name}" is not a service account. `
        + 'Give the namespace and the name of one account, without wildcards, for example ("shop", "frontend").');
    }
    return new CallerIdentity(namespace, name, undefined);
  }

  /**
   * A principal of another trust domain, as its certificate says it without `spiffe://`:
   * `other.domain/ns/NAMESPACE/sa/ACCOUNT`.
   */
  public static principal(principal: string): CallerIdentity {
    const [, namespace, name] = /^[^/*]+\/ns\/([^/*]+)\/sa\/([^/*]+)$/.exec(principal) ?? [];
    if (namespace === undefined) {
      throw new Error(
        `CallerIdentity: "${principal}" is not a principal. `
        + 'Write TRUST_DOMAIN/ns/NAMESPACE/sa/ACCOUNT, without spiffe:// and without wildcards, for example "partner.example/ns/shop/sa/frontend".');
    }
    return new CallerIdentity(namespace, name, principal);
  }

  private constructor(
    /** The namespace of the service account. */
    public readonly namespace: string,
    /** The name of the service account. */
    public readonly name: string,
    /** The whole principal, when it is of another trust domain. */
    public readonly foreignPrincipal?: string,
  ) {}

  /** `namespace/account`, or the principal of another trust domain. */
  public toString(): string {
    return this.foreignPrincipal ?? `${this.namespace}/${this.name}`;
  }
}

/** Something that calls services in the mesh under identities of its own. */
export interface IMeshCaller extends IConstruct {
  /** The name by which policies mention this caller. */
  readonly callerName: string;
  /** The identities it calls under. Throws where they cannot be known, and says how to give them. */
  callerIdentities(): CallerIdentity[];
  /**
   * The constructs of the pods behind those identities, so that another pod under the same
   * identity can be told apart from it. Empty for a caller known by its account only.
   */
  callerPods(): IConstruct[];
}
