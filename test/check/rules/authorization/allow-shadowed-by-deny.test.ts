import { documents } from '../documents';
import { said } from '../said';

const policy = (name: string, action: string, rule: string, selector = '', namespace = 'shop') => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: { action: ${action}, ${selector}rules: [${rule}] }`;

const CART = 'selector: { matchLabels: { app: cart } }, ';
const shadowed = (allow: string, deny: string) => said('MESH3421', documents(policy('a', 'ALLOW', allow), policy('d', 'DENY', deny))).length > 0;
const source = (fields: string) => `{ from: [{ source: { ${fields} } }] }`;
const operation = (fields: string) => `{ to: [{ operation: { ${fields} } }] }`;

test.each([
  ['all', operation('methods: [GET]'), '{}'],
  ['the same', operation('methods: [GET]'), operation('methods: [GET, POST]')],
  ['paths within a prefix', operation('paths: [/api/x, "/api/y/*"]'), operation('paths: ["/api/*"]')],
  ['other namespaces than the excepted', source('namespaces: [billing]'), source('notNamespaces: [shop]')],
  ['the namespace of a principal', source('principals: [cluster.local/ns/billing/sa/a]'), source('notNamespaces: [shop]')],
  ['the namespace of a short service account', source('serviceAccounts: [cart]'), source('namespaces: [shop]')],
  ['as many exceptions', operation('notPaths: ["/x*", /y]'), operation('notPaths: [/x]')],
])('a DENY of %s', (_what, allow, deny) => {
  expect(shadowed(allow, deny)).toBe(true);
});

test.each([
  ['a part of the methods', operation('methods: [GET, POST]'), operation('methods: [GET]')],
  ['a longer prefix', operation('paths: ["/api/*"]'), operation('paths: ["/api/admin*"]')],
  ['what has no token', source('requestPrincipals: ["*"]'), source('notRequestPrincipals: ["*"]')],
  ['callers of which one is excepted', source('namespaces: [billing, shop]'), source('notNamespaces: [shop]')],
  ['anyone but some, by a wider pattern', source('namespaces: ["bill*"]'), source('notNamespaces: [billing]')],
  ['addresses that may lie within others', source('ipBlocks: [10.1.0.0/16]'), source('notIpBlocks: [10.0.0.0/8]')],
  ['paths by a template', operation('paths: [/a/x]'), operation('notPaths: ["/a/{*}"]')],
  ['what fulfils a condition', operation('methods: [GET]'), '{ when: [{ key: source.ip, values: [10.0.0.1] }] }'],
])('not a DENY of %s', (_what, allow, deny) => {
  expect(shadowed(allow, deny)).toBe(false);
});

test('only where both hold for the same workloads', () => {
  const count = (...parts: string[]) => said('MESH3421', documents(...parts)).length;
  const get = operation('methods: [GET]');
  expect(count(policy('a', 'ALLOW', get, CART), policy('d', 'DENY', '{}'))).toBe(1);
  expect(count(policy('a', 'ALLOW', get), policy('d', 'DENY', '{}', CART))).toBe(0);
  expect(count(policy('a', 'ALLOW', get, CART), policy('d', 'DENY', '{}', CART))).toBe(1);
  expect(count(policy('a', 'ALLOW', get, CART), policy('d', 'DENY', '{}', 'selector: { matchLabels: { app: cart, version: v1 } }, '))).toBe(0);
  expect(count(policy('a', 'ALLOW', get, CART), policy('d', 'DENY', '{}', '', 'istio-system'))).toBe(1);
  expect(count(policy('a', 'ALLOW', get, CART), policy('d', 'DENY', '{}', CART, 'istio-system'))).toBe(1);
  expect(count(policy('a', 'ALLOW', get, CART), policy('d', 'DENY', '{}', '', 'other'))).toBe(0);
});
