/** One chart in three languages: chart.ts, chart.py and Chart.java print the same YAML, byte for byte. */
import { App, Chart, Duration } from 'cdk8s';
import {
  ABTest, AllowPolicy, BlueGreenRollout, CanaryRollout, CheckPreset, CheckSeverity, ClientAddress, ComponentScale, DelegatedRoutes, DenyPolicy,
  DirectResponse, EgressGateway, EgressPolicy, EnvoyAnchor, EnvoyPatch, EnvoyTraffic, ExtensionProvider, ExtensionTraffic, ExternalAuthorization,
  ExternalPort, ExternalService, FaultAbort, FaultDelay, FaultInjection, GatewayCertificate, GatewayRoutes, GatewayTls, GrpcStatus, HttpMatch,
  HttpRoute, IngressGateway, Injection, InstallationProfile, IpAllowList, IstioInstallation, Jwks, JwtAudiences, JwtAuthentication, JwtLocation,
  LiveColor, LoadBalancer, Mesh, MeshPort, MeshService, MeshTelemetry, MeshWorkload, MetricSource, MirrorTarget, MtlsException, MtlsPolicy,
  MtlsPort, networking, Objective, OutboundTraffic, PathMatch, PathRewrite, PolicyCondition, PolicyScope, PolicySource, PortProtocol,
  ProxyConfiguration, Redirect, RedirectCode, ReleasesByFlux, RequestTimeout, ResilientService, Retries, RetryCondition, RolloutGate, RolloutStep,
  RolloutSteps, RouteAction, ServiceLevelObjective, SidecarScope, Stickiness, StringMatch, SynthCheck, TelemetryProvider, TlsRoute, TlsVersion,
  TrafficMirror, UnmatchedPreflights, VariantAssignment, VirtualMachineRegistration, VirtualMachineWorkload, WasmExtension, WasmModule,
  ZeroTrustNamespace,
} from 'cdk8s-istio';

const app = new App();
const chart = new Chart(app, 'shop', { namespace: 'shop' });

const reviews = MeshService.fromName(chart, 'reviews', {
  name: 'reviews',
  namespace: 'shop',
  ports: [MeshPort.http(9080, { name: 'web' }), MeshPort.of({ number: 9443, protocol: PortProtocol.TLS })],
  workload: MeshWorkload.fromLabels(chart, 'reviews-pods', { name: 'reviews', namespace: 'shop', labels: { app: 'reviews' } }),
});
const frontend = MeshWorkload.fromLabels(chart, 'frontend', {
  name: 'frontend', namespace: 'shop', labels: { app: 'frontend' }, serviceAccount: 'frontend',
});

new ResilientService(chart, 'resilience', {
  service: reviews,
  timeout: RequestTimeout.after(Duration.seconds(5)),
  retries: Retries.upTo(2, { perTryTimeout: Duration.millis(1500), conditions: [RetryCondition.SERVER_ERROR] }),
  outlierDetection: { consecutive5xxErrors: 5, baseEjectionTime: Duration.minutes(1) },
  loadBalancer: LoadBalancer.leastRequest(),
  subsets: { v2: { connectionPool: { http: { maxPendingRequests: 10 } } } },
});

const canary = new CanaryRollout(chart, 'canary', {
  service: reviews,
  stable: { version: 'v1' },
  canary: { version: 'v2' },
  weight: 0,
  steps: RolloutSteps.of(RolloutStep.to(10, { pause: Duration.minutes(10) }), RolloutStep.to(100)),
  gates: [RolloutGate.successRate({ atLeast: 99.5 }), RolloutGate.latency({ atMost: Duration.millis(400) })],
  metrics: MetricSource.prometheus('http://prometheus.istio-system:9090'),
  alwaysCanary: HttpMatch.header('x-canary', StringMatch.exact('true')),
  stickiness: Stickiness.byCookie('reviews-rollout', Duration.days(7)),
});
const other = (name: string) => MeshService.fromName(chart, name, { name, namespace: 'shop', ports: [MeshPort.http(80)] });
new BlueGreenRollout(chart, 'switch', {
  service: other('cart'), blue: { version: 'v1' }, green: { version: 'v2' }, live: LiveColor.GREEN, previewHost: 'preview.example.com',
});
new ABTest(chart, 'ab-test', {
  service: other('stars'),
  variants: [{ version: 'black', share: 60 }, { version: 'red', share: 40 }],
  assignment: VariantAssignment.byCookie('stars', Duration.days(1)),
  explicitHeader: 'x-stars',
});

new FaultInjection(chart, 'chaos', {
  service: reviews,
  enabled: true,
  match: HttpMatch.header('x-fault', StringMatch.exact('on')),
  delay: FaultDelay.of(Duration.seconds(5), 50),
  abort: FaultAbort.grpc(GrpcStatus.UNAVAILABLE, 0.1),
  expires: '2999-12-31T18:00:00+01:00',
});
new TrafficMirror(chart, 'shadow', {
  service: reviews,
  match: HttpMatch.methods('GET'),
  mirrors: [MirrorTarget.subset('v2', { percentage: 10 })],
});

new HttpRoute(chart, 'api', {
  service: reviews.addSubset('next', { track: 'next' }),
  match: HttpMatch.pathSegments('/api').butNot(HttpMatch.sourceNamespace('web')),
  action: RouteAction.split({ weight: 90 }, { weight: 10, subset: 'next', requestHeaders: { set: { 'x-new': 'yes' } } }),
  rewrite: PathRewrite.prefix('/v2').withAuthority('reviews.example.com'),
  responseHeaders: { remove: ['server'] },
  cors: { allowOrigins: [StringMatch.exact('https://shop.example.com')], unmatchedPreflights: UnmatchedPreflights.IGNORE },
  name: 'api',
  priority: 1,
});
new TlsRoute(chart, 'server-name', { service: reviews, sniHosts: ['reviews.example.com'], action: RouteAction.toSubset('v2') });

const delegate = new DelegatedRoutes(chart, 'delegate', { name: 'team-reviews', within: HttpMatch.path(StringMatch.prefix('/team/')) })
  .addRoute(HttpMatch.path(StringMatch.prefix('/team/reviews/')), reviews, { port: 9080, rewrite: PathRewrite.prefix('/'), name: 'team' })
  .addResponse(HttpMatch.path(StringMatch.prefix('/team/closed/')), DirectResponse.text(410, 'closed'));
new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: ['shop.example.com'] })
  .addRoute(HttpMatch.path(StringMatch.prefix('/reviews/')), reviews, { port: 9080 })
  .addDelegate(HttpMatch.path(StringMatch.prefix('/team/')), delegate.reference)
  .addRedirect(HttpMatch.path(StringMatch.exact('/old')), Redirect.to({ path: '/reviews/', code: RedirectCode.FOUND }));

const zeroTrust = new ZeroTrustNamespace(chart, 'zero-trust', {
  namespace: 'shop', injection: Injection.revision('stable'), egress: EgressPolicy.LIMITED,
});
zeroTrust.allow({ caller: frontend, target: reviews, methods: ['GET'], paths: [PathMatch.prefix('/reviews/')], ports: [9080] });
zeroTrust.exceptMtls(reviews, [9443], MtlsException.PERMISSIVE);
zeroTrust.allowEgressToHost('payments.example.com');

new MtlsPolicy(chart, 'mtls', { scope: PolicyScope.workload(frontend), ports: [MtlsPort.permissive(9102)] });
const readers = PolicySource.allOf(PolicySource.caller(frontend), PolicySource.ipBlocks('10.0.0.0/8')).butNot(PolicySource.namespace('legacy'));
new AllowPolicy(chart, 'readers', {
  scope: PolicyScope.workload(reviews),
  trustDomains: ['cluster.local', 'partner.example'],
  rules: [{
    sources: [readers, PolicySource.principal('partner.example/ns/shop/sa/reader')],
    operations: [{ methods: ['GET'], paths: [PathMatch.segment('/reviews')] }],
    conditions: [PolicyCondition.header('x-team', { values: ['blue'], notValues: ['red'] })],
  }],
});
AllowPolicy.nothing(chart, 'nothing', { scope: PolicyScope.namespace('web') });
new DenyPolicy(chart, 'read-only', { scope: PolicyScope.workload(reviews), rules: [{ operations: [{ methods: ['DELETE'], ports: [9080] }] }] });
new ExternalAuthorization(chart, 'decisions', {
  scope: PolicyScope.workload(reviews),
  provider: ExtensionProvider.http('opa', { service: other('opa'), timeout: Duration.millis(500) }),
  rules: [{ operations: [{ paths: [PathMatch.prefix('/admin/')], ports: [9080] }] }],
});
new JwtAuthentication(chart, 'users', {
  scope: PolicyScope.workload(reviews),
  issuers: [{
    issuer: 'https://id.example.com',
    jwks: Jwks.uri('https://id.example.com/keys'),
    audiences: JwtAudiences.of('shop', 'back-office'),
    tokenFrom: [JwtLocation.authorization(), JwtLocation.cookie('token')],
    claimsToHeaders: { 'x-user': 'sub' },
  }],
  exemptions: [{ paths: [PathMatch.exact('/healthz')], ports: [9080] }],
});
const ingress = new IngressGateway(chart, 'ingress', { name: 'edge', namespace: 'istio-ingress', selector: { istio: 'edge' }, serviceAccount: 'ingress' });
ingress.expose(reviews, {
  hosts: ['reviews.example.com'],
  match: HttpMatch.path(StringMatch.prefix('/reviews/')),
  port: 9080,
  tls: GatewayTls.simple('reviews-cert', { minVersion: TlsVersion.V1_3 }),
  certificate: GatewayCertificate.fromClusterIssuer('letsencrypt'),
});
new IpAllowList(chart, 'office', {
  scope: PolicyScope.workload(ingress.workload), ranges: ['203.0.113.0/24'], address: ClientAddress.proxyProtocol({ proxyRanges: ['10.0.0.0/8'] }),
});
const machines = new VirtualMachineWorkload(chart, 'ledger', {
  name: 'ledger', serviceAccount: 'ledger', registration: VirtualMachineRegistration.at([{ address: '10.1.2.3' }]), ports: [MeshPort.http(8080)],
});
frontend.calls(machines.service, { methods: ['GET'] });
const bank = new ExternalService(chart, 'bank', { hosts: ['api.bank.example'], ports: [ExternalPort.https(443)] })
  .throughEgress(new EgressGateway(chart, 'egress', { name: 'egress', namespace: 'istio-egress', selector: { istio: 'egress' } }));
frontend.calls(bank.service);
new SidecarScope(chart, 'scope', { scope: PolicyScope.workload(frontend), outboundTraffic: OutboundTraffic.REGISTRY_ONLY });
new EnvoyPatch(chart, 'lua', {
  scope: PolicyScope.workload(frontend),
  traffic: EnvoyTraffic.INBOUND,
  changes: [EnvoyAnchor.cluster({ port: 8080 }).merge({ connect_timeout: '2s' })],
  reason: 'the warehouse answers slowly',
});
new ProxyConfiguration(chart, 'proxies', { scope: PolicyScope.workload(frontend), concurrency: 2 });

const traces = TelemetryProvider.openTelemetry('traces', { host: 'collector.observability.svc.cluster.local', port: 4317 });
const istio = new IstioInstallation(chart, 'istio', {
  version: '1.31.1',
  profile: InstallationProfile.MINIMAL,
  istiod: { scale: ComponentScale.autoscaled(3, 5), tuning: { pushThrottle: 50 } },
  meshConfig: { extensionProviders: [traces], outboundTrafficPolicy: OutboundTraffic.REGISTRY_ONLY },
});
new ReleasesByFlux(chart, 'releases', { releases: istio.releases, namespace: 'flux-system' });
new MeshTelemetry(chart, 'telemetry', { scope: PolicyScope.mesh(), tracing: { provider: traces, sampling: 10 } });
new ServiceLevelObjective(chart, 'objective', { service: reviews, objective: Objective.availability(99.9), window: Duration.days(30) });
new WasmExtension(chart, 'headers', {
  scope: PolicyScope.workload(frontend),
  traffic: ExtensionTraffic.INBOUND,
  module: WasmModule.image('ghcr.io/example/headers:1.0.0'),
  config: { greeting: 'hello' },
});

new networking.ServiceEntry(chart, 'payments', {
  metadata: { name: 'payments' },
  spec: {
    hosts: ['payments.example.com'],
    location: networking.ServiceEntrySpecLocation.MESH_UNDERSCORE_EXTERNAL,
    ports: [{ number: 443, name: 'tls', protocol: 'TLS' }],
    resolution: networking.ServiceEntrySpecResolution.DNS,
  },
});

SynthCheck.configure(app, { severities: { MESH3132: CheckSeverity.OFF } });
const report = Mesh.fromApp(app, { completeNamespaces: ['web'] }).check({ preset: CheckPreset.STRICT });
if (report.errors.length > 0 || report.resources === 0) throw new Error(report.toText({ infos: true }));
if (canary.plan().steps.length !== 6) throw new Error(canary.plan().readme);
process.stdout.write(app.synthYaml());
