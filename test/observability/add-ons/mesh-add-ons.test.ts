import { Duration } from 'cdk8s';
import { HelmFiles, MeshAddOns, MeshAddOnsProps } from '../../../src';

const ALL: MeshAddOnsProps = { prometheus: {}, grafana: { adminSecret: 'grafana-admin' }, kiali: { signingKeySecret: 'kiali-key' }, jaeger: {}, collector: {} };

function values(props: MeshAddOnsProps, name: string): any {
  return new MeshAddOns(props).releases.find((release) => release.name === name)?.values;
}

describe('what is installed', () => {
  test('is what was named, each behind what it needs', () => {
    const { releases } = new MeshAddOns(ALL);
    expect(releases.map(({ name, chart, dependsOn }) => [name, chart, dependsOn])).toEqual([
      ['prometheus', 'prometheus', undefined], ['jaeger', 'jaeger', undefined], ['otel-collector', 'opentelemetry-collector', ['jaeger']],
      ['grafana', 'grafana', ['prometheus']], ['kiali', 'kiali-server', ['prometheus']],
    ]);
    expect(HelmFiles.of([...releases].reverse()).files).toHaveLength(5);
    expect(new MeshAddOns({ jaeger: {} }).releases.map(({ name }) => name)).toEqual(['jaeger']);
  });

  test('is outside of the mesh, in a namespace of its own', () => {
    const { releases } = new MeshAddOns(ALL);
    expect(releases.map(({ namespace }) => namespace)).toEqual(releases.map(() => 'observability'));
    for (const { values: given } of releases) expect(JSON.stringify(given)).toContain('"sidecar.istio.io/inject":"false"');
    expect(new MeshAddOns({ ...ALL, namespace: 'watch' }).releases.every(({ namespace }) => namespace === 'watch')).toBe(true);
  });

  test('has the version, the size and the values that are given', () => {
    const resources = { cpu: '1', memory: '2Gi', memoryLimit: '4Gi' };
    const container = { requests: { cpu: '1', memory: '2Gi' }, limits: { memory: '4Gi' } };
    const options = { chartVersion: '9.9.9', resources, values: { extra: { a: 1 }, server: { retentionSize: '10GB' } } };
    const { releases } = new MeshAddOns({
      prometheus: options, grafana: { ...options, adminSecret: 'a' }, kiali: { ...options, signingKeySecret: 'b' }, jaeger: options, collector: options,
    });
    for (const release of releases) expect(release).toMatchObject({ version: '9.9.9', values: { extra: { a: 1 } } });
    const [prometheus, jaeger, collector, grafana, kiali] = releases.map(({ values: given }) => given);
    const sized = [prometheus.server.resources, jaeger.jaeger.resources, collector.resources, grafana.resources, kiali.deployment.resources];
    expect(sized).toEqual(Array(5).fill(container));
    expect(prometheus.server).toMatchObject({ retentionSize: '10GB', fullnameOverride: 'prometheus' });
  });

  test('is told last what is given as values', () => {
    expect(values({ prometheus: { values: { server: { retention: '1d', podLabels: null } } } }, 'prometheus').server).toMatchObject({ retention: '1d', podLabels: null });
  });
});

test('Prometheus keeps metrics as long as is said, and reads rule files beside those of its chart', () => {
  const given = values({
    prometheus: { retention: Duration.days(30), scrapeInterval: Duration.seconds(30), storage: '100Gi', ruleFiles: { 'slo.yml': 'groups: []' }, alertmanager: true },
  }, 'prometheus');
  expect(given.server).toMatchObject({ retention: '720h', global: { scrape_interval: '30s' }, persistentVolume: { size: '100Gi' } });
  expect(given.alertmanager).toEqual({ enabled: true });
  expect(given.ruleFiles).toEqual({ 'slo.yml': 'groups: []' });
  expect(given.serverFiles['prometheus.yml'].rule_files).toEqual([
    '/etc/config/recording_rules.yml', '/etc/config/alerting_rules.yml', '/etc/config/rules', '/etc/config/alerts', '/etc/config/slo.yml',
  ]);
  expect(values({ prometheus: {} }, 'prometheus').serverFiles).toBeUndefined();
});

describe('Grafana', () => {
  test('asks those that are there, as often as metrics are fetched', () => {
    const sources = (props: object) => values({ ...props, grafana: { adminSecret: 'a' } }, 'grafana').datasources?.['datasources.yaml'].datasources;
    expect(sources({ prometheus: { scrapeInterval: Duration.seconds(30) }, jaeger: {} })).toMatchObject([
      { uid: 'prometheus', url: 'http://prometheus.observability:9090', isDefault: true, jsonData: { timeInterval: '30s' } },
      { uid: 'jaeger', url: 'http://jaeger.observability:16686' },
    ]);
    expect(sources({ jaeger: {}, namespace: 'watch' })).toMatchObject([{ uid: 'jaeger', url: 'http://jaeger.watch:16686' }]);
    expect(sources({})).toBeUndefined();
  });

  test('has its administrator from a Secret, and dashboards from the ConfigMaps of all namespaces', () => {
    const given = values(ALL, 'grafana');
    expect(given.admin).toEqual({ existingSecret: 'grafana-admin' });
    expect(given.sidecar.dashboards).toEqual({ enabled: true, label: 'grafana_dashboard', resource: 'configmap', searchNamespace: 'ALL' });
    expect(given.persistence).toBeUndefined();
    expect(values({ grafana: { adminSecret: 'a', storage: '5Gi' } }, 'grafana').persistence).toEqual({ enabled: true, size: '5Gi' });
  });
});

describe('Kiali', () => {
  test('knows the others, and Istio', () => {
    expect(values({ ...ALL, istioNamespace: 'mesh' }, 'kiali')).toMatchObject({
      auth: { strategy: 'token' },
      login_token: { signing_key: 'secret:kiali-key:key' },
      external_services: {
        istio: { root_namespace: 'mesh' },
        prometheus: { url: 'http://prometheus.observability:9090' },
        grafana: {
          enabled: true,
          internal_url: 'http://grafana.observability:3000',
          auth: { username: 'secret:grafana-admin:admin-user', password: 'secret:grafana-admin:admin-password' },
        },
        tracing: { enabled: true, use_grpc: true, internal_url: 'http://jaeger.observability.svc.cluster.local:16685' },
      },
    });
  });

  test('looks for nobody who is not there', () => {
    expect(values({ prometheus: {}, kiali: { signingKeySecret: 'a' } }, 'kiali').external_services).toMatchObject({
      grafana: { enabled: false }, tracing: { enabled: false },
    });
  });

  test('needs a Prometheus, this one or another', () => {
    const kiali = { signingKeySecret: 'a' };
    expect(() => new MeshAddOns({ kiali })).toThrow('MeshAddOns: Kiali shows what Prometheus knows, and there is none.');
    const url = 'http://prometheus.monitoring:9090';
    const own = values({ kiali: { ...kiali, values: { external_services: { prometheus: { url } } } } }, 'kiali');
    expect(own.external_services.prometheus).toEqual({ url });
  });
});

test('the collector takes OTLP alone, and hands traces on to Jaeger where that is', () => {
  const { config, ports } = values(ALL, 'otel-collector');
  expect(config.receivers).toEqual({ jaeger: null, zipkin: null, prometheus: null });
  expect(config.exporters).toEqual({ 'otlp_grpc/jaeger': { endpoint: 'jaeger.observability.svc.cluster.local:4317', tls: { insecure: true } } });
  expect(config.service.pipelines).toEqual({
    traces: { receivers: ['otlp'], exporters: ['otlp_grpc/jaeger'] }, logs: { receivers: ['otlp'], exporters: ['debug'] }, metrics: null,
  });
  expect(Object.values(ports)).toEqual(Array(4).fill({ enabled: false }));
  const alone = values({ collector: { replicas: 3 } }, 'otel-collector');
  expect(alone.config.service.pipelines.traces.exporters).toEqual(['debug']);
  expect(alone.config.exporters).toEqual({});
  expect(alone.replicaCount).toBe(3);
});

describe('for the mesh configuration', () => {
  const entries = (props: MeshAddOnsProps) => new MeshAddOns(props).providers.map(({ entry }) => entry);

  test('traces and access logs go to the collector', () => {
    const collector = { service: 'otel-collector.watch.svc.cluster.local', port: 4317 };
    expect(entries({ ...ALL, namespace: 'watch' })).toMatchObject([
      { name: 'otel-tracing', opentelemetry: collector }, { name: 'otel-access-logs', envoyOtelAls: collector },
    ]);
  });

  test('without a collector, traces go to Jaeger and access logs to nobody', () => {
    const addOns = new MeshAddOns({ jaeger: {} });
    expect(addOns.tracing?.entry).toMatchObject({ opentelemetry: { service: 'jaeger.observability.svc.cluster.local', port: 4317 } });
    expect(addOns.accessLogs).toBeUndefined();
    expect(entries({ prometheus: {} })).toEqual([]);
  });
});

test.each([
  [{}, 'MeshAddOns: nothing is to be installed'],
  [{ namespace: 'a.b', jaeger: {} }, 'MeshAddOns: `namespace` is "a.b"'],
  [{ prometheus: { retention: Duration.minutes(90) } }, 'MeshAddOns: prometheus: `retention` is'],
  [{ prometheus: { scrapeInterval: Duration.millis(1500) } }, 'prometheus: `scrapeInterval` is'],
  [{ prometheus: { storage: '50' } }, 'prometheus: `storage` is "50"'],
  [{ prometheus: { ruleFiles: { alerts: 'groups: []' } } }, 'prometheus: `ruleFiles` has alerts: "groups: []"'],
  [{ prometheus: { ruleFiles: { 'a/b.yml': 'groups: []' } } }, 'prometheus: `ruleFiles` has a/b.yml'],
  [{ prometheus: { resources: { cpu: '2', cpuLimit: '1' } } }, 'prometheus: resources: `cpu` is "2" and its limit "1"'],
  [{ grafana: { adminSecret: '' } }, 'MeshAddOns: grafana: `adminSecret` is "". Give the name of a Secret with admin-user and admin-password'],
  [{ prometheus: {}, kiali: { signingKeySecret: 'Key' } }, 'kiali: `signingKeySecret` is "Key"'],
  [{ collector: { replicas: 0 } }, 'collector: `replicas` is 0'],
])('%j is refused', (props, message) => {
  expect(() => new MeshAddOns(props)).toThrow(message);
});
