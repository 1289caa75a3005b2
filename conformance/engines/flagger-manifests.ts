import { images, SERVICE } from './trial';
import { STEPS } from './trials';

const rest = { timeout: '3s', retries: { attempts: 2, backoff: '25ms', perTryTimeout: '1s', retryOn: '5xx' } };

export function flaggerManifests(namespace: string): string {
  const metadata = { name: SERVICE, namespace };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: SERVICE }, ports: [{ name: 'http', port: 9080 }] } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 2, selector: { matchLabels: { app: SERVICE } },
      template: { metadata: { labels: { app: SERVICE, version: 'v1' } }, spec: { containers: [{ name: 'app', image: images(namespace).before, ports: [{ containerPort: 9080 }] }] } } } },
    ...['primary', 'canary'].map((which) => ({ apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: `${SERVICE}-${which}`, namespace },
      spec: { host: `${SERVICE}-${which}`, exportTo: ['.'], trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5, consecutiveLocalOriginFailures: 3, splitExternalLocalOriginErrors: true } } } })),
    { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: `${SERVICE}-routes`, namespace, labels: { team: 'a' } }, spec: { hosts: [SERVICE], http: [
      { name: 'testers', match: [{ headers: { 'x-canary': { exact: 'true' } } }], route: [{ destination: { host: `${SERVICE}-canary` } }], ...rest },
      { name: 'primary', delegate: { name: SERVICE, namespace }, ...rest },
    ] } },
    // Until Flagger has made its own.
    { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata, spec: { http: [{ route: [{ destination: { host: SERVICE } }] }] } },
    { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', metadata, spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: SERVICE }, progressDeadlineSeconds: 60,
      service: { port: 9080, delegation: true, trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 } } },
      analysis: { interval: '10s', threshold: 1, stepWeights: STEPS, metrics: [
        { name: 'request-success-rate', thresholdRange: { min: 99 }, interval: '1m' }, { name: 'request-duration', thresholdRange: { max: 500 }, interval: '1m' }] },
    } },
  ].map((object) => JSON.stringify(object)).join('\n---\n');
}
