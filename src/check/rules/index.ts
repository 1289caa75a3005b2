import { Rule } from '../rule';
import { policyNotAttachedToWaypoint } from './ambient/policy-not-attached-to-waypoint';
import { policyWithoutWaypoint } from './ambient/policy-without-waypoint';
import { routesOutOfReachOfWaypoint } from './ambient/routes-out-of-reach-of-waypoint';
import { routesWithoutWaypoint } from './ambient/routes-without-waypoint';
import { sidecarAndAmbient } from './ambient/sidecar-and-ambient';
import { sidecarInAmbientNamespace } from './ambient/sidecar-in-ambient-namespace';
import { waypointMissing } from './ambient/waypoint-missing';
import { waypointNotAdmitted } from './ambient/waypoint-not-admitted';
import { waypointOutsideOfAmbient } from './ambient/waypoint-outside-of-ambient';
import { authorizationPolicySelectsNothing } from './any/authorization-policy-selects-nothing';
import { exportedToUnknownNamespace } from './any/exported-to-unknown-namespace';
import { selectorSelectsNothing } from './any/selector-selects-nothing';
import { twoPoliciesForAll } from './any/two-policies-for-all';
import { twoPoliciesForOneWorkload } from './any/two-policies-for-one-workload';
import { allowByExclusion } from './authorization/allow-by-exclusion';
import { allowShadowedByDeny } from './authorization/allow-shadowed-by-deny';
import { allowVoided } from './authorization/allow-voided';
import { authorizationUnknownHost } from './authorization/authorization-unknown-host';
import { authorizationUnknownNamespace } from './authorization/authorization-unknown-namespace';
import { callerWithoutIdentity } from './authorization/caller-without-identity';
import { claimMatchWithoutValue } from './authorization/claim-match-without-value';
import { claimRouteWithoutRequestAuthentication } from './authorization/claim-route-without-request-authentication';
import { claimsWithoutRequestAuthentication } from './authorization/claims-without-request-authentication';
import { denyByPath } from './authorization/deny-by-path';
import { hostWithoutPort } from './authorization/host-without-port';
import { httpRuleOnTcpPort } from './authorization/http-rule-on-tcp-port';
import { identityWithoutMtls } from './authorization/identity-without-mtls';
import { ipBlocksBehindGateway } from './authorization/ip-blocks-behind-gateway';
import { jwksFetchUnrestricted } from './authorization/jwks-fetch-unrestricted';
import { malformedPrincipal } from './authorization/malformed-principal';
import { noDenyAll } from './authorization/no-deny-all';
import { pathNormalizationOff } from './authorization/path-normalization-off';
import { principalServiceAccountMissing } from './authorization/principal-service-account-missing';
import { principalTrustDomain } from './authorization/principal-trust-domain';
import { splitAuthorizationRule } from './authorization/split-authorization-rule';
import { tokenOptional } from './authorization/token-optional';
import { unknownAuthorizationProvider } from './authorization/unknown-authorization-provider';
import { unknownMethod } from './authorization/unknown-method';
import { workloadWithoutAuthorizationPolicy } from './authorization/workload-without-authorization-policy';
import { alphaAnnotation } from './deprecation/alpha-annotation';
import { deprecatedAnnotation } from './deprecation/deprecated-annotation';
import { egressProxyIgnored } from './deprecation/egress-proxy-ignored';
import { faultDelayPercent } from './deprecation/fault-delay-percent';
import { removedKind } from './deprecation/removed-kind';
import { competingDestinationRules } from './destination-rule/competing-destination-rules';
import { consecutiveErrors } from './destination-rule/consecutive-errors';
import { deprecatedLoadBalancer } from './destination-rule/deprecated-load-balancer';
import { destinationRuleOutOfPath } from './destination-rule/destination-rule-out-of-path';
import { ejectionOutOfReach } from './destination-rule/ejection-out-of-reach';
import { localityWithoutOutlierDetection } from './destination-rule/locality-without-outlier-detection';
import { portLevelSettingsInheritNothing } from './destination-rule/port-level-settings-inherit-nothing';
import { subsetSelectsNothing } from './destination-rule/subset-selects-nothing';
import { subsetWithoutLabels } from './destination-rule/subset-without-labels';
import { unknownDestinationRuleHost } from './destination-rule/unknown-destination-rule-host';
import { unusedSubset } from './destination-rule/unused-subset';
import { envoyFilterAnchorUnknown } from './envoy-filter/envoy-filter-anchor-unknown';
import { envoyFilterInsertIgnored } from './envoy-filter/envoy-filter-insert-ignored';
import { envoyFilterReplaceIgnored } from './envoy-filter/envoy-filter-replace-ignored';
import { envoyFilterRouteConfigurationIgnored } from './envoy-filter/envoy-filter-route-configuration-ignored';
import { envoyFilterRouteOperation } from './envoy-filter/envoy-filter-route-operation';
import { envoyFilterVersionWithoutPriority } from './envoy-filter/envoy-filter-version-without-priority';
import { envoyFilterWithoutPriority } from './envoy-filter/envoy-filter-without-priority';
import { gatewayCertificateShared } from './gateway/gateway-certificate-shared';
import { gatewayClientCaMissing } from './gateway/gateway-client-ca-missing';
import { gatewayCredentialMissing } from './gateway/gateway-credential-missing';
import { gatewayCredentialUnusable } from './gateway/gateway-credential-unusable';
import { gatewayHostOpenToAll } from './gateway/gateway-host-open-to-all';
import { gatewayMutualHostAlsoSimple } from './gateway/gateway-mutual-host-also-simple';
import { gatewayPortNotServed } from './gateway/gateway-port-not-served';
import { gatewayPortProtocolsClash } from './gateway/gateway-port-protocols-clash';
import { gatewaySelectsNothing } from './gateway/gateway-selects-nothing';
import { gatewaysServeOneTlsHost } from './gateway/gateways-serve-one-tls-host';
import { gatewaysSharePlainHost } from './gateway/gateways-share-plain-host';
import { hostNetworkNotInjected } from './injection/host-network-not-injected';
import { imageAutoNotInjected } from './injection/image-auto-not-injected';
import { injectionLabelMisplaced } from './injection/injection-label-misplaced';
import { injectionLabelValue } from './injection/injection-label-value';
import { injectionWebhooksOverlap } from './injection/injection-webhooks-overlap';
import { invalidAnnotation } from './injection/invalid-annotation';
import { misplacedAnnotation } from './injection/misplaced-annotation';
import { namespaceInjectedByDefault } from './injection/namespace-injected-by-default';
import { namespaceNotInjected } from './injection/namespace-not-injected';
import { namespaceTwoInjectionLabels } from './injection/namespace-two-injection-labels';
import { podAnnotationOnNamespace } from './injection/pod-annotation-on-namespace';
import { podOptsOutOfInjection } from './injection/pod-opts-out-of-injection';
import { sidecarWithoutResources } from './injection/sidecar-without-resources';
import { trafficExcludedFromMesh } from './injection/traffic-excluded-from-mesh';
import { unknownAnnotation } from './injection/unknown-annotation';
import { unknownProxyConfigField } from './injection/unknown-proxy-config-field';
import { unknownOperatorField } from './installation/unknown-operator-field';
import { unknownProfile } from './installation/unknown-profile';
import { gatewayClassUnknown } from './kubernetes-gateway/gateway-class-unknown';
import { kubernetesGatewayListenersAlike } from './kubernetes-gateway/kubernetes-gateway-listeners-alike';
import { kubernetesGatewaysShareAddress } from './kubernetes-gateway/kubernetes-gateways-share-address';
import { referenceGrantFromNowhere } from './kubernetes-gateway/reference-grant-from-nowhere';
import { selectorOnKubernetesGateway } from './kubernetes-gateway/selector-on-kubernetes-gateway';
import { unknownBackend } from './kubernetes-route/unknown-backend';
import { unknownParentGateway } from './kubernetes-route/unknown-parent-gateway';
import { clientTlsAgainstServer } from './mtls/client-tls-against-server';
import { clientTlsDisabled } from './mtls/client-tls-disabled';
import { mtlsNotStrict } from './mtls/mtls-not-strict';
import { namespacePermissive } from './mtls/namespace-permissive';
import { portLevelMtlsOfServicePort } from './mtls/port-level-mtls-of-service-port';
import { rootPeerAuthenticationSelector } from './mtls/root-peer-authentication-selector';
import { strictWithOutsideCallers } from './mtls/strict-with-outside-callers';
import { strictWithoutClientMtls } from './mtls/strict-without-client-mtls';
import { tlsOriginationPortUnverified } from './mtls/tls-origination-port-unverified';
import { tlsOriginationUnverified } from './mtls/tls-origination-unverified';
import { widerTlsHidden } from './mtls/wider-tls-hidden';
import { serviceEntriesForOneHost } from './service-entry/service-entries-for-one-host';
import { serviceEntryAddressesRequired } from './service-entry/service-entry-addresses-required';
import { serviceEntryProtocolsClash } from './service-entry/service-entry-protocols-clash';
import { callerCannotSeeService } from './sidecar/caller-cannot-see-service';
import { egressGatewayChainIncomplete } from './sidecar/egress-gateway-chain-incomplete';
import { hiddenBySidecar } from './sidecar/hidden-by-sidecar';
import { outboundTrafficPolicyWithoutMode } from './sidecar/outbound-traffic-policy-without-mode';
import { registryOnlyUnknownDependency } from './sidecar/registry-only-unknown-dependency';
import { registryOnlyWithoutNetworkPolicy } from './sidecar/registry-only-without-network-policy';
import { rootSidecarWithSelector } from './sidecar/root-sidecar-with-selector';
import { sidecarEgressHostUnknown } from './sidecar/sidecar-egress-host-unknown';
import { sidecarOfAmbientWorkload } from './sidecar/sidecar-of-ambient-workload';
import { sidecarSelectsNothing } from './sidecar/sidecar-selects-nothing';
import { sidecarsForOneNamespace } from './sidecar/sidecars-for-one-namespace';
import { sidecarsSelectOneWorkload } from './sidecar/sidecars-select-one-workload';
import { lightstepProvider } from './telemetry/lightstep-provider';
import { queryUsesRemovedMetric } from './telemetry/query-uses-removed-metric';
import { telemetriesForOneNamespace } from './telemetry/telemetries-for-one-namespace';
import { telemetriesSelectOneWorkload } from './telemetry/telemetries-select-one-workload';
import { telemetrySelectsNothing } from './telemetry/telemetry-selects-nothing';
import { telemetryWithoutProvider } from './telemetry/telemetry-without-provider';
import { undeclaredProvider } from './telemetry/undeclared-provider';
import { gatewayApiCrdTooOld } from './upgrade/gateway-api-crd-too-old';
import { catchAllsOfOneGatewayHost } from './virtual-service/catch-alls-of-one-gateway-host';
import { conflictingMeshHosts } from './virtual-service/conflicting-mesh-hosts';
import { destinationPortRequired } from './virtual-service/destination-port-required';
import { droppedDelegateRoute } from './virtual-service/dropped-delegate-route';
import { faultExpired } from './virtual-service/fault-expired';
import { faultForEveryone } from './virtual-service/fault-for-everyone';
import { faultNeverInjected } from './virtual-service/fault-never-injected';
import { hiddenSubset } from './virtual-service/hidden-subset';
import { hostNotOnGateway } from './virtual-service/host-not-on-gateway';
import { ineffectiveMatch } from './virtual-service/ineffective-match';
import { loneWeight } from './virtual-service/lone-weight';
import { mirrorNeverSent } from './virtual-service/mirror-never-sent';
import { noCatchAll } from './virtual-service/no-catch-all';
import { orderOfGatewayVirtualServices } from './virtual-service/order-of-gateway-virtual-services';
import { perTryTimeoutNotRetried } from './virtual-service/per-try-timeout-not-retried';
import { prefixTakesSibling } from './virtual-service/prefix-takes-sibling';
import { prefixWithoutSlash } from './virtual-service/prefix-without-slash';
import { repeatedDestination } from './virtual-service/repeated-destination';
import { requestedPortNotServed } from './virtual-service/requested-port-not-served';
import { retriesOfUnsafeMethods } from './virtual-service/retries-of-unsafe-methods';
import { routeTypeNotOnGateway } from './virtual-service/route-type-not-on-gateway';
import { ruleForOtherProtocol } from './virtual-service/rule-for-other-protocol';
import { shortGatewayName } from './virtual-service/short-gateway-name';
import { shortHostAcrossNamespaces } from './virtual-service/short-host-across-namespaces';
import { sourceConditionsBesideGateways } from './virtual-service/source-conditions-beside-gateways';
import { subsetRoutingNotOnGateway } from './virtual-service/subset-routing-not-on-gateway';
import { timeoutShorterThanTries } from './virtual-service/timeout-shorter-than-tries';
import { unknownDelegate } from './virtual-service/unknown-delegate';
import { unknownDestinationHost } from './virtual-service/unknown-destination-host';
import { unknownDestinationPort } from './virtual-service/unknown-destination-port';
import { unknownGateway } from './virtual-service/unknown-gateway';
import { unknownSubset } from './virtual-service/unknown-subset';
import { unreachableRule } from './virtual-service/unreachable-rule';
import { versionsWithoutDefaultRoute } from './virtual-service/versions-without-default-route';
import { wildcardVirtualServiceHost } from './virtual-service/wildcard-virtual-service-host';
import { appProtocolUnknown } from './workload/app-protocol-unknown';
import { applicationUid1337 } from './workload/application-uid-1337';
import { externalNamePort } from './workload/external-name-port';
import { portNameWithoutProtocol } from './workload/port-name-without-protocol';
import { targetPortUnknown } from './workload/target-port-unknown';
import { unknownNetworkRegistry } from './workload/unknown-network-registry';
import { workloadGroupServiceAccountMissing } from './workload/workload-group-service-account-missing';
import { workloadGroupsAlike } from './workload/workload-groups-alike';
import { workloadPortReadTwoWays } from './workload/workload-port-read-two-ways';
import { workloadPortTcpAndUdp } from './workload/workload-port-tcp-and-udp';
import { workloadTargetPortShared } from './workload/workload-target-port-shared';

/** Every rule of the analysis layer, by theme and code. */
export const RULES: readonly Rule[] = [
  twoPoliciesForAll,
  twoPoliciesForOneWorkload,
  authorizationPolicySelectsNothing,
  selectorSelectsNothing,
  exportedToUnknownNamespace,
  unknownDestinationHost,
  unknownSubset,
  unknownGateway,
  hiddenSubset,
  conflictingMeshHosts,
  destinationPortRequired,
  unknownDestinationPort,
  requestedPortNotServed,
  unreachableRule,
  ineffectiveMatch,
  hostNotOnGateway,
  subsetRoutingNotOnGateway,
  loneWeight,
  repeatedDestination,
  shortGatewayName,
  routeTypeNotOnGateway,
  competingDestinationRules,
  unknownDestinationRuleHost,
  subsetSelectsNothing,
  subsetWithoutLabels,
  wildcardVirtualServiceHost,
  localityWithoutOutlierDetection,
  unknownParentGateway,
  unknownBackend,
  versionsWithoutDefaultRoute,
  unusedSubset,
  destinationRuleOutOfPath,
  catchAllsOfOneGatewayHost,
  sourceConditionsBesideGateways,
  prefixTakesSibling,
  prefixWithoutSlash,
  shortHostAcrossNamespaces,
  unknownDelegate,
  droppedDelegateRoute,
  noCatchAll,
  retriesOfUnsafeMethods,
  timeoutShorterThanTries,
  faultExpired,
  faultForEveryone,
  faultNeverInjected,
  consecutiveErrors,
  ruleForOtherProtocol,
  ejectionOutOfReach,
  portLevelSettingsInheritNothing,
  perTryTimeoutNotRetried,
  mirrorNeverSent,
  orderOfGatewayVirtualServices,
  gatewaySelectsNothing,
  gatewayPortNotServed,
  gatewayCredentialMissing,
  gatewayCredentialUnusable,
  gatewayCertificateShared,
  gatewaysServeOneTlsHost,
  gatewaysSharePlainHost,
  gatewayPortProtocolsClash,
  gatewayHostOpenToAll,
  gatewayMutualHostAlsoSimple,
  selectorOnKubernetesGateway,
  kubernetesGatewaysShareAddress,
  kubernetesGatewayListenersAlike,
  gatewayClassUnknown,
  referenceGrantFromNowhere,
  gatewayClientCaMissing,
  tlsOriginationUnverified,
  tlsOriginationPortUnverified,
  clientTlsAgainstServer,
  rootPeerAuthenticationSelector,
  portLevelMtlsOfServicePort,
  strictWithOutsideCallers,
  strictWithoutClientMtls,
  widerTlsHidden,
  mtlsNotStrict,
  namespacePermissive,
  clientTlsDisabled,
  authorizationUnknownNamespace,
  unknownMethod,
  authorizationUnknownHost,
  hostWithoutPort,
  identityWithoutMtls,
  principalServiceAccountMissing,
  malformedPrincipal,
  principalTrustDomain,
  noDenyAll,
  workloadWithoutAuthorizationPolicy,
  claimMatchWithoutValue,
  claimRouteWithoutRequestAuthentication,
  jwksFetchUnrestricted,
  httpRuleOnTcpPort,
  claimsWithoutRequestAuthentication,
  tokenOptional,
  splitAuthorizationRule,
  allowByExclusion,
  denyByPath,
  pathNormalizationOff,
  allowVoided,
  allowShadowedByDeny,
  ipBlocksBehindGateway,
  unknownAuthorizationProvider,
  callerWithoutIdentity,
  sidecarsSelectOneWorkload,
  sidecarsForOneNamespace,
  sidecarSelectsNothing,
  sidecarOfAmbientWorkload,
  sidecarEgressHostUnknown,
  rootSidecarWithSelector,
  outboundTrafficPolicyWithoutMode,
  serviceEntryAddressesRequired,
  serviceEntryProtocolsClash,
  serviceEntriesForOneHost,
  callerCannotSeeService,
  hiddenBySidecar,
  egressGatewayChainIncomplete,
  registryOnlyUnknownDependency,
  registryOnlyWithoutNetworkPolicy,
  namespaceNotInjected,
  namespaceTwoInjectionLabels,
  namespaceInjectedByDefault,
  imageAutoNotInjected,
  injectionLabelValue,
  injectionLabelMisplaced,
  podAnnotationOnNamespace,
  misplacedAnnotation,
  unknownAnnotation,
  invalidAnnotation,
  podOptsOutOfInjection,
  hostNetworkNotInjected,
  trafficExcludedFromMesh,
  sidecarWithoutResources,
  injectionWebhooksOverlap,
  unknownProxyConfigField,
  applicationUid1337,
  workloadPortTcpAndUdp,
  workloadTargetPortShared,
  workloadPortReadTwoWays,
  portNameWithoutProtocol,
  appProtocolUnknown,
  externalNamePort,
  targetPortUnknown,
  workloadGroupServiceAccountMissing,
  workloadGroupsAlike,
  unknownNetworkRegistry,
  telemetryWithoutProvider,
  telemetriesSelectOneWorkload,
  telemetriesForOneNamespace,
  lightstepProvider,
  undeclaredProvider,
  telemetrySelectsNothing,
  queryUsesRemovedMetric,
  envoyFilterWithoutPriority,
  envoyFilterVersionWithoutPriority,
  envoyFilterReplaceIgnored,
  envoyFilterRouteConfigurationIgnored,
  envoyFilterRouteOperation,
  envoyFilterInsertIgnored,
  envoyFilterAnchorUnknown,
  policyWithoutWaypoint,
  policyNotAttachedToWaypoint,
  waypointMissing,
  waypointNotAdmitted,
  sidecarAndAmbient,
  sidecarInAmbientNamespace,
  waypointOutsideOfAmbient,
  routesWithoutWaypoint,
  routesOutOfReachOfWaypoint,
  deprecatedLoadBalancer,
  deprecatedAnnotation,
  alphaAnnotation,
  removedKind,
  egressProxyIgnored,
  faultDelayPercent,
  unknownOperatorField,
  unknownProfile,
  gatewayApiCrdTooOld,
];
