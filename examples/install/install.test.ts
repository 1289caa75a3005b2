import { App, Testing } from 'cdk8s';
import { parse, parseAllDocuments } from 'yaml';
import { PlatformChart } from './platform';

const chart = new PlatformChart(new App(), 'platform');
const { istio } = chart;
const { spec } = istio.istioOperator;
const objects = Testing.synth(chart);
const release = (name: string) => istio.releases.find((one) => one.name === name)!;

test('synthesizing twice writes the same bytes', () => {
  const synthesize = () => {
    const app = new App();
    new PlatformChart(app, 'platform');
    return app.synthYaml();
  };
  const yaml = synthesize();
  expect(parseAllDocuments(yaml).length).toBe(objects.length);
  expect(synthesize()).toEqual(yaml);
});

test('Argo CD installs what Helm would, in its order', () => {
  const applications = objects.filter(({ kind }) => kind === 'Application');
  expect(applications.map(({ metadata }) => metadata.name).sort()).toEqual(istio.releases.map(({ name }) => name).sort());
  const wave = (name: string) => Number(applications.find(({ metadata }) => metadata.name === name).metadata.annotations['argocd.argoproj.io/sync-wave']);
  expect(wave('istio-base')).toBeLessThan(wave('istiod-1-31'));
  expect(wave('istiod-1-31')).toBeLessThan(wave('istio-ingressgateway'));
});

test('istioctl and Helm are told the same of the mesh', () => {
  expect(release('istiod-1-31').values.meshConfig).toEqual(spec.meshConfig);
  expect(spec.meshConfig.defaultProviders).toEqual({ metrics: ['prometheus'], tracing: ['otel'] });
  expect(spec.meshConfig.extensionProviders.map(({ name }: any) => name)).toEqual(['opa', 'otel']);
  expect(parse(istio.toYaml())).toEqual(istio.istioOperator);
});

test('three pods of istiod and of the public gateway run at least', () => {
  expect(spec.values.pilot).toMatchObject({ autoscaleMin: 3, autoscaleMax: 6, env: { PILOT_PUSH_THROTTLE: '60', PILOT_DEBOUNCE_AFTER: '300ms' } });
  expect(spec.components.ingressGateways[0].k8s.hpaSpec).toMatchObject({ minReplicas: 3, maxReplicas: 12 });
  expect(release('istio-ingressgateway').values.autoscaling).toMatchObject({ minReplicas: 3, maxReplicas: 12, targetCPUUtilizationPercentage: 60 });
});

test('the Gateway is for the pods that are installed', () => {
  const gateway = objects.find(({ kind }) => kind === 'Gateway');
  expect(gateway.metadata.namespace).toBe(release('istio-ingressgateway').namespace);
  expect(gateway.spec.selector).toEqual(spec.components.ingressGateways[0].label);
});
