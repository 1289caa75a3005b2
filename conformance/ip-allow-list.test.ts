import { App, Chart } from 'cdk8s';
import { AllowPolicy, ClientAddress, GatewayRoutes, HttpMatch, IpAllowList, MeshService, MeshWorkload, PolicyScope, PolicySource } from 'cdk8s-istio';
import { Application, namespace } from './application';
import { MeshRequest } from './mesh-protocol';
import { PublicGateway } from './public-gateway';
import { withMesh } from './with-mesh';

const OFFICE = '10.244.200.1';
const PROXY = '10.244.201.1';
/** The addresses that proxies name, in no network of this mesh. */
const CLIENT = '203.0.113.5';
const STRANGER = '198.51.100.7';
const PORTS = [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'tcp-sql', port: 5432 }, { name: 'http-admin', port: 81, targetPort: 8081 }];
const [OPEN, ADMIN] = ['shop.example.com', 'admin.example.com'];

interface Parts {
  readonly chart: Chart;
  readonly ingress: MeshWorkload;
  /** A service with a public host `NAME.example.com`. */
  readonly service: (name: string) => MeshService;
}

/** Clients outside at known addresses, `inside` in the mesh, and a gateway that leads to `web`. */
function manifests(build: (parts: Parts) => void): string {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const outside = new Chart(app, 'outside', { namespace: 'outside' });
  namespace(chart, 'shop');
  namespace(outside, 'outside', false);
  new Application(chart, 'inside', { ip: '10.244.203.1' });
  new Application(outside, 'office', { ip: OFFICE });
  new Application(outside, 'proxy', { ip: PROXY });
  new Application(outside, 'stranger', { ip: '10.244.202.1' });
  const { gateway } = new PublicGateway(chart, 'ingress');
  const exposed = (name: string, hosts: string[]) => {
    const service = new Application(chart, name, { ports: PORTS }).mesh();
    new GatewayRoutes(chart, `${name}-routes`, { gateway, hosts }).addRoute(HttpMatch.any(), service, { port: 80 });
    return service;
  };
  exposed('web', [OPEN, ADMIN]);
  const ingress = MeshWorkload.fromLabels(chart, 'ingress-pods', { name: 'ingress', namespace: 'ingress', labels: { istio: 'ingress' }, serviceAccount: 'ingress' });
  build({ chart, ingress, service: (name) => exposed(name, [`${name}.example.com`]) });
  return app.synthYaml();
}

/** A request to the gateway, from outside. */
function visit(caller: string, forwarded?: string, host: string = OPEN): MeshRequest {
  return { caller: `outside/${caller}`, url: `http://${OPEN}/`, ...PublicGateway.address, headers: { host, ...forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } } };
}

describe('a gateway on the internet', () => {
  const mesh = withMesh(() => manifests(({ chart, ingress, service }) => {
    const scope = PolicyScope.workload(ingress);
    new IpAllowList(chart, 'admin', { scope, ranges: [`${OFFICE}/32`], hosts: [ADMIN] });
    const peers = service('peers');
    new IpAllowList(chart, 'peers-list', { scope: PolicyScope.workload(peers), ranges: ['10.244.203.0/24'] });
    const behind = service('behind');
    new IpAllowList(chart, 'behind-list', { scope: PolicyScope.workload(behind), ranges: [OFFICE], address: ClientAddress.behindGateway(ingress), ports: [80, 5432] });
    const both = service('both');
    new IpAllowList(chart, 'both-list', { scope: PolicyScope.workload(both), ranges: ['10.244.203.1', OFFICE] });
    new AllowPolicy(chart, 'both-allow', { scope: PolicyScope.workload(both), rules: [{ sources: [PolicySource.serviceAccount('shop', 'inside')] }] });
  }));
  const inside = (url: string, caller = 'shop/inside', headers = {}) => mesh.outcome({ caller, url, headers });

  test.each<[string, MeshRequest, number]>([
    ['somebody on the list', visit('office', undefined, ADMIN), 200],
    ['somebody else', visit('stranger', undefined, ADMIN), 403],
    ['somebody who claims to be on it', visit('stranger', OFFICE, ADMIN), 403],
    ['somebody who claims it with a port in the host', visit('stranger', OFFICE, `${ADMIN}:80`), 403],
    ['somebody who writes the host in capitals', visit('stranger', undefined, ADMIN.toUpperCase()), 403],
    ['somebody who writes the host as the root of the DNS has it', visit('stranger', undefined, `${ADMIN}.`), 404],
    ['somebody on the list who claims to be elsewhere', visit('office', STRANGER, ADMIN), 200],
    ['somebody else, at another host', visit('stranger'), 200],
  ])('answers %s', async (_, request, status) => {
    expect(await mesh.outcome(request)).toBe(status);
  });

  test('a workload sees the pods that call it, whatever they say of others', async () => {
    expect(await inside('http://peers/')).toBe(200);
    expect(await inside('tcp://peers:5432')).toBe('answered');
    expect(await inside('http://peers.shop/', 'outside/stranger', { 'x-forwarded-for': '10.244.203.1' })).toBe(403);
    expect(await inside('tcp://peers.shop:5432', 'outside/stranger')).toBe('reset');
    expect(await mesh.outcome(visit('office', undefined, 'peers.example.com'))).toBe(403);
  });

  test('a workload behind the gateway sees its clients, and takes nobody else\'s word for it', async () => {
    expect(await mesh.outcome(visit('office', undefined, 'behind.example.com'))).toBe(200);
    expect(await mesh.outcome(visit('stranger', undefined, 'behind.example.com'))).toBe(403);
    expect(await mesh.outcome(visit('stranger', OFFICE, 'behind.example.com'))).toBe(403);
    expect(await inside('http://behind/', 'shop/inside', { 'x-forwarded-for': OFFICE })).toBe(403);
    expect(await inside('http://behind.shop/', 'outside/stranger', { 'x-forwarded-for': OFFICE })).toBe(403);
    expect(await inside('http://behind.shop/', 'outside/office')).toBe(403);
    expect(await inside('tcp://behind:5432')).toBe('reset');
    expect(await inside('http://behind:81/')).toBe(200);
  });

  test('a list opens nothing that another policy closes', async () => {
    expect(await inside('http://both/')).toBe(200);
    expect(await inside('http://both.shop/', 'outside/office')).toBe(403);
  });
});

describe('a gateway behind an HTTP proxy', () => {
  const mesh = withMesh(() => manifests(({ chart, ingress }) => {
    new IpAllowList(chart, 'list', {
      scope: PolicyScope.workload(ingress),
      ranges: ['203.0.113.0/24'],
      address: ClientAddress.forwarded({ proxyRanges: ['10.244.201.0/24'], configuredElsewhere: true }),
    });
  }), { meshConfig: 'defaultConfig: { gatewayTopology: { numTrustedProxies: 1 } }' });

  test.each<[string, MeshRequest, number]>([
    ['somebody on the list', visit('proxy', CLIENT), 200],
    ['somebody on the list who says more than that', visit('proxy', `${STRANGER}, ${CLIENT}`), 200],
    ['somebody else', visit('proxy', STRANGER), 403],
    ['somebody else who claims to be on it', visit('proxy', `${CLIENT}, ${STRANGER}`), 403],
    ['the proxy itself', visit('proxy'), 403],
    ['somebody who comes without the proxy', visit('stranger', CLIENT), 403],
  ])('answers %s', async (_, request, status) => {
    expect(await mesh.outcome(request)).toBe(status);
  });
});

describe('a gateway behind a balancer that speaks the PROXY protocol', () => {
  const mesh = withMesh(() => manifests(({ chart, ingress }) => {
    new IpAllowList(chart, 'list', {
      scope: PolicyScope.workload(ingress),
      ranges: ['203.0.113.0/24'],
      address: ClientAddress.proxyProtocol({ proxyRanges: ['10.244.201.0/24'], configuredElsewhere: true }),
    });
  }), { meshConfig: 'defaultConfig: { gatewayTopology: { proxyProtocol: {} } }' });

  /** The first line of the answer to a request behind the balancer's own line, or what became of the connection. */
  async function visitFor(client: string | undefined, caller: string, forwarded: string = STRANGER): Promise<string> {
    const header = client === undefined ? '' : `PROXY TCP4 ${client} 10.0.0.1 40000 80\r\n`;
    const body = `${header}GET / HTTP/1.1\r\nhost: ${OPEN}\r\nx-forwarded-for: ${forwarded}\r\nconnection: close\r\n\r\n`;
    const { body: answer, error } = await mesh.one({ caller: `outside/${caller}`, url: `tcp://${OPEN}:80`, ...PublicGateway.address, body });
    return error ?? answer!.slice(0, 12);
  }

  test('knows whom the balancer speaks for', async () => {
    expect(await visitFor(CLIENT, 'proxy')).toBe('HTTP/1.1 200');
    expect(await visitFor(STRANGER, 'proxy')).toBe('HTTP/1.1 403');
    expect(await visitFor(STRANGER, 'proxy', CLIENT)).toBe('HTTP/1.1 403');
  });

  test('believes nobody else', async () => {
    expect(await visitFor(CLIENT, 'stranger')).toBe('HTTP/1.1 403');
    expect(await visitFor(undefined, 'proxy')).toBe('reset');
  });
});
