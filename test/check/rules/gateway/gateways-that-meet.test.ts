import { pathsSaid, said } from '../said';

function gateway(name: string, server: string, selector = '{ istio: ingressgateway }', namespace = 'shop'): string {
  return `---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: ${selector}, servers: [${server}] }
`;
}

const TLS = '{ port: { number: 443, name: tls, protocol: TLS }, hosts: [shop.example.com], tls: { mode: PASSTHROUGH } }';
const HTTP = '{ port: { number: 443, name: http, protocol: HTTP }, hosts: [shop.example.com] }';
const POD = `---
apiVersion: v1
kind: Pod
metadata: { name: gateway, namespace: ingress, labels: { istio: ingressgateway, team: shop } }
spec: { containers: [{ name: istio-proxy, image: proxy:1 }] }
`;

describe('two Gateways meet', () => {
  test('where their selectors are equal, though no workload is in sight', () => {
    expect(pathsSaid('MESH3206', gateway('a', TLS) + gateway('b', TLS))).toEqual(['a spec.servers[0].hosts[0]', 'b spec.servers[0].hosts[0]']);
  });

  test('where different selectors select one workload, and not otherwise', () => {
    const both = gateway('a', TLS) + gateway('b', TLS, '{ team: shop }');
    expect(pathsSaid('MESH3206', both + POD)).toHaveLength(2);
    expect(pathsSaid('MESH3206', both)).toEqual([]);
  });

  test('not where they bind to different addresses', () => {
    const bound = (bind: string) => TLS.replace('{ port', `{ bind: ${bind}, port`);
    expect(pathsSaid('MESH3206', gateway('a', bound('10.0.0.1')) + gateway('b', bound('10.0.0.2')))).toEqual([]);
    expect(pathsSaid('MESH3206', gateway('a', bound('10.0.0.1')) + gateway('b', bound('10.0.0.1')))).toHaveLength(2);
  });
});

test('HTTP and TLS on one port clash whatever their hosts, within a Gateway and across', () => {
  const elsewhere = HTTP.replace('shop.example.com', 'blog.example.com');
  expect(pathsSaid('MESH3208', gateway('a', TLS) + gateway('b', elsewhere))).toEqual(['a spec.servers[0].port', 'b spec.servers[0].port']);
  expect(pathsSaid('MESH3208', gateway('a', `${TLS}, ${elsewhere}`))).toEqual(['a spec.servers[1].port']);
  expect(pathsSaid('MESH3208', gateway('a', TLS) + gateway('b', TLS))).toEqual([]);
});

test('two servers for TCP in the clear clash, two for HTTP do not', () => {
  const tcp = '{ port: { number: 5432, name: tcp, protocol: TCP }, hosts: ["*"] }';
  expect(said('MESH3208', gateway('a', tcp) + gateway('b', tcp))).toHaveLength(2);
  expect(said('MESH3208', gateway('a', HTTP) + gateway('b', HTTP))).toEqual([]);
});

test('a host in the clear is shared by name, and "./" is another in each namespace', () => {
  const own = HTTP.replace('shop.example.com', './shop.example.com');
  expect(pathsSaid('MESH3207', gateway('a', HTTP) + gateway('b', HTTP))).toHaveLength(2);
  expect(pathsSaid('MESH3207', gateway('a', own) + gateway('b', own, undefined, 'blog'))).toEqual([]);
  expect(said('MESH3207', gateway('a', HTTP) + gateway('b', HTTP), { preset: 'recommended' }).map(({ severity }) => severity)).toEqual(['info', 'info']);
});
