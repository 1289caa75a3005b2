import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import { Shop } from './shop';
import { EgressPolicy, MeshPort, MeshService, MeshWorkload, ZeroTrustNamespace, ZeroTrustNamespaceProps } from '../../src';
import { WARNING } from '../../src/model/warning';

describe('an allow of a call that cannot leave its namespace', () => {
  const message = '[data/zero-trust] allow frontend → ratings: the sidecars of shop know only the hosts that [shop/zero-trust] names, '
    + 'and ratings.data.svc.cluster.local is none of them, so the call never leaves shop. Add allowEgress for ratings [shop/data-ratings] at [shop/zero-trust].';

  function shopAndData(props: Partial<ZeroTrustNamespaceProps> = {}, labels: { [label: string]: string } = { app: 'frontend' }) {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust(props);
    const ratings = shop.service('ratings', undefined, 'data');
    const frontend = MeshWorkload.fromLabels(shop.chart, 'frontend', { name: 'frontend', namespace: 'shop', labels, serviceAccount: 'frontend' });
    new ZeroTrustNamespace(new Chart(shop.app, 'data'), 'zero-trust', { namespace: 'data' }).allow({ caller: frontend, target: ratings });
    return { shop, zeroTrust, ratings };
  }

  test('is an error that names both and the fix', () => {
    expect(() => shopAndData().shop.manifests()).toThrow(message);
  });

  test.each<[string, (zeroTrust: ZeroTrustNamespace, ratings: MeshService, shop: Shop) => void]>([
    ['the service is named', (zeroTrust, ratings) => zeroTrust.allowEgress(ratings)],
    ['its host is named', (zeroTrust) => zeroTrust.allowEgressToHost('ratings.data.svc.cluster.local')],
    ['its namespace is named', (zeroTrust) => zeroTrust.allowEgressToHost('data/*')],
    ['a wildcard covers it', (zeroTrust) => zeroTrust.allowEgressToHost('*.data.svc.cluster.local')],
    ['the Sidecar is patched', (zeroTrust) => zeroTrust.sidecar!.addJsonPatch(JsonPatch.replace('/spec/egress/0/hosts', ['*/*']))],
    ['the user has a Sidecar for some of the pods', (_zeroTrust, _ratings, shop) => new ApiObject(shop.chart, 'own', {
      apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', metadata: { name: 'own' }, spec: { workloadSelector: { labels: { app: 'frontend' } } },
    })],
  ])('is none where %s', (_, say) => {
    const { shop, zeroTrust, ratings } = shopAndData();
    say(zeroTrust, ratings, shop);
    expect(() => shop.manifests()).not.toThrow();
  });

  test('is one where another namespace or another host is named', () => {
    const { shop, zeroTrust } = shopAndData();
    zeroTrust.allowEgressToHost('other/*');
    zeroTrust.allowEgressToHost('data/details.data.svc.cluster.local');
    expect(() => shop.manifests()).toThrow(message);
  });

  test.each<[string, Partial<ZeroTrustNamespaceProps>]>([['a dry run', { dryRun: true }], ['open egress', { egress: EgressPolicy.OPEN }]])('is none in %s', (_, props) => {
    expect(() => shopAndData(props).shop.manifests()).not.toThrow();
  });

  test('is none by a gateway, for which no Sidecar holds', () => {
    expect(() => shopAndData({}, { istio: 'ingressgateway' }).shop.manifests()).not.toThrow();
  });

  test('is none where the namespace of the caller is looked after elsewhere', () => {
    const shop = new Shop();
    shop.zeroTrust().allow({ caller: shop.workload('frontend', 'web'), target: shop.service('reviews') });
    expect(() => shop.manifests()).not.toThrow();
  });
});

describe('pods that refuse their sidecar', () => {
  type Template = { labels?: object; annotations?: object; spec?: object };
  const pods = (shop: Shop, name: string, { labels = {}, annotations = {}, spec = {} }: Template) => new ApiObject(shop.chart, name, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { template: { metadata: { labels: { app: name, ...labels }, annotations }, spec: { serviceAccountName: name, ...spec } } },
  });
  const allowed = (caller: object, target: object) => {
    const shop = new Shop();
    shop.zeroTrust().allow({
      caller: new MeshWorkload(shop.chart, 'caller', { workload: pods(shop, 'frontend', caller) }),
      target: new MeshWorkload(shop.chart, 'target', { workload: pods(shop, 'reviews', target) }),
    });
    return shop;
  };
  const off = { 'sidecar.istio.io/inject': 'false' };
  const ways: [string, object, string][] = [
    ['a label', { labels: off }, 'sidecar.istio.io/inject: "false" (label)'],
    ['an annotation', { annotations: off }, 'sidecar.istio.io/inject: "false" (annotation)'],
    ['the host network', { spec: { hostNetwork: true } }, 'hostNetwork: true'],
  ];

  test.each(ways)('by %s have no identity', (_, caller, reason) => {
    expect(() => allowed(caller, {}).manifests()).toThrow(
      `[shop/zero-trust] allow frontend → reviews: the Deployment [shop/frontend] says ${reason}, so pods of the caller have no sidecar and no identity, and this never matches for them. `
      + 'Take that out, or allow them by allowPlaintext.');
  });

  test.each(ways)('by %s are not protected', (_, target, reason) => {
    expect(() => allowed({}, target).manifests()).toThrow(
      `[shop/zero-trust] allow frontend → reviews: the Deployment [shop/reviews] says ${reason}, so pods of the target have no sidecar, and nothing enforces this policy or deny-all there: `
      + 'everyone may call them. Take that out, or leave out the allow and protect them by a NetworkPolicy.');
  });

  test.each<[string, object]>([
    ['nothing is said', {}],
    ['the label asks for it, whatever the annotation says', { labels: { 'sidecar.istio.io/inject': 'true' }, annotations: off }],
    ['they bring their proxy along', { annotations: off, spec: { containers: [{ name: 'istio-proxy', image: 'proxyv2', args: ['proxy', 'router'] }] } }],
  ])('are not those where %s', (_, template) => {
    expect(() => allowed(template, template).manifests()).not.toThrow();
  });

  test('are found behind a Service that nobody says the workload of', () => {
    const shop = new Shop();
    pods(shop, 'reviews', { labels: off });
    const service = new ApiObject(shop.chart, 'service', {
      apiVersion: 'v1', kind: 'Service', metadata: { name: 'reviews' }, spec: { selector: { app: 'reviews' }, ports: [{ port: 80, appProtocol: 'http' }] },
    });
    shop.zeroTrust().allow({ caller: shop.workload('frontend'), target: new MeshService(shop.chart, 'target', { service }) });
    expect(() => shop.manifests()).toThrow('the Deployment [shop/reviews] says sidecar.istio.io/inject: "false" (label), so pods of the target');
    pods(shop, 'reviews-2', { labels: { app: 'reviews' } });
    expect(() => shop.manifests()).not.toThrow();
  });

  test('may call without an identity where that is allowed', () => {
    const shop = new Shop();
    shop.zeroTrust().allowPlaintext({ target: shop.service('reviews', [MeshPort.http(80)]), ports: [80] });
    expect(() => shop.manifests()).not.toThrow();
  });
});

describe('a Namespace that something else renders', () => {
  const warnings = (labels: { [label: string]: string } | undefined, existing = true) => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust({ existing });
    if (existing) new ApiObject(shop.chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } });
    const print = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    shop.manifests();
    shop.manifests();
    const printed = print.mock.calls.map(([text]) => text);
    print.mockRestore();
    expect(zeroTrust.node.metadata.filter(({ type }) => type === WARNING)).toHaveLength(printed.length);
    return printed;
  };

  test('without a label for injection is warned of, once', () => {
    expect(warnings({ team: 'a' })).toEqual([
      'Warning: [shop/zero-trust] the Namespace shop [shop/namespace] has no label for injection, so its pods get no sidecar, and nothing enforces these policies. '
      + 'Give it the label istio-injection: enabled, or istio.io/rev: REVISION.\n',
    ]);
    expect(warnings(undefined)).toHaveLength(1);
  });

  test('with one is not, nor one that is written here', () => {
    expect(warnings({ 'istio-injection': 'enabled' })).toEqual([]);
    expect(warnings({ 'istio.io/rev': 'x' })).toEqual([]);
    expect(warnings(undefined, false)).toEqual([]);
  });
});
