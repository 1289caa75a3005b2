import { App, Chart, Duration } from 'cdk8s';
import {
  HttpMatch, MeshPort, MeshService, MeshWorkload, RateLimit, RateLimitDomain, RateLimitEnforcement, RateLimitEngine, RateLimitFailureMode,
  RateLimitKey, RateLimitProps, StringMatch,
} from 'cdk8s-istio';
import { ApiServer } from './verdict';

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

const all = { requests: 1, window: Duration.seconds(1) };
const most = { requests: 4_294_967_295, window: Duration.hours(24) };
const path = (text: string) => HttpMatch.path(StringMatch.exact(text));

/** What istiod says of every EnvoyFilter, whatever is in it. */
const ALWAYS = /webhook warns: .*EnvoyFilter exposes internal implementation details/;

interface Shop {
  readonly chart: Chart;
  readonly reviews: MeshService;
  readonly domain: RateLimitDomain;
}

async function expectAccepted(props: (shop: Shop) => Partial<RateLimitProps>): Promise<void> {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const workload = MeshWorkload.fromLabels(chart, 'pods', { name: 'reviews', namespace: 'shop', labels: { app: 'reviews' }, serviceAccount: 'reviews' });
  const reviews = new MeshService(chart, 'reviews', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80, { targetPort: 9080 }), MeshPort.grpc(81)], workload });
  const ratelimit = MeshService.fromName(chart, 'ratelimit', { name: 'ratelimit', namespace: 'limits', ports: [MeshPort.grpc(8081)] });
  const domain = new RateLimitDomain(chart, 'domain', { domain: 'shop', service: ratelimit });
  const given = props({ chart, reviews, domain });
  new RateLimit(chart, 'limit', { target: given.gateway ? undefined : reviews, limits: [all], ...given });
  // So that the domain has a limit, whatever the case is about.
  new RateLimit(chart, 'other', { target: reviews, metadata: { name: 'other' }, engine: RateLimitEngine.shared(domain), limits: [all] });
  const complaints = await apiServer.complaints(app.synthYaml());
  expect(complaints.filter((complaint) => !ALWAYS.test(complaint))).toEqual([]);
  expect(complaints.filter((complaint) => ALWAYS.test(complaint))).toHaveLength(2);
}

describe('RateLimit is accepted, with no warning but the one that every EnvoyFilter has', () => {
  const cases: [string, (shop: Shop) => Partial<RateLimitProps>][] = [
    ['as it is', () => ({})],
    ['with the highest figures', () => ({ limits: [{ ...most, burst: 1 }], engine: RateLimitEngine.local({ maxKeys: 4_294_967_295 }) })],
    ['on one port', () => ({ ports: [81] })],
    ['in shadow', () => ({ enforcement: RateLimitEnforcement.shadow() })],
    ['in a small part', () => ({ enforcement: RateLimitEnforcement.partial(0.0001) })],
    ['with headers', () => ({ rateLimitHeaders: true, responseHeaders: { 'x-limited-by': 'the shop: "A" 100%%' } })],
    ['at a gateway', ({ chart }) => ({
      gateway: MeshWorkload.fromLabels(chart, 'ingress', { name: 'ingress', namespace: 'istio-system', labels: { istio: 'ingress' } }),
      ports: [8443],
      limits: [{ ...all, per: [RateLimitKey.clientIp({ ipv4Prefix: 1, ipv6Prefix: 128 })] }],
    })],
    ['with every key', () => ({ limits: [{ ...all, per: [RateLimitKey.header("!#$%&'*+-.^_`|~09Az"), RateLimitKey.queryParameter('ä "b"'), RateLimitKey.caller()] }] })],
    ['with every condition, and what is left', ({ reviews }) => ({
      limits: [
        { ...all, name: 'exact', match: path('/a.b"c') },
        { ...all, name: 'prefix', match: HttpMatch.path(StringMatch.prefix('/a/')) },
        { ...all, name: 'regex', match: HttpMatch.path(StringMatch.regex('/[^/]+/\\d{2}.*')) },
        { ...all, name: 'segments', match: HttpMatch.pathSegments('/api') },
        { ...all, name: 'headers', match: HttpMatch.allOf(HttpMatch.header('x-a', StringMatch.present()), HttpMatch.header('x-b', StringMatch.regex('a|b'))) },
        { ...all, name: 'cookie', match: HttpMatch.cookie('group', StringMatch.exact('testers')) },
        { ...all, name: 'methods', match: HttpMatch.methods('GET', 'HEAD') },
        { ...all, name: 'host', match: HttpMatch.authority(StringMatch.prefix('shop.')) },
        { ...all, name: 'query', match: HttpMatch.queryParameter('q', StringMatch.present()) },
        { ...all, name: 'any', match: HttpMatch.anyOf(path('/a').and(HttpMatch.methods('PUT')), HttpMatch.header('x-c', StringMatch.exact('c'))) },
        { ...all, name: 'none', match: HttpMatch.noneOf(HttpMatch.header('x-d', StringMatch.prefix('d'))) },
        { ...all, name: 'callers', callers: [reviews], callerNamespaces: ['jobs'] },
      ],
      otherwise: { ...all, per: [RateLimitKey.caller()] },
    })],
    ['by a rate limit service', ({ domain }) => ({
      engine: RateLimitEngine.shared(domain, { timeout: Duration.millis(1), failureMode: RateLimitFailureMode.DENY }),
      limits: [{ ...all, match: path('/a'), per: [RateLimitKey.header('x-api-key')] }, { ...most, requests: 1, match: path('/b') }],
      otherwise: { requests: 1, window: Duration.minutes(1) },
      enforcement: RateLimitEnforcement.partial(50),
      rateLimitHeaders: true,
      responseHeaders: { 'x-limited-by': 'shop' },
    })],
  ];
  test.each(cases)('%s', async (_, props) => {
    await expectAccepted(props);
  });
});
