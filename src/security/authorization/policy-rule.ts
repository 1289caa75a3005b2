import { PolicyCondition } from './policy-condition';
import { PolicyOperation } from './policy-operation';
import { PolicySource } from './policy-source';

/**
 * Who does what: one of the sources calls one of the operations, and all conditions hold. A rule is never united with
 * another.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#Rule
 */
export interface PolicyRule {
  /**
   * Who calls: any of these.
   *
   * @default - anyone; in an AllowPolicy it has to be said, unless a condition says it (by a claim, say)
   */
  readonly sources?: PolicySource[];
  /**
   * What is called: any of these.
   *
   * @default - everything (in an AllowPolicy for a `MeshService`, on the ports of that Service)
   */
  readonly operations?: PolicyOperation[];
  /**
   * What else holds: all of these.
   *
   * @default - none
   */
  readonly conditions?: PolicyCondition[];
}
