import { Chart, Duration } from 'cdk8s';
import * as fc from 'fast-check';
import {
  AllowProps, CanaryRollout, CanaryRolloutProps, FlaggerOptions, GatewayRoutes, HashKey, HttpMatch, LoadBalancer, MeshPort, MeshService,
  MetricSource, OutlierDetection, RequestTimeout, ResilientService, Retries, RolloutEngine, RolloutGate, RolloutStep, RolloutSteps, Stickiness,
  StringMatch, TrafficSettings, ZeroTrustNamespace,
} from '../../src';
import { decide, requests } from '../support/istio-match';
import { Manifest, messageOf, rawWorkload, shop, synthesized } from '../support/shop';

const METRICS = MetricSource.prometheus('http://prometheus.istio-system:9090');
const STEPS = RolloutSteps.recipe({ pause: Duration.minutes(5) });
const PORTS = [MeshPort.http(9080, { targetPort: 8080, name: 'http-web' })];

function service(chart: Chart, ports: MeshPort[] = PORTS, labels: object = { app: 'reviews', part: 'shop' }): MeshService {
  const workload = rawWorkload(chart, 'reviews-app', { labels, podSpec: { serviceAccountName: 'reviews' } });
  return MeshService.fromName(chart, 'service', { name: 'reviews', namespace: 'shop', ports, workload });
}

function roll(chart: Chart, of: MeshService, props: Partial<CanaryRolloutProps> = {}, options: FlaggerOptions = {}): CanaryRollout {
  return new CanaryRollout(chart, 'canary', { service: of, engine: RolloutEngine.flagger(options), steps: STEPS, ...props });
}

type More = (chart: Chart, of: MeshService) => void;

function written(props: Partial<CanaryRolloutProps> = {}, options: FlaggerOptions = {}, more: More = () => {}): Manifest[] {
  const { app, chart } = shop();
  const of = service(chart);
  roll(chart, of, props, options);
  more(chart, of);
  return synthesized(app);
}

function one(manifests: Manifest[], kind: string, name: string): Manifest {
  const found = manifests.filter((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  expect(found).toHaveLength(1);
  return found[0];
}

function resilient(settings: TrafficSettings = {}) {
  return (chart: Chart, of: MeshService) => {
    new ResilientService(chart, 'resilience', { service: of, timeout: RequestTimeout.after(Duration.seconds(3)), retries: Retries.upTo(2, { backoff: Duration.millis(30) }), ...settings });
  };
}

describe('the Canary', () => {
  test('releases the Deployment behind the service, through its one port', () => {
    const { spec, metadata } = one(written(), 'Canary', 'reviews-app');
    expect(metadata).toEqual({ name: 'reviews-app', namespace: 'shop' });
    expect(spec).toMatchObject({
      provider: 'istio',
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'reviews-app' },
      service: { name: 'reviews', port: 9080, targetPort: 8080, portName: 'http-web', appProtocol: 'http', delegation: true },
    });
    expect(spec).not.toHaveProperty('autoscalerRef');
  });

  test('goes by the steps, one in each interval, and back at the first answer that fails', () => {
    expect(one(written(), 'Canary', 'reviews-app').spec.analysis).toEqual({ interval: '300s', threshold: 1, stepWeights: [10, 30, 50, 90, 100] });
  });

  test('asks every gate by a template of its own, about the canary\'s workload', () => {
    const gates = [RolloutGate.successRate({ atLeast: 99 }), RolloutGate.latency({ percentile: 95, atMost: Duration.millis(500) })];
    const manifests = written({ gates, metrics: METRICS }, { failureLimit: 3 });
    expect(one(manifests, 'Canary', 'reviews-app').spec.analysis).toMatchObject({
      threshold: 4,
      metrics: [
        { name: 'success-rate', interval: '300s', templateRef: { name: 'reviews-success-rate', namespace: 'shop' }, thresholdRange: { min: 99 } },
        { name: 'latency-p95', interval: '300s', templateRef: { name: 'reviews-latency-p95', namespace: 'shop' }, thresholdRange: { max: 500 } },
      ],
    });
    for (const name of ['reviews-success-rate', 'reviews-latency-p95']) {
      const { provider, query } = one(manifests, 'MetricTemplate', name).spec;
      expect(provider).toEqual({ type: 'prometheus', address: 'http://prometheus.istio-system:9090' });
      expect(query).toContain('destination_workload="reviews-app"');
      expect(query).toContain('destination_workload_namespace="shop"');
      expect(query).not.toContain('destination_version');
    }
    const kinds = manifests.map(({ kind }) => kind);
    expect(kinds.lastIndexOf('MetricTemplate')).toBeLessThan(kinds.indexOf('Canary'));
  });

  test('mirrors first, or keeps users by a cookie, in its own way', () => {
    const mirrored = written({ mirrorFirst: { percentage: 20, pause: Duration.minutes(5), safeForWrites: true } });
    expect(one(mirrored, 'Canary', 'reviews-app').spec.analysis).toMatchObject({ mirror: true, mirrorWeight: 20 });
    const sticky = written({ stickiness: Stickiness.byCookie('reviews', Duration.days(1)) });
    expect(one(sticky, 'Canary', 'reviews-app').spec.analysis).toMatchObject({ sessionAffinity: { cookieName: 'reviews', maxAge: 86400 } });
  });

  test('carries the service\'s traffic policy, which its own DestinationRules are made from', () => {
    const outlierDetection: OutlierDetection = { consecutive5xxErrors: 3, maxEjectionPercent: 50 };
    const policy = one(written({}, {}, resilient({ outlierDetection, connectionPool: { http: { maxPendingRequests: 7 } } })), 'Canary', 'reviews-app').spec.service.trafficPolicy;
    expect(policy).toEqual({
      connectionPool: { http: { http1MaxPendingRequests: 7 } },
      outlierDetection: { consecutive5xxErrors: 3, consecutiveGatewayErrors: 0, maxEjectionPercent: 50 },
    });
  });

  test('is as its options say', () => {
    const options = { autoscaler: 'reviews-hpa', metadata: { name: 'reviews-canary', labels: { team: 'a' } } };
    const { spec, metadata } = one(written({}, options), 'Canary', 'reviews-canary');
    expect(metadata).toEqual({ name: 'reviews-canary', namespace: 'shop', labels: { team: 'a' } });
    expect(spec.autoscalerRef).toEqual({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'reviews-hpa' });
  });
});

describe('the service\'s VirtualService', () => {
  test('leaves its name to Flagger\'s, and leads there with all that the service says', () => {
    const { spec } = one(written({}, {}, resilient()), 'VirtualService', 'reviews-routes');
    expect(spec.hosts).toEqual(['reviews.shop.svc.cluster.local']);
    const led = spec.http.filter(({ delegate }: any) => delegate !== undefined);
    expect(led.length).toBeGreaterThan(1);
    for (const rule of led) {
      expect(rule).toMatchObject({ delegate: { name: 'reviews', namespace: 'shop' }, timeout: '3s' });
      expect(rule).not.toHaveProperty('route');
    }
    expect(led.map(({ retries }: any) => retries?.backoff)).toContain('30ms');
  });

  test('sends every request to the Service while Flagger has not written its own', () => {
    const { http } = one(written({}, {}, resilient()), 'VirtualService', 'reviews-routes').spec;
    const policy = ({ delegate, route, match, ...rest }: any) => rest;
    fc.assert(fc.property(requests, (request) => {
      const rule = decide(http.filter(({ delegate }: any) => delegate === undefined), request);
      expect(rule.route).toEqual([{ destination: { host: 'reviews.shop.svc.cluster.local' } }]);
      const led = decide(http, request);
      expect(led).toHaveProperty('delegate');
      expect(policy(rule)).toEqual(policy(led));
    }));
  });

  test('gives Istio nothing to warn of', () => {
    const warned = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    written({}, {}, (chart, of) => {
      resilient()(chart, of);
      new GatewayRoutes(chart, 'public', { gateway: 'ingress/public', hosts: ['shop.example.com'] })
        .addRoute(HttpMatch.path(StringMatch.prefix('/reviews/')), of).addRoute(HttpMatch.path(StringMatch.exact('/reviews')), of);
    });
    const warnings = warned.mock.calls.map(([text]) => text);
    warned.mockRestore();
    expect(warnings).toEqual([]);
  });

  test('has the same name in whatever order the constructs are made', () => {
    const { app, chart } = shop();
    const of = service(chart);
    resilient()(chart, of);
    roll(chart, of);
    expect(synthesized(app).filter(({ kind }) => kind === 'VirtualService').map(({ metadata }) => metadata.name)).toEqual(['reviews-routes']);
    expect(of.virtualService!.name).toBe('reviews-routes');
  });

  test('keeps a name of the user\'s own, unless it is the one that Flagger takes', () => {
    for (const [given, name] of [['mine', 'mine'], ['reviews', 'reviews-routes']]) {
      const { app, chart } = shop();
      const of = MeshService.fromName(chart, 'service', { name: 'reviews', namespace: 'shop', ports: PORTS, workload: rawWorkload(chart, 'reviews-app'), metadata: { name: given } });
      roll(chart, of, {}, {});
      // rawWorkload's pods have one label, app.
      expect(synthesized(app).filter(({ kind }) => kind === 'VirtualService').map(({ metadata }) => metadata.name)).toEqual([name]);
    }
  });

  test('of a public host leads there as well', () => {
    const { http } = one(written({}, {}, (chart, of) => {
      new GatewayRoutes(chart, 'public', { gateway: 'ingress/public', hosts: ['shop.example.com'] }).addRoute(HttpMatch.path(StringMatch.prefix('/reviews/')), of);
    }), 'VirtualService', 'shop-example-com').spec;
    expect(http[0]).toMatchObject({ match: [{ uri: { prefix: '/reviews/' } }], delegate: { name: 'reviews', namespace: 'shop' } });
    expect(http[1]).toMatchObject({ match: [{ uri: { regex: '/reviews/.*' } }], route: [{ destination: { host: 'reviews.shop.svc.cluster.local' } }] });
  });
});

describe('refused, with what to do instead:', () => {
  test.each<[what: string, props: Partial<CanaryRolloutProps>, message: string]>([
    ['versions', { stable: { version: 'v1' }, canary: { version: 'v2' } }, '[shop/canary] `stable` is given, but with Flagger both versions come from one Deployment'],
    ['a weight', { weight: 0 }, '[shop/canary] weight is 0, but Flagger sets the weights, by `steps`. Leave it out.'],
    ['testers', { alwaysCanary: HttpMatch.header('x-canary', StringMatch.exact('true')) }, '[shop/canary] `alwaysCanary`: between releases Flagger runs no pod of the canary'],
    ['a hash', { stickiness: Stickiness.byHash(HashKey.header('x-user')) }, '[shop/canary] stickiness by a hash is not written for Flagger'],
    [
      'a mirror and a cookie', { mirrorFirst: { pause: Duration.minutes(5), safeForWrites: true }, stickiness: Stickiness.byCookie('c', Duration.days(1)) },
      '[shop/canary] `stickiness` and `mirrorFirst`: Flagger would copy only the requests of users who stay with a version',
    ],
    ['a person to wait for', { steps: RolloutSteps.recipe() }, '[shop/canary] a step has no `pause`, but Flagger waits for nobody.'],
    ['a mirror that waits for a person', { mirrorFirst: {} }, '[shop/canary] a step has no `pause`'],
    [
      'pauses that differ', { steps: RolloutSteps.of(RolloutStep.to(10, { pause: Duration.minutes(5) }), RolloutStep.to(100, { pause: Duration.minutes(10) })) },
      '[shop/canary] the pauses of the steps are 5 minutes and 10 minutes, but Flagger takes a step in every interval.',
    ],
    ['a pause that is too short', { steps: RolloutSteps.recipe({ pause: Duration.seconds(9) }) }, '[shop/canary] the pause of the steps is 9000 ms; Flagger takes whole seconds from 10 s on.'],
    ['a pause of no whole seconds', { steps: RolloutSteps.recipe({ pause: Duration.millis(10_500) }) }, 'is 10500 ms; Flagger takes whole seconds'],
  ])('%s', (_, props, message) => {
    const { chart } = shop();
    expect(messageOf(() => roll(chart, service(chart), props))).toContain(message);
  });

  test.each<[what: string, ports: MeshPort[], has: string]>([
    ['several ports', [MeshPort.http(80), MeshPort.http(81)], '80 (HTTP), 81 (HTTP)'],
    ['a port of bytes', [MeshPort.tcp(5432)], '5432 (TCP)'],
  ])('%s', (_, ports, has) => {
    const { app, chart } = shop();
    roll(chart, service(chart, ports));
    expect(messageOf(() => app.synthYaml())).toContain(`Flagger leads requests to one HTTP port, and reviews has ${has}.`);
  });

  test.each<[lost: string, settings: TrafficSettings]>([
    ['connectionPool.tcp', { connectionPool: { tcp: { maxConnections: 1 } } }],
    ['loadBalancer.warmup', { loadBalancer: LoadBalancer.roundRobin({ warmUp: { duration: Duration.minutes(1) } }) }],
    ['outlierDetection.consecutive5xxErrors', { outlierDetection: { consecutive5xxErrors: 0, consecutiveGatewayErrors: 3 } }],
  ])('a policy that Flagger would lose: %s', (lost, settings) => {
    const { app, chart } = shop();
    const of = service(chart);
    roll(chart, of);
    resilient(settings)(chart, of);
    expect(messageOf(() => app.synthYaml())).toContain(`would lose ${lost}, as its own format has no such field.`);
  });

  test('a subset', () => {
    const { app, chart } = shop();
    roll(chart, service(chart).addSubset('v9', { version: 'v9' }));
    expect(messageOf(() => app.synthYaml())).toContain('defines the subset "v9" of reviews, but Flagger has a Service for each version');
  });

  test('a Deployment that selects its pods by no label which Flagger knows', () => {
    const { app, chart } = shop();
    roll(chart, service(chart, PORTS, { tier: 'web' }));
    expect(messageOf(() => app.synthYaml())).toContain('Flagger needs a Deployment that selects its pods by one of the labels app, name, app.kubernetes.io/name; reviews-app selects by tier.');
  });

  test('a policy that selects by the label which Flagger changes on the pods that everybody gets', () => {
    const { app, chart } = shop();
    const of = service(chart);
    roll(chart, of);
    const allow: AllowProps = { caller: of, target: of };
    new ZeroTrustNamespace(chart, 'zero-trust', { namespace: 'shop' }).allow(allow);
    expect(messageOf(() => app.synthYaml())).toMatch(/the AuthorizationPolicy \S+ \[\S+\] selects pods by app=reviews, and Flagger runs everybody's pods with app=reviews-primary: it would not hold for them\./);
  });

  test('half a failure, and an autoscaler without a name', () => {
    expect(messageOf(() => RolloutEngine.flagger({ failureLimit: -1 }))).toContain('`failureLimit` is -1; a whole number from 0 is allowed.');
    expect(messageOf(() => RolloutEngine.flagger({ autoscaler: '' }))).toContain('`autoscaler` is "". Give the name of a HorizontalPodAutoscaler.');
  });
});
