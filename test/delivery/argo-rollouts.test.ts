import { Chart, Duration } from 'cdk8s';
import {
  ArgoRolloutsOptions, CanaryRollout, CanaryRolloutProps, GatewayRoutes, HashKey, HttpMatch, MeshPort, MeshService, MetricSource,
  RequestTimeout, ResilientService, Retries, RolloutEngine, RolloutGate, RolloutStep, RolloutSteps, Stickiness, StringMatch,
} from '../../src';
import { decide } from '../support/istio-match';
import { Manifest, messageOf, rawWorkload, shop, synthesized } from '../support/shop';

const METRICS = MetricSource.prometheus('http://prometheus.istio-system:9090');
const GATES = [RolloutGate.successRate({ atLeast: 99 }), RolloutGate.latency({ percentile: 95, atMost: Duration.millis(500) })];

function deployment(chart: Chart, labels: object = { app: 'reviews', version: 'v7' }, spec: object = { replicas: 0 }) {
  const template = { metadata: { labels }, spec: { containers: [] } };
  return rawWorkload(chart, 'reviews', { labels, spec: { selector: { matchLabels: { app: 'reviews' } }, template, ...spec } });
}

function service(chart: Chart, workload = deployment(chart)): MeshService {
  return MeshService.fromName(chart, 'service', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(9080)], workload });
}

function roll(chart: Chart, of: MeshService, props: Partial<CanaryRolloutProps> = {}, options: ArgoRolloutsOptions = {}): CanaryRollout {
  return new CanaryRollout(chart, 'canary', { service: of, engine: RolloutEngine.argoRollouts({ replicas: 3, ...options }), ...props });
}

type More = (chart: Chart, of: MeshService) => void;

function written(props: Partial<CanaryRolloutProps> = {}, options: ArgoRolloutsOptions = {}, more: More = () => {}): Manifest[] {
  const { app, chart } = shop();
  const of = service(chart);
  roll(chart, of, props, options);
  more(chart, of);
  return synthesized(app);
}

function one(manifests: Manifest[], kind: string, name: string = 'reviews'): Manifest {
  const found = manifests.filter((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  expect(found).toHaveLength(1);
  return found[0];
}

const REQUEST = { path: '/', method: 'POST', port: 9080, headers: {}, query: {} };

describe('the Rollout', () => {
  test('takes the Deployment\'s template, pods and selector', () => {
    const { spec, metadata } = one(written(), 'Rollout');
    expect(metadata).toEqual({ name: 'reviews', namespace: 'shop' });
    expect(spec).toMatchObject({
      replicas: 3,
      selector: { matchLabels: { app: 'reviews' } },
      workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'reviews', scaleDown: 'never' },
    });
    expect(spec).not.toHaveProperty('template');
  });

  test('goes by the steps, each with its pause, or until a person goes on', () => {
    const [ten, ninety] = [{ pause: Duration.minutes(10) }, { pause: Duration.seconds(90) }];
    const steps = RolloutSteps.of(RolloutStep.to(5, ten), RolloutStep.to(50), RolloutStep.to(100, ninety));
    expect(one(written({ steps }), 'Rollout').spec.strategy.canary.steps).toEqual([
      { setWeight: 5 }, { pause: { duration: '10m' } }, { setWeight: 50 }, { pause: {} }, { setWeight: 100 }, { pause: { duration: '90s' } },
    ]);
  });

  test('asks the gates at the end of each step, and all the time from the first weight on', () => {
    const { canary } = one(written({ gates: GATES, metrics: METRICS, steps: RolloutSteps.of(RolloutStep.to(100)) }), 'Rollout').spec.strategy;
    const args = [{ name: 'version', value: 'v7' }];
    expect(canary.steps).toEqual([{ setWeight: 100 }, { pause: {} }, { analysis: { templates: [{ templateName: 'reviews-gates' }], args } }]);
    expect(canary.analysis).toEqual({ templates: [{ templateName: 'reviews-watch' }], args, startingStep: 1 });
  });

  test('may change just the rules that share requests out, in every VirtualService that has them', () => {
    const manifests = written({ alwaysCanary: HttpMatch.header('x-canary', StringMatch.exact('true')) }, {}, (chart, of) => {
      new ResilientService(chart, 'resilience', { service: of, timeout: RequestTimeout.after(Duration.seconds(3)), retries: Retries.upTo(2) });
      new GatewayRoutes(chart, 'public', { gateway: 'ingress/public', hosts: ['shop.example.com'], namespace: 'edge' })
        .addRoute(HttpMatch.path(StringMatch.prefix('/reviews/')), of);
    });
    const { istio } = one(manifests, 'Rollout').spec.strategy.canary.trafficRouting;
    expect(istio.destinationRule).toEqual({ name: 'reviews', stableSubsetName: 'stable', canarySubsetName: 'canary' });
    expect(istio.virtualServices.map(({ name }: any) => name).sort()).toEqual(['reviews.shop', 'shop-example-com.edge']);
    for (const { name, routes } of istio.virtualServices) {
      const [object, namespace] = name.split('.');
      const { http } = manifests.find(({ kind, metadata }) => kind === 'VirtualService' && metadata.name === object && metadata.namespace === namespace)!.spec;
      // Exactly those with both subsets, each by a name of its own.
      expect(routes).toEqual(http.filter(({ route }: any) => route.length === 2).map((rule: any) => rule.name));
      expect(new Set(routes).size).toBe(routes.length);
      expect(routes.length).toBeGreaterThan(1);
      for (const { route } of http) expect(route.map(({ destination, weight }: any) => [destination.subset, weight])).toEqual(route.length === 2 ? [['stable', 100], ['canary', 0]] : [['canary', undefined]]);
    }
  });

  test('keeps a failed canary\'s pods where testers always reach it: those that a step of their own asked for', () => {
    const { canary } = one(written({ alwaysCanary: HttpMatch.header('x-canary', StringMatch.exact('true')) }), 'Rollout').spec.strategy;
    expect(canary.abortScaleDownDelaySeconds).toBe(0);
    const weights = canary.steps.flatMap(({ setWeight }: any) => setWeight ?? []);
    expect(canary.steps.flatMap(({ setCanaryScale }: any) => setCanaryScale ?? [])).toEqual(weights.map((weight: number) => ({ weight })));
    for (const [index, { setWeight }] of canary.steps.entries()) {
      if (setWeight !== undefined) expect(canary.steps[index - 1]).toEqual({ setCanaryScale: { weight: setWeight } });
    }
    const withoutTesters = one(written(), 'Rollout').spec.strategy.canary;
    expect(withoutTesters).not.toHaveProperty('abortScaleDownDelaySeconds');
    expect(JSON.stringify(withoutTesters.steps)).not.toContain('setCanaryScale');
  });

  test('adopts a Deployment that runs: as many pods, and its own go when the Rollout\'s are there', () => {
    const { app, chart } = shop();
    const of = service(chart, deployment(chart, { app: 'reviews', version: 'v7' }, { replicas: 4 }));
    new CanaryRollout(chart, 'canary', { service: of, engine: RolloutEngine.argoRollouts({ adopts: true }) });
    expect(one(synthesized(app), 'Rollout').spec).toMatchObject({ replicas: 4, workloadRef: { scaleDown: 'onsuccess' } });
  });

  test('is applied after everything that it speaks of', () => {
    const kinds = written({ gates: GATES, metrics: METRICS }).map(({ kind }) => kind);
    for (const before of ['DestinationRule', 'VirtualService', 'AnalysisTemplate']) expect(kinds.lastIndexOf(before)).toBeLessThan(kinds.indexOf('Rollout'));
  });

  test('is as its options say', () => {
    const options = { replicas: 5, metadata: { name: 'reviews-rollout', labels: { team: 'a' } } };
    const { spec, metadata } = one(written({}, options), 'Rollout', 'reviews-rollout');
    expect(metadata).toEqual({ name: 'reviews-rollout', namespace: 'shop', labels: { team: 'a' } });
    expect(spec).toMatchObject({ replicas: 5, workloadRef: { name: 'reviews' } });
  });
});

test('the subsets name no version, as the engine tells pods apart by its own hash', () => {
  expect(one(written(), 'DestinationRule').spec.subsets.map(({ name, labels = {} }: any) => ({ name, labels }))).toEqual([
    { name: 'canary', labels: {} }, { name: 'stable', labels: {} },
  ]);
});

test('timeouts and retries of the service hold on every rule', () => {
  const { spec } = one(written({ alwaysCanary: HttpMatch.header('x-canary', StringMatch.exact('true')) }, {}, (chart, of) => {
    new ResilientService(chart, 'resilience', { service: of, timeout: RequestTimeout.after(Duration.seconds(3)), retries: Retries.upTo(2) });
  }), 'VirtualService');
  for (const rule of spec.http) expect(rule.timeout).toBe('3s');
  expect(decide(spec.http, { ...REQUEST, method: 'GET', headers: { 'x-canary': 'true' } })).toMatchObject({ route: [{ destination: { subset: 'canary' } }], retries: { attempts: 2 } });
});

test('users are kept by a hash in the rules that the engine changes', () => {
  const manifests = written({ stickiness: Stickiness.byHash(HashKey.header('x-user'), { callerNamespaces: ['web'] }) });
  const [{ routes }] = one(manifests, 'Rollout').spec.strategy.canary.trafficRouting.istio.virtualServices;
  const [rule] = one(manifests, 'VirtualService').spec.http;
  expect(routes).toEqual([rule.name]);
  // The engine changes the weights and keeps the order, so that the canary's part of the hashes only grows.
  expect(rule.route.map(({ destination, weight }: any) => [destination.subset, weight])).toEqual([['stable', 100], ['canary', 0]]);
  const { metadata, spec } = manifests.find(({ kind }) => kind === 'EnvoyFilter')!;
  expect(metadata.namespace).toBe('web');
  expect(spec.configPatches.map(({ match }: any) => match.routeConfiguration.vhost.route.name)).toEqual(routes);
});

describe('an AnalysisTemplate', () => {
  const templates = () => written({ gates: [...GATES, RolloutGate.query({ name: 'queue', query: 'max(queue)', atLeast: 1, atMost: 9 })], metrics: METRICS }, { failureLimit: 2, interval: Duration.seconds(30) });

  test('asks the source for the new version\'s figures alone', () => {
    const { args, metrics } = one(templates(), 'AnalysisTemplate', 'reviews-gates').spec;
    expect(args).toEqual([{ name: 'version' }]);
    expect(metrics.map(({ name, successCondition, failureLimit }: any) => [name, successCondition, failureLimit])).toEqual([
      ['success-rate', 'result[0] >= 99', 2], ['latency-p95', 'result[0] <= 500', 2], ['queue', 'result[0] >= 1 && result[0] <= 9', 2],
    ]);
    for (const { provider: { prometheus } } of metrics) expect(prometheus.address).toBe('http://prometheus.istio-system:9090');
    for (const { provider: { prometheus } } of metrics.slice(0, 2)) {
      expect(prometheus.query).toContain('destination_service_name="reviews"');
      expect(prometheus.query).toContain('destination_service_namespace="shop"');
      expect(prometheus.query).toContain('destination_version="{{args.version}}"');
    }
  });

  test('asks once at the end of a step, and in every interval in between', () => {
    for (const metric of one(templates(), 'AnalysisTemplate', 'reviews-gates').spec.metrics) {
      expect(metric).toMatchObject({ count: 1 });
      expect(metric).not.toHaveProperty('interval');
    }
    for (const metric of one(templates(), 'AnalysisTemplate', 'reviews-watch').spec.metrics) {
      expect(metric).toMatchObject({ interval: '30s', initialDelay: '30s' });
      expect(metric).not.toHaveProperty('count');
    }
  });

  test('needs no version where no gate speaks of one', () => {
    const manifests = written({ gates: [RolloutGate.query({ name: 'queue', query: 'max(queue)', atMost: 9 })], metrics: METRICS });
    expect(one(manifests, 'AnalysisTemplate', 'reviews-gates').spec).not.toHaveProperty('args');
    expect(one(manifests, 'Rollout').spec.strategy.canary.analysis).not.toHaveProperty('args');
  });

  test('is not there without gates', () => {
    expect(written().map(({ kind }) => kind)).not.toContain('AnalysisTemplate');
  });
});

describe('refused, with what to do instead:', () => {
  test.each<[what: string, props: Partial<CanaryRolloutProps>, message: string]>([
    ['versions', { stable: { version: 'v1' }, canary: { version: 'v2' } }, '[shop/canary] `stable` is given, but with Argo Rollouts both versions come from one Deployment'],
    ['one version', { canary: { version: 'v2' } }, '[shop/canary] `canary` is given'],
    ['a weight', { weight: 10 }, '[shop/canary] weight is 10, but Argo Rollouts sets the weights, by `steps`. Leave it out.'],
    ['a mirror', { mirrorFirst: {} }, '[shop/canary] `mirrorFirst`: the rule by which Argo Rollouts mirrors stands above all others and has none of their timeouts'],
    ['a cookie', { stickiness: Stickiness.byCookie('c', Duration.days(1)) }, '[shop/canary] stickiness by a cookie: when Argo Rollouts goes back'],
  ])('%s', (_, props, message) => {
    const { chart } = shop();
    expect(messageOf(() => roll(chart, service(chart), props))).toContain(message);
  });

  test('a service whose Deployment is not known, or is none', () => {
    const { chart } = shop();
    const unknown = MeshService.fromName(chart, 'unknown', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(9080)] });
    expect(messageOf(() => roll(chart, unknown))).toContain('[shop/canary] Argo Rollouts releases the versions of one Deployment, and no workload of reviews is known. Give the Deployment');
    const stateful = MeshService.fromName(chart, 'stateful', { name: 'db', namespace: 'shop', ports: [MeshPort.http(80)], workload: rawWorkload(chart, 'db', { kind: 'StatefulSet' }) });
    expect(messageOf(() => new CanaryRollout(chart, 'db-canary', { service: stateful, engine: RolloutEngine.argoRollouts() }))).toContain('[shop/db-canary] Argo Rollouts releases the versions of a Deployment, and db is a StatefulSet.');
  });

  test('two Deployments, of which none is named; one that is named is taken', () => {
    const withTwo = () => {
      const { app, chart } = shop();
      const workloads = ['reviews-v1', 'reviews-v2'].map((name) => rawWorkload(chart, name, { spec: { replicas: 0 } }));
      const of = MeshService.fromName(chart, 'service', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(9080)], workloads });
      return { app, chart, of, workloads };
    };
    const unnamed = withTwo();
    expect(messageOf(() => roll(unnamed.chart, unnamed.of))).toContain('reviews has the workloads reviews-v1 and reviews-v2');
    const { app, chart, of, workloads: [, v2] } = withTwo();
    roll(chart, of, {}, { workload: v2 });
    expect(one(synthesized(app), 'Rollout', 'reviews-v2').spec.workloadRef.name).toBe('reviews-v2');
  });

  test('pods without a label that tells versions apart, where a gate is about one', () => {
    const { app, chart } = shop();
    roll(chart, service(chart, deployment(chart, { app: 'reviews' })), { gates: GATES, metrics: METRICS });
    expect(messageOf(() => app.synthYaml())).toContain('[shop/canary] the gate success-rate is about the new version alone, and Istio\'s metrics tell the versions of one workload apart by the pods\' label `version`, which those of reviews do not have.');
  });

  test('an unknown number of pods', () => {
    const { app, chart } = shop();
    new CanaryRollout(chart, 'canary', { service: service(chart), engine: RolloutEngine.argoRollouts() });
    expect(messageOf(() => app.synthYaml())).toContain('[shop/canary] nothing says how many pods the Rollout of reviews runs. Give `replicas` to RolloutEngine.argoRollouts(...).');
  });

  test.each([
    ['two', { replicas: 2 }, 'says replicas: 2, so pods of each new version would run beside the Rollout and get requests at once. Let it say `replicas: 0`, and give 2 to'],
    ['as many as nobody says', {}, 'says nothing of `replicas`, which is 1, so pods'],
  ])('pods of the Deployment beside the Rollout: %s', (_, spec, message) => {
    const { app, chart } = shop();
    roll(chart, service(chart, deployment(chart, { app: 'reviews', version: 'v7' }, spec)));
    expect(messageOf(() => app.synthYaml())).toContain(`the Deployment reviews ${message}`);
  });

  test('a service without HTTP', () => {
    const { app, chart } = shop();
    roll(chart, MeshService.fromName(chart, 'db', { name: 'db', namespace: 'shop', ports: [MeshPort.tcp(5432)], workload: deployment(chart) }));
    expect(messageOf(() => app.synthYaml())).toContain('Argo Rollouts changes the weights of HTTP rules, and db has 5432 (TCP). Use RolloutEngine.manual().');
  });

  test('a subset of somebody else, which the engine would delete', () => {
    const { app, chart } = shop();
    const of = service(chart).addSubset('v9', { version: 'v9' });
    roll(chart, of);
    expect(messageOf(() => app.synthYaml())).toContain('defines the subset "v9" of reviews, which Argo Rollouts would delete');
  });

  test.each<[what: string, options: ArgoRolloutsOptions, message: string]>([
    ['no pods', { replicas: 0 }, '`replicas` is 0; a whole number from 1 is allowed.'],
    ['half a failure', { failureLimit: 0.5 }, '`failureLimit` is 0.5; a whole number from 0 is allowed.'],
    ['no interval', { interval: Duration.seconds(0) }, 'interval is 0 ms'],
  ])('%s', (_, options, message) => {
    expect(messageOf(() => RolloutEngine.argoRollouts(options))).toContain(message);
  });
});
