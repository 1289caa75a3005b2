import { Kind } from '../../../manifest/kinds';
import { meshConfig } from '../../facts/mesh-config';
import { telemetries, providersIn } from '../../facts/telemetries';
import { defineRule } from '../../rule';

export const lightstepProvider = defineRule({
  code: 'MESH3704',
  slug: 'lightstep-provider',
  title: 'Traces go to a Lightstep provider',
  severity: 'warning',
  preset: 'istio',
  aliases: ['IST0002'],
  sees: 'mesh',
  why: 'Envoy has dropped its Lightstep tracer; what stands in for it may go in any release.',
  fix: 'Declare an `opentelemetry` provider and name that one.',
  links: ['https://istio.io/latest/docs/tasks/observability/distributed-tracing/opentelemetry/'],
  examples: {
    valid: [{
      title: 'OpenTelemetry',
      yaml: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: mesh-default, namespace: istio-system }
spec: { tracing: [{ providers: [{ name: traces }] }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    extensionProviders: [{ name: traces, opentelemetry: { service: collector.observability.svc.cluster.local, port: 4317 } }]
`,
    }],
    invalid: [{
      title: 'Lightstep',
      yaml: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: mesh-default, namespace: istio-system }
spec: { tracing: [{ providers: [{ name: traces }] }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    extensionProviders: [{ name: traces, lightstep: { service: collector.observability.svc.cluster.local, port: 8282, accessToken: x } }]
`,
    }],
  },
  kinds: [Kind.TELEMETRY],
  check(object, { mesh, report }) {
    const { extensionProviders } = mesh.fact(meshConfig);
    const own = mesh.fact(telemetries).of(object);
    for (const { name, role, path } of providersIn(own.spec)) {
      if (role === 'tracing' && extensionProviders.get(name)?.type === 'lightstep') report({ path, message: `The provider ${name} is Lightstep.` });
    }
  },
});
