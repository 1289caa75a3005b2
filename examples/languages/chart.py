"""The chart of chart.ts in Python."""
import sys

from cdk8s import App, ApiObjectMetadata, Chart, Duration
from cdk8s_istio import (
    ABTest, ABTestVariant, BlueGreenRollout, CanaryRollout, CanaryVersion, CheckPreset, CheckSeverity, ConnectionPool, CorsPolicy,
    DelegatedRoutes, DirectResponse, EgressPolicy, FaultAbort, FaultDelay, FaultInjection, GatewayRoutes, GrpcStatus, HeaderOperations,
    HttpMatch, HttpPool, HttpRoute, Injection, LiveColor, LoadBalancer, Mesh, MeshPort, MeshService, MeshWorkload, MetricSource,
    MirrorTarget, MtlsException, OutlierDetection, PathMatch, PathRewrite, PortProtocol, Redirect, RedirectCode, RequestTimeout,
    ResilientService, Retries, RetryCondition, RolloutGate, RolloutStep, RolloutSteps, RouteAction, Stickiness, StringMatch, SubsetResilience, SynthCheck,
    TlsRoute, TrafficMirror, UnmatchedPreflights, VariantAssignment, WeightedDestination, ZeroTrustNamespace, networking,
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
