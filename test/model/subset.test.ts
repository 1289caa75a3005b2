import { App } from 'cdk8s';
import { Construct } from 'constructs';
import { CanaryRollout, LoadBalancer, RequestTimeout, ResilientService } from '../../src';
import { Subset, Subsets } from '../../src/model/subset';
import { messageOf, mistakes, only, reviews, shop } from '../support/shop';

const APP = new App();
const [A, B] = ['a', 'b'].map((id) => new Construct(APP, id));

function subsets(...all: Subset[]): Subsets {
  const result = new Subsets();
  for (const subset of all) result.add(subset);
  return result;
}

test('subsets stand in the order of their names, whoever comes first', () => {
  const [v1, v2, v10] = ['v1', 'v2', 'v10'].map((name) => ({ owner: A, name, labels: { version: name } }));
  expect(subsets(v2, v1, v10).all).toEqual([v1, v10, v2]);
  expect(subsets(v10, v2, v1).all).toEqual([v1, v10, v2]);
});

test('one subset with different labels is an error that names both owners and what each means', () => {
  const message = messageOf(() => subsets({ owner: A, name: 'v1', labels: { version: 'v1' } }, { owner: B, name: 'v1', labels: { version: 'v1', track: 'x' } }));
  expect(message).toBe('[b] defines subset v1 as track=x, version=v1, [a] as version=v1. Give one of them another name.');
});

test('two owners may mean the same pods by one name, in whatever order they write the labels', () => {
  const all = subsets({ owner: A, name: 'v1', labels: { a: '1', b: '2' } }, { owner: B, name: 'v1', labels: { b: '2', a: '1' } });
  expect(all.all).toEqual([{ owner: A, name: 'v1', labels: { a: '1', b: '2' } }]);
  expect([all.has('v1'), all.has('v2')]).toEqual([true, false]);
});

test('an array that was handed out is a copy', () => {
  const all = subsets({ owner: A, name: 'v1', labels: { version: 'v1' } });
  all.all.pop();
  expect(all.all).toHaveLength(1);
});

test('what one owner takes back is gone, unless another one means it too', () => {
  const [v1, v2] = ['v1', 'v2'].map((name) => ({ name, labels: { version: name } }));
  const all = subsets({ owner: A, ...v1 }, { owner: A, ...v2 }, { owner: B, ...v1 });
  all.withdraw(A);
  expect(all.all).toEqual([{ owner: B, ...v1 }]);
  expect([all.has('v1'), all.has('v2')]).toEqual([true, false]);
});

describe('of a service', () => {
  test('settings of a subset that nobody defines are an error with those that there are', () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    const settings = { loadBalancer: LoadBalancer.random() };
    new ResilientService(chart, 'resilience', { service, timeout: RequestTimeout.none(), subsets: { v3: settings, v2: settings } });
    expect(mistakes(app)).toEqual(['v3', 'v2'].map((name) =>
      expect.stringContaining(`[shop/resilience] names the subset "${name}" of reviews; its subsets are: none.`)));
    new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 0 });
    expect(mistakes(app)).toEqual([expect.stringContaining('[shop/resilience] names the subset "v3" of reviews; its subsets are: v1, v2.')]);
  });

  test('settings reach the subset that they name and no other', () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    new ResilientService(chart, 'resilience', { service, timeout: RequestTimeout.none(), subsets: { v2: { loadBalancer: LoadBalancer.random() } } });
    new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 0 });
    expect(only(app, 'DestinationRule').spec).toEqual({
      host: 'reviews.shop.svc.cluster.local',
      subsets: [
        { name: 'v1', labels: { version: 'v1' } },
        { name: 'v2', labels: { version: 'v2' }, trafficPolicy: { loadBalancer: { simple: 'RANDOM' } } },
      ],
    });
  });
});
