import { Chart, Duration } from 'cdk8s';
import {
  ArgoCdSync, ComponentScale, ExtensionProvider, GatewayTls, IngressGateway, InstalledGateway, IstioInstallation, MeshAccessLog, MeshPort,
  MeshService, OutboundTraffic, ReleasesByArgoCd, TelemetryProvider,
} from 'cdk8s-istio';
import { Construct } from 'constructs';

/** What the platform team owns: Istio itself, how it gets into the cluster, and the gateway that all teams share. */
export class PlatformChart extends Chart {
  public readonly istio: IstioInstallation;
  public readonly ingress: IngressGateway;

  constructor(scope: Construct, id: string) {
    super(scope, id);

    // Who is asked before a request is let in, and who gets the traces: the mesh knows them by name.
    const opa = MeshService.fromName(this, 'opa', { name: 'opa', namespace: 'policy', ports: [MeshPort.grpc(9191)] });
    const authorizer = ExtensionProvider.grpc('opa', { service: opa });
    const collector = TelemetryProvider.openTelemetry('otel', { host: 'collector.observability.svc.cluster.local', port: 4317 });

    // Two zones may fail: at least three pods of what every request needs.
    const publicGateway = InstalledGateway.ingress({
      scale: ComponentScale.autoscaled(3, 12, { cpuUtilization: 60 }),
      resources: { cpu: '500m', memory: '512Mi' },
      // Access logs and rate limits by address need to see whose it is.
      preserveClientAddress: true,
      serviceAnnotations: { 'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb' },
    });

    this.istio = new IstioInstallation(this, 'istio', {
      version: '1.31.1',
      // By name, so that the next version can run beside it.
      revision: '1-31',
      meshConfig: {
        accessLog: MeshAccessLog.json(),
        tracing: { provider: collector, sampling: 5 },
        extensionProviders: [authorizer],
        // What nobody declared is not called.
        outboundTrafficPolicy: OutboundTraffic.REGISTRY_ONLY,
        holdApplicationUntilProxyStarts: true,
        terminationDrainDuration: Duration.seconds(20),
      },
      istiod: {
        scale: ComponentScale.autoscaled(3, 6),
        resources: { cpu: '1', memory: '4Gi' },
        // A rollout of many pods is one push, not hundreds.
        tuning: { pushThrottle: 60, debounceAfter: Duration.millis(300) },
      },
      proxies: { resources: { cpu: '50m', memory: '96Mi' } },
      // Pods need no right to change their own network.
      cni: {},
      gateways: [publicGateway, InstalledGateway.egress()],
    });

    // Argo CD brings it into the cluster; what it would change waits for a person.
    new ReleasesByArgoCd(this, 'argo', { releases: this.istio.releases, project: 'platform', sync: ArgoCdSync.manual() });

    this.ingress = new IngressGateway(this, 'public', {
      name: 'public', namespace: 'istio-ingress', selector: publicGateway.selector, serviceAccount: publicGateway.serviceAccount,
    });
    const shop = MeshService.fromName(this, 'frontend', { name: 'frontend', namespace: 'shop', ports: [MeshPort.http(80)] });
    this.ingress.expose(shop, { hosts: ['shop.example.com'], tls: GatewayTls.simple('shop-cert') });
  }
}
