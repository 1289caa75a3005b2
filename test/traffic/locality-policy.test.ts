import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import {
  CanaryRollout, LoadBalancer, LocalityPolicy, LocalityPolicyProps, LocalityPreference, MeshPort, MeshService, RequestTimeout, ResilientService,
} from '../../src';
import { messageOf, mistakes, only, rawService, reviews, shop } from '../support/shop';

const NONE = RequestTimeout.none();
const FAILOVER = LocalityPreference.failover({ eu: 'us' });

function policyOf(preference: LocalityPreference, props: Partial<LocalityPolicyProps> = {}): any {
  const { app, chart } = shop();
  new LocalityPolicy(chart, 'near', { service: reviews(chart), preference, ...props });
  return only(app, 'DestinationRule').spec.trafficPolicy;
}

const settingOf = (preference: LocalityPreference) => policyOf(preference).loadBalancer.localityLbSetting;

describe('shares', () => {
  test('are written as Istio writes places, the narrowest origin first', () => {
    const setting = settingOf(LocalityPreference.distribute({
      '*': { us: 100 },
      'eu/a': { 'eu/a': 80, 'eu/b/*': 20 },
      'eu': { 'eu/*': 90, 'us/x/1': 10 },
      'eu/a/1': { 'eu/a/1': 100 },
    }));
    expect(setting).toEqual({
      enabled: true,
      distribute: [
        { from: 'eu/a/1', to: { 'eu/a/1': 100 } },
        { from: 'eu/a/*', to: { 'eu/a/*': 80, 'eu/b/*': 20 } },
        { from: 'eu/*', to: { 'eu/*': 90, 'us/x/1': 10 } },
        { from: '*', to: { 'us/*': 100 } },
      ],
    });
  });

  const to = (shares: { [place: string]: number }) => () => LocalityPreference.distribute({ 'eu/*': shares });
  test.each([
    [to({ 'eu/*': 80, 'us/*': 19 }), 'callers in "eu/*": the shares "eu/*": 80, "us/*": 19 add up to 99; they have to add up to 100.'],
    [to({ 'eu/*': 100, 'us/*': 0 }), 'the share of "us/*" is 0; a whole percentage from 1 to 100 is allowed. Leave out what is to get nothing.'],
    [to({ 'eu/*': 99.5, 'us/*': 0.5 }), 'the share of "eu/*" is 99.5'],
    [to({ 'eu/*': 101 }), 'the share of "eu/*" is 101'],
    [to({ 'eu/*': '100' as any }), 'the share of "eu/*" is "100"'],
    [to({ 'eu/*': 50, 'eu/a/*': 50 }), '"eu/a/*" lies within "eu/*", so its share is not clear.'],
    [to({ 'eu': 50, 'eu/*': 50 }), 'lies within'],
    [to({ '*': 50, 'eu/*': 50 }), '"eu/*" lies within "*"'],
    [to({}), 'callers in "eu/*" is given nothing.'],
    [() => LocalityPreference.distribute({}), 'LocalityPreference.distribute is given nothing. Give for example { \'eu/a/*\': { \'eu/a/*\': 80, \'eu/b/*\': 20 } }, or use LocalityPreference.none().'],
    [() => LocalityPreference.distribute('eu' as any), 'LocalityPreference.distribute is given "eu".'],
    [() => LocalityPreference.distribute({ 'eu': { eu: 100 }, 'eu/*': { eu: 100 } }), '"eu" and "eu/*" are the same place. Keep one of them.'],
    [() => LocalityPreference.distribute({ 'eu/a/1/x': { eu: 100 } }), '"eu/a/1/x" has 4 parts. Write "region/*", "region/zone/*" or "region/zone/subzone"'],
    [() => LocalityPreference.distribute({ 'eu//1': { eu: 100 } }), '"eu//1" has an empty part.'],
    [() => LocalityPreference.distribute({ '': { eu: 100 } }), '"" has an empty part.'],
    [() => LocalityPreference.distribute({ 'eu-*': { eu: 100 } }), '"eu-*" has a * that does not stand for the whole rest.'],
    [() => LocalityPreference.distribute({ '*/a': { eu: 100 } }), '"*/a" has a * that'],
    [() => LocalityPreference.distribute({ 'eu/*/*': { eu: 100 } }), '"eu/*/*" has a * that'],
  ])('refused: %#', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('failover', () => {
  test('names regions', () => {
    expect(settingOf(LocalityPreference.failover({ eu: 'us', us: 'eu' })))
      .toEqual({ enabled: true, failover: [{ from: 'eu', to: 'us' }, { from: 'us', to: 'eu' }] });
  });

  test.each([
    [{ eu: 'eu' }, 'the region "eu" fails over to itself. Name another region.'],
    [{ 'eu/a': 'us' }, '"eu/a" is not a region. Name one region, without zone or *'],
    [{ eu: '*' }, '"*" is not a region.'],
    [{ eu: '' }, '"" is not a region.'],
    [{}, 'LocalityPreference.failover is given nothing. Give for example { eu: \'us\', us: \'eu\' }'],
  ])('%j is refused', (regions, message) => {
    expect(() => LocalityPreference.failover(regions as any)).toThrow(message);
  });
});

describe('an order by labels', () => {
  test('is kept, with and without values', () => {
    const labels = ['topology.istio.io/network', 'topology.kubernetes.io/region', 'version=v1', 'empty='];
    expect(settingOf(LocalityPreference.failoverPriority(labels))).toEqual({ enabled: true, failoverPriority: labels });
  });

  test.each([
    [[], 'LocalityPreference.failoverPriority is given []. Give the labels, the most important first'],
    ['zone', 'is given "zone"'],
    [['topology/kubernetes/zone'], '"topology/kubernetes/zone" is not the key of a label'],
    [['a b'], '"a b" is not the key of a label'],
    [['=v1'], '"" is not the key of a label'],
    [['version=v 1'], '"v 1" is not the value of a label'],
    [['version=v1=v2'], '"v1=v2" is not the value of a label'],
    [['version=v1', 'version'], 'the label version stands twice. Name it once.'],
    [[7], '7 is not a label.'],
  ])('%j is refused', (labels, message) => {
    expect(() => LocalityPreference.failoverPriority(labels as any)).toThrow(message);
  });
});

describe('by zone', () => {
  const zoneAware = (options?: object) => () => LocalityPreference.zoneAware(options);
  test('is written with what was given', () => {
    expect(policyOf(zoneAware()()).loadBalancer).toEqual({ zoneAwareLbSetting: { enabled: true } });
    expect(policyOf(zoneAware({ minClusterSize: 2, failover: { eu: 'us' }, failoverPriority: ['version=v1'] })()).loadBalancer)
      .toEqual({ zoneAwareLbSetting: { enabled: true, minClusterSize: 2, failover: [{ from: 'eu', to: 'us' }], failoverPriority: ['version=v1'] } });
  });

  test.each([
    [{ minClusterSize: 0 }, 'minClusterSize is 0; a whole number from 1 is allowed.'],
    [{ minClusterSize: 1.5 }, 'minClusterSize is 1.5'],
    [{ failover: { eu: 'eu' } }, 'LocalityPreference.zoneAware: failover: the region "eu" fails over to itself.'],
    [{ failoverPriority: ['topology.kubernetes.io/zone'] }, 'failoverPriority names topology.kubernetes.io/zone, but the own region and zone always come first here.'],
    [{ failoverPriority: ['topology.istio.io/subzone=a'] }, 'failoverPriority names topology.istio.io/subzone=a'],
  ])('%j is refused', (options, message) => {
    expect(zoneAware(options)).toThrow(message);
  });
});

describe('outlier detection', () => {
  const brought = { consecutive5xxErrors: 0, consecutiveGatewayErrors: 5, baseEjectionTime: '30s', maxEjectionPercent: 100, minHealthPercent: 1 };

  test.each([
    FAILOVER, LocalityPreference.distribute({ eu: { us: 100 } }), LocalityPreference.failoverPriority(['version']), LocalityPreference.zoneAware(),
  ])('comes with every preference (%#)', (preference) => {
    expect(policyOf(preference).outlierDetection).toEqual(brought);
  });

  test('does not come where nothing is preferred', () => {
    expect(policyOf(LocalityPreference.none())).toEqual({ loadBalancer: { localityLbSetting: { enabled: false } } });
  });

  test('can be another one, of which all pods may be out', () => {
    expect(policyOf(FAILOVER, { outlierDetection: { consecutive5xxErrors: 2 } }).outlierDetection)
      .toEqual({ consecutive5xxErrors: 2, consecutiveGatewayErrors: 0, maxEjectionPercent: 100, minHealthPercent: 1 });
    expect(policyOf(FAILOVER, { outlierDetection: { maxEjectionPercent: 70, minHealthPercent: 0 } }).outlierDetection)
      .toMatchObject({ maxEjectionPercent: 70, minHealthPercent: 0 });
  });

  test('of the ResilientService beside it is used instead, with its load balancer', () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    new LocalityPolicy(chart, 'near', { service, preference: FAILOVER });
    new ResilientService(chart, 'resilience', { service, timeout: NONE, outlierDetection: { consecutive5xxErrors: 3 }, loadBalancer: LoadBalancer.random() });
    expect(only(app, 'DestinationRule').spec.trafficPolicy).toEqual({
      loadBalancer: { simple: 'RANDOM', localityLbSetting: { enabled: true, failover: [{ from: 'eu', to: 'us' }] } },
      outlierDetection: { consecutive5xxErrors: 3, consecutiveGatewayErrors: 0, maxEjectionPercent: 100, minHealthPercent: 1 },
    });
  });

  test('given by both is an error that names both', () => {
    const { chart } = shop();
    const service = reviews(chart);
    new ResilientService(chart, 'resilience', { service, timeout: NONE, outlierDetection: {} });
    expect(() => new LocalityPolicy(chart, 'near', { service, preference: FAILOVER, outlierDetection: {} }))
      .toThrow('[shop/near] sets the outlierDetection that [shop/resilience] already sets. Keep one of them.');
  });

  test('that is wrong is refused with the path', () => {
    expect(messageOf(() => policyOf(FAILOVER, { outlierDetection: { maxEjectionPercent: 0 } })))
      .toBe('[shop/near] outlierDetection.maxEjectionPercent is 0; a whole percentage from 1 to 100 is allowed.');
  });
});

test('two for one service are an error, two for its ports or subsets are not', () => {
  const { app, chart } = shop();
  const service = reviews(chart, MeshPort.http(80), MeshPort.http(81));
  new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 1 });
  new LocalityPolicy(chart, 'all', { service, preference: FAILOVER });
  new LocalityPolicy(chart, 'port', { service, preference: LocalityPreference.none(), port: 81 });
  new LocalityPolicy(chart, 'subset', { service, preference: LocalityPreference.failoverPriority(['version=v2']), subset: 'v2' });
  expect(() => new LocalityPolicy(chart, 'again', { service, preference: FAILOVER })).toThrow('[shop/again] sets the locality that [shop/all] already sets.');
  const { trafficPolicy, subsets } = only(app, 'DestinationRule').spec;
  expect(trafficPolicy.portLevelSettings[0].loadBalancer).toEqual({ localityLbSetting: { enabled: false } });
  expect(subsets.map((subset: any) => subset.trafficPolicy?.loadBalancer.localityLbSetting.failoverPriority)).toEqual([undefined, ['version=v2']]);
});

describe('where it can do nothing', () => {
  test('a headless Service', () => {
    const { app, chart } = shop();
    new LocalityPolicy(chart, 'near', { service: new MeshService(chart, 'mesh', { service: rawService(chart, 'db', { clusterIP: 'None' }) }), preference: FAILOVER });
    expect(mistakes(app)).toEqual([expect.stringContaining('[shop/near] db is headless (clusterIP: None)')]);
  });

  test('a load balancer that does not choose', () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    new LocalityPolicy(chart, 'near', { service, preference: LocalityPreference.failover({ eu: 'us' }) });
    new ResilientService(chart, 'resilience', { service, timeout: NONE, loadBalancer: LoadBalancer.passthrough() });
    expect(mistakes(app)).toEqual(['reviews: LoadBalancer.passthrough() sends to the address that was called, wherever it is, so a LocalityPolicy does nothing. Leave one of them out.']);
  });

  test.each([[{ port: 1 }, 'port 1 is not a port of reviews'], [{ subset: 'v9' }, 'names the subset "v9" of reviews']])('%j that does not exist', (where, message) => {
    const { app, chart } = shop();
    new LocalityPolicy(chart, 'near', { service: reviews(chart), preference: FAILOVER, ...where });
    expect(mistakes(app)).toEqual([expect.stringContaining(message)]);
  });
});

test('what a program without types passes by mistake is named, with the construct', () => {
  const { chart } = shop();
  const service = reviews(chart);
  const make = (props: any) => () => new LocalityPolicy(new Construct(chart, `c${chart.node.children.length}`), 'x', { service, preference: FAILOVER, ...props });
  expect(make({ service: 'reviews' })).toThrow('/x] `service` is "reviews". Give a MeshService');
  expect(make({ preference: { failover: { eu: 'us' } } })).toThrow('/x] `preference` is an object with failover. Say for example LocalityPreference.failover');
  expect(make({ port: 'http' })).toThrow('/x] `port` is "http".');
  expect(make({ subset: 1 })).toThrow('/x] `subset` is 1.');
  expect(make({ port: 80, subset: 'v1' })).toThrow('/x] both `port` (80) and `subset` (v1) are given.');
  expect(make({ outlierDetection: { interval: Duration.seconds(0) } })).toThrow('/x] outlierDetection.interval is 0 ms');
});
