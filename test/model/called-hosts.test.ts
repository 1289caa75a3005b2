import { ApiObject, Chart, Testing } from 'cdk8s';
import { MeshPort, MeshService, MeshWorkload } from '../../src';
import { calledHosts, callsFrom, callsOf } from '../../src/model/called-hosts';

let chart: Chart;
beforeEach(() => {
  chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
});

const pods = (name: string, id = `${name}-pods`, namespace = 'shop') => MeshWorkload.fromLabels(chart, id, { name, namespace, labels: { app: name }, serviceAccount: name });
const service = (name: string, workloads: MeshWorkload[] = [pods(name)], namespace = 'shop') => (
  MeshService.fromName(chart, name, { name, namespace, ports: [MeshPort.http(80)], workloads }));
const names = (calls: readonly { target: { name: string } }[]) => calls.map(({ target }) => target.name);

describe('the calls of pods', () => {
  test('are those of the service in front of them, and their own', () => {
    const [v1, v2] = [pods('v1'), pods('v2')];
    const frontend = service('frontend', [v1, v2]);
    frontend.calls(service('reviews'));
    v1.calls(service('ratings'));
    v2.calls(service('books'));
    expect(names(callsOf(v1))).toEqual(['reviews', 'ratings']);
    expect(names(callsOf(v2))).toEqual(['reviews', 'books']);
    expect(names(callsOf(frontend))).toEqual(['reviews', 'ratings', 'books']);
  });

  test('are those of each workload of the same manifest', () => {
    const workload = new ApiObject(chart, 'deployment', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { template: { metadata: { labels: { app: 'web' } }, spec: { serviceAccountName: 'web' } } } });
    const [one, other] = ['one', 'other'].map((id) => new MeshWorkload(chart, id, { workload }));
    one.calls(service('reviews'));
    expect(names(callsOf(other))).toEqual(['reviews']);
  });

  test('are those of each workload of the same labels, in whatever order, and of the same namespace', () => {
    const described = (id: string, namespace: string, labels: Record<string, string>) => MeshWorkload.fromLabels(chart, id, { name: 'web', namespace, labels, serviceAccount: 'web' });
    described('one', 'shop', { app: 'web', tier: 'a' }).calls(service('reviews'));
    expect(names(callsOf(described('same', 'shop', { tier: 'a', app: 'web' })))).toEqual(['reviews']);
    expect(names(callsOf(described('elsewhere', 'data', { app: 'web', tier: 'a' })))).toEqual([]);
  });

  test('are not those of others in the namespace', () => {
    const [frontend, other] = [service('frontend'), service('other')];
    frontend.calls(service('reviews'));
    expect(names(callsOf(other))).toEqual([]);
    expect(names(callsFrom(chart, 'shop'))).toEqual(['reviews']);
    expect(names(callsFrom(chart, 'data'))).toEqual([]);
  });
});

describe('called hosts', () => {
  test('say where their service is, and whether it is outside', () => {
    const payments = service('payments', undefined, 'data');
    const stripe = MeshService.fromHost(chart, 'stripe', { host: 'api.stripe.example', namespace: 'shop', ports: [MeshPort.tls(443)] });
    service('frontend').calls(payments).calls(stripe).calls(payments, { methods: ['GET'] });
    expect(calledHosts(callsFrom(chart, 'shop')).map(({ service: { name }, ...host }) => ({ name, ...host }))).toEqual([
      { name: 'payments', host: 'payments.data.svc.cluster.local', namespace: 'data', external: false },
      { name: 'api.stripe.example', host: 'api.stripe.example', namespace: 'shop', external: true },
    ]);
  });

  test('of pods are those of the services in front of them', () => {
    const workload = pods('reviews');
    service('frontend').calls(workload);
    service('reviews', [workload]);
    service('ratings');
    expect(calledHosts(callsFrom(chart, 'shop')).map(({ host }) => host)).toEqual(['reviews.shop.svc.cluster.local']);
  });
});
