import { said } from '../said';

const paths = (rules: string, action = 'ALLOW') => said('MESH3416', `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { action: ${action}, rules: [${rules}] }`).map(({ path }) => path);

const from = (...sources: string[]) => `from: [${sources.map((source) => `{ source: { ${source} } }`).join(', ')}]`;
const to = (...operations: string[]) => `to: [${operations.map((operation) => `{ operation: { ${operation} } }`).join(', ')}]`;

test.each([
  ['who and what in two rules', `{ ${from('namespaces: [shop]')} }, { ${to('methods: [GET]')} }`, ['spec.rules[1]']],
  ['what and who in two rules', `{ ${to('paths: ["/api/*"]')} }, { ${from('principals: ["*"]')} }`, ['spec.rules[1]']],
  ['what, and a condition of its own', `{ ${to('paths: ["/api/*"]')} }, { when: [{ key: "request.auth.claims[group]", values: [a] }] }`, ['spec.rules[1]']],
  ['methods and paths', `{ ${to('paths: ["/api/*"]', 'methods: [GET, POST]')} }`, ['spec.rules[0].to[1]']],
  ['hosts and paths', `{ ${to('hosts: [shop.example.com]', 'paths: ["/api/*"]')} }`, ['spec.rules[0].to[1]']],
  ['paths and what is not one', `{ ${to('paths: ["/api/*"]', 'notPaths: [/api/admin]')} }`, ['spec.rules[0].to[1]']],
  ['a principal of a namespace that is named altogether', `{ ${from('namespaces: [shop]', 'principals: [cluster.local/ns/shop/sa/a]')} }`, ['spec.rules[0].from[1]']],
])('finds %s', (_what, rules, expected) => {
  expect(paths(rules)).toEqual(expected);
});

test.each([
  ['paths for everybody beside callers that may do all', `{ ${from('namespaces: [shop]')} }, { ${to('paths: [/healthz, /metrics]')} }`],
  ['what probes and scrapes ask for', `{ ${from('namespaces: [shop]')} }, { ${to('paths: ["*/healthz", "*/ready", /stats/prometheus, /wait-for-drain]')} }`],
  ['the preflight of browsers', `{ ${from('namespaces: [shop]')} }, { ${to('methods: [OPTIONS]')} }`],
  ['callers, and whoever has a claim', `{ ${from('namespaces: [shop]')} }, { when: [{ key: "request.auth.claims[group]", values: [a] }] }`],
  ['two full rules', `{ ${from('namespaces: [shop]')}, ${to('methods: [GET]')} }, { ${from('namespaces: [billing]')}, ${to('methods: [POST]')} }`],
  ['methods for each path', `{ ${to('methods: [GET], paths: ["/api/*"]', 'methods: [POST], paths: [/cart]')} }`],
  ['a principal of another namespace', `{ ${from('namespaces: [shop]', 'principals: [cluster.local/ns/billing/sa/a]')} }`],
  ['a method, and paths for everybody', `{ ${to('methods: [GET]', 'paths: [/healthz]')} }`],
  ['a port for metrics, and paths', `{ ${to('ports: ["9090"]', 'paths: ["/api/*"]')} }`],
])('is content with %s', (_what, rules) => {
  expect(paths(rules)).toEqual([]);
});

test('a DENY that is wide is seldom an accident', () => {
  expect(paths(`{ ${to('methods: [DELETE]', 'paths: ["/admin*"]')} }`, 'DENY')).toEqual([]);
  expect(paths(`{ ${from('namespaces: [dev]')} }, { ${to('methods: [DELETE]')} }`, 'DENY')).toEqual([]);
});
