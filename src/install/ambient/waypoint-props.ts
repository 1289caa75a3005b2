import { ApiObjectMetadata } from 'cdk8s';

/** Whose traffic a waypoint takes. */
export enum WaypointTraffic {
  /** What is sent to Services, by their addresses or names. What is sent to the address of a pod gets around the waypoint. */
  SERVICE = 'service',
  /** What is sent to the addresses of pods (or of virtual machines). What is sent to Services gets around the waypoint. */
  WORKLOAD = 'workload',
  /** Both. */
  ALL = 'all',
  /** Nothing: for a waypoint that is tried before it is used. */
  NONE = 'none',
}

/** Which waypoint, and for whom. */
export interface WaypointProps {
  /**
   * The name of the Gateway, of its pods and of the service account they run under.
   *
   * @default 'waypoint'
   */
  readonly name?: string;
  /**
   * The namespace it stands in.
   *
   * @default - that of the Chart
   */
  readonly namespace?: string;
  /**
   * Whose traffic it takes.
   *
   * @default WaypointTraffic.SERVICE
   */
  readonly traffic?: WaypointTraffic;
  /**
   * Other namespaces that may use it, by name. Others who name it do without any waypoint, which nobody is told but in the
   * status of their objects.
   *
   * @default - its own namespace only
   */
  readonly openTo?: string[];
  /**
   * Whether something outside of this App uses it, so that nobody needs to use it here.
   *
   * @default false
   */
  readonly usedElsewhere?: boolean;
  /**
   * The revision of istiod, or a revision tag, that runs it.
   *
   * @default - the default revision
   */
  readonly revision?: string;
  /**
   * More labels and annotations of the Gateway.
   *
   * @default - none
   */
  readonly metadata?: ApiObjectMetadata;
}
