import { ApiServer } from './verdict';
import { WebhookExample } from '../test/check/webhook/examples/example';
import { GATEWAYS } from '../test/check/webhook/examples/gateway';
import { SERVICE_ENTRIES } from '../test/check/webhook/examples/service-entry';
import { SIDECARS } from '../test/check/webhook/examples/sidecar';
import { PROXY_CONFIGS, WORKLOAD_ENTRIES, WORKLOAD_GROUPS } from '../test/check/webhook/examples/workloads';

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

test.each([
  ['Gateway', GATEWAYS], ['ServiceEntry', SERVICE_ENTRIES], ['Sidecar', SIDECARS],
  ['WorkloadEntry', WORKLOAD_ENTRIES], ['WorkloadGroup', WORKLOAD_GROUPS], ['ProxyConfig', PROXY_CONFIGS],
])('the examples that the unit tests hold our webhook layer to, of %s, are judged so by Istio', async (kind, examples) => {
  const apiVersion = `networking.istio.io/${kind === 'ProxyConfig' ? 'v1beta1' : 'v1'}`;
  const verdicts = await apiServer.verdicts(examples.map(({ metadata, spec }) => JSON.stringify({ apiVersion, kind, metadata, spec })).join('\n---\n'));
  expect(verdicts.map(({ apiServer: { errors } }, i) => [examples[i].about, errors])).toEqual(examples.map(({ about }) => [about, []]));
  expect(verdicts.map(({ webhook }, i) => [examples[i].about, verdictOf(webhook)])).toEqual(examples.map(({ about, verdict }) => [about, verdict]));
});

function verdictOf({ accepted, warnings }: { accepted: boolean; warnings?: readonly string[] }): WebhookExample['verdict'] {
  if (!accepted) return 'refused';
  return warnings?.length ? 'warned' : 'accepted';
}
