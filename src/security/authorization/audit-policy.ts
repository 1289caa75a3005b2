import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { AuthorizationObject, checkRules } from './authorization-object';
import { AuthorizationPolicyProps } from './authorization-props';
import { checkConstructProps } from '../../model/given';
import { locatedAt } from '../../model/located-at';
import { registerConstruct } from '../../model/registered-construct';

/** What is to be audited. */
export interface AuditPolicyProps extends AuthorizationPolicyProps {}

/**
 * Marks what its rules say for whoever writes the audit log (a plugin has to be installed that does). It lets in nobody
 * and refuses nobody; alone on a workload, it does not make anything else be refused.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#AuthorizationPolicy-Action
 */
export class AuditPolicy extends Construct {
  /** The AuthorizationPolicy. */
  public readonly authorizationPolicy: ApiObject;

  constructor(parent: Construct, id: string, props: AuditPolicyProps) {
    super(parent, id);
    registerConstruct(this, AuditPolicy);
    checkConstructProps(this, props, "new AuditPolicy(scope, 'id', { scope: PolicyScope.workload(reviews), rules: [{ operations: [{ methods: ['DELETE'] }] }] })");
    this.authorizationPolicy = locatedAt(this, () => {
      checkRules(props.rules, 'An audit without rules audits nothing. To audit everything say { sources: [PolicySource.anyone()] }.');
      return new AuthorizationObject(this, { ...props, action: 'AUDIT', word: 'audit' }).object;
    });
  }
}
