import { workloads } from '../../../src/check/facts/workloads';
import { meshOf } from './mesh-in-sight';

const TEMPLATE = '{ metadata: { labels: { app: reviews, version: v1 } }, spec: { serviceAccountName: books, containers: [{ name: web, ports: [{ containerPort: 80 }] }] } }';

test.each([
  ['Deployment', 'apps/v1', `{ template: ${TEMPLATE} }`, 'spec.template'],
  ['StatefulSet', 'apps/v1', `{ template: ${TEMPLATE} }`, 'spec.template'],
  ['DaemonSet', 'apps/v1', `{ template: ${TEMPLATE} }`, 'spec.template'],
  ['ReplicaSet', 'apps/v1', `{ template: ${TEMPLATE} }`, 'spec.template'],
  ['Job', 'batch/v1', `{ template: ${TEMPLATE} }`, 'spec.template'],
  ['CronJob', 'batch/v1', `{ jobTemplate: { spec: { template: ${TEMPLATE} } } }`, 'spec.jobTemplate.spec.template'],
  ['Rollout', 'argoproj.io/v1alpha1', `{ template: ${TEMPLATE} }`, 'spec.template'],
])('the pods of a %s are found by the labels of its template', (kind, apiVersion, spec, path) => {
  const all = meshOf(`{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: reviews, namespace: shop, labels: { app: other } }, spec: ${spec} }`).fact(workloads);
  const [workload, ...others] = all.selected('shop', { app: 'reviews', version: 'v1' });
  expect(others).toEqual([]);
  expect([workload.object.kind, workload.templatePath, workload.serviceAccount]).toEqual([kind, path, 'books']);
  expect(workload.containers).toMatchObject([{ name: 'web', path: `${path}.spec.containers[0]`, ports: [{ containerPort: 80, protocol: 'TCP' }] }]);
  expect(all.selected('shop', { app: 'other' })).toEqual([]);
  expect(all.selected('data', { app: 'reviews' })).toEqual([]);
  expect(all.selectedAnywhere({ app: 'reviews' })).toEqual([workload]);
});

test('all labels of a selector count, and none selects every workload of the namespace', () => {
  const all = meshOf(`
{ apiVersion: v1, kind: Pod, metadata: { name: a, namespace: shop, labels: { app: reviews, version: v1 } } }
---
{ apiVersion: v1, kind: Pod, metadata: { name: b, namespace: shop, labels: { app: reviews, version: v2 } } }
---
{ apiVersion: v1, kind: Pod, metadata: { name: c, namespace: shop, labels: { app: ratings, version: v2 } } }
---
{ apiVersion: v1, kind: Pod, metadata: { name: d, namespace: data } }
`).fact(workloads);
  const names = (selector: Record<string, string>) => all.selected('shop', selector).map(({ name }) => name);
  expect(names({ app: 'reviews' })).toEqual(['a', 'b']);
  expect(names({ app: 'reviews', version: 'v2' })).toEqual(['b']);
  expect(names({ app: 'reviews', version: 'v3' })).toEqual([]);
  expect(names({ constructor: 'x' })).toEqual([]);
  expect(names({})).toEqual(['a', 'b', 'c']);
});

test('virtual machines are workloads without containers, and wrong types are none', () => {
  const all = meshOf(`
{ apiVersion: networking.istio.io/v1, kind: WorkloadGroup, metadata: { name: group, namespace: shop }, spec: { metadata: { labels: { app: ledger } }, template: { serviceAccount: ledger } } }
---
{ apiVersion: networking.istio.io/v1, kind: WorkloadEntry, metadata: { name: entry, namespace: shop, labels: { app: ledger } }, spec: { labels: { version: v1 }, address: 10.0.0.1 } }
---
{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: { name: by-reference, namespace: shop }, spec: { workloadRef: { kind: Deployment, name: x } } }
---
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: broken, namespace: shop }, spec: { template: { metadata: [], spec: { containers: { a: 1 } } } } }
`).fact(workloads);
  expect(all.selected('shop', { app: 'ledger' }).map(({ name, isVirtualMachine, containers }) => [name, isVirtualMachine, containers.length]))
    .toEqual([['group', true, 0], ['entry', true, 0]]);
  expect(all.selected('shop', { app: 'ledger', version: 'v1' }).map(({ name }) => name)).toEqual(['entry']);
  expect(all.in('shop').map(({ name }) => name).sort()).toEqual(['broken', 'entry', 'group']);
});
