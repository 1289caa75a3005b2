import { MeshCluster } from './mesh-cluster';
import { IstioInstallationProps } from '../istio-installation-props';

/** A mesh of several clusters. */
export interface MultiClusterMeshProps {
  /** The name of the mesh, the same in all its clusters. */
  readonly meshId: string;
  /** The clusters: at least one primary. */
  readonly clusters: MeshCluster[];
  /**
   * What all of them have installed. That of a remote cluster has what such a cluster reads, and its gateways.
   *
   * What the mesh says by itself stays out: mesh, cluster and network, the profile REMOTE, east-west gateways. Where several
   * clusters are primaries, `certificateAuthority` has to be one that they share.
   */
  readonly installation: IstioInstallationProps;
}
