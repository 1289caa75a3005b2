import { App, Chart, Duration } from 'cdk8s';
import {
  GatewayApi, GatewayTls, HttpMatch, IngressGateway, MeshService, MirrorTarget, PathRewrite, PlainHttp, Redirect, RedirectCode, RequestTimeout,
  StringMatch, TrafficMirror,
} from 'cdk8s-istio';
import { Application, namespace } from './application';
import { eventually } from './eventually';
import { IngressPods } from './ingress-pods';
import { MeshRequest } from './mesh-protocol';
import { mintedSecrets } from './minted-secrets';
import { withMesh } from './with-mesh';

const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];
const PORTS = [80, 443, 3306];

const CERTIFICATES = {
  'shop-cert': { 'dns-names': 'shop.example.com,old.example.com' },
  'partners-cert': { 'dns-names': 'partners.example.com', 'trusted-ca': 'partners' },
  'wild-cert': { 'dns-names': '*.wild.example.com' },
  'strong-cert': { 'dns-names': 'strong.example.com' },
};
const CLIENTS = {
  'client-cert': { 'dns-names': 'client.example.com', 'ca': 'partners' },
  'strange-client-cert': { 'dns-names': 'client.example.com', 'ca': 'strangers' },
};

/** What is exposed at both, in words that are the same. */
function expose(ingress: IngressGateway, to: Record<'frontend' | 'reviews' | 'posts' | 'secure' | 'bytes', MeshService>): void {
  const { frontend, reviews, posts, secure, bytes } = to;
  const shop = GatewayTls.simple('shop-cert');
  const segments = (path: string) => HttpMatch.pathSegments(path);
  ingress.expose(frontend, { hosts: ['shop.example.com'], tls: shop });
  ingress.expose(reviews, { hosts: ['shop.example.com'], tls: shop, match: segments('/reviews') });
  ingress.expose(reviews, { hosts: ['shop.example.com'], tls: shop, match: segments('/v1'), rewrite: PathRewrite.prefix('/reviews') });
  ingress.expose(reviews, { hosts: ['shop.example.com'], tls: shop, match: segments('/root'), rewrite: PathRewrite.prefix('/').withAuthority('reviews.example') });
  ingress.expose(reviews, { hosts: ['shop.example.com'], tls: shop, match: segments('/whole'), rewrite: PathRewrite.path('/fixed') });
  ingress.expose(reviews, { hosts: ['shop.example.com'], tls: shop, match: HttpMatch.path(StringMatch.exact('/reviews/exact')), requestHeaders: { set: { 'x-route': 'exact' } } });
  ingress.expose(reviews, {
    hosts: ['shop.example.com'], tls: shop, match: segments('/slow'), timeout: RequestTimeout.after(Duration.millis(700)), responseHeaders: { set: { 'x-slow': 'yes' }, remove: ['server'] },
  });
  ingress.expose(posts, { hosts: ['shop.example.com'], tls: shop, match: HttpMatch.allOf(segments('/posts'), HttpMatch.methods('GET', 'HEAD')), namespace: 'shop' });
  ingress.expose(reviews, {
    hosts: ['shop.example.com'], tls: shop, match: HttpMatch.allOf(segments('/asked'), HttpMatch.header('x-a', StringMatch.exact('1')), HttpMatch.queryParameter('q', StringMatch.exact('2'))),
  });
  ingress.host('old.example.com', { tls: shop, namespace: 'shop', plainHttp: PlainHttp.SERVED })
    .addRoute(HttpMatch.any(), frontend)
    .addRedirect(HttpMatch.path(StringMatch.exact('/elsewhere')), Redirect.to({ path: '/new', authority: 'shop.example.com', code: RedirectCode.FOUND }))
    .addRedirect(HttpMatch.path(StringMatch.exact('/here')), Redirect.to({ path: '/there' }))
    .addRedirect(segments('/secure'), Redirect.toHttps());
  ingress.expose(frontend, { hosts: ['plain.example.com'], tls: GatewayTls.plaintext() });
  ingress.expose(frontend, { hosts: ['*.wild.example.com'], tls: GatewayTls.simple('wild-cert'), allowWildcards: true, plainHttp: PlainHttp.CLOSED });
  ingress.expose(frontend, { hosts: ['partners.example.com'], tls: GatewayTls.mutual('partners-cert') });
  ingress.expose(frontend, { hosts: ['strong.example.com'], tls: GatewayTls.simple('strong-cert', { cipherSuites: ['ECDHE-ECDSA-AES256-GCM-SHA384'] }) });
  ingress.expose(frontend, { hosts: ['internal.example.com'], tls: GatewayTls.istioMutual() });
  ingress.expose(secure, { hosts: ['secure.example.com'], tls: GatewayTls.passthrough() });
  ingress.exposeTcp(bytes, { gatewayPort: 3306, tls: GatewayTls.plaintext() });
  ingress.admit({ hosts: ['news.example.com'], namespace: 'blog', tls: shop });
}

function manifests(): string {
  const app = new App();
  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  const blog = new Chart(app, 'blog', { namespace: 'blog' });
  const edge = new Chart(app, 'edge');
  namespace(shop, 'shop');
  namespace(blog, 'blog');
  namespace(shop, 'outside', false);
  new Application(new Chart(app, 'outside', { namespace: 'outside' }), 'client');
  new IngressPods(edge, 'pods', PORTS);
  new IngressPods(edge, 'kubernetes-pods', PORTS, 'kubernetes');

  const services = {
    frontend: new Application(shop, 'frontend', { ports: HTTP }).mesh(),
    reviews: new Application(shop, 'reviews', { ports: HTTP }).mesh(),
    posts: new Application(blog, 'posts', { ports: HTTP }).mesh(),
    secure: new Application(shop, 'secure', { ports: [{ name: 'https', port: 8443 }] }).mesh(),
    bytes: new Application(shop, 'bytes', { ports: [{ name: 'tcp', port: 9000 }] }).mesh(),
  };
  const copies = new Application(shop, 'copies', { ports: HTTP }).mesh();
  new TrafficMirror(shop, 'mirror', { service: services.posts, match: HttpMatch.methods('GET', 'HEAD'), mirrors: [MirrorTarget.service(copies)] });
  expose(new IngressGateway(edge, 'istio', { name: 'public', namespace: 'ingress', selector: { istio: 'ingress' } }), services);
  expose(new IngressGateway(edge, 'kubernetes', {
    name: 'public', namespace: 'kubernetes', api: GatewayApi.KUBERNETES, service: 'kubernetes', selector: { istio: 'kubernetes' },
  }), services);
  return [app.synthYaml(), mintedSecrets('ingress', { ...CERTIFICATES, ...CLIENTS }), mintedSecrets('kubernetes', CERTIFICATES)].join('---\n');
}

const mesh = withMesh(manifests);

interface Answer {
  readonly who: string;
  readonly [field: string]: unknown;
}

/** What came of a request at one of the two, with all that a client or the application can see of it. */
async function answerOf(gateway: 'ingress' | 'kubernetes', url: string, request: Partial<MeshRequest>): Promise<Answer> {
  const secure = url.startsWith('https');
  const { status, workload, error, tls, headers, seen, body } = await mesh.one({
    caller: 'outside/client', url, ...IngressPods.at(secure ? 443 : 80, gateway), ...secure ? { tls: { ca: 'public' } } : {}, ...request,
  });
  return {
    who: tls?.failure ?? error ?? workload ?? (headers?.location ? `${status} ${headers.location}` : `${status}`),
    status,
    subject: tls?.peer?.subject,
    version: tls?.version,
    server: headers?.server,
    slow: headers?.['x-slow'],
    body,
    path: seen?.path,
    host: seen?.host,
    method: seen?.method,
    route: seen?.headers?.['x-route'],
  };
}

const SHOP = 'https://shop.example.com';
const OLD = 'old.example.com';
const as = (clientCertificate: string): Partial<MeshRequest> => ({ tls: { ca: 'public', clientCertificate: `ingress/${clientCertificate}` } });
const strong = (cipher: string): Partial<MeshRequest> => ({ tls: { ca: 'public', maxVersion: '1.2', ciphers: [`TLS_ECDHE_ECDSA_WITH_${cipher}`] } });
const believing: Partial<MeshRequest> = { tls: {} };

test.each<[string, string, Partial<MeshRequest>?]>([
  [`${SHOP}/`, 'shop/frontend'],
  [`${SHOP}/reviews`, 'shop/reviews'],
  [`${SHOP}/reviews/1`, 'shop/reviews'],
  [`${SHOP}/reviewsx`, 'shop/frontend'],
  [`${SHOP}/reviews/exact`, 'shop/reviews'],
  [`${SHOP}/v1`, 'shop/reviews'],
  [`${SHOP}/v1/`, 'shop/reviews'],
  [`${SHOP}/v1/x?q=1`, 'shop/reviews'],
  [`${SHOP}/root`, 'shop/reviews'],
  [`${SHOP}/root/x`, 'shop/reviews'],
  [`${SHOP}/whole/x?q=1`, 'shop/reviews'],
  [`${SHOP}/slow`, '504'],
  [`${SHOP}/posts`, 'blog/posts'],
  [`${SHOP}/posts/1`, 'blog/posts'],
  [`${SHOP}/posts`, 'shop/frontend', { method: 'POST' }],
  [`${SHOP}/asked?q=2`, 'shop/reviews', { headers: { 'x-a': '1' } }],
  [`${SHOP}/asked?q=1`, 'shop/frontend', { headers: { 'x-a': '1' } }],
  [`${SHOP}/asked?q=2`, 'shop/frontend'],
  ['http://shop.example.com/x?q=1', '301 https://shop.example.com/x?q=1'],
  ['http://shop.example.com/x?q=1', '301 https://shop.example.com/x?q=1', { method: 'POST' }],
  [`http://${OLD}/`, 'shop/frontend'],
  [`https://${OLD}/`, 'shop/frontend'],
  [`http://${OLD}/elsewhere?q=1`, '302 http://shop.example.com/new?q=1'],
  [`https://${OLD}/elsewhere`, '302 https://shop.example.com/new'],
  [`http://${OLD}/here?q=1`, `301 http://${OLD}/there?q=1`],
  [`https://${OLD}/here`, `301 https://${OLD}/there`],
  [`http://${OLD}/secure/x`, `301 https://${OLD}/secure/x`],
  ['http://plain.example.com/', 'shop/frontend'],
  ['https://plain.example.com/', 'closed'],
  ['https://a.wild.example.com/', 'shop/frontend'],
  ['https://a.b.wild.example.com/', 'certificate'],
  ['http://a.wild.example.com/', '404'],
  ['https://partners.example.com/', 'alert'],
  ['https://partners.example.com/', 'shop/frontend', as('client-cert')],
  ['https://partners.example.com/', 'alert', as('strange-client-cert')],
  ['https://strong.example.com/', 'shop/frontend', strong('AES_256_GCM_SHA384')],
  ['https://strong.example.com/', 'alert', strong('AES_128_GCM_SHA256')],
  [SHOP, 'alert', { tls: { ca: 'public', minVersion: '1.0', maxVersion: '1.1' } }],
  ['https://internal.example.com/', 'alert', believing],
  ['http://internal.example.com/', '404'],
  ['https://secure.example.com/', 'shop/secure', believing],
  ['http://secure.example.com/', '301 https://secure.example.com/'],
  ['tcp://bytes.example.com:3306', 'shop/bytes', { viaPort: 3306 }],
  ['https://news.example.com/', '404', believing],
  ['http://news.example.com/', '301 https://news.example.com/'],
  ['http://unknown.example.com/', '404'],
  ['https://unknown.example.com/', 'closed'],
  [SHOP, '404', { tls: { ca: 'public', serverName: 'partners.example.com', clientCertificate: 'ingress/client-cert' } }],
])('%s gets the same answer at both: %s', async (url, who, request = {}) => {
  await mesh.behave('shop/reviews', { delayMs: 1200, path: '/slow' });
  const [istio, kubernetes] = [await answerOf('ingress', url, request), await answerOf('kubernetes', url, request)];
  expect(istio.who).toBe(who);
  expect(kubernetes).toEqual(istio);
});

test('requests are copied behind both', async () => {
  for (const gateway of ['ingress', 'kubernetes'] as const) {
    await mesh.reset();
    await answerOf(gateway, `${SHOP}/posts`, {});
    await answerOf(gateway, `${SHOP}/posts`, { method: 'POST' });
    await eventually('the copy of what reads, and of nothing else', async () => (await mesh.received('shop/copies')).total === 1);
  }
});

test('a client that names port 80 is sent to port 443 by the Gateway API, and to port 80 by Istio\'s own', async () => {
  expect((await answerOf('ingress', 'http://shop.example.com:80/x', {})).who).toBe('301 https://shop.example.com:80/x');
  expect((await answerOf('kubernetes', 'http://shop.example.com:80/x', {})).who).toBe('301 https://shop.example.com/x');
});
