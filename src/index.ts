// What a Kubernetes name, a port or an identity is in the mesh.
export { PortProtocol } from './semantics/port-protocol';
export { MeshPort, MeshPortOptions, MeshPortTarget } from './model/mesh-port';
export { CallOptions } from './model/declared-calls';
export { CallerIdentity, IMeshCaller } from './model/identity';
export { MeshWorkload, MeshWorkloadAttributes, MeshWorkloadProps } from './model/mesh-workload';
export { MeshHostAttributes, MeshServiceAttributes, MeshServiceOptions, MeshServiceProps } from './model/mesh-service-props';
export { MeshService } from './model/mesh-service';

// Which requests are meant.
export { StringMatch } from './model/string-match';
export { HttpMatch } from './model/http-match';

// Where requests go.
export { RedirectCode, Redirect, RedirectOptions } from './traffic/redirect';
export { DirectResponse } from './traffic/direct-response';
export { PathRewrite } from './traffic/path-rewrite';
export { HeaderOperations } from './traffic/header-operations';
export { CorsPolicy, UnmatchedPreflights } from './traffic/cors-policy';
export { RouteAction, ServiceRouteOptions, WeightedDestination } from './traffic/route-action';
export { RoutePolicy } from './traffic/route-policy';
export { HttpRoute, HttpRouteProps } from './traffic/http-route';

// How a service is called.
export { RequestTimeout } from './traffic/request-timeout';
export { Retries, RetryCondition, RetryOptions } from './traffic/retries';
export { ConnectionPool, H2UpgradePolicy, Http2Keepalive, HttpPool, TcpKeepalive, TcpPool } from './traffic/connection-pool';
export { OutlierDetection } from './traffic/outlier-detection';
export { HashAlgorithm, HashCookieOptions, HashKey, LoadBalancer, WarmUp, WarmUpOptions } from './traffic/load-balancer';
export { RetryBudget } from './traffic/retry-budget';
export { ResiliencePreset } from './traffic/resilience-preset';
export {
  PortResilience, ResilientService, ResilientServiceProps, RouteResilience, SubsetResilience, TrafficSettings,
} from './traffic/resilient-service';
export { LocalityPreference, ZoneAwareOptions } from './traffic/locality-preference';
export { LocalityPolicy, LocalityPolicyProps } from './traffic/locality-policy';

// Where connections go that carry no requests.
export { StreamRouteProps } from './traffic/stream-route-props';
export { TcpRoute, TcpRouteProps } from './traffic/tcp-route';
export { TlsRoute, TlsRouteProps } from './traffic/tls-route';

// Faults on purpose, and copies of requests.
export { GrpcStatus } from './traffic/grpc-status';
export { FaultDelay } from './traffic/fault-delay';
export { FaultAbort } from './traffic/fault-abort';
export { FaultInjection, FaultInjectionProps } from './traffic/fault-injection';
export { MirrorOptions, MirrorServiceOptions, MirrorTarget } from './traffic/mirror-target';
export { TrafficMirror, TrafficMirrorProps } from './traffic/traffic-mirror';

// How many requests may come.
export { ClientIpOptions, RateLimitKey } from './traffic/rate-limit/rate-limit-key';
export { RequestLimit, RequestRate } from './traffic/rate-limit/request-limit';
export { RateLimitDomain, RateLimitDomainProps } from './traffic/rate-limit/rate-limit-domain';
export {
  LocalRateLimitOptions, RateLimitEngine, RateLimitFailureMode, SharedRateLimitOptions,
} from './traffic/rate-limit/rate-limit-engine';
export { RateLimitEnforcement } from './traffic/rate-limit/rate-limit-enforcement';
export { RateLimit, RateLimitProps } from './traffic/rate-limit/rate-limit';

// How a new version is brought in, and how requests come in from outside.
export { ABTest, ABTestProps, ABTestVariant } from './delivery/ab-test';
export { BlueGreenRollout, BlueGreenRolloutProps } from './delivery/blue-green-rollout';
export { CanaryVersion } from './delivery/canary-version';
export { LiveColor } from './delivery/live-color';
export { VariantAssignment } from './delivery/variant-assignment';
export { CanaryRollout, CanaryRolloutProps } from './delivery/canary-rollout';
export { MetricSource } from './delivery/metric-source';
export { MirrorFirst } from './delivery/mirror-first';
export { RolloutEngine } from './delivery/rollout-engine';
export { ArgoRolloutsOptions } from './delivery/argo-rollouts-driver';
export { FlaggerOptions } from './delivery/flagger-driver';
export { LatencyGateOptions, QueryGateOptions, RolloutGate, SuccessRateGateOptions } from './delivery/rollout-gate';
export { RolloutPlan, RolloutPlanFile, RolloutPlanStep } from './delivery/rollout-plan';
export { RolloutStep, RolloutStepOptions, RolloutSteps } from './delivery/rollout-steps';
export { HashStickinessOptions, Stickiness } from './delivery/stickiness';
export { GatewayAnswerOptions, GatewayDelegateOptions, GatewayRouteOptions } from './gateway/route-options';
export { GatewayRoutes, GatewayRoutesProps } from './gateway/gateway-routes';
export { DelegatedRoutes, DelegatedRoutesProps } from './gateway/delegated-routes';
export { GatewayClientTlsOptions, GatewayTls, GatewayTlsOptions, TlsVersion } from './gateway/gateway-tls';
export { CertificateKey, GatewayCertificate, GatewayCertificateOptions } from './gateway/gateway-certificate';
export {
  AdmitOptions, ExposeOptions, ExposeTcpOptions, ExposeToClustersOptions, IngressHostOptions, IngressTlsOptions, PlainHttp,
} from './gateway/ingress-options';
export { GatewayApi } from './gateway/gateway-api';
export { IngressGateway, IngressGatewayProps } from './gateway/ingress-gateway';
export { IngressHost, IngressHostProps } from './gateway/ingress-host';
export { ClientCertificateFiles, ClientCredentialOptions, ClientTls, ClientTlsOptions, UnverifiedTlsOptions } from './traffic/client-tls';
export { ExternalEndpoint } from './gateway/external-endpoint';
export { ExternalPort, ExternalPortOptions, TlsOriginationOptions } from './gateway/external-port';
export { Resolution } from './gateway/external-resolution';
export { ExternalService, ExternalServiceProps } from './gateway/external-service';
export { EgressRouteOptions } from './gateway/egress-route';
export { EgressGateway, EgressGatewayProps } from './gateway/egress-gateway';
export { OutboundTraffic, SidecarScope, SidecarScopeProps } from './gateway/sidecar-scope';
export { SidecarHost } from './gateway/sidecar-host';
export { ListenerMutualTlsFiles, ListenerTls, ListenerTlsFiles, SidecarListener } from './gateway/sidecar-listener';

// Machines outside of Kubernetes.
export { VirtualMachineAddress } from './gateway/virtual-machine-address';
export { VirtualMachineHttpProbeOptions, VirtualMachineProbe, VirtualMachineProbeOptions } from './gateway/virtual-machine-probe';
export { VirtualMachineGroupOptions, VirtualMachineRegistration } from './gateway/virtual-machine-registration';
export { VirtualMachineWorkload, VirtualMachineWorkloadProps } from './gateway/virtual-machine-workload';

// Who may call whom.
export { IMeshTarget } from './model/mesh-target';
export { PathMatch } from './model/path-match';
export { PolicyScope } from './model/policy-scope';
export { AllowPlaintextProps, AllowProps, AllowScrapeProps } from './security/allow-props';
export { PolicyCallerOptions, PolicySource } from './security/authorization/policy-source';
export { PolicyOperation } from './security/authorization/policy-operation';
export { PolicyValues } from './security/authorization/policy-values';
export { PolicyCondition, PolicyPortValues } from './security/authorization/policy-condition';
export { PolicyRule } from './security/authorization/policy-rule';
export { AuthorizationPolicyOptions, AuthorizationPolicyProps } from './security/authorization/authorization-props';
export { AllowPolicy, AllowPolicyProps } from './security/authorization/allow-policy';
export { DenyPolicy, DenyPolicyProps } from './security/authorization/deny-policy';
export { AuditPolicy, AuditPolicyProps } from './security/authorization/audit-policy';
export {
  CheckedRequestBody, ExtensionProviderOptions, GrpcExtensionProviderOptions, HttpExtensionProviderOptions,
} from './security/authorization/extension-provider-options';
export { ExtensionProvider } from './security/authorization/extension-provider';
export { ExternalAuthorization, ExternalAuthorizationProps } from './security/authorization/external-authorization';
export { EgressPolicy } from './security/egress-scope';
export { Injection } from './security/injection';
export { MtlsException } from './security/mtls-exceptions';
export { MtlsMode } from './security/mtls-mode';
export { MtlsPort } from './security/mtls-port';
export { MtlsPolicy, MtlsPolicyProps } from './security/mtls-policy';
export { MtlsEdge, MtlsEdgeOutcome, MtlsPhase } from './security/mtls-migration/mtls-edge';
export {
  MtlsMigrationBreak, MtlsMigrationCaller, MtlsMigrationOpenPorts, MtlsMigrationProps,
} from './security/mtls-migration/mtls-migration-props';
export { MtlsMigrationFile, MtlsMigrationPlan, MtlsMigrationStep } from './security/mtls-migration/mtls-migration-plan';
export { MtlsMigration } from './security/mtls-migration/mtls-migration';
export { ZeroTrustNamespaceProps } from './security/zero-trust-props';
export { ZeroTrustNamespace } from './security/zero-trust-namespace';
export { AmbientDataPlaneOptions, DataPlane } from './security/ambient/data-plane';
export { CallEdge } from './security/call-edge';
export { CallGraph, CallGraphProps } from './security/call-graph';
import './security/declared-call-policies';

// Whose tokens are believed, and from where requests may come.
export { ClientAddress, ForwardingProxies, TrustedProxies } from './security/client-address';
export { IpAllowList, IpAllowListProps } from './security/ip-allow-list';
export { JwtAudiences } from './security/jwt-audiences';
export { JwtAuthentication, JwtAuthenticationProps } from './security/jwt-authentication';
export { TokenExemption } from './security/jwt-exemption';
export { JwtIssuer } from './security/jwt-issuer';
export { Jwks } from './security/jwt-keys';
export { JwtLocation } from './security/jwt-location';

// What Istio has no kind for, and how proxies run.
export { EnvoyAnchor } from './proxy/envoy-anchor';
export { EnvoyClusterOptions, EnvoyListenerOptions, EnvoyRouteOptions } from './proxy/envoy-anchor-options';
export { EnvoyChange } from './proxy/envoy-change';
export { EnvoyPatch, EnvoyPatchProps } from './proxy/envoy-patch';
export { EnvoyTraffic } from './proxy/envoy-traffic';
export { ProxyConfiguration, ProxyConfigurationProps, ProxyImage } from './proxy/proxy-configuration';
export { ExtensionPhase, ExtensionProps, ExtensionTraffic } from './proxy/extension-props';
export { LuaExtension, LuaExtensionProps } from './proxy/lua-extension';
export { WasmExtension } from './proxy/wasm-extension';
export { WasmExtensionProps, WasmFailure, WasmKind } from './proxy/wasm-extension-props';
export { WasmImageOptions, WasmModule, WasmPullPolicy } from './proxy/wasm-module';

// The mesh itself: installed, watched, upgraded and grown.
export { ArgoCdAutomation, ArgoCdSync } from './install/argo-cd-sync';
export { ChartRelease } from './install/chart-release';
export { InstallationPlatform, InstallationProfile } from './install/installation-profile';
export { ComponentResources } from './install/component-resources';
export { AutoscaleOptions, ComponentScale } from './install/component-scale';
export { MeshAccessLog } from './install/mesh-access-log';
export { MeshConfigOptions, MeshTracingOptions, PathNormalization } from './install/mesh-config-options';
export { IstiodLogLevel, IstiodOptions, IstiodTuning } from './install/istiod-options';
export { InstalledImagesOptions, InstalledProxiesOptions, ProxyLogLevel } from './install/installed-proxies-options';
export { CniOptions, ZtunnelOptions } from './install/node-agent-options';
export {
  EastWestGatewayOptions, GatewayServiceType, InstalledGatewayOptions, InstalledGatewayPort, PortedGatewayOptions,
} from './install/installed-gateway-options';
export { InstalledGateway } from './install/installed-gateway';
export { CertificateAuthority, IstioCsrOptions } from './install/certificate-authority';
export { IstioInstallationProps } from './install/istio-installation-props';
export { IstioInstallation } from './install/istio-installation';
export { VersionChange } from './install/upgrade/version-change';
export { ControlPlaneUpgradeFile, ControlPlaneUpgradePlan, ControlPlaneUpgradeStep } from './install/upgrade/control-plane-upgrade-plan';
export { ControlPlaneUpgradeProps } from './install/upgrade/control-plane-upgrade-props';
export { ControlPlaneUpgrade } from './install/upgrade/control-plane-upgrade';
export { HelmFiles, HelmValuesFile } from './install/helm-files';
export { ReleasesByArgoCd, ReleasesByArgoCdProps } from './install/releases-by-argo-cd';
export { ReleasesByFlux, ReleasesByFluxProps } from './install/releases-by-flux';
export { AddOnOptions } from './observability/add-ons/add-on-options';
export { CollectorAddOnOptions } from './observability/add-ons/collector-add-on';
export { GrafanaAddOnOptions } from './observability/add-ons/grafana-add-on';
export { JaegerAddOnOptions } from './observability/add-ons/jaeger-add-on';
export { KialiAddOnOptions } from './observability/add-ons/kiali-add-on';
export { MeshAddOns, MeshAddOnsProps } from './observability/add-ons/mesh-add-ons';
export { PrometheusAddOnOptions } from './observability/add-ons/prometheus-add-on';
export { MeshNamespace, MeshNamespaceProps } from './install/injection/mesh-namespace';
export { SidecarSettings } from './install/injection/sidecar-settings';
export { SidecarSettingsProps } from './install/injection/sidecar-settings-props';
export { AmbientNamespace, AmbientNamespaceProps } from './install/ambient/ambient-namespace';
export { Waypoint } from './install/ambient/waypoint';
export { WaypointProps, WaypointTraffic } from './install/ambient/waypoint-props';
export { MeshCluster, MeshClusterOptions, PrimaryClusterOptions, RemoteClusterOptions } from './install/multi-cluster/mesh-cluster';
export { MeshClusterInstallation, MeshClusterInstallationProps } from './install/multi-cluster/mesh-cluster-installation';
export { MultiClusterMesh } from './install/multi-cluster/multi-cluster-mesh';
export { MultiClusterMeshProps } from './install/multi-cluster/multi-cluster-mesh-props';
export { MultiClusterFile, MultiClusterPlan, MultiClusterStep } from './install/multi-cluster/multi-cluster-plan';
export { RemoteAccess, RemoteAccessPlaceholders } from './install/multi-cluster/remote-access';
export { IMeshProvider } from './model/mesh-provider';
export { IWaypoint } from './model/mesh-waypoint';
export { AccessLogFormat } from './model/access-log-format';
export {
  AccessLogFileOptions, OpenTelemetryHttpTracingOptions, OpenTelemetryLogOptions, OpenTelemetryTracingOptions, ServiceAttributes,
  TelemetryBackendOptions, TracingProviderOptions, ZipkinTracingOptions,
} from './observability/telemetry-provider-options';
export { TelemetryProvider } from './observability/telemetry-provider';
export { TelemetryDirection } from './observability/telemetry-direction';
export { AccessLogging, AccessLoggingOptions, NoAccessLoggingOptions } from './observability/access-logging';
export { TraceTag } from './observability/trace-tag';
export { TelemetryTracingOptions } from './observability/telemetry-tracing';
export { IstioMetric } from './observability/istio-metric';
export { MetricOverride, MetricOverrideOptions, MetricTag } from './observability/metric-override';
export { TelemetryMetricsOptions } from './observability/telemetry-metrics';
export { MeshTelemetry, MeshTelemetryProps } from './observability/mesh-telemetry';
export { ServiceDashboard, ServiceDashboardProps } from './observability/service-dashboard';
export { SignalObserver } from './observability/signal-observer';
export { GoldenSignals, GoldenSignalsOptions } from './observability/golden-signals';
export { AlertSeverity } from './observability/alert-severity';
export { BurnRate } from './observability/burn-rate';
export { LatencyObjectiveOptions, Objective } from './observability/objective';
export { ServiceLevelObjective, ServiceLevelObjectiveProps } from './observability/service-level-objective';
export { MeshAlert } from './observability/mesh-alert';
export { MeshAlertsProps } from './observability/mesh-alerts-props';
export { MeshAlerts } from './observability/mesh-alerts';

// What Istio and the field's experience say about it.
export {
  CheckFinding, CheckLayer, CheckPreset, CheckReport, CheckSeverity, CheckTextOptions,
} from './mesh/check-report';
export {
  AccessAnswer, AccessCaller, AccessCallerKind, AccessCondition, AccessEnforcement, AccessException, AccessGateway, AccessIneffectiveRule,
  AccessProtocol, AccessReport, AccessRow, AccessTarget, AccessTextOptions, AccessVerdict,
} from './mesh/access-report';
export { Mesh, MeshCheckOptions, MeshOptions } from './mesh/mesh';
export { MeshValidation, MeshValidationProps } from './mesh/mesh-validation';
export { Silence } from './model/silence';
export { SynthCheck, SynthCheckOptions } from './model/synth-check';

// The classes of Istio's own CRDs, loaded on first use.
export * as networking from './imports/networking.istio.io';
export * as security from './imports/security.istio.io';
export * as telemetry from './imports/telemetry.istio.io';
export * as extensions from './imports/extensions.istio.io';
