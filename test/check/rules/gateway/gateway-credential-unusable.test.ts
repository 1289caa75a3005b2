import { generateKeyPairSync } from 'node:crypto';
import { said } from '../said';

/** Made for this test, and valid for a hundred years. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBjDCCATOgAwIBAgIUce8KgjetICxlcuXHpJxlDlbf2UAwCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTAgFw0yNjExMjExNTQ5MTFaGA8y
MTI2MTAyODE1NDkxMVowGzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLmNvbTBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABJ+9JQ1M2u3nFGOUSavnDe3cyMNoAGlk+gOu
S6ohXJoDuAQvU3VDr5Nip/nWjOlMifblPJOystvLYutu6JkWb9+jUzBRMB0GA1Ud
DgQWBBTqoALToc/t9gkpTXBHrD4AQN9evzAfBgNVHSMEGDAWgBTqoALToc/t9gkp
TXBHrD4AQN9evzAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIATC
kfCB3HI3r04yDhNeBQ+l/oIHKde2OdNVz0/mNrdSAiB69S7E3/hEL0s3st4PvI9Y
eaOhvU5B5eL/CoiTWsMdTw==
-----END CERTIFICATE-----`;
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgZjXUn1Ho2iaM4+ne
IpGkPER/hjLzEe+i4yXpU2qHA4ShRANCAASfvSUNTNrt5xRjlEmr5w3t3MjDaABp
ZPoDrkuqIVyaA7gEL1N1Q6+TYqf51ozpTIn25TyTsrLby2LrbuiZFm/f
-----END PRIVATE KEY-----`;
const EXPIRED = `-----BEGIN CERTIFICATE-----
MIIBITCByaADAgECAgEBMAoGCCqGSM49BAMCMBsxGTAXBgNVBAMTEHNob3AuZXhh
bXBsZS5jb20wHhcNMjAwMTAxMDAwMDAwWhcNMjAwMjAxMDAwMDAwWjAbMRkwFwYD
VQQDExBzaG9wLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
n70lDUza7ecUY5RJq+cN7dzIw2gAaWT6A65LqiFcmgO4BC9TdUOvk2Kn+daM6UyJ
9uU8k7Ky28ti627omRZv3zAKBggqhkjOPQQDAgNHADBEAiB4uracfP6fzH2TI5sC
lMw9QAiKlKs5j5wVFh4V6owUKwIgU8YymWs4+/KUJP2yfy4dB7fhOUIWdY+wJm2x
U3aon8w=
-----END CERTIFICATE-----`;

function messages(data: Record<string, string>): string[] {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'shop-tls', namespace: 'istio-system' }, data };
  return said('MESH3204', `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: https, protocol: HTTPS }
      hosts: [./shop.example.com]
      tls: { mode: SIMPLE, credentialName: shop-tls }
---
${JSON.stringify(secret)}
`).map(({ message }) => message);
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

test('a certificate with its key is fine, under either pair of names', () => {
  expect(messages({ 'tls.crt': base64(CERTIFICATE), 'tls.key': base64(KEY) })).toEqual([]);
  expect(messages({ cert: base64(CERTIFICATE), key: base64(KEY) })).toEqual([]);
});

test('an expired certificate is named with its date', () => {
  expect(messages({ 'tls.crt': base64(EXPIRED), 'tls.key': base64(KEY) })).toEqual([expect.stringContaining('expired on Feb  1')]);
});

test('the key of another certificate, and no key at all', () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  expect(messages({ 'tls.crt': base64(CERTIFICATE), 'tls.key': base64(other) })).toEqual([expect.stringContaining('does not belong to its certificate')]);
  expect(messages({ 'tls.crt': base64(CERTIFICATE), 'tls.key': base64('key') })).toEqual([expect.stringContaining('no private key in PEM')]);
});

test('a certificate that is none, an empty value, other names', () => {
  expect(messages({ 'tls.crt': base64('certificate'), 'tls.key': base64(KEY) })).toEqual([expect.stringContaining('no certificate in PEM under tls.crt')]);
  expect(messages({ 'tls.crt': '', 'tls.key': base64(KEY) })).toEqual([expect.stringContaining('it has tls.crt, tls.key')]);
  expect(messages({})).toEqual([expect.stringContaining('it is empty')]);
});
