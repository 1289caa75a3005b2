import { checkLabels, checkTexts } from './installation-checks';
import { checkFields } from './istio-fields';
import { Values, disagreement, isValues, mergeValues, withoutEmpty } from './merge-values';
import { MeshAccessLog } from './mesh-access-log';
import { MeshConfigOptions, MeshTracingOptions, PathNormalization } from './mesh-config-options';
import { checkSampledShareAboveZero } from './sampled-share';
import { TlsVersion } from '../gateway/gateway-tls';
import { OutboundTraffic } from '../gateway/sidecar-scope';
import { checkFlags, checkList, checkMember, checkOptions } from '../model/given';
import { IMeshProvider } from '../model/mesh-provider';
import { checkMeshProvider } from '../model/mesh-provider-check';
import { describeValue } from '../semantics/describe-value';
import { istioDuration } from '../semantics/duration';
import { isDnsName } from '../semantics/kubernetes-name';

type Enumeration = { readonly [member: string]: string };

/** All providers of the mesh, each once. Throws where two share a name. */
export function providersOf(options: MeshConfigOptions): IMeshProvider[] {
  const { extensionProviders = [], accessLog, tracing } = options;
  const all = [...extensionProviders, accessLog?._provider, tracing?.provider].filter((provider) => provider !== undefined);
  const byName = new Map<string, IMeshProvider>();
  for (const provider of all) {
    const other = byName.get(provider.name);
    if (other === provider && (provider === accessLog?._provider || provider === tracing?.provider)) continue;
    if (other !== undefined) {
      throw new Error(`two \`extensionProviders\` have the name "${provider.name}", and proxies would take one of them. Give each a name of its own.`);
    }
    byName.set(provider.name, provider);
  }
  return [...byName.values()];
}

/** What the mesh configuration says, in Istio's words. Entries of providers are worked out only here: their ports may not be known before. */
export function meshConfigFields(options: MeshConfigOptions): Values {
  const said = mergeValues(typedFields(options, providersOf(options).map(({ entry }) => entry)), options.fields ?? {});
  // The chart writes its own default providers only where none are said: proxies would have no metrics.
  return isValues(said.defaultProviders) ? { ...said, defaultProviders: { metrics: ['prometheus'], ...said.defaultProviders } } : said;
}

function typedFields(options: MeshConfigOptions, entries: readonly Values[]): Values {
  const { accessLog, tracing, pathNormalization = PathNormalization.MERGE_SLASHES, discoverySelectors, defaultRetries, minTlsVersion } = options;
  return withoutEmpty({
    ...accessLog?._fields,
    extensionProviders: entries.length === 0 ? undefined : entries,
    defaultProviders: { ...accessLog?._fields.defaultProviders, tracing: tracing?.provider && [tracing.provider.name] },
    outboundTrafficPolicy: { mode: options.outboundTrafficPolicy },
    pathNormalization: { normalization: pathNormalization },
    enableAutoMtls: options.autoMtls,
    meshMTLS: { minProtocolVersion: minTlsVersion },
    trustDomain: options.trustDomain,
    trustDomainAliases: options.trustDomainAliases && [...options.trustDomainAliases],
    defaultHttpRetryPolicy: { attempts: defaultRetries },
    connectTimeout: options.connectTimeout && seconds(options.connectTimeout, 'connectTimeout'),
    discoverySelectors: discoverySelectors?.map((labels) => ({ matchLabels: { ...labels } })),
    defaultConfig: proxyConfig(options),
  });
}

function proxyConfig(options: MeshConfigOptions): Values {
  const { tracing, concurrency, numTrustedProxies, dnsProxying, terminationDrainDuration } = options;
  return {
    holdApplicationUntilProxyStarts: options.holdApplicationUntilProxyStarts,
    tracing: { sampling: tracing?.sampling },
    concurrency,
    terminationDrainDuration: terminationDrainDuration && seconds(terminationDrainDuration, 'terminationDrainDuration'),
    gatewayTopology: { numTrustedProxies },
    proxyMetadata: { ISTIO_META_DNS_CAPTURE: dnsProxying === undefined ? undefined : String(dnsProxying), ...options.proxyMetadata },
  };
}

/** Durations of the mesh configuration are those of protobuf: seconds, whatever else Go would read. */
function seconds(duration: Parameters<typeof istioDuration>[0], field: string): string {
  istioDuration(duration, `\`${field}\``);
  return `${Number(duration.toMilliseconds({ integral: false }).toFixed()) / 1000}s`;
}

/** What programs without types give, and what Istio would take for something else. */
export function checkMeshConfig(options: MeshConfigOptions): void {
  checkOptions('meshConfig', options, '{ accessLog: MeshAccessLog.json() }');
  const { accessLog, tracing, extensionProviders, outboundTrafficPolicy, pathNormalization, minTlsVersion } = options;
  const { dnsProxying, holdApplicationUntilProxyStarts, autoMtls } = options;
  checkFlags({ dnsProxying, holdApplicationUntilProxyStarts, autoMtls });
  if (accessLog !== undefined && !(accessLog instanceof MeshAccessLog)) throw new Error(`\`accessLog\` is ${describeValue(accessLog)}. Give MeshAccessLog.json(), .text(), .provider(…) or .none().`);
  if (tracing !== undefined) checkTracing(tracing);
  if (extensionProviders !== undefined) {
    checkList('extensionProviders', extensionProviders, "[ExtensionProvider.grpc('opa', { service })]");
    for (const provider of extensionProviders) checkMeshProvider('extensionProviders', provider);
  }
  providersOf(options);
  if (outboundTrafficPolicy !== undefined) checkMember('outboundTrafficPolicy', outboundTrafficPolicy, 'OutboundTraffic', OutboundTraffic as Enumeration);
  if (pathNormalization !== undefined) checkMember('pathNormalization', pathNormalization, 'PathNormalization', PathNormalization as Enumeration);
  if (minTlsVersion !== undefined) checkMember('minTlsVersion', minTlsVersion, 'TlsVersion', TlsVersion as Enumeration);
  checkTrust(options);
  checkNumbers(options);
  if (options.proxyMetadata !== undefined) checkProxyMetadata(options);
  if (options.discoverySelectors !== undefined) {
    checkList('discoverySelectors', options.discoverySelectors, "[{ mesh: 'shop' }]");
    if (options.discoverySelectors.length === 0) throw new Error("`discoverySelectors` is empty, which Istio takes for all namespaces. Give at least one, for example { mesh: 'shop' }, or leave it out.");
    for (const labels of options.discoverySelectors) checkLabels('discoverySelectors', labels);
  }
  for (const field of ['connectTimeout', 'terminationDrainDuration'] as const) {
    const duration = options[field];
    if (duration !== undefined) istioDuration(duration, `\`${field}\``);
  }
  if (options.fields !== undefined) checkOthers(options, options.fields);
}

/** The fields without a property of ours: known to Istio, and not said twice. */
function checkOthers(options: MeshConfigOptions, fields: Values): void {
  checkFields('meshConfig', fields, 'MeshConfig');
  const sampling = fields.defaultConfig?.tracing?.sampling;
  if (sampling !== undefined) checkSampledShareAboveZero('fields.defaultConfig.tracing.sampling', sampling);
  // Entries of providers may not be known yet; that there are some is enough.
  const typed = typedFields(options, providersOf(options).map(({ name }) => ({ name })));
  if (options.pathNormalization === undefined) delete typed.pathNormalization;
  const twice = disagreement(typed, fields);
  if (twice !== undefined) throw new Error(`\`fields.${twice}\` differs from what a property of the mesh configuration says. Leave out one of them.`);
}

function checkTracing(tracing: MeshTracingOptions): void {
  checkOptions('tracing', tracing, '{ sampling: 10 }');
  const { provider, sampling } = tracing;
  if (provider !== undefined) checkMeshProvider('tracing', provider);
  if (sampling !== undefined) checkSampledShareAboveZero('tracing.sampling', sampling);
}

function checkTrust({ trustDomain, trustDomainAliases }: MeshConfigOptions): void {
  const isDomain = (value: unknown) => typeof value === 'string' && isDnsName(value);
  if (trustDomain !== undefined && !isDomain(trustDomain)) throw new Error(`\`trustDomain\` is ${describeValue(trustDomain)}. Give a domain without spiffe://, for example "cluster.local".`);
  if (trustDomainAliases === undefined) return;
  checkList('trustDomainAliases', trustDomainAliases, "['old.example']");
  const wrong = trustDomainAliases.find((value) => !isDomain(value));
  if (wrong !== undefined) throw new Error(`\`trustDomainAliases\` holds ${describeValue(wrong)}. Give domains without spiffe://, for example "old.example".`);
}

function checkNumbers(options: MeshConfigOptions): void {
  const ranges = { defaultRetries: [0, 100], concurrency: [0, 1024], numTrustedProxies: [0, 100] } as const;
  for (const field of ['defaultRetries', 'concurrency', 'numTrustedProxies'] as const) {
    const value = options[field];
    const [least, most] = ranges[field];
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) continue;
    throw new Error(`\`${field}\` is ${describeValue(value)}. Give a whole number from ${least} to ${most}.`);
  }
}

function checkProxyMetadata({ proxyMetadata = {}, dnsProxying }: MeshConfigOptions): void {
  checkTexts('proxyMetadata', proxyMetadata);
  for (const name of Object.keys(proxyMetadata)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error(`\`proxyMetadata\` has the name "${name}". Letters, digits and underscores, no digit first: for example ISTIO_META_DNS_CAPTURE.`);
  }
  if (dnsProxying !== undefined && 'ISTIO_META_DNS_CAPTURE' in proxyMetadata) {
    throw new Error('`dnsProxying` and ISTIO_META_DNS_CAPTURE of `proxyMetadata` say the same. Leave out the latter.');
  }
}
