import { ApiObject, App, Chart, Duration, Testing } from 'cdk8s';
import {
  ListenerTls, MeshPort, MeshService, MeshWorkload, OutboundTraffic, PathMatch, PolicyScope, PortProtocol, SidecarHost, SidecarListener, SidecarScope,
  SidecarScopeProps, ZeroTrustNamespace,
} from '../../src';

interface Shop {
  readonly app: App;
  readonly shop: Chart;
  readonly frontend: MeshService;
  readonly reviews: MeshService;
  readonly ratings: MeshService;
  readonly partner: MeshService;
}

/** `frontend` and `reviews` of shop, `ratings` of data, and a host outside. */
function theShop(): Shop {
  const app = Testing.app();
  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  const service = (name: string, namespace: string) => MeshService.fromName(shop, name, {
    name,
    namespace,
    ports: [MeshPort.http(80)],
    workload: MeshWorkload.fromLabels(shop, `${name}-pods`, { name, namespace, labels: { app: name }, serviceAccount: name }),
  });
  return {
    app,
    shop,
    frontend: service('frontend', 'shop'),
    reviews: service('reviews', 'shop'),
    ratings: service('ratings', 'data'),
    partner: MeshService.fromHost(shop, 'partner', { host: 'api.partner.example', namespace: 'shop', ports: [MeshPort.http(80)] }),
  };
}

const sidecars = (app: App): any[] => app.charts.flatMap((chart) => chart.toJson()).filter(({ kind }) => kind === 'Sidecar');

function written(make: (shop: Shop) => void): any {
  const shop = theShop();
  make(shop);
  shop.app.synth();
  const [sidecar, ...more] = sidecars(shop.app);
  expect(more).toEqual([]);
  return sidecar;
}

const hostsOf = (make: (shop: Shop) => void): string[] => written(make).spec.egress[0].hosts;
let warnings: string[];

beforeEach(() => {
  warnings = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    warnings.push(String(text));
    return true;
  });
});

afterEach(() => jest.restoreAllMocks());

describe('a scope that is derived', () => {
  test('has what the workload is declared to call, and the control plane', () => {
    const sidecar = written(({ shop, frontend, reviews, ratings }) => {
      frontend.calls(ratings, { paths: [PathMatch.exact('/a')] });
      frontend.calls(ratings, { paths: [PathMatch.exact('/b')] });
      reviews.calls(ratings);
      frontend.calls(reviews);
      new SidecarScope(shop, 'scope', { scope: PolicyScope.workload(frontend) });
    });
    expect(sidecar.metadata).toEqual({ name: 'frontend', namespace: 'shop' });
    expect(sidecar.spec).toEqual({
      workloadSelector: { labels: { app: 'frontend' } },
      egress: [{ hosts: ['istio-system/*', 'data/ratings.data.svc.cluster.local', 'shop/reviews.shop.svc.cluster.local'] }],
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
    });
  });

  test('has calls that are declared after it', () => {
    expect(hostsOf(({ shop, frontend, ratings }) => {
      new SidecarScope(shop, 'scope', { scope: PolicyScope.workload(frontend) });
      ratings.allowFrom(frontend);
    })).toEqual(['istio-system/*', 'data/ratings.data.svc.cluster.local']);
  });

  test('of a namespace has the calls of all its pods, and of no others', () => {
    expect(hostsOf(({ shop, frontend, reviews, ratings, partner }) => {
      new SidecarScope(shop, 'scope', { scope: PolicyScope.namespace('shop') });
      frontend.calls(reviews);
      reviews.calls(partner);
      ratings.calls(frontend);
    })).toEqual(['istio-system/*', '*/api.partner.example', 'shop/reviews.shop.svc.cluster.local']);
  });

  test('is the same for the pods as for their service', () => {
    expect(hostsOf(({ shop, frontend, ratings }) => {
      frontend.workloads[0].calls(ratings);
      new SidecarScope(shop, 'scope', { scope: PolicyScope.workload(frontend) });
    })).toContain('data/ratings.data.svc.cluster.local');
  });

  test('of pods without a service is that of the service in front of them', () => {
    expect(hostsOf(({ shop, frontend, ratings }) => {
      frontend.calls(ratings.workloads[0]);
      new SidecarScope(shop, 'scope', { scope: PolicyScope.workload(frontend) });
    })).toContain('data/ratings.data.svc.cluster.local');
  });

  test('says that nobody knows the host of pods without one', () => {
    const { app, shop, frontend } = theShop();
    frontend.calls(MeshWorkload.fromLabels(shop, 'cron', { name: 'cron', namespace: 'data', labels: { app: 'cron' } }));
    new SidecarScope(shop, 'scope', { scope: PolicyScope.workload(frontend) });
    expect(() => app.synth()).toThrow('[shop/scope] frontend is declared to call the pods of cron [shop/cron], and no MeshService of this App stands in front of them');
  });

  test('sees the control plane alone where nothing is declared, and warns of it', () => {
    expect(hostsOf(({ shop, frontend }) => new SidecarScope(shop, 'scope', { scope: PolicyScope.workload(frontend) }))).toEqual(['istio-system/*']);
    expect(warnings.join('')).toContain('[shop/scope] the pods of frontend are declared to call nothing, so their sidecars see istio-system alone.');
  });

  test('does not warn where calls are declared', () => {
    written(({ shop, frontend, ratings }) => {
      new SidecarScope(shop, 'scope', { scope: PolicyScope.workload(frontend) });
      frontend.calls(ratings);
    });
    expect(warnings.join('')).not.toContain('[shop/scope]');
  });
});

describe('hosts that are given', () => {
  const given = (hosts: (shop: Shop) => SidecarHost[], scope: (shop: Shop) => PolicyScope = () => PolicyScope.namespace('shop')) =>
    hostsOf((all) => new SidecarScope(all.shop, 'scope', { scope: scope(all), hosts: hosts(all) }));

  test('are named as Istio does', () => {
    expect(given(({ ratings, partner }) => [
      SidecarHost.service(ratings), SidecarHost.service(partner), SidecarHost.namespace('media'), SidecarHost.ownNamespace(), SidecarHost.named('*.example.org'),
      SidecarHost.named('bank/pay.bank.svc.cluster.local'), SidecarHost.kubernetesApi(),
    ])).toEqual([
      'istio-system/*', '*/*.example.org', '*/api.partner.example', './*', 'bank/pay.bank.svc.cluster.local', 'data/ratings.data.svc.cluster.local',
      'default/kubernetes.default.svc.cluster.local', 'media/*',
    ]);
  });

  test('stand beside the declared calls where that is said', () => {
    expect(hostsOf(({ shop, frontend, ratings }) => {
      frontend.calls(ratings);
      new SidecarScope(shop, 'scope', { scope: PolicyScope.workload(frontend) }).addHost(SidecarHost.namespace('media'));
    })).toEqual(['istio-system/*', 'data/ratings.data.svc.cluster.local', 'media/*']);
  });

  test('are left out where another covers them, which Istio would warn of', () => {
    expect(given(({ frontend, reviews, ratings }) => [
      SidecarHost.service(reviews), SidecarHost.ownNamespace(), SidecarHost.named('shop/*'), SidecarHost.service(frontend), SidecarHost.service(ratings),
      SidecarHost.named('ratings.data.svc.cluster.local'),
    ])).toEqual(['istio-system/*', '*/ratings.data.svc.cluster.local', 'shop/*']);
  });

  test('are all hosts where that is said, for a scope that is there for something else', () => {
    expect(given(({ ratings }) => [SidecarHost.everything(), SidecarHost.service(ratings)])).toEqual(['*/*']);
  });

  test('of the mesh are each pod\'s own namespace unless given', () => {
    const sidecar = written(({ shop }) => new SidecarScope(shop, 'scope', { scope: PolicyScope.mesh('mesh-system') }));
    expect(sidecar.metadata).toEqual({ name: 'default', namespace: 'mesh-system', annotations: { 'cdk8s-istio.dev/silence': expect.stringContaining('MESH2105') } });
    expect(warnings.join('')).not.toContain('MESH2105');
    expect(sidecar.spec).toEqual({ egress: [{ hosts: ['mesh-system/*', './*'] }], outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } });
  });

  test.each<[unknown, string]>([
    ['reviews', '"reviews" is not a host'],
    ['http://x.example', '"http://x.example" is not a host'],
    ['*/*', '"*/*" names every host'],
    ['a/b/c.example', '"a/b/c.example" is not a host'],
    ['Shop/a.example', '"Shop/a.example" is not a host'],
    [7, '7 is not a host'],
  ])('are refused by name: %p', (host, message) => {
    expect(() => SidecarHost.named(host as string)).toThrow(`SidecarHost.named: ${message}`);
  });
});

test('what nobody named is let through only where that is said', () => {
  expect(written(({ shop }) => new SidecarScope(shop, 'scope', {
    scope: PolicyScope.namespace('shop'), hosts: [SidecarHost.ownNamespace()], outboundTraffic: OutboundTraffic.ALLOW_ANY,
  })).spec.outboundTrafficPolicy).toEqual({ mode: 'ALLOW_ANY' });
});

describe('listeners', () => {
  const scoped = (props: Partial<SidecarScopeProps>) => written(({ shop, frontend }) =>
    new SidecarScope(shop, 'scope', { scope: PolicyScope.workload(frontend), hosts: [SidecarHost.ownNamespace()], ...props })).spec;
  const listening = (listener: Partial<SidecarListener>) => scoped({ listeners: [{ port: MeshPort.http(9080), ...listener }] }).ingress;

  test('take requests for the application', () => {
    expect(listening({ defaultEndpoint: '127.0.0.1:8080', bind: '0.0.0.0', connectionPool: { http: { maxRequests: 10 } } })).toEqual([{
      port: { number: 9080, name: 'http-9080', protocol: 'HTTP' }, bind: '0.0.0.0', defaultEndpoint: '127.0.0.1:8080', connectionPool: { http: { http2MaxRequests: 10 } },
    }]);
  });

  test('terminate TLS with files', () => {
    const files = { certificate: '/etc/certs/tls.crt', privateKey: '/etc/certs/tls.key' };
    const port = MeshPort.of({ number: 8443, protocol: PortProtocol.HTTPS });
    expect(listening({ port, tls: ListenerTls.simple(files) })[0].tls).toEqual({ mode: 'SIMPLE', serverCertificate: files.certificate, privateKey: files.privateKey });
    expect(listening({ port, tls: ListenerTls.mutual({ ...files, caCertificates: '/etc/certs/ca.crt' }) })[0].tls).toEqual({
      mode: 'MUTUAL', serverCertificate: files.certificate, privateKey: files.privateKey, caCertificates: '/etc/certs/ca.crt',
    });
  });

  test('stand beside limits for all that comes in', () => {
    expect(scoped({ inboundConnectionPool: { tcp: { maxConnections: 5, connectTimeout: Duration.seconds(1) } } }).inboundConnectionPool)
      .toEqual({ tcp: { maxConnections: 5, connectTimeout: '1s' } });
  });

  const PEM = '-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----';

  test.each<[string, Partial<SidecarListener>, string]>([
    ['an address elsewhere', { defaultEndpoint: '10.0.0.1:80' }, '`defaultEndpoint` is "10.0.0.1:80". Write "127.0.0.1:PORT"'],
    ['no port', { defaultEndpoint: '127.0.0.1' }, '`defaultEndpoint` is "127.0.0.1".'],
    ['a port that is none', { defaultEndpoint: '127.0.0.1:70000' }, '`defaultEndpoint` is "127.0.0.1:70000".'],
    ['a name to bind to', { bind: 'localhost' }, '`bind` is "localhost", which is not an IP address.'],
    ['a protocol that is not said', { port: MeshPort.of({ number: 80 }) }, 'the listener of port 80 (automatic) does not say what it carries.'],
    ['a target port', { port: MeshPort.http(80, { targetPort: 8080 }) }, "has the target port 8080, which Istio does not read here. Say defaultEndpoint: '127.0.0.1:8080'."],
    ['TLS on a plain port', { tls: ListenerTls.simple({ certificate: '/a', privateKey: '/b' }) }, 'has `tls`, and its protocol is HTTP.'],
    ['a limit of nothing', { connectionPool: { tcp: { maxConnections: 0 } } }, 'connectionPool.tcp.maxConnections is 0'],
  ])('are refused with %s', (_, listener, message) => {
    expect(() => listening(listener)).toThrow(message);
  });

  test('never hold a key', () => {
    const attempt = () => ListenerTls.simple({ certificate: '/a', privateKey: PEM });
    expect(attempt).toThrow('ListenerTls.simple: `privateKey` holds the text of a certificate or a key.');
    expect(attempt).not.toThrow('MIIEvQ');
  });

  test('with one port twice are refused', () => {
    expect(() => scoped({ listeners: [{ port: MeshPort.http(80) }, { port: MeshPort.http(80) }] })).toThrow('[shop/scope] `listeners` has port 80 twice');
  });

  test('for a whole namespace are refused', () => {
    const { shop } = theShop();
    expect(() => new SidecarScope(shop, 'scope', { scope: PolicyScope.namespace('shop'), listeners: [{ port: MeshPort.http(80) }] }))
      .toThrow('[shop/scope] `listeners` are given for namespace shop, and ports are those of one workload');
  });
});

describe('is refused', () => {
  test('twice for the same pods, as Istio merges nothing', () => {
    const { app, shop, frontend } = theShop();
    new SidecarScope(shop, 'one', { scope: PolicyScope.workload(frontend), hosts: [SidecarHost.ownNamespace()] });
    new SidecarScope(shop, 'two', { scope: PolicyScope.workload(frontend.workloads[0]), hosts: [SidecarHost.ownNamespace()], metadata: { name: 'other' } });
    expect(() => app.synth()).toThrow('[shop/two] and [shop/one] both write the Sidecar of the pods of frontend, and Istio does not merge two');
  });

  test('for a namespace whose Sidecar a ZeroTrustNamespace writes', () => {
    const { app, shop } = theShop();
    new ZeroTrustNamespace(shop, 'zero-trust', { namespace: 'shop' });
    new SidecarScope(shop, 'scope', { scope: PolicyScope.namespace('shop'), hosts: [SidecarHost.ownNamespace()] });
    expect(() => app.synth()).toThrow('both write the Sidecar');
  });

  test('for a gateway, which no Sidecar holds for', () => {
    const { app, shop } = theShop();
    const workload = new ApiObject(shop, 'gateway', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'gateway' },
      spec: {
        selector: { matchLabels: { app: 'gateway' } },
        template: { metadata: { labels: { app: 'gateway' }, annotations: { 'inject.istio.io/templates': 'gateway' } }, spec: { containers: [{ name: 'istio-proxy', image: 'auto' }] } },
      },
    });
    new SidecarScope(shop, 'scope', { scope: PolicyScope.workload(new MeshWorkload(shop, 'pods', { workload })), hosts: [SidecarHost.ownNamespace()] });
    expect(() => app.synth()).toThrow('[shop/scope] the pods of gateway are a gateway, and a Sidecar does not hold for gateways.');
    expect(() => new SidecarScope(shop, 'other', { scope: PolicyScope.kubernetesGateway('shop', 'public') })).toThrow('a Sidecar does not hold for gateways');
  });

  test.each<[string, object, string]>([
    ['without a scope', {}, '`scope` is undefined'],
    ['with a service for a scope', { scope: 'frontend' }, '`scope` is "frontend"'],
    ['with hosts by name', { scope: PolicyScope.namespace('shop'), hosts: ['reviews'] }, '`hosts` holds "reviews". Give SidecarHosts'],
    ['with no list', { scope: PolicyScope.namespace('shop'), hosts: 'reviews' }, '`hosts` is "reviews", not a list.'],
    ['with another mode', { scope: PolicyScope.namespace('shop'), outboundTraffic: 'NONE' }, '`outboundTraffic` is "NONE". Give OutboundTraffic.REGISTRY_ONLY or OutboundTraffic.ALLOW_ANY.'],
    ['with a root namespace that is none', { scope: PolicyScope.namespace('shop'), rootNamespace: 'Istio' }, '`rootNamespace` is "Istio"'],
  ])('%s', (_, props, message) => {
    expect(() => new SidecarScope(theShop().shop, 'scope', props as SidecarScopeProps)).toThrow(`[shop/scope] ${message}`);
  });
});
