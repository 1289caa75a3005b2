import { check } from '../../../../src/check/check';
import { toMeshObject } from '../../../../src/manifest/to-mesh-object';
import { MeshSnapshot } from '../../../../src/manifest/mesh-snapshot';

const FAULT = { fault: { abort: { percentage: { value: 1 }, httpStatus: 503 } } };

function said(annotation: string, now: string | undefined, rule: object = FAULT) {
  const object = toMeshObject({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'reviews', namespace: 'shop', annotations: { 'cdk8s-istio.dev/fault-expires': annotation } },
    spec: { hosts: ['reviews'], http: [{ ...rule, route: [{ destination: { host: 'reviews' } }] }] },
  }, {}, 'default');
  return check(new MeshSnapshot([object], []), { now }).findings.filter(({ code }) => code === 'MESH3148').map(({ message, severity, path }) => ({ message, severity, path }));
}

const BOTH = 'chaos: 2026-12-01T18:00:00Z\nslow: 2026-12-02T18:00:00Z';

test('nothing is said before the end, the fault is named from that very instant on, and each for itself', () => {
  expect(said(BOTH, '2026-12-01T17:59:59.999Z')).toEqual([]);
  const path = 'metadata.annotations["cdk8s-istio.dev/fault-expires"]';
  expect(said(BOTH, '2026-12-01T18:00:00Z')).toEqual([{ message: 'The fault "chaos" was to be over at 2026-12-01T18:00:00Z.', severity: 'warning', path }]);
  expect(said(BOTH, '2026-12-02T19:00:00+01:00').map(({ message }) => message)).toEqual([
    'The fault "chaos" was to be over at 2026-12-01T18:00:00Z.', 'The fault "slow" was to be over at 2026-12-02T18:00:00Z.',
  ]);
});

test('where no rule has a fault any more, nothing is said', () => {
  expect(said(BOTH, '2030-01-01T00:00:00Z')).toHaveLength(2);
  expect(said(BOTH, '2030-01-01T00:00:00Z', {})).toEqual([]);
});

test('without a clock it is today', () => {
  jest.useFakeTimers({ now: Date.parse('2026-12-01T18:00:01Z') });
  expect(said(BOTH, undefined)).toHaveLength(1);
  jest.setSystemTime(Date.parse('2026-12-01T17:00:00Z'));
  expect(said(BOTH, undefined)).toEqual([]);
  jest.useRealTimers();
});

test('a clock that cannot be read is refused', () => {
  expect(() => said(BOTH, '2026-12-01')).toThrow("'2026-12-01' is no instant to check for. Write date, time and zone in ISO 8601, such as 2026-12-01T18:00:00Z.");
});
