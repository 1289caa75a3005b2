import { App, Chart } from 'cdk8s';
import { parse } from 'yaml';
import { CertificateAuthority, InstalledGateway, IstioInstallationProps, MeshCluster, MeshClusterInstallation, MultiClusterMesh, RemoteAccess } from '../../../src';

const SHARED: IstioInstallationProps = { version: '1.31.1', certificateAuthority: CertificateAuthority.pluggedIn() };
const options = (name: string, network?: string) => ({ name, network, apiServer: `https://${name}.example.com:6443` });
const meshOf = (clusters: MeshCluster[], installation = SHARED) => new MultiClusterMesh({ meshId: 'shop', clusters, installation });
const install = (mesh: MultiClusterMesh, cluster: string, app = new App()) => new MeshClusterInstallation(new Chart(app, cluster), 'istio', { mesh, cluster });
const objectsOf = (made: MeshClusterInstallation): any[] => Chart.of(made).toJson();

const networks = (installation = SHARED) => meshOf([
  MeshCluster.primary({ ...options('east', 'east-net'), controlPlaneAddress: '203.0.113.1' }),
  MeshCluster.primary({ ...options('west', 'west-net'), access: RemoteAccess.placeholders() }),
  MeshCluster.remote({ ...options('edge', 'edge-net'), primary: 'east' }),
], installation);
const oneNetwork = () => meshOf([MeshCluster.primary(options('east')), MeshCluster.primary(options('west'))]);

test('the namespace of the control plane says the network, and in a remote cluster whose control plane serves it', () => {
  const metadata = (cluster: string, mesh = networks()) => install(mesh, cluster).namespaceObject.toJson().metadata;
  expect(metadata('west')).toEqual({ name: 'istio-system', labels: { 'topology.istio.io/network': 'west-net' } });
  expect(metadata('edge').annotations).toEqual({ 'topology.istio.io/controlPlaneClusters': 'east' });
  expect(metadata('east', oneNetwork())).toEqual({ name: 'istio-system' });
});

test('services are opened to other networks by each primary, and in one network by nobody', () => {
  for (const cluster of ['east', 'west']) {
    expect(install(networks(), cluster).crossNetworkGateway!.toJson().spec).toEqual({
      selector: { istio: 'eastwestgateway' },
      servers: [{ port: { number: 15443, name: 'tls', protocol: 'TLS' }, tls: { mode: 'AUTO_PASSTHROUGH' }, hosts: ['*.local'] }],
    });
  }
  expect(install(oneNetwork(), 'east').crossNetworkGateway).toBeUndefined();
});

test('a primary of a network whose gateway is that of another cluster has none to configure', () => {
  const mesh = meshOf([
    MeshCluster.primary(options('east', 'a')), MeshCluster.primary({ ...options('east-2', 'a'), withoutEastWestGateway: true }), MeshCluster.primary(options('west', 'b')),
  ]);
  expect(['east', 'east-2'].map((cluster) => install(mesh, cluster).crossNetworkGateway !== undefined)).toEqual([true, false]);
});

test('the control plane is opened where remote clusters have it, by its revision, where the gateway is', () => {
  const made = install(networks({ ...SHARED, revision: '1-31', namespace: 'mesh' }), 'east');
  expect(made.istiodGateway!.toJson().spec.servers.map(({ port, tls, hosts }: any) => [port.number, tls.mode, hosts])).toEqual([
    [15012, 'PASSTHROUGH', ['./*']], [15017, 'PASSTHROUGH', ['./*']],
  ]);
  const routes = made.istiodRoutes!.toJson();
  expect([routes.metadata.namespace, routes.spec.gateways]).toEqual(['mesh', ['mesh/istiod-gateway']]);
  expect(routes.spec.tls.map(({ match, route }: any) => [match[0].port, route[0].destination.host, route[0].destination.port.number])).toEqual([
    [15012, 'istiod-1-31.mesh.svc.cluster.local', 15012], [15017, 'istiod-1-31.mesh.svc.cluster.local', 443],
  ]);
  expect(install(networks(), 'west').istiodGateway).toBeUndefined();
});

test('what is opened stands in the namespace of the gateway, and selects it by its name', () => {
  const eastWestGateway = InstalledGateway.eastWest({ name: 'istio-between', namespace: 'edge' });
  const mesh = meshOf([MeshCluster.primary({ ...options('east', 'a'), eastWestGateway }), MeshCluster.primary(options('west', 'b'))]);
  const { metadata, spec } = install(mesh, 'east').crossNetworkGateway!.toJson();
  expect([metadata.namespace, spec.selector]).toEqual(['edge', { istio: 'between' }]);
});

test('nothing is written into a remote cluster but the namespace: its control plane reads elsewhere', () => {
  expect(objectsOf(install(networks(), 'edge')).map(({ kind }) => kind)).toEqual(['Namespace']);
});

test('a remote secret has the shape that istiod looks for, the reachable address, and placeholders', () => {
  const [secret, ...others] = install(networks(), 'east').remoteSecrets.map((object) => object.toJson());
  expect(others).toEqual([]);
  expect(secret.metadata).toEqual({
    name: 'istio-remote-secret-west', namespace: 'istio-system', labels: { 'istio/multiCluster': 'true' }, annotations: { 'networking.istio.io/cluster': 'west' },
  });
  const config = parse(secret.stringData.west);
  expect(config['current-context']).toBe('west');
  expect(config.clusters).toEqual([{ name: 'west', cluster: { 'server': 'https://west.example.com:6443', 'certificate-authority-data': '${WEST_CA_DATA}' } }]);
  expect(config.users).toEqual([{ name: 'west', user: { token: '${WEST_TOKEN}' } }]);
});

test('a control plane reads every other cluster, those of other control planes too, and itself never', () => {
  const access = RemoteAccess.placeholders({ token: '{{ .token }}' });
  const mesh = meshOf([
    MeshCluster.primary({ ...options('east'), access, controlPlaneAddress: '203.0.113.1' }),
    MeshCluster.primary({ ...options('west'), access }),
    MeshCluster.remote({ ...options('edge'), access, primary: 'east' }),
  ]);
  const read = (cluster: string) => install(mesh, cluster).remoteSecrets.map(({ name }) => name.replace('istio-remote-secret-', ''));
  expect([read('east'), read('west'), read('edge')]).toEqual([['west', 'edge'], ['east', 'edge'], []]);
});

test('an App is one cluster', () => {
  const [app, mesh] = [new App(), networks()];
  install(mesh, 'east', app);
  expect(() => install(mesh, 'west', app)).toThrow('[west/istio] the App has the cluster of [east/istio] already, and this is "west": their objects have the same names. Make an App for each cluster');
  expect(() => install(mesh, 'north')).toThrow('[north/istio] there is no cluster "north": the mesh has east, west, edge.');
});

test('an App of a cluster synthesizes, and knows its installation', () => {
  for (const cluster of networks().clusterNames) {
    const app = new App();
    const { installation } = install(networks(), cluster, app);
    expect(() => app.synthYaml()).not.toThrow();
    expect([installation.clusterName, installation.meshId, installation.network]).toEqual([cluster, 'shop', `${cluster}-net`]);
    expect(installation.releases.map(({ namespaceLabels }) => namespaceLabels?.['topology.istio.io/network'])).toContain(`${cluster}-net`);
  }
});
