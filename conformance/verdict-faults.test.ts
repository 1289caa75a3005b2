import { App, Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, FaultAbort, FaultDelay, FaultInjection, GatewayRoutes, GrpcStatus, HttpMatch, MeshPort, MeshService, MirrorTarget, RequestTimeout,
  ResilientService, Retries, StringMatch, TrafficMirror,
} from 'cdk8s-istio';
import * as fc from 'fast-check';
import { ApiServer } from './verdict';

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

const SERVICE = { namespace: 'shop', ports: [MeshPort.http(9080), MeshPort.http2(9081)] };

/** The YAML of a service that gets faults and mirrors, on the mesh and behind a gateway. */
function synthesize(build: (chart: Chart, reviews: MeshService, recorder: MeshService) => void): string {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const reviews = MeshService.fromName(chart, 'reviews', { name: 'reviews', ...SERVICE });
  const recorder = MeshService.fromName(chart, 'recorder', { name: 'recorder', ...SERVICE });
  build(chart, reviews, recorder);
  new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: ['shop.example.com'] })
    .addRoute(HttpMatch.any(), reviews, { port: 9080 });
  return app.synthYaml();
}

const percentage = fc.oneof(
  fc.constantFrom(0.0001, 0.0003, 0.1, 33.3333, 99.9999, 100),
  fc.integer({ min: 1, max: 1_000_000 }).map((steps) => steps / 10_000),
);
const duration = fc.oneof(fc.constantFrom(1, 999, 1500, 61_001, 90_000_000), fc.integer({ min: 1, max: 600_000 })).map((ms) => Duration.millis(ms));
const delay = fc.record({ duration, percentage }).map(({ duration: time, percentage: share }) => FaultDelay.of(time, share));
const abort = fc.oneof(
  fc.tuple(fc.integer({ min: 200, max: 599 }), percentage).map(([status, share]) => FaultAbort.http(status, share)),
  fc.tuple(fc.constantFrom(...Object.values(GrpcStatus)), percentage).map(([status, share]) => FaultAbort.grpc(status, share)),
);
const match = fc.constantFrom(
  HttpMatch.header('x-fault', StringMatch.exact('on')), HttpMatch.header('x-fault', StringMatch.present()),
  HttpMatch.cookie('chaos', StringMatch.prefix('a')),
  HttpMatch.path(StringMatch.prefix('/reviews/1')), HttpMatch.path(StringMatch.regex('/reviews/[0-9]+')), HttpMatch.methods('GET', 'HEAD'),
  HttpMatch.port(9080),
  HttpMatch.queryParameter('q', StringMatch.exact('1')), HttpMatch.anyOf(HttpMatch.methods('POST'), HttpMatch.header('x-a', StringMatch.exact('b'))),
);
const expires = fc.date({ min: new Date('2500-01-01'), max: new Date('2999-12-31'), noInvalidDate: true }).map((date) => date.toISOString());
const id = fc.constantFrom('chaos', 'the slow one', 'a: b', '"quoted"', '2026-12-01', 'ä');

const fault = fc.record({ id, match: fc.option(match, { nil: undefined }), delay: fc.option(delay, { nil: undefined }), abort, expires });
const mirror = fc.record({
  match: fc.option(match, { nil: undefined }),
  toSubset: fc.option(percentage, { nil: undefined }),
  toService: percentage,
  port: fc.constantFrom(9080, 9081),
});

test('faults are accepted, whatever they inject, for whom and until when', async () => {
  const seen = new Set<string>();
  const several = fc.uniqueArray(fault, { selector: ({ id: name }) => name, minLength: 1, maxLength: 2 });
  await fc.assert(fc.asyncProperty(several, fc.boolean(), async (faults, busy) => {
    fc.pre(new Set(faults.map((one) => one.match)).size === faults.length);
    const yaml = synthesize((chart, service) => {
      for (const { id: name, match: some, ...injected } of faults) {
        new FaultInjection(chart, name, { service, enabled: true, match: some, everyone: some === undefined, ...injected });
      }
      if (!busy) return;
      new ResilientService(chart, 'resilience', { service, timeout: RequestTimeout.after(Duration.seconds(1)), retries: Retries.upTo(2) });
      new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 5 });
    });
    for (const word of ['fixedDelay', 'httpStatus', 'grpcStatus', 'fault-expires']) if (yaml.includes(word)) seen.add(word);
    expect(await apiServer.complaints(yaml)).toEqual([]);
  }), { numRuns: 300 });
  expect([...seen].sort()).toEqual(['fault-expires', 'fixedDelay', 'grpcStatus', 'httpStatus']);
});

test('every status is accepted', async () => {
  for (const status of Object.values(GrpcStatus)) {
    expect(await apiServer.complaints(synthesize((chart, service) => {
      new FaultInjection(chart, 'chaos', { service, enabled: true, everyone: true, abort: FaultAbort.grpc(status, 1), expires: '2999-01-01T00:00Z' });
    }))).toEqual([]);
  }
});

test('mirrors are accepted, wherever they lead and whatever they copy', async () => {
  let mirrored = 0;
  await fc.assert(fc.asyncProperty(mirror, fc.integer({ min: 0, max: 99 }), fc.option(fault, { nil: undefined }), async (copy, weight, injected) => {
    const yaml = synthesize((chart, service, recorder) => {
      new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight });
      new TrafficMirror(chart, 'shadow', {
        service,
        match: copy.match,
        mirrors: [
          ...copy.toSubset === undefined ? [] : [MirrorTarget.subset('v2', { percentage: copy.toSubset, safeForWrites: true })],
          MirrorTarget.service(recorder, { percentage: copy.toService, port: copy.port, safeForWrites: true }),
        ],
      });
      if (injected) new FaultInjection(chart, 'fault', { service, enabled: true, everyone: true, ...injected, match: undefined });
    });
    if (yaml.includes('mirrors:')) mirrored += 1;
    expect(await apiServer.complaints(yaml)).toEqual([]);
  }), { numRuns: 200 });
  expect(mirrored).toBeGreaterThan(100);
});
