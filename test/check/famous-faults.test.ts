import { check } from '../../src/check/check';
import { Preset, PRESETS } from '../../src/check/severity';
import { MeshSnapshot } from '../../src/manifest/mesh-snapshot';
import { readYaml } from '../../src/manifest/yaml-text';

/** What is wrong at error or warning, without what is only missing from sight. */
function heavy(yaml: string, preset: Preset) {
  const { objects, problems } = readYaml(yaml, 'faulty.yaml', { defaultNamespace: 'shop' });
  return check(new MeshSnapshot(objects, problems), { preset }).findings.filter(({ severity }) => severity !== 'info');
}

function destinationRule(trafficPolicy: string): string {
  return `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec: { host: reviews, trafficPolicy: { ${trafficPolicy} } }`;
}

function istioOperator(defaultConfig: string): string {
  return `
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: { name: istio, namespace: istio-system }
spec: { meshConfig: { defaultConfig: { ${defaultConfig} } } }`;
}

test.each(PRESETS)('distribute beside failover, which Istio refuses, is an error in the preset %s', (preset) => {
  const faulty = destinationRule('loadBalancer: { localityLbSetting: { distribute: [{ from: "eu/*", to: { "eu/*": 100 } }], failover: [{ from: eu, to: us }] } }');
  const [finding] = heavy(faulty, preset);
  expect(finding).toMatchObject({ severity: 'error', layer: 'webhook', path: 'spec.trafficPolicy.loadBalancer.localityLbSetting', line: 5 });
  expect(finding.fix).toMatch(/Keep distribute .* or failover/);
});

test.each(PRESETS)('a format in the access log of a Telemetry, which the API server refuses, is an error in the preset %s', (preset) => {
  const [finding] = heavy(`
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: logs, namespace: shop }
spec: { accessLogging: [{ format: "%REQ(:PATH)%" }] }`, preset);
  expect(finding).toMatchObject({ severity: 'error', layer: 'schema', path: 'spec.accessLogging[0].format' });
  expect(finding.fix).toContain('extensionProviders');
});

test.each([['istio', 'warning'], ['recommended', 'error'], ['strict', 'error']] as const)(
  'consecutiveErrors, which Istio ignores, is in the preset %s an %s', (preset, severity) => {
    const found = heavy(destinationRule('outlierDetection: { consecutiveErrors: 5 }'), preset);
    expect(found.map((finding) => finding.severity)).toEqual([severity]);
    expect(found[0].fix).toContain('consecutive5xxErrors: 5');
  });

test.each([['istio', []], ['recommended', ['warning']], ['strict', ['warning']]] as const)(
  'LEAST_CONN, of which Istio says nothing, gives in the preset %s: %j', (preset, severities) => {
    const found = heavy(destinationRule('loadBalancer: { simple: LEAST_CONN }'), preset);
    expect(found.map(({ severity }) => severity)).toEqual(severities);
    for (const { fix } of found) expect(fix).toContain('LEAST_REQUEST');
  });

test.each(['runAsUser: 1000', 'securityContext: {}'])('%s under defaultConfig, which istioctl takes and nothing reads, is an error in recommended', (field) => {
  expect(heavy(istioOperator(field), 'istio')).toEqual([]);
  const [finding] = heavy(istioOperator(field), 'recommended');
  expect(finding).toMatchObject({ severity: 'error', path: `spec.meshConfig.defaultConfig.${field.split(':')[0]}` });
  expect(finding.fix).toContain('spec.components.');
});
