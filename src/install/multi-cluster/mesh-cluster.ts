import { RemoteAccess } from './remote-access';
import { checkFlags, checkOptions, checkText } from '../../model/given';
import { describeValue } from '../../semantics/describe-value';
import { isIpAddress } from '../../semantics/ip-address';
import { isDnsLabel, isDnsName } from '../../semantics/kubernetes-name';
import { located } from '../../semantics/located';
import { isMisreadByKubernetes } from '../../semantics/yaml-scalar';
import { InstalledGateway } from '../installed-gateway';
import { IstioInstallationProps } from '../istio-installation-props';

/** A cluster of a mesh that has several. */
export interface MeshClusterOptions {
  /** The name of the cluster, unique in the mesh. A DNS label: it is part of paths, labels and names of Secrets. */
  readonly name: string;
  /**
   * The network of its pods: pods of one network reach each other by their addresses, those of others by an east-west gateway.
   * Either all clusters have one, or none.
   *
   * @default - all clusters are in one network
   */
  readonly network?: string;
  /**
   * The URL of its API server, as pods of the other clusters reach it. The one of a kubeconfig is often not it: `127.0.0.1`, say.
   *
   * @default - none. It has to be there where the control plane of another cluster reads this one, unless the Secret is there already
   */
  readonly apiServer?: string;
  /**
   * How the control planes of other clusters come to read its API server.
   *
   * @default RemoteAccess.byCommand()
   */
  readonly access?: RemoteAccess;
  /**
   * Its context in the kubeconfig of whoever follows the plan.
   *
   * @default - the name
   */
  readonly kubeContext?: string;
  /**
   * The gateway for calls from other networks, and for remote clusters that come to its control plane.
   *
   * @default - InstalledGateway.eastWest() where one is needed
   */
  readonly eastWestGateway?: InstalledGateway;
  /**
   * Whether it has no such gateway, as that of another cluster of its network serves both.
   *
   * @default false
   */
  readonly withoutEastWestGateway?: boolean;
  /**
   * Another installation than that of the mesh, as a whole: to upgrade one cluster after the other, say.
   *
   * @default - that of the mesh
   */
  readonly installation?: IstioInstallationProps;
}

/** A cluster with a control plane. */
export interface PrimaryClusterOptions extends MeshClusterOptions {
  /**
   * By which its east-west gateway is reached from remote clusters: the IP address of its load balancer, reserved beforehand, or a
   * DNS name that will lead there.
   *
   * @default - none: no remote cluster has it as its primary
   */
  readonly controlPlaneAddress?: string;
}

/** A cluster without a control plane of its own. */
export interface RemoteClusterOptions extends MeshClusterOptions {
  /** The name of the cluster whose control plane serves this one. */
  readonly primary: string;
}

const API_SERVER = /^https:\/\/([^\s/:@[\]]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?\/?$/;

/** Addresses by which a pod of another cluster finds itself, or its own cluster. */
const NOT_FROM_OUTSIDE = /^(localhost|127\.[\d.]+|\[::1\]|0\.0\.0\.0|kubernetes(\.default(\.svc(\.cluster\.local)?)?)?|host\.docker\.internal)$/i;

/**
 * A cluster of a mesh: with a control plane of its own, or served by that of another.
 *
 * @see https://istio.io/latest/docs/ops/deployment/deployment-models/#control-plane-models
 */
export class MeshCluster {
  /** With a control plane of its own. */
  public static primary(options: PrimaryClusterOptions): MeshCluster {
    const cluster = new MeshCluster('MeshCluster.primary', options, undefined, options?.controlPlaneAddress);
    const { controlPlaneAddress: address } = options;
    if (address !== undefined && !(typeof address === 'string' && (isIpAddress(address) ? !address.includes(':') : isDnsName(address)))) {
      throw new Error(`MeshCluster.primary ${cluster.name}: \`controlPlaneAddress\` is ${describeValue(address)}. Give the address of its east-west gateway without a port: an IPv4 address such as "203.0.113.10", or a DNS name.`);
    }
    return cluster;
  }

  /** Served by the control plane of another cluster. */
  public static remote(options: RemoteClusterOptions): MeshCluster {
    const cluster = new MeshCluster('MeshCluster.remote', options, options?.primary);
    if (typeof options.primary !== 'string') {
      throw new Error(`MeshCluster.remote ${cluster.name}: \`primary\` is ${describeValue(options.primary)}. Give the name of the cluster whose control plane serves it, for example "east".`);
    }
    return cluster;
  }

  /** The name of the cluster. */
  public readonly name: string;

  /** The network of its pods; undefined where all clusters are in one. */
  public readonly network?: string;

  /** The name of the cluster whose control plane serves it; undefined where it has one. */
  public readonly primaryName?: string;

  /** @internal */
  public readonly _options: MeshClusterOptions;

  private constructor(
    what: string, options: MeshClusterOptions, primary: string | undefined,
    /** @internal */
    public readonly _controlPlaneAddress?: string,
  ) {
    checkOptions(what, options, "{ name: 'east', network: 'east-net' }");
    located(`${what}: `, () => checkName(options.name));
    located(`${what} ${options.name}: `, () => checkCluster(options));
    this._options = options;
    this.name = options.name;
    this.network = options.network;
    this.primaryName = primary;
  }

  /** @internal */
  public get _isRemote(): boolean {
    return this.primaryName !== undefined;
  }

  /** @internal */
  public get _access(): RemoteAccess {
    return this._options.access ?? RemoteAccess.byCommand();
  }

  /** @internal */
  public get _context(): string {
    return this._options.kubeContext ?? this.name;
  }
}

function checkName(name: unknown): void {
  if (typeof name !== 'string' || !isDnsLabel(name)) throw new Error(`\`name\` is ${describeValue(name)}. Give at most 63 lower-case letters, digits and dashes, for example "east".`);
  if (isMisreadByKubernetes(name)) throw new Error(`\`name\` is "${name}", which is a number to some that read it from YAML. Begin it with a letter.`);
}

function checkCluster({ network, apiServer, access, kubeContext, eastWestGateway, withoutEastWestGateway }: MeshClusterOptions): void {
  if (network !== undefined && (typeof network !== 'string' || !isDnsLabel(network) || isMisreadByKubernetes(network))) {
    throw new Error(`\`network\` is ${describeValue(network)}. It becomes a label: give at most 63 lower-case letters, digits and dashes that are no number, for example "east-net".`);
  }
  if (apiServer !== undefined) checkApiServer(apiServer);
  if (access !== undefined && !(access instanceof RemoteAccess)) {
    throw new Error(`\`access\` is ${describeValue(access)}. Give RemoteAccess.byCommand(), .existingSecret('istio-remote-secret-west') or .placeholders(); a token has no place here.`);
  }
  if (kubeContext !== undefined) {
    checkText('kubeContext', kubeContext, 'east');
    if (!/^[\w.:@/-]+$/.test(kubeContext)) throw new Error(`\`kubeContext\` is ${describeValue(kubeContext)}. Give the name of a context as \`kubectl config get-contexts\` shows it.`);
  }
  checkFlags({ withoutEastWestGateway });
  if (eastWestGateway === undefined) return;
  if (!(eastWestGateway instanceof InstalledGateway) || eastWestGateway._sort !== 'eastWest') {
    const what = eastWestGateway instanceof InstalledGateway ? `InstalledGateway.${eastWestGateway._sort}()` : describeValue(eastWestGateway);
    throw new Error(`\`eastWestGateway\` is ${what}. Give InstalledGateway.eastWest().`);
  }
  if (withoutEastWestGateway) throw new Error('both `eastWestGateway` and `withoutEastWestGateway` are given. Leave one of them out.');
  if (eastWestGateway._serviceType === 'ClusterIP') throw new Error('the Service of its `eastWestGateway` is a ClusterIP, which no other cluster reaches. Take GatewayServiceType.LOAD_BALANCER.');
  if (eastWestGateway._network !== undefined && eastWestGateway._network !== network) {
    throw new Error(`its \`eastWestGateway\` leads into the network ${eastWestGateway._network}, and the cluster is in ${network ?? 'none that has a name'}. Leave the gateway's \`network\` out: it is that of the cluster.`);
  }
}

function checkApiServer(apiServer: unknown): void {
  const host = typeof apiServer === 'string' ? API_SERVER.exec(apiServer)?.[1] : undefined;
  if (host === undefined) throw new Error(`\`apiServer\` is ${describeValue(apiServer)}. Give its URL, for example "https://east.example.com:6443".`);
  if (NOT_FROM_OUTSIDE.test(host)) {
    throw new Error(`\`apiServer\` is "${String(apiServer)}", which leads pods of another cluster to themselves or nowhere. Give the address by which they reach it, for example "https://east.example.com:6443".`);
  }
}
