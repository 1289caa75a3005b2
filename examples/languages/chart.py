"""The chart of chart.ts in Python."""
import sys

from cdk8s import App, ApiObjectMetadata, Chart, Duration
from cdk8s_istio import (
    ABTest, ABTestVariant, AllowPolicy, BlueGreenRollout, CanaryRollout, CanaryVersion, CheckPreset, CheckSeverity,
    ClientAddress, ComponentScale, ConnectionPool, CorsPolicy, DelegatedRoutes, DenyPolicy, DirectResponse,
    EgressGateway, EgressPolicy, EnvoyAnchor, EnvoyPatch, EnvoyTraffic, ExtensionProvider, ExtensionTraffic,
    ExternalAuthorization, ExternalPort, ExternalService, FaultAbort, FaultDelay, FaultInjection, GatewayCertificate,
    GatewayRoutes, GatewayTls, GrpcStatus, HeaderOperations, HttpMatch, HttpPool, HttpRoute, IngressGateway,
    Injection, InstallationProfile, IpAllowList, IstioInstallation, Jwks, JwtAudiences, JwtAuthentication, JwtIssuer,
    JwtLocation, LiveColor, LoadBalancer, Mesh, MeshPort, MeshService, MeshTelemetry, MeshWorkload, MetricSource,
    MirrorTarget, MtlsException, MtlsPolicy, MtlsPort, Objective, OutboundTraffic, OutlierDetection, PathMatch,
    PathRewrite, PolicyCondition, PolicyOperation, PolicyRule, PolicyScope, PolicySource, PortProtocol,
    ProxyConfiguration, Redirect, RedirectCode, ReleasesByFlux, RequestTimeout, ResilientService, Retries,
    RetryCondition, RolloutGate, RolloutStep, RolloutSteps, RouteAction, ServiceLevelObjective, SidecarScope,
    Stickiness, StringMatch, SubsetResilience, SynthCheck, TelemetryProvider, TelemetryTracingOptions, TlsRoute,
    TlsVersion, TokenExemption, TrafficMirror, UnmatchedPreflights, VariantAssignment, VirtualMachineAddress,
    VirtualMachineRegistration, VirtualMachineWorkload, WasmExtension, WasmModule, WeightedDestination,
    ZeroTrustNamespace, networking,
)

app = App()
chart = Chart(app, "shop", namespace="shop")

reviews = MeshService.from_name(
    chart, "reviews",
    name="reviews",
    namespace="shop",
    ports=[MeshPort.http(9080, name="web"), MeshPort.of(number=9443, protocol=PortProtocol.TLS)],
    workload=MeshWorkload.from_labels(
        chart, "reviews-pods", name="reviews", namespace="shop", labels={"app": "reviews"},
    ),
)
frontend = MeshWorkload.from_labels(
    chart, "frontend",
    name="frontend", namespace="shop", labels={"app": "frontend"}, service_account="frontend",
)

ResilientService(
    chart, "resilience",
    service=reviews,
    timeout=RequestTimeout.after(Duration.seconds(5)),
    retries=Retries.up_to(2, per_try_timeout=Duration.millis(1500), conditions=[RetryCondition.SERVER_ERROR]),
    outlier_detection=OutlierDetection(consecutive5xx_errors=5, base_ejection_time=Duration.minutes(1)),
    load_balancer=LoadBalancer.least_request(),
    subsets={"v2": SubsetResilience(connection_pool=ConnectionPool(http=HttpPool(max_pending_requests=10)))},
)

canary = CanaryRollout(
    chart, "canary",
    service=reviews,
    stable=CanaryVersion(version="v1"),
    canary=CanaryVersion(version="v2"),
    weight=0,
    steps=RolloutSteps.of(RolloutStep.to(10, pause=Duration.minutes(10)), RolloutStep.to(100)),
    gates=[RolloutGate.success_rate(at_least=99.5), RolloutGate.latency(at_most=Duration.millis(400))],
    metrics=MetricSource.prometheus("http://prometheus.istio-system:9090"),
    always_canary=HttpMatch.header("x-canary", StringMatch.exact("true")),
    stickiness=Stickiness.by_cookie("reviews-rollout", Duration.days(7)),
)


def other(name: str) -> MeshService:
    return MeshService.from_name(chart, name, name=name, namespace="shop", ports=[MeshPort.http(80)])


BlueGreenRollout(
    chart, "switch",
    service=other("cart"),
    blue=CanaryVersion(version="v1"),
    green=CanaryVersion(version="v2"),
    live=LiveColor.GREEN,
    preview_host="preview.example.com",
)
ABTest(
    chart, "ab-test",
    service=other("stars"),
    variants=[ABTestVariant(version="black", share=60), ABTestVariant(version="red", share=40)],
    assignment=VariantAssignment.by_cookie("stars", Duration.days(1)),
    explicit_header="x-stars",
)

FaultInjection(
    chart, "chaos",
    service=reviews,
    enabled=True,
    match=HttpMatch.header("x-fault", StringMatch.exact("on")),
    delay=FaultDelay.of(Duration.seconds(5), 50),
    abort=FaultAbort.grpc(GrpcStatus.UNAVAILABLE, 0.1),
    expires="2999-12-31T18:00:00+01:00",
)
TrafficMirror(
    chart, "shadow",
    service=reviews,
    match=HttpMatch.methods("GET"),
    mirrors=[MirrorTarget.subset("v2", percentage=10)],
)

HttpRoute(
    chart, "api",
    service=reviews.add_subset("next", {"track": "next"}),
    match=HttpMatch.path_segments("/api").but_not(HttpMatch.source_namespace("web")),
    action=RouteAction.split(
        WeightedDestination(weight=90),
        WeightedDestination(weight=10, subset="next", request_headers=HeaderOperations(set={"x-new": "yes"})),
    ),
    rewrite=PathRewrite.prefix("/v2").with_authority("reviews.example.com"),
    response_headers=HeaderOperations(remove=["server"]),
    cors=CorsPolicy(
        allow_origins=[StringMatch.exact("https://shop.example.com")], unmatched_preflights=UnmatchedPreflights.IGNORE,
    ),
    name="api",
    priority=1,
)
TlsRoute(
    chart, "server-name",
    service=reviews, sni_hosts=["reviews.example.com"], action=RouteAction.to_subset("v2"),
)

delegate = DelegatedRoutes(
    chart, "delegate", name="team-reviews", within=HttpMatch.path(StringMatch.prefix("/team/")),
).add_route(
    HttpMatch.path(StringMatch.prefix("/team/reviews/")), reviews, port=9080, rewrite=PathRewrite.prefix("/"), name="team",
).add_response(
    HttpMatch.path(StringMatch.prefix("/team/closed/")), DirectResponse.text(410, "closed"),
)
GatewayRoutes(chart, "public", gateway="istio-ingress/public", hosts=["shop.example.com"]).add_route(
    HttpMatch.path(StringMatch.prefix("/reviews/")), reviews, port=9080,
).add_delegate(
    HttpMatch.path(StringMatch.prefix("/team/")), delegate.reference,
).add_redirect(
    HttpMatch.path(StringMatch.exact("/old")), Redirect.to(path="/reviews/", code=RedirectCode.FOUND),
)

zero_trust = ZeroTrustNamespace(
    chart, "zero-trust",
    namespace="shop", injection=Injection.revision("stable"), egress=EgressPolicy.LIMITED,
)
zero_trust.allow(
    caller=frontend, target=reviews, methods=["GET"], paths=[PathMatch.prefix("/reviews/")], ports=[9080],
)
zero_trust.except_mtls(reviews, [9443], MtlsException.PERMISSIVE)
zero_trust.allow_egress_to_host("payments.example.com")

MtlsPolicy(chart, "mtls", scope=PolicyScope.workload(frontend), ports=[MtlsPort.permissive(9102)])
readers = PolicySource.all_of(PolicySource.caller(frontend), PolicySource.ip_blocks("10.0.0.0/8")).but_not(
    PolicySource.namespace("legacy"),
)
AllowPolicy(
    chart, "readers",
    scope=PolicyScope.workload(reviews),
    trust_domains=["cluster.local", "partner.example"],
    rules=[PolicyRule(
        sources=[readers, PolicySource.principal("partner.example/ns/shop/sa/reader")],
        operations=[PolicyOperation(methods=["GET"], paths=[PathMatch.segment("/reviews")])],
        conditions=[PolicyCondition.header("x-team", values=["blue"], not_values=["red"])],
    )],
)
AllowPolicy.nothing(chart, "nothing", scope=PolicyScope.namespace("web"))
DenyPolicy(
    chart, "read-only",
    scope=PolicyScope.workload(reviews),
    rules=[PolicyRule(operations=[PolicyOperation(methods=["DELETE"], ports=[9080])])],
)
ExternalAuthorization(
    chart, "decisions",
    scope=PolicyScope.workload(reviews),
    provider=ExtensionProvider.http("opa", service=other("opa"), timeout=Duration.millis(500)),
    rules=[PolicyRule(operations=[PolicyOperation(paths=[PathMatch.prefix("/admin/")], ports=[9080])])],
)
JwtAuthentication(
    chart, "users",
    scope=PolicyScope.workload(reviews),
    issuers=[JwtIssuer(
        issuer="https://id.example.com",
        jwks=Jwks.uri("https://id.example.com/keys"),
        audiences=JwtAudiences.of("shop", "back-office"),
        token_from=[JwtLocation.authorization(), JwtLocation.cookie("token")],
        claims_to_headers={"x-user": "sub"},
    )],
    exemptions=[TokenExemption(paths=[PathMatch.exact("/healthz")], ports=[9080])],
)
ingress = IngressGateway(
    chart, "ingress", name="edge", namespace="istio-ingress", selector={"istio": "edge"}, service_account="ingress",
)
ingress.expose(
    reviews,
    hosts=["reviews.example.com"],
    match=HttpMatch.path(StringMatch.prefix("/reviews/")),
    port=9080,
    tls=GatewayTls.simple("reviews-cert", min_version=TlsVersion.V1_3),
    certificate=GatewayCertificate.from_cluster_issuer("letsencrypt"),
)
IpAllowList(
    chart, "office",
    scope=PolicyScope.workload(ingress.workload),
    ranges=["203.0.113.0/24"],
    address=ClientAddress.proxy_protocol(proxy_ranges=["10.0.0.0/8"]),
)
machines = VirtualMachineWorkload(
    chart, "ledger",
    name="ledger",
    service_account="ledger",
    registration=VirtualMachineRegistration.at([VirtualMachineAddress(address="10.1.2.3")]),
    ports=[MeshPort.http(8080)],
)
frontend.calls(machines.service, methods=["GET"])
bank = ExternalService(
    chart, "bank", hosts=["api.bank.example"], ports=[ExternalPort.https(443)],
).through_egress(EgressGateway(chart, "egress", name="egress", namespace="istio-egress", selector={"istio": "egress"}))
frontend.calls(bank.service)
SidecarScope(
    chart, "scope", scope=PolicyScope.workload(frontend), outbound_traffic=OutboundTraffic.REGISTRY_ONLY,
)
EnvoyPatch(
    chart, "lua",
    scope=PolicyScope.workload(frontend),
    traffic=EnvoyTraffic.INBOUND,
    changes=[EnvoyAnchor.cluster(port=8080).merge({"connect_timeout": "2s"})],
    reason="the warehouse answers slowly",
)
ProxyConfiguration(chart, "proxies", scope=PolicyScope.workload(frontend), concurrency=2)

traces = TelemetryProvider.open_telemetry("traces", host="collector.observability.svc.cluster.local", port=4317)
istio = IstioInstallation(
    chart, "istio",
    version="1.31.1",
    profile=InstallationProfile.MINIMAL,
    istiod={"scale": ComponentScale.autoscaled(3, 5), "tuning": {"push_throttle": 50}},
    mesh_config={"extension_providers": [traces], "outbound_traffic_policy": OutboundTraffic.REGISTRY_ONLY},
)
ReleasesByFlux(chart, "releases", releases=istio.releases, namespace="flux-system")
MeshTelemetry(
    chart, "telemetry", scope=PolicyScope.mesh(), tracing=TelemetryTracingOptions(provider=traces, sampling=10),
)
ServiceLevelObjective(
    chart, "objective", service=reviews, objective=Objective.availability(99.9), window=Duration.days(30),
)
WasmExtension(
    chart, "headers",
    scope=PolicyScope.workload(frontend),
    traffic=ExtensionTraffic.INBOUND,
    module=WasmModule.image("ghcr.io/example/headers:1.0.0"),
    config={"greeting": "hello"},
)

networking.ServiceEntry(
    chart, "payments",
    metadata=ApiObjectMetadata(name="payments"),
    spec=networking.ServiceEntrySpec(
        hosts=["payments.example.com"],
        location=networking.ServiceEntrySpecLocation.MESH_UNDERSCORE_EXTERNAL,
        ports=[networking.ServiceEntrySpecPorts(number=443, name="tls", protocol="TLS")],
        resolution=networking.ServiceEntrySpecResolution.DNS,
    ),
)

SynthCheck.configure(app, severities={"MESH3132": CheckSeverity.OFF})
report = Mesh.from_app(app, complete_namespaces=["web"]).check(preset=CheckPreset.STRICT)
if report.errors or report.resources == 0:
    raise SystemExit(report.to_text(infos=True))
if len(canary.plan().steps) != 6:
    raise SystemExit(canary.plan().readme)
sys.stdout.write(app.synth_yaml())
