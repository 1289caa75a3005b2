import { SELECTION, selectSomething } from './common';
import { certify, CIPHERS, UNIX_OR_IP } from './gateway';
import { Dictionary, durations, FQDN, HOST, PORT, PORT_NAME, PROTOCOL, Repair } from './words';

const listeners: Repair = (spec, random) => {
  list(spec.egress).forEach((egress, at, all) => {
    if (at < all.length - 1) egress.port ??= { number: 80, protocol: 'HTTP' };
    if (egress.port) {
      if (!egress.port.number) egress.port.number = 80;
      egress.port.number += at;
      delete egress.port.targetPort;
      if (String(egress.bind).startsWith('unix')) {
        egress.port.number = 0;
        if (egress.captureMode === 'IPTABLES') delete egress.captureMode;
        if (at > 0) egress.bind = `unix:///run/${at}`;
      }
    }
    egress.hosts = list(egress.hosts).length === 0 ? ['*/*'] : [...new Set(list(egress.hosts))];
    if (egress.hosts.length > 1 && random.chance(0.7)) egress.hosts = egress.hosts.filter((host: any) => !String(host).endsWith('/*')).concat('istio-system/*');
  });
  list(spec.ingress).forEach((ingress, at) => {
    ingress.port ??= { number: 8080, protocol: 'HTTP' };
    ingress.port.number = (ingress.port.number || 8080) % 60000 + at;
    if (random.chance(0.9)) delete ingress.port.targetPort;
    if (String(ingress.bind).startsWith('unix')) delete ingress.bind;
    if (ingress.tls) {
      ingress.port.protocol = random.pick(['HTTPS', 'TLS']);
      if (['ISTIO_MUTUAL', 'AUTO_PASSTHROUGH', undefined].includes(ingress.tls.mode)) ingress.tls.mode = 'SIMPLE';
      certify(ingress.tls, (from) => random.pick(from));
      for (const field of ['credentialName', 'credentialNames', 'tlsCertificates', 'subjectAltNames', 'httpsRedirect', 'caCrl']) delete ingress.tls[field];
      if (ingress.tls.mode !== 'PASSTHROUGH') Object.assign(ingress.tls, { serverCertificate: '/a', privateKey: '/b', caCertificates: '/c' });
    }
    if (ingress.connectionPool?.http && random.chance(0.8)) ingress.port.protocol = 'HTTP';
  });
};

const rest: Repair = (spec) => {
  if (!spec.egress?.length && !spec.ingress?.length && !spec.outboundTrafficPolicy && !spec.inboundConnectionPool) spec.egress = [{ hosts: ['./*'] }];
  for (const pool of [spec.inboundConnectionPool, ...list(spec.ingress).map((ingress) => ingress.connectionPool)]) {
    if (!pool) continue;
    if (!pool.http && !pool.tcp) pool.tcp = {};
    if (pool.http?.h2UpgradePolicy === 'UPGRADE') delete pool.http.useClientProtocol;
    if (pool.http?.http2KeepAlive) Object.assign(pool.http.http2KeepAlive, { interval: '1s', timeout: '1s' });
  }
  const policy = spec.outboundTrafficPolicy;
  if (policy?.egressProxy) {
    policy.mode = 'ALLOW_ANY';
    policy.egressProxy.port ??= { number: 80 };
    policy.egressProxy.port.number ??= 80;
  }
};

function list(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}

export const sidecar: Dictionary = {
  calm: 0.35,
  presence: { 'spec.egress': 0.7, 'spec.ingress': 0.5, 'spec.workloadSelector': 0.4, 'egress[].port': 0.5, 'port.number': 0.9, 'port.protocol': 0.9, 'port.targetPort': 0.05, 'ingress[].tls': 0.25, 'egress[].bind': 0.3 },
  words: {
    ...SELECTION,
    'egress[].hosts[]': {
      good: ['*/*', './*', 'istio-system/*', 'shop/a.b', './reviews.shop.svc.cluster.local', '~/*', '*/a.b', '*/*.example.com', './x.y'],
      odd: [...HOST.odd!, 'reviews', 'a.b', '~/a.b', '~', '*', 'shop/', '/a', 'Shop/a.b', 'a/b/c', 'shop/a', 'shop/*.b', '~x/*', './', 'shop/10.0.0.1', '~/', 'a.b/c', '~./*', '~*/*', '~~/*', '~a_b/*', '*/::1', './a.9223372036854775807', './a.9223372036854775808', './*a.b'],
    },
    'bind': UNIX_OR_IP,
    'port.number': PORT,
    'port.targetPort': { good: [0], odd: [80] },
    'port.protocol': PROTOCOL,
    'port.name': PORT_NAME,
    'defaultEndpoint': {
      good: ['127.0.0.1:80', ':80', '[::1]:80', '0.0.0.0:8080', 'unix:///run/a', '[::]:1', 'unix://@a'],
      odd: ['', '127.0.0.1', '127.0.0.1:', '127.0.0.1:0', '127.0.0.1:65536', '10.0.0.1:80', '::1:80', 'a:80', 'unix://', 'unix:///a/', ':', '127.0.0.1:a', '[::1]', '[::1]80', '127.0.0.1:080', '127.0.0.1:+80', '[127.0.0.1]:80', ':80:80', '[::1]:', 'unix://a', '127.0.0.1:-1', '[]:80', '[:80', '127.0.0.1:8_0', '[', ']:80', '[::1]:[80', '[[::1]]:80', '[::1]:80:80', ':99999999999999999999', ': 80', ':80 ', ':\uff18\uff10', 'unix:80', '127.0.0.1]:80'],
    },
    'egressProxy.host': FQDN,
    'egressProxy.subset': { good: ['v1'], odd: ['', 'V1'] },
    'cipherSuites[]': CIPHERS,
    'serverCertificate': { good: ['/a'], odd: [''] },
    'privateKey': { good: ['/a'], odd: [''] },
    'caCertificates': { good: ['/a'], odd: [''] },
    'caCrl': { good: ['/a'], odd: [''] },
    'credentialName': { good: ['a'], odd: [''] },
    'connectTimeout': durations(),
    'idleTimeout': durations(),
    'maxConnectionDuration': durations(),
    'tcpKeepalive.time': durations(),
    'interval': durations(),
    'http2KeepAlive.timeout': durations(),
  },
  repairs: [listeners, rest, selectSomething],
};
