import { AddOnNeighbours, ChartOfAddOn, OUTSIDE_THE_MESH, checkAddOn, releaseOf, resourcesOf } from './add-on';
import { AddOnOptions } from './add-on-options';
import type { ChartRelease } from '../../install/chart-release';

/**
 * Jaeger in one process. It keeps traces in its memory, so that they are gone when the pod is; a store that stays is said by
 * `values.userconfig`.
 */
export interface JaegerAddOnOptions extends AddOnOptions {}

const CHART: ChartOfAddOn = { name: 'jaeger', chart: 'jaeger', repository: 'https://jaegertracing.github.io/helm-charts', version: '4.11.1' };

/** Where Kiali asks, by gRPC. */
export const JAEGER_QUERY_PORT = 16_685;
const UI_PORT = 16_686;

/** As others of the cluster call it. */
export function jaegerHost(namespace: string): string {
  return `${CHART.name}.${namespace}.svc.cluster.local`;
}

export function jaegerUrl(namespace: string): string {
  return `http://${CHART.name}.${namespace}:${UI_PORT}`;
}

export function jaegerRelease(options: JaegerAddOnOptions, { namespace }: AddOnNeighbours): ChartRelease {
  checkAddOn(options, '{}');
  return releaseOf(CHART, namespace, options, {
    fullnameOverride: CHART.name,
    jaeger: { podLabels: OUTSIDE_THE_MESH, ...resourcesOf(options) },
  }, []);
}
