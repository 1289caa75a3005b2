/** OpenSSL's names of what Envoy's TLS library can do, TLS 1.2 and older. */
export const KNOWN_CIPHER_SUITES: ReadonlySet<string> = new Set([
  'ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305', 'ECDHE-ECDSA-AES128-SHA', 'ECDHE-RSA-AES128-SHA',
  'ECDHE-ECDSA-AES256-SHA', 'ECDHE-RSA-AES256-SHA', 'AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'AES128-SHA', 'AES256-SHA', 'DES-CBC3-SHA',
]);

/** For messages. */
export const CIPHER_SUITES = [...KNOWN_CIPHER_SUITES].join(', ');

/**
 * What Istio hands on to Envoy: a name it knows, `ALL`, or anything that starts with neither letter nor digit, which
 * may be an expression such as `-AES128-SHA`.
 */
export function isCipherSuite(text: string): boolean {
  return text === '' || text === 'ALL' || !startsWithLetterOrDigit(text) || KNOWN_CIPHER_SUITES.has(text);
}

/** Istio looks at the first byte and takes it for a character; of the first bytes of UTF-8 all but one are letters then. */
function startsWithLetterOrDigit(text: string): boolean {
  const code = text.charCodeAt(0);
  return code < 128 ? /[0-9A-Za-z]/.test(text[0]) : code < 0x5c0 || code > 0x5ff;
}
