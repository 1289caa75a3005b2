/** How a snapshot calls a kind: `kind` for the core group, else `kind.group`. */
export const Kind = {
  VIRTUAL_SERVICE: 'VirtualService.networking.istio.io',
  DESTINATION_RULE: 'DestinationRule.networking.istio.io',
  GATEWAY: 'Gateway.networking.istio.io',
  SERVICE_ENTRY: 'ServiceEntry.networking.istio.io',
  SIDECAR: 'Sidecar.networking.istio.io',
  WORKLOAD_ENTRY: 'WorkloadEntry.networking.istio.io',
  WORKLOAD_GROUP: 'WorkloadGroup.networking.istio.io',
  ENVOY_FILTER: 'EnvoyFilter.networking.istio.io',
  PROXY_CONFIG: 'ProxyConfig.networking.istio.io',
  PEER_AUTHENTICATION: 'PeerAuthentication.security.istio.io',
  REQUEST_AUTHENTICATION: 'RequestAuthentication.security.istio.io',
  AUTHORIZATION_POLICY: 'AuthorizationPolicy.security.istio.io',
  TELEMETRY: 'Telemetry.telemetry.istio.io',
  WASM_PLUGIN: 'WasmPlugin.extensions.istio.io',
  TRAFFIC_EXTENSION: 'TrafficExtension.extensions.istio.io',
  ISTIO_OPERATOR: 'IstioOperator.install.istio.io',

  NAMESPACE: 'Namespace',
  SERVICE: 'Service',
  SERVICE_ACCOUNT: 'ServiceAccount',
  SECRET: 'Secret',
  CONFIG_MAP: 'ConfigMap',
  POD: 'Pod',
  DEPLOYMENT: 'Deployment.apps',
  STATEFUL_SET: 'StatefulSet.apps',
  DAEMON_SET: 'DaemonSet.apps',
  REPLICA_SET: 'ReplicaSet.apps',
  JOB: 'Job.batch',
  CRON_JOB: 'CronJob.batch',
  ROLLOUT: 'Rollout.argoproj.io',
  CANARY: 'Canary.flagger.app',
  CUSTOM_RESOURCE_DEFINITION: 'CustomResourceDefinition.apiextensions.k8s.io',

  K8S_GATEWAY: 'Gateway.gateway.networking.k8s.io',
  GATEWAY_CLASS: 'GatewayClass.gateway.networking.k8s.io',
  HTTP_ROUTE: 'HTTPRoute.gateway.networking.k8s.io',
  GRPC_ROUTE: 'GRPCRoute.gateway.networking.k8s.io',
  REFERENCE_GRANT: 'ReferenceGrant.gateway.networking.k8s.io',
} as const;

const CLUSTER_SCOPED = new Set<string>([
  Kind.NAMESPACE, Kind.CUSTOM_RESOURCE_DEFINITION, Kind.GATEWAY_CLASS, 'Node', 'PersistentVolume',
  'ClusterRole.rbac.authorization.k8s.io', 'ClusterRoleBinding.rbac.authorization.k8s.io',
  'MutatingWebhookConfiguration.admissionregistration.k8s.io', 'ValidatingWebhookConfiguration.admissionregistration.k8s.io',
  'ValidatingAdmissionPolicy.admissionregistration.k8s.io', 'ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io',
  'StorageClass.storage.k8s.io', 'PriorityClass.scheduling.k8s.io', 'IngressClass.networking.k8s.io',
  'APIService.apiregistration.k8s.io', 'ClusterIssuer.cert-manager.io',
]);

/** Whether objects of a kind stand in no namespace. */
export function isClusterScoped(groupKind: string): boolean {
  return CLUSTER_SCOPED.has(groupKind);
}
