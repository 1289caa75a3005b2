import { App, Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, HttpMatch, MeshService, MetricSource, RequestTimeout, ResilientService, Retries, RolloutEngine, RolloutGate, RolloutSteps,
  StringMatch,
} from 'cdk8s-istio';
import { namespace, releasedDeployment, service } from './application';

/** A service whose new versions Argo Rollouts brings in: a release is a change of the Deployment's image and version. */
export class ArgoRolloutsChart extends Chart {
  constructor(app: App, id: string) {
    super(app, id, { namespace: 'catalog' });
    namespace(this, 'catalog');
    const catalog = new MeshService(this, 'catalog', {
      service: service(this, 'catalog'),
      // The Rollout runs the pods of this template.
      workload: releasedDeployment(this, 'catalog', 'v7', 0),
    });

    new CanaryRollout(this, 'catalog-rollout', {
      service: catalog,
      steps: RolloutSteps.recipe({ pause: Duration.minutes(10) }),
      alwaysCanary: HttpMatch.header('x-canary', StringMatch.exact('true')),
      gates: [RolloutGate.successRate({ atLeast: 99.5 }), RolloutGate.latency({ percentile: 95, atMost: Duration.millis(400) })],
      metrics: MetricSource.prometheus('http://prometheus.istio-system:9090'),
      engine: RolloutEngine.argoRollouts({ replicas: 3 }),
    });

    // What holds for both versions, in every step.
    new ResilientService(this, 'catalog-resilience', {
      service: catalog,
      timeout: RequestTimeout.after(Duration.seconds(3)),
      retries: Retries.upTo(2, { perTryTimeout: Duration.seconds(1) }),
    });
  }
}
