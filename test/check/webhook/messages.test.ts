import { PEER_AUTHENTICATIONS, REQUEST_AUTHENTICATIONS } from './examples/authentication';
import { AUTHORIZATION_POLICIES } from './examples/authorization-policy';
import { DESTINATION_RULES } from './examples/destination-rule';
import { ENVOY_FILTERS } from './examples/envoy-filter';
import { ourVerdict } from './examples/example';
import { TRAFFIC_EXTENSIONS, WASM_PLUGINS } from './examples/extensions';
import { GATEWAYS } from './examples/gateway';
import { SERVICE_ENTRIES } from './examples/service-entry';
import { SIDECARS } from './examples/sidecar';
import { TELEMETRIES } from './examples/telemetry';
import { VIRTUAL_SERVICES } from './examples/virtual-service';
import { PROXY_CONFIGS, WORKLOAD_ENTRIES, WORKLOAD_GROUPS } from './examples/workloads';

const EXAMPLES = [
  ...VIRTUAL_SERVICES, ...DESTINATION_RULES, ...GATEWAYS, ...SERVICE_ENTRIES, ...SIDECARS,
  ...WORKLOAD_ENTRIES, ...WORKLOAD_GROUPS, ...PROXY_CONFIGS,
  ...AUTHORIZATION_POLICIES, ...PEER_AUTHENTICATIONS, ...REQUEST_AUTHENTICATIONS,
  ...TELEMETRIES, ...WASM_PLUGINS, ...TRAFFIC_EXTENSIONS, ...ENVOY_FILTERS,
];

test('a value of twenty thousand characters, or of several lines, makes no message longer than a few lines', () => {
  for (const monster of ['x'.repeat(20_000), 'x\n'.repeat(1000)]) {
    for (const example of EXAMPLES) {
      for (const sentence of ourVerdict({ ...example, spec: withTexts(example.spec, monster) }).said) {
        expect(sentence.length).toBeLessThan(600);
        expect(sentence).not.toContain('\n');
      }
    }
  }
});

/** Every text that need not be one of a few words, but for `targetRef`, whose texts the schema bounds. */
function withTexts(value: any, text: string): any {
  if (typeof value === 'string') return /^[A-Z0-9_]*$/.test(value) ? value : text;
  if (Array.isArray(value)) return value.map(item => withTexts(item, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, key.startsWith('targetRef') ? item : withTexts(item, text)]));
}
