import { documents } from '../documents';
import { said } from '../said';

const verifying = (scope = '', namespace = 'shop') => `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: tokens, namespace: ${namespace} }
spec: { ${scope}jwtRules: [{ issuer: "https://id.example.com", jwksUri: "https://id.example.com/jwks.json" }] }`;

const policy = (spec: string, namespace = 'shop', annotations = '') => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: ${namespace}, annotations: { ${annotations} } }
spec: { ${spec} }`;

const CART = 'selector: { matchLabels: { app: cart } }, ';
const ORDERS = 'selector: { matchLabels: { app: orders } }, ';
const GATEWAY = 'targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: public }], ';
const ASKING = 'rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }]';

const unverified = (...parts: string[]) => said('MESH3414', documents(...parts)).map(({ message }) => message);
const optional = (...parts: string[]) => said('MESH3415', documents(...parts)).length > 0;

test('tokens are verified where a policy holds: for its labels, its namespace, its target or the mesh', () => {
  expect(unverified(policy(CART + ASKING))).toHaveLength(1);
  expect(unverified(policy(CART + ASKING), verifying(ORDERS))).toHaveLength(1);
  expect(unverified(policy(CART + ASKING), verifying('', 'billing'))).toHaveLength(1);
  expect(unverified(policy(GATEWAY + ASKING), verifying(GATEWAY.replace('public', 'other')))).toHaveLength(1);
  for (const authentication of [verifying(CART), verifying(), verifying('', 'istio-system')]) {
    expect(unverified(policy(CART + ASKING), authentication)).toEqual([]);
  }
  expect(unverified(policy(GATEWAY + ASKING), verifying(GATEWAY))).toEqual([]);
  expect(unverified(policy(ASKING, 'istio-system'), verifying(CART))).toEqual([]);
});

test('what asks for no token is matched by everybody', () => {
  expect(unverified(policy('action: DENY, rules: [{ from: [{ source: { notRequestPrincipals: ["*"] } }] }]'))[0]).toMatch(/matches every request/);
  expect(unverified(policy('rules: [{ when: [{ key: "request.auth.claims[group]", values: [a] }] }]'))[0]).toMatch(/matches no request/);
});

test('a token is asked for by any policy that may hold for the same workload', () => {
  expect(optional(verifying(CART))).toBe(true);
  expect(optional(verifying(CART), policy(ORDERS + ASKING))).toBe(true);
  expect(optional(verifying(CART), policy('rules: [{ from: [{ source: { namespaces: [shop] } }] }]'))).toBe(true);
  expect(optional(verifying(CART), policy(ASKING, 'shop', 'istio.io/dry-run: "true"'))).toBe(true);
  for (const asking of [policy(CART + ASKING), policy(ASKING), policy(CART + ASKING, 'istio-system'), policy('action: CUSTOM, provider: { name: x }, rules: [{}]')]) {
    expect(optional(verifying(CART), asking)).toBe(false);
  }
});

test('where routes ask for claims, being without a token has its own way', () => {
  expect(optional(verifying(), `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: cart, namespace: shop }
spec: { hosts: [shop.example.com], gateways: [edge/public], http: [{ match: [{ headers: { "@request.auth.claims.group": { exact: a } } }], route: [{ destination: { host: cart } }] }] }`)).toBe(false);
});
