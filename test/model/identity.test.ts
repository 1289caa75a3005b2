import { CallerIdentity } from '../../src';

test('an identity is a service account, or a principal of another trust domain', () => {
  expect(`${CallerIdentity.serviceAccount('shop', 'frontend')}`).toBe('shop/frontend');
  const foreign = CallerIdentity.principal('partner.example/ns/shop/sa/frontend');
  expect([foreign.namespace, foreign.name, `${foreign}`]).toEqual(['shop', 'frontend', 'partner.example/ns/shop/sa/frontend']);
});

test.each([['*', 'a'], ['shop', '*'], ['', 'a'], ['shop', ''], ['shop', 'A']])('"%s/%s" is no service account', (namespace, name) => {
  expect(() => CallerIdentity.serviceAccount(namespace, name)).toThrow(`CallerIdentity: "${namespace}/${name}" is not a service account.`);
});

test.each(['*', 'spiffe://a/ns/b/sa/c', 'a/ns/b/sa/*', 'a/ns/*/sa/c', '*/ns/b/sa/c', 'a/ns/b', 'a/ns/b/sa/c/d', ''])('"%s" is no principal', (principal) => {
  expect(() => CallerIdentity.principal(principal)).toThrow(`CallerIdentity: "${principal}" is not a principal.`);
});
