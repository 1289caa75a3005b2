import { App, Chart, Duration } from 'cdk8s';
import {
  CertificateKey, ExposeOptions, GatewayApi, GatewayCertificate, GatewayTls, HeaderOperations, HttpMatch, IngressGateway, MeshPort, MeshService,
  MirrorTarget, PathRewrite, PlainHttp, PortProtocol, Redirect, RequestTimeout, StringMatch, TlsVersion, TrafficMirror,
} from 'cdk8s-istio';
import * as fc from 'fast-check';
import { ApiServer } from './verdict';

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

const PARTIAL: { requiredKeys: []; noNullPrototype: true } = { requiredKeys: [], noNullPrototype: true };
const mostly = <T>(right: fc.Arbitrary<T>, any: fc.Arbitrary<T>) => fc.oneof({ weight: 19, arbitrary: right }, { weight: 1, arbitrary: any });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
/** What is made where it is used: making it may refuse. */
type Made<T> = () => T;

const odd = fc.constantFrom('', ' ', 'a b', 'ä', 'A', '*', '-a', 'a-', 'a_b', '1e3', '017', 'yes', '*.a', 'a..b', 'x'.repeat(300), `${'a'.repeat(64)}.example`);
const secret = mostly(fc.constantFrom('cert', 'shop.cert', 'a'), odd);
const options = fc.record({
  secondCredential: secret,
  minVersion: fc.constantFrom(TlsVersion.V1_2, TlsVersion.V1_3),
  cipherSuites: fc.subarray(['ECDHE-ECDSA-AES256-GCM-SHA384', 'AES128-SHA', 'ALL'], { minLength: 1 }),
}, PARTIAL);
const clients = fc.record({
  caConfigMap: secret,
  subjectAltNames: fc.array(mostly(fc.constantFrom('a.example', 'spiffe://b/ns/c/sa/d'), odd), { maxLength: 2 }),
  certificateHashes: fc.constantFrom('ab'.repeat(32), Array(32).fill('AB').join(':')).map((hash) => [hash]),
}, PARTIAL);
const tls: fc.Arbitrary<Made<GatewayTls>> = fc.oneof(
  fc.tuple(secret, fc.oneof(fc.constant({}), options)).map(([name, more]) => () => GatewayTls.simple(name, more)),
  fc.tuple(secret, fc.oneof(fc.constant({}), options), fc.oneof(fc.constant({}), clients))
    .map(([name, more, ofClients]) => () => GatewayTls.mutual(name, { ...more, ...ofClients })),
  fc.tuple(secret, clients).map(([name, ofClients]) => () => GatewayTls.optionalMutual(name, ofClients)),
  fc.constant(() => GatewayTls.istioMutual()),
  fc.constant(() => GatewayTls.passthrough()),
  fc.constant(() => GatewayTls.plaintext()),
);
const hosts = fc.constantFrom('shop.example.com', 'api.example.com', '*.wild.example.com', 'a.wild.example.com', 'xn--bcher-kva.example');
const host = mostly(hosts, fc.oneof(odd, fc.constantFrom('*', '10.0.0.1', 'localhost')));
const match: fc.Arbitrary<Made<HttpMatch>> = fc.oneof(
  fc.constant(() => HttpMatch.any()),
  fc.constantFrom('/a', '/a/b', '/%20', '/ä', '/a//b', '/a*b', '/'.padEnd(2000, 'x')).map((path) => () => HttpMatch.pathSegments(path)),
  fc.constantFrom('/a', '/a/', '/a.b;c=d', '/%2F').map((path) => () => HttpMatch.path(StringMatch.exact(path))),
  fc.subarray(['GET', 'POST', 'TRACE'], { minLength: 1 }).map((methods) => () => HttpMatch.methods(...methods)),
  fc.tuple(fc.constantFrom('x-a', 'X_b', 'x!c'), fc.constantFrom('1', 'a b', '"')).map(([name, value]) => () => HttpMatch.header(name, StringMatch.exact(value))),
  fc.tuple(fc.constantFrom('q', 'a b', 'ä', 'x[0]'), fc.constantFrom('1', '')).map(([name, value]) => () => HttpMatch.queryParameter(name, StringMatch.exact(value))),
);
const values = fc.dictionary(fc.constantFrom('x-a', 'X-B', 'x_c'), fc.constantFrom('1', 'a, b', '50%%', 'x'.repeat(5000)), { maxKeys: 2 });
const headers: fc.Arbitrary<HeaderOperations> = fc.record({ set: values, add: values, remove: fc.subarray(['x-a', 'server']) }, PARTIAL);
const rewrite: fc.Arbitrary<Made<PathRewrite>> = fc.oneof(
  fc.constantFrom('/', '/v2', '/v2/', '/ä').map((path) => () => PathRewrite.prefix(path)),
  fc.constantFrom('/', '/v2').map((path) => () => PathRewrite.path(path).withAuthority('a.example')),
);
const exposure = fc.record({
  hosts: fc.uniqueArray(host, { minLength: 1, maxLength: 2 }),
  tls,
  match: optional(match),
  plainHttp: optional(fc.constantFrom(PlainHttp.REDIRECT, PlainHttp.CLOSED, PlainHttp.SERVED)),
  certificate: optional(fc.constantFrom<Made<GatewayCertificate>>(
    () => GatewayCertificate.fromIssuer('own', { key: CertificateKey.RSA_4096, duration: Duration.hours(1) }), () => GatewayCertificate.fromClusterIssuer('le'))),
  namespace: optional(fc.constantFrom('shop', 'edge', 'blog')),
  rewrite: optional(rewrite),
  requestHeaders: optional(headers),
  responseHeaders: optional(headers),
  timeout: optional(fc.constantFrom(1, 1500, 90_000, 3_600_000 * 30).map((time) => () => RequestTimeout.after(Duration.millis(time)))),
  name: optional(fc.constantFrom('api', 'Api_1', 'a.b')),
});
type Exposure = typeof exposure extends fc.Arbitrary<infer T> ? T : never;

interface Further {
  readonly redirect: boolean;
  readonly bytes: boolean;
  readonly mirrored: number;
}

/** What is written, unless the constructs or the synth refuse. */
function written(api: GatewayApi, exposures: readonly Exposure[], { redirect, bytes: stream, mirrored }: Further): string | undefined {
  const app = new App();
  const chart = new Chart(app, 'edge', { namespace: 'edge' });
  const service = (name: string, protocol: PortProtocol) =>
    MeshService.fromName(chart, name, { name, namespace: 'shop', ports: [MeshPort.of({ number: 8080, protocol })] });
  const [web, secure, bytes] = [service('web', PortProtocol.HTTP), service('secure', PortProtocol.HTTPS), service('bytes', PortProtocol.TCP)];
  try {
    const pods = api === GatewayApi.ISTIO ? { selector: { istio: 'ingress' } } : {};
    const ingress = new IngressGateway(chart, 'public', { name: 'public', api, ...pods });
    for (const { tls: how, match: which, certificate, rewrite: path, timeout, ...rest } of exposures) {
      const made: ExposeOptions = { ...rest, tls: how(), allowWildcards: true, certificate: certificate?.() };
      if ((made.tls as any)._mode === 'PASSTHROUGH') ingress.expose(secure, { hosts: made.hosts, tls: made.tls, allowWildcards: true });
      else ingress.expose(web, { ...made, match: which?.(), rewrite: path?.(), timeout: timeout?.() });
    }
    const copies = service('copies', PortProtocol.HTTP);
    if (mirrored > 0) new TrafficMirror(chart, 'mirror', { service: web, mirrors: [MirrorTarget.service(copies, { percentage: mirrored, safeForWrites: true })] });
    if (redirect) {
      ingress.host('old.example.com', { tls: GatewayTls.simple('old') })
        .addRedirect(HttpMatch.any(), Redirect.to({ authority: 'shop.example.com', path: '/new' }));
    }
    if (stream) ingress.exposeTcp(bytes, { gatewayPort: 9000, tls: GatewayTls.plaintext() });
    if (stream && api === GatewayApi.ISTIO) ingress.exposeToClusters({ namespaces: ['shop'] });
  } catch {
    return undefined;
  }
  try {
    return app.synthYaml();
  } catch (error) {
    if (/^Validation failed|is the string ".*" which cdk8s writes without quotes/.test((error as Error).message.split('\n')[0])) return undefined;
    throw error;
  }
}

const further = fc.record({ redirect: fc.boolean(), bytes: fc.boolean(), mirrored: fc.constantFrom(0, 0, 50, 0.5) });

test.each([GatewayApi.ISTIO, GatewayApi.KUBERNETES])('whatever is exposed in the words of %s, API server and webhook take without a word', async (api) => {
  let taken = 0;
  await fc.assert(fc.asyncProperty(fc.array(exposure, { minLength: 1, maxLength: 3 }), further, async (exposures, more) => {
    const yaml = written(api, exposures, more);
    if (yaml === undefined) return;
    taken++;
    expect(await apiServer.complaints(yaml)).toEqual([]);
  }), { numRuns: 1000 });
  expect(taken).toBeGreaterThan(40);
});
