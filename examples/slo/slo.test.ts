import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { parse, parseAllDocuments } from 'yaml';
import { ShopChart } from './shop';
import { WatchChart } from './watch';

function synthesize(): { yaml: string; watch: WatchChart } {
  const app = new App();
  const watch = new WatchChart(app, 'watch', new ShopChart(app, 'shop'));
  return { yaml: app.synthYaml(), watch };
}

const { yaml, watch } = synthesize();
const objects = parseAllDocuments(yaml).map((document) => document.toJS()).filter((manifest) => manifest !== null);
const rules = new Map<string, any>(objects.filter(({ kind }) => kind === 'PrometheusRule').map((object) => [object.metadata.name, object]));
const alertsOf = (name: string): any[] => rules.get(name).spec.groups[0].rules.filter(({ alert }: any) => alert !== undefined);

test('synthesizing twice writes the same bytes', () => {
  expect(synthesize().yaml).toEqual(yaml);
});

test('what is promised is beside the services, what is about the mesh in istio-system, all for the operator\'s Prometheus', () => {
  expect([...rules.values()].map(({ metadata: { name, namespace } }) => `${namespace}/${name}`).sort()).toEqual([
    'istio-system/istio-mesh', 'shop/checkout-availability', 'shop/frontend-availability', 'shop/frontend-latency', 'shop/search-availability',
  ]);
  expect([...rules.values()].every(({ metadata }) => metadata.labels.release === 'prometheus')).toBe(true);
});

test('every alert goes to the team that can do something', () => {
  const teams = [...rules.keys()].map((name) => [name, ...new Set(alertsOf(name).map(({ labels }) => labels.team))]);
  expect(Object.fromEntries(teams)).toEqual({
    'checkout-availability': 'payments', 'frontend-availability': 'web', 'frontend-latency': 'web', 'search-availability': 'search', 'istio-mesh': 'platform',
  });
});

test('calls of the checkout fail by their gRPC status, too', () => {
  expect(JSON.stringify(rules.get('checkout-availability'))).toContain('grpc_response_status=~');
  expect(JSON.stringify(rules.get('frontend-availability'))).not.toContain('grpc_response_status');
});

test('nobody is woken for the search', () => {
  expect(alertsOf('search-availability').map(({ labels }) => [labels.severity, labels.burn_rate, labels.long_window])).toEqual([['warning', '2', '1d']]);
});

test('a Prometheus without the operator gets the same rules', () => {
  const directory = mkdtempSync(join(tmpdir(), 'cdk8s-istio-slo-'));
  try {
    watch.writePrometheusFiles(directory);
    for (const [name, { spec }] of rules) expect(parse(readFileSync(join(directory, `${name}.yaml`), 'utf8'))).toEqual(spec);
    expect(readdirSync(directory)).toHaveLength(rules.size);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
