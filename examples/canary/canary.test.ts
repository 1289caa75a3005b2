import { App } from 'cdk8s';
import { CheckSeverity, Mesh } from 'cdk8s-istio';
import { parseAllDocuments } from 'yaml';
import { IngressChart } from './ingress';
import { HOST, ManualChart } from './manual';

function manual(): { app: App; chart: ManualChart } {
  const app = new App();
  new IngressChart(app, 'ingress', [HOST]);
  return { app, chart: new ManualChart(app, 'manual') };
}

const { steps } = manual().chart.rollout.plan();
const step = (end: string) => steps.find(({ name }) => name.endsWith(end))!;

/** The rules of one object of a step. */
function rules(end: string, name: string): any[] {
  const objects = step(end).files.map(({ content }) => parseAllDocuments(content)[0].toJS());
  return objects.find(({ kind, metadata }) => kind === 'VirtualService' && metadata.name === name).spec.http;
}

/** What v2 gets of the requests that match nothing in particular. */
function share(end: string, name: string): number {
  const { route } = rules(end, name).at(-1);
  const weights = route.filter(({ destination }: any) => destination.subset === 'v2').map(({ weight = 100 }) => weight);
  return weights.reduce((sum: number, weight: number) => sum + weight, 0);
}

test('synthesizing twice writes the same bytes', () => {
  expect(manual().app.synthYaml()).toEqual(manual().app.synthYaml());
});

test('of the whole, complete as it is, the checker has nothing to say', () => {
  const { findings } = Mesh.fromYaml(manual().app.synthYaml(), { complete: true }).check();
  expect(findings.filter(({ severity }) => severity !== CheckSeverity.INFO)).toEqual([]);
});

test('the plan goes from the subsets over the mirror and each weight to the removal', () => {
  expect(steps.map(({ name }) => name)).toEqual([
    '00-subsets', '01-canary-at-0', '02-mirror-at-20', '03-canary-at-10', '04-canary-at-50', '05-canary-at-100', '06-finish', '07-cleanup',
  ]);
});

test.each(['reviews', 'reviews-example-com'])('at each step, %s leads the planned share to the new version', (name) => {
  const shares = ['subsets', 'at-0', 'at-20', 'at-10', 'at-50', 'at-100', 'finish', 'cleanup'].map((end) => share(end, name));
  expect(shares).toEqual([0, 0, 0, 10, 50, 100, 100, 100]);
});

test('the timeout holds in every step, for every rule', () => {
  for (const { name } of steps) {
    const timeouts = ['reviews', 'reviews-example-com'].flatMap((object) => rules(name, object).map(({ timeout }) => timeout));
    expect([name, new Set(timeouts)]).toEqual([name, new Set(['3s'])]);
  }
});

test('each step passes the checker', () => {
  for (const { name, files } of steps) {
    expect([name, Mesh.fromYaml(files.map(({ content }) => content).join('---\n')).check().errors]).toEqual([name, []]);
  }
});

test('the last step names what may go', () => {
  expect(step('cleanup').readme).toContain('kubectl delete deployment reviews-v1 -n shop');
});
