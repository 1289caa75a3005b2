import { checkMeshInstallation, clusterInstallation } from './cluster-installation';
import { ClusterTopology, listOf } from './cluster-topology';
import { MeshCluster } from './mesh-cluster';
import { MultiClusterMeshProps } from './multi-cluster-mesh-props';
import { checkProps } from '../../model/given';
import { describeValue } from '../../semantics/describe-value';
import { isDnsLabel } from '../../semantics/kubernetes-name';
import { located } from '../../semantics/located';
import { isMisreadByKubernetes } from '../../semantics/yaml-scalar';
import { checkInstallation } from '../istio-installation-checks';
import { IstioInstallationProps } from '../istio-installation-props';

const EXAMPLE = "new MultiClusterMesh({ meshId: 'shop', clusters: [MeshCluster.primary({ name: 'east' }), …], installation: { version: '1.31.1' } })";

/**
 * A mesh of several clusters: with a control plane in each or in some of them, in one network or in several.
 *
 * It is no construct, as an App is what one cluster gets: `MeshClusterInstallation` puts the part of one cluster into a chart, and
 * `MultiClusterPlan.of` writes a folder a cluster, with the steps in their order. Applications and their policies are applied to
 * every primary.
 *
 * @see https://istio.io/latest/docs/setup/install/multicluster/
 */
export class MultiClusterMesh {
  /** The name of the mesh. */
  public readonly meshId: string;

  /** @internal */
  public readonly _topology: ClusterTopology;

  private readonly installations: ReadonlyMap<string, IstioInstallationProps>;

  /** @throws where clusters contradict each other, or would not trust each other */
  constructor(props: MultiClusterMeshProps) {
    located('[MultiClusterMesh] ', () => {
      checkProps(props, EXAMPLE);
      const { meshId } = props;
      if (typeof meshId !== 'string' || !isDnsLabel(meshId) || isMisreadByKubernetes(meshId)) {
        throw new Error(`\`meshId\` is ${describeValue(meshId)}. It becomes a label: give at most 63 lower-case letters, digits and dashes that are no number, for example "shop".`);
      }
    });
    this.meshId = props.meshId;
    [this._topology, this.installations] = located(`[MultiClusterMesh ${this.meshId}] `, () => {
      checkProps(props.installation, "installation: { version: '1.31.1' }");
      const topology = new ClusterTopology(Array.isArray(props.clusters) ? [...props.clusters] : props.clusters);
      checkMeshInstallation(props.installation);
      return [topology, installationsOf(props, topology)];
    });
  }

  /** The names of the clusters, in the order in which they are installed: primaries first. */
  public get clusterNames(): string[] {
    return this._order.map(({ name }) => name);
  }

  /** Whether a cluster has a control plane: what Istio reads is applied there. */
  public isPrimary(cluster: string): boolean {
    return !this._topology.cluster(cluster)._isRemote;
  }

  /** What is installed in a cluster. */
  public installationProps(cluster: string): IstioInstallationProps {
    return { ...this.installations.get(this._topology.cluster(cluster).name)! };
  }

  /** Primaries first. @internal */
  public get _order(): MeshCluster[] {
    const { clusters, primaries } = this._topology;
    return [...primaries, ...clusters.filter(({ _isRemote }) => _isRemote)];
  }
}

function installationsOf({ meshId, installation, clusters }: MultiClusterMeshProps, topology: ClusterTopology): Map<string, IstioInstallationProps> {
  const all = new Map(clusters.map((cluster): [MeshCluster, IstioInstallationProps] => located(`the cluster ${cluster.name}: `, () => {
    if (cluster._options.installation !== undefined) {
      checkProps(cluster._options.installation, "installation: { version: '1.31.1' }");
      checkMeshInstallation(cluster._options.installation);
    }
    const props = clusterInstallation(meshId, installation, topology, cluster);
    checkInstallation(props);
    return [cluster, props];
  })));
  checkTrust(all, topology);
  checkAlike(all, topology);
  return new Map([...all].map(([{ name }, props]) => [name, props]));
}

/** Every proxy has to believe the certificates of every other. */
function checkTrust(all: ReadonlyMap<MeshCluster, IstioInstallationProps>, topology: ClusterTopology): void {
  const { primaries } = topology;
  const alone = primaries.find((primary) => (all.get(primary)!.certificateAuthority?._kind ?? 'istiod') === 'istiod');
  if (primaries.length > 1 && alone !== undefined) {
    throw new Error(`the clusters ${listOf(primaries)} each have a control plane, and that of ${alone.name} would make a root certificate of its own, so that clusters refuse each other's calls. `
      + 'Give `installation` a certificateAuthority that they share: CertificateAuthority.pluggedIn(), with certificates of one root in each cluster, or .istioCsr(…).');
  }
  for (const primary of primaries) {
    const [remote] = topology.remotesOf(primary);
    if (remote !== undefined && all.get(primary)!.certificateAuthority?._kind === 'istioCsr') {
      throw new Error(`the certificates of ${primary.name} come from istio-csr, and proxies of the remote cluster ${remote.name} would ask for one in their own cluster, which has none. `
        + `Make ${remote.name} a primary, or take CertificateAuthority.pluggedIn().`);
    }
  }
  for (const one of primaries) {
    for (const other of primaries) {
      const theirs = trustDomain(all.get(other)!);
      const taken = [trustDomain(all.get(one)!), ...all.get(one)!.meshConfig?.trustDomainAliases ?? []];
      if (taken.includes(theirs)) continue;
      throw new Error(`the trust domain of ${one.name} is ${taken[0]}, and that of ${other.name} is ${theirs}: policies of one would not know the callers of the other. `
        + "Give both the same, or each the other's among its `trustDomainAliases`.");
    }
  }
}

function trustDomain({ meshConfig }: IstioInstallationProps): string {
  return meshConfig?.trustDomain ?? 'cluster.local';
}

/** What clusters find each other by. */
function checkAlike(all: ReadonlyMap<MeshCluster, IstioInstallationProps>, topology: ClusterTopology): void {
  const [[first, { namespace: known = 'istio-system' }]] = all;
  for (const [cluster, { namespace = 'istio-system', revision }] of all) {
    if (namespace !== known) throw new Error(`the control plane of ${first.name} is in the namespace ${known}, and that of ${cluster.name} in ${namespace}: a mesh has one root namespace. Give all the same.`);
    const primary = topology.primaryOf(cluster);
    const served = all.get(primary)!.revision;
    if (revision !== served) {
      throw new Error(`the remote cluster ${cluster.name} has ${revisionText(revision)}, and its primary ${primary.name} has ${revisionText(served)}: it would look for a control plane that is not there. Give both the same \`revision\`.`);
    }
  }
}

function revisionText(revision: string | undefined): string {
  return revision === undefined ? 'the default revision' : `the revision ${revision}`;
}
