import { App, Chart } from 'cdk8s';
import {
  Injection, MeshPort, MeshService, MeshWorkload, MtlsMigration, MtlsMode, MtlsPolicy, MtlsPort, PolicyScope,
} from 'cdk8s-istio';
import * as fc from 'fast-check';
import { inOneText } from './rollout-shop';
import { ApiServer } from './verdict';

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

const PORTS = [MeshPort.http(80, { targetPort: 8080 }), MeshPort.tcp(3306, { targetPort: 13306, name: 'mysql' }), MeshPort.of({ number: 65535 })];

interface Shop {
  readonly app: App;
  readonly chart: Chart;
  readonly target: MeshService;
}

function shop(labels: Record<string, string> = { app: 'orders' }, name = 'orders'): Shop {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const workload = MeshWorkload.fromLabels(chart, 'pods', { name, namespace: 'shop', labels });
  return { app, chart, target: MeshService.fromName(chart, 'orders', { name: 'orders', namespace: 'shop', ports: PORTS, workload }) };
}

const mode = fc.constantFrom(...Object.values(MtlsMode));
const portMode = fc.constantFrom(MtlsPort.strict, MtlsPort.permissive, MtlsPort.disable);
const number = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...PORTS.map((port) => port.number)) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 65536 }) },
);
const label = fc.oneof({ weight: 9, arbitrary: fc.constantFrom('orders', 'v1', 'A_b.c', '1e3') }, { weight: 1, arbitrary: fc.constantFrom('', 'a b', 'ä') });
const key = fc.oneof(
  { weight: 19, arbitrary: fc.constantFrom('app', 'example.com/part', 'version') }, { weight: 1, arbitrary: fc.constant('not a key') },
);
const labels = fc.dictionary(key, label, { minKeys: 1, maxKeys: 3 });
const metadata = fc.record({
  labels: fc.dictionary(fc.constantFrom('team', 'a/b'), label, { maxKeys: 2 }), annotations: fc.dictionary(fc.constantFrom('note', 'a/b'), fc.string(), { maxKeys: 2 }),
}, { requiredKeys: [], noNullPrototype: true });

/** What is made either refuses to be, or is accepted; the share of the former is no mystery to the test. */
async function acceptedShare(made: () => string[]): Promise<boolean> {
  let texts: string[];
  try {
    texts = made();
  } catch (error) {
    expect((error as Error).message).toMatch(/^(MtlsPort|\[shop|Validation failed|PolicyScope)/);
    return false;
  }
  for (const text of texts) expect(await apiServer.complaints(text)).toEqual([]);
  return true;
}

test('whatever an MtlsPolicy is given, it refuses or writes what Istio takes', async () => {
  let accepted = 0;
  await fc.assert(fc.asyncProperty(
    mode, fc.array(fc.tuple(portMode, number), { maxLength: 3 }), labels, metadata, fc.constantFrom('mesh', 'namespace', 'workload', 'pods'),
    async (theMode, ports, selector, theMetadata, whom) => {
      accepted += Number(await acceptedShare(() => {
        const { app, chart, target } = shop(selector);
        const scopes: Record<string, () => PolicyScope> = {
          mesh: () => PolicyScope.mesh('mesh-root'), namespace: () => PolicyScope.namespace('shop'), workload: () => PolicyScope.workload(target), pods: () => PolicyScope.workload(target.workloads[0]),
        };
        const given = ports.map(([of, port]) => of(port));
        new MtlsPolicy(chart, 'mtls', {
          scope: scopes[whom](), mode: theMode, ports: whom === 'workload' || whom === 'pods' ? given : undefined, metadata: theMetadata,
        });
        return [app.synthYaml()];
      }));
    }), { numRuns: 400 });
  expect(accepted).toBeGreaterThan(100);
});

test('every phase of a migration is taken, with whatever ports stay open', async () => {
  let accepted = 0;
  const namespaces = fc.uniqueArray(fc.constantFrom('shop', 'data', 'a', 'shop-2'), { minLength: 1 });
  await fc.assert(fc.asyncProperty(
    namespaces, fc.constantFrom(undefined, Injection.enabled(), Injection.revision('1-31'), Injection.revision('stable')),
    fc.array(fc.array(number, { minLength: 1, maxLength: 2 }), { maxLength: 2 }), labels, fc.constantFrom('orders', 'o'.repeat(63), 'a.b.c'),
    async (all, injection, open, selector, name) => {
      accepted += Number(await acceptedShare(() => {
        const { chart, target } = shop(selector, name);
        const openPorts = open.map((ports, index) => ({ target: index === 0 ? target : target.workloads[0], ports, reason: 'x' })).slice(0, 1);
        const { steps } = new MtlsMigration(chart, 'migration', { namespaces: all, injection, openPorts }).plan();
        expect(steps).toHaveLength(5);
        return steps.map(({ files }) => inOneText(files.filter((file) => file.name.endsWith('.yaml')).map(({ content }) => content)));
      }));
    }), { numRuns: 150 });
  expect(accepted).toBeGreaterThan(40);
});
