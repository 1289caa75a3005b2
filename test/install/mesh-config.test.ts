import { Chart, Duration, Testing } from 'cdk8s';
import fc from 'fast-check';
import { IMeshProvider, IstioInstallation, MeshAccessLog, MeshConfigOptions, PathNormalization } from '../../src';

const provider = (name: string): IMeshProvider => ({ name, entry: { name, zipkin: { service: 'zipkin.tracing.svc.cluster.local', port: 9411 } } });
const meshConfig = (options: MeshConfigOptions) => new IstioInstallation(new Chart(Testing.app(), 'mesh'), 'istio', { version: '1.31.1', meshConfig: options }).meshConfig;
const says = (options: any, message: string | RegExp) => expect(() => meshConfig(options)).toThrow(message);

test('nothing is written but what is said, and how paths are normalized', () => {
  expect(meshConfig({})).toEqual({ pathNormalization: { normalization: 'MERGE_SLASHES' } });
  expect(meshConfig({ pathNormalization: PathNormalization.NONE })).toEqual({ pathNormalization: { normalization: 'NONE' } });
});

test('false and zero are said, too', () => {
  expect(meshConfig({ autoMtls: false, defaultRetries: 0, concurrency: 0, numTrustedProxies: 0, dnsProxying: false })).toMatchObject({
    enableAutoMtls: false,
    defaultHttpRetryPolicy: { attempts: 0 },
    defaultConfig: { concurrency: 0, gatewayTopology: { numTrustedProxies: 0 }, proxyMetadata: { ISTIO_META_DNS_CAPTURE: 'false' } },
  });
});

test('durations are seconds, to the millisecond', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 10_000_000 }), (millis) => {
    const { connectTimeout } = meshConfig({ connectTimeout: Duration.millis(millis) });
    expect(connectTimeout).toMatch(/^\d+(\.\d{1,3})?s$/);
    expect(Math.round(parseFloat(connectTimeout) * 1000)).toBe(millis);
  }));
});

describe('providers', () => {
  test('that logs and traces go to are known to the mesh, once each', () => {
    const [logs, traces, asked] = ['logs', 'traces', 'asked'].map(provider);
    const written = meshConfig({ accessLog: MeshAccessLog.provider(logs), tracing: { provider: traces }, extensionProviders: [asked, traces] });
    expect(written.extensionProviders.map(({ name }: any) => name)).toEqual(['asked', 'traces', 'logs']);
    expect(written.defaultProviders).toEqual({ accessLogging: ['logs'], tracing: ['traces'], metrics: ['prometheus'] });
  });

  test('of metrics stay Prometheus, unless something else is said', () => {
    expect(meshConfig({ fields: { defaultProviders: { tracing: ['x'] } } }).defaultProviders).toEqual({ metrics: ['prometheus'], tracing: ['x'] });
    expect(meshConfig({ tracing: { provider: provider('x') }, fields: { defaultProviders: { metrics: [] } } }).defaultProviders).toEqual({ metrics: [], tracing: ['x'] });
    expect(meshConfig({}).defaultProviders).toBeUndefined();
  });

  test('of one name are refused', () => {
    says({ extensionProviders: [provider('otel'), provider('otel')] }, 'two `extensionProviders` have the name "otel"');
    says({ extensionProviders: [provider('otel')], tracing: { provider: provider('otel') } }, 'two `extensionProviders` have the name "otel"');
    const twice = provider('otel');
    says({ extensionProviders: [twice, twice] }, 'two `extensionProviders` have the name "otel"');
  });
});

describe('access logs', () => {
  test('are lines of text that end, or of JSON', () => {
    expect(MeshAccessLog.text('%RESPONSE_CODE%')._fields.accessLogFormat).toBe('%RESPONSE_CODE%\n');
    expect(MeshAccessLog.text('%RESPONSE_CODE%\n')._fields.accessLogFormat).toBe('%RESPONSE_CODE%\n');
    expect(JSON.parse(MeshAccessLog.json({ path: '%REQ(:PATH):50%' })._fields.accessLogFormat)).toEqual({ path: '%REQ(:PATH):50%' });
    expect(meshConfig({ accessLog: MeshAccessLog.none() }).accessLogFile).toBe('');
  });

  test.each(['%REQ(X)', '100%', '%response_code%', '%%%'])('in the format %s are refused', (format) => {
    expect(() => MeshAccessLog.text(format)).toThrow('a % belongs to no command operator');
    expect(() => MeshAccessLog.json({ field: format })).toThrow('`field`');
  });

  test.each(['%%', '%CEL(request.headers["a"].contains("b"))%', '%START_TIME(%Y/%m/%d)%', '%REQ(A?B):7% %DURATION%'])('in the format %s are taken', (format) => {
    expect(() => MeshAccessLog.text(format)).not.toThrow();
  });
});

describe('refused are', () => {
  test('a share of traces that is none, with the value, what is allowed, and what to write', () => {
    says({ tracing: { sampling: 150 } }, '`tracing.sampling` is 150. It is a percentage, above 0 and at most 100: give for example 10 for one request in ten.');
    for (const sampling of [-1, NaN, '10', 100.1]) says({ tracing: { sampling } }, 'It is a percentage');
    says({ fields: { defaultConfig: { tracing: { sampling: 150 } } } }, '`fields.defaultConfig.tracing.sampling` is 150. It is a percentage');
    says({ fields: { defaultConfig: { tracing: { sampling: 0 } } } }, 'default of 1 %');
  });

  test('a share of 0, which Istio takes for its own default', () => {
    says({ tracing: { sampling: 0 } }, 'default of 1 %');
  });

  test('fields that nothing reads, by where they belong', () => {
    says({ fields: { defaultConfig: { runAsUser: 1337 } } }, 'there is no field `meshConfig.defaultConfig.runAsUser`, and nothing would read it. The user of a sidecar is no setting of the mesh');
    says({ fields: { defaultConfig: { resources: {} } } }, '`proxies.resources`');
    says({ fields: { concurrency: 2 } }, 'It is a field of `meshConfig.fields.defaultConfig`');
    says({ fields: { defaultConfig: { accessLogFile: '/dev/stdout' } } }, 'It is a field of `meshConfig.fields`');
    says({ fields: { access_log_file: '/dev/stdout' } }, 'Write `accessLogFile`');
    says({ fields: { extensionProviders: [{ name: 'x', zipkin: { servce: 'a' } }] } }, '`meshConfig.extensionProviders[0].zipkin.servce`');
  });

  test('values of another type', () => {
    says({ fields: { accessLogFile: true } }, '`meshConfig.accessLogFile` is true. Give a text.');
    says({ fields: { accessLogEncoding: 'XML' } }, 'Give one of TEXT, JSON');
    says({ fields: { defaultConfig: { drainDuration: 10 } } }, 'a duration');
    says({ fields: { trustDomainAliases: 'old' } }, 'a list');
    says({ fields: { defaultConfig: 'x' } }, 'an object');
    says({ fields: { proxyListenPort: 1.5 } }, 'a whole number');
  });

  test('a field that a property says otherwise, and not one that says the same', () => {
    says({ trustDomain: 'a.example', fields: { trustDomain: 'b.example' } }, '`fields.trustDomain` differs');
    says({ holdApplicationUntilProxyStarts: true, fields: { defaultConfig: { holdApplicationUntilProxyStarts: false } } }, '`fields.defaultConfig.holdApplicationUntilProxyStarts`');
    expect(meshConfig({ trustDomain: 'a.example', fields: { trustDomain: 'a.example' } }).trustDomain).toBe('a.example');
    // How paths are normalized is our default, not the user's word.
    expect(meshConfig({ fields: { pathNormalization: { normalization: 'BASE' } } }).pathNormalization).toEqual({ normalization: 'BASE' });
  });

  test('selectors that Istio takes for all namespaces', () => {
    says({ discoverySelectors: [] }, 'which Istio takes for all namespaces');
    says({ discoverySelectors: [{}] }, '`discoverySelectors` is empty');
  });

  test('domains and variables that are none', () => {
    says({ trustDomain: 'spiffe://a' }, 'without spiffe://');
    says({ trustDomainAliases: ['*'] }, '`trustDomainAliases` holds "*"');
    says({ proxyMetadata: { 'A-B': 'c' } }, 'has the name "A-B"');
    says({ dnsProxying: true, proxyMetadata: { ISTIO_META_DNS_CAPTURE: 'true' } }, 'say the same');
  });
});
