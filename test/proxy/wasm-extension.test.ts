import { App, Chart } from 'cdk8s';
import {
  ExtensionPhase, ExtensionTraffic, MeshPort, MeshService, MeshWorkload, PolicyScope, WasmExtension, WasmFailure, WasmKind, WasmModule,
  WasmPullPolicy,
} from '../../src';

const SUM = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);
const IMAGE = WasmModule.image('ghcr.io/acme/openid:1.4.2');
const { INBOUND, OUTBOUND } = ExtensionTraffic;

function extension(props: any): any {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const pods = MeshWorkload.fromLabels(chart, 'pods', { name: 'reviews', namespace: 'shop', labels: { app: 'reviews' }, serviceAccount: 'reviews' });
  const traffic = props.scope?._byTargetRefs ? undefined : INBOUND;
  new WasmExtension(chart, 'wasm', { scope: PolicyScope.workload(pods), traffic, module: IMAGE, ...props });
  app.synthYaml();
  return chart.toJson()[0];
}

test('a workload has a module that fails closed', () => {
  expect(extension({})).toEqual({
    apiVersion: 'extensions.istio.io/v1alpha1',
    kind: 'WasmPlugin',
    metadata: { name: 'reviews-openid', namespace: 'shop' },
    spec: { selector: { matchLabels: { app: 'reviews' } }, url: 'oci://ghcr.io/acme/openid:1.4.2', failStrategy: 'FAIL_CLOSE', match: [{ mode: 'SERVER' }] },
  });
});

test('everything that can be said of it is written', () => {
  expect(extension({
    traffic: OUTBOUND,
    ports: [80, 81, 80],
    phase: ExtensionPhase.AUTHENTICATION,
    priority: 10,
    onFailure: WasmFailure.RELOAD,
    config: { realm: 'shop', list: [1, [], { a: true, b: {} }] },
    pluginName: 'openid',
    environmentVariables: { REALM: 'shop' },
    hostEnvironmentVariables: ['POD_NAME'],
    network: true,
    metadata: { name: 'mine' },
    module: WasmModule.image('ghcr.io/acme/openid:1', { sha256: SUM, pullSecret: 'registry', pullPolicy: WasmPullPolicy.ALWAYS }),
  })).toMatchObject({
    metadata: { name: 'mine' },
    spec: {
      url: 'oci://ghcr.io/acme/openid:1',
      sha256: SUM,
      imagePullSecret: 'registry',
      imagePullPolicy: 'Always',
      phase: 'AUTHN',
      priority: 10,
      failStrategy: 'FAIL_RELOAD',
      pluginConfig: { realm: 'shop', list: [1, [], { a: true, b: {} }] },
      pluginName: 'openid',
      type: 'NETWORK',
      match: [{ mode: 'CLIENT', ports: [{ number: 80 }, { number: 81 }] }],
      vmConfig: { env: [{ name: 'REALM', value: 'shop' }, { name: 'POD_NAME', valueFrom: 'HOST' }] },
    },
  });
});

test('a TrafficExtension says the same one level down', () => {
  const { kind, spec } = extension({ kind: WasmKind.TRAFFIC_EXTENSION, phase: ExtensionPhase.STATISTICS, config: { a: 1 } });
  expect([kind, spec]).toEqual(['TrafficExtension', {
    selector: { matchLabels: { app: 'reviews' } },
    match: [{ mode: 'SERVER' }],
    phase: 'STATS',
    wasm: { url: 'oci://ghcr.io/acme/openid:1.4.2', failStrategy: 'FAIL_CLOSE', pluginConfig: { a: 1 } },
  }]);
});

test.each<[string, WasmModule, object]>([
  ['an image with a digest', WasmModule.image(`oci://registry.example:5000/a/b_c@sha256:${SUM}`), { url: `oci://registry.example:5000/a/b_c@sha256:${SUM}` }],
  ['an image with a tag and a digest', WasmModule.image(`ghcr.io/a:v1@sha256:${SUM}`, { sha256: SUM }), { url: `oci://ghcr.io/a:v1@sha256:${SUM}`, sha256: SUM }],
  ['a URL', WasmModule.url('https://modules.example/v1/openid.wasm', SUM), { url: 'https://modules.example/v1/openid.wasm', sha256: SUM }],
  ['a file', WasmModule.file('/opt/modules/openid.wasm'), { url: 'file:///opt/modules/openid.wasm' }],
])('the module comes from %s', (_, module, spec) => {
  expect(extension({ module, metadata: { name: 'a' } }).spec).toMatchObject(spec);
});

test.each<[string, any, object]>([
  ['a namespace', { scope: PolicyScope.namespace('data') }, { name: 'namespace-openid', namespace: 'data' }],
  ['the mesh', { scope: PolicyScope.mesh() }, { name: 'mesh-openid', namespace: 'istio-system' }],
  ['a Gateway', { scope: PolicyScope.kubernetesGateway('ingress', 'public') }, { name: 'public-openid', namespace: 'ingress' }],
  ['a file of a strange name', { module: WasmModule.file('/a/My_Filter.v2.wasm') }, { name: 'reviews-my-filter-v2', namespace: 'shop' }],
])('%s has one of its own name', (_, props, metadata) => {
  expect(extension(props).metadata).toEqual(metadata);
});

test('a Gateway and a Service at its waypoint are named, and all that goes through is meant', () => {
  const service = MeshService.fromName(new Chart(new App(), 'other'), 'reviews', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80)] });
  expect(extension({ scope: PolicyScope.kubernetesGateway('ingress', 'public') }).spec).toEqual({
    targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }], url: 'oci://ghcr.io/acme/openid:1.4.2', failStrategy: 'FAIL_CLOSE',
  });
  const { spec } = extension({ scope: PolicyScope.service(service) });
  expect([spec.targetRefs, spec.selector, spec.match]).toEqual([[{ group: '', kind: 'Service', name: 'reviews' }], undefined, undefined]);
});

test('what fails open among authentication and authorization is warned about, and nothing else', () => {
  const warnings: string[] = [];
  const written = jest.spyOn(process.stderr, 'write').mockImplementation((text) => warnings.push(String(text)) > 0);
  extension({ onFailure: WasmFailure.FAIL_OPEN });
  extension({ phase: ExtensionPhase.AUTHORIZATION });
  expect(warnings.filter((text) => text.includes('fails open'))).toEqual([]);
  extension({ onFailure: WasmFailure.FAIL_OPEN, phase: ExtensionPhase.AUTHORIZATION });
  written.mockRestore();
  expect(warnings.filter((text) => text.includes('fails open'))).toEqual([expect.stringContaining('[shop/wasm] it stands among authentication and authorization')]);
});

const gateway = PolicyScope.kubernetesGateway('ingress', 'public');

test.each<[string, any, string]>([
  ['no scope', { scope: 'shop' }, '`scope` is "shop".'],
  ['no module', { module: 'oci://ghcr.io/acme/openid:1' }, '`module` is "oci://ghcr.io/acme/openid:1". Say where it is: WasmModule.image('],
  ['no direction', { traffic: undefined }, '`traffic` is not given, and a call within the scope would be seen twice'],
  ['a direction of EnvoyFilters', { traffic: 'SIDECAR_INBOUND' }, '`traffic` is "SIDECAR_INBOUND". Give ExtensionTraffic.INBOUND'],
  ['what comes in to a gateway', { scope: gateway, traffic: INBOUND }, '`traffic` is INBOUND, and `scope` is the Gateway ingress/public, which has no such traffic'],
  ['a phase by its name at Istio', { phase: 'AUTH' }, '`phase` is "AUTH". Give ExtensionPhase.AUTHENTICATION'],
  ['half a priority', { priority: 1.5 }, '`priority` is 1.5.'],
  ['a priority beyond an int32', { priority: 2 ** 31 }, '`priority` is 2147483648.'],
  ['no ports', { ports: [] }, '`ports` is empty.'],
  ['port 0', { ports: [0] }, '`ports` holds 0;'],
  ['a failure by another name', { onFailure: 'OPEN' }, '`onFailure` is "OPEN". Give WasmFailure.FAIL_CLOSED'],
  ['another kind', { kind: 'EnvoyFilter' }, '`kind` is "EnvoyFilter". Give WasmKind.WASM_PLUGIN'],
  ['an empty plugin name', { pluginName: '' }, '`pluginName` is "".'],
  ['a plugin name of too many bytes', { pluginName: 'é'.repeat(129) }, 'Give a text of 1 to 256 bytes.'],
  ['a config that is no object', { config: 'a: b' }, '"a: b" is given instead of props.'],
  ['a config with what JSON has not', { config: { a: [1, { b: NaN }] } }, '`config.a[1].b` is nothing that can be written'],
  ['a config with null', { config: { a: [null] } }, '`config.a[0]` is nothing that can be written'],
  ['a config with a class', { config: { a: new Map() } }, '`config.a` is nothing that can be written'],
  ['a config with nothing', { config: { a: undefined } }, '`config.a` is nothing that can be written'],
  ['a variable with a dash', { environmentVariables: { 'A-B': 'x' } }, '"A-B" is no name of an environment variable'],
  ['a variable that is no text', { environmentVariables: { A: 1 } }, '`environmentVariables`: A is 1. Give a text, for example "1".'],
  ['a variable too long', { environmentVariables: { A: 'a'.repeat(2049) } }, '`environmentVariables`: A has 2049 characters; at most 2048 are allowed.'],
  ['a variable twice', { environmentVariables: { A: 'x' }, hostEnvironmentVariables: ['A'] }, 'the environment variable A is given twice.'],
  ["a variable of Istio's own", { environmentVariables: { ISTIO_META_WASM_IMAGE_PULL_SECRET: 'x' } }, "ISTIO_META_WASM_IMAGE_PULL_SECRET is Istio's own"],
  ['too many variables', { hostEnvironmentVariables: Array.from({ length: 257 }, (__, index) => `A${index}`) }, '257 environment variables are given; at most 256 are allowed.'],
  ['another namespace', { metadata: { namespace: 'data' } }, '`metadata.namespace` is "data", and it is for'],
])('%s is an error', (_, props, message) => {
  expect(() => extension(props)).toThrow(message);
  expect(() => extension(props)).toThrow('[shop/wasm] ');
});

test('ports at a waypoint are an error, as none is ever found there', () => {
  const service = MeshService.fromName(new Chart(new App(), 'other'), 'reviews', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80)] });
  expect(() => extension({ scope: PolicyScope.service(service), ports: [80] })).toThrow('no port is ever found there');
  expect(() => extension({ scope: PolicyScope.service(service), traffic: OUTBOUND })).toThrow('`traffic` is OUTBOUND, and `scope` is the Service shop/reviews at its waypoint');
});

test.each<[string, () => unknown, string]>([
  ['an image without a tag', () => WasmModule.image('ghcr.io/acme/openid'), 'WasmModule.image: "ghcr.io/acme/openid" is no image with a tag or a digest.'],
  ['an image by a URL', () => WasmModule.image('https://ghcr.io/acme/openid:1'), 'is no image'],
  ['two digests', () => WasmModule.image(`ghcr.io/a@sha256:${SUM}`, { sha256: OTHER }), 'the image is named by another digest'],
  ['a secret that is none', () => WasmModule.image('ghcr.io/a:1', { pullSecret: 'A_B' }), '`pullSecret` is "A_B"'],
  ['a pull policy that is none', () => WasmModule.image('ghcr.io/a:1', { pullPolicy: 'Never' as any }), '`pullPolicy` is "Never". Give WasmPullPolicy.IF_NOT_PRESENT'],
  ['a URL without a checksum', () => (WasmModule.url as any)('https://a.example/b.wasm'), '`sha256` is undefined. Give the checksum'],
  ['a checksum with its name', () => WasmModule.url('https://a.example/b.wasm', `sha256:${SUM}`), 'without "sha256:"'],
  ['a checksum in capitals', () => WasmModule.url('https://a.example/b.wasm', 'A'.repeat(64)), '`sha256` is "AAAA'],
  ['an image as a URL', () => WasmModule.url('oci://ghcr.io/a:1', SUM), 'is no URL of a module'],
  ['a part of a path', () => WasmModule.file('openid.wasm'), 'is no file of the proxy\'s container'],
])('%s is an error', (_, make, message) => {
  expect(make).toThrow(message);
});
