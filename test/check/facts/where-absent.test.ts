import { MeshFacts } from '../../../src/check/facts/mesh-facts';
import { absentFor } from '../../../src/check/facts/where-absent';
import { MeshSnapshot } from '../../../src/manifest/mesh-snapshot';

test('a policy that is absent from a namespace may be in the root namespace, unless that is in sight too', () => {
  const mesh = (...completeNamespaces: string[]) => new MeshFacts(new MeshSnapshot([], [], { completeNamespaces }));
  expect(absentFor(mesh('shop'), 'shop')).toEqual({});
  expect(absentFor(mesh('shop', 'istio-system'), 'shop')).toEqual({ namespace: 'shop' });
});
