/**
 * What is installed, and with which settings where nothing else is said.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/config-profiles/
 */
export enum InstallationProfile {
  /** The control plane and an ingress gateway. */
  DEFAULT = 'default',
  /** To look at Istio: small, every trace sampled, an egress gateway too. Not for production. */
  DEMO = 'demo',
  /** The control plane alone. */
  MINIMAL = 'minimal',
  /** What a cluster needs whose control plane runs in another one. */
  REMOTE = 'remote',
  /** Nothing but the gateways that are listed. */
  EMPTY = 'empty',
  /** Without sidecars: the control plane, the CNI node agent and ztunnel. */
  AMBIENT = 'ambient',
  /** The default with features that are experimental. */
  PREVIEW = 'preview',
  /** The default, and an admission policy that lets in nothing but stable features. It is experimental itself. */
  STABLE = 'stable',
}

/**
 * Where Kubernetes runs, where Istio has to know.
 *
 * @see https://istio.io/latest/docs/ambient/install/platform-prerequisites/
 */
export enum InstallationPlatform {
  GKE = 'gke',
  K3D = 'k3d',
  K3S = 'k3s',
  MICROK8S = 'microk8s',
  MINIKUBE = 'minikube',
  OPENSHIFT = 'openshift',
}

/** What a profile installs. */
export interface ProfileFacts {
  /** Its name among the charts' values; without one, the charts are as they are. */
  readonly chartProfile?: string;
  readonly hasControlPlane: boolean;
  readonly hasIngress: boolean;
  readonly hasEgress: boolean;
}

const SIDECARS: ProfileFacts = { hasControlPlane: true, hasIngress: true, hasEgress: false };

const FACTS: { readonly [profile in InstallationProfile]: ProfileFacts } = {
  default: SIDECARS,
  demo: { ...SIDECARS, chartProfile: 'demo', hasEgress: true },
  minimal: { ...SIDECARS, hasIngress: false },
  remote: { ...SIDECARS, chartProfile: 'remote', hasIngress: false },
  empty: { hasControlPlane: false, hasIngress: false, hasEgress: false },
  ambient: { ...SIDECARS, chartProfile: 'ambient', hasIngress: false },
  preview: { ...SIDECARS, chartProfile: 'preview' },
  stable: { ...SIDECARS, chartProfile: 'stable' },
};

export function profileFacts(profile: InstallationProfile): ProfileFacts {
  return FACTS[profile];
}
