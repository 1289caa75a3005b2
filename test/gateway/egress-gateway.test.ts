import { App, Chart, Duration } from 'cdk8s';
import {
  ClientTls, EgressGateway, EgressGatewayProps, ExternalPort, ExternalService, ExternalServiceProps, FaultAbort, FaultInjection, HttpMatch, HttpRoute,
  MeshPort, MeshService, MeshWorkload, PathMatch, PathRewrite, PortProtocol, RequestTimeout, Resolution, ResilientService, Retries, RouteAction,
  StringMatch, TcpRoute,
} from '../../src';
import { Manifest, synthesized } from '../support/shop';

const EGRESS = 'istio-egressgateway.istio-egress.svc.cluster.local';

interface Site {
  readonly app: App;
  readonly shop: Chart;
  readonly frontend: MeshWorkload;
  readonly egress: EgressGateway;
  readonly external: (props?: Partial<ExternalServiceProps>, id?: string) => ExternalService;
}

function site(props: Partial<EgressGatewayProps> = {}): Site {
  const app = new App();
  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  return {
    app,
    shop,
    frontend: pods(shop, 'frontend'),
    egress: new EgressGateway(new Chart(app, 'egress', { namespace: 'istio-egress' }), 'gateway', { name: 'istio-egressgateway', ...props }),
    external: (more = {}, id = 'payments') => new ExternalService(shop, id, { hosts: ['api.payments.example'], ports: [ExternalPort.tlsOrigination(80)], ...more }),
  };
}

function pods(chart: Chart, name: string, serviceAccount = name): MeshWorkload {
  return MeshWorkload.fromLabels(chart, name, { name, namespace: chart.namespace!, labels: { app: name }, serviceAccount });
}

function led(make: (site: Site) => void, props: Partial<EgressGatewayProps> = {}): Manifest[] {
  const all = site(props);
  make(all);
  return synthesized(all.app);
}

const of = (manifests: Manifest[], kind: string, name: string): any => manifests.find((one) => one.kind === kind && one.metadata.name === name)!.spec;
const mesh = (manifests: Manifest[], host = 'api.payments.example') => of(manifests, 'VirtualService', host);
const onward = (manifests: Manifest[], host = 'api-payments-example') => of(manifests, 'VirtualService', `istio-egressgateway-${host}`);
const allowed = (manifests: Manifest[], host = 'api-payments-example') => of(manifests, 'AuthorizationPolicy', `allow-egress-to-${host}`);

describe('what is written for requests', () => {
  const manifests = led(({ egress, external, frontend }) => {
    const payments = external().throughEgress(egress);
    frontend.calls(payments.service);
  });

  test('leads sidecars to the gateway, by the mesh\'s one VirtualService for the host', () => {
    expect(manifests.filter(({ kind, spec }) => kind === 'VirtualService' && !spec.gateways && spec.hosts.includes('api.payments.example'))).toHaveLength(1);
    expect(mesh(manifests)).toEqual({
      hosts: ['api.payments.example'],
      exportTo: ['.', 'istio-egress'],
      http: [{
        retries: { attempts: 2, retryOn: 'connect-failure,refused-stream' },
        route: [{ destination: { host: EGRESS, subset: 'api-payments-example', port: { number: 80 } } }],
      }],
    });
  });

  test('leads from there to the host, in a VirtualService of the gateway\'s own namespace', () => {
    expect(onward(manifests)).toEqual({
      hosts: ['api.payments.example'],
      gateways: ['istio-egress/istio-egressgateway'],
      exportTo: ['.'],
      http: [{
        headers: { request: { remove: ['x-forwarded-client-cert'] } }, route: [{ destination: { host: 'api.payments.example', port: { number: 80 } } }],
      }],
    });
  });

  test('opens the gateway for that name and its own namespace\'s routes, with the mesh\'s mTLS alone', () => {
    expect(of(manifests, 'Gateway', 'istio-egressgateway')).toEqual({
      selector: { istio: 'egressgateway' },
      servers: [{
        port: { number: 80, name: 'https-api-payments-example', protocol: 'HTTPS' }, hosts: ['./api.payments.example'], tls: { mode: 'ISTIO_MUTUAL' },
      }],
    });
  });

  test('lets sidecars say which host they mean', () => {
    expect(of(manifests, 'DestinationRule', 'istio-egressgateway')).toEqual({
      host: EGRESS, subsets: [{ name: 'api-payments-example', labels: {}, trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL', sni: 'api.payments.example' } } }],
    });
  });

  test('lets in the declared callers alone, by the name that they asked for', () => {
    expect(allowed(manifests)).toEqual({
      selector: { matchLabels: { istio: 'egressgateway' } },
      rules: [{ from: [{ source: { serviceAccounts: ['shop/frontend'] } }], when: [{ key: 'connection.sni', values: ['api.payments.example'] }] }],
    });
    expect(of(manifests, 'AuthorizationPolicy', 'istio-egressgateway-deny-all')).toEqual({ selector: { matchLabels: { istio: 'egressgateway' } } });
  });

  test('shows the host to the gateway, which speaks the TLS', () => {
    expect(of(manifests, 'ServiceEntry', 'api.payments.example').exportTo).toEqual(['.', 'istio-egress']);
    expect(of(manifests, 'DestinationRule', 'api.payments.example').exportTo).toEqual(['.', 'istio-egress']);
  });

  test('sends nobody to a gateway before it knows what to do', () => {
    const at = (kind: string, name: string) => manifests.findIndex((one) => one.kind === kind && one.metadata.name === name);
    const last = at('VirtualService', 'api.payments.example');
    expect([at('Gateway', 'istio-egressgateway'), at('VirtualService', 'istio-egressgateway-api-payments-example'), at('AuthorizationPolicy', 'allow-egress-to-api-payments-example')]
      .every((index) => index >= 0 && index < last)).toBe(true);
  });
});

describe('what is written for connections', () => {
  test('passes on the TLS of an application, by its server name', () => {
    const manifests = led(({ egress, external, frontend }) => {
      frontend.calls(external({ ports: [ExternalPort.https(8443)] }).throughEgress(egress).service);
    });
    const { http, tcp, tls } = mesh(manifests);
    expect([http, tcp]).toEqual([undefined, undefined]);
    expect(tls).toEqual([{
      match: [{ port: 8443, sniHosts: ['api.payments.example'] }], route: [{ destination: { host: EGRESS, subset: 'api-payments-example', port: { number: 443 } } }],
    }]);
    expect(onward(manifests).tcp).toEqual([{ match: [{ port: 443 }], route: [{ destination: { host: 'api.payments.example', port: { number: 8443 } } }] }]);
    expect(of(manifests, 'Gateway', 'istio-egressgateway').servers).toEqual([{
      port: { number: 443, name: 'tls-api-payments-example', protocol: 'TLS' }, hosts: ['./api.payments.example'], tls: { mode: 'ISTIO_MUTUAL' },
    }]);
  });

  test('passes on bytes, by their port', () => {
    const manifests = led(({ egress, external, frontend }) => {
      frontend.calls(external({ ports: [ExternalPort.tcp(5432)], endpoints: [{ address: '203.0.113.7' }] }).throughEgress(egress).service);
    });
    expect(mesh(manifests).tcp).toEqual([{ match: [{ port: 5432 }], route: [{ destination: { host: EGRESS, subset: 'api-payments-example', port: { number: 443 } } }] }]);
    expect(onward(manifests).tcp[0].route[0].destination).toEqual({ host: 'api.payments.example', port: { number: 5432 } });
  });

  test('stands beside requests for one host, at another port of the gateway', () => {
    const manifests = led(({ egress, external, frontend }) => {
      const payments = external({ ports: [ExternalPort.tlsOrigination(80), ExternalPort.https(443)] }).throughEgress(egress);
      frontend.calls(payments.service);
    }, { requestPort: 8080, connectionPort: 15443 });
    expect(of(manifests, 'Gateway', 'istio-egressgateway').servers.map(({ port }: any) => [port.number, port.protocol])).toEqual([[8080, 'HTTPS'], [15443, 'TLS']]);
    expect(mesh(manifests).http[0].route[0].destination.port).toEqual({ number: 8080 });
    expect(mesh(manifests).tls[0].route[0].destination.port).toEqual({ number: 15443 });
    expect(onward(manifests).tcp[0].match).toEqual([{ port: 15443 }]);
  });
});

describe('what is said of the service', () => {
  const rules = (say: (chart: Chart, service: MeshService) => void) => {
    const manifests = led(({ shop, egress, external, frontend }) => {
      const { service } = external().throughEgress(egress);
      frontend.calls(service);
      say(shop, service);
    });
    return { sidecar: mesh(manifests).http as any[], gateway: onward(manifests).http as any[] };
  };

  test('holds where it belongs: timeouts at the sidecar, retries at the gateway', () => {
    const { sidecar, gateway } = rules((chart, service) =>
      new ResilientService(chart, 'resilience', { service, timeout: RequestTimeout.after(Duration.seconds(3)), retries: Retries.upTo(3, { methods: ['GET'] }) }));
    expect(sidecar).toHaveLength(1);
    expect(sidecar[0]).toMatchObject({ timeout: '3s', retries: { retryOn: 'connect-failure,refused-stream' } });
    expect(gateway.map(({ match, retries, timeout }) => [match?.[0].method.exact, retries?.attempts, timeout])).toEqual([['GET', 3, undefined], [undefined, undefined, undefined]]);
  });

  test('holds once: rewrites and headers at the gateway, faults at the sidecar, of certain callers too', () => {
    const { sidecar, gateway } = rules((chart, service) => {
      new HttpRoute(chart, 'route', {
        service, match: HttpMatch.path(StringMatch.prefix('/v1/')), rewrite: PathRewrite.prefix('/api/v1/'), requestHeaders: { add: { 'api-version': '1' } },
      });
      new FaultInjection(chart, 'fault', { service, match: HttpMatch.sourceLabels({ app: 'frontend' }), abort: FaultAbort.http(503, 10), enabled: true, expires: new Date(Date.now() + 3_600_000).toISOString() });
    });
    expect(sidecar.some(({ rewrite, headers }) => rewrite ?? headers)).toBe(false);
    expect(sidecar.filter(({ fault }) => fault).map(({ match }) => match)).toEqual([[{ sourceLabels: { app: 'frontend' } }]]);
    expect(gateway.some(({ fault }) => fault)).toBe(false);
    expect(gateway.map(({ rewrite, headers }) => [rewrite?.uri, headers?.request?.add])).toEqual([['/api/v1/', { 'api-version': '1' }], [undefined, undefined]]);
  });

  test('keeps who calls to the mesh, beside what else is taken out of requests', () => {
    const { gateway } = rules((chart, service) => new HttpRoute(chart, 'route', { service, requestHeaders: { remove: ['cookie'] }, responseHeaders: { remove: ['server'] } }));
    expect(gateway[0].headers).toEqual({ request: { remove: ['cookie', 'x-forwarded-client-cert'] }, response: { remove: ['server'] } });
  });

  test('leads elsewhere at the gateway', () => {
    const { sidecar, gateway } = rules((chart, service) =>
      new HttpRoute(chart, 'route', {
        service, match: HttpMatch.path(StringMatch.exact('/old')), action: RouteAction.toService(MeshService.fromHost(chart, 'old', { host: 'old.payments.example', namespace: 'shop', ports: [MeshPort.http(80)] })),
      }));
    expect(sidecar.flatMap(({ route }) => route.map(({ destination }: any) => destination.host))).toEqual([EGRESS]);
    expect(gateway.map(({ route }) => route[0].destination.host)).toEqual(['old.payments.example', 'api.payments.example']);
  });

  test.each<[string, (chart: Chart, service: MeshService) => void, string]>([
    ['retries for certain callers', (chart, service) => new HttpRoute(chart, 'x', { service, match: HttpMatch.sourceLabels({ app: 'frontend' }), retries: Retries.upTo(1) }),
      '[shop/x] sets the retries for requests of certain callers to api.payments.example, which the egress gateway decides'],
    ['a delegate', (chart, service) => new HttpRoute(chart, 'x', { service, match: HttpMatch.path(StringMatch.prefix('/a/')), action: RouteAction.delegateTo('shop/a') }),
      '[shop/x] delegates requests to api.payments.example'],
  ])('is refused for %s', (_, say, message) => expect(() => rules(say)).toThrow(message));
});

describe('who may use it', () => {
  const policy = (make: (site: Site) => void, props: Partial<EgressGatewayProps> = {}) => allowed(led(make, props)).rules;

  test('is who is declared, with the methods and paths that were said, each call a rule', () => {
    expect(policy(({ shop, egress, external, frontend }) => {
      const { service } = external().throughEgress(egress);
      frontend.calls(service, { methods: ['GET'], paths: [PathMatch.prefix('/v1/')] });
      frontend.calls(service, { methods: ['POST'], paths: [PathMatch.exact('/orders')] });
      pods(shop, 'jobs').calls(service);
    }).map(({ from, to }: any) => [from[0].source.serviceAccounts, to?.[0].operation])).toEqual([
      [['shop/frontend'], { methods: ['GET'], paths: ['/v1/*'] }], [['shop/frontend'], { methods: ['POST'], paths: ['/orders'] }], [['shop/jobs'], undefined],
    ]);
  });

  test('is who is named, as a principal of the mesh where its trust domain is said', () => {
    expect(policy(({ egress, external, frontend }) => egress.route(external(), { callers: [frontend] }), { trustDomains: ['shop.example'] })[0].from)
      .toEqual([{ source: { principals: ['shop.example/ns/shop/sa/frontend'] } }]);
  });

  test('is limited to the port that was said, by the gateway\'s own', () => {
    const rules = policy(({ shop, egress, external, frontend }) => {
      const { service } = external({ ports: [ExternalPort.tlsOrigination(80), ExternalPort.https(443)] }).throughEgress(egress);
      frontend.calls(service, { ports: [443] });
      pods(shop, 'jobs').calls(service, { ports: [80, 443] });
    });
    expect(rules.map(({ to }: any) => to)).toEqual([[{ operation: { ports: ['443'] } }], undefined]);
  });

  test.each<[string, (site: Site) => void, string]>([
    ['nobody', ({ egress, external }) => egress.route(external()), 'nobody may call api.payments.example [shop/payments] through it.'],
    ['pods that share their account', ({ shop, egress, external }) => pods(shop, 'legacy', 'default').calls(external().throughEgress(egress).service),
      "legacy → api.payments.example: the service account shop/default is not legacy's alone. It is shared by: every pod of shop that has no service account of its own"],
    ['methods of what nobody reads', ({ egress, external, frontend }) => frontend.calls(external({ ports: [ExternalPort.https(443)] }).throughEgress(egress).service, { methods: ['GET'] }),
      '`methods` need requests that the proxy reads, and port 443 (tls-443, TLS) of api.payments.example carries none'],
  ])('is never %s', (_, make, message) => {
    const all = site();
    expect(() => {
      make(all);
      all.app.synth();
    }).toThrow(message);
  });
});

test('several hosts share the gateway without conflicts', () => {
  const manifests = led(({ egress, external, frontend }) => {
    const both = external({ hosts: ['eu.payments.example', 'us.payments.example'] }).throughEgress(egress);
    const mail = external({ hosts: ['mail.example'] }, 'mail').throughEgress(egress);
    for (const { services } of [both, mail]) services.forEach((service) => frontend.calls(service));
  });
  const { servers } = of(manifests, 'Gateway', 'istio-egressgateway');
  expect(servers.map(({ hosts }: any) => hosts)).toEqual([['./eu.payments.example'], ['./us.payments.example'], ['./mail.example']]);
  expect(new Set(servers.map(({ port }: any) => port.name)).size).toBe(3);
  expect(of(manifests, 'DestinationRule', 'istio-egressgateway').subsets.map(({ name }: any) => name)).toEqual(['eu-payments-example', 'mail-example', 'us-payments-example']);
});

test('hosts whose names differ in a dash and a dot stay two, each with its own callers', () => {
  const manifests = led(({ shop, egress, external, frontend }) => {
    const both = external({ hosts: ['a-b.example', 'a.b.example'] }).throughEgress(egress);
    frontend.calls(both.serviceOf('a-b.example'));
    pods(shop, 'jobs').calls(both.serviceOf('a.b.example'));
  });
  const accounts = (host: string) => allowed(manifests, host).rules.flatMap(({ from }: any) => from[0].source.serviceAccounts);
  expect([accounts('a--b-example'), accounts('a-b-example')]).toEqual([['shop/frontend'], ['shop/jobs']]);
});

test('gRPC is spoken with the gateway whatever its Service calls the port', () => {
  const ports = [ExternalPort.tlsOrigination(80, { protocol: PortProtocol.GRPC })];
  const manifests = led(({ egress, external, frontend }) => frontend.calls(external({ ports }).throughEgress(egress).service));
  expect(of(manifests, 'DestinationRule', 'istio-egressgateway').subsets[0].trafficPolicy.connectionPool).toEqual({ http: { h2UpgradePolicy: 'UPGRADE' } });
});

test('the certificates of the TLS may be in a Secret, as a gateway speaks it', () => {
  const manifests = led(({ egress, external, frontend }) =>
    frontend.calls(external({ ports: [ExternalPort.tlsOrigination(80, { tls: ClientTls.mutualFromSecret('client') })] }).throughEgress(egress).service));
  expect(of(manifests, 'DestinationRule', 'api.payments.example').trafficPolicy.portLevelSettings[0].tls.credentialName).toBe('client');
});

test('the gateway\'s Service may be one that the App knows', () => {
  const app = new App();
  const chart = new Chart(app, 'egress', { namespace: 'istio-egress' });
  const service = MeshService.fromName(chart, 'service', { name: 'out', namespace: 'istio-egress', ports: [MeshPort.http2(80)] });
  const gateway = new EgressGateway(chart, 'gateway', { name: 'out', service });
  const frontend = pods(new Chart(app, 'shop', { namespace: 'shop' }), 'frontend');
  gateway.route(new ExternalService(chart, 'payments', { hosts: ['api.payments.example'], ports: [ExternalPort.https(443)] }), { callers: [frontend] });
  expect(() => app.synth()).toThrow('[egress/gateway] its Service out has no port 443, at which it is to be called: it has 80 (HTTP2).');
});

describe('is refused', () => {
  test.each<[string, (site: Site) => void, string]>([
    ['with nothing to do', () => undefined, '[egress/gateway] nothing is led through it'],
    ['for a wildcard', ({ egress, external, frontend }) => egress.route(external({ hosts: ['*.example'], ports: [ExternalPort.http(80)] }), { callers: [frontend] }),
      '[shop/payments] *.example stands for many hosts'],
    ['where nobody resolves', ({ egress, external, frontend }) => egress.route(external({ ports: [ExternalPort.http(80)], resolution: Resolution.NONE }), { callers: [frontend] }),
      '[shop/payments] api.payments.example has the resolution NONE'],
    ['for two ports of requests', ({ egress, external, frontend }) => egress.route(external({ ports: [ExternalPort.http(80), ExternalPort.http(81)] }), { callers: [frontend] }),
      'api.payments.example has several ports for requests (80 (http-80, HTTP), 81 (http-81, HTTP))'],
    ['for two ports of connections', ({ egress, external, frontend }) => egress.route(external({ ports: [ExternalPort.https(443), ExternalPort.tcp(81)] }), { callers: [frontend] }),
      'several ports for connections'],
    ['beside a route that passes it by', ({ shop, egress, external, frontend }) => {
      const { service } = external({ ports: [ExternalPort.tcp(5432)] }).throughEgress(egress);
      frontend.calls(service);
      new TcpRoute(shop, 'tcp', { service, sourceLabels: { app: 'x' }, destination: service } as any);
    }, '[shop/tcp]'],
    ['for a service that goes through another', ({ egress, external }) => {
      const payments = external();
      egress.route(payments);
      payments.throughEgress(new EgressGateway(egress, 'other', { name: 'other', namespace: 'istio-egress' }));
    }, '[shop/payments] goes through the egress gateway [egress/gateway] already.'],
    ['for one host twice', ({ egress, external, frontend }) => {
      egress.route(external(), { callers: [frontend] });
      egress.route(external({}, 'again'), { callers: [frontend] });
    }, '[egress/gateway] route: api.payments.example goes through this gateway already, and [shop/again] claims it, too.'],
    ['for a service of the mesh', ({ egress, shop }) => egress.route(MeshService.fromHost(shop, 'x', { host: 'a.b', namespace: 'shop', ports: [MeshPort.http(80)] }) as never),
      '[egress/gateway] route: the MeshService [shop/x] is not an ExternalService.'],
    ['for callers by name', ({ egress, external }) => egress.route(external(), { callers: ['frontend'] as never }), '[egress/gateway] the caller is "frontend"'],
    ['for no gateway', ({ external }) => external().throughEgress('egress' as never), '[shop/payments] throughEgress: "egress" is not an EgressGateway.'],
  ])('%s', (_, make, message) => {
    const all = site();
    expect(() => {
      make(all);
      all.app.synth();
    }).toThrow(message);
  });

  test.each<[string, object, string]>([
    ['a name that is none', { name: 'Egress' }, '`name` is "Egress".'],
    ['no namespace', { namespace: '' }, '`namespace` is "".'],
    ['every pod', { selector: {} }, '`selector` is an object with nothing in it, and would be every pod.'],
    ['a label that is none', { selector: { app: 7 } }, '`selector` has app=7'],
    ['one port for both', { requestPort: 443 }, '`requestPort` and `connectionPort` are both 443'],
    ['a port that is none', { requestPort: 0 }, '`requestPort` is 0; a port is a whole number from 1 to 65535.'],
    ['a trust domain that is none', { trustDomains: ['*'] }, '`trustDomains` holds "*"'],
    ['a Service by name', { service: 'egress' }, '`service` is "egress". Give the MeshService of the gateway'],
  ])('with %s', (_, props, message) => expect(() => site(props)).toThrow(`[egress/gateway] ${message}`));
});
