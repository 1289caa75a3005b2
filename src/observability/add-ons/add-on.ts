import { AddOnOptions } from './add-on-options';
import type { ChartRelease } from '../../install/chart-release';
import { checkResources, containerResources } from '../../install/component-resources';
import { Values, isValues, mergeValues } from '../../install/merge-values';
import { checkProps, checkText } from '../../model/given';
import { describeValue } from '../../semantics/describe-value';
import { isDnsName } from '../../semantics/kubernetes-name';

/** Proxies would stand between it and what it watches, and it is reached without them. */
export const OUTSIDE_THE_MESH = { 'sidecar.istio.io/inject': 'false' };

export interface ChartOfAddOn {
  readonly name: string;
  readonly chart: string;
  readonly repository: string;
  /** The one whose rendering was looked at. */
  readonly version: string;
}

/** What the add-ons know of each other. */
export interface AddOnNeighbours {
  readonly namespace: string;
  readonly istioNamespace: string;
  /** URLs of those that are there. */
  readonly prometheus?: string;
  readonly grafana?: { readonly url: string; readonly adminSecret: string };
  readonly jaeger?: { readonly host: string };
}

export function releaseOf(chart: ChartOfAddOn, namespace: string, options: AddOnOptions, values: Values, dependsOn: readonly string[]): ChartRelease {
  return {
    name: chart.name,
    namespace,
    chart: chart.chart,
    repository: chart.repository,
    version: options.chartVersion ?? chart.version,
    values: mergeValues(values, options.values ?? {}),
    ...(dependsOn.length > 0 ? { dependsOn: [...dependsOn] } : {}),
  };
}

export function resourcesOf({ resources }: AddOnOptions): Values {
  return resources === undefined ? {} : { resources: containerResources(resources) };
}

/** What every add-on can be told. */
export function checkAddOn(options: AddOnOptions, example: string): void {
  checkProps(options, example);
  const { chartVersion, resources, values } = options;
  if (chartVersion !== undefined) checkText('chartVersion', chartVersion, '1.2.3');
  if (resources !== undefined) checkResources('resources', resources, {});
  if (values !== undefined && !isValues(values)) throw new Error(`\`values\` is ${describeValue(values)}. Give values of the chart as an object.`);
}

/** The name of a Secret, which somebody else makes: no password stands in code. */
export function checkSecret(field: string, name: unknown, what: string): void {
  if (typeof name === 'string' && isDnsName(name)) return;
  throw new Error(`\`${field}\` is ${describeValue(name)}. Give the name of a Secret ${what}. Left to the chart, a new one would be made up at each rendering.`);
}

export function checkStorage(storage: unknown): void {
  if (storage === undefined || (typeof storage === 'string' && /^[1-9][0-9]*(Mi|Gi|Ti)$/.test(storage))) return;
  throw new Error(`\`storage\` is ${describeValue(storage)}. Give the size of a volume in the notation of Kubernetes, for example "50Gi".`);
}
