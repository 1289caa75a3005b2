import { App, Chart } from 'cdk8s';
import {
  HttpMatch, HttpRoute, MeshPort, MtlsMode, MtlsPolicy, OutboundTraffic, PolicyScope, RouteAction, SidecarHost, SidecarScope, StringMatch,
} from 'cdk8s-istio';
import { Application, namespace } from './application';
import { withMesh } from './with-mesh';

const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];

/** Five callers, each with another Sidecar, and `data`, where everything that is called is; `far` has the mesh's own. */
function manifests(): string {
  const app = new App();
  const [shop, batch, data, far, mesh] = ['shop', 'batch', 'data', 'far', 'istio-system'].map((name) => new Chart(app, name, { namespace: name }));
  for (const chart of [shop, batch, data, far]) namespace(chart, chart.namespace!);
  const client = (chart: Chart, name: string) => new Application(chart, name).workload();
  const [derived, given, loose] = ['derived', 'given', 'loose'].map((name) => client(shop, name));
  const job = client(batch, 'job');
  client(far, 'stranger');
  new Application(far, 'neighbour', { ports: HTTP });
  const [reviews, ratings, moved] = ['reviews', 'ratings', 'moved'].map((name) => new Application(data, name, { ports: HTTP }).mesh());
  new Application(data, 'hidden', { ports: HTTP });
  new MtlsPolicy(data, 'mtls', { scope: PolicyScope.namespace('data'), mode: MtlsMode.STRICT });

  new SidecarScope(shop, 'derived-scope', { scope: PolicyScope.workload(derived) });
  derived.calls(reviews); // later than its scope
  new HttpRoute(data, 'moved-route', { service: reviews, match: HttpMatch.path(StringMatch.prefix('/moved/')), action: RouteAction.toService(moved) });
  new SidecarScope(shop, 'given-scope', { scope: PolicyScope.workload(given), hosts: [SidecarHost.named('ratings.data.svc.cluster.local')] });
  given.calls(ratings);
  new SidecarScope(shop, 'loose-scope', {
    scope: PolicyScope.workload(loose), hosts: [SidecarHost.service(ratings)], outboundTraffic: OutboundTraffic.ALLOW_ANY,
  });
  loose.calls(ratings);
  new SidecarScope(batch, 'scope', { scope: PolicyScope.namespace('batch') });
  job.calls(ratings);
  new SidecarScope(mesh, 'default', { scope: PolicyScope.mesh() });

  // The application listens at 8081 only; 8080 is the sidecar's.
  const backend = new Application(far, 'backend', { ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'http-own', port: 81, targetPort: 8081 }] }).mesh();
  new SidecarScope(far, 'backend-scope', {
    scope: PolicyScope.workload(backend),
    hosts: [SidecarHost.ownNamespace()],
    listeners: [{ port: MeshPort.http(8080), defaultEndpoint: '127.0.0.1:8081' }],
  });
  return app.synthYaml();
}

const mesh = withMesh(manifests);

const outcome = async (caller: string, url: string) => mesh.outcome({ caller, url });

/** The clusters of a sidecar that lead to services. */
async function knownTo(pod: string): Promise<string[]> {
  const { configs } = await mesh.configDump(pod, 'dynamic_active_clusters');
  return configs.map(({ cluster }: any) => cluster.name).filter((name: string) => name.startsWith('outbound|'));
}

describe('a derived scope', () => {
  test('reaches what was declared, after it too', async () => {
    expect(await outcome('shop/derived', 'http://reviews.data/')).toBe(200);
  });

  test('refuses what was not, though others may call it', async () => {
    expect(await outcome('shop/derived', 'http://ratings.data/')).toBe(502);
    expect(await outcome('shop/derived', 'http://hidden.data/')).toBe(502);
  });

  test('refuses a port that nobody named', async () => {
    expect(await outcome('shop/derived', 'http://nobody.example:7777/')).toBe('reset');
  });

  test('of a namespace holds for its pods', async () => {
    expect(await outcome('batch/job', 'http://ratings.data/')).toBe(200);
    expect(await outcome('batch/job', 'http://reviews.data/')).toBe(502);
  });
});

test('routes of a host that is seen lead to others, which need not be named', async () => {
  const { workload } = await mesh.one({ caller: 'shop/derived', url: 'http://reviews.data/moved/x' });
  expect(workload).toBe('data/moved');
});

test('hosts that are given are reached, and no others', async () => {
  expect(await outcome('shop/given', 'http://ratings.data/')).toBe(200);
  expect(await outcome('shop/given', 'http://reviews.data/')).toBe(502);
});

test('with ALLOW_ANY, what is hidden is called without mutual TLS, so that a STRICT service cuts it off', async () => {
  expect(await outcome('shop/loose', 'http://ratings.data/')).toBe(200);
  expect(await outcome('shop/loose', 'http://hidden.data/')).not.toBe(200);
  expect(await outcome('shop/loose', 'http://neighbour.far/')).toBe(200);
});

test('the mesh\'s own holds where there is no other, and is each pod\'s own namespace', async () => {
  expect(await outcome('far/stranger', 'http://neighbour/')).toBe(200);
  expect(await outcome('far/stranger', 'http://hidden.data/')).toBe(502);
});

test('a listener leads to the port where the application is', async () => {
  const { status, seen } = await mesh.one({ caller: 'far/stranger', url: 'http://backend/' });
  expect([status, seen?.port]).toEqual([200, 8081]);
});

test('a sidecar is told of nothing else', async () => {
  const clusters = await knownTo('shop/derived/0');
  const hosts = [...new Set(clusters.map((name) => name.split('|')[3]))].sort();
  expect(hosts).toEqual(['moved.data.svc.cluster.local', 'reviews.data.svc.cluster.local']);
});
