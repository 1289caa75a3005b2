import { App, Chart } from 'cdk8s';
import { ArgoCdSync, ChartRelease, ReleasesByArgoCd, ReleasesByArgoCdProps } from '../../src';

const BASE: ChartRelease = { name: 'istio-base', namespace: 'istio-system', chart: 'base', repository: 'https://charts.example.com/', version: '1.31.1', values: {} };
const ISTIOD: ChartRelease = { ...BASE, name: 'istiod', chart: 'istiod', dependsOn: ['istio-base'], values: { pilot: { 'env': { A: null, B: 'b' }, 'a/b~c': null, 'list': [null, { d: null }] } } };
const GATEWAY: ChartRelease = { ...BASE, name: 'ingress', namespace: 'edge', chart: 'gateway', repository: 'oci://registry.example.com/charts', dependsOn: ['istiod'] };

function applications(props: Partial<ReleasesByArgoCdProps> = {}): any[] {
  const app = new App();
  const chart = new Chart(app, 'mesh');
  new ReleasesByArgoCd(chart, 'argo', { releases: [GATEWAY, ISTIOD, BASE], ...props });
  app.synthYaml();
  return chart.toJson();
}

test('each release is an Application, in waves', () => {
  const [base, istiod, gateway] = applications();
  expect([base, istiod, gateway].map(({ metadata }) => [metadata.name, metadata.namespace, metadata.annotations['argocd.argoproj.io/sync-wave']]))
    .toEqual([['istio-base', 'argocd', '0'], ['istiod', 'argocd', '1'], ['ingress', 'argocd', '2']]);
  expect(istiod.spec.source).toEqual({
    repoURL: 'https://charts.example.com',
    chart: 'istiod',
    targetRevision: '1.31.1',
    helm: { releaseName: 'istiod', valuesObject: { pilot: { 'env': { A: null, B: 'b' }, 'a/b~c': null, 'list': [null, { d: null }] } } },
  });
  expect(istiod.spec.destination).toEqual({ server: 'https://kubernetes.default.svc', namespace: 'istio-system' });
});

test('a registry is told by its missing scheme', () => {
  expect(applications()[2].spec.source).toMatchObject({ repoURL: 'registry.example.com/charts', chart: 'gateway' });
});

test('what istiod writes into its webhooks is left alone, and nothing else', () => {
  const [base, istiod, gateway] = applications();
  const group = 'admissionregistration.k8s.io';
  for (const { spec } of [base, istiod]) {
    expect(spec.ignoreDifferences).toEqual([
      { group, kind: 'MutatingWebhookConfiguration', jqPathExpressions: ['.webhooks[]?.clientConfig.caBundle'] },
      { group, kind: 'ValidatingWebhookConfiguration', jqPathExpressions: ['.webhooks[]?.clientConfig.caBundle', '.webhooks[]?.failurePolicy'] },
    ]);
    expect(spec.syncPolicy.syncOptions).toContain('RespectIgnoreDifferences=true');
  }
  expect(gateway.spec.ignoreDifferences).toBeUndefined();
  expect(gateway.spec.syncPolicy.syncOptions).toEqual(['CreateNamespace=true', 'ServerSideApply=true']);
});

test('by default it is applied at once, and nothing is deleted or put back', () => {
  expect(applications()[0].spec.syncPolicy.automated).toEqual({ prune: false, selfHeal: false });
  const all = { prune: true, selfHeal: true };
  expect(applications({ sync: ArgoCdSync.automated(all) })[0].spec.syncPolicy.automated).toEqual(all);
  expect(applications({ sync: ArgoCdSync.manual() })[0].spec.syncPolicy.automated).toBeUndefined();
  expect(applications()[0].metadata.finalizers).toBeUndefined();
});

test('every Application of a namespace wants the same labels of it', () => {
  const releases = [{ ...BASE, namespaceLabels: { network: 'east' } }, ISTIOD, GATEWAY];
  const labels = { network: 'east' };
  expect(applications({ releases }).map(({ spec }) => spec.syncPolicy.managedNamespaceMetadata)).toEqual([{ labels }, { labels }, undefined]);
  const [base] = applications({ releases, createNamespaces: false });
  expect(base.spec.syncPolicy).toMatchObject({ syncOptions: ['ServerSideApply=true', 'RespectIgnoreDifferences=true'] });
  expect(base.spec.syncPolicy.managedNamespaceMetadata).toBeUndefined();
});

test('one Argo CD installs into several clusters', () => {
  const app = new App();
  const chart = new Chart(app, 'mesh');
  for (const cluster of ['east', 'west']) {
    new ReleasesByArgoCd(chart, cluster, { releases: [BASE], cluster, namePrefix: `${cluster}-`, namespace: 'gitops', project: 'mesh' });
  }
  app.synthYaml();
  const [east, west] = chart.toJson();
  expect([east.metadata.name, east.metadata.namespace, east.spec.project]).toEqual(['east-istio-base', 'gitops', 'mesh']);
  expect(west.spec.destination).toEqual({ name: 'west', namespace: 'istio-system' });
  expect(west.spec.source.helm.releaseName).toBe('istio-base');
});

test('two Applications of a name are refused, wherever they were made', () => {
  const app = new App();
  new ReleasesByArgoCd(new Chart(app, 'one'), 'argo', { releases: [BASE] });
  new ReleasesByArgoCd(new Chart(app, 'other'), 'argo', { releases: [BASE] });
  expect(() => app.synthYaml()).toThrow('[other/argo/istio-base] and [one/argo/istio-base] both write the Application argocd/istio-base');
});

test.each([
  [{ namespace: 'Argo' }, '`namespace` is "Argo"'],
  [{ project: '' }, '`project` is ""'],
  [{ cluster: 'http://10.0.0.1' }, '`cluster` is "http://10.0.0.1"'],
  [{ namePrefix: 'East-' }, '`namePrefix` is "East-"'],
  [{ sync: 'automated' as any }, '`sync` is "automated". Give ArgoCdSync.manual() or ArgoCdSync.automated().'],
  [{ createNamespaces: 'no' as any }, '`createNamespaces` is "no"'],
  [{ releases: [{ ...BASE, version: '1' }] }, 'the release istio-base: `version` is "1"'],
  [{ releases: [{ ...BASE, namespaceLabels: { a: '1' } }, { ...ISTIOD, namespaceLabels: { a: '2' } }] }, 'the release istiod wants the namespace istio-system to have the label a: 2'],
])('%j is refused at its construct', (props, message) => {
  expect(() => applications(props)).toThrow(`[mesh/argo] ${message}`);
});
