import { Duration } from 'cdk8s';
import {
  CanaryRollout, FaultAbort, FaultDelay, FaultInjection, FaultInjectionProps, GatewayRoutes, GrpcStatus, HttpMatch, MeshService, RequestTimeout,
  ResilientService, Retries, StringMatch,
} from 'cdk8s-istio';
import { parse } from 'yaml';
import { Application } from './application';
import { binomialBounds } from './binomial';
import { Behaviour, MeshRequest } from './mesh-protocol';
import { PublicShop } from './public-shop';
import { withMesh } from './with-mesh';

const HOST = 'shop.example.com';
const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];
const ON = { 'x-fault': 'on' };
const testers = HttpMatch.header('x-fault', StringMatch.exact('on'));
const everyone = { match: undefined, everyone: true };

/** A service for each question, with its faults switched on or off. */
function manifests(enabled: boolean = true): string {
  const { app, chart, gateway } = new PublicShop();
  new Application(chart, 'client');

  const service = (name: string, ports = HTTP, versions?: string[]) => new Application(chart, name, { ports, versions }).mesh();
  const faulty = (of: MeshService, props: Partial<FaultInjectionProps>, id = 'fault') => new FaultInjection(chart, `${of.name}-${id}`, {
    service: of, enabled, match: testers, expires: '2999-01-01T00:00:00Z', ...props,
  });
  const resilient = (of: MeshService) => new ResilientService(chart, `${of.name}-resilience`, {
    service: of, timeout: RequestTimeout.after(Duration.millis(500)), retries: Retries.upTo(2),
  });

  const aborted = service('aborted');
  resilient(aborted);
  faulty(aborted, { abort: FaultAbort.http(503, 100) });
  const slow = service('slow');
  resilient(slow);
  faulty(slow, { delay: FaultDelay.of(Duration.millis(1500), 100) });
  faulty(service('rpc', [{ name: 'grpc', port: 80, targetPort: 8080 }]), { abort: FaultAbort.grpc(GrpcStatus.RESOURCE_EXHAUSTED, 100) });
  faulty(service('both'), { delay: FaultDelay.of(Duration.millis(700), 100), abort: FaultAbort.http(418, 100) });
  faulty(service('drawn'), { ...everyone, delay: FaultDelay.of(Duration.millis(400), 30), abort: FaultAbort.http(418, 40) });
  faulty(service('rare'), { ...everyone, abort: FaultAbort.http(500, 2.5) });
  const specific = service('specific');
  faulty(specific, { ...everyone, abort: FaultAbort.http(418, 100) }, 'everyone');
  faulty(specific, { delay: FaultDelay.of(Duration.millis(700), 100) }, 'testers');
  faulty(service('off'), { ...everyone, enabled: false, abort: FaultAbort.http(503, 100) });
  faulty(service('lone'), { ...everyone, abort: FaultAbort.http(418, 100) });
  const canary = service('canary', HTTP, ['v1', 'v2']);
  new CanaryRollout(chart, 'canary-rollout', {
    service: canary, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 30, alwaysCanary: HttpMatch.header('x-canary', StringMatch.exact('true')),
  });
  faulty(canary, { abort: FaultAbort.http(418, 50) });
  faulty(canary, { match: HttpMatch.header('x-slow', StringMatch.present()), delay: FaultDelay.of(Duration.millis(700), 100) }, 'delay');

  new GatewayRoutes(chart, 'routes', { gateway, hosts: [HOST] })
    .addRoute(HttpMatch.path(StringMatch.prefix('/aborted')), aborted)
    .addRoute(HttpMatch.path(StringMatch.prefix('/slow')), slow);
  return app.synthYaml();
}

const mesh = withMesh(() => manifests());

function call(service: string, request: Partial<MeshRequest> = {}): MeshRequest {
  return { caller: 'shop/client', url: `http://${service}/`, ...request };
}

function visit(path: string, request: Partial<MeshRequest> = {}): MeshRequest {
  return PublicShop.visit(`http://${HOST}${path}`, request);
}

/** What the client gets, after how long, and how often the application was asked. */
async function ask(workload: string, behaviour: Behaviour, request: MeshRequest) {
  await mesh.reset();
  await mesh.behave(`shop/${workload}`, behaviour);
  const { status, ms } = await mesh.one(request);
  return { status, ms, tries: (await mesh.received(`shop/${workload}`)).total };
}

/** Whether so many of so many is no accident at this percentage. */
function expectShare(seen: number, of: number, percentage: number): void {
  const { least, most } = binomialBounds(of, percentage / 100, 0.999999);
  expect({ percentage, seen, within: seen >= least && seen <= most, least, most }).toMatchObject({ within: true });
}

/** A proxy's clock ticks a little before ours. */
const after = (delay: number) => delay - 20;

const well: Behaviour = { healthy: true };

describe.each<[where: string, to: (service: string, request?: Partial<MeshRequest>) => MeshRequest]>([
  ['on the mesh', call],
  ['behind a gateway', (service, request) => visit(`/${service}`, request)],
])('%s', (_, to) => {
  test('an abort answers for the service, which never sees the request, and retries do not hide it', async () => {
    expect(await ask('aborted', well, to('aborted', { headers: ON }))).toMatchObject({ status: 503, tries: 0 });
  });

  test('requests that do not match go as they would without a fault: retries and timeout hold', async () => {
    expect(await ask('aborted', { status: 503 }, to('aborted'))).toMatchObject({ status: 503, tries: 3 });
    expect(await ask('aborted', { delayMs: 1500 }, to('aborted', { headers: { 'x-fault': 'off' } }))).toMatchObject({ status: 504, tries: 1 });
    expect(await ask('aborted', well, to('aborted'))).toMatchObject({ status: 200, tries: 1 });
  });

  test('a delay is waited for before the service is asked, and the timeout of the route does not cut it', async () => {
    const delayed = await ask('slow', well, to('slow', { headers: ON }));
    expect(delayed).toMatchObject({ status: 200, tries: 1 });
    expect(delayed.ms).toBeGreaterThanOrEqual(after(1500));
    expect((await ask('slow', well, to('slow'))).ms).toBeLessThan(1000);
  });

  test('after a delay, timeout and retries hold as ever', async () => {
    const { status, ms, tries } = await ask('slow', { delayMs: 1500 }, to('slow', { headers: ON }));
    expect({ status, tries }).toEqual({ status: 504, tries: 1 });
    expect(ms).toBeGreaterThanOrEqual(after(2000));
    expect(await ask('slow', { status: 503 }, to('slow', { headers: ON }))).toMatchObject({ status: 503, tries: 3 });
  });
});

describe('what is injected', () => {
  test('a gRPC status is one to a gRPC client: HTTP 200, and the status in the answer', async () => {
    const rpc = { method: 'POST', httpVersion: '2', headers: { 'content-type': 'application/grpc', 'te': 'trailers' } } as const;
    const failed = await mesh.one(call('rpc', { ...rpc, url: 'http://rpc/shop.Catalog/Get', headers: { ...rpc.headers, ...ON } }));
    expect([failed.status, failed.grpcStatus]).toEqual([200, '8']);
    expect((await mesh.received('shop/rpc')).total).toBe(0);
    await mesh.behave('shop/rpc', { grpcStatus: 0 });
    expect((await mesh.one(call('rpc', { ...rpc, url: 'http://rpc/shop.Catalog/Get' }))).grpcStatus).toBe('0');
  });

  test('a request that meets both waits, then fails', async () => {
    const { status, ms, tries } = await ask('both', well, call('both', { headers: ON }));
    expect({ status, tries }).toEqual({ status: 418, tries: 0 });
    expect(ms).toBeGreaterThanOrEqual(after(700));
  });

  test('delay and abort are drawn separately, each by its percentage', async () => {
    const count = 600;
    const { results } = await mesh.request(call('drawn', { count, concurrency: 20, results: 'all' }));
    const late = results.filter(({ ms }) => ms >= after(400));
    const failed = results.filter(({ status }) => status === 418);
    expectShare(late.length, count, 30);
    expectShare(failed.length, count, 40);
    expectShare(late.filter(({ status }) => status === 418).length, count, 12);
    expect((await mesh.received('shop/drawn')).total).toBe(count - failed.length);
  });

  test('percentages have fractions', async () => {
    const { byStatus } = await mesh.request(call('rare', { count: 4000, results: 'none' }));
    expectShare(byStatus[500] ?? 0, 4000, 2.5);
    expect((byStatus[200] ?? 0) + (byStatus[500] ?? 0)).toBe(4000);
  });

  test('of two faults, the more specific one holds, and the other one does not as well', async () => {
    expect(await ask('specific', well, call('specific'))).toMatchObject({ status: 418, tries: 0 });
    const delayed = await ask('specific', well, call('specific', { headers: ON }));
    expect(delayed).toMatchObject({ status: 200, tries: 1 });
    expect(delayed.ms).toBeGreaterThanOrEqual(after(700));
  });

  test('what is switched off is not', async () => {
    expect((await mesh.request(call('off', { count: 200, results: 'none' }))).byStatus).toEqual({ 200: 200 });
  });

  test('a canary has its share of what the fault lets through, and its testers meet the fault too', async () => {
    const shares = await mesh.request(call('canary', { count: 1000, results: 'none' }));
    expect(shares.byStatus).toEqual({ 200: 1000 });
    expectShare(shares.byVersion.v2, 1000, 30);
    const injected = await mesh.request(call('canary', { headers: ON, count: 1000, results: 'none' }));
    expectShare(injected.byStatus[418], 1000, 50);
    expectShare(injected.byVersion.v2, injected.byStatus[200], 30);
    const tester = await mesh.one(call('canary', { headers: { 'x-canary': 'true', 'x-slow': '1' } }));
    expect([tester.status, tester.version]).toEqual([200, 'v2']);
    expect(tester.ms).toBeGreaterThanOrEqual(after(700));
  });
});

describe('the kill switch', () => {
  const virtualServices = (yaml: string, ...names: string[]) => yaml.split(/^---\n/m).filter((text) => {
    const { kind, metadata } = parse(text);
    return kind === 'VirtualService' && names.includes(metadata.name);
  }).join('---\n');
  const all = ['aborted', 'slow', 'canary', 'shop-example-com'];

  test('applied, ends the faults on the mesh and at the gateway, and leaves everything else as it was; switched on again, they are back', async () => {
    for (const to of [call('aborted'), visit('/aborted')]) expect(await mesh.outcome({ ...to, headers: ON })).toBe(503);
    await mesh.apply(virtualServices(manifests(false), ...all));
    for (const to of [(request: object) => call('aborted', request), (request: object) => visit('/aborted', request)]) {
      expect(await ask('aborted', well, to({ headers: ON }))).toMatchObject({ status: 200, tries: 1 });
      expect(await ask('aborted', { status: 503 }, to({ headers: ON }))).toMatchObject({ status: 503, tries: 3 });
      expect(await ask('aborted', { delayMs: 1500 }, to({ headers: ON }))).toMatchObject({ status: 504, tries: 1 });
    }
    expect((await ask('slow', well, call('slow', { headers: ON }))).ms).toBeLessThan(1000);
    const { byStatus, byVersion } = await mesh.request(call('canary', { headers: { ...ON, 'x-canary': 'true' }, count: 100, results: 'none' }));
    expect({ byStatus, byVersion }).toEqual({ byStatus: { 200: 100 }, byVersion: { v2: 100 } });
    await mesh.apply(virtualServices(manifests(), ...all));
    expect(await mesh.outcome(call('aborted', { headers: ON }))).toBe(503);
  });

  test('where nothing else needs a VirtualService, the one of before has to be deleted', async () => {
    expect(virtualServices(manifests(false), 'lone')).toBe('');
    expect(await mesh.outcome(call('lone'))).toBe(418);
    await mesh.delete('VirtualService', 'shop', 'lone');
    expect(await mesh.outcome(call('lone'))).toBe(200);
  });
});
