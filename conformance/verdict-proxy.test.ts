import { App, Chart } from 'cdk8s';
import {
  EnvoyAnchor, EnvoyChange, EnvoyPatch, EnvoyTraffic, MeshPort, MeshService, MeshWorkload, PolicyScope, ProxyConfiguration, ProxyImage,
} from 'cdk8s-istio';
import * as fc from 'fast-check';
import { ApiServer } from './verdict';

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

/** What the webhook says of every EnvoyFilter; the construct has it silenced, with a reason. */
const OF_EVERY_PATCH = /^EnvoyFilter \S+: webhook warns: .*EnvoyFilter exposes internal implementation details/;

const of = <T>(...values: T[]) => fc.constantFrom(...values);
/** Mostly what is right: of many settings together, one that is wrong refuses all. */
const mostly = <T>(right: T[], ...wrong: T[]) => fc.oneof({ weight: 19, arbitrary: of(...right) }, { weight: 1, arbitrary: of(...wrong) });
const seldom = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 19, arbitrary: fc.constant<T | undefined>(undefined) }, { weight: 1, arbitrary: value });
const PARTIAL: { requiredKeys: []; noNullPrototype: true } = { requiredKeys: [], noNullPrototype: true };

const LUA = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua', 'default_source_code': { inline_string: 'function envoy_on_request(handle) end' } };
const MUTATION = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation', 'mutations': { request_mutations: [{ remove: 'x-a' }] } };
const httpFilter = mostly<any>([{ name: 'a', typed_config: LUA }, { name: 'b', typed_config: MUTATION }], { name: 'c', typed_config: {} }, { name: '' }, 'c', {});
const networkFilter = mostly<any>(
  [{ name: 'tcp', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', 'stat_prefix': 'a', 'cluster': 'b' } }], { name: 'x' },
);

const chainOptions = fc.record({ port: mostly([80], 3306, 0), name: mostly(['virtualInbound'], ''), filterChain: of('chain'), sni: of('a.example') }, PARTIAL);
/** A whole listener is chosen by nothing that its chains have. */
const listenerOptions = fc.oneof(
  { weight: 19, arbitrary: fc.record({ port: mostly([80], 3306, 0), name: mostly(['virtualInbound'], '') }, PARTIAL) }, { weight: 1, arbitrary: chainOptions },
);
/** Only gateways have a Gateway, and whole route configurations no virtual host. */
const routeOptions = (traffic: EnvoyTraffic, ofHosts = true) => {
  const gateway = mostly(['a/b'], 'b');
  const hosts = { virtualHost: of('a:80'), domain: of('a.example') };
  return fc.tuple(
    fc.record({ routeConfiguration: of('80'), port: of(80), ...traffic === EnvoyTraffic.GATEWAY && { gateway }, ...ofHosts && hosts }, PARTIAL),
    seldom(fc.record({ gateway, ...hosts }, PARTIAL)),
  ).map(([right, more]) => ({ ...right, ...more }));
};
const clusterOptions = fc.oneof(
  { weight: 9, arbitrary: fc.record({ host: mostly(['a.shop.svc.cluster.local'], 'a'), port: of(80), subset: of('v1') }, PARTIAL) },
  { weight: 9, arbitrary: fc.record({ name: of('outbound|80||a') }) },
  { weight: 1, arbitrary: fc.record({ host: of('a.shop.svc.cluster.local'), port: of(80), name: of('outbound|80||a') }) },
);

/** What makes a change, which may refuse. */
const change = (traffic: EnvoyTraffic): fc.Arbitrary<() => EnvoyChange> => fc.oneof(
  fc.tuple(mostly(['envoy.filters.http.router', 'envoy.filters.http.fault'], ''), chainOptions, httpFilter, of('insertBefore', 'insertAfter', 'replace', 'remove'))
    .map(([name, options, value, how]) => () => (EnvoyAnchor.httpFilter(name, options) as any)[how](value)),
  fc.tuple(chainOptions, httpFilter).map(([options, value]) => () => EnvoyAnchor.httpFilters(options).insertFirst(value)),
  fc.tuple(chainOptions, networkFilter, of('insertBefore', 'insertAfter', 'replace', 'remove'))
    .map(([options, value, how]) => () => (EnvoyAnchor.networkFilter('envoy.filters.network.tcp_proxy', options) as any)[how](value)),
  listenerOptions.map((options) => () => EnvoyAnchor.listener(options).merge({ per_connection_buffer_limit_bytes: 1024 })),
  chainOptions.map((options) => () => EnvoyAnchor.filterChain(options).merge({ transport_socket_connect_timeout: '5s' })),
  clusterOptions.map((options) => () => EnvoyAnchor.cluster(options).merge({ connect_timeout: '5s' })),
  fc.constant(() => EnvoyAnchor.clusters().add({ name: 'mine', type: 'STATIC', connect_timeout: '1s' })),
  routeOptions(traffic, false).map((options) => () => EnvoyAnchor.routeConfiguration(options).merge({ request_headers_to_remove: ['x-a'] })),
  routeOptions(traffic).map((options) => () => EnvoyAnchor.virtualHost(options).merge({ request_headers_to_remove: ['x-a'] })),
  fc.tuple(mostly(['a'], ''), routeOptions(traffic)).map(([name, options]) => () => EnvoyAnchor.route(name, options).merge({ route: { timeout: '5s' } })),
);

const OF_PODS = ['workload', 'service', 'namespace', 'mesh'];
const patch = of(...Object.values(EnvoyTraffic)).chain((traffic) => fc.record({
  scope: mostly(traffic === EnvoyTraffic.GATEWAY ? [...OF_PODS, 'gateway'] : OF_PODS, 'gateway'),
  traffic: fc.constant(traffic),
  changes: fc.array(change(traffic), { minLength: 1, maxLength: 3 }),
  priority: mostly([undefined, -5, 40], 0, 2 ** 31),
  istioVersions: mostly<string[] | undefined>([undefined, ['1.31'], ['1.31.2', '1.32']], ['latest']),
}));
const configuration = fc.record({
  scope: mostly(OF_PODS, 'gateway'),
  concurrency: mostly([undefined, 0, 2], -1, 1.5),
  image: of(undefined, ...Object.values(ProxyImage)),
  environmentVariables: fc.option(fc.oneof(
    { weight: 19, arbitrary: fc.dictionary(mostly(['A', 'ISTIO_META_DNS_CAPTURE', 'a_1'], 'a-b', '1'), fc.string({ maxLength: 6 }), { minKeys: 1, maxKeys: 2 }) },
    { weight: 1, arbitrary: fc.constant({}) },
  ), { nil: undefined }),
});

/** The manifests, unless a construct, or the synth before it looks at the manifests, refuses. */
function synthesize(make: (chart: Chart, scope: Record<string, PolicyScope>) => void): string | undefined {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const pods = MeshWorkload.fromLabels(chart, 'pods', { name: 'reviews', namespace: 'shop', labels: { app: 'reviews' }, serviceAccount: 'reviews' });
  const service = MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80)], workload: pods });
  try {
    make(chart, {
      workload: PolicyScope.workload(pods),
      service: PolicyScope.workload(service),
      namespace: PolicyScope.namespace('shop'),
      mesh: PolicyScope.mesh(),
      gateway: PolicyScope.kubernetesGateway('ingress', 'public'),
    });
  } catch {
    return undefined;
  }
  return chart.node.findAll().some((construct) => construct.node.validate().length > 0) ? undefined : app.synthYaml();
}

test('whatever patch is let pass, Istio takes', async () => {
  let taken = 0;
  await fc.assert(fc.asyncProperty(patch, async ({ scope: where, changes, ...props }) => {
    const yaml = synthesize((chart, scopes) => new EnvoyPatch(chart, 'patch', { scope: scopes[where], changes: changes.map((make) => make()), reason: 'a test', ...props }));
    if (yaml === undefined) return;
    taken++;
    expect((await apiServer.complaints(yaml)).filter((complaint) => !OF_EVERY_PATCH.test(complaint))).toEqual([]);
  }), { numRuns: 1500 });
  expect(taken).toBeGreaterThan(600);
});

test('whatever proxies are told, Istio takes without a word', async () => {
  let taken = 0;
  await fc.assert(fc.asyncProperty(configuration, async ({ scope: where, ...props }) => {
    const yaml = synthesize((chart, scopes) => new ProxyConfiguration(chart, 'proxy', { scope: scopes[where], ...props }));
    if (yaml === undefined) return;
    taken++;
    expect(await apiServer.complaints(yaml)).toEqual([]);
  }), { numRuns: 400 });
  expect(taken).toBeGreaterThan(200);
});
