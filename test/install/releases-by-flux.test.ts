import { ApiObject, App, Chart, Duration, JsonPatch } from 'cdk8s';
import { ChartRelease, ReleasesByFlux, ReleasesByFluxProps } from '../../src';

const BASE: ChartRelease = { name: 'istio-base', namespace: 'istio-system', chart: 'base', repository: 'https://charts.example.com/', version: '1.31.1', values: {} };
const ISTIOD: ChartRelease = { ...BASE, name: 'istiod', chart: 'istiod', repository: 'https://charts.example.com', dependsOn: ['istio-base'], values: { a: { b: null }, list: [] } };
const GATEWAY: ChartRelease = { ...BASE, name: 'ingress', namespace: 'edge', chart: 'gateway', repository: 'oci://registry.example.com/charts', dependsOn: ['istiod'] };

function objects(props: Partial<ReleasesByFluxProps> = {}, also: (chart: Chart, flux: ReleasesByFlux) => void = () => {}): any[] {
  const app = new App();
  const chart = new Chart(app, 'mesh', { namespace: 'elsewhere' });
  also(chart, new ReleasesByFlux(chart, 'flux', { releases: [GATEWAY, ISTIOD, BASE], ...props }));
  app.synthYaml();
  return chart.toJson();
}

const of = (kind: string, all: any[]) => all.filter((object) => object.kind === kind);

test('each release is a HelmRelease that waits for what it depends on, and keeps its name and its place', () => {
  const [base, istiod] = of('HelmRelease', objects());
  expect(base.spec.dependsOn).toBeUndefined();
  expect(istiod).toMatchObject({
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    metadata: { name: 'istiod', namespace: 'flux-system' },
    spec: {
      dependsOn: [{ name: 'istio-base' }],
      releaseName: 'istiod',
      targetNamespace: 'istio-system',
      storageNamespace: 'istio-system',
      interval: '10m',
      timeout: '5m',
      chart: { spec: { chart: 'istiod', version: '1.31.1', sourceRef: { kind: 'HelmRepository', name: 'charts-example-com' } } },
    },
  });
  expect(istiod.spec.values).toEqual({ a: { b: null }, list: [] });
});

test('what fails is tried again and never uninstalled or rolled back, and definitions of kinds are replaced', () => {
  for (const { spec } of of('HelmRelease', objects())) {
    expect(spec.install).toEqual({ crds: 'CreateReplace', strategy: { name: 'RetryOnFailure', retryInterval: '1m' }, createNamespace: true });
    expect(spec.upgrade).toEqual({ crds: 'CreateReplace', strategy: { name: 'RetryOnFailure', retryInterval: '1m' } });
  }
});

test('each repository is written once, whoever uses it', () => {
  const found = of('HelmRepository', objects({}, (chart) => new ReleasesByFlux(chart, 'more', { releases: [{ ...BASE, name: 'other' }] })));
  expect(found.map(({ metadata, spec }) => [metadata, spec])).toEqual([
    [{ name: 'charts-example-com', namespace: 'flux-system' }, { url: 'https://charts.example.com', interval: '10m' }],
    [{ name: 'oci-registry-example-com-charts', namespace: 'flux-system' }, { url: 'oci://registry.example.com/charts', interval: '10m', type: 'oci' }],
  ]);
  const elsewhere = of('HelmRepository', objects({}, (chart) => new ReleasesByFlux(chart, 'more', { releases: [BASE], namespace: 'team' })));
  expect(elsewhere.map(({ metadata }) => metadata.namespace)).toEqual(['flux-system', 'flux-system', 'team']);
});

test('a repository has a name that objects can have, however long its URL is', () => {
  const repository = (end: string) => `https://charts.example.com/${'a-long-folder/'.repeat(8)}${end}`;
  const names = of('HelmRepository', objects({ releases: ['a', 'b'].map((name) => ({ ...BASE, name, repository: repository(name) })) })).map(({ metadata }) => metadata.name);
  expect(new Set(names).size).toBe(2);
  for (const name of names) expect(name).toMatch(/^[a-z0-9][-a-z0-9]{0,61}[a-z0-9]$/);
});

test('drift is corrected where it is asked for, but for what istiod writes into its webhooks', () => {
  expect(of('HelmRelease', objects()).map(({ spec }) => spec.driftDetection)).toEqual([undefined, undefined, undefined]);
  const ignore = [{ paths: ['/webhooks/0/failurePolicy'], target: { group: 'admissionregistration.k8s.io', kind: 'ValidatingWebhookConfiguration' } }];
  expect(of('HelmRelease', objects({ correctDrift: true })).map(({ spec }) => spec.driftDetection)).toEqual([{ mode: 'enabled', ignore }, { mode: 'enabled', ignore }, { mode: 'enabled' }]);
});

test('a namespace that has to have labels is written, and never deleted', () => {
  const releases = [{ ...BASE, namespaceLabels: { network: 'east' } }, ISTIOD];
  expect(of('Namespace', objects({ releases }))).toEqual([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system', labels: { network: 'east' }, annotations: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' } } },
  ]);
  const without = objects({ releases, createNamespaces: false });
  expect(of('Namespace', without)).toEqual([]);
  expect(of('HelmRelease', without).map(({ spec }) => spec.install.createNamespace)).toEqual([false, false]);
});

test('a namespace that the App writes already is not written twice', () => {
  const releases = [{ ...BASE, namespaceLabels: { network: 'east' } }];
  expect(() => objects({ releases }, (chart) => new ApiObject(chart, 'own', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system' } }))).toThrow(
    '[mesh/flux] writes the Namespace istio-system for its labels (network), and so does [mesh/own]. Give that one these labels, and here createNamespaces: false.');
  expect(() => objects({ releases }, (chart) => new ReleasesByFlux(chart, 'more', { releases: [{ ...releases[0], name: 'x' }] }))).toThrow(
    '[mesh/more/namespace-istio-system] and [mesh/flux/namespace-istio-system] both write the Namespace istio-system');
});

test('two HelmReleases of a name are refused', () => {
  expect(() => objects({}, (chart) => new ReleasesByFlux(chart, 'more', { releases: [BASE] }))).toThrow('both write the HelmRelease flux-system/istio-base');
});

test('a patch of values stays', () => {
  const [, istiod] = of('HelmRelease', objects({}, (_, { helmReleases }) => helmReleases[1].addJsonPatch(JsonPatch.replace('/spec/values/a', { c: 1 }))));
  expect(istiod.spec.values.a).toEqual({ c: 1 });
});

test.each([
  [{ namespace: 'Flux' }, '`namespace` is "Flux"'],
  [{ interval: Duration.millis(1500) }, '`interval` is 1500 ms. Give whole seconds'],
  [{ timeout: '5m' as any }, '`timeout` is "5m". Give a Duration of cdk8s'],
  [{ correctDrift: 1 as any }, '`correctDrift` is 1'],
  [{ releases: [BASE, BASE] }, 'two releases are called "istio-base"'],
  [{ releases: [{ ...BASE, namespaceLabels: { a: '1' } }, { ...ISTIOD, namespaceLabels: { a: '2' } }] }, 'the release istiod wants the namespace istio-system to have the label a: 2'],
])('%j is refused at its construct', (props, message) => {
  expect(() => objects(props)).toThrow(`[mesh/flux] ${message}`);
});
