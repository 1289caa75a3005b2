import { ApiObjectMetadata } from 'cdk8s';
import { PolicyRule } from './policy-rule';
import { PolicyScope } from '../../model/policy-scope';

/** What every authorization policy says. */
export interface AuthorizationPolicyOptions {
  /** For whom the policy holds: `PolicyScope.workload(reviews)`, `PolicyScope.namespace('shop')`, `PolicyScope.mesh()`. */
  readonly scope: PolicyScope;
  /**
   * The trust domains whose identities may be named, the mesh's own first. `cluster.local` is always understood as
   * the mesh's own, whatever it is.
   *
   * @default ['cluster.local']
   */
  readonly trustDomains?: string[];
  /**
   * Name, labels and annotations of the AuthorizationPolicy. Its namespace is that of `scope`.
   *
   * @default - a name made of the action and of what `scope` names: `allow-reviews`, `deny-in-shop`
   */
  readonly metadata?: ApiObjectMetadata;
}

/** What an authorization policy says that has rules. */
export interface AuthorizationPolicyProps extends AuthorizationPolicyOptions {
  /** Who does what; any of these is enough. At least one. */
  readonly rules: PolicyRule[];
}
