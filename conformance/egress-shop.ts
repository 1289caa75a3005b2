import { App, Chart, Duration } from 'cdk8s';
import {
  ClientTls, EgressGateway, ExternalPort, ExternalService, ExternalServiceProps, HttpMatch, HttpRoute, MeshWorkload, PathMatch, PolicyScope,
  RequestTimeout, ResilientService, Resolution, Retries, SidecarHost, SidecarScope, StringMatch,
} from 'cdk8s-istio';
import { Application, namespace } from './application';
import { EgressPods, hostOutside } from './egress-pods';
import { mintedSecrets } from './minted-secrets';

/** The authority that hosts of the world are not trusted by. */
const NOBODY = 'nobody';

/**
 * `shop` is closed: `frontend` may call what it is declared to, `other` sees hosts that the gateway does not let it call.
 * `open` is in the mesh without a Sidecar; `world` is not in the mesh.
 */
export function egressShop(): string {
  const app = new App();
  const [shop, open, world, gateways] = ['shop', 'open', 'world', 'istio-egress'].map((name) => new Chart(app, name, { namespace: name }));
  namespace(shop, 'shop');
  namespace(open, 'open');
  namespace(world, 'world', false);
  new EgressPods(gateways, 'pods');
  const frontend = new Application(shop, 'frontend').workload();
  const other = new Application(shop, 'other').workload();
  const opened = new Application(open, 'frontend').workload();
  const external = (name: string, ports: ExternalPort[], props: Partial<ExternalServiceProps> = {}) =>
    new ExternalService(shop, name, { hosts: [`${name}.example`], ports, ...props });

  straight(world, external, frontend);
  const { payments, catalog, database, passed } = throughGateway(shop, world, gateways, external, frontend);
  opened.calls(payments.service);

  new SidecarScope(shop, 'frontend-scope', { scope: PolicyScope.workload(frontend) });
  new SidecarScope(shop, 'other-scope', {
    scope: PolicyScope.workload(other), hosts: [payments, catalog, database, passed].map(({ service }) => SidecarHost.service(service)),
  });
  return `${app.synthYaml()}---\n${mintedSecrets('istio-egress', {
    'payments-client': { 'common-name': 'shop', 'dns-names': 'shop.client.example', 'ca': 'partner', 'trusted-ca': 'public' },
    'trusts-nobody': { 'trusted-ca': NOBODY },
  })}`;
}

type Make = (name: string, ports: ExternalPort[], props?: Partial<ExternalServiceProps>) => ExternalService;

/** Straight from the sidecar of `frontend`. */
function straight(world: Chart, external: Make, frontend: MeshWorkload): void {
  hostOutside(world, 'plain', { names: ['plain.example', 'hidden.example'] });
  hostOutside(world, 'originated', { names: ['originated.example'] });
  hostOutside(world, 'untrusted', { names: ['untrusted.example'], authority: NOBODY });
  hostOutside(world, 'impostor', { names: ['bank.example'] });
  hostOutside(world, 'bytes', { names: ['bytes.example'] });
  hostOutside(world, 'wild', { names: ['*.wild.example', '*.secure.example', '*.any.example'] });
  hostOutside(world, 'fixed', { names: ['elsewhere.example'], address: '10.244.200.1' });
  const all = [
    external('plain', [ExternalPort.http(80)]),
    external('originated', [ExternalPort.tlsOrigination(80), ExternalPort.https(443)]),
    external('untrusted', [ExternalPort.tlsOrigination(80), ExternalPort.tlsOrigination(81, { tls: ClientTls.insecureSkipVerify() })]),
    external('bank', [ExternalPort.tlsOrigination(80, { tls: ClientTls.simple({ subjectAltNames: ['real.bank.example'] }) })]),
    external('bytes', [ExternalPort.tcp(5433, { targetPort: 5432 })]),
    external('wild', [ExternalPort.http(80)], { hosts: ['*.wild.example'] }),
    external('secure', [ExternalPort.tlsOrigination(80)], { hosts: ['*.secure.example'], resolution: Resolution.DYNAMIC_DNS }),
    external('any', [ExternalPort.http(80), ExternalPort.https(443)], { hosts: ['*.any.example'] }),
    external('fixed', [ExternalPort.http(80)], { endpoints: [{ address: '10.244.200.1' }] }),
  ];
  for (const { service } of all) frontend.calls(service);
}

function throughGateway(shop: Chart, world: Chart, gateways: Chart, external: Make, frontend: MeshWorkload) {
  const egress = new EgressGateway(gateways, 'egress', { name: 'istio-egressgateway', trustDomains: ['cluster.local'] });
  hostOutside(world, 'payments', { names: ['payments.example'], clientAuthority: 'partner' });
  const payments = external('payments', [ExternalPort.tlsOrigination(80, { tls: ClientTls.mutualFromSecret('payments-client') })]).throughEgress(egress);
  frontend.calls(payments.service, { methods: ['GET'], paths: [PathMatch.prefix('/v1/')] });

  hostOutside(world, 'catalog', { names: ['catalog.example'] });
  const catalog = external('catalog', [ExternalPort.http(80), ExternalPort.https(443)]).throughEgress(egress);
  frontend.calls(catalog.service);
  new ResilientService(shop, 'catalog-resilience', {
    service: catalog.service, timeout: RequestTimeout.after(Duration.seconds(2)), retries: Retries.upTo(3, { methods: ['GET'], statusCodes: [503] }),
  });
  new HttpRoute(shop, 'catalog-key', {
    service: catalog.service, match: HttpMatch.path(StringMatch.prefix('/keyed/')), requestHeaders: { add: { 'api-key': 'one' } },
  });

  hostOutside(world, 'database', { names: ['database.example'] });
  const database = external('database', [ExternalPort.tcp(5432)]).throughEgress(egress);
  frontend.calls(database.service);

  hostOutside(world, 'passed', { names: ['passed.example'] });
  const passed = external('passed', [ExternalPort.https(443)]).throughEgress(egress);
  frontend.calls(passed.service);

  hostOutside(world, 'doubted', { names: ['doubted.example'] });
  const doubted = external('doubted', [ExternalPort.tlsOrigination(80, { tls: ClientTls.simpleFromSecret('trusts-nobody') })]).throughEgress(egress);
  hostOutside(world, 'false', { names: ['false.example'], authority: NOBODY });
  const wrong = external('false', [ExternalPort.tlsOrigination(80)]).throughEgress(egress);
  for (const { service } of [doubted, wrong]) frontend.calls(service);
  return { payments, catalog, database, passed };
}
