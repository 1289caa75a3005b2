import { ApiObject, App, Chart, Duration } from 'cdk8s';
import {
  ClientTls, ExternalPort, ExternalService, MeshWorkload, PathMatch, PolicyScope, RequestTimeout, ResilientService, Retries, SidecarScope,
} from 'cdk8s-istio';
import { deployment, namespace } from './application';
import { EgressChart } from './egress';

/** A shop whose applications call three hosts outside of the cluster, and nothing else there. */
export class ShopChart extends Chart {
  private readonly checkout: MeshWorkload;
  private readonly suppliers: MeshWorkload;
  private readonly reports: MeshWorkload;

  constructor(app: App, id: string, private readonly egress: EgressChart) {
    super(app, id, { namespace: 'shop' });
    namespace(this, 'shop');
    [this.checkout, this.suppliers, this.reports] = ['checkout', 'suppliers', 'reports'].map((name) =>
      new MeshWorkload(this, name, { workload: deployment(this, name) }));
    this.payments();
    this.catalog();
    this.warehouse();
    // Each sidecar knows what its application was declared to call, and nothing else.
    for (const workload of [this.checkout, this.suppliers, this.reports]) {
      new SidecarScope(this, `${workload.name}-scope`, { scope: PolicyScope.workload(workload) });
    }
    this.nothingBeside();
  }

  /** The application speaks HTTP; the gateway makes TLS of it, with the shop's certificate, and looks at every request. */
  private payments(): void {
    const payments = new ExternalService(this, 'payments', {
      hosts: ['api.payments.example'],
      ports: [ExternalPort.tlsOrigination(80, { tls: ClientTls.mutualFromSecret('payments-client') })],
    });
    payments.throughEgress(this.egress.gateway);
    this.checkout.calls(payments.service, { methods: ['GET', 'POST'], paths: [PathMatch.prefix('/v2/charges')] });
    new ResilientService(this, 'payments-resilience', {
      service: payments.service,
      timeout: RequestTimeout.after(Duration.seconds(10)), // how long checkout waits, on the whole way
      retries: Retries.upTo(2, { methods: ['GET'] }), // by the gateway, next to the host
    });
  }

  /** The application does its own TLS: the gateway sees the server name and nothing of the requests. */
  private catalog(): void {
    const catalog = new ExternalService(this, 'catalog', {
      hosts: ['eu.suppliers.example', 'us.suppliers.example'],
      ports: [ExternalPort.https(443)],
    });
    catalog.throughEgress(this.egress.gateway);
    for (const service of catalog.services) this.suppliers.calls(service);
  }

  /** Bytes, to fixed addresses. */
  private warehouse(): void {
    const warehouse = new ExternalService(this, 'warehouse', {
      hosts: ['warehouse.partner.example'],
      ports: [ExternalPort.tcp(5432)],
      endpoints: [{ address: '203.0.113.17' }, { address: '203.0.113.18' }],
    });
    warehouse.throughEgress(this.egress.gateway);
    this.reports.calls(warehouse.service);
  }

  /** What makes it a boundary: the network lets the shop's pods out to the gateway, to the control plane, to DNS and to each other. */
  private nothingBeside(): void {
    const inNamespace = (name: string) => [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } }];
    new ApiObject(this, 'network-policy', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'egress-through-the-gateway' },
      spec: {
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [
          { to: inNamespace('istio-egress') },
          { to: inNamespace('istio-system'), ports: [{ port: 15012, protocol: 'TCP' }] },
          { to: inNamespace('kube-system'), ports: [{ port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' }] },
          { to: inNamespace('shop') },
        ],
      },
    });
  }
}
