import { App, Chart, Duration } from 'cdk8s';
import {
  ClientTls, ExternalPort, ExternalService, ExternalServiceProps, MeshWorkload, PolicyScope, PortProtocol, RequestTimeout, Resolution,
  ResilientService, SidecarHost, SidecarScope, ZeroTrustNamespace,
} from '../../src';
import { only, shop, synthesized } from '../support/shop';

const HTTPS = [ExternalPort.https(443)];

function external(chart: Chart, props: Partial<ExternalServiceProps> = {}): ExternalService {
  return new ExternalService(chart, 'payments', { hosts: ['api.payments.example'], ports: HTTPS, ...props });
}

function pods(chart: Chart, name: string, namespace: string): MeshWorkload {
  return MeshWorkload.fromLabels(chart, name, { name, namespace, labels: { app: name }, serviceAccount: name });
}

/** The ServiceEntry's spec. */
function entry(props: Partial<ExternalServiceProps> = {}, more: (chart: Chart, service: ExternalService) => void = () => undefined): any {
  const { app, chart } = shop();
  more(chart, external(chart, props));
  return only(app, 'ServiceEntry').spec;
}

test('a host by its name is found by DNS, outside of the mesh, and seen by its own namespace alone', () => {
  const { app, chart } = shop();
  external(chart);
  const { metadata, spec } = only(app, 'ServiceEntry');
  expect(metadata).toEqual({ name: 'api.payments.example', namespace: 'shop' });
  expect(spec).toEqual({
    hosts: ['api.payments.example'], exportTo: ['.'], location: 'MESH_EXTERNAL', resolution: 'DNS', ports: [{ number: 443, name: 'tls-443', protocol: 'TLS' }],
  });
});

describe('how the addresses are found', () => {
  const WILD = { hosts: ['*.payments.example'], ports: [ExternalPort.http(80)] };

  test.each<[string, Partial<ExternalServiceProps>, string]>([
    ['endpoints with addresses', { endpoints: [{ address: '203.0.113.7' }, { address: '2001:db8::7' }] }, 'STATIC'],
    ['endpoints with names', { endpoints: [{ address: '203.0.113.7' }, { address: 'eu.payments.example' }] }, 'DNS'],
    ['a wildcard of requests', WILD, 'DYNAMIC_DNS'],
    ['a wildcard of other connections', { ...WILD, ports: [ExternalPort.http(80), ...HTTPS] }, 'NONE'],
    ['a wildcard beside a name', { ...WILD, hosts: ['*.payments.example', 'payments.example'] }, 'NONE'],
    ['a wildcard with endpoints', { ...WILD, endpoints: [{ address: '203.0.113.7' }] }, 'STATIC'],
    ['a block of addresses', { addresses: ['203.0.113.0/24'] }, 'NONE'],
    ['single addresses', { addresses: ['203.0.113.7'] }, 'DNS'],
    ['what is given', { resolution: Resolution.DNS_ROUND_ROBIN }, 'DNS_ROUND_ROBIN'],
    ['what is given for a wildcard', { ...WILD, resolution: Resolution.NONE }, 'NONE'],
    ['a wildcard whose requests become TLS', { ...WILD, ports: [ExternalPort.tlsOrigination(80), ExternalPort.http(8080)] }, 'DYNAMIC_DNS'],
  ])('is chosen from %s', (_, props, resolution) => expect(entry(props).resolution).toBe(resolution));
});

test('endpoints and their ports are written as they are given', () => {
  const endpoint = { address: '203.0.113.7', ports: { api: 8443 }, locality: 'eu/eu-a', weight: 3, labels: { tier: 'gold' } };
  const spec = entry({ ports: [ExternalPort.https(443, { name: 'api', targetPort: 6443 })], endpoints: [endpoint] });
  expect(spec.ports).toEqual([{ number: 443, name: 'api', protocol: 'TLS', targetPort: 6443 }]);
  expect(spec.endpoints).toEqual([endpoint]);
});

test('the protocols are those that Istio knows', () => {
  const ports = [ExternalPort.http(80), ExternalPort.http2(81), ExternalPort.grpc(82), ExternalPort.tcp(83), ExternalPort.https(443)];
  expect(entry({ ports }).ports.map(({ protocol }: any) => protocol)).toEqual(['HTTP', 'HTTP2', 'GRPC', 'TCP', 'TLS']);
});

describe('TLS by the proxy', () => {
  const rule = (port: ExternalPort, ...more: ExternalPort[]) => {
    const { app, chart } = shop();
    external(chart, { ports: [port, ...more] });
    return { ports: only(app, 'ServiceEntry').spec.ports, policy: only(app, 'DestinationRule').spec.trafficPolicy };
  };

  test('is spoken at 443 to a server whose certificate is verified, where nothing else is said', () => {
    const { ports, policy } = rule(ExternalPort.tlsOrigination(80));
    expect(ports).toEqual([{ number: 80, name: 'http-80', protocol: 'HTTP', targetPort: 443 }]);
    expect(policy).toEqual({ portLevelSettings: [{ port: { number: 80 }, tls: { mode: 'SIMPLE', sni: 'api.payments.example', subjectAltNames: ['api.payments.example'] } }] });
  });

  test('is spoken at its own port only, not upon the TLS of an application', () => {
    const { policy } = rule(ExternalPort.tlsOrigination(80), ExternalPort.https(443));
    expect(policy.portLevelSettings.map(({ port }: any) => port.number)).toEqual([80]);
    expect(policy.tls).toBeUndefined();
  });

  test('is of bytes, too', () => {
    const { ports, policy } = rule(ExternalPort.tlsOrigination(5432, { targetPort: 5433, protocol: PortProtocol.TCP, tls: ClientTls.simple({ sni: 'db.example' }) }));
    expect(ports).toEqual([{ number: 5432, name: 'tcp-5432', protocol: 'TCP', targetPort: 5433 }]);
    expect(policy.portLevelSettings[0].tls).toMatchObject({ sni: 'db.example', subjectAltNames: ['db.example'] });
  });

  test('stands beside what others say of the service, which holds at that port, too', () => {
    const { app, chart } = shop();
    const payments = external(chart, { ports: [ExternalPort.tlsOrigination(80)] });
    new ResilientService(chart, 'resilience', {
      service: payments.service, timeout: RequestTimeout.after(Duration.seconds(2)), outlierDetection: { consecutive5xxErrors: 3 },
    });
    const [{ tls, outlierDetection }] = only(app, 'DestinationRule').spec.trafficPolicy.portLevelSettings;
    expect(tls.mode).toBe('SIMPLE');
    expect(outlierDetection.consecutive5xxErrors).toBe(3);
    expect(only(app, 'VirtualService').spec.http).toEqual([{ timeout: '2s', route: [{ destination: { host: 'api.payments.example' } }] }]);
  });

  test('with certificates from a Secret is refused at sidecars, which would speak plain text', () => {
    const { app, chart } = shop();
    external(chart, { ports: [ExternalPort.tlsOrigination(80, { tls: ClientTls.mutualFromSecret('client') })] });
    expect(() => app.synth()).toThrow('[shop/payments] the certificates of the TLS that the proxies speak are in the Secret client, and Istio gives no Secrets to sidecars');
  });
});

describe('who sees the hosts', () => {
  const seen = (props: Partial<ExternalServiceProps>, more: (chart: Chart, service: ExternalService) => void) => entry(props, more).exportTo;

  test('is whoever is declared to call them, later too, beside their own namespace', () => {
    expect(seen({}, (chart, payments) => {
      pods(chart, 'z', 'zoo').calls(payments.service);
      pods(chart, 'a', 'art').calls(payments.service);
      pods(chart, 'own', 'shop').calls(payments.service);
    })).toEqual(['.', 'art', 'zoo']);
  });

  test('is whose scope names them', () => {
    expect(seen({}, (chart, payments) =>
      new SidecarScope(chart, 'scope', { scope: PolicyScope.namespace('art'), hosts: [SidecarHost.service(payments.service)] }))).toEqual(['.', 'art']);
    expect(seen({}, (chart, payments) => new ZeroTrustNamespace(chart, 'zero-trust', { namespace: 'zoo' }).allowEgress(payments.service))).toEqual(['.', 'zoo']);
    expect(seen({}, (chart, payments) => new SidecarScope(chart, 'scope', { scope: PolicyScope.mesh() }).addHost(SidecarHost.service(payments.service)))).toEqual(['*']);
  });

  test('is the same for all that is said of them', () => {
    const { app, chart } = shop();
    const payments = external(chart, { ports: [ExternalPort.tlsOrigination(80)] });
    pods(chart, 'a', 'art').calls(payments.service);
    new ResilientService(chart, 'resilience', { service: payments.service, timeout: RequestTimeout.after(Duration.seconds(2)) });
    expect(synthesized(app).filter(({ spec }) => spec.exportTo).map(({ kind, spec }) => [kind, spec.exportTo])).toEqual([
      ['ServiceEntry', ['.', 'art']], ['DestinationRule', ['.', 'art']], ['VirtualService', ['.', 'art']],
    ]);
  });

  test('is what is given, which has to be enough', () => {
    expect(seen({ exportTo: ['*'] }, (chart, payments) => pods(chart, 'a', 'art').calls(payments.service))).toEqual(['*']);
    const { app, chart } = shop();
    pods(chart, 'a', 'art').calls(external(chart, { exportTo: ['.'] }).service);
    expect(() => app.synth()).toThrow('[shop/payments] `exportTo` leaves out art, which needs these hosts');
  });

  test('and a scope names the namespace of the ServiceEntry', () => {
    const { app, chart } = shop();
    const payments = external(chart);
    const frontend = pods(chart, 'frontend', 'art');
    frontend.calls(payments.service);
    new SidecarScope(chart, 'scope', { scope: PolicyScope.workload(frontend) });
    expect(only(app, 'Sidecar').spec.egress[0].hosts).toEqual(['istio-system/*', 'shop/api.payments.example']);
  });
});

test('several hosts are several services, each with its own TLS', () => {
  const { app, chart } = shop();
  const all = external(chart, { hosts: ['eu.payments.example', 'us.payments.example'], ports: [ExternalPort.tlsOrigination(80)] });
  expect(all.services.map(({ host }) => host)).toEqual(['eu.payments.example', 'us.payments.example']);
  expect(all.serviceOf('us.payments.example')).toBe(all.services[1]);
  expect(() => all.service).toThrow('[shop/payments] there is no one service, as there are several hosts: eu.payments.example, us.payments.example. Use serviceOf(host).');
  expect(() => all.serviceOf('x.example')).toThrow('[shop/payments] "x.example" is none of the hosts');
  expect(synthesized(app).filter(({ kind }) => kind === 'DestinationRule').map(({ spec }) => spec.trafficPolicy.portLevelSettings[0].tls.sni)).toEqual(['eu.payments.example', 'us.payments.example']);
});

test('a host that two claim is an error', () => {
  const { app, chart } = shop();
  external(chart);
  new ExternalService(chart, 'again', { hosts: ['api.payments.example'], ports: HTTPS, metadata: { name: 'again' } });
  expect(() => app.synth()).toThrow('are both a MeshService for the host api.payments.example');
});

describe('two hosts of bytes at one port', () => {
  type Props = Partial<ExternalServiceProps>;
  const both = (first: Props, second: Props, call?: (chart: Chart, one: ExternalService) => void) => () => {
    const { app, chart } = shop();
    const ports = [ExternalPort.tcp(5432)];
    const one = external(chart, { ports, ...first });
    new ExternalService(chart, 'other', { hosts: ['other.example'], ports, ...second });
    call?.(chart, one);
    app.synth();
  };
  const MESSAGE = '[shop/other] and [shop/payments] both are called at port 5432 with bytes, by the same sidecars';

  test('are refused where a sidecar sees both, as it would lead all connections to one', () => {
    expect(both({}, {})).toThrow(MESSAGE);
    expect(both({ addresses: ['203.0.113.7'] }, {})).toThrow(MESSAGE);
    expect(both({ addresses: ['203.0.113.7'] }, { addresses: ['203.0.113.7'] })).toThrow(MESSAGE);
    expect(both({ namespace: 'a' }, { namespace: 'b' }, (chart, one) => pods(chart, 'x', 'b').calls(one.service))).toThrow(MESSAGE);
  });

  test('are two by their addresses, by other ports, or where no sidecar sees both', () => {
    expect(both({ addresses: ['203.0.113.7'] }, { addresses: ['203.0.113.8'] })).not.toThrow();
    expect(both({ ports: [ExternalPort.tcp(5433)] }, {})).not.toThrow();
    expect(both({ ports: [ExternalPort.https(5432)] }, {})).not.toThrow();
    expect(both({ namespace: 'a' }, { namespace: 'b' })).not.toThrow();
  });
});

describe('is refused', () => {
  const make = (props: object) => () => external(new Chart(new App(), 'shop', { namespace: 'shop' }), props as Partial<ExternalServiceProps>);
  const ORIGINATED = { ports: [ExternalPort.tlsOrigination(80)] };

  test.each<[string, object, string]>([
    ['a URL', { hosts: ['https://api.payments.example'] }, '`hosts` holds "https://api.payments.example", which is not a host'],
    ['a short name', { hosts: ['api'] }, '`hosts` holds "api"'],
    ['every host', { hosts: ['*'] }, '`hosts` holds "*"'],
    ['an address for a host', { hosts: ['203.0.113.7'] }, '`hosts` holds the address 203.0.113.7. Give the host a name, and the address as an endpoint'],
    ['a Service of the cluster', { hosts: ['reviews.shop.svc.cluster.local'] }, 'a Service of the cluster'],
    ['no host', { hosts: [] }, '`hosts` is empty'],
    ['a host twice', { hosts: ['a.b', 'a.b'] }, '`hosts` holds a.b twice'],
    ['hosts that are no list', { hosts: 'a.b' }, '`hosts` is "a.b", not a list.'],
    ['no port', { ports: [] }, '`ports` is empty'],
    ['a port by number', { ports: [443] }, '`ports` holds 443. Give ExternalPorts'],
    ['a port twice', { ports: [ExternalPort.http(80), ExternalPort.tcp(80)] }, '`ports` has the number 80 twice'],
    ['a name of ports twice', { ports: [ExternalPort.http(80, { name: 'a' }), ExternalPort.tcp(81, { name: 'a' })] }, '`ports` has the name a twice'],
    ['a block that is none', { addresses: ['203.0.113.0/33'] }, '`addresses` holds "203.0.113.0/33", which is neither an IP address nor a CIDR block.'],
    ['a block beside DNS', { addresses: ['203.0.113.0/24'], resolution: Resolution.DNS }, '`addresses` holds the block 203.0.113.0/24, and `resolution` is DNS'],
    ['an endpoint that is a URL', { endpoints: [{ address: 'http://a.b' }] }, 'endpoints: `address` is "http://a.b"'],
    ['an endpoint with a port', { endpoints: [{ address: '203.0.113.7:443' }] }, 'endpoints: `address` is "203.0.113.7:443"'],
    ['an endpoint with a port nobody has', { endpoints: [{ address: '203.0.113.7', ports: { web: 1 } }] }, 'endpoints: 203.0.113.7 has a port "web", and the service\'s ports are named tls-443.'],
    ['an endpoint without a share', { endpoints: [{ address: '203.0.113.7', weight: 0 }] }, '`weight` is 0'],
    ['an endpoint somewhere', { endpoints: [{ address: '203.0.113.7', locality: 'a/b/c/d' }] }, '`locality` is "a/b/c/d"'],
    ['an empty list of endpoints', { endpoints: [] }, '`endpoints` is empty'],
    ['STATIC without endpoints', { resolution: Resolution.STATIC }, '`resolution` is STATIC, and there are no `endpoints`.'],
    ['STATIC with a name', { resolution: Resolution.STATIC, endpoints: [{ address: 'a.b' }] }, 'the endpoint a.b is no IP address'],
    ['NONE with endpoints', { resolution: Resolution.NONE, endpoints: [{ address: '203.0.113.7' }] }, '`resolution` is NONE, and nothing then goes to the `endpoints`'],
    ['a wildcard and DNS', { hosts: ['*.b.c'], resolution: Resolution.DNS }, '*.b.c stands for many names, and `resolution` DNS asks DNS for one.'],
    ['DYNAMIC_DNS for a name', { resolution: Resolution.DYNAMIC_DNS }, '`resolution` is DYNAMIC_DNS, which is for wildcards, and api.payments.example is one name.'],
    ['DYNAMIC_DNS for what carries no requests', { hosts: ['*.b.c'], resolution: Resolution.DYNAMIC_DNS }, 'port 443 (tls-443, TLS) carries none.'],
    ['DYNAMIC_DNS to another port', { hosts: ['*.b.c'], ports: [ExternalPort.tlsOrigination(81)] }, 'port 81 (http-81, HTTP) is to lead to 443.'],
    ['two endpoints in turn', { resolution: Resolution.DNS_ROUND_ROBIN, endpoints: [{ address: 'a.b' }, { address: 'c.d' }] }, 'DNS_ROUND_ROBIN, which takes one endpoint'],
    ['bytes for two hosts', { hosts: ['a.b', 'c.d'], ports: [ExternalPort.tcp(5432)] }, 'nobody can tell them apart at port 5432'],
    ['TLS for a wildcard that nobody resolves', { hosts: ['*.b.c'], ...ORIGINATED, resolution: Resolution.NONE }, 'is to become TLS at port 443, and `resolution` NONE sends it to the port that the application called. Name the hosts of *.b.c'],
    ['TLS of bytes for a wildcard', {
      hosts: ['*.b.c'], ports: [ExternalPort.tlsOrigination(80, { protocol: PortProtocol.TCP })], endpoints: [{ address: '203.0.113.7' }],
    }, 'a server has to be asked for by its name'],
    ['a mode that is none', { resolution: 'dns' }, '`resolution` is "dns". Give Resolution.NONE or'],
    ['a namespace that is none', { namespace: 'Shop' }, '"Shop" is not a namespace name'],
    ['exportTo that is no list', { exportTo: 'shop' }, '`exportTo` is "shop", not a list.'],
  ])('%s', (_, props, message) => {
    expect(make(props)).toThrow(message);
    expect(make(props)).toThrow('[shop/payments] ');
  });

  test.each<[string, () => unknown, string]>([
    ['a port in words', () => ExternalPort.https('443' as never), 'ExternalPort.https: number is "443"'],
    ['a name in capitals', () => ExternalPort.http(80, { name: 'HTTP' }), 'ExternalPort.http: `name` is "HTTP".'],
    ['TLS of TLS', () => ExternalPort.tlsOrigination(443, { protocol: PortProtocol.TLS }), 'ExternalPort.tlsOrigination: `protocol` is TLS'],
    ['TLS by mode', () => ExternalPort.tlsOrigination(80, { tls: 'SIMPLE' as never }), 'ExternalPort.tlsOrigination: `tls` is "SIMPLE". Say for example ClientTls.simple().'],
  ])('a port with %s', (_, attempt, message) => expect(attempt).toThrow(message));
});
