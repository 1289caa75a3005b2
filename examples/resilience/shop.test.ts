import { App } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { ShopChart } from './shop';

const yaml = synthesize();
const objects = parseAllDocuments(yaml).map((document) => document.toJS()).filter((manifest) => manifest !== null);

function synthesize(): string {
  const app = new App();
  new ShopChart(app, 'shop');
  return app.synthYaml();
}

function spec(kind: string, name: string): any {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
  if (found.length !== 1) throw new Error(`${found.length} of ${kind} ${name} among ${objects.map((o) => `${o.kind} ${o.metadata.name}`).join(', ')}`);
  return found[0].spec;
}

const policy = (name: string) => spec('DestinationRule', name).trafficPolicy;

test('synthesizing twice writes the same bytes', () => {
  expect(synthesize()).toEqual(yaml);
});

test('the catalog is read from the nearest pods, and from the other region when they fail', () => {
  expect(policy('catalog').loadBalancer.localityLbSetting.failover)
    .toEqual([{ from: 'eu-west1', to: 'eu-central1' }, { from: 'eu-central1', to: 'eu-west1' }]);
  expect(policy('catalog').outlierDetection).toMatchObject({ consecutiveGatewayErrors: 5, baseEjectionTime: '30s', maxEjectionPercent: 100 });
});

test('the catalog is asked again within a budget, and exports take their time', () => {
  expect(policy('catalog').retryBudget).toEqual({ percent: 20, minRetryConcurrency: 3 });
  const [exports, safe, others] = spec('VirtualService', 'catalog').http;
  expect([exports.match, exports.timeout, exports.retries]).toEqual([[{ uri: { prefix: '/export/' } }], '2m', { attempts: 0 }]);
  expect([safe.timeout, safe.retries]).toEqual(['3s', expect.objectContaining({ attempts: 2, perTryTimeout: '1s' })]);
  expect([others.timeout, others.retries]).toEqual(['3s', undefined]);
});

test('four fifths of the searches stay in their zone, and new pods are spared', () => {
  const [a, b] = ['eu-west1/eu-west1-a/*', 'eu-west1/eu-west1-b/*'];
  expect(policy('search').loadBalancer).toEqual({
    simple: 'LEAST_REQUEST',
    warmup: { duration: '2m', minimumPercent: 5 },
    localityLbSetting: { enabled: true, distribute: [{ from: a, to: { [a]: 80, [b]: 20 } }, { from: b, to: { [a]: 20, [b]: 80 } }] },
  });
});

test('a user\'s cart is always in the same pod', () => {
  expect(policy('cart').loadBalancer).toEqual({ consistentHash: { httpHeaderName: 'x-user-id', maglev: { tableSize: 65537 } } });
});

test('payments have a strict circuit breaker, and no payment is tried twice', () => {
  expect(policy('payments')).toEqual({
    connectionPool: { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1, maxRequestsPerConnection: 1 } },
    outlierDetection: { consecutive5xxErrors: 1, consecutiveGatewayErrors: 0, interval: '1s', baseEjectionTime: '3m', maxEjectionPercent: 100 },
  });
  expect(spec('VirtualService', 'payments').http.map(({ timeout, retries }: any) => [timeout, retries])).toEqual([['10s', { attempts: 0 }]]);
});

test('the database has limits on connections, and no rules for requests', () => {
  expect(policy('database')).toEqual({
    connectionPool: {
      tcp: { maxConnections: 100, connectTimeout: '1s', idleTimeout: '30m', tcpKeepalive: { time: '5m', interval: '15s', probes: 4 } },
    },
  });
  expect(objects.filter(({ kind, metadata }) => kind === 'VirtualService' && metadata.name === 'database')).toEqual([]);
});

test('pods are spread over the zones', () => {
  for (const name of ['catalog', 'search', 'cart', 'payments', 'database']) {
    expect(spec('Deployment', name).template.spec.topologySpreadConstraints)
      .toEqual([expect.objectContaining({ topologyKey: 'topology.kubernetes.io/zone', labelSelector: { matchLabels: { app: name } } })]);
  }
});
