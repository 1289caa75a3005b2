import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { AuthorizationObject, checkRules } from './authorization-object';
import { AuthorizationPolicyOptions, AuthorizationPolicyProps } from './authorization-props';
import { PolicyRule } from './policy-rule';
import { checkConstructProps } from '../../model/given';
import { locatedAt } from '../../model/located-at';
import { registerConstruct } from '../../model/registered-construct';

/** Who may do what. */
export interface AllowPolicyProps extends AuthorizationPolicyProps {
  /**
   * Whether to watch before enforcing: sidecars report what they would refuse, and refuse nothing. Beside a dry run
   * there has to be an allow that holds, or nothing is enforced at all.
   *
   * @default false
   */
  readonly dryRun?: boolean;
}

/** For `AllowPolicy.nothing`, and nobody else. */
const NOTHING: PolicyRule[] = [];

/**
 * Lets in what its rules say. As soon as one allow holds for a workload, whatever no allow lets in is refused there with
 * 403 (a TCP connection is closed); what a DenyPolicy refuses stays refused.
 *
 * A rule is one rule of the object, and is never united with another.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 */
export class AllowPolicy extends Construct {
  /** Lets in nothing: what no other allow lets in is refused. Its name is `deny-all` unless given. */
  public static nothing(parent: Construct, id: string, props: AuthorizationPolicyOptions): AllowPolicy {
    checkConstructProps(parent, props, "AllowPolicy.nothing(scope, 'id', { scope: PolicyScope.namespace('shop') })");
    return new AllowPolicy(parent, id, { ...props, rules: NOTHING });
  }

  /** The AuthorizationPolicy. */
  public readonly authorizationPolicy: ApiObject;

  constructor(parent: Construct, id: string, props: AllowPolicyProps) {
    super(parent, id);
    registerConstruct(this, AllowPolicy);
    checkConstructProps(this, props, "new AllowPolicy(scope, 'id', { scope: PolicyScope.workload(reviews), rules: [{ sources: [PolicySource.caller(frontend)] }] })");
    this.authorizationPolicy = locatedAt(this, () => {
      const nothing = props.rules === NOTHING;
      if (!nothing) {
        checkRules(props.rules, 'To Istio that lets in nobody: say AllowPolicy.nothing(scope, id, { scope }) where that is meant, or { sources: [PolicySource.anyone()] } to let in everyone.');
      }
      return new AuthorizationObject(this, { ...props, action: 'ALLOW', word: nothing ? 'deny-all' : 'allow', rules: nothing ? undefined : props.rules }).object;
    });
  }
}
