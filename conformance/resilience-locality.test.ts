import { ApiObject, App, Chart, Duration } from 'cdk8s';
import { LoadBalancer, LocalityPolicy, LocalityPreference, MeshService, RequestTimeout, ResilientService } from 'cdk8s-istio';
import { Application, namespace } from './application';
import { binomialBounds } from './binomial';
import { eventually } from './eventually';
import { withMesh } from './with-mesh';

/** One pod in each, under its name as its version. */
const PLACES = { near: 'eu/a', next: 'eu/b', us: 'us/x', asia: 'asia/q' };
type Place = keyof typeof PLACES;

const QUICK = { consecutive5xxErrors: 1, interval: Duration.seconds(1), baseEjectionTime: Duration.seconds(1) };
/** Longer than a test. */
const LASTING = { ...QUICK, baseEjectionTime: Duration.minutes(5) };
/** The same four pods behind a service for each question, and a client in each region. */
function manifests(): string {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  namespace(chart, 'shop');
  for (const [region, locality] of [['eu', 'eu/a'], ['us', 'us/x'], ['asia', 'asia/q']]) new Application(chart, `client-${region}`, { locality });
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'http-other', port: 81, targetPort: 8080 }];
  new Application(chart, 'places', { ports, versions: Object.keys(PLACES), locality: PLACES });
  const service = (name: string) => new MeshService(chart, `${name}-mesh`, {
    service: new ApiObject(chart, name, { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: 'places' }, ports } }),
  });

  const shares = service('shares');
  new LocalityPolicy(chart, 'shares-policy', { service: shares, preference: LocalityPreference.distribute({ 'eu/a': { 'eu/a': 80, 'eu/b': 20 } }) });
  new ResilientService(chart, 'shares-resilience', { service: shares, timeout: RequestTimeout.none(), loadBalancer: LoadBalancer.roundRobin() });

  const regions = LocalityPreference.failover({ eu: 'us' });
  new LocalityPolicy(chart, 'regions-policy', { service: service('regions'), preference: regions, outlierDetection: QUICK });
  new LocalityPolicy(chart, 'defaults-policy', { service: service('defaults'), preference: regions });
  const strict = service('strict');
  new LocalityPolicy(chart, 'strict-policy', { service: strict, preference: regions });
  new ResilientService(chart, 'strict-resilience', {
    service: strict, timeout: RequestTimeout.none(), outlierDetection: { ...LASTING, minHealthPercent: 0 },
  });

  new LocalityPolicy(chart, 'ordered-policy', {
    service: service('ordered'),
    preference: LocalityPreference.failoverPriority(['topology.kubernetes.io/region', 'topology.kubernetes.io/zone']),
    outlierDetection: LASTING,
  });
  new LocalityPolicy(chart, 'labelled-policy', {
    service: service('labelled'), preference: LocalityPreference.failoverPriority(['version=us']), outlierDetection: LASTING,
  });
  new LocalityPolicy(chart, 'zones-policy', {
    service: service('zones'), preference: LocalityPreference.zoneAware({ minClusterSize: 1, failover: { eu: 'us' } }), outlierDetection: LASTING,
  });

  new ResilientService(chart, 'implicit-resilience', { service: service('implicit'), timeout: RequestTimeout.none(), outlierDetection: {} });
  const none = service('none');
  new ResilientService(chart, 'none-resilience', { service: none, timeout: RequestTimeout.none(), outlierDetection: {} });
  new LocalityPolicy(chart, 'none-policy', { service: none, preference: LocalityPreference.none() });

  const ported = service('ported');
  new LocalityPolicy(chart, 'ported-policy', { service: ported, preference: regions });
  new LocalityPolicy(chart, 'other-port-policy', { service: ported, preference: LocalityPreference.none(), port: 81 });
  return app.synthYaml();
}

const mesh = withMesh(manifests);

/** Which places answered, one request after the other. */
async function ask(service: string, region = 'eu', count = 40) {
  return mesh.request({ caller: `shop/client-${region}`, url: `http://${service}/`, count, concurrency: 1, results: 'none' });
}

async function placesOf(service: string, region?: string): Promise<string[]> {
  return Object.keys((await ask(service, region)).byVersion).sort();
}

/** From now on these places answer 503, and the client's proxy has found out: it takes over changes of health once a second. */
async function fail(service: string, ...places: Place[]): Promise<void> {
  for (const place of places) {
    await mesh.behave(`shop/places-${place}`, { status: 503 });
    await out(service, place);
  }
}

async function out(service: string, place: Place): Promise<void> {
  await eventually(`${service} no longer reaches ${place}`, async () => !(await placesOf(service)).includes(place));
}

describe('fixed shares', () => {
  test('are those of the callers\' place, whatever the load balancer, and nobody else gets a request', async () => {
    const { byVersion } = await ask('shares', 'eu', 500);
    const { least, most } = binomialBounds(500, 0.8, 0.999999);
    expect(Object.keys(byVersion).sort()).toEqual(['near', 'next']);
    expect(byVersion.near).toBeGreaterThanOrEqual(least);
    expect(byVersion.near).toBeLessThanOrEqual(most);
  });

  test('do not concern callers elsewhere: they reach all places alike', async () => {
    const { byVersion } = await ask('shares', 'us', 400);
    const { least, most } = binomialBounds(400, 0.25, 0.999999);
    for (const place of Object.keys(PLACES)) {
      expect(byVersion[place]).toBeGreaterThanOrEqual(least);
      expect(byVersion[place]).toBeLessThanOrEqual(most);
    }
  });

  test('the share of a place that fails goes to the others that are named, and to no other place', async () => {
    await fail('shares', 'near');
    expect(await ask('shares')).toMatchObject({ byVersion: { next: 40 }, byStatus: { 200: 40 } });
  });
});

describe('failover between regions', () => {
  test.each([['eu', 'near'], ['us', 'us'], ['asia', 'asia']])('callers in %s reach the pods next to them', async (region, place) => {
    expect(await placesOf('regions', region)).toEqual([place]);
  });

  test('goes to the next zone, then to the region that is named, and back when the pods are well again', async () => {
    await mesh.behave('shop/places-near', { status: 503 });
    expect((await ask('regions', 'eu', 1)).byStatus).toEqual({ 503: 1 });
    await out('regions', 'near');
    await mesh.reset();
    await eventually('the nearest pods are asked again', async () => (await placesOf('regions')).join() === 'near');
    await fail('strict', 'near', 'next');
    expect(await ask('strict')).toMatchObject({ byVersion: { us: 40 }, byStatus: { 200: 40 } });
  });

  test('the outlier detection that comes with it counts to five gateway errors, and not the application\'s own', async () => {
    await mesh.behave('shop/places-near', { status: 500 });
    expect(await ask('defaults')).toMatchObject({ byVersion: { near: 40 }, byStatus: { 500: 40 } });
    await mesh.behave('shop/places-near', { status: 503 });
    expect(await ask('defaults', 'eu', 5)).toMatchObject({ byVersion: { near: 5 }, byStatus: { 503: 5 } });
    await out('defaults', 'near');
    expect(await ask('defaults')).toMatchObject({ byVersion: { next: 40 }, byStatus: { 200: 40 } });
  });

  test('when all pods of all places are out, they are asked all the same, and at once when they are well', async () => {
    await fail('defaults', 'near', 'next', 'us');
    await mesh.behave('shop/places-asia', { status: 503 });
    await eventually('all are asked again', async () => (await placesOf('defaults')).length === 4);
    const { byVersion, byStatus } = await ask('defaults');
    expect(byStatus).toEqual({ 503: 40 });
    expect(Object.values(byVersion).reduce((sum, count) => sum + count, 0)).toBe(40);
    await mesh.reset();
    expect((await ask('defaults')).byStatus).toEqual({ 200: 40 });
  });

  test('with a minHealthPercent of 0, nobody is asked until the ejection is over', async () => {
    await fail('strict', 'us', 'asia', 'near', 'next');
    await mesh.reset();
    expect(await ask('strict')).toMatchObject({ byVersion: {}, byStatus: { 503: 40 } });
  });
});

describe('an order by labels', () => {
  test('prefers the pods that agree in all of them, then in all but the last, and so on', async () => {
    expect(await placesOf('ordered')).toEqual(['near']);
    expect(await placesOf('ordered', 'us')).toEqual(['us']);
    await fail('ordered', 'near');
    expect(await placesOf('ordered')).toEqual(['next']);
    await fail('ordered', 'next');
    expect(await placesOf('ordered')).toEqual(['asia', 'us']);
  });

  test.each(['eu', 'us', 'asia'])('of a value prefers the pods that have it, for callers in %s', async (region) => {
    expect(await placesOf('labelled', region)).toEqual(['us']);
  });

  test('of a value goes to all others alike when those fail', async () => {
    await fail('labelled', 'us');
    expect(await placesOf('labelled')).toEqual(['asia', 'near', 'next']);
  });
});

describe('balancing by zone', () => {
  test('keeps to the region, gives a part to the named one when half of it fails, and all when all does', async () => {
    expect(await placesOf('zones')).toEqual(['near', 'next']);
    expect(await placesOf('zones', 'us')).toEqual(['us']);
    await fail('zones', 'near');
    // A place of which less than 5/7 is well gives away what is missing: half of the pods take 7/10 of the requests.
    const { byVersion } = await ask('zones', 'eu', 500);
    const { least, most } = binomialBounds(500, 0.3, 0.999999);
    expect(Object.keys(byVersion).sort()).toEqual(['next', 'us']);
    expect(byVersion.us).toBeGreaterThanOrEqual(least);
    expect(byVersion.us).toBeLessThanOrEqual(most);
    await fail('zones', 'next');
    expect(await placesOf('zones')).toEqual(['us']);
  });
});

describe('no preference', () => {
  test('is not what Istio does by itself: with outlier detection, it keeps to the own zone', async () => {
    expect(await placesOf('implicit')).toEqual(['near']);
    expect(await placesOf('none')).toEqual(['asia', 'near', 'next', 'us']);
  });

  test('can be said for one port alone', async () => {
    expect(await placesOf('ported')).toEqual(['near']);
    expect(await placesOf('ported:81')).toEqual(['asia', 'near', 'next', 'us']);
  });
});
