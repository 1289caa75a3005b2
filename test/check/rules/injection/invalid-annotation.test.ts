import { said } from '../said';

function isRefused(name: string, value: string): boolean {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'reviews', namespace: 'shop', annotations: { [name]: value } },
    spec: { containers: [{ name: 'reviews', image: 'reviews:1' }] },
  };
  return said('MESH3610', JSON.stringify(pod)).length > 0;
}

describe.each([
  ['sidecar.istio.io/interceptionMode', ['REDIRECT', 'TPROXY', 'NONE'], ['redirect', '']],
  ['status.sidecar.istio.io/port', ['0', '15020', ' 15020 ', '65535'], ['65536', 'http', '', '-1']],
  ['readiness.status.sidecar.istio.io/periodSeconds', ['0', '4294967295'], ['4294967296', '1.5', ' 1', '']],
  ['traffic.sidecar.istio.io/includeOutboundIPRanges', ['*', '', '10.0.0.0/8,fd00::/8'], ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/8, 11.0.0.0/8']],
  ['traffic.sidecar.istio.io/excludeOutboundIPRanges', ['', '10.0.0.0/8'], ['*']],
  ['traffic.sidecar.istio.io/includeInboundPorts', ['*', '', '80, 443'], ['80-90', '80,']],
  ['traffic.sidecar.istio.io/excludeOutboundPorts', ['', '5432'], ['*', 'postgres', '70000']],
  ['traffic.sidecar.istio.io/excludeInterfaces', ['', 'eth0, net1'], ['0eth', 'a-name-that-is-too-long', 'eth0,']],
  ['prometheus.istio.io/merge-metrics', ['true', 'F', '0'], ['yes', 'tRUE', '']],
  ['sidecar.istio.io/proxyCPU', ['1', '100m', '.5', '1e3', '2k'], ['100mi', '1 m', 'lots', '']],
  ['sidecar.istio.io/proxyMemoryLimit', ['128Mi', '1G'], ['128MB', '1gb']],
  ['proxy.istio.io/config', ['', 'concurrency: 2', '{ }', 'concurency: 2'], ['concurrency', '{', '[1]']],
])('%s', (name, taken, refused) => {
  test.each(taken)('takes "%s"', (value) => expect(isRefused(name, value)).toBe(false));

  test.each(refused)('refuses "%s"', (value) => expect(isRefused(name, value)).toBe(true));
});

test('an annotation that does nothing where it stands is not judged by its value', () => {
  expect(said('MESH3610', '{ apiVersion: v1, kind: Namespace, metadata: { name: shop, annotations: { sidecar.istio.io/proxyCPU: lots } } }')).toEqual([]);
});
