import { App } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { BANK, Shop } from './shop';
import { isAllowed } from '../../test/security/policy-evaluator';

const yaml = synthesize();
const objects = parseAllDocuments(yaml).map((document) => document.toJS()).filter((manifest) => manifest !== null);

function synthesize(): string {
  const app = new App();
  new Shop(app);
  return app.synthYaml();
}

const named = (kind: string, namespace: string, name: string): any => {
  const found = objects.filter((object) => object.kind === kind && object.metadata.namespace === namespace && object.metadata.name === name);
  if (found.length !== 1) throw new Error(`${found.length} of ${kind} ${namespace}/${name}`);
  return found[0].spec;
};

const CALLERS = ['istio-ingress/ingress', 'shop/frontend', 'shop/reviews', 'shop/cart', 'shop/intruder', 'billing/payments', 'billing/settlement', 'elsewhere/frontend', undefined];
const TARGETS = ['shop/frontend', 'shop/reviews', 'shop/cart', 'billing/payments', 'billing/settlement'];
const METHODS = ['GET', 'HEAD', 'POST', 'DELETE'];
const PATHS = ['/', '/reviews', '/reviews/1', '/reviewers', '/cart', '/cart/7', '/payments', '/payments/7', '/payments/7/receipt', '/metrics'];

test('synthesizing twice writes the same bytes', () => {
  expect(synthesize()).toEqual(yaml);
});

test('nobody calls anybody but as it is declared', () => {
  const requests = TARGETS.flatMap((target) => CALLERS.flatMap((account) => [8080, 9102].flatMap((port) => METHODS.flatMap((method) => (
    PATHS.map((path) => ({ target, account, port, method, path })))))));
  const allowed = requests.filter(({ target, ...request }) => {
    const [namespace, app] = target.split('/');
    return isAllowed(objects, { namespace, labels: { app }, ...request });
  }).map(({ target, account = 'anyone', port, method, path }) => `${account} → ${target}:${port} ${method} ${path}`);
  const everyPath = (caller: string, target: string, method: string) => PATHS.map((path) => `${caller} → ${target}:8080 ${method} ${path}`);
  const metrics = (target: string) => CALLERS.map((caller) => `${caller ?? 'anyone'} → ${target}:9102 GET /metrics`);
  expect(allowed.sort()).toEqual([
    ...everyPath('istio-ingress/ingress', 'shop/frontend', 'GET'),
    ...everyPath('istio-ingress/ingress', 'shop/frontend', 'POST'),
    'shop/frontend → shop/reviews:8080 GET /reviews',
    'shop/frontend → shop/reviews:8080 GET /reviews/1',
    ...['GET', 'POST'].flatMap((method) => ['/cart', '/cart/7'].map((path) => `shop/frontend → shop/cart:8080 ${method} ${path}`)),
    'shop/cart → billing/payments:8080 POST /payments',
    'billing/settlement → billing/payments:8080 GET /payments/7/receipt',
    ...metrics('shop/reviews'),
    ...metrics('shop/cart'),
  ].sort());
});

test('connections without a certificate are cut off, but for metrics', () => {
  for (const namespace of ['shop', 'billing']) expect(named('PeerAuthentication', namespace, 'default')).toEqual({ mtls: { mode: 'STRICT' } });
  const exceptions = objects.filter(({ kind, metadata }) => kind === 'PeerAuthentication' && metadata.name !== 'default');
  expect(exceptions.map(({ spec }) => [spec.selector.matchLabels.app, spec.mtls.mode, spec.portLevelMtls])).toEqual([
    ['reviews', 'STRICT', { 9102: { mode: 'PERMISSIVE' } }], ['cart', 'STRICT', { 9102: { mode: 'PERMISSIVE' } }],
  ]);
});

test('applications are let out to what they are declared to call', () => {
  const hosts = (namespace: string, name: string) => {
    const { egress, outboundTrafficPolicy } = named('Sidecar', namespace, name);
    expect(outboundTrafficPolicy).toEqual({ mode: 'REGISTRY_ONLY' });
    return egress[0].hosts;
  };
  expect(hosts('shop', 'default')).toEqual(['./*', 'istio-system/*', 'billing/payments.billing.svc.cluster.local']);
  expect(hosts('billing', 'default')).toEqual(['./*', 'istio-system/*', `*/${BANK}`]);
  expect(hosts('billing', 'settlement')).toEqual(['istio-system/*', 'billing/payments.billing.svc.cluster.local']);
});

test('the graph says the same in words', () => {
  expect(new Shop(new App()).calls.edges.map(({ caller = 'anyone', target }) => `${caller} → ${target}`)).toEqual([
    'anyone → shop/cart', 'anyone → shop/reviews', 'billing/payments → api.bank.example', 'billing/settlement → billing/payments',
    'istio-ingress/ingress → shop/frontend', 'shop/cart → billing/payments', 'shop/frontend → shop/cart', 'shop/frontend → shop/reviews',
  ]);
});
