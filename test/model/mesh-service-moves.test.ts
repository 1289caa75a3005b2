import { ApiObject, App, Chart, Duration, JsonPatch, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { Construct } from 'constructs';
import { CanaryRollout, LoadBalancer, MeshPort, MeshService, RequestTimeout, ResilientService, SynthCheck } from '../../src';
import { EVERY_REQUEST } from '../../src/model/match-atom';
import { messageOf, mistakes, only, rawService, reviews, shop, synthesized } from '../support/shop';

const AFTER = RequestTimeout.after(Duration.seconds(5));

function contribute(scope: Construct, service: MeshService) {
  new ResilientService(scope, 'resilience', { service, timeout: AFTER, loadBalancer: LoadBalancer.random() });
  new CanaryRollout(scope, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 10 });
}

describe('moving constructs', () => {
  const ATTRIBUTES = { name: 'reviews', namespace: 'data', ports: [MeshPort.http(80)] };

  function written(scopes: (app: App) => { service: Construct; contributors: Construct }): unknown[] {
    const app = new App();
    const { service, contributors } = scopes(app);
    contribute(contributors, MeshService.fromName(service, 'reviews', ATTRIBUTES));
    return synthesized(app);
  }

  const here = (app: App) => {
    const chart = new Chart(app, 'shop', { namespace: 'shop' });
    return { service: chart, contributors: chart };
  };

  test('into another scope changes nothing', () => {
    expect(written((app) => {
      const chart = new Chart(app, 'shop', { namespace: 'shop' });
      return { service: new Construct(new Construct(chart, 'deep'), 'deeper'), contributors: new Construct(chart, 'elsewhere') };
    })).toEqual(written(here));
  });

  test('into another chart, with another namespace, changes nothing', () => {
    expect(written((app) => {
      const chart = new Chart(app, 'other', { namespace: 'elsewhere' });
      return { service: chart, contributors: new Chart(app, 'third') };
    })).toEqual(written(here));
  });

  test('changes no name that a Service has by its manifest', () => {
    const names = (scope: (chart: Chart) => Construct) => {
      const { app, chart } = shop();
      contribute(scope(chart), new MeshService(scope(chart), 'mesh', { service: rawService(chart, 'reviews') }));
      return synthesized(app).map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`).sort();
    };
    const expected = ['DestinationRule shop/reviews', 'Service shop/reviews', 'VirtualService shop/reviews'];
    expect(names((chart) => chart)).toEqual(expected);
    expect(names((chart) => (chart.node.tryFindChild('inner') ?? new Construct(chart, 'inner')) as Construct)).toEqual(expected);
  });

  test('the objects go beside a Service of another chart', () => {
    const { app, chart } = shop();
    const data = new Chart(app, 'data', { namespace: 'data' });
    const service = new kplus.Service(data, 'service', { metadata: { name: 'reviews' }, ports: [{ port: 80, name: 'http' }] });
    contribute(chart, new MeshService(chart, 'mesh', { service }));
    expect(only(app, 'VirtualService').metadata).toEqual({ name: 'reviews', namespace: 'data' });
    expect(only(app, 'DestinationRule').metadata).toEqual({ name: 'reviews', namespace: 'data' });
  });
});

describe('the DestinationRule comes before the VirtualService', () => {
  const rule = (owner: Construct, service: MeshService) => service._addTrafficLayer({ owner, blocks: { loadBalancer: { simple: 'RANDOM' } } });
  const routes = (owner: Construct, service: MeshService) => service._addRouteLayer({ owner, aspect: 'timeout', match: EVERY_REQUEST, value: { timeout: '5s' } });

  test.each([['first', [rule, routes]], ['last', [routes, rule]]] as const)('when it is contributed to %s', (_, order) => {
    const { app, chart } = shop();
    const service = reviews(chart);
    for (const contributor of order) contributor(chart, service);
    expect(synthesized(app).map(({ kind }) => kind)).toEqual(['DestinationRule', 'VirtualService']);
    expect(service.virtualService!.node.dependencies).toEqual([service.destinationRule]);
  });

  test('and is not made by routes alone, nor the VirtualService by policies alone', () => {
    const [one, other] = [shop(), shop()];
    routes(one.chart, reviews(one.chart));
    rule(other.chart, reviews(other.chart));
    expect(synthesized(one.app).map(({ kind }) => kind)).toEqual(['VirtualService']);
    expect(synthesized(other.app).map(({ kind }) => kind)).toEqual(['DestinationRule']);
  });

  test('both are one object each, however many contribute', () => {
    const { chart } = shop();
    const service = reviews(chart);
    rule(chart, service);
    routes(chart, service);
    const [first, second] = [service.destinationRule, service.virtualService];
    new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 10 });
    expect([service.destinationRule, service.virtualService]).toEqual([first, second]);
    expect(chart.node.findAll().filter(ApiObject.isApiObject)).toHaveLength(2);
  });
});

test('a patch may change what we wrote, and survives contributors that come later', () => {
  const { app, chart } = shop();
  SynthCheck.off(app);
  const service = reviews(chart);
  const first = new ResilientService(chart, 'resilience', { service, timeout: AFTER, loadBalancer: LoadBalancer.random() });
  first.virtualService!.addJsonPatch(JsonPatch.replace('/spec/http/0/timeout', '7s'), JsonPatch.add('/metadata/labels', { team: 'a' }));
  first.destinationRule!.addJsonPatch(JsonPatch.add('/spec/trafficPolicy/ofTomorrow', { 'x-y': [1, 'on'] }));
  new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 10 });
  expect(only(app, 'VirtualService')).toMatchObject({ metadata: { labels: { team: 'a' } }, spec: { http: [{ timeout: '7s' }] } });
  expect(only(app, 'DestinationRule').spec.trafficPolicy).toEqual({ loadBalancer: { simple: 'RANDOM' }, ofTomorrow: { 'x-y': [1, 'on'] } });
  expect(only(app, 'DestinationRule').spec.subsets).toHaveLength(2);
});

test('the domain of the cluster is part of the host, of every destination, and of who owns it', () => {
  const { app, chart } = shop();
  const named = (id: string, clusterDomain?: string) => MeshService.fromName(chart, id, { name: 'a', namespace: 'data', ports: [MeshPort.http(80)], clusterDomain });
  contribute(chart, named('inner', 'corp.internal'));
  expect(only(app, 'VirtualService').spec.hosts).toEqual(['a.data.svc.corp.internal']);
  expect(only(app, 'VirtualService').spec.http[0].route[0].destination.host).toBe('a.data.svc.corp.internal');
  expect(only(app, 'DestinationRule').spec.host).toBe('a.data.svc.corp.internal');
  named('same');
  expect(mistakes(app)).toEqual([]);
  named('again', 'cluster.local');
  expect(mistakes(app)).toEqual([expect.stringContaining('[shop/again] and [shop/same] are both a MeshService for the host a.data.svc.cluster.local.')]);
});

test('a service by name and the same one by its manifest, or by its host, are two owners', () => {
  const { app, chart } = shop();
  reviews(chart);
  new MeshService(chart, 'manifest', { service: rawService(chart, 'service', {}, { name: 'reviews' }) });
  MeshService.fromHost(chart, 'host', { host: 'reviews.shop.svc.cluster.local', namespace: 'shop', ports: [MeshPort.http(80)] });
  expect(mistakes(app).map((mistake) => mistake.split(' are both')[0])).toEqual(['[shop/manifest] and [shop/reviews]', '[shop/host] and [shop/reviews]']);
});

test('services of two Apps do not know of each other', () => {
  const apps = [shop(), shop()];
  for (const { chart } of apps) reviews(chart);
  expect(apps.flatMap(({ app }) => mistakes(app))).toEqual([]);
});

test('a Lazy name that is another\'s is found at synth, with both paths', () => {
  const { app, chart } = shop();
  let name = 'other';
  reviews(chart);
  const service = new ApiObject(chart, 'lazy', {
    apiVersion: 'v1', kind: 'Service', metadata: { name: Lazy.any({ produce: () => name }) }, spec: { ports: [{ port: 80, name: 'http' }] },
  });
  new MeshService(chart, 'mesh', { service });
  expect(mistakes(app)).toEqual([]);
  name = 'reviews';
  expect(messageOf(() => app.synthYaml())).toContain('[shop/mesh] and [shop/reviews] are both a MeshService for the host reviews.shop.svc.cluster.local.');
});
