import { Kind } from '../../../manifest/kinds';
import { MeshObject } from '../../../manifest/mesh-object';
import { MeshFacts } from '../../facts/mesh-facts';
import { Labels, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const workloadGroupsAlike = defineRule({
  code: 'MESH3629',
  slug: 'workload-groups-alike',
  title: 'Two WorkloadGroups give their machines the same labels',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA1702'],
  sees: 'namespace',
  why: 'Nothing can select the machines of one group: Services, policies and subsets always take both.',
  fix: 'Give each WorkloadGroup a label of its own, for instance `version`.',
  links: ['https://istio.io/latest/docs/reference/config/networking/workload-group/', 'https://kiali.io/docs/features/validations/#kia1702'],
  examples: {
    valid: [{
      title: 'a label that differs',
      yaml: `
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: { name: ledger-v1, namespace: shop }
spec: { metadata: { labels: { app: ledger, version: v1 } }, template: { serviceAccount: default } }
---
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: { name: ledger-v2, namespace: shop }
spec: { metadata: { labels: { app: ledger, version: v2 } }, template: { serviceAccount: default } }
`,
    }],
    invalid: [{
      title: 'the same labels',
      yaml: `
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: { name: ledger-v1, namespace: shop }
spec: { metadata: { labels: { app: ledger } }, template: { serviceAccount: default } }
---
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: { name: ledger-v2, namespace: shop }
spec: { metadata: { labels: { app: ledger } }, template: { serviceAccount: default } }
`,
    }],
  },
  kinds: [Kind.WORKLOAD_GROUP],
  check(object, { mesh, report }) {
    if (mesh.isReplaced(object)) return;
    const labels = mesh.fact(workloads).of(object)!.labels;
    const alike = mesh.fact(groupsByLabels).get(keyOf(object, labels));
    if (alike === undefined || alike.length < 2) return;
    const others = alike.filter((other) => other !== object).slice(0, 5).map(({ name }) => name);
    report({ path: 'spec.metadata.labels', message: `${others.join(', ')} in ${object.namespace} ${others.length === 1 ? 'has' : 'have'} the same labels.` });
  },
});

function groupsByLabels(mesh: MeshFacts): ReadonlyMap<string, readonly MeshObject[]> {
  const groups = new Map<string, MeshObject[]>();
  for (const object of mesh.ofKind(Kind.WORKLOAD_GROUP)) {
    if (mesh.isReplaced(object)) continue;
    const labels = mesh.fact(workloads).of(object)!.labels;
    if (Object.keys(labels).length === 0) continue;
    const key = keyOf(object, labels);
    groups.set(key, [...groups.get(key) ?? [], object]);
  }
  return groups;
}

function keyOf({ namespace }: MeshObject, labels: Labels): string {
  return `${namespace}\n${Object.keys(labels).sort().map((label) => `${label}=${labels[label]}`).join(',')}`;
}
