import { CIPHER_SUITES, isCipherSuite } from '../../src/semantics/cipher-suite';

test.each(['ECDHE-RSA-AES128-GCM-SHA256', 'DES-CBC3-SHA', 'ALL', '', '-AES128-SHA', '@STRENGTH', '\u05c0', '\u05ff'])(
  'Istio hands "%s" on to Envoy', text => expect(isCipherSuite(text)).toBe(true));

test.each(['TLS_AES_128_GCM_SHA256', 'aes128-sha', '1', 'X', 'all', '\u00e9', '\u05bf', '\u0600', '\u65e5'])(
  'Istio drops "%s"', text => expect(isCipherSuite(text)).toBe(false));

test('the names in the message are the ones that are known', () => {
  expect(CIPHER_SUITES.split(', ').filter(name => !isCipherSuite(name))).toEqual([]);
});
