import io.github.cdk8sistio.*;
import io.github.cdk8sistio.networking.ServiceEntry;
import io.github.cdk8sistio.networking.ServiceEntryProps;
import io.github.cdk8sistio.networking.ServiceEntrySpec;
import io.github.cdk8sistio.networking.ServiceEntrySpecLocation;
import io.github.cdk8sistio.networking.ServiceEntrySpecPorts;
import io.github.cdk8sistio.networking.ServiceEntrySpecResolution;
import java.util.List;
import java.util.Map;
import org.cdk8s.ApiObjectMetadata;
import org.cdk8s.App;
import org.cdk8s.ChartProps;
import org.cdk8s.Duration;

/** The chart of chart.ts in Java. */
public final class Chart {
    public static void main(final String[] args) {
        final App app = new App();
        final org.cdk8s.Chart chart = new org.cdk8s.Chart(app, "shop", ChartProps.builder().namespace("shop").build());

        final MeshService reviews = MeshService.fromName(chart, "reviews", MeshServiceAttributes.builder()
                .name("reviews")
                .namespace("shop")
                .ports(List.of(
                        MeshPort.http(9080, MeshPortTarget.builder().name("web").build()),
                        MeshPort.of(MeshPortOptions.builder().number(9443).protocol(PortProtocol.TLS).build())))
                .workload(MeshWorkload.fromLabels(chart, "reviews-pods", MeshWorkloadAttributes.builder()
                        .name("reviews").namespace("shop").labels(Map.of("app", "reviews"))
                        .build()))
                .build());
        final MeshWorkload frontend = MeshWorkload.fromLabels(chart, "frontend", MeshWorkloadAttributes.builder()
                .name("frontend").namespace("shop").labels(Map.of("app", "frontend")).serviceAccount("frontend")
                .build());

        ResilientService.Builder.create(chart, "resilience")
                .service(reviews)
                .timeout(RequestTimeout.after(Duration.seconds(5)))
                .retries(Retries.upTo(2, RetryOptions.builder()
                        .perTryTimeout(Duration.millis(1500))
                        .conditions(List.of(RetryCondition.SERVER_ERROR))
                        .build()))
                .outlierDetection(OutlierDetection.builder()
                        .consecutive5XxErrors(5)
                        .baseEjectionTime(Duration.minutes(1))
                        .build())
                .loadBalancer(LoadBalancer.leastRequest())
                .subsets(Map.of("v2", SubsetResilience.builder()
                        .connectionPool(ConnectionPool.builder()
                                .http(HttpPool.builder().maxPendingRequests(10).build())
                                .build())
                        .build()))
                .build();

        final CanaryRollout canary = CanaryRollout.Builder.create(chart, "canary")
                .service(reviews)
                .stable(CanaryVersion.builder().version("v1").build())
                .canary(CanaryVersion.builder().version("v2").build())
                .weight(0)
                .steps(RolloutSteps.of(
                        RolloutStep.to(10, RolloutStepOptions.builder().pause(Duration.minutes(10)).build()),
                        RolloutStep.to(100)))
                .gates(List.of(
                        RolloutGate.successRate(SuccessRateGateOptions.builder().atLeast(99.5).build()),
                        RolloutGate.latency(LatencyGateOptions.builder().atMost(Duration.millis(400)).build())))
                .metrics(MetricSource.prometheus("http://prometheus.istio-system:9090"))
                .alwaysCanary(HttpMatch.header("x-canary", StringMatch.exact("true")))
                .stickiness(Stickiness.byCookie("reviews-rollout", Duration.days(7)))
                .build();
        BlueGreenRollout.Builder.create(chart, "switch")
                .service(other(chart, "cart"))
                .blue(CanaryVersion.builder().version("v1").build())
                .green(CanaryVersion.builder().version("v2").build())
                .live(LiveColor.GREEN)
                .previewHost("preview.example.com")
                .build();
        ABTest.Builder.create(chart, "ab-test")
                .service(other(chart, "stars"))
                .variants(List.of(
                        ABTestVariant.builder().version("black").share(60).build(),
                        ABTestVariant.builder().version("red").share(40).build()))
                .assignment(VariantAssignment.byCookie("stars", Duration.days(1)))
                .explicitHeader("x-stars")
                .build();

        FaultInjection.Builder.create(chart, "chaos")
                .service(reviews)
                .enabled(true)
                .match(HttpMatch.header("x-fault", StringMatch.exact("on")))
                .delay(FaultDelay.of(Duration.seconds(5), 50))
                .abort(FaultAbort.grpc(GrpcStatus.UNAVAILABLE, 0.1))
                .expires("2999-12-31T18:00:00+01:00")
                .build();
        TrafficMirror.Builder.create(chart, "shadow")
                .service(reviews)
                .match(HttpMatch.methods("GET"))
                .mirrors(List.of(MirrorTarget.subset("v2", MirrorOptions.builder().percentage(10).build())))
                .build();

        HttpRoute.Builder.create(chart, "api")
                .service(reviews.addSubset("next", Map.of("track", "next")))
                .match(HttpMatch.pathSegments("/api").butNot(HttpMatch.sourceNamespace("web")))
                .action(RouteAction.split(
                        WeightedDestination.builder().weight(90).build(),
                        WeightedDestination.builder().weight(10).subset("next")
                                .requestHeaders(HeaderOperations.builder().set(Map.of("x-new", "yes")).build())
                                .build()))
                .rewrite(PathRewrite.prefix("/v2").withAuthority("reviews.example.com"))
                .responseHeaders(HeaderOperations.builder().remove(List.of("server")).build())
                .cors(CorsPolicy.builder()
                        .allowOrigins(List.of(StringMatch.exact("https://shop.example.com")))
                        .unmatchedPreflights(UnmatchedPreflights.IGNORE)
                        .build())
                .name("api")
                .priority(1)
                .build();

        TlsRoute.Builder.create(chart, "server-name")
                .service(reviews)
                .sniHosts(List.of("reviews.example.com"))
                .action(RouteAction.toSubset("v2"))
                .build();

        final DelegatedRoutes delegate = DelegatedRoutes.Builder.create(chart, "delegate")
                .name("team-reviews")
                .within(HttpMatch.path(StringMatch.prefix("/team/")))
                .build()
                .addRoute(HttpMatch.path(StringMatch.prefix("/team/reviews/")), reviews,
                        GatewayRouteOptions.builder().port(9080).rewrite(PathRewrite.prefix("/")).name("team").build())
                .addResponse(HttpMatch.path(StringMatch.prefix("/team/closed/")), DirectResponse.text(410, "closed"));
        GatewayRoutes.Builder.create(chart, "public")
                .gateway("istio-ingress/public")
                .hosts(List.of("shop.example.com"))
                .build()
                .addRoute(HttpMatch.path(StringMatch.prefix("/reviews/")), reviews,
                        GatewayRouteOptions.builder().port(9080).build())
                .addDelegate(HttpMatch.path(StringMatch.prefix("/team/")), delegate.getReference())
                .addRedirect(HttpMatch.path(StringMatch.exact("/old")), Redirect.to(
                        RedirectOptions.builder().path("/reviews/").code(RedirectCode.FOUND).build()));

        final ZeroTrustNamespace zeroTrust = ZeroTrustNamespace.Builder.create(chart, "zero-trust")
                .namespace("shop")
                .injection(Injection.revision("stable"))
                .egress(EgressPolicy.LIMITED)
                .build();
        zeroTrust.allow(AllowProps.builder()
                .caller(frontend)
                .target(reviews)
                .methods(List.of("GET"))
                .paths(List.of(PathMatch.prefix("/reviews/")))
                .ports(List.of(9080))
                .build());
        zeroTrust.exceptMtls(reviews, List.of(9443), MtlsException.PERMISSIVE);
        zeroTrust.allowEgressToHost("payments.example.com");

        final PolicyScope ofReviews = PolicyScope.workload(reviews);
        final PolicyScope ofFrontend = PolicyScope.workload(frontend);
        MtlsPolicy.Builder.create(chart, "mtls").scope(ofFrontend).ports(List.of(MtlsPort.permissive(9102))).build();
        final PolicySource readers = PolicySource.allOf(PolicySource.caller(frontend), PolicySource.ipBlocks("10.0.0.0/8"))
                .butNot(PolicySource.namespace("legacy"));
        AllowPolicy.Builder.create(chart, "readers")
                .scope(ofReviews)
                .trustDomains(List.of("cluster.local", "partner.example"))
                .rules(List.of(PolicyRule.builder()
                        .sources(List.of(readers, PolicySource.principal("partner.example/ns/shop/sa/reader")))
                        .operations(List.of(PolicyOperation.builder()
                                .methods(List.of("GET")).paths(List.of(PathMatch.segment("/reviews")))
                                .build()))
                        .conditions(List.of(PolicyCondition.header("x-team", PolicyValues.builder()
                                .values(List.of("blue")).notValues(List.of("red"))
                                .build())))
                        .build()))
                .build();
        AllowPolicy.nothing(chart, "nothing", AuthorizationPolicyOptions.builder().scope(PolicyScope.namespace("web")).build());
        DenyPolicy.Builder.create(chart, "read-only")
                .scope(ofReviews)
                .rules(List.of(PolicyRule.builder()
                        .operations(List.of(PolicyOperation.builder().methods(List.of("DELETE")).ports(List.of(9080)).build()))
                        .build()))
                .build();
        ExternalAuthorization.Builder.create(chart, "decisions")
                .scope(ofReviews)
                .provider(ExtensionProvider.http("opa", HttpExtensionProviderOptions.builder()
                        .service(other(chart, "opa")).timeout(Duration.millis(500))
                        .build()))
                .rules(List.of(PolicyRule.builder()
                        .operations(List.of(PolicyOperation.builder()
                                .paths(List.of(PathMatch.prefix("/admin/"))).ports(List.of(9080))
                                .build()))
                        .build()))
                .build();
        JwtAuthentication.Builder.create(chart, "users")
                .scope(ofReviews)
                .issuers(List.of(JwtIssuer.builder()
                        .issuer("https://id.example.com")
                        .jwks(Jwks.uri("https://id.example.com/keys"))
                        .audiences(JwtAudiences.of("shop", "back-office"))
                        .tokenFrom(List.of(JwtLocation.authorization(), JwtLocation.cookie("token")))
                        .claimsToHeaders(Map.of("x-user", "sub"))
                        .build()))
                .exemptions(List.of(TokenExemption.builder()
                        .paths(List.of(PathMatch.exact("/healthz"))).ports(List.of(9080))
                        .build()))
                .build();
        final IngressGateway ingress = IngressGateway.Builder.create(chart, "ingress")
                .name("edge").namespace("istio-ingress").selector(Map.of("istio", "edge")).serviceAccount("ingress")
                .build();
        ingress.expose(reviews, ExposeOptions.builder()
                .hosts(List.of("reviews.example.com"))
                .match(HttpMatch.path(StringMatch.prefix("/reviews/")))
                .port(9080)
                .tls(GatewayTls.simple("reviews-cert", GatewayTlsOptions.builder().minVersion(TlsVersion.V1_3).build()))
                .certificate(GatewayCertificate.fromClusterIssuer("letsencrypt"))
                .build());
        IpAllowList.Builder.create(chart, "office")
                .scope(PolicyScope.workload(ingress.getWorkload()))
                .ranges(List.of("203.0.113.0/24"))
                .address(ClientAddress.proxyProtocol(TrustedProxies.builder().proxyRanges(List.of("10.0.0.0/8")).build()))
                .build();
        final VirtualMachineWorkload machines = VirtualMachineWorkload.Builder.create(chart, "ledger")
                .name("ledger")
                .serviceAccount("ledger")
                .registration(VirtualMachineRegistration.at(List.of(VirtualMachineAddress.builder().address("10.1.2.3").build())))
                .ports(List.of(MeshPort.http(8080)))
                .build();
        frontend.calls(machines.getService(), CallOptions.builder().methods(List.of("GET")).build());
        final ExternalService bank = ExternalService.Builder.create(chart, "bank")
                .hosts(List.of("api.bank.example"))
                .ports(List.of(ExternalPort.https(443)))
                .build()
                .throughEgress(EgressGateway.Builder.create(chart, "egress")
                        .name("egress").namespace("istio-egress").selector(Map.of("istio", "egress"))
                        .build());
        frontend.calls(bank.getService());
        SidecarScope.Builder.create(chart, "scope").scope(ofFrontend).outboundTraffic(OutboundTraffic.REGISTRY_ONLY).build();
        EnvoyPatch.Builder.create(chart, "lua")
                .scope(ofFrontend)
                .traffic(EnvoyTraffic.INBOUND)
                .changes(List.of(EnvoyAnchor.cluster(EnvoyClusterOptions.builder().port(8080).build())
                        .merge(Map.of("connect_timeout", "2s"))))
                .reason("the warehouse answers slowly")
                .build();
        ProxyConfiguration.Builder.create(chart, "proxies").scope(ofFrontend).concurrency(2).build();

        final TelemetryProvider traces = TelemetryProvider.openTelemetry("traces", OpenTelemetryTracingOptions.builder()
                .host("collector.observability.svc.cluster.local").port(4317)
                .build());
        final IstioInstallation istio = IstioInstallation.Builder.create(chart, "istio")
                .version("1.31.1")
                .profile(InstallationProfile.MINIMAL)
                .istiod(IstiodOptions.builder()
                        .scale(ComponentScale.autoscaled(3, 5))
                        .tuning(IstiodTuning.builder().pushThrottle(50).build())
                        .build())
                .meshConfig(MeshConfigOptions.builder()
                        .extensionProviders(List.of(traces))
                        .outboundTrafficPolicy(OutboundTraffic.REGISTRY_ONLY)
                        .build())
                .build();
        ReleasesByFlux.Builder.create(chart, "releases").releases(istio.getReleases()).namespace("flux-system").build();
        MeshTelemetry.Builder.create(chart, "telemetry")
                .scope(PolicyScope.mesh())
                .tracing(TelemetryTracingOptions.builder().provider(traces).sampling(10).build())
                .build();
        ServiceLevelObjective.Builder.create(chart, "objective")
                .service(reviews).objective(Objective.availability(99.9)).window(Duration.days(30))
                .build();
        WasmExtension.Builder.create(chart, "headers")
                .scope(ofFrontend)
                .traffic(ExtensionTraffic.INBOUND)
                .module(WasmModule.image("ghcr.io/example/headers:1.0.0"))
                .config(Map.of("greeting", "hello"))
                .build();

        new ServiceEntry(chart, "payments", ServiceEntryProps.builder()
                .metadata(ApiObjectMetadata.builder().name("payments").build())
                .spec(ServiceEntrySpec.builder()
                        .hosts(List.of("payments.example.com"))
                        .location(ServiceEntrySpecLocation.MESH_UNDERSCORE_EXTERNAL)
                        .ports(List.of(ServiceEntrySpecPorts.builder().number(443).name("tls").protocol("TLS").build()))
                        .resolution(ServiceEntrySpecResolution.DNS)
                        .build())
                .build());

        SynthCheck.configure(app, SynthCheckOptions.builder().severities(Map.of("MESH3132", CheckSeverity.OFF)).build());
        final CheckReport report = Mesh.fromApp(app, MeshOptions.builder().completeNamespaces(List.of("web")).build())
                .check(MeshCheckOptions.builder().preset(CheckPreset.STRICT).build());
        if (!report.getErrors().isEmpty() || report.getResources().intValue() == 0) {
            throw new IllegalStateException(report.toText(CheckTextOptions.builder().infos(true).build()));
        }
        if (canary.plan().getSteps().size() != 6) throw new IllegalStateException(canary.plan().getReadme());
        System.out.print(app.synthYaml());
    }

    private static MeshService other(final org.cdk8s.Chart chart, final String name) {
        return MeshService.fromName(chart, name, MeshServiceAttributes.builder()
                .name(name).namespace("shop").ports(List.of(MeshPort.http(80)))
                .build());
    }
}
