import { Kind } from '../../../manifest/kinds';
import { MeshObject } from '../../../manifest/mesh-object';
import { MeshFacts } from '../../facts/mesh-facts';
import { telemetries } from '../../facts/telemetries';
import { Workload, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const telemetriesSelectOneWorkload = defineRule({
  code: 'MESH3702',
  slug: 'telemetries-select-one-workload',
  title: 'Two Telemetries select the same workload',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0159', 'KIA0003'],
  sees: 'namespace',
  why: 'Only one of them holds for the workload, the older one; which that is, nobody sees.',
  fix: 'Put both into one Telemetry, or make the selectors disjoint.',
  links: ['https://istio.io/latest/docs/reference/config/telemetry/', 'https://istio.io/latest/docs/reference/config/analysis/ist0159/'],
  examples: {
    valid: [{
      title: 'two workloads',
      yaml: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: reviews, namespace: shop }
spec: { selector: { matchLabels: { app: reviews } }, tracing: [{ randomSamplingPercentage: 10 }] }
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: ratings, namespace: shop }
spec: { selector: { matchLabels: { app: ratings } }, tracing: [{ randomSamplingPercentage: 1 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: reviews, namespace: shop, labels: { app: reviews } }
spec: { containers: [{ name: reviews, image: reviews:1 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: ratings, namespace: shop, labels: { app: ratings } }
spec: { containers: [{ name: ratings, image: ratings:1 }] }
`,
    }],
    invalid: [{
      title: 'by app, and by version',
      yaml: `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: reviews, namespace: shop }
spec: { selector: { matchLabels: { app: reviews } }, tracing: [{ randomSamplingPercentage: 10 }] }
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: canaries, namespace: shop }
spec: { selector: { matchLabels: { version: v2 } }, tracing: [{ randomSamplingPercentage: 100 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: reviews-v2, namespace: shop, labels: { app: reviews, version: v2 } }
spec: { containers: [{ name: reviews, image: reviews:2 }] }
`,
    }],
  },
  kinds: [Kind.TELEMETRY],
  check(object, { mesh, report }) {
    const clash = mesh.fact(clashes).get(object);
    if (clash === undefined) return;
    report({
      path: 'spec.selector',
      message: `${[...clash.others].slice(0, 5).join(', ')} in ${object.namespace} ${clash.others.size === 1 ? 'selects' : 'select'} ${clash.workload.title} too.`,
    });
  },
});

interface Clash { readonly workload: Workload; readonly others: Set<string> }

function clashes(mesh: MeshFacts): ReadonlyMap<MeshObject, Clash> {
  const found = new Map<MeshObject, Clash>();
  const all = mesh.fact(workloads);
  for (const [namespace, own] of mesh.fact(telemetries).byNamespace) {
    if (own.length < 2) continue;
    const selecting = new Map<Workload, MeshObject[]>();
    for (const { object, selector } of own) {
      if (selector === undefined || mesh.isReplaced(object)) continue;
      for (const workload of all.selected(namespace, selector)) selecting.set(workload, [...selecting.get(workload) ?? [], object]);
    }
    for (const [workload, objects] of selecting) {
      if (objects.length < 2) continue;
      for (const object of objects) {
        const clash = found.get(object) ?? { workload, others: new Set<string>() };
        found.set(object, clash);
        for (const other of objects.slice(0, 6)) if (other !== object) clash.others.add(other.name);
      }
    }
  }
  return found;
}
