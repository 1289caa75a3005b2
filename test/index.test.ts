import { networking } from 'cdk8s-istio';

test('the L1 classes are exported', () => {
  expect(networking.VirtualService.GVK).toEqual({ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' });
});
