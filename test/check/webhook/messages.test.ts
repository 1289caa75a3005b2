import { ourVerdict } from './examples/example';
import { GATEWAYS } from './examples/gateway';
import { SERVICE_ENTRIES } from './examples/service-entry';
import { SIDECARS } from './examples/sidecar';
import { PROXY_CONFIGS, WORKLOAD_ENTRIES, WORKLOAD_GROUPS } from './examples/workloads';

const EXAMPLES = [...GATEWAYS, ...SERVICE_ENTRIES, ...SIDECARS, ...WORKLOAD_ENTRIES, ...WORKLOAD_GROUPS, ...PROXY_CONFIGS];

test('a value of a million characters, or of several lines, makes no message longer than a few lines', () => {
  for (const monster of ['x'.repeat(1_000_000), 'x\n'.repeat(1000)]) {
    for (const example of EXAMPLES) {
      for (const sentence of ourVerdict({ ...example, spec: withTexts(example.spec, monster) }).said) {
        expect(sentence.length).toBeLessThan(600);
        expect(sentence).not.toContain('\n');
      }
    }
  }
});

/** Every text that need not be one of a few words. */
function withTexts(value: any, text: string): any {
  if (typeof value === 'string') return /^[A-Z0-9_]*$/.test(value) ? value : text;
  if (Array.isArray(value)) return value.map(item => withTexts(item, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTexts(item, text)]));
}
