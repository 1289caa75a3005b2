import { App, Chart } from 'cdk8s';
import { ExtensionPhase, ExtensionTraffic, LuaExtension, MeshWorkload, PolicyScope } from '../../src';

const CODE = 'function envoy_on_request(handle)\n  handle:headers():add("x-a", "b")\nend\n';

function extension(props: any, times = 1): any {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const pods = MeshWorkload.fromLabels(chart, 'pods', { name: 'reviews', namespace: 'shop', labels: { app: 'reviews' }, serviceAccount: 'reviews' });
  for (let index = 0; index < times; index++) {
    new LuaExtension(chart, `lua${index}`, { scope: PolicyScope.workload(pods), traffic: ExtensionTraffic.INBOUND, code: CODE, ...props });
  }
  app.synthYaml();
  return chart.toJson()[0];
}

test('a workload has a script', () => {
  expect(extension({ phase: ExtensionPhase.AUTHORIZATION, priority: -1 })).toEqual({
    apiVersion: 'extensions.istio.io/v1alpha1',
    kind: 'TrafficExtension',
    metadata: { name: 'reviews-lua', namespace: 'shop' },
    spec: { selector: { matchLabels: { app: 'reviews' } }, match: [{ mode: 'SERVER' }], phase: 'AUTHZ', priority: -1, lua: { inlineCode: CODE } },
  });
});

test('two of a scope need a name', () => {
  expect(() => extension({}, 2)).toThrow('both write the TrafficExtension shop/reviews-lua. Give one of them another name');
});

test.each<[string, any, string]>([
  ['no code', { code: undefined }, '`code` is undefined. Give the script as a text'],
  ['code that Envoy never calls', { code: 'function on_request(handle) end' }, '`code` has neither envoy_on_request nor envoy_on_response'],
  ['code of too many bytes', { code: `-- ${'é'.repeat(32_760)} envoy_on_request` }, '`code` has 65540 bytes; at most 65536 are allowed.'],
  ['no direction', { traffic: undefined }, '`traffic` is not given'],
  ['another namespace', { metadata: { namespace: 'data' } }, '`metadata.namespace` is "data"'],
])('%s is an error', (_, props, message) => {
  expect(() => extension(props)).toThrow(message);
  expect(() => extension(props)).toThrow('[shop/lua0] ');
});
