import { MeshService } from '../model/mesh-service';

/** Which listeners, and which of their filter chains. */
export interface EnvoyListenerOptions {
  /**
   * The port of the listener. INBOUND: the Service's for a `MeshService`, the pods' own for everything else. OUTBOUND: the one
   * that callers ask for. GATEWAY: the one of the Gateway's server.
   * @default - every port
   */
  readonly port?: number;
  /**
   * The name of the listener in Envoy, such as `virtualInbound`.
   * @default - every listener
   */
  readonly name?: string;
  /**
   * The name of the filter chain in Envoy.
   * @default - every filter chain
   */
  readonly filterChain?: string;
  /**
   * The server name (SNI) that the filter chain is for.
   * @default - any
   */
  readonly sni?: string;
}

/** Which clusters: what Envoy calls a destination of requests. At least one field. */
export interface EnvoyClusterOptions {
  /**
   * The service that it leads to.
   * @default - any; or `host`
   */
  readonly service?: MeshService;
  /**
   * The full host that it leads to, such as `reviews.shop.svc.cluster.local`, where there is no `MeshService`.
   * @default - any; or that of `service`
   */
  readonly host?: string;
  /**
   * The port of the service. INBOUND: the pods' own.
   * @default - every port
   */
  readonly port?: number;
  /**
   * The subset.
   * @default - all, and the one without a subset
   */
  readonly subset?: string;
  /**
   * Its name in Envoy, alone: `outbound|9080|v1|reviews.shop.svc.cluster.local`.
   * @default - any
   */
  readonly name?: string;
}

/** Which routes. */
export interface EnvoyRouteOptions {
  /**
   * The name of the route configuration in Envoy: `9080` (OUTBOUND), `inbound|9080||` (INBOUND).
   * @default - any
   */
  readonly routeConfiguration?: string;
  /**
   * The port of the listener that has it.
   * @default - any
   */
  readonly port?: number;
  /**
   * The Gateway, as `namespace/name`. GATEWAY only.
   * @default - any
   */
  readonly gateway?: string;
  /**
   * The name of the virtual host in Envoy: `reviews.shop.svc.cluster.local:9080`.
   * @default - any
   */
  readonly virtualHost?: string;
  /**
   * One of the domains of the virtual host.
   * @default - any
   */
  readonly domain?: string;
}
