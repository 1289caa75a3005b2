import { said, virtualService } from '../said';

const delayed = (delay: string) => virtualService('a', `{ hosts: [reviews], http: [{ fault: { delay: { ${delay}, fixedDelay: 2s } }, route: [{ destination: { host: reviews } }] }] }`);

describe('MESH4006: fault.delay.percent', () => {
  test('the fix keeps the share that is written', () => {
    expect(said('MESH4006', delayed('percent: 50')).map(({ fix }) => fix)).toEqual(['Write `percentage: { value: 50 }`.']);
  });

  test('beside percentage it is to go', () => {
    expect(said('MESH4006', delayed('percent: 50, percentage: { value: 1 }')).map(({ fix }) => fix)).toEqual(['Remove it: only `percentage` counts.']);
  });
});

describe('MESH4004: a kind that is gone', () => {
  const resource = (apiVersion: string, kind: string) => `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: a, namespace: shop }, spec: {} }`;

  test('names the kind that took its place', () => {
    const [{ message, fix }] = said('MESH4004', resource('rbac.istio.io/v1alpha1', 'ServiceRole'));
    expect(message).toBe('Istio has no ServiceRole.rbac.istio.io any more; AuthorizationPolicy took its place.');
    expect(fix).toBe('Say it with AuthorizationPolicy, and remove this one, with its CustomResourceDefinition.');
  });

  test('points to no successor where there is none', () => {
    const [{ message, fix }] = said('MESH4004', resource('config.istio.io/v1alpha2', 'HTTPAPISpec'));
    expect(message).toBe('Istio has no HTTPAPISpec.config.istio.io any more, and nothing took its place.');
    expect(fix).toBe('Remove it, with its CustomResourceDefinition.');
  });
});
