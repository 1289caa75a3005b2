import { App, Chart } from 'cdk8s';
import { Mesh } from 'cdk8s-istio';
import { parseAllDocuments } from 'yaml';
import { ArgoRolloutsChart } from './argo-rollouts';
import { FlaggerChart } from './flagger';

function objects(make: new (app: App, id: string) => Chart): any[] {
  const app = new App();
  new make(app, 'chart');
  return parseAllDocuments(app.synthYaml(), { version: '1.1' }).map((document) => document.toJS());
}

const one = (all: any[], kind: string) => {
  const found = all.filter((object) => object.kind === kind);
  expect(found).toHaveLength(1);
  return found[0];
};

describe.each([['Argo Rollouts', ArgoRolloutsChart], ['Flagger', FlaggerChart]] as const)('%s', (_, chart) => {
  test('synthesizing twice writes the same', () => {
    expect(objects(chart)).toEqual(objects(chart));
  });

  test('passes the checker without a word', () => {
    const report = Mesh.fromYaml(objects(chart).map((object) => JSON.stringify(object)).join('\n---\n')).check();
    expect([report.errors, report.warnings]).toEqual([[], []]);
  });
});

test('Argo Rollouts has rules to change, and each of them names both versions and keeps the timeout', () => {
  const all = objects(ArgoRolloutsChart);
  const { canary } = one(all, 'Rollout').spec.strategy;
  const [{ name, routes }] = canary.trafficRouting.istio.virtualServices;
  const { metadata, spec } = one(all, 'VirtualService');
  expect(name).toBe(`${metadata.name}.${metadata.namespace}`);
  expect(routes.length).toBeGreaterThan(0);
  for (const route of routes) {
    const rule = spec.http.find((candidate: any) => candidate.name === route);
    expect(rule.route.map(({ destination }: any) => destination.subset)).toEqual(['stable', 'canary']);
    expect(rule.timeout).toBe('3s');
  }
  expect(canary.steps.flatMap(({ setWeight }: any) => setWeight ?? [])).toEqual([10, 30, 50, 90, 100]);
});

test('Flagger has a VirtualService of its own to write, and the checkout keeps its time and its one try', () => {
  const all = objects(FlaggerChart);
  const canary = one(all, 'Canary').spec;
  const { metadata, spec } = one(all, 'VirtualService');
  expect(canary.analysis.stepWeights).toEqual([10, 30, 50, 90, 100]);
  expect(metadata.name).not.toBe(canary.service.name);
  const checkout = spec.http.filter(({ match = [] }: any) => match.some(({ uri }: any) => uri?.exact === '/checkout'));
  expect(checkout).toEqual([expect.objectContaining({ delegate: { name: canary.service.name, namespace: 'basket' }, timeout: '20s', retries: { attempts: 0 } })]);
});
