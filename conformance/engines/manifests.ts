import { ApiObject, App, Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, CanaryRolloutProps, GatewayRoutes, HttpMatch, HttpRoute, MeshService, MetricSource, RequestTimeout, ResilientService,
  Retries, RolloutEngine, RolloutGate, RolloutSteps, RolloutStep, StringMatch,
} from '../../src';
import { PROMETHEUS } from './prometheus';
import { imageOf, REPLICAS, SERVICE, Version } from './reviews';
import { Plan, STEPS } from './plans';

/** Where the service is public as well. */
export const PUBLIC = { host: 'shop.example.com', name: 'shop-example-com' };

/** How a rollout is described for one engine. */
export interface Described {
  readonly engine: RolloutEngine;
  /** How many pods the Deployment itself runs after the engine has taken it over. */
  readonly replicas: number;
  readonly pause: Duration;
  /** What all rollouts of this engine have beside the steps and gates. */
  readonly props?: Partial<CanaryRolloutProps>;
}

/**
 * What a user writes: a service with timeouts, retries, headers and rules of its own, of which one version after the other
 * is rolled out. It is what GitOps would apply for each version, complete.
 */
export function manifests(plan: Plan, version: Version, { engine, replicas, pause, props }: Described): string {
  const chart = new Chart(new App(), 'shop', { namespace: plan.namespace });
  const service = serviceOf(chart, version, version === 'v1' ? REPLICAS : replicas);
  new ResilientService(chart, 'resilience', {
    service,
    timeout: RequestTimeout.after(Duration.seconds(3)),
    retries: Retries.upTo(2, { perTryTimeout: Duration.seconds(1), backoff: Duration.millis(30) }),
    outlierDetection: { consecutive5xxErrors: 5, maxEjectionPercent: 50 },
  });
  new HttpRoute(chart, 'reports', {
    service,
    match: HttpMatch.path(StringMatch.prefix('/reports')),
    timeout: RequestTimeout.after(Duration.seconds(30)),
    requestHeaders: { set: { 'x-report': 'yes' } },
  });
  new CanaryRollout(chart, 'rollout', {
    service,
    steps: RolloutSteps.of(...STEPS.map((weight) => RolloutStep.to(weight, { pause }))),
    gates: [RolloutGate.successRate({ atLeast: 99 }), RolloutGate.latency({ percentile: 95, atMost: Duration.millis(500) })],
    metrics: MetricSource.prometheus(PROMETHEUS),
    engine,
    ...props,
    ...plan.props,
  });
  new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: [PUBLIC.host] })
    .addRoute(HttpMatch.path(StringMatch.prefix('/reviews')), service);
  return (chart.node.root as App).synthYaml();
}

function serviceOf(chart: Chart, version: Version, replicas: number): MeshService {
  const service = new ApiObject(chart, 'service', {
    apiVersion: 'v1', kind: 'Service', metadata: { name: SERVICE }, spec: { selector: { app: SERVICE }, ports: [{ name: 'http', port: 9080 }] },
  });
  const deployment = new ApiObject(chart, 'deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: SERVICE },
    spec: {
      replicas,
      selector: { matchLabels: { app: SERVICE } },
      template: {
        metadata: { labels: { app: SERVICE, version } },
        spec: { containers: [{ name: 'app', image: imageOf(chart.namespace!, version), ports: [{ containerPort: 9080 }] }] },
      },
    },
  });
  return new MeshService(chart, 'mesh', { service, workloads: [deployment] });
}
