import { said } from '../said';

const telemetry = (spec: string) => `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: mesh-default, namespace: istio-system }
spec: ${spec}
`;
const CONFIG_MAP = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: "extensionProviders: [{ name: Traces, zipkin: { service: zipkin.observability.svc.cluster.local, port: 9411 } }]" }
`;
const OPERATOR = `---
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: { name: overlay, namespace: istio-system }
spec: { meshConfig: { extensionProviders: [{ name: Traces, zipkin: { service: zipkin.observability.svc.cluster.local, port: 9411 } }] } }
`;
const severities = (yaml: string) => said('MESH3705', yaml, { complete: false }).map(({ severity }) => severity);

test('names are compared without regard to case', () => {
  expect(severities(telemetry('{ tracing: [{ providers: [{ name: traces }] }] }') + CONFIG_MAP)).toEqual([]);
});

test('it is certain only where the config that istiod reads is in sight', () => {
  const unknown = telemetry('{ tracing: [{ providers: [{ name: jaeger }] }] }');
  expect(severities(unknown + CONFIG_MAP)).toEqual(['warning']);
  expect(severities(unknown + OPERATOR)).toEqual(['info']);
  expect(severities(unknown)).toEqual(['info']);
});

test('a tracer takes no metrics', () => {
  expect(severities(telemetry('{ metrics: [{ providers: [{ name: Traces }] }] }') + CONFIG_MAP)).toEqual(['warning']);
});
