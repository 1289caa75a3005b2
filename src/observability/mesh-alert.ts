/** What `MeshAlerts` tells of. */
export enum MeshAlert {
  /** Too many requests to a service fail. */
  REQUESTS_FAIL = 'IstioRequestsFail',
  /** Requests to a service take too long. */
  REQUESTS_SLOW = 'IstioRequestsSlow',
  /** Callers' proxies refuse requests as the connection pool of a service is full: told from Istio's standard metrics. */
  CIRCUIT_BREAKER_OPEN = 'IstioCircuitBreakerOpen',
  /** The same from Envoy's own metrics, also for connections, and before a request is refused: proxies have to be told to keep them. */
  CIRCUIT_BREAKER_STATE = 'IstioCircuitBreakerState',
  /** The root or the intermediate certificate of Istio's certificate authority expires soon. */
  CERTIFICATE_EXPIRES = 'IstioCertificateExpires',
  /** The certificate of a workload was not renewed in time. */
  WORKLOAD_CERTIFICATE_EXPIRES = 'IstioWorkloadCertificateExpires',
  /** No istiod answers. */
  CONTROL_PLANE_UNAVAILABLE = 'IstioControlPlaneUnavailable',
  /** Proxies refuse what istiod sends them. */
  CONFIGURATION_REJECTED = 'IstioConfigurationRejected',
}
