import * as kplus from 'cdk8s-plus-33';
import { Shop } from './shop';
import { MeshService, MeshWorkload } from '../../src';

function deployment(shop: Shop, name: string, labels: Record<string, string>): kplus.Deployment {
  return new kplus.Deployment(shop.chart, name, {
    metadata: { name }, podMetadata: { labels }, replicas: 1, containers: [{ image: 'x', ports: [{ number: 80, name: 'http' }] }],
  });
}

const caller = (shop: Shop) => shop.workload('frontend', 'shop', 'frontend');

test('a target whose labels other pods carry too is refused, and lists them', () => {
  const shop = new Shop();
  const target = new MeshWorkload(shop.chart, 'target', { workload: deployment(shop, 'reviews', { app: 'shop' }) });
  deployment(shop, 'ratings', { app: 'shop' });
  shop.zeroTrust().allow({ caller: caller(shop), target });
  expect(() => shop.manifests()).toThrow(
    'a policy for reviews [shop/target] would select app=shop, and so these pods too: Deployment ratings (shop/ratings/Resource). '
    + 'Give the pods of reviews a label of their own');
});

test('a version label tells one deployment from the other', () => {
  const shop = new Shop();
  const target = new MeshWorkload(shop.chart, 'target', { workload: deployment(shop, 'reviews-v1', { app: 'reviews', version: 'v1' }) });
  deployment(shop, 'reviews-v2', { app: 'reviews', version: 'v2' });
  shop.zeroTrust().allow({ caller: caller(shop), target });
  expect(() => shop.manifests()).not.toThrow();
});

test('a service whose workloads share their labels with another deployment is refused', () => {
  const shop = new Shop();
  const reviews = deployment(shop, 'reviews', { app: 'shop' });
  const target = new MeshService(shop.chart, 'target', { service: reviews.exposeViaService({ ports: [{ port: 80, name: 'http' }] }), workload: reviews });
  deployment(shop, 'ratings', { app: 'shop' });
  shop.zeroTrust().allow({ caller: caller(shop), target });
  expect(() => shop.manifests()).toThrow('and so these pods too: Deployment ratings (shop/ratings/Resource)');
});

test('a service that selects its pods itself means all that it selects', () => {
  const shop = new Shop();
  const service = new kplus.Service(shop.chart, 'service', {
    metadata: { name: 'all' },
    ports: [{ port: 80, name: 'http' }],
    selector: kplus.Pods.select(shop.chart, 'pods', { labels: { app: 'shop' } }),
  });
  const target = new MeshService(shop.chart, 'target', { service, workload: deployment(shop, 'reviews', { app: 'shop' }) });
  deployment(shop, 'ratings', { app: 'shop' });
  shop.zeroTrust().allow({ caller: caller(shop), target });
  expect(() => shop.manifests()).not.toThrow();
});

test('a selector that the user gives means what it says', () => {
  const shop = new Shop();
  const target = new MeshWorkload(shop.chart, 'target', { workload: deployment(shop, 'reviews', { app: 'shop' }), selector: { app: 'shop' } });
  deployment(shop, 'ratings', { app: 'shop' });
  shop.zeroTrust().allow({ caller: caller(shop), target });
  expect(() => shop.manifests()).not.toThrow();
});
