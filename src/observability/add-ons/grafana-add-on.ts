import { AddOnNeighbours, ChartOfAddOn, OUTSIDE_THE_MESH, checkAddOn, checkSecret, checkStorage, releaseOf, resourcesOf } from './add-on';
import { AddOnOptions } from './add-on-options';
import { jaegerUrl } from './jaeger-add-on';
import type { ChartRelease } from '../../install/chart-release';

export interface GrafanaAddOnOptions extends AddOnOptions {
  /** The Secret with the administrator's name and password, as `admin-user` and `admin-password`, in the add-ons' namespace. */
  readonly adminSecret: string;
  /**
   * The size of a volume for what people change in Grafana: "10Gi".
   *
   * @default - none: dashboards come from ConfigMaps, and what people change is gone when the pod is
   */
  readonly storage?: string;
}

const CHART: ChartOfAddOn = { name: 'grafana', chart: 'grafana', repository: 'https://grafana-community.github.io/helm-charts', version: '12.11.1' };
const PORT = 3000;

export function grafanaUrl(namespace: string): string {
  return `http://${CHART.name}.${namespace}:${PORT}`;
}

export function grafanaRelease(options: GrafanaAddOnOptions, { namespace, prometheus, jaeger }: AddOnNeighbours, seconds: number): ChartRelease {
  checkAddOn(options, "{ adminSecret: 'grafana-admin' }");
  const { adminSecret, storage } = options;
  checkSecret('adminSecret', adminSecret, 'with admin-user and admin-password, for example "grafana-admin"');
  checkStorage(storage);
  const datasources = [
    ...(prometheus === undefined ? [] : [{
      name: 'Prometheus',
      uid: 'prometheus',
      type: 'prometheus',
      access: 'proxy',
      url: prometheus,
      isDefault: true,
      // Grafana computes $__rate_interval from it.
      jsonData: { timeInterval: `${seconds}s` },
    }]),
    ...(jaeger === undefined ? [] : [{ name: 'Jaeger', uid: 'jaeger', type: 'jaeger', access: 'proxy', url: jaegerUrl(namespace) }]),
  ];
  return releaseOf(CHART, namespace, options, {
    fullnameOverride: CHART.name,
    service: { port: PORT },
    podLabels: OUTSIDE_THE_MESH,
    admin: { existingSecret: adminSecret },
    testFramework: { enabled: false },
    ...(storage === undefined ? {} : { persistence: { enabled: true, size: storage } }),
    ...(datasources.length === 0 ? {} : { datasources: { 'datasources.yaml': { apiVersion: 1, datasources } } }),
    // Dashboards of every namespace: ConfigMaps with this label.
    sidecar: { dashboards: { enabled: true, label: 'grafana_dashboard', resource: 'configmap', searchNamespace: 'ALL' } },
    ...resourcesOf(options),
  }, prometheus === undefined ? [] : ['prometheus']);
}
