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
const seldom = <T>(arbitrary: fc.Arbitrary<T>) => mostly(fc.constant<T | undefined>(undefined), arbitrary);
/** What is made where it is used: making it may refuse. */
type Made<T> = () => T;

const odd = fc.constantFrom('', ' ', 'a b', 'ä', 'A', '*', '-a', 'a-', 'a_b', '1e3', '017', 'yes', '*.a', 'a..b', 'x'.repeat(300), `${'a'.repeat(64)}.example`);
const secret = mostly(fc.constantFrom('cert', 'shop.cert', 'a'), odd);
const second = mostly(fc.constantFrom('second', 'shop.second'), secret);
const V1_2 = fc.constantFrom(undefined, TlsVersion.V1_2);
/** What has no equivalent in the Gateway API is rarely said in its words, and as often as anything else in Istio's. */
const ofIstioAlone = <T>(api: GatewayApi, arbitrary: fc.Arbitrary<T>) => api === GatewayApi.ISTIO ? optional(arbitrary) : seldom(arbitrary);
const suites = mostly(fc.subarray(['ECDHE-ECDSA-AES256-GCM-SHA384', 'AES128-SHA'], { minLength: 1 }), fc.constant<string[]>(['ALL']));
/** Suites are nobody's choice in TLS 1.3. */
const options = (api: GatewayApi) => fc.oneof(
  { weight: 9, arbitrary: fc.record({ secondCredential: ofIstioAlone(api, second), minVersion: V1_2, cipherSuites: ofIstioAlone(api, suites) }) },
  { weight: 9, arbitrary: fc.record({ secondCredential: ofIstioAlone(api, second), minVersion: ofIstioAlone(api, fc.constant(TlsVersion.V1_3)) }) },
  { weight: 1, arbitrary: fc.record({ minVersion: fc.constant(TlsVersion.V1_3), cipherSuites: suites }) },
);
const names = fc.array(mostly(fc.constantFrom('a.example', 'spiffe://b/ns/c/sa/d'), odd), { minLength: 1, maxLength: 2 });
const clients = (api: GatewayApi) => fc.record({
  caConfigMap: ofIstioAlone(api, secret),
  subjectAltNames: ofIstioAlone(api, mostly(names, fc.constant<string[]>([]))),
  certificateHashes: ofIstioAlone(api, fc.constantFrom('ab'.repeat(32), Array(32).fill('AB').join(':')).map((hash) => [hash])),
});
const filled = fc.constantFrom<Made<GatewayCertificate>>(
  () => GatewayCertificate.fromIssuer('own', { key: CertificateKey.RSA_4096, duration: Duration.hours(1) }), () => GatewayCertificate.fromClusterIssuer('le'));
const port80 = optional(fc.constantFrom(PlainHttp.REDIRECT, PlainHttp.CLOSED, PlainHttp.SERVED));

interface Secured {
  readonly tls: Made<GatewayTls>;
  readonly certificate?: Made<GatewayCertificate>;
  readonly plainHttp?: PlainHttp;
}
const beside = (
  weight: number, tls: fc.Arbitrary<Secured['tls']>, certificate: fc.Arbitrary<Secured['certificate']>, plainHttp: fc.Arbitrary<Secured['plainHttp']>,
) => ({ weight, arbitrary: fc.record({ tls, certificate, plainHttp }) });
/** TLS with what stands beside it: only one Secret can be filled by a certificate, and there has to be TLS to close the plain port. */
const secured = (api: GatewayApi): fc.Arbitrary<Secured> => fc.oneof(
  beside(8, fc.oneof(
    fc.tuple(secret, options(api)).map(([name, more]) => () => GatewayTls.simple(name, more)),
    fc.tuple(secret, options(api), clients(api)).map(([name, more, ofClients]) => () => GatewayTls.mutual(name, { ...more, ...ofClients })),
  ), seldom(filled), port80),
  beside(4, secret.map((name) => () => GatewayTls.simple(name)), optional(filled), port80),
  beside(4, fc.tuple(secret, clients(api)).map(([name, ofClients]) => () => GatewayTls.mutual(name, ofClients)), optional(filled), port80),
  beside(
    api === GatewayApi.ISTIO ? 4 : 1,
    fc.tuple(secret, clients(api)).map(([name, ofClients]) => () => GatewayTls.optionalMutual(name, ofClients)), optional(filled), port80,
  ),
  beside(4, fc.constantFrom(() => GatewayTls.istioMutual(), () => GatewayTls.passthrough()), seldom(filled), port80),
  beside(4, fc.constant(() => GatewayTls.plaintext()), seldom(filled), seldom(port80)),
);
const hosts = fc.constantFrom('shop.example.com', 'api.example.com', '*.wild.example.com', 'a.wild.example.com', 'xn--bcher-kva.example');
const host = mostly(hosts, fc.oneof(odd, fc.constantFrom('*', '10.0.0.1', 'localhost')));
/** Names of which the second half is Istio's alone. */
const among = (api: GatewayApi, both: string[], istioAlone: string[]) =>
  api === GatewayApi.ISTIO ? fc.constantFrom(...both, ...istioAlone) : mostly(fc.constantFrom(...both), fc.constantFrom(...istioAlone));
const match = (api: GatewayApi): fc.Arbitrary<Made<HttpMatch>> => fc.oneof(
  fc.constant(() => HttpMatch.any()),
  among(api, ['/a', '/a/b', '/%20'], ['/ä', '/a//b', '/a*b', '/'.padEnd(2000, 'x')]).map((path) => () => HttpMatch.pathSegments(path)),
  among(api, ['/a', '/a/', '/a.b;c=d'], ['/%2F']).map((path) => () => HttpMatch.path(StringMatch.exact(path))),
  fc.subarray(['GET', 'POST', 'TRACE'], { minLength: 1 }).map((methods) => () => HttpMatch.methods(...methods)),
  fc.tuple(fc.constantFrom('x-a', 'X_b', 'x!c'), fc.constantFrom('1', 'a b', '"')).map(([name, value]) => () => HttpMatch.header(name, StringMatch.exact(value))),
  fc.tuple(among(api, ['q', 'Q_1'], ['a b', 'ä', 'x[0]']), mostly(fc.constantFrom('1', 'a b'), fc.constant('')))
    .map(([name, value]) => () => HttpMatch.queryParameter(name, StringMatch.exact(value))),
);
const values = (api: GatewayApi, header: fc.Arbitrary<string>) => fc.dictionary(header, among(api, ['1', 'a, b', '50%%'], ['x'.repeat(5000)]), { maxKeys: 2 });
/** Mostly of headers of which each is set, added or removed, as nothing may be two of these. */
const headers = (api: GatewayApi): fc.Arbitrary<HeaderOperations> => mostly(
  fc.record({ set: values(api, fc.constantFrom('x-a', 'X_b')), add: values(api, fc.constantFrom('x-c', 'X-D')), remove: fc.subarray(['x-e', 'server']) }, PARTIAL),
  fc.record({ set: values(api, fc.constantFrom('x-a', 'X-A')), add: values(api, fc.constantFrom('x-a', 'x_c')), remove: fc.subarray(['x-a', 'server']) }, PARTIAL),
);
const rewrite: fc.Arbitrary<Made<PathRewrite>> = fc.oneof(
  fc.constantFrom('/', '/v2', '/v2/', '/ä').map((path) => () => PathRewrite.prefix(path)),
  fc.constantFrom('/', '/v2').map((path) => () => PathRewrite.path(path).withAuthority('a.example')),
);
const exposure = (api: GatewayApi) => fc.record({
  hosts: fc.uniqueArray(host, { minLength: 1, maxLength: 2 }),
  secured: secured(api),
  match: optional(match(api)),
  namespace: optional(fc.constantFrom('shop', 'edge', 'blog')),
  rewrite: optional(rewrite),
  requestHeaders: optional(headers(api)),
  responseHeaders: optional(headers(api)),
  timeout: optional(fc.constantFrom(1, 1500, 90_000, 3_600_000 * 30).map((time) => () => RequestTimeout.after(Duration.millis(time)))),
  name: optional(fc.constantFrom('api', 'Api_1', 'a.b')),
});
type Exposure = ReturnType<typeof exposure> extends fc.Arbitrary<infer T> ? T : never;

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
    for (const { secured: { tls: how, certificate, plainHttp }, match: which, rewrite: path, timeout, ...rest } of exposures) {
      const made: ExposeOptions = { ...rest, plainHttp, tls: how(), allowWildcards: true, certificate: certificate?.() };
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

/** Mostly of different hosts: one host at two places has one TLS and one owner. */
const exposures = (api: GatewayApi) => mostly(
  fc.uniqueArray(exposure(api), { minLength: 1, maxLength: 3, comparator: (one, other) => one.hosts.some((name) => other.hosts.includes(name)) }),
  fc.array(exposure(api), { minLength: 2, maxLength: 3 }),
);
const further = fc.record({ redirect: fc.boolean(), bytes: fc.boolean(), mirrored: fc.constantFrom(0, 0, 50, 0.5) });

test.each([GatewayApi.ISTIO, GatewayApi.KUBERNETES])('whatever is exposed in the words of %s, API server and webhook take without a word', async (api) => {
  let taken = 0;
  await fc.assert(fc.asyncProperty(exposures(api), further, async (some, more) => {
    const yaml = written(api, some, more);
    if (yaml === undefined) return;
    taken++;
    expect(await apiServer.complaints(yaml)).toEqual([]);
  }), { numRuns: 1000 });
  expect(taken).toBeGreaterThan(200);
});
