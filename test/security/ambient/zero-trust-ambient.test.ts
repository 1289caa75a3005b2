import { ApiObject } from 'cdk8s';
import { DataPlane, EgressPolicy, Injection, MeshPort, MeshService, MtlsException, PathMatch, Waypoint, WaypointTraffic, ZeroTrustNamespaceProps } from '../../../src';
import { WARNING } from '../../../src/model/warning';
import { Shop, errorOf } from '../shop';

const PORTS = [MeshPort.http(80, { targetPort: 9080 }), MeshPort.tcp(5432)];

/** The same description in whatever data plane. */
function described(props: (shop: Shop) => Partial<ZeroTrustNamespaceProps>, more: (shop: Shop) => unknown = () => undefined) {
  const shop = new Shop();
  const zeroTrust = shop.zeroTrust(props(shop));
  const [frontend, reviews] = [shop.service('frontend'), shop.service('reviews', PORTS)];
  zeroTrust.allow({ caller: frontend, target: reviews, methods: ['GET'], paths: [PathMatch.segment('/reviews')] });
  zeroTrust.allow({ caller: shop.service('batch'), target: reviews, ports: [5432] });
  more(shop);
  return { shop, zeroTrust, reviews };
}

const withWaypoint = (shop: Shop) => ({ dataPlane: DataPlane.ambient({ waypoint: new Waypoint(shop.chart, 'waypoint') }) });
const warningsOf = (shop: Shop) => {
  shop.manifests();
  return shop.chart.node.findAll().flatMap(({ node }) => node.metadata.filter(({ type }) => type === WARNING).map(({ data }) => String(data)));
};

describe('with sidecars', () => {
  test('it is as it was, whether that is said or not', () => {
    expect(described(() => ({ dataPlane: DataPlane.sidecars() })).shop.manifests()).toEqual(described(() => ({})).shop.manifests());
    expect(described(() => ({})).zeroTrust.dataPlaneDifferences).toEqual([]);
  });
});

describe('in the ambient mesh without a waypoint', () => {
  const { shop, zeroTrust } = described(() => ({ dataPlane: DataPlane.ambient() }));

  test('ztunnel carries out STRICT, deny-all and what is allowed of connections; no Sidecar is written', () => {
    const manifests = shop.manifests();
    expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual([
      'AuthorizationPolicy allow-batch-to-reviews', 'AuthorizationPolicy allow-frontend-to-reviews', 'AuthorizationPolicy deny-all', 'Namespace shop', 'PeerAuthentication default',
    ]);
    expect(shop.find('Namespace', 'shop').metadata.labels).toEqual({ 'istio.io/dataplane-mode': 'ambient' });
    expect(shop.find('AuthorizationPolicy', 'allow-batch-to-reviews').spec).toEqual({
      action: 'ALLOW', selector: { matchLabels: { app: 'reviews' } }, rules: [{ from: [{ source: { serviceAccounts: ['shop/batch'] } }], to: [{ operation: { ports: ['5432'] } }] }],
    });
  });

  test('what lets in nobody is warned of, and stands in the report', () => {
    expect(warningsOf(shop)).toEqual([expect.stringContaining('lets in nobody: frontend → reviews. Give the namespace a waypoint')]);
    expect(zeroTrust.dataPlaneDifferences).toContain('allow frontend → reviews: lets in nobody, as ztunnel sees no requests and leaves out rules about methods and paths.');
    expect(zeroTrust.dataPlaneDifferences.join()).not.toContain('batch');
  });

  test('the report says what nothing limits, unless that is wanted', () => {
    const egress = 'Nothing keeps pods of shop from calling elsewhere';
    const open = described(() => ({ dataPlane: DataPlane.ambient(), egress: EgressPolicy.OPEN }));
    expect(zeroTrust.dataPlaneDifferences.join()).toContain(egress);
    expect(open.zeroTrust.dataPlaneDifferences.join()).not.toContain(egress);
  });

  test('the report says that nothing reports in a dry run', () => {
    expect(described(() => ({ dataPlane: DataPlane.ambient(), dryRun: true })).zeroTrust.dataPlaneDifferences.join()).toContain('A dry run reports nothing');
    expect(described((own) => ({ ...withWaypoint(own), dryRun: true })).zeroTrust.dataPlaneDifferences.join()).toContain('A dry run reports what the waypoint would refuse');
  });

  test('a port that is excepted as DISABLE keeps identities', () => {
    const { shop: own, zeroTrust: guard } = described(() => ({ dataPlane: DataPlane.ambient() }), (one) => {
      const target = one.service('metrics');
      const zero = one.chart.node.findChild('zero-trust') as ReturnType<Shop['zeroTrust']>;
      zero.allow({ caller: one.service('scraper'), target, ports: [80] });
      zero.exceptMtls(target, [80], MtlsException.DISABLE);
    });
    expect(() => own.manifests()).not.toThrow();
    expect(guard.dataPlaneDifferences.join()).toContain('also where the exception is DISABLE');
  });
});

describe('in the ambient mesh with a waypoint', () => {
  const { shop, zeroTrust } = described(withWaypoint);

  test('the waypoint judges who calls a Service, by the ports of the Service', () => {
    expect(shop.find('AuthorizationPolicy', 'allow-frontend-to-reviews').spec).toEqual({
      action: 'ALLOW',
      targetRefs: [{ group: '', kind: 'Service', name: 'reviews' }],
      rules: [{ from: [{ source: { serviceAccounts: ['shop/frontend'] } }], to: [{ operation: { methods: ['GET'], paths: ['/reviews', '/reviews/*'], ports: ['80'] } }] }],
    });
  });

  test('the waypoint refuses the rest, and ztunnel lets in the waypoint', () => {
    expect(shop.find('AuthorizationPolicy', 'deny-all-at-waypoint').spec).toEqual({ targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }] });
    expect(shop.find('AuthorizationPolicy', 'deny-all').spec).toEqual({});
    expect(shop.find('AuthorizationPolicy', 'allow-waypoint').spec).toEqual({ action: 'ALLOW', rules: [{ from: [{ source: { serviceAccounts: ['shop/waypoint'] } }] }] });
    expect(zeroTrust.waypointPolicies.map(({ name }) => name)).toEqual(['allow-waypoint', 'deny-all-at-waypoint']);
  });

  test('the waypoint is a principal of this mesh where its trust domain is said', () => {
    const own = described((one) => ({ ...withWaypoint(one), trustDomains: ['prod.example.com'] }));
    expect(own.shop.rules('allow-waypoint')).toEqual([{ from: [{ source: { principals: ['prod.example.com/ns/shop/sa/waypoint'] } }] }]);
  });

  test('the Namespace names it, also for what gateways let in', () => {
    expect(shop.find('Namespace', 'shop').metadata.labels).toEqual({ 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'waypoint', 'istio.io/ingress-use-waypoint': 'true' });
    expect(warningsOf(shop)).toEqual([]);
  });

  test('who has no identity, and who calls pods and no Service, gets around it: ztunnel judges, by the ports of pods', () => {
    const { shop: own, zeroTrust: guard } = described(withWaypoint, (one) => {
      const zero = one.chart.node.findChild('zero-trust') as ReturnType<Shop['zeroTrust']>;
      zero.allowPlaintext({ target: one.service('webhook'), ports: [80] });
      zero.allowScrape({ caller: one.workload('prometheus'), target: one.workload('metrics'), ports: [9102] });
    });
    expect(own.find('AuthorizationPolicy', 'allow-plaintext-to-webhook').spec).toEqual({
      action: 'ALLOW', selector: { matchLabels: { app: 'webhook' } }, rules: [{ to: [{ operation: { ports: ['9080'] } }] }],
    });
    expect(own.find('AuthorizationPolicy', 'allow-prometheus-to-metrics').spec.selector).toEqual({ matchLabels: { app: 'metrics' } });
    expect(guard.dataPlaneDifferences.join()).toContain('which lets in the waypoint and, past the waypoint, plaintext → webhook, prometheus → metrics.');
    expect(warningsOf(own)).toEqual([expect.stringContaining('lets in nobody: prometheus → metrics. Past the waypoint allow ports only')]);
  });

  test('a Service without an address leads callers to the pods, where ztunnel judges', () => {
    const { shop: own } = described(withWaypoint, (one) => {
      const object = new ApiObject(one.chart, 'headless', {
        apiVersion: 'v1', kind: 'Service', metadata: { name: 'db', namespace: 'shop' }, spec: { clusterIP: 'None', selector: { app: 'db' }, ports: [{ name: 'tcp', port: 5432 }] },
      });
      const db = new MeshService(one.chart, 'db', { service: object, workload: one.workload('db') });
      (one.chart.node.findChild('zero-trust') as ReturnType<Shop['zeroTrust']>).allow({ caller: one.service('reports'), target: db });
    });
    expect(own.find('AuthorizationPolicy', 'allow-reports-to-db').spec.selector).toEqual({ matchLabels: { app: 'db' } });
  });

  test('everything that is allowed is applied before anything is refused', () => {
    const names = shop.manifests().map(({ metadata }) => metadata.name);
    const at = (name: string) => names.indexOf(name);
    for (const allowed of ['allow-waypoint', 'allow-batch-to-reviews', 'allow-frontend-to-reviews']) {
      for (const refusal of ['deny-all', 'deny-all-at-waypoint']) {
        if (allowed === 'allow-waypoint' && refusal === 'deny-all-at-waypoint') continue;
        expect([allowed, refusal, at(allowed) < at(refusal)]).toEqual([allowed, refusal, true]);
      }
    }
  });
});

describe('what cannot be is refused', () => {
  test.each<[string, (shop: Shop) => Partial<ZeroTrustNamespaceProps>, string]>([
    ['a waypoint of another namespace', () => ({ dataPlane: DataPlane.ambient({ waypoint: Waypoint.existing('front', 'gateways') }) }), 'Give shop a waypoint of its own.'],
    ['a waypoint for pods only', (shop) => ({ dataPlane: DataPlane.ambient({ waypoint: new Waypoint(shop.chart, 'w', { traffic: WaypointTraffic.WORKLOAD }) }) }), 'takes no traffic of Services'],
    ['sidecars in the ambient mesh', () => ({ dataPlane: DataPlane.ambient(), injection: Injection.enabled() }), 'pods of the ambient mesh have no sidecar'],
    ['the label for sidecars', () => ({ dataPlane: DataPlane.ambient(), namespaceMetadata: { labels: { 'istio-injection': 'enabled' } } }), 'asks for sidecars'],
    ['ambient by injection', () => ({ injection: Injection.ambient() }), 'Say dataPlane: DataPlane.ambient() instead.'],
    ['no proxies at all', () => ({ injection: Injection.none() }), 'nothing would enforce these policies'],
    ['a word', () => ({ dataPlane: 'ambient' as unknown as DataPlane }), '`dataPlane` is "ambient". Give DataPlane.sidecars(), DataPlane.ambient()'],
  ])('%s', (_, props, said) => {
    const shop = new Shop();
    expect(errorOf(() => shop.zeroTrust(props(shop)))).toContain(said);
  });

  test.each<[string, { [label: string]: string }, string]>([
    ['is not in the ambient mesh', {}, 'the label istio.io/dataplane-mode is missing, and the policies are written for ambient.'],
    ['has another waypoint', { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'other' }, 'the label istio.io/use-waypoint is "other"'],
  ])('a Namespace that something else renders, and that %s', (_, labels, said) => {
    const shop = new Shop();
    new ApiObject(shop.chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } });
    shop.zeroTrust({ existing: true, dataPlane: DataPlane.ambient({ waypoint: Waypoint.existing('waypoint', 'shop') }) });
    expect(errorOf(() => shop.manifests())).toContain(said);
  });

  test('pods that keep out of the ambient mesh, before which nobody stands', () => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust({ dataPlane: DataPlane.ambient() });
    new ApiObject(shop.chart, 'reviews', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'reviews', namespace: 'shop' },
      spec: {
        selector: { matchLabels: { app: 'reviews' } },
        template: { metadata: { labels: { 'app': 'reviews', 'istio.io/dataplane-mode': 'none' } }, spec: { containers: [{ name: 'reviews', image: 'registry.example.com/reviews:1.0.0' }] } },
      },
    });
    zeroTrust.allow({ caller: shop.service('frontend'), target: shop.service('reviews') });
    expect(errorOf(() => shop.manifests())).toContain('the Deployment [shop/reviews] says istio.io/dataplane-mode: none, so pods of the target are not in the mesh, and nothing enforces');
  });
});
