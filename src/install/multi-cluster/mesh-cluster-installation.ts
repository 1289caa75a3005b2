import { ApiObject, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import { MeshCluster } from './mesh-cluster';
import { MultiClusterMesh } from './multi-cluster-mesh';
import type { GatewaySpec, VirtualServiceSpec } from '../../imports/networking.istio.io';
import { AppRegistry } from '../../model/app-registry';
import { checkConstructProps } from '../../model/given';
import { IstioObject } from '../../model/istio-object';
import { locatedAt } from '../../model/located-at';
import { registerConstruct } from '../../model/registered-construct';
import { NamespaceObject } from '../../security/namespace-object';
import { describeValue } from '../../semantics/describe-value';
import { InstalledGateway } from '../installed-gateway';
import { IstioInstallation } from '../istio-installation';

export interface MeshClusterInstallationProps {
  /** The mesh. */
  readonly mesh: MultiClusterMesh;
  /** The name of one of its clusters. */
  readonly cluster: string;
}

/** An App is what one cluster gets: the names of two clusters' objects are the same. */
const CLUSTERS = new AppRegistry<MeshClusterInstallation>(() => []);

/**
 * The part of one cluster in a mesh of several: how Istio is installed there, the namespace of the control plane, and what the
 * cluster opens to others. An App has one of them.
 *
 * The objects are applied before Istio is installed, as far as they are Kubernetes' own, and after it, as far as they are Istio's.
 *
 * @see https://istio.io/latest/docs/setup/install/multicluster/
 */
export class MeshClusterInstallation extends Construct {
  /** How Istio is installed: written for istioctl, or as `releases` of its charts. */
  public readonly installation: IstioInstallation;

  /** The namespace of the control plane, whose label says the network and whose annotation the primary. */
  public readonly namespaceObject: ApiObject;

  /** What opens the services of the network to other networks; undefined in one network, and in a remote cluster. */
  public readonly crossNetworkGateway?: ApiObject;

  /** What opens the control plane to remote clusters; undefined where there are none. */
  public readonly istiodGateway?: ApiObject;

  /** Where that leads; undefined where there are no remote clusters. */
  public readonly istiodRoutes?: ApiObject;

  /** Secrets by which the control plane reads other clusters; only of those with `RemoteAccess.placeholders()`. */
  public readonly remoteSecrets: ApiObject[];

  /** @throws where the App has another cluster already */
  constructor(scope: Construct, id: string, props: MeshClusterInstallationProps) {
    super(scope, id);
    registerConstruct(this, MeshClusterInstallation);
    checkConstructProps(this, props, "new MeshClusterInstallation(scope, 'istio', { mesh, cluster: 'east' })");
    const { mesh } = props;
    const cluster = locatedAt(this, () => {
      if (!(mesh instanceof MultiClusterMesh)) throw new Error(`\`mesh\` is ${describeValue(mesh)}. Give a MultiClusterMesh.`);
      const [other] = CLUSTERS.of(this);
      if (other !== undefined) {
        throw new Error(`the App has the cluster of [${other.node.path}] already, and this is ${describeValue(props.cluster)}: their objects have the same names. `
          + "Make an App for each cluster, with an `outdir` of its own, for example new App({ outdir: 'dist/west' }).");
      }
      return mesh._topology.cluster(props.cluster);
    });
    CLUSTERS.register(this, this);
    this.installation = new IstioInstallation(this, 'Installation', mesh.installationProps(cluster.name));
    this.namespaceObject = this.namespaceOf(cluster);
    const { _topology: topology } = mesh;
    const gateway = cluster._isRemote ? undefined : topology.configuredGateway(cluster);
    if (gateway !== undefined && topology.hasNetworks) this.crossNetworkGateway = this.openServices(gateway);
    if (gateway !== undefined && topology.remotesOf(cluster).length > 0) {
      this.istiodGateway = this.openIstiod(gateway);
      this.istiodRoutes = this.routeToIstiod(gateway);
    }
    this.remoteSecrets = topology.readBy(cluster).filter(({ _access }) => _access._sort === 'placeholders').map((other) => this.remoteSecret(other));
  }

  private namespaceOf(cluster: MeshCluster): ApiObject {
    const { network, primaryName } = cluster;
    return new NamespaceObject(this, 'Namespace', {
      name: this.installation.namespace,
      ...(network === undefined ? {} : { labels: { 'topology.istio.io/network': network } }),
      // Whose control plane may write here: the certificates of its webhooks, and its root into every namespace.
      ...(primaryName === undefined ? {} : { annotations: { 'topology.istio.io/controlPlaneClusters': primaryName } }),
    });
  }

  /** Connections go on to the pod that their SNI names, and stay encrypted: who has no certificate of the mesh gets nowhere. */
  private openServices(gateway: InstalledGateway): ApiObject {
    return this.gatewayObject('cross-network-gateway', gateway, () => [
      { port: { number: 15443, name: 'tls', protocol: 'TLS' }, tls: { mode: 'AUTO_PASSTHROUGH' as const }, hosts: ['*.local'] },
    ]);
  }

  /** For routes of its own namespace alone: those of others could lead clusters to a control plane of theirs. */
  private openIstiod(gateway: InstalledGateway): ApiObject {
    return this.gatewayObject('istiod-gateway', gateway, () => ISTIOD_PORTS.map(({ name, number }) => (
      { port: { number, name, protocol: 'TLS' }, tls: { mode: 'PASSTHROUGH' as const }, hosts: ['./*'] }
    )));
  }

  private gatewayObject(name: string, gateway: InstalledGateway, servers: () => GatewayServers): ApiObject {
    return new IstioObject<GatewaySpec>(this, name, {
      kind: 'Gateway',
      metadata: { name, namespace: gateway._namespace(this.installation.namespace) },
      spec: () => ({ selector: { istio: gateway.selector.istio }, servers: servers() }),
    });
  }

  private routeToIstiod(gateway: InstalledGateway): ApiObject {
    const { revision, namespace: controlPlane } = this.installation;
    const namespace = gateway._namespace(controlPlane);
    const host = `istiod${revision === undefined ? '' : `-${revision}`}.${controlPlane}.svc.cluster.local`;
    return new IstioObject<VirtualServiceSpec>(this, 'istiod-vs', {
      kind: 'VirtualService',
      metadata: { name: 'istiod-vs', namespace },
      spec: () => ({
        hosts: ['*'],
        gateways: [`${namespace}/istiod-gateway`],
        tls: ISTIOD_PORTS.map(({ number: port, service }) => ({
          match: [{ port, sniHosts: ['*'] }],
          route: [{ destination: { host, port: { number: service } } }],
        })),
      }),
    });
  }

  private remoteSecret(other: MeshCluster): ApiObject {
    const { name, _options: { apiServer }, _access: access } = other;
    const { token, certificateAuthorityData } = access._placeholders(name);
    const kubeconfig = {
      'apiVersion': 'v1',
      'kind': 'Config',
      'clusters': [{ name, cluster: { 'server': apiServer, 'certificate-authority-data': certificateAuthorityData } }],
      'users': [{ name, user: { token } }],
      'contexts': [{ name, context: { cluster: name, user: name } }],
      'current-context': name,
    };
    return new ApiObject(this, `remote-secret-${name}`, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: access._secretName(name),
        namespace: this.installation.namespace,
        labels: { 'istio/multiCluster': 'true' },
        annotations: { 'networking.istio.io/cluster': name },
      },
      type: 'Opaque',
      stringData: { [name]: Yaml.stringify(kubeconfig) },
    });
  }
}

type GatewayServers = readonly { readonly port: { readonly number: number; readonly name: string; readonly protocol: string }; readonly tls: { readonly mode: 'AUTO_PASSTHROUGH' | 'PASSTHROUGH' }; readonly hosts: readonly string[] }[];

/** By which remote clusters come to istiod: proxies for their configuration, API servers for the injector. */
const ISTIOD_PORTS = [{ name: 'tls-istiod', number: 15012, service: 15012 }, { name: 'tls-istiodwebhook', number: 15017, service: 443 }];
