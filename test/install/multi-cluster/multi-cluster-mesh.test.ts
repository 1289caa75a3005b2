import fc from 'fast-check';
import {
  CertificateAuthority, ComponentScale, GatewayServiceType, InstallationProfile, InstalledGateway, IstioInstallationProps, MeshCluster,
  MultiClusterMesh, PrimaryClusterOptions, RemoteAccess,
} from '../../../src';

const SHARED: IstioInstallationProps = { version: '1.31.1', certificateAuthority: CertificateAuthority.pluggedIn() };
const server = (name: string) => `https://${name}.example.com:6443`;
type Given = Partial<PrimaryClusterOptions>;
const primary = (name: string, options: Given = {}) => MeshCluster.primary({ name, apiServer: server(name), ...options });
const serving = (name: string, options: Given = {}) => primary(name, { controlPlaneAddress: '203.0.113.1', ...options });
const remote = (name: string, of: string, options: Given = {}) => MeshCluster.remote({ name, apiServer: server(name), primary: of, ...options });
const mesh = (clusters: MeshCluster[], installation: IstioInstallationProps = SHARED) => new MultiClusterMesh({ meshId: 'shop', clusters, installation });
const refused = (clusters: () => MeshCluster[], installation?: IstioInstallationProps) => expect(() => mesh(clusters(), installation));

const gatewaysOf = (of: MultiClusterMesh, cluster: string) => of.installationProps(cluster).gateways!.map(({ name }) => name);
const INGRESS = 'istio-ingressgateway';
const EAST_WEST = 'istio-eastwestgateway';

describe('each cluster gets', () => {
  test('the name of the mesh, its own, and its network', () => {
    const made = mesh([primary('east', { network: 'net-a' }), primary('west', { network: 'net-b' })]);
    expect(made.installationProps('west')).toMatchObject({ version: '1.31.1', meshId: 'shop', clusterName: 'west', network: 'net-b' });
  });

  test('an east-west gateway where there are several networks, beside the gateways of its profile', () => {
    const networks = mesh([primary('east', { network: 'net-a' }), primary('west', { network: 'net-b' })]);
    expect(gatewaysOf(networks, 'east')).toEqual([INGRESS, EAST_WEST]);
    const one = mesh([primary('east', { network: 'net-a' }), primary('west', { network: 'net-a' })]);
    expect(gatewaysOf(one, 'east')).toEqual([INGRESS]);
    const unnamed = mesh([primary('east'), primary('west')], { ...SHARED, profile: InstallationProfile.MINIMAL });
    expect(gatewaysOf(unnamed, 'east')).toEqual([]);
  });

  test('an east-west gateway in one network, too, where remote clusters come to its control plane', () => {
    const made = mesh([serving('east'), primary('west'), remote('edge', 'east')]);
    expect(['east', 'west', 'edge'].map((name) => gatewaysOf(made, name))).toEqual([[INGRESS, EAST_WEST], [INGRESS], []]);
  });

  test('the gateways that are given, its own east-west gateway among them', () => {
    const eastWestGateway = InstalledGateway.eastWest({ name: 'between', scale: ComponentScale.fixed(3) });
    const made = mesh([primary('east', { network: 'a', eastWestGateway }), primary('west', { network: 'b' })], { ...SHARED, gateways: [InstalledGateway.egress()] });
    expect([gatewaysOf(made, 'east'), gatewaysOf(made, 'west')]).toEqual([['istio-egressgateway', 'between'], ['istio-egressgateway', EAST_WEST]]);
  });

  test('no gateway where that of another cluster serves its network', () => {
    const made = mesh([primary('east', { network: 'a' }), primary('east-2', { network: 'a', withoutEastWestGateway: true }), primary('west', { network: 'b' })]);
    expect(gatewaysOf(made, 'east-2')).toEqual([INGRESS]);
  });

  test('a control plane that takes care of others where there are remote clusters of it', () => {
    const made = mesh([serving('east'), primary('west'), remote('edge', 'east')]);
    expect(['east', 'west', 'edge'].map((name) => made.installationProps(name).servesRemoteClusters)).toEqual([true, undefined, undefined]);
  });

  test('of what is shared, what a remote cluster reads', () => {
    const shared: IstioInstallationProps = { ...SHARED, meshConfig: { autoMtls: true }, istiod: { env: { PILOT_PUSH_THROTTLE: '50' } }, proxies: {}, cni: {}, chartRepository: 'https://charts.example.com' };
    const props = mesh([serving('east'), remote('edge', 'east')], shared).installationProps('edge');
    expect(props).toMatchObject({ profile: InstallationProfile.REMOTE, remoteControlPlane: '203.0.113.1', cni: {}, chartRepository: 'https://charts.example.com' });
    for (const unread of ['meshConfig', 'istiod', 'proxies', 'certificateAuthority']) expect(props).not.toHaveProperty(unread);
  });

  test('for a DNS name, the URL of the injector, and its name in the certificate of istiod beside what is said of istiod', () => {
    const made = mesh([serving('east', { controlPlaneAddress: 'istiod.example.com' }), remote('edge', 'east')], { ...SHARED, istiod: { env: { PILOT_PUSH_THROTTLE: '50' } }, values: { global: { logAsJson: true } } });
    expect(made.installationProps('east').istiod!.env).toEqual({ PILOT_PUSH_THROTTLE: '50', ISTIOD_CUSTOM_HOST: 'istiod.example.com' });
    expect(made.installationProps('edge').values).toEqual({ global: { logAsJson: true }, istiodRemote: { injectionURL: 'https://istiod.example.com:15017/inject/cluster/edge' } });
  });

  test('an installation of its own, as a whole', () => {
    const made = mesh([primary('east', { installation: { ...SHARED, version: '1.31.2' } }), primary('west')]);
    expect(['east', 'west'].map((name) => made.installationProps(name).version)).toEqual(['1.31.2', '1.31.1']);
  });

  test('what nobody else can change', () => {
    const clusters = [primary('east'), primary('west')];
    const made = mesh(clusters);
    clusters.pop();
    (made.installationProps('east') as { version: string }).version = '1.0.0';
    expect([made.clusterNames, made.installationProps('east').version]).toEqual([['east', 'west'], '1.31.1']);
  });
});

test('who asks is told which clusters have a control plane', () => {
  const made = mesh([serving('east'), remote('edge', 'east')]);
  expect([made.isPrimary('east'), made.isPrimary('edge')]).toEqual([true, false]);
  expect(() => made.isPrimary('north')).toThrow('there is no cluster "north"');
});

test('primaries are installed first, whatever the order in which clusters are given', () => {
  const all = [serving('a'), serving('b'), remote('c', 'b'), remote('d', 'a'), primary('e')];
  fc.assert(fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (clusters) => {
    const { clusterNames } = mesh(clusters);
    expect([clusterNames.slice(0, 3).sort(), clusterNames.slice(3).sort()]).toEqual([['a', 'b', 'e'], ['c', 'd']]);
  }));
});

describe('refused are', () => {
  test('two clusters of one name', () => {
    refused(() => [primary('east'), primary('east', { apiServer: server('other') })]).toThrow('[MultiClusterMesh shop] two clusters have the name "east", and control planes would take the pods of one for those of the other. Give each a `name` of its own.');
  });

  test('two clusters behind one API server', () => {
    refused(() => [primary('east'), primary('west', { apiServer: `${server('east')}/` })]).toThrow('the clusters east and west have the same `apiServer`');
  });

  test('a remote cluster whose primary is not there, is itself, is remote, or has no address', () => {
    refused(() => [serving('east'), remote('edge', 'north')]).toThrow('the remote cluster edge has the primary "north", which is not in the mesh. Give one of its primaries: east.');
    refused(() => [serving('east'), remote('edge', 'edge')]).toThrow('the remote cluster edge is its own primary. Give one of the mesh\'s primaries: east');
    refused(() => [serving('east'), remote('edge', 'east'), remote('lab', 'edge')]).toThrow('the remote cluster lab has the primary edge, which is remote itself and has no control plane. Give one of the mesh\'s primaries: east.');
    refused(() => [primary('east'), remote('edge', 'east')]).toThrow('the cluster east has no `controlPlaneAddress`, and the remote cluster edge could not find its control plane. Give the IP address');
    refused(() => [remote('edge', 'lab'), remote('lab', 'edge')]).toThrow('no cluster is a primary, and nothing would serve the mesh.');
  });

  test('networks of some clusters alone', () => {
    refused(() => [primary('east', { network: 'a' }), primary('west')]).toThrow('the cluster west has no `network`, and east is in "a": nobody could tell whether pods of one reach those of the other. Give every cluster its network, or none.');
  });

  test('a network without a gateway', () => {
    refused(() => [primary('east', { network: 'a' }), primary('west', { network: 'b', withoutEastWestGateway: true })])
      .toThrow('the network b (west) has no east-west gateway, and pods of other networks could not reach it. Take `withoutEastWestGateway` out of one of its clusters.');
    refused(() => [serving('east', { withoutEastWestGateway: true }), remote('edge', 'east')]).toThrow('the cluster east is `withoutEastWestGateway`, and edge comes to its control plane by it.');
  });

  test('a gateway of a remote cluster that the Gateway of the primary would miss', () => {
    const eastWestGateway = InstalledGateway.eastWest({ name: 'between' });
    refused(() => [serving('east', { network: 'a' }), remote('edge', 'east', { network: 'b', eastWestGateway })])
      .toThrow('the east-west gateway of edge is between, and that of its primary east is istio-eastwestgateway: the Gateway of the primary is for both, by the name. Give both the same `name`.');
  });

  test('a cluster that others read without an address of its API server', () => {
    refused(() => [primary('east', { apiServer: undefined }), primary('west')]).toThrow('the cluster east has no `apiServer`, and the control plane of west reads it. Give the URL by which pods there reach its API server');
    expect(() => mesh([serving('east', { apiServer: undefined }), remote('edge', 'east')])).not.toThrow();
    expect(() => mesh([primary('east', { apiServer: undefined, access: RemoteAccess.existingSecret('to-east') }), primary('west')])).not.toThrow();
  });

  test('control planes that each make a root certificate of their own', () => {
    for (const certificateAuthority of [undefined, CertificateAuthority.istiod()]) {
      refused(() => [primary('east'), primary('west')], { ...SHARED, certificateAuthority })
        .toThrow('the clusters east, west each have a control plane, and that of east would make a root certificate of its own, so that clusters refuse each other\'s calls.');
      expect(() => mesh([serving('east'), remote('edge', 'east')], { ...SHARED, certificateAuthority })).not.toThrow();
    }
    const certificateAuthority = CertificateAuthority.istioCsr({ issuer: 'istio-ca', chartVersion: 'v0.14.2' });
    expect(() => mesh([primary('east'), primary('west')], { ...SHARED, certificateAuthority })).not.toThrow();
    refused(() => [serving('east'), remote('edge', 'east')], { ...SHARED, certificateAuthority }).toThrow('proxies of the remote cluster edge would ask for one in their own cluster');
  });

  test('trust domains that do not know each other', () => {
    const of = (trustDomain: string, trustDomainAliases?: string[]) =>
      ({ installation: { ...SHARED, meshConfig: { trustDomain, trustDomainAliases } } });
    refused(() => [primary('east', of('a.example', ['b.example'])), primary('west', of('b.example'))]).toThrow('the trust domain of west is b.example, and that of east is a.example');
    expect(() => mesh([primary('east', of('a.example', ['b.example'])), primary('west', of('b.example', ['a.example']))])).not.toThrow();
  });

  test('control planes in different namespaces, and a remote cluster that looks for another revision', () => {
    const own = (other: Partial<IstioInstallationProps>) => ({ installation: { ...SHARED, ...other } });
    refused(() => [primary('east'), primary('west', own({ namespace: 'mesh' }))]).toThrow('the control plane of east is in the namespace istio-system, and that of west in mesh: a mesh has one root namespace.');
    refused(() => [serving('east', own({ revision: '1-31' })), remote('edge', 'east')]).toThrow('the remote cluster edge has the default revision, and its primary east has the revision 1-31');
    expect(() => mesh([primary('east', own({ revision: '1-31' })), primary('west')])).not.toThrow();
  });

  test.each<[string, Partial<IstioInstallationProps>, string]>([
    ['a name of the cluster', { clusterName: 'east' }, '`clusterName` of `installation` is what the mesh says by itself'],
    ['the profile remote', { profile: InstallationProfile.REMOTE }, 'has the profile remote'],
    ['the profile empty', { profile: InstallationProfile.EMPTY }, 'has the profile empty'],
    ['the profile ambient', { profile: InstallationProfile.AMBIENT }, 'has the profile ambient'],
    ['an east-west gateway', { gateways: [InstalledGateway.eastWest()] }, '`installation.gateways` has an east-west gateway, which clusters get by themselves'],
    ['what Istio refuses', { revision: 'default' }, 'the cluster east: `revision` is "default"'],
  ])('an installation that says %s', (_, said, message) => {
    refused(() => [primary('east'), primary('west')], { ...SHARED, ...said }).toThrow(message);
  });

  test('a single cluster, and a name that is not there', () => {
    refused(() => [primary('east')]).toThrow('`clusters` has only east. Give at least two, or use an IstioInstallation for one.');
    expect(() => mesh([primary('east'), primary('west')]).installationProps('north')).toThrow('there is no cluster "north": the mesh has east, west.');
  });
});

describe('a cluster is refused', () => {
  test.each([
    'https://127.0.0.1:6443', 'https://localhost', 'https://[::1]:6443', 'https://0.0.0.0:6443', 'https://kubernetes.default.svc',
  ])(
    'with the API server %s, which leads others nowhere', (apiServer) => {
      expect(() => primary('east', { apiServer })).toThrow(`MeshCluster.primary east: \`apiServer\` is "${apiServer}", which leads pods of another cluster to themselves or nowhere.`);
    });

  test.each(['http://east.example.com', 'east.example.com:6443', 'https://user:secret@east.example.com', 'https://'])('with %s, which is no URL of an API server', (apiServer) => {
    expect(() => primary('east', { apiServer })).toThrow('Give its URL, for example "https://east.example.com:6443".');
  });

  test.each(['East', '', '0o17', 'a_b', 'x'.repeat(64)])('with the name %p', (name) => {
    expect(() => primary(name)).toThrow(/`name` is ".*"/);
  });

  test.each(['203.0.113.1:15012', 'https://istiod.example.com', '2001:db8::1', 'a b'])('with the address %s of its control plane', (controlPlaneAddress) => {
    expect(() => primary('east', { controlPlaneAddress })).toThrow('Give the address of its east-west gateway without a port');
  });

  test('with a gateway that no other cluster reaches, of another sort, or of another network', () => {
    const withGateway = (eastWestGateway: InstalledGateway) => () => primary('east', { network: 'a', eastWestGateway });
    expect(withGateway(InstalledGateway.eastWest({ serviceType: GatewayServiceType.CLUSTER_IP }))).toThrow('is a ClusterIP, which no other cluster reaches');
    expect(withGateway(InstalledGateway.ingress())).toThrow('`eastWestGateway` is InstalledGateway.ingress(). Give InstalledGateway.eastWest().');
    expect(withGateway(InstalledGateway.eastWest({ network: 'b' }))).toThrow('leads into the network b, and the cluster is in a.');
    expect(() => primary('east', { eastWestGateway: InstalledGateway.eastWest(), withoutEastWestGateway: true })).toThrow('Leave one of them out.');
  });
});

test('a token is no placeholder, and is not repeated by the message that says so', () => {
  const token = 'eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl';
  const placeholders = () => RemoteAccess.placeholders({ token });
  expect(placeholders).toThrow('`token` is no placeholder');
  expect(placeholders).not.toThrow(token);
  for (const good of ['${TOKEN}', '<path:mesh/west#token>', '{{ .token }}']) expect(() => RemoteAccess.placeholders({ token: good })).not.toThrow();
});
