import { check } from '../../src/check/check';
import { MeshSnapshot } from '../../src/manifest/mesh-snapshot';
import { toMeshObject } from '../../src/manifest/to-mesh-object';

function codes(apiVersion: string, kind: string): string[] {
  const object = toMeshObject({ apiVersion, kind, metadata: { name: 'reviews', namespace: 'shop' }, spec: {} }, {}, 'default');
  return check(new MeshSnapshot([object])).findings.filter(({ severity }) => severity === 'error').map(({ code, fix }) => `${code} ${fix}`);
}

test.each(['v1', 'networkin.istio.io/v1', 'foo.istio.io/v1', 'networking.istio.io/v9'])('a VirtualService of the API %s is told the right one', (apiVersion) => {
  expect(codes(apiVersion, 'VirtualService')).toEqual(['MESH1101 Write apiVersion: networking.istio.io/v1.']);
});

test('a kind that Istio once had is told once', () => {
  expect(codes('config.istio.io/v1alpha2', 'QuotaSpec').map((text) => text.slice(0, 8))).toEqual(['MESH4004']);
});

test.each([['install.istio.io/v1alpha1', 'IstioOperator'], ['v1', 'Service'], ['example.com/v1', 'VirtualService']])('%s %s is not ours to refuse', (apiVersion, kind) => {
  expect(codes(apiVersion, kind)).toEqual([]);
});
