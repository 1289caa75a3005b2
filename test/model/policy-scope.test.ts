import { App, ApiObject, Chart } from 'cdk8s';
import { MeshWorkload, PolicyScope } from '../../src';
import { checkTrustDomains, checkTrusted } from '../../src/model/trust-domains';

function chart(): Chart {
  return new Chart(new App(), 'shop', { namespace: 'shop' });
}

function pods(scope: Chart, name: string, labels: Record<string, string>): ApiObject {
  return new ApiObject(scope, name, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } },
  });
}

describe('a policy scope', () => {
  test('of a workload is in its namespace and selects its pods', () => {
    const scope = PolicyScope.workload(MeshWorkload.fromLabels(chart(), 'ingress', { name: 'ingress', namespace: 'edge', labels: { istio: 'ingress' } }));
    expect([scope._namespace, scope._selection(), scope._labels(), scope._name]).toEqual(
      ['edge', { selector: { matchLabels: { istio: 'ingress' } } }, { istio: 'ingress' }, 'ingress']);
  });

  test('of a namespace selects nothing, as everything is meant', () => {
    const scope = PolicyScope.namespace('shop');
    expect([scope._namespace, scope._selection(), scope._labels(), scope._isMesh]).toEqual(['shop', {}, undefined, false]);
  });

  test('of the mesh is in the root namespace', () => {
    expect([PolicyScope.mesh()._namespace, PolicyScope.mesh('istio-config')._namespace, PolicyScope.mesh()._isMesh]).toEqual(['istio-system', 'istio-config', true]);
  });

  test('of a Gateway of the Gateway API names the Gateway', () => {
    const scope = PolicyScope.kubernetesGateway('edge', 'public');
    expect([scope._namespace, scope._selection()]).toEqual(['edge', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }] }]);
  });

  test('that selects other pods as well, by labels that nobody wrote for it, is a mistake', () => {
    const shop = chart();
    const web = new MeshWorkload(shop, 'web', { workload: pods(shop, 'web-1', { app: 'web' }) });
    pods(shop, 'web-2', { app: 'web', tier: 'other' });
    expect(PolicyScope.workload(web)._mistakes(shop)).toEqual([expect.stringContaining('would select app=web, and so these pods too: Deployment web-2')]);
  });

  test('of pods whose labels are not known is a mistake, not an exception', () => {
    const shop = chart();
    const other = new MeshWorkload(shop, 'bare', { workload: pods(shop, 'bare-pods', {}) });
    expect(PolicyScope.workload(other)._mistakes(shop)).toHaveLength(1);
  });

  test.each([
    [() => PolicyScope.namespace('Shop'), 'PolicyScope.namespace: "Shop" is not a namespace name'],
    [() => PolicyScope.namespace(undefined as never), 'PolicyScope.namespace: undefined is not a namespace name'],
    [() => PolicyScope.namespace('istio-system'), 'Say PolicyScope.mesh() where that is meant'],
    [() => PolicyScope.mesh('*'), 'PolicyScope.mesh: "*" is not a namespace name'],
    [() => PolicyScope.kubernetesGateway('edge', 'Public!'), 'PolicyScope.kubernetesGateway: "Public!" is not the name of a Gateway'],
    [() => PolicyScope.workload('reviews' as never), 'PolicyScope.workload: the target is "reviews"'],
  ])('is refused where it cannot be: %s', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('trust domains', () => {
  test('are that of Istio unless said', () => {
    expect(checkTrustDomains()).toEqual(['cluster.local']);
  });

  test.each([[[]], [['Partner!']], [['spiffe://a']], [['*']], [[7]]])('%j are refused', (domains) => {
    expect(() => checkTrustDomains(domains as string[])).toThrow('trustDomains');
  });

  test('a principal of another one is refused, and what to write is said', () => {
    expect(() => checkTrusted('cluster.local/ns/shop/sa/web', ['cluster.local'])).not.toThrow();
    expect(() => checkTrusted('partner.example/ns/shop/sa/web', ['cluster.local'])).toThrow(
      'the principal partner.example/ns/shop/sa/web is of the trust domain partner.example, which is not listed in `trustDomains` (cluster.local). '
      + "Add it there if this mesh trusts it: trustDomains: ['cluster.local', 'partner.example'].");
  });
});
