import { AddOnNeighbours, ChartOfAddOn, OUTSIDE_THE_MESH, checkAddOn, checkSecret, releaseOf, resourcesOf } from './add-on';
import { AddOnOptions } from './add-on-options';
import { JAEGER_QUERY_PORT } from './jaeger-add-on';
import type { ChartRelease } from '../../install/chart-release';

export interface KialiAddOnOptions extends AddOnOptions {
  /**
   * The Secret with the key that sessions are signed with, as `key`: 16, 24 or 32 characters, in the add-ons' namespace.
   */
  readonly signingKeySecret: string;
}

const CHART: ChartOfAddOn = { name: 'kiali', chart: 'kiali-server', repository: 'https://kiali.org/helm-charts', version: '2.27.0' };

export function kialiRelease(options: KialiAddOnOptions, { namespace, istioNamespace, prometheus, grafana, jaeger }: AddOnNeighbours): ChartRelease {
  checkAddOn(options, "{ signingKeySecret: 'kiali-signing-key' }");
  const { signingKeySecret } = options;
  checkSecret('signingKeySecret', signingKeySecret, 'with a key of 16, 24 or 32 characters as `key`, for example "kiali-signing-key"');
  return releaseOf(CHART, namespace, options, {
    // Users prove who they are by a token of their cluster; another way is said by `values`.
    auth: { strategy: 'token' },
    deployment: { instance_name: CHART.name, pod_labels: OUTSIDE_THE_MESH, ...resourcesOf(options) },
    external_services: {
      istio: { root_namespace: istioNamespace },
      ...(prometheus === undefined ? {} : { prometheus: { url: prometheus } }),
      grafana: grafana === undefined ? { enabled: false } : {
        enabled: true,
        internal_url: grafana.url,
        datasource_uid: 'prometheus',
        auth: { type: 'basic', username: `secret:${grafana.adminSecret}:admin-user`, password: `secret:${grafana.adminSecret}:admin-password` },
      },
      tracing: jaeger === undefined ? { enabled: false } : { enabled: true, provider: 'jaeger', use_grpc: true, internal_url: `http://${jaeger.host}:${JAEGER_QUERY_PORT}` },
    },
    login_token: { signing_key: `secret:${signingKeySecret}:key` },
  }, prometheus === undefined ? [] : ['prometheus']);
}
