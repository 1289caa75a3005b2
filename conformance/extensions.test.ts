import { App, Chart } from 'cdk8s';
import {
  ExtensionPhase, ExtensionTraffic, LuaExtension, MeshService, MeshWorkload, PolicyScope, WasmExtension, WasmFailure, WasmKind, WasmModule,
} from 'cdk8s-istio';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application, namespace } from './application';
import { eventually } from './eventually';
import { WasmBinaryOptions, wasmBinary } from './wasm-binary';
import { withMesh } from './with-mesh';

const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];
const { INBOUND, OUTBOUND, BOTH } = ExtensionTraffic;

const folder = mkdtempSync(join(tmpdir(), 'wasm-'));
// Envoys are not root.
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true }));

/** A module of its own, as a file that proxies have. */
function moduleOf(name: string, options: WasmBinaryOptions): WasmModule {
  writeFileSync(join(folder, `${name}.wasm`), wasmBinary(options));
  return WasmModule.file(join(folder, `${name}.wasm`));
}

/** A script that says in every answer that it was there, and what it was told. */
const saying = (name: string): string => `function envoy_on_response(handle) handle:headers():add("x-said", "${name}") end`;

const BROKEN = 'function envoy_on_request(handle) handle:nothing() end\nfunction envoy_on_response(handle) handle:headers():add("x-said", "later") end';

function manifests(): string {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  namespace(chart, 'shop');
  const client = new Application(chart, 'client').workload();
  new Application(chart, 'guest');
  const service = (name: string, ports = HTTP) => new Application(chart, name, { ports }).mesh();
  const services = Object.fromEntries([
    'plain', 'inbound', 'both', 'ordered', 'broken', 'wasm', 'extended', 'closed', 'open', 'reload',
  ].map((name) => [name, service(name)])) as Record<string, MeshService>;
  const ports = service('ports', [{ name: 'http-a', port: 80, targetPort: 8080 }, { name: 'http-b', port: 81, targetPort: 8081 }]);
  const lua = (name: string, props: any) => new LuaExtension(chart, `lua-${name}`, { traffic: INBOUND, code: saying(name), metadata: { name }, ...props });
  const wasm = (name: string, options: WasmBinaryOptions, props = {}) => new WasmExtension(chart, `wasm-${name}`, {
    scope: PolicyScope.workload(services[name]), traffic: INBOUND, module: moduleOf(name, options), ...props,
  });

  lua('inbound', { scope: PolicyScope.workload(services.inbound) });
  lua('sent', { scope: PolicyScope.workload(client), traffic: OUTBOUND });
  lua('both', { scope: PolicyScope.workload(services.both), traffic: BOTH });
  lua('ports', { scope: PolicyScope.workload(ports), ports: [8081] });
  // Responses come back the other way: the last in the chain speaks first. By their names they would be in another order.
  lua('leading', { scope: PolicyScope.workload(services.ordered), priority: 10 });
  lua('following', { scope: PolicyScope.workload(services.ordered), priority: -10 });
  lua('early', { scope: PolicyScope.workload(services.ordered), phase: ExtensionPhase.AUTHENTICATION, priority: -100 });
  lua('broken', { scope: PolicyScope.workload(services.broken), code: BROKEN });

  const header = (value: string) => ({ header: { name: 'x-said', value } });
  wasm('wasm', header('wasm'));
  wasm('extended', header('extended'), { kind: WasmKind.TRAFFIC_EXTENSION, config: { a: 1 }, environmentVariables: { A: 'b' }, pluginName: 'one' });
  wasm('closed', { breaks: 'request' });
  wasm('open', { breaks: 'request' }, { onFailure: WasmFailure.FAIL_OPEN });
  wasm('reload', { breaks: 'request' }, { onFailure: WasmFailure.RELOAD });
  return app.synthYaml();
}

const mesh = withMesh(manifests);

/** What says in the answer that it was there. */
async function said(caller: string, url: string): Promise<string | undefined> {
  const { status, headers } = await mesh.one({ caller, url });
  expect(status).toBe(200);
  return headers?.['x-said'];
}

test('a script sees what comes in to one workload, whoever calls, and to no other', async () => {
  expect(await said('shop/guest', 'http://inbound/')).toBe('inbound');
  expect(await said('shop/guest', 'http://plain/')).toBeUndefined();
  // Nor what it sends itself.
  expect(await said('shop/inbound', 'http://plain/')).toBeUndefined();
});

test('or what one workload sends, whomever it calls', async () => {
  expect(await said('shop/client', 'http://plain/')).toBe('sent');
  expect(await said('shop/client', 'http://inbound/')).toMatch(/^inbound, ?sent$/);
});

test('or both', async () => {
  expect(await said('shop/guest', 'http://both/')).toBe('both');
  expect(await said('shop/both', 'http://plain/')).toBe('both');
});

test('on the ports of the pods that are named', async () => {
  expect(await said('shop/guest', 'http://ports:81/')).toBe('ports');
  expect(await said('shop/guest', 'http://ports/')).toBeUndefined();
});

test('phases come in their order, and in each the greater priority first', async () => {
  expect((await said('shop/guest', 'http://ordered/'))!.split(/, ?/)).toEqual(['following', 'leading', 'early']);
});

test('a script that breaks at a request lets it go on, which is why nobody is kept out by one', async () => {
  expect(await said('shop/guest', 'http://broken/')).toBe('later');
});

test('a Wasm module does its work, by either kind', async () => {
  expect(await said('shop/guest', 'http://wasm/')).toBe('wasm');
  expect(await said('shop/guest', 'http://extended/')).toBe('extended');
});

/** What one caller gets, asking three times: a module that broke stays broken. */
async function statuses(name: string): Promise<number[]> {
  const answers = [];
  for (let index = 0; index < 3; index++) answers.push((await mesh.one({ caller: 'shop/guest', url: `http://${name}/` })).status!);
  return answers;
}

test('when a module breaks, requests are refused', async () => {
  expect(await statuses('closed')).toEqual([503, 503, 503]);
});

test('where that is said they go on, but for the one at which it broke', async () => {
  expect(await statuses('open')).toEqual([503, 200, 200]);
});

test('a module that breaks each time is of no use afresh either', async () => {
  expect(await statuses('reload')).toEqual([503, 503, 503]);
});

describe('what proxies refuse', () => {
  /** Of a workload that is there, applied while the mesh runs. */
  const applied = async (name: string, make: (chart: Chart, scope: PolicyScope) => void): Promise<void> => {
    const app = new App();
    const chart = new Chart(app, 'shop', { namespace: 'shop' });
    make(chart, PolicyScope.workload(MeshWorkload.fromLabels(chart, 'pods', { name, namespace: 'shop', labels: { app: name } })));
    return mesh.apply(app.synthYaml());
  };

  test('is a module that does not start: requests are refused then, even where it may fail', async () => {
    // Envoy may say so after it has taken what came with it.
    await applied('plain', (chart, scope) => new WasmExtension(chart, 'wasm', {
      scope, traffic: INBOUND, module: moduleOf('start', { breaks: 'start' }), onFailure: WasmFailure.FAIL_OPEN,
    })).catch((error) => expect(error.message).toContain('Unable to create Wasm plugin'));
    await eventually('requests are refused', async () => (await mesh.one({ caller: 'shop/guest', url: 'http://plain/' })).status === 500);
  });

  test('and a script that Lua cannot read', async () => {
    await expect(applied('inbound', (chart, scope) => new LuaExtension(chart, 'lua', {
      scope, traffic: INBOUND, code: 'function envoy_on_request(handle) if end', metadata: { name: 'inbound' },
    }))).rejects.toThrow('script load error');
    // It keeps what it had.
    expect(await said('shop/guest', 'http://inbound/')).toBe('inbound');
  });
});
