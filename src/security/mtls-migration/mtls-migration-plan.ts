import type { MtlsEdge } from './mtls-edge';
import { PlanFolder } from '../../model/plan-folder';

/** A file of a migration's plan. */
export interface MtlsMigrationFile {
  /** For example `10-namespace-shop.yaml`: applied in the order of their names. */
  readonly name: string;
  /** One Kubernetes object as YAML, or a query. */
  readonly content: string;
}

/** One phase of a migration: a complete state. */
export interface MtlsMigrationStep {
  /** The folder, for example `04-strict`. */
  readonly name: string;
  /** The objects, in the order in which they are applied. */
  readonly files: MtlsMigrationFile[];
  /** What the phase does, what to look at, how to go on and how to go back, as Markdown. */
  readonly readme: string;
}

/** The way from plaintext to STRICT: numbered folders, each of them a complete state. */
export class MtlsMigrationPlan {
  /** @internal */
  public static _of(
    path: string, steps: readonly MtlsMigrationStep[], readme: string, edges: readonly MtlsEdge[], withheld: readonly string[],
  ): MtlsMigrationPlan {
    return new MtlsMigrationPlan(path, steps, readme, edges, withheld);
  }

  private constructor(
    private readonly path: string,
    private readonly all: readonly MtlsMigrationStep[],
    /** The overview of all phases, with everybody who calls, as Markdown. */
    public readonly readme: string,
    private readonly callers: readonly MtlsEdge[],
    private readonly reasons: readonly string[],
  ) {}

  /** The phases, in their order. */
  public get steps(): MtlsMigrationStep[] {
    return this.all.map((step) => ({ ...step, files: [...step.files] }));
  }

  /** Who calls, and what becomes of it. */
  public get edges(): MtlsEdge[] {
    return [...this.callers];
  }

  /** Why the last phase, STRICT, is not among the steps, a reason for each caller that would break; empty when it is. */
  public get withheld(): string[] {
    return [...this.reasons];
  }

  /**
   * Writes a folder a phase, each with its README, and one README about all: whole, or not at all. An earlier plan in the
   * directory is replaced; what is the same stays untouched.
   *
   * @param directory a directory of its own; throws when it holds files that no plan wrote, or that were changed since
   */
  public write(directory: string): void {
    new PlanFolder(this.path, directory).writeSteps(this.readme, this.all);
  }
}
