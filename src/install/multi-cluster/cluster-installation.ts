import { ClusterTopology } from './cluster-topology';
import { MeshCluster } from './mesh-cluster';
import { isIpAddress } from '../../semantics/ip-address';
import { InstallationProfile } from '../installation-profile';
import { InstallationValues } from '../installation-values';
import { IstioInstallationProps } from '../istio-installation-props';
import { Values, mergeValues } from '../merge-values';

/** What says how clusters hang together: the mesh knows it, and nobody else says it. */
const OF_THE_MESH = ['meshId', 'clusterName', 'network', 'remoteControlPlane', 'servesRemoteClusters'] as const;

/** The port at which east-west gateways pass calls of webhooks on. */
const WEBHOOK_PORT = 15017;

/** The installation of one cluster of the mesh. */
export function clusterInstallation(
  meshId: string, shared: IstioInstallationProps, topology: ClusterTopology, cluster: MeshCluster,
): IstioInstallationProps {
  const own = topology.eastWestGateway(cluster);
  const common = { meshId, clusterName: cluster.name, network: cluster.network };
  const gateways = (props: IstioInstallationProps) => [...new InstallationValues(props).gateways, ...own === undefined ? [] : [own]];
  if (cluster._isRemote) {
    const props = remoteProps(cluster._options.installation ?? onlyRead(shared), topology.primaryOf(cluster)._controlPlaneAddress!, cluster);
    return { ...props, ...common, gateways: gateways(props) };
  }
  const given = cluster._options.installation ?? shared;
  const servesRemoteClusters = topology.remotesOf(cluster).length > 0 || undefined;
  const props = servesRemoteClusters ? servingProps(given, cluster._controlPlaneAddress!) : given;
  return { ...props, ...common, servesRemoteClusters, gateways: gateways(props) };
}

/** What a remote cluster has no reader for is said by its primary. */
function onlyRead({ meshConfig, istiod, proxies, certificateAuthority, ...others }: IstioInstallationProps): IstioInstallationProps {
  return others;
}

function remoteProps(given: IstioInstallationProps, address: string, { name, network }: MeshCluster): IstioInstallationProps {
  const props = { ...given, profile: InstallationProfile.REMOTE, remoteControlPlane: address };
  if (isIpAddress(address)) return props;
  // Of a Service that stands for a DNS name, API servers call the port of the Service, 443, which east-west gateways do not have.
  const injectionURL = `https://${address}:${WEBHOOK_PORT}/inject/cluster/${name}${network === undefined ? '' : `/net/${network}`}`;
  return { ...props, values: mergeValues({ istiodRemote: { injectionURL } }, (given.values ?? {}) as Values) };
}

function servingProps(given: IstioInstallationProps, address: string): IstioInstallationProps {
  if (isIpAddress(address)) return given;
  // Its certificate has to have the name by which API servers call it.
  return { ...given, istiod: { ...given.istiod, env: { ISTIOD_CUSTOM_HOST: address, ...given.istiod?.env } } };
}

/** What the installation of a mesh may not say by itself. */
export function checkMeshInstallation(props: IstioInstallationProps): void {
  const said = OF_THE_MESH.filter((field) => props[field] !== undefined);
  if (said.length > 0) throw new Error(`\`${said.join('`, `')}\` of \`installation\` is what the mesh says by itself for each cluster. Leave it out.`);
  const { profile = InstallationProfile.DEFAULT, gateways = [] } = props;
  if (profile === InstallationProfile.REMOTE) throw new Error('`installation` has the profile remote, which clusters get that are MeshCluster.remote(…). Leave it out.');
  if (profile === InstallationProfile.EMPTY) throw new Error('`installation` has the profile empty, which has no control plane. Take InstallationProfile.MINIMAL.');
  if (profile === InstallationProfile.AMBIENT) {
    throw new Error('`installation` has the profile ambient, whose gateways between networks are others than those of sidecars, and are not written yet. Take InstallationProfile.MINIMAL.');
  }
  if (Array.isArray(gateways) && gateways.some((gateway) => gateway?._sort === 'eastWest')) {
    throw new Error('`installation.gateways` has an east-west gateway, which clusters get by themselves. Leave it out; give one as `eastWestGateway` of the cluster where it is to be another.');
  }
}
