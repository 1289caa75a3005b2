import { App, Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, HttpMatch, HttpRoute, MeshService, MetricSource, RequestTimeout, ResilientService, Retries, RolloutEngine, RolloutGate, RolloutSteps,
  StringMatch,
} from 'cdk8s-istio';
import { namespace, releasedDeployment, service } from './application';

/** A service whose new versions Flagger brings in: a release is a change of the Deployment's image. */
export class FlaggerChart extends Chart {
  constructor(app: App, id: string) {
    super(app, id, { namespace: 'basket' });
    namespace(this, 'basket');
    const basket = new MeshService(this, 'basket', {
      service: service(this, 'basket'),
      workload: releasedDeployment(this, 'basket', 'v3', 3),
    });

    new CanaryRollout(this, 'basket-rollout', {
      service: basket,
      steps: RolloutSteps.recipe({ pause: Duration.minutes(5) }),
      gates: [RolloutGate.successRate({ atLeast: 99.5 }), RolloutGate.latency({ percentile: 95, atMost: Duration.millis(400) })],
      metrics: MetricSource.prometheus('http://prometheus.istio-system:9090'),
      engine: RolloutEngine.flagger(),
    });

    // What holds for both versions, in every step: Flagger's own rule would know one timeout, and no backoff.
    new ResilientService(this, 'basket-resilience', {
      service: basket,
      timeout: RequestTimeout.after(Duration.seconds(3)),
      retries: Retries.upTo(2, { perTryTimeout: Duration.seconds(1), backoff: Duration.millis(50) }),
    });
    new HttpRoute(this, 'checkout', {
      service: basket,
      match: HttpMatch.path(StringMatch.exact('/checkout')),
      timeout: RequestTimeout.after(Duration.seconds(20)),
      retries: Retries.none(),
    });
  }
}
