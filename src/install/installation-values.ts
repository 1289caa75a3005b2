import type { AuthorityValues } from './certificate-authority';
import { containerResources } from './component-resources';
import { ComponentScale } from './component-scale';
import { InstallationPlatform, InstallationProfile, profileFacts } from './installation-profile';
import { InstalledGateway } from './installed-gateway';
import { IstioInstallationProps } from './istio-installation-props';
import { IstiodTuning } from './istiod-options';
import { Values, mergeValues, withoutEmpty } from './merge-values';
import { meshConfigFields } from './mesh-config';
import { milliSecondsOf } from '../semantics/duration';

export const ISTIO_SYSTEM = 'istio-system';

/** What production needs: the loss of a node takes no component away. */
const PRODUCTION_SCALE = ComponentScale.autoscaled(2, 5);
const ISTIOD_RESOURCES = { cpu: '500m', memory: '2Gi' };
/** Of the profile demo, whose gateways and istiod are small. */
const DEMO_RESOURCES = { cpu: '10m', memory: '40Mi' };

/** One description of an installation, from which the IstioOperator and the values of each chart are made. */
export class InstallationValues {
  public readonly namespace: string;
  public readonly profile: InstallationProfile;
  public readonly gateways: readonly InstalledGateway[];

  constructor(public readonly props: IstioInstallationProps) {
    this.namespace = props.namespace ?? ISTIO_SYSTEM;
    this.profile = props.profile ?? InstallationProfile.DEFAULT;
    const { hasIngress, hasEgress } = profileFacts(this.profile);
    this.gateways = props.gateways ?? [
      ...(hasIngress ? [InstalledGateway.ingress(this.isDemo ? { ports: DEMO_PORTS } : {})] : []),
      ...(hasEgress ? [InstalledGateway.egress()] : []),
    ];
  }

  public get isDemo(): boolean {
    return this.profile === InstallationProfile.DEMO;
  }

  public get hasControlPlane(): boolean {
    return profileFacts(this.profile).hasControlPlane;
  }

  /** Whether istiod runs in this cluster. */
  public get hasIstiod(): boolean {
    return this.hasControlPlane && this.profile !== InstallationProfile.REMOTE;
  }

  public get isAmbient(): boolean {
    return this.profile === InstallationProfile.AMBIENT;
  }

  public get hasCni(): boolean {
    return this.hasControlPlane && (this.isAmbient || this.props.cni !== undefined || this.props.platform === InstallationPlatform.OPENSHIFT);
  }

  /** OpenShift lets privileged pods into its own namespace alone. */
  public get nodeAgentNamespace(): string {
    return this.props.platform === InstallationPlatform.OPENSHIFT ? 'kube-system' : this.namespace;
  }

  public get revisionLabel(): string {
    return this.props.revision ?? 'default';
  }

  public scaleOf(scale: ComponentScale | undefined): ComponentScale {
    return scale ?? (this.isDemo ? ComponentScale.fixed(1) : PRODUCTION_SCALE);
  }

  public gatewayResources(gateway: InstalledGateway): Values {
    return containerResources({ ...(this.isDemo ? DEMO_RESOURCES : {}), ...gateway._resources });
  }

  public gatewayNetwork(gateway: InstalledGateway): string | undefined {
    return gateway._sort === 'eastWest' ? gateway._network ?? this.props.network : undefined;
  }

  /** `meshConfig`: empty where no control plane reads it. */
  public meshConfig(): Values {
    if (!this.hasIstiod) return {};
    const fields = meshConfigFields(this.props.meshConfig ?? {});
    if (this.props.meshConfig?.discoverySelectors === undefined) return fields;
    // Istio exempts none: without its own, policies for the mesh hold for nobody, and gateways wait for the root certificate for ever.
    const own = { key: 'kubernetes.io/metadata.name', operator: 'In', values: this.ownNamespaces() };
    return { ...fields, discoverySelectors: [...fields.discoverySelectors, { matchExpressions: [own] }] };
  }

  private ownNamespaces(): string[] {
    const nodeAgent = this.isAmbient ? [this.nodeAgentNamespace] : [];
    return [...new Set([this.namespace, ...nodeAgent, ...this.gateways.map((gateway) => gateway._namespace(this.namespace))])].sort();
  }

  /** What the charts share, and what each has below its own name. */
  public values(): Values {
    return mergeValues(this.typedValues(), this.props.values ?? {});
  }

  /** Of properties alone. */
  public typedValues(): Values {
    return mergeValues(this.ownValues(), this.authority().values);
  }

  /** Of properties other than the certificate authority. */
  public ownValues(): Values {
    return withoutEmpty({
      global: this.global(),
      pilot: this.pilot(),
      cni: this.cni(),
      ztunnel: this.ztunnel(),
      istiodRemote: this.istiodRemote(),
    });
  }

  public authority(): AuthorityValues {
    const { certificateAuthority, meshConfig, revision, clusterName } = this.props;
    const nothing = { values: {}, releases: [] };
    const { namespace } = this;
    const ztunnelNamespace = this.isAmbient ? this.nodeAgentNamespace : undefined;
    return certificateAuthority?._values({ namespace, revision, clusterName, trustDomain: meshConfig?.trustDomain, ztunnelNamespace }) ?? nothing;
  }

  private global(): Values {
    const { props } = this;
    const { images, istiod, meshId, clusterName, network, platform, remoteControlPlane, servesRemoteClusters } = props;
    return {
      istioNamespace: this.namespace === ISTIO_SYSTEM ? undefined : this.namespace,
      platform,
      hub: images?.hub,
      variant: images?.distroless ? 'distroless' : undefined,
      imagePullSecrets: images?.pullSecrets && [...images.pullSecrets],
      logging: { level: istiod?.logLevel && `default:${istiod.logLevel}` },
      meshID: meshId,
      multiCluster: { clusterName },
      network,
      remotePilotAddress: remoteControlPlane,
      externalIstiod: servesRemoteClusters,
      proxy: this.proxy(),
    };
  }

  private proxy(): Values {
    const { resources, logLevel, excludeIpRanges, includeIpRanges, excludeOutboundPorts, excludeInboundPorts } = this.props.proxies ?? {};
    return {
      resources: resources && containerResources(resources),
      logLevel,
      excludeIPRanges: excludeIpRanges?.join(','),
      includeIPRanges: includeIpRanges?.join(','),
      excludeOutboundPorts: excludeOutboundPorts?.join(','),
      excludeInboundPorts: excludeInboundPorts?.join(','),
    };
  }

  private pilot(): Values {
    if (!this.hasIstiod) return {};
    const { istiod = {} } = this.props;
    const { tuning = {}, env, resources } = istiod;
    const scale = this.scaleOf(istiod.scale);
    return {
      cni: { enabled: this.hasCni || undefined },
      autoscaleEnabled: scale._isAutoscaled,
      ...(scale._isAutoscaled
        ? { autoscaleMin: scale._min, autoscaleMax: scale._max, cpu: { targetAverageUtilization: scale._cpuUtilization } }
        : { replicaCount: scale._min }),
      resources: containerResources({ ...(this.isDemo ? {} : ISTIOD_RESOURCES), ...resources }),
      affinity: this.spread(istiod.spreadOverNodes, scale, { 'app': 'istiod', 'istio.io/rev': this.revisionLabel }),
      keepaliveMaxServerConnectionAge: tuning.maxConnectionAge && `${milliSecondsOf(tuning.maxConnectionAge, '`maxConnectionAge`') / 1000}s`,
      env: { ...tuningEnv(tuning), ...env },
    };
  }

  private cni(): Values {
    const { resources, excludeNamespaces, cniBinDir, cniConfDir } = this.props.cni ?? {};
    return {
      resources: resources && containerResources(resources),
      excludeNamespaces: excludeNamespaces && [...excludeNamespaces],
      cniBinDir,
      cniConfDir,
    };
  }

  private ztunnel(): Values {
    const { resources, terminationGracePeriodSeconds } = this.props.ztunnel ?? {};
    return { resources: resources && containerResources(resources), terminationGracePeriodSeconds };
  }

  private istiodRemote(): Values {
    const { clusterName, network } = this.props;
    if (this.profile !== InstallationProfile.REMOTE || clusterName === undefined) return {};
    // By this path, the other cluster's istiod knows whose pod it is asked about.
    return { injectionPath: `/inject/cluster/${clusterName}${network === undefined ? '' : `/net/${network}`}` };
  }

  /** An affinity that keeps pods with these labels apart; undefined where there is one of them. */
  public spread(wanted: boolean | undefined, scale: ComponentScale, matchLabels: { readonly [label: string]: string }): Values | undefined {
    if (scale._max === 1 || wanted === false) return undefined;
    const podAffinityTerm = { labelSelector: { matchLabels: { ...matchLabels } }, topologyKey: 'kubernetes.io/hostname' };
    return { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] } };
  }
}

/** As the profile demo has them: those of the Bookinfo tasks too. */
const DEMO_PORTS = [
  { name: 'http2', port: 80 }, { name: 'https', port: 443 }, { name: 'tcp', port: 31400 }, { name: 'tls', port: 15443 },
];

/** The variables that say it to istiod. */
export function tuningEnv(tuning: IstiodTuning): { [name: string]: string | undefined } {
  const { pushThrottle, maxRequestsPerSecond, debounceAfter, debounceMax, filterGatewayClusters, scopeGatewaysToNamespace } = tuning;
  const text = (value: number | boolean | undefined) => (value === undefined ? undefined : String(value));
  const duration = (value: Parameters<typeof milliSecondsOf>[0] | undefined, field: string) => value && `${milliSecondsOf(value, `\`${field}\``)}ms`;
  return {
    PILOT_PUSH_THROTTLE: text(pushThrottle),
    PILOT_MAX_REQUESTS_PER_SECOND: text(maxRequestsPerSecond),
    PILOT_DEBOUNCE_AFTER: duration(debounceAfter, 'debounceAfter'),
    PILOT_DEBOUNCE_MAX: duration(debounceMax, 'debounceMax'),
    PILOT_FILTER_GATEWAY_CLUSTER_CONFIG: text(filterGatewayClusters),
    PILOT_SCOPE_GATEWAY_TO_NAMESPACE: text(scopeGatewaysToNamespace),
  };
}
