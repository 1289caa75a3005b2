import { App, Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, CorsPolicy, DirectResponse, ExposeOptions, GatewayApi, GatewayTls, HeaderOperations, HttpMatch, HttpRoute, IngressGateway,
  IngressGatewayProps, IngressHost, MeshPort, MeshService, MirrorTarget, PathRewrite, PlainHttp, PortProtocol, Redirect, RequestTimeout,
  ResilientService, Retries, RouteAction, StringMatch, TlsVersion, TrafficMirror,
} from '../../../src';
import { messageOf, mistakes, synthesized } from '../../support/shop';

const { pathSegments, path, header, allOf, any } = HttpMatch;
const CERT = GatewayTls.simple('shop-cert');

function edge(props: Partial<IngressGatewayProps> = {}) {
  const app = new App();
  const chart = new Chart(app, 'edge', { namespace: 'istio-ingress' });
  const service = (name: string, namespace = 'shop', protocol = PortProtocol.HTTP, number = 8080) =>
    MeshService.fromName(chart, `${namespace}-${name}`, { name, namespace, ports: [MeshPort.of({ number, protocol })] });
  const ingress = new IngressGateway(chart, 'public', { name: 'public', api: GatewayApi.KUBERNETES, ...props });
  return { app, chart, service, ingress, frontend: service('frontend') };
}

const exposed = (options: Partial<ExposeOptions> = {}): ExposeOptions => ({ hosts: ['shop.example.com'], tls: CERT, ...options });
const find = (app: App, kind: string, name: string) => synthesized(app).find((one) => one.kind === kind && one.metadata.name === name)!;
const rulesOf = (app: App) => find(app, 'HTTPRoute', 'shop-example-com').spec.rules;

test('a host has a listener with its certificate that lets in routes of its namespace alone, and an HTTPRoute', () => {
  const { app, ingress, frontend } = edge();
  ingress.expose(frontend, exposed());
  expect(find(app, 'Gateway', 'public').spec).toEqual({
    gatewayClassName: 'istio',
    listeners: [
      {
        name: 'http-80-shop-example-com',
        hostname: 'shop.example.com',
        port: 80,
        protocol: 'HTTP',
        allowedRoutes: { namespaces: { from: 'Same' }, kinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }] },
      },
      {
        name: 'https-443-shop-example-com',
        hostname: 'shop.example.com',
        port: 443,
        protocol: 'HTTPS',
        tls: { mode: 'Terminate', certificateRefs: [{ group: '', kind: 'Secret', name: 'shop-cert' }] },
        allowedRoutes: {
          namespaces: { from: 'Selector', selector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }, kinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }],
        },
      },
    ],
  });
  expect(find(app, 'HTTPRoute', 'shop-example-com')).toEqual({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'shop-example-com', namespace: 'shop' },
    spec: {
      parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public', namespace: 'istio-ingress', sectionName: 'https-443-shop-example-com' }],
      hostnames: ['shop.example.com'],
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ group: '', kind: 'Service', name: 'frontend', port: 8080 }] }],
    },
  });
});

test('the redirect to HTTPS is a route of the gateway\'s own namespace', () => {
  const { app, ingress, frontend } = edge();
  ingress.expose(frontend, exposed());
  const { metadata, spec } = find(app, 'HTTPRoute', 'shop-example-com-to-https');
  expect(metadata.namespace).toBe('istio-ingress');
  expect(spec).toMatchObject({
    parentRefs: [{ name: 'public', sectionName: 'http-80-shop-example-com' }],
    hostnames: ['shop.example.com'],
    rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }] }],
  });
});

test('a host that is served without TLS, too, attaches to both listeners; pods that are deployed by hand are found by their Service', () => {
  const { app, ingress, frontend } = edge({ service: 'ingress', selector: { istio: 'ingress' }, gatewayClass: 'own' });
  ingress.expose(frontend, exposed({ plainHttp: PlainHttp.SERVED }));
  expect(find(app, 'HTTPRoute', 'shop-example-com').spec.parentRefs.map(({ sectionName }: any) => sectionName)).toEqual(['https-443-shop-example-com', 'http-80-shop-example-com']);
  expect(find(app, 'Gateway', 'public').spec).toMatchObject({
    gatewayClassName: 'own', addresses: [{ type: 'Hostname', value: 'ingress.istio-ingress.svc.cluster.local' }],
  });
});

test('TLS as Istio reads it of a listener', () => {
  const { app, ingress, frontend } = edge();
  ingress.expose(frontend, exposed({ tls: GatewayTls.mutual('a', { secondCredential: 'b', cipherSuites: ['AES128-SHA', 'AES256-SHA'] }) }));
  ingress.expose(frontend, exposed({ hosts: ['b.example.com'], tls: GatewayTls.istioMutual() }));
  const { listeners } = find(app, 'Gateway', 'public').spec;
  expect(listeners.filter(({ port }: any) => port === 443).map(({ tls }: any) => tls)).toEqual([
    { mode: 'Terminate', options: { 'gateway.istio.io/tls-terminate-mode': 'ISTIO_MUTUAL' } },
    {
      mode: 'Terminate',
      certificateRefs: ['a', 'b'].map((name) => ({ group: '', kind: 'Secret', name })),
      options: { 'gateway.istio.io/tls-terminate-mode': 'MUTUAL', 'gateway.istio.io/tls-cipher-suites': 'AES128-SHA,AES256-SHA' },
    },
  ]);
});

test('a Service of another namespace is granted, once for all routes of a namespace', () => {
  const { app, ingress, service } = edge();
  const ratings = service('ratings', 'data');
  for (const host of ['a.example.com', 'b.example.com']) ingress.expose(ratings, exposed({ hosts: [host], namespace: 'shop' }));
  expect(synthesized(app).filter(({ kind }) => kind === 'ReferenceGrant')).toEqual([{
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'ReferenceGrant',
    metadata: { name: 'httproutes-of-shop-to-ratings', namespace: 'data' },
    spec: { from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop' }], to: [{ group: '', kind: 'Service', name: 'ratings' }] },
  }]);
  expect(find(app, 'HTTPRoute', 'a-example-com').spec.rules[0].backendRefs[0].namespace).toBe('data');
});

test('a Service of another namespace that a construct of a service leads to is a mistake: nothing grants it', () => {
  const { app, chart, ingress, frontend, service } = edge();
  new HttpRoute(chart, 'elsewhere', { service: frontend, match: pathSegments('/x'), action: RouteAction.toService(service('ratings', 'data')) });
  ingress.expose(frontend, exposed());
  expect(mistakes(app)).toEqual([expect.stringContaining('leads to the Service data/ratings by a construct of another service, and routes of namespace shop may not')]);
});

test('what filters, shares, copies and times are', () => {
  const { app, chart, ingress, frontend, service } = edge();
  const other = service('other');
  new HttpRoute(chart, 'split', { service: frontend, action: RouteAction.split({ weight: 90, service: frontend, port: 8080 }, { weight: 10, service: other, requestHeaders: { set: { 'x-other': '1' } } }) });
  new TrafficMirror(chart, 'mirror', { service: frontend, mirrors: [MirrorTarget.service(other, { percentage: 2.5, safeForWrites: true })] });
  const headers: HeaderOperations = { set: { 'x-a': '1' }, add: { 'x-b': '2' }, remove: ['x-c'] };
  ingress.expose(frontend, exposed({ requestHeaders: headers, responseHeaders: { remove: ['server'] }, timeout: RequestTimeout.after(Duration.millis(90_500)), name: 'Front_End' }));
  expect(rulesOf(app)).toEqual([{
    name: 'front-end',
    matches: [{ path: { type: 'PathPrefix', value: '/' } }],
    filters: [
      { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-a', value: '1' }], add: [{ name: 'x-b', value: '2' }], remove: ['x-c'] } },
      { type: 'ResponseHeaderModifier', responseHeaderModifier: { remove: ['server'] } },
      { type: 'RequestMirror', requestMirror: { backendRef: { group: '', kind: 'Service', name: 'other', port: 8080 }, fraction: { numerator: 25_000, denominator: 1_000_000 } } },
    ],
    backendRefs: [
      { group: '', kind: 'Service', name: 'frontend', port: 8080, weight: 90 },
      {
        group: '',
        kind: 'Service',
        name: 'other',
        port: 8080,
        weight: 10,
        filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-other', value: '1' }] } }],
      },
    ],
    timeouts: { request: '1m30s500ms' },
  }]);
});

test('whole segments are one match, with a rewrite, too', () => {
  const { app, ingress, frontend, service } = edge();
  ingress.expose(frontend, exposed({ match: pathSegments('/a'), name: 'a' }));
  ingress.expose(service('other'), exposed({ match: pathSegments('/b'), rewrite: PathRewrite.prefix('/') }));
  const prefix = (value: string) => ({ path: { type: 'PathPrefix', value } });
  expect(rulesOf(app)).toMatchObject([
    { name: 'a', matches: [prefix('/a')] },
    { matches: [prefix('/b')], filters: [{ urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } }] },
  ]);
});

test('the alternatives of a route are one rule', () => {
  const { app, ingress, frontend, service } = edge();
  ingress.expose(frontend, exposed({ match: HttpMatch.anyOf(pathSegments('/a'), path(StringMatch.exact('/b'))), name: 'some' }));
  ingress.expose(service('other'), exposed({ match: HttpMatch.methods('PUT', 'POST') }));
  expect(rulesOf(app).map(({ name, matches }: any) => [name, ...matches.map(({ method, path: { value } }: any) => method ?? value)])).toEqual([
    ['some', '/b', '/a'], [undefined, 'POST', 'PUT'],
  ]);
});

test('a path that leads elsewhere than all below it, or that something else comes between, keeps its rule', () => {
  const { app, ingress, frontend, service } = edge();
  const asked = header('x-a', StringMatch.exact('1'));
  ingress.expose(service('other'), exposed({ match: path(StringMatch.exact('/a')) }));
  ingress.expose(frontend, exposed({ match: path(StringMatch.prefix('/a/')) }));
  ingress.expose(frontend, exposed({ match: pathSegments('/b') }));
  ingress.expose(service('between'), exposed({ match: allOf(path(StringMatch.prefix('/b/')), asked) }));
  const short = ({ path: { type, value }, headers = [] }: any) => [type, value, headers.length];
  expect(rulesOf(app).map(({ matches, backendRefs }: any) => [backendRefs[0].name, ...matches.map(short)])).toEqual([
    ['other', ['Exact', '/a', 0]],
    ['frontend', ['Exact', '/b', 0]],
    ['between', ['PathPrefix', '/b', 1]],
    ['frontend', ['PathPrefix', '/a', 0], ['PathPrefix', '/b', 0]],
  ]);
});

test('connections have routes of their own', () => {
  const { app, ingress, service } = edge();
  ingress.expose(service('secure', 'shop', PortProtocol.TLS, 8443), exposed({ tls: GatewayTls.passthrough() }));
  ingress.exposeTcp(service('db', 'data', PortProtocol.TCP, 3306), { gatewayPort: 3306, tls: GatewayTls.plaintext(), namespace: 'shop' });
  expect(find(app, 'TLSRoute', 'shop-example-com').spec).toMatchObject({
    parentRefs: [{ sectionName: 'tls-443-shop-example-com' }], hostnames: ['shop.example.com'], rules: [{ backendRefs: [{ name: 'secure', port: 8443 }] }],
  });
  expect(find(app, 'TCPRoute', 'public-tcp-3306').spec).toEqual({
    parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public', namespace: 'istio-ingress', sectionName: 'tcp-3306' }],
    rules: [{ backendRefs: [{ group: '', kind: 'Service', name: 'db', namespace: 'data', port: 3306 }] }],
  });
  expect(find(app, 'ReferenceGrant', 'tcproutes-of-shop-to-db').spec.from).toMatchObject([{ kind: 'TCPRoute', namespace: 'shop' }]);
  expect(find(app, 'Gateway', 'public').spec.listeners.filter(({ protocol }: any) => protocol !== 'HTTP').map(({ name, protocol, tls }: any) => [name, protocol, tls]))
    .toEqual([['tls-443-shop-example-com', 'TLS', { mode: 'Passthrough' }], ['tcp-3306', 'TCP', undefined]]);
});

test('the pods that Istio deploys for a Gateway are known by its name', () => {
  const { workload } = edge().ingress;
  expect([workload.selector, workload.callerIdentities().map(String)]).toEqual([{ 'gateway.networking.k8s.io/gateway-name': 'public' }, ['istio-ingress/public-istio']]);
});

type Context = ReturnType<typeof edge>;
const withService = (make: (context: Context) => unknown) => (context: Context) => {
  make(context);
  context.ingress.expose(context.frontend, exposed());
};
const withRoute = (options: Partial<ExposeOptions>) => (context: Context) => context.ingress.expose(context.frontend, exposed(options));

describe('what the Gateway API has no word for', () => {
  test.each<[string, (context: Context) => unknown, string]>([
    ['a subset', withService(({ chart, frontend }) => new CanaryRollout(chart, 'c', { service: frontend, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 1 })), 'the subset "v1" of frontend.shop.svc.cluster.local has no equivalent in the Gateway API. Make a Service for each version'],
    ['retries', withService(({ chart, frontend }) => new ResilientService(chart, 'r', { service: frontend, timeout: RequestTimeout.none(), retries: Retries.upTo(2) })), 'a policy of retries has no equivalent'],
    ['CORS', withRoute({ cors: { allowOrigins: [StringMatch.exact('https://a.example')] } as CorsPolicy }), 'a CORS policy of Istio\'s has no equivalent'],
    ['a prefix of characters', withRoute({ match: path(StringMatch.prefix('/api')) }), 'the path prefix /api has no equivalent in the Gateway API. It matches whole segments: /api and all below /api/, and not /apix. Say HttpMatch.pathSegments(\'/api\').'],
    ['a prefix without its own path', withRoute({ match: path(StringMatch.prefix('/api/')) }), 'the path prefix /api/ has no equivalent'],
    ['a prefix whose own path asks for more', ({ ingress, frontend, service }) => {
      ingress.expose(service('other'), exposed({ match: allOf(path(StringMatch.exact('/api')), header('x-a', StringMatch.exact('1'))) }));
      ingress.expose(frontend, exposed({ match: path(StringMatch.prefix('/api/')) }));
    }, 'the path prefix /api/ has no equivalent'],
    ['an expression', withRoute({ match: path(StringMatch.regex('/a.*')) }), 'a path that is matched by the expression "/a.*" has no equivalent'],
    ['a header by its presence', withRoute({ match: header('x-a', StringMatch.present()) }), 'a header "x-a" that is matched by anything but its exact value'],
    ['the absence of a header', withRoute({ match: HttpMatch.noneOf(header('x-a', StringMatch.exact('1'))) }), 'a match by the absence of headers'],
    ['the Host header', withRoute({ match: HttpMatch.authority(StringMatch.exact('shop.example.com:1')) }), 'a match by the Host header'],
    ['a method of one\'s own', withRoute({ match: HttpMatch.methods('PURGE') }), 'a match by the method PURGE has no equivalent'],
    ['a rewrite by an expression', withRoute({ rewrite: PathRewrite.regex('/a', '/b') }), 'a rewrite by the expression /a has no equivalent'],
    ['a Host header with a port', withRoute({ rewrite: PathRewrite.authority('a.example:8080') }), 'a Host header with a port (a.example:8080) has no equivalent'],
    ['a host that is no Service', ({ ingress, chart }) => ingress.expose(MeshService.fromHost(chart, 'x', { host: 'api.example.org', namespace: 'shop', ports: [MeshPort.http(80)] }), exposed()), 'the host api.example.org, which is no Service, has no equivalent'],
    ['too many rules', ({ ingress, frontend, service }) => [...Array(17).keys()].forEach((index) => ingress.expose(index % 2 ? frontend : service(`s${index}`), exposed({ match: path(StringMatch.exact(`/${index}`)) }))), 'a host with 17 rules has no equivalent'],
    ['an order against that of the API', ({ ingress, frontend, service }) => {
      ingress.expose(service('other'), exposed({ match: header('x-a', StringMatch.exact('1')), priority: 10 }));
      ingress.expose(frontend, exposed({ match: pathSegments('/a') }));
    }, 'is to be tried before the one for {"path":{"type":"PathPrefix","value":"/a"}}, and the Gateway API tries them the other way round'],
    ['a path with two slashes', withRoute({ match: path(StringMatch.exact('/a//b')) }), 'the path "/a//b" has no equivalent'],
    ['a path of letters that no URL has', withRoute({ match: path(StringMatch.exact('/ä')) }), 'the path "/ä" has no equivalent'],
    ['a long path', withRoute({ match: path(StringMatch.exact(`/${'x'.repeat(1024)}`)) }), 'a path of 1025 characters has no equivalent'],
    ['a rewrite to a slash that is encoded', withRoute({ rewrite: PathRewrite.prefix('/a%2Fb') }), 'the path "/a%2Fb/" has no equivalent'],
    ['a long header', withRoute({ requestHeaders: { set: { 'x-a': 'x'.repeat(4097) } } }), 'a header "x-a" with a value of 4097 characters has no equivalent'],
    ['a query parameter with a bracket', withRoute({ match: HttpMatch.queryParameter('q[0]', StringMatch.exact('1')) }), 'a query parameter of the name "q[0]" has no equivalent'],
    ['many hosts of one route', withRoute({ hosts: [...Array(17).keys()].map((index) => `h${index}.example.com`) }), 'a route for 17 hosts has no equivalent'],
    ['many alternatives', withRoute({ match: HttpMatch.anyOf(...[...Array(65).keys()].map((index) => path(StringMatch.exact(`/${index}`)))) }), 'a route with 65 alternatives has no equivalent'],
    ['too many hosts', ({ ingress, frontend }) => [...Array(33).keys()].forEach((index) => ingress.expose(frontend, exposed({ hosts: [`h${index}.example.com`] }))), 'a Gateway for so many hosts (66 listeners, of 64 that there may be)'],
  ])('%s: a mistake', (_, make, message) => {
    const context = edge();
    make(context);
    expect(mistakes(context.app)).toContainEqual(expect.stringContaining(message));
  });

  test.each<[string, (context: Context) => unknown, string]>([
    ['a newer TLS', withRoute({ tls: GatewayTls.simple('a', { minVersion: TlsVersion.V1_3 }) }), 'a minimum version of TLS other than Istio\'s own 1.2 (TLSV1_3) has no equivalent'],
    ['names of clients', withRoute({ tls: GatewayTls.mutual('a', { subjectAltNames: ['b'] }) }), 'a list of the clients\' names'],
    ['certificates of clients', withRoute({ tls: GatewayTls.mutual('a', { certificateHashes: ['ab'.repeat(32)] }) }), 'a list of the clients\' certificates'],
    ['an authority in a ConfigMap', withRoute({ tls: GatewayTls.mutual('a', { caConfigMap: 'b' }) }), 'the authority of the clients of one host in a ConfigMap'],
    ['certificates that may be missing', withRoute({ tls: GatewayTls.optionalMutual('a') }), 'TLS with a certificate of the client that may be missing'],
    ['other clusters', ({ ingress }) => ingress.exposeToClusters({ namespaces: ['shop'] }), 'a port for other clusters (AUTO_PASSTHROUGH) has no equivalent'],
    ['TLS that is ended for bytes', ({ ingress, service }) => ingress.exposeTcp(service('db', 'shop', PortProtocol.TCP), { gatewayPort: 1, hosts: ['a.example.com'], tls: CERT }), 'TLS that the gateway ends for connections without requests'],
    ['an answer of the gateway', ({ ingress }) => ingress.host('a.example.com', { tls: CERT }).addResponse(any(), DirectResponse.text(503, 'closed')), 'a direct response has no equivalent'],
    ['a delegate', ({ ingress }) => ingress.host('a.example.com', { tls: CERT }).addDelegate(any(), 'a/b'), 'a delegate has no equivalent in the Gateway API. Lead to the service itself'],
    ['pods that Istio deploys, by labels', () => edge({ selector: { istio: 'ingress' } }), '`selector` names pods that are deployed by hand'],
  ])('%s: refused', (_, wrong, message) => expect(messageOf(() => wrong(edge()))).toMatch(new RegExp(`^\\[edge/.*${message.replace(/[()[\]`.]/g, '\\$&')}`)));

  test('a host that a wildcard covers: each has a listener of its own, whatever its TLS', () => {
    const { app, ingress, frontend } = edge();
    ingress.expose(frontend, exposed({ hosts: ['*.example.com'], allowWildcards: true }));
    ingress.expose(frontend, exposed());
    expect(mistakes(app)).toEqual([expect.stringMatching(/claims shop\.example\.com .* covers by \*\.example\.com.*Give pods of its own to one of them, or name the hosts/)]);
  });
});

test('redirects keep what they do not name', () => {
  const { app, ingress, frontend, chart } = edge();
  new IngressHost(chart, 'host', { ingress, hosts: ['shop.example.com'], tls: CERT, namespace: 'shop' })
    .addRoute(any(), frontend)
    .addRedirect(path(StringMatch.exact('/old')), Redirect.to({ path: '/new', authority: 'www.example.com', port: 8443, scheme: 'https' }));
  expect(rulesOf(app)[0].filters).toEqual([{
    type: 'RequestRedirect',
    requestRedirect: { scheme: 'https', hostname: 'www.example.com', port: 8443, path: { type: 'ReplaceFullPath', replaceFullPath: '/new' }, statusCode: 301 },
  }]);
});
