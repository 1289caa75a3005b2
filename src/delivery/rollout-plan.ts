import { StateObject, objectsOf } from './plan-objects';
import { PlanReadme } from './plan-readme';
import type { RolloutState } from './rollout-state';
import { VersionRouting } from './version-routing';
import { labelOf, numberedFiles } from '../model/plan-files';
import { PlanFolder } from '../model/plan-folder';

/** A file of a rollout plan. */
export interface RolloutPlanFile {
  /** For example `10-destination-rule-reviews.yaml`: applied in the order of their names. */
  readonly name: string;
  /** One Kubernetes object as YAML. */
  readonly content: string;
}

/** One step of a rollout plan: a complete state of the service's routing. */
export interface RolloutPlanStep {
  /** The folder, for example `02-canary-at-10`. */
  readonly name: string;
  /** The objects, in the order in which they are applied. */
  readonly files: RolloutPlanFile[];
  /** What the step does, what to look at, how to go on and how to go back, as Markdown. */
  readonly readme: string;
}

/**
 * The way from one version to another: numbered folders, each of them a complete and safe state. They are applied one
 * after the other, and any earlier one takes the service back.
 */
export class RolloutPlan {
  /** @internal */
  public static _of(routing: VersionRouting, title: string, introduction: readonly string[], states: readonly RolloutState[]): RolloutPlan {
    const names = states.map(({ name }, index) => `${String(index).padStart(2, '0')}-${name}`);
    const objects = objectsOf(routing, states);
    const readme = new PlanReadme(title, introduction, states, names);
    const steps = states.map((state, index) => ({ name: names[index], files: filesOf(state, objects[index]), readme: readme.ofStep(index) }));
    return new RolloutPlan(routing.owner.node.path, steps, readme.ofAll());
  }

  private constructor(
    private readonly path: string,
    private readonly all: readonly RolloutPlanStep[],
    /** The overview of all steps, as Markdown. */
    public readonly readme: string,
  ) {}

  /** The steps, in their order. */
  public get steps(): RolloutPlanStep[] {
    return this.all.map((step) => ({ ...step, files: [...step.files] }));
  }

  /**
   * Writes a folder a step, each with its README, and one README about all: whole, or not at all. An earlier plan in the
   * directory is replaced; what is the same stays untouched.
   *
   * @param directory a directory of its own; throws when it holds files that no plan wrote, or that were changed since
   */
  public write(directory: string): void {
    new PlanFolder(this.path, directory).writeSteps(this.readme, this.all);
  }
}

function filesOf(state: RolloutState, objects: readonly StateObject[]): RolloutPlanFile[] {
  const rank = ({ kind }: StateObject) => ((kind === 'DestinationRule') === (state.routesFirst ?? false) ? 1 : 0);
  return numberedFiles([...objects].sort((a, b) => rank(a) - rank(b) || (labelOf(a, objects) < labelOf(b, objects) ? -1 : 1)));
}
