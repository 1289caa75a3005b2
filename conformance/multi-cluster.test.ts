import { ApiObject, App, Chart } from 'cdk8s';
import {
  CertificateAuthority, InstallationProfile, IstioInstallationProps, LocalityPolicy, LocalityPreference, MeshCluster,
  MeshClusterInstallation, MeshPort, MeshService, MultiClusterMesh, MultiClusterPlan, RemoteAccess,
} from 'cdk8s-istio';
import fc from 'fast-check';
import { parse } from 'yaml';
import { AskingProxy, ProxyView, ReviewsOfCluster, askClusters, injectedLabels, manifestOf } from './clusters';
import { ApiServer } from './verdict';

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

const INSTALLATION: IstioInstallationProps = { version: '1.31.1', certificateAuthority: CertificateAuthority.pluggedIn() };
const server = (name: string) => `https://${name}.example.com:6443`;
const meshOf = (clusters: MeshCluster[], installation = INSTALLATION) => new MultiClusterMesh({ meshId: 'shop', clusters, installation });
const clusterOf = (mesh: MultiClusterMesh, cluster: string) => new MeshClusterInstallation(new Chart(new App(), cluster), 'istio', { mesh, cluster });

/** Two control planes, one of which serves a third cluster; each on a network of its own. */
const threeNetworks = (controlPlaneAddress = '203.0.113.1', installation = INSTALLATION) => meshOf([
  MeshCluster.primary({ name: 'east', network: 'east-net', apiServer: server('east'), controlPlaneAddress }),
  MeshCluster.primary({ name: 'west', network: 'west-net', apiServer: server('west'), access: RemoteAccess.placeholders() }),
  MeshCluster.remote({ name: 'edge', network: 'edge-net', apiServer: server('edge'), primary: 'east' }),
], installation);

const oneNetwork = () => meshOf(['east', 'west'].map((name) => MeshCluster.primary({ name, apiServer: server(name) })));

const find = (manifest: any[], kind: string, name: string) => manifest.find((object) => object.kind === kind && object.metadata.name === name);
const env = (deployment: any): { [name: string]: string } =>
  Object.fromEntries(deployment.spec.template.spec.containers[0].env.map(({ name, value }: any) => [name, value]));

describe('istioctl makes of each installation', () => {
  test('control planes that know their cluster and their mesh', () => {
    for (const [mesh, networkOf] of [[threeNetworks(), (name: string) => `${name}-net`], [oneNetwork(), () => '']] as const) {
      for (const name of ['east', 'west']) {
        const manifest = manifestOf(clusterOf(mesh, name).installation);
        expect(env(find(manifest, 'Deployment', 'istiod')).CLUSTER_ID).toBe(name);
        expect(parse(find(manifest, 'ConfigMap', 'istio').data.mesh).defaultConfig.meshId).toBe('shop');
        const values = JSON.parse(find(manifest, 'ConfigMap', 'istio-sidecar-injector').data.values);
        expect(values.global.multiCluster.clusterName).toBe(name);
        expect(values.global.network).toBe(networkOf(name));
      }
    }
  });

  test('an east-west gateway that leads into the network and nowhere else; none where there is one network', () => {
    for (const name of ['east', 'west', 'edge']) {
      const manifest = manifestOf(clusterOf(threeNetworks(), name).installation);
      const service = find(manifest, 'Service', 'istio-eastwestgateway');
      expect(service.metadata.labels[NETWORK]).toBe(`${name}-net`);
      expect(service.spec.type).toBe('LoadBalancer');
      expect(service.spec.ports.map(({ port }: any) => port)).toEqual(expect.arrayContaining([15443, 15012, 15017]));
      expect(env(find(manifest, 'Deployment', 'istio-eastwestgateway')).ISTIO_META_REQUESTED_NETWORK_VIEW).toBe(`${name}-net`);
    }
    expect(find(manifestOf(clusterOf(oneNetwork(), 'east').installation), 'Service', 'istio-eastwestgateway')).toBeUndefined();
  });

  test('a control plane that takes care of other clusters where it has some, and only there', () => {
    const external = (name: string) => env(find(manifestOf(clusterOf(threeNetworks(), name).installation), 'Deployment', 'istiod')).EXTERNAL_ISTIOD;
    expect([external('east'), external('west')]).toEqual(['true', undefined]);
  });

  test.each([['the default revision', undefined, 'istiod'], ['a revision', '1-31', 'istiod-1-31']])(
    'a remote cluster without istiod, that asks the one at the address, by %s', (_, revision, name) => {
      const { installation } = clusterOf(threeNetworks('203.0.113.1', { ...INSTALLATION, revision }), 'edge');
      const manifest = manifestOf(installation);
      expect(manifest.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.name)).toEqual(['istio-eastwestgateway']);
      expect(find(manifest, 'Service', name).spec.ports.map(({ port }: any) => port)).toEqual([15012, 443]);
      const slice = manifest.find(({ kind }) => kind === 'EndpointSlice');
      expect([slice.endpoints[0].addresses, slice.ports.map(({ port }: any) => port)]).toEqual([['203.0.113.1'], [15012, 15017]]);
      const { webhooks } = find(manifest, 'MutatingWebhookConfiguration', `istio-sidecar-injector${revision === undefined ? '' : `-${revision}`}`);
      for (const { clientConfig } of webhooks) {
        expect(clientConfig.service).toEqual({ name, namespace: 'istio-system', path: '/inject/cluster/edge/net/edge-net', port: 443 });
      }
    });

  test('a remote cluster whose API server calls the injector by a DNS name, at a port that the gateway has, and by a name of its certificate', () => {
    const mesh = threeNetworks('istiod.east.example.com');
    const manifest = manifestOf(clusterOf(mesh, 'edge').installation);
    expect(find(manifest, 'Service', 'istiod').spec).toMatchObject({ type: 'ExternalName', externalName: 'istiod.east.example.com' });
    for (const { clientConfig } of find(manifest, 'MutatingWebhookConfiguration', 'istio-sidecar-injector').webhooks) {
      expect(clientConfig).toEqual({ url: 'https://istiod.east.example.com:15017/inject/cluster/edge/net/edge-net' });
    }
    const primary = manifestOf(clusterOf(mesh, 'east').installation);
    expect(env(find(primary, 'Deployment', 'istiod')).ISTIOD_CUSTOM_HOST).toBe('istiod.east.example.com');
    expect(find(primary, 'Service', 'istio-eastwestgateway').spec.ports.map(({ port }: any) => port)).toContain(15017);
  });
});

const GATEWAYS = { east: '203.0.113.1', west: '203.0.113.2', edge: '203.0.113.3' };
const REVIEWS = {
  east: new ReviewsOfCluster('eu', ['10.1.0.1'], GATEWAYS.east),
  west: new ReviewsOfCluster('us', ['10.2.0.1', '10.2.0.2'], GATEWAYS.west),
  edge: new ReviewsOfCluster('eu', ['10.3.0.1'], GATEWAYS.edge),
};
const NETWORK = 'topology.istio.io/network';
const OUTBOUND = 'outbound|9080||reviews.shop.svc.cluster.local';
const OF_GATEWAY = 'outbound_.9080_._.reviews.shop.svc.cluster.local';

/** What the control plane of one cluster tells its proxies, from all that it reads. */
async function told(mesh: MultiClusterMesh, primary: string, add: (chart: Chart) => void = () => {}): Promise<{ [name: string]: ProxyView }> {
  const manifests: { [cluster: string]: object[] } = {};
  const proxies: AskingProxy[] = [];
  for (const name of mesh.clusterNames as (keyof typeof REVIEWS)[]) {
    const app = new App();
    const chart = new Chart(app, name);
    const cluster = new MeshClusterInstallation(chart, 'istio', { mesh, cluster: name });
    add(new Chart(app, `${name}-shop`, { namespace: 'shop' }));
    const { network, profile } = cluster.installation;
    // Pods of a remote cluster are injected by their primary, which knows the network by the path that it is called at.
    const podLabels = profile === InstallationProfile.REMOTE
      ? { ...await injectedLabels(clusterOf(mesh, primary).installation), [NETWORK]: network! }
      : await injectedLabels(cluster.installation);
    const objects: any[] = app.charts.flatMap((each) => each.toJson());
    manifests[name] = [...objects.filter(({ kind }) => kind !== 'Secret'), ...REVIEWS[name].objects(manifestOf(cluster.installation), podLabels)];
    proxies.push({ name: `caller-${name}`, cluster: name, network, namespace: 'shop', address: '10.9.9.9', region: name === 'west' ? 'us' : 'eu' });
    const gateway = cluster.installation.gateways.find((each) => each.name === 'istio-eastwestgateway');
    if (gateway !== undefined) {
      const { selector: labels } = gateway;
      proxies.push({ name: `gateway-${name}`, cluster: name, network, namespace: 'istio-system', address: '10.9.9.8', labels, gateway: true });
    }
  }
  return askClusters({ primary, manifests, proxies }).proxies;
}

const addresses = (view: ProxyView, cluster = OUTBOUND) => view.endpoints[cluster].map(({ address, port }) => `${address}:${port}`);

describe('istiod tells', () => {
  test('callers the pods of their own network, and the gateways of others', async () => {
    const views = await told(threeNetworks(), 'east');
    expect(addresses(views['caller-east'])).toEqual(['10.1.0.1:9080', '203.0.113.2:15443', '203.0.113.3:15443']);
    expect(addresses(views['caller-edge'])).toEqual(['10.3.0.1:9080', '203.0.113.1:15443', '203.0.113.2:15443']);
    expect(views['caller-east'].endpoints[OUTBOUND].every(({ mutualTls }) => mutualTls)).toBe(true);
    // A gateway counts for the pods behind it.
    const weights = Object.fromEntries(views['caller-east'].endpoints[OUTBOUND].map(({ address, weight }) => [address, weight]));
    expect(weights['203.0.113.2']).toBe(2 * weights['203.0.113.3']);
  });

  test('gateways what is open on them: services of their own network, and the control plane where there are remote clusters', async () => {
    const views = await told(threeNetworks(), 'east');
    for (const [name, pod] of [['east', '10.1.0.1:9080'], ['edge', '10.3.0.1:9080']]) {
      const view = views[`gateway-${name}`];
      expect(view.listeners['0.0.0.0:15443']).toContain(OF_GATEWAY);
      expect(addresses(view, OF_GATEWAY)).toEqual([pod]);
      expect(view.streams['0.0.0.0:15012']).toEqual(['outbound|15012||istiod.istio-system.svc.cluster.local']);
      expect(view.streams['0.0.0.0:15017']).toEqual(['outbound|443||istiod.istio-system.svc.cluster.local']);
    }
    const west = await told(threeNetworks(), 'west');
    expect(Object.keys(west['gateway-west'].listeners).filter((address) => /:1501[27]$/.test(address))).toEqual([]);
    expect(addresses(west['gateway-west'], OF_GATEWAY)).toEqual(['10.2.0.1:9080', '10.2.0.2:9080']);
  });

  test('gateways nothing of routes by which somebody else would be the control plane of remote clusters', async () => {
    const views = await told(threeNetworks(), 'east', (chart) => {
      const match = [{ port: 15012, sniHosts: ['istiod.istio-system.svc'] }];
      const route = [{ destination: { host: 'reviews.shop.svc.cluster.local', port: { number: 9080 } } }];
      new ApiObject(chart, 'rival', {
        apiVersion: 'networking.istio.io/v1',
        kind: 'VirtualService',
        metadata: { name: 'rival' },
        spec: { hosts: ['istiod.istio-system.svc'], gateways: ['istio-system/istiod-gateway'], tls: [{ match, route }] },
      });
    });
    expect(views['gateway-east'].streams['0.0.0.0:15012']).toEqual(['outbound|15012||istiod.istio-system.svc.cluster.local']);
  });

  test('callers of one network the pods of all clusters', async () => {
    const views = await told(oneNetwork(), 'east');
    expect(addresses(views['caller-east'])).toEqual(['10.1.0.1:9080', '10.2.0.1:9080', '10.2.0.2:9080']);
    expect(addresses(views['caller-west'])).toEqual(addresses(views['caller-east']));
  });

  test('callers to stay in their region, and to go to the other cluster when it fails', async () => {
    const priorities = (view: ProxyView) => Object.fromEntries(view.endpoints[OUTBOUND].map(({ address, priority }) => [address, priority]));
    const views = await told(threeNetworks(), 'east', (chart) => {
      const service = MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(9080)] });
      new LocalityPolicy(chart, 'failover', { service, preference: LocalityPreference.failover({ eu: 'us' }) });
    });
    expect(priorities(views['caller-east'])).toEqual({ '10.1.0.1': 0, '203.0.113.3': 0, '203.0.113.2': 1 });
    const without = await told(threeNetworks(), 'east');
    expect(new Set(Object.values(priorities(without['caller-east'])))).toEqual(new Set([0]));
  });
});

test('istiod takes the kubeconfig of a remote secret, and finds the API server by the address that was given', () => {
  const [secret] = clusterOf(threeNetworks(), 'east').remoteSecrets.map((object) => object.toJson());
  const filled = secret.stringData.west.replace('${WEST_CA_DATA}', Buffer.from('certificate').toString('base64')).replace('${WEST_TOKEN}', 'token');
  const { apiServers } = askClusters({ primary: 'east', manifests: { east: [] }, proxies: [], kubeconfigs: { west: filled } });
  expect(apiServers).toEqual({ west: server('west') });
});

test('what clusters open is accepted by the API server and by the webhook, whatever the topology', async () => {
  const networks = fc.constantFrom<(index: number) => string | undefined>(() => undefined, () => 'one', (index) => `net-${index}`, (index) => `net-${index % 2}`);
  const arbitrary = fc.record({
    primaries: fc.integer({ min: 1, max: 3 }),
    remotes: fc.array(fc.nat({ max: 2 }), { maxLength: 3 }),
    network: networks,
    revision: fc.constantFrom(undefined, '1-31'),
    namespace: fc.constantFrom(undefined, 'mesh-system'),
    address: fc.constantFrom('203.0.113.1', 'istiod.example.com'),
    access: fc.constantFrom(RemoteAccess.byCommand(), RemoteAccess.placeholders(), RemoteAccess.existingSecret('access')),
  });
  let judged = 0;
  await fc.assert(fc.asyncProperty(arbitrary, async ({ primaries, remotes, network, revision, namespace, address, access }) => {
    fc.pre(primaries + remotes.length > 1);
    const all = Array.from({ length: primaries }, (_, index) => MeshCluster.primary({
      name: `primary-${index}`, network: network(index), apiServer: server(`primary-${index}`), controlPlaneAddress: address, access,
    }));
    const others = remotes.map((primary, index) => MeshCluster.remote({
      name: `remote-${index}`, network: network(primaries + index), apiServer: server(`remote-${index}`), primary: `primary-${primary % primaries}`, access,
    }));
    const plan = MultiClusterPlan.of(meshOf([...all, ...others], { ...INSTALLATION, revision, namespace }));
    const files = plan.steps.flatMap((step) => step.files.filter(({ name }) => name !== 'istio-operator.yaml'));
    judged += files.length;
    expect(await apiServer.complaints(files.map(({ content }) => content).join('---\n'))).toEqual([]);
  }), { numRuns: 25 });
  expect(judged).toBeGreaterThan(50);
});
