import { checkOptions } from '../model/given';
import { describeValue } from '../semantics/describe-value';

/** When another pod is started. */
export interface AutoscaleOptions {
  /**
   * The share of the CPU that is set aside for its pods which an autoscaler keeps to, in percent.
   *
   * @default 80
   */
  readonly cpuUtilization?: number;
}

/** How many pods of a component run. */
export class ComponentScale {
  /**
   * Always so many.
   *
   * @param replicas from 1 on; with 1, there is none while its node is drained
   */
  public static fixed(replicas: number): ComponentScale {
    checkCount('ComponentScale.fixed', replicas);
    return new ComponentScale(false, replicas, replicas, undefined);
  }

  /**
   * As many as the load needs, by a HorizontalPodAutoscaler.
   *
   * @param min from 1 on; with 1, there is none while its node is drained
   * @param max at least `min`
   */
  public static autoscaled(min: number, max: number, options: AutoscaleOptions = {}): ComponentScale {
    const what = 'ComponentScale.autoscaled';
    checkCount(what, min);
    checkCount(what, max);
    if (max < min) throw new Error(`${what}: at least ${min} pods and at most ${max}. Give the smaller number first: ComponentScale.autoscaled(${max}, ${min}).`);
    checkOptions(what, options, '{ cpuUtilization: 70 }');
    const { cpuUtilization = 80 } = options;
    if (!Number.isInteger(cpuUtilization) || cpuUtilization < 1 || cpuUtilization > 100) {
      throw new Error(`${what}: \`cpuUtilization\` is ${describeValue(cpuUtilization)}. Give whole percent from 1 to 100, for example 80.`);
    }
    return new ComponentScale(true, min, max, cpuUtilization);
  }

  private constructor(
    /** @internal */
    public readonly _isAutoscaled: boolean,
    /** @internal */
    public readonly _min: number,
    /** @internal */
    public readonly _max: number,
    /** In percent; undefined where the number is fixed. @internal */
    public readonly _cpuUtilization: number | undefined,
  ) {}
}

function checkCount(what: string, value: unknown): void {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 1000) return;
  throw new Error(`${what}: ${describeValue(value)} pods. Give a whole number from 1 to 1000, for example 2.`);
}

export function checkScale(value: unknown): asserts value is ComponentScale {
  if (value instanceof ComponentScale) return;
  throw new Error(`\`scale\` is ${describeValue(value)}. Give ComponentScale.autoscaled(2, 5) or ComponentScale.fixed(2).`);
}
