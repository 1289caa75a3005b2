import { App } from 'cdk8s';
import { CheckPreset, CheckSeverity, Mesh } from 'cdk8s-istio';
import { parseAllDocuments } from 'yaml';
import { chaosFrom } from './experiment';
import { ShopChart } from './shop';

function shop(experiment?: string): App {
  const app = new App();
  new ShopChart(app, 'shop', chaosFrom(experiment));
  return app;
}

function virtualService(name: string, experiment?: string): any {
  const objects = parseAllDocuments(shop(experiment).synthYaml()).map((document) => document.toJS());
  return objects.find(({ kind, metadata }) => kind === 'VirtualService' && metadata.name === name);
}

const faults = (experiment?: string) => virtualService('ratings', experiment).spec.http.map(({ fault }: any) => fault);

test('nothing is injected unless somebody says so', () => {
  expect(new Set(faults())).toEqual(new Set([undefined]));
  expect(virtualService('ratings').metadata.annotations).toBeUndefined();
  expect(shop('off').synthYaml()).toBe(shop().synthYaml());
});

test('in the experiment with testers, only requests with their header wait', () => {
  const injected = virtualService('ratings', 'testers').spec.http.filter(({ fault }: any) => fault);
  expect(injected.length).toBeGreaterThan(0);
  for (const { match, fault } of injected) {
    expect(match.map(({ headers }: any) => headers)).toEqual(match.map(() => ({ 'x-chaos': { exact: 'slow-ratings' } })));
    expect(fault).toEqual({ delay: { fixedDelay: '5s', percentage: { value: 50 } } });
  }
});

test('in the experiment with everyone, no request goes without', () => {
  expect(faults('everyone')).not.toContain(undefined);
  expect(faults('everyone')).toContainEqual({ abort: { httpStatus: 503, percentage: { value: 0.1 } } });
});

test('what is injected, and until when, can be read in the cluster', () => {
  expect(virtualService('ratings', 'everyone').metadata.annotations).toEqual({
    'cdk8s-istio.dev/fault-expires': 'flaky-ratings: 2026-12-11T15:00:00Z\nslow-ratings: 2026-12-18T15:00:00Z',
  });
});

test('timeout and retries hold in every experiment', () => {
  for (const experiment of ['off', 'testers', 'everyone']) {
    for (const { timeout } of virtualService('ratings', experiment).spec.http) expect([experiment, timeout]).toEqual([experiment, '2s']);
  }
});

test('a tenth of what is read from reviews is copied to v3, and nothing that writes', () => {
  const [reading, others] = virtualService('reviews').spec.http;
  expect(reading.match).toEqual([{ method: { regex: 'GET|HEAD' } }]);
  expect(reading.mirrors).toEqual([{ destination: { host: 'reviews.shop.svc.cluster.local', subset: 'v3' }, percentage: { value: 10 } }]);
  expect(others.mirrors).toBeUndefined();
});

test('a word that is no experiment is refused', () => {
  expect(() => chaosFrom('evryone')).toThrow('CHAOS=evryone is no experiment. Use one of: off, testers, everyone.');
});

test.each(['off', 'testers', 'everyone'])('the checker has nothing to say about the experiment "%s" while it lasts', (experiment) => {
  const { findings } = Mesh.fromApp(shop(experiment)).check({ now: '2026-12-01T00:00:00Z' });
  expect(findings.filter(({ severity }) => severity !== CheckSeverity.INFO).map(({ code, message }) => `${code} ${message}`)).toEqual([]);
});

// Not by today's clock, which would let this test fail one day.
test('on the day after, a strict check says which fault should be over', () => {
  const late = (now: string) => Mesh.fromApp(shop('everyone')).check({ now, preset: CheckPreset.STRICT }).findings
    .filter(({ code }) => code === 'MESH3148').map(({ message }) => message);
  expect(late('2026-12-11T15:59:00+01:00')).toEqual([]);
  expect(late('2026-12-12T00:00:00Z')).toEqual(['The fault "flaky-ratings" was to be over at 2026-12-11T15:00:00Z.']);
});
