import { App } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { bookinfo } from './bookinfo';

const yaml = synthesize();
const objects = parseAllDocuments(yaml).map((document) => document.toJS()).filter((manifest) => manifest !== null);

function synthesize(): string {
  const app = new App();
  bookinfo(app);
  return app.synthYaml();
}

function object(kind: string, name: string, namespace = 'bookinfo'): any {
  const found = objects.find((o) => o.kind === kind && o.metadata.name === name && (o.metadata.namespace ?? namespace) === namespace);
  if (!found) throw new Error(`no ${kind} ${namespace}/${name} among ${objects.map((o) => `${o.kind} ${o.metadata.name}`).join(', ')}`);
  return found;
}

test('synthesizing twice writes the same bytes', () => {
  expect(synthesize()).toEqual(yaml);
});

test('the namespace comes first, allows before deny-all, each DestinationRule before its VirtualService', () => {
  const order = objects.filter((o) => (o.metadata.namespace ?? o.metadata.name) === 'bookinfo').map((o) => `${o.kind}/${o.metadata.name}`);
  expect(order[0]).toBe('Namespace/bookinfo');
  expect(order.indexOf('DestinationRule/reviews')).toBeLessThan(order.indexOf('VirtualService/reviews'));
  const allows = order.filter((name) => name.startsWith('AuthorizationPolicy/allow-'));
  expect(allows).toHaveLength(5);
  for (const allow of allows) expect(order.indexOf(allow)).toBeLessThan(order.indexOf('AuthorizationPolicy/deny-all'));
});

test('a Namespace stands in no namespace', () => {
  const namespaces = objects.filter((o) => o.kind === 'Namespace').map((o) => [o.metadata.name, o.metadata.namespace]);
  expect(namespaces).toEqual([['istio-ingress', undefined], ['bookinfo', undefined]]);
});

test('the policies allow the call graph of Bookinfo, and nothing else', () => {
  const edges = objects
    .filter((o) => o.kind === 'AuthorizationPolicy' && o.metadata.name !== 'deny-all')
    .flatMap((policy) => policy.spec.rules.flatMap((rule: any) => rule.from.flatMap((from: any) => from.source.serviceAccounts.map(
      (account: string) => `${account} ${rule.to[0].operation.methods} ${policy.spec.selector.matchLabels.app} ${rule.to[0].operation.paths}`))))
    .sort();
  expect(edges).toEqual([
    'bookinfo/bookinfo-productpage-v1 GET details /details/*',
    'bookinfo/bookinfo-productpage-v1 GET reviews /reviews/*',
    'bookinfo/bookinfo-reviews-v2 GET ratings /ratings/*',
    'bookinfo/bookinfo-reviews-v3 GET ratings /ratings/*',
    'istio-ingress/ingress GET productpage /productpage,/static/*,/api/v1/products*,/logout',
    'istio-ingress/ingress POST productpage /login',
  ]);
  expect(object('AuthorizationPolicy', 'deny-all').spec).toEqual({});
  expect(object('PeerAuthentication', 'default').spec).toEqual({ mtls: { mode: 'STRICT' } });
});

test('nothing leaves the namespace but to itself and the control plane', () => {
  expect(object('Sidecar', 'default').spec).toEqual({
    egress: [{ hosts: ['./*', 'istio-system/*'] }],
    outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
  });
});

test('a tenth of the requests for reviews, and all of the testers\', reach v2', () => {
  const host = 'reviews.bookinfo.svc.cluster.local';
  expect(object('VirtualService', 'reviews').spec.http).toEqual([
    { match: [{ headers: { 'x-canary': { exact: 'true' } } }], route: [{ destination: { host, subset: 'v2' } }] },
    { route: [{ destination: { host, subset: 'v1' }, weight: 90 }, { destination: { host, subset: 'v2' }, weight: 10 }] },
  ]);
  expect(object('DestinationRule', 'reviews').spec.subsets).toEqual([
    { name: 'v1', labels: { version: 'v1' } },
    { name: 'v2', labels: { version: 'v2' } },
  ]);
});

test('ratings may take two seconds, is asked again where that is safe, and a failing pod is left out', () => {
  const [safe, others] = object('VirtualService', 'ratings').spec.http;
  expect(safe.match).toEqual([{ method: { regex: 'DELETE|GET|HEAD|OPTIONS|PUT' } }]);
  expect(safe.retries).toMatchObject({ attempts: 2, perTryTimeout: '600ms' });
  expect([safe.timeout, others.timeout]).toEqual(['2s', '2s']);
  expect(others.retries).toBeUndefined();
  expect(object('DestinationRule', 'ratings').spec.trafficPolicy.outlierDetection).toEqual({
    consecutive5xxErrors: 3, consecutiveGatewayErrors: 0, interval: '1s', baseEjectionTime: '30s', maxEjectionPercent: 50,
  });
});

test('the gateway shows the product page and nothing behind it', () => {
  const routes = object('VirtualService', 'bookinfo-example-com').spec;
  expect(routes.gateways).toEqual(['istio-ingress/public']);
  const hosts = new Set(routes.http.flatMap((route: any) => route.route.map((r: any) => r.destination.host)));
  expect([...hosts]).toEqual(['productpage.bookinfo.svc.cluster.local']);
});

test('no selector depends on where the code stands', () => {
  const selectors = objects.filter((o) => o.apiVersion.includes('istio.io')).map((o) => JSON.stringify(o.spec));
  expect(selectors.join()).not.toContain('cdk8s.io/metadata.addr');
});
