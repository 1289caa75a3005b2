import { Duration } from 'cdk8s';
import { CanaryRollout, HashAlgorithm, HashKey, H2UpgradePolicy, LoadBalancer, MeshService, RequestTimeout, ResiliencePreset, ResilientService, TrafficSettings } from '../../src';
import { messageOf, mistakes, only, rawService, rawWorkload, reviews, rules, shop } from '../support/shop';

const NONE = RequestTimeout.none();

function policyOf(settings: TrafficSettings & { preset?: ResiliencePreset }): any {
  const { app, chart } = shop();
  new ResilientService(chart, 'resilience', { service: reviews(chart), timeout: NONE, ...settings });
  return only(app, 'DestinationRule').spec.trafficPolicy;
}

describe('connection pools', () => {
  test('are written in Istio\'s names', () => {
    expect(policyOf({
      connectionPool: {
        tcp: {
          maxConnections: 1,
          connectTimeout: Duration.millis(500),
          maxConnectionDuration: Duration.hours(1),
          idleTimeout: Duration.minutes(2),
          keepalive: { probes: 4, time: Duration.minutes(5), interval: Duration.seconds(15) },
        },
        http: {
          maxPendingRequests: 2,
          maxRequests: 3,
          maxRequestsPerConnection: 4,
          maxRetries: 5,
          idleTimeout: Duration.seconds(6),
          h2UpgradePolicy: H2UpgradePolicy.DO_NOT_UPGRADE,
          useClientProtocol: true,
          maxConcurrentStreams: 7,
        },
      },
    })).toEqual({
      connectionPool: {
        tcp: { maxConnections: 1, connectTimeout: '500ms', maxConnectionDuration: '1h', idleTimeout: '2m', tcpKeepalive: { probes: 4, time: '5m', interval: '15s' } },
        http: {
          http1MaxPendingRequests: 2,
          http2MaxRequests: 3,
          maxRequestsPerConnection: 4,
          maxRetries: 5,
          idleTimeout: '6s',
          h2UpgradePolicy: 'DO_NOT_UPGRADE',
          useClientProtocol: true,
          maxConcurrentStreams: 7,
        },
      },
    });
  });

  test.each([
    [{}, 'connectionPool is empty.'],
    [{ tcp: { maxConnections: 0 } }, 'connectionPool.tcp.maxConnections is 0; a whole number from 1 to 2147483647 is allowed. Leave it out for no limit.'],
    [{ tcp: { maxConnections: 2 ** 31 } }, 'connectionPool.tcp.maxConnections is 2147483648'],
    [{ tcp: { connectTimeout: Duration.seconds(0) } }, 'connectionPool.tcp.connectTimeout is 0 ms'],
    [{ tcp: { keepalive: { time: Duration.millis(1500) } } }, 'connectionPool.tcp.keepalive.time is 1500 ms; TCP keepalive counts in whole seconds.'],
    [{ http: { maxRequests: 1.5 } }, 'connectionPool.http.maxRequests is 1.5'],
    [{ http: { useClientProtocol: true, h2UpgradePolicy: H2UpgradePolicy.UPGRADE } }, 'Istio refuses both together. Keep one.'],
  ])('%j is refused with the path', (connectionPool, message) => {
    const text = messageOf(() => policyOf({ connectionPool }));
    expect(text).toContain(message);
    expect(text).toMatch(/^\[shop\/resilience\] /);
  });
});

describe('outlier detection', () => {
  test('writes both thresholds and 50 percent unless given', () => {
    expect(policyOf({ outlierDetection: {} }).outlierDetection)
      .toEqual({ consecutive5xxErrors: 5, consecutiveGatewayErrors: 0, maxEjectionPercent: 50 });
    expect(policyOf({ outlierDetection: { consecutiveGatewayErrors: 3 } }).outlierDetection)
      .toEqual({ consecutive5xxErrors: 0, consecutiveGatewayErrors: 3, maxEjectionPercent: 50 });
    expect(policyOf({
      outlierDetection: {
        consecutive5xxErrors: 7,
        consecutiveGatewayErrors: 2,
        interval: Duration.seconds(1),
        baseEjectionTime: Duration.minutes(1),
        maxEjectionPercent: 100,
        minHealthPercent: 0,
      },
    }).outlierDetection)
      .toEqual({ consecutive5xxErrors: 7, consecutiveGatewayErrors: 2, interval: '1s', baseEjectionTime: '1m', maxEjectionPercent: 100, minHealthPercent: 0 });
  });

  test.each([
    [{ consecutive5xxErrors: -1 }, 'outlierDetection.consecutive5xxErrors is -1; a whole number from 0 (off) is allowed.'],
    [{ consecutiveGatewayErrors: 1.5 }, 'outlierDetection.consecutiveGatewayErrors is 1.5'],
    [{ consecutive5xxErrors: 0, consecutiveGatewayErrors: 0 }, 'so nothing is ever ejected. Leave outlierDetection out.'],
    [{ consecutive5xxErrors: 3, consecutiveGatewayErrors: 5 }, 'consecutiveGatewayErrors (5) never decides, as every gateway error is also one of 3 consecutive5xxErrors.'],
    [{ maxEjectionPercent: 0 }, 'outlierDetection.maxEjectionPercent is 0; a whole percentage from 1 to 100 is allowed.'],
    [{ maxEjectionPercent: 101 }, 'outlierDetection.maxEjectionPercent is 101'],
    [{ minHealthPercent: -1 }, 'outlierDetection.minHealthPercent is -1; a whole percentage from 0 to 100 is allowed.'],
    [{ interval: Duration.seconds(0) }, 'outlierDetection.interval is 0 ms'],
    [{ baseEjectionTime: Duration.millis(0.5) }, 'outlierDetection.baseEjectionTime is 0.5 ms'],
  ])('%j is refused with the path', (outlierDetection, message) => {
    const text = messageOf(() => policyOf({ outlierDetection }));
    expect(text).toContain(message);
    expect(text).toMatch(/^\[shop\/resilience\] /);
  });

  function ejection(replicas: number | undefined, settings: object): string[] {
    const { app, chart } = shop();
    const workload = rawWorkload(chart, 'pods', { spec: replicas === undefined ? {} : { replicas } });
    const service = new MeshService(chart, 'mesh', { service: rawService(chart, 'ratings'), workload });
    new ResilientService(chart, 'resilience', { service, timeout: NONE, ...settings });
    return mistakes(app);
  }

  test('that can never eject at the known number of pods is an error with the number that can', () => {
    expect(ejection(3, { outlierDetection: { maxEjectionPercent: 33 } })).toEqual([
      'outlier detection of ratings can never eject: one of 3 pods is 33.3 %, more than maxEjectionPercent, 33. Set maxEjectionPercent to 34 or more.',
    ]);
    expect(ejection(3, { outlierDetection: { maxEjectionPercent: 34 } })).toEqual([]);
  });

  test.each([[1, 99, 100], [2, 49, 50], [3, 33, 34], [4, 24, 25], [7, 14, 15], [10, 9, 10], [100, 0, 1]])('of %d pods, %d percent eject none and %d one', (pods, none, one) => {
    if (none > 0) expect(ejection(pods, { outlierDetection: { maxEjectionPercent: none } })).toHaveLength(1);
    expect(ejection(pods, { outlierDetection: { maxEjectionPercent: one } })).toEqual([]);
  });

  test('is not judged where the number of pods is unknown, or none', () => {
    expect(ejection(undefined, { outlierDetection: { maxEjectionPercent: 1 } })).toEqual([]);
    expect(ejection(0, { outlierDetection: { maxEjectionPercent: 1 } })).toEqual([]);
  });

  test('of one port is judged too', () => {
    expect(ejection(3, { outlierDetection: {}, ports: [{ port: 9080, outlierDetection: { maxEjectionPercent: 10 } }] }))
      .toEqual([expect.stringContaining('outlier detection of ratings on port 9080 can never eject: one of 3 pods is 33.3 %')]);
  });

  test('is judged by the pods of each subset', () => {
    const { app, chart } = shop();
    const workloads = [['v1', 3], ['v2', 1]].map(([version, replicas]) =>
      rawWorkload(chart, `${version}`, { labels: { app: 'ratings', version }, spec: { replicas } }));
    const service = new MeshService(chart, 'mesh', { service: rawService(chart, 'ratings'), workloads });
    new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 10 });
    new ResilientService(chart, 'resilience', { service, timeout: NONE, outlierDetection: {} });
    expect(mistakes(app)).toEqual([expect.stringContaining('outlier detection of ratings (subset v2) can never eject: one of 1 pods is 100 %')]);
  });
});

describe('load balancers', () => {
  const warmUp = { duration: Duration.minutes(1), minimumPercent: 0, aggression: 1.5 };
  test.each([
    [LoadBalancer.roundRobin(), { simple: 'ROUND_ROBIN' }],
    [LoadBalancer.leastRequest({ warmUp }), { simple: 'LEAST_REQUEST', warmup: { duration: '1m', minimumPercent: 0, aggression: 1.5 } }],
    [LoadBalancer.random(), { simple: 'RANDOM' }],
    [LoadBalancer.passthrough(), { simple: 'PASSTHROUGH' }],
    [LoadBalancer.consistentHash(HashKey.header('x-user')), { consistentHash: { httpHeaderName: 'x-user' } }],
    [LoadBalancer.consistentHash(HashKey.cookie('user')), { consistentHash: { httpCookie: { name: 'user', ttl: '0s' } } }],
    [LoadBalancer.consistentHash(HashKey.cookie('user', Duration.hours(1))), { consistentHash: { httpCookie: { name: 'user', ttl: '1h' } } }],
    [LoadBalancer.consistentHash(HashKey.sourceIp(), HashAlgorithm.maglev()),
      { consistentHash: { useSourceIp: true, maglev: { tableSize: 65537 } } }],
    [LoadBalancer.consistentHash(HashKey.queryParameter('q'), HashAlgorithm.ringHash(64)), { consistentHash: { httpQueryParameterName: 'q', ringHash: { minimumRingSize: 64 } } }],
  ])('%#', (loadBalancer, expected) => {
    expect(policyOf({ loadBalancer }).loadBalancer).toEqual(expected);
  });

  test.each([
    [() => HashAlgorithm.maglev(65536), 'the table size is 65536; a prime number below 5000011 is needed'],
    [() => HashAlgorithm.maglev(5_000_011), 'the table size is 5000011'],
    [() => HashAlgorithm.ringHash(0), 'the ring size is 0; a whole number from 1 to 8388608 is allowed.'],
    [() => HashAlgorithm.ringHash(8_388_609), 'the ring size is 8388609'],
    [() => HashKey.header('a b'), 'HashKey.header: "a b" is not a header name.'],
    [() => HashKey.cookie('a;b'), 'HashKey.cookie: "a;b" is not a cookie name.'],
    [() => HashKey.queryParameter(''), 'HashKey.queryParameter: the name is empty.'],
    [() => HashKey.cookie('a', Duration.millis(0.5)), 'HashKey.cookie: ttl is 0.5 ms'],
    [() => LoadBalancer.roundRobin({ warmUp: { ...warmUp, minimumPercent: 101 } }), 'warmUp.minimumPercent is 101; 0 to 100 is allowed.'],
    [() => LoadBalancer.roundRobin({ warmUp: { ...warmUp, aggression: 0.5 } }), 'warmUp.aggression is 0.5; a number from 1 is allowed.'],
    [() => LoadBalancer.roundRobin({ warmUp: { ...warmUp, aggression: Infinity } }), 'warmUp.aggression is Infinity'],
    [() => LoadBalancer.roundRobin({ warmUp: { duration: Duration.seconds(0) } }), 'warmUp.duration is 0 ms'],
  ])('refused: %#', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('presets', () => {
  test('are documented numbers', () => {
    const tcp = { connectTimeout: '2s', tcpKeepalive: { probes: 4, time: '5m', interval: '15s' } };
    const outlierDetection = { consecutive5xxErrors: 0, consecutiveGatewayErrors: 5, baseEjectionTime: '30s', maxEjectionPercent: 50 };
    expect(policyOf({ preset: ResiliencePreset.http() }))
      .toEqual({ connectionPool: { tcp, http: { http1MaxPendingRequests: 1024, http2MaxRequests: 1024 } }, outlierDetection });
    expect(policyOf({ preset: ResiliencePreset.grpc() })).toEqual({ connectionPool: { tcp, http: { http2MaxRequests: 1024 } }, outlierDetection });
    expect(policyOf({ preset: ResiliencePreset.streaming() })).toEqual({ connectionPool: { tcp }, outlierDetection });
  });

  test('bring retries where they are safe', () => {
    const retries = (preset: ResiliencePreset) => {
      const { app, chart } = shop();
      new ResilientService(chart, 'resilience', { service: reviews(chart), timeout: RequestTimeout.after(Duration.seconds(1)), preset });
      return rules(app)[0].retries;
    };
    expect(retries(ResiliencePreset.http()).attempts).toBe(2);
    expect(retries(ResiliencePreset.grpc())).toBeUndefined();
    expect(retries(ResiliencePreset.streaming())).toEqual({ attempts: 0 });
  });

  test('yield to what is given beside them, field by field', () => {
    const preset = ResiliencePreset.http();
    const policy = policyOf({ preset, connectionPool: { http: { maxRequests: 10 } }, outlierDetection: { maxEjectionPercent: 100 } });
    expect(policy.connectionPool).toMatchObject({ tcp: { connectTimeout: '2s' }, http: { http1MaxPendingRequests: 1024, http2MaxRequests: 10 } });
    expect(policy.outlierDetection).toMatchObject({ consecutiveGatewayErrors: 5, maxEjectionPercent: 100 });
  });
});
