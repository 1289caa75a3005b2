import { spawnSync } from 'node:child_process';
import { App, Chart, Duration, Yaml } from 'cdk8s';
import {
  CertificateAuthority, ComponentScale, GatewayServiceType, InstallationPlatform, InstallationProfile, InstalledGateway, IstiodLogLevel,
  IstioInstallation, IstioInstallationProps, MeshAccessLog, OutboundTraffic, PathNormalization, ProxyLogLevel, TlsVersion,
} from 'cdk8s-istio';
import fc from 'fast-check';
import { parse } from 'yaml';
import { ISTIOCTL } from './machine';
import { RenderedObject } from './rendered';

const VERSION = '1.31.1';
const REMOTE = { remoteControlPlane: '203.0.113.10', clusterName: 'west', network: 'network-2' };

function installed(props: Partial<IstioInstallationProps> = {}): IstioInstallation {
  return new IstioInstallation(new Chart(new App(), 'mesh'), 'istio', { version: VERSION, ...props });
}

function generate(istioOperator: string): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(ISTIOCTL, ['manifest', 'generate', '--filename', '-'], { input: istioOperator, encoding: 'utf8', timeout: 60_000, maxBuffer: 67_108_864 });
}

class Rendered {
  /** What istioctl accepts without a warning. */
  public static of(props: Partial<IstioInstallationProps> = {}): Rendered {
    const { status, stdout, stderr } = generate(installed(props).toYaml());
    expect([status, stderr]).toEqual([0, '']);
    // The definitions of Istio's kinds are most of it, and the same in all.
    const documents = stdout.split(/^---$/m).filter((text) => !/^kind: CustomResourceDefinition$/m.test(text));
    return new Rendered(documents.map((text) => parse(text, { version: '1.1' })).filter((object) => object !== null));
  }

  constructor(public readonly objects: readonly RenderedObject[]) {}

  public find(kind: string, name: string, namespace = 'istio-system'): RenderedObject | undefined {
    const isMeant = ({ metadata }: RenderedObject) => metadata.name === name && (metadata.namespace ?? namespace) === namespace;
    return this.objects.find((object) => object.kind === kind && isMeant(object));
  }

  public spec(kind: string, name: string, namespace?: string): any {
    return this.find(kind, name, namespace)?.spec;
  }

  public container(kind: string, name: string, namespace?: string): any {
    return this.spec(kind, name, namespace).template.spec.containers[0];
  }

  public mesh(name = 'istio'): any {
    return parse(this.find('ConfigMap', name)!.data.mesh);
  }

  /** What the injector is told. */
  public injected(name = 'istio-sidecar-injector'): any {
    return JSON.parse(this.find('ConfigMap', name)!.data.values).global;
  }

  public workloads(): string[] {
    return this.objects.filter(({ kind }) => kind === 'Deployment' || kind === 'DaemonSet').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort();
  }
}

const env = (container: any): any => Object.fromEntries(container.env.map(({ name, value }: any) => [name, value]));

const PROFILES: { readonly [profile in InstallationProfile]: [more: Partial<IstioInstallationProps>, workloads: string[]] } = {
  default: [{}, ['istio-ingress/istio-ingressgateway', 'istio-system/istiod']],
  demo: [{}, ['istio-egress/istio-egressgateway', 'istio-ingress/istio-ingressgateway', 'istio-system/istiod']],
  minimal: [{}, ['istio-system/istiod']],
  remote: [REMOTE, []],
  empty: [{ gateways: [InstalledGateway.ingress()] }, ['istio-ingress/istio-ingressgateway']],
  ambient: [{}, ['istio-system/istio-cni-node', 'istio-system/istiod', 'istio-system/ztunnel']],
  preview: [{}, ['istio-ingress/istio-ingressgateway', 'istio-system/istiod']],
  stable: [{}, ['istio-ingress/istio-ingressgateway', 'istio-system/istiod']],
};

describe.each(Object.values(InstallationProfile))('the profile %s', (profile) => {
  const [more, workloads] = PROFILES[profile];

  test('is accepted by istioctl without a warning, and installs what it is said to', () => {
    expect(Rendered.of({ profile, ...more }).workloads()).toEqual(workloads);
  });

  test('installs nothing but the gateways that are listed', () => {
    const gateways = [InstalledGateway.egress({ name: 'way-out', namespace: 'edge' })];
    const expected = [...workloads.filter((name) => !name.includes('gateway')), 'edge/way-out'].sort();
    expect(Rendered.of({ profile, ...more, gateways }).workloads()).toEqual(expected);
  });

  test('has a revision of its own where one is given', () => {
    const names = Rendered.of({ profile, ...more, revision: '1-31' }).workloads();
    expect(names).toEqual(workloads.map((name) => name.replace(/istiod$/, 'istiod-1-31')));
  });
});

test('by default, the loss of a node takes neither istiod nor a gateway away', () => {
  const rendered = Rendered.of();
  for (const [name, namespace] of [['istiod', 'istio-system'], ['istio-ingressgateway', 'istio-ingress']]) {
    expect(rendered.spec('HorizontalPodAutoscaler', name, namespace)).toMatchObject({ minReplicas: 2, maxReplicas: 5 });
    expect(rendered.spec('PodDisruptionBudget', name, namespace).minAvailable).toBe(1);
    const { template } = rendered.spec('Deployment', name, namespace);
    const [{ podAffinityTerm: term }] = template.spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution;
    expect(term.topologyKey).toBe('kubernetes.io/hostname');
    // Its own pods, all of them.
    expect(template.metadata.labels).toMatchObject(term.labelSelector.matchLabels);
    expect(term.labelSelector.matchLabels).not.toEqual({});
  }
});

test('a gateway can read no Secret of the control plane', () => {
  const namespaces = (profile: InstallationProfile) => Rendered.of({ profile }).objects
    .filter(({ kind, rules }) => kind === 'Role' && rules.some(({ resources }: any) => resources.includes('secrets')))
    .filter(({ metadata }) => metadata.name.includes('gateway')).map(({ metadata }) => metadata.namespace);
  expect(namespaces(InstallationProfile.DEMO).sort()).toEqual(['istio-egress', 'istio-ingress']);
});

describe('what is said of istiod', () => {
  const rendered = Rendered.of({
    namespace: 'mesh',
    revision: 'blue',
    clusterName: 'east',
    network: 'network-1',
    meshId: 'shop',
    servesRemoteClusters: true,
    images: { hub: 'registry.example/istio', distroless: true, pullSecrets: ['registry'] },
    istiod: {
      scale: ComponentScale.fixed(3),
      resources: { cpu: '1', memory: '4Gi', cpuLimit: '3', memoryLimit: '6Gi' },
      tuning: {
        pushThrottle: 50,
        maxRequestsPerSecond: 12.5,
        debounceAfter: Duration.millis(250),
        debounceMax: Duration.seconds(5),
        maxConnectionAge: Duration.minutes(10),
        filterGatewayClusters: true,
        scopeGatewaysToNamespace: true,
      },
      logLevel: IstiodLogLevel.DEBUG,
      env: { PILOT_ENABLE_IP_AUTOALLOCATE: 'false' },
    },
    gateways: [],
    values: { pilot: { podLabels: { team: 'mesh' }, pdb: { minAvailable: 2 } } },
  });
  const container = rendered.container('Deployment', 'istiod-blue', 'mesh');

  test('shows in its Deployment', () => {
    expect(rendered.spec('Deployment', 'istiod-blue', 'mesh').replicas).toBe(3);
    expect(rendered.find('HorizontalPodAutoscaler', 'istiod-blue', 'mesh')).toBeUndefined();
    expect(container.image).toBe('registry.example/istio/pilot:1.31.1-distroless');
    expect(container.resources).toEqual({ requests: { cpu: 1, memory: '4Gi' }, limits: { cpu: 3, memory: '6Gi' } });
    expect(container.args.join(' ')).toContain('--log_output_level=default:debug --domain cluster.local --keepaliveMaxServerConnectionAge 600s');
    expect(env(container)).toMatchObject({
      PILOT_PUSH_THROTTLE: '50',
      PILOT_MAX_REQUESTS_PER_SECOND: '12.5',
      PILOT_DEBOUNCE_AFTER: '250ms',
      PILOT_DEBOUNCE_MAX: '5000ms',
      PILOT_FILTER_GATEWAY_CLUSTER_CONFIG: 'true',
      PILOT_SCOPE_GATEWAY_TO_NAMESPACE: 'true',
      PILOT_ENABLE_IP_AUTOALLOCATE: 'false',
      CLUSTER_ID: 'east',
      EXTERNAL_ISTIOD: 'true',
      REVISION: 'blue',
    });
  });

  test('shows in the objects beside it', () => {
    expect(rendered.find('ServiceAccount', 'istiod-blue', 'mesh')!.imagePullSecrets).toEqual([{ name: 'registry' }]);
    expect(parse(rendered.find('ConfigMap', 'istio-blue', 'mesh')!.data.mesh).defaultConfig).toMatchObject({ meshId: 'shop', discoveryAddress: 'istiod-blue.mesh.svc:15012' });
    expect(JSON.parse(rendered.find('ConfigMap', 'istio-sidecar-injector-blue', 'mesh')!.data.values).global).toMatchObject({ network: 'network-1', multiCluster: { clusterName: 'east' } });
  });

  test('also where a value has no property, known to istioctl or to the chart alone', () => {
    expect(rendered.spec('Deployment', 'istiod-blue', 'mesh').template.metadata.labels.team).toBe('mesh');
    expect(rendered.spec('PodDisruptionBudget', 'istiod-blue', 'mesh').minAvailable).toBe(2);
  });
});

test('what is said of the mesh is in its configuration, beside what Istio puts there', () => {
  const service = { name: 'otel', entry: { name: 'otel', opentelemetry: { service: 'collector.observability.svc.cluster.local', port: 4317 } } };
  const mesh = Rendered.of({
    meshConfig: {
      accessLog: MeshAccessLog.json({ status: '%RESPONSE_CODE%', share: '100%%' }),
      tracing: { provider: service, sampling: 10 },
      outboundTrafficPolicy: OutboundTraffic.REGISTRY_ONLY,
      pathNormalization: PathNormalization.DECODE_AND_MERGE_SLASHES,
      dnsProxying: true,
      holdApplicationUntilProxyStarts: true,
      autoMtls: false,
      minTlsVersion: TlsVersion.V1_3,
      trustDomain: 'shop.example',
      trustDomainAliases: ['old.example'],
      defaultRetries: 0,
      connectTimeout: Duration.millis(1500),
      terminationDrainDuration: Duration.minutes(1),
      concurrency: 4,
      numTrustedProxies: 2,
      proxyMetadata: { ISTIO_META_X: 'y' },
      discoverySelectors: [{ mesh: 'shop' }],
      fields: { defaultConfig: { drainDuration: '20s' }, ingressControllerMode: 'OFF' },
    },
  }).mesh();
  expect(mesh).toMatchObject({
    accessLogFile: '/dev/stdout',
    accessLogEncoding: 'JSON',
    accessLogFormat: '{"status":"%RESPONSE_CODE%","share":"100%%"}',
    extensionProviders: [service.entry],
    defaultProviders: { tracing: ['otel'], metrics: ['prometheus'] },
    outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
    pathNormalization: { normalization: 'DECODE_AND_MERGE_SLASHES' },
    enableAutoMtls: false,
    meshMTLS: { minProtocolVersion: 'TLSV1_3' },
    trustDomain: 'shop.example',
    trustDomainAliases: ['old.example'],
    defaultHttpRetryPolicy: { attempts: 0 },
    connectTimeout: '1.5s',
    ingressControllerMode: 'OFF',
    discoverySelectors: [
      { matchLabels: { mesh: 'shop' } },
      { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['istio-ingress', 'istio-system'] }] },
    ],
    defaultConfig: {
      holdApplicationUntilProxyStarts: true,
      tracing: { sampling: 10 },
      concurrency: 4,
      terminationDrainDuration: '60s',
      drainDuration: '20s',
      gatewayTopology: { numTrustedProxies: 2 },
      proxyMetadata: { ISTIO_META_DNS_CAPTURE: 'true', ISTIO_META_X: 'y' },
      discoveryAddress: 'istiod.istio-system.svc:15012',
    },
    enablePrometheusMerge: true,
    rootNamespace: 'istio-system',
  });
});

test('paths are normalized so that policies are not passed by with a second slash', () => {
  expect(Rendered.of().mesh().pathNormalization).toEqual({ normalization: 'MERGE_SLASHES' });
});

test('what is said of sidecars is what the injector is told', () => {
  const { proxy } = Rendered.of({
    proxies: {
      resources: { cpu: '50m', memoryLimit: '512Mi' },
      logLevel: ProxyLogLevel.INFO,
      excludeIpRanges: ['10.1.0.0/16', '10.2.0.0/16'],
      includeIpRanges: ['10.0.0.0/8'],
      excludeOutboundPorts: [3306, 6379],
      excludeInboundPorts: [9090],
    },
  }).injected();
  expect(proxy).toMatchObject({
    resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { cpu: '2000m', memory: '512Mi' } },
    logLevel: 'info',
    excludeIPRanges: '10.1.0.0/16,10.2.0.0/16',
    includeIPRanges: '10.0.0.0/8',
    excludeOutboundPorts: '3306,6379',
    excludeInboundPorts: '9090',
  });
});

test('gateways of one sort keep their own pods, numbers, ports and load balancers', () => {
  const rendered = Rendered.of({
    gateways: [
      InstalledGateway.ingress({ scale: ComponentScale.autoscaled(3, 9, { cpuUtilization: 60 }), serviceAnnotations: { 'lb.example/scheme': 'internal' }, preserveClientAddress: true }),
      InstalledGateway.ingress({
        name: 'istio-partners',
        scale: ComponentScale.fixed(4),
        serviceType: GatewayServiceType.NODE_PORT,
        ports: [{ name: 'tls', port: 8443 }, { name: 'http2', port: 80 }],
        resources: { memory: '256Mi' },
        nodeSelector: { zone: 'dmz' },
        spreadOverNodes: false,
      }),
      InstalledGateway.eastWest({ network: 'network-1', loadBalancerSourceRanges: ['10.0.0.0/8'] }),
    ],
  });
  const at = (kind: string, name: string, namespace = 'istio-ingress') => rendered.spec(kind, name, namespace);
  expect(at('HorizontalPodAutoscaler', 'istio-ingressgateway')).toMatchObject({ minReplicas: 3, maxReplicas: 9, metrics: [{ resource: { target: { averageUtilization: 60 } } }] });
  // One that is autoscaled gives all of the chart an autoscaler.
  expect(at('HorizontalPodAutoscaler', 'istio-partners')).toMatchObject({ minReplicas: 4, maxReplicas: 4 });
  expect(at('Service', 'istio-ingressgateway')).toMatchObject({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' });
  expect(rendered.find('Service', 'istio-ingressgateway', 'istio-ingress')!.metadata).toMatchObject({ annotations: { 'lb.example/scheme': 'internal' } });
  expect(at('Service', 'istio-partners')).toMatchObject({ type: 'NodePort', selector: { istio: 'partners', app: 'istio-partners' } });
  expect(at('Service', 'istio-partners').ports).toEqual([
    { name: 'status-port', port: 15021, targetPort: 15021, protocol: 'TCP' }, { name: 'tls', port: 8443, targetPort: 8443, protocol: 'TCP' },
    { name: 'http2', port: 80, targetPort: 8080, protocol: 'TCP' },
  ]);
  const partners = at('Deployment', 'istio-partners').template;
  expect(partners.spec.containers[0].resources.requests).toEqual({ cpu: '100m', memory: '256Mi' });
  expect(partners.spec.nodeSelector).toEqual({ zone: 'dmz' });
  expect(partners.spec.affinity.podAntiAffinity).toBeUndefined();
  expect(partners.metadata.labels).toMatchObject({ istio: 'partners', app: 'istio-partners' });
  const eastWest = rendered.find('Service', 'istio-eastwestgateway')!;
  expect(eastWest.metadata.labels).toMatchObject({ 'topology.istio.io/network': 'network-1' });
  expect(eastWest.spec.loadBalancerSourceRanges).toEqual(['10.0.0.0/8']);
  expect(env(rendered.container('Deployment', 'istio-eastwestgateway'))).toMatchObject({ ISTIO_META_REQUESTED_NETWORK_VIEW: 'network-1' });
});

test('a gateway of a fixed number has no autoscaler, where none of its sort has one', () => {
  const rendered = Rendered.of({ gateways: [InstalledGateway.ingress({ scale: ComponentScale.fixed(3) })] });
  expect(rendered.spec('Deployment', 'istio-ingressgateway', 'istio-ingress').replicas).toBe(3);
  expect(rendered.find('HorizontalPodAutoscaler', 'istio-ingressgateway', 'istio-ingress')).toBeUndefined();
  expect(rendered.spec('PodDisruptionBudget', 'istio-ingressgateway', 'istio-ingress').minAvailable).toBe(1);
});

test('the node agents of the ambient mode take their resources, and OpenShift has them in its own namespace', () => {
  const agents = { cni: { resources: { memory: '150Mi' }, excludeNamespaces: ['kube-system', 'legacy'] }, ztunnel: { resources: { cpu: '400m' }, terminationGracePeriodSeconds: 90 } };
  const rendered = Rendered.of({ profile: InstallationProfile.AMBIENT, ...agents });
  expect(rendered.container('DaemonSet', 'istio-cni-node').resources.requests).toEqual({ cpu: '100m', memory: '150Mi' });
  expect(rendered.container('DaemonSet', 'ztunnel').resources.requests).toEqual({ cpu: '400m', memory: '512Mi' });
  expect(rendered.spec('DaemonSet', 'ztunnel').template.spec.terminationGracePeriodSeconds).toBe(90);
  expect(rendered.find('ConfigMap', 'istio-cni-config')!.data.EXCLUDE_NAMESPACES).toBe('kube-system,legacy');
  expect(env(rendered.container('Deployment', 'istiod')).PILOT_ENABLE_AMBIENT).toBe('true');
  const openShift = Rendered.of({ profile: InstallationProfile.AMBIENT, platform: InstallationPlatform.OPENSHIFT });
  expect(openShift.workloads()).toEqual(['istio-system/istiod', 'kube-system/istio-cni-node', 'kube-system/ztunnel']);
  expect(env(openShift.container('Deployment', 'istiod')).CA_TRUSTED_NODE_ACCOUNTS).toBe('kube-system/ztunnel');
});

describe('who signs certificates', () => {
  test('istiod with a Secret that has to be there', () => {
    const rendered = Rendered.of({ certificateAuthority: CertificateAuthority.pluggedIn() });
    const { volumes } = rendered.spec('Deployment', 'istiod').template.spec;
    expect(volumes.filter(({ secret }: any) => secret?.secretName === 'cacerts' && !secret.optional)).toHaveLength(1);
  });

  test('istio-csr, and istiod does not', () => {
    const rendered = Rendered.of({ certificateAuthority: CertificateAuthority.istioCsr({ issuer: 'istio-ca', chartVersion: 'v0.14.2' }) });
    expect(env(rendered.container('Deployment', 'istiod')).ENABLE_CA_SERVER).toBe('false');
    expect(rendered.injected().caAddress).toBe('cert-manager-istio-csr.cert-manager.svc:443');
    expect(env(rendered.container('Deployment', 'istio-ingressgateway', 'istio-ingress')).CA_ADDR).toBe('cert-manager-istio-csr.cert-manager.svc:443');
  });
});

test('a cluster without a control plane of its own asks that of the other', () => {
  const rendered = Rendered.of({ profile: InstallationProfile.REMOTE, ...REMOTE });
  const hook = rendered.objects.find(({ kind }) => kind === 'MutatingWebhookConfiguration')!;
  expect(hook.webhooks[0].clientConfig.service.path).toBe('/inject/cluster/west/net/network-2');
  expect(JSON.stringify(rendered.objects.filter(({ kind }) => kind === 'EndpointSlice' || kind === 'Endpoints'))).toContain('203.0.113.10');
});

test('a version of before is behaved like', () => {
  expect(env(Rendered.of({ compatibilityVersion: '1.29' }).container('Deployment', 'istiod')).PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE).toBe('false');
});

describe('what is refused before istioctl is asked', () => {
  const bare = (meshConfig: object, values: object = {}) => Yaml.stringify({ apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', spec: { meshConfig, values } });

  test.each([
    ['a field that is none of `defaultConfig`', { defaultConfig: { runAsUser: 1337 } }, 'meshConfig.defaultConfig.runAsUser'],
    ['a misspelt field', { acessLogFile: '/dev/stdout' }, 'Did you mean `accessLogFile`?'],
    ['a field of `defaultConfig` a level too high', { concurrency: 2 }, 'meshConfig.fields.defaultConfig'],
  ])('%s, which istioctl takes and nothing reads', (_, fields, message) => {
    expect(generate(bare(fields)).status).toBe(0);
    expect(() => installed({ meshConfig: { fields } })).toThrow(message);
  });

  test.each([
    ['a field of the wrong sort', { accessLogFile: 3 }, {}, 'Give a text'],
    ['a duration without a unit', { connectTimeout: '90' }, {}, 'a duration'],
    ['a value that is none', {}, { pilot: { resourcess: {} } }, 'Did you mean `resources`?'],
    ['a value of the wrong sort', {}, { pilot: { autoscaleEnabled: 'maybe' } }, 'true or false'],
  ])('%s, which istioctl refuses too', (_, fields, values, message) => {
    expect(generate(bare(fields, values)).status).not.toBe(0);
    expect(() => installed({ meshConfig: { fields }, values })).toThrow(message);
  });

  test('the name of a gateway that is a truth value in its chart', () => {
    const components = { ingressGateways: [{ name: 'y', enabled: true }] };
    const { stdout } = generate(Yaml.stringify({ apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', spec: { profile: 'minimal', components } }));
    expect(stdout).toMatch(/^  name: (y|true)$/m);
    expect(() => InstalledGateway.ingress({ name: 'y' })).toThrow('truth value');
  });

  test('a revision that is a number to istioctl', () => {
    expect(generate(Yaml.stringify({ apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', spec: { revision: '31' } })).stderr).toContain('cannot unmarshal number');
    expect(() => installed({ revision: '31' })).toThrow('Give for example "1-31"');
  });
});

test('whatever is accepted here, istioctl accepts without a warning, and the numbers are those that were given', () => {
  fc.assert(fc.property(randomProps(), randomGateways(), (props, given) => {
    const gateways = given.map(({ make, options }) => make.call(InstalledGateway, options));
    const rendered = Rendered.of({ ...props, gateways });
    for (const [index, { name, selector }] of gateways.entries()) {
      const deployment = rendered.objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name)!;
      const { namespace } = deployment.metadata;
      const autoscaler = rendered.spec('HorizontalPodAutoscaler', name, namespace);
      const { replicas, template } = deployment.spec;
      const { min, max } = given[index];
      expect(autoscaler === undefined ? [replicas, replicas] : [autoscaler.minReplicas, autoscaler.maxReplicas]).toEqual([min, max]);
      expect(template.metadata.labels).toMatchObject(selector);
      // No gateway gets the connections of another one.
      const others = rendered.objects.filter(({ kind, metadata }) => kind === 'Service' && metadata.namespace === namespace && metadata.name !== name);
      for (const other of others) expect(template.metadata.labels).not.toMatchObject(other.spec.selector);
    }
  }), { numRuns: 12 });
});

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const name = fc.stringMatching(/^[a-z]([-a-z0-9]{0,15}[a-z])?$/).filter((text) => !/^(y|n|t|f|yes|no|on|off|true|false|null|nan|inf|default)$/.test(text));
const scale = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 5 }), fc.boolean())
  .map(([min, more, isFixed]) => ({ min, max: isFixed ? min : min + more, isFixed }))
  .map(({ min, max, isFixed }) => ({ min, max, scale: isFixed ? ComponentScale.fixed(min) : ComponentScale.autoscaled(min, max) }));
const resources = optional(fc.record({ cpu: optional(fc.constantFrom('100m', '1', '.5')), memory: optional(fc.constantFrom('64Mi', '1Gi', '100M')) }));

function randomGateways() {
  const gateway = fc.record({
    make: fc.constantFrom(InstalledGateway.ingress, InstalledGateway.egress, InstalledGateway.eastWest),
    size: scale,
    others: fc.record({ name, namespace: optional(name), resources, spreadOverNodes: optional(fc.boolean()) }),
  }).map(({ make, size: { min, max, scale: own }, others }) => ({ make, min, max, options: { ...others, scale: own } }));
  return fc.uniqueArray(gateway, { maxLength: 3, selector: ({ options }) => options.name });
}

function randomProps(): fc.Arbitrary<Partial<IstioInstallationProps>> {
  return fc.record({
    profile: fc.constantFrom(...Object.values(InstallationProfile).filter((profile) => !['remote', 'empty'].includes(profile))),
    platform: optional(fc.constantFrom(...Object.values(InstallationPlatform))),
    revision: optional(name),
    namespace: optional(name),
    clusterName: optional(name),
    network: optional(name),
    meshId: optional(name),
    meshConfig: optional(fc.record({
      accessLog: optional(fc.constantFrom(MeshAccessLog.json(), MeshAccessLog.text('%REQ(:PATH)%'), MeshAccessLog.none())),
      tracing: optional(fc.record({ sampling: optional(fc.double({ min: 0.01, max: 100, noNaN: true })) })),
      pathNormalization: optional(fc.constantFrom(...Object.values(PathNormalization))),
      connectTimeout: optional(fc.integer({ min: 1, max: 100_000 }).map((millis) => Duration.millis(millis))),
      defaultRetries: optional(fc.integer({ min: 0, max: 10 })),
      dnsProxying: optional(fc.boolean()),
    })),
    istiod: optional(fc.record({
      scale: optional(scale.map(({ scale: own }) => own)), resources, tuning: fc.record({ pushThrottle: optional(fc.integer({ min: 1, max: 500 })) }),
    })),
    cni: optional(fc.record({ resources })),
    certificateAuthority: optional(fc.constantFrom(CertificateAuthority.istiod(), CertificateAuthority.pluggedIn())),
  });
}
