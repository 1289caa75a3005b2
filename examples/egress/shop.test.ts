import { App } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { EgressChart } from './egress';
import { ShopChart } from './shop';

const yaml = synthesize();
const objects = parseAllDocuments(yaml).map((document) => document.toJS()).filter((manifest) => manifest !== null);

function synthesize(): string {
  const app = new App();
  new ShopChart(app, 'shop', new EgressChart(app, 'egress'));
  return app.synthYaml();
}

function spec(kind: string, name: string): any {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
  if (found.length !== 1) throw new Error(`${found.length} of ${kind} ${name} among ${objects.map((o) => `${o.kind} ${o.metadata.name}`).join(', ')}`);
  return found[0].spec;
}

const GATEWAY = 'istio-egressgateway.istio-egress.svc.cluster.local';

test('synthesizing twice writes the same bytes', () => {
  expect(synthesize()).toEqual(yaml);
});

test('every host outside is called through the gateway', () => {
  const entries = objects.filter(({ kind }) => kind === 'ServiceEntry').flatMap(({ spec: { hosts } }) => hosts);
  expect(entries.sort()).toEqual(['api.payments.example', 'eu.suppliers.example', 'us.suppliers.example', 'warehouse.partner.example']);
  for (const host of entries) {
    const { http = [], tls = [], tcp = [] } = spec('VirtualService', host);
    expect([...http, ...tls, ...tcp].flatMap(({ route }) => route.map(({ destination }: any) => destination.host))).toEqual([GATEWAY]);
  }
  expect(spec('Gateway', 'istio-egressgateway').servers.map(({ hosts }: any) => hosts[0]).sort()).toEqual(entries.map((host: string) => `./${host}`));
});

test('checkout waits ten seconds, and the gateway repeats what can be repeated', () => {
  expect(spec('VirtualService', 'api.payments.example').http.map(({ timeout }: any) => timeout)).toEqual(['10s']);
  const [safe, others] = spec('VirtualService', 'istio-egressgateway-api-payments-example').http;
  expect([safe.match, safe.retries.attempts, others.retries]).toEqual([[{ method: { exact: 'GET' } }], 2, undefined]);
});

test('the gateway shows the shop\'s certificate and verifies the other one', () => {
  expect(spec('DestinationRule', 'api.payments.example').trafficPolicy.portLevelSettings[0].tls).toEqual({
    mode: 'MUTUAL', credentialName: 'payments-client', sni: 'api.payments.example', subjectAltNames: ['api.payments.example'],
  });
});

test.each([
  ['api-payments-example', 'checkout'], ['eu-suppliers-example', 'suppliers'], ['us-suppliers-example', 'suppliers'], ['warehouse-partner-example', 'reports'],
])('%s is for %s alone', (host, caller) => {
  const { rules } = spec('AuthorizationPolicy', `allow-egress-to-${host}`);
  expect(rules.flatMap((rule: any) => rule.from[0].source.principals)).toEqual([`cluster.local/ns/shop/sa/${caller}`]);
});

test('a sidecar knows the hosts of its own application', () => {
  expect(spec('Sidecar', 'checkout')).toEqual({
    workloadSelector: { labels: { app: 'checkout' } },
    egress: [{ hosts: ['istio-system/*', 'shop/api.payments.example'] }],
    outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
  });
});

test('the network lets nothing out beside the gateway', () => {
  const names = spec('NetworkPolicy', 'egress-through-the-gateway').egress.flatMap(({ to }: any) => to)
    .map(({ namespaceSelector }: any) => namespaceSelector.matchLabels['kubernetes.io/metadata.name']);
  expect(names).toEqual(['istio-egress', 'istio-system', 'kube-system', 'shop']);
});
