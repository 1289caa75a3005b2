import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart, Duration, Include, JsonPatch, Lazy } from 'cdk8s';
import * as kplus31 from 'cdk8s-plus-31';
import * as kplus33 from 'cdk8s-plus-33';
import { CanaryRollout, MeshPort, MeshService, PortProtocol, RequestTimeout, ResilientService, SynthCheck } from '../../src';
import { messageOf, mistakes, only, rawService, rawWorkload, reviews, shop, synthesized } from '../support/shop';

const FIVE_SECONDS = { timeout: RequestTimeout.after(Duration.seconds(5)) };

describe('a MeshService is made from', () => {
  test.each([['31', kplus31], ['33', kplus33]])('a Service of cdk8s-plus-%s', (_, kplus: any) => {
    const { chart } = shop();
    const service = new kplus.Service(chart, 'service', { metadata: { name: 'reviews' }, ports: [{ port: 80, targetPort: 8080, name: 'http' }] });
    const mesh = new MeshService(chart, 'mesh', { service });
    expect([mesh.name, mesh.namespace, mesh.host]).toEqual(['reviews', 'shop', 'reviews.shop.svc.cluster.local']);
    expect(mesh.ports.map(({ number, targetPort, protocol }) => ({ number, targetPort, protocol })))
      .toEqual([{ number: 80, targetPort: 8080, protocol: PortProtocol.HTTP }]);
  });

  test('a Service that a Deployment exposes', () => {
    const { chart } = shop();
    const deployment = new kplus33.Deployment(chart, 'deployment', { containers: [{ image: 'a', portNumber: 8080 }] });
    const mesh = new MeshService(chart, 'mesh', { service: deployment.exposeViaService({ name: 'reviews' }), workload: deployment });
    expect(mesh.name).toBe('reviews');
    expect(mesh.ports.map(String)).toEqual(['8080 (automatic)']);
  });

  test('a raw ApiObject, whose namespace wins over the chart\'s', () => {
    const { chart } = shop();
    const mesh = new MeshService(chart, 'mesh', { service: rawService(chart, 'reviews', {}, { namespace: 'data' }) });
    expect(mesh.host).toBe('reviews.data.svc.cluster.local');
  });

  test('a manifest that is included', () => {
    const folder = mkdtempSync(join(tmpdir(), 'included-'));
    try {
      writeFileSync(join(folder, 'a.yaml'), [
        'apiVersion: v1', 'kind: ConfigMap', 'metadata: { name: other }', '---',
        'apiVersion: v1', 'kind: Service', 'metadata: { name: reviews, namespace: data }', 'spec: { ports: [{ port: 80, appProtocol: http }] }',
      ].join('\n'));
      const { chart } = shop();
      const mesh = new MeshService(chart, 'mesh', { service: new Include(chart, 'included', { url: join(folder, 'a.yaml') }) });
      expect([mesh.host, mesh.ports[0].protocol]).toEqual(['reviews.data.svc.cluster.local', PortProtocol.HTTP]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a name, a namespace and ports', () => {
    expect(reviews(shop().chart).host).toBe('reviews.shop.svc.cluster.local');
  });

  test('a host', () => {
    const { app, chart } = shop();
    const mesh = MeshService.fromHost(chart, 'mesh', { host: '*.example.com', namespace: 'egress', ports: [MeshPort.http(80)] });
    new ResilientService(chart, 'resilience', { service: mesh, ...FIVE_SECONDS });
    const { metadata, spec } = only(app, 'VirtualService');
    expect(metadata).toEqual({ name: 'any-example.com', namespace: 'egress' });
    expect(spec.hosts).toEqual(['*.example.com']);
  });
});

describe('what cannot be known is asked for', () => {
  test('the source', () => {
    const { chart } = shop();
    expect(messageOf(() => new MeshService(chart, 'mesh', {}))).toBe('[shop/mesh] give exactly one of `service`, `name` and `host`; given: none.');
    expect(() => new MeshService(chart, 'both', { name: 'a', host: 'b' })).toThrow('[shop/both] give exactly one of `service`, `name` and `host`; given: name, host.');
  });

  test('the namespace', () => {
    const chart = new Chart(new App(), 'chart');
    expect(() => new MeshService(chart, 'mesh', { name: 'a', ports: [MeshPort.http(80)] }))
      .toThrow('[chart/mesh] the namespace of service a is not known. Give `namespace`, here or to its Chart');
    expect(() => new MeshService(chart, 'raw', { service: rawService(chart, 'a') })).toThrow('the namespace of service a is not known');
    expect(new MeshService(chart, 'given', { service: rawService(chart, 'b'), namespace: 'shop' }).namespace).toBe('shop');
  });

  test('the ports', () => {
    expect(() => MeshService.fromName(shop().chart, 'mesh', { name: 'a', namespace: 'b', ports: [] }))
      .toThrow('[shop/mesh] the ports of a are not known. Give `ports`, for example [MeshPort.http(80)].');
  });

  test('the object, where a construct holds none, another, or several', () => {
    const { chart } = shop();
    expect(() => new MeshService(chart, 'none', { service: new Chart(chart, 'empty') })).toThrow('this holds none. An imported construct has no object');
    expect(() => new MeshService(chart, 'other', { service: rawWorkload(chart, 'd') })).toThrow('[shop/d] is a Deployment; a service is of kind Service.');
    rawService(chart, 'a');
    rawService(chart, 'b');
    expect(() => new MeshService(chart, 'two', { service: chart })).toThrow('this holds Service shop/a, Service shop/b. Pass the one that is meant.');
  });

  test.each([
    [{ name: 'Reviews' }, '"Reviews" is not a Service name'],
    [{ name: 'a.b' }, 'For a fully qualified name use `host`.'],
    [{ host: 'http://a' }, '"http://a" is not a host: a full DNS name without scheme, port or path'],
    [{ host: 'a' }, '"a" is not a host: a full DNS name'],
    [{ name: 'a', namespace: 'Shop' }, '"Shop" is not a namespace name'],
    [{ name: 'a', ports: [MeshPort.http(80), MeshPort.tcp(80)] }, 'port 80 is given twice.'],
    [{ name: 'a', exportTo: [] }, 'exportTo is empty'],
    [{ name: 'a', exportTo: ['Shop'] }, 'exportTo: "Shop" is neither a namespace'],
    [{ name: 'a', exportTo: ['.', 'shop'] }, 'exportTo names "shop" twice ("." is shop).'],
    [{ name: 'a', exportTo: ['*', '.'] }, '"*" is all namespaces; nothing can stand beside it.'],
    [{ name: 'a', metadata: { namespace: 'other' } }, '`metadata.namespace` is other, but the service a is in shop'],
  ])('%j is refused with its path', (props, message) => {
    const text = messageOf(() => new MeshService(shop().chart, 'mesh', { ports: [MeshPort.http(80)], namespace: 'shop', ...props }));
    expect(text).toContain(message);
    expect(text).toMatch(/^\[shop\/mesh\] /);
  });

  test('a namespace that the manifest contradicts', () => {
    const { chart } = shop();
    expect(() => new MeshService(chart, 'mesh', { service: rawService(chart, 'a'), namespace: 'data' })).toThrow('`namespace` is data, but the service a is in shop');
  });
});

describe('one owner per host', () => {
  test('a second MeshService for a host is an error that names both', () => {
    const { app, chart } = shop();
    reviews(chart);
    new MeshService(new Chart(app, 'other'), 'again', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80)] });
    expect(messageOf(() => app.synthYaml())).toContain('[other/again] and [shop/reviews] are both a MeshService for the host reviews.shop.svc.cluster.local. Make it once');
  });

  test('one name in two namespaces is two hosts', () => {
    const { app, chart } = shop();
    for (const namespace of ['a', 'b']) MeshService.fromName(chart, namespace, { name: 'reviews', namespace, ports: [MeshPort.http(80)] });
    expect(mistakes(app)).toEqual([]);
  });
});

describe('its objects', () => {
  function both(chart: Chart, service: MeshService) {
    new ResilientService(chart, 'resilience', { service, ...FIVE_SECONDS });
    return new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 10 });
  }

  test('go to the service\'s namespace, under its name, the DestinationRule first', () => {
    const { app, chart } = shop();
    both(chart, MeshService.fromName(chart, 'mesh', { name: 'ratings', namespace: 'data', ports: [MeshPort.http(80)], exportTo: ['.', 'shop'] }));
    const objects = synthesized(app);
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual(['DestinationRule data/ratings', 'VirtualService data/ratings']);
    expect(objects.map(({ spec }) => spec.exportTo)).toEqual([['.', 'shop'], ['.', 'shop']]);
  });

  test('are applied DestinationRule first, whichever came first', () => {
    for (const reverse of [false, true]) {
      const { chart } = shop();
      const service = reviews(chart);
      const parts = [
        () => new ResilientService(chart, 'resilience', { service, ...FIVE_SECONDS }),
        () => new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 10 }),
      ];
      for (const part of reverse ? parts.reverse() : parts) part();
      expect(service.virtualService!.node.dependencies).toEqual([service.destinationRule]);
    }
  });

  test('take labels, annotations and another name', () => {
    const { app, chart } = shop();
    both(chart, MeshService.fromName(chart, 'mesh', {
      name: 'ratings', namespace: 'data', ports: [MeshPort.http(80)], metadata: { name: 'other', labels: { 'istio.io/rev': 'canary' } },
    }));
    for (const { metadata } of synthesized(app)) expect(metadata).toEqual({ name: 'other', namespace: 'data', labels: { 'istio.io/rev': 'canary' } });
  });

  test('an undefined name among the metadata is no name', () => {
    const { app, chart } = shop();
    both(chart, MeshService.fromName(chart, 'mesh', { name: 'ratings', namespace: 'data', ports: [MeshPort.http(80)], metadata: { name: undefined } }));
    expect(synthesized(app).map(({ metadata }) => metadata.name)).toEqual(['ratings', 'ratings']);
  });

  test('do not exist while nobody contributes', () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    expect([service.virtualService, service.destinationRule]).toEqual([undefined, undefined]);
    expect(app.synthYaml().trim()).toBe('');
  });

  test('are open to any patch, fields that nobody knows too', () => {
    const { app, chart } = shop();
    SynthCheck.off(app);
    const canary = both(chart, reviews(chart));
    canary.virtualService.addJsonPatch(JsonPatch.add('/spec/http/0/ofTomorrow', { on: 'y' }));
    canary.destinationRule.addJsonPatch(JsonPatch.add('/spec/ofTomorrow', true));
    expect(only(app, 'VirtualService').spec.http[0].ofTomorrow).toEqual({ on: 'y' });
    expect(only(app, 'DestinationRule').spec.ofTomorrow).toBe(true);
  });

  test('have the name that is only said after they were made', () => {
    const { app, chart } = shop();
    let name: string | undefined;
    const service = new ApiObject(chart, 'service', {
      apiVersion: 'v1', kind: 'Service', metadata: { name: Lazy.any({ produce: () => name }) }, spec: { ports: [{ port: 80, name: 'http' }] },
    });
    both(chart, new MeshService(chart, 'mesh', { service }));
    name = 'late';
    const [rule, virtualService] = synthesized(app).filter(({ kind }) => kind !== 'Service');
    expect([rule.metadata.name, virtualService.metadata.name]).toEqual(['late', 'late']);
    expect([rule.spec.host, ...virtualService.spec.hosts]).toEqual(['late.shop.svc.cluster.local', 'late.shop.svc.cluster.local']);
    expect(virtualService.spec.http[0].route[0].destination.host).toBe('late.shop.svc.cluster.local');
  });

  test('two Lazy names that turn out to be one are found', () => {
    const { app, chart } = shop();
    for (const id of ['a', 'b']) {
      const service = new ApiObject(chart, id, {
        apiVersion: 'v1', kind: 'Service', metadata: { name: Lazy.any({ produce: () => 'same' }) }, spec: { ports: [{ port: 80, name: 'http' }] },
      });
      new MeshService(chart, `mesh-${id}`, { service });
    }
    expect(mistakes(app).join()).toContain('[shop/mesh-b] and [shop/mesh-a] are both a MeshService for the host same.shop');
  });
});
