import { isAllowed } from './policy-evaluator';
import { Shop, errorOf } from './shop';
import { CallGraph, CallGraphProps, EgressPolicy, MeshPort, MeshService, PathMatch, ZeroTrustNamespace } from '../../src';

const graphOf = (shop: Shop, props: Partial<CallGraphProps> = {}) => new CallGraph(shop.chart, 'calls', { namespaces: ['shop', 'data'], ...props });
const named = (manifests: any[], kind: string) => manifests.filter((manifest) => manifest.kind === kind).map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
const sidecar = (shop: Shop, namespace: string) => shop.manifests().find(({ kind, metadata }) => kind === 'Sidecar' && metadata.namespace === namespace).spec;

describe('a call graph', () => {
  test('refuses everything in its namespaces while nothing is declared', () => {
    const shop = new Shop();
    graphOf(shop);
    const manifests = shop.manifests();
    expect(named(manifests, 'Namespace')).toEqual(['/shop', '/data']);
    expect(manifests.filter(({ kind }) => kind === 'PeerAuthentication').map(({ metadata, spec }) => [metadata.namespace, spec])).toEqual([
      ['shop', { mtls: { mode: 'STRICT' } }], ['data', { mtls: { mode: 'STRICT' } }],
    ]);
    expect(manifests.filter(({ kind }) => kind === 'AuthorizationPolicy').map(({ metadata, spec }) => [metadata.namespace, metadata.name, spec])).toEqual([
      ['shop', 'deny-all', {}], ['data', 'deny-all', {}],
    ]);
    for (const namespace of ['shop', 'data']) {
      expect(sidecar(shop, namespace)).toEqual({ egress: [{ hosts: ['./*', 'istio-system/*'] }], outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } });
    }
  });

  test('allows exactly what is declared, before it and after it, and nothing else', () => {
    const shop = new Shop();
    const [frontend, reviews, payments] = [shop.service('frontend'), shop.service('reviews'), shop.service('payments', undefined, 'data')];
    frontend.calls(reviews, { methods: ['GET'], paths: [PathMatch.segment('/reviews')] });
    graphOf(shop);
    payments.allowFrom(frontend, { methods: ['POST'] });
    const manifests = shop.manifests();
    const places = ['shop/frontend', 'shop/reviews', 'data/payments'];
    const allowed = places.flatMap((caller) => places.flatMap((target) => ['GET', 'POST'].flatMap((method) => ['/', '/reviews', '/reviews/1'].flatMap((path) => {
      const [namespace, app] = target.split('/');
      return isAllowed(manifests, { namespace, labels: { app }, port: 9080, method, path, account: caller }) ? [`${caller} ${method} ${target} ${path}`] : [];
    }))));
    expect(allowed).toEqual([
      'shop/frontend GET shop/reviews /reviews', 'shop/frontend GET shop/reviews /reviews/1',
      'shop/frontend POST data/payments /', 'shop/frontend POST data/payments /reviews', 'shop/frontend POST data/payments /reviews/1',
    ]);
    expect(sidecar(shop, 'shop').egress[0].hosts).toEqual(['./*', 'istio-system/*', 'data/payments.data.svc.cluster.local']);
    expect(sidecar(shop, 'data').egress[0].hosts).toEqual(['./*', 'istio-system/*']);
  });

  test('takes what its guards have in common', () => {
    const shop = new Shop();
    shop.service('frontend').calls(shop.service('reviews'));
    graphOf(shop, {
      existing: true, dryRun: true, metadata: { labels: { team: 'shop' } }, trustDomains: ['corp.example'], rootNamespace: 'mesh', clusterDomain: 'corp.example',
    });
    const manifests = shop.manifests();
    expect(named(manifests, 'Namespace')).toEqual([]);
    expect(named(manifests, 'Sidecar')).toEqual([]);
    for (const { metadata } of manifests) expect(metadata.labels).toEqual({ team: 'shop' });
    const policy = shop.find('AuthorizationPolicy', 'allow-frontend-to-reviews');
    expect(policy.metadata.annotations).toEqual({ 'istio.io/dry-run': 'true' });
    expect(policy.spec.rules[0].from).toEqual([{ source: { principals: ['corp.example/ns/shop/sa/frontend'] } }]);
  });

  test('passes egress and the root namespace on', () => {
    const [limited, open] = [new Shop(), new Shop()];
    graphOf(limited, { rootNamespace: 'mesh' });
    expect(sidecar(limited, 'data').egress[0].hosts).toEqual(['./*', 'mesh/*']);
    graphOf(open, { egress: EgressPolicy.OPEN });
    expect(named(open.manifests(), 'Sidecar')).toEqual([]);
  });

  test('takes a namespace with its guard', () => {
    const shop = new Shop();
    const guard = new ZeroTrustNamespace(shop.chart, 'data', { namespace: 'data', existing: true });
    const graph = graphOf(shop, { namespaces: ['shop'], guarded: [guard] });
    shop.service('frontend').calls(shop.service('payments', undefined, 'data'));
    expect(named(shop.manifests(), 'Namespace')).toEqual(['/shop']);
    expect(graph.zeroTrust('data').node.path).toBe(guard.node.path);
    expect(graph.edges.map(({ target }) => target)).toEqual(['data/payments']);
  });

  test('gives the guard of a namespace, for callers without an identity', () => {
    const shop = new Shop();
    const graph = graphOf(shop);
    const reviews = shop.service('reviews');
    graph.zeroTrust('shop').allowScrape({ target: reviews, ports: [80], plaintext: true });
    const manifests = shop.manifests();
    expect(isAllowed(manifests, { namespace: 'shop', labels: { app: 'reviews' }, port: 9080, method: 'GET', path: '/metrics' })).toBe(true);
    expect(isAllowed(manifests, { namespace: 'shop', labels: { app: 'reviews' }, port: 9080, method: 'GET', path: '/' })).toBe(false);
    expect(errorOf(() => graph.zeroTrust('dat'))).toBe('[shop/calls] zeroTrust: "dat" is no namespace of this graph. It has: shop, data.');
  });
});

describe('its edges', () => {
  test('are what is allowed, by whatever said it, and what callers are let out to', () => {
    const shop = new Shop();
    const graph = graphOf(shop, { otherTeams: ['platform'] });
    const [frontend, reviews, payments] = [shop.service('frontend'), shop.service('reviews'), shop.service('payments', undefined, 'data')];
    const gateway = shop.workload('gateway', 'istio-ingress');
    const audit = MeshService.fromName(shop.chart, 'audit', { name: 'audit', namespace: 'platform', ports: [MeshPort.http(80), MeshPort.tcp(514)] });
    const stripe = MeshService.fromHost(shop.chart, 'stripe', { host: 'api.stripe.example', namespace: 'shop', ports: [MeshPort.tls(443)] });
    frontend.calls(reviews, { methods: ['GET'], paths: [PathMatch.segment('/reviews')] }).calls(payments, { ports: [80] });
    frontend.calls(stripe).calls(audit, { methods: ['POST'] });
    frontend.allowFrom(gateway);
    graph.zeroTrust('shop').allow({ caller: reviews, target: shop.workload('cache') });
    graph.zeroTrust('shop').allowScrape({ target: reviews, ports: [80], plaintext: true });
    expect(graph.edges).toEqual([
      { caller: undefined, target: 'shop/reviews', ports: [80], methods: ['GET'], paths: ['/metrics'], guarded: true },
      { caller: 'istio-ingress/gateway', target: 'shop/frontend', ports: [80], methods: undefined, paths: undefined, guarded: true },
      { caller: 'shop/frontend', target: 'api.stripe.example', ports: [443], methods: undefined, paths: undefined, guarded: false },
      { caller: 'shop/frontend', target: 'data/payments', ports: [80], methods: undefined, paths: undefined, guarded: true },
      { caller: 'shop/frontend', target: 'platform/audit', ports: [80], methods: ['POST'], paths: undefined, guarded: false },
      { caller: 'shop/frontend', target: 'shop/reviews', ports: [80], methods: ['GET'], paths: ['/reviews', '/reviews/*'], guarded: true },
      { caller: 'shop/reviews', target: 'shop/cache', ports: undefined, methods: undefined, paths: undefined, guarded: true },
    ]);
    expect(graph.toText()).toBe([
      'anyone without an identity → shop/reviews: port 80; GET; /metrics',
      'istio-ingress/gateway → shop/frontend: port 80',
      'shop/frontend → api.stripe.example: port 443; let out only',
      'shop/frontend → data/payments: port 80',
      'shop/frontend → platform/audit: port 80; POST; let out only',
      'shop/frontend → shop/reviews: port 80; GET; /reviews /reviews/*',
      'shop/reviews → shop/cache: every port',
      '',
    ].join('\n'));
  });

  test('are each there once, and in an order of their own', () => {
    const edges = (order: number[]) => {
      const shop = new Shop();
      const [frontend, reviews, books] = [shop.service('frontend'), shop.service('reviews'), shop.service('books')];
      const calls = [() => frontend.calls(reviews), () => reviews.allowFrom(frontend), () => frontend.calls(books), () => books.calls(frontend)];
      for (const index of order) calls[index]();
      return graphOf(shop).edges;
    };
    expect(edges([0, 1, 2, 3])).toHaveLength(3);
    expect(edges([3, 2, 1, 0])).toEqual(edges([0, 1, 2, 3]));
  });

  test('leave out what is declared elsewhere', () => {
    const shop = new Shop();
    shop.service('a', undefined, 'other').calls(shop.service('b', undefined, 'other'));
    expect(graphOf(shop).edges).toEqual([]);
  });
});

describe('a call to a namespace that nobody guards', () => {
  const message = 'frontend → payments [shop/billing-payments]: nothing of this App guards the namespace billing. '
    + 'Add it to `namespaces`, or, where another team allows its callers, to `otherTeams`: [\'billing\'].';

  test('is an error', () => {
    const shop = new Shop();
    graphOf(shop);
    shop.service('frontend').calls(shop.service('payments', undefined, 'billing'));
    expect(() => shop.manifests()).toThrow(`[shop/calls] ${message}`);
  });

  test('is none where a guard of its own stands there', () => {
    const shop = new Shop();
    const graph = graphOf(shop);
    new ZeroTrustNamespace(shop.chart, 'billing', { namespace: 'billing' });
    shop.service('frontend').calls(shop.service('payments', undefined, 'billing'));
    expect(named(shop.manifests(), 'AuthorizationPolicy')).toContain('billing/allow-frontend-to-payments');
    expect(graph.edges).toMatchObject([{ target: 'billing/payments', guarded: true }]);
  });

  test('is let out where it is another team\'s', () => {
    const shop = new Shop();
    graphOf(shop, { otherTeams: ['billing'] });
    shop.service('frontend').calls(MeshService.fromName(shop.chart, 'payments', { name: 'payments', namespace: 'billing', ports: [MeshPort.http(80)] }));
    expect(named(shop.manifests(), 'AuthorizationPolicy')).toEqual(['shop/deny-all', 'data/deny-all']);
    expect(sidecar(shop, 'shop').egress[0].hosts).toContain('billing/payments.billing.svc.cluster.local');
  });

  test('is none where it is a host outside of the cluster', () => {
    const shop = new Shop();
    graphOf(shop);
    shop.service('frontend').calls(MeshService.fromHost(shop.chart, 'stripe', { host: 'api.stripe.example', namespace: 'egress', ports: [MeshPort.tls(443)] }));
    expect(sidecar(shop, 'shop').egress[0].hosts).toContain('*/api.stripe.example');
  });

  test('is nothing to a graph that neither end is of', () => {
    const shop = new Shop();
    graphOf(shop);
    shop.service('a', undefined, 'other').calls(shop.service('b', undefined, 'other'));
    expect(named(shop.manifests(), 'AuthorizationPolicy')).toContain('other/allow-a-to-b');
  });

  test('of another team has no policy of this App', () => {
    const shop = new Shop();
    graphOf(shop, { otherTeams: ['billing'] });
    shop.service('frontend').calls(shop.service('payments', undefined, 'billing'));
    expect(() => shop.manifests()).toThrow(
      '[shop/calls] frontend → payments [shop/billing-payments]: its pods are given, so a policy is written in billing, which is said to be another team\'s. '
      + 'Leave its workload out (MeshService.fromName without `workload`), or take the namespace out of `otherTeams`.');
  });

  test('of another team has no guard of this App', () => {
    const shop = new Shop();
    graphOf(shop, { otherTeams: ['billing'] });
    new ZeroTrustNamespace(shop.chart, 'billing', { namespace: 'billing' });
    expect(() => shop.manifests()).toThrow('[shop/calls] billing is said to be another team\'s, but [shop/billing] of this App guards it. Take it out of `otherTeams`.');
  });
});

test('a namespace that has its guard already is not guarded again', () => {
  const shop = new Shop();
  const guarded = [new ZeroTrustNamespace(shop.chart, 'data', { namespace: 'data' })];
  expect(() => graphOf(shop, { guarded })).toThrow('[shop/calls] data is given twice. ');
});

describe('props that cannot be meant are refused', () => {
  const example = 'new CallGraph(scope, \'calls\', { namespaces: [\'shop\', \'data\'] })';
  test.each<[string, any, string]>([
    ['none', undefined, `undefined is given instead of props. Write ${example}.`],
    ['namespaces as a text', { namespaces: 'shop' }, '`namespaces` is "shop", not a list. Write for example namespaces: [\'shop\', \'data\'].'],
    ['no namespace', { namespaces: [] }, `no namespace is given, so nothing would be guarded. Write for example ${example}.`],
    ['a namespace that is none', { namespaces: ['shop', 'Data'] }, '`namespaces` holds "Data", which is not a namespace name: lower-case letters, digits and dashes, at most 63.'],
    ['an undefined namespace', { namespaces: ['shop', undefined] }, '`namespaces` holds undefined, which is not a namespace name: lower-case letters, digits and dashes, at most 63.'],
    ['another team that is none', { namespaces: ['shop'], otherTeams: ['*'] }, '`otherTeams` holds "*", which is not a namespace name: lower-case letters, digits and dashes, at most 63.'],
    ['other teams as a text', { namespaces: ['shop'], otherTeams: 'data' }, '`otherTeams` is "data", not a list. Write for example otherTeams: [\'platform\'].'],
    ['a guard by its name', { namespaces: ['shop'], guarded: ['data'] }, '`guarded` holds "data". Give each as its ZeroTrustNamespace; names go to `namespaces`.'],
    ['a namespace twice', { namespaces: ['shop', 'shop'] },
      'shop is given twice. Say once whether this graph guards it (`namespaces`), its own ZeroTrustNamespace does (`guarded`) or another team (`otherTeams`).'],
    ['a namespace as another team\'s, too', { namespaces: ['shop'], otherTeams: ['shop'] }, 'shop is given twice. '],
    ['the root namespace', { namespaces: ['istio-system'] }, 'namespace: istio-system is the root namespace of the mesh'],
  ])('%s', (_, props, message) => {
    expect(errorOf(() => new CallGraph(new Shop().chart, 'calls', props))).toContain(message);
  });
});
