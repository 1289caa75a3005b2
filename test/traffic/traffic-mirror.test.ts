import { Chart } from 'cdk8s';
import {
  CanaryRollout, DirectResponse, GatewayRoutes, HttpMatch, HttpRoute, MeshPort, MeshService, MirrorTarget, RouteAction, StringMatch, TrafficMirror,
  TrafficMirrorProps,
} from '../../src';
import { WARNING } from '../../src/model/warning';
import { reviews, rules, shop, synthesized } from '../support/shop';

const HOST = 'reviews.shop.svc.cluster.local';
const safe = { safeForWrites: true };

function recorder(chart: Chart, ...ports: MeshPort[]): MeshService {
  return MeshService.fromName(chart, 'recorder', { name: 'recorder', namespace: 'lab', ports: ports.length > 0 ? ports : [MeshPort.http(8080)] });
}

function canary(chart: Chart, service: MeshService, weight: number, alwaysCanary?: HttpMatch): CanaryRollout {
  return new CanaryRollout(chart, 'canary', { service, stable: { version: 'v1' }, canary: { version: 'v2' }, weight, alwaysCanary });
}

/** What each rule copies to whom. */
function copies(app: Parameters<typeof rules>[0]): string[][] {
  return rules(app).map(({ mirrors = [] }) => mirrors.map(({ destination: { host, subset, port }, percentage }: any) =>
    [host.split('.')[0], subset, port?.number, percentage.value].filter((part) => part !== undefined).join(' ')));
}

describe('copies of requests', () => {
  test('go to a subset and to another service, all of them unless it is said', () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    canary(chart, service, 0);
    new TrafficMirror(chart, 'shadow', { service, mirrors: [MirrorTarget.subset('v2', safe), MirrorTarget.service(recorder(chart), { percentage: 0.5, ...safe })] });
    expect(rules(app)).toEqual([{
      route: [{ destination: { host: HOST, subset: 'v1' }, weight: 100 }, { destination: { host: HOST, subset: 'v2' }, weight: 0 }],
      mirrors: [
        { destination: { host: HOST, subset: 'v2' }, percentage: { value: 100 } },
        { destination: { host: 'recorder.lab.svc.cluster.local', port: { number: 8080 } }, percentage: { value: 0.5 } },
      ],
    }]);
  });

  test('are those of the requests that match', () => {
    const { app, chart } = shop();
    new TrafficMirror(chart, 'shadow', { service: reviews(chart), match: HttpMatch.methods('GET'), mirrors: [MirrorTarget.service(recorder(chart))] });
    expect(copies(app)).toEqual([['recorder 8080 100'], []]);
  });

  test('go to the port that was asked for, or the one that is named', () => {
    const { app, chart } = shop();
    const service = reviews(chart, MeshPort.http(80), MeshPort.http(81));
    canary(chart, service, 50);
    const target = recorder(chart, MeshPort.http(8080), MeshPort.http(8081));
    new TrafficMirror(chart, 'shadow', { service, mirrors: [MirrorTarget.subset('v2', safe), MirrorTarget.service(target, { port: 8081, ...safe })] });
    expect(copies(app)).toEqual([['reviews v2 80 100', 'recorder 8081 100'], ['reviews v2 81 100', 'recorder 8081 100']]);
  });

  test('are made behind a gateway too', () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: ['shop.example.com'] }).addRoute(HttpMatch.any(), service);
    new TrafficMirror(chart, 'shadow', { service, mirrors: [MirrorTarget.service(recorder(chart), safe)] });
    expect(synthesized(app).map(({ spec }) => spec.http[0].mirrors)).toEqual(
      Array(2).fill([{ destination: { host: 'recorder.lab.svc.cluster.local', port: { number: 8080 } }, percentage: { value: 100 } }]));
  });

  test('of several mirrors, the most specific one decides, and they do not add up', () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    const target = recorder(chart);
    new TrafficMirror(chart, 'some', { service, mirrors: [MirrorTarget.service(target, { percentage: 1, ...safe })] });
    new TrafficMirror(chart, 'api', {
      service, match: HttpMatch.path(StringMatch.prefix('/api/')), mirrors: [MirrorTarget.service(target, { percentage: 50, ...safe })],
    });
    expect(copies(app)).toEqual([['recorder 8080 50'], ['recorder 8080 1']]);
    expect(() => new TrafficMirror(chart, 'again', { service, mirrors: [MirrorTarget.service(target, safe)] }))
      .toThrow('[shop/again] sets the mirrors that [shop/some] already sets for the same requests.');
  });

  test('are not made for the only destination of a request, nor of what the proxy answers itself', () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    canary(chart, service, 10, HttpMatch.header('x-canary', StringMatch.exact('true')));
    new HttpRoute(chart, 'closed', { service, match: HttpMatch.path(StringMatch.exact('/closed')), action: RouteAction.respond(DirectResponse.status(410)) });
    new TrafficMirror(chart, 'shadow', { service, mirrors: [MirrorTarget.subset('v2', safe)] });
    expect(copies(app)).toEqual([[], [], ['reviews v2 100']]);
  });
});

describe('a mirror warns', () => {
  const warnings = (props: Omit<TrafficMirrorProps, 'service'>) => {
    const { chart } = shop();
    const shadow = new TrafficMirror(chart, 'shadow', { service: reviews(chart), ...props });
    return shadow.node.metadata.filter(({ type }) => type === WARNING).map(({ data }) => data);
  };
  const { chart: lab } = shop();
  const target = recorder(lab);
  const unsafe = MirrorTarget.service(target);

  test('of a target that is not said to be safe for writes, and only of that one', () => {
    expect(warnings({ mirrors: [MirrorTarget.subset('v2'), MirrorTarget.service(target, safe)] })).toEqual([
      'copies of requests that write (POST, PUT, DELETE …) go to the subset "v2" of reviews, and what they ask for is done there again. '
      + 'Copy only what reads, match: HttpMatch.methods(\'GET\', \'HEAD\'), or say `safeForWrites: true` of a target whose writes do no harm.',
    ]);
    expect(warnings({ mirrors: [MirrorTarget.service(target, safe)] })).toEqual([]);
  });

  test.each<[string, HttpMatch, number]>([
    ['nothing that writes is copied', HttpMatch.methods('GET', 'HEAD', 'OPTIONS'), 0],
    ['none of the alternatives writes', HttpMatch.anyOf(HttpMatch.methods('GET'), HttpMatch.allOf(HttpMatch.methods('HEAD'), HttpMatch.path(StringMatch.prefix('/a')))), 0],
    ['one method writes', HttpMatch.methods('GET', 'POST'), 1],
    ['one alternative lets any method through', HttpMatch.anyOf(HttpMatch.methods('GET'), HttpMatch.path(StringMatch.prefix('/a'))), 1],
  ])('as far as the match goes: %s', (_, match, count) => {
    expect(warnings({ match, mirrors: [unsafe] })).toHaveLength(count);
  });

  test('on standard error, once, and never stops the synth', () => {
    const { app, chart } = shop();
    let printed = '';
    const spy = jest.spyOn(process.stderr, 'write').mockImplementation((text) => (printed += String(text)) !== '');
    new TrafficMirror(chart, 'shadow', { service: reviews(chart), mirrors: [unsafe] });
    app.synthYaml();
    app.synthYaml();
    spy.mockRestore();
    expect(printed.match(/\[shop\/shadow\] copies of requests that write/g)).toHaveLength(1);
  });
});

describe('a mirror is refused', () => {
  const mirror = (build: (all: { chart: Chart; service: MeshService; target: MeshService }) => object) => () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    const all = { chart, service, target: recorder(chart, MeshPort.http(80), MeshPort.http(81)) };
    new TrafficMirror(chart, 'shadow', { service, mirrors: [], ...build(all) });
    app.synthYaml();
  };
  test.each<[string, Parameters<typeof mirror>[0], string]>([
    ['to itself', ({ service }) => ({ mirrors: [MirrorTarget.service(service, safe)] }),
      '[shop/shadow] the mirror leads to reviews, which is the service that is mirrored, so it would get every copied request twice. Name a subset of it, MirrorTarget.subset(\'v2\'), or another service.'],
    ['to the only subset that answers', ({ chart, service }) => {
      canary(chart, service, 100);
      return { mirrors: [MirrorTarget.subset('v2', safe)] };
    }, '[shop/shadow] the mirror leads to the subset "v2" of reviews, where all of these requests go anyway, so it would get each of them twice. Take it out.'],
    ['to the only subset that answers, named by its service', ({ chart, service }) => {
      canary(chart, service, 100);
      return { mirrors: [MirrorTarget.service(service, { subset: 'v2', ...safe })] };
    }, 'where all of these requests go anyway'],
    ['to where its requests are sent', ({ chart, service, target }) => {
      new HttpRoute(chart, 'elsewhere', { service, action: RouteAction.toService(target, { port: 80 }) });
      return { mirrors: [MirrorTarget.service(target, { port: 80, ...safe })] };
    }, 'the mirror leads to recorder:80, where all of these requests go anyway'],
    ['twice to one target', ({ target }) => ({ mirrors: [MirrorTarget.service(target, { port: 80 }), MirrorTarget.service(target, { port: 80, percentage: 1 })] }),
      '[shop/shadow] recorder:80 is mirrored to twice. Give it once, with the percentage that is meant.'],
    ['to a subset that nobody defines', () => ({ mirrors: [MirrorTarget.subset('v3', safe)] }), 'names the subset "v3" of reviews'],
    ['to a subset of another service that nobody defines', ({ target }) => ({ mirrors: [MirrorTarget.service(target, { subset: 'v3', port: 80, ...safe })] }),
      '[shop/shadow] a mirror leads to the subset "v3" of recorder.lab.svc.cluster.local'],
    ['to a service of several ports without saying which', ({ target }) => ({ mirrors: [MirrorTarget.service(target, safe)] }),
      'several ports carry HTTP; the Service has'],
    ['to a port that is not there', ({ target }) => ({ mirrors: [MirrorTarget.service(target, { port: 82, ...safe })] }), 'there is no port 82'],
    ['to nobody', () => ({}), '[shop/shadow] `mirrors` is empty, so nothing would be copied.'],
    ['to one target for a list', () => ({ mirrors: MirrorTarget.subset('v2') }), '[shop/shadow] `mirrors` is a MirrorTarget. Give a list'],
    ['to a service for a target', ({ target }) => ({ mirrors: [target] }), '[shop/shadow] `mirrors` holds the MeshService [shop/recorder]. Give MirrorTargets'],
    ['of a service by name', () => ({ service: 'reviews', mirrors: [MirrorTarget.subset('v2')] }), '[shop/shadow] `service` is "reviews". Give a MeshService.'],
    ['with a match in words', () => ({ match: '/x', mirrors: [MirrorTarget.subset('v2')] }), '[shop/shadow] `match` is "/x".'],
  ])('%s', (_, build, message) => {
    expect(mirror(build)).toThrow(message);
  });

  test.each<[string, () => unknown, string]>([
    ['of nothing', () => MirrorTarget.subset('v2', { percentage: 0 }), 'MirrorTarget: the percentage is 0; it is above 0 and at most 100. Leave the target out instead.'],
    ['of more than everything', () => MirrorTarget.subset('v2', { percentage: 101 }), 'the percentage is 101;'],
    ['to a service by name', () => MirrorTarget.service('recorder' as any), 'MirrorTarget.service: the service is "recorder". Give a MeshService.'],
    ['to a service for a subset', () => MirrorTarget.subset(reviews(shop().chart) as any), 'MirrorTarget.subset: the subset is the MeshService [shop/reviews]. Give its name'],
    ['that is safe by a text', () => MirrorTarget.subset('v2', { safeForWrites: 'no' as any }), 'MirrorTarget: `safeForWrites` is "no". Give true or false.'],
  ])('%s', (_, action, message) => {
    expect(action).toThrow(message);
  });
});
