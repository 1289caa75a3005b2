import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart, Duration, Testing, Yaml } from 'cdk8s';
import {
  CertificateAuthority, ComponentScale, InstallationPlatform, InstallationProfile, InstalledGateway, IstioInstallation, IstioInstallationProps,
  MeshAccessLog,
} from '../../src';

function installed(props: Partial<IstioInstallationProps> = {}, chart = new Chart(Testing.app(), 'mesh')): IstioInstallation {
  return new IstioInstallation(chart, 'istio', { version: '1.31.1', ...props });
}

const REMOTE = { profile: InstallationProfile.REMOTE, remoteControlPlane: '203.0.113.10' };
const release = (name: string, props: Partial<IstioInstallationProps> = {}) => installed(props).releases.find((one) => one.name === name);

describe('an installation', () => {
  test('adds nothing to its chart', () => {
    const chart = new Chart(Testing.app(), 'mesh');
    installed({}, chart);
    expect(Testing.synth(chart)).toEqual([]);
  });

  test('is written as a file for istioctl, in a directory that is made', () => {
    const directory = mkdtempSync(join(tmpdir(), 'cdk8s-istio-install-'));
    try {
      const file = join(directory, 'install', 'istio.yaml');
      const installation = installed({ revision: '1-31' });
      installation.writeIstioOperator(file);
      expect(existsSync(file)).toBe(true);
      expect(readFileSync(file, 'utf8')).toBe(Yaml.stringify(installation.istioOperator));
      expect(installation.istioOperator).toMatchObject({ kind: 'IstioOperator', metadata: { name: 'istio-1-31' }, spec: { tag: '1.31.1', revision: '1-31', profile: 'default' } });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test('gives out objects of its own each time', () => {
    const installation = installed();
    installation.istioOperator.spec.profile = 'demo';
    installation.releases[0].dependsOn?.push('nobody');
    installation.gateways.pop();
    const given = installed({ meshConfig: { fields: { trustDomainAliases: ['a.example'] } } });
    given.meshConfig.trustDomainAliases.push('b.example');
    given.istioOperator.spec.meshConfig.trustDomainAliases.push('c.example');
    expect(given.meshConfig.trustDomainAliases).toEqual(['a.example']);
    expect(installation.istioOperator.spec.profile).toBe('default');
    expect(installation.gateways).toHaveLength(1);
  });

  test('means the same by both outputs: what charts share stands in both', () => {
    const installation = installed({ meshConfig: { accessLog: MeshAccessLog.json() }, istiod: { env: { PILOT_ENABLE_AMBIENT: 'true' } }, meshId: 'shop', cni: {} });
    const { spec } = installation.istioOperator;
    const istiod = installation.releases.find(({ chart }) => chart === 'istiod')!;
    expect(istiod.values.meshConfig).toEqual(spec.meshConfig);
    expect(istiod.values.pilot).toEqual(spec.values.pilot);
    expect(istiod.values.global).toEqual(spec.values.global);
  });
});

describe('releases', () => {
  test('are in the order in which they need each other', () => {
    const { releases } = installed({ profile: InstallationProfile.AMBIENT, gateways: [InstalledGateway.ingress()], certificateAuthority: CertificateAuthority.istioCsr({ issuer: 'ca', chartVersion: 'v0.14.2' }) });
    expect(releases.map(({ name, dependsOn = [] }) => [name, dependsOn])).toEqual([
      ['istio-base', []], ['cert-manager-istio-csr', ['istio-base']], ['istiod', ['istio-base', 'cert-manager-istio-csr']], ['istio-cni', ['istio-base']],
      ['ztunnel', ['istiod', 'istio-cni']], ['istio-ingressgateway', ['istiod']],
    ]);
    const known = new Set<string>();
    for (const { name, dependsOn = [] } of releases) {
      expect(dependsOn.filter((other) => !known.has(other))).toEqual([]);
      known.add(name);
    }
  });

  test('are those of the profile', () => {
    const names = (profile: InstallationProfile, more: Partial<IstioInstallationProps> = {}) =>
      installed({ profile, ...more }).releases.map(({ name }) => name);
    expect(names(InstallationProfile.DEFAULT)).toEqual(['istio-base', 'istiod', 'istio-ingressgateway']);
    expect(names(InstallationProfile.DEMO)).toEqual(['istio-base', 'istiod', 'istio-ingressgateway', 'istio-egressgateway']);
    expect(names(InstallationProfile.MINIMAL)).toEqual(['istio-base', 'istiod']);
    expect(names(InstallationProfile.MINIMAL, { cni: {} })).toEqual(['istio-base', 'istiod', 'istio-cni']);
    expect(names(InstallationProfile.AMBIENT)).toEqual(['istio-base', 'istiod', 'istio-cni', 'ztunnel']);
    expect(names(InstallationProfile.REMOTE, REMOTE)).toEqual(['istio-base', 'istiod']);
    expect(names(InstallationProfile.EMPTY, { gateways: [InstalledGateway.egress()] })).toEqual(['istio-egressgateway']);
  });

  test('of a revision have its name, and the webhook of the base leads to it', () => {
    expect(release('istiod-1-31', { revision: '1-31' })?.values.revision).toBe('1-31');
    expect(release('istio-base', { revision: '1-31' })?.values.defaultRevision).toBe('1-31');
    expect(release('istio-ingressgateway', { revision: '1-31' })).toMatchObject({ dependsOn: ['istiod-1-31'], values: { revision: '1-31' } });
    expect(release('istio-base')?.values).toEqual({});
  });

  test('are of the version that is said, from the repository that is said', () => {
    const all = installed({ chartRepository: 'oci://registry.example/charts' }).releases;
    expect(new Set(all.map(({ version, repository }) => `${version} ${repository}`))).toEqual(new Set(['1.31.1 oci://registry.example/charts']));
  });

  test('say the network on the namespace of the control plane alone', () => {
    const { releases } = installed({ network: 'n-1', gateways: [InstalledGateway.ingress(), InstalledGateway.eastWest()] });
    const labelled = releases.filter(({ namespaceLabels }) => namespaceLabels?.['topology.istio.io/network'] === 'n-1').map(({ name }) => name);
    expect(labelled).toEqual(['istio-base', 'istiod', 'istio-eastwestgateway']);
  });

  test('of gateways of a fixed number have no autoscaler', () => {
    const values = release('istio-egressgateway', { gateways: [InstalledGateway.egress({ scale: ComponentScale.fixed(4) })] })!.values;
    expect([values.autoscaling, values.replicaCount, values.service.type]).toEqual([{ enabled: false }, 4, 'ClusterIP']);
  });

  test('of node agents are where OpenShift lets privileged pods run', () => {
    const { releases } = installed({ platform: InstallationPlatform.OPENSHIFT });
    expect(releases.map(({ name, namespace }) => `${namespace}/${name}`)).toContain('kube-system/istio-cni');
  });
});

describe('by default', () => {
  test.each(Object.values(InstallationProfile).filter((profile) => !['demo', 'remote', 'empty'].includes(profile)))('%s is for production', (profile) => {
    const { pilot } = installed({ profile }).istioOperator.spec.values;
    expect(pilot).toMatchObject({ autoscaleEnabled: true, autoscaleMin: 2, autoscaleMax: 5, resources: { requests: { cpu: '500m', memory: '2Gi' } } });
    expect(pilot.affinity.podAntiAffinity).toBeDefined();
  });

  test('the demo is small', () => {
    const { values, components } = installed({ profile: InstallationProfile.DEMO }).istioOperator.spec;
    expect(values.pilot).toEqual({ autoscaleEnabled: false, replicaCount: 1 });
    expect(components.ingressGateways[0].k8s).toMatchObject({ replicaCount: 1, resources: { requests: { cpu: '10m', memory: '40Mi' } } });
  });
});

describe('it refuses', () => {
  const says = (props: any, message: string | RegExp) => expect(() => installed(props)).toThrow(message);

  test('a profile that does not exist, with the list', () => {
    says({ profile: 'production' }, /^\[mesh\/istio\] there is no profile "production"\. Give one of InstallationProfile\.DEFAULT, .*InstallationProfile\.STABLE\.$/);
  });

  test('a version that is not exact', () => {
    for (const version of ['1.31', 'latest', 1.31, undefined, '1.31.x']) says({ version }, 'Give the exact version of Istio, for example "1.31.1"');
  });

  test('no namespace of its own, whatever the control plane looks at', () => {
    const ownOf = (props: Partial<IstioInstallationProps>) => installed({ meshConfig: { discoverySelectors: [{ mesh: 'shop' }] }, ...props }).meshConfig.discoverySelectors;
    const named = (...values: string[]) => [{ matchLabels: { mesh: 'shop' } }, { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values }] }];
    expect(ownOf({})).toEqual(named('istio-ingress', 'istio-system'));
    expect(ownOf({ namespace: 'mesh', gateways: [InstalledGateway.ingress({ namespace: 'edge' }), InstalledGateway.egress({ namespace: 'edge' })] })).toEqual(named('edge', 'mesh'));
    expect(ownOf({ profile: InstallationProfile.AMBIENT, platform: InstallationPlatform.OPENSHIFT })).toEqual(named('istio-system', 'kube-system'));
    expect(installed({}).meshConfig.discoverySelectors).toBeUndefined();
  });

  test('a share of traces above 100, wherever it is said', () => {
    says({ values: { pilot: { traceSampling: 150 } } }, '`values.pilot.traceSampling` is 150. It is a percentage');
    says({ istiod: { env: { PILOT_TRACE_SAMPLING: '150' } } }, '`env.PILOT_TRACE_SAMPLING` is 150. It is a percentage');
    expect(() => installed({ istiod: { env: { PILOT_TRACE_SAMPLING: '0' } } })).not.toThrow();
  });

  test('a second installation of one revision, naming both', () => {
    for (const [first, second, what] of [
      [{ revision: '1-31' }, { revision: '1-31' }, 'the revision 1-31'], [{}, { clusterName: 'Kubernetes' }, 'the default revision'],
    ] as const) {
      const same = new App();
      installed(first, new Chart(same, 'one'));
      installed(second, new Chart(same, 'two'));
      expect(() => same.synthYaml()).toThrow(new RegExp(`\\[two/istio\\] installs ${what}.*, as \\[one/istio\\] does.* Give each a \`revision\` of its own`));
    }
    const app = new App();
    installed({}, new Chart(app, 'one'));
    installed({}, new Chart(app, 'two'));
    expect(() => app.synthYaml()).toThrow(/\[two\/istio\] installs the default revision, as \[one\/istio\] does/);
  });

  test('no second revision, no other cluster, and no gateways beside a control plane', () => {
    const app = new App();
    const more: Partial<IstioInstallationProps>[] = [{}, { revision: 'a' }, { clusterName: 'east' }, { clusterName: 'west' }, { profile: InstallationProfile.EMPTY, gateways: [InstalledGateway.egress()] }];
    more.forEach((props, index) => installed(props, new Chart(app, `chart-${index}`)));
    expect(() => app.synthYaml()).not.toThrow();
  });

  test('what nothing would read', () => {
    says({ ...REMOTE, meshConfig: {} }, '`meshConfig`: with the profile remote, this is read by the control plane of another cluster');
    says({ ...REMOTE, istiod: {}, proxies: {} }, '`istiod`, `proxies`');
    says({ profile: InstallationProfile.EMPTY, gateways: [InstalledGateway.egress()], cni: {} }, '`cni`: with the profile empty');
    says({ profile: InstallationProfile.EMPTY }, 'installs nothing but `gateways`, and there are none');
    says({ ztunnel: {} }, 'Take InstallationProfile.AMBIENT');
    says({ remoteControlPlane: '203.0.113.10' }, 'is for the profile REMOTE');
    says({ profile: InstallationProfile.REMOTE }, 'needs `remoteControlPlane`');
  });

  test('names that istioctl or a chart takes for something else', () => {
    for (const revision of ['31', 't', 'true', 'nan']) says({ revision }, `\`revision\` is "${revision}"`);
    says({ revision: 'default' }, 'Leave it out');
    says({ revision: '1.31' }, 'for example "1-31"');
    says({ clusterName: '7' }, 'for example "east"');
    says({ network: 'off' }, 'for example "network-1"');
    says({ meshId: 'a b' }, 'It becomes a label');
  });

  test('two gateways of one name in one namespace, and takes them in two', () => {
    says({ gateways: [InstalledGateway.ingress(), InstalledGateway.ingress()] }, 'two `gateways` are istio-ingress/istio-ingressgateway');
    expect(() => installed({ gateways: [InstalledGateway.ingress(), InstalledGateway.ingress({ namespace: 'partners' })] })).not.toThrow();
  });

  test('a setting that is said twice', () => {
    says({ istiod: { tuning: { pushThrottle: 50 }, env: { PILOT_PUSH_THROTTLE: '60' } } }, '`env.PILOT_PUSH_THROTTLE` is said by `tuning` too');
    says({ values: { pilot: { autoscaleMin: 3 } } }, '`values.pilot.autoscaleMin` differs');
    says({ values: { meshConfig: {} } }, 'Give it as `meshConfig.fields`');
    const certificateAuthority = CertificateAuthority.istioCsr({ issuer: 'ca', chartVersion: 'v0.14.2' });
    says({ certificateAuthority, istiod: { env: { ENABLE_CA_SERVER: 'true' } } }, '`pilot.env.ENABLE_CA_SERVER` is said by `certificateAuthority`');
  });

  test('tuning that contradicts itself or Istio', () => {
    says({ istiod: { tuning: { debounceAfter: Duration.seconds(11) } } }, '`debounceAfter` is 11000 ms and `debounceMax` 10000 ms');
    says({ istiod: { tuning: { pushThrottle: 0 } } }, 'Give a whole number of proxies from 1 on');
    says({ istiod: { tuning: { maxConnectionAge: Duration.seconds(5) } } }, 'more than once a minute');
  });

  test('images and repositories that no client could fetch from', () => {
    for (const hub of ['https://registry.example', 'registry.example/', 'Registry/Istio']) says({ images: { hub } }, 'without https:// and without a slash at the end');
    says({ chartRepository: 'charts' }, 'Give a URL');
    says({ compatibilityVersion: '1.31' }, 'Give one of "1.25"');
  });
});

describe('who signs certificates', () => {
  const csr = (more: object = {}, props: Partial<IstioInstallationProps> = {}) => installed({
    certificateAuthority: CertificateAuthority.istioCsr({ issuer: 'istio-ca', chartVersion: 'v0.14.2', ...more }), ...props,
  }).releases.find(({ name }) => name === 'cert-manager-istio-csr')!;

  test('is said to istio-csr with what it has to know of the mesh', () => {
    const { values, version, namespace } = csr({ issuerKind: 'ClusterIssuer' }, { revision: '1-31', clusterName: 'east', namespace: 'mesh', meshConfig: { trustDomain: 'shop.example' } });
    expect([version, namespace]).toEqual(['v0.14.2', 'cert-manager']);
    expect(values.app).toMatchObject({
      certmanager: { namespace: 'mesh', issuer: { name: 'istio-ca', kind: 'ClusterIssuer' } },
      istio: { namespace: 'mesh', revisions: ['1-31'] },
      server: { clusterID: 'east' },
      tls: { trustDomain: 'shop.example' },
    });
    expect(csr().values.app).toMatchObject({ istio: { revisions: ['default'] }, server: { clusterID: 'Kubernetes' }, tls: { trustDomain: 'cluster.local' } });
  });

  test('lets ztunnel ask for the pods of its node, and no other mesh', () => {
    expect(csr({ namespace: 'pki' }, { profile: InstallationProfile.AMBIENT }).values.app).toMatchObject({
      server: { caTrustedNodeAccounts: 'istio-system/ztunnel' }, tls: { certificateDNSNames: ['cert-manager-istio-csr.pki.svc'] },
    });
    expect(csr().values.app.server).toEqual({ clusterID: 'Kubernetes' });
  });

  test('is refused where it cannot be', () => {
    expect(() => csr({ issuerKind: 'Vault' })).toThrow('Give "Issuer" or "ClusterIssuer"');
    expect(() => csr({ issuer: '' })).toThrow('Give the name of the Issuer');
    expect(() => csr({ chartVersion: undefined })).toThrow('`chartVersion` is undefined');
  });
});
