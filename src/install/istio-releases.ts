import { ChartRelease } from './chart-release';
import { profileFacts } from './installation-profile';
import { InstallationValues } from './installation-values';
import { InstalledGateway } from './installed-gateway';
import { Values, withoutEmpty } from './merge-values';

const REPOSITORY = 'https://blob.istio.io/istio-release/charts';

const BASE = 'istio-base';
const CNI = 'istio-cni';
const ZTUNNEL = 'ztunnel';

/** An installation as Helm has it: a release a chart. */
export function istioReleases(installation: InstallationValues): ChartRelease[] {
  const { props } = installation;
  const istiod = props.revision === undefined ? 'istiod' : `istiod-${props.revision}`;
  const authority = installation.authority().releases;
  const controlPlane = installation.hasControlPlane ? [
    release(installation, BASE, 'base', baseValues(installation), []),
    ...authority.map((own) => ({ ...own, dependsOn: [...own.dependsOn ?? [], BASE] })),
    release(installation, istiod, 'istiod', istiodValues(installation), [BASE, ...authority.map(({ name }) => name)]),
    ...(installation.hasCni ? [nodeAgent(installation, release(installation, CNI, 'cni', cniValues(installation), [BASE]))] : []),
    ...(installation.isAmbient ? [nodeAgent(installation, release(installation, ZTUNNEL, 'ztunnel', ztunnelValues(installation), [istiod, CNI]))] : []),
  ] : [];
  const before = installation.hasControlPlane ? [istiod] : [];
  return [...controlPlane, ...installation.gateways.map((gateway) => gatewayRelease(installation, gateway, before))];
}

function release(installation: InstallationValues, name: string, chart: string, values: Values, dependsOn: string[]): ChartRelease {
  const { network, chartRepository, version } = installation.props;
  return {
    name,
    namespace: installation.namespace,
    chart,
    repository: chartRepository ?? REPOSITORY,
    version,
    values: withoutEmpty(values),
    ...(dependsOn.length === 0 ? {} : { dependsOn }),
    ...(network === undefined ? {} : { namespaceLabels: { 'topology.istio.io/network': network } }),
  };
}

function nodeAgent(installation: InstallationValues, made: ChartRelease): ChartRelease {
  if (installation.nodeAgentNamespace === installation.namespace) return made;
  const { namespaceLabels: _, ...others } = made;
  return { ...others, namespace: installation.nodeAgentNamespace };
}

/** What every chart is told. */
function common(installation: InstallationValues): Values {
  const { revision, compatibilityVersion } = installation.props;
  return { profile: profileFacts(installation.profile).chartProfile, revision, compatibilityVersion };
}

function baseValues(installation: InstallationValues): Values {
  const { global = {}, base, experimental } = installation.values();
  const { revision, ...shared } = common(installation);
  const { istioNamespace, imagePullSecrets, platform, resourceScope } = global;
  // Without a default revision, its webhook leads to an istiod that is not there.
  return { ...shared, defaultRevision: revision, global: { istioNamespace, imagePullSecrets, platform, resourceScope }, base, experimental };
}

function istiodValues(installation: InstallationValues): Values {
  const { cni: _cni, ztunnel: _ztunnel, gateways: _gateways, ...shared } = installation.values();
  return { ...common(installation), ...shared, meshConfig: installation.meshConfig() };
}

function cniValues(installation: InstallationValues): Values {
  const { global, cni } = installation.values();
  return { ...common(installation), global, cni };
}

function ztunnelValues(installation: InstallationValues): Values {
  const { global, ztunnel } = installation.values();
  return { ...common(installation), global, ...ztunnel };
}

function gatewayRelease(installation: InstallationValues, gateway: InstalledGateway, dependsOn: string[]): ChartRelease {
  const { platform, images, network } = installation.props;
  const { serviceAnnotations, preserveClientAddress, loadBalancerSourceRanges, nodeSelector, spreadOverNodes } = gateway._options;
  const scale = installation.scaleOf(gateway._scale);
  const networkGateway = installation.gatewayNetwork(gateway);
  const namespace = gateway._namespace(installation.namespace);
  const values = {
    revision: installation.props.revision,
    platform,
    imagePullSecrets: images?.pullSecrets?.map((name) => ({ name })),
    networkGateway,
    service: {
      type: gateway._serviceType,
      // Of a gateway between networks, the chart knows the ports.
      ports: networkGateway === undefined ? gateway._ports : undefined,
      annotations: serviceAnnotations && { ...serviceAnnotations },
      externalTrafficPolicy: preserveClientAddress ? 'Local' : undefined,
      loadBalancerSourceRanges: loadBalancerSourceRanges && [...loadBalancerSourceRanges],
    },
    autoscaling: scale._isAutoscaled
      ? { enabled: true, minReplicas: scale._min, maxReplicas: scale._max, targetCPUUtilizationPercentage: scale._cpuUtilization }
      : { enabled: false },
    replicaCount: scale._isAutoscaled ? undefined : scale._min,
    podDisruptionBudget: { minAvailable: 1 },
    resources: installation.gatewayResources(gateway),
    affinity: installation.spread(spreadOverNodes, scale, gateway.selector),
    nodeSelector: nodeSelector && { ...nodeSelector },
  };
  const made = release(installation, gateway.name, 'gateway', values, dependsOn);
  if (namespace === installation.namespace || network === undefined) return { ...made, namespace };
  const { namespaceLabels: _, ...others } = made;
  return { ...others, namespace };
}
