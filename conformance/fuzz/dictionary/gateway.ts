import { Dictionary, HOST, IP, LABEL_KEY, LABEL_VALUE, PORT, PORT_NAME, PROTOCOL, Repair, Words } from './words';

export const UNIX_OR_IP: Words = {
  good: IP.good,
  odd: [...IP.odd!, 'unix:///run/a', 'unix://@a', 'unix://', 'unix:///', 'unix://a', 'unix:///a/', 'unix:/a', 'unix://@', 'UNIX:///a', 'unix:///a//b', 'unix://@a/'],
};
export const CIPHERS: Words = {
  good: ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-CHACHA20-POLY1305', 'AES256-SHA', 'ECDHE-RSA-AES256-SHA'],
  odd: ['', 'X', 'ALL', 'TLS_AES_128_GCM_SHA256', 'ecdhe-rsa-aes128-gcm-sha256', 'ECDHE-ECDSA-AES128-GCM-SHA256', 'P-256', 'DES-CBC3-SHA', 'ECDHE-RSA-AES128-SHA', 'PSK-AES128-CBC-SHA', 'ECDHE-PSK-CHACHA20-POLY1305', 'AES128-SHA256', '[ECDHE-ECDSA-AES128-GCM-SHA256|ECDHE-ECDSA-CHACHA20-POLY1305]', '-ALL', 'ECDHE-ECDSA-AES256-SHA384', 'AES128-GCM-SHA256', '-AES128-SHA', '@', 'é', '\u05d0', '\u05bf', '\u0600', '日'],
};

/** Certificates from one place, as the mode wants them. */
export function certify(tls: any, pick: (from: readonly string[]) => string): void {
  const sources = ['credentialName', 'credentialNames', 'tlsCertificates', 'serverCertificate'];
  const present = sources.filter((source) => tls[source] !== undefined && tls[source] !== '');
  const chosen = present.length > 0 ? pick(present) : 'credentialName';
  for (const source of sources) if (source !== chosen) delete tls[source];
  if (chosen !== 'serverCertificate') delete tls.privateKey;
  const mutual = tls.mode === 'MUTUAL' || tls.mode === 'OPTIONAL_MUTUAL';
  const simple = tls.mode === 'SIMPLE';
  if (mutual || simple) {
    if (chosen === 'credentialName') tls.credentialName ||= 'cert';
    if (chosen === 'serverCertificate') Object.assign(tls, { serverCertificate: '/etc/cert.pem', privateKey: '/etc/key.pem' });
    if (chosen === 'tlsCertificates') for (const certificate of tls.tlsCertificates ?? []) Object.assign(certificate, { serverCertificate: '/a', privateKey: '/b' });
    if (mutual) tls.caCertificates ||= '/etc/ca.pem';
    if (simple || chosen === 'credentialName') delete tls.caCrl;
  } else {
    for (const field of [...sources, 'privateKey', 'caCertificates', 'caCrl']) delete tls[field];
  }
}

const servers: Repair = (spec, random) => {
  if (list(spec.servers).length === 0) spec.servers = [{ hosts: ['a.b'], port: { name: 'http', number: 80, protocol: 'HTTP' } }];
  list(spec.servers).forEach((server, at) => {
    server.hosts = list(server.hosts).length === 0 ? ['*'] : server.hosts;
    server.port ??= { name: 'http', number: 80, protocol: 'HTTP' };
    if (at > 0) server.port.name = `${server.port.name}-${at}`.slice(0, 60);
    delete server.port.targetPort;
    if (String(server.bind).startsWith('unix://')) server.port.number = 0;
    const protocol = String(server.port.protocol).toUpperCase();
    if (protocol === 'HTTPS' || protocol === 'TLS') {
      server.tls ??= { mode: 'PASSTHROUGH' };
      server.tls.mode ??= 'SIMPLE';
      certify(server.tls, (from) => random.pick(from));
      if (server.tls.httpsRedirect && protocol === 'TLS') delete server.tls.httpsRedirect;
    } else if (protocol.startsWith('HTTP') || protocol === 'GRPC') {
      if (server.tls) server.tls = { httpsRedirect: true };
    } else {delete server.tls;}
    if (server.tls?.cipherSuites) server.tls.cipherSuites = [...new Set(server.tls.cipherSuites)];
    if (server.tls && ['TLSV1_0', 'TLSV1_1'].includes(server.tls.minProtocolVersion) && random.chance(0.8)) delete server.tls.minProtocolVersion;
  });
};

function list(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}

export const gateway: Dictionary = {
  calm: 0.4,
  metadata: {
    name: { good: ['a', 'reviews-v2', 'public'], odd: ['a.b', 'a'.repeat(63), 'a'.repeat(64)] },
    annotationKey: { good: ['a'], odd: ['internal.istio.io/gateway-semantics'] },
    annotationValue: { good: ['gateway', 'a'] },
  },
  presence: { 'spec.servers': 0.97, 'spec.selector': 0.7, 'servers[].tls': 0.5, 'tls.mode': 0.7, 'servers[].bind': 0.15, 'port.targetPort': 0.05 },
  words: {
    'spec.selector': { good: [], odd: [{}] },
    'selector{key}': LABEL_KEY,
    'selector{}': LABEL_VALUE,
    'servers[].hosts[]': {
      good: ['*', 'example.com', '*.example.com', './a.b', 'shop/*', '*/a.b', 'shop/a.b', '*/*'],
      odd: [...HOST.odd!, '~/a.b', '~/*', '/a', 'a/', 'Shop/a.b', 'a/b/c', './*', '././a', 'shop/a', 'reviews', 'a.b/c.d', '~', '10.0.0.1', 'shop/10.0.0.1', '*/*.a', '**/*', '*/', '~a/b.c', 'sh op/a.b', '::ffff:1.2.3.4', './a.9223372036854775807', './a.9223372036854775808'],
    },
    'port.number': PORT,
    'port.targetPort': { good: [0], odd: [80] },
    'port.protocol': PROTOCOL,
    'port.name': { good: PORT_NAME.good, odd: ['', 'A', 'a.b', ' '] },
    'bind': UNIX_OR_IP,
    'defaultEndpoint': { good: ['127.0.0.1:80'], odd: ['', 'a'] },
    'cipherSuites[]': CIPHERS,
    'credentialName': { good: ['cert'], odd: ['', 'kubernetes-gateway://a/b'] },
    'serverCertificate': { good: ['/etc/cert.pem'], odd: [''] },
    'privateKey': { good: ['/etc/key.pem'], odd: [''] },
    'caCertificates': { good: ['/etc/ca.pem'], odd: [''] },
    'caCrl': { good: ['/etc/crl.pem'], odd: [''] },
    'subjectAltNames[]': { good: ['a.b'], odd: [''] },
    'credentialNames[]': { good: ['a', 'b'], odd: [''] },
  },
  repairs: [servers],
};
