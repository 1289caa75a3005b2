import { Yaml } from 'cdk8s';
import type { ChartRelease } from './chart-release';
import { HelmReadme } from './helm-readme';
import { inOrder } from './release-order';
import { PlanFolder } from '../model/plan-folder';
import { located } from '../semantics/located';

/** A file of values. */
export interface HelmValuesFile {
  /** For example `20-istiod.yaml`: the files are numbered in the order of the installation. */
  readonly name: string;
  /** The release that is installed with it. */
  readonly release: string;
  /** The values as YAML. */
  readonly content: string;
}

/**
 * Chart releases for people and pipelines that call `helm` themselves: a file of values a release, and a README with the
 * commands in their order.
 *
 * @see https://helm.sh/docs/helm/helm_upgrade/
 */
export class HelmFiles {
  /**
   * @param releases in any order: those that others depend on come first
   * @throws for a release that is not whole, two of one name, and a circle
   */
  public static of(releases: ChartRelease[]): HelmFiles {
    return located('HelmFiles: ', () => {
      const ordered = inOrder(releases);
      const digits = String(ordered.length * 10).length;
      const files = ordered.map(({ release: { name, values } }, index) => ({
        name: `${String((index + 1) * 10).padStart(digits, '0')}-${name}.yaml`, release: name, content: Yaml.stringify(values),
      }));
      return new HelmFiles(files, new HelmReadme(ordered.map(({ release }, index) => ({ ...release, file: files[index].name }))).text);
    });
  }

  private constructor(
    private readonly all: readonly HelmValuesFile[],
    /** What to call, in which order, how to see that it worked, and the way back, as Markdown. */
    public readonly readme: string,
  ) {}

  /** The files of values, in the order of the installation. */
  public get files(): HelmValuesFile[] {
    return [...this.all];
  }

  /**
   * Writes the files and the README: whole, or not at all. Those of an earlier call in the directory are replaced.
   *
   * @param directory a directory of its own; throws when it holds files that were not written so, or that were changed since
   */
  public write(directory: string): void {
    new PlanFolder('HelmFiles', directory).write(new Map([['README.md', this.readme], ...this.all.map(({ name, content }): [string, string] => [name, content])]));
  }
}
