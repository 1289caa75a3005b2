import { App, Chart, Duration } from 'cdk8s';
import * as fc from 'fast-check';
import {
  CanaryRollout, CertificateKey, ExposeOptions, GatewayApi,
  GatewayCertificate, GatewayRoutes, GatewayTls, HttpMatch, IngressGateway, IngressGatewayProps,
  IngressHost, MeshPort, MeshService, PlainHttp, PortProtocol, RequestTimeout, TlsVersion,
} from '../../src';
import { messageOf, mistakes, only, synthesized } from '../support/shop';

const CERT = GatewayTls.simple('shop-cert');

function edge(props: Partial<IngressGatewayProps> = {}) {
  const app = new App();
  const chart = new Chart(app, 'edge', { namespace: 'istio-ingress' });
  const service = (name: string, namespace = 'shop', ...ports: MeshPort[]) =>
    MeshService.fromName(chart, `${namespace}-${name}`, { name, namespace, ports: ports.length > 0 ? ports : [MeshPort.http(8080)] });
  const ingress = new IngressGateway(chart, 'public', { name: 'public', selector: { istio: 'ingress' }, ...props });
  return { app, chart, service, ingress, frontend: service('frontend') };
}

const exposed = (options: Partial<ExposeOptions> = {}): ExposeOptions => ({ hosts: ['shop.example.com'], tls: CERT, ...options });
const servers = (app: App): any[] => only(app, 'Gateway').spec.servers;
const port = (protocol: PortProtocol, number: number) => MeshPort.of({ number, protocol });

test('a service that is exposed has HTTPS, a redirect to it, and routes of its own namespace that the gateway alone sees', () => {
  const { app, ingress, frontend } = edge();
  ingress.expose(frontend, exposed());
  expect(only(app, 'Gateway')).toMatchObject({
    metadata: { name: 'public', namespace: 'istio-ingress' },
    spec: {
      selector: { istio: 'ingress' },
      servers: [
        { port: { number: 80, name: 'http-redirect', protocol: 'HTTP' }, hosts: ['shop.example.com'], tls: { httpsRedirect: true } },
        {
          port: { number: 443, name: 'https-443-shop-cert', protocol: 'HTTPS' },
          hosts: ['shop/shop.example.com'],
          tls: { mode: 'SIMPLE', credentialName: 'shop-cert', minProtocolVersion: 'TLSV1_2' },
        },
      ],
    },
  });
  expect(only(app, 'VirtualService')).toMatchObject({
    metadata: { name: 'shop-example-com', namespace: 'shop' },
    spec: {
      gateways: ['istio-ingress/public'],
      hosts: ['shop.example.com'],
      exportTo: ['istio-ingress'],
      http: [{ route: [{ destination: { host: 'frontend.shop.svc.cluster.local' } }] }],
    },
  });
});

test('services of one host share its routes, whichever was exposed first', () => {
  const yaml = (turned: boolean) => {
    const { app, ingress, frontend, service } = edge();
    const reviews = service('reviews');
    const both = [() => ingress.expose(frontend, exposed()), () => ingress.expose(reviews, exposed({ match: HttpMatch.pathSegments('/reviews') }))];
    for (const expose of turned ? both.reverse() : both) expose();
    return app.synthYaml();
  };
  expect(yaml(true)).toBe(yaml(false));
  expect(yaml(false)).toContain('reviews.shop.svc.cluster.local');
});

test('the Gateway is the same in whatever order charts and teams come', () => {
  const hosts = ['a', 'b', 'c', 'd'].map((name) => `${name}.example.com`);
  const kinds = [CERT, GatewayTls.simple('other'), GatewayTls.mutual('shop-cert'), GatewayTls.plaintext(), GatewayTls.simple('shop-cert', { minVersion: TlsVersion.V1_3 })];
  const claim = fc.record({ tls: fc.constantFrom(...kinds), namespace: fc.constantFrom('shop', 'blog'), teamsChart: fc.boolean() });
  const claims = fc.tuple(claim, claim, claim, claim);
  fc.assert(fc.property(claims, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 }), ([a, b, c, d], order) => {
    const gateway = (indices: readonly number[]) => {
      const { app, ingress, frontend } = edge();
      const team = new Chart(app, 'team');
      for (const index of indices) {
        const { tls, namespace, teamsChart } = [a, b, c, d][index];
        const options = { tls, namespace, hosts: [hosts[index]] };
        if (teamsChart) new IngressHost(team, hosts[index], { ...options, ingress }).addRoute(HttpMatch.any(), frontend);
        else ingress.expose(frontend, options);
      }
      const { spec } = only(app, 'Gateway');
      // Each host is at one server of its port, for its namespace, with its own TLS.
      for (const [index, host] of hosts.entries()) {
        const { tls, namespace } = [a, b, c, d][index];
        const at = spec.servers.filter((server: any) => server.hosts.includes(`${namespace}/${host}`));
        expect(at.map((server: any) => server.tls ?? null)).toEqual([tls._spec('istio-ingress') ?? null].map((one) => one && JSON.parse(JSON.stringify(one))));
      }
      expect(new Set(spec.servers.map((server: any) => server.port.name)).size).toBe(spec.servers.length);
      return spec;
    };
    expect(gateway(order)).toEqual(gateway([0, 1, 2, 3]));
  }), { numRuns: 50 });
});

test('hosts with the same TLS share a server, as browsers share connections among them', () => {
  const { app, ingress, frontend, service } = edge();
  ingress.expose(frontend, exposed());
  ingress.expose(service('posts', 'blog'), exposed({ hosts: ['blog.example.com'] }));
  expect(servers(app).filter((server) => server.port.number === 443).map(({ hosts }) => hosts)).toEqual([['blog/blog.example.com', 'shop/shop.example.com']]);
});

test.each([
  [PlainHttp.REDIRECT, [['http-redirect', ['shop.example.com']]]],
  [PlainHttp.CLOSED, []],
  [PlainHttp.SERVED, [['http', ['shop/shop.example.com']]]],
])('plain HTTP may be %s', (plainHttp, expected) => {
  const { app, ingress, frontend } = edge();
  ingress.expose(frontend, exposed({ plainHttp }));
  expect(servers(app).filter((server) => server.port.number === 80).map((server) => [server.port.name, server.hosts])).toEqual(expected);
});

test('without TLS there is one port; mutual TLS of the mesh opens none for plain HTTP', () => {
  const plain = edge();
  plain.ingress.expose(plain.frontend, exposed({ tls: GatewayTls.plaintext() }));
  expect(servers(plain.app)).toEqual([{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['shop/shop.example.com'] }]);
  const internal = edge();
  internal.ingress.expose(internal.frontend, exposed({ tls: GatewayTls.istioMutual() }));
  expect(servers(internal.app).map((server) => server.port.number)).toEqual([443]);
});

test('what the constructs of a service say holds for its host', () => {
  const { app, ingress, frontend, chart } = edge();
  new CanaryRollout(chart, 'canary', { service: frontend, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 10 });
  ingress.expose(frontend, exposed({ timeout: RequestTimeout.after(Duration.seconds(2)) }));
  const routes = synthesized(app).find(({ kind, spec }) => kind === 'VirtualService' && spec.gateways)!;
  expect(routes.spec.http).toMatchObject([{ timeout: '2s', route: [{ destination: { subset: 'v1' }, weight: 90 }, { destination: { subset: 'v2' }, weight: 10 }] }]);
});

describe('a host claimed twice', () => {
  test('with other TLS, or by another namespace: both are named', () => {
    for (const other of [{ tls: GatewayTls.simple('other') }, { namespace: 'blog' }, { plainHttp: PlainHttp.SERVED }]) {
      const { ingress, frontend, service } = edge();
      ingress.expose(frontend, exposed());
      expect(messageOf(() => ingress.expose(service('reviews'), exposed(other)))).toMatch(
        /^\[edge\/public\] shop\.example\.com is claimed twice: for \[edge\/shop-reviews\] .* and for \[edge\/shop-frontend\].*one TLS and one owner/);
    }
  });

  const passthrough = { tls: GatewayTls.passthrough(), port: 443 };
  test.each([
    ['connections and connections', passthrough, passthrough], ['requests and connections', {}, passthrough], ['connections and requests', passthrough, {}],
  ])('for %s: who came first is named, by both APIs', (_, first, second) => {
    for (const props of [{}, { api: GatewayApi.KUBERNETES, selector: undefined }]) {
      const { ingress, service } = edge(props);
      const ports = [MeshPort.http(80), port(PortProtocol.TLS, 443)];
      ingress.expose(service('one', 'shop', ...ports), exposed({ port: 80, ...first }));
      expect(messageOf(() => ingress.expose(service('other', 'shop', ...ports), exposed({ port: 80, ...second })))).toMatch(
        /^\[edge\/public\] shop\.example\.com is claimed twice: for \[edge\/shop-other\] with TLS .*, and for \[edge\/public\/shop\.example\.com\] with TLS .*Give one of them another host\.$/);
    }
  });

  test('by lists that share one: both are named, whoever sends clients to HTTPS', () => {
    for (const props of [{}, { api: GatewayApi.KUBERNETES, selector: undefined }]) {
      const { app, ingress, frontend } = edge(props);
      for (const more of ['a', 'b']) ingress.expose(frontend, exposed({ hosts: [`${more}.example.com`, 'shop.example.com'], plainHttp: PlainHttp.REDIRECT }));
      expect(mistakes(app).join()).toContain('[edge/public/b.example.com] and [edge/public/a.example.com] both claim shop.example.com');
    }
  });

  test('by two charts: both are named, once', () => {
    const { app, ingress, frontend } = edge();
    for (const team of ['a', 'b']) {
      new IngressHost(new Chart(app, team, { namespace: team }), 'host', { ingress, hosts: ['shop.example.com'], tls: CERT }).addRoute(HttpMatch.any(), frontend);
    }
    expect(mistakes(app).filter((message) => message.includes('both claim shop.example.com'))).toEqual([expect.stringMatching(
      /^\[b\/host\] and \[a\/host\] both claim shop\.example\.com, at port 443 of the same gateway pods.*namespace b .*namespace a /)]);
  });

  test('at two gateways of the same pods: only one would be served', () => {
    const { app, chart, ingress, frontend } = edge();
    ingress.expose(frontend, exposed());
    new IngressGateway(chart, 'second', { name: 'second', selector: { istio: 'ingress' } }).expose(frontend, exposed({ metadata: { name: 'other' } }));
    expect(mistakes(app).join()).toContain('[edge/second/shop.example.com] and [edge/public/shop.example.com] both claim shop.example.com');
  });

  test('at gateways of other pods it is no conflict', () => {
    const { app, chart, ingress, frontend } = edge();
    ingress.expose(frontend, exposed());
    new IngressGateway(chart, 'second', { name: 'second', selector: { istio: 'internal' } }).expose(frontend, exposed({ metadata: { name: 'other' } }));
    expect(mistakes(app)).toEqual([]);
  });
});

describe('wildcards', () => {
  test('are taken when asked for', () => {
    const { app, ingress, frontend } = edge();
    ingress.expose(frontend, exposed({ hosts: ['*.example.com'], allowWildcards: true }));
    expect(servers(app).map(({ hosts }) => hosts)).toEqual([['*.example.com'], ['shop/*.example.com']]);
  });

  test.each<[string, string, GatewayTls]>([
    ['*.example.com', '*.example.com is a wildcard: it takes every name that ends in .example.com', CERT],
    ['*', '* is a wildcard: it takes every name there is', GatewayTls.plaintext()],
    ['*', '* with TLS SIMPLE "shop-cert": TLS needs a name that the certificate is for, and no certificate is for every name', CERT],
    ['*.com', 'no certificate is for every name below .com', GatewayTls.mutual('a')],
    ['*', '* with TLS PASSTHROUGH: connections are led by the name that clients ask for', GatewayTls.passthrough()],
    ['10.0.0.1', '10.0.0.1 is an address, and TLS needs a name', CERT],
    ['Shop.example.com', '"Shop.example.com" is not a host', CERT],
    ['localhost', 'localhost has no dot: Istio would take it for a Service', CERT],
    ['shop.example.com:443', '"shop.example.com:443" is not a host', CERT],
  ])('%s is refused: %s', (host, message, tls) => {
    const { ingress, frontend } = edge();
    expect(messageOf(() => ingress.expose(frontend, exposed({ hosts: [host], tls })))).toContain(message);
  });

  test('a host that another\'s wildcard covers needs the same TLS: else a client has the one by the handshake of the other', () => {
    const { app, ingress, frontend, service } = edge();
    ingress.expose(frontend, exposed({ hosts: ['*.example.com'], allowWildcards: true }));
    ingress.expose(service('reviews'), exposed({ hosts: ['admin.example.com'], tls: GatewayTls.mutual('admin-cert') }));
    expect(mistakes(app)).toEqual([expect.stringMatching(
      /^\[edge\/public\/admin\.example\.com\] claims admin\.example\.com with TLS MUTUAL.*\[edge\/public\/\*\.example\.com\] covers.*had without the certificate that it asks clients for/)]);
  });

  test('with the same TLS they share a server, and the host comes before the wildcard', () => {
    const { app, ingress, frontend, service } = edge();
    ingress.expose(frontend, exposed({ hosts: ['*.example.com'], allowWildcards: true }));
    ingress.expose(service('posts', 'blog'), exposed({ hosts: ['blog.example.com'] }));
    expect(mistakes(app)).toEqual([]);
    expect(servers(app).at(-1)!.hosts).toEqual(['blog/blog.example.com', 'shop/*.example.com']);
  });
});

describe('certificates of cert-manager', () => {
  const certificate = GatewayCertificate.fromClusterIssuer('letsencrypt');

  test('are written into the gateway\'s namespace, one for all hosts of a Secret', () => {
    const { app, ingress, frontend, service } = edge();
    ingress.expose(frontend, exposed({ hosts: ['shop.example.com', 'api.example.com'], certificate }));
    ingress.expose(service('posts', 'blog'), exposed({ hosts: ['blog.example.com'], certificate }));
    expect(only(app, 'Certificate')).toEqual({
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: 'shop-cert', namespace: 'istio-ingress' },
      spec: {
        secretName: 'shop-cert',
        dnsNames: ['api.example.com', 'blog.example.com', 'shop.example.com'],
        issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'letsencrypt' },
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
        usages: ['digital signature', 'key encipherment', 'server auth'],
      },
    });
  });

  test('of an Issuer, with a key and a time of one\'s own', () => {
    const { app, ingress, frontend } = edge();
    ingress.expose(frontend, exposed({ certificate: GatewayCertificate.fromIssuer('own', { key: CertificateKey.RSA_4096, duration: Duration.days(30) }) }));
    expect(only(app, 'Certificate').spec).toMatchObject({
      issuerRef: { kind: 'Issuer', name: 'own' }, privateKey: { algorithm: 'RSA', size: 4096 }, duration: '2592000s',
    });
  });

  test('a host with the same Secret that no certificate is made for', () => {
    const { app, ingress, frontend } = edge();
    ingress.expose(frontend, exposed({ certificate }));
    ingress.admit({ hosts: ['blog.example.com'], namespace: 'blog', tls: CERT });
    expect(mistakes(app)).toEqual([expect.stringContaining('serves blog.example.com with the certificate in "shop-cert", which [edge/public/shop.example.com] lets cert-manager get for shop.example.com alone')]);
  });

  test.each<[string, Partial<ExposeOptions>, string]>([
    ['without a Secret', { tls: GatewayTls.passthrough() }, '`certificate` stands beside TLS PASSTHROUGH, which has no Secret'],
    ['for two Secrets', { tls: GatewayTls.simple('a', { secondCredential: 'b' }) }, '`certificate` is one, and TLS SIMPLE "a" "b" are two Secrets'],
  ])('%s: refused', (_, options, message) => {
    const { ingress, frontend } = edge();
    expect(messageOf(() => ingress.expose(frontend, exposed({ certificate, ...options })))).toContain(message);
  });

  test('another certificate in the same Secret: both are named', () => {
    const { ingress, frontend } = edge();
    ingress.expose(frontend, exposed({ certificate }));
    expect(messageOf(() => ingress.expose(frontend, exposed({ hosts: ['b.example.com'], certificate: GatewayCertificate.fromIssuer('other') }))))
      .toMatch(/\[edge\/public\/b\.example\.com\] asks for another certificate in the Secret "shop-cert" than \[edge\/public\/shop\.example\.com\]/);
  });

  test.each<[() => unknown, string]>([
    [() => GatewayCertificate.fromIssuer('Let us encrypt'), 'GatewayCertificate.fromIssuer: "Let us encrypt" is not the name of an Issuer'],
    [() => GatewayCertificate.fromIssuer('a', { key: 'RSA' as CertificateKey }), '`key` is "RSA". Give CertificateKey.RSA_2048 or'],
    [() => GatewayCertificate.fromIssuer('a', { duration: Duration.minutes(59) }), '`duration` is 59 minutes. Give a Duration of at least an hour'],
  ])('%#: refused', (wrong, message) => expect(messageOf(wrong)).toContain(message));
});

describe('connections', () => {
  test('TLS that goes through is led by the name, to the port where the application ends it', () => {
    const { app, ingress, service } = edge();
    ingress.expose(service('secure', 'shop', MeshPort.http(80), port(PortProtocol.HTTPS, 8443)), exposed({ tls: GatewayTls.passthrough() }));
    expect(servers(app)[1]).toEqual({ port: { number: 443, name: 'tls-443-passthrough', protocol: 'TLS' }, hosts: ['shop/shop.example.com'], tls: { mode: 'PASSTHROUGH' } });
    expect(only(app, 'VirtualService').spec).toEqual({
      gateways: ['istio-ingress/public'],
      hosts: ['shop.example.com'],
      exportTo: ['istio-ingress'],
      tls: [{ match: [{ port: 443, sniHosts: ['shop.example.com'] }], route: [{ destination: { host: 'secure.shop.svc.cluster.local', port: { number: 8443 } } }] }],
    });
  });

  test('bytes are led by the port, by the weights of a canary', () => {
    const { app, chart, ingress, service } = edge();
    const db = service('db', 'shop', port(PortProtocol.TCP, 3306));
    new CanaryRollout(chart, 'canary', { service: db, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 20 });
    ingress.exposeTcp(db, { gatewayPort: 13306, tls: GatewayTls.plaintext() });
    expect(servers(app)).toEqual([{ port: { number: 13306, name: 'tcp-13306', protocol: 'TCP' }, hosts: ['shop/*'] }]);
    const routes = synthesized(app).find(({ kind, spec }) => kind === 'VirtualService' && spec.gateways)!;
    const to = (subset: string, weight: number) => ({ destination: { host: 'db.shop.svc.cluster.local', subset, port: { number: 3306 } }, weight });
    expect(routes.spec).toMatchObject({ hosts: ['*'], tcp: [{ match: [{ port: 13306 }], route: [to('v1', 80), to('v2', 20)] }] });
  });

  test('TLS that the gateway ends for bytes is of protocol TLS', () => {
    const { app, ingress, service } = edge();
    ingress.exposeTcp(service('db', 'shop', port(PortProtocol.TCP, 3306)), { gatewayPort: 13306, hosts: ['db.example.com'], tls: GatewayTls.simple('db') });
    expect(servers(app)).toMatchObject([{ port: { name: 'tls-13306-db', protocol: 'TLS' }, hosts: ['shop/db.example.com'], tls: { mode: 'SIMPLE', credentialName: 'db' } }]);
  });

  test('other clusters reach the services of the namespaces that are named', () => {
    const { app, ingress } = edge();
    ingress.exposeToClusters({ namespaces: ['shop', 'data'] });
    expect(servers(app)).toEqual([{
      port: { number: 15443, name: 'tls-15443-auto-passthrough', protocol: 'TLS' }, hosts: ['*.data.svc.cluster.local', '*.shop.svc.cluster.local'], tls: { mode: 'AUTO_PASSTHROUGH' },
    }]);
  });

  test.each<[string, (context: ReturnType<typeof edge>) => unknown, string]>([
    ['a route option where no requests are seen', ({ ingress, frontend }) => ingress.expose(frontend, exposed({ tls: GatewayTls.passthrough(), match: HttpMatch.any() })), 'expose: `match` is about requests'],
    ['routes where no requests are seen', ({ ingress }) => ingress.host('a.example.com', { tls: GatewayTls.passthrough(), namespace: 'shop' }), 'the gateway sees no requests, so there is nothing to route by'],
    ['plain HTTP for an application that speaks TLS', ({ ingress, frontend }) => ingress.expose(frontend, exposed({ tls: GatewayTls.passthrough(), plainHttp: PlainHttp.SERVED })), '`plainHttp` is SERVED beside TLS PASSTHROUGH'],
    ['hosts of bytes', ({ ingress, frontend }) => ingress.exposeTcp(frontend, { gatewayPort: 1, tls: GatewayTls.plaintext(), hosts: ['a'] }), '`hosts` stands beside GatewayTls.plaintext()'],
    ['bytes at the port of HTTP', ({ ingress, frontend }) => ingress.exposeTcp(frontend, { gatewayPort: 80, tls: GatewayTls.plaintext() }), '`gatewayPort` is 80, where the gateway speaks HTTP'],
    ['bytes at the port of TLS', ({ ingress, frontend }) => ingress.exposeTcp(frontend, { gatewayPort: 443, tls: GatewayTls.plaintext() }), '`gatewayPort` is 443, where the gateway speaks TLS'],
    ['no port', ({ ingress, frontend }) => ingress.exposeTcp(frontend, { gatewayPort: 0, tls: GatewayTls.plaintext() }), '`gatewayPort` is 0'],
    ['other clusters, nowhere', ({ ingress }) => ingress.exposeToClusters({ namespaces: ['Shop'] }), '"Shop" is not a namespace name'],
  ])('%s: refused', (_, wrong, message) => expect(messageOf(() => wrong(edge()))).toContain(message));

  test('TLS to a port that carries none is a mistake', () => {
    const { app, ingress, frontend } = edge();
    ingress.expose(frontend, exposed({ tls: GatewayTls.passthrough(), port: 8080 }));
    expect(mistakes(app)).toEqual([expect.stringMatching(/port 8080.* carries no TLS, and with TLS PASSTHROUGH the application gets nothing else/)]);
  });
});

describe('other Apps', () => {
  test('a host is admitted for the routes of one namespace', () => {
    const { app, ingress } = edge();
    ingress.admit({ hosts: ['news.example.com'], namespace: 'blog', tls: CERT });
    expect(servers(app).map(({ hosts }) => hosts)).toEqual([['news.example.com'], ['blog/news.example.com']]);
  });

  test('GatewayRoutes for a host that is not admitted for their namespace are a mistake', () => {
    const { app, chart, ingress, frontend } = edge();
    ingress.admit({ hosts: ['news.example.com'], namespace: 'blog', tls: CERT });
    const routes = (id: string, namespace: string, host: string) =>
      new GatewayRoutes(chart, id, { gateway: ingress.reference, namespace, hosts: [host] }).addRoute(HttpMatch.any(), frontend);
    routes('right', 'blog', 'news.example.com');
    routes('wrong', 'shop', 'old.example.com');
    expect(mistakes(app)).toEqual([expect.stringMatching(/^\[edge\/wrong\] is for old\.example\.com at istio-ingress\/public, which admits it for no routes of namespace shop/)]);
  });
});

test.each<[string, Partial<IngressGatewayProps>, string]>([
  ['no pods', { selector: {} }, '`selector` is an object with nothing in it. Give the labels of the gateway\'s pods'],
  ['a label that is none', { selector: { istio: 'a b' } }, '`selector` has istio="a b"'],
  ['a name with a dot', { name: 'a.b' }, '`name` is "a.b", which is not the name of a Gateway'],
  ['a port that is none', { httpPort: 70000 }, '`httpPort` is 70000'],
  ['one port', { httpsPort: 80 }, '`httpPort` and `httpsPort` are both 80'],
  ['a Service for Istio\'s own API', { service: 'a' }, '`service` is for the Gateway API alone'],
])('%s: refused', (_, props, message) => expect(messageOf(() => edge(props))).toContain(`[edge/public] ${message}`));

test('at other ports a redirect has to be said, as it leads to 443', () => {
  const { app, ingress, frontend } = edge({ httpPort: 8080, httpsPort: 8443 });
  expect(messageOf(() => ingress.expose(frontend, exposed({ hosts: ['a.example.com'] })))).toContain('listens at the ports 8080 and 8443, and a redirect leads to 443');
  ingress.expose(frontend, exposed({ plainHttp: PlainHttp.REDIRECT }));
  expect(servers(app).map((server) => server.port.number)).toEqual([8080, 8443]);
});

test('a gateway where nothing is exposed is a mistake', () => {
  expect(mistakes(edge().app)).toEqual([expect.stringContaining('nothing is exposed at this gateway')]);
});

test('the gateway can be a caller once its service account is known', () => {
  expect(edge({ serviceAccount: 'ingress' }).ingress.workload.callerIdentities().map(String)).toEqual(['istio-ingress/ingress']);
});
