import { Duration } from 'cdk8s';
import { ENVOY_LOGGERS } from './envoy-loggers';
import { SidecarSettingsProps } from './sidecar-settings-props';
import { checkFlags, checkList, checkMember, checkOptions, checkText } from '../../model/given';
import { Injection } from '../../security/injection';
import { describeValue } from '../../semantics/describe-value';
import { istioDuration, milliSecondsOf } from '../../semantics/duration';
import { ipVersion, isCidr } from '../../semantics/ip-address';
import { isPortNumber } from '../../semantics/port-number';
import { checkResources } from '../component-resources';
import { ProxyLogLevel } from '../installed-proxies-options';

export const PROXY_CONFIG = 'proxy.istio.io/config';

type Texts = { [name: string]: string };

/** The labels by which pods say whether and from whom they get a sidecar: webhooks see labels only. */
export function sidecarLabels({ inject, revision }: SidecarSettingsProps): Texts {
  checkFlags({ inject });
  if (revision !== undefined) checkText('revision', revision, '1-31');
  return defined({
    'sidecar.istio.io/inject': inject === undefined ? undefined : String(inject),
    'istio.io/rev': revision === undefined ? undefined : Injection.revision(revision)._value,
  });
}

/** The annotations of a pod that its injector reads. Throws for what it would refuse, and for what would do nothing. */
export function sidecarAnnotations(props: SidecarSettingsProps): Texts {
  checkFlags({ rewriteAppProbes: props.rewriteAppProbes, nativeSidecar: props.nativeSidecar });
  const { proxyImage } = props;
  if (proxyImage !== undefined && (typeof proxyImage !== 'string' || !/^[^\s/"\\]+(\/[^\s/"\\]+)+$/.test(proxyImage))) {
    throw new Error(`\`proxyImage\` is ${describeValue(proxyImage)}. Name the whole image, with its registry: "registry.example/istio/proxyv2:1.31.1".`);
  }
  return defined({
    ...resources(props),
    ...logLevels(props),
    'readiness.status.sidecar.istio.io/initialDelaySeconds': seconds('readinessInitialDelay', props.readinessInitialDelay),
    'readiness.status.sidecar.istio.io/periodSeconds': seconds('readinessPeriod', props.readinessPeriod),
    'readiness.status.sidecar.istio.io/failureThreshold': count('readinessFailureThreshold', props.readinessFailureThreshold),
    'sidecar.istio.io/rewriteAppHTTPProbers': text(props.rewriteAppProbes),
    'sidecar.istio.io/nativeSidecar': text(props.nativeSidecar),
    'sidecar.istio.io/proxyImage': proxyImage,
    ...captured(props),
    [PROXY_CONFIG]: proxyConfig(props),
  });
}

function resources({ resources: given }: SidecarSettingsProps): { [name: string]: string | undefined } {
  if (given === undefined) return {};
  checkResources('`resources`', given, {});
  const { cpu, memory, cpuLimit, memoryLimit } = given;
  if (cpu === undefined || memory === undefined) {
    const missing = cpu === undefined ? 'cpu' : 'memory';
    throw new Error(`\`resources\` has no \`${missing}\`. What pods say replaces all four amounts of the installation, so that nothing would be set aside for it. Give \`${missing}\` too.`);
  }
  return {
    'sidecar.istio.io/proxyCPU': cpu,
    'sidecar.istio.io/proxyMemory': memory,
    'sidecar.istio.io/proxyCPULimit': cpuLimit,
    'sidecar.istio.io/proxyMemoryLimit': memoryLimit,
  };
}

function logLevels({ logLevel, componentLogLevels }: SidecarSettingsProps): { [name: string]: string | undefined } {
  const checkLevel = (field: string, level: unknown) => checkMember(field, level, 'ProxyLogLevel', ProxyLogLevel);
  if (logLevel !== undefined) checkLevel('logLevel', logLevel);
  if (componentLogLevels === undefined) return { 'sidecar.istio.io/logLevel': logLevel };
  checkOptions('`componentLogLevels`', componentLogLevels, '{ http: ProxyLogLevel.DEBUG }');
  const levels = Object.entries(componentLogLevels);
  if (levels.length === 0) throw new Error('`componentLogLevels` is empty. Give at least one, for example { http: ProxyLogLevel.DEBUG }, or leave it out.');
  for (const [component, level] of levels) {
    if (!ENVOY_LOGGERS.has(component)) {
      throw new Error(`\`componentLogLevels\` has "${component}", which is no component of Envoy, and a proxy does not start with it. Give for example http, router, upstream, connection, jwt or rbac.`);
    }
    checkLevel(`componentLogLevels.${component}`, level);
  }
  return { 'sidecar.istio.io/logLevel': logLevel, 'sidecar.istio.io/componentLogLevel': levels.map(([component, level]) => `${component}:${level}`).join(',') };
}

function captured(props: SidecarSettingsProps): { [name: string]: string | undefined } {
  if (props.includeInboundPorts !== undefined && props.excludeInboundPorts !== undefined) {
    throw new Error('`includeInboundPorts` and `excludeInboundPorts` are both given, and then nothing reads the second. Give one of them.');
  }
  return {
    'traffic.sidecar.istio.io/includeInboundPorts': ports('includeInboundPorts', props.includeInboundPorts, true),
    'traffic.sidecar.istio.io/excludeInboundPorts': ports('excludeInboundPorts', props.excludeInboundPorts),
    'traffic.sidecar.istio.io/includeOutboundPorts': ports('includeOutboundPorts', props.includeOutboundPorts),
    'traffic.sidecar.istio.io/excludeOutboundPorts': ports('excludeOutboundPorts', props.excludeOutboundPorts),
    'traffic.sidecar.istio.io/includeOutboundIPRanges': ranges('includeOutboundIpRanges', props.includeOutboundIpRanges, true),
    'traffic.sidecar.istio.io/excludeOutboundIPRanges': ranges('excludeOutboundIpRanges', props.excludeOutboundIpRanges),
  };
}

function ports(field: string, given: readonly number[] | undefined, mayBeEmpty = false): string | undefined {
  if (given === undefined) return undefined;
  checkList(field, given, '[3306]');
  if (given.length === 0 && !mayBeEmpty) throw new Error(`\`${field}\` is empty. Give at least one port, or leave it out.`);
  for (const port of given) {
    if (!Number.isInteger(port) || !isPortNumber(port)) throw new Error(`\`${field}\` holds ${describeValue(port)}; a port is a whole number from 1 to 65535.`);
  }
  return [...new Set(given)].join(',');
}

function ranges(field: string, given: readonly string[] | undefined, mayBeEmpty = false): string | undefined {
  if (given === undefined) return undefined;
  checkList(field, given, "['10.0.0.0/8']");
  if (given.length === 0 && !mayBeEmpty) throw new Error(`\`${field}\` is empty. Give at least one range, or leave it out.`);
  return [...new Set(given.map((range) => {
    const version = typeof range === 'string' ? ipVersion(range) : undefined;
    // A bare address is no range to the injector, which would let no pod be made.
    if (version !== undefined && !range.includes('%')) return `${range}/${version === 4 ? 32 : 128}`;
    if (typeof range === 'string' && isCidr(range)) return range;
    throw new Error(`\`${field}\` holds ${describeValue(range)}, which is neither an IP address nor a range of them. Write for example "10.1.2.3" or "10.0.0.0/8".`);
  }))].join(',');
}

/** What has no annotation of its own, as the YAML of a ProxyConfig: JSON is YAML too. */
function proxyConfig({ holdApplicationUntilProxyStarts, terminationDrainDuration, nativeSidecar }: SidecarSettingsProps): string | undefined {
  checkFlags({ holdApplicationUntilProxyStarts });
  if (nativeSidecar && holdApplicationUntilProxyStarts !== undefined) {
    throw new Error('`holdApplicationUntilProxyStarts` is given beside `nativeSidecar`, and a native sidecar is always started before the application. Leave it out.');
  }
  if (holdApplicationUntilProxyStarts === undefined && terminationDrainDuration === undefined) return undefined;
  const drain = terminationDrainDuration && istioDuration(terminationDrainDuration, '`terminationDrainDuration`');
  return JSON.stringify({ holdApplicationUntilProxyStarts, terminationDrainDuration: drain });
}

function seconds(field: string, duration: Duration | undefined): string | undefined {
  if (duration === undefined) return undefined;
  const value = milliSecondsOf(duration, `\`${field}\``) / 1000;
  if (Number.isInteger(value) && value < 2 ** 31) return String(value);
  throw new Error(`\`${field}\` is ${value} s. Whole seconds are allowed, from 1.`);
}

function count(field: string, value: number | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && value >= 1 && value < 2 ** 31) return String(value);
  throw new Error(`\`${field}\` is ${describeValue(value)}; a whole number from 1 is allowed.`);
}

function text(flag: boolean | undefined): string | undefined {
  return flag === undefined ? undefined : String(flag);
}

function defined(texts: { readonly [name: string]: string | undefined }): Texts {
  return Object.fromEntries(Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
