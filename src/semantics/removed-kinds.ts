/** Kinds that Istio once had, and what took their place, if anything did. */
export const REMOVED_KINDS: Readonly<Record<string, string | undefined>> = {
  'ClusterRbacConfig.rbac.istio.io': 'AuthorizationPolicy',
  'RbacConfig.rbac.istio.io': 'AuthorizationPolicy',
  'ServiceRole.rbac.istio.io': 'AuthorizationPolicy',
  'ServiceRoleBinding.rbac.istio.io': 'AuthorizationPolicy',
  'Policy.authentication.istio.io': 'PeerAuthentication and RequestAuthentication',
  'MeshPolicy.authentication.istio.io': 'PeerAuthentication in the root namespace',
  'QuotaSpec.config.istio.io': 'an EnvoyFilter with Envoy\'s rate limiting',
  'QuotaSpecBinding.config.istio.io': 'an EnvoyFilter with Envoy\'s rate limiting',
  'HTTPAPISpec.config.istio.io': undefined,
  'HTTPAPISpecBinding.config.istio.io': undefined,
  'rule.config.istio.io': 'Telemetry or WasmPlugin',
  'handler.config.istio.io': 'Telemetry or WasmPlugin',
  'instance.config.istio.io': 'Telemetry or WasmPlugin',
};
