import { ApiObject, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { Shop } from './shop';
import { MeshPort, MeshService, MeshWorkload } from '../../src';

function deployment(shop: Shop, name: string, serviceAccount?: string, namespace = 'shop'): ApiObject {
  return new ApiObject(shop.chart, `${namespace}-${name}`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { template: { metadata: { labels: { app: name } }, spec: { serviceAccountName: serviceAccount, containers: [] } } },
  });
}

const caller = (shop: Shop, workload: ApiObject) => new MeshWorkload(shop.chart, `${workload.node.id}-caller`, { workload });

test('an allow of the default account is refused, and lists who shares it', () => {
  const shop = new Shop();
  const frontend = deployment(shop, 'frontend');
  deployment(shop, 'ratings');
  deployment(shop, 'details', 'default');
  deployment(shop, 'own', 'own');
  deployment(shop, 'ratings', undefined, 'other');
  shop.zeroTrust().allow({ caller: caller(shop, frontend), target: shop.service('reviews') });
  expect(() => shop.manifests()).toThrow(new Error('Validation failed with the following errors:\n'
    + '  [shop/zero-trust] allow frontend → reviews: the service account shop/default is not frontend\'s alone. '
    + 'It is shared by: Deployment ratings (shop/shop-ratings); Deployment details (shop/shop-details); every pod of shop that has no service account of its own. '
    + 'Give frontend a service account of its own, or say sharedIdentity: true to allow all of these.'));
});

test('the default account is shared even where nobody else is known to use it', () => {
  const shop = new Shop();
  shop.zeroTrust().allow({ caller: shop.workload('frontend', 'shop', 'default'), target: shop.service('reviews') });
  expect(() => shop.manifests()).toThrow('It is shared by: every pod of shop that has no service account of its own.');
});

test('a cdk8s-plus Deployment without a service account has the default one', () => {
  const shop = new Shop();
  const frontend = new kplus.Deployment(shop.chart, 'frontend', { metadata: { name: 'frontend' }, podMetadata: { labels: { app: 'frontend' } }, containers: [{ image: 'x' }] });
  shop.zeroTrust().allow({ caller: new MeshWorkload(shop.chart, 'caller', { workload: frontend }), target: shop.service('reviews') });
  expect(() => shop.manifests()).toThrow('the service account shop/default is not frontend\'s alone.');
});

test('an account of its own is found to be shared with a Job in another chart that is made later', () => {
  const shop = new Shop();
  shop.zeroTrust().allow({ caller: caller(shop, deployment(shop, 'frontend', 'web')), target: shop.service('reviews') });
  expect(() => shop.manifests()).not.toThrow();
  new ApiObject(new Chart(shop.app, 'jobs', { namespace: 'shop' }), 'nightly', {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly' },
    spec: { jobTemplate: { spec: { template: { spec: { serviceAccountName: 'web' } } } } },
  });
  expect(() => shop.manifests()).toThrow('the service account shop/web is not frontend\'s alone. It is shared by: CronJob nightly (jobs/nightly).');
});

test('sharing that is said is allowed', () => {
  const shop = new Shop();
  const zeroTrust = shop.zeroTrust();
  zeroTrust.allow({ caller: caller(shop, deployment(shop, 'frontend')), target: shop.service('reviews'), sharedIdentity: true });
  zeroTrust.allowScrape({ caller: shop.workload('prometheus', 'monitoring', 'default'), target: shop.service('ratings'), ports: [80], sharedIdentity: true });
  expect(() => shop.manifests()).not.toThrow();
});

test('sharing that is said for one allow is not said for another', () => {
  const shop = new Shop();
  const zeroTrust = shop.zeroTrust();
  const frontend = caller(shop, deployment(shop, 'frontend'));
  zeroTrust.allow({ caller: frontend, target: shop.service('reviews'), sharedIdentity: true });
  zeroTrust.allowScrape({ caller: frontend, target: shop.service('ratings'), ports: [80] });
  expect(() => shop.manifests()).toThrow('allow frontend → ratings: the service account shop/default is not frontend\'s alone.');
});

test('the versions of one service may share its account', () => {
  const shop = new Shop();
  const service = MeshService.fromName(shop.chart, 'reviews', {
    name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80)], workloads: [deployment(shop, 'v1', 'reviews'), deployment(shop, 'v2', 'reviews')],
  });
  shop.zeroTrust().allow({ caller: service, target: shop.service('ratings') });
  expect(() => shop.manifests()).not.toThrow();
});

test('one version alone does not have the account that all versions use', () => {
  const shop = new Shop();
  const [v1] = [deployment(shop, 'v1', 'reviews'), deployment(shop, 'v2', 'reviews')];
  shop.zeroTrust().allow({ caller: caller(shop, v1), target: shop.service('ratings') });
  expect(() => shop.manifests()).toThrow('the service account shop/reviews is not v1\'s alone. It is shared by: Deployment v2 (shop/shop-v2).');
});

test('pods that are described by their labels are not taken for others', () => {
  const shop = new Shop();
  deployment(shop, 'gateway', 'gateway', 'edge');
  deployment(shop, 'other', 'gateway', 'edge');
  const zeroTrust = shop.zeroTrust();
  zeroTrust.allow({ caller: shop.workload('gateway', 'edge'), target: shop.service('reviews') });
  expect(() => shop.manifests()).toThrow('is not gateway\'s alone. It is shared by: Deployment other (shop/edge-other). Give');
});

test('a Rollout that refers to a Deployment shares nothing by itself', () => {
  const shop = new Shop();
  new ApiObject(shop.chart, 'rollout', { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'frontend' }, spec: { workloadRef: {} } });
  shop.zeroTrust().allow({ caller: caller(shop, deployment(shop, 'frontend', 'web')), target: shop.service('reviews') });
  expect(() => shop.manifests()).not.toThrow();
});

test('the App is looked through once per run, however many allows and charts there are', () => {
  const shop = new Shop();
  const zeroTrust = shop.zeroTrust();
  const charts = Array.from({ length: 5 }, (_, index) => new Chart(shop.app, `chart${index}`, { namespace: 'shop' }));
  for (const chart of charts) new ApiObject(chart, 'object', { apiVersion: 'v1', kind: 'ConfigMap' });
  for (let index = 0; index < 20; index++) zeroTrust.allow({ caller: shop.workload(`caller${index}`), target: shop.service(`target${index}`) });
  let reads = 0;
  class Counted extends ApiObject {
    public override toJson(): any {
      reads++;
      return super.toJson();
    }
  }
  new Counted(charts[0], 'pod', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod' }, spec: {} });
  shop.manifests();
  expect(reads).toBe(1);
});
