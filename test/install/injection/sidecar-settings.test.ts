import { ApiObject, App, Chart, Duration, Include, JsonPatch, Size } from 'cdk8s';
import { CronJob, Deployment } from 'cdk8s-plus-33';
import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injection, MeshNamespace, MeshWorkload, ProxyLogLevel, SidecarSettings, SidecarSettingsProps } from '../../../src';

const RESOURCES = { cpu: '100m', memory: '128Mi' };

function chart(): Chart {
  return new Chart(new App(), 'shop', { namespace: 'shop' });
}

function synth(scope: Chart): any[] {
  (scope.node.root as App).synthYaml();
  return scope.toJson();
}

function deployment(scope: Chart, template: object = {}, id = 'reviews'): ApiObject {
  return new ApiObject(scope, id, {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: id }, spec: { selector: { matchLabels: { app: id } }, template },
  });
}

/** What the pods of a raw Deployment have. */
function podOf(props: SidecarSettingsProps, template: object = {}): any {
  const scope = chart();
  new SidecarSettings(props).applyTo(deployment(scope, template));
  return synth(scope)[0].spec.template.metadata;
}

test('settings are on the pods, and nowhere else', () => {
  const scope = chart();
  new SidecarSettings({ inject: true, logLevel: ProxyLogLevel.DEBUG }).applyTo(deployment(scope, { metadata: { labels: { app: 'reviews' }, annotations: { z: '1' } }, spec: { containers: [] } }));
  expect(synth(scope)).toEqual([{
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'reviews', namespace: 'shop' },
    spec: {
      selector: { matchLabels: { app: 'reviews' } },
      template: { metadata: { labels: { 'app': 'reviews', 'sidecar.istio.io/inject': 'true' }, annotations: { 'sidecar.istio.io/logLevel': 'debug', 'z': '1' } }, spec: { containers: [] } },
    },
  }]);
});

test.each<[string, SidecarSettingsProps, object]>([
  ['CPU and memory', { resources: { cpu: '200m', memory: '256Mi', cpuLimit: '2', memoryLimit: '1Gi' } }, {
    'sidecar.istio.io/proxyCPU': '200m', 'sidecar.istio.io/proxyMemory': '256Mi', 'sidecar.istio.io/proxyCPULimit': '2', 'sidecar.istio.io/proxyMemoryLimit': '1Gi',
  }],
  ['no limits', { resources: RESOURCES }, { 'sidecar.istio.io/proxyCPU': '100m', 'sidecar.istio.io/proxyMemory': '128Mi' }],
  ['log levels', { logLevel: ProxyLogLevel.INFO, componentLogLevels: { http: ProxyLogLevel.DEBUG, rbac: ProxyLogLevel.TRACE } }, {
    'sidecar.istio.io/logLevel': 'info', 'sidecar.istio.io/componentLogLevel': 'http:debug,rbac:trace',
  }],
  ['readiness', { readinessInitialDelay: Duration.seconds(3), readinessPeriod: Duration.minutes(1), readinessFailureThreshold: 5 }, {
    'readiness.status.sidecar.istio.io/initialDelaySeconds': '3', 'readiness.status.sidecar.istio.io/periodSeconds': '60', 'readiness.status.sidecar.istio.io/failureThreshold': '5',
  }],
  ['probes', { rewriteAppProbes: false }, { 'sidecar.istio.io/rewriteAppHTTPProbers': 'false' }],
  ['what is captured', {
    excludeInboundPorts: [8081, 8081],
    excludeOutboundPorts: [3306, 6379],
    includeOutboundPorts: [443],
    excludeOutboundIpRanges: ['10.0.0.0/8', '192.0.2.7', '2001:db8::1'],
    includeOutboundIpRanges: [],
  }, {
    'traffic.sidecar.istio.io/excludeInboundPorts': '8081',
    'traffic.sidecar.istio.io/excludeOutboundPorts': '3306,6379',
    'traffic.sidecar.istio.io/includeOutboundPorts': '443',
    'traffic.sidecar.istio.io/excludeOutboundIPRanges': '10.0.0.0/8,192.0.2.7/32,2001:db8::1/128',
    'traffic.sidecar.istio.io/includeOutboundIPRanges': '',
  }],
  ['start and end', { holdApplicationUntilProxyStarts: true, terminationDrainDuration: Duration.millis(2500) }, {
    'proxy.istio.io/config': '{"holdApplicationUntilProxyStarts":true,"terminationDrainDuration":"2.5s"}',
  }],
  ['the end alone', { terminationDrainDuration: Duration.seconds(20) }, { 'proxy.istio.io/config': '{"terminationDrainDuration":"20s"}' }],
  ['image and native sidecar', { nativeSidecar: true, proxyImage: 'registry.example/istio/proxyv2:1.31.1' }, {
    'sidecar.istio.io/nativeSidecar': 'true', 'sidecar.istio.io/proxyImage': 'registry.example/istio/proxyv2:1.31.1',
  }],
])('%s', (_, props, annotations) => {
  expect(podOf(props)).toEqual({ annotations });
});

test('pods may name their revision', () => {
  expect(podOf({ inject: true, revision: '1-31' })).toEqual({ labels: { 'sidecar.istio.io/inject': 'true', 'istio.io/rev': '1-31' } });
});

test('any workload has them: of cdk8s-plus, raw, included, a MeshWorkload', () => {
  const scope = chart();
  const settings = new SidecarSettings({ inject: true });
  const containers = [{ name: 'a', image: 'a', resources: { memory: { limit: Size.mebibytes(1) } } }];
  settings.applyTo(new Deployment(scope, 'plus', { containers }));
  settings.applyTo(new CronJob(scope, 'cron', { containers, schedule: { expressionString: '* * * * *' } as any }));
  const file = join(mkdtempSync(join(tmpdir(), 'settings-')), 'pod.yaml');
  writeFileSync(file, 'apiVersion: v1\nkind: Pod\nmetadata: { name: included }\n');
  settings.applyTo(new Include(scope, 'included', { url: file }));
  settings.applyTo(new MeshWorkload(scope, 'mesh', { workload: deployment(scope) }));
  const labelled = synth(scope).filter(({ kind }) => ['Deployment', 'CronJob', 'Pod'].includes(kind));
  expect(labelled.map(({ kind, metadata, spec }) => [kind, (kind === 'Pod' ? metadata : (spec.jobTemplate?.spec ?? spec).template.metadata).labels['sidecar.istio.io/inject']]))
    .toEqual([['Deployment', 'true'], ['CronJob', 'true'], ['Pod', 'true'], ['Deployment', 'true']]);
});

test('labels and annotations that are added later stay', () => {
  const scope = chart();
  const plus = new Deployment(scope, 'plus', { containers: [{ image: 'a' }] });
  new SidecarSettings({ logLevel: ProxyLogLevel.INFO }).applyTo(plus);
  plus.podMetadata.addAnnotation('later', 'yes');
  ApiObject.of(plus).addJsonPatch(JsonPatch.add('/spec/template/metadata/annotations/patched', 'yes'));
  expect(synth(scope)[0].spec.template.metadata.annotations).toEqual({ 'later': 'yes', 'patched': 'yes', 'sidecar.istio.io/logLevel': 'info' });
});

test.each<[string, any, string]>([
  ['no props', 5, '5 is given instead of props.'],
  ['nothing', {}, 'it says nothing. Give at least one setting'],
  ['an answer in quotes', { inject: 'true' }, '`inject` is "true". Write true or false, without quotes'],
  ['settings for no sidecar', { inject: false, logLevel: ProxyLogLevel.DEBUG }, '`inject` is false, and nothing would read what else is given (sidecar.istio.io/logLevel).'],
  ['a revision for no sidecar', { inject: false, revision: '1-31' }, '`inject` is false, and nothing would read what else is given (istio.io/rev).'],
  ['a revision that no label can have', { revision: '1.31' }, '"1.31" is not a revision'],
  ['a CPU that is none', { resources: { cpu: 'much', memory: '1Gi' } }, '`cpu` is "much"'],
  ['a request above its limit', { resources: { cpu: '2', cpuLimit: '500m', memory: '1Gi' } }, '`cpu` is "2" and its limit "500m"'],
  ['memory only', { resources: { memory: '1Gi' } }, '`resources` has no `cpu`. What pods say replaces all four amounts of the installation'],
  ['limits only', { resources: { cpuLimit: '2', memoryLimit: '1Gi' } }, '`resources` has no `cpu`.'],
  ['a level that Envoy has not', { logLevel: 'verbose' }, '`logLevel` is "verbose". Give ProxyLogLevel.TRACE'],
  ['a component that Envoy has not', { componentLogLevels: { htpp: ProxyLogLevel.DEBUG } }, '`componentLogLevels` has "htpp", which is no component of Envoy'],
  ['a component\'s level that Envoy has not', { componentLogLevels: { http: 'verbose' } }, '`componentLogLevels.http` is "verbose".'],
  ['no component', { componentLogLevels: {} }, '`componentLogLevels` is empty.'],
  ['half a second of readiness', { readinessPeriod: Duration.millis(500) }, '`readinessPeriod` is 0.5 s. Whole seconds are allowed, from 1.'],
  ['a number of seconds', { readinessPeriod: 5 }, '`readinessPeriod` is 5. Give a Duration of cdk8s'],
  ['no failures', { readinessFailureThreshold: 0 }, '`readinessFailureThreshold` is 0; a whole number from 1 is allowed.'],
  ['a port beyond the last', { excludeInboundPorts: [70_000] }, '`excludeInboundPorts` holds 70000; a port is a whole number from 1 to 65535.'],
  ['ports in a text', { excludeOutboundPorts: '3306,6379' }, '`excludeOutboundPorts` is "3306,6379", not a list.'],
  ['no ports', { excludeOutboundPorts: [] }, '`excludeOutboundPorts` is empty.'],
  ['ports that are in and out', { includeInboundPorts: [80], excludeInboundPorts: [81] }, '`includeInboundPorts` and `excludeInboundPorts` are both given, and then nothing reads the second.'],
  ['an address with a zone', { excludeOutboundIpRanges: ['fe80::1%eth0'] }, 'which is neither an IP address nor a range of them'],
  ['a range that is none', { excludeOutboundIpRanges: ['10.0.0.0/33'] }, '`excludeOutboundIpRanges` holds "10.0.0.0/33"'],
  ['no ranges', { excludeOutboundIpRanges: [] }, '`excludeOutboundIpRanges` is empty.'],
  ['an image without a registry', { proxyImage: 'proxyv2' }, '`proxyImage` is "proxyv2". Name the whole image'],
  ['to be held where one always is', { nativeSidecar: true, holdApplicationUntilProxyStarts: true }, '`holdApplicationUntilProxyStarts` is given beside `nativeSidecar`'],
  ['to drain for no time', { terminationDrainDuration: Duration.seconds(0) }, '`terminationDrainDuration` is 0 ms'],
])('%s is an error', (_, props, message) => {
  expect(() => new SidecarSettings(props)).toThrow(message);
  expect(() => new SidecarSettings(props)).toThrow(/^SidecarSettings: /);
});

test.each<[string, (scope: Chart) => any, string]>([
  ['no construct', () => 'reviews', 'SidecarSettings.applyTo: "reviews" is no workload.'],
  ['a Service', (scope) => new ApiObject(scope, 'service', { apiVersion: 'v1', kind: 'Service' }), '[shop/service] is a Service; a workload is of kind Deployment'],
  ['a Rollout without pods', (scope) => new ApiObject(scope, 'rollout', { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', spec: { workloadRef: {} } }), 'has no pod template'],
])('%s cannot have them', (_, make, message) => {
  expect(() => new SidecarSettings({ inject: true }).applyTo(make(chart()))).toThrow(message);
});

test('a workload has them once', () => {
  const reviews = deployment(chart());
  const settings = new SidecarSettings({ inject: true }).applyTo(reviews);
  expect(() => settings.applyTo(reviews)).toThrow('[shop/reviews] has SidecarSettings already. Say all of them in one.');
});

test.each<[string, (scope: Chart) => unknown, string]>([
  ['a template that says otherwise', (scope) => new SidecarSettings({ logLevel: ProxyLogLevel.INFO }).applyTo(deployment(scope, { metadata: { annotations: { 'sidecar.istio.io/logLevel': 'debug' } } })),
    '[shop/reviews] its pod template has the annotation sidecar.istio.io/logLevel: "debug" already, and its SidecarSettings say "info". Say it in one place.'],
  ['pods in the network of their node', (scope) => new SidecarSettings({ inject: true }).applyTo(deployment(scope, { spec: { hostNetwork: true } })),
    'its pods use the network of their node (hostNetwork: true) and never get a sidecar'],
  ['a drain that the pods do not live to see', (scope) => new SidecarSettings({ terminationDrainDuration: Duration.seconds(30) }).applyTo(deployment(scope)),
    'its sidecar would go on for `terminationDrainDuration`, 30s, and its pods are killed after 30s.'],
  ['a namespace that is kept out', (scope) => {
    new MeshNamespace(scope, 'namespace', { name: 'shop', injection: Injection.none() });
    new SidecarSettings({ inject: true }).applyTo(deployment(scope));
  }, 'its Namespace says istio-injection: disabled, and then no pod of it gets a sidecar, whatever it says itself.'],
  ['another revision than the namespace', (scope) => {
    new MeshNamespace(scope, 'namespace', { name: 'shop', injection: Injection.revision('1-30') });
    new SidecarSettings({ revision: '1-31' }).applyTo(deployment(scope));
  }, 'its `revision` is 1-31, and its Namespace says istio.io/rev: 1-30, which comes before it.'],
])('%s stops the synth', (_, make, message) => {
  const scope = chart();
  make(scope);
  expect(() => synth(scope)).toThrow(message);
});

test('a longer end of the pods is long enough, and a namespace may keep out what is kept out', () => {
  const scope = chart();
  new MeshNamespace(scope, 'namespace', { name: 'shop', injection: Injection.revision('1-31') });
  new SidecarSettings({ terminationDrainDuration: Duration.seconds(30), revision: '1-31' }).applyTo(deployment(scope, { spec: { terminationGracePeriodSeconds: 60 } }));
  new SidecarSettings({ inject: false }).applyTo(deployment(scope, {}, 'without'));
  expect(() => synth(scope)).not.toThrow();
});

describe('what nobody would read', () => {
  const warnings: string[] = [];
  beforeEach(() => {
    warnings.length = 0;
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => warnings.push(String(text)) > 0);
  });
  afterEach(() => jest.restoreAllMocks());

  const written = (props: SidecarSettingsProps, labels: Record<string, string>): string[] => {
    const scope = chart();
    new ApiObject(scope, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } });
    new SidecarSettings(props).applyTo(deployment(scope));
    synth(scope);
    return warnings.filter((text) => text.includes('SidecarSettings'));
  };

  test('is warned about where neither pod nor Namespace asks for a sidecar', () => {
    expect(written({ logLevel: ProxyLogLevel.INFO }, {})).toEqual([expect.stringContaining('[shop/reviews] neither it nor its Namespace asks for a sidecar')]);
  });

  test.each<[string, SidecarSettingsProps, Record<string, string>]>([
    ['the pod asks', { inject: true, logLevel: ProxyLogLevel.INFO }, {}],
    ['the Namespace asks', { logLevel: ProxyLogLevel.INFO }, { 'istio-injection': 'enabled' }],
    ['it is said that there is none', { inject: false }, {}],
  ])('is not where %s', (_, props, labels) => {
    expect(written(props, labels)).toEqual([]);
  });
});
