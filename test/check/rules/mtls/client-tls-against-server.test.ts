import { documents } from '../documents';
import { said } from '../said';

const SERVER = documents(`
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec: { selector: { app: cart }, ports: [{ name: http, port: 80, targetPort: web }, { name: http-admin, port: 81, targetPort: 9090 }] }`, `
apiVersion: apps/v1
kind: Deployment
metadata: { name: cart, namespace: shop }
spec:
  template:
    metadata: { labels: { app: cart, version: v1 } }
    spec: { containers: [{ name: cart, ports: [{ name: web, containerPort: 8080 }] }] }`);

const rule = (policy: string, host = 'cart') => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: cart, namespace: shop }
spec: { host: "${host}", ${policy} }`;

const peers = (name: string, spec: string, namespace = 'shop', created = '') => `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: ${name}, namespace: ${namespace}${created && `, creationTimestamp: "${created}"`} }
spec: ${spec}`;

const DISABLE = 'trafficPolicy: { tls: { mode: DISABLE } }';
const strict = peers('default', '{ mtls: { mode: STRICT } }');
const paths = (...parts: string[]) => said('MESH3303', documents(...parts)).map(({ path }) => path);

test('the workload comes before its namespace, and that before the mesh', () => {
  const mesh = peers('default', '{ mtls: { mode: STRICT } }', 'istio-system');
  const permissive = peers('default', '{ mtls: { mode: PERMISSIVE } }');
  const own = peers('own', '{ selector: { matchLabels: { app: cart } }, mtls: { mode: STRICT } }');
  expect(paths(rule(DISABLE), SERVER, mesh)).toHaveLength(1);
  expect(paths(rule(DISABLE), SERVER, mesh, permissive)).toEqual([]);
  expect(paths(rule(DISABLE), SERVER, mesh, permissive, own)).toHaveLength(1);
});

test('UNSET takes the mode from above', () => {
  expect(paths(rule(DISABLE), SERVER, peers('default', '{ mtls: { mode: STRICT } }', 'istio-system'), peers('default', '{ mtls: { mode: UNSET } }'))).toHaveLength(1);
});

test('of two for one workload the older counts, whatever their names', () => {
  const labels = 'selector: { matchLabels: { app: cart } }';
  const older = peers('z', `{ ${labels}, mtls: { mode: PERMISSIVE } }`, 'shop', '2024-01-01T00:00:00Z');
  const younger = peers('a', `{ ${labels}, mtls: { mode: STRICT } }`, 'shop', '2025-01-01T00:00:00Z');
  expect(paths(rule(DISABLE), SERVER, younger, older)).toEqual([]);
});

test('a port of the workload has its own mode, found through the name of the target port', () => {
  const open = (port: number) => peers('own', `{ selector: { matchLabels: { app: cart } }, mtls: { mode: STRICT }, portLevelMtls: { "${port}": { mode: PERMISSIVE } } }`);
  const toPort = (port: number) => rule(`trafficPolicy: { portLevelSettings: [{ port: { number: ${port} }, tls: { mode: DISABLE } }] }`);
  expect(paths(toPort(80), SERVER, open(8080))).toEqual([]);
  expect(paths(toPort(81), SERVER, open(8080))).toEqual(['spec.trafficPolicy.portLevelSettings[0].tls.mode']);
  expect(paths(toPort(80), SERVER, open(80))).toHaveLength(1);
});

test('settings for a port take it away from those for all ports', () => {
  const all = rule('trafficPolicy: { tls: { mode: DISABLE }, portLevelSettings: [{ port: { number: 80 }, tls: { mode: ISTIO_MUTUAL } }, { port: { number: 81 }, tls: { mode: ISTIO_MUTUAL } }] }');
  expect(paths(all, SERVER, strict)).toEqual([]);
});

test('a subset looks at its own pods only', () => {
  const subset = (version: string) => rule(`subsets: [{ name: one, labels: { version: ${version} }, ${DISABLE} }]`);
  expect(paths(subset('v1'), SERVER, strict)).toEqual(['spec.subsets[0].trafficPolicy.tls.mode']);
  expect(paths(subset('v2'), SERVER, strict)).toEqual([]);
});

test('wildcards reach the services that they cover', () => {
  expect(paths(rule(DISABLE, '*.shop.svc.cluster.local'), SERVER, strict)).toHaveLength(1);
  expect(paths(rule(DISABLE, '*.other.svc.cluster.local'), SERVER, strict)).toEqual([]);
});

test('mTLS of one\'s own against a server that does without', () => {
  const mutual = rule('trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }');
  expect(paths(mutual, SERVER, peers('default', '{ mtls: { mode: DISABLE } }'))).toHaveLength(1);
  expect(paths(mutual, SERVER, peers('default', '{ mtls: { mode: PERMISSIVE } }'))).toEqual([]);
});

test('a policy out of sight may say otherwise, unless the workload has its own', () => {
  const severities = (...parts: string[]) => said('MESH3303', documents(...parts), { complete: false }).map(({ severity }) => severity);
  expect(severities(rule(DISABLE), SERVER, strict)).toEqual(['info']);
  expect(severities(rule(DISABLE), SERVER, peers('own', '{ selector: { matchLabels: { app: cart } }, mtls: { mode: STRICT } }'))).toEqual(['error']);
});
