import { App, Chart, Duration } from 'cdk8s';
import {
  MeshPort, MtlsPolicy, PolicyScope, RequestTimeout, ResilientService, VirtualMachineProbe, VirtualMachineRegistration, VirtualMachineWorkload,
} from 'cdk8s-istio';
import { Application, namespace } from './application';
import { eventually } from './eventually';
import { MeshRequest } from './mesh-protocol';
import { withMesh } from './with-mesh';

const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];
const [ORDERS_VM, LEDGER_VM] = ['10.244.200.1', '10.244.200.2'];

/** A host outside of Kubernetes, as the judge knows one: its labels mean nothing, so that only what is written for it tells the mesh of it. */
function machine(name: string, ip: string | undefined, ports: number[], replicas = 1): string {
  const address = ip === undefined ? '' : `judge.cdk8s-istio/ip: ${ip}`;
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { host: ${name} } }
  template:
    metadata: { labels: { host: ${name} }, annotations: { judge.cdk8s-istio/virtual-machine: "true", ${address} } }
    spec: { containers: [{ name: app, image: application, ports: [${ports.map((port) => `{ name: http-${port}, containerPort: ${port} }`).join(', ')}] }] }
`;
}

/** STRICT everywhere; `orders` is served by two pods and a machine, `ledger` and `batch` by machines alone. */
function manifests(): string {
  const app = new App();
  const [shop, outside] = ['shop', 'outside'].map((name) => new Chart(app, name, { namespace: name }));
  namespace(shop, 'shop');
  namespace(outside, 'outside', false);
  new Application(outside, 'client');
  const [client, stranger] = ['client', 'stranger'].map((name) => new Application(shop, name).workload());
  new MtlsPolicy(shop, 'mtls', { scope: PolicyScope.namespace('shop') });

  const pods = new Application(shop, 'orders', { replicas: 2, ports: HTTP });
  new VirtualMachineWorkload(shop, 'orders-vm', {
    name: 'orders-vm',
    host: 'orders.shop.mesh',
    labels: { app: 'orders', place: 'cellar' },
    serviceAccount: 'orders-vm',
    ports: [MeshPort.http(80, { targetPort: 8080 })],
    registration: VirtualMachineRegistration.at([{ address: ORDERS_VM, ports: { 'http-80': 9090 } }]),
    pods: pods.deployments,
  });

  const ledger = new VirtualMachineWorkload(shop, 'ledger', {
    name: 'ledger',
    serviceAccount: 'ledger',
    ports: [MeshPort.http(80, { targetPort: 8080 })],
    registration: VirtualMachineRegistration.at([{ address: LEDGER_VM }]),
  });
  ledger.service.allowFrom(client, { methods: ['GET'] });
  new ResilientService(shop, 'ledger-resilience', { service: ledger.service, timeout: RequestTimeout.after(Duration.seconds(1)) });

  const reviews = new Application(shop, 'reviews', { ports: HTTP }).mesh();
  reviews.allowFrom(ledger);
  void stranger;

  new VirtualMachineWorkload(shop, 'batch', {
    name: 'batch',
    serviceAccount: 'batch',
    ports: [MeshPort.http(80, { targetPort: 8080 })],
    registration: VirtualMachineRegistration.byItself({
      probe: VirtualMachineProbe.http(8080, { path: '/healthz', period: Duration.seconds(1), failureThreshold: 1 }),
    }),
  });
  return app.synthYaml() + machine('cellar', ORDERS_VM, [9090]) + machine('ledger-host', LEDGER_VM, [8080]) + machine('batch', undefined, [8080], 2);
}

const mesh = withMesh(manifests);

const call = (caller: string, url: string, more: Partial<MeshRequest> = {}): MeshRequest => ({ caller, url, ...more });

test('requests are shared between the pods and the machine, whose port is another', async () => {
  const { byWorkload, byStatus, count } = await mesh.request(call('shop/client', 'http://orders.shop.mesh/', { count: 300 }));
  expect(byStatus).toEqual({ 200: 300 });
  expect(Object.keys(byWorkload).sort()).toEqual(['shop/cellar', 'shop/orders']);
  // One endpoint of three; the share of a fair choice is within these bounds but for one run in a million.
  expect(byWorkload['shop/cellar'] / count).toBeGreaterThan(0.2);
  expect(byWorkload['shop/cellar'] / count).toBeLessThan(0.48);
});

test('callers of the machine speak mutual TLS, and it takes nothing else', async () => {
  const { seen } = await mesh.one(call('shop/client', 'http://ledger.shop.mesh/'));
  expect(seen!.headers['x-forwarded-client-cert']).toContain('URI=spiffe://cluster.local/ns/shop/sa/client');
  expect(await mesh.outcome(call('outside/client', 'http://ledger.shop.mesh/', { via: LEDGER_VM, viaPort: 8080 }))).toBe('reset');
  expect(await mesh.outcome(call('outside/client', 'http://orders.shop.mesh/', { via: ORDERS_VM, viaPort: 9090 }))).toBe('reset');
});

test('the machine calls under its own identity: an allow for it lets it in, and nobody else', async () => {
  const { status, seen } = await mesh.one(call('shop/ledger-host', 'http://reviews/'));
  expect([status, seen!.headers['x-forwarded-client-cert']]).toEqual([200, expect.stringContaining('URI=spiffe://cluster.local/ns/shop/sa/ledger')]);
  for (const caller of ['shop/client', 'shop/stranger', 'shop/cellar']) expect([caller, await mesh.outcome(call(caller, 'http://reviews/'))]).toEqual([caller, 403]);
});

test('policies select the machine by its labels: who is not allowed gets 403, and so does another method', async () => {
  const url = 'http://ledger.shop.mesh/';
  expect(await mesh.outcome(call('shop/client', url))).toBe(200);
  expect(await mesh.outcome(call('shop/client', url, { method: 'POST' }))).toBe(403);
  expect(await mesh.outcome(call('shop/stranger', url))).toBe(403);
  expect(await mesh.outcome(call('shop/stranger', 'http://orders.shop.mesh/'))).toBe(200);
});

test('what holds for services holds for it: a timeout', async () => {
  await mesh.behave('shop/ledger-host', { delayMs: 2500 });
  expect(await mesh.outcome(call('shop/client', 'http://ledger.shop.mesh/'))).toBe(504);
});

test('machines that register by themselves get requests while their probe says that they are well', async () => {
  const asked = async () => Object.keys((await mesh.request(call('shop/client', 'http://batch.shop.mesh/', { count: 40 }))).byPod).sort();
  expect(await asked()).toEqual(['shop/batch/0', 'shop/batch/1']);
  await mesh.behave('shop/batch/0', { status: 500, path: '/healthz' });
  await eventually('the machine that is not well gets no requests', async () => (await asked()).join() === 'shop/batch/1');
  await mesh.behave('shop/batch/0', { healthy: true });
  await eventually('the machine that is well again gets requests', async () => (await asked()).join() === 'shop/batch/0,shop/batch/1');
});
