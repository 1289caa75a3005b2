import { checkAuthority } from './certificate-authority';
import { checkResources } from './component-resources';
import { checkScale } from './component-scale';
import { checkCidrs, checkPorts, checkTexts, checkWord } from './installation-checks';
import { InstallationPlatform, InstallationProfile, profileFacts } from './installation-profile';
import { InstallationValues, tuningEnv } from './installation-values';
import { checkGateway } from './installed-gateway';
import { ProxyLogLevel } from './installed-proxies-options';
import { checkFields, checkIstiodVariables } from './istio-fields';
import { IstioInstallationProps } from './istio-installation-props';
import { IstiodLogLevel, IstiodOptions, IstiodTuning } from './istiod-options';
import { disagreement, isValues } from './merge-values';
import { checkMeshConfig } from './mesh-config';
import { checkSampledShare } from './sampled-share';
import { checkFlags, checkList, checkMember, checkOptions, checkText } from '../model/given';
import { describeValue } from '../semantics/describe-value';
import { milliSecondsOf } from '../semantics/duration';
import { isDnsLabel, isDnsName } from '../semantics/kubernetes-name';
import { located } from '../semantics/located';

type Enumeration = { readonly [member: string]: string };

const ISTIOD_RESOURCES = { cpu: '500m', memory: '2Gi' };
const PROXY_RESOURCES = { cpu: '100m', memory: '128Mi', cpuLimit: '2000m', memoryLimit: '1024Mi' };
const CNI_RESOURCES = { cpu: '100m', memory: '100Mi' };
const ZTUNNEL_RESOURCES = { cpu: '200m', memory: '512Mi' };

export function checkInstallation(props: IstioInstallationProps): void {
  checkVersion(props.version);
  const { profile = InstallationProfile.DEFAULT, platform } = props;
  if (!Object.values(InstallationProfile).includes(profile)) {
    throw new Error(`there is no profile ${describeValue(profile)}. Give one of ${listOf('InstallationProfile', InstallationProfile)}.`);
  }
  if (platform !== undefined && !Object.values(InstallationPlatform).includes(platform)) {
    throw new Error(`there is no platform ${describeValue(platform)} that Istio has to know. Give one of ${listOf('InstallationPlatform', InstallationPlatform)}, or leave it out.`);
  }
  checkNames(props);
  checkFlags({ servesRemoteClusters: props.servesRemoteClusters });
  if (props.meshConfig !== undefined) checkMeshConfig(props.meshConfig);
  if (props.istiod !== undefined) located('istiod: ', () => checkIstiod(props.istiod!));
  if (props.proxies !== undefined) located('proxies: ', () => checkProxies(props.proxies!));
  checkNodeAgents(props);
  if (props.certificateAuthority !== undefined) checkAuthority(props.certificateAuthority);
  checkGateways(props);
  checkImages(props);
  checkReaders(props, profile);
  const installation = new InstallationValues(props);
  const authority = disagreement(installation.ownValues(), installation.authority().values);
  if (authority !== undefined) throw new Error(`\`${authority}\` is said by \`certificateAuthority\`, and otherwise by another property. Leave out one of them.`);
  checkCompatibility(props.compatibilityVersion);
  if (props.values !== undefined) checkValues(props, props.values);
  if (props.chartRepository !== undefined && (typeof props.chartRepository !== 'string' || !/^(https?|oci):\/\/./.test(props.chartRepository))) {
    throw new Error(`\`chartRepository\` is ${describeValue(props.chartRepository)}. Give a URL that begins with https:// or oci://.`);
  }
}

function listOf(name: string, members: Enumeration): string {
  return Object.keys(members).map((member) => `${name}.${member}`).join(', ');
}

function checkVersion(version: unknown): void {
  if (typeof version === 'string' && /^1\.\d{1,2}\.\d{1,2}(-[0-9A-Za-z.-]+)?$/.test(version)) return;
  throw new Error(`\`version\` is ${describeValue(version)}. Give the exact version of Istio, for example "1.31.1".`);
}

/** The charts have a list of what each of these did. */
const COMPATIBLE = ['1.25', '1.26', '1.27', '1.28', '1.29', '1.30'];

function checkCompatibility(version: string | undefined): void {
  if (version === undefined || COMPATIBLE.includes(version)) return;
  throw new Error(`\`compatibilityVersion\` is ${describeValue(version)}. Give one of ${COMPATIBLE.map((name) => `"${name}"`).join(', ')}, or leave it out.`);
}

/** Values that are said by properties, or that only one of the outputs would read. */
const NOT_AS_VALUES: { readonly [name: string]: string } = {
  meshConfig: 'Give it as `meshConfig.fields`.',
  gateways: 'Give `gateways`: the charts of Helm and of istioctl differ in these values.',
  profile: 'Give `profile`.',
  revision: 'Give `revision`.',
  defaultRevision: 'It is the `revision`.',
  compatibilityVersion: 'Give `compatibilityVersion`.',
  istio_cni: 'Give `cni: {}`.',
};

function checkValues(props: IstioInstallationProps, values: { readonly [key: string]: any }): void {
  checkOptions('`values`', values, "{ pilot: { podLabels: { team: 'mesh' } } }");
  const elsewhere = Object.keys(values).find((name) => Object.hasOwn(NOT_AS_VALUES, name));
  if (elsewhere !== undefined) throw new Error(`\`values.${elsewhere}\` is not read from there. ${NOT_AS_VALUES[elsewhere]}`);
  checkFields('values', values, 'values.Values');
  if (values.pilot?.traceSampling !== undefined) checkSampledShare('values.pilot.traceSampling', values.pilot.traceSampling);
  if (isValues(values.pilot?.env)) checkIstiodVariables('values.pilot.env', values.pilot.env);
  const twice = disagreement(new InstallationValues(props).typedValues(), values);
  if (twice !== undefined) throw new Error(`\`values.${twice}\` differs from what a property says, or its default. Say it by the property.`);
}

function checkNames({ revision, namespace, meshId, clusterName, network, remoteControlPlane }: IstioInstallationProps): void {
  for (const [field, value, example] of [['revision', revision, '1-31'], ['namespace', namespace, 'istio-system']] as const) {
    if (value === undefined) continue;
    if (typeof value !== 'string' || !isDnsLabel(value)) throw new Error(`\`${field}\` is ${describeValue(value)}. Give at most 63 lower-case letters, digits and dashes, for example "${example}".`);
  }
  if (revision === 'default') throw new Error('`revision` is "default", which is what Istio calls an installation without one. Leave it out.');
  for (const [field, value, example] of [['revision', revision, '1-31'], ['clusterName', clusterName, 'east'], ['network', network, 'network-1'], ['meshId', meshId, 'mesh-1']] as const) {
    if (value !== undefined) checkWord(field, value, example);
  }
  for (const [field, value] of Object.entries({ meshId, clusterName, network })) {
    if (value === undefined) continue;
    if (typeof value !== 'string' || !/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(value)) {
      throw new Error(`\`${field}\` is ${describeValue(value)}. It becomes a label: give at most 63 letters, digits, dashes, dots and underscores, for example "east".`);
    }
  }
  if (remoteControlPlane !== undefined && (typeof remoteControlPlane !== 'string' || !isDnsName(remoteControlPlane.toLowerCase()))) {
    throw new Error(`\`remoteControlPlane\` is ${describeValue(remoteControlPlane)}. Give the address of the other cluster's east-west gateway, for example "203.0.113.10".`);
  }
}

function checkIstiod(istiod: IstiodOptions): void {
  checkOptions('the control plane', istiod, '{ scale: ComponentScale.autoscaled(2, 5) }');
  const { scale, resources, spreadOverNodes, tuning, logLevel, env } = istiod;
  if (scale !== undefined) checkScale(scale);
  if (resources !== undefined) checkResources('`resources`', resources, ISTIOD_RESOURCES);
  checkFlags({ spreadOverNodes });
  if (tuning !== undefined) located('tuning: ', () => checkTuning(tuning));
  if (logLevel !== undefined) checkMember('logLevel', logLevel, 'IstiodLogLevel', IstiodLogLevel as Enumeration);
  if (env === undefined) return;
  checkTexts('env', env);
  checkIstiodVariables('env', env);
  const tuned = Object.entries(tuningEnv(tuning ?? {})).find(([name, value]) => value !== undefined && name in env);
  if (tuned !== undefined) throw new Error(`\`env.${tuned[0]}\` is said by \`tuning\` too. Leave out one of them.`);
}

function checkTuning(tuning: IstiodTuning): void {
  checkOptions('tuning', tuning, '{ pushThrottle: 100 }');
  const { pushThrottle, maxRequestsPerSecond, debounceAfter, debounceMax, maxConnectionAge } = tuning;
  checkFlags({ filterGatewayClusters: tuning.filterGatewayClusters, scopeGatewaysToNamespace: tuning.scopeGatewaysToNamespace });
  if (pushThrottle !== undefined && !(Number.isInteger(pushThrottle) && pushThrottle >= 1 && pushThrottle <= 100_000)) {
    throw new Error(`\`pushThrottle\` is ${describeValue(pushThrottle)}. Give a whole number of proxies from 1 on, for example 100, or leave it out: istiod then counts its CPUs.`);
  }
  if (maxRequestsPerSecond !== undefined && !(typeof maxRequestsPerSecond === 'number' && maxRequestsPerSecond > 0 && maxRequestsPerSecond <= 1e6)) {
    throw new Error(`\`maxRequestsPerSecond\` is ${describeValue(maxRequestsPerSecond)}. Give a number above 0, for example 25, or leave it out: istiod then counts its CPUs.`);
  }
  const after = debounceAfter === undefined ? 100 : milliSecondsOf(debounceAfter, '`debounceAfter`');
  const most = debounceMax === undefined ? 10_000 : milliSecondsOf(debounceMax, '`debounceMax`');
  if (after > most) throw new Error(`\`debounceAfter\` is ${after} ms and \`debounceMax\` ${most} ms: proxies are told at the latest after \`debounceMax\`. Make it the longer one.`);
  if (maxConnectionAge !== undefined && milliSecondsOf(maxConnectionAge, '`maxConnectionAge`') < 60_000) {
    throw new Error(`\`maxConnectionAge\` is ${milliSecondsOf(maxConnectionAge, '')} ms: each proxy would connect anew, and be sent all again, more than once a minute. Give for example Duration.minutes(30).`);
  }
}

function checkProxies(proxies: NonNullable<IstioInstallationProps['proxies']>): void {
  checkOptions('sidecars', proxies, "{ resources: { cpu: '100m' } }");
  const { resources, logLevel, excludeIpRanges, includeIpRanges, excludeOutboundPorts, excludeInboundPorts } = proxies;
  if (resources !== undefined) checkResources('`resources`', resources, PROXY_RESOURCES);
  if (logLevel !== undefined) checkMember('logLevel', logLevel, 'ProxyLogLevel', ProxyLogLevel as Enumeration);
  if (excludeIpRanges !== undefined) checkCidrs('excludeIpRanges', excludeIpRanges);
  if (includeIpRanges !== undefined) checkCidrs('includeIpRanges', includeIpRanges);
  if (excludeOutboundPorts !== undefined) checkPorts('excludeOutboundPorts', excludeOutboundPorts);
  if (excludeInboundPorts !== undefined) checkPorts('excludeInboundPorts', excludeInboundPorts);
}

function checkNodeAgents({ cni, ztunnel, profile }: IstioInstallationProps): void {
  if (cni !== undefined) {
    checkOptions('cni', cni, '{ }');
    if (cni.resources !== undefined) checkResources('cni: `resources`', cni.resources, CNI_RESOURCES);
    if (cni.excludeNamespaces !== undefined) {
      checkList('excludeNamespaces', cni.excludeNamespaces, "['kube-system']");
      for (const name of cni.excludeNamespaces) if (typeof name !== 'string' || !isDnsLabel(name)) throw new Error(`cni: \`excludeNamespaces\` holds ${describeValue(name)}. Give names of namespaces.`);
    }
    for (const [field, path] of Object.entries({ cniBinDir: cni.cniBinDir, cniConfDir: cni.cniConfDir })) {
      if (path !== undefined && (typeof path !== 'string' || !/^\/[^\s]+$/.test(path))) throw new Error(`cni: \`${field}\` is ${describeValue(path)}. Give a path of the nodes, for example "/opt/cni/bin".`);
    }
  }
  if (ztunnel === undefined) return;
  checkOptions('ztunnel', ztunnel, "{ resources: { memory: '1Gi' } }");
  if (profile !== InstallationProfile.AMBIENT) throw new Error(`\`ztunnel\` is given, and the profile ${profile ?? 'default'} installs none. Take InstallationProfile.AMBIENT, or leave it out.`);
  if (ztunnel.resources !== undefined) checkResources('ztunnel: `resources`', ztunnel.resources, ZTUNNEL_RESOURCES);
  const { terminationGracePeriodSeconds: grace } = ztunnel;
  if (grace !== undefined && !(Number.isInteger(grace) && grace >= 1)) throw new Error(`ztunnel: \`terminationGracePeriodSeconds\` is ${describeValue(grace)}. Give whole seconds from 1 on, for example 60.`);
}

function checkGateways({ gateways, namespace = 'istio-system' }: IstioInstallationProps): void {
  if (gateways === undefined) return;
  checkList('gateways', gateways, '[InstalledGateway.ingress()]');
  const known = new Set<string>();
  for (const gateway of gateways) {
    checkGateway(gateway);
    const where = `${gateway._namespace(namespace)}/${gateway.name}`;
    if (known.has(where)) throw new Error(`two \`gateways\` are ${where}, and the second would overwrite the first. Give each a \`name\` of its own.`);
    known.add(where);
  }
}

function checkImages({ images }: IstioInstallationProps): void {
  if (images === undefined) return;
  checkOptions('images', images, "{ hub: 'registry.example/istio' }");
  const { hub, distroless, pullSecrets } = images;
  if (hub !== undefined) {
    checkText('hub', hub, 'registry.example/istio');
    if (!/^[a-z0-9][-a-z0-9._]*(:\d+)?(\/[a-z0-9]+([-._]+[a-z0-9]+)*)*$/.test(hub)) throw new Error(`\`images.hub\` is "${hub}". Give a registry and a path, without https:// and without a slash at the end, for example "registry.example/istio".`);
  }
  checkFlags({ distroless });
  if (pullSecrets === undefined) return;
  checkList('pullSecrets', pullSecrets, "['registry']");
  for (const name of pullSecrets) if (typeof name !== 'string' || !isDnsName(name)) throw new Error(`\`images.pullSecrets\` holds ${describeValue(name)}. Give names of Secrets.`);
}

/** What nobody would read is refused: Istio installs it without a word. */
function checkReaders(props: IstioInstallationProps, profile: InstallationProfile): void {
  const { hasControlPlane } = profileFacts(profile);
  const isRemote = profile === InstallationProfile.REMOTE;
  const unread = isRemote ? ['meshConfig', 'istiod', 'proxies', 'certificateAuthority', 'servesRemoteClusters'] as const
    : hasControlPlane ? [] : ['meshConfig', 'istiod', 'proxies', 'certificateAuthority', 'servesRemoteClusters', 'cni'] as const;
  const given = unread.filter((field) => props[field] !== undefined);
  if (given.length > 0) {
    const why = isRemote ? 'is read by the control plane of another cluster. Give it to the installation there' : 'installs nothing that reads it. Take InstallationProfile.MINIMAL';
    throw new Error(`\`${given.join('`, `')}\`: with the profile ${profile}, ${isRemote ? 'this' : 'Istio'} ${why}, or leave it out.`);
  }
  if (isRemote && props.remoteControlPlane === undefined) {
    throw new Error('the profile remote needs `remoteControlPlane`: the address of the control plane, which is that of the east-west gateway of its cluster.');
  }
  if (!isRemote && props.remoteControlPlane !== undefined) {
    throw new Error(`\`remoteControlPlane\` is for the profile REMOTE, and this is ${profile}: its own istiod would serve the pods. Leave it out, or take InstallationProfile.REMOTE.`);
  }
  if (profile === InstallationProfile.EMPTY && (props.gateways ?? []).length === 0) {
    throw new Error('the profile empty installs nothing but `gateways`, and there are none. Give at least one, or take InstallationProfile.MINIMAL.');
  }
}
