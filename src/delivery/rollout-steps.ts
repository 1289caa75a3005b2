import { Duration } from 'cdk8s';
import { describeValue } from '../semantics/describe-value';
import { milliSecondsOf } from '../semantics/duration';

export interface RolloutStepOptions {
  /**
   * How long the canary stays at this weight before the rollout may go on. Whole milliseconds, from 1 ms.
   *
   * @default - until a person goes on
   */
  readonly pause?: Duration;
}

/** One weight of a rollout, and how long it is looked at. */
export class RolloutStep {
  /**
   * A step to this share of the requests.
   *
   * @param weight the canary's share, in whole percent, 1–100
   */
  public static to(weight: number, options: RolloutStepOptions = {}): RolloutStep {
    checkOptions(`RolloutStep.to(${describeValue(weight)})`, options);
    return new RolloutStep(weight, options.pause);
  }

  private constructor(
    /** @internal */
    public readonly _weight: number,
    /** Undefined: until a person goes on. @internal */
    public readonly _pause: Duration | undefined,
  ) {
    if (!Number.isInteger(_weight) || _weight < 1 || _weight > 100) {
      throw new Error(`RolloutStep.to: the weight is ${typeof _weight === 'number' ? _weight : describeValue(_weight)}; a whole percentage from 1 to 100 is allowed. `
        + 'A rollout begins at 0 by itself.');
    }
    if (_pause !== undefined) milliSecondsOf(_pause, `RolloutStep.to(${_weight}): pause`);
  }
}

/** 10 % shows what is broken for everybody, 90 % what the old version's absence will mean. */
const RECIPE = [10, 30, 50, 90, 100];

/** By which weights a canary becomes the version that everybody has. */
export class RolloutSteps {
  /** 10 → 30 → 50 → 90 → 100, each for as long as `pause` says. */
  public static recipe(options: RolloutStepOptions = {}): RolloutSteps {
    checkOptions('RolloutSteps.recipe', options);
    return RolloutSteps.of(...RECIPE.map((weight) => RolloutStep.to(weight, options)));
  }

  /** These, each with more weight than the one before it; the last one is to 100. */
  public static of(...steps: RolloutStep[]): RolloutSteps {
    return new RolloutSteps(steps);
  }

  private constructor(
    /** @internal */
    public readonly _all: readonly RolloutStep[],
  ) {
    const wrong = _all.findIndex((step) => !(step instanceof RolloutStep));
    if (wrong >= 0) throw new Error(`RolloutSteps.of: one of them is ${describeValue(_all[wrong])}. Give RolloutSteps, one argument each, for example RolloutStep.to(10).`);
    const weights = _all.map((step) => step._weight);
    const sorted = () => [...new Set([...weights, 100])].sort((a, b) => a - b).join(', ');
    weights.forEach((weight, index) => {
      const before = weights[index - 1];
      if (before === undefined || weight > before) return;
      throw new Error(
        `RolloutSteps.of: the step to ${weight} % ${weight === before ? 'stands still' : 'goes backwards'}, as the one before it is to ${before} %. `
        + `Each has to be larger than the one before it: ${sorted()}. To go back, apply an earlier step.`);
    });
    if (weights.at(-1) !== 100) {
      throw new Error(`RolloutSteps.of: ${weights.length === 0 ? 'no steps are given' : `the last step is to ${weights.at(-1)} %`}, so the rollout would never end. End with RolloutStep.to(100).`);
    }
  }
}

/** A bare duration would be no pause at all. */
function checkOptions(what: string, options: RolloutStepOptions): void {
  if (typeof options === 'object' && options !== null && !(options instanceof Duration)) return;
  throw new Error(`${what}: the options are ${describeValue(options)}. Give for example { pause: Duration.minutes(10) }.`);
}
