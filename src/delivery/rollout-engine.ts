import { ManualDriver } from './manual-driver';
import type { RolloutDriver } from './rollout-driver';

/** Who takes a rollout from one step to the next. */
export class RolloutEngine {
  /**
   * A person, or a pipeline: `plan()` writes what to apply, step by step. Nothing has to run in the cluster. `stable` and
   * `canary` are two workloads of their own.
   */
  public static manual(): RolloutEngine {
    return new RolloutEngine(new ManualDriver());
  }

  private constructor(
    /** @internal */
    public readonly _driver: RolloutDriver,
  ) {}
}
