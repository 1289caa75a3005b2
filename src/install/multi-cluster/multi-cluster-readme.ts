import { listOf } from './cluster-topology';
import { MeshCluster } from './mesh-cluster';
import type { MultiClusterMesh } from './multi-cluster-mesh';
import { page, shell, table } from '../../model/markdown';
import { isIpAddress } from '../../semantics/ip-address';
import { IstioInstallation } from '../istio-installation';

/** What one cluster gets, and where it is. */
export interface ClusterFolder {
  readonly name: string;
  readonly cluster: MeshCluster;
  readonly installation: IstioInstallation;
  readonly files: { readonly name: string; readonly content: string }[];
}

/** What a plan says to the person who carries it out. */
export class MultiClusterReadme {
  constructor(private readonly mesh: MultiClusterMesh, private readonly folders: readonly ClusterFolder[]) {}

  public ofAll(): string {
    const primaries = this.folders.filter(({ cluster }) => !cluster._isRemote);
    const remotes = this.folders.filter(({ cluster }) => cluster._isRemote);
    return page([
      `# The mesh ${this.mesh.meshId}: ${this.folders.map(({ cluster }) => cluster.name).join(', ')}`,
      `${this.topology()} The commands are run in this folder, from top to bottom; all of them can be run again. \`--context\` names the cluster in your kubeconfig.`,
      table(['Folder', 'Cluster', 'Network', 'Control plane', 'API server, as the others reach it'], this.folders.map(({ name, cluster }) => [
        `[${name}](${name}/README.md)`, cluster.name, cluster.network ?? 'the one', cluster.primaryName === undefined ? 'its own' : `that of ${cluster.primaryName}`, cluster._options.apiServer ?? '–',
      ])),
      ...this.numbered([
        ...this.trust(),
        ...primaries.map((folder): [string, string[]] => [`Install Istio in ${folder.cluster.name}`, this.install(folder)]),
        ...this.addresses(),
        ...remotes.map((folder): [string, string[]] => [`Connect ${folder.cluster.name} to ${folder.cluster.primaryName}, and install it`, this.installRemote(folder)]),
        ...this.secrets(),
        ['Look at it', this.look()],
      ]),
      '## Going on',
      'A service is one service where its name, its namespace and its ports are the same in all clusters. Policies and routes are applied to every primary: '
      + 'each control plane reads its own cluster alone, and a remote cluster has those of its primary. A caller in a cluster that has not got the Service cannot '
      + 'resolve its name: apply the Service there too, without pods, or set `dnsProxying` of `meshConfig`.',
      '## Going back',
      'Without these Secrets no control plane knows the pods of other clusters any more, and all calls stay where they are. Pods of a remote cluster keep what they have, and get '
      + 'nothing new:',
      shell(this.mesh._topology.primaries.flatMap((primary) => this.mesh._topology.readBy(primary).map((other) =>
        `kubectl --context=${primary._context} delete secret ${other._access._secretName(other.name)} --namespace ${this.namespace}`)).join('\n')),
    ]);
  }

  public ofCluster(folder: ClusterFolder): string {
    const { cluster, files } = folder;
    const [readers, read] = [this.mesh._topology.readersOf(cluster), this.mesh._topology.readBy(cluster)];
    return page([
      `# ${cluster.name}`,
      `${cluster._isRemote ? `A cluster without a control plane: that of ${cluster.primaryName} serves it` : 'A cluster with a control plane'}${cluster.network === undefined ? '' : `, in the network ${cluster.network}`}.`,
      table(['File', 'What it is for'], files.map(({ name }) => [`[${name}](${name})`, purposeOf(name)])),
      ...(cluster._isRemote ? this.installRemote(folder, '') : this.install(folder, '')),
      ...(read.length === 0 ? [] : [`Its control plane reads the API servers of ${listOf(read)}.`]),
      ...(readers.length === 0 ? [] : [`Its API server is read by the control planes of ${listOf(readers)}.`]),
      'The whole order is in the [README of the mesh](../README.md).',
    ]);
  }

  private get namespace(): string {
    return this.folders[0].installation.namespace;
  }

  private topology(): string {
    const { primaries, clusters, hasNetworks } = this.mesh._topology;
    const control = primaries.length === clusters.length ? 'Each cluster has a control plane.' : `${listOf(primaries)} ${primaries.length === 1 ? 'has a control plane' : 'have control planes'}, which serve the others too.`;
    return `${control} ${hasNetworks ? 'Calls to another network go through its east-west gateway, encrypted from proxy to proxy.' : 'All are in one network: pods reach each other by their addresses.'}`;
  }

  private numbered(steps: readonly (readonly [string, readonly string[]])[]): string[] {
    return steps.flatMap(([title, blocks], index) => [`## ${index + 1}. ${title}`, ...blocks]);
  }

  private trust(): [string, string[]][] {
    const { primaries } = this.mesh._topology;
    const pluggedIn = primaries.filter(({ name }) => this.mesh.installationProps(name).certificateAuthority?._kind === 'pluggedIn');
    if (pluggedIn.length === 0) return [];
    return [['Give each control plane a certificate of one root', [
      'Each directory holds the key and the certificate of an intermediate authority of that cluster, and `root-cert.pem` is the same in all: certificates of another root '
      + 'are refused by the other clusters.',
      shell(pluggedIn.flatMap(({ name, _context: context }) => [
        `kubectl --context=${context} apply --filename ${this.folderOf(name)}/namespace.yaml`,
        `kubectl create secret generic cacerts --namespace ${this.namespace} --dry-run=client --output yaml \\`,
        ...['ca-cert.pem', 'ca-key.pem', 'root-cert.pem', 'cert-chain.pem'].map((file) => `  --from-file=certificates/${name}/${file} \\`),
        `  | kubectl --context=${context} apply --filename -`,
      ]).join('\n')),
    ]]];
  }

  /** istioctl makes the control plane's namespace alone. */
  private gatewayNamespaces({ cluster: { _context: context }, installation }: ClusterFolder): string[] {
    const namespaces = new Set(installation.gateways.map((gateway) => gateway._namespace(this.namespace)));
    namespaces.delete(this.namespace);
    return [...namespaces].sort().map((namespace) => `kubectl --context=${context} create namespace ${namespace} --dry-run=client --output yaml `
      + `| kubectl --context=${context} apply --filename -`);
  }

  private install(folder: ClusterFolder, prefix = `${folder.name}/`): string[] {
    const { cluster: { _context: context }, files } = folder;
    return [shell([
      `kubectl --context=${context} apply --filename ${prefix}namespace.yaml`,
      ...this.gatewayNamespaces(folder),
      `istioctl --context=${context} install --filename ${prefix}istio-operator.yaml`,
      ...files.some((file) => file.name.startsWith('expose/')) ? [`kubectl --context=${context} apply --filename ${prefix}expose/`] : [],
    ].join('\n'))];
  }

  /** The gateway of a remote cluster starts when the injector of the primary is trusted there: that needs the Secret. */
  private installRemote(folder: ClusterFolder, prefix = `${folder.name}/`): string[] {
    const { cluster } = folder;
    const { _context: context } = cluster;
    const primary = this.mesh._topology.primaryOf(cluster);
    return [
      `The Secret comes before the installation: by it ${primary.name} makes its injector known in ${cluster.name}, and pods of gateways start.`,
      shell(`kubectl --context=${context} apply --filename ${prefix}namespace.yaml`),
      ...this.secretOf(cluster, primary),
      shell([...this.gatewayNamespaces(folder), `istioctl --context=${context} install --filename ${prefix}istio-operator.yaml`].join('\n')),
    ];
  }

  /** Where remote clusters look for control planes. */
  private addresses(): [string, string[]][] {
    const { _topology: topology } = this.mesh;
    return topology.primaries.filter((primary) => topology.remotesOf(primary).length > 0).map((primary): [string, string[]] => {
      const gateway = topology.eastWestGateway(primary)!;
      const address = primary._controlPlaneAddress!;
      return [`Wait until ${primary.name} is reached at ${address}`, [
        isIpAddress(address)
          ? `${listOf(topology.remotesOf(primary))} will look for the control plane there. If the load balancer has another address, correct \`controlPlaneAddress\` and write the plan anew:`
          : `Let the DNS name ${address} lead to what stands under EXTERNAL-IP; ${listOf(topology.remotesOf(primary))} will look for the control plane there:`,
        shell(`kubectl --context=${primary._context} get service ${gateway.name} --namespace ${gateway._namespace(this.namespace)}`),
      ]];
    });
  }

  /** Those that are not connected yet. */
  private secrets(): [string, string[]][] {
    const { _topology: topology } = this.mesh;
    return topology.primaries.flatMap((primary): [string, string[]][] => {
      const others = topology.readBy(primary).filter((other) => other.primaryName !== primary.name);
      if (others.length === 0) return [];
      return [[`Let ${primary.name} find the pods of ${listOf(others)}`, others.flatMap((other) => this.secretOf(other, primary))]];
    });
  }

  private secretOf(cluster: MeshCluster, reader: MeshCluster): string[] {
    const { _access: access, name, _options: { apiServer } } = cluster;
    const secret = access._secretName(name);
    if (access._sort === 'existing') {
      return [
        `The Secret \`${this.namespace}/${secret}\` has to be there in ${reader.name}, with the label \`istio/multiCluster: "true"\`, the annotation \`networking.istio.io/cluster: ${name}\` and a `
        + `kubeconfig for ${name} below the key \`${name}\`, with an address of its API server that ${reader.name} reaches:`,
        shell(`kubectl --context=${reader._context} get secret ${secret} --namespace ${this.namespace}`),
      ];
    }
    if (access._sort === 'placeholders') {
      return [
        `\`${this.folderOf(reader.name)}/remote-secrets/\` holds the Secret \`${secret}\` with placeholders. Whatever fills them in applies it to ${reader.name}; it is never applied as it is. `
        + `The token is that of the service account \`${this.namespace}/istio-reader-service-account\` of ${name}.`,
      ];
    }
    return [shell([
      `istioctl --context=${cluster._context} create-remote-secret --name=${name} \\`,
      `  --server=${apiServer} --istioNamespace=${this.namespace} \\`,
      `  | kubectl --context=${reader._context} apply --filename -`,
    ].join('\n'))];
  }

  private look(): string[] {
    const { primaries } = this.mesh._topology;
    return [
      'Each control plane has read every other cluster: `synced` stands in each line. `timeout` means that the address of the API server is not reached from there, or that the token is no longer good.',
      shell(primaries.map(({ _context: context }) => `istioctl --context=${context} remote-clusters`).join('\n')),
    ];
  }

  private folderOf(cluster: string): string {
    return this.folders.find((folder) => folder.cluster.name === cluster)!.name;
  }
}

function purposeOf(file: string): string {
  if (file === 'namespace.yaml') return 'the namespace of the control plane, which says the network and whose control plane serves it';
  if (file === 'istio-operator.yaml') return 'what `istioctl install` reads; no object of the cluster';
  return file.startsWith('expose/') ? 'what other clusters may reach here; applied after the installation' : 'by which the control plane reads another cluster; filled in before it is applied';
}
