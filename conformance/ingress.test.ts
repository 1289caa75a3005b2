import { ApiObject, App, Chart } from 'cdk8s';
import {
  CanaryRollout, GatewayRoutes, GatewayTls, HttpMatch, IngressGateway, IngressHost, MeshPort, MeshService, PlainHttp, StringMatch, TlsVersion,
} from 'cdk8s-istio';
import { Application, namespace } from './application';
import { IngressPods } from './ingress-pods';
import { ClientTls, MeshRequest } from './mesh-protocol';
import { mintedSecrets } from './minted-secrets';
import { withMesh } from './with-mesh';

const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];
const STRONG = ['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'];

/** Certificates of the gateway, and of callers outside the mesh; no key stands in a file. */
const SECRETS = mintedSecrets('ingress', {
  'shop-cert': { 'dns-names': 'shop.example.com,old.example.com' },
  'blog-cert': { 'dns-names': 'blog.example.com,news.example.com' },
  'wild-cert': { 'dns-names': '*.wild.example.com' },
  'partners-cert': { 'dns-names': 'partners.example.com', 'trusted-ca': 'partners' },
  'named-cert': { 'dns-names': 'named.example.com', 'trusted-ca': 'partners' },
  'beside-cert': { 'dns-names': 'beside.example.com' },
  'beside-cert-cacert': { 'trusted-ca': 'partners' },
  'listed-cert': { 'dns-names': 'listed.example.com' },
  'either-cert': { 'dns-names': 'either.example.com', 'trusted-ca': 'partners' },
  'modern-cert': { 'dns-names': 'modern.example.com' },
  'strong-cert': { 'dns-names': 'strong.example.com' },
  'bytes-cert': { 'dns-names': 'bytes.example.com' },
  'client-cert': { 'dns-names': 'client.example.com', 'ca': 'partners' },
  'other-client-cert': { 'dns-names': 'other.example.com', 'ca': 'partners' },
  'strange-client-cert': { 'dns-names': 'client.example.com', 'ca': 'strangers' },
  'mesh-client-cert': { 'uris': 'spiffe://cluster.local/ns/shop/sa/frontend', 'ca': 'mesh', 'dns-names': 'frontend.shop' },
});
const PARTNERS = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'partners', namespace: 'ingress', annotations: { 'judge.cdk8s-istio/trusted-ca': 'partners' } } };

function manifests(): string {
  const app = new App();
  const edge = new Chart(app, 'edge', { namespace: 'ingress' });
  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  const blog = new Chart(app, 'blog', { namespace: 'blog' });
  namespace(shop, 'shop');
  namespace(blog, 'blog');
  namespace(shop, 'outside', false);
  new Application(new Chart(app, 'outside', { namespace: 'outside' }), 'client');
  new IngressPods(edge, 'pods', [80, 443, 3306, 3307, 15443]);
  new ApiObject(edge, 'partners', PARTNERS);

  const frontend = new Application(shop, 'frontend', { ports: HTTP }).mesh();
  const reviews = new Application(shop, 'reviews', { ports: HTTP, versions: ['v1', 'v2'] }).mesh();
  new CanaryRollout(shop, 'canary', {
    service: reviews, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 0, alwaysCanary: HttpMatch.header('x-canary', StringMatch.exact('true')),
  });
  const posts = new Application(blog, 'posts', { ports: HTTP }).mesh();
  const secure = new Application(shop, 'secure', { ports: [{ name: 'https', port: 8443 }] }).mesh();
  const bytes = new Application(shop, 'bytes', { ports: [{ name: 'tcp', port: 9000 }] }).mesh();

  const ingress = new IngressGateway(edge, 'public', { name: 'public', selector: IngressPods.selector });
  const expose = (host: string, tls: GatewayTls, plainHttp?: PlainHttp) => ingress.expose(frontend, { hosts: [`${host}.example.com`], tls, plainHttp });
  expose('shop', GatewayTls.simple('shop-cert'));
  ingress.expose(reviews, { hosts: ['shop.example.com'], tls: GatewayTls.simple('shop-cert'), match: HttpMatch.pathSegments('/reviews') });
  expose('old', GatewayTls.simple('shop-cert'), PlainHttp.SERVED);
  expose('plain', GatewayTls.plaintext());
  ingress.expose(frontend, { hosts: ['*.wild.example.com'], tls: GatewayTls.simple('wild-cert'), allowWildcards: true, plainHttp: PlainHttp.CLOSED });
  expose('partners', GatewayTls.mutual('partners-cert'));
  expose('named', GatewayTls.mutual('named-cert', { subjectAltNames: ['client.example.com'] }));
  expose('beside', GatewayTls.mutual('beside-cert'));
  expose('listed', GatewayTls.mutual('listed-cert', { caConfigMap: 'partners' }));
  expose('either', GatewayTls.optionalMutual('either-cert'));
  expose('modern', GatewayTls.simple('modern-cert', { minVersion: TlsVersion.V1_3 }));
  expose('strong', GatewayTls.simple('strong-cert', { cipherSuites: STRONG }));
  expose('internal', GatewayTls.istioMutual());
  ingress.expose(secure, { hosts: ['secure.example.com'], tls: GatewayTls.passthrough() });
  ingress.exposeTcp(bytes, { gatewayPort: 3306, tls: GatewayTls.plaintext() });
  ingress.exposeTcp(bytes, { gatewayPort: 3307, hosts: ['bytes.example.com'], tls: GatewayTls.simple('bytes-cert') });
  ingress.exposeToClusters({ namespaces: ['shop'] });
  new IngressHost(blog, 'site', { ingress, hosts: ['blog.example.com'], tls: GatewayTls.simple('blog-cert') }).addRoute(HttpMatch.any(), posts);
  ingress.admit({ hosts: ['news.example.com'], namespace: 'blog', tls: GatewayTls.simple('blog-cert') });
  sidecarsReach(edge, 'internal.example.com');
  return [app.synthYaml(), SECRETS].join('---\n');
}

/** Lets sidecars lead a host to the gateway, with the certificates of the mesh: nothing of our constructs. */
function sidecarsReach(chart: Chart, host: string): void {
  const object = (kind: string, spec: object) => new ApiObject(chart, `internal-${kind}`, {
    apiVersion: 'networking.istio.io/v1', kind, metadata: { name: 'internal', namespace: 'shop' }, spec,
  });
  const ingress = 'ingress.ingress.svc.cluster.local';
  object('ServiceEntry', { hosts: [host], addresses: ['240.0.0.9'], ports: [{ number: 80, name: 'http', protocol: 'HTTP' }], resolution: 'NONE' });
  object('VirtualService', { hosts: [host], http: [{ route: [{ destination: { host: ingress, port: { number: 443 } } }] }] });
  object('DestinationRule', { host: ingress, trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL', sni: host } } });
}

const mesh = withMesh(manifests);

/** A request of somebody outside the mesh, who believes the public authorities alone. */
function visit(url: string, tls: ClientTls = {}, request: Partial<MeshRequest> = {}): MeshRequest {
  const secure = url.startsWith('https');
  return { caller: 'outside/client', url, ...IngressPods.at(secure ? 443 : 80), ...secure ? { tls: { ca: 'public', ...tls } } : {}, ...request };
}

/** What came of it, in a word: who answered, the status, or how the handshake failed. */
async function answer(request: MeshRequest): Promise<string> {
  const { status, workload, tls, error } = await mesh.one(request);
  if (tls?.failure) return tls.failure;
  return status === 200 || (status === 0 && workload) ? workload! : `${error ?? status}`;
}

test('a host is answered with its own certificate, by the service that the path is for', async () => {
  const { tls, status, workload } = await mesh.one(visit('https://shop.example.com/x'));
  expect({ subject: tls?.peer?.subject, verified: tls?.verified, status, workload }).toEqual({
    subject: 'shop.example.com', verified: true, status: 200, workload: 'shop/frontend',
  });
  expect(await answer(visit('https://shop.example.com/reviews/1'))).toBe('shop/reviews-v1');
  expect(await answer(visit('https://shop.example.com/reviewsx'))).toBe('shop/frontend');
});

test('what the constructs of a service say holds behind the gateway: the canary gets the requests with its header', async () => {
  const { byVersion } = await mesh.request(visit('https://shop.example.com/reviews', {}, { headers: { 'x-canary': 'true' }, count: 10 }));
  expect(byVersion).toEqual({ v2: 10 });
});

test.each([
  ['GET', 'http://shop.example.com/x?q=1', 'https://shop.example.com/x?q=1'],
  ['POST', 'http://shop.example.com/x?q=1', 'https://shop.example.com/x?q=1'],
  // Routes for requests there are none.
  ['GET', 'http://secure.example.com/x', 'https://secure.example.com/x'],
  // Admitted for routes that nobody wrote.
  ['GET', 'http://news.example.com/', 'https://news.example.com/'],
])('%s %s is sent to HTTPS, with path and query', async (method, url, location) => {
  const { status, headers } = await mesh.one(visit(url, {}, { method }));
  expect({ status, location: headers?.location }).toEqual({ status: 301, location });
});

test('plain HTTP is answered only where that was said', async () => {
  expect(await answer(visit('http://plain.example.com/'))).toBe('shop/frontend');
  expect(await answer(visit('https://plain.example.com/'))).toBe('closed');
  expect(await answer(visit('http://old.example.com/'))).toBe('shop/frontend');
  expect(await answer(visit('https://old.example.com/'))).toBe('shop/frontend');
  expect(await answer(visit('http://a.wild.example.com/'))).toBe('404');
});

test('an unknown host gets a 404, an unknown server name no handshake, and no host is had by the handshake of another', async () => {
  expect(await answer(visit('http://unknown.example.com/'))).toBe('404');
  expect(await answer(visit('https://unknown.example.com/'))).toBe('closed');
  expect(await answer(visit('https://blog.example.com/', { serverName: 'shop.example.com' }))).toBe('404');
  expect(await answer(visit('https://partners.example.com/', { serverName: 'shop.example.com' }))).toBe('404');
});

test('a wildcard takes every name below, and its certificate the next label alone', async () => {
  expect(await answer(visit('https://a.wild.example.com/'))).toBe('shop/frontend');
  expect(await answer(visit('https://a.b.wild.example.com/'))).toBe('certificate');
  expect(await answer(visit('https://wild.example.com/'))).toBe('closed');
});

test.each([
  // The authority is in the credential itself, in a Secret beside it, in a ConfigMap.
  ['partners', { none: 'alert', client: 'shop/frontend', other: 'shop/frontend', strange: 'alert' }],
  ['beside', { none: 'alert', client: 'shop/frontend', other: 'shop/frontend', strange: 'alert' }],
  ['listed', { none: 'alert', client: 'shop/frontend', other: 'shop/frontend', strange: 'alert' }],
  // Of one name alone.
  ['named', { none: 'alert', client: 'shop/frontend', other: 'alert', strange: 'alert' }],
  // Without a certificate, too; with one, it has to be right.
  ['either', { none: 'shop/frontend', client: 'shop/frontend', other: 'shop/frontend', strange: 'alert' }],
])('of the clients of %s the gateway lets in %j', async (host, expected) => {
  const as = async (clientCertificate?: string) => answer(visit(`https://${host}.example.com/`, { clientCertificate }));
  expect({
    none: await as(), client: await as('ingress/client-cert'), other: await as('ingress/other-client-cert'), strange: await as('ingress/strange-client-cert'),
  }).toEqual(expected);
});

test('TLS 1.2 is the least, or 1.3 where that was said', async () => {
  const by = async (host: string) => Promise.all((['1.0', '1.1', '1.2', '1.3'] as const).map(async (version) =>
    answer(visit(`https://${host}.example.com/`, { minVersion: '1.0', maxVersion: version }))));
  expect(await by('shop')).toEqual(['alert', 'alert', 'shop/frontend', 'shop/frontend']);
  expect(await by('modern')).toEqual(['alert', 'alert', 'alert', 'shop/frontend']);
});

test('of TLS 1.2 the cipher suites are those that were said', async () => {
  const by = async (host: string, cipher: string) => answer(visit(`https://${host}.example.com/`, {
    maxVersion: '1.2', ciphers: [`TLS_ECDHE_ECDSA_WITH_${cipher}`, `TLS_ECDHE_RSA_WITH_${cipher}`],
  }));
  expect(await by('strong', 'AES_256_GCM_SHA384')).toBe('shop/frontend');
  expect(await by('strong', 'AES_128_GCM_SHA256')).toBe('alert');
  expect(await by('shop', 'AES_128_GCM_SHA256')).toBe('shop/frontend');
});

test('TLS that goes through reaches the application\'s own, by the name that was asked for', async () => {
  const { tls, status, seen } = await mesh.one(visit('https://secure.example.com/', { ca: undefined }));
  expect({ status, subject: tls?.peer?.subject, sni: seen?.sni }).toEqual({ status: 200, subject: 'application', sni: 'secure.example.com' });
});

test('sidecars come in with the certificates of the mesh, and nobody else does', async () => {
  expect(await answer({ caller: 'shop/bytes', url: 'http://internal.example.com/' })).toBe('shop/frontend');
  expect(await answer(visit('https://internal.example.com/', { ca: undefined }))).toBe('alert');
  expect(await answer(visit('https://internal.example.com/', { ca: undefined, clientCertificate: 'ingress/client-cert' }))).toBe('alert');
  expect(await answer(visit('http://internal.example.com/'))).toBe('404');
});

test('connections without requests are led by the port, or by the name that TLS asks for', async () => {
  const connect = async (url: string, port: number, tls?: ClientTls) => answer({ caller: 'outside/client', url, ...IngressPods.at(port), tls });
  expect(await connect('tcp://bytes.example.com:3306', 3306)).toBe('shop/bytes');
  expect(await connect('tls://bytes.example.com:3307', 3307, { ca: 'public' })).toBe('shop/bytes');
  expect(await connect('https://unknown.example.com:3307', 3307, { ca: 'public' })).toBe('closed');
});

test('other clusters reach the services of the namespaces that were named, with a certificate of the mesh', async () => {
  const reach = async (host: string, tls: ClientTls = { clientCertificate: 'ingress/mesh-client-cert', alpn: ['istio'] }) => answer({
    caller: 'outside/client', url: `https://${host}/`, ...IngressPods.at(15443), tls: { serverName: `outbound_.80_._.${host}.svc.cluster.local`, ...tls },
  });
  expect(await reach('frontend.shop')).toBe('shop/frontend');
  expect(await reach('posts.blog')).toBe('closed');
  expect(await reach('frontend.shop', {})).not.toBe('shop/frontend');
});

describe('two teams at one gateway', () => {
  /** As another App writes it, which knows nothing of this one. */
  function elsewhere(host: string, match: HttpMatch = HttpMatch.any()): string {
    const app = new App();
    const chart = new Chart(app, 'blog', { namespace: 'blog' });
    const posts = MeshService.fromName(chart, 'posts', { name: 'posts', namespace: 'blog', ports: [MeshPort.http(80)] });
    new GatewayRoutes(chart, 'routes', { gateway: 'ingress/public', hosts: [host] }).addRoute(match, posts);
    return app.synthYaml();
  }

  test('each serves its own hosts', async () => {
    expect(await answer(visit('https://blog.example.com/'))).toBe('blog/posts');
    expect(await answer(visit('https://shop.example.com/'))).toBe('shop/frontend');
  });

  test('routes of another App are led to for the host that is admitted for their namespace', async () => {
    expect(await answer(visit('https://news.example.com/'))).toBe('404');
    await mesh.apply(elsewhere('news.example.com'));
    expect(await answer(visit('https://news.example.com/'))).toBe('blog/posts');
    expect((await mesh.one(visit('http://news.example.com/'))).status).toBe(301);
  });

  test('they are not for a host of the other team, whatever they say', async () => {
    // Istio would put it before the route for everything, whichever is older.
    const stolen = HttpMatch.path(StringMatch.exact('/stolen'));
    await mesh.apply(elsewhere('old.example.com', stolen));
    expect(await answer(visit('https://old.example.com/stolen'))).toBe('shop/frontend');
    expect(await answer(visit('http://old.example.com/stolen'))).toBe('shop/frontend');
    await mesh.apply(elsewhere('shop.example.com', stolen));
    expect(await answer(visit('https://shop.example.com/stolen'))).toBe('shop/frontend');
    expect((await mesh.one(visit('http://shop.example.com/stolen'))).status).toBe(301);
  });
});
