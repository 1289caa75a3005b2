import { ComponentResources } from '../../install/component-resources';

/** What every add-on can be told. */
export interface AddOnOptions {
  /**
   * The chart's version, exact.
   *
   * @default - the one that the values were checked with, see the guide
   */
  readonly chartVersion?: string;
  /**
   * CPU and memory of its main container.
   *
   * @default - the chart's own
   */
  readonly resources?: ComponentResources;
  /**
   * Values of the chart: laid over those that wire it, at every depth. Lists are replaced, and null takes a default of the
   * chart away.
   *
   * @default - none
   */
  readonly values?: { readonly [key: string]: any };
}
