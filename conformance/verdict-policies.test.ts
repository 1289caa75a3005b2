import { App, Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, HashAlgorithm, HashKey, LoadBalancer, LocalityPolicy, LocalityPolicyProps, LocalityPreference, MeshPort, MeshService,
  OutlierDetection, RequestTimeout, ResilientService, RetryBudget, TrafficSettings,
} from 'cdk8s-istio';
import * as fc from 'fast-check';
import { ApiServer } from './verdict';

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

/** As fast-check says: any of the keys may be missing. */
const PARTIAL: { requiredKeys: []; noNullPrototype: true } = { requiredKeys: [], noNullPrototype: true };

/** Mostly what is right: of many settings together, one that is wrong refuses all. */
const mostly = <T>(right: fc.Arbitrary<T>, any: fc.Arbitrary<T>) => fc.oneof({ weight: 19, arbitrary: right }, { weight: 1, arbitrary: any });

const part = fc.constantFrom('eu', 'us', 'a', 'b', '1', '*', '', 'eu-*');
const place = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('eu', 'eu/*', 'eu/a', 'eu/a/*', 'eu/a/1', 'us', 'us/x/*', '*') },
  { weight: 1, arbitrary: fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')) },
);
/** Weights that add up to 100, mostly. */
const weights = fc.array(mostly(fc.integer({ min: 1, max: 33 }), fc.constant(0)), { minLength: 0, maxLength: 3 })
  .chain((some) => fc.constantFrom(...[100, 100, 100, 99].map((total) => [...some, total - some.reduce((sum, weight) => sum + weight, 0)])));
const shares = fc.tuple(fc.uniqueArray(place, { minLength: 4, maxLength: 4 }), weights)
  .map(([places, some]) => Object.fromEntries(some.map((weight, index) => [places[index], weight])));
const region = mostly(fc.constantFrom('eu', 'us', 'asia'), fc.constantFrom('eu/a', '*', ''));
const label = fc.constantFrom(
  'topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone', 'topology.istio.io/network', 'kubernetes.io/hostname',
  'version=v1', 'version=', 'version', 'a b', 'a=b=c', 'x/y/z', '=v',
);
const labels = fc.array(label, { maxLength: 4 });
const regions = fc.dictionary(region, region, { maxKeys: 3 });

const wellKnown = fc.constantFrom(
  () => LocalityPreference.distribute({ 'eu/a': { 'eu/a': 80, 'eu/b/*': 20 }, 'eu': { eu: 90, us: 10 }, '*': { 'us/x/1': 100 } }),
  () => LocalityPreference.failover({ eu: 'us', us: 'eu' }),
  () => LocalityPreference.failoverPriority(['topology.kubernetes.io/region', 'version=v1']),
  () => LocalityPreference.zoneAware({ failover: { eu: 'us' }, failoverPriority: ['version'] }),
  () => LocalityPreference.none(),
);

/** What makes a preference, which may refuse. */
const preference: fc.Arbitrary<() => LocalityPreference> = mostly(wellKnown, fc.oneof(
  fc.dictionary(place, shares, { minKeys: 1, maxKeys: 4 }).map((all) => () => LocalityPreference.distribute(all)),
  regions.map((all) => () => LocalityPreference.failover(all)),
  labels.map((all) => () => LocalityPreference.failoverPriority(all)),
  fc.record({ minClusterSize: fc.integer({ min: 0, max: 9 }), failover: regions, failoverPriority: labels }, PARTIAL)
    .map((options) => () => LocalityPreference.zoneAware(options)),
));

const small = mostly(fc.integer({ min: 1, max: 4 }), fc.constant(0));
const milliseconds = mostly(fc.integer({ min: 1, max: 3000 }), fc.constant(0)).map((value) => Duration.millis(value));
const percent = (least: number) => mostly(fc.integer({ min: least, max: 100 }), fc.constantFrom(-1, 101));
const fraction = mostly(fc.double({ min: 0, max: 100, noNaN: true }), fc.constantFrom(-1, 100.5, NaN));
const outlierDetection: fc.Arbitrary<OutlierDetection> = fc.record({
  consecutive5xxErrors: mostly(fc.integer({ min: 5, max: 9 }), small),
  consecutiveGatewayErrors: small,
  consecutiveLocalOriginFailures: small,
  interval: milliseconds,
  maxEjectionPercent: percent(1),
  minHealthPercent: percent(0),
}, PARTIAL);
const retryBudget: fc.Arbitrary<RetryBudget> = fc.record({
  percent: fraction, minRetryConcurrency: small, interval: milliseconds,
}, PARTIAL);
const key = fc.oneof(
  mostly(fc.constant('x-user'), fc.constantFrom('x user', '')).map((name) => () => HashKey.header(name)),
  fc.tuple(mostly(fc.constant('user'), fc.constant('a;b')), fc.option(milliseconds, { nil: undefined }), fc.record({
    path: mostly(fc.constantFrom('/', '/shop'), fc.constant('shop')),
    attributes: fc.dictionary(mostly(fc.constantFrom('SameSite', 'Secure', 'samesite'), fc.constant('a b')), mostly(fc.constantFrom('Strict', ''), fc.constant('a;b'))),
  }, PARTIAL)).map(([name, ttl, options]) => () => HashKey.cookie(name, ttl, options)),
  fc.constant(() => HashKey.sourceIp()),
  mostly(fc.constant('user'), fc.constant('')).map((name) => () => HashKey.queryParameter(name)),
);
const algorithm = fc.oneof(
  fc.constant(() => undefined),
  small.map((size) => () => HashAlgorithm.ringHash(size)),
  mostly(fc.constantFrom(2, 3, 5, 7, 65537), fc.constantFrom(0, 1, 4, 9)).map((size) => () => HashAlgorithm.maglev(size)),
);
const warmUp = fc.record({
  duration: milliseconds, minimumPercent: fraction, aggression: mostly(fc.double({ min: 1, max: 5, noNaN: true }), fc.constantFrom(0, 0.5, NaN)),
}, { requiredKeys: ['duration'], noNullPrototype: true });
const loadBalancer: fc.Arbitrary<() => LoadBalancer | undefined> = fc.oneof(
  fc.constant(() => undefined),
  fc.constantFrom(() => LoadBalancer.random(), () => LoadBalancer.passthrough()),
  warmUp.map((value) => () => LoadBalancer.roundRobin({ warmUp: value })),
  fc.option(warmUp, { nil: undefined }).map((value) => () => LoadBalancer.leastRequest({ warmUp: value })),
  fc.tuple(key, algorithm).map(([by, how]) => () => LoadBalancer.consistentHash(by(), how())),
);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const settings = fc.record({ outlierDetection: optional(outlierDetection), loadBalancer });
const policy = fc.record({ preference, outlierDetection: optional(outlierDetection) });

type Settings = typeof settings extends fc.Arbitrary<infer T> ? T : never;
type Policy = typeof policy extends fc.Arbitrary<infer T> ? T : never;

interface Choices {
  readonly service: Settings & { readonly retryBudget?: RetryBudget };
  readonly port?: Settings;
  readonly subset?: Settings & { readonly retryBudget?: RetryBudget };
  readonly policies: readonly [service?: Policy, port?: Policy, subset?: Policy];
}

const withBudget = fc.tuple(settings, optional(retryBudget)).map(([some, budget]) => ({ ...some, retryBudget: budget }));
const choices: fc.Arbitrary<Choices> = fc.record({
  service: withBudget,
  port: optional(settings),
  subset: optional(withBudget),
  policies: fc.tuple(optional(policy), optional(policy), optional(policy)),
});

/** The manifests, unless one of the constructs, or the synth before it looks at the manifests, refuses. */
function synthesize({ service, port, subset, policies }: Choices): string | undefined {
  const made = ({ loadBalancer: balancer, ...others }: Settings): TrafficSettings => ({ ...others, loadBalancer: balancer() });
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  try {
    const reviews = MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80), MeshPort.http(81)] });
    new CanaryRollout(chart, 'canary', { service: reviews, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 10 });
    new ResilientService(chart, 'resilience', {
      service: reviews,
      timeout: RequestTimeout.none(),
      ...made(service),
      ports: port && [{ port: 81, ...made(port) }],
      subsets: subset && { v2: made(subset) },
    });
    const scopes: Pick<LocalityPolicyProps, 'port' | 'subset'>[] = [{}, { port: 81 }, { subset: 'v2' }];
    for (const [index, one] of policies.entries()) {
      if (one) new LocalityPolicy(chart, `locality-${index}`, { service: reviews, ...one, ...scopes[index], preference: one.preference() });
    }
  } catch {
    return undefined;
  }
  return chart.node.findAll().some((construct) => construct.node.validate().length > 0) ? undefined : app.synthYaml();
}

test('whatever the policies let pass, Istio takes without a word', async () => {
  let taken = 0;
  await fc.assert(fc.asyncProperty(choices, async (all) => {
    const yaml = synthesize(all);
    if (yaml === undefined) return;
    taken++;
    expect(await apiServer.complaints(yaml)).toEqual([]);
  }), { numRuns: 500 });
  expect(taken).toBeGreaterThan(50);
});

test.each<[name: string, arbitrary: fc.Arbitrary<() => LocalityPreference>]>([
  ['shares', fc.dictionary(place, shares, { minKeys: 1, maxKeys: 4 }).map((all) => () => LocalityPreference.distribute(all))],
  ['regions', regions.map((all) => () => LocalityPreference.failover(all))],
  ['labels', labels.map((all) => () => LocalityPreference.failoverPriority(all))],
])('whatever %s a preference is made of, Istio takes them without a word', async (_, arbitrary) => {
  let taken = 0;
  await fc.assert(fc.asyncProperty(arbitrary, async (make) => {
    const nothing = { outlierDetection: undefined, loadBalancer: () => undefined };
    const yaml = synthesize({ service: nothing, policies: [{ preference: make, outlierDetection: undefined }] });
    if (yaml === undefined) return;
    taken++;
    expect(await apiServer.complaints(yaml)).toEqual([]);
  }), { numRuns: 500 });
  expect(taken).toBeGreaterThan(15);
});
