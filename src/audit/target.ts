import { Cell } from './cell';
import { AuthorizationPolicyFacts, RequestAuthenticationFacts } from '../check/facts/authorization-policies';

/** A policy that reaches a target, or may: its labels ask for more than is known of pods that are out of sight. */
export interface Reaching<P> {
  readonly policy: P;
  readonly isCertain: boolean;
}

/** Who carries policies out. */
export type Enforcement = 'sidecar' | 'gateway' | 'ambient' | 'none' | 'unknown';

/** What is called: a workload in sight, or pods that only a Service, a policy or a Gateway speaks of. */
export interface Target {
  readonly namespace: string;
  readonly name: string;
  /** `Deployment shop/reviews`, `pods of shop with app=reviews`. */
  readonly title: string;
  /** Names of Services that lead to it. */
  readonly services: readonly string[];
  /** Of its identity; undefined if it is not known. */
  readonly serviceAccount: string | undefined;
  readonly enforcement: Enforcement;
  /** `STRICT (PeerAuthentication shop/default)`, by port where they differ. */
  readonly mtls: string;
  readonly cells: readonly Cell[];
  readonly policies: readonly Reaching<AuthorizationPolicyFacts>[];
  readonly authentications: readonly Reaching<RequestAuthenticationFacts>[];
  /** What would have to be known to be certain about any of it. */
  readonly dependsOn: readonly string[];
}
