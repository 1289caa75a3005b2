import { ApiObject, App, Chart } from 'cdk8s';
import { MeshCluster } from './mesh-cluster';
import { MeshClusterInstallation } from './mesh-cluster-installation';
import { MultiClusterMesh } from './multi-cluster-mesh';
import { ClusterFolder, MultiClusterReadme } from './multi-cluster-readme';
import { resolveLazy } from '../../model/kubernetes-object';
import { PlannedObject, numberedFiles } from '../../model/plan-files';
import { PlanFolder } from '../../model/plan-folder';
import { describeValue } from '../../semantics/describe-value';

/** A file of a plan. */
export interface MultiClusterFile {
  /** Below the folder of the cluster, for example `istio-operator.yaml` or `expose/10-gateway-cross-network-gateway.yaml`. */
  readonly name: string;
  /** What stands in it, as YAML. */
  readonly content: string;
}

/** What one cluster gets. */
export interface MultiClusterStep {
  /** The folder, for example `01-east`. */
  readonly name: string;
  /** The cluster. */
  readonly cluster: string;
  /** The files, in the order in which they are used. */
  readonly files: MultiClusterFile[];
  /** What is done in this cluster, as Markdown. */
  readonly readme: string;
}

/**
 * A mesh of several clusters as folders, one a cluster, and what to do in which order: for `istioctl` and `kubectl`.
 */
export class MultiClusterPlan {
  /** @throws where Istio would refuse what is written */
  public static of(mesh: MultiClusterMesh): MultiClusterPlan {
    if (!(mesh instanceof MultiClusterMesh)) throw new Error(`MultiClusterPlan.of: ${describeValue(mesh)} is given. Give a MultiClusterMesh.`);
    const all = mesh._order;
    const digits = Math.max(2, String(all.length).length);
    const folders = all.map((cluster, index) => folderOf(mesh, cluster, `${String(index + 1).padStart(digits, '0')}-${cluster.name}`));
    const readme = new MultiClusterReadme(mesh, folders);
    return new MultiClusterPlan(mesh.meshId, folders.map((folder) => (
      { name: folder.name, cluster: folder.cluster.name, files: folder.files, readme: readme.ofCluster(folder) }
    )), readme.ofAll());
  }

  private constructor(
    private readonly meshId: string,
    private readonly all: readonly MultiClusterStep[],
    /** All steps in their order, how to see that it worked, and the way back, as Markdown. */
    public readonly readme: string,
  ) {}

  /** The clusters, primaries first. */
  public get steps(): MultiClusterStep[] {
    return this.all.map((step) => ({ ...step, files: [...step.files] }));
  }

  /**
   * Writes a folder a cluster, each with its README, and one README about all: whole, or not at all. An earlier plan in the
   * directory is replaced.
   *
   * @param directory a directory of its own; throws when it holds files that no plan wrote, or that were changed since
   */
  public write(directory: string): void {
    new PlanFolder(`MultiClusterMesh ${this.meshId}`, directory).writeSteps(this.readme, this.all);
  }
}

function folderOf(mesh: MultiClusterMesh, cluster: MeshCluster, name: string): ClusterFolder {
  const app = new App();
  const made = new MeshClusterInstallation(new Chart(app, cluster.name), 'mesh', { mesh, cluster: cluster.name });
  // Checked as any App is.
  app.synthYaml();
  const exposing = [made.crossNetworkGateway, made.istiodGateway, made.istiodRoutes].filter((object) => object !== undefined);
  return {
    name,
    cluster,
    installation: made.installation,
    files: [
      { ...numberedFiles([planned(made.namespaceObject)])[0], name: 'namespace.yaml' },
      { name: 'istio-operator.yaml', content: made.installation.toYaml() },
      ...below('expose', exposing),
      ...below('remote-secrets', made.remoteSecrets),
    ],
  };
}

function below(folder: string, objects: readonly ApiObject[]): MultiClusterFile[] {
  return numberedFiles(objects.map(planned)).map(({ name, content }) => ({ name: `${folder}/${name}`, content }));
}

function planned(object: ApiObject): PlannedObject {
  return { kind: object.kind, namespace: resolveLazy(object.metadata.namespace) ?? '', name: object.name, json: object.toJson() };
}
