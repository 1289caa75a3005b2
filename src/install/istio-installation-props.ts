import { CertificateAuthority } from './certificate-authority';
import { InstallationPlatform, InstallationProfile } from './installation-profile';
import { InstalledGateway } from './installed-gateway';
import { InstalledImagesOptions, InstalledProxiesOptions } from './installed-proxies-options';
import { IstiodOptions } from './istiod-options';
import { MeshConfigOptions } from './mesh-config-options';
import { CniOptions, ZtunnelOptions } from './node-agent-options';

export interface IstioInstallationProps {
  /** Istio's version, exact: "1.31.1". */
  readonly version: string;
  /**
   * What is installed.
   *
   * @default InstallationProfile.DEFAULT
   */
  readonly profile?: InstallationProfile;
  /**
   * Where Kubernetes runs, where Istio has to know.
   *
   * @default - nothing that Istio has to know
   */
  readonly platform?: InstallationPlatform;
  /**
   * The revision: the name of this control plane among those of the cluster, for example "1-31". Namespaces choose theirs by it.
   *
   * @default - the default revision, beside which no other can be installed later without moving all namespaces
   */
  readonly revision?: string;
  /**
   * The version that the control plane behaves like where a newer one changed a default: "1.30". To take such changes later than
   * the upgrade.
   *
   * @default - as its version does
   */
  readonly compatibilityVersion?: string;
  /**
   * The namespace of the control plane.
   *
   * @default istio-system
   */
  readonly namespace?: string;
  /**
   * What holds in the whole mesh.
   *
   * @default - as Istio has it, but paths are normalized with PathNormalization.MERGE_SLASHES
   */
  readonly meshConfig?: MeshConfigOptions;
  /**
   * The control plane.
   *
   * @default - two to five pods, on different nodes
   */
  readonly istiod?: IstiodOptions;
  /**
   * Sidecars, where pods do not say otherwise.
   *
   * @default - as Istio has it
   */
  readonly proxies?: InstalledProxiesOptions;
  /**
   * The gateways, all of them.
   *
   * @default - those of the profile: an ingress gateway for DEFAULT, PREVIEW and STABLE, an egress gateway too for DEMO, none for others
   */
  readonly gateways?: InstalledGateway[];
  /**
   * The CNI node agent. `{}` has it installed.
   *
   * @default - none, but for the ambient mode and for OpenShift
   */
  readonly cni?: CniOptions;
  /**
   * ztunnel, of the profile AMBIENT.
   *
   * @default - as Istio has it
   */
  readonly ztunnel?: ZtunnelOptions;
  /**
   * Who signs the certificates of workloads.
   *
   * @default CertificateAuthority.istiod()
   */
  readonly certificateAuthority?: CertificateAuthority;
  /**
   * The name of the mesh, where it has several clusters.
   *
   * @default - the trust domain
   */
  readonly meshId?: string;
  /**
   * The name of the cluster, where the mesh has several.
   *
   * @default Kubernetes
   */
  readonly clusterName?: string;
  /**
   * The network of the cluster: pods of one network reach each other by their addresses.
   *
   * @default - the mesh has one network
   */
  readonly network?: string;
  /**
   * The address of the control plane in another cluster: that of its east-west gateway. For the profile REMOTE, which needs it.
   *
   * @default - none
   */
  readonly remoteControlPlane?: string;
  /**
   * Whether the control plane serves other clusters, which have the profile REMOTE.
   *
   * @default false
   */
  readonly servesRemoteClusters?: boolean;
  /**
   * Where images come from.
   *
   * @default - Istio's releases
   */
  readonly images?: InstalledImagesOptions;
  /**
   * Where Istio's charts come from.
   *
   * @default https://blob.istio.io/istio-release/charts
   */
  readonly chartRepository?: string;
  /**
   * Values of Istio's charts that have no property here, as an IstioOperator has them: below `global`, `pilot`, `cni`, `ztunnel`
   * and so on. One that Istio does not know is an error.
   *
   * @default - none
   */
  readonly values?: { readonly [key: string]: any };
}
