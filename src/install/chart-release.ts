/**
 * A Helm chart that is installed: all that `helm upgrade --install` is given.
 *
 * @see https://helm.sh/docs/helm/helm_upgrade/
 */
export interface ChartRelease {
  /** The release's name, for example "istiod". */
  readonly name: string;

  /** Where it is installed. */
  readonly namespace: string;

  /** The chart's name in its repository, for example "istiod". */
  readonly chart: string;

  /** The URL of the chart's repository. */
  readonly repository: string;

  /** The chart's version, exact. */
  readonly version: string;

  /** The chart's values. */
  readonly values: { readonly [key: string]: any };

  /**
   * Names of the releases that have to be ready before this one.
   *
   * @default - none
   */
  readonly dependsOn?: string[];

  /**
   * Labels that its namespace has to have.
   *
   * @default - none
   */
  readonly namespaceLabels?: { readonly [label: string]: string };
}
