import { Chart, Duration } from 'cdk8s';
import {
  HttpMatch, MeshPort, MeshService, MeshWorkload, RateLimit, RateLimitDomain, RateLimitEnforcement, RateLimitEngine, RateLimitFailureMode,
  RateLimitKey, RateLimitProps, StringMatch,
} from '../../../src';
import { messageOf, rawWorkload, shop } from '../../support/shop';

const minute = Duration.minutes(1);
const rate = { requests: 10, window: minute };
const path = (text: string) => HttpMatch.path(StringMatch.exact(text));

function service(chart: Chart, ...ports: MeshPort[]): MeshService {
  const workload = MeshWorkload.fromLabels(chart, 'pods', { name: 'reviews', namespace: 'shop', labels: { app: 'reviews' } });
  return MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'shop', workload, ports: ports.length > 0 ? ports : [MeshPort.http(9080)] });
}

function ratelimit(chart: Chart, ...ports: MeshPort[]): MeshService {
  return MeshService.fromName(chart, 'ratelimit', { name: 'ratelimit', namespace: 'limits', ports: ports.length > 0 ? ports : [MeshPort.grpc(8081)] });
}

const shared = (chart: Chart) => RateLimitEngine.shared(new RateLimitDomain(chart, 'domain', { domain: 'shop', service: ratelimit(chart) }));
const gateway = (chart: Chart) => MeshWorkload.fromLabels(chart, 'ingress', { name: 'ingress', namespace: 'ingress', labels: { istio: 'ingress' } });

function refused(props: (chart: Chart) => object): string {
  const { chart } = shop();
  return messageOf(() => new RateLimit(chart, 'limit', { target: service(chart), limits: [rate], ...props(chart) } as RateLimitProps));
}

describe('a RateLimit refuses', () => {
  test.each<[what: string, props: (chart: Chart) => object, message: string]>([
    ['no limit', () => ({ limits: [] }), '[shop/limit] `limits` is empty, so nothing would be limited.'],
    ['limits that are no list', () => ({ limits: rate }), '`limits` is an object with requests, window, not a list.'],
    ['0 requests', () => ({ limits: [{ ...rate, requests: 0 }] }), '[shop/limit] limit "limit-1": `requests` is 0. Whole numbers from 1 to 4294967295 are allowed. To refuse requests altogether, use an AuthorizationPolicy.'],
    ['half a request', () => ({ limits: [{ ...rate, requests: 0.5 }] }), '`requests` is 0.5.'],
    ['requests as a text', () => ({ limits: [{ ...rate, requests: '10' }] }), '`requests` is "10".'],
    ['a window below a second', () => ({ limits: [{ requests: 10, window: Duration.millis(100) }] }), '`window` is 0.1 s. Whole seconds from 1 s to 24 h are allowed: give for example 100 requests in Duration.seconds(1).'],
    ['a window with a fraction', () => ({ limits: [{ requests: 3, window: Duration.millis(1500) }] }), 'give for example 2 requests in Duration.seconds(1).'],
    ['a window beyond a day', () => ({ limits: [{ requests: 10, window: Duration.days(7) }] }), 'give for example Duration.hours(24).'],
    ['no window', () => ({ limits: [{ requests: 10 }] }), '`window` is undefined.'],
    ['a burst of 0', () => ({ limits: [{ ...rate, burst: 0 }] }), '`burst` is 0.'],
    ['a name with a capital', () => ({ limits: [{ ...rate, name: 'Logins' }] }), 'limit 1: `name` is "Logins". Lower-case letters'],
    ['the name of the general limit', () => ({ limits: [{ ...rate, name: 'otherwise' }] }), 'but not "otherwise"'],
    ['two limits of one name', () => ({ limits: [{ ...rate, name: 'a', match: path('/a') }, { ...rate, name: 'a' }] }), 'two limits are named "a"'],
    ['the same limit twice', () => ({ limits: [rate, rate] }), '"limit-2" (10 in 60 s) never decides: "limit-1" (10 in 60 s) is about the same requests and refuses them first.'],
    ['a limit that is never reached', () => ({ limits: [{ requests: 600, window: minute }, { requests: 10, window: Duration.seconds(1) }] }), '"limit-1" (600 in 60 s) never decides: "limit-2" (10 in 1 s)'],
    ['otherwise beside a limit of everything', () => ({ otherwise: rate }), '`otherwise` is for requests that no limit is about, and "limit-1" is about every request.'],
    ['otherwise with 0 requests', () => ({ limits: [{ ...rate, match: path('/a') }], otherwise: { requests: 0, window: minute } }), 'limit "otherwise": `requests` is 0.'],
    ['a match that is none', () => ({ limits: [{ ...rate, match: '/login' }] }), '`match` is "/login". Say which requests are meant'],
    ['a path that is no RE2', () => ({ limits: [{ ...rate, match: HttpMatch.path(StringMatch.regex('/a{1,2000}')) }] }), '"/a{1,2000}" is no'],
    ['a path that could match a query', () => ({ limits: [{ ...rate, match: HttpMatch.path(StringMatch.regex('/[!-~]+')) }] }), 'has [!-~], which Envoy would also look for behind the "?"'],
    ['a port in the match', () => ({ limits: [{ ...rate, match: HttpMatch.port(9080) }] }), 'a rate limit cannot match by port. Give `ports` of the RateLimit'],
    ['labels of the caller', () => ({ limits: [{ ...rate, match: HttpMatch.sourceLabels({ app: 'web' }) }] }), 'cannot match by labels of the caller. A proxy sees who calls, not its labels: give `callers`.'],
    ['a namespace of the caller as a match', () => ({ limits: [{ ...rate, match: HttpMatch.sourceNamespace('jobs') }] }), "Give callerNamespaces: ['jobs']."],
    ['query parameters as alternatives', () => ({ limits: [{ ...rate, match: HttpMatch.anyOf(path('/a'), HttpMatch.queryParameter('a', StringMatch.exact('b'))) }] }), 'Give each alternative a limit of its own.'],
    ['too many alternatives', () => ({ limits: [{ ...rate, match: HttpMatch.anyOf(...[1, 2, 3, 4].map((n) => path(`/${n}`).and(HttpMatch.header(`x-${n}`, StringMatch.present())).and(HttpMatch.methods(`M${'M'.repeat(n)}`)))) }] }), 'would take more than 32 conditions'],
    ['an alternative that an absent header would be', () => ({ limits: [{ ...rate, match: HttpMatch.anyOf(path('/a'), HttpMatch.header('x-a', StringMatch.regex('a*'))) }] }), 'the regex "a*" of the header x-a matches an empty text, too'],
    ['otherwise beside a path with a query parameter', () => ({ limits: [{ ...rate, match: path('/a').and(HttpMatch.queryParameter('a', StringMatch.exact('b'))) }], otherwise: rate }), 'Leave out `otherwise`'],
    ['a key that is none', () => ({ limits: [{ ...rate, per: ['x-api-key'] }] }), '`per` holds "x-api-key". Give what is counted apart'],
    ['one key twice', () => ({ limits: [{ ...rate, per: [RateLimitKey.header('x-a'), RateLimitKey.header('X-A')] }] }), '`per` has header x-a twice.'],
    ['four keys', () => ({ limits: [{ ...rate, per: ['a', 'b', 'c', 'd'].map(RateLimitKey.header) }] }), '`per` has 4 keys. At most 3 are allowed.'],
    ['no callers', () => ({ limits: [{ ...rate, callers: [] }] }), '`callers` is empty, so nobody would be limited.'],
    ['a caller that is none', () => ({ limits: [{ ...rate, callers: ['web'] }] }), '`callers` holds "web", which has no identities.'],
    ['a namespace that is none', () => ({ limits: [{ ...rate, callerNamespaces: ['*'] }] }), '`callerNamespaces` holds "*".'],
    ['neither target nor gateway', () => ({ target: undefined }), 'neither `target` nor `gateway` are given.'],
    ['target and gateway', (chart) => ({ gateway: gateway(chart) }), 'both `target` and `gateway` are given.'],
    ['a target that is none', () => ({ target: 'reviews' }), 'the target is "reviews"'],
    ['callers at a gateway', (chart) => ({ target: undefined, gateway: gateway(chart), limits: [{ ...rate, callerNamespaces: ['shop'] }] }), 'limit "limit-1": `callerNamespaces` is given, and clients of a gateway have no identity in the mesh.'],
    ['each caller at a gateway', (chart) => ({ target: undefined, gateway: gateway(chart), limits: [{ ...rate, per: [RateLimitKey.caller()] }] }), '`per` has RateLimitKey.caller(), and clients of a gateway have no identity'],
    ['no ports', () => ({ ports: [] }), '`ports` is empty'],
    ['an engine that is none', () => ({ engine: 'local' }), '`engine` is "local". Say RateLimitEngine.local()'],
    ['an enforcement that is none', () => ({ enforcement: false }), '`enforcement` is false. Say RateLimitEnforcement.full()'],
    ['a switch as a text', () => ({ rateLimitHeaders: 'true' }), '`rateLimitHeaders` is "true". Write true or false'],
    ['a header of the answer that none is', () => ({ responseHeaders: { 'x limited': 'a' } }), 'the name "x limited" has a character that no header name has'],
    ['a value of it that Envoy cannot read', () => ({ responseHeaders: { 'x-limited': '100%' } }), 'the value "100%" of x-limited has a "%" that no second one closes'],
    ['another namespace', () => ({ metadata: { namespace: 'istio-system' } }), '`metadata.namespace` is istio-system, but the pods are in shop'],
    ['a window that no rate limit service has', (chart) => ({ engine: shared(chart), limits: [{ requests: 10, window: Duration.seconds(10) }] }), '`window` is 10 s, and a rate limit service counts by the second, minute, hour or day. Give for example Duration.seconds(1) or Duration.minutes(1)'],
    ['a burst of a rate limit service', (chart) => ({ engine: shared(chart), limits: [{ ...rate, burst: 5 }] }), '`burst` is given, and a rate limit service knows none'],
    ['a limit of a rate limit service that is never reached', (chart) => ({ engine: shared(chart), limits: [{ requests: 10, window: Duration.hours(1) }, rate] }), '"limit-2" (10 in 60 s) never decides'],
  ])('%s', (_, props, message) => {
    expect(refused(props)).toContain(message);
  });

  test('a service without a port that carries requests', () => {
    const { app, chart } = shop();
    new RateLimit(chart, 'limit', { target: service(chart, MeshPort.tcp(3306)), limits: [rate] });
    expect(() => app.synthYaml()).toThrow('[shop/limit] rate limits need requests that the proxy reads, and port 3306');
  });

  test('pods that say that they want no sidecar', () => {
    const limited = (...deployments: object[]) => {
      const { app, chart } = shop();
      deployments.forEach((labels, index) => rawWorkload(chart, `reviews-${index}`, { labels: { app: 'reviews', ...labels } }));
      const target = MeshWorkload.fromLabels(chart, 'pods', { name: 'reviews', namespace: 'shop', labels: { app: 'reviews' } });
      new RateLimit(chart, 'limit', { target, limits: [rate] });
      return () => app.synthYaml();
    };
    const off = { 'sidecar.istio.io/inject': 'false' };
    expect(limited(off)).toThrow(/\[shop\/limit\] the Deployment \[shop\/reviews-0\] says .*, so the pods of reviews have no sidecar/);
    // One of them may be a job that is selected by accident.
    expect(limited(off, {})).not.toThrow();
    expect(limited({})).not.toThrow();
  });

  test('a caller whose service account is not known', () => {
    const { app, chart } = shop();
    const target = service(chart);
    new RateLimit(chart, 'limit', { target, limits: [{ ...rate, callers: [target] }] });
    expect(() => app.synthYaml()).toThrow('the service account of reviews is not known');
  });
});

test('two limits of the same requests stand where each may decide', () => {
  const { app, chart } = shop();
  const target = service(chart);
  const second = { requests: 10, window: Duration.seconds(1) };
  new RateLimit(chart, 'limit', { target, limits: [second, { requests: 100, window: minute }] });
  new RateLimit(chart, 'burst', { target, metadata: { name: 'burst' }, limits: [{ ...second, burst: 50 }, { requests: 20, window: Duration.seconds(1) }] });
  new RateLimit(chart, 'each', { target, metadata: { name: 'each' }, limits: [{ ...rate, requests: 5, per: [RateLimitKey.clientIp()] }, rate] });
  new RateLimit(chart, 'shared', { target, metadata: { name: 'shared' }, engine: shared(chart), limits: [second, { requests: 599, window: minute }] });
  expect(() => app.synthYaml()).not.toThrow();
});

describe('what they are made of refuses', () => {
  test.each<[what: string, make: () => unknown, message: string]>([
    ['a header name with a blank', () => RateLimitKey.header('x api key'), 'RateLimitKey.header: "x api key" is not a header name.'],
    ['a pseudo header', () => RateLimitKey.header(':path'), '":path" is not a header name'],
    ['no header name', () => RateLimitKey.header(undefined as never), 'undefined is not a header name'],
    ['an empty query parameter', () => RateLimitKey.queryParameter(''), 'the name is "".'],
    ['a prefix beyond an address', () => RateLimitKey.clientIp({ ipv4Prefix: 33 }), 'ipv4Prefix is 33. Give a whole number from 1 to 32.'],
    ['a prefix of nothing', () => RateLimitKey.clientIp({ ipv6Prefix: 0 }), 'ipv6Prefix is 0. Give a whole number from 1 to 128.'],
    ['all in part', () => RateLimitEnforcement.partial(100), '100 is not allowed. Give more than 0 and less than 100 percent'],
    ['nothing in part', () => RateLimitEnforcement.partial(0), 'or say RateLimitEnforcement.full() or .shadow()'],
    ['more decimals than Envoy counts', () => RateLimitEnforcement.partial(0.00001), 'at most 4 decimals'],
    ['a text in part', () => RateLimitEnforcement.partial('10' as never), 'is not allowed'],
    ['to remember nothing', () => RateLimitEngine.local({ maxKeys: 0 }), '`maxKeys` is 0.'],
    ['a domain by its name', () => RateLimitEngine.shared('shop' as never), 'the domain is "shop". Give a RateLimitDomain'],
    ['a failure mode that is none', () => RateLimitEngine.shared(new RateLimitDomain(shop().chart, 'd', { domain: 'a', service: ratelimit(shop().chart) }), { failureMode: 'deny' as RateLimitFailureMode }), '`failureMode` is "deny".'],
    ['a timeout of none', () => RateLimitEngine.shared(new RateLimitDomain(shop().chart, 'd', { domain: 'a', service: ratelimit(shop().chart) }), { timeout: 5 as never }), '`timeout` is 5.'],
  ])('%s', (_, make, message) => {
    expect(messageOf(make)).toContain(message);
  });
});

describe('a RateLimitDomain refuses', () => {
  const made = (props: (chart: Chart) => object) => {
    const { app, chart } = shop();
    const domain = new RateLimitDomain(chart, 'domain', { domain: 'shop', service: ratelimit(chart), ...props(chart) });
    new RateLimit(chart, 'limit', { target: service(chart), engine: RateLimitEngine.shared(domain), limits: [rate] });
    return app.synthYaml();
  };

  test.each<[what: string, props: (chart: Chart) => object, message: string]>([
    ['no name', () => ({ domain: '' }), '[shop/domain] `domain` is "".'],
    ['a service by its name', () => ({ service: 'ratelimit' }), '`service` is "ratelimit". Give the rate limit service'],
    ['a namespace that the service cannot mount from', () => ({ metadata: { namespace: 'shop' } }), 'but ratelimit is in limits and can mount a ConfigMap of its own namespace only'],
    ['a service that does not say that it speaks gRPC', (chart) => ({ service: MeshService.fromName(chart, 'tcp', { name: 'ratelimit', namespace: 'limits', ports: [MeshPort.http(8081)] }) }), 'no port answers gRPC: ratelimit has 8081 (HTTP)'],
    ['several ports that do', (chart) => ({ service: MeshService.fromName(chart, 'two', { name: 'ratelimit', namespace: 'limits', ports: [MeshPort.grpc(1), MeshPort.grpc(2)] }) }), 'several ports answer gRPC'],
    ['a port that does not', () => ({ port: 8080 }), 'port 8080 answers no gRPC'],
  ])('%s', (_, props, message) => {
    expect(messageOf(() => made(props))).toContain(message);
  });

  test('to be a second one of its name, or to have no limit', () => {
    const { app, chart } = shop();
    const target = service(chart);
    for (const id of ['a', 'b']) {
      const domain = new RateLimitDomain(chart, id, { domain: 'shop', service: ratelimit(new Chart(app, `limits-${id}`)), metadata: { name: id } });
      new RateLimit(chart, `limit-${id}`, { target, metadata: { name: id }, engine: RateLimitEngine.shared(domain), limits: [rate] });
    }
    expect(() => app.synthYaml()).toThrow('[shop/b] and [shop/a] are both the domain "shop"');
    const other = shop();
    new RateLimitDomain(other.chart, 'domain', { domain: 'shop', service: ratelimit(other.chart) });
    expect(() => other.app.synthYaml()).toThrow('no RateLimit counts in the domain "shop"');
  });
});
