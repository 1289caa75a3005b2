import { ApiObjectMetadata } from 'cdk8s';
import { PolicyScope } from '../model/policy-scope';

/** Which way the traffic goes that an extension sees. */
export enum ExtensionTraffic {
  /** What comes in to pods with a sidecar. */
  INBOUND = 'SERVER',
  /** What pods with a sidecar send, and what goes through gateways. */
  OUTBOUND = 'CLIENT',
  /** Both: a call within the scope is then seen twice, by the caller's sidecar and by that of the called. */
  BOTH = 'CLIENT_AND_SERVER',
}

/** Where among Istio's own filters an extension stands. */
export enum ExtensionPhase {
  /** First: before tokens and certificates were looked at, so that anybody's requests come there. */
  AUTHENTICATION = 'AUTHN',
  /** After authentication, before the AuthorizationPolicies: what it sets, they judge by. */
  AUTHORIZATION = 'AUTHZ',
  /** After the AuthorizationPolicies, before what counts requests. */
  STATISTICS = 'STATS',
}

/** What all extensions of proxies have in common. */
export interface ExtensionProps {
  /**
   * Whose proxies: those of a workload, of a namespace or of the mesh, the gateway of a Kubernetes `Gateway`, a waypoint, or a
   * Service at its waypoint.
   */
  readonly scope: PolicyScope;
  /**
   * Which way the traffic goes. Has to be said for sidecars and for gateways that are named by their pods.
   *
   * @default - all that goes through the waypoint or the Kubernetes Gateway
   */
  readonly traffic?: ExtensionTraffic;
  /**
   * On which ports: of what comes in, those of the application in the pod, and else those of the Service. Not for waypoints, where
   * none is ever found.
   *
   * @default - all
   */
  readonly ports?: number[];
  /**
   * Where among Istio's own filters it stands.
   *
   * @default - after all of them
   */
  readonly phase?: ExtensionPhase;
  /**
   * The order among extensions of a phase: the greater number comes first. A whole number.
   *
   * @default 0
   */
  readonly priority?: number;
  /**
   * Labels, annotations and the name of the object. Its namespace is that of the scope.
   *
   * @default - a name from the scope and the module
   */
  readonly metadata?: ApiObjectMetadata;
}
