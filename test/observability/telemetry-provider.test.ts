import { Duration } from 'cdk8s';
import {
  AccessLogFormat, MeshPort, MeshService, OpenTelemetryTracingOptions, ServiceAttributes, TelemetryProvider, ZipkinTracingOptions,
} from '../../src';
import { messageOf, shop } from '../support/shop';

const collector = () => MeshService.fromName(shop().chart, 'collector', {
  name: 'collector', namespace: 'observability', ports: [MeshPort.grpc(4317), MeshPort.http(4318), MeshPort.tcp(9411)],
});
const SERVICE = 'observability/collector.observability.svc.cluster.local';

describe('a provider is an entry of the mesh configuration', () => {
  test('of access logs in a file', () => {
    expect(TelemetryProvider.accessLogFile('json', { format: AccessLogFormat.istioJson(), omitEmptyValues: true }).entry)
      .toEqual({ name: 'json', envoyFileAccessLog: { path: '/dev/stdout', logFormat: { labels: {} }, omitEmptyValues: true } });
    expect(TelemetryProvider.accessLogFile('own', { path: '/dev/stderr', format: AccessLogFormat.json({ status: '%RESPONSE_CODE%' }) }).entry)
      .toEqual({ name: 'own', envoyFileAccessLog: { path: '/dev/stderr', logFormat: { labels: { status: '%RESPONSE_CODE%' } } } });
    expect(TelemetryProvider.accessLogFile('line', { format: AccessLogFormat.text('%REQ(:PATH)% 100%%') }).entry)
      .toEqual({ name: 'line', envoyFileAccessLog: { path: '/dev/stdout', logFormat: { text: '%REQ(:PATH)% 100%%' } } });
    expect(TelemetryProvider.accessLogFile('plain').entry).toEqual({ name: 'plain', envoyFileAccessLog: { path: '/dev/stdout' } });
  });

  test('of access logs at a collector', () => {
    expect(TelemetryProvider.openTelemetryLog('logs', { service: collector(), port: 4317, body: '%RESPONSE_CODE%', attributes: { path: '%REQ(:PATH)%' } }).entry)
      .toEqual({ name: 'logs', envoyOtelAls: { service: SERVICE, port: 4317, logFormat: { text: '%RESPONSE_CODE%', labels: { path: '%REQ(:PATH)%' } } } });
  });

  test('of traces, by gRPC', () => {
    expect(TelemetryProvider.openTelemetry('otel', { service: collector(), port: 4317 }).entry).toEqual({ name: 'otel', opentelemetry: { service: SERVICE, port: 4317 } });
    expect(TelemetryProvider.openTelemetry('otel', {
      service: collector(),
      port: 4317,
      timeout: Duration.millis(500),
      headers: { 'x-tenant': 'shop' },
      headersFromEnvironment: { authorization: 'TOKEN' },
      environmentAttributes: true,
      serviceAttributes: ServiceAttributes.OPEN_TELEMETRY,
      maxTagLength: 512,
    }).entry.opentelemetry).toEqual({
      service: SERVICE,
      port: 4317,
      maxTagLength: 512,
      resourceDetectors: { environment: {} },
      serviceAttributeEnrichment: 'OTEL_SEMANTIC_CONVENTIONS',
      grpc: { timeout: '0.5s', initialMetadata: [{ name: 'x-tenant', value: 'shop' }, { name: 'authorization', envName: 'TOKEN' }] },
    });
  });

  test('of traces, by HTTP: with a timeout, without which Envoy refuses to listen', () => {
    expect(TelemetryProvider.openTelemetryHttp('otel', { host: 'traces.example.com', port: 443 }).entry)
      .toEqual({ name: 'otel', opentelemetry: { service: 'traces.example.com', port: 443, http: { path: '/v1/traces', timeout: '3s' } } });
  });

  test('of traces in Zipkin\'s format', () => {
    expect(TelemetryProvider.zipkin('zipkin', { service: collector(), port: 4318, w3cTraceContext: true, shortTraceIds: true, timeout: Duration.minutes(1) }).entry)
      .toEqual({ name: 'zipkin', zipkin: { service: SERVICE, port: 4318, enable64bitTraceId: true, traceContextOption: 'USE_B3_WITH_W3C_PROPAGATION', timeout: '60s' } });
  });

  test('of metrics', () => {
    expect(TelemetryProvider.prometheus('mine').entry).toEqual({ name: 'mine', prometheus: {} });
    expect(TelemetryProvider.prometheus('mine').toYaml()).toContain('extensionProviders:\n  - name: mine\n    prometheus: {}');
  });

  test('the only port of a service need not be said', () => {
    const service = MeshService.fromName(shop().chart, 'zipkin', { name: 'zipkin', namespace: 'observability', ports: [MeshPort.http(9411)] });
    expect(TelemetryProvider.zipkin('zipkin', { service }).entry.zipkin.port).toBe(9411);
  });

  test('one that is only named has none, and says why', () => {
    expect(messageOf(() => TelemetryProvider.named('envoy').entry)).toContain('Every mesh has it: leave it out of `extensionProviders`.');
    expect(messageOf(() => TelemetryProvider.named('theirs').entry)).toContain("Say what it is, for example TelemetryProvider.openTelemetry('theirs', ");
  });
});

const otel = (options: Partial<OpenTelemetryTracingOptions>) => () => TelemetryProvider.openTelemetry('otel', { service: collector(), port: 4317, ...options }).entry;
const zipkin = (options: ZipkinTracingOptions) => () => TelemetryProvider.zipkin('zipkin', options).entry;

describe('what Istio or Envoy would not take is refused', () => {
  test.each<[string, () => unknown, string]>([
    ['a name in capitals', () => TelemetryProvider.named('Otel'), 'TelemetryProvider.named: the name is "Otel". Use at most 63 lower-case letters'],
    ['nobody to take it', zipkin({}), 'TelemetryProvider.zipkin: neither `service` nor `host` is given.'],
    ['two to take it', zipkin({ service: collector(), host: 'a.example.com' }), '`service` and `host` are both given. Keep one of them'],
    ['a short name of a host', zipkin({ host: 'zipkin', port: 9411 }), '`host` is "zipkin". Give a full name'],
    ['a host without a port', zipkin({ host: 'zipkin.example.com' }), '`port` is not given'],
    ['a port that is none', zipkin({ host: 'zipkin.example.com', port: 70_000 }), '`port` is 70000. Give a number from 1 to 65535'],
    ['a port that the service does not have', otel({ port: 4319 }), 'the provider otel: there is no port 4319 of collector, which has 4317 (GRPC), 4318 (HTTP), 9411 (TCP).'],
    ['one of several ports', otel({ port: undefined }), 'the provider otel: collector has 4317 (GRPC), 4318 (HTTP), 9411 (TCP). Give the `port` that takes it.'],
    ['gRPC to a port of HTTP/1', otel({ port: 4318 }), 'port 4318 (HTTP) of collector is sent gRPC, for which proxies have to know it as such.'],
    ['a path without a slash', zipkin({ service: collector(), path: 'spans' }), '`path` is "spans". It starts with a slash'],
    ['a header twice', otel({ headers: { 'x-a': '1' }, headersFromEnvironment: { 'X-A': 'A' } }), 'the header x-a is given twice.'],
    ['a header that is none', otel({ headers: { 'x a': '1' } }), '`headers` holds "x a": "1".'],
    ['no characters of a path', otel({ maxTagLength: 0 }), '`maxTagLength` is 0. Give a number of characters from 1 on'],
    ['a log that is no path', () => TelemetryProvider.accessLogFile('a', { path: 'stdout' }), '`path` is "stdout". Give the whole path of a file, for example "/dev/stdout".'],
    ['a variable that nothing closes', () => AccessLogFormat.text('%REQ(:PATH)'), 'AccessLogFormat.text: the line is "%REQ(:PATH)", which has a "%" that no second one closes.'],
    ['a field with one', () => AccessLogFormat.json({ path: '%REQ(:PATH)' }), 'AccessLogFormat.json: "path" is "%REQ(:PATH)", which has a "%" that no second one closes.'],
    ['an object of nothing', () => AccessLogFormat.json({}), 'or take AccessLogFormat.istioJson().'],
    ['an empty line', () => AccessLogFormat.text(' '), 'AccessLogFormat.text: " " is no line.'],
  ])('%s', (_, action, message) => {
    expect(messageOf(action)).toContain(message);
  });
});
