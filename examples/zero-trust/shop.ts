import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import {
  CallGraph, GatewayRoutes, HttpMatch, MeshPort, MeshService, PathMatch, PolicyScope, SidecarScope, StringMatch, networking,
} from 'cdk8s-istio';
import { Application, Worker, gatewayPods } from './application';

/** The host that customers know. */
export const HOST = 'shop.example.com';
/** Who takes the money, outside of the cluster. */
export const BANK = 'api.bank.example';

/** A shop in two namespaces, where nobody calls anybody but as it stands here. */
export class Shop {
  public readonly calls: CallGraph;

  constructor(app: App) {
    const guards = new Chart(app, 'calls');
    const [ingress, shop, billing] = ['istio-ingress', 'shop', 'billing'].map((namespace) => new Chart(app, namespace, { namespace }));
    // The namespaces come first, with STRICT and deny-all in them: no pod ever runs unguarded.
    shop.addDependency(guards);
    billing.addDependency(guards);

    // Who is there.
    const gateway = this.ingress(ingress);
    const frontend = new Application(shop, 'frontend').mesh;
    const reviews = new Application(shop, 'reviews', { hasMetrics: true }).mesh;
    const cart = new Application(shop, 'cart', { hasMetrics: true }).mesh;
    const payments = new Application(billing, 'payments').mesh;
    const settlement = new Worker(billing, 'settlement').mesh;
    const bank = this.bank(billing);

    // Who calls whom. Each call is said once, by the one that calls or by the one that is called.
    frontend.allowFrom(gateway, { methods: ['GET', 'POST'] });
    frontend
      .calls(reviews, { methods: ['GET'], paths: [PathMatch.segment('/reviews')], ports: [8080] })
      .calls(cart, { methods: ['GET', 'POST'], paths: [PathMatch.segment('/cart')], ports: [8080] });
    cart.calls(payments, { methods: ['POST'], paths: [PathMatch.exact('/payments')] });
    payments.calls(bank);
    settlement.calls(payments, { methods: ['GET'], paths: [PathMatch.template('/payments/{*}/receipt')] });

    // Everything else is refused.
    this.calls = new CallGraph(guards, 'calls', { namespaces: ['shop', 'billing'] });
    // A Prometheus outside of the mesh has no certificate, so it is let in without one: on these ports, to this path.
    for (const target of [reviews, cart]) this.calls.zeroTrust('shop').allowScrape({ target, ports: [9102], plaintext: true });
    // What one application of a namespace is let out to, its neighbours are, too. The settlement has no business at the bank.
    new SidecarScope(billing, 'settlement-scope', { scope: PolicyScope.workload(settlement) });

    new GatewayRoutes(shop, 'public', { gateway: 'istio-ingress/public', hosts: [HOST] })
      .addRoute(HttpMatch.path(StringMatch.prefix('/')), frontend);
  }

  /** The gateway is the platform team's: it is in the mesh, and nothing of it is guarded here. */
  private ingress(chart: Chart) {
    const namespace = new ApiObject(chart, 'namespace', {
      apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-ingress', labels: { 'istio-injection': 'enabled' } },
    });
    // A Namespace stands in no namespace, though cdk8s puts every object into its chart's.
    namespace.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
    const pods = gatewayPods(chart, 'ingress');
    new networking.Gateway(chart, 'public', {
      metadata: { name: 'public' },
      spec: { selector: { istio: 'ingress' }, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [`shop/${HOST}`] }] },
    });
    return pods;
  }

  /** The bank's API: the mesh has to know that it is there, and then somebody has to be let out to it. */
  private bank(chart: Chart): MeshService {
    new networking.ServiceEntry(chart, 'bank-entry', {
      metadata: { name: 'bank' },
      spec: {
        hosts: [BANK],
        location: networking.ServiceEntrySpecLocation.MESH_UNDERSCORE_EXTERNAL,
        resolution: networking.ServiceEntrySpecResolution.DNS,
        ports: [{ number: 443, name: 'tls', protocol: 'TLS' }],
      },
    });
    return MeshService.fromHost(chart, 'bank', { host: BANK, namespace: 'billing', ports: [MeshPort.tls(443)] });
  }
}
