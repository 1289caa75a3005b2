import { App, Chart } from 'cdk8s';
import {
  ExtensionPhase, ExtensionTraffic, LuaExtension, MeshPort, MeshService, MeshWorkload, PolicyScope, WasmExtension, WasmFailure,
  WasmKind, WasmModule, WasmPullPolicy,
} from 'cdk8s-istio';
import * as fc from 'fast-check';
import { ApiServer } from './verdict';

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
  // What fails open on purpose is warned about, hundreds of times here.
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterAll(async () => {
  jest.restoreAllMocks();
  await apiServer?.end();
});

const of = <T>(...values: T[]) => fc.constantFrom(...values);
/** Mostly what is right: of many settings together, one that is wrong refuses all. */
const mostly = <T>(right: T[], ...wrong: T[]) => fc.oneof({ weight: 29, arbitrary: of(...right) }, { weight: 1, arbitrary: of(...wrong) });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 });

const SUM = '0123456789abcdef'.repeat(4);
const name = fc.stringMatching(/^[a-z0-9]+([._-][a-z0-9]+)*$/, { maxLength: 12 });
/** An image as its registry may call it; the tag or the digest that it has to have may be missing. */
const image = fc.tuple(of('ghcr.io', 'localhost:5000', 'registry.example'), fc.array(name, { minLength: 1, maxLength: 3 }), fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,10}$/), mostly(['tag', 'digest', 'both'], 'none'))
  .map(([registry, path, tag, how]) => `${registry}/${path.join('/')}${how === 'tag' || how === 'both' ? `:${tag}` : ''}${how === 'digest' || how === 'both' ? `@sha256:${SUM}` : ''}`);
const imageOptions = fc.record(
  { sha256: mostly([SUM], 'sum'), pullSecret: mostly(['registry', 'a.b-c'], 'A', ''), pullPolicy: mostly([...Object.values(WasmPullPolicy)], 'Never' as any) }, { requiredKeys: [], noNullPrototype: true },
);
const url = fc.tuple(of('http', 'https'), of('a.example', 'a.example:8443', 'localhost'), fc.array(fc.stringMatching(/^[\w.~-]{1,8}$/), { minLength: 1, maxLength: 3 }), of('', '?v=1&b=~c'))
  .map(([scheme, host, path, query]) => `${scheme}://${host}/${path.join('/')}${query}`);
/** What makes a module, which may refuse. */
const source: fc.Arbitrary<() => WasmModule> = fc.oneof(
  fc.tuple(image, imageOptions).map(([reference, options]) => () => WasmModule.image(reference, options)),
  fc.tuple(url, mostly([SUM], '', SUM.toUpperCase())).map(([address, sum]) => () => WasmModule.url(address, sum)),
  fc.stringMatching(/^(\/[\w.-]{1,8}){1,3}$/).map((path) => () => WasmModule.file(path)),
);

const WHERE = ['workload', 'namespace', 'mesh', 'gateway', 'service'] as const;
const common = of(...WHERE).chain((where) => fc.record({
  where: fc.constant(where),
  traffic: where === 'gateway' ? mostly([undefined, ExtensionTraffic.OUTBOUND], ExtensionTraffic.INBOUND)
    : where === 'service' ? mostly([undefined, ExtensionTraffic.INBOUND], ExtensionTraffic.OUTBOUND) : mostly<ExtensionTraffic | undefined>([...Object.values(ExtensionTraffic)], undefined),
  ports: where === 'service' ? mostly<number[] | undefined>([undefined], [80]) : mostly<number[] | undefined>([undefined, [80], [1, 65535, 1]], [], [0], [65536]),
  phase: of(undefined, ...Object.values(ExtensionPhase)),
  priority: mostly([undefined, 0, -5, 2 ** 31 - 1, -(2 ** 31)], 2 ** 31, 0.5),
}));

const text = fc.string({ unit: 'grapheme', maxLength: 10 });
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)));
const config = fc.oneof({ weight: 9, arbitrary: fc.dictionary(text, json.filter((value) => !JSON.stringify(value).includes('null')), { maxKeys: 3, noNullPrototype: true }) },
  { weight: 1, arbitrary: fc.dictionary(text, json, { maxKeys: 3, noNullPrototype: true }) });
const variable = fc.oneof({ weight: 29, arbitrary: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/) }, { weight: 1, arbitrary: of('A-B', '1', '', 'ISTIO_META_WASM_A') });
const wasm = fc.tuple(common, source, fc.record({
  kind: of(undefined, ...Object.values(WasmKind)),
  onFailure: of(undefined, ...Object.values(WasmFailure)),
  config: maybe(config),
  pluginName: maybe(fc.oneof({ weight: 19, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }) }, { weight: 1, arbitrary: of('', 'é'.repeat(128), 'é'.repeat(129)) })),
  environmentVariables: maybe(fc.dictionary(variable, text, { maxKeys: 2, noNullPrototype: true })),
  hostEnvironmentVariables: maybe(fc.uniqueArray(variable, { maxLength: 2 })),
  network: of(undefined, true, false),
}));

const code = fc.oneof(
  { weight: 9, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }).map((comment) => `--[[ ${comment} ]]\nfunction envoy_on_request(handle) end`) },
  { weight: 1, arbitrary: of('return', '', `-- ${'é'.repeat(32_760)} envoy_on_response`, `-- envoy_on_request ${'a'.repeat(65_536 - 20)}`, `-- envoy_on_request ${'a'.repeat(65_536 - 19)}`) },
);

/** The manifests, unless a construct, or the synth before it looks at the manifests, refuses. */
function synthesize(make: (chart: Chart, scope: Record<typeof WHERE[number], PolicyScope>) => void): string | undefined {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const pods = MeshWorkload.fromLabels(chart, 'pods', { name: 'reviews', namespace: 'shop', labels: { app: 'reviews' }, serviceAccount: 'reviews' });
  const service = MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80)], workload: pods });
  try {
    make(chart, {
      workload: PolicyScope.workload(pods),
      namespace: PolicyScope.namespace('shop'),
      mesh: PolicyScope.mesh(),
      gateway: PolicyScope.kubernetesGateway('ingress', 'public'),
      service: PolicyScope.service(service),
    });
  } catch {
    return undefined;
  }
  if (chart.node.findAll().some((construct) => construct.node.validate().length > 0)) return undefined;
  try {
    return app.synthYaml();
  } catch (error) {
    // What YAML cannot say is refused when it is written.
    if (/without quotes|contains U\+/.test((error as Error).message)) return undefined;
    throw error;
  }
}

test('whatever Wasm extension is let pass, Istio takes without a word', async () => {
  let taken = 0;
  const kinds = new Set<string>();
  await fc.assert(fc.asyncProperty(wasm, async ([{ where, ...shared }, make, props]) => {
    const yaml = synthesize((chart, scopes) => new WasmExtension(chart, 'wasm', { scope: scopes[where], ...shared, module: make(), ...props }));
    if (yaml === undefined) return;
    taken++;
    kinds.add(`${props.kind ?? WasmKind.WASM_PLUGIN} ${where}`);
    expect(await apiServer.complaints(yaml)).toEqual([]);
  }), { numRuns: 1500 });
  expect(taken).toBeGreaterThan(400);
  expect(kinds.size).toBe(2 * WHERE.length);
});

test('whatever Lua extension is let pass, Istio takes without a word', async () => {
  let taken = 0;
  await fc.assert(fc.asyncProperty(common, code, async ({ where, ...shared }, script) => {
    const yaml = synthesize((chart, scopes) => new LuaExtension(chart, 'lua', { scope: scopes[where], ...shared, code: script }));
    if (yaml === undefined) return;
    taken++;
    expect(await apiServer.complaints(yaml)).toEqual([]);
  }), { numRuns: 600 });
  expect(taken).toBeGreaterThan(200);
});
