import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { AuthorizationObject, checkRules } from './authorization-object';
import { AuthorizationPolicyProps } from './authorization-props';
import { checkConstructProps } from '../../model/given';
import { locatedAt } from '../../model/located-at';
import { registerConstruct } from '../../model/registered-construct';

/** Who may not do what. */
export interface DenyPolicyProps extends AuthorizationPolicyProps {
  /**
   * Whether rules about requests (methods, paths, hosts, headers, tokens) may refuse every connection on ports that
   * carry no requests: there Istio drops what it cannot read and refuses whatever the rest of the rule says.
   *
   * @default false: without `ports`, such a rule is for the HTTP ports of a `MeshService`, and not for ports of its pods that the
   * Service does not name; for other scopes it is an error
   */
  readonly closesTcpPorts?: boolean;
  /**
   * Whether to watch before enforcing: sidecars report what they would refuse, and refuse nothing.
   *
   * @default false
   */
  readonly dryRun?: boolean;
}

/**
 * Refuses what its rules say, whatever is allowed elsewhere: with 403, and a TCP connection by closing it.
 *
 * Who comes in plaintext has no identity: a rule by caller, namespace or trust domain does not stop it. Where mutual
 * TLS is not STRICT, refuse it as well, by `PolicySource.withoutIdentity()` as another source, or refuse everyone else:
 * `PolicySource.anyone().butNot(…)`.
 *
 * Paths are case-sensitive, and what a server takes for the same path may be another one here (`//admin`): where you
 * can, say in an AllowPolicy what is allowed.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-deny/
 */
export class DenyPolicy extends Construct {
  /** The AuthorizationPolicy. */
  public readonly authorizationPolicy: ApiObject;

  constructor(parent: Construct, id: string, props: DenyPolicyProps) {
    super(parent, id);
    registerConstruct(this, DenyPolicy);
    checkConstructProps(this, props, "new DenyPolicy(scope, 'id', { scope: PolicyScope.workload(reviews), rules: [{ operations: [{ methods: ['DELETE'] }] }] })");
    this.authorizationPolicy = locatedAt(this, () => {
      checkRules(props.rules, 'Istio refuses a DENY without rules, as it refuses nothing. To refuse everything say { sources: [PolicySource.anyone()] }; '
        + 'to refuse what is not allowed, AllowPolicy.nothing(scope, id, { scope }).');
      return new AuthorizationObject(this, { ...props, action: 'DENY', word: 'deny' }).object;
    });
  }
}
