import { IstioVersion, upgradeNotes } from './istio-version';
import { VersionChange } from './version-change';
import { IstioInstallation } from '../istio-installation';
import { isValues } from '../merge-values';

/** The versions whose changes are in the table. */
export const KNOWN_MINORS = { first: 26, last: 31 };

/** What the predicates look at. */
interface Facts {
  readonly installation: IstioInstallation;
  /** Of istiod. */
  readonly env: { readonly [name: string]: unknown };
  readonly meshConfig: { readonly [field: string]: any };
  readonly values: { readonly [key: string]: any };
}

interface ChangeFact {
  readonly minor: number;
  readonly what: string;
  /** What of an installation it touches; undefined where nothing is touched. */
  readonly touches: (facts: Facts) => string | undefined;
  readonly remedy: string;
  /** A variable of istiod that brings back what was: said either way, the matter is settled. So it is by `compatibilityVersion`. */
  readonly flag?: string;
  /** Whether `compatibilityVersion` leaves it as it is: its profile does not say the flag. */
  readonly isBeyondCompatibility?: boolean;
  /** Where it is not in the upgrade notes of the version. */
  readonly page?: string;
}

const everyProxy = () => 'every proxy';
const whoeverSets = (name: string) => ({ env }: Facts) => (name in env ? `the variable ${name}` : undefined);
const nodeAgent = ({ installation }: Facts) => (installation.releases.some(({ chart }) => chart === 'cni') ? '`cni`' : undefined);

/** An extension provider of a sort that is no more. */
const providerOf = (...sorts: string[]) => ({ meshConfig }: Facts) => {
  const providers: { readonly name: string }[] = meshConfig.extensionProviders ?? [];
  const named = providers.filter((entry) => sorts.some((sort) => sort in entry)).map(({ name }) => name);
  const old = sorts.filter((sort) => isValues(meshConfig.defaultConfig?.tracing) && sort in meshConfig.defaultConfig.tracing);
  const found = [...named.map((name) => `the extension provider ${name}`), ...old.map((sort) => `\`defaultConfig.tracing.${sort}\``)];
  return found.length === 0 ? undefined : found.join(', ');
};

const CHANGES: readonly ChangeFact[] = [
  {
    minor: 26,
    what: 'The trace providers Lightstep and OpenCensus are about to be removed.',
    touches: providerOf('lightstep', 'opencensus'),
    remedy: 'Send traces to an OpenTelemetry collector.',
  },
  {
    minor: 27,
    what: 'On nodes of Kubernetes 1.33 and newer, the proxy is an init container that goes on running.',
    touches: everyProxy,
    remedy: 'Look for webhooks and scripts that change or count the container istio-proxy.',
    flag: 'ENABLE_NATIVE_SIDECARS',
  },
  {
    minor: 27,
    what: 'The trace providers Lightstep and OpenCensus are removed.',
    touches: providerOf('lightstep', 'opencensus'),
    remedy: 'Send traces to an OpenTelemetry collector before the upgrade.',
  },
  {
    minor: 28,
    what: 'Mirrored requests keep their host: "-shadow" is no longer appended.',
    touches: everyProxy,
    remedy: 'Look for services that tell mirrored requests by their host.',
    flag: 'DISABLE_SHADOW_HOST_SUFFIX',
    page: 'https://github.com/istio/istio/blob/master/manifests/helm-profiles/compatibility-version-1.27.yaml',
  },
  {
    minor: 29,
    what: 'Proxies compress what they tell Prometheus, where it asks for that; the annotation sidecar.istio.io/statsCompression is gone.',
    touches: ({ meshConfig }) => (meshConfig.defaultConfig?.statsCompression === undefined ? 'every proxy' : undefined),
    remedy: 'Nothing for Prometheus; for other readers, say `defaultConfig: { statsCompression: false }` in `meshConfig.fields`.',
  },
  {
    minor: 29,
    what: 'Tools outside of the control plane\'s namespace, such as Kiali, see no more of istiod\'s debug endpoints than what is of proxies of their own namespace.',
    touches: () => 'istiod',
    remedy: 'Run such tools in the namespace of the control plane.',
    flag: 'ENABLE_DEBUG_ENDPOINT_AUTH',
    isBeyondCompatibility: true,
  },
  {
    minor: 29,
    what: 'Proxies no longer count what is left until a circuit breaker opens (envoy_cluster_circuit_breakers_*_remaining_*).',
    touches: everyProxy,
    remedy: 'Look for alerts and dashboards that use these metrics.',
    flag: 'DISABLE_TRACK_REMAINING_CB_METRICS',
  },
  {
    minor: 29,
    what: 'Roles and the service account of istiod are those of the chart istiod alone; the chart base has none.',
    touches: () => 'the release istio-base',
    remedy: 'Look for bindings of your own to istiod-service-account, and for control planes older than this one that rely on them.',
  },
  {
    minor: 30,
    what: 'TLSRoutes and ReferenceGrants of the Gateway API are read in their version v1: with older definitions in the cluster, istiod does not see them.',
    touches: () => 'routes of the Gateway API',
    remedy: 'Install the definitions of Gateway API 1.5 before.',
  },
  {
    minor: 30,
    what: 'The node agent writes its configuration for root alone (0600).',
    touches: nodeAgent,
    remedy: 'Where a group has to read it, set CNI_CONF_GROUP_READ by `values: { cni: { env: … } }`.',
  },
  {
    minor: 30,
    what: 'The node agent leaves pods of excluded namespaces alone in the ambient mode too, and lets go of those that it has.',
    touches: ({ values }) => (values.cni?.excludeNamespaces === undefined ? undefined : '`cni.excludeNamespaces`'),
    remedy: 'Look whether one of these namespaces is labelled for the ambient mode.',
  },
  {
    minor: 30,
    what: 'The variable PILOT_ENABLE_NODE_UNTAINT_CONTROLLERS follows from `taint.enabled`.',
    touches: whoeverSets('PILOT_ENABLE_NODE_UNTAINT_CONTROLLERS'),
    remedy: 'Take it out.',
  },
  {
    minor: 30,
    what: 'For a host that several namespaces have, a sidecar takes the Service of Kubernetes, else the oldest; it was the first namespace by the alphabet.',
    touches: everyProxy,
    remedy: 'Look for ServiceEntries with the host of a Service of another namespace.',
    flag: 'PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE',
  },
  {
    minor: 31,
    what: 'Charts and images are no longer published at istio-release.storage.googleapis.com, gcr.io/istio-release and registry.istio.io.',
    touches: ({ installation }) => {
      const old = (url: string | undefined) => /istio-release\.storage\.googleapis\.com|gcr\.io\/istio-release|registry\.istio\.io/.test(url ?? '');
      const found = [
        ...(installation.releases.some(({ repository }) => old(repository)) ? ['`chartRepository`'] : []),
        ...(old(installation._props.images?.hub) ? ['`images.hub`'] : []),
      ];
      return found.length === 0 ? undefined : found.join(', ');
    },
    remedy: 'Take charts from https://blob.istio.io/istio-release/charts and images from docker.io/istio.',
  },
  {
    minor: 31,
    what: 'Proxies are told of endpoints that are not ready too, but for services whose outlier detection has a `minHealthPercent`.',
    touches: everyProxy,
    remedy: 'Look for services without that whose pods are often not ready.',
    flag: 'PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS',
  },
  {
    minor: 31,
    what: 'Gateways of the Gateway API that istiod deploys no longer take in Istio\'s Gateways of other namespaces.',
    touches: () => 'gateways of the Gateway API',
    remedy: 'Look for Gateways that select the pods of such a gateway from another namespace.',
    flag: 'PILOT_ENABLE_STRICT_GATEWAY_MERGING',
    page: 'https://istio.io/latest/news/releases/1.31.x/announcing-1.31/change-notes/',
  },
];

/** What changes between the versions of two installations and touches what the later one says, in the order of the versions. */
export function changesBetween(current: IstioInstallation, next: IstioInstallation): VersionChange[] {
  const [from, to] = [new IstioVersion(current.version), new IstioVersion(next.version)];
  const { meshConfig = {}, values = {}, compatibilityVersion } = next.istioOperator.spec;
  const facts: Facts = { installation: next, env: values.pilot?.env ?? {}, meshConfig, values };
  const compatible = Number(/^1\.(\d+)/.exec(compatibilityVersion ?? '')?.[1] ?? Infinity);
  return CHANGES
    .filter(({ minor, flag, isBeyondCompatibility }) => minor > from.minor && minor <= to.minor
      && !(flag !== undefined && (flag in facts.env || (minor > compatible && !isBeyondCompatibility))))
    .flatMap(({ minor, what, touches, remedy, flag, page }) => {
      const touched = touches(facts);
      const back = flag === undefined ? '' : ` As before: ${flag} in \`istiod.env\`.`;
      return touched === undefined ? [] : [{ version: `1.${minor}`, what, touches: touched, remedy: `${remedy}${back}`, page: page ?? upgradeNotes(minor) }];
    });
}

/** Versions on the way of which nothing is known here. */
export function unknownBetween(current: IstioInstallation, next: IstioInstallation): string[] {
  const [from, to] = [new IstioVersion(current.version).minor, new IstioVersion(next.version).minor];
  return Array.from({ length: to - from }, (_, index) => from + 1 + index)
    .filter((minor) => minor < KNOWN_MINORS.first || minor > KNOWN_MINORS.last).map(upgradeNotes);
}
