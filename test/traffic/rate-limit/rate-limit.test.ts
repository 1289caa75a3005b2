import { Chart, Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { Request, countsOf, limitsOf } from './envoy-limiter';
import {
  CallerIdentity, HttpMatch, IMeshCaller, MeshPort, MeshService, MeshWorkload, RateLimit, RateLimitDomain, RateLimitEnforcement, RateLimitEngine,
  RateLimitKey, RateLimitProps, RequestLimit, StringMatch,
} from '../../../src';
import { only, rawService, rawWorkload, shop, synthesized } from '../../support/shop';

const minute = Duration.minutes(1);
const all: RequestLimit = { requests: 100, window: Duration.seconds(1) };
const path = (text: string) => HttpMatch.path(StringMatch.exact(text));

function pods(chart: Chart, name = 'reviews', namespace = 'shop'): MeshWorkload {
  return MeshWorkload.fromLabels(chart, `${name}-pods`, { name, namespace, labels: { app: name }, serviceAccount: name });
}

function reviews(chart: Chart, ...ports: MeshPort[]): MeshService {
  return MeshService.fromName(chart, 'reviews', {
    name: 'reviews', namespace: 'shop', workload: pods(chart), ports: ports.length > 0 ? ports : [MeshPort.http(80, { targetPort: 9080 })],
  });
}

function limit(props: Partial<RateLimitProps> & { limits: RequestLimit[] }): any {
  const { chart } = shop();
  return new RateLimit(chart, 'limit', { target: reviews(chart), ...props }).envoyFilter.toJson();
}

function filterOf(object: any, index = 0): any {
  return object.spec.configPatches[index].patch.value.typed_config;
}

const filter = (...limits: RequestLimit[]) => filterOf(limit({ limits }));

test('nothing is said at synth of the EnvoyFilter, which the construct answers for', () => {
  const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  limit({ limits: [{ requests: 100, window: Duration.seconds(1) }] });
  const lines = said.mock.calls.map(([text]) => text);
  said.mockRestore();
  expect(lines).toEqual([]);
});

describe('the three most common wishes', () => {
  test('100 requests a second for each pod', () => {
    const { metadata, spec } = limit({ limits: [{ requests: 100, window: Duration.seconds(1) }] });
    expect(metadata).toMatchObject({ name: 'reviews-rate-limit', namespace: 'shop' });
    expect(spec.workloadSelector).toEqual({ labels: { app: 'reviews' } });
    expect(spec.configPatches).toHaveLength(1);
    const [{ applyTo, match, patch }] = spec.configPatches;
    expect({ applyTo, operation: patch.operation, context: match.context, port: match.listener.portNumber })
      .toEqual({ applyTo: 'HTTP_FILTER', operation: 'INSERT_BEFORE', context: 'SIDECAR_INBOUND', port: 9080 });
    expect(match.listener.filterChain.filter.subFilter).toEqual({ name: 'envoy.filters.http.router' });
    expect(patch.value.typed_config.descriptors[0].token_bucket).toEqual({ max_tokens: 100, tokens_per_fill: 100, fill_interval: '1s' });
  });

  test('5 logins a minute for each client of a gateway', () => {
    const { app, chart } = shop();
    new RateLimit(chart, 'logins', {
      gateway: pods(chart, 'ingress', 'istio-ingress'),
      limits: [{ name: 'logins', match: path('/login').and(HttpMatch.methods('POST')), per: [RateLimitKey.clientIp()], requests: 5, window: minute }],
    });
    const object = only(app, 'EnvoyFilter');
    expect(object.metadata).toMatchObject({ name: 'ingress-rate-limit', namespace: 'istio-ingress' });
    expect(object.spec.configPatches[0].match.context).toBe('GATEWAY');
    expect(object.spec.configPatches[0].match.listener.portNumber).toBeUndefined();
    const config = filterOf(object);
    expect(limitsOf(config, { path: '/login', method: 'POST', query: { next: 'x' }, ip: '192.0.2.1/32' })).toEqual(['logins']);
    expect(limitsOf(config, { path: '/login', method: 'GET', ip: '192.0.2.1/32' })).toEqual([]);
    expect(config.descriptors[0].token_bucket).toEqual({ max_tokens: 5, tokens_per_fill: 5, fill_interval: '60s' });
  });

  test('1000 an hour for each customer, over all pods', () => {
    const { app, chart } = shop();
    const ratelimit = MeshService.fromName(chart, 'ratelimit', { name: 'ratelimit', namespace: 'istio-system', ports: [MeshPort.http(8080), MeshPort.grpc(8081)] });
    const domain = new RateLimitDomain(chart, 'domain', { domain: 'shop', service: ratelimit });
    new RateLimit(chart, 'customers', {
      target: reviews(chart),
      engine: RateLimitEngine.shared(domain),
      limits: [{ name: 'customers', per: [RateLimitKey.header('x-api-key')], requests: 1000, window: Duration.hours(1) }],
    });
    const config = filterOf(only(app, 'EnvoyFilter'));
    expect(config).toMatchObject({ domain: 'shop', timeout: '0.1s', failure_mode_deny: false });
    expect(config.rate_limit_service).toEqual({
      transport_api_version: 'V3',
      grpc_service: { envoy_grpc: { cluster_name: 'outbound|8081||ratelimit.istio-system.svc.cluster.local', authority: 'ratelimit.istio-system.svc.cluster.local' } },
    });
    const configMap: any = only(app, 'ConfigMap');
    expect(configMap.metadata).toEqual({ name: 'rate-limits-shop', namespace: 'istio-system' });
    expect(configMap.data).toEqual({
      'shop.yaml': [
        'domain: "shop"',
        'descriptors:',
        '  - key: "limit"',
        '    value: "shop/reviews-rate-limit/customers"',
        '    descriptors:',
        '      - key: "x-api-key"',
        '        rate_limit:',
        '          unit: hour',
        '          requests_per_unit: 1000',
        '',
      ].join('\n'),
    });
  });
});

describe('which requests are counted', () => {
  const text = fc.constantFrom('a', 'b');
  const condition = fc.oneof(text.map(StringMatch.exact), text.map(StringMatch.prefix), fc.constantFrom('[ab]+', 'a.*').map(StringMatch.regex), fc.constant(StringMatch.present()));
  const atom = fc.oneof(
    fc.constantFrom('/a', '/a/b', '/b').map(path),
    fc.constantFrom('/a', '/b/').map((value) => HttpMatch.path(StringMatch.prefix(value))),
    fc.constantFrom('/[ab]', '/.*b').map((value) => HttpMatch.path(StringMatch.regex(value))),
    fc.tuple(fc.constantFrom('x-a', 'x-b'), condition).map(([name, value]) => HttpMatch.header(name, value)),
    fc.constantFrom(['GET'], ['POST', 'PUT']).map((methods) => HttpMatch.methods(...methods)),
  );
  const conjunction = fc.array(atom, { minLength: 1, maxLength: 3 }).map((atoms) => {
    try {
      return HttpMatch.allOf(...atoms);
    } catch {
      return atoms[0]; // what excludes each other
    }
  });
  const anyMatch = fc.array(conjunction, { minLength: 1, maxLength: 3 }).map((parts) => HttpMatch.anyOf(...parts));
  const request: fc.Arbitrary<Request> = fc.record({
    path: fc.constantFrom('/a', '/a/b', '/b', '/b/a', '/ab', '/'),
    query: fc.constantFrom<Record<string, string>[]>({}, { q: '/a' }, { q: 'b' }),
    method: fc.constantFrom('GET', 'POST', 'DELETE'),
    headers: fc.dictionary(fc.constantFrom('x-a', 'x-b'), fc.constantFrom('', 'a', 'b', 'ab')),
  });

  /** What the match says, read from what a VirtualService would be told. */
  const meant = (match: HttpMatch, { path: uri, method, headers = {} }: Request) => match._atoms.some((one) => {
    const fits = ({ kind, value }: { kind: string; value: string }, actual: string | undefined) => actual !== undefined
      && { exact: actual === value, prefix: actual.startsWith(value), regex: new RegExp(`^(?:${value})$`).test(actual), present: true }[kind];
    return (one.uri === undefined || fits(one.uri, uri)) && (one.methods === undefined || one.methods.includes(method!))
      && Object.entries(one.headers ?? {}).every(([name, value]) => fits(value, headers[name]));
  });

  test('are those that the match says, once each, whatever stands behind the question mark', () => {
    fc.assert(fc.property(anyMatch, request, (match, asked) => {
      const config = filter({ name: 'some', match, ...all });
      expect(limitsOf(config, asked)).toEqual(meant(match, asked) ? ['some'] : []);
    }), { numRuns: 300 });
  });

  test('what alternatives have in common is one condition', () => {
    const either = (uri: string) => HttpMatch.allOf(path(uri), HttpMatch.methods('POST'), HttpMatch.header('x-a', StringMatch.present()));
    const [{ actions }] = filter({ match: HttpMatch.anyOf(either('/a'), either('/b'), either('/c')), ...all }).rate_limits;
    expect(actions.map(({ header_value_match: { headers, expect_match } }: any) => [expect_match, headers.map(({ name }: any) => name)]))
      .toEqual([[true, [':method', 'x-a']], [false, [':path', ':path', ':path']]]);
  });

  test('by "otherwise" are exactly those that no limit counts', () => {
    fc.assert(fc.property(fc.array(anyMatch, { minLength: 1, maxLength: 3 }), request, (matches, asked) => {
      const limits = matches.map((match, index) => ({ name: `limit-${index}`, match, requests: 10, window: Duration.seconds(index + 1), burst: 10 + index }));
      const config = filterOf(limit({ limits, otherwise: { requests: 5, window: minute } }));
      const counted = limits.filter(({ match }) => meant(match, asked)).map(({ name }) => name);
      expect(limitsOf(config, asked)).toEqual(counted.length > 0 ? counted : ['otherwise']);
    }), { numRuns: 200 });
  });

  test('a host is the same in any case and with any port', () => {
    const config = filter({ name: 'host', match: HttpMatch.authority(StringMatch.exact('shop.example.com')), ...all });
    const counted = (authority: string) => limitsOf(config, { path: '/', authority }).length;
    expect(['shop.example.com', 'SHOP.example.com', 'shop.example.com:443', 'Shop.Example.Com:8080'].map(counted)).toEqual([1, 1, 1, 1]);
    expect(['shop.example.org', 'shopxexample.com', 'www.shop.example.com', 'shop.example.com.evil'].map(counted)).toEqual([0, 0, 0, 0]);
  });

  test('segments of a path are whole ones', () => {
    const config = filter({ name: 'api', match: HttpMatch.pathSegments('/api'), ...all });
    expect(['/api', '/api/', '/api/x', '/apiary', '/'].map((uri) => limitsOf(config, { path: uri }).length)).toEqual([1, 1, 1, 0, 0]);
  });

  test('none of some is where the header is absent, too', () => {
    const config = filter({ name: 'others', match: HttpMatch.noneOf(HttpMatch.header('x-a', StringMatch.exact('1'))), ...all });
    expect([{}, { 'x-a': '2' }, { 'x-a': '1' }].map((headers) => limitsOf(config, { path: '/', headers: headers as Record<string, string> }).length)).toEqual([1, 1, 0]);
  });

  test('query parameters', () => {
    const config = filter({ name: 'export', match: HttpMatch.queryParameter('all', StringMatch.present()).and(path('/x')), ...all });
    expect(limitsOf(config, { path: '/x', query: { all: '' } })).toEqual(['export']);
    expect(limitsOf(config, { path: '/x' })).toEqual([]);
    expect(limitsOf(config, { path: '/y', query: { all: '' } })).toEqual([]);
  });

  test('callers and namespaces, and nobody whose name only looks like it', () => {
    const { app, chart } = shop();
    const foreign: IMeshCaller = Object.assign(pods(chart, 'partner'), { callerIdentities: () => [CallerIdentity.principal('partner.example/ns/shop/sa/x')] });
    new RateLimit(chart, 'limit', { target: reviews(chart), limits: [{ name: 'some', callers: [pods(chart, 'web'), foreign], callerNamespaces: ['jobs'], ...all }] });
    const config = filterOf(only(app, 'EnvoyFilter'));
    const counted = (caller?: string) => limitsOf(config, { path: '/', caller }).length;
    expect(['shop/web', 'jobs/any', 'shop/x', 'shop/web2', 'shop/aweb', 'ajobs/x', undefined].map(counted)).toEqual([1, 1, 0, 0, 0, 0, 0]);
    const own = 'By=spiffe://cluster.local/ns/shop/sa/reviews;Hash=ab;URI=spiffe://cluster.local/ns/evil/sa/x';
    for (const forged of ['cluster.local/ns/shop/sa/web', 'cluster.local/ns/jobs/sa/x', 'partner.example/ns/shop/sa/x']) {
      expect(limitsOf(config, { path: '/', headers: { 'x-forwarded-client-cert': `URI=spiffe://${forged},${own}` } })).toEqual([]);
    }
  });
});

describe('what is counted apart', () => {
  test('each value, and once more the requests without one', () => {
    const config = filter({ name: 'each', per: [RateLimitKey.header('X-API-Key'), RateLimitKey.queryParameter('tenant')], ...all });
    const asked: Request[] = [{}, { headers: { 'x-api-key': 'a' } }, { headers: { 'x-api-key': '' } }, { query: { tenant: 'a' } }, { headers: { 'x-api-key': 'a' }, query: { tenant: 'a' } }]
      .map((one) => ({ path: '/', ...one } as Request));
    expect(asked.map((one) => limitsOf(config, one))).toEqual(asked.map(() => ['each']));
    expect(new Set(asked.flatMap((one) => countsOf(config, one))).size).toBe(asked.length);
    expect(config.max_dynamic_descriptors).toBe(10_000);
  });

  test('nothing where nothing is said, and then nothing has to be remembered', () => {
    expect(filter(all)).not.toHaveProperty('max_dynamic_descriptors');
  });

  test('callers, by their certificate', () => {
    const config = filter({ name: 'each', per: [RateLimitKey.caller()], ...all });
    expect(config.rate_limits[0].actions[1].extension.typed_config.text).toBe('connection.mtls ? connection.uri_san_peer_certificate : "(none)"');
  });

  test('networks of clients', () => {
    const masks = (key: RateLimitKey) => filter({ per: [key], ...all }).rate_limits[0].actions[1].masked_remote_address;
    expect(masks(RateLimitKey.clientIp())).toEqual({ v4_prefix_mask_len: 32, v6_prefix_mask_len: 64 });
    expect(masks(RateLimitKey.clientIp({ ipv4Prefix: 24, ipv6Prefix: 48 }))).toEqual({ v4_prefix_mask_len: 24, v6_prefix_mask_len: 48 });
  });
});

describe('where it is written', () => {
  test('one patch for each HTTP port of the service, at the pods\' own ports', () => {
    const ports = [MeshPort.http(80, { targetPort: 9080 }), MeshPort.grpc(81), MeshPort.tcp(82)];
    const listening = (given?: number[]) => {
      const { app, chart } = shop();
      new RateLimit(chart, 'limit', { target: reviews(chart, ...ports), ports: given, limits: [all] });
      return only(app, 'EnvoyFilter').spec.configPatches.map((patch: any) => patch.match.listener.portNumber);
    };
    expect(listening()).toEqual([81, 9080]);
    expect(listening([80])).toEqual([9080]);
    expect(() => listening([82])).toThrow('rate limits need requests that the proxy reads');
    expect(() => listening([83])).toThrow('there is no port 83');
  });

  test('for pods of its own namespace only, even in the root namespace', () => {
    const { app, chart } = shop();
    new RateLimit(chart, 'limit', { gateway: pods(chart, 'ingress', 'istio-system'), limits: [all] });
    expect(only(app, 'EnvoyFilter').spec.configPatches[0].match.proxy).toEqual({ metadata: { NAMESPACE: 'istio-system' } });
  });

  test('pods that another deployment shares its labels with are refused', () => {
    const { app, chart } = shop();
    const target = new MeshWorkload(chart, 'target', { workload: rawWorkload(chart, 'reviews', { labels: { app: 'shop' } }) });
    rawWorkload(chart, 'ratings', { labels: { app: 'shop' } });
    new RateLimit(chart, 'limit', { target, limits: [all] });
    expect(() => app.synthYaml()).toThrow('it would select app=shop, and so these pods too: Deployment ratings');
  });

  test('two for one target need two names; with them both stand, the asking one behind', () => {
    const { app, chart } = shop();
    const target = reviews(chart);
    new RateLimit(chart, 'a', { target, limits: [all] });
    new RateLimit(chart, 'b', { target, limits: [all] });
    expect(() => app.synthYaml()).toThrow('[shop/b/Resource] and [shop/a/Resource] both write the EnvoyFilter shop/reviews-rate-limit');
    const second = shop();
    const service = reviews(second.chart);
    const ratelimit = MeshService.fromName(second.chart, 'ratelimit', { name: 'ratelimit', namespace: 'limits', ports: [MeshPort.grpc(8081)] });
    const engine = RateLimitEngine.shared(new RateLimitDomain(second.chart, 'domain', { domain: 'shop', service: ratelimit }));
    new RateLimit(second.chart, 'b', { target: service, metadata: { name: 'b', labels: { team: 'shop' } }, engine, limits: [{ ...all, window: minute }] });
    new RateLimit(second.chart, 'a', { target: service, limits: [all] });
    const found = synthesized(second.app).filter(({ kind }) => kind === 'EnvoyFilter');
    expect(found.map(({ metadata, spec }) => [metadata.name, metadata.labels, spec.priority])).toEqual([['b', { team: 'shop' }, 20], ['reviews-rate-limit', undefined, 10]]);
    expect(new Set(found.map(({ spec }) => spec.configPatches[0].patch.value.name)).size).toBe(2);
  });

  test('a Service and a Deployment of this App are read when they are complete', () => {
    const { app, chart } = shop();
    const workload = rawWorkload(chart, 'reviews', { podSpec: { containers: [{ name: 'main', image: 'x', ports: [{ name: 'web', containerPort: 9080 }] }] } });
    const service = rawService(chart, 'reviews-service', { selector: { app: 'reviews' }, ports: [{ name: 'http', port: 80, targetPort: 'web' }] });
    new RateLimit(chart, 'limit', { target: new MeshService(chart, 'mesh', { service, workload }), limits: [all] });
    expect(only(app, 'EnvoyFilter').spec.configPatches[0].match.listener.portNumber).toBe(9080);
  });
});

describe('whether it is kept', () => {
  const enforced = (enforcement?: RateLimitEnforcement) => {
    const { filter_enabled, filter_enforced } = filterOf(limit({ limits: [all], enforcement }));
    expect(filter_enabled).toEqual({ default_value: { numerator: 100, denominator: 'HUNDRED' } });
    return filter_enforced.default_value;
  };

  test('in full, in part, or not at all: then it is only counted', () => {
    expect(enforced()).toEqual({ numerator: 100, denominator: 'HUNDRED' });
    expect(enforced(RateLimitEnforcement.shadow())).toEqual({ numerator: 0, denominator: 'HUNDRED' });
    expect(enforced(RateLimitEnforcement.partial(10))).toEqual({ numerator: 10, denominator: 'HUNDRED' });
    expect(enforced(RateLimitEnforcement.partial(0.5))).toEqual({ numerator: 5000, denominator: 'MILLION' });
  });

  test('the answer says so where it is asked to', () => {
    expect(filterOf(limit({ limits: [all] }))).not.toHaveProperty('enable_x_ratelimit_headers');
    expect(filterOf(limit({ limits: [all], rateLimitHeaders: true, responseHeaders: { 'x-limited-by': 'shop' } }))).toMatchObject({
      enable_x_ratelimit_headers: 'DRAFT_VERSION_03',
      response_headers_to_add: [{ header: { key: 'x-limited-by', value: 'shop' } }],
      rate_limited_as_resource_exhausted: true,
    });
  });
});
