import { meshConfig } from '../../../src/check/facts/mesh-config';
import { meshOf } from './mesh-in-sight';

const configMap = (name: string, namespace: string, mesh: string) =>
  `---\n${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { mesh } })}\n`;

test('without any config it is that of Istio, with the providers that Istio brings along', () => {
  const config = meshOf('').fact(meshConfig);
  expect(config).toMatchObject({ object: undefined, isWhole: false, rootNamespace: 'istio-system', trustDomain: 'cluster.local', outboundTrafficPolicy: 'ALLOW_ANY', enableAutoMtls: true });
  expect([...config.extensionProviders.keys()]).toEqual(['prometheus', 'stackdriver', 'envoy']);
});

test('the ConfigMap of the default revision counts, and providers of every revision', () => {
  const config = meshOf(
    configMap('istio-canary', 'istio-system', 'trustDomain: canary\nextensionProviders: [{ name: canary, zipkin: { port: 1 } }]')
    + configMap('istio', 'istio-system', 'trustDomain: stable\nrootNamespace: root\noutboundTrafficPolicy: { mode: REGISTRY_ONLY }\ndefaultProviders: { accessLogging: [envoy] }\nextensionProviders: [{ name: stable, opentelemetry: { port: 1 } }]'),
  ).fact(meshConfig);
  expect(config).toMatchObject({ isWhole: true, rootNamespace: 'root', trustDomain: 'stable', outboundTrafficPolicy: 'REGISTRY_ONLY' });
  expect(config.defaultProviders.accessLogging).toEqual(['envoy']);
  expect([config.extensionProviders.get('canary')?.type, config.extensionProviders.get('stable')?.type]).toEqual(['zipkin', 'opentelemetry']);
});

test('an IstioOperator is a part that others may be merged with', () => {
  const config = meshOf('{ apiVersion: install.istio.io/v1alpha1, kind: IstioOperator, metadata: { name: x, namespace: istio-system }, spec: { meshConfig: { trustDomain: mine } } }').fact(meshConfig);
  expect(config).toMatchObject({ isWhole: false, path: 'spec.meshConfig', trustDomain: 'mine' });
});

test.each(['{', '[1]', 'text', '', 'rootNamespace: 1\nextensionProviders: { a: 1 }\ndefaultProviders: [1]\ntrustDomain: ""'])('a config that cannot be read is that of Istio: %s', (text) => {
  expect(meshOf(configMap('istio', 'istio-system', text)).fact(meshConfig)).toMatchObject({ rootNamespace: 'istio-system', trustDomain: 'cluster.local' });
});
