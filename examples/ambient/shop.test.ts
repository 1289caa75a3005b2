import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { CheckSeverity, Mesh } from 'cdk8s-istio';
import { parseAllDocuments } from 'yaml';
import { Shop } from './shop';

const app = new App();
const shop = new Shop(app);
const yaml = app.synthYaml();
const objects = parseAllDocuments(yaml).map((document) => document.toJS()).filter((manifest) => manifest !== null);
const policies = objects.filter(({ kind }) => kind === 'AuthorizationPolicy');
const named = (namespace: string, name: string): any =>
  policies.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name)?.spec;

test('synthesizing twice writes the same bytes', () => {
  const again = new App();
  new Shop(again);
  expect(again.synthYaml()).toEqual(yaml);
});

test('both namespaces are in the ambient mesh, and the shop has a waypoint', () => {
  const labels = (name: string) => objects.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === name).metadata.labels;
  expect(labels('shop')).toEqual({ 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'waypoint', 'istio.io/ingress-use-waypoint': 'true' });
  expect(labels('data')).toEqual({ 'istio.io/dataplane-mode': 'ambient' });
  expect(objects.filter(({ kind }) => kind === 'Sidecar')).toEqual([]);
});

test('what is about requests is said to the waypoint, and ztunnel is told of connections only', () => {
  const fields = /"(methods|notMethods|paths|notPaths|hosts|notHosts|requestPrincipals|notRequestPrincipals)"/;
  const aboutRequests = policies.filter(({ spec }) => fields.test(JSON.stringify(spec)));
  expect(aboutRequests.map(({ metadata }) => metadata.name).sort()).toEqual(['allow-frontend-to-accounts', 'allow-frontend-to-reviews', 'require-token-accounts-at-waypoint']);
  for (const { spec } of aboutRequests) expect(spec.targetRefs).toHaveLength(1);
});

test('the database takes connections of the reviews, and nobody else\'s', () => {
  expect(named('data', 'allow-reviews-to-database')).toEqual({
    action: 'ALLOW',
    selector: { matchLabels: { app: 'database' } },
    rules: [{ from: [{ source: { serviceAccounts: ['shop/reviews'] } }], to: [{ operation: { ports: ['5432'] } }] }],
  });
  expect(named('data', 'deny-all')).toEqual({});
});

test('nobody gets around the waypoint, and it refuses what is not allowed', () => {
  expect(named('shop', 'allow-waypoint')).toEqual({ action: 'ALLOW', rules: [{ from: [{ source: { serviceAccounts: ['shop/waypoint'] } }] }] });
  expect(named('shop', 'deny-all')).toEqual({});
  expect(named('shop', 'deny-all-at-waypoint').rules).toBeUndefined();
});

test('the checker, told that this is all there is, finds nothing wrong in the ambient mesh', () => {
  const { findings } = Mesh.fromApp(app, { complete: true }).check();
  expect(findings.filter(({ code, severity }) => severity === CheckSeverity.ERROR || code.startsWith('MESH39'))).toEqual([]);
});

test('the README has what differs from sidecars', () => {
  const readme = readFileSync(join(__dirname, 'README.md'), 'utf8');
  for (const text of shop.differences) expect(readme).toContain(text);
});
