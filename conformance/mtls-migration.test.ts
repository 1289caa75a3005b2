import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import { MtlsEdge, MtlsEdgeOutcome, MtlsMigration, MtlsMigrationPlan, MtlsPhase } from 'cdk8s-istio';
import { Application, namespace } from './application';
import { Failure, MeshRequest, SteadyReport } from './mesh-protocol';
import { inOneText } from './rollout-shop';
import { SteadyClient } from './steady-client';
import { withMesh } from './with-mesh';

const PORTS = [
  { name: 'http', port: 80, targetPort: 8080 }, { name: 'http-open', port: 81, targetPort: 8081 }, { name: 'http-metrics', port: 9102 },
];
const PHASES = Object.values(MtlsPhase);
/** Requests of each caller that are looked at in each phase. */
const ENOUGH = 60;

/** Who asks, which row of the plan's table is about it, and what it sees when it breaks. */
interface Caller {
  readonly request: MeshRequest;
  readonly row: Pick<MtlsEdge, 'caller' | 'target' | 'port'>;
  readonly broken?: string;
}

const ROW = { target: 'shop/orders', port: 8080 };
const OPEN = { target: 'shop/orders', port: 8081 };
const CALLERS: Record<string, Caller> = {
  'a client with a sidecar': { request: { caller: 'shop/cart', url: 'http://orders/' }, row: { caller: 'cart', ...ROW } },
  'a client outside of the mesh': { request: { caller: 'legacy/billing', url: 'http://orders.shop/' }, row: { caller: 'billing', ...ROW }, broken: 'reset' },
  'a client outside of the mesh, at the port that stays open': {
    request: { caller: 'legacy/scanner', url: 'http://orders.shop:81/' }, row: { caller: 'scanner', ...OPEN },
  },
  'a client whose DestinationRule says DISABLE': {
    request: { caller: 'data/reports', url: 'http://orders.shop/' }, row: { caller: 'clients with a sidecar in data', target: 'shop/orders-new', port: 8080 }, broken: '503',
  },
  'the same client, at the port that stays open': {
    request: { caller: 'data/reports', url: 'http://orders.shop:81/' }, row: { caller: 'clients with a sidecar in data', target: 'shop/orders-new', port: 8081 },
  },
  'a client with a sidecar, at a port that passes by the sidecar of the pods': {
    request: { caller: 'shop/cart', url: 'http://orders:9102/' }, row: { caller: 'every client with a sidecar', target: 'shop/orders-new', port: 9102 }, broken: '503',
  },
  'a client outside of the mesh, at the port that passes by the sidecar': {
    request: { caller: 'legacy/billing', url: 'http://orders.shop:9102/' }, row: { caller: 'callers without a sidecar', target: 'shop/orders-new', port: 9102 },
  },
};

interface Shop {
  readonly app: App;
  readonly migration: MtlsMigration;
}

/** @param versions `new` pods get a sidecar, `old` ones were started before there was one to get */
function shop(versions: string[], props: { despite: boolean }): Shop {
  const app = new App();
  const [own, data, legacy] = ['shop', 'data', 'legacy'].map((name) => new Chart(app, name, { namespace: name }));
  namespace(own, 'shop', versions.includes('old'));
  namespace(data, 'data');
  namespace(legacy, 'legacy', false);
  const cart = new Application(own, 'cart').workload();
  const orders = new Application(own, 'orders', { ports: PORTS, versions, replicas: 2 });
  orders.deployments.forEach((deployment, index) => {
    const metadata = '/spec/template/metadata';
    deployment.addJsonPatch(JsonPatch.add(`${metadata}/annotations`, { 'traffic.sidecar.istio.io/excludeInboundPorts': '9102' }));
    if (versions[index] === 'old') deployment.addJsonPatch(JsonPatch.add(`${metadata}/labels/sidecar.istio.io~1inject`, 'false'));
  });
  new Application(data, 'reports');
  new ApiObject(data, 'rule', {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'orders' },
    spec: { host: 'orders.shop.svc.cluster.local', trafficPolicy: { tls: { mode: 'DISABLE' } } },
  } as any);
  const target = orders.mesh();
  const [billing, scanner] = ['billing', 'scanner'].map((name) => new Application(legacy, name).workload());
  const reason = 'it is known';
  const migration = new MtlsMigration(own, 'migration', {
    namespaces: ['shop'],
    callers: [{ caller: cart, target, ports: [80] }, { caller: billing, target, ports: [80] }, { caller: scanner, target, ports: [81] }],
    openPorts: [{ target, ports: [81], reason: 'the scanner has no sidecar' }],
    despite: !props.despite ? [] : ['billing', 'clients with a sidecar in data', 'every client with a sidecar'].map((caller) => ({ caller, reason })),
  });
  return { app, migration };
}

const plan: MtlsMigrationPlan = shop(['new'], { despite: true }).migration.plan();
const mesh = withMesh(() => shop(['old', 'new'], { despite: true }).app.synthYaml());

/** What Istio gets of a phase; the label of the Namespace is about pods that are started. */
function istioObjectsOf(phase: MtlsPhase): string {
  const step = plan.steps.find(({ name }) => name.endsWith(`-${phase}`))!;
  return inOneText(step.files.map(({ content }) => content).filter((yaml) => /^kind: PeerAuthentication$/m.test(yaml)));
}

function edgeOf({ row }: Caller): MtlsEdge {
  const found = plan.edges.filter((edge) => edge.caller === row.caller && edge.target === row.target && edge.port === row.port);
  if (found.length !== 1) throw new Error(`${found.length} rows for ${JSON.stringify(row)} among ${plan.edges.map(({ caller, target, port }) => `${caller} ${target}:${port}`).join(', ')}`);
  return found[0];
}

function isBrokenIn(caller: Caller, phase: MtlsPhase): boolean {
  const { breaksAt } = edgeOf(caller);
  return breaksAt !== undefined && PHASES.indexOf(phase) >= PHASES.indexOf(breaksAt);
}

/**
 * Whoever has no proxy keeps connections to a pod itself. One that ends with its pod, just under a request, is of the restart and
 * not of mutual TLS: the same request over another connection is answered.
 */
function isOfRestart({ request }: Caller, { phase, detail }: Failure): boolean {
  return request.caller.startsWith('legacy/') && phase === 'injecting' && /^the kept connection ended .* answered with 200$/.test(detail ?? '');
}

test('STRICT is kept back while somebody who is declared would break', () => {
  const withheld = shop(['new'], { despite: false }).migration.plan();
  expect(withheld.steps.map(({ name }) => name)).toEqual(['00-install', '01-inject', '02-permissive', '03-verify']);
  expect(withheld.edges.filter(({ outcome }) => outcome === MtlsEdgeOutcome.BREAKS).map(({ caller }) => caller).sort())
    .toEqual(['billing', 'clients with a sidecar in data', 'every client with a sidecar']);
});

test('through all phases, each caller has just the fate that the plan says, and nobody else loses a request', async () => {
  const title = Object.keys(CALLERS);
  const clients: Record<string, SteadyClient> = {};
  const before = async (phase: string) => Promise.all(title.map(async (name) => clients[name].mark(phase)));
  const look = async (phase: string) => {
    const seen = await Promise.all(title.map(async (name) => [name, await clients[name].during(phase, ENOUGH)] as const));
    return Object.fromEntries(seen.map(([name, { byStatus }]) => [name, Object.keys(byStatus)]));
  };
  const expected = (phase: MtlsPhase) => Object.fromEntries(Object.entries(CALLERS).map(([name, caller]) => [name, [isBrokenIn(caller, phase) ? caller.broken : '200']]));

  await mesh.scale('shop/orders-new', 0);
  await mesh.applyInOrder(istioObjectsOf(MtlsPhase.INSTALL));
  for (const name of title) clients[name] = await mesh.keepAsking({ ...CALLERS[name].request, concurrency: 2, timeoutMs: 5000 });
  expect(await look(MtlsPhase.INSTALL)).toEqual(expected(MtlsPhase.INSTALL));

  await before('injecting');
  await mesh.applyInOrder(istioObjectsOf(MtlsPhase.INJECT));
  // As a rolling restart does it: one pod comes with a sidecar, one without goes.
  for (const [fresh, old] of [[1, 1], [2, 0]]) {
    await mesh.scale('shop/orders-new', fresh);
    await mesh.scale('shop/orders-old', old);
  }
  expect(await look(MtlsPhase.INJECT)).toEqual(expected(MtlsPhase.INJECT));

  for (const phase of [MtlsPhase.PERMISSIVE, MtlsPhase.VERIFY, MtlsPhase.STRICT]) {
    await before(`to ${phase}`);
    await mesh.applyInOrder(istioObjectsOf(phase));
    expect([phase, await look(phase)]).toEqual([phase, expected(phase)]);
  }

  await before('back');
  await mesh.applyInOrder(istioObjectsOf(MtlsPhase.VERIFY));
  expect(await look('back in verify')).toEqual(expected(MtlsPhase.VERIFY));

  const reports: Record<string, SteadyReport> = Object.fromEntries(await Promise.all(title.map(async (name) => [name, await clients[name].stop()])));
  for (const [name, caller] of Object.entries(CALLERS)) {
    if (edgeOf(caller).breaksAt !== undefined) continue;
    const { failed, failures } = reports[name];
    const ofRestart = failures.filter((failure) => isOfRestart(caller, failure));
    expect([name, failed - ofRestart.length, failures.filter((failure) => !ofRestart.includes(failure))]).toEqual([name, 0, []]);
    expect(reports[name].count).toBeGreaterThan(ENOUGH * PHASES.length);
  }
});

test('what the plan says of each caller is what is declared', () => {
  expect(Object.fromEntries(Object.entries(CALLERS).map(([name, caller]) => [name, edgeOf(caller).outcome]))).toEqual({
    'a client with a sidecar': MtlsEdgeOutcome.WORKS,
    'a client outside of the mesh': MtlsEdgeOutcome.ACCEPTED,
    'a client outside of the mesh, at the port that stays open': MtlsEdgeOutcome.STAYS_OPEN,
    'a client whose DestinationRule says DISABLE': MtlsEdgeOutcome.ACCEPTED,
    'the same client, at the port that stays open': MtlsEdgeOutcome.STAYS_OPEN,
    'a client with a sidecar, at a port that passes by the sidecar of the pods': MtlsEdgeOutcome.ACCEPTED,
    'a client outside of the mesh, at the port that passes by the sidecar': MtlsEdgeOutcome.NOT_ENFORCED,
  });
});
