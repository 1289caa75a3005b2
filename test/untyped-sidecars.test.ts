import { Chart, Testing } from 'cdk8s';
import * as library from '../src';

/* As untyped-input.test.ts, of what concerns sidecars: injection and extensions. */

const chart = (): Chart => new Chart(Testing.app(), 'shop', { namespace: 'shop' });
const any = (value: unknown): any => value;

function namespaced(props: any): () => void {
  return () => new library.MeshNamespace(chart(), 'x', { name: 'shop', ...props });
}

const sidecar = (props: any) => () => new library.SidecarSettings(props);

function wasm(props: any): () => void {
  const scope = library.PolicyScope.namespace('shop');
  return () => new library.WasmExtension(chart(), 'x', { scope, traffic: library.ExtensionTraffic.INBOUND, module: library.WasmModule.file('/a.wasm'), ...props });
}

function lua(props: any): () => void {
  const scope = library.PolicyScope.namespace('shop');
  return () => new library.LuaExtension(chart(), 'x', { scope, traffic: library.ExtensionTraffic.INBOUND, code: 'function envoy_on_request() end', ...props });
}

test.each<[string, () => unknown, string]>([
  ['a namespace by number', namespaced({ name: 1 }), '[shop/x] `name` is 1, which is not a namespace name'],
  ['injection by a flag', namespaced({ injection: true }), '[shop/x] `injection` is true. Give Injection.enabled(), Injection.revision('],
  ['injection by a revision\'s name', namespaced({ injection: '1-31' }), "Injection.revision('1-31')"],
  ['a Namespace by name', namespaced({ namespaceObject: 'shop' }), '[shop/x] `namespaceObject` is "shop". Give the construct that writes the Namespace.'],
  ['somebody else\'s in words', namespaced({ existing: 'yes' }), '[shop/x] `existing` is "yes". Write true or false'],
  ['no sidecar settings', sidecar(undefined), 'SidecarSettings: undefined is given instead of props. Write new SidecarSettings('],
  ['null for injection', sidecar({ inject: null }), 'SidecarSettings: `inject` is null. Write true or false'],
  ['a revision by number', sidecar({ revision: 131 }), 'SidecarSettings: `revision` is 131, not a text.'],
  ['CPU by number', sidecar({ resources: { cpu: 1, memory: '1Gi' } }), '`cpu` is 1.'],
  ['levels as a text', sidecar({ componentLogLevels: 'http:debug' }), 'SidecarSettings: `componentLogLevels`: the options are "http:debug".'],
  ['a port as a text', sidecar({ excludeInboundPorts: ['8080'] }), 'SidecarSettings: `excludeInboundPorts` holds "8080"'],
  ['ranges as a text', sidecar({ excludeOutboundIpRanges: '10.0.0.0/8' }), 'SidecarSettings: `excludeOutboundIpRanges` is "10.0.0.0/8", not a list.'],
  ['a range by number', sidecar({ excludeOutboundIpRanges: [10] }), 'SidecarSettings: `excludeOutboundIpRanges` holds 10'],
  ['seconds of draining', sidecar({ terminationDrainDuration: 20 }), 'SidecarSettings: `terminationDrainDuration` is 20. Give a Duration of cdk8s'],
  ['a count of failures as a text', sidecar({ readinessFailureThreshold: '3' }), 'SidecarSettings: `readinessFailureThreshold` is "3"'],
  ['an image by number', sidecar({ proxyImage: 1 }), 'SidecarSettings: `proxyImage` is 1.'],
  ['a workload by name', () => new library.SidecarSettings({ inject: true }).applyTo(any('reviews')), 'SidecarSettings.applyTo: "reviews" is no workload.'],
  ['a module by URL', wasm({ module: 'https://a.example/b.wasm' }), '[shop/x] `module` is "https://a.example/b.wasm". Say where it is'],
  ['a failure by a flag', wasm({ onFailure: true }), '[shop/x] `onFailure` is true. Give WasmFailure.FAIL_CLOSED'],
  ['a module\'s config as a list', wasm({ config: [] }), '[shop/x] [] is given instead of props. Write config:'],
  ['variables as a list', wasm({ environmentVariables: ['A=b'] }), '[shop/x] ["A=b"] is given instead of props. Write environmentVariables:'],
  ['a variable of the proxy as a text', wasm({ hostEnvironmentVariables: 'A' }), '[shop/x] `hostEnvironmentVariables` is "A", not a list.'],
  ['bytes in words', wasm({ network: 'yes' }), '[shop/x] `network` is "yes". Write true or false'],
  ['a plugin by number', wasm({ pluginName: 1 }), '[shop/x] `pluginName` is 1.'],
  ['an image by its number', () => library.WasmModule.image(any(1)), 'WasmModule.image: 1 is no image'],
  ['options of an image as a text', () => library.WasmModule.image('ghcr.io/a:1', any('secret')), 'WasmModule.image: the image: the options are "secret".'],
  ['a URL by number', () => library.WasmModule.url(any(1), ''), 'WasmModule.url: 1 is no URL'],
  ['a file by number', () => library.WasmModule.file(any(1)), 'WasmModule.file: 1 is no file'],
  ['a script by a function', lua({ code: () => 1 }), '[shop/x] `code` is the function code.'],
  ['a port of an extension', lua({ ports: 80 }), '[shop/x] `ports` is 80, not a list.'],
  ['a priority as a text', lua({ priority: '1' }), '[shop/x] `priority` is "1".'],
  ['a direction by a flag', lua({ traffic: true }), '[shop/x] `traffic` is true. Give ExtensionTraffic.INBOUND'],
  ['metadata of an extension as a text', lua({ metadata: 'a' }), '[shop/x] "a" is given instead of props. Write metadata:'],
])('%s is refused', (_, action, message) => {
  expect(action).toThrow(message);
});
