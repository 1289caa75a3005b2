import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import {
  CanaryRollout, ConnectionPool, H2UpgradePolicy, HashKey, LoadBalancer, MeshPort,
  OutlierDetection, RequestTimeout, ResilientService, TrafficSettings,
} from '../../src';
import { only, reviews, shop } from '../support/shop';

const BALANCERS = {
  random: [LoadBalancer.random(), { simple: 'RANDOM' }],
  hash: [LoadBalancer.consistentHash(HashKey.header('x-user')), { consistentHash: { httpHeaderName: 'x-user' } }],
  warm: [LoadBalancer.roundRobin({ warmUp: { duration: Duration.minutes(1) } }), { simple: 'ROUND_ROBIN', warmup: { duration: '1m' } }],
  plain: [LoadBalancer.roundRobin(), { simple: 'ROUND_ROBIN' }],
} as const;

interface Choice {
  readonly connectionPool?: ConnectionPool;
  readonly outlierDetection?: OutlierDetection;
  readonly balancer?: keyof typeof BALANCERS;
}

const number = fc.integer({ min: 1, max: 9 });
const seconds = number.map((value) => Duration.seconds(value));
/** As fast-check says: any of the keys may be missing. */
const PARTIAL: { requiredKeys: []; noNullPrototype: true } = { requiredKeys: [], noNullPrototype: true };
const upgrade = fc.constantFrom(...Object.values(H2UpgradePolicy));
const tcp = fc.record({ maxConnections: number, connectTimeout: seconds }, PARTIAL);
const http = fc.record({ maxRequests: number, maxRetries: number, h2UpgradePolicy: upgrade }, PARTIAL);
const pool: fc.Arbitrary<ConnectionPool> = fc.oneof(fc.record({ tcp }), fc.record({ http }), fc.record({ tcp, http }));
const outlier: fc.Arbitrary<OutlierDetection> = fc.record({
  consecutive5xxErrors: fc.integer({ min: 10, max: 19 }),
  consecutiveGatewayErrors: number,
  baseEjectionTime: seconds,
  maxEjectionPercent: fc.integer({ min: 50, max: 100 }),
}, PARTIAL);
const choice: fc.Arbitrary<Choice> = fc.record({
  connectionPool: pool, outlierDetection: outlier, balancer: fc.constantFrom(...Object.keys(BALANCERS) as (keyof typeof BALANCERS)[]),
}, PARTIAL);

const PORTS = [80, 81];
const SUBSETS = ['v1', 'v2'];

interface Choices {
  readonly service: Choice;
  readonly ports: { readonly [port: number]: Choice | undefined };
  readonly subsets: { readonly [name: string]: Choice | undefined };
}

const choices: fc.Arbitrary<Choices> = fc.record({
  service: choice,
  ports: fc.record({ 80: choice, 81: choice }, PARTIAL),
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
    ports: Object.entries(ports).map(([port, one]) => ({ port: Number(port), ...settings(one ?? {}) })),
    subsets: Object.fromEntries(Object.entries(subsets).map(([name, one]) => [name, settings(one ?? {})])),
  });
  return only(app, 'DestinationRule').spec;
}

const BLOCKS = ['connectionPool', 'loadBalancer', 'outlierDetection', 'tls'];

/**
 * Istio's rules: a port's settings stand for the whole of the service's, a subset's replace them block
 * by block, and a port's in the subset stand for all.
 */
function enforced(spec: any, subset: string, port: number): any {
  const only4 = (policy: any) => Object.fromEntries(BLOCKS.filter((block) => policy?.[block] !== undefined).map((block) => [block, policy[block]]));
  const ofPort = (policy: any) => policy?.portLevelSettings?.find((one: any) => one.port.number === port);
  const top = spec.trafficPolicy;
  const own = spec.subsets.find(({ name }: any) => name === subset).trafficPolicy;
  if (ofPort(own)) return only4(ofPort(own));
  return { ...only4(ofPort(top) ?? top), ...only4(own) };
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
  const detects = levels.some(({ outlierDetection }) => outlierDetection !== undefined);
  const gateway = setting(({ outlierDetection }) => outlierDetection?.consecutiveGatewayErrors);
  const balancer: keyof typeof BALANCERS | undefined = setting((one) => one.balancer);
  return some({
    connectionPool: some({
      tcp: some({
        maxConnections: setting((one) => one.connectionPool?.tcp?.maxConnections),
        connectTimeout: inSeconds(setting((one) => one.connectionPool?.tcp?.connectTimeout)),
      }),
      http: some({
        http2MaxRequests: setting((one) => one.connectionPool?.http?.maxRequests),
        maxRetries: setting((one) => one.connectionPool?.http?.maxRetries),
        h2UpgradePolicy: setting((one) => one.connectionPool?.http?.h2UpgradePolicy),
      }),
    }),
    loadBalancer: balancer && BALANCERS[balancer][1],
    outlierDetection: detects ? some({
      consecutive5xxErrors: setting(({ outlierDetection }) => outlierDetection?.consecutive5xxErrors) ?? (gateway === undefined ? 5 : 0),
      consecutiveGatewayErrors: gateway ?? 0,
      baseEjectionTime: inSeconds(setting(({ outlierDetection }) => outlierDetection?.baseEjectionTime)),
      maxEjectionPercent: setting(({ outlierDetection }) => outlierDetection?.maxEjectionPercent) ?? 50,
    }) : undefined,
  }) ?? {};
}

/** Pools without a limit say nothing. */
function withoutEmpty(value: any): any {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, withoutEmpty(item)])
    .filter(([, item]) => typeof item !== 'object' || Object.keys(item as object).length > 0);
  return Object.fromEntries(entries);
}

test('what Istio enforces for every subset and port is what was asked for, and nothing else is lost or gained', () => {
  fc.assert(fc.property(choices, (all) => {
    const spec = written(all);
    for (const subset of SUBSETS) {
      for (const port of PORTS) expect(withoutEmpty(enforced(spec, subset, port))).toEqual(asked(all, subset, port));
    }
  }), { numRuns: 500 });
});

test('h2UpgradePolicy on one port keeps everything else, on both ports', () => {
  fc.assert(fc.property(choice, (service) => {
    const before = written({ service, ports: {}, subsets: {} });
    const after = written({ service, ports: { 80: { connectionPool: { http: { h2UpgradePolicy: H2UpgradePolicy.UPGRADE } } } }, subsets: {} });
    const expected = structuredClone(enforced(before, 'v1', 80));
    ((expected.connectionPool ??= {}).http ??= {}).h2UpgradePolicy = 'UPGRADE';
    expect(enforced(after, 'v1', 80)).toEqual(expected);
    expect(enforced(after, 'v1', 81)).toEqual(enforced(before, 'v1', 81));
  }), { numRuns: 100 });
});
