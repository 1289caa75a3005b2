import { ApiObject, App, Chart, Duration, JsonPatch } from 'cdk8s';
import {
  CanaryRollout, FaultAbort, FaultDelay, FaultInjection, HttpMatch, MeshService, MirrorTarget, RequestTimeout, ResilientService, Retries, StringMatch,
  TrafficMirror,
} from 'cdk8s-istio';
import { deployment, service } from './application';
import { Experiment } from './experiment';

const NAMESPACE = 'shop';

/** Reviews asks ratings for stars. What does a page do when ratings is slow, or fails? */
export class ShopChart extends Chart {
  constructor(app: App, id: string, chaos: Experiment) {
    super(app, id, { namespace: NAMESPACE });

    const namespace = new ApiObject(this, 'namespace', {
      apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels: { 'istio-injection': 'enabled' } },
    });
    // A Namespace stands in no namespace, though cdk8s puts every object into its chart's.
    namespace.addJsonPatch(JsonPatch.remove('/metadata/namespace'));

    const reviews = new MeshService(this, 'reviews', {
      service: service(this, 'reviews'), workloads: [deployment(this, 'reviews', 'v2'), deployment(this, 'reviews', 'v3')],
    });
    const ratings = new MeshService(this, 'ratings', { service: service(this, 'ratings'), workload: deployment(this, 'ratings', 'v1') });

    // What has to hold when it gets rough. It also keeps a VirtualService in place when all faults are off, so that
    // `kubectl apply` takes them away.
    new ResilientService(this, 'ratings-resilience', {
      service: ratings,
      timeout: RequestTimeout.after(Duration.seconds(2)),
      retries: Retries.upTo(2, { perTryTimeout: Duration.millis(600) }),
    });

    // Who sends this header finds ratings slow: half of the requests wait.
    new FaultInjection(this, 'slow-ratings', {
      service: ratings,
      enabled: chaos.slowRatings,
      match: HttpMatch.header('x-chaos', StringMatch.exact('slow-ratings')),
      delay: FaultDelay.of(Duration.seconds(5), 50),
      expires: '2026-12-18T16:00:00+01:00',
    });

    // Everybody meets this one, so it is small, and over before the weekend.
    new FaultInjection(this, 'flaky-ratings', {
      service: ratings,
      enabled: chaos.flakyRatings,
      everyone: true,
      abort: FaultAbort.http(503, 0.1),
      expires: '2026-12-11T16:00:00+01:00',
    });

    // A new version of reviews sees a tenth of what is read, before anybody sees its answers.
    new CanaryRollout(this, 'reviews-v3', { service: reviews, stable: { version: 'v2' }, canary: { version: 'v3' }, weight: 0 });
    new TrafficMirror(this, 'reviews-shadow', {
      service: reviews,
      match: HttpMatch.methods('GET', 'HEAD'),
      mirrors: [MirrorTarget.subset('v3', { percentage: 10 })],
    });
  }
}
