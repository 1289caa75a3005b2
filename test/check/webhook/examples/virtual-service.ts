import { examplesOf } from './example';

const TO_A = { route: [{ destination: { host: 'a' } }] };
const on = (hosts: readonly string[], more: object = {}) => ({ hosts, http: [TO_A], ...more });
const gateways = (...names: string[]) => on(['a'], { gateways: names });
const delegate = (more: object) => ({ http: [TO_A], ...more });
const exportTo = (...namespaces: string[]) => on(['a'], { exportTo: namespaces });
const tcp = (rule: object) => ({ hosts: ['a'], tcp: [{ ...TO_A, ...rule }] });
const tcpMatch = (match: object) => tcp({ match: [match] });
const tls = (sniHosts: readonly string[], hosts = ['shop.example.com', '*.b.com'], more: object = {}) => ({ hosts, tls: [{ ...TO_A, match: [{ sniHosts }] }], ...more });
const claim = (header: string, more: object = {}) => on(['a'], { http: [{ ...TO_A, match: [{ headers: { [header]: { exact: 'x' } } }] }], ...more });
const annotated = (name: string, value = 'true') => ({ annotations: { [name]: value } });
const GATEWAY_API = annotated('internal.istio.io/route-semantics', 'gateway');

const LABEL_63 = 'x'.repeat(63);
const NAME_255 = `${'x.'.repeat(127)}x`;
const MANY = Array.from({ length: 9 }, (_, i) => `h${i}.example.com`);

export const VIRTUAL_SERVICES = examplesOf('VirtualService', {
  accepted: [
    ['a host', on(['reviews'])],
    ['hosts of every form', on(['reviews', 'reviews.shop.svc.cluster.local', 'Reviews.Example.com', '*.b.com', '*-api.c.com', '*api.d.com', '10.0.0.1', '::1', 'e.com.', LABEL_63])],
    ['a name of 255 characters', on([NAME_255])],
    ['a name that ends in more digits than a number has', on(['a.99999999999999999999'])],
    ['every host, on a gateway', on(['*'], { gateways: ['shop/public'] })],
    ['an address among names that do not overlap', on(['*.a', '10.0.0.1'])],
    ['a delegate', delegate({})],
    ['a delegate with empty lists', delegate({ hosts: [], gateways: [], tcp: [], tls: [] })],
    ['gateways of every form', gateways('mesh', 'public')],
    ['gateways with namespaces', gateways('shop/public', 'Shop/Public')],
    ['what follows a gateway without a namespace, which Istio does not read', gateways('public', 'a/b/c')],
    ['an old name in a match, of which Istio does not warn', on(['a'], { http: [{ ...TO_A, match: [{ gateways: ['a.b'] }] }] })],
    ['a gateway with dots, made from the Gateway API', gateways('shop/a.b'), GATEWAY_API],
    ['any destination, made from the Gateway API', on(['a'], { http: [{ route: [{ destination: { host: '_' } }] }] }), GATEWAY_API],
    ['every namespace', exportTo('*')],
    ['namespaces by name', exportTo('.', 'other')],
    ['a claim of a token, on a gateway', claim('@request.auth.claims.group', { gateways: ['shop/public'] })],
    ['connections', tcp({})],
    ['connections by subnet', tcpMatch({ destinationSubnets: ['10.0.0.0/8', '10.0.0.1', '::1', '2001:db8::/32'] })],
    ['connections to port 0, which is any', tcpMatch({ port: 0 })],
    ['connections of workloads', tcpMatch({ sourceLabels: { 'app': 'a', 'example.com/tier': '' }, gateways: ['mesh', 'shop/public'] })],
    ['TLS by name', tls(['shop.example.com', 'a.b.com', '*.a.b.com', '*.b.com'])],
    ['TLS by one of many hosts', tls(['h8.example.com'], MANY)],
    ['TLS for another cluster', tls(['outbound_.80_._.a.b'], ['outbound_.80_._.a.b'], { gateways: ['shop/public'] })],
    ['an annotation of somebody else', on(['a']), annotated('example.com/parents')],
  ],
  warned: [
    ['a gateway named in the old way', gateways('public.shop.svc.cluster.local'), 'spec.gateways[0]'],
    ['a gateway named in the old way by a TLS match', { hosts: ['a'], tls: [{ ...TO_A, match: [{ sniHosts: ['a'], gateways: ['a.b'] }] }] }, 'spec.tls[0].match[0].gateways[0]'],
    ['TLS by address', tls(['10.0.0.1']), 'spec.tls[0].match[0].sniHosts[0]'],
  ],
  refused: [
    ['nothing', {}, 'spec'],
    ['empty lists', { hosts: ['a'], http: [], tcp: [], tls: [] }, 'spec'],
    ['an annotation for dry runs', on(['a']), 'metadata.annotations[istio.io/dry-run]', annotated('istio.io/dry-run')],
    ['an annotation that Istio keeps for itself: parents', on(['a']), 'metadata.annotations[internal.istio.io/parents]', annotated('internal.istio.io/parents')],
    ['an annotation that Istio keeps for itself: the namespace of parents', on(['a']), 'metadata.annotations[internal.istio.io/parent-namespace]',
      annotated('internal.istio.io/parent-namespace')],
    ['an annotation that Istio keeps for tests', on(['a']), 'metadata.annotations[internal.istio.io/webhook-always-reject]', annotated('internal.istio.io/webhook-always-reject')],

    ['a host with an underscore', on(['a_b']), 'spec.hosts[0]'],
    ['a host with a port', on(['a.b:80']), 'spec.hosts[0]'],
    ['an empty host', on(['']), 'spec.hosts[0]'],
    ['a host with two dots', on(['a..b']), 'spec.hosts[0]'],
    ['a host that ends in a number', on(['a.1']), 'spec.hosts[0]'],
    ['a wildcard within a name', on(['a.*.com']), 'spec.hosts[0]'],
    ['a label of 64 characters', on([`${LABEL_63}x`]), 'spec.hosts[0]'],
    ['a name of 256 characters', on([`${NAME_255}x`]), 'spec.hosts[0]'],
    ['every host, on the mesh', on(['*']), 'spec.hosts[0]'],
    ['every host, on a gateway and the mesh', on(['*'], { gateways: ['shop/public', 'mesh'] }), 'spec.hosts[0]'],
    ['a host twice', on(['a', 'b', 'a']), 'spec.hosts[2]'],
    ['a host that is none, beside one that stands twice', on(['a_b', 'a', 'a']), 'spec.hosts[0]'],
    ['a host and a wildcard that covers it', on(['a.b.com', '*.com']), 'spec.hosts[0]'],
    ['two wildcards, one within the other', on(['*.com', '*.b.com']), 'spec.hosts[1]'],
    ['a name made for another cluster, without TLS', on(['outbound_.80_._.a.b'], { gateways: ['shop/public'] }), 'spec.hosts[0]'],

    ['a delegate on a gateway', delegate({ gateways: ['shop/public'] }), 'spec.gateways'],
    ['a delegate with connections', delegate({ tcp: [TO_A] }), 'spec.tcp'],
    ['a delegate that delegates', { http: [{ ...TO_A, delegate: { name: 'b' } }] }, 'spec.http[0].delegate'],

    ['a gateway without name', gateways('shop/'), 'spec.gateways[0]'],
    ['a gateway without namespace before the slash', gateways('/public'), 'spec.gateways[0]'],
    ['a gateway with a path', gateways('a/b/c'), 'spec.gateways[0]'],
    ['a gateway with dots after its namespace', gateways('shop/a.b'), 'spec.gateways[0]'],
    ['a second gateway that is none', gateways('shop/public', 'shop/_'), 'spec.gateways[1]'],
    ['an empty gateway', gateways(''), 'spec.gateways[0]'],
    ['a gateway of a match that is none', on(['a'], { http: [{ ...TO_A, match: [{ gateways: ['a_b'] }] }] }), 'spec.http[0].match[0].gateways[0]'],
    ['a gateway without name, made from the Gateway API', gateways('shop/'), 'spec.gateways[0]', GATEWAY_API],

    ['a claim of a token, on the mesh', claim('@request.auth.claims.group'), 'spec.http[0].match[0].headers[@request.auth.claims.group]'],
    ['a claim of a token, on a gateway and the mesh', claim('@request.auth.claims[group]', { gateways: ['mesh', 'shop/public'] }),
      'spec.http[0].match[0].headers[@request.auth.claims[group]]'],

    ['the absence of a claim of a token, on the mesh', on(['a'], { http: [{ ...TO_A, match: [{ withoutHeaders: { '@request.auth.claims.a': {} } }] }] }),
      'spec.http[0].match[0].withoutHeaders[@request.auth.claims.a]'],

    ['nobody', exportTo('~'), 'spec.exportTo[0]'],
    ['a namespace that is none', exportTo('a.b'), 'spec.exportTo[0]'],
    ['a namespace twice', exportTo('other', 'other'), 'spec.exportTo[1]'],
    ['the own namespace twice', exportTo('shop', '.'), 'spec.exportTo[1]'],
    ['every namespace and one more', exportTo('*', 'other'), 'spec.exportTo'],

    ['connections to nowhere', { hosts: ['a'], tcp: [{ route: [] }] }, 'spec.tcp[0].route'],
    ['a subnet that is too small', tcpMatch({ destinationSubnets: ['10.0.0.0/33'] }), 'spec.tcp[0].match[0].destinationSubnets[0]'],
    ['a port beyond the last', tcpMatch({ port: 65536 }), 'spec.tcp[0].match[0].port'],
    ['a label with a space', tcpMatch({ sourceLabels: { app: 'a b' } }), 'spec.tcp[0].match[0].sourceLabels[app]'],
    ['a label without name', tcpMatch({ sourceLabels: { 'a/': 'b' } }), 'spec.tcp[0].match[0].sourceLabels[a/]'],
    ['a gateway of a TCP match that is none', tcpMatch({ gateways: ['/'] }), 'spec.tcp[0].match[0].gateways[0]'],

    ['TLS without a match', { hosts: ['a'], tls: [{ ...TO_A, match: [] }] }, 'spec.tls[0].match'],
    ['TLS to nowhere', { hosts: ['a'], tls: [{ match: [{ sniHosts: ['a'] }] }] }, 'spec.tls[0].route'],
    ['TLS by no name', tls([]), 'spec.tls[0].match[0].sniHosts'],
    ['TLS by a name that the hosts do not cover', tls(['b.com']), 'spec.tls[0].match[0].sniHosts[0]'],
    ['TLS by a wildcard wider than the hosts', tls(['*.com']), 'spec.tls[0].match[0].sniHosts[0]'],
    ['TLS by a name that many hosts do not cover', tls(['h9.example.com'], MANY), 'spec.tls[0].match[0].sniHosts[0]'],
    ['TLS by a wildcard that many hosts do not cover', tls(['*.example.com'], MANY), 'spec.tls[0].match[0].sniHosts[0]'],
    ['TLS by something that is no name', tls(['a_b.b.com']), 'spec.tls[0].match[0].sniHosts[0]'],
    ['TLS for another cluster, on the mesh', tls(['outbound_.80_._.b.com'], ['*.b.com'], { gateways: ['mesh'] }), 'spec.tls[0].match[0].sniHosts[0]'],
    ['TLS for another cluster, without a port', tls(['outbound_._._.b.com'], ['*.b.com']), 'spec.tls[0].match[0].sniHosts[0]'],
  ],
});
