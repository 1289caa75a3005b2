import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { Jwks } from '../../src';
import { errorOf } from './shop';

const KEYS = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PUBLIC = JSON.stringify({ keys: [KEYS.publicKey.export({ format: 'jwk' })] });
const PRIVATE = KEYS.privateKey.export({ format: 'jwk' });

test('keys are fetched over https, or stand in the object', () => {
  expect(Jwks.uri('https://id.example.com/jwks.json')._spec).toEqual({ jwksUri: 'https://id.example.com/jwks.json' });
  expect(Jwks.inline(PUBLIC)._spec).toEqual({ jwks: PUBLIC });
});

test('plain http has to be said', () => {
  const uri = 'http://keycloak.identity:8080/certs';
  expect(errorOf(() => Jwks.uri(uri))).toBe(`Jwks.uri: "${uri}" is fetched without TLS, so whoever is on the way can put in keys of their own and sign tokens. `
    + `Write https://…; inside the cluster, where something else protects the way, say Jwks.unprotectedUri('${uri}').`);
  expect(Jwks.unprotectedUri(uri)._spec).toEqual({ jwksUri: uri });
  expect(errorOf(() => Jwks.unprotectedUri('https://id.example.com/jwks'))).toContain("Say Jwks.uri('https://id.example.com/jwks').");
});

test.each([
  ['id.example.com/jwks'], ['ftp://id.example.com/jwks'], ['https://'], ['https:///jwks'], [''], ['/jwks'], ['https://id.example.com/a b'],
])('%j is not an address', (uri) => {
  expect(errorOf(() => Jwks.uri(uri))).toContain(`Jwks.uri: ${JSON.stringify(uri)} is not an address with a scheme and a host. Write for example "https://`);
});

test('an address with a password, or longer than Istio takes, is refused', () => {
  expect(errorOf(() => Jwks.uri('https://user:secret@id.example.com/jwks'))).toMatch(/has a user or password in it(?!.*secret)/);
  expect(errorOf(() => Jwks.uri(`https://id.example.com/${'x'.repeat(2048)}`))).toContain('and Istio takes 2048');
});

test('a private key is refused, by what is wrong, and never repeated', () => {
  const message = errorOf(() => Jwks.inline(JSON.stringify({ keys: [JSON.parse(PUBLIC).keys[0], PRIVATE] })));
  expect(message).toContain('Jwks.inline: key 1 is private, and whoever reads the manifests could sign tokens with it. Give its public half, without "d"');
  expect(message).not.toContain(PRIVATE.d);
  const pem = KEYS.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const refused = errorOf(() => Jwks.inline(pem));
  expect(refused).toContain('Jwks.inline: this is a private key in PEM.');
  expect(refused).not.toContain(pem.split('\n')[1]);
});

test('a symmetric key is as good as a private one', () => {
  const message = errorOf(() => Jwks.inline('{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}'));
  expect(message).toContain('key 0 is private');
  expect(message).toContain('A symmetric key ("kty": "oct") has no public half: use RSA or EC keys.');
  expect(message).not.toContain('c2VjcmV0');
});

test.each<[string, string, string]>([
  ['nothing', '', 'it is no JSON object'],
  ['a key without its type', '{"keys": [{"n": "AQAB"}]}', 'key 0 has no "kty"'],
  ['half a key', '{"keys": [{"kty": "RSA", "e": "AQAB"}]}', 'key 0 lacks "n"'],
  ['a public key in PEM', createPublicKey(KEYS.privateKey).export({ type: 'spki', format: 'pem' }).toString(), 'it is no JSON object'],
])('%s is no set of keys', (_, jwks, problem) => {
  expect(errorOf(() => Jwks.inline(jwks))).toContain(`Jwks.inline: this is no JSON Web Key Set: ${problem}. Give the public keys that the issuer publishes`);
});

test('a set without a key would refuse every token', () => {
  expect(errorOf(() => Jwks.inline('{"keys": []}'))).toContain('the set has no key, so every token would be refused.');
});

test('an address for the keys, and keys for an address, are told apart', () => {
  expect(errorOf(() => Jwks.inline('https://id.example.com/jwks'))).toContain("is an address, not the keys. Say Jwks.uri('https://id.example.com/jwks').");
  expect(errorOf(() => Jwks.uri(PUBLIC))).toContain('the keys themselves are given, not their address. Say Jwks.inline(…).');
});
