import { documents } from '../documents';
import { said } from '../said';

const workload = (name: string, ports: string) => documents(`
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { selector: { app: ${name} }, ports: ${ports} }`, `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec: { template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: ${name} }] } } }`);

const policy = (action: string, rule: string, labels = '', annotations = '') => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop, annotations: { ${annotations} } }
spec: { action: ${action}, ${labels}rules: [${rule}] }`;

const HTTP = workload('cart', '[{ name: http, port: 80, targetPort: 8080 }]');
const TCP = workload('db', '[{ name: tcp-db, port: 5432 }]');
const paths = (...parts: string[]) => said('MESH3413', documents(...parts)).map(({ path }) => path);
const messages = (...parts: string[]) => said('MESH3413', documents(...parts)).map(({ message }) => message);

test('a DENY for a namespace closes the TCP ports of every workload in it', () => {
  const deny = policy('DENY', '{ to: [{ operation: { paths: ["/admin*"] } }] }');
  expect(paths(deny, HTTP)).toEqual([]);
  expect(paths(deny, HTTP, TCP)).toEqual(['spec.rules[0].to[0].operation.paths']);
  expect(messages(deny, TCP)[0]).toMatch(/denies there every connection/);
});

test('what is left of a DENY still limits it', () => {
  expect(messages(policy('DENY', '{ from: [{ source: { namespaces: [dev] } }], to: [{ operation: { methods: [POST] } }] }'), TCP)[0])
    .toMatch(/denies there whatever the rest of it says/);
});

test('ports are those of the workload', () => {
  const redirected = workload('db', '[{ name: tcp-db, port: 5432, targetPort: 15432 }]');
  const deny = (port: number) => policy('DENY', `{ to: [{ operation: { paths: ["/admin*"], ports: ["${port}"] } }] }`);
  expect(paths(deny(15432), redirected)).toHaveLength(1);
  expect(paths(deny(5432), redirected)).toEqual([]);
  expect(paths(policy('DENY', '{ to: [{ operation: { paths: ["/admin*"], notPorts: ["5432"] } }] }'), TCP)).toEqual([]);
});

test('an ALLOW with a port of HTTP, or one that is not declared, is of use', () => {
  const allow = policy('ALLOW', '{ to: [{ operation: { methods: [GET] } }] }');
  expect(paths(allow, TCP)).toHaveLength(1);
  expect(paths(allow, TCP, HTTP)).toEqual([]);
  expect(paths(allow, workload('db', '[{ name: db, port: 9000 }]'))).toEqual([]);
});

test('conditions and principals of requests count, those of connections do not', () => {
  expect(paths(policy('DENY', '{ when: [{ key: "request.headers[x-team]", values: [a] }] }'), TCP)).toEqual(['spec.rules[0].when[0].key']);
  expect(paths(policy('DENY', '{ from: [{ source: { notRequestPrincipals: ["*"] } }] }'), TCP)).toEqual(['spec.rules[0].from[0].source.notRequestPrincipals']);
  expect(paths(policy('DENY', '{ from: [{ source: { ipBlocks: [10.0.0.0/8] } }], when: [{ key: connection.sni, values: [a] }] }'), TCP)).toEqual([]);
});

test('a dry run denies nothing, and without sidecar there is nothing to deny', () => {
  const rule = '{ to: [{ operation: { paths: ["/admin*"] } }] }';
  const namespace = (injection: string) => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: ${injection} } }`;
  expect(paths(policy('DENY', rule, '', 'istio.io/dry-run: "true"'), TCP)).toEqual([]);
  expect(paths(policy('DENY', rule), TCP, namespace('enabled'))).toHaveLength(1);
  expect(paths(policy('DENY', rule), TCP, namespace('disabled'))).toEqual([]);
});
