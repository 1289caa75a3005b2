import { TelemetrySpec } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { meshConfig } from '../../facts/mesh-config';
import { specOf } from '../../facts/mesh-facts';
import { telemetries } from '../../facts/telemetries';
import { defineRule } from '../../rule';

export const telemetryWithoutProvider = defineRule({
  code: 'MESH3701',
  slug: 'telemetry-without-provider',
  title: 'Access logging without a provider',
  severity: 'warning',
  preset: 'istio',
  aliases: ['IST0157'],
  sees: 'mesh',
  why: 'Where neither the Telemetry nor the mesh names a provider, nothing is logged, and a log file that the mesh config names is switched off too.',
  fix: 'Name a provider (`providers: [{ name: envoy }]`), or set `meshConfig.defaultProviders.accessLogging`.',
  links: ['https://istio.io/latest/docs/tasks/observability/logs/telemetry-api/', 'https://istio.io/latest/docs/reference/config/analysis/ist0157/'],
  examples: {
    valid: [{
      title: 'a provider',
      yaml: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: mesh-default, namespace: istio-system }
spec:
  accessLogging: [{ providers: [{ name: envoy }] }]
`,
    }, {
      title: 'a provider from the mesh config',
      yaml: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: errors-only, namespace: shop }
spec:
  accessLogging: [{ filter: { expression: response.code >= 400 } }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    defaultProviders: { accessLogging: [envoy] }
`,
    }],
    invalid: [{
      title: 'a filter and nothing to filter',
      yaml: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: errors-only, namespace: shop }
spec:
  accessLogging: [{ filter: { expression: response.code >= 400 } }]
`,
    }],
  },
  kinds: [Kind.TELEMETRY],
  check(object, { mesh, report, missing }) {
    const { accessLogging } = specOf<TelemetrySpec>(object);
    if (accessLogging === undefined) return;
    const config = mesh.fact(meshConfig);
    if (config.defaultProviders.accessLogging.length > 0) return;
    accessLogging.forEach(({ disabled, providers }, i) => {
      if (disabled || (providers?.length ?? 0) > 0) return;
      // What holds for more workloads hands its providers down.
      const root = config.rootNamespace;
      const all = mesh.fact(telemetries);
      if ([...all.forAllOf(root), ...all.forAllOf(object.namespace)].some((other) => other.object !== object && namesProvider(other.spec))) return;
      const found = { path: `spec.accessLogging[${i}]`, message: 'Access logging names no provider, and the mesh has no default one: nothing is logged.' };
      // A Telemetry of the root namespace may name one, wherever it is.
      if (!config.isWhole || root !== object.namespace) missing({ ...found, namespace: root });
      else report(found);
    });
  },
});

function namesProvider({ accessLogging }: TelemetrySpec): boolean {
  return accessLogging?.some(({ providers }) => (providers?.length ?? 0) > 0) ?? false;
}
