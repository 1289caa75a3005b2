import { TelemetrySpec } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { ExtensionProvider, meshConfig } from '../../facts/mesh-config';
import { MeshFacts, specOf } from '../../facts/mesh-facts';
import { nearestTo } from '../../facts/nearest';
import { ProviderRole, providersIn } from '../../facts/telemetries';
import { defineRule } from '../../rule';

/** The types of providers that can do what a Telemetry asks. */
const ABLE: Readonly<Record<ProviderRole, ReadonlySet<string>>> = {
  tracing: new Set(['zipkin', 'lightstep', 'datadog', 'opencensus', 'skywalking', 'opentelemetry', 'stackdriver']),
  metrics: new Set(['prometheus', 'stackdriver']),
  accessLogging: new Set(['envoyFileAccessLog', 'envoyHttpAls', 'envoyTcpAls', 'envoyOtelAls', 'stackdriver']),
};

const WORDS: Readonly<Record<ProviderRole, string>> = { tracing: 'traces', metrics: 'metrics', accessLogging: 'access logs' };

export const undeclaredProvider = defineRule({
  code: 'MESH3705',
  slug: 'undeclared-provider',
  title: 'A Telemetry names a provider that the mesh does not have, or that cannot do it',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'Istio leaves such a provider out without a word: no traces, metrics or logs arrive, and those of the parent setting stop too.',
  fix: 'Declare it in `meshConfig.extensionProviders`, or correct the name.',
  links: ['https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider'],
  examples: {
    valid: [{
      title: 'a provider of the mesh config, and one that Istio brings along',
      yaml: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: mesh-default, namespace: istio-system }
spec:
  tracing: [{ providers: [{ name: traces }] }]
  metrics: [{ providers: [{ name: prometheus }] }]
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
      title: 'another name than in the mesh config',
      yaml: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: mesh-default, namespace: istio-system }
spec: { tracing: [{ providers: [{ name: trace }] }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    extensionProviders: [{ name: traces, opentelemetry: { service: collector.observability.svc.cluster.local, port: 4317 } }]
`,
    }, {
      title: 'metrics to a provider for access logs',
      yaml: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: mesh-default, namespace: istio-system }
spec: { metrics: [{ providers: [{ name: envoy }] }] }
`,
    }],
  },
  kinds: [Kind.TELEMETRY],
  check(object, { mesh, report, missing }) {
    const providers = providersIn(specOf<TelemetrySpec>(object));
    if (providers.length === 0) return;
    const config = mesh.fact(meshConfig);
    const known = mesh.fact(providersByName);
    for (const { name, role, path } of providers) {
      const provider = known.get(name.toLowerCase());
      if (provider !== undefined) {
        if (provider.type !== '' && !ABLE[role].has(provider.type)) {
          report({ path, message: `The provider ${name} is of the type ${provider.type}, which takes no ${WORDS[role]}.` });
        }
        continue;
      }
      const near = nearestTo(name, config.extensionProviders.keys());
      const found = {
        path,
        message: `The mesh has no provider ${name}; it has ${[...config.extensionProviders.keys()].slice(0, 8).join(', ')}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
      };
      if (!config.isWhole) missing(found);
      else report(found);
    }
  },
});

/** Istio compares names without regard to case. */
function providersByName(mesh: MeshFacts): ReadonlyMap<string, ExtensionProvider> {
  return new Map([...mesh.fact(meshConfig).extensionProviders.values()].map((provider) => [provider.name.toLowerCase(), provider]));
}
