import { App, Chart } from 'cdk8s';
import { CanaryRollout, MeshPort, MeshService, networking, RouteAction, TcpRoute, TcpRouteProps, TlsRoute, TlsRouteProps } from 'cdk8s-istio';
import { Application, namespace } from './application';
import { binomialBounds } from './binomial';
import { MeshRequest } from './mesh-protocol';
import { ApiServer } from './verdict';
import { Versions } from './versions';
import { withMesh } from './with-mesh';

const TCP = [{ name: 'tcp', port: 7000 }];
const TLS = [{ name: 'tls', port: 443, targetPort: 8443 }];
const V1 = RouteAction.toSubset('v1');
const V2 = RouteAction.toSubset('v2');
const versions = { stable: { version: 'v1' }, canary: { version: 'v2' } };

function manifests(): string {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const far = new Chart(app, 'far', { namespace: 'far' });
  namespace(chart, 'shop');
  namespace(far, 'far');
  for (const name of ['client', 'tester']) new Application(chart, name);
  for (const name of ['client', 'tester']) new Application(far, name);
  tcp(chart);
  tls(chart);
  return app.synthYaml();
}

function tcp(chart: Chart): void {
  const bytes = new Versions(chart, 'bytes', TCP);
  const elsewhere = new Application(chart, 'elsewhere', { ports: [{ name: 'tcp', port: 7100 }, { name: 'http', port: 80, targetPort: 8080 }] }).mesh();
  const route = (id: string, service: MeshService, props: Omit<TcpRouteProps, 'service'>) => new TcpRoute(chart, id, { service, ...props });

  route('weighted-route', bytes.service('weighted'), { action: RouteAction.toSubsets({ v1: 25, v2: 75 }) });
  route('moved-route', bytes.service('moved'), { action: RouteAction.toService(elsewhere) });
  const labelled = bytes.service('labelled');
  route('labelled-rest', labelled, { action: V1 });
  route('labelled-tester', labelled, { sourceLabels: { app: 'tester' }, action: V2 });
  route('labelled-far-tester', labelled, { sourceLabels: { app: 'tester' }, sourceNamespace: 'far', action: V1 });
  const urgent = bytes.service('urgent');
  route('urgent-far', urgent, { sourceNamespace: 'far', action: V2, priority: 1 });
  route('urgent-tester', urgent, { sourceLabels: { app: 'tester' }, port: 7000, action: V1 });
  route('urgent-rest', urgent, { action: V2 });
  route('some-route', bytes.service('some'), { sourceNamespace: 'far', action: V2 });
  new CanaryRollout(chart, 'rollout', { service: bytes.service('rolled'), ...versions, weight: 0 });
  new CanaryRollout(chart, 'rollout-done', { service: bytes.service('rolled-out'), ...versions, weight: 100 });

  const mixed = new Versions(chart, 'mixed', [{ name: 'tcp-a', port: 7001 }, { name: 'tcp-b', port: 7002 }, { name: 'tcp-c', port: 7003 }, { name: 'http', port: 8080 }]);
  const ported = mixed.service('ported');
  new CanaryRollout(chart, 'ported-rollout', { service: ported, ...versions, weight: 0 });
  route('ported-b', ported, { port: 7002, action: V2 });

  // A host of two addresses, which one subset each can be told by.
  new networking.ServiceEntry(chart, 'entry', {
    metadata: { name: 'ledger' },
    spec: {
      hosts: ['ledger.example.com'],
      addresses: ['240.10.1.1', '240.10.2.1'],
      ports: [{ number: 7000, name: 'tcp', protocol: 'TCP' }],
      location: networking.ServiceEntrySpecLocation.MESH_UNDERSCORE_EXTERNAL,
      resolution: networking.ServiceEntrySpecResolution.STATIC,
      endpoints: [{ address: '10.244.200.1' }],
    },
  });
  new Application(chart, 'ledger', { ports: TCP, ip: '10.244.200.1' });
  const ledger = MeshService.fromHost(chart, 'ledger-host', { host: 'ledger.example.com', namespace: 'shop', ports: [MeshPort.tcp(7000)] });
  route('ledger-second', ledger, { destinationSubnets: ['240.10.2.0/24'], action: RouteAction.toService(elsewhere, { port: 7100 }) });
}

function tls(chart: Chart): void {
  const secret = new Versions(chart, 'secret', TLS);
  const route = (id: string, service: MeshService, props: Omit<TlsRouteProps, 'service'>) => new TlsRoute(chart, id, { service, ...props });
  new CanaryRollout(chart, 'tls-rollout', { service: secret.service('rolled-tls'), ...versions, weight: 0 });
  const named = secret.service('named');
  route('named-rest', named, { action: V1 });
  route('named-two', named, { sniHosts: ['two.example.com', 'also-two.example.com'], action: V2 });
  route('named-two-tester', named, { sniHosts: ['two.example.com'], sourceLabels: { app: 'tester' }, action: V1 });
  const far = secret.service('far-only');
  route('far-route', far, { sourceNamespace: 'far', action: V2 });
  const weighted = secret.service('weighted-tls');
  route('weighted-tls-route', weighted, { action: RouteAction.toSubsets({ v1: 25, v2: 75 }) });
}

const mesh = withMesh(manifests);

test('every object is taken by the API server and by istiod without a word', async () => {
  const apiServer = new ApiServer();
  expect(await apiServer.complaints(manifests())).toEqual([]);
  await apiServer.end();
});

/** Who answers connections, each of its own. */
async function connect(service: string, caller = 'shop/client', count = 20): Promise<Record<string, number>> {
  const { byStatus, byWorkload } = await mesh.request({ caller, url: `tcp://${service}`, count });
  expect(byStatus).toEqual({ ok: count });
  return byWorkload;
}

describe('TCP', () => {
  test('is split by weight', async () => {
    const { 'shop/bytes-v2': second } = await connect('weighted:7000', 'shop/client', 400);
    const { least, most } = binomialBounds(400, 0.75, 0.999999);
    expect(second).toBeGreaterThanOrEqual(least);
    expect(second).toBeLessThanOrEqual(most);
  });

  test('is led to another service, whose port is another one', async () => {
    expect(await connect('moved:7000')).toEqual({ 'shop/elsewhere': 20 });
  });

  test.each([
    ['shop/client', 'v1'], ['far/client', 'v1'], ['shop/tester', 'v2'], ['far/tester', 'v1'],
  ])('of %s goes to %s: by labels, and by labels and namespace before that', async (caller, version) => {
    expect(await connect('labelled.shop:7000', caller)).toEqual({ [`shop/bytes-${version}`]: 20 });
  });

  test.each([['shop/client', 'v2'], ['shop/tester', 'v1'], ['far/tester', 'v2']])('of %s goes to %s, as a higher priority comes before more conditions', async (caller, version) => {
    expect(await connect('urgent.shop:7000', caller)).toEqual({ [`shop/bytes-${version}`]: 20 });
  });

  test('that no route matches goes to the service', async () => {
    expect(Object.keys(await connect('some:7000', 'shop/client', 40)).sort()).toEqual(['shop/bytes-v1', 'shop/bytes-v2']);
    expect(await connect('some.shop:7000', 'far/client')).toEqual({ 'shop/bytes-v2': 20 });
  });

  test('follows a canary: nothing at 0, all at 100', async () => {
    expect(await connect('rolled:7000')).toEqual({ 'shop/bytes-v1': 20 });
    expect(await connect('rolled-out:7000')).toEqual({ 'shop/bytes-v2': 20 });
  });

  test('of each port has its route, and the canary\'s weights where there is none, for requests too', async () => {
    expect(await connect('ported:7001')).toEqual({ 'shop/mixed-v1': 20 });
    expect(await connect('ported:7002')).toEqual({ 'shop/mixed-v2': 20 });
    expect(await connect('ported:7003')).toEqual({ 'shop/mixed-v1': 20 });
    expect((await mesh.request({ caller: 'shop/client', url: 'http://ported:8080/', count: 20 })).byVersion).toEqual({ v1: 20 });
  });

  test('is told by the address that it goes to', async () => {
    const to = async (via: string) => (await mesh.request({ caller: 'shop/client', url: 'tcp://ledger.example.com:7000', via, count: 10 })).byWorkload;
    expect(await to('240.10.1.1')).toEqual({ 'shop/ledger': 10 });
    expect(await to('240.10.2.1')).toEqual({ 'shop/elsewhere': 10 });
  });
});

describe('TLS', () => {
  const ask = async (request: Partial<MeshRequest> & { url: string }) => {
    const report = await mesh.request({ caller: 'shop/client', count: 20, ...request });
    expect(report.byStatus).toEqual({ 200: report.count });
    return report;
  };
  const named = (name: string, service = 'named') => ({ url: `https://${name}/`, via: `svc:shop/${service}`, viaPort: 443 });

  test.each(['rolled-tls', 'rolled-tls.shop', 'rolled-tls.shop.svc', 'rolled-tls.shop.svc.cluster.local'])('follows a canary under the name %s', async (name) => {
    const { byVersion, results } = await ask({ url: `https://${name}/` });
    expect(byVersion).toEqual({ v1: 20 });
    // The application ends TLS by itself: the proxy read the name, and nothing else.
    expect(results[0].seen?.sni).toBe(name);
  });

  test('is split by weight', async () => {
    const { v2 } = (await ask({ url: 'https://weighted-tls/', count: 400 })).byVersion;
    const { least, most } = binomialBounds(400, 0.75, 0.999999);
    expect(v2).toBeGreaterThanOrEqual(least);
    expect(v2).toBeLessThanOrEqual(most);
  });

  test.each([
    ['named', 'shop/client', 'v1'], ['named.shop', 'shop/client', 'v1'], ['two.example.com', 'shop/client', 'v2'], ['also-two.example.com', 'shop/client', 'v2'],
    ['two.example.com', 'shop/tester', 'v1'], ['also-two.example.com', 'shop/tester', 'v2'], ['named.shop', 'far/client', 'v1'],
  ])('of the name %s from %s goes to %s', async (name, caller, version) => {
    expect((await ask({ ...named(name), caller })).byVersion).toEqual({ [version]: 20 });
  });

  test('of a name that no route knows goes to the address that was called, past the subsets', async () => {
    expect(Object.keys((await ask({ ...named('three.example.com'), count: 60 })).byVersion).sort()).toEqual(['v1', 'v2']);
  });

  test('of callers that no route matches goes to the service', async () => {
    expect((await ask({ url: 'https://far-only.shop/', caller: 'far/client' })).byVersion).toEqual({ v2: 20 });
    expect(Object.keys((await ask({ url: 'https://far-only/', count: 60 })).byVersion).sort()).toEqual(['v1', 'v2']);
  });
});
