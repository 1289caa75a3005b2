import { ApiObject, ApiObjectMetadata, Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { Waypoint } from './waypoint';
import { AMBIENT_LABELS, useWaypointLabels } from '../../model/ambient-mesh';
import { checkConstructProps, checkFlags } from '../../model/given';
import { locatedAt } from '../../model/located-at';
import { IWaypoint, isWaypoint } from '../../model/mesh-waypoint';
import { registerConstruct } from '../../model/registered-construct';
import { Injection } from '../../security/injection';
import { describeValue } from '../../semantics/describe-value';
import { MeshNamespace } from '../injection/mesh-namespace';

/** Which namespace, and whether requests in it go through a waypoint. */
export interface AmbientNamespaceProps {
  /**
   * The name of the namespace.
   *
   * @default - that of `namespaceObject`
   */
  readonly name?: string;
  /**
   * The waypoint of all its Services (and of its pods, where the waypoint takes the traffic of workloads). A Service may have
   * another one (`waypoint.serve(service)`), or the label `istio.io/use-waypoint: none`.
   *
   * @default - none: ztunnel alone, which sees connections and no requests
   */
  readonly waypoint?: IWaypoint;
  /**
   * Whether what gateways of the mesh let in goes through the waypoint, too. Otherwise it gets around the waypoint and all that
   * is said there. Only with `waypoint`.
   *
   * @default true
   */
  readonly ingressUsesWaypoint?: boolean;
  /**
   * The Namespace that something else in this App writes: it gets the labels.
   *
   * @default - a Namespace is written
   */
  readonly namespaceObject?: IConstruct;
  /**
   * Whether the namespace is somebody else's, and not of this App: nothing is written, and `patch` and `command` are what its
   * owner has to do.
   *
   * @default false
   */
  readonly existing?: boolean;
  /**
   * More labels and annotations of the Namespace, such as those of Pod Security. Not together with `namespaceObject` or `existing`.
   *
   * @default - none
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * A namespace of the ambient mesh: its pods have no sidecar, ztunnel on their node gives them identity and mutual TLS at once,
 * without a restart. What is about requests (paths, tokens, routes, retries) needs a waypoint.
 *
 * @see https://istio.io/latest/docs/ambient/usage/add-workloads/
 */
export class AmbientNamespace extends Construct {
  /** The name of the namespace. */
  public readonly name: string;
  /** The Namespace; undefined for one that is somebody else's. */
  public readonly namespaceObject?: ApiObject;
  /** What makes an existing Namespace the same, as a merge patch: `kubectl patch namespace NAME --type merge --patch-file FILE`. */
  public readonly patch: { [field: string]: any };
  /** The same as a command. */
  public readonly command: string;

  constructor(scope: Construct, id: string, props: AmbientNamespaceProps) {
    super(scope, id);
    registerConstruct(this, AmbientNamespace);
    checkConstructProps(this, props, "new AmbientNamespace(scope, 'id', { name: 'shop', waypoint })");
    const { waypoint, ingressUsesWaypoint, ...namespace } = props;
    locatedAt(this, () => {
      checkFlags({ ingressUsesWaypoint });
      if (waypoint !== undefined && !isWaypoint(waypoint)) {
        throw new Error(`\`waypoint\` is ${describeValue(waypoint)}. Give a Waypoint, or Waypoint.existing('waypoint', 'shop').`);
      }
      if (waypoint === undefined && ingressUsesWaypoint !== undefined) {
        throw new Error('`ingressUsesWaypoint` is given, and no `waypoint`. Give one, or leave it out.');
      }
    });
    const mesh = new MeshNamespace(this, 'Resource', { ...namespace, injection: Injection.ambient() });
    this.name = mesh.name;
    this.namespaceObject = mesh.namespaceObject;
    const labels = waypoint === undefined ? {} : {
      ...useWaypointLabels(waypoint, mesh.name),
      ...ingressUsesWaypoint === false ? {} : { [AMBIENT_LABELS.ingressUseWaypoint]: 'true' },
    };
    this.patch = { metadata: { labels: { ...mesh.patch.metadata.labels, ...labels } } };
    this.command = [mesh.command, ...Object.entries(labels).map(([label, value]) => `${label}=${value}`)].join(' ');
    if (this.namespaceObject) {
      for (const [label, value] of Object.entries(labels)) this.namespaceObject.metadata.addLabel(label, value);
      if (waypoint instanceof Waypoint) this.inOrder(this.namespaceObject, waypoint.gateway, waypoint.namespace === this.name);
    }
  }

  /** A waypoint stands in its namespace; another namespace is better without requests until its waypoint is there. */
  private inOrder(namespace: ApiObject, gateway: ApiObject, within: boolean): void {
    if (Chart.of(namespace) !== Chart.of(gateway)) return;
    if (within) gateway.addDependency(namespace);
    else namespace.addDependency(gateway);
  }
}
