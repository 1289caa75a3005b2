import { Construct } from 'constructs';
import { PolicyScope } from '../../model/policy-scope';

export type PolicyAction = 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM';

/** What a rule is written for. */
export interface RuleContext {
  readonly owner: Construct;
  readonly action: PolicyAction;
  readonly scope: PolicyScope;
  /** The mesh's own first. */
  readonly trustDomains: readonly string[];
  /** Whether a deny by requests may refuse every connection where there are none. */
  readonly closesTcpPorts: boolean;
  /** What makes every rule one about requests, for messages. */
  readonly requestsOnly?: string;
}
