import { App, Chart, Duration } from 'cdk8s';
import {
  ClientTls, EgressGateway, ExternalPort, ExternalService, ExternalServiceProps, ListenerTls, MeshPort, MeshService, MeshWorkload, OutboundTraffic,
  PathMatch, PolicyScope, PortProtocol, RequestTimeout, ResilientService, Resolution, Retries, SidecarHost, SidecarScope, SidecarScopeProps,
} from 'cdk8s-istio';
import fc from 'fast-check';
import { ApiServer } from './verdict';

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

interface Shop {
  readonly chart: Chart;
  readonly frontend: MeshWorkload;
  readonly egress: EgressGateway;
  readonly external: (props?: Partial<ExternalServiceProps>) => ExternalService;
}

/** What the API server and Istio's webhook say of all that is written. */
async function complaints(build: (shop: Shop) => void, throughGateway: boolean): Promise<unknown[]> {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const frontend = MeshWorkload.fromLabels(chart, 'frontend', { name: 'frontend', namespace: 'shop', labels: { app: 'frontend' }, serviceAccount: 'frontend' });
  const outside = throughGateway ? new Chart(app, 'egress', { namespace: 'istio-egress' }) : new Chart(new App(), 'nowhere', { namespace: 'istio-egress' });
  const egress = new EgressGateway(outside, 'gateway', { name: 'istio-egressgateway', trustDomains: ['cluster.local'] });
  const external = (props: Partial<ExternalServiceProps> = {}) =>
    new ExternalService(chart, 'payments', { hosts: ['api.payments.example'], ports: [ExternalPort.tlsOrigination(80)], ...props });
  build({ chart, frontend, egress, external });
  return apiServer.complaints(app.synthYaml());
}

const FILES = { clientCertificate: '/etc/certs/tls.crt', privateKey: '/etc/certs/tls.key', caCertificates: '/etc/certs/ca.crt' };
const originated = (tls: ClientTls) => ({ ports: [ExternalPort.tlsOrigination(80, { tls })] });

describe('ExternalService is accepted', () => {
  test.each<[string, Partial<ExternalServiceProps>]>([
    ['as it is', {}],
    ['with ports of every kind', { ports: [ExternalPort.http(80), ExternalPort.http2(81), ExternalPort.grpc(82), ExternalPort.https(443), ExternalPort.tcp(5432)] }],
    ['with endpoints', { endpoints: [{ address: '203.0.113.7', ports: { 'http-80': 8443 }, locality: 'eu/eu-a/x', weight: 2, labels: { tier: 'gold' } }, { address: '2001:db8::7' }] }],
    ['with names for endpoints', { endpoints: [{ address: 'eu.payments.example' }] }],
    ['with one name in turn', { resolution: Resolution.DNS_ROUND_ROBIN }],
    ['with a block of addresses', { addresses: ['203.0.113.0/24', '2001:db8::/32'], ports: [ExternalPort.tcp(5432)] }],
    ['with several hosts', { hosts: ['eu.payments.example', 'us.payments.example'] }],
    ['for a wildcard of requests', { hosts: ['*.payments.example'], ports: [ExternalPort.tlsOrigination(80), ExternalPort.http(8080)] }],
    ['for a wildcard of connections', { hosts: ['*.payments.example'], ports: [ExternalPort.https(443)] }],
    ['seen by others', { exportTo: ['.', 'data'] }],
    ['with labels and annotations', { metadata: { name: 'other', labels: { team: 'shop' }, annotations: { note: 'a: b' } } }],
    ['with files for certificates', originated(ClientTls.mutual(FILES))],
    ['with an authority of its own', originated(ClientTls.simple({ caCertificates: '/etc/certs/ca.crt', sni: 'a.example', subjectAltNames: ['a.example', 'spiffe://a/ns/b/sa/c'] }))],
    ['unverified', originated(ClientTls.insecureSkipVerify())],
    ['with TLS of bytes', { ports: [ExternalPort.tlsOrigination(5432, { protocol: PortProtocol.TCP, targetPort: 5433 })] }],
  ])('%s', async (_, props) => {
    expect(await complaints(({ external, chart }) => {
      const all = external(props);
      for (const service of all.services) {
        if (service.ports.some(({ isHttp }) => isHttp)) {
          new ResilientService(chart, `resilience-${service.host.replace('*', 'any')}`, {
            service, timeout: RequestTimeout.after(Duration.seconds(2)), retries: Retries.upTo(2), connectionPool: { tcp: { maxConnections: 10 } },
          });
        }
      }
    }, false)).toEqual([]);
  });
});

test('EgressGateway is accepted for whatever goes through it', async () => {
  const grpc = ExternalPort.grpc(80);
  const request = fc.constantFrom(
    undefined, ExternalPort.http(80), grpc, ExternalPort.tlsOrigination(80), ExternalPort.tlsOrigination(8080, { targetPort: 8443 }),
    ExternalPort.tlsOrigination(80, { tls: ClientTls.mutualFromSecret('client'), protocol: PortProtocol.HTTP2 }),
  );
  const connections = [undefined, ExternalPort.https(443), ExternalPort.tcp(5432), ExternalPort.tlsOrigination(5432, { protocol: PortProtocol.TCP })];
  const connection = fc.constantFrom(...connections);
  const hosts = fc.uniqueArray(fc.constantFrom('a.example', 'b-c.example', 'b.c-example.org', 'x.y.z.example'), { minLength: 1 });
  const arbitrary = fc.record({ request, connection, hosts, retried: fc.boolean(), limited: fc.boolean(), addressed: fc.boolean() });
  await fc.assert(fc.asyncProperty(arbitrary, async ({ request: http, connection: stream, hosts: names, retried, limited, addressed }) => {
    const ports = [http, stream].filter((port) => port !== undefined);
    fc.pre(ports.length > 0 && !(names.length > 1 && stream && stream !== connections[1]));
    expect(await complaints(({ chart, frontend, egress, external }) => {
      const all = external({ hosts: names, ports, endpoints: addressed ? [{ address: '203.0.113.7' }] : undefined }).throughEgress(egress);
      all.services.forEach((service, index) => {
        frontend.calls(service, limited && http ? { methods: ['GET'], paths: [PathMatch.prefix('/v1/')] } : {});
        if (retried && http) {
          const retries = http === grpc ? Retries.none() : Retries.upTo(2);
          new ResilientService(chart, `resilience-${index}`, { service, timeout: RequestTimeout.after(Duration.seconds(2)), retries });
        }
      });
    }, true)).toEqual([]);
  }), { numRuns: 40 });
});

describe('SidecarScope is accepted', () => {
  const frontend = (chart: Chart) => MeshService.fromName(chart, 'reviews', {
    name: 'reviews',
    namespace: 'shop',
    ports: [MeshPort.http(80)],
    workload: MeshWorkload.fromLabels(chart, 'reviews-pods', { name: 'reviews', namespace: 'shop', labels: { app: 'reviews' }, serviceAccount: 'reviews' }),
  });
  const files = { certificate: '/etc/certs/tls.crt', privateKey: '/etc/certs/tls.key', caCertificates: '/etc/certs/ca.crt' };

  test.each<[string, (chart: Chart) => SidecarScopeProps]>([
    ['for a workload', (chart) => ({ scope: PolicyScope.workload(frontend(chart)), hosts: [SidecarHost.ownNamespace(), SidecarHost.declaredCalls()] })],
    ['for a namespace', () => ({
      scope: PolicyScope.namespace('shop'),
      hosts: [SidecarHost.namespace('data'), SidecarHost.named('*.example.com'), SidecarHost.kubernetesApi(), SidecarHost.named('data/a.data.svc.cluster.local')],
    })],
    ['with everything', () => ({ scope: PolicyScope.namespace('shop'), hosts: [SidecarHost.everything()], outboundTraffic: OutboundTraffic.ALLOW_ANY })],
    ['with listeners', (chart) => ({
      scope: PolicyScope.workload(frontend(chart)),
      hosts: [SidecarHost.ownNamespace()],
      listeners: [
        { port: MeshPort.http(9080), defaultEndpoint: '127.0.0.1:8080', bind: '0.0.0.0', connectionPool: { http: { maxRequests: 5 } } },
        { port: MeshPort.of({ number: 8443, protocol: PortProtocol.HTTPS }), defaultEndpoint: 'unix:///var/run/app.sock', tls: ListenerTls.mutual(files) },
        { port: MeshPort.of({ number: 8444, protocol: PortProtocol.TLS }), defaultEndpoint: '[::1]:81', tls: ListenerTls.simple(files) },
        { port: MeshPort.tcp(5432) },
      ],
      inboundConnectionPool: { tcp: { maxConnections: 100, connectTimeout: Duration.seconds(1) }, http: { maxPendingRequests: 5 } },
    })],
  ])('%s', async (_, props) => {
    expect(await complaints(({ chart }) => new SidecarScope(chart, 'scope', props(chart)), false)).toEqual([]);
  });

  test('for the mesh, with the warning of a webhook that takes "./*" for the root namespace', async () => {
    expect(await complaints(({ chart }) => new SidecarScope(chart, 'scope', { scope: PolicyScope.mesh() }), false))
      .toEqual(['Sidecar istio-system/default: webhook warns: duplicated egress host: ./*']);
  });
});
