import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart, Duration, JsonPatch, Yaml } from 'cdk8s';
import {
  ArgoCdSync, ChartRelease, ComponentScale, HelmFiles, InstallationPlatform, InstallationProfile, InstalledGateway, IstioInstallation,
  IstioInstallationProps, MeshAccessLog, MeshAddOns, MeshAddOnsProps, PathNormalization, ReleasesByArgoCd, ReleasesByArgoCdProps,
  ReleasesByFlux, ReleasesByFluxProps, TelemetryProvider,
} from 'cdk8s-istio';
import fc from 'fast-check';
import { RenderedObject, byHelm, byIstioctl, controlPlaneByIstioctl, nameOf, textByCommand, textByHelm } from './rendered';
import { ApiServer } from './verdict';

const VERSION = '1.31.1';
const SMALL = { cpu: '100m', memory: '256Mi', cpuLimit: '1', memoryLimit: '1Gi' };

const INSTALLATIONS: { readonly [title: string]: () => IstioInstallationProps } = {
  'nothing but a version': () => ({ version: VERSION }),
  'a revision of a cluster among others': () => ({
    version: VERSION,
    revision: '1-31',
    meshId: 'mesh1',
    clusterName: 'east',
    network: 'network1',
    gateways: [InstalledGateway.eastWest({ network: 'network1' })],
  }),
  'much said of the mesh': () => ({
    version: VERSION,
    meshConfig: {
      accessLog: MeshAccessLog.json(),
      pathNormalization: PathNormalization.DECODE_AND_MERGE_SLASHES,
      dnsProxying: true,
      trustDomain: 'example.org',
      holdApplicationUntilProxyStarts: true,
      autoMtls: false,
      defaultRetries: 3,
      connectTimeout: Duration.seconds(3),
      numTrustedProxies: 2,
      concurrency: 2,
      extensionProviders: [TelemetryProvider.openTelemetry('otel', { host: 'otel-collector.observability.svc.cluster.local', port: 4317 })],
      discoverySelectors: [{ mesh: 'yes' }],
    },
    proxies: { resources: SMALL, excludeIpRanges: ['10.1.0.0/16'], excludeOutboundPorts: [3306] },
    images: { hub: 'registry.example.com/istio', pullSecrets: ['registry'] },
  }),
  'istiod and gateways of a size': () => ({
    version: VERSION,
    istiod: {
      scale: ComponentScale.fixed(3),
      resources: { cpu: '1', memory: '4Gi', memoryLimit: '8Gi' },
      env: { PILOT_ENABLE_IP_AUTOALLOCATE: 'false' },
      tuning: { pushThrottle: 50, maxRequestsPerSecond: 40, debounceAfter: Duration.millis(500), debounceMax: Duration.seconds(30) },
    },
    gateways: [
      InstalledGateway.ingress({
        name: 'public',
        namespace: 'edge',
        scale: ComponentScale.autoscaled(3, 9, { cpuUtilization: 60 }),
        resources: SMALL,
        preserveClientAddress: true,
        serviceAnnotations: { 'example.com/scheme': 'internal' },
        loadBalancerSourceRanges: ['192.0.2.0/24'],
        nodeSelector: { pool: 'edge' },
      }),
      InstalledGateway.egress({ scale: ComponentScale.fixed(2) }),
    ],
  }),
  'ambient': () => ({
    version: VERSION,
    profile: InstallationProfile.AMBIENT,
    cni: { resources: SMALL, excludeNamespaces: ['kube-system', 'legacy'] },
    ztunnel: { resources: SMALL, terminationGracePeriodSeconds: 60 },
  }),
};

function installed(props: IstioInstallationProps): IstioInstallation {
  return new IstioInstallation(new Chart(new App(), 'mesh'), 'istio', props);
}

/** What tells the two ways apart and says nothing of how Istio runs: by whom, and under which name of a release. */
const LABELS = ['release', 'app.kubernetes.io/instance', 'install.operator.istio.io/owning-resource'];
/** `istioctl install` makes it as it tags the default revision, which is not part of the manifest. */
const BY_HELM_ALONE = 'ValidatingWebhookConfiguration istiod-default-validator';
/** Nothing but a note of what was given: the injector reads another one, which is compared. */
const NOTE = /^ConfigMap \S+\/values(-|$)/;

/** What the chart base has beside the definitions of kinds. */
const OF_BASE = /^ServiceAccount \S+\/istio-reader-service-account$/;

/** With the labels of its pods, too. */
function comparable(object: RenderedObject): RenderedObject {
  return JSON.parse(JSON.stringify(object, (key, value) => {
    // istioctl leaves the line break at the end of a text out.
    if (typeof value === 'string') return value.trimEnd();
    if (key !== 'labels' || value === null) return value;
    return Object.fromEntries(Object.entries(value).filter(([label]) => !LABELS.includes(label)));
  }));
}

/** To istioctl, what is said of the node agent is said of istiod, too. Of that, the injector asks for two fields. */
function injectorValues(object: RenderedObject): RenderedObject {
  if (!nameOf(object).startsWith('ConfigMap istio-system/istio-sidecar-injector')) return object;
  const { config } = object.data;
  const values = JSON.parse(object.data.values);
  const asked = [...new Set<string>(config.match(/Values\.pilot\.cni\.\w+/g))].map((path) => path.split('.').at(-1)!);
  expect(asked.sort()).toEqual(['enabled', 'provider']);
  values.pilot.cni = Object.fromEntries(asked.map((field) => [field, values.pilot.cni[field]]));
  return { ...object, data: { config, values } };
}

function byName(objects: readonly RenderedObject[]): Map<string, RenderedObject> {
  return new Map(objects.filter((object) => !NOTE.test(nameOf(object))).map((object) => [nameOf(object), comparable(injectorValues(object))]));
}

/** What is wrong with the objects of the charts that both ways share. */
function differences(ours: readonly RenderedObject[], theirs: readonly RenderedObject[]): string[] {
  const [helm, istioctl] = [byName(ours), byName(theirs)];
  return [...new Set([...helm.keys(), ...istioctl.keys()])].filter((name) => name !== BY_HELM_ALONE)
    .filter((name) => JSON.stringify(sorted(helm.get(name))) !== JSON.stringify(sorted(istioctl.get(name)))).sort();
}

function sorted(value: any): any {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

/** The two ways install gateways by two charts: their pods are made by the injector, or as they stand here. */
function gatewaySettings(objects: readonly RenderedObject[], namespace: string, name: string): object {
  const found = (kind: string) => objects.find((object) => nameOf(object) === `${kind} ${namespace}/${name}`);
  const { replicas, template } = found('Deployment')!.spec;
  const { affinity = {}, nodeSelector, containers: [container] } = template.spec;
  const { podAffinity, podAntiAffinity } = affinity;
  const service = found('Service')!;
  return {
    replicas,
    nodeSelector,
    podAffinity,
    podAntiAffinity,
    // A chart that writes "1" without quotes means the same.
    resources: JSON.parse(JSON.stringify(container.resources), (__, value) => (typeof value === 'number' ? String(value) : value)),
    service: { ...service.spec, selector: undefined },
    annotations: service.metadata.annotations ?? {},
    autoscaler: found('HorizontalPodAutoscaler')?.spec,
    budget: found('PodDisruptionBudget')?.spec.minAvailable,
    selector: ['app', 'istio'].map((label) => service.spec.selector[label]),
    selected: Object.entries(service.spec.selector).every(([label, value]) => template.metadata.labels[label] === value),
  };
}

describe.each(Object.entries(INSTALLATIONS))('%s', (_, props) => {
  let installation: IstioInstallation;
  let releases: ChartRelease[];
  let generated: RenderedObject[];
  beforeAll(() => {
    installation = installed(props());
    releases = installation.releases;
    generated = byIstioctl(installation.toYaml());
  });

  test('the charts render the very objects that istioctl generates', () => {
    const shared = releases.filter(({ chart }) => chart !== 'gateway');
    const rendered = shared.flatMap(byHelm);
    const ofGateways = installation.gateways.map(({ name }) => name);
    const others = generated.filter(({ metadata }) => !ofGateways.some((name) => metadata.name.startsWith(name)));
    expect(rendered.length).toBeGreaterThan(30);
    expect(differences(rendered, others)).toEqual([]);
  });

  test('what gateways are told is the same in both', () => {
    for (const release of releases.filter(({ chart }) => chart === 'gateway')) {
      const ours = gatewaySettings(byHelm(release), release.namespace, release.name);
      expect(sorted(ours)).toEqual(sorted(gatewaySettings(generated, release.namespace, release.name)));
    }
  });

  test('the commands of the README render the same as the releases', () => {
    const directory = mkdtempSync(join(tmpdir(), 'cdk8s-istio-helm-'));
    try {
      const files = HelmFiles.of(releases);
      files.write(directory);
      const commands = files.readme.match(/^helm upgrade (.*\\\n)+.*$/gm) ?? [];
      expect(commands).toHaveLength(releases.length);
      expect(commands.map((command) => textByCommand(command, directory))).toEqual(releases.map(textByHelm));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

const EVERY: { readonly [title: string]: Partial<IstioInstallationProps> } = {
  ...Object.fromEntries([InstallationProfile.DEMO, InstallationProfile.MINIMAL, InstallationProfile.PREVIEW, InstallationProfile.STABLE]
    .map((profile) => [`the profile ${profile}`, { profile }])),
  ...Object.fromEntries(Object.values(InstallationPlatform).map((platform) => [`ambient on ${platform}`, { platform, profile: InstallationProfile.AMBIENT }])),
  'another namespace': { namespace: 'mesh-system', revision: 'canary' },
  'a cluster that serves others': { servesRemoteClusters: true, clusterName: 'east', network: 'network1', meshId: 'mesh1' },
  'a cluster that is served': { profile: InstallationProfile.REMOTE, remoteControlPlane: '192.0.2.1', clusterName: 'west', network: 'network2', meshId: 'mesh1' },
  'values of its own': { values: { global: { logAsJson: true }, pilot: { traceSampling: 5 } } },
};

test.each(Object.entries(EVERY))('%s is the same by Helm and by istioctl', (_, props) => {
  const installation = installed({ version: VERSION, ...props });
  const rendered = installation.releases.filter(({ chart }) => chart !== 'gateway' && chart !== 'base').flatMap(byHelm);
  const others = ['gateway', 'base'].flatMap((chart) => installation.releases.filter((release) => release.chart === chart)).map(({ name }) => name);
  const generated = controlPlaneByIstioctl(installation.toYaml())
    .filter((object) => !OF_BASE.test(nameOf(object)) && !others.some((name) => object.metadata.name.startsWith(name)));
  expect(rendered.length).toBeGreaterThan(5);
  expect(differences(rendered, generated)).toEqual([]);
});

test('a value that one way lacks is a difference', () => {
  const installation = installed(INSTALLATIONS.ambient());
  const generated = byIstioctl(installation.toYaml());
  const without = (chart: string, field: string) => installation.releases.flatMap((release) =>
    byHelm(release.chart === chart ? { ...release, values: { ...release.values, [field]: undefined } } : release));
  expect(differences(without('istiod', 'pilot'), generated)).toContain('Deployment istio-system/istiod');
  expect(differences(without('istiod', 'meshConfig'), generated)).toContain('ConfigMap istio-system/istio');
  expect(differences(without('ztunnel', 'terminationGracePeriodSeconds'), generated)).toContain('DaemonSet istio-system/ztunnel');
});

test('of the webhooks, the charts leave to istiod what is ignored for it', () => {
  const releases = [...installed(INSTALLATIONS.ambient()).releases, ...installed(INSTALLATIONS['istiod and gateways of a size']()).releases];
  const webhooks: RenderedObject[] = releases.flatMap((release) =>
    byHelm(release).filter(({ kind }) => kind.endsWith('WebhookConfiguration')).map((object) => ({ ...object, chart: release.chart })));
  expect([...new Set(webhooks.map(({ chart, kind }) => `${chart} ${kind}`))].sort()).toEqual([
    'base ValidatingWebhookConfiguration', 'istiod MutatingWebhookConfiguration', 'istiod ValidatingWebhookConfiguration',
  ]);
  // Just these Applications leave them alone.
  const { applications } = new ReleasesByArgoCd(new Chart(new App(), 'argo'), 'argo', { releases: installed(INSTALLATIONS.ambient()).releases });
  const careful = applications.map((application) => application.toJson().spec).filter(({ ignoreDifferences }) => ignoreDifferences !== undefined);
  expect(careful.map(({ source }) => source.chart).sort()).toEqual([...new Set(webhooks.map(({ chart }) => chart))].sort());
  // What Flux ignores is the first one's.
  const validating = webhooks.filter(({ kind }) => kind === 'ValidatingWebhookConfiguration');
  expect(validating.map((object) => object.webhooks.map(({ failurePolicy }: any) => failurePolicy))).toEqual(validating.map(() => ['Ignore']));
  expect(webhooks.flatMap((object) => object.webhooks.map(({ clientConfig }: any) => clientConfig.caBundle)).filter(Boolean)).toEqual([]);
});

describe('objects of Argo CD and Flux', () => {
  let apiServer: ApiServer;
  beforeAll(() => {
    apiServer = new ApiServer();
  });
  afterAll(async () => apiServer?.end());

  const addOns: MeshAddOnsProps = {
    prometheus: { storage: '50Gi', alertmanager: true, ruleFiles: { 'slo.yml': 'groups: []\n' } },
    grafana: { adminSecret: 'grafana-admin', storage: '1Gi' },
    kiali: { signingKeySecret: 'kiali-signing-key' },
    jaeger: { resources: { memory: '1Gi' } },
    collector: { replicas: 3 },
  };

  test.each(Object.entries(INSTALLATIONS))('of %s are accepted by the API server', async (_, props) => {
    const { releases } = installed(props());
    const yaml = [argo({ releases }), flux({ releases, correctDrift: true })].join('---\n');
    const verdicts = await apiServer.verdicts(yaml);
    const counts = (kind: string) => verdicts.filter((verdict) => verdict.kind === kind).length;
    expect([counts('Application'), counts('HelmRelease')]).toEqual([releases.length, releases.length]);
    expect(await apiServer.complaints(yaml)).toEqual([]);
  });

  test('of add-ons are accepted, beside what takes a default of a chart away', async () => {
    const { releases } = new MeshAddOns(addOns);
    expect(JSON.stringify(releases)).toContain('null');
    const yaml = [argo({ releases }), flux({ releases })].join('---\n');
    expect(yaml.match(/zipkin: null/g)).toHaveLength(2);
    expect(await apiServer.complaints(yaml)).toEqual([]);
  });

  test('that have a field which there is not, or a value that is not allowed, are refused', async () => {
    const { releases } = installed({ version: VERSION });
    const broken = (make: (chart: Chart) => ApiObject[], path: string, value: unknown) => {
      const chart = new Chart(new App(), 'broken');
      make(chart)[0].addJsonPatch(JsonPatch.add(path, value));
      return Yaml.stringify(...chart.toJson());
    };
    const byArgo = (chart: Chart) => new ReleasesByArgoCd(chart, 'argo', { releases }).applications;
    const byFlux = (chart: Chart) => new ReleasesByFlux(chart, 'flux', { releases }).helmReleases;
    expect(await apiServer.complaints(broken(byArgo, '/spec/source/helm/valuesYaml', 'a: b'))).toEqual([expect.stringContaining('spec.source.helm.valuesYaml')]);
    expect(await apiServer.complaints(broken(byArgo, '/spec/syncPolicy/retry/limit', 'ten'))).toEqual([expect.stringContaining('spec.syncPolicy.retry.limit')]);
    expect(await apiServer.complaints(broken(byFlux, '/spec/install/strategy/name', 'Never'))).toContainEqual(expect.stringContaining('spec.install.strategy.name'));
    expect(await apiServer.complaints(broken(byFlux, '/spec/interval', '10'))).toEqual([expect.stringContaining('spec.interval')]);
  });

  test('of random props are accepted wherever they are not refused', async () => {
    const answers = { accepted: 0, refused: 0 };
    await fc.assert(fc.asyncProperty(randomProps(), async ({ forArgo, forFlux }) => {
      let yaml: string;
      try {
        yaml = [argo(forArgo), flux(forFlux)].join('---\n');
      } catch (error) {
        expect((error as Error).message).toMatch(/^\[argo\/argo\] /);
        answers.refused += 1;
        return;
      }
      answers.accepted += 1;
      expect(await apiServer.complaints(yaml)).toEqual([]);
    }), { numRuns: 150 });
    expect(answers.accepted).toBeGreaterThan(50);
    expect(answers.refused).toBeGreaterThan(5);
  });
});

function argo(props: ReleasesByArgoCdProps): string {
  const chart = new Chart(new App(), 'argo');
  new ReleasesByArgoCd(chart, 'argo', props);
  return Yaml.stringify(...chart.toJson());
}

function flux(props: ReleasesByFluxProps): string {
  const chart = new Chart(new App(), 'flux');
  new ReleasesByFlux(chart, 'flux', props);
  return Yaml.stringify(...chart.toJson());
}

function randomProps(): fc.Arbitrary<{ forArgo: ReleasesByArgoCdProps; forFlux: ReleasesByFluxProps }> {
  const label = fc.stringMatching(/^[a-z]([-a-z0-9]{0,20}[a-z0-9])?$/);
  const release: fc.Arbitrary<ChartRelease> = fc.record({
    name: fc.oneof({ weight: 9, arbitrary: label }, { weight: 1, arbitrary: fc.string({ maxLength: 4 }) }),
    namespace: label,
    chart: fc.constantFrom('base', 'istiod', 'gateway', 'opentelemetry-collector'),
    repository: fc.constantFrom('https://blob.istio.io/istio-release/charts', 'oci://ghcr.io/istio/release/charts', 'https://charts.example.com:8443/a_b/'),
    version: fc.constantFrom('1.31.1', '1.32.0-alpha.0', '4.11.1+build.5'),
    values: fc.dictionary(label, fc.jsonValue({ maxDepth: 3 })) as fc.Arbitrary<ChartRelease['values']>,
  });
  const releases = fc.array(release, { minLength: 1, maxLength: 4 })
    .map((all) => all.map((one, index) => ({ ...one, dependsOn: index === 0 ? [] : [all[index - 1].name] })));
  const duration = fc.integer({ min: 1, max: 90_000 }).map((seconds) => Duration.seconds(seconds));
  const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  return releases.chain((all) => fc.record({
    forArgo: fc.record({
      releases: fc.constant(all),
      namespace: optional(label),
      project: optional(label),
      namePrefix: optional(fc.constantFrom('', 'east-', 'e1')),
      cluster: optional(fc.constantFrom('https://10.0.0.1:6443', 'east', 'in-cluster')),
      createNamespaces: optional(fc.boolean()),
      sync: optional(fc.constantFrom(ArgoCdSync.manual(), ArgoCdSync.automated({ prune: true, selfHeal: true }))),
    }),
    forFlux: fc.record({
      releases: fc.constant(all),
      namespace: optional(label),
      interval: optional(duration),
      timeout: optional(duration),
      correctDrift: optional(fc.boolean()),
      createNamespaces: optional(fc.boolean()),
    }),
  }));
}
