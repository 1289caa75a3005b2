import { Chart, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import * as library from '../../src';

/** What a program without types may pass: see test/untyped-input.test.ts. */
const chart = (): Chart => new Chart(Testing.app(), 'shop', { namespace: 'shop' });
const service = (scope: Construct) => library.MeshService.fromName(scope, 'reviews', { name: 'reviews', namespace: 'shop', ports: [library.MeshPort.http(80)] });
const any = (value: unknown): any => value;

const telemetry = (props: any) => () => new library.MeshTelemetry(chart(), 'x', { scope: library.PolicyScope.mesh(), ...props });
const dashboard = (props: any) => () => {
  const scope = chart();
  new library.ServiceDashboard(scope, 'x', { services: [service(scope)], ...props });
};

test.each<[string, () => void, string]>([
  ['a scope in words', telemetry({ scope: 'mesh', tracing: { sampling: 1 } }), '[shop/x] `scope` is "mesh". Say for whom it holds'],
  ['one entry of access logs', telemetry({ accessLogs: library.AccessLogging.off() }), '[shop/x] `accessLogs` is a AccessLogging, not a list.'],
  ['a provider for an entry', telemetry({ accessLogs: ['envoy'] }), '[shop/x] `accessLogs` holds "envoy". Give AccessLogging.to('],
  ['no access logs', telemetry({ accessLogs: null }), '[shop/x] `accessLogs` is null, not a list.'],
  ['tracing in words', telemetry({ tracing: 'all' }), '[shop/x] tracing: "all" is given instead of props. Write tracing: {'],
  ['a sampling in words', telemetry({ tracing: { sampling: '10' } }), '[shop/x] tracing: `sampling` is "10".'],
  ['a provider of traces by name', telemetry({ tracing: { provider: 'otel' } }), '[shop/x] tracing: `provider` is "otel". Give a TelemetryProvider'],
  ['a tag in words', telemetry({ tracing: { customTags: { stage: 'live' } } }), '[shop/x] tracing: `customTags` holds "stage": "live".'],
  ['a flag in words', telemetry({ tracing: { reportSpans: 'no' } }), '[shop/x] tracing: `reportSpans` is "no". Write true or false'],
  ['a direction that is none', telemetry({ tracing: { sampling: 1, direction: 'in' } }), '[shop/x] tracing: `direction` is "in". Give TelemetryDirection.BOTH'],
  ['an override in words', telemetry({ metrics: { overrides: ['REQUEST_SIZE'] } }), '[shop/x] metrics: `overrides` holds "REQUEST_SIZE".'],
  ['one provider of metrics', telemetry({ metrics: { providers: 'prometheus' } }), '[shop/x] metrics: `providers` is "prometheus", not a list.'],
  ['an interval in seconds', telemetry({ metrics: { reportingInterval: 5 } }), '[shop/x] metrics: `reportingInterval` is 5. Give a Duration'],
  ['one provider of logs', () => library.AccessLogging.to(any('envoy')), '`providers` is "envoy", not a list.'],
  ['a provider of logs by name', () => library.AccessLogging.to(any(['envoy'])), '`providers` is "envoy". Give a TelemetryProvider'],
  ['a filter that is a flag', () => library.AccessLogging.to([library.TelemetryProvider.named('envoy')], { filter: any(true) }), '`filter` is true: it is no text.'],
  ['no options of logs', () => library.AccessLogging.off(any(null)), 'AccessLogging.off: the options are null.'],
  ['a metric in words', () => library.MetricOverride.off(any('REQUEST_SIZE')), 'MetricOverride.off: the metric is "REQUEST_SIZE".'],
  ['a value of a label in words', () => library.MetricOverride.tags(library.IstioMetric.ALL, { a: any('request.host') }), 'MetricOverride.tags: "a" is "request.host".'],
  ['no value of a label', () => library.MetricTag.value(any(undefined)), 'MetricTag.value: undefined is no CEL expression: it is no text.'],
  ['a number for a tag', () => library.TraceTag.literal(any(1)), 'TraceTag.literal: the value is 1.'],
  ['a name that is none', () => library.TelemetryProvider.named(any(undefined)), 'TelemetryProvider.named: the name is undefined.'],
  ['no options of a provider', () => library.TelemetryProvider.zipkin('z', any(undefined)), 'TelemetryProvider.zipkin: z: the options are undefined.'],
  ['a service of a provider by name', () => library.TelemetryProvider.zipkin('z', { service: any('zipkin') }), 'TelemetryProvider.zipkin: `service` is "zipkin". Give the MeshService'],
  ['a format in words', () => library.TelemetryProvider.accessLogFile('a', { format: any('json') }), '`format` is "json". Give AccessLogFormat.istioJson()'],
  ['fields in words', () => library.AccessLogFormat.json(any('%RESPONSE_CODE%')), 'AccessLogFormat.json: "%RESPONSE_CODE%" has no fields.'],
  ['a number for a field', () => library.AccessLogFormat.json({ a: any(1) }), 'AccessLogFormat.json: "a" is 1.'],
  ['a timeout in seconds', () => library.TelemetryProvider.zipkin('z', { host: 'a.example', port: 1, timeout: any(5) }), '`timeout` is 5. Give a Duration'],
  ['one service of a dashboard', dashboard({ services: 'reviews' }), '[shop/x] `services` is "reviews", not a list.'],
  ['services of a dashboard by name', dashboard({ services: ['reviews'] }), '[shop/x] `services` holds "reviews". Give a MeshService'],
  ['one percentile', dashboard({ percentiles: 99 }), '[shop/x] `percentiles` is 99, not a list.'],
  ['a percentile of a dashboard in words', dashboard({ percentiles: ['p99'] }), '[shop/x] `percentiles` holds "p99";'],
  ['a window of a dashboard in minutes', dashboard({ window: 5 }), '[shop/x] `window` is 5. Give a Duration'],
  ['a number for a label', dashboard({ labelValue: 1 }), '[shop/x] `labelValue` is 1. Give the value of a label as a text'],
  ['a ConfigMap in words', dashboard({ configMap: 'yes' }), '[shop/x] `configMap` is "yes". Write true or false'],
  ['a number for a title', dashboard({ title: 1 }), '[shop/x] `title` is 1, not a text.'],
  ['no path of a dashboard', () => {
    const scope = chart();
    new library.ServiceDashboard(scope, 'x', { services: [service(scope)] }).writeJson(any(undefined));
  }, '[shop/x] the file\'s path is undefined.'],
])('of telemetry and dashboards, %s is refused', (_, action, message) => {
  expect(action).toThrow(message);
});
