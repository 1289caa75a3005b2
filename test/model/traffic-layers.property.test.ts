import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import {
  CanaryRollout, ConnectionPool, H2UpgradePolicy, HashKey, LoadBalancer, LocalityPolicy, LocalityPreference, MeshPort,
  OutlierDetection, RequestTimeout, ResilientService, RetryBudget, TrafficSettings,
} from '../../src';
import { messageOf, only, reviews, shop } from '../support/shop';

const BALANCERS = {
  random: [LoadBalancer.random(), { simple: 'RANDOM' }],
  hash: [LoadBalancer.consistentHash(HashKey.header('x-user')), { consistentHash: { httpHeaderName: 'x-user' } }],
  warm: [LoadBalancer.roundRobin({ warmUp: { duration: Duration.minutes(1) } }), { simple: 'ROUND_ROBIN', warmup: { duration: '1m' } }],
  plain: [LoadBalancer.roundRobin(), { simple: 'ROUND_ROBIN' }],
} as const;

const LOCALITIES = {
  failover: [LocalityPreference.failover({ eu: 'us' }), { localityLbSetting: { enabled: true, failover: [{ from: 'eu', to: 'us' }] } }],
  shares: [LocalityPreference.distribute({ eu: { eu: 80, us: 20 } }), { localityLbSetting: { enabled: true, distribute: [{ from: 'eu/*', to: { 'eu/*': 80, 'us/*': 20 } }] } }],
  zone: [LocalityPreference.zoneAware(), { zoneAwareLbSetting: { enabled: true } }],
  none: [LocalityPreference.none(), { localityLbSetting: { enabled: false } }],
} as const;

interface Choice {
  readonly connectionPool?: ConnectionPool;
  readonly outlierDetection?: OutlierDetection;
  readonly balancer?: keyof typeof BALANCERS;
  readonly locality?: keyof typeof LOCALITIES;
  /** Only for the service and its subsets. */
  readonly budget?: RetryBudget;
}

const number = fc.integer({ min: 1, max: 9 });
const seconds = number.map((value) => Duration.seconds(value));
/** As fast-check says: any of the keys may be missing. */
const PARTIAL: { requiredKeys: []; noNullPrototype: true } = { requiredKeys: [], noNullPrototype: true };
const upgrade = fc.constantFrom(...Object.values(H2UpgradePolicy));
const tcp = fc.record({ maxConnections: number, connectTimeout: seconds }, PARTIAL);
const http = fc.record({ maxRequests: number, maxConcurrentStreams: number, h2UpgradePolicy: upgrade }, PARTIAL);
const pool: fc.Arbitrary<ConnectionPool> = fc.oneof(fc.record({ tcp }), fc.record({ http }), fc.record({ tcp, http }));
const outlier: fc.Arbitrary<OutlierDetection> = fc.record({
  consecutive5xxErrors: fc.integer({ min: 10, max: 19 }),
  consecutiveGatewayErrors: number,
  baseEjectionTime: seconds,
  maxEjectionPercent: fc.integer({ min: 50, max: 100 }),
}, PARTIAL);
const choiceOfPort = {
  connectionPool: pool,
  outlierDetection: outlier,
  balancer: fc.constantFrom(...Object.keys(BALANCERS) as (keyof typeof BALANCERS)[]),
  locality: fc.constantFrom(...Object.keys(LOCALITIES) as (keyof typeof LOCALITIES)[]),
};
const portChoice: fc.Arbitrary<Choice> = fc.record(choiceOfPort, PARTIAL);
const budget: fc.Arbitrary<RetryBudget> = fc.record({ percent: number, minRetryConcurrency: number }, PARTIAL);
const choice: fc.Arbitrary<Choice> = fc.record({ ...choiceOfPort, budget }, PARTIAL);

const PORTS = [80, 81];
const SUBSETS = ['v1', 'v2'];

interface Choices {
  readonly service: Choice;
  readonly ports: { readonly [port: number]: Choice | undefined };
  readonly subsets: { readonly [name: string]: Choice | undefined };
}

const choices: fc.Arbitrary<Choices> = fc.record({
  service: choice,
  ports: fc.record({ 80: portChoice, 81: portChoice }, PARTIAL),
  subsets: fc.record({ v1: choice, v2: choice }, PARTIAL),
});

function settings({ connectionPool, outlierDetection, balancer }: Choice): TrafficSettings {
  return { connectionPool, outlierDetection, loadBalancer: balancer && BALANCERS[balancer][0] };
}

/** The DestinationRule's policy that the constructs write. */
function written({ service, ports, subsets }: Choices): any {
  const { app, chart } = shop();
  const mesh = reviews(chart, MeshPort.http(80), MeshPort.http(81));
  new CanaryRollout(chart, 'canary', { service: mesh, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 10 });
  new ResilientService(chart, 'resilience', {
    service: mesh,
    timeout: RequestTimeout.none(),
    ...settings(service),
    retryBudget: service.budget,
    ports: Object.entries(ports).map(([port, one]) => ({ port: Number(port), ...settings(one ?? {}) })),
    subsets: Object.fromEntries(Object.entries(subsets).map(([name, one]) => [name, { ...settings(one ?? {}), retryBudget: one?.budget }])),
  });
  const locality = (scope: object, { locality: chosen }: Choice) => chosen
    && new LocalityPolicy(chart, `near-${Object.values(scope).join()}`, { service: mesh, preference: LOCALITIES[chosen][0], ...scope });
  locality({}, service);
  for (const [port, one] of Object.entries(ports)) locality({ port: Number(port) }, one ?? {});
  for (const [subset, one] of Object.entries(subsets)) locality({ subset }, one ?? {});
  return only(app, 'DestinationRule').spec;
}

const BLOCKS = ['connectionPool', 'loadBalancer', 'outlierDetection', 'tls'];

/**
 * Istio's rules: a port's settings stand for the whole of the service's, a subset's replace them block
 * by block, and a port's in the subset stand for all. A retry budget is in no port's settings.
 */
function enforced(spec: any, subset: string, port: number): any {
  const some = (policy: any, blocks: string[]) =>
    Object.fromEntries(blocks.filter((block) => policy?.[block] !== undefined).map((block) => [block, policy[block]]));
  const only4 = (policy: any) => some(policy, BLOCKS);
  const all = (policy: any) => some(policy, [...BLOCKS, 'retryBudget']);
  const ofPort = (policy: any) => policy?.portLevelSettings?.find((one: any) => one.port.number === port);
  const top = spec.trafficPolicy;
  const own = spec.subsets.find(({ name }: any) => name === subset).trafficPolicy;
  const base = ofPort(top) ? only4(ofPort(top)) : all(top);
  if (ofPort(own)) return { ...some(base, ['retryBudget']), ...only4(ofPort(own)) };
  return { ...base, ...all(own) };
}

/** What was asked for: the service's, changed by the port's, changed by the subset's, setting by setting. */
function asked({ service, ports, subsets }: Choices, subset: string, port: number): any {
  const levels = [service, ports[port] ?? {}, subsets[subset] ?? {}];
  const setting = (read: (one: Choice) => any) => levels.map(read).filter((value) => value !== undefined).at(-1);
  const inSeconds = (value?: Duration) => value && `${value.toSeconds()}s`;
  const some = (object: object) => {
    const defined = Object.entries(object).filter(([, value]) => value !== undefined);
    return defined.length > 0 ? Object.fromEntries(defined) : undefined;
  };
  const detection = detectionOf(levels);
  const detects = detection !== undefined;
  const gateway = detection?.consecutiveGatewayErrors;
  const balancer: keyof typeof BALANCERS | undefined = setting((one) => one.balancer);
  const locality: keyof typeof LOCALITIES | undefined = setting((one) => one.locality);
  const prefers = levels.some((one) => one.locality !== undefined && one.locality !== 'none');
  return some({
    connectionPool: some({
      tcp: some({
        maxConnections: setting((one) => one.connectionPool?.tcp?.maxConnections),
        connectTimeout: inSeconds(setting((one) => one.connectionPool?.tcp?.connectTimeout)),
      }),
      http: some({
        http2MaxRequests: setting((one) => one.connectionPool?.http?.maxRequests),
        maxConcurrentStreams: setting((one) => one.connectionPool?.http?.maxConcurrentStreams),
        h2UpgradePolicy: setting((one) => one.connectionPool?.http?.h2UpgradePolicy),
      }),
    }),
    loadBalancer: some({ ...balancer && BALANCERS[balancer][1], ...locality && LOCALITIES[locality][1] }),
    outlierDetection: detects ? some({
      consecutive5xxErrors: detection.consecutive5xxErrors ?? (gateway === undefined ? 5 : 0),
      consecutiveGatewayErrors: gateway ?? 0,
      baseEjectionTime: inSeconds(detection.baseEjectionTime),
      maxEjectionPercent: detection.maxEjectionPercent ?? (prefers ? 100 : 50),
      minHealthPercent: prefers ? 1 : undefined,
    }) : undefined,
    retryBudget: levels.some((one) => one.budget) ? {
      percent: setting((one) => one.budget?.percent) ?? 20, minRetryConcurrency: setting((one) => one.budget?.minRetryConcurrency) ?? 3,
    } : undefined,
  }) ?? {};
}

/** Level by level; what comes with a preference stands in until somebody sets outlier detection for the same or a wider place. */
function detectionOf(levels: Choice[]): OutlierDetection | undefined {
  let detection: OutlierDetection | undefined;
  for (const { outlierDetection, locality } of levels) {
    if (outlierDetection) detection = { ...detection, ...outlierDetection };
    else if (locality && locality !== 'none') detection ??= { consecutiveGatewayErrors: 5, baseEjectionTime: Duration.seconds(30) };
  }
  return detection;
}

/** Pools without a limit say nothing. */
function withoutEmpty(value: any): any {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, withoutEmpty(item)])
    .filter(([, item]) => typeof item !== 'object' || Object.keys(item as object).length > 0);
  return Object.fromEntries(entries);
}

test('what Istio enforces for every subset and port is what was asked for, and nothing else is lost or gained', () => {
  fc.assert(fc.property(choices, (all) => {
    const budgets = [all.service, ...Object.values(all.subsets)].some((one) => one?.budget);
    if (budgets && Object.values(all.ports).some(nonEmpty)) {
      // Where not all that was asked for can be said, it is an error, and not one of those that always are.
      const unsaid = SUBSETS.some((subset) => PORTS.some((port) =>
        asked(all, subset, port).retryBudget && !asksNothingBut(all.subsets[subset]) && nonEmpty(all.ports[port])));
      if (unsaid || all.service.budget) return expect(messageOf(() => written(all))).toContain('there Istio reads no budget');
    }
    const spec = written(all);
    for (const subset of SUBSETS) {
      for (const port of PORTS) expect(withoutEmpty(enforced(spec, subset, port))).toEqual(asked(all, subset, port));
    }
  }), { numRuns: 500 });
});

function nonEmpty(one: Choice | undefined): boolean {
  return one !== undefined && Object.keys(one).length > 0;
}

/** A subset with a budget and nothing else needs no settings of ports, so its budget is read everywhere. */
function asksNothingBut(one: Choice | undefined): boolean {
  return one?.budget !== undefined && Object.keys(one).length === 1;
}

test('h2UpgradePolicy on one port keeps everything else, on both ports', () => {
  fc.assert(fc.property(portChoice, (service) => {
    const before = written({ service, ports: {}, subsets: {} });
    const after = written({ service, ports: { 80: { connectionPool: { http: { h2UpgradePolicy: H2UpgradePolicy.UPGRADE } } } }, subsets: {} });
    const expected = structuredClone(enforced(before, 'v1', 80));
    ((expected.connectionPool ??= {}).http ??= {}).h2UpgradePolicy = 'UPGRADE';
    expect(enforced(after, 'v1', 80)).toEqual(expected);
    expect(enforced(after, 'v1', 81)).toEqual(enforced(before, 'v1', 81));
  }), { numRuns: 100 });
});
