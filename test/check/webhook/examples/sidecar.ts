import { examplesOf } from './example';

const ALL = ['*/*'];
const egress = (...listeners: object[]) => ({ egress: listeners.map(listener => ({ hosts: ALL, ...listener })) });
const hosts = (...names: string[]) => egress({ hosts: names });
const ingress = (...listeners: object[]) => ({ ingress: listeners.map((listener, i) => ({ port: { number: 80 + i, protocol: 'HTTP' }, ...listener })) });
const endpoint = (defaultEndpoint: string) => ingress({ defaultEndpoint });
const FILES = { serverCertificate: '/etc/cert.pem', privateKey: '/etc/key.pem' };
const tls = (fields: object) => ingress({ port: { number: 443, protocol: 'HTTPS' }, tls: { mode: 'SIMPLE', ...FILES, ...fields } });
const proxy = (fields: object, mode = 'ALLOW_ANY') => ({ outboundTrafficPolicy: { mode, egressProxy: { host: 'egress.istio-system.svc.cluster.local', ...fields } } });
const PORT = { number: 80 };
const IN = 'spec.ingress[0]';
const OUT = 'spec.egress[0]';
const PROXY = 'spec.outboundTrafficPolicy.egressProxy';

export const SIDECARS = examplesOf('Sidecar', {
  accepted: [
    ['every service', hosts('*/*')],
    ['services by namespace and name', hosts('./*', 'other/reviews.other.svc.cluster.local', '*/*.example.com')],
    ['nothing', hosts('~/*')],
    ['a namespace left out', hosts('*/*', '~other/*', '~./*', '~*/*')],
    ['listeners of different ports, the rest last', egress({ port: PORT }, { port: { number: 81 } }, {})],
    ['a port without name and protocol', egress({ port: PORT })],
    ['a bind address', egress({ port: PORT, bind: '127.0.0.1' })],
    ['a socket', egress({ port: { number: 0, protocol: 'HTTP', name: 'a' }, bind: 'unix:///run/out.sock', captureMode: 'NONE' })],
    ['two sockets', egress({ port: {}, bind: 'unix://@a' }, { port: {}, bind: 'unix://@b' })],
    ['only a policy for unknown traffic', { outboundTrafficPolicy: {} }],
    ['an egress proxy', proxy({ port: { number: 443 }, subset: 'v1' })],
    ['only a connection pool', { inboundConnectionPool: { tcp: { maxConnections: 10, idleTimeout: '0s' } } }],
    ['ingress listeners', ingress({ bind: '0.0.0.0', port: { number: 80, name: 'http' } }, { defaultEndpoint: '127.0.0.1:8080' })],
    ['endpoints of the application in every form', ingress(...['127.0.0.1:1', '0.0.0.0:1', '[::1]:1', '[::]:65535', ':1', ':+080', 'unix:///a', 'unix://@a', '', '[127.0.0.1]:1'].map(
      defaultEndpoint => ({ defaultEndpoint })))],
    ['TLS with files', tls({})],
    ['TLS passing through', tls({ mode: 'PASSTHROUGH', serverCertificate: '', privateKey: '' })],
    ['a connection pool of an HTTP port', ingress({ connectionPool: { http: { http2MaxRequests: 5 } } })],
    ['a connection pool for TCP of any port', ingress({ port: PORT, connectionPool: { tcp: { maxConnections: 5 } } })],
    ['a selector', { ...hosts('*/*'), workloadSelector: { labels: { app: 'reviews' } } }],
  ],
  warned: [
    ['an empty selector', { ...hosts('*/*'), workloadSelector: {} }, 'spec.workloadSelector'],
    ['a host twice', hosts('./a.com', './a.com'), `${OUT}.hosts[1]`],
    ['a host twice, the second time with the namespace by name', hosts('./a.com', 'shop/a.com'), `${OUT}.hosts[1]`],
    ['a host after all of its namespace', hosts('./*', './a.com'), `${OUT}.hosts[1]`],
    ['all of a namespace after one of its hosts', hosts('./a.com', './*'), `${OUT}.hosts[1]`],
    ['everything and more', hosts('*/*', './a.com'), `${OUT}.hosts`],
    ['settings for HTTP on a TCP port', ingress({ port: { number: 80, protocol: 'TCP' }, connectionPool: { http: {} } }), `${IN}.connectionPool.http`],
    ['settings for HTTP on a port without protocol', ingress({ port: PORT, connectionPool: { http: {} } }), `${IN}.connectionPool.http`],
    ['an unknown cipher suite', tls({ cipherSuites: ['X'] }), `${IN}.tls.cipherSuites[0]`],
  ],
  refused: [
    ['nothing', {}, 'spec'],
    ['only a selector', { workloadSelector: { labels: { a: 'b' } } }, 'spec'],
    ['empty lists', { egress: [], ingress: [] }, 'spec'],
    ['an annotation for dry runs', hosts('*/*'), 'metadata.annotations[istio.io/dry-run]', { annotations: { 'istio.io/dry-run': 'true' } }],
    ['a wildcard in a key of a selector', { ...hosts('*/*'), workloadSelector: { labels: { '*': 'a' } } }, 'spec.workloadSelector.labels[*]'],
    ['no host', hosts(), `${OUT}.hosts`],
    ['a host without namespace', hosts('reviews.shop.svc.cluster.local'), `${OUT}.hosts[0]`],
    ['a short name', hosts('./reviews'), `${OUT}.hosts[0]`],
    ['an empty namespace', hosts('/a.com'), `${OUT}.hosts[0]`],
    ['a namespace with an underscore', hosts('*/*', '~a_b/a.com'), `${OUT}.hosts[1]`],
    ['an address', hosts('./10.0.0.1'), `${OUT}.hosts[0]`],
    ['a partial wildcard', hosts('./*a.com'), `${OUT}.hosts[0]`],
    ['the rest not last', egress({}, { port: PORT }), OUT],
    ['a port twice', egress({ port: PORT, bind: '127.0.0.1' }, { port: PORT, bind: '127.0.0.2' }), 'spec.egress[1].port.number'],
    ['port 65536', egress({ port: { number: 65536 } }), `${OUT}.port.number`],
    ['port 0 without a socket', egress({ port: { number: 0 } }), `${OUT}.port.number`],
    ['port 0 on an address', egress({ port: {}, bind: '127.0.0.1' }), `${OUT}.port.number`],
    ['a socket with a port', egress({ port: PORT, bind: 'unix:///a' }), `${OUT}.bind`],
    ['a relative socket', egress({ port: {}, bind: 'unix://a' }), `${OUT}.bind`],
    ['a socket twice', egress({ port: {}, bind: 'unix:///a' }, { port: {}, bind: 'unix:///a' }), 'spec.egress[1].bind'],
    ['a socket captured by iptables', egress({ port: {}, bind: 'unix:///a', captureMode: 'IPTABLES' }), `${OUT}.captureMode`],
    ['a port name with a dot', egress({ port: { number: 80, name: 'a.b' } }), `${OUT}.port.name`],
    ['an unknown protocol', egress({ port: { number: 80, protocol: 'auto' } }), `${OUT}.port.protocol`],
    ['a targetPort of an egress port', egress({ port: { number: 80, targetPort: 1 } }), `${OUT}.port.targetPort`],
    ['an egress proxy in mode REGISTRY_ONLY', proxy({ host: '*' }, 'REGISTRY_ONLY'), PROXY],
    ['an egress proxy in no mode', { outboundTrafficPolicy: { egressProxy: { host: 'a.com', port: PORT } } }, PROXY],
    ['an egress proxy without port', proxy({}), `${PROXY}.port`],
    ['an egress proxy with an empty port', proxy({ port: {} }), `${PROXY}.port`],
    ['an egress proxy with port 65536', proxy({ port: { number: 65536 } }), `${PROXY}.port`],
    ['an egress proxy with a wildcard', proxy({ host: '*.example.com', port: PORT }), `${PROXY}.host`],
    ['an egress proxy with a bad subset', proxy({ port: PORT, subset: 'a.b' }), `${PROXY}.subset`],
    ['an empty connection pool', { inboundConnectionPool: {} }, 'spec.inboundConnectionPool'],
    ['a negative limit', { inboundConnectionPool: { tcp: { maxConnections: -1 } } }, 'spec.inboundConnectionPool.tcp.maxConnections'],
    ['an empty connection pool of a listener', ingress({}, { connectionPool: {} }), 'spec.ingress[1].connectionPool'],
    ['a port with a targetPort', ingress({ port: { number: 80, targetPort: 8080 } }), `${IN}.port.targetPort`],
    ['a port without number', ingress({ port: {} }), `${IN}.port.number`],
    ['port 65536 of an ingress listener', ingress({ port: { number: 65536 } }), `${IN}.port.number`],
    ['an ingress port twice', ingress({ port: PORT }, { port: PORT }), 'spec.ingress[1].port.number'],
    ['a socket for an ingress listener', ingress({ bind: 'unix:///a' }), `${IN}.bind`],
    ...['80', '127.0.0.1', '127.0.0.1:', '127.0.0.1:0', ':65536', ':99999999999999999999', '10.0.0.1:80', 'localhost:80', '::1:80', '[::1]', '[::1]80', '[::1]:80:80', '[',
      ']:80', '[::1]:[80', ':-80', ':8_0', ': 80', 'unix://', 'unix://a', 'unix:///a/'].map(
      text => [`the endpoint ${text}`, endpoint(text), `${IN}.defaultEndpoint`] as const),
    ['TLS on an HTTP port', ingress({ tls: { mode: 'SIMPLE', ...FILES } }), `${IN}.tls`],
    ['a certificate of a secret', tls({ serverCertificate: '', credentialName: 'cert' }), `${IN}.tls.credentialName`],
    ['certificates of secrets', tls({ serverCertificate: '', credentialNames: ['cert'] }), `${IN}.tls.credentialNames`],
    ['a list of certificates', tls({ serverCertificate: '', tlsCertificates: [FILES] }), `${IN}.tls.tlsCertificates`],
    ['names of clients', tls({ subjectAltNames: ['spiffe://a'] }), `${IN}.tls.subjectAltNames`],
    ['a redirect', tls({ httpsRedirect: true }), `${IN}.tls.httpsRedirect`],
    ['ISTIO_MUTUAL', tls({ mode: 'ISTIO_MUTUAL', serverCertificate: '', privateKey: '' }), `${IN}.tls.mode`],
    ['AUTO_PASSTHROUGH', tls({ mode: 'AUTO_PASSTHROUGH', serverCertificate: '', privateKey: '' }), `${IN}.tls.mode`],
    ['SIMPLE without key', tls({ privateKey: '' }), `${IN}.tls.privateKey`],
  ],
});
