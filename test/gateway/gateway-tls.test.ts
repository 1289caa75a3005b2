import { GatewayTls, TlsVersion } from '../../src';
import { messageOf } from '../support/shop';

const KEY = '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49\n-----END PRIVATE KEY-----\n';

test('TLS that the gateway ends names its Secret and asks for TLS 1.2', () => {
  expect(GatewayTls.simple('shop-cert')._spec('edge')).toEqual({ mode: 'SIMPLE', credentialName: 'shop-cert', minProtocolVersion: 'TLSV1_2' });
});

test('two kinds of keys are two Secrets', () => {
  expect(GatewayTls.simple('rsa', { secondCredential: 'ecdsa' })._spec('edge')).toEqual({
    mode: 'SIMPLE', credentialNames: ['rsa', 'ecdsa'], minProtocolVersion: 'TLSV1_2',
  });
});

test('what is said of clients is written for mutual TLS, with the ConfigMap of the gateway\'s own namespace', () => {
  const hash = 'ab'.repeat(32);
  expect(GatewayTls.mutual('cert', { caConfigMap: 'partners', subjectAltNames: ['a.example.com'], certificateHashes: [hash], minVersion: TlsVersion.V1_3 })._spec('edge')).toEqual({
    mode: 'MUTUAL', credentialName: 'cert', minProtocolVersion: 'TLSV1_3', caCertCredentialName: 'configmap://edge/partners', subjectAltNames: ['a.example.com'], verifyCertificateHash: [hash],
  });
  expect(GatewayTls.optionalMutual('cert')._spec('edge')).toMatchObject({ mode: 'OPTIONAL_MUTUAL', credentialName: 'cert' });
});

test('what needs no Secret names none, and no version that would be ignored', () => {
  expect(GatewayTls.istioMutual()._spec('edge')).toEqual({ mode: 'ISTIO_MUTUAL' });
  expect(GatewayTls.passthrough()._spec('edge')).toEqual({ mode: 'PASSTHROUGH' });
  expect(GatewayTls.plaintext()._spec('edge')).toBeUndefined();
});

test('a private key in the code is refused, and never repeated', () => {
  for (const wrong of [() => GatewayTls.simple(KEY), () => GatewayTls.simple('a', { secondCredential: KEY }), () => GatewayTls.mutual(`-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n${KEY}`)]) {
    const message = messageOf(wrong);
    expect(message).toMatch(/^GatewayTls\.(simple|mutual): `(credential|secondCredential)` is a private key in the code.*let nobody use that key any more.*give the name of the Secret\.$/);
    expect(message).not.toContain('MIGHAgEAMBMG');
  }
});

test.each([
  ['-----BEGIN CERTIFICATE-----\nabc', 'is a certificate or another text of several lines in the code'],
  ['/etc/certs/tls.key', 'is "/etc/certs/tls.key", a file.'],
  ['./tls', 'is "./tls", a file.'],
  ['shop.pem', 'is "shop.pem", a file.'],
  ['kubernetes://edge/shop', 'is "kubernetes://edge/shop", and a gateway gets Secrets of its own namespace alone'],
  ['edge/shop', 'is "edge/shop", and a gateway gets Secrets of its own namespace alone'],
  ['Shop', 'is "Shop", which is not the name of a Secret'],
  ['', 'is "", which is not the name of a Secret'],
])('of a credential %j it is said what is wrong', (credential, wrong) => {
  expect(messageOf(() => GatewayTls.simple(credential))).toContain(`GatewayTls.simple: \`credential\` ${wrong}`);
});

test.each<[string, () => unknown, string]>([
  ['a cipher suite that Envoy does not know', () => GatewayTls.simple('a', { cipherSuites: ['RC4-SHA'] }), '`cipherSuites` holds "RC4-SHA", which Envoy does not know'],
  ['every cipher suite', () => GatewayTls.simple('a', { cipherSuites: ['ALL'] }), '`cipherSuites` holds "ALL"'],
  ['a cipher suite twice', () => GatewayTls.simple('a', { cipherSuites: ['AES128-SHA', 'AES128-SHA'] }), 'holds AES128-SHA twice'],
  ['no cipher suites', () => GatewayTls.simple('a', { cipherSuites: [] }), '`cipherSuites` is [].'],
  ['cipher suites of TLS 1.3', () => GatewayTls.simple('a', { cipherSuites: ['AES128-SHA'], minVersion: TlsVersion.V1_3 }), 'means nothing beside TlsVersion.V1_3'],
  ['the same Secret twice', () => GatewayTls.simple('a', { secondCredential: 'a' }), '`secondCredential` is "a", the first one'],
  ['clients that nobody asks', () => GatewayTls.simple('a', { subjectAltNames: ['b'] } as object), '`subjectAltNames` is about clients\' certificates, which are not asked for'],
  ['no names of clients', () => GatewayTls.mutual('a', { subjectAltNames: [] }), '`subjectAltNames` is []'],
  ['a hash that is none', () => GatewayTls.mutual('a', { certificateHashes: ['abc'] }), '`certificateHashes` holds "abc"'],
  ['the authority itself', () => GatewayTls.mutual('a', { caConfigMap: '-----BEGIN CERTIFICATE-----' }), '`caConfigMap` is a text of several lines, which is not the name of a ConfigMap'],
])('%s: refused', (_, wrong, message) => {
  expect(messageOf(wrong)).toContain(message);
});
