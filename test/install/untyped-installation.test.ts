import { Chart, Testing } from 'cdk8s';
import * as library from '../../src';

/** What a program without types may pass: every one is refused by what is wrong, never by what broke inside. */
const any = (value: unknown): any => value;

function installation(props: any): () => void {
  return () => {
    const { istioOperator, releases } = new library.IstioInstallation(new Chart(Testing.app(), 'shop'), 'x', { version: '1.31.1', ...props });
    expect(istioOperator && releases).toBeDefined();
  };
}

const mesh = (meshConfig: any) => installation({ meshConfig });
const ingress = (options: any) => () => library.InstalledGateway.ingress(options);

test.each<[string, () => void, string]>([
  ['a version as a number', installation({ version: 1.31 }), '[shop/x] `version` is 1.31.'],
  ['a profile that there is not', installation({ profile: 'production' }), '[shop/x] there is no profile "production". Give one of InstallationProfile.DEFAULT'],
  ['a profile that is null', installation({ profile: null }), '[shop/x] there is no profile null.'],
  ['a platform that Istio need not know', installation({ platform: 'eks' }), '[shop/x] there is no platform "eks"'],
  ['a revision as a number', installation({ revision: 131 }), '[shop/x] `revision` is 131.'],
  ['a namespace of two words', installation({ namespace: 'istio system' }), '[shop/x] `namespace` is "istio system".'],
  ['a cluster as an object', installation({ clusterName: {} }), '[shop/x] `clusterName` is an object with nothing in it.'],
  ['a mesh configuration as a text', installation({ meshConfig: 'x' }), 'meshConfig: the options are "x".'],
  ['access logs as a flag', mesh({ accessLog: true }), '`accessLog` is true. Give MeshAccessLog.json()'],
  ['traces as a share alone', mesh({ tracing: 10 }), 'tracing: the options are 10.'],
  ['a share as a text', mesh({ tracing: { sampling: '10' } }), '`tracing.sampling` is "10". It is a percentage'],
  ['a provider by name', mesh({ extensionProviders: ['otel'] }), 'extensionProviders: the provider is "otel". Give an ExtensionProvider or a TelemetryProvider.'],
  ['a provider that is null', mesh({ extensionProviders: [null] }), 'extensionProviders: the provider is null.'],
  ['providers as an object', mesh({ extensionProviders: {} }), '`extensionProviders` is an object with nothing in it, not a list.'],
  ['a policy in words', mesh({ outboundTrafficPolicy: 'deny' }), '`outboundTrafficPolicy` is "deny". Give OutboundTraffic.REGISTRY_ONLY'],
  ['a flag in quotes', mesh({ autoMtls: 'false' }), '`autoMtls` is "false". Write true or false, without quotes'],
  ['a duration in words', mesh({ connectTimeout: '10s' }), '`connectTimeout` is "10s". Give a Duration of cdk8s'],
  ['a number of retries in words', mesh({ defaultRetries: 'never' }), '`defaultRetries` is "never". Give a whole number'],
  ['variables as a list', mesh({ proxyMetadata: ['A'] }), '["A"] is given instead of props.'],
  ['fields as a text', mesh({ fields: 'x' }), '`meshConfig` is "x". Give an object with Istio\'s fields.'],
  ['a field that is null', mesh({ fields: { accessLogFile: null } }), '`meshConfig.accessLogFile` is null. Give a text.'],
  ['a control plane as a number', installation({ istiod: 3 }), 'istiod: the control plane: the options are 3.'],
  ['a scale as a number', installation({ istiod: { scale: 3 } }), 'istiod: `scale` is 3. Give ComponentScale.autoscaled(2, 5)'],
  ['resources as a text', installation({ istiod: { resources: '1' } }), 'istiod: `resources`: the options are "1".'],
  ['CPU as a number', installation({ istiod: { resources: { cpu: 1 } } }), '`cpu` is 1. Give an amount above 0 in the notation of Kubernetes'],
  ['a level of the log that there is not', installation({ istiod: { logLevel: 'verbose' } }), '`logLevel` is "verbose". Give IstiodLogLevel.NONE'],
  ['a variable as a number', installation({ istiod: { env: { PILOT_PUSH_THROTTLE: 50 } } }), '`env`: PILOT_PUSH_THROTTLE is 50. Give a text, for example "50".'],
  ['a throttle as a text', installation({ istiod: { tuning: { pushThrottle: '50' } } }), '`pushThrottle` is "50".'],
  ['ports as texts', installation({ proxies: { excludeInboundPorts: ['80'] } }), '`excludeInboundPorts` holds "80".'],
  ['addresses as one text', installation({ proxies: { excludeIpRanges: '10.0.0.0/8' } }), '`excludeIpRanges` is "10.0.0.0/8", not a list.'],
  ['gateways by name', installation({ gateways: ['public'] }), '`gateways` holds "public". Give InstalledGateway.ingress()'],
  ['one gateway', installation({ gateways: library.InstalledGateway.ingress() }), '`gateways` is a InstalledGateway, not a list.'],
  ['an authority by name', installation({ certificateAuthority: 'vault' }), '`certificateAuthority` is "vault". Give CertificateAuthority.istiod()'],
  ['the node agent as a flag', installation({ cni: true }), 'cni: the options are true.'],
  ['values as a list', installation({ values: [] }), '`values`: the options are [].'],
  ['images by a text', installation({ images: 'registry' }), 'images: the options are "registry".'],
  ['a gateway with no options but null', ingress(null), 'InstalledGateway.ingress: the options are null.'],
  ['a port as a number', ingress({ ports: [443] }), 'InstalledGateway.ingress: a port: the options are 443.'],
  ['a sort of Service that there is not', ingress({ serviceType: 'Internal' }), '`serviceType` is "Internal". Give GatewayServiceType.LOAD_BALANCER'],
  ['annotations as numbers', ingress({ serviceAnnotations: { a: 1 } }), '`serviceAnnotations`: a is 1. Give a text, for example "1".'],
  ['a number of pods in words', () => library.ComponentScale.fixed(any('two')), 'ComponentScale.fixed: "two" pods.'],
  ['fields of logs as a text', () => library.MeshAccessLog.json(any('status')), 'MeshAccessLog.json: the fields are "status".'],
  ['a format as a number', () => library.MeshAccessLog.text(any(3)), 'MeshAccessLog.text` is 3, not a text.'],
  ['no issuer', () => library.CertificateAuthority.istioCsr(any(undefined)), 'CertificateAuthority.istioCsr: the options are undefined.'],
  ['a file as a number', () => new library.IstioInstallation(new Chart(Testing.app(), 'shop'), 'x', { version: '1.31.1' }).writeIstioOperator(any(1)), "[shop/x] the file's path is 1. Give for example 'install/istio.yaml'"],
])('%s is refused', (_, action, message) => {
  expect(action).toThrow(message);
});
