import { deploymentYaml, serviceYaml } from '../../../../src/check/example-objects';
import { said } from '../said';

const namespace = (name: string, labels: string) => `---
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: { ${labels} } }
`;
const AMBIENT = 'istio.io/dataplane-mode: ambient';
const WITH_WAYPOINT = `${AMBIENT}, istio.io/use-waypoint: waypoint`;

const waypoint = (labels = '') => `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: shop, labels: { ${labels} } }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
`;

const policy = (name: string, spec: string) => `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
`;

const REVIEWS = serviceYaml('reviews', 'shop') + deploymentYaml('reviews', 'shop');
const SELECTOR = 'selector: { matchLabels: { app: reviews } }';

describe('MESH3901: policies that need a waypoint', () => {
  const told = (rule: string, more = '') => said('MESH3901', namespace('shop', AMBIENT) + REVIEWS + policy('a', `{ ${SELECTOR}, ${rule} }`) + more);

  test('conditions on connections do not', () => {
    expect(told('rules: [{ to: [{ operation: { ports: ["8080"] } }], when: [{ key: source.namespace, values: [web] }] }]')).toEqual([]);
  });

  test('the first one that does is named with what becomes of the policy', () => {
    expect(told('rules: [{ when: [{ key: "request.headers[x]", values: [y] }] }]').map(({ path, message }) => [path, message.includes('allows nothing')]))
      .toEqual([['spec.rules[0].when[0].key', true]]);
    expect(told('action: AUDIT, rules: [{}]').map(({ path }) => path)).toEqual(['spec.action']);
  });

  test('a workload with a sidecar carries it out by itself', () => {
    const rule = 'rules: [{ to: [{ operation: { methods: [GET] } }] }]';
    expect(told(rule)).toHaveLength(1);
    expect(told(rule, deploymentYaml('reviews', 'shop', 'v2').replace('labels: { app: reviews, version: v2 } }\n    spec', 'labels: { app: reviews, sidecar.istio.io/inject: "true" } }\n    spec'))).toEqual([]);
  });
});

describe('MESH3903: the waypoint that a label names', () => {
  test('a Service may opt out', () => {
    expect(said('MESH3903', namespace('shop', AMBIENT) + serviceYaml('reviews', 'shop').replace('namespace: shop', 'namespace: shop, labels: { istio.io/use-waypoint: none }'))).toEqual([]);
  });

  test('a waypoint for workloads does not take Services', () => {
    const service = serviceYaml('reviews', 'shop').replace('namespace: shop', 'namespace: shop, labels: { istio.io/use-waypoint: waypoint }');
    expect(said('MESH3903', waypoint() + service)).toEqual([]);
    expect(said('MESH3903', waypoint('istio.io/waypoint-for: all') + service)).toEqual([]);
    expect(said('MESH3903', waypoint('istio.io/waypoint-for: workload') + service)).toHaveLength(1);
  });
});

describe('MESH3904: the identity of the waypoint', () => {
  const CALLER = '{ principals: ["cluster.local/ns/web/sa/productpage"] }';
  const told = (...policies: string[]) => said('MESH3904', namespace('shop', WITH_WAYPOINT) + waypoint() + REVIEWS + policies.join(''));
  const allow = (name: string, source: string) => policy(name, `{ ${SELECTOR}, rules: [{ from: [{ source: ${source} }] }] }`);

  test('another policy may let it in', () => {
    expect(told(allow('a', CALLER))).toHaveLength(1);
    expect(told(allow('a', CALLER), allow('b', '{ namespaces: [shop] }'))).toEqual([]);
    expect(told(allow('a', CALLER), allow('b', '{ serviceAccounts: [shop/waypoint] }'))).toEqual([]);
  });

  test('a wildcard may stand for it', () => {
    expect(told(allow('a', '{ principals: ["cluster.local/ns/shop/*"] }'))).toEqual([]);
    expect(told(allow('a', '{ principals: ["*/sa/waypoint"] }'))).toEqual([]);
    expect(told(allow('a', '{ principals: ["*/sa/other"] }'))).toHaveLength(1);
  });

  test('a rule that ztunnel leaves out lets nobody in', () => {
    expect(told(policy('a', `{ ${SELECTOR}, rules: [{ to: [{ operation: { methods: [GET] } }] }] }`))).toHaveLength(1);
  });

  test('what may be reached past the waypoint is left alone', () => {
    const direct = serviceYaml('direct', 'shop').replace('namespace: shop', 'namespace: shop, labels: { istio.io/use-waypoint: none }').replace('app: direct', 'app: reviews');
    expect(told(allow('a', CALLER), direct)).toEqual([]);
  });
});

describe('MESH3908: routes of the ambient mesh without a waypoint', () => {
  const routes = (host: string) => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec: { hosts: [${host}], http: [{ timeout: 2s, route: [{ destination: { host: reviews } }] }] }
`;

  test('a client with a sidecar carries them out', () => {
    const all = namespace('shop', AMBIENT) + REVIEWS + routes('reviews');
    expect(said('MESH3908', all)).toHaveLength(1);
    expect(said('MESH3908', all + namespace('web', 'istio-injection: enabled') + deploymentYaml('productpage', 'web'))).toEqual([]);
  });

  test('a host outside of the cluster is for clients of any kind', () => {
    expect(said('MESH3908', namespace('shop', AMBIENT) + REVIEWS + routes('reviews.example.com'))).toEqual([]);
  });
});
