import { ApiObject, App, Chart, Lazy } from 'cdk8s';
import * as kplus31 from 'cdk8s-plus-31';
import * as kplus33 from 'cdk8s-plus-33';
import { MeshPort, MeshService, MeshWorkload } from '../../src';
import { mistakes, rawService, rawWorkload, shop } from '../support/shop';

const TEMPLATE = { metadata: { labels: { app: 'a' } }, spec: { serviceAccountName: 'robot', containers: [{ name: 'main', image: 'a' }] } };

function raw(chart: Chart, kind: string, spec: object, apiVersion = 'apps/v1'): ApiObject {
  return new ApiObject(chart, kind, { apiVersion, kind, metadata: { name: 'a' }, spec });
}

describe('a MeshWorkload is made from', () => {
  test.each([
    ['Deployment', { template: TEMPLATE, selector: { matchLabels: { app: 'a' } } }, 'apps/v1'],
    ['StatefulSet', { template: TEMPLATE }, 'apps/v1'],
    ['DaemonSet', { template: TEMPLATE }, 'apps/v1'],
    ['ReplicaSet', { template: TEMPLATE }, 'apps/v1'],
    ['Job', { template: TEMPLATE }, 'batch/v1'],
    ['CronJob', { jobTemplate: { spec: { template: TEMPLATE } } }, 'batch/v1'],
    ['Rollout', { template: TEMPLATE }, 'argoproj.io/v1alpha1'],
  ])('a %s', (kind, spec, apiVersion) => {
    const { chart } = shop();
    const workload = new MeshWorkload(chart, 'workload', { workload: raw(chart, kind, spec, apiVersion) });
    expect([workload.name, workload.namespace, workload.serviceAccount]).toEqual(['a', 'shop', 'robot']);
    expect(workload.selector).toEqual({ app: 'a' });
    expect(workload.callerIdentities().map(String)).toEqual(['shop/robot']);
  });

  test('a Pod', () => {
    const { chart } = shop();
    const pod = new ApiObject(chart, 'pod', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', labels: { 'k8s-app': 'p' } }, spec: { containers: [] } });
    const workload = new MeshWorkload(chart, 'workload', { workload: pod });
    expect([workload.selector, workload.serviceAccount]).toEqual([{ 'k8s-app': 'p' }, 'default']);
  });

  test.each([['31', kplus31], ['33', kplus33]])('a Deployment, StatefulSet, Job and CronJob of cdk8s-plus-%s', (_, kplus: any) => {
    const { chart } = shop();
    const containers = [{ image: 'a' }];
    const service = new kplus.Service(chart, 'service', { ports: [{ port: 80 }] });
    const account = new kplus.ServiceAccount(chart, 'account', { metadata: { name: 'robot' } });
    const all = [
      new kplus.Deployment(chart, 'deployment', { containers, serviceAccount: account }),
      new kplus.StatefulSet(chart, 'set', { containers, service, serviceAccount: account }),
      new kplus.Job(chart, 'job', { containers, serviceAccount: account }),
      new kplus.DaemonSet(chart, 'daemons', { containers, serviceAccount: account }),
    ];
    for (const workload of all) {
      workload.podMetadata.addLabel('app', 'mine');
      const mesh = new MeshWorkload(workload, 'mesh', { workload });
      expect(mesh.selector).toEqual({ app: 'mine' });
      expect(mesh.serviceAccount).toBe('robot');
    }
  });

  test('labels', () => {
    const workload = MeshWorkload.fromLabels(shop().chart, 'workload', { name: 'a', namespace: 'data', labels: { app: 'a' }, serviceAccount: 'robot' });
    expect([workload.selector, workload.callerIdentities().map(String), workload.callerPods()]).toEqual([{ app: 'a' }, ['data/robot'], []]);
  });
});

describe('selectors', () => {
  test('never use the label that hashes the construct\'s path; without another the error shows the line to add', () => {
    const { chart } = shop();
    const deployment = new kplus33.Deployment(chart, 'deployment', { metadata: { name: 'web' }, containers: [{ image: 'a' }] });
    const workload = new MeshWorkload(chart, 'workload', { workload: deployment });
    expect(() => workload.selector).toThrow('[shop/workload] the pods of web carry no label of yours that a policy could select them by');
    expect(() => workload.selector).toThrow('Add one, for example: deployment.podMetadata.addLabel(\'app\', \'web\').');
    deployment.podMetadata.addLabel('app', 'web');
    expect(workload.selector).toEqual({ app: 'web' });
  });

  test.each(['pod-template-hash', 'controller-revision-hash', 'rollouts-pod-template-hash'])('never use %s', (label) => {
    const { chart } = shop();
    const labels = { 'app.kubernetes.io/name': 'a', [label]: 'x' };
    expect(new MeshWorkload(chart, 'workload', { workload: rawWorkload(chart, 'a', { labels }) }).selector).toEqual({ 'app.kubernetes.io/name': 'a' });
  });

  test('are the workload\'s own, else the well-known labels, and a version alone is none', () => {
    const { chart } = shop();
    const template = (labels: object) => ({ template: { metadata: { labels }, spec: { containers: [] } } });
    const of = (id: string, spec: object) => new MeshWorkload(chart, id, { workload: raw(new Chart(chart, `c-${id}`, { namespace: 'shop' }), 'Job', spec) });
    expect(of('own', { ...template({ app: 'a', team: 'b' }), selector: { matchLabels: { team: 'b' } } }).selector).toEqual({ team: 'b' });
    expect(of('known', template({ app: 'a', version: 'v1', team: 'b' })).selector).toEqual({ app: 'a', version: 'v1' });
    expect(() => of('version', template({ version: 'v1' })).selector).toThrow('carry no label of yours');
  });

  test('that are given are taken as they are', () => {
    const { chart } = shop();
    expect(new MeshWorkload(chart, 'workload', { workload: rawWorkload(chart, 'a'), selector: { team: 'b' } }).selector).toEqual({ team: 'b' });
  });
});

describe('of a service, the selector', () => {
  test('is the Service\'s own, of the user\'s labels', () => {
    const { chart } = shop();
    expect(new MeshService(chart, 'mesh', { service: rawService(chart, 'a', { selector: { tier: 'web' } }) }).selector).toEqual({ tier: 'web' });
  });

  test('is what its workloads have in common, where the Service selects by a hash', () => {
    const { chart } = shop();
    const workloads = ['v1', 'v2'].map((version) => rawWorkload(chart, version, { labels: { app: 'a', version } }));
    const service = rawService(chart, 'a', { selector: { 'cdk8s.io/metadata.addr': 'c8' } });
    expect(new MeshService(chart, 'mesh', { service, workloads }).selector).toEqual({ app: 'a' });
  });

  test('is asked for where it cannot be known', () => {
    const { chart } = shop();
    const hashed = new MeshService(chart, 'hashed', { service: rawService(chart, 'a', { selector: { 'cdk8s.io/metadata.addr': 'c8' } }) });
    expect(() => hashed.selector).toThrow('[shop/hashed] the pods of a are not known by labels of yours. Give its `workload`, or MeshWorkload.fromLabels(');
    const named = MeshService.fromName(chart, 'named', { name: 'b', namespace: 'shop', ports: [MeshPort.http(80)] });
    expect(() => named.selector).toThrow('[shop/named] the pods of b are not known. Give its `workload`');
    const workloads = ['x', 'y'].map((id) => rawWorkload(chart, id));
    const apart = MeshService.fromName(chart, 'apart', { name: 'c', namespace: 'shop', ports: [MeshPort.http(80)], workloads });
    expect(() => apart.selector).toThrow('the workloads of c (x, y) have no label in common');
  });
});

describe('what cannot be known is asked for', () => {
  test('name, namespace and selector', () => {
    const chart = new Chart(new App(), 'chart');
    expect(() => new MeshWorkload(chart, 'a', { selector: { app: 'a' }, namespace: 'b' })).toThrow('[chart/a] the name of this workload is not known. Give `name`.');
    expect(() => new MeshWorkload(chart, 'b', { workload: rawWorkload(chart, 'w') })).toThrow('[chart/b] the namespace of this workload is not known. Give `namespace`, here or to its Chart.');
    expect(() => new MeshWorkload(chart, 'c', { name: 'a', namespace: 'b' })).toThrow('[chart/c] nothing says which pods are meant.');
    expect(() => new MeshWorkload(chart, 'd', { name: 'a', namespace: 'b', selector: {} })).toThrow('[chart/d] the selector is empty, so every pod of b would be meant.');
    expect(() => new MeshWorkload(chart, 'e', { name: 'a', namespace: 'B', selector: { app: 'a' } })).toThrow('"B" is not a namespace name');
  });

  test('the service account of pods that are not rendered, and of services', () => {
    const { chart } = shop();
    const workload = MeshWorkload.fromLabels(chart, 'workload', { name: 'a', namespace: 'shop', labels: { app: 'a' } });
    expect(() => workload.callerIdentities()).toThrow('[shop/workload] the service account of a is not known. Give `serviceAccount`.');
    const service = MeshService.fromName(chart, 'mesh', { name: 'a', namespace: 'shop', ports: [MeshPort.http(80)] });
    expect(() => service.callerIdentities()).toThrow('[shop/mesh] the service account of a is not known, as a Service has none. Give its `workload`');
  });

  test('the template of a Rollout that refers to a Deployment', () => {
    const { chart } = shop();
    const workload = new MeshWorkload(chart, 'workload', { workload: raw(chart, 'Rollout', { workloadRef: { name: 'd' } }) });
    expect(() => workload.selector).toThrow('[shop/Rollout] the Rollout a has no pod template (a Rollout may refer to a Deployment by workloadRef)');
  });

  test('a construct without pods', () => {
    const { chart } = shop();
    expect(() => new MeshWorkload(chart, 'workload', { workload: rawService(chart, 's') })).toThrow('[shop/s] is a Service; a workload is of kind Deployment, StatefulSet');
  });
});

test('a workload of another namespace than its service is an error', () => {
  const { app, chart } = shop();
  const elsewhere = new Chart(app, 'elsewhere', { namespace: 'data' });
  const deployment = rawWorkload(elsewhere, 'a');
  expect(() => new MeshService(chart, 'mesh', { service: rawService(chart, 'a'), workload: deployment }))
    .toThrow('[shop/mesh/Workload] the workload a is in namespace data by its manifest, not in shop. A Service selects pods of its own namespace only.');
  new MeshService(chart, 'other', { service: rawService(chart, 'b'), workload: new MeshWorkload(elsewhere, 'w', { workload: deployment }) });
  expect(mistakes(app)).toEqual(['the workload a is in namespace data, the service b in shop: a Service selects pods of its own namespace only.']);
});

test('`workload` and `workloads` together are an error', () => {
  const { chart } = shop();
  const workload = rawWorkload(chart, 'a');
  expect(() => new MeshService(chart, 'mesh', { service: rawService(chart, 's'), workload, workloads: [workload] }))
    .toThrow('[shop/mesh] both `workload` and `workloads` are given. Put all of them into `workloads`.');
});

test('a name that is only said later is the workload\'s name then', () => {
  const { chart } = shop();
  let name: string | undefined;
  const deployment = new ApiObject(chart, 'd', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: Lazy.any({ produce: () => name }) }, spec: { template: TEMPLATE } });
  const workload = new MeshWorkload(chart, 'workload', { workload: deployment });
  name = 'late';
  expect([workload.name, workload.callerName]).toEqual(['late', 'late']);
});

test('the identities of a service are those of its workloads, each once', () => {
  const { chart } = shop();
  const workloads = ['a', 'b', 'c'].map((id) => rawWorkload(chart, id, { podSpec: id === 'c' ? { serviceAccountName: 'robot' } : {} }));
  const service = new MeshService(chart, 'mesh', { service: rawService(chart, 's'), workloads });
  expect(service.callerIdentities().map(String)).toEqual(['shop/default', 'shop/robot']);
  expect(service.callerPods()).toEqual(workloads);
});
