import { said } from '../said';

function severities(tls: string, secrets: Record<string, Record<string, string>>, complete = true): string[] {
  return said('MESH3216', `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: partners, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 443, name: https, protocol: HTTPS }, hosts: [./partners.example.com], tls: ${tls} }]
${Object.entries(secrets).map(([name, stringData]) => `---
${JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'istio-system' }, stringData })}
`).join('')}`, { complete }).map(({ severity }) => severity);
}

const MUTUAL = '{ mode: MUTUAL, credentialName: tls }';
const PAIR = { 'tls.crt': 'x', 'tls.key': 'x' };

test('the authority may stand in the Secret itself, under either name', () => {
  expect(severities(MUTUAL, { tls: { ...PAIR, 'ca.crt': 'x' } })).toEqual([]);
  expect(severities(MUTUAL, { tls: { ...PAIR, cacert: 'x' } })).toEqual([]);
});

test('or in a second one, which then must have it', () => {
  expect(severities(MUTUAL, { 'tls': PAIR, 'tls-cacert': { cacert: 'x' } })).toEqual([]);
  expect(severities(MUTUAL, { 'tls': { ...PAIR, 'ca.crt': 'x' }, 'tls-cacert': { other: 'x' } }, false)).toEqual(['error']);
});

test('that there is no second one is certain only where everything is in sight', () => {
  expect(severities(MUTUAL, { tls: PAIR })).toEqual(['error']);
  expect(severities(MUTUAL, { tls: PAIR }, false)).toEqual(['info']);
  expect(severities('{ mode: OPTIONAL_MUTUAL, credentialName: tls }', { tls: PAIR })).toEqual(['error']);
});

test('without client certificates, or without the Secret in sight, nothing is said', () => {
  expect(severities('{ mode: SIMPLE, credentialName: tls }', { tls: PAIR })).toEqual([]);
  expect(severities(MUTUAL, {})).toEqual([]);
});
