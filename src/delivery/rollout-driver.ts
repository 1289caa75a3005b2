import type { CanaryRollout } from './canary-rollout';
import type { CanaryVersion } from './canary-version';
import type { MetricSource } from './metric-source';
import type { MirrorFirst } from './mirror-first';
import type { RolloutGate } from './rollout-gate';
import type { RolloutPlan } from './rollout-plan';
import type { RolloutStep } from './rollout-steps';
import type { Stickiness } from './stickiness';
import type { HttpMatch } from '../model/http-match';
import type { MeshService } from '../model/mesh-service';

/** What a user said about a rollout, as far as it can be checked without knowing the engine. */
export interface RolloutDescription {
  /** The scope of what the engine makes. */
  readonly rollout: CanaryRollout;
  readonly service: MeshService;
  readonly stable?: CanaryVersion;
  readonly canary?: CanaryVersion;
  readonly weight?: number;
  /** Those that were given, or the recipe; never empty, the last one to 100. */
  readonly steps: readonly RolloutStep[];
  /** With different names; empty when there are none. */
  readonly gates: readonly RolloutGate[];
  /** Given when there are gates. */
  readonly metrics?: MetricSource;
  readonly alwaysCanary?: HttpMatch;
  readonly stickiness?: Stickiness;
  readonly mirrorFirst?: MirrorFirst;
}

/** What an engine made of a rollout. */
export interface BoundRollout {
  /** The names of the two versions' subsets; none where the engine has a Service for each instead. */
  readonly stableSubset?: string;
  readonly canarySubset?: string;
  /** What a person applies, step by step; none where the engine does it. */
  readonly plan?: () => RolloutPlan;
  /** Why what is left out is not there, for messages: "ENGINE takes the steps by itself". */
  readonly whyNot?: string;
}

/** Who takes a rollout from step to step: what stands behind a `RolloutEngine`. */
export interface RolloutDriver {
  /** As messages name it. */
  readonly title: string;
  /**
   * Contributes subsets and layers to the service and makes the engine's own objects. Refuses what the engine cannot do,
   * with the path of the rollout.
   */
  bind(description: RolloutDescription): BoundRollout;
}
