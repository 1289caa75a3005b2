import { Chart, Duration } from 'cdk8s';
import { only, reviews, rules, shop, synthesized } from '../support/shop';
import {
  DirectResponse, FaultAbort, FaultDelay, FaultInjection, FaultInjectionProps, GatewayRoutes, GrpcStatus, HttpMatch, HttpRoute, MeshPort, MeshService,
  RequestTimeout, ResilientService, RouteAction, Silence, StringMatch,
} from '../../src';

const HOST = 'reviews.shop.svc.cluster.local';
const EXPIRES = '2999-12-01T18:00:00Z';
const KEY = 'cdk8s-istio.dev/fault-expires';
const testers = HttpMatch.header('x-fault', StringMatch.exact('on'));
const header = { headers: { 'x-fault': { exact: 'on' } } };
const route = [{ destination: { host: HOST } }];

function fault(chart: Chart, id: string, service: MeshService, props: Partial<FaultInjectionProps> = {}): FaultInjection {
  const match = props.everyone ? undefined : testers;
  return new FaultInjection(chart, id, { service, enabled: true, match, abort: FaultAbort.http(503, 100), expires: EXPIRES, ...props });
}

describe('a fault that is switched on', () => {
  test('has a rule of its own, and the requests that it does not match go as before', () => {
    const { app, chart } = shop();
    fault(chart, 'chaos', reviews(chart), { delay: FaultDelay.of(Duration.millis(1500), 50), abort: FaultAbort.grpc(GrpcStatus.UNAVAILABLE, 0.0001) });
    expect(rules(app)).toEqual([
      {
        match: [header],
        route,
        fault: { delay: { fixedDelay: '1.5s', percentage: { value: 50 } }, abort: { grpcStatus: 'UNAVAILABLE', percentage: { value: 0.0001 } } },
      },
      { route },
    ]);
  });

  test('for everyone is part of every rule', () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    fault(chart, 'chaos', service, { everyone: true });
    new ResilientService(chart, 'resilience', {
      service,
      timeout: RequestTimeout.none(),
      routes: [{ match: HttpMatch.path(StringMatch.prefix('/slow')), timeout: RequestTimeout.after(Duration.seconds(9)) }],
    });
    const injected = { abort: { httpStatus: 503, percentage: { value: 100 } } };
    expect(rules(app)).toEqual([{ match: [{ uri: { prefix: '/slow' } }], route, timeout: '9s', fault: injected }, { route, fault: injected }]);
  });

  test('of two, the more specific one decides, and they do not add up', () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    fault(chart, 'everyone', service, { everyone: true, abort: FaultAbort.http(500, 1) });
    fault(chart, 'testers', service, { abort: undefined, delay: FaultDelay.of(Duration.seconds(1), 100) });
    expect(rules(app).map((rule) => rule.fault)).toEqual([
      { delay: { fixedDelay: '1s', percentage: { value: 100 } } }, { abort: { httpStatus: 500, percentage: { value: 1 } } },
    ]);
    expect(() => fault(chart, 'again', service)).toThrow('[shop/again] sets the fault that [shop/testers] already sets for the same requests.');
  });

  test('says in an annotation until when, each by its name, in UTC', () => {
    const { app, chart } = shop();
    const service = MeshService.fromName(chart, 'reviews', {
      name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80)], metadata: { annotations: { team: 'reviews' } },
    });
    fault(chart, 'slow', service, { expires: '2999-12-01T18:00+01:00' });
    fault(chart, 'broken', service, { everyone: true, expires: '2999-12-02T06:30:00.000Z' });
    expect(only(app, 'VirtualService').metadata.annotations).toEqual({
      team: 'reviews', [KEY]: 'broken: 2999-12-02T06:30:00Z\nslow: 2999-12-01T17:00:00Z',
    });
  });

  test('is silenced like any other finding, before other contributors have spoken', () => {
    const { app, chart } = shop();
    const chaos = fault(chart, 'chaos', reviews(chart));
    Silence.finding(chaos.virtualService!, 'MESH3148', 'until the load test of spring is over');
    expect(Object.keys(only(app, 'VirtualService').metadata.annotations)).toEqual([KEY, 'cdk8s-istio.dev/silence']);
  });

  test('behind a gateway stands in the routes that lead to the service, and in their annotation', () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    const other = MeshService.fromName(chart, 'ratings', { name: 'ratings', namespace: 'shop', ports: [MeshPort.http(80)] });
    const routes = (id: string, to: MeshService) => new GatewayRoutes(chart, id, { gateway: 'istio-ingress/public', hosts: [`${id}.example.com`] })
      .addRoute(HttpMatch.any(), to);
    routes('shop', service);
    routes('other', other);
    fault(chart, 'chaos', service);
    const gateways = synthesized(app).filter(({ spec }) => spec.gateways);
    expect(gateways.map(({ metadata, spec }) => [metadata.name, metadata.annotations, spec.http[0].fault])).toEqual([
      ['shop-example-com', { [KEY]: `chaos: ${EXPIRES}` }, { abort: { httpStatus: 503, percentage: { value: 100 } } }],
      ['other-example-com', undefined, undefined],
    ]);
  });

  test('for one port is no business of a gateway that leads to another', () => {
    const { app, chart } = shop();
    const service = reviews(chart, MeshPort.http(80), MeshPort.http(81));
    new GatewayRoutes(chart, 'shop', { gateway: 'istio-ingress/public', hosts: ['shop.example.com'] }).addRoute(HttpMatch.any(), service, { port: 80 });
    fault(chart, 'chaos', service, { match: HttpMatch.port(81) });
    const annotated = synthesized(app).filter(({ metadata }) => metadata.annotations?.[KEY]).map(({ metadata }) => metadata.name);
    expect(annotated).toEqual(['reviews']);
  });

  test('leaves alone what the proxy answers by itself, which Istio would refuse', () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    new HttpRoute(chart, 'closed', { service, match: HttpMatch.path(StringMatch.exact('/closed')), action: RouteAction.respond(DirectResponse.status(410)) });
    fault(chart, 'chaos', service, { everyone: true });
    const [closed, others] = rules(app);
    expect([closed.directResponse, closed.fault]).toEqual([{ status: 410 }, undefined]);
    expect(others.fault).toEqual({ abort: { httpStatus: 503, percentage: { value: 100 } } });
  });

  test('on a service without HTTP is an error', () => {
    const { app, chart } = shop();
    fault(chart, 'chaos', reviews(chart, MeshPort.tcp(5432)));
    expect(() => app.synthYaml()).toThrow(/HTTP rules \(.*are set for reviews, but its ports are/);
  });
});

test('a fault that is off, which it is unless it is said, writes nothing at all', () => {
  for (const enabled of [undefined, false]) {
    const { app, chart } = shop();
    const chaos = fault(chart, 'chaos', reviews(chart), { enabled });
    expect([chaos.enabled, chaos.virtualService, app.synthYaml()]).toEqual([false, undefined, '']);
  }
});

describe('a fault is refused, switched off too,', () => {
  const given = (props: object) => () => {
    const { chart } = shop();
    new FaultInjection(chart, 'chaos', { service: reviews(chart), match: testers, abort: FaultAbort.http(503, 100), expires: EXPIRES, ...props });
  };
  test.each<[string, object, string]>([
    ['without an end', { expires: undefined }, '[shop/chaos] `expires` is not given. Say when the fault is to be over, for example 2026-12-01T18:00:00Z, so that it is not forgotten.'],
    ['with a day for its end', { expires: '2026-12-01' }, '[shop/chaos] `expires` is "2026-12-01", a day without time and zone. Write for example 2026-12-01T00:00:00Z.'],
    ['with an end without a zone', { expires: '2026-12-01T18:00' }, '[shop/chaos] `expires` is "2026-12-01T18:00", a time without its zone. Write for example 2026-12-01T18:00:00Z.'],
    ['with an end that never comes', { expires: '2026-02-30T00:00Z' }, '`expires` is "2026-02-30T00:00Z", which is no instant. Write date, time and zone in ISO 8601'],
    ['with an end in words', { expires: 'tomorrow' }, '`expires` is "tomorrow", which is no instant.'],
    ['with a Date for its end', { expires: new Date(0) }, '`expires` is a Date, which is no instant.'],
    ['for nobody', { match: undefined }, '[shop/chaos] neither `match` nor `everyone` is given, so real users would meet the fault. Name the requests, for example match: HttpMatch.header(\'x-fault\', StringMatch.exact(\'on\')), or say `everyone: true`.'],
    ['for everyone: false', { match: undefined, everyone: false }, 'neither `match` nor `everyone` is given'],
    ['for everybody by a match', { match: HttpMatch.any() }, '[shop/chaos] `match` is every request, so real users would meet the fault.'],
    ['for everybody by one alternative of a match', { match: HttpMatch.anyOf(testers, HttpMatch.path(StringMatch.prefix('/'))) }, '`match` is every request'],
    ['for some and for everyone', { everyone: true }, '[shop/chaos] both `match` and `everyone` are given.'],
    ['with nothing to happen', { abort: undefined }, '[shop/chaos] neither `delay` nor `abort` is given, so nothing would happen.'],
    ['with a match in words', { match: '/x' }, '[shop/chaos] `match` is "/x".'],
    ['with a delay in words', { delay: '5s' }, '[shop/chaos] `delay` is "5s". Say for example FaultDelay.of(Duration.seconds(5), 50).'],
    ['with a status for an abort', { abort: 503 }, '[shop/chaos] `abort` is 503. Say for example FaultAbort.http(503, 10).'],
    ['for a Service by name', { service: 'reviews' }, '[shop/chaos] `service` is "reviews". Give a MeshService.'],
    ['switched by a text', { enabled: 'false' }, '[shop/chaos] `enabled` is "false". Give true or false.'],
    ['for everyone by a number', { match: undefined, everyone: 1 }, '[shop/chaos] `everyone` is 1. Give true or false.'],
  ])('%s', (_, props, message) => {
    expect(given(props)).toThrow(message);
  });
});

describe('a part of a fault is refused', () => {
  const second = Duration.seconds(1);
  const off = 'To switch a fault off, use `enabled: false`.';
  test.each<[string, () => unknown, string]>([
    ['that never happens', () => FaultDelay.of(second, 0), `FaultDelay: the percentage is 0; it is above 0 and at most 100. ${off}`],
    ['that never happens', () => FaultAbort.http(503, 0), off],
    ['above 100 percent', () => FaultAbort.http(503, 100.0001), 'FaultAbort: the percentage is 100.0001; it is above 0 and at most 100.'],
    ['below 0 percent', () => FaultAbort.http(503, -1), 'the percentage is -1;'],
    ['finer than Istio counts', () => FaultDelay.of(second, 0.00005), 'FaultDelay: the percentage is 0.00005; Istio counts in steps of 0.0001. Give for example 0.0001.'],
    ['finer than Istio counts', () => FaultDelay.of(second, 33.33333), 'Give for example 33.3333.'],
    ['with a percentage that is none', () => FaultAbort.http(503, NaN), 'the percentage is NaN;'],
    ['with a percentage in words', () => FaultAbort.http(503, '10' as any), 'the percentage is "10". Give a number above 0 and up to 100, for example 10.'],
    ['without a percentage', () => FaultDelay.of(second, undefined as any), 'the percentage is undefined.'],
    ['without a delay', () => FaultDelay.of(Duration.seconds(0), 10), 'FaultDelay: the duration is 0 ms;'],
    ['with a delay in words', () => FaultDelay.of('5s' as any, 10), 'FaultDelay: the duration is "5s". Give a Duration'],
    ['with a status that no proxy takes', () => FaultAbort.http(600, 10), 'FaultAbort.http: the status is 600; it is a whole number from 200 to 599, for example 503.'],
    ['with a status that is no answer', () => FaultAbort.http(100, 10), 'the status is 100;'],
    ['with a broken status', () => FaultAbort.http(503.5, 10), 'the status is 503.5;'],
    ['with a gRPC status by number', () => FaultAbort.grpc(14 as any, 10), 'FaultAbort.grpc: the status is 14. Name one of CANCELLED, UNKNOWN,'],
    ['with a gRPC status that is no failure', () => FaultAbort.grpc('OK' as any, 10), 'FaultAbort.grpc: the status is "OK".'],
  ])('%s', (_, action, message) => {
    expect(action).toThrow(message);
  });

  test('none of Istio\'s smallest steps is', () => {
    for (const percentage of [0.0001, 0.0003, 0.0007, 0.1, 0.29, 33.3333, 99.9999, 100]) expect(() => FaultAbort.http(200, percentage)).not.toThrow();
  });
});
