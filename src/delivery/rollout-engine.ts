import { ArgoRolloutsDriver, ArgoRolloutsOptions } from './argo-rollouts-driver';
import { FlaggerDriver, FlaggerOptions } from './flagger-driver';
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

  /**
   * Argo Rollouts: a `Rollout` that refers to the service's Deployment, and `AnalysisTemplate`s for the gates. It changes the
   * weights in the service's VirtualService; timeouts, retries and all other rules stay as they are written.
   *
   * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/
   */
  public static argoRollouts(options: ArgoRolloutsOptions = {}): RolloutEngine {
    return new RolloutEngine(new ArgoRolloutsDriver(options));
  }

  /**
   * Flagger: a `Canary`, and `MetricTemplate`s for the gates. Flagger writes a VirtualService of its own that holds nothing
   * but the weights; the service's VirtualService leads there by delegation, and keeps timeouts, retries and all other rules.
   *
   * @see https://docs.flagger.app/tutorials/istio-progressive-delivery
   */
  public static flagger(options: FlaggerOptions = {}): RolloutEngine {
    return new RolloutEngine(new FlaggerDriver(options));
  }

  private constructor(
    /** @internal */
    public readonly _driver: RolloutDriver,
  ) {}
}
