import { App, Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, ConnectionPool, GatewayRoutes, H2UpgradePolicy, HashAlgorithm, HashKey, HttpMatch, LoadBalancer, MeshPort, MeshService,
  OutlierDetection, RequestTimeout, ResiliencePreset, ResilientService, ResilientServiceProps, Retries, RetryCondition, StringMatch,
} from 'cdk8s-istio';
import { ApiServer } from './verdict';

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

/** The YAML of an App with one service `reviews`, and whatever is built around it. */
function synthesize(build: (chart: Chart, reviews: MeshService) => void, ports: MeshPort[] = [MeshPort.http(9080, { name: 'http' })]): string {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  build(chart, MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'shop', ports }));
  return app.synthYaml();
}

/** Whether our own check lets a status code through. */
function isTaken(code: number): boolean {
  try {
    return Retries.upTo(1, { statusCodes: [code] }) !== undefined;
  } catch {
    return false;
  }
}

function resilient(settings: Partial<ResilientServiceProps>, ports?: MeshPort[]): string {
  return synthesize((chart, service) => {
    new ResilientService(chart, 'resilience', { service, timeout: RequestTimeout.none(), ...settings });
  }, ports);
}

/** Accepted, and something was written at all. */
async function expectAccepted(yaml: string): Promise<void> {
  expect(yaml).toContain('kind:');
  expect(await apiServer.complaints(yaml)).toEqual([]);
}

describe('ResilientService is accepted', () => {
  const durations: [string, Duration][] = [
    ['1 ms', Duration.millis(1)], ['999 ms', Duration.millis(999)], ['1 s', Duration.seconds(1)], ['1.5 s', Duration.millis(1500)],
    ['1.1 s', Duration.seconds(1.1)], ['61.001 s', Duration.millis(61_001)], ['90 s', Duration.seconds(90)], ['2 h', Duration.hours(2)],
    ['25 h', Duration.hours(25)], ['30 days', Duration.days(30)],
  ];
  test.each(durations)('with a duration of %s wherever one is written', async (_, duration) => {
    await expectAccepted(resilient({
      timeout: RequestTimeout.after(duration),
      retries: Retries.upTo(2, { backoff: duration }),
      connectionPool: { tcp: { connectTimeout: duration, maxConnectionDuration: duration, idleTimeout: duration }, http: { idleTimeout: duration } },
      outlierDetection: { consecutive5xxErrors: 1, interval: duration, baseEjectionTime: duration },
      loadBalancer: LoadBalancer.roundRobin({ warmUp: { duration } }),
    }));
    await expectAccepted(resilient({
      retries: Retries.upTo(1, { perTryTimeout: duration }),
      loadBalancer: LoadBalancer.consistentHash(HashKey.cookie('session', duration)),
    }));
  });

  const retries: [string, Retries][] = [
    ['none', Retries.none()],
    ['one', Retries.upTo(1)],
    ['twenty', Retries.upTo(20)],
    ['every condition', Retries.upTo(2, { conditions: Object.values(RetryCondition) })],
    ...Object.values(RetryCondition).map((condition): [string, Retries] => [`condition ${condition}`, Retries.upTo(2, { conditions: [condition] })]),
    ['status codes', Retries.upTo(2, { statusCodes: Array.from({ length: 200 }, (_, index) => 400 + index).filter(isTaken) })],
    ['status codes only', Retries.upTo(2, { conditions: [], statusCodes: [503] })],
    ['one method', Retries.upTo(2, { methods: ['GET'] })],
    ['methods of WebDAV', Retries.upTo(2, { methods: ['PROPFIND', 'VERSION-CONTROL'] })],
    ['gRPC methods', Retries.upTo(2, { grpcMethods: ['/shop.v1.Reviews/Get', '/shop.v1.Catalog/'] })],
  ];
  test.each(retries)('with retries: %s', async (_, value) => expectAccepted(resilient({ retries: value })));

  const pools: [string, ConnectionPool][] = [
    ['every TCP limit', {
      tcp: {
        maxConnections: 1,
        connectTimeout: Duration.seconds(1),
        maxConnectionDuration: Duration.hours(1),
        idleTimeout: Duration.minutes(5),
        keepalive: { probes: 3, time: Duration.minutes(5), interval: Duration.seconds(15) },
      },
    }],
    ['every HTTP limit', {
      http: {
        maxPendingRequests: 1, maxRequests: 1, maxRequestsPerConnection: 1, maxRetries: 1, idleTimeout: Duration.minutes(1), maxConcurrentStreams: 1,
      },
    }],
    ['the largest numbers', {
      tcp: { maxConnections: 2 ** 31 - 1, keepalive: { probes: 2 ** 31 - 1 } },
      http: {
        maxPendingRequests: 2 ** 31 - 1,
        maxRequests: 2 ** 31 - 1,
        maxRequestsPerConnection: 2 ** 31 - 1,
        maxRetries: 2 ** 31 - 1,
        maxConcurrentStreams: 2 ** 31 - 1,
      },
    }],
    ...Object.values(H2UpgradePolicy).map((h2UpgradePolicy): [string, ConnectionPool] => [`h2UpgradePolicy ${h2UpgradePolicy}`, { http: { h2UpgradePolicy } }]),
    ['the client\'s protocol', { http: { useClientProtocol: true } }],
    ['keepalive without numbers', { tcp: { keepalive: {} } }],
    ['empty blocks', { tcp: {}, http: {} }],
  ];
  test.each(pools)('with a connection pool: %s', async (_, connectionPool) => expectAccepted(resilient({ connectionPool })));

  const outliers: [string, OutlierDetection][] = [
    ['nothing given', {}],
    ['5xx only', { consecutive5xxErrors: 1 }],
    ['gateway errors only', { consecutiveGatewayErrors: 7 }],
    ['both', { consecutive5xxErrors: 7, consecutiveGatewayErrors: 3 }],
    ['the largest thresholds', { consecutive5xxErrors: 2 ** 32 - 1, consecutiveGatewayErrors: 2 ** 32 - 1 }],
    ['percentages at their lower bounds', { maxEjectionPercent: 1, minHealthPercent: 0 }],
    ['percentages at their upper bounds', { maxEjectionPercent: 100, minHealthPercent: 100 }],
  ];
  test.each(outliers)('with outlier detection: %s', async (_, outlierDetection) => expectAccepted(resilient({ outlierDetection })));

  const warmUp = { duration: Duration.seconds(30), minimumPercent: 0, aggression: 1.5 };
  const balancers: [string, LoadBalancer][] = [
    ['round robin', LoadBalancer.roundRobin()],
    ['round robin with warm-up', LoadBalancer.roundRobin({ warmUp })],
    ['least request', LoadBalancer.leastRequest()],
    ['least request with warm-up', LoadBalancer.leastRequest({ warmUp: { ...warmUp, minimumPercent: 100, aggression: 1 } })],
    ['random', LoadBalancer.random()],
    ['passthrough', LoadBalancer.passthrough()],
    ...[
      HashKey.header('x-user'), HashKey.cookie('session'), HashKey.cookie('session', Duration.hours(1)), HashKey.sourceIp(), HashKey.queryParameter('user'),
    ].flatMap((key, index): [string, LoadBalancer][] => [
      [`consistent hash ${index}`, LoadBalancer.consistentHash(key)],
      [`consistent hash ${index} on a ring`, LoadBalancer.consistentHash(key, HashAlgorithm.ringHash())],
      [`consistent hash ${index} by maglev`, LoadBalancer.consistentHash(key, HashAlgorithm.maglev())],
    ]),
    ['a ring of one point', LoadBalancer.consistentHash(HashKey.sourceIp(), HashAlgorithm.ringHash(1))],
    ['the largest ring', LoadBalancer.consistentHash(HashKey.sourceIp(), HashAlgorithm.ringHash(8_388_608))],
    ['the largest maglev table', LoadBalancer.consistentHash(HashKey.sourceIp(), HashAlgorithm.maglev(4_999_999))],
  ];
  test.each(balancers)('with load balancing: %s', async (_, loadBalancer) => expectAccepted(resilient({ loadBalancer })));

  test('with each preset', async () => {
    await expectAccepted(resilient({ preset: ResiliencePreset.http(), timeout: RequestTimeout.after(Duration.seconds(5)) }));
    await expectAccepted(resilient({ preset: ResiliencePreset.streaming() }));
    await expectAccepted(resilient({ preset: ResiliencePreset.grpc() }, [MeshPort.grpc(9090)]));
  });

  test('with settings of ports, subsets and routes, beside a canary', async () => {
    await expectAccepted(synthesize((chart, service) => {
      new ResilientService(chart, 'resilience', {
        service,
        timeout: RequestTimeout.after(Duration.seconds(5)),
        retries: Retries.upTo(2),
        outlierDetection: { consecutive5xxErrors: 5 },
        connectionPool: { tcp: { connectTimeout: Duration.seconds(1) } },
        ports: [
          {
            port: 9080,
            timeout: RequestTimeout.none(),
            retries: Retries.none(),
            connectionPool: { http: { h2UpgradePolicy: H2UpgradePolicy.UPGRADE } },
          },
          { port: 5432, connectionPool: { tcp: { maxConnections: 5 } } },
        ],
        subsets: { v2: { loadBalancer: LoadBalancer.random(), outlierDetection: { baseEjectionTime: Duration.seconds(5) } } },
        routes: [{ match: HttpMatch.path(StringMatch.prefix('/slow')), timeout: RequestTimeout.after(Duration.seconds(60)), retries: Retries.upTo(1) }],
      });
      new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 5 });
    }, [MeshPort.http(9080), MeshPort.http2(9081), MeshPort.tcp(5432), MeshPort.of({ number: 7000 })]));
  });

  test('on a TCP service, and on a host that is no Service', async () => {
    await expectAccepted(resilient({ connectionPool: { tcp: { maxConnections: 5 } }, outlierDetection: {} }, [MeshPort.tcp(5432)]));
    await expectAccepted(synthesize((chart) => {
      const service = MeshService.fromHost(chart, 'api', { host: 'api.example.com', namespace: 'shop', ports: [MeshPort.http(80)], exportTo: ['.'] });
      new ResilientService(chart, 'resilience', { service, timeout: RequestTimeout.after(Duration.seconds(5)), outlierDetection: {} });
    }));
    await expectAccepted(synthesize((chart) => {
      const service = MeshService.fromHost(chart, 'any', { host: '*.example.com', namespace: 'shop', ports: [MeshPort.http(80)], exportTo: ['*'] });
      new ResilientService(chart, 'resilience', { service, timeout: RequestTimeout.after(Duration.seconds(5)) });
    }));
  });
});

describe('CanaryRollout is accepted', () => {
  test.each([0, 1, 50, 99, 100])('at a weight of %d', async (weight) => {
    await expectAccepted(synthesize((chart, service) => {
      new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1.0' }, canary: { labels: { track: 'next', build: '0017' } }, weight });
    }));
  });

  const matches: [string, HttpMatch][] = [
    ['an exact path', HttpMatch.path(StringMatch.exact('/a%20b'))],
    ['a prefix', HttpMatch.path(StringMatch.prefix('/a'))],
    ['a regex', HttpMatch.path(StringMatch.regex('/[0-9]{1,3}(/.*)?'))],
    ['an exact header', HttpMatch.header('X-Canary', StringMatch.exact('true'))],
    ['a header prefix', HttpMatch.header('x-canary', StringMatch.prefix('v2'))],
    ['a header regex', HttpMatch.header('x-canary', StringMatch.regex('v2|v3'))],
    ['a header that is there', HttpMatch.header('x-canary', StringMatch.present())],
    ['a cookie', HttpMatch.cookie('group', StringMatch.exact('te$ters'))],
    ['a cookie that is there', HttpMatch.cookie('group', StringMatch.present())],
    ['a cookie by prefix', HttpMatch.cookie('group', StringMatch.prefix('t'))],
    ['a cookie by regex', HttpMatch.cookie('group', StringMatch.regex('[a-z]+'))],
    ['a query parameter', HttpMatch.queryParameter('v', StringMatch.exact('2'))],
    ['a query parameter by regex', HttpMatch.queryParameter('v', StringMatch.regex('2.*'))],
    ['a query parameter that is there', HttpMatch.queryParameter('v', StringMatch.present())],
    ['a method', HttpMatch.methods('PATCH')],
    ['methods', HttpMatch.methods('GET', 'HEAD')],
    ['a port', HttpMatch.port(9080)],
    ['all of many', HttpMatch.allOf(HttpMatch.port(9080), HttpMatch.methods('GET'), HttpMatch.path(StringMatch.prefix('/a')),
      HttpMatch.header('a', StringMatch.exact('b')), HttpMatch.queryParameter('c', StringMatch.exact('d')))],
    ['any of several', HttpMatch.anyOf(HttpMatch.header('a', StringMatch.exact('b')), HttpMatch.cookie('c', StringMatch.exact('d')))],
  ];
  test.each(matches)('with a match by %s', async (_, alwaysCanary) => {
    await expectAccepted(synthesize((chart, service) => {
      new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 10, alwaysCanary });
      new ResilientService(chart, 'resilience', { service, timeout: RequestTimeout.after(Duration.seconds(1)), retries: Retries.upTo(1) });
    }));
  });
});

describe('GatewayRoutes is accepted', () => {
  test.each([['shop.example.com'], ['*.example.com'], ['*']])('for the host %s', async (host) => {
    await expectAccepted(synthesize((chart, service) => {
      new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: [host] })
        .addRoute(HttpMatch.path(StringMatch.prefix('/reviews')), service)
        .addRoute(HttpMatch.any(), service, { port: 9080 });
    }));
  });

  test('with several hosts, of a service with everything', async () => {
    await expectAccepted(synthesize((chart, service) => {
      new CanaryRollout(chart, 'canary', {
        service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 10, alwaysCanary: HttpMatch.header('x-canary', StringMatch.exact('true')),
      });
      new ResilientService(chart, 'resilience', { service, timeout: RequestTimeout.after(Duration.seconds(1)), preset: ResiliencePreset.http() });
      new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: ['a.example.com', 'b.example.com'] })
        .addRoute(HttpMatch.path(StringMatch.exact('/reviews')), service)
        .addRoute(HttpMatch.path(StringMatch.prefix('/reviews/')), service);
    }));
  });
});
