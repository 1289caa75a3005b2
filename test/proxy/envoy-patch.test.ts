import { App, Chart } from 'cdk8s';
import { EnvoyAnchor, EnvoyChange, EnvoyPatch, EnvoyTraffic, MeshPort, MeshService, MeshWorkload, PolicyScope, PortProtocol } from '../../src';

const LUA = { name: 'greet', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua', 'default_source_code': { inline_string: 'function envoy_on_response(handle) end' } } };
const BEFORE_ROUTER = EnvoyAnchor.httpFilter(EnvoyAnchor.ROUTER).insertBefore(LUA);
const REASON = 'Istio has no kind for it';

function scene(namespace: string = 'shop') {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace });
  const workload = MeshWorkload.fromLabels(chart, 'pods', { name: 'reviews', namespace, labels: { app: 'reviews' }, serviceAccount: 'reviews' });
  const reviews = MeshService.fromName(chart, 'reviews', {
    name: 'reviews', namespace, workload, ports: [MeshPort.of({ number: 80, targetPort: 9080, protocol: PortProtocol.HTTP } as any), MeshPort.of({ number: 3306, protocol: PortProtocol.MYSQL })],
  });
  return { app, chart, reviews, workload };
}

function patch(changes: EnvoyChange[], props: object = {}, { namespace = 'shop' } = {}): any {
  const { app, chart, reviews } = scene(namespace);
  new EnvoyPatch(chart, 'patch', { scope: PolicyScope.workload(reviews), traffic: EnvoyTraffic.INBOUND, reason: REASON, changes, ...props });
  app.synthYaml();
  return chart.toJson().find(({ kind }) => kind === 'EnvoyFilter');
}

describe('a patch', () => {
  test('is an EnvoyFilter for the pods of a workload, whatever stands in other namespaces', () => {
    const { metadata, spec } = patch([BEFORE_ROUTER], {}, { namespace: 'istio-system' });
    expect(metadata).toMatchObject({ name: 'reviews-patch', namespace: 'istio-system', annotations: { 'cdk8s-istio.dev/silence': `MESH2108: ${REASON}` } });
    expect(spec).toEqual({
      workloadSelector: { labels: { app: 'reviews' } },
      priority: 30,
      configPatches: [{
        applyTo: 'HTTP_FILTER',
        match: {
          context: 'SIDECAR_INBOUND',
          proxy: { metadata: { NAMESPACE: 'istio-system' } },
          listener: { filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager', subFilter: { name: 'envoy.filters.http.router' } } } },
        },
        patch: { operation: 'INSERT_BEFORE', value: LUA },
      }],
    });
  });

  test('of a namespace, of the mesh and of a Kubernetes Gateway reaches all of their proxies', () => {
    expect(patch([BEFORE_ROUTER], { scope: PolicyScope.namespace('shop') })).toMatchObject({ metadata: { name: 'namespace-patch', namespace: 'shop' } });
    const wide = patch([BEFORE_ROUTER], { scope: PolicyScope.mesh() });
    expect(wide).toMatchObject({ metadata: { name: 'mesh-patch', namespace: 'istio-system' } });
    expect(wide.spec.workloadSelector).toBeUndefined();
    expect(wide.spec.configPatches[0].match.proxy).toBeUndefined();
    expect(patch([BEFORE_ROUTER], { scope: PolicyScope.kubernetesGateway('ingress', 'public'), traffic: EnvoyTraffic.GATEWAY }).spec.targetRefs)
      .toEqual([{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }]);
  });

  test('names the port of the pods for a port of the Service', () => {
    const listener = (props: object, changes = [EnvoyAnchor.httpFilter(EnvoyAnchor.ROUTER, { port: 80 }).insertBefore(LUA)]) =>
      patch(changes, props).spec.configPatches[0].match.listener.portNumber;
    expect(listener({})).toBe(9080);
    expect(listener({ traffic: EnvoyTraffic.OUTBOUND })).toBe(80);
    expect(listener({ scope: PolicyScope.namespace('shop') })).toBe(80);
  });

  test('is for the versions that it was tested with', () => {
    const { proxyVersion } = patch([BEFORE_ROUTER], { istioVersions: ['1.31', '1.32.1'] }).spec.configPatches[0].match.proxy;
    const takes = (version: string) => new RegExp(proxyVersion).test(version);
    expect(['1.31', '1.31.0', '1.31-alpha.1', '1.32.1', '1.32.1-distroless'].filter((version) => !takes(version))).toEqual([]);
    expect(['1.3', '1.310', '1.30.1', '1.32.0', '1.32.10', '11.31', '1x31'].filter(takes)).toEqual([]);
  });

  test('renders every anchor as Istio has it', () => {
    const { reviews } = scene();
    const value = { name: 'x' };
    const of = (change: EnvoyChange, traffic: EnvoyTraffic) => {
      const { applyTo, match: { context: _, proxy: __, ...match }, patch: { operation } } = patch([change], { traffic, scope: PolicyScope.namespace('shop') }).spec.configPatches[0];
      return [applyTo, operation, match];
    };
    const { OUTBOUND, GATEWAY, INBOUND } = EnvoyTraffic;
    const manager = 'envoy.filters.network.http_connection_manager';
    expect(of(EnvoyAnchor.httpFilters({ port: 9080 }).insertFirst(LUA), INBOUND)).toEqual(['HTTP_FILTER', 'INSERT_FIRST', { listener: { portNumber: 9080, filterChain: { filter: { name: manager } } } }]);
    expect(of(EnvoyAnchor.networkFilter(manager).merge({ typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager' } }), INBOUND))
      .toEqual(['NETWORK_FILTER', 'MERGE', { listener: { filterChain: { filter: { name: manager } } } }]);
    expect(of(EnvoyAnchor.listener({ port: 80, name: '0.0.0.0_80' }).merge({ per_connection_buffer_limit_bytes: 32768 }), OUTBOUND)).toEqual(['LISTENER', 'MERGE', { listener: { portNumber: 80, name: '0.0.0.0_80' } }]);
    expect(of(EnvoyAnchor.filterChain({ sni: 'a.example' }).remove(), GATEWAY)).toEqual(['FILTER_CHAIN', 'REMOVE', { listener: { filterChain: { sni: 'a.example' } } }]);
    expect(of(EnvoyAnchor.cluster({ service: reviews, port: 80, subset: 'v1' }).merge(value), OUTBOUND))
      .toEqual(['CLUSTER', 'MERGE', { cluster: { service: 'reviews.shop.svc.cluster.local', portNumber: 80, subset: 'v1' } }]);
    expect(of(EnvoyAnchor.cluster({ name: 'BlackHoleCluster' }).remove(), OUTBOUND)).toEqual(['CLUSTER', 'REMOVE', { cluster: { name: 'BlackHoleCluster' } }]);
    expect(of(EnvoyAnchor.clusters().add(value), OUTBOUND)).toEqual(['CLUSTER', 'ADD', {}]);
    expect(of(EnvoyAnchor.routeConfiguration({ routeConfiguration: '9080' }).merge(value), OUTBOUND)).toEqual(['ROUTE_CONFIGURATION', 'MERGE', { routeConfiguration: { name: '9080' } }]);
    expect(of(EnvoyAnchor.virtualHost({ domain: 'a.example', gateway: 'ingress/public' }).merge(value), GATEWAY))
      .toEqual(['VIRTUAL_HOST', 'MERGE', { routeConfiguration: { gateway: 'ingress/public', vhost: { domainName: 'a.example' } } }]);
    expect(of(EnvoyAnchor.route('canary').merge(value), OUTBOUND)).toEqual(['HTTP_ROUTE', 'MERGE', { routeConfiguration: { vhost: { route: { name: 'canary' } } } }]);
  });
});

describe('a change that would match nothing, or be ignored, is an error', () => {
  test.each<[string, () => void, string]>([
    ['a port that the Service has not', () => patch([EnvoyAnchor.httpFilter(EnvoyAnchor.ROUTER, { port: 9080 }).insertBefore(LUA)]), 'there is no port 9080 of reviews, which has 80'],
    ['HTTP filters on a port of bytes', () => patch([EnvoyAnchor.httpFilter(EnvoyAnchor.ROUTER, { port: 3306 }).insertBefore(LUA)]), 'HTTP filters'],
    ['a subset of what comes in', () => patch([EnvoyAnchor.cluster({ host: 'a.b.c', subset: 'v1' }).remove()]), 'what comes in to pods has no subsets'],
    ['a Gateway of sidecars', () => patch([EnvoyAnchor.virtualHost({ gateway: 'a/b' }).remove()]), 'sidecars have no Gateway'],
    ['a gateway that is patched as a sidecar', () => patch([BEFORE_ROUTER], { scope: PolicyScope.kubernetesGateway('ingress', 'public') }), 'Say EnvoyTraffic.GATEWAY.'],
    ['something after the router', () => EnvoyAnchor.httpFilter(EnvoyAnchor.ROUTER).insertAfter(LUA), 'EnvoyAnchor.httpFilter("envoy.filters.http.router").insertAfter: Istio would ignore it, or no request would be answered. Here are insertBefore, merge, replace.'],
    ['no router', () => EnvoyAnchor.httpFilter(EnvoyAnchor.ROUTER).remove(), 'no request would be answered'],
    ['something before a cluster', () => EnvoyAnchor.cluster({ host: 'a.b' }).insertBefore(LUA), 'Here are merge, remove.'],
    ['a virtual host of a route configuration', () => EnvoyAnchor.routeConfiguration({ domain: 'a.example' }), 'Istio ignores `virtualHost` and `domain` there'],
    ['a cluster by name and more', () => patch([EnvoyAnchor.cluster({ name: 'x', port: 80 }).remove()], { traffic: EnvoyTraffic.OUTBOUND }), 'Istio looks at nothing else then'],
    ['a short host', () => patch([EnvoyAnchor.cluster({ host: 'reviews' }).remove()], { traffic: EnvoyTraffic.OUTBOUND }), 'clusters have full hosts'],
    ['a port of a cluster that its service has not', () => patch([EnvoyAnchor.cluster({ service: scene().reviews, port: 81 }).remove()], { traffic: EnvoyTraffic.OUTBOUND }), 'there is no port 81 of reviews'],
    ['every cluster by accident', () => EnvoyAnchor.cluster({}), 'so it is every cluster'],
    ['no change', () => patch([]), '`changes` is empty'],
    ['no version', () => patch([BEFORE_ROUTER], { istioVersions: [] }), 'no proxy would have it'],
    ['the priority that is none', () => patch([BEFORE_ROUTER], { priority: 0 }), '`priority` is 0'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('a value says what it is', () => {
  test.each<[string, unknown, string]>([
    ['no object', 'lua', 'the value is "lua"'],
    ['an empty one', {}, 'the value is empty'],
    ['no name', { typed_config: LUA.typed_config }, 'the name of what is added is undefined'],
    ['no configuration', { name: 'greet' }, 'greet has no `typed_config`'],
    ['no type', { name: 'greet', typed_config: { inline_code: '' } }, 'the "@type" of typed_config is undefined'],
    ['a short type', { name: 'greet', typed_config: { '@type': 'envoy.extensions.filters.http.lua.v3.Lua' } }, 'the "@type" of typed_config is "envoy.extensions'],
    ['a type missing further in', { ...LUA, typed_config: { ...LUA.typed_config, rules: [{ matcher: { typed_config: {} } }] } }, 'the "@type" of typed_config.rules[0].matcher.typed_config is undefined'],
    ['a number that is none', { ...LUA, disabled: NaN }, 'disabled is NaN'],
  ])('%s', (_, value, message) => {
    expect(() => EnvoyAnchor.httpFilter(EnvoyAnchor.ROUTER).insertBefore(value)).toThrow(`EnvoyAnchor.httpFilter("envoy.filters.http.router").insertBefore: ${message}`);
  });

  test('also per route', () => {
    expect(() => EnvoyAnchor.route('a').merge({ typed_per_filter_config: { 'envoy.filters.http.lua': { disabled: true } } })).toThrow('the "@type" of typed_per_filter_config["envoy.filters.http.lua"] is undefined');
    expect(() => EnvoyAnchor.route('a').merge({ route: { timeout: '5s' } })).not.toThrow();
  });

  test('and Istio is asked the rest: a field that the message has not stops the synth', () => {
    expect(() => patch([EnvoyAnchor.httpFilter(EnvoyAnchor.ROUTER).insertBefore({ ...LUA, typed_config: { ...LUA.typed_config, default_source_code: 5 } })])).toThrow(/MESH20\d\d/);
  });
});
