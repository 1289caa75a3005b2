import { ApiObject } from 'cdk8s';
import {
  CallerIdentity, ClientAddress, ForwardingProxies, IMeshCaller, IpAllowList, IpAllowListProps, MeshPort, MeshWorkload, PolicyScope,
} from '../../src';
import { Shop, errorOf } from './shop';

const OFFICE = ['203.0.113.0/24'];
const PROXIES = ['10.0.1.0/24'];

function gatewayPods(shop: Shop): MeshWorkload {
  return MeshWorkload.fromLabels(shop.chart, 'ingress', { name: 'ingress', namespace: 'edge', labels: { istio: 'ingress' }, serviceAccount: 'ingress' });
}

function list(shop: Shop, more: Partial<IpAllowListProps> = {}): IpAllowList {
  return new IpAllowList(shop.chart, 'office', { scope: PolicyScope.namespace('edge'), ranges: OFFICE, ...more });
}

function refusalOf(more: Partial<IpAllowListProps>): string {
  return errorOf(() => list(new Shop(), more));
}

test('refuses whoever is not on the list, and opens nothing', () => {
  const shop = new Shop();
  const { policy } = list(shop, { scope: PolicyScope.workload(gatewayPods(shop)) });
  expect(shop.manifests()).toEqual([{
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'ip-allow-list-ingress', namespace: 'edge' },
    spec: { selector: { matchLabels: { istio: 'ingress' } }, action: 'DENY', rules: [{ from: [{ source: { notIpBlocks: OFFICE } }] }] },
  }]);
  expect(policy.name).toBe('ip-allow-list-ingress');
});

test('of a namespace is named after nobody, and takes the user\'s labels', () => {
  const shop = new Shop();
  list(shop, { metadata: { labels: { team: 'net' } } });
  expect(shop.find('AuthorizationPolicy', 'ip-allow-list').metadata).toEqual({ name: 'ip-allow-list', namespace: 'edge', labels: { team: 'net' } });
});

test('may be about some hosts and ports, whichever port the Host header names', () => {
  const shop = new Shop();
  list(shop, { hosts: ['admin.example.com'], ports: [8443] });
  expect(shop.rules('ip-allow-list')[0].to).toEqual([{ operation: { hosts: ['admin.example.com', 'admin.example.com:*'], ports: ['8443'] } }]);
});

test('names the ports of the pods for those of a Service', () => {
  const shop = new Shop();
  list(shop, { scope: PolicyScope.workload(shop.service('api', [MeshPort.http(80, { targetPort: 8080 })])), ports: [80] });
  expect(shop.rules('ip-allow-list-api')[0].to).toEqual([{ operation: { ports: ['8080'] } }]);
});

test('about hosts alone, holds for connections that name none, and says so', () => {
  const shop = new Shop();
  list(shop, { hosts: ['admin.example.com'] });
  expect(shop.find('AuthorizationPolicy', 'ip-allow-list').metadata.annotations).toEqual({ 'cdk8s-istio.dev/silence': expect.stringContaining('MESH2112: ') });
});

describe('the client', () => {
  const behind = (shop: Shop, address: ClientAddress) => {
    const made = list(shop, { address });
    return { made, from: shop.rules('ip-allow-list')[0].from.map(({ source }: any) => source) };
  };

  test('behind HTTP proxies is whom they name, and only they are asked', () => {
    const { made, from } = behind(new Shop(), ClientAddress.forwarded({ trustedProxies: 2, proxyRanges: PROXIES }));
    expect(from).toEqual([{ notRemoteIpBlocks: OFFICE }, { notIpBlocks: PROXIES }]);
    expect(made.podAnnotations).toEqual({ 'proxy.istio.io/config': '{"gatewayTopology":{"numTrustedProxies":2}}' });
  });

  test('behind a balancer of connections is whom the PROXY protocol names', () => {
    const { made, from } = behind(new Shop(), ClientAddress.proxyProtocol({ proxyRanges: PROXIES }));
    expect(from).toEqual([{ notRemoteIpBlocks: OFFICE }, { notIpBlocks: PROXIES }]);
    expect(made.podAnnotations).toEqual({ 'proxy.istio.io/config': '{"gatewayTopology":{"proxyProtocol":{}}}' });
  });

  test('behind a gateway is whom it saw, and nobody else may say so', () => {
    const shop = new Shop();
    const { made, from } = behind(shop, ClientAddress.behindGateway(gatewayPods(shop)));
    expect(from).toEqual([{ notRemoteIpBlocks: OFFICE }, { notPrincipals: ['cluster.local/ns/edge/sa/ingress'] }]);
    expect(made.podAnnotations).toEqual({});
  });

  test('is the peer unless something else is said', () => {
    expect(behind(new Shop(), ClientAddress.peer()).from).toEqual([{ notIpBlocks: OFFICE }]);
  });

  test('behind a gateway of another trust domain is believed where that is listed', () => {
    const address = (shop: Shop) => ClientAddress.behindGateway(Object.assign(gatewayPods(shop), {
      callerIdentities: () => [CallerIdentity.principal('partner.example/ns/edge/sa/gw')],
    }) as IMeshCaller);
    const shop = new Shop();
    expect(list(shop, { address: address(shop) }).node.validate()).toEqual([expect.stringContaining('is of the trust domain partner.example, which is not listed in `trustDomains`')]);
    const trusting = new Shop();
    list(trusting, { address: address(trusting), trustDomains: ['mesh.example', 'partner.example'] });
    expect(trusting.rules('ip-allow-list')[0].from[1]).toEqual({ source: { notPrincipals: ['partner.example/ns/edge/sa/gw'] } });
  });

  test('behind a gateway without an identity is nobody', () => {
    const shop = new Shop();
    const nobody = Object.assign(gatewayPods(shop), { callerIdentities: () => [] });
    expect(list(shop, { address: ClientAddress.behindGateway(nobody) }).node.validate()).toEqual([expect.stringContaining('the gateway ingress has no identity')]);
  });
});

describe('pods of the gateway in this App', () => {
  function mistakes(annotations: Record<string, string> | undefined, address: ClientAddress, wholeNamespace = false): string[] {
    const shop = new Shop();
    new ApiObject(shop.chart, 'pods', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'ingress', namespace: 'edge' },
      spec: { selector: { matchLabels: { istio: 'ingress' } }, template: { metadata: { labels: { istio: 'ingress' }, annotations } } },
    });
    return list(shop, { scope: wholeNamespace ? PolicyScope.namespace('edge') : PolicyScope.workload(gatewayPods(shop)), address }).node.validate();
  }
  const two = (more: Partial<ForwardingProxies> = {}) => ClientAddress.forwarded({ trustedProxies: 2, proxyRanges: PROXIES, ...more });
  const config = (value: string) => ({ 'proxy.istio.io/config': value });

  test.each<[string, Record<string, string> | undefined, ClientAddress]>([
    ['as JSON', config('{"gatewayTopology":{"numTrustedProxies":2}}'), two()],
    ['as YAML', config('concurrency: 2\ngatewayTopology:\n  numTrustedProxies: 2\n'), two()],
    ['elsewhere', undefined, two({ configuredElsewhere: true })],
    ['of the PROXY protocol', config('{"gatewayTopology":{"proxyProtocol":{}}}'), ClientAddress.proxyProtocol({ proxyRanges: PROXIES })],
    ['where there is nothing to know', undefined, ClientAddress.peer()],
  ])('know what stands in front of them: %s', (_, annotations, address) => {
    expect(mistakes(annotations, address)).toEqual([]);
  });

  test('are all of a namespace, where the list is for all of them', () => {
    expect(mistakes(undefined, two(), true)).toHaveLength(1);
    expect(mistakes(config('{"gatewayTopology":{"numTrustedProxies":2}}'), two(), true)).toEqual([]);
  });

  test.each<[string, Record<string, string> | undefined, ClientAddress]>([
    ['nothing', undefined, two()],
    ['of another number', config('{"gatewayTopology":{"numTrustedProxies":1}}'), two()],
    ['of a longer number', config('{"gatewayTopology":{"numTrustedProxies":22}}'), two()],
    ['of something else', config('{"concurrency":2}'), ClientAddress.proxyProtocol({ proxyRanges: PROXIES })],
  ])('that are told %s see the wrong address', (_, annotations, address) => {
    expect(mistakes(annotations, address)).toEqual([
      expect.stringContaining('the pods of Deployment ingress (shop/pods) are not told what stands in front of them, so that the address they see is not the client\'s. Annotate them with proxy.istio.io/config: \'{"gatewayTopology":'),
    ]);
  });
});

test.each<[string, string[], string]>([
  ['no range', [], '`ranges` is empty, and an empty list means every address to Istio.'],
  ['everyone', ['0.0.0.0/0'], '[shop/office] `ranges`: "0.0.0.0/0" is every IPv4 address, which lets everyone in.'],
  ['everyone over IPv6', ['10.0.0.0/8', '::/0'], '"::/0" is every IPv6 address'],
  ['everyone in two halves', ['0.0.0.0/1', '128.0.0.0/1'], '"0.0.0.0/1" and "128.0.0.0/1" are every IPv4 address'],
  ['a range within another', ['10.0.0.0/8', '10.1.0.0/16'], '"10.0.0.0/8" includes "10.1.0.0/16".'],
  ['an address within a range', ['2001:db8::1', '2001:db8::/32'], '"2001:db8::/32" includes "2001:db8::1".'],
  ['an address with a prefix', ['10.0.0.1/16'], '"10.0.0.1/16" names an address and a prefix of 16 bits, which is 65536 addresses. Write "10.0.0.1" where one is meant'],
  ['no address', ['office'], '"office" is neither an IP address nor a CIDR block.'],
  ['a prefix that is too long', ['10.0.0.0/33'], '"10.0.0.0/33" is neither an IP address nor a CIDR block.'],
])('%s is refused', (_, ranges, message) => {
  expect(refusalOf({ ranges })).toContain(message);
});

test('a range that is given twice is written once', () => {
  const shop = new Shop();
  list(shop, { ranges: ['203.0.113.7', '2001:db8::/32', '203.0.113.7'] });
  expect(shop.rules('ip-allow-list')[0].from[0].source.notIpBlocks).toEqual(['203.0.113.7', '2001:db8::/32']);
});

test.each<[string, (shop: Shop) => Partial<IpAllowListProps>, string]>([
  ['a host with a port', () => ({ hosts: ['a.example.com:80'] }), '`hosts` holds "a.example.com:80". Give DNS names in small letters, without port and wildcards'],
  ['a wildcard', () => ({ hosts: ['*.example.com'] }), '`hosts` holds "*.example.com".'],
  ['no host', () => ({ hosts: [] }), '`hosts` is empty, and an empty list means every host to Istio.'],
  ['no port', () => ({ ports: [] }), '`ports` is empty'],
  ['another namespace', () => ({ metadata: { namespace: 'shop' } }), '`metadata.namespace` is shop'],
  ['proxies in front of a sidecar', (shop) => ({ scope: PolicyScope.workload(shop.service('api')), address: ClientAddress.forwarded({ proxyRanges: PROXIES }) }),
    "`scope` is the pods of api, and only a gateway's pods are told of the proxies in front of them."],
  ['proxies in front of the mesh', () => ({ scope: PolicyScope.mesh(), address: ClientAddress.proxyProtocol({ proxyRanges: PROXIES }) }), '`scope` is the mesh, and only a gateway\'s pods'],
  ['a gateway behind a gateway', (shop) => ({ scope: PolicyScope.kubernetesGateway('edge', 'public'), address: ClientAddress.behindGateway(gatewayPods(shop)) }), 'ClientAddress.behindGateway is for workloads behind it.'],
])('%s is refused', (_, props, message) => {
  const shop = new Shop();
  expect(errorOf(() => list(shop, props(shop)))).toContain(message);
});

test.each<[string, () => unknown, string]>([
  ['no ranges', () => ClientAddress.forwarded({} as any), 'ClientAddress.forwarded: `proxyRanges` is undefined, and whoever reaches the gateway without the proxies could claim any address.'],
  ['every range', () => ClientAddress.proxyProtocol({ proxyRanges: ['0.0.0.0/0'] }), 'ClientAddress.proxyProtocol: `proxyRanges`: "0.0.0.0/0" is every IPv4 address'],
  ['no proxy', () => ClientAddress.forwarded({ proxyRanges: PROXIES, trustedProxies: 0 }), '`trustedProxies` is 0. Give how many proxies stand in front of the gateway, 1 or more'],
])('proxies are trusted by their addresses: %s is refused', (_, make, message) => {
  expect(errorOf(make)).toContain(message);
});
