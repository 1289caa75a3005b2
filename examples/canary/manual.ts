import { App, Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, GatewayRoutes, HttpMatch, MeshService, MetricSource, RequestTimeout, ResilientService, Retries, RolloutGate, RolloutStep,
  RolloutSteps, Stickiness, StringMatch,
} from 'cdk8s-istio';
import { deployment, namespace, service } from './application';

export const HOST = 'reviews.example.com';

/** A service whose new version a person brings in, folder by folder. */
export class ManualChart extends Chart {
  public readonly rollout: CanaryRollout;

  constructor(app: App, id: string) {
    super(app, id, { namespace: 'shop' });
    namespace(this, 'shop');
    const reviews = new MeshService(this, 'reviews', {
      service: service(this, 'reviews'),
      workloads: ['v1', 'v2'].map((version) => deployment(this, 'reviews', version)),
    });

    this.rollout = new CanaryRollout(this, 'reviews-rollout', {
      service: reviews,
      stable: { version: 'v1' },
      canary: { version: 'v2' },
      // Where it stands: the weight of the folder that is applied.
      weight: 0,
      steps: RolloutSteps.of(
        RolloutStep.to(10, { pause: Duration.minutes(30) }),
        RolloutStep.to(50, { pause: Duration.hours(2) }),
        RolloutStep.to(100),
      ),
      // Those who work on it see it first.
      alwaysCanary: HttpMatch.header('x-canary', StringMatch.exact('true')),
      // Then it gets copies of what is asked for; reviews has a database for each version.
      mirrorFirst: { percentage: 20, pause: Duration.minutes(30), safeForWrites: true },
      // Whoever has seen the new page keeps seeing it.
      stickiness: Stickiness.byCookie('reviews-rollout', Duration.days(7)),
      gates: [
        RolloutGate.successRate({ atLeast: 99.5, window: Duration.minutes(5) }),
        RolloutGate.latency({ percentile: 95, atMost: Duration.millis(400), window: Duration.minutes(5) }),
      ],
      metrics: MetricSource.prometheus('http://prometheus.istio-system:9090'),
    });

    // What holds for both versions, in every step.
    new ResilientService(this, 'reviews-resilience', {
      service: reviews,
      timeout: RequestTimeout.after(Duration.seconds(3)),
      retries: Retries.upTo(2, { perTryTimeout: Duration.seconds(1) }),
    });
    new GatewayRoutes(this, 'public', { gateway: 'istio-ingress/public', hosts: [HOST] }).addRoute(HttpMatch.any(), reviews);
  }
}
