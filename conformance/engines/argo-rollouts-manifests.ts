import { PROMETHEUS } from './prometheus';
import { images, SERVICE } from './trial';
import { STEPS } from './trials';

const dest = (subset: string, weight?: number) => ({ destination: { host: SERVICE, subset, port: { number: 9080 } }, weight });
const rest = { timeout: '3s', retries: { attempts: 2, backoff: '25ms', perTryTimeout: '1s', retryOn: '5xx' } };
const target = 'reporter="destination",destination_service_name="reviews",destination_version="v2",destination_workload_namespace="{{args.namespace}}"';

export function argoManifests(namespace: string): string {
  const metadata = { name: SERVICE, namespace };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: SERVICE }, ports: [{ name: 'http', port: 9080 }] } },
    { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata, spec: { host: SERVICE,
      trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5, maxEjectionPercent: 34 } },
      subsets: [{ name: 'stable' }, { name: 'canary', labels: { app: SERVICE }, trafficPolicy: { connectionPool: { tcp: { maxConnections: 10 } } } }] } },
    { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { ...metadata, labels: { team: 'a' } }, spec: { hosts: [SERVICE], http: [
      { name: 'testers', match: [{ headers: { 'x-canary': { exact: 'true' } } }], route: [dest('canary')], ...rest },
      { name: 'primary', route: [dest('stable', 100), dest('canary', 0)], ...rest },
    ] } },
    { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', metadata, spec: { args: [{ name: 'namespace' }], metrics: [{
      name: 'errors', interval: '1s', count: 2, failureLimit: 0, successCondition: 'result[0] <= 0.05',
      provider: { prometheus: { address: PROMETHEUS, query:
        `(sum(rate(istio_requests_total{${target},response_code=~"5.."}[1m])) or vector(0)) / sum(rate(istio_requests_total{${target}}[1m]))` } },
    }, {
      name: 'latency', interval: '1s', count: 2, failureLimit: 0, successCondition: 'result[0] <= 500',
      provider: { prometheus: { address: PROMETHEUS, query: `histogram_quantile(0.95, sum by (le) (rate(istio_request_duration_milliseconds_bucket{${target}}[1m])))` } },
    }] } },
    { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata, spec: { replicas: 2, selector: { matchLabels: { app: SERVICE } },
      template: { metadata: { labels: { app: SERVICE, version: 'v1' } }, spec: { containers: [{ name: 'app', image: images(namespace).before }] } },
      strategy: { canary: { trafficRouting: { istio: { virtualService: { name: SERVICE, routes: ['primary'] },
        destinationRule: { name: SERVICE, canarySubsetName: 'canary', stableSubsetName: 'stable' } } },
      steps: STEPS.flatMap((setWeight) => [{ setWeight }, { pause: { duration: '3s' } },
        { analysis: { templates: [{ templateName: SERVICE }], args: [{ name: 'namespace', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } }] } }]) } } } },
  ].map((object) => JSON.stringify(object)).join('\n---\n');
}
