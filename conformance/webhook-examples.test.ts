import { ApiServer } from './verdict';
import { WebhookExample } from '../test/check/webhook/examples/example';
import { DESTINATION_RULES } from '../test/check/webhook/examples/destination-rule';
import { AUTHORIZATION_POLICIES } from '../test/check/webhook/examples/authorization-policy';
import { ENVOY_FILTERS } from '../test/check/webhook/examples/envoy-filter';
import { TRAFFIC_EXTENSIONS, WASM_PLUGINS } from '../test/check/webhook/examples/extensions';
import { GATEWAYS } from '../test/check/webhook/examples/gateway';
import { SERVICE_ENTRIES } from '../test/check/webhook/examples/service-entry';
import { PEER_AUTHENTICATIONS, REQUEST_AUTHENTICATIONS } from '../test/check/webhook/examples/authentication';
import { SIDECARS } from '../test/check/webhook/examples/sidecar';
import { VIRTUAL_SERVICES } from '../test/check/webhook/examples/virtual-service';
import { HTTP_ACTIONS, HTTP_DESTINATIONS, HTTP_HEADERS, HTTP_MATCHES } from '../test/check/webhook/examples/virtual-service-http';
import { REACH } from '../test/check/webhook/examples/virtual-service-reach';
import { TELEMETRIES } from '../test/check/webhook/examples/telemetry';
import { PROXY_CONFIGS, WORKLOAD_ENTRIES, WORKLOAD_GROUPS } from '../test/check/webhook/examples/workloads';

const OTHER_VERSIONS = new Map([
  ['ProxyConfig', 'networking.istio.io/v1beta1'], ['EnvoyFilter', 'networking.istio.io/v1alpha3'],
  ['PeerAuthentication', 'security.istio.io/v1'], ['RequestAuthentication', 'security.istio.io/v1'], ['AuthorizationPolicy', 'security.istio.io/v1'],
  ['Telemetry', 'telemetry.istio.io/v1'], ['WasmPlugin', 'extensions.istio.io/v1alpha1'], ['TrafficExtension', 'extensions.istio.io/v1alpha1'],
]);

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

test.each([
  ['VirtualService', [...VIRTUAL_SERVICES, ...HTTP_ACTIONS, ...HTTP_DESTINATIONS, ...HTTP_MATCHES, ...HTTP_HEADERS, ...REACH]], ['DestinationRule', DESTINATION_RULES],
  ['Gateway', GATEWAYS], ['ServiceEntry', SERVICE_ENTRIES], ['Sidecar', SIDECARS],
  ['WorkloadEntry', WORKLOAD_ENTRIES], ['WorkloadGroup', WORKLOAD_GROUPS], ['ProxyConfig', PROXY_CONFIGS],
  ['PeerAuthentication', PEER_AUTHENTICATIONS], ['RequestAuthentication', REQUEST_AUTHENTICATIONS], ['AuthorizationPolicy', AUTHORIZATION_POLICIES],
  ['Telemetry', TELEMETRIES], ['WasmPlugin', WASM_PLUGINS], ['TrafficExtension', TRAFFIC_EXTENSIONS], ['EnvoyFilter', ENVOY_FILTERS],
])('the examples that the unit tests hold our webhook layer to, of %s, are judged so by Istio', async (kind, examples) => {
  const apiVersion = OTHER_VERSIONS.get(kind) ?? 'networking.istio.io/v1';
  const verdicts = await apiServer.verdicts(examples.map(({ metadata, spec }) => JSON.stringify({ apiVersion, kind, metadata, spec })).join('\n---\n'));
  expect(verdicts.map(({ apiServer: { errors } }, i) => [examples[i].about, errors])).toEqual(examples.map(({ about }) => [about, []]));
  expect(verdicts.map(({ webhook }, i) => [examples[i].about, verdictOf(webhook)])).toEqual(examples.map(({ about, verdict }) => [about, verdict]));
});

function verdictOf({ accepted, warnings }: { accepted: boolean; warnings?: readonly string[] }): WebhookExample['verdict'] {
  if (!accepted) return 'refused';
  return warnings?.length ? 'warned' : 'accepted';
}
