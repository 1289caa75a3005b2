import { App, Chart, Duration } from 'cdk8s';
import {
  EnvoyAnchor, EnvoyChange, EnvoyPatch, EnvoyTraffic, HttpMatch, HttpRoute, MeshWorkload, PolicyScope, RateLimit, RouteAction, StringMatch,
} from 'cdk8s-istio';
import { Application, namespace } from './application';
import { PublicGateway } from './public-gateway';
import { withMesh } from './with-mesh';

const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];
const HOST = 'shop.example.com';

/** A Lua filter that says in every answer that it was there. */
function saying(name: string): object {
  return {
    name,
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua',
      'default_source_code': { inline_string: `function envoy_on_response(handle) handle:headers():add("x-said", "${name}") end` },
    },
  };
}

const before = (name: string, options = {}): EnvoyChange => EnvoyAnchor.httpFilter(EnvoyAnchor.ROUTER, options).insertBefore(saying(name));
const adding = (name: string) => ({ response_headers_to_add: [{ header: { key: 'x-said', value: name } }] });

function manifests(): string {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  namespace(chart, 'shop');
  namespace(chart, 'outside', false);
  new Application(new Chart(app, 'outside', { namespace: 'outside' }), 'client');
  const client = new Application(chart, 'client').workload();
  new Application(chart, 'guest');
  const service = (name: string, ports = HTTP) => new Application(chart, name, { ports }).mesh();
  const [patched, versioned, sent, limited] = ['patched', 'versioned', 'sent', 'limited'].map((name) => service(name));
  service('plain');
  const ports = service('ports', [{ name: 'http-a', port: 80, targetPort: 8080 }, { name: 'http-b', port: 81, targetPort: 8081 }]);
  const patch = (name: string, scope: PolicyScope, traffic: EnvoyTraffic, changes: EnvoyChange[], props = {}) =>
    new EnvoyPatch(chart, `${name}-patch`, { scope, traffic, changes, reason: 'to see it', metadata: { name }, ...props });

  const { INBOUND, OUTBOUND, GATEWAY } = EnvoyTraffic;
  patch('patched', PolicyScope.workload(patched), INBOUND, [before('patched')]);
  patch('ports', PolicyScope.workload(ports), INBOUND, [before('ports', { port: 81 })]);
  patch('versioned-now', PolicyScope.workload(versioned), INBOUND, [before('now')], { istioVersions: ['1.31'] });
  patch('versioned-later', PolicyScope.workload(versioned), INBOUND, [before('later')], { istioVersions: ['1.99'] });
  // What a client sends: to one service by its virtual host, its cluster and its route.
  new HttpRoute(chart, 'named', { service: sent, name: 'special', match: HttpMatch.path(StringMatch.exact('/special')), action: RouteAction.toService(sent) });
  patch('sent', PolicyScope.workload(client), OUTBOUND, [
    EnvoyAnchor.virtualHost({ domain: sent.host }).merge(adding('virtual-host')),
    EnvoyAnchor.cluster({ service: sent, port: 80 }).merge({ connect_timeout: '7s' }),
    EnvoyAnchor.route('special', { domain: sent.host }).merge(adding('route')),
  ]);
  // After the RateLimits of this library: what they refuse has never passed it.
  new RateLimit(chart, 'limit', { target: limited, limits: [{ requests: 1, window: Duration.hours(1) }] });
  patch('limited', PolicyScope.workload(limited), INBOUND, [before('limited')]);

  const { gateway } = new PublicGateway(chart, 'ingress');
  const pods = MeshWorkload.fromLabels(chart, 'gateway-pods', { name: 'ingress', namespace: 'ingress', labels: { istio: 'ingress' }, serviceAccount: 'ingress' });
  patch('gateway', PolicyScope.workload(pods), GATEWAY, [before('gateway')]);
  return `${app.synthYaml()}---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: public, namespace: shop }
spec: { hosts: [${HOST}], gateways: [${gateway}], http: [{ route: [{ destination: { host: plain } }] }] }
`;
}

const mesh = withMesh(manifests);

/** What says in the answer that it was there. */
async function said(caller: string, url: string, request = {}): Promise<string | undefined> {
  const { status, headers } = await mesh.one({ caller, url, ...request });
  expect(status).toBe(200);
  return headers?.['x-said'];
}

test('a filter that is inserted is there for the pods of one workload, whoever calls, and for no other', async () => {
  expect(await said('shop/client', 'http://patched/')).toBe('patched');
  expect(await said('outside/client', 'http://patched.shop/')).toBe('patched');
  expect(await said('shop/client', 'http://plain/')).toBeUndefined();
});

test('on the port that is named, and on no other', async () => {
  expect(await said('shop/client', 'http://ports:81/')).toBe('ports');
  expect(await said('shop/client', 'http://ports/')).toBeUndefined();
});

test('for proxies of the versions that are named', async () => {
  expect(await said('shop/client', 'http://versioned/')).toBe('now');
});

test('what is sent is changed for one caller: by virtual host, by route, by cluster', async () => {
  expect(await said('shop/client', 'http://sent/')).toBe('virtual-host');
  expect((await said('shop/client', 'http://sent/special'))!.split(/, ?/).sort()).toEqual(['route', 'virtual-host']);
  expect(await said('shop/guest', 'http://sent/special')).toBeUndefined();
  const timeouts = async (pod: string) => JSON.stringify(await mesh.configDump(pod, 'dynamic_active_clusters')).match(/"connect_timeout":"7s"/g)?.length ?? 0;
  expect([await timeouts('shop/client/0'), await timeouts('shop/guest/0')]).toEqual([1, 0]);
});

test('a gateway has its filter, and the sidecars behind it have not', async () => {
  expect(await said('outside/client', `http://${HOST}/`, PublicGateway.address)).toBe('gateway');
});

test('it comes after the limits of this library', async () => {
  const listeners = JSON.stringify(await mesh.configDump('shop/limited/0', 'dynamic_listeners'));
  const order = [...listeners.matchAll(/"name":"(rate-limit\.[^"]*|limited|envoy\.filters\.http\.router)"/g)].map(([, name]) => name).join(' ');
  expect(order).toContain('rate-limit.limited-rate-limit limited envoy.filters.http.router');
});
