import type { VersionChange } from './version-change';
import { PlanFolder } from '../../model/plan-folder';
import { ChartRelease } from '../chart-release';

/** A file of an upgrade's plan. */
export interface ControlPlaneUpgradeFile {
  /** Below the folder of its step, for example `istio-operator.yaml` or `helm/20-istiod-1-31.yaml`. What is below `back/` is for the way back. */
  readonly name: string;
  /** An IstioOperator, values of a chart, an object, or a patch of one, as YAML. */
  readonly content: string;
}

/** One step of an upgrade: it can be stopped at, and gone back from. */
export interface ControlPlaneUpgradeStep {
  /** The folder, for example `02-move-shop`. */
  readonly name: string;
  /** What is applied, in its order, and what takes it back. */
  readonly files: ControlPlaneUpgradeFile[];
  /** The releases that the step installs or upgrades, for whoever installs by Argo CD or Flux. */
  readonly releases: ChartRelease[];
  /** What the step does, what to look at, how to go on and how to go back, as Markdown. */
  readonly readme: string;
}

/** The way from one control plane to another: numbered folders. */
export class ControlPlaneUpgradePlan {
  /** @internal */
  public static _of(
    path: string, steps: readonly ControlPlaneUpgradeStep[], readme: string, changes: readonly VersionChange[],
  ): ControlPlaneUpgradePlan {
    return new ControlPlaneUpgradePlan(path, steps, readme, changes);
  }

  private constructor(
    private readonly path: string,
    private readonly all: readonly ControlPlaneUpgradeStep[],
    /** The overview of all steps, with what changes, as Markdown. */
    public readonly readme: string,
    private readonly known: readonly VersionChange[],
  ) {}

  /** The steps, in their order. */
  public get steps(): ControlPlaneUpgradeStep[] {
    return this.all.map((step) => ({ ...step, files: [...step.files], releases: [...step.releases] }));
  }

  /** What Istio changed between the two versions and what these installations say touches. */
  public get changes(): VersionChange[] {
    return [...this.known];
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
