import { ApiObjectMetadata } from 'cdk8s';
import { IConstruct } from 'constructs';
import { MeshPort } from './mesh-port';

export interface MeshServiceOptions {
  /**
   * The workload behind the service: any construct with a pod template, or a `MeshWorkload`.
   * Policies select its pods, and calls go out under its service account.
   *
   * @default - unknown
   */
  readonly workload?: IConstruct;
  /**
   * The workloads behind the service, where there is more than one (say, two versions).
   *
   * @default - `workload` alone
   */
  readonly workloads?: IConstruct[];
  /**
   * The namespaces that see this service's mesh configuration: `.` for its own, `*` for all, or names.
   *
   * @default - all namespaces
   */
  readonly exportTo?: string[];
  /**
   * Labels, annotations and, if it must differ from the service's, the name of the
   * VirtualService and the DestinationRule. The namespace is the service's.
   *
   * @default - the service's name
   */
  readonly metadata?: ApiObjectMetadata;
}

export interface MeshServiceProps extends MeshServiceOptions {
  /**
   * The construct that renders the Service: of cdk8s-plus, a raw `ApiObject`, or an `Include`d manifest.
   *
   * @default - a service that this App does not render: give `name` and `namespace`, or `host`
   */
  readonly service?: IConstruct;
  /**
   * The Service's name, when this App does not render it.
   *
   * @default - from `service`
   */
  readonly name?: string;
  /**
   * The Service's namespace, where its manifest does not say; for a `host`, the namespace that its
   * mesh configuration goes to.
   *
   * @default - the manifest's, which is the chart's unless given
   */
  readonly namespace?: string;
  /**
   * A host that is no Kubernetes Service: one of a ServiceEntry, say.
   *
   * @default - `NAME.NAMESPACE.svc.CLUSTER-DOMAIN`
   */
  readonly host?: string;
  /**
   * The ports: all of them for a service that this App does not render; for one that it does, what
   * its manifest leaves open (a protocol), matched by number.
   *
   * @default - from `service`
   */
  readonly ports?: MeshPort[];
  /**
   * The DNS domain of the cluster.
   *
   * @default 'cluster.local'
   */
  readonly clusterDomain?: string;
}

export interface MeshServiceAttributes extends MeshServiceOptions {
  /** The Service's name. */
  readonly name: string;
  /** The Service's namespace. */
  readonly namespace: string;
  /** The Service's ports. */
  readonly ports: MeshPort[];
  /**
   * The DNS domain of the cluster.
   *
   * @default 'cluster.local'
   */
  readonly clusterDomain?: string;
}

export interface MeshHostAttributes extends MeshServiceOptions {
  /** The host, as a ServiceEntry names it. */
  readonly host: string;
  /** The namespace that the host's mesh configuration goes to. */
  readonly namespace: string;
  /** The host's ports. */
  readonly ports: MeshPort[];
}
