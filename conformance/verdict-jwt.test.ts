import { App, Chart, Duration } from 'cdk8s';
import {
  ClientAddress, GatewayRoutes, HttpMatch, IpAllowList, IpAllowListProps, Jwks, JwtAudiences, JwtAuthentication, JwtAuthenticationProps, JwtIssuer,
  JwtLocation, MeshPort, MeshService, MeshWorkload, PathMatch, PolicyScope, StringMatch,
} from 'cdk8s-istio';
import * as fc from 'fast-check';
import { TokenIssuer } from './token-issuer';
import { ApiServer } from './verdict';

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

const INLINE = Jwks.inline(new TokenIssuer('https://id.example.com').jwks);

/** What istiod says of every policy that refuses by tokens or hosts and names no ports; the constructs look after it. */
const CLOSES_STREAMS = /webhook warns: .*deny all traffic to TCP ports/;

class Shop {
  public readonly app = new App();
  public readonly chart = new Chart(this.app, 'shop', { namespace: 'shop' });
  public readonly ingress = MeshWorkload.fromLabels(this.chart, 'ingress', { name: 'ingress', namespace: 'edge', labels: { istio: 'ingress' }, serviceAccount: 'ingress' });
  public readonly api = new MeshService(this.chart, 'api', {
    name: 'api',
    namespace: 'shop',
    ports: [MeshPort.http(80, { targetPort: 8080 }), MeshPort.tcp(5432)],
    workload: MeshWorkload.fromLabels(this.chart, 'pods', { name: 'api', namespace: 'shop', labels: { app: 'api' }, serviceAccount: 'api' }),
  });

  public scopes(): PolicyScope[] {
    return [PolicyScope.workload(this.api), PolicyScope.workload(this.ingress), PolicyScope.namespace('data'), PolicyScope.kubernetesGateway('edge', 'public')];
  }

  public async complaints(): Promise<string[]> {
    return (await apiServer.complaints(this.app.synthYaml())).filter((complaint) => !CLOSES_STREAMS.test(complaint));
  }
}

const header = fc.stringMatching(/^[-_A-Za-z0-9]{1,12}$/).map((name) => `x-${name}`);
const claim = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((name) => /^[^\p{C}.\s]+$/u.test(name));
const path = fc.stringMatching(/^\/[a-z0-9-]{1,12}$/);

const issuers: fc.Arbitrary<Omit<JwtIssuer, 'issuer'>> = fc.record({
  jwks: fc.oneof(fc.constant(INLINE), fc.webUrl({ validSchemes: ['https'] }).map((uri) => Jwks.uri(uri)), fc.constant(Jwks.unprotectedUri('http://keycloak.id:8080/certs'))),
  audiences: fc.oneof(fc.constant(JwtAudiences.any()), fc.array(fc.webUrl().filter((url) => !url.includes('*')), { minLength: 1, maxLength: 3 }).map((urls) => JwtAudiences.of(...urls))),
  tokenFrom: fc.option(fc.uniqueArray(fc.oneof(
    fc.constant(JwtLocation.authorization()), header.map((name) => JwtLocation.header(name)), header.map((name) => JwtLocation.headerWithPrefix(name, 'Token ')),
    header.map((name) => JwtLocation.queryParameter(name)), header.map((name) => JwtLocation.cookie(name)),
  ), { minLength: 1, maxLength: 3, selector: ({ _key }) => _key }), { nil: undefined }),
  forward: fc.boolean(),
  claimsToHeaders: fc.uniqueArray(fc.tuple(header, claim), { maxLength: 3, selector: ([name]) => name.toLowerCase() })
    .map((all) => Object.fromEntries(all)),
  spaceDelimitedClaims: fc.option(fc.uniqueArray(claim, { maxLength: 3 }), { nil: undefined }),
});

const authentications: fc.Arbitrary<Omit<JwtAuthenticationProps, 'scope'>> = fc.record({
  issuers: fc.array(issuers, { minLength: 1, maxLength: 3 }).map((all) => all.map((one, index) => ({ ...one, issuer: `https://id-${index}.example.com` }))),
  exemptions: fc.array(fc.record({
    paths: fc.array(path.map((text) => PathMatch.segment(text)), { minLength: 1, maxLength: 2 }),
    methods: fc.subarray(['GET', 'POST'], { minLength: 1 }),
    ports: fc.constant<number[]>([80]),
  }, { requiredKeys: [] }).filter((one) => Object.keys(one).length > 0), { maxLength: 3 }),
  corsPreflights: fc.boolean(),
});

test('JwtAuthentication is accepted, whatever is said and whoever it is for', async () => {
  await fc.assert(fc.asyncProperty(authentications, fc.nat(3), async (props, index) => {
    const shop = new Shop();
    new JwtAuthentication(shop.chart, 'tokens', { scope: shop.scopes()[index], ...props });
    expect(await shop.complaints()).toEqual([]);
  }), { numRuns: 150 });
});

test('JwtAuthentication is accepted for the mesh, with every field', async () => {
  const shop = new Shop();
  new JwtAuthentication(shop.chart, 'tokens', {
    scope: PolicyScope.mesh(),
    tokenOptional: true,
    issuers: [{
      issuer: 'auth@example.com', jwks: Jwks.uri('https://id.example.com/jwks'), audiences: JwtAudiences.of('a', 'b'), timeout: Duration.millis(1), payloadToHeader: 'x-payload',
    }],
    metadata: { name: 'users', labels: { team: 'id' }, annotations: { note: 'a: b' } },
  });
  expect(await shop.complaints()).toEqual([]);
});

const octet = fc.nat(255);
const ranges = fc.uniqueArray(fc.oneof(
  fc.tuple(octet, octet).map(([a, b]) => `10.${a}.${b}.0/24`), fc.tuple(octet, octet).map(([a, b]) => `203.0.${a}.${b}`), octet.map((a) => `2001:db8:${a.toString(16)}::/48`),
), { minLength: 1, maxLength: 5 });

const lists: fc.Arbitrary<Omit<IpAllowListProps, 'scope' | 'address'>> = fc.record({
  ranges,
  hosts: fc.option(fc.uniqueArray(fc.domain().map((host) => host.toLowerCase()), { minLength: 1, maxLength: 3 }), { nil: undefined }),
  ports: fc.option(fc.constant<number[]>([80]), { nil: undefined }),
});

test('IpAllowList is accepted, whoever it is for and whose address it looks at', async () => {
  await fc.assert(fc.asyncProperty(lists, ranges, fc.nat(3), fc.nat(3), async (props, proxyRanges, index, kind) => {
    const shop = new Shop();
    const addresses = [
      ClientAddress.peer(),
      ClientAddress.forwarded({ trustedProxies: 2, proxyRanges }),
      ClientAddress.proxyProtocol({ proxyRanges }),
      ClientAddress.behindGateway(shop.ingress),
    ];
    const scope = kind === 3 ? PolicyScope.workload(shop.api) : kind === 0 ? shop.scopes()[index] : PolicyScope.workload(shop.ingress);
    new IpAllowList(shop.chart, 'list', { ...props, scope, address: addresses[kind] });
    expect(await shop.complaints()).toEqual([]);
  }), { numRuns: 150 });
});

test('routes by claims are accepted at a gateway', async () => {
  const values = fc.constantFrom(StringMatch.exact('admin'), StringMatch.prefix('a'), StringMatch.regex('a|b'), StringMatch.present());
  const names = fc.array(fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }).filter((name) => /^[^\p{C}[\]\s]+$/u.test(name)), { minLength: 1, maxLength: 3 });
  await fc.assert(fc.asyncProperty(names, values, fc.boolean(), async (claims, value, isLeftOut) => {
    const shop = new Shop();
    const match = HttpMatch.claim(claims, value);
    new GatewayRoutes(shop.chart, 'routes', { gateway: 'edge/public', hosts: ['shop.example.com'] })
      .addRoute(isLeftOut ? HttpMatch.noneOf(match) : match, shop.api).addRoute(HttpMatch.any(), shop.api);
    expect(await shop.complaints()).toEqual([]);
  }), { numRuns: 100 });
});
