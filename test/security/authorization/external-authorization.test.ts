import { Duration } from 'cdk8s';
import {
  ExtensionProvider, ExternalAuthorization, ExternalAuthorizationProps, HttpExtensionProviderOptions, MeshPort, PathMatch, PolicyCondition,
  PolicyRule, PolicyScope, PolicySource,
} from '../../../src';
import { Shop, errorOf } from '../shop';

const ADMIN = [{ operations: [{ paths: [PathMatch.segment('/admin')] }] }];

function authorizer(shop: Shop) {
  return shop.service('authorizer', [MeshPort.grpc(9000)], 'security');
}

function http(options: Partial<HttpExtensionProviderOptions> = {}, name = 'authorizer') {
  return ExtensionProvider.http(name, { service: authorizer(new Shop()), ...options });
}

describe('ExternalAuthorization', () => {
  function leave(rules: PolicyRule[], props: Partial<ExternalAuthorizationProps> = {}): any {
    const shop = new Shop();
    const reviews = shop.service('reviews', [MeshPort.http(80, { targetPort: 9080 }), MeshPort.tcp(5432)]);
    const policy = new ExternalAuthorization(shop.chart, 'policy', { scope: PolicyScope.workload(reviews), provider: http(), rules, ...props });
    return { ...shop.manifests()[0], entry: policy.meshConfigEntry };
  }

  test('leaves what its rules say to the provider, and says what the mesh has to know of it', () => {
    expect(leave(ADMIN)).toMatchObject({
      metadata: { name: 'authorizer-reviews' },
      spec: { action: 'CUSTOM', provider: { name: 'authorizer' }, rules: [{ to: [{ operation: { paths: ['/admin', '/admin/*'], ports: ['9080'] } }] }] },
      entry: { name: 'authorizer', envoyExtAuthzHttp: { service: 'security/authorizer.security.svc.cluster.local', port: 9000 } },
    });
  });

  test('asks by HTTP about requests only, and by gRPC about connections, too', () => {
    expect(leave([{ sources: [PolicySource.anyone()] }]).spec.rules).toEqual([{ to: [{ operation: { ports: ['9080'] } }] }]);
    expect(errorOf(() => leave([{ operations: [{ ports: [5432] }] }]))).toContain('port 5432 (TCP) of reviews carries none');
    const provider = ExtensionProvider.grpc('opa', { service: authorizer(new Shop()) });
    expect(leave([{ sources: [PolicySource.anyone()] }], { provider }).spec.rules).toEqual([{}]);
    expect(leave([{ operations: [{ ports: [5432] }] }], { provider }).spec.rules).toEqual([{ to: [{ operation: { ports: ['5432'] } }] }]);
  });

  test.each<[string, PolicyRule]>([
    ['a caller', { sources: [PolicySource.serviceAccount('shop', 'a')] }],
    ['a namespace', { sources: [PolicySource.ipBlocks('10.0.0.1').butNot(PolicySource.namespace('a'))] }],
    ['a token', { sources: [PolicySource.withoutToken()] }],
    ['a claim', { conditions: [PolicyCondition.claim(['role'], { values: ['x'] })] }],
    ['a service account as a condition', { conditions: [PolicyCondition.sourceServiceAccount({ values: ['a/b'] })] }],
  ])('is not asked by who calls, which Istio refuses: %s', (_, rule) => {
    expect(errorOf(() => leave([rule]))).toContain('rules[0]: whether the provider is asked cannot depend on ');
  });

  test('is asked by address, header and port', () => {
    expect(() => leave([{
      sources: [PolicySource.remoteIpBlocks('10.0.0.0/8')], operations: [{ ports: [80] }], conditions: [PolicyCondition.header('x', { values: ['1'] }), PolicyCondition.sourceIp({ values: ['10.0.0.1'] })],
    }])).not.toThrow();
  });

  test.each<[string, PolicyRule[], Partial<ExternalAuthorizationProps>, string]>([
    ['no rules', [], {}, 'Istio refuses a CUSTOM policy without rules, as nobody would ever be asked.'],
    ['a provider by name', ADMIN, { provider: 'opa' as never }, '[shop/policy] `provider` is "opa". Give ExtensionProvider.http'],
    ['a flag in words', ADMIN, { severalProviders: 'no' as never }, '`severalProviders` is "no".'],
  ])('%s is refused', (_, rules, props, message) => {
    expect(errorOf(() => leave(rules, props))).toContain(message);
  });

  function two(other: string, props: Partial<ExternalAuthorizationProps> = {}, options: Partial<HttpExtensionProviderOptions> = {}): Shop {
    const shop = new Shop();
    const service = authorizer(shop);
    for (const [name, more] of [['authorizer', {}], [other, options]] as const) {
      new ExternalAuthorization(shop.chart, `of-${name}-${Object.keys(more)}`, {
        scope: PolicyScope.namespace('shop'),
        provider: ExtensionProvider.http(name, { service, ...more }),
        rules: ADMIN,
        metadata: { name: `x-${name}-${Object.keys(more).length}` },
        ...props,
      });
    }
    return shop;
  }

  test('two providers for the same pods would refuse everything, and have to be wanted', () => {
    expect(errorOf(() => two('other').app.synthYaml())).toContain('leave requests of the same pods to authorizer and to other. Istio refuses every one of them then');
    expect(() => two('other', { severalProviders: true }).app.synthYaml()).not.toThrow();
  });

  test('two providers for different pods are fine, and so is one provider twice', () => {
    const shop = new Shop();
    const service = authorizer(shop);
    for (const name of ['a', 'b']) {
      const provider = ExtensionProvider.http(name, { service });
      new ExternalAuthorization(shop.chart, name, { scope: PolicyScope.workload(shop.workload(name)), provider, rules: ADMIN });
      new ExternalAuthorization(shop.chart, `again-${name}`, {
        scope: PolicyScope.workload(shop.workload(`again-${name}`)),
        provider: ExtensionProvider.http(name, { service }),
        rules: ADMIN,
      });
    }
    expect(() => shop.app.synthYaml()).not.toThrow();
  });

  test('one name is one provider', () => {
    expect(errorOf(() => two('authorizer', {}, { failOpen: true }).app.synthYaml())).toContain('name the provider authorizer, and mean different ones.');
  });
});

describe('ExtensionProvider', () => {
  test('says everything that was said, and fails closed after two seconds where nothing was', () => {
    const service = authorizer(new Shop());
    expect(ExtensionProvider.grpc('opa', { service }).entry).toEqual({
      name: 'opa', envoyExtAuthzGrpc: { service: 'security/authorizer.security.svc.cluster.local', port: 9000, timeout: '2s' },
    });
    expect(http({
      port: 9000,
      timeout: Duration.millis(500),
      failOpen: true,
      clearRouteCache: true,
      pathPrefix: '/check',
      includeRequestHeadersInCheck: ['x-*', 'cookie'],
      includeAdditionalHeadersInCheck: { 'x-a': 'b' },
      includeRequestBodyInCheck: { maxRequestBytes: 1024, allowPartialMessage: true },
      headersToUpstreamOnAllow: ['*-x'],
      headersToDownstreamOnAllow: ['a'],
      headersToDownstreamOnDeny: ['b'],
    }).entry.envoyExtAuthzHttp).toEqual({
      service: 'security/authorizer.security.svc.cluster.local',
      port: 9000,
      timeout: '500ms',
      failOpen: true,
      clearRouteCache: true,
      pathPrefix: '/check',
      includeRequestHeadersInCheck: ['x-*', 'cookie'],
      includeAdditionalHeadersInCheck: { 'x-a': 'b' },
      includeRequestBodyInCheck: { maxRequestBytes: 1024, allowPartialMessage: true },
      headersToUpstreamOnAllow: ['*-x'],
      headersToDownstreamOnAllow: ['a'],
      headersToDownstreamOnDeny: ['b'],
    });
    expect(http({ statusOnError: 503 }).entry.envoyExtAuthzHttp.statusOnError).toBe('503');
  });

  test('is a part of the mesh configuration', () => {
    expect(http().toYaml()).toBe(`extensionProviders:
  - name: authorizer
    envoyExtAuthzHttp:
      service: security/authorizer.security.svc.cluster.local
      port: 9000
      timeout: 2s
`);
  });

  const any = (value: unknown): any => value;

  test.each<[string, () => unknown, string]>([
    ['a name in capitals', () => http({}, 'OPA'), 'ExtensionProvider.http: the name is "OPA"'],
    ['no service', () => http({ service: any('a.b') }), 'ExtensionProvider.http: `service` is "a.b". Give the MeshService that decides.'],
    ['no options', () => ExtensionProvider.grpc('opa', any(undefined)), 'ExtensionProvider.grpc: opa: the options are undefined.'],
    ['a port that the service does not have', () => http({ port: 1 }).entry, 'the provider authorizer: there is no port 1 of authorizer'],
    ['a service of two ports', () => http({ service: new Shop().service('a', [MeshPort.http(80), MeshPort.http(81)]) }).entry, 'a has 80 (HTTP), 81 (HTTP). Give the `port` that decisions are asked at.'],
    ['a timeout in words', () => http({ timeout: any('1s') }), '`timeout` is "1s".'],
    ['a status of consent', () => http({ statusOnError: 200 }), '`statusOnError` is 200. Give a status of refusal'],
    ['a status that Envoy does not know', () => http({ statusOnError: 418 }), '`statusOnError` is 418.'],
    ['a status that nobody gets', () => http({ statusOnError: 503, failOpen: true }), 'who is let through gets no status'],
    ['a flag in words', () => http({ failOpen: any('yes') }), '`failOpen` is "yes".'],
    ['a path without a slash', () => http({ pathPrefix: 'check' }), '`pathPrefix` is "check".'],
    ['every header', () => http({ headersToUpstreamOnAllow: ['*'] }), '`headersToUpstreamOnAllow` holds "*"'],
    ['headers as a text', () => http({ includeRequestHeadersInCheck: any('x') }), '`includeRequestHeadersInCheck` is "x", not a list.'],
    ['a header by number', () => http({ includeAdditionalHeadersInCheck: any({ x: 1 }) }), '`includeAdditionalHeadersInCheck` holds "x": 1.'],
    ['no bytes', () => http({ includeRequestBodyInCheck: { maxRequestBytes: 0 } }), '`includeRequestBodyInCheck.maxRequestBytes` is 0.'],
    ['bytes that are only for gRPC', () => http({ includeRequestBodyInCheck: { maxRequestBytes: 1, packAsBytes: true } }), '`includeRequestBodyInCheck.packAsBytes` is for gRPC only.'],
  ])('%s is refused', (_, action, message) => {
    expect(errorOf(action)).toContain(message);
  });
});
