import { ApiObjectMetadata } from 'cdk8s';
import { DataPlane } from './ambient/data-plane';
import { EgressPolicy } from './egress-scope';
import { Injection } from './injection';

/** What a `ZeroTrustNamespace` is for, and how strict it is. */
export interface ZeroTrustNamespaceProps {
  /** The name of the namespace. */
  readonly namespace: string;
  /**
   * Whether the namespace exists already or something else renders it: no Namespace object is then written, so that
   * nothing can prune it, and its owner labels it for injection.
   *
   * @default false
   */
  readonly existing?: boolean;
  /**
   * Who carries out the policies. The same description works with each; `dataPlaneDifferences` says in what it is another
   * thing in the ambient mesh.
   *
   * @default DataPlane.sidecars()
   */
  readonly dataPlane?: DataPlane;
  /**
   * How pods get their sidecars. Not together with `existing`, nor in the ambient mesh.
   *
   * @default Injection.enabled()
   */
  readonly injection?: Injection;
  /**
   * More labels and annotations of the Namespace object, such as those of Pod Security.
   *
   * @default - none
   */
  readonly namespaceMetadata?: ApiObjectMetadata;
  /**
   * Labels and annotations of the Istio objects, such as `istio.io/rev`. Their names are fixed.
   *
   * @default - none
   */
  readonly metadata?: ApiObjectMetadata;
  /**
   * Whether to watch before enforcing: policies carry `istio.io/dry-run`, so that sidecars only report what they would
   * refuse; PeerAuthentication is PERMISSIVE, and neither mTLS exceptions nor a Sidecar are written.
   * In a mesh that is STRICT already, PERMISSIVE opens the namespace to plaintext for as long as it stands.
   *
   * @default false
   */
  readonly dryRun?: boolean;
  /**
   * Where applications may call.
   *
   * @default EgressPolicy.LIMITED
   */
  readonly egress?: EgressPolicy;
  /**
   * The trust domains that callers may be of, this mesh's own first. Callers are then written as principals, which no other
   * trust domain can issue. A caller of one that is not listed is an error. `cluster.local` is always understood as
   * the mesh's own, whatever it is.
   *
   * @default ['cluster.local'], and callers are written as service accounts, of any trust domain that the mesh trusts
   */
  readonly trustDomains?: string[];
  /**
   * The namespace of the control plane, whose services every sidecar keeps seeing.
   *
   * @default 'istio-system'
   */
  readonly rootNamespace?: string;
  /**
   * The DNS domain of the cluster.
   *
   * @default 'cluster.local'
   */
  readonly clusterDomain?: string;
}
