import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { blocksOf, runBlock } from './documentation';
import * as library from '../src';

const DOCS = join(__dirname, '..', 'docs');
const guides = readdirSync(DOCS)
  .filter((file) => file.endsWith('.md'))
  .map((file) => ({ file, blocks: blocksOf(readFileSync(join(DOCS, file), 'utf8'), 'ts') }))
  .filter(({ blocks }) => blocks.length > 0);

/** What the guides' snippets take for granted: an app, a chart, and the services they speak of. */
function scope() {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const pods = (name: string) => library.MeshWorkload.fromLabels(chart, `${name}-pods`, { name, namespace: 'shop', labels: { app: name }, serviceAccount: name });
  const service = (name: string, port: library.MeshPort) =>
    library.MeshService.fromName(chart, name, { name, namespace: 'shop', ports: [port], workload: pods(name) });
  const services = {
    frontend: service('frontend', library.MeshPort.http(8080)),
    reviews: service('reviews', library.MeshPort.http(9080)),
    ratings: service('ratings', library.MeshPort.http(9080)),
    orders: service('orders', library.MeshPort.grpc(50051)),
    database: service('database', library.MeshPort.of({ number: 3306, protocol: library.PortProtocol.MYSQL })),
  };
  return { app, variables: { ...library, ...require('cdk8s'), app, chart, ...services } };
}

test('every room that users write in has a guide with code that runs', () => {
  expect(guides.map(({ file }) => file)).toEqual(expect.arrayContaining([
    'access-report.md', 'add-ons.md', 'ambient.md', 'authorization.md', 'canary.md', 'chaos.md', 'dashboards.md', 'delivery.md',
    'egress.md', 'escape-hatches.md', 'extensions.md', 'injection.md', 'installation.md', 'ip-allow-lists.md', 'jwt.md', 'mirroring.md',
    'mtls.md', 'multi-cluster.md', 'rate-limits.md', 'recipes.md', 'releases.md', 'resilience.md', 'rollout-engines.md', 'routing.md',
    'services.md', 'slo.md', 'telemetry.md', 'upgrade.md', 'virtual-machines.md', 'zero-trust.md',
  ]));
});

// What recipes speak of is made in recipes.test.ts, which runs them all.
describe.each(guides.filter(({ file }) => file !== 'recipes.md'))('docs/$file', ({ blocks }) => {
  test.each(blocks.map((code, index) => [index + 1, code] as const))('snippet %i runs and synthesizes', (_, code) => {
    const { app, variables } = scope();
    runBlock(code, variables);
    expect(() => app.synthYaml()).not.toThrow();
  });
});
