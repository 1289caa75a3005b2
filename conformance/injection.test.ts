import { ApiObject, App, Chart, Duration } from 'cdk8s';
import { Injection, MeshNamespace, ProxyLogLevel, SidecarSettings, SidecarSettingsProps } from 'cdk8s-istio';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENVOY_LOGGERS } from '../src/install/injection/envoy-loggers';
import { injectingRevision } from '../src/semantics/injecting-revision';
import { InjectedPods, Injector } from './injector';
import { envoy } from './machine';

let injector: Injector;
let native: Injector;
beforeAll(() => {
  injector = new Injector([{}, { revision: '1-31' }]);
  native = new Injector([{}], '--native-sidecars');
});
afterAll(async () => Promise.all([injector?.end(), native?.end()]));

const PORT = 8080;
const PROBE = { httpGet: { path: '/ready', port: PORT } };

interface Given {
  readonly kind?: string;
  readonly spec?: object;
}

/** The pods of a workload with settings, in a namespace that asks for sidecars. */
async function podsOf(props: SidecarSettingsProps | undefined, { kind = 'Deployment', spec = {} }: Given = {}, by = injector): Promise<InjectedPods> {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  new MeshNamespace(chart, 'namespace', { name: 'shop' });
  const pod = { containers: [{ name: 'reviews', image: 'reviews', ports: [{ containerPort: PORT }], readinessProbe: PROBE }], ...spec };
  const template = { metadata: { labels: { app: 'reviews' } }, spec: pod };
  const specs: Record<string, object> = {
    Pod: pod,
    CronJob: { schedule: '* * * * *', jobTemplate: { spec: { template } } },
    Job: { template },
  };
  const workload = new ApiObject(chart, 'reviews', {
    apiVersion: { Pod: 'v1', CronJob: 'batch/v1', Job: 'batch/v1', Rollout: 'argoproj.io/v1alpha1' }[kind] ?? 'apps/v1',
    kind,
    metadata: { name: 'reviews' },
    spec: specs[kind] ?? { selector: { matchLabels: { app: 'reviews' } }, template },
  });
  if (props) new SidecarSettings(props).applyTo(workload);
  const [pods] = await by.pods(app.synthYaml());
  return pods;
}

const container = (pods: InjectedPods, name: string): any =>
  [...pods.pod.spec.containers, ...pods.pod.spec.initContainers ?? []].find((each) => each.name === name);
const proxy = (pods: InjectedPods): any => container(pods, 'istio-proxy');
const argument = (args: string[], flag: string): string | undefined =>
  (args.includes(flag) ? args[args.indexOf(flag) + 1] : args.find((arg) => arg.startsWith(`${flag}=`))?.slice(flag.length + 1));
/** What iptables are told. */
const captured = (pods: InjectedPods, flag: string): string | undefined => argument(container(pods, 'istio-init').args, flag);
const proxyConfig = (pods: InjectedPods): any => JSON.parse(proxy(pods).env.find(({ name }: any) => name === 'PROXY_CONFIG').value);
const APP_PROBE = '/app-health/reviews/readyz';

/** A setting, and where its sidecar shows it: each differs from what is there without it. */
const SETTINGS: [name: string, props: SidecarSettingsProps, seen: (pods: InjectedPods) => unknown, expected: unknown][] = [
  ['resources', { resources: { cpu: '200m', memory: '256Mi', cpuLimit: '1', memoryLimit: '512Mi' } }, (pods) => proxy(pods).resources,
    { requests: { cpu: '200m', memory: '256Mi' }, limits: { cpu: '1', memory: '512Mi' } }],
  ['resources without limits', { resources: { cpu: '200m', memory: '256Mi' } }, (pods) => proxy(pods).resources, { requests: { cpu: '200m', memory: '256Mi' } }],
  ['logLevel', { logLevel: ProxyLogLevel.DEBUG }, (pods) => argument(proxy(pods).args, '--proxyLogLevel'), 'debug'],
  ['componentLogLevels', { componentLogLevels: { http: ProxyLogLevel.DEBUG, rbac: ProxyLogLevel.TRACE } }, (pods) => argument(proxy(pods).args, '--proxyComponentLogLevel'), 'http:debug,rbac:trace'],
  ['readinessInitialDelay', { readinessInitialDelay: Duration.seconds(7) }, (pods) => proxy(pods).readinessProbe.initialDelaySeconds, 7],
  ['readinessPeriod', { readinessPeriod: Duration.seconds(9) }, (pods) => proxy(pods).readinessProbe.periodSeconds, 9],
  ['readinessFailureThreshold', { readinessFailureThreshold: 11 }, (pods) => proxy(pods).readinessProbe.failureThreshold, 11],
  ['rewriteAppProbes', { rewriteAppProbes: false }, (pods) => container(pods, 'reviews').readinessProbe.httpGet.path, '/ready'],
  ['holdApplicationUntilProxyStarts', { holdApplicationUntilProxyStarts: true }, (pods) => [pods.pod.spec.containers[0].name, proxy(pods).lifecycle?.postStart.exec.command],
    ['istio-proxy', ['pilot-agent', 'wait']]],
  ['terminationDrainDuration', { terminationDrainDuration: Duration.seconds(20) }, (pods) => proxyConfig(pods).terminationDrainDuration, '20s'],
  ['nativeSidecar', { nativeSidecar: true }, (pods) => [proxy(pods).restartPolicy, pods.pod.spec.containers.length], ['Always', 1]],
  ['proxyImage', { proxyImage: 'registry.example/istio/proxyv2:1.31.1' }, (pods) => [proxy(pods).image, container(pods, 'istio-init').image], Array(2).fill('registry.example/istio/proxyv2:1.31.1')],
  ['excludeInboundPorts', { excludeInboundPorts: [8081, 8082] }, (pods) => captured(pods, '-d'), '15090,15021,8081,8082,15020'],
  ['includeInboundPorts', { includeInboundPorts: [8080, 8443] }, (pods) => captured(pods, '-b'), '8080,8443'],
  ['no includeInboundPorts', { includeInboundPorts: [] }, (pods) => captured(pods, '-b'), ''],
  ['excludeOutboundPorts', { excludeOutboundPorts: [3306, 6379] }, (pods) => captured(pods, '-o'), '3306,6379'],
  ['includeOutboundPorts', { includeOutboundPorts: [443] }, (pods) => captured(pods, '-q'), '443'],
  ['excludeOutboundIpRanges', { excludeOutboundIpRanges: ['10.0.0.0/8', '192.0.2.7', '2001:db8::1'] }, (pods) => captured(pods, '-x'), '10.0.0.0/8,192.0.2.7/32,2001:db8::1/128'],
  ['includeOutboundIpRanges', { includeOutboundIpRanges: ['10.96.0.0/12'] }, (pods) => captured(pods, '-i'), '10.96.0.0/12'],
  ['no includeOutboundIpRanges', { includeOutboundIpRanges: [] }, (pods) => captured(pods, '-i'), ''],
];

test.each(SETTINGS)('the sidecar has %s', async (_, props, seen, expected) => {
  const [without, pods] = await Promise.all([podsOf(undefined), podsOf(props)]);
  expect(pods).toMatchObject({ injected: true, webhooks: ['istio-sidecar-injector/namespace.sidecar-injector.istio.io'] });
  expect(seen(pods)).toEqual(expected);
  expect(seen(without)).not.toEqual(expected);
});

test('every setting is among these', () => {
  const shown = new Set(SETTINGS.flatMap(([, props]) => Object.keys(props)));
  // Types are gone when a program runs.
  const source = readFileSync(join(__dirname, '..', 'src', 'install', 'injection', 'sidecar-settings-props.ts'), 'utf8');
  const all = [...source.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name);
  expect(all.filter((name) => !shown.has(name))).toEqual(['inject', 'revision']);
});

test('without settings it is as the installation has it', async () => {
  const pods = await podsOf(undefined);
  expect(proxy(pods).resources).toEqual({ requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '2', memory: '1Gi' } });
  expect(container(pods, 'reviews').readinessProbe.httpGet.path).toBe(APP_PROBE);
  expect(pods.pod.spec.containers.map(({ name }: any) => name)).toEqual(['reviews', 'istio-proxy']);
});

test.each(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout', 'Job', 'CronJob', 'Pod'])('the pods of a %s have them', async (kind) => {
  const pods = await podsOf({ logLevel: ProxyLogLevel.DEBUG, inject: true }, { kind });
  expect(argument(proxy(pods).args, '--proxyLogLevel')).toBe('debug');
});

test('one amount alone takes away all others of the installation, which is why both are asked for', async () => {
  const [pods] = await injector.pods(POD('metadata: { name: a, namespace: shop, labels: { sidecar.istio.io/inject: "true" }, annotations: { sidecar.istio.io/proxyCPULimit: "1" } }'));
  expect(proxy(pods).resources).toEqual({ limits: { cpu: '1' } });
});

test.each([
  ['sidecar.istio.io/proxyCPU', 'much', /quantit/],
  ['traffic.sidecar.istio.io/excludeOutboundIPRanges', '192.0.2.7', /no '\/'/],
  ['traffic.sidecar.istio.io/excludeInboundPorts', '70000', /out of range/],
  ['proxy.istio.io/config', '{"terminationDrainDuration":"soon"}', /bad Duration|invalid/],
])('the injector lets no pod be made with %s: %s, which we refuse or write otherwise', async (annotation, value, error) => {
  const [pods] = await injector.pods(POD(`metadata: { name: a, namespace: shop, labels: { sidecar.istio.io/inject: "true" }, annotations: { ${annotation}: '${value}' } }`));
  expect(pods).toMatchObject({ pod: null, error: expect.stringMatching(error) });
});

test('a native sidecar is not held, as it starts before the application anyway; a pod may do without one', async () => {
  const held = await podsOf({ holdApplicationUntilProxyStarts: true }, {}, native);
  expect([proxy(held).restartPolicy, proxy(held).lifecycle.postStart]).toEqual(['Always', undefined]);
  const other = await podsOf({ nativeSidecar: false, holdApplicationUntilProxyStarts: true }, {}, native);
  expect([proxy(other).restartPolicy, proxy(other).lifecycle.postStart.exec.command]).toEqual([undefined, ['pilot-agent', 'wait']]);
});

test.each(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage'])('pods of %s have no sidecar, whatever its labels say', async (name) => {
  const labelled = `---\napiVersion: v1\nkind: Namespace\nmetadata: { name: ${name}, labels: { istio-injection: enabled } }\n`;
  expect(await injector.pods(labelled + POD(`metadata: { name: a, namespace: ${name} }`))).toMatchObject([{ injected: false }]);
});

test('pods in the network of their node have no sidecar', async () => {
  expect(await podsOf(undefined, { spec: { hostNetwork: true } })).toMatchObject({ injected: false });
});

const POD = (metadata: string): string => `---\napiVersion: v1\nkind: Pod\n${metadata}\nspec: { containers: [{ name: a, image: a }] }\n`;

describe('what the labels of Namespace and pod say', () => {
  const REVISIONS = [undefined, 'default', '1-31'];
  const WISHES = [undefined, 'true', 'false'];
  const namespaces = [undefined, 'enabled', 'disabled', 'other']
    .flatMap((injection) => REVISIONS.map((revision) => labels({ 'istio-injection': injection, 'istio.io/rev': revision })));
  const pods = WISHES.flatMap((wish) => REVISIONS.map((revision) => labels({ 'sidecar.istio.io/inject': wish, 'istio.io/rev': revision })));

  test(`is what the webhooks select: all ${namespaces.length * pods.length} combinations`, async () => {
    const yaml = namespaces.map((labelled, index) => [
      `---\napiVersion: v1\nkind: Namespace\nmetadata: { name: n${index}, labels: ${JSON.stringify(labelled)} }\n`,
      ...pods.map((pod, each) => POD(`metadata: { name: p${each}, namespace: n${index}, labels: ${JSON.stringify(pod)} }`)),
    ].join('')).join('');
    const seen = (await injector.pods(yaml))
      .map(({ namespace, name, revision, injected, webhooks }) => ({ namespace, name, revision, injected, asked: webhooks.length }));
    const expected = namespaces.flatMap((namespace, index) => pods.map((pod, each) => {
      const revision = injectingRevision(namespace, pod);
      return { namespace: `n${index}`, name: `p${each}`, revision: revision ?? '', injected: revision !== undefined, asked: revision === undefined ? 0 : 1 };
    }));
    expect(seen).toEqual(expected);
    expect(new Set(seen.map(({ revision }) => revision))).toEqual(new Set(['', 'default', '1-31']));
  });

  test.each<[string, Injection | undefined, boolean | undefined, string]>([
    ['enabled', undefined, undefined, 'default'],
    ['enabled, but for one', undefined, false, ''],
    ['by a revision', Injection.revision('1-31'), undefined, '1-31'],
    ['by a revision that nobody has installed', Injection.revision('1-30'), undefined, ''],
    ['ambient', Injection.ambient(), undefined, ''],
    ['ambient, but for one', Injection.ambient(), true, 'default'],
    ['kept out', Injection.none(), undefined, ''],
  ])('MeshNamespace: %s', async (_, injection, inject, revision) => {
    const app = new App();
    const chart = new Chart(app, 'shop', { namespace: 'shop' });
    new MeshNamespace(chart, 'namespace', { name: 'shop', injection });
    const workload = new ApiObject(chart, 'reviews', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'reviews' },
      spec: { selector: { matchLabels: { app: 'reviews' } }, template: { metadata: { labels: { app: 'reviews' } }, spec: { containers: [{ name: 'a', image: 'a' }] } } },
    });
    if (inject !== undefined) new SidecarSettings({ inject }).applyTo(workload);
    expect(await injector.pods(app.synthYaml())).toMatchObject([{ revision, injected: revision !== '' }]);
  });

  test('of a namespace that is kept out, no pod can ask for a sidecar, which is why that is an error', async () => {
    const out = '---\napiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { istio-injection: disabled } }\n';
    expect(await injector.pods(out + POD('metadata: { name: a, namespace: shop, labels: { sidecar.istio.io/inject: "true", istio.io/rev: 1-31 } }'))).toMatchObject([{ webhooks: [], injected: false }]);
  });

  function labels(given: Record<string, string | undefined>): Record<string, string> {
    return Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined));
  }
});

test('Envoy starts with every component that may have a log level, and with no other', () => {
  const validate = (levels: string): string => {
    const { stdout, stderr, error } = spawnSync(envoy()!, ['--mode', 'validate', '--config-yaml', '{}', '--component-log-level', levels], { encoding: 'utf8' });
    if (error) throw error;
    return stdout + stderr;
  };
  expect(validate([...ENVOY_LOGGERS].map((name) => `${name}:info`).join(','))).not.toContain('invalid component');
  expect(validate('htpp:info')).toContain('invalid component');
});
