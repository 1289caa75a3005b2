import { Kind } from '../../../manifest/kinds';
import { telemetries } from '../../facts/telemetries';
import { defineRule } from '../../rule';

export const telemetriesForOneNamespace = defineRule({
  code: 'MESH3703',
  slug: 'telemetries-for-one-namespace',
  title: 'Two Telemetries are for all of a namespace',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0160', 'KIA0002'],
  sees: 'namespace',
  why: 'Only the oldest holds; the settings of the others do nothing.',
  fix: 'Put them into one Telemetry.',
  links: ['https://istio.io/latest/docs/reference/config/telemetry/', 'https://istio.io/latest/docs/reference/config/analysis/ist0160/'],
  examples: {
    valid: [{
      title: 'one for all, one for a waypoint',
      yaml: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: default, namespace: shop }
spec: { tracing: [{ randomSamplingPercentage: 10 }] }
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: waypoint, namespace: shop }
spec: { targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: waypoint }], tracing: [{ randomSamplingPercentage: 1 }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: shop, labels: { istio.io/waypoint-for: service } }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
`,
    }],
    invalid: [{
      title: 'one for traces, one for metrics',
      yaml: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: traces, namespace: shop }
spec: { tracing: [{ randomSamplingPercentage: 10 }] }
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: metrics, namespace: shop }
spec: { metrics: [{ providers: [{ name: prometheus }] }] }
`,
    }],
  },
  kinds: [Kind.TELEMETRY],
  check(object, { mesh, report }) {
    const forAll = mesh.fact(telemetries).forAllOf(object.namespace);
    if (forAll.length < 2 || !mesh.fact(telemetries).of(object).forAll || mesh.isReplaced(object)) return;
    const others = forAll.slice(0, 6).filter((other) => other.object !== object).slice(0, 5).map((other) => other.object.name);
    report({ path: 'spec', message: `${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} for all of ${object.namespace} too.` });
  },
});
