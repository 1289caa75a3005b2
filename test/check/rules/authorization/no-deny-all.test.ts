import { documents } from '../documents';
import { said } from '../said';

const workload = (name: string) => documents(`
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 80 }] }`, `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec: { template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: ${name} }] } } }`);

const policy = (name: string, spec: string, namespace = 'shop') => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}`;

const allow = (app: string, action = 'ALLOW') => policy(app, `{ selector: { matchLabels: { app: ${app} } }, action: ${action}, rules: [{ to: [{ operation: { methods: [GET] } }] }] }`);
const MESH = documents(workload('cart'), workload('orders'));
const messages = (...parts: string[]) => said('MESH3409', documents(MESH, ...parts)).map(({ name, message }) => `${name}: ${message}`);

test('says once for a namespace what is open, at the first policy that closes something', () => {
  expect(messages(allow('cart'))).toEqual(['cart: This policy closes what it selects, and no policy closes Deployment shop/orders.']);
  expect(messages(allow('cart'), workload('users'))).toHaveLength(1);
});

test('nothing is open when each workload is closed, or all are', () => {
  expect(messages(allow('cart'), allow('orders'))).toEqual([]);
  expect(messages(allow('cart'), policy('deny-all', '{}'))).toEqual([]);
  expect(messages(allow('cart'), policy('deny-all', '{}', 'istio-system'))).toEqual([]);
});

test('a DENY closes nothing, and without an ALLOW nobody expects it', () => {
  expect(messages(allow('cart'), allow('orders', 'DENY'))).toHaveLength(1);
  expect(messages(allow('orders', 'DENY'))).toEqual([]);
});

test('a deny-all out of sight may be in the namespace or in the root namespace', () => {
  expect(said('MESH3409', documents(MESH, allow('cart')), { complete: false }).map(({ severity }) => severity)).toEqual(['info']);
});
