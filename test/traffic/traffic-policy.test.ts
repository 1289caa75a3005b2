import { Duration } from 'cdk8s';
import {
  CanaryRollout, HashAlgorithm, HashKey, H2UpgradePolicy, LoadBalancer, MeshPort, MeshService, RequestTimeout, ResiliencePreset, ResilientService,
  ResilientServiceProps, SubsetResilience,
} from '../../src';
import { messageOf, mistakes, only, rawService, rawWorkload, reviews, rules, shop } from '../support/shop';

const NONE = RequestTimeout.none();

function policyOf(settings: SubsetResilience & { preset?: ResiliencePreset }): any {
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
          http2Keepalive: { interval: Duration.seconds(8), timeout: Duration.millis(900) },
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
          http2KeepAlive: { interval: '8s', timeout: '900ms' },
        },
      },
    });
  });

  test('may keep silent TCP connections for ever', () => {
    expect(policyOf({ connectionPool: { tcp: { idleTimeout: Duration.seconds(0) } } })).toEqual({ connectionPool: { tcp: { idleTimeout: '0s' } } });
  });

  test.each([
    [{}, 'connectionPool is empty.'],
    [{ tcp: { maxConnections: 0 } }, 'connectionPool.tcp.maxConnections is 0; a whole number from 1 to 2147483647 is allowed. Leave it out for no limit.'],
    [{ tcp: { maxConnections: 2 ** 31 } }, 'connectionPool.tcp.maxConnections is 2147483648'],
    [{ tcp: { connectTimeout: Duration.seconds(0) } }, 'connectionPool.tcp.connectTimeout is 0 ms'],
    [{ tcp: { idleTimeout: Duration.millis(0.5) } }, 'connectionPool.tcp.idleTimeout is 0.5 ms'],
    [{ http: { http2Keepalive: { interval: Duration.seconds(0), timeout: Duration.seconds(1) } } }, 'connectionPool.http.http2Keepalive.interval is 0 ms'],
    [{ http: { http2Keepalive: { interval: Duration.seconds(1), timeout: undefined as any } } }, 'connectionPool.http.http2Keepalive.timeout is undefined'],
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

  test('can count what the proxy itself could not do, and then that alone', () => {
    expect(policyOf({ outlierDetection: { consecutiveLocalOriginFailures: 1 } }).outlierDetection).toEqual({
      consecutive5xxErrors: 0,
      consecutiveGatewayErrors: 0,
      splitExternalLocalOriginErrors: true,
      consecutiveLocalOriginFailures: 1,
      maxEjectionPercent: 50,
    });
    expect(policyOf({ outlierDetection: { consecutiveLocalOriginFailures: 1, consecutive5xxErrors: 9 } }).outlierDetection)
      .toMatchObject({ consecutive5xxErrors: 9, consecutiveLocalOriginFailures: 1 });
  });

  test.each([
    [{ consecutiveLocalOriginFailures: 0 }, 'outlierDetection.consecutiveLocalOriginFailures is 0; a whole number from 1 is allowed (Istio takes 0 for its default, 5).'],
    [{ consecutiveLocalOriginFailures: 1.5 }, 'outlierDetection.consecutiveLocalOriginFailures is 1.5'],
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
    [LoadBalancer.consistentHash(HashKey.cookie('user', undefined, { path: '/shop', attributes: { SameSite: 'Strict', Secure: '' } })),
      { consistentHash: { httpCookie: { name: 'user', ttl: '0s', path: '/shop', attributes: [{ name: 'SameSite', value: 'Strict' }, { name: 'Secure' }] } } }],
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
    [() => HashKey.cookie('a', undefined, { path: 'shop' }), 'HashKey.cookie: path is "shop"; a path begins with "/" and has no ";".'],
    [() => HashKey.cookie('a', undefined, { path: '/;Secure' }), 'path is "/;Secure"'],
    [() => HashKey.cookie('a', undefined, { attributes: { 'Same Site': 'Strict' } }), 'HashKey.cookie: the attribute "Same Site" is "Strict"'],
    [() => HashKey.cookie('a', undefined, { attributes: { SameSite: 'Strict;' } }), 'the attribute "SameSite" is "Strict;"'],
    [() => HashKey.cookie('a', undefined, { attributes: { Secure: true as any } }), 'the attribute "Secure" is true'],
    [() => HashKey.cookie('a', undefined, { attributes: { Path: '/' } }), 'the attribute Path is set by `path`. Give it there.'],
    [() => HashKey.cookie('a', undefined, { attributes: { 'max-age': '1' } }), 'the attribute max-age is set by `ttl`.'],
    [() => HashKey.queryParameter(''), 'HashKey.queryParameter: the name is "".'],
    [() => HashKey.cookie('a', Duration.millis(0.5)), 'HashKey.cookie: ttl is 0.5 ms'],
    [() => LoadBalancer.roundRobin({ warmUp: { ...warmUp, minimumPercent: 101 } }), 'warmUp.minimumPercent is 101; 0 to 100 is allowed.'],
    [() => LoadBalancer.roundRobin({ warmUp: { ...warmUp, aggression: 0.5 } }), 'warmUp.aggression is 0.5; a number from 1 is allowed.'],
    [() => LoadBalancer.roundRobin({ warmUp: { ...warmUp, aggression: Infinity } }), 'warmUp.aggression is Infinity'],
    [() => LoadBalancer.roundRobin({ warmUp: { duration: Duration.seconds(0) } }), 'warmUp.duration is 0 ms'],
  ])('refused: %#', (make, message) => {
    expect(make).toThrow(message);
  });
});

/** What validation says of a service with these ports. */
function mistakesOf(props: Partial<ResilientServiceProps>, ...ports: MeshPort[]): string[] {
  const { app, chart } = shop();
  const service = reviews(chart, ...ports);
  new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 1 });
  new ResilientService(chart, 'resilience', { service, timeout: NONE, ...props });
  return mistakes(app);
}

/** The same without subsets, which a service that carries no HTTP cannot have. */
function tcpMistakesOf(props: Partial<ResilientServiceProps>, ...ports: MeshPort[]): string[] {
  const { app, chart } = shop();
  new ResilientService(chart, 'resilience', { service: reviews(chart, ...ports), ...props });
  return mistakes(app);
}

describe('a retry budget', () => {
  test('is written whole, with Istio\'s defaults', () => {
    expect(policyOf({ retryBudget: {} })).toEqual({ retryBudget: { percent: 20, minRetryConcurrency: 3 } });
    expect(policyOf({ retryBudget: { percent: 0.5, minRetryConcurrency: 1, interval: Duration.seconds(10) } }))
      .toEqual({ retryBudget: { percent: 0.5, minRetryConcurrency: 1, budgetInterval: '10s' } });
  });

  test.each([
    [{ percent: -1 }, 'retryBudget.percent is -1; a percentage from 0 to 100 is allowed.'],
    [{ percent: 101 }, 'retryBudget.percent is 101'],
    [{ percent: NaN }, 'retryBudget.percent is NaN'],
    [{ percent: '20' as any }, 'retryBudget.percent is "20"'],
    [20 as any, 'retryBudget is 20. Say for example { percent: 20 }.'],
    [{ minRetryConcurrency: 0 }, 'retryBudget.minRetryConcurrency is 0; a whole number from 1 is allowed (Istio takes 0 for its default, 3).'],
    [{ minRetryConcurrency: 1.5 }, 'retryBudget.minRetryConcurrency is 1.5'],
    [{ interval: Duration.seconds(0) }, 'retryBudget.interval is 0 ms'],
  ])('%j is refused with the path', (retryBudget, message) => {
    expect(messageOf(() => policyOf({ retryBudget }))).toContain(`[shop/resilience] ${message}`);
  });

  test('of a subset changes only what it names', () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 1 });
    new ResilientService(chart, 'resilience', {
      service,
      timeout: NONE,
      retryBudget: { minRetryConcurrency: 7, interval: Duration.seconds(1) },
      subsets: { v2: { retryBudget: { percent: 5 } } },
    });
    expect(only(app, 'DestinationRule').spec.subsets[1].trafficPolicy).toEqual({ retryBudget: { percent: 5, minRetryConcurrency: 7, budgetInterval: '1s' } });
  });

  test('where an HTTP port has settings of its own is an error, as nobody would read it', () => {
    const port = { port: 80, loadBalancer: LoadBalancer.random() };
    const ports = [MeshPort.http(80), MeshPort.http(81), MeshPort.tcp(82)];
    expect(mistakesOf({ retryBudget: {}, ports: [port] }, ...ports)).toEqual([
      'reviews has a retry budget, and port 80 (HTTP) settings of its own ([shop/resilience]): there Istio reads no budget. '
      + 'Make them settings of the whole service, or give that port a limit by connectionPool.http.maxRetries and leave the budget out.',
    ]);
    expect(mistakesOf({ retryBudget: {}, ports: [{ ...port, port: 82 }] }, ...ports)).toEqual([]);
    expect(mistakesOf({ subsets: { v1: { retryBudget: {} } }, ports: [port] }, ...ports)).toEqual([]);
    expect(mistakesOf({ subsets: { v1: { retryBudget: {}, outlierDetection: {} } }, ports: [port] }, ...ports)).toHaveLength(1);
  });

  test('beside maxRetries is an error', () => {
    expect(mistakesOf({ retryBudget: {}, connectionPool: { http: { maxRetries: 3 } } }, MeshPort.http(80)))
      .toContainEqual('reviews (subset v1) ends up with a retryBudget and with maxRetries (3), which a proxy with a budget does not look at. Leave one of them out.');
  });

  test('of a service without requests is an error', () => {
    expect(tcpMistakesOf({ retryBudget: {} }, MeshPort.tcp(5432)))
      .toEqual(['[shop/resilience] a retry budget is set for reviews, but its ports are 5432 (TCP), where nothing is retried. Leave it out.']);
  });
});

describe('a service without requests', () => {
  const db = MeshPort.tcp(5432);
  test('needs no timeout, one with requests does', () => {
    expect(tcpMistakesOf({ connectionPool: { tcp: { maxConnections: 1 } } }, db)).toEqual([]);
    expect(tcpMistakesOf({ timeout: NONE, connectionPool: { tcp: { maxConnections: 1 } } }, db)).toEqual([]);
    expect(tcpMistakesOf({}, db, MeshPort.http(80), MeshPort.grpc(90))).toEqual([
      '`timeout` is not given, but reviews takes requests on 80 (HTTP), 90 (GRPC). Say RequestTimeout.after(Duration.seconds(5)), or RequestTimeout.none() for no limit.',
    ]);
  });

  test.each([{ timeout: RequestTimeout.after(Duration.seconds(1)) }, { connectionPool: { http: { maxRequests: 1 } } }])('has no use for %j', (props) => {
    expect(tcpMistakesOf(props, db)).toEqual([expect.stringContaining('They do nothing there: leave them out')]);
  });

  test('takes some times from the whole service only', () => {
    const idle = { connectionPool: { tcp: { idleTimeout: Duration.seconds(1) } } };
    const old = { connectionPool: { tcp: { maxConnectionDuration: Duration.seconds(1) } } };
    expect(tcpMistakesOf(idle, db)).toEqual([]);
    expect(tcpMistakesOf({ ports: [{ port: 5432, ...idle }] }, db)).toEqual([
      '[shop/resilience] connectionPool.tcp.idleTimeout of port 5432 of reviews: where the proxy reads no requests, Istio takes these times from the whole service only. Set them there.',
    ]);
    expect(tcpMistakesOf({ ports: [{ port: 5432, ...old }] }, db)).toEqual([expect.stringContaining('tcp.maxConnectionDuration of port 5432')]);
    expect(mistakesOf({ ports: [{ port: 80, ...idle }], subsets: { v1: old } }, MeshPort.http(80), db)).toEqual([]);
  });

  test('has one key for a consistent hash, and for all ports', () => {
    const hash = (key: HashKey) => ({ loadBalancer: LoadBalancer.consistentHash(key) });
    expect(tcpMistakesOf(hash(HashKey.sourceIp()), db)).toEqual([]);
    expect(tcpMistakesOf(hash(HashKey.header('x-user')), db))
      .toEqual(['[shop/resilience] the consistent hash of reviews is by something in a request, and the proxy reads none on 5432 (TCP). Use HashKey.sourceIp().']);
    expect(tcpMistakesOf({ ports: [{ port: 5432, ...hash(HashKey.sourceIp()) }] }, db, MeshPort.tcp(5433)))
      .toEqual([expect.stringContaining('the consistent hash of port 5432 of reviews: where the proxy reads no requests, Istio takes the key from the whole service or a subset only.')]);
    expect(tcpMistakesOf(hash(HashKey.header('x-user')), MeshPort.of({ number: 7000 }))).toEqual([]);
  });
});

test('the only port of a service has no consistent hash of its own, as Istio would not find its key', () => {
  const ports = [{ port: 80, loadBalancer: LoadBalancer.consistentHash(HashKey.header('x-user')) }];
  expect(mistakesOf({ ports }, MeshPort.http(80))).toEqual([
    '[shop/resilience] the consistent hash of port 80 of reviews is given for its only port. Set it for the whole service: for a port of its own, Istio would not find the key.',
  ]);
  expect(mistakesOf({ ports }, MeshPort.http(80), MeshPort.http(81))).toEqual([]);
});

describe('presets', () => {
  test('are documented numbers', () => {
    const tcp = { connectTimeout: '2s', tcpKeepalive: { probes: 4, time: '5m', interval: '15s' } };
    const outlierDetection = { consecutive5xxErrors: 0, consecutiveGatewayErrors: 5, baseEjectionTime: '30s', maxEjectionPercent: 50 };
    expect(policyOf({ preset: ResiliencePreset.http() }))
      .toEqual({ connectionPool: { tcp, http: { http1MaxPendingRequests: 1024, http2MaxRequests: 1024 } }, outlierDetection });
    expect(policyOf({ preset: ResiliencePreset.grpc() })).toEqual({ connectionPool: { tcp, http: { http2MaxRequests: 1024 } }, outlierDetection });
    expect(policyOf({ preset: ResiliencePreset.streaming() })).toEqual({ connectionPool: { tcp }, outlierDetection });
    expect(policyOf({ preset: ResiliencePreset.tcp() })).toEqual({ connectionPool: { tcp }, outlierDetection });
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

  test('fit a service without requests, if it is theirs', () => {
    const { app, chart } = shop();
    new ResilientService(chart, 'resilience', { service: reviews(chart, MeshPort.tcp(5432)), preset: ResiliencePreset.tcp() });
    expect(mistakes(app)).toEqual([]);
    expect(only(app, 'DestinationRule').spec.trafficPolicy.connectionPool.tcp.connectTimeout).toBe('2s');
  });

  test('yield to what is given beside them, field by field', () => {
    const preset = ResiliencePreset.http();
    const policy = policyOf({ preset, connectionPool: { http: { maxRequests: 10 } }, outlierDetection: { maxEjectionPercent: 100 } });
    expect(policy.connectionPool).toMatchObject({ tcp: { connectTimeout: '2s' }, http: { http1MaxPendingRequests: 1024, http2MaxRequests: 10 } });
    expect(policy.outlierDetection).toMatchObject({ consecutiveGatewayErrors: 5, maxEjectionPercent: 100 });
  });
});
