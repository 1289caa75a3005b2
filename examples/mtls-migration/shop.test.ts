import { App } from 'cdk8s';
import { MtlsMigrationPlan } from 'cdk8s-istio';
import { parse, parseAllDocuments } from 'yaml';
import { ShopChart } from './shop';

const app = new App();
const { migration } = new ShopChart(app, 'shop');
const plan: MtlsMigrationPlan = migration.plan();

const objectsOf = (folder: string): any[] => plan.steps.find(({ name }) => name === folder)!.files
  .filter(({ name }) => name.endsWith('.yaml')).map(({ content }) => parse(content));

test('what is deployed knows nothing of the migration: its phases are folders', () => {
  const kinds = parseAllDocuments(app.synthYaml()).map((document) => document.toJS().kind);
  expect(new Set(kinds)).toEqual(new Set(['Namespace', 'ServiceAccount', 'Deployment', 'Service']));
});

test('there are five phases, and nothing is kept back', () => {
  expect(plan.steps.map(({ name }) => name)).toEqual(['00-install', '01-inject', '02-permissive', '03-verify', '04-strict']);
  expect(plan.withheld).toEqual([]);
});

test('each caller has its fate', () => {
  expect(plan.edges.map(({ caller, target, port, outcome }) => `${caller} → ${target}:${port}: ${outcome}`)).toEqual([
    'stock-terminal → shop/orders:8080: breaks, accepted',
    'orders → shop/database:3306: stays open',
    'reports → shop/database:3306: stays open',
    'frontend → shop/orders:8080: works',
  ]);
});

test('STRICT holds for everything but the port of the database, which is opened first', () => {
  const [, database, rest] = objectsOf('04-strict');
  expect(database.spec).toEqual({ selector: { matchLabels: { app: 'database' } }, mtls: { mode: 'STRICT' }, portLevelMtls: { 3306: { mode: 'DISABLE' } } });
  expect([rest.metadata.name, rest.spec]).toEqual(['default', { mtls: { mode: 'STRICT' } }]);
});

test('sidecars come with the second phase, and go with the way back', () => {
  const labels = (folder: string) => objectsOf(folder)[0].metadata.labels;
  expect([labels('00-install'), labels('01-inject')]).toEqual([undefined, { 'istio-injection': 'enabled' }]);
});

test('the last README says why the terminal may break', () => {
  expect(plan.steps[4].readme).toContain('Accepted: it is taken out of service before, ticket SHOP-412');
});
