import { App, Chart } from 'cdk8s';
import { MeshWorkload, PolicyScope, ProxyConfiguration, ProxyImage } from '../../src';

function configuration(props: any): any {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const pods = MeshWorkload.fromLabels(chart, 'pods', { name: 'reviews', namespace: 'shop', labels: { app: 'reviews' }, serviceAccount: 'reviews' });
  new ProxyConfiguration(chart, 'proxy', { scope: PolicyScope.workload(pods), ...props });
  app.synthYaml();
  return chart.toJson()[0];
}

test('a workload has its threads, environment and image', () => {
  expect(configuration({ concurrency: 4, environmentVariables: { ISTIO_META_DNS_CAPTURE: 'true' }, image: ProxyImage.DISTROLESS })).toEqual({
    apiVersion: 'networking.istio.io/v1beta1',
    kind: 'ProxyConfig',
    metadata: { name: 'reviews-proxy', namespace: 'shop' },
    spec: { selector: { matchLabels: { app: 'reviews' } }, concurrency: 4, environmentVariables: { ISTIO_META_DNS_CAPTURE: 'true' }, image: { imageType: 'distroless' } },
  });
});

test('a namespace and the mesh have one without a selector', () => {
  expect(configuration({ scope: PolicyScope.namespace('data'), concurrency: 0 })).toMatchObject({ metadata: { name: 'default', namespace: 'data' }, spec: { concurrency: 0 } });
  expect(configuration({ scope: PolicyScope.mesh('mesh-root'), image: ProxyImage.DEBUG })).toEqual(expect.objectContaining({
    metadata: { name: 'default', namespace: 'mesh-root' }, spec: { image: { imageType: 'debug' } },
  }));
});

test('a scope has one', () => {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  for (const id of ['a', 'b']) new ProxyConfiguration(chart, id, { scope: PolicyScope.namespace('shop'), concurrency: 2 });
  expect(() => app.synthYaml()).toThrow('both write the ProxyConfig shop/default');
});

test.each<[string, object, string]>([
  ['nothing', {}, 'it says nothing. Give `concurrency`, `environmentVariables` or `image`.'],
  ['half a thread', { concurrency: 1.5 }, '`concurrency` is 1.5. Give a whole number of threads'],
  ['fewer than none', { concurrency: -1 }, '`concurrency` is -1.'],
  ['a text of threads', { concurrency: '2' }, '`concurrency` is "2".'],
  ['an image of somebody else', { image: 'nginx' }, '`image` is "nginx". Give ProxyImage.DEFAULT or ProxyImage.DEBUG or ProxyImage.DISTROLESS.'],
  ['no variable', { environmentVariables: {} }, '`environmentVariables` is empty.'],
  ['a variable that is no text', { environmentVariables: { A: true } }, '`environmentVariables`: A is true. Give a text, for example "true".'],
  ['a name with a dash', { environmentVariables: { 'A-B': 'x' } }, '`environmentVariables` has the name "A-B".'],
  ['a Kubernetes Gateway', { scope: PolicyScope.kubernetesGateway('ingress', 'public'), concurrency: 1 }, 'a ProxyConfig selects pods by labels only'],
  ['another namespace', { concurrency: 1, metadata: { namespace: 'data' } }, '`metadata.namespace` is "data", and it is for'],
])('%s is an error', (_, props, message) => {
  expect(() => configuration(props)).toThrow(message);
  expect(() => configuration(props)).toThrow('[shop/proxy] ');
});
