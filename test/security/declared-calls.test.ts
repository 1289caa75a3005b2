import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { Shop, errorOf } from './shop';
import {
  CallerIdentity, EgressPolicy, IMeshCaller, MeshPort, MeshService, MeshWorkload, PathMatch, PolicyScope, SidecarScope, ZeroTrustNamespace,
} from '../../src';

/** A caller of another mesh. */
class Partner extends Construct implements IMeshCaller {
  public readonly callerName = 'partner';

  public callerIdentities() {
    return [CallerIdentity.principal('partner.example/ns/shop/sa/admin')];
  }

  public callerPods() {
    return [];
  }
}

const policiesOf = (manifests: any[]) => manifests.filter(({ kind, metadata }) => kind === 'AuthorizationPolicy' && metadata.name !== 'deny-all');
const hostsOf = (shop: Shop) => shop.find('Sidecar', 'default').spec.egress[0].hosts;
const deployment = (scope: Chart, name: string, pod: any = {}) => new ApiObject(scope, `${name}-deployment`, {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { template: { metadata: { labels: { app: name } }, spec: { serviceAccountName: name }, ...pod } },
});

/** A service of another team, by its name alone. */
const audit = (shop: Shop) => MeshService.fromName(shop.chart, 'audit', { name: 'audit', namespace: 'platform', ports: [MeshPort.http(80)] });
/** A host outside of the cluster. */
const stripe = (shop: Shop) => MeshService.fromHost(shop.chart, 'stripe', { host: 'api.stripe.example', namespace: 'shop', ports: [MeshPort.of({ number: 443 })] });

describe('a declared call', () => {
  const policy = {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'allow-frontend-to-reviews', namespace: 'shop' },
    spec: {
      action: 'ALLOW',
      selector: { matchLabels: { app: 'reviews' } },
      rules: [{
        from: [{ source: { serviceAccounts: ['shop/frontend'] } }],
        to: [{ operation: { methods: ['GET'], paths: ['/reviews/*'], ports: ['9080'] } }],
      }],
    },
  };
  const how = { methods: ['GET'], paths: [PathMatch.prefix('/reviews/')], ports: [80] };

  test.each<[string, (frontend: MeshService, reviews: MeshService) => unknown]>([
    ['the caller', (frontend, reviews) => frontend.calls(reviews, how)],
    ['the one that is called', (frontend, reviews) => reviews.allowFrom(frontend, how)],
    ['both, which is one call', (frontend, reviews) => [frontend.calls(reviews, how), reviews.allowFrom(frontend, how)]],
    ['one of them twice', (frontend, reviews) => frontend.calls(reviews, how).calls(reviews, how)],
  ])('is one exact policy, said by %s', (_, say) => {
    const shop = new Shop();
    say(shop.service('frontend'), shop.service('reviews'));
    expect(shop.manifests()).toEqual([policy]);
  });

  test('with other words is a rule of its own, never united with another', () => {
    const shop = new Shop();
    const [frontend, reviews] = [shop.service('frontend'), shop.service('reviews')];
    frontend.calls(reviews, { methods: ['GET'], paths: [PathMatch.exact('/a')] });
    reviews.allowFrom(frontend, { methods: ['POST'], paths: [PathMatch.exact('/b')] });
    expect(shop.rules('allow-frontend-to-reviews').map(({ to }) => to)).toEqual([
      [{ operation: { methods: ['GET'], paths: ['/a'], ports: ['9080'] } }],
      [{ operation: { methods: ['POST'], paths: ['/b'], ports: ['9080'] } }],
    ]);
  });

  test('is of a workload without a Service, or to one', () => {
    const shop = new Shop();
    const [job, worker] = [shop.workload('job'), shop.workload('worker')];
    job.calls(worker, { ports: [9000] });
    worker.allowFrom(shop.service('frontend'));
    expect(shop.rules('allow-job-to-worker')).toEqual([{ from: [{ source: { serviceAccounts: ['shop/job'] } }], to: [{ operation: { ports: ['9000'] } }] }]);
    expect(shop.rules('allow-frontend-to-worker')).toEqual([{ from: [{ source: { serviceAccounts: ['shop/frontend'] } }] }]);
  });

  test('into another namespace is a policy there', () => {
    const shop = new Shop();
    shop.service('frontend').calls(shop.service('payments', undefined, 'data'));
    expect(shop.find('AuthorizationPolicy', 'allow-frontend-to-payments').metadata.namespace).toBe('data');
  });

  test('stands in the chart of its target', () => {
    const app = new App();
    const [web, data] = ['web', 'data'].map((name) => new Chart(app, name, { namespace: name }));
    const payments = new MeshWorkload(data, 'payments', { workload: deployment(data, 'payments') });
    new MeshWorkload(web, 'frontend', { workload: deployment(web, 'frontend') }).calls(payments);
    expect(policiesOf(Testing.synth(web))).toEqual([]);
    expect(policiesOf(Testing.synth(data)).map(({ metadata }) => metadata.name)).toEqual(['allow-frontend-to-payments']);
  });

  test('to a target whose pods nobody here knows writes nothing', () => {
    const shop = new Shop();
    shop.service('frontend').calls(audit(shop)).calls(stripe(shop));
    expect(shop.manifests()).toEqual([]);
  });
});

describe('a mistake is found without a ZeroTrustNamespace, too', () => {
  test('a shared identity', () => {
    const shop = new Shop();
    const frontend = new MeshWorkload(shop.chart, 'frontend', { workload: deployment(shop.chart, 'frontend') });
    deployment(shop.chart, 'other', { spec: { serviceAccountName: 'frontend' } });
    const reviews = shop.service('reviews');
    frontend.calls(reviews);
    expect(() => shop.manifests()).toThrow(
      '[shop/shop-reviews] allow frontend → reviews: the service account shop/frontend is not frontend\'s alone. It is shared by: Deployment other (shop/other-deployment). ');
    frontend.calls(reviews, { sharedIdentity: true });
    expect(() => shop.manifests()).toThrow('is not frontend\'s alone'); // the first call still says otherwise
  });

  test('a shared identity that is meant is none', () => {
    const shop = new Shop();
    const frontend = new MeshWorkload(shop.chart, 'frontend', { workload: deployment(shop.chart, 'frontend') });
    deployment(shop.chart, 'other', { spec: { serviceAccountName: 'frontend' } });
    frontend.calls(shop.service('reviews'), { sharedIdentity: true });
    expect(policiesOf(shop.manifests())).toHaveLength(1);
  });

  test('a target without a sidecar', () => {
    const shop = new Shop();
    const workload = deployment(shop.chart, 'reviews', { metadata: { labels: { 'app': 'reviews', 'sidecar.istio.io/inject': 'false' } } });
    new MeshWorkload(shop.chart, 'reviews', { workload }).allowFrom(shop.workload('frontend'));
    expect(() => shop.manifests()).toThrow('[shop/reviews] allow frontend → reviews: the Deployment [shop/reviews-deployment] says sidecar.istio.io/inject');
  });

  test('a selector that selects others', () => {
    const shop = new Shop();
    deployment(shop.chart, 'other', { metadata: { labels: { app: 'reviews' } } });
    const reviews = new MeshWorkload(shop.chart, 'reviews', { workload: deployment(shop.chart, 'reviews') });
    reviews.allowFrom(shop.workload('frontend')).allowFrom(shop.workload('jobs'));
    const errors = errorOf(() => shop.manifests());
    expect(errors).toContain('[shop/reviews] a policy for reviews [shop/reviews] would select app=reviews, and so these pods too: Deployment other (shop/other-deployment).');
    expect(errors.split('would select')).toHaveLength(2); // once for a target, not for every caller
  });

  test.each(['with a guard', 'without'])('is said once, %s', (how) => {
    const shop = new Shop();
    deployment(shop.chart, 'other', { metadata: { labels: { app: 'reviews' } } });
    const reviews = new MeshWorkload(shop.chart, 'reviews', { workload: deployment(shop.chart, 'reviews') });
    const frontend = shop.workload('frontend').calls(reviews).calls(shop.service('ratings'));
    if (how === 'with a guard') shop.zeroTrust();
    frontend.calls(shop.service('books'));
    expect(errorOf(() => shop.manifests()).split('would select')).toHaveLength(2);
  });

  test('methods on a port that carries no requests', () => {
    const shop = new Shop();
    expect(errorOf(() => shop.service('frontend').calls(shop.service('database', [MeshPort.tcp(5432)]), { methods: ['GET'] }))).toBe(
      '[shop/shop-frontend] calls: `methods` need requests that the proxy reads, and port 5432 (TCP) of database carries none: Istio would drop the rule. Leave out `methods`, or allow another port.');
  });

  test('methods on such a port of a service whose pods nobody here knows', () => {
    const shop = new Shop();
    const database = MeshService.fromName(shop.chart, 'database', { name: 'database', namespace: 'platform', ports: [MeshPort.tcp(5432)] });
    expect(() => shop.service('frontend').calls(database, { methods: ['GET'] })).toThrow('[shop/shop-frontend] calls: `methods` need requests that the proxy reads');
    expect(() => shop.service('other').calls(database, { ports: [80] })).toThrow('[shop/shop-other] calls: there is no port 80 of database');
  });

  test('a caller without a known account', () => {
    const shop = new Shop();
    const frontend = MeshService.fromName(shop.chart, 'frontend', { name: 'frontend', namespace: 'shop', ports: [MeshPort.http(80)] });
    expect(() => frontend.calls(shop.service('reviews'))).toThrow('[shop/frontend] calls: [shop/frontend] the service account of frontend is not known, as a Service has none.');
  });

  test('a caller of a trust domain that nobody lists', () => {
    const shop = new Shop();
    shop.service('reviews').allowFrom(new Partner(shop.chart, 'partner'));
    expect(() => shop.manifests()).toThrow(
      '[shop/shop-reviews] allow partner → reviews: the principal partner.example/ns/shop/sa/admin is of the trust domain partner.example, which is not listed in `trustDomains` (cluster.local). '
      + 'Add it there if this mesh trusts it: trustDomains: [\'cluster.local\', \'partner.example\']. It is a property of the ZeroTrustNamespace or the CallGraph that guards shop; nothing does.');
  });
});

describe('allowFrom is refused where nothing could be written', () => {
  test('for a service by its name', () => {
    const shop = new Shop();
    expect(errorOf(() => audit(shop).allowFrom(shop.service('frontend')))).toBe(
      '[shop/audit] allowFrom: the pods of audit are not known, so there is nothing that a policy could select. '
      + 'Give its `workload`, for example MeshWorkload.fromLabels(this, \'pods\', { name: \'audit\', namespace: \'platform\', labels: { app: \'audit\' } }); '
      + 'where another team allows its callers, leave allowFrom out: `caller.calls(...)` lets the call out.');
  });

  test('for a host outside', () => {
    const shop = new Shop();
    expect(errorOf(() => stripe(shop).allowFrom(shop.service('frontend')))).toBe(
      '[shop/stripe] allowFrom: api.stripe.example is a host without pods in this mesh, so no policy can guard it. Leave allowFrom out; `caller.calls(...)` lets calls out to it.');
  });
});

describe.each(['before', 'after'])('a call that is declared %s the ZeroTrustNamespace', (when) => {
  function declared(props: Parameters<Shop['zeroTrust']>[0], declare: (shop: Shop) => void): Shop {
    const shop = new Shop();
    if (when === 'before') declare(shop);
    shop.zeroTrust(props);
    if (when === 'after') declare(shop);
    return shop;
  }
  const frontendCallsReviews = (shop: Shop) => void shop.service('frontend').calls(shop.service('reviews'));

  test('is written between the Namespace and deny-all', () => {
    const shop = declared({}, frontendCallsReviews);
    const names = shop.manifests().map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(names).toEqual(['Namespace shop', 'PeerAuthentication default', 'AuthorizationPolicy allow-frontend-to-reviews', 'AuthorizationPolicy deny-all', 'Sidecar default']);
  });

  test('is among its policies', () => {
    const shop = declared({}, frontendCallsReviews);
    const zeroTrust = shop.chart.node.findChild('zero-trust') as ZeroTrustNamespace;
    expect(zeroTrust.policies.map((policy) => policy.toJson().metadata.name)).toEqual(['allow-frontend-to-reviews']);
    expect(zeroTrust.policies[0].node.path).toBe(`${zeroTrust.node.path}/Allow1`);
  });

  test('carries its metadata, and its dry run', () => {
    const shop = declared({ dryRun: true, metadata: { labels: { 'istio.io/rev': 'stable' }, annotations: { team: 'shop' } } }, frontendCallsReviews);
    expect(shop.find('AuthorizationPolicy', 'allow-frontend-to-reviews').metadata).toEqual({
      name: 'allow-frontend-to-reviews', namespace: 'shop', labels: { 'istio.io/rev': 'stable' }, annotations: { 'team': 'shop', 'istio.io/dry-run': 'true' },
    });
  });

  test('is by principal where it lists trust domains, its own callers and those of others', () => {
    const shop = declared({ trustDomains: ['corp.example', 'partner.example'] }, (given) => {
      given.service('reviews').allowFrom(given.service('frontend')).allowFrom(new Partner(given.chart, 'partner'));
    });
    expect(policiesOf(shop.manifests()).flatMap(({ spec }) => spec.rules[0].from[0].source.principals)).toEqual(['corp.example/ns/shop/sa/frontend', 'partner.example/ns/shop/sa/admin']);
  });

  test('of a trust domain that is not listed is refused', () => {
    expect(() => declared({}, (shop) => void shop.service('reviews').allowFrom(new Partner(shop.chart, 'partner'))).manifests())
      .toThrow('the principal partner.example/ns/shop/sa/admin is of the trust domain partner.example, which is not listed in `trustDomains` (cluster.local). Add it there');
  });

  test('is let out to the services that are called in other namespaces and outside, and to no others', () => {
    const shop = declared({}, (given) => {
      given.service('payments', undefined, 'data');
      given.service('frontend').calls(given.service('reviews')).calls(given.service('ratings', undefined, 'data')).calls(audit(given));
      given.workload('job').calls(stripe(given));
      given.service('other', undefined, 'elsewhere').calls(given.service('books', undefined, 'library'));
    });
    expect(hostsOf(shop)).toEqual(['./*', 'istio-system/*', '*/api.stripe.example', 'data/ratings.data.svc.cluster.local', 'platform/audit.platform.svc.cluster.local']);
  });

  test('to pods without a service is let out to the services in front of them', () => {
    const shop = declared({}, (given) => {
      const [payments] = given.service('payments', undefined, 'data').workloads;
      given.service('frontend').calls(payments);
    });
    expect(hostsOf(shop)).toEqual(['./*', 'istio-system/*', 'data/payments.data.svc.cluster.local']);
  });

  test('to pods without a service in another namespace is an error, as nobody can tell the host', () => {
    const shop = declared({}, (given) => void given.service('frontend').calls(given.workload('payments', 'data')));
    expect(() => shop.manifests()).toThrow(
      '[shop/zero-trust] frontend is declared to call the pods of payments [shop/data-payments-pods] in data, and no MeshService of this App stands in front of them, so nobody knows the host to let out. Make one: ');
  });

  test('to such pods is none where nothing limits calls out, or where the target alone allowed it', () => {
    const open = declared({ egress: EgressPolicy.OPEN }, (given) => void given.service('frontend').calls(given.workload('payments', 'data')));
    expect(policiesOf(open.manifests())).toHaveLength(1);
    const allowed = declared({}, (given) => {
      const data = new ZeroTrustNamespace(given.chart, 'data', { namespace: 'data' });
      data.allow({ caller: given.service('frontend'), target: given.workload('payments', 'data') });
    });
    expect(policiesOf(allowed.manifests())).toHaveLength(1);
  });

  test('writes no Sidecar where there is none', () => {
    const shop = declared({ egress: EgressPolicy.OPEN }, (given) => void given.service('frontend').calls(given.service('ratings', undefined, 'data')));
    expect(shop.manifests().filter(({ kind }) => kind === 'Sidecar')).toEqual([]);
  });

  test('to a service of the namespace whose pods are not known is an error, as deny-all refuses it', () => {
    const shop = declared({}, (given) => {
      given.service('frontend').calls(MeshService.fromName(given.chart, 'reviews', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80)] }));
    });
    expect(() => shop.manifests()).toThrow(
      '[shop/zero-trust] frontend → reviews is declared, but the pods of reviews [shop/reviews] are not known, so no policy allows it, and deny-all refuses it. Give its `workload`, ');
  });
});

test('policies of a guarded namespace stand in the chart of its guard, whatever chart their targets are in', () => {
  const app = new App();
  const [platform, shop] = ['platform', 'shop'].map((name) => new Chart(app, name, { namespace: 'shop' }));
  const [frontend, reviews] = ['frontend', 'reviews'].map((name) => new MeshWorkload(shop, name, { workload: deployment(shop, name) }));
  frontend.calls(reviews);
  new ZeroTrustNamespace(platform, 'zero-trust', { namespace: 'shop' });
  reviews.calls(frontend);
  expect(policiesOf(Testing.synth(shop))).toEqual([]);
  expect(policiesOf(Testing.synth(platform)).map(({ metadata }) => metadata.name)).toEqual(['allow-frontend-to-reviews', 'allow-reviews-to-frontend']);
  app.synthYaml(); // no cycle between the charts
});

test('an allow of the target\'s side alone lets nobody out, and is an error where both sides are here', () => {
  const shop = new Shop();
  shop.zeroTrust();
  const data = new ZeroTrustNamespace(shop.chart, 'data', { namespace: 'data' });
  const [frontend, payments] = [shop.service('frontend'), shop.service('payments', undefined, 'data')];
  data.allow({ caller: frontend, target: payments });
  expect(() => shop.manifests()).toThrow('allow frontend → payments: the sidecars of shop know only the hosts that [shop/zero-trust] names');
  frontend.calls(payments);
  const sidecar = shop.manifests().find(({ kind, metadata }) => kind === 'Sidecar' && metadata.namespace === 'shop');
  expect(sidecar.spec.egress[0].hosts).toContain('data/payments.data.svc.cluster.local');
});

test('a file of the model alone says that nothing would write the policy', () => {
  jest.isolateModules(() => {
    const { MeshWorkload: Alone } = require('../../src/model/mesh-workload') as typeof import('../../src/model/mesh-workload');
    const chart = Testing.chart();
    const [caller, target] = ['caller', 'target'].map((name) => Alone.fromLabels(chart, name, { name, namespace: 'shop', labels: { app: name }, serviceAccount: name }));
    expect(errorOf(() => caller.calls(target))).toBe('[test/caller] calls: nothing is loaded that writes the policy. Import from cdk8s-istio itself, not from a file of it.');
  });
});

test('a second Sidecar for a guarded namespace is an error, as Istio would take one of them', () => {
  const shop = new Shop();
  shop.zeroTrust();
  new SidecarScope(shop.chart, 'scope', { scope: PolicyScope.namespace('shop'), metadata: { name: 'other' } });
  expect(() => shop.manifests()).toThrow('[shop/scope] and [shop/zero-trust] both write the Sidecar of namespace shop');
});
