/** In which of two APIs a gateway is written. */
export enum GatewayApi {
  /** Istio's own: Gateway and VirtualService. It says all that Istio can. */
  ISTIO = 'ISTIO',
  /** The Gateway API of Kubernetes: Gateway, HTTPRoute, TLSRoute, TCPRoute, ReferenceGrant, of release 1.6. What it cannot say is an error. */
  KUBERNETES = 'KUBERNETES',
}
