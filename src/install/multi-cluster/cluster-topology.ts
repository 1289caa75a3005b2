import { MeshCluster } from './mesh-cluster';
import { checkList } from '../../model/given';
import { describeValue } from '../../semantics/describe-value';
import { InstalledGateway } from '../installed-gateway';

/** Who is there, who serves whom, and how pods of one reach those of the other. */
export class ClusterTopology {
  private readonly byName: ReadonlyMap<string, MeshCluster>;

  /** @throws where clusters contradict each other */
  constructor(public readonly clusters: readonly MeshCluster[]) {
    checkClusters(clusters);
    this.byName = new Map(clusters.map((cluster) => [cluster.name, cluster]));
    this.checkPrimaries();
    this.checkNetworks();
    this.checkGateways();
    this.checkApiServers();
  }

  public cluster(name: string): MeshCluster {
    const found = this.byName.get(name);
    if (found === undefined) throw new Error(`there is no cluster ${describeValue(name)}: the mesh has ${listOf(this.clusters)}.`);
    return found;
  }

  public get primaries(): MeshCluster[] {
    return this.clusters.filter(({ _isRemote }) => !_isRemote);
  }

  public get hasNetworks(): boolean {
    return new Set(this.clusters.map(({ network }) => network)).size > 1;
  }

  public primaryOf(cluster: MeshCluster): MeshCluster {
    return cluster.primaryName === undefined ? cluster : this.cluster(cluster.primaryName);
  }

  public remotesOf(primary: MeshCluster): MeshCluster[] {
    return this.clusters.filter((cluster) => cluster.primaryName === primary.name);
  }

  /** The gateway for other networks and for remotes; undefined where none is needed. */
  public eastWestGateway(cluster: MeshCluster): InstalledGateway | undefined {
    const { eastWestGateway, withoutEastWestGateway } = cluster._options;
    const isNeeded = !withoutEastWestGateway && (this.hasNetworks || this.remotesOf(cluster).length > 0);
    return eastWestGateway ?? (isNeeded ? InstalledGateway.eastWest() : undefined);
  }

  /** A gateway whose configuration the control plane of this cluster has: its own, or that of a remote, which has the same name. */
  public configuredGateway(primary: MeshCluster): InstalledGateway | undefined {
    return [primary, ...this.remotesOf(primary)].map((cluster) => this.eastWestGateway(cluster)).find((gateway) => gateway !== undefined);
  }

  /** Those whose API servers the control plane of a primary reads, beside its own. */
  public readBy(primary: MeshCluster): MeshCluster[] {
    return primary._isRemote ? [] : this.clusters.filter((cluster) => cluster !== primary);
  }

  /** The control planes that read a cluster's API server. */
  public readersOf(cluster: MeshCluster): MeshCluster[] {
    return this.primaries.filter((primary) => primary !== cluster);
  }

  private checkPrimaries(): void {
    if (this.primaries.length === 0) throw new Error('no cluster is a primary, and nothing would serve the mesh. Make one of them MeshCluster.primary(…).');
    const names = this.primaries.map(({ name }) => name).join(', ');
    for (const cluster of this.clusters.filter(({ _isRemote }) => _isRemote)) {
      const primary = this.byName.get(cluster.primaryName!);
      if (primary === undefined) throw new Error(`the remote cluster ${cluster.name} has the primary "${cluster.primaryName}", which is not in the mesh. Give one of its primaries: ${names}.`);
      if (primary === cluster) throw new Error(`the remote cluster ${cluster.name} is its own primary. Give one of the mesh's primaries: ${names}; or make it MeshCluster.primary(…).`);
      if (primary._isRemote) throw new Error(`the remote cluster ${cluster.name} has the primary ${primary.name}, which is remote itself and has no control plane. Give one of the mesh's primaries: ${names}.`);
      if (primary._controlPlaneAddress === undefined) {
        throw new Error(`the cluster ${primary.name} has no \`controlPlaneAddress\`, and the remote cluster ${cluster.name} could not find its control plane. `
          + 'Give the IP address of its east-west gateway, reserved beforehand, or a DNS name that will lead there, for example "istiod.east.example.com".');
      }
    }
  }

  private checkNetworks(): void {
    const without = this.clusters.filter(({ network }) => network === undefined);
    if (without.length > 0 && without.length < this.clusters.length) {
      const one = this.clusters.find(({ network }) => network !== undefined)!;
      throw new Error(`the cluster ${without[0].name} has no \`network\`, and ${one.name} is in "${one.network}": nobody could tell whether pods of one reach those of the other. Give every cluster its network, or none.`);
    }
    if (!this.hasNetworks) return;
    for (const network of new Set(this.clusters.map((cluster) => cluster.network))) {
      const inside = this.clusters.filter((cluster) => cluster.network === network);
      if (inside.every((cluster) => this.eastWestGateway(cluster) === undefined)) {
        throw new Error(`the network ${network} (${listOf(inside)}) has no east-west gateway, and pods of other networks could not reach it. Take \`withoutEastWestGateway\` out of one of its clusters.`);
      }
    }
  }

  private checkGateways(): void {
    for (const primary of this.primaries) {
      const remotes = this.remotesOf(primary);
      if (remotes.length > 0 && this.eastWestGateway(primary) === undefined) {
        throw new Error(`the cluster ${primary.name} is \`withoutEastWestGateway\`, and ${listOf(remotes)} ${remotes.length === 1 ? 'comes' : 'come'} to its control plane by it. Take \`withoutEastWestGateway\` out.`);
      }
      const own = this.configuredGateway(primary);
      for (const remote of remotes) {
        const gateway = this.eastWestGateway(remote);
        if (own === undefined || gateway === undefined || gateway.name === own.name) continue;
        throw new Error(`the east-west gateway of ${remote.name} is ${gateway.name}, and that of its primary ${primary.name} is ${own.name}: the Gateway of the primary is for both, by the name. Give both the same \`name\`.`);
      }
    }
  }

  private checkApiServers(): void {
    for (const cluster of this.clusters) {
      const readers = this.readersOf(cluster);
      if (readers.length === 0 || cluster._options.apiServer !== undefined || cluster._access._sort === 'existing') continue;
      throw new Error(`the cluster ${cluster.name} has no \`apiServer\`, and the control plane of ${listOf(readers)} reads it. `
        + 'Give the URL by which pods there reach its API server, for example "https://west.example.com:6443".');
    }
    const known = new Map<string, MeshCluster>();
    for (const cluster of this.clusters) {
      const server = cluster._options.apiServer?.replace(/\/$/, '').toLowerCase();
      if (server === undefined) continue;
      const other = known.get(server);
      if (other !== undefined) throw new Error(`the clusters ${other.name} and ${cluster.name} have the same \`apiServer\`, ${server}: one control plane would count the same pods twice. Give each its own.`);
      known.set(server, cluster);
    }
  }
}

function checkClusters(clusters: readonly MeshCluster[]): void {
  checkList('clusters', clusters, "[MeshCluster.primary({ name: 'east' })]");
  const known = new Set<string>();
  for (const cluster of clusters) {
    if (!(cluster instanceof MeshCluster)) throw new Error(`\`clusters\` holds ${describeValue(cluster)}. Give MeshCluster.primary({ name }) or MeshCluster.remote({ name, primary }).`);
    if (known.has(cluster.name)) {
      throw new Error(`two clusters have the name "${cluster.name}", and control planes would take the pods of one for those of the other. Give each a \`name\` of its own.`);
    }
    known.add(cluster.name);
  }
  if (clusters.length < 2) throw new Error(`\`clusters\` has ${clusters.length === 0 ? 'none' : `only ${clusters[0].name}`}. Give at least two, or use an IstioInstallation for one.`);
}

export function listOf(clusters: readonly MeshCluster[]): string {
  return clusters.map(({ name }) => name).join(', ');
}
