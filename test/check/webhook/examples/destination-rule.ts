import { examplesOf } from './example';

const rule = (more: object) => ({ host: 'reviews', ...more });
const policy = (trafficPolicy: object) => rule({ trafficPolicy });
const subset = (fields: object) => rule({ subsets: [{ name: 'v1', ...fields }] });
const port = (fields: object) => policy({ portLevelSettings: [{ port: { number: 80 }, ...fields }] });
const outlier = (outlierDetection: object) => policy({ outlierDetection });
const pool = (connectionPool: object) => policy({ connectionPool });
const balancer = (loadBalancer: object, more: object = {}) => policy({ loadBalancer, ...more });
const hash = (consistentHash: object) => balancer({ consistentHash });
const cookie = (fields: object) => hash({ httpCookie: { name: 'user', ...fields } });
const locality = (localityLbSetting: object) => balancer({ localityLbSetting }, { outlierDetection: {} });
const distribute = (to: object, from = 'a/*') => locality({ distribute: [{ from, to }] });
const from = (...localities: string[]) => locality({ distribute: localities.map((one) => ({ from: one, to: { z: 100 } })) });
const failover = (fields: object) => locality({ failover: [{ from: 'a', to: 'b', ...fields }] });
const zoneAware = (zoneAwareLbSetting: object) => balancer({ zoneAwareLbSetting }, { outlierDetection: {} });
const warmup = (fields: object) => balancer({ warmup: { duration: '10s', ...fields } });
const tls = (fields: object) => policy({ tls: fields });
const tunnel = (fields: object) => policy({ tunnel: { targetHost: 'db.example.com', targetPort: 443, ...fields } });
const annotated = (name: string) => ({ annotations: { [name]: 'a' } });

const AT = 'spec.trafficPolicy';
const LB = `${AT}.loadBalancer`;
const LOCALITY = `${LB}.localityLbSetting`;
const FILES = { clientCertificate: '/cert', privateKey: '/key' };
const SELECTED = { workloadSelector: { matchLabels: { app: 'a' } } };

export const DESTINATION_RULES = examplesOf('DestinationRule', {
  accepted: [
    ['only a host', rule({})],
    ['a wildcard', rule({ host: '*.example.com' })],
    ['every host', rule({ host: '*' })],
    ['subsets', rule({ subsets: [{ name: 'v1', labels: { version: 'v1' } }, { name: 'V2', labels: { 'example.com/tier': '' } }] })],
    ['a policy of a subset', subset({ trafficPolicy: { loadBalancer: {} } })],
    ['a deprecated field in a subset, of which Istio does not warn', subset({ trafficPolicy: { outlierDetection: { consecutiveErrors: 5 } } })],
    ['a deprecated field for a port, of which Istio does not warn', port({ outlierDetection: { consecutiveErrors: 5 } })],
    ['only a retry budget', policy({ retryBudget: { budgetInterval: '0s' } })],
    ['only a proxy protocol', policy({ proxyProtocol: {} })],
    ['settings of a port, whatever its number', policy({ portLevelSettings: [{ port: {}, tls: {} }] })],
    ['the own namespace for some workloads', rule({ ...SELECTED, exportTo: ['.'] })],
    ['an empty exportTo for some workloads', rule({ ...SELECTED, exportTo: [] })],
    ['outlier detection', outlier({ consecutive5xxErrors: 5, interval: '10s', baseEjectionTime: '1m', maxEjectionPercent: 100, minHealthPercent: 0 })],
    ['failures of connections counted apart', outlier({ consecutiveLocalOriginFailures: 5, splitExternalLocalOriginErrors: true })],
    ['failures of connections not counted', outlier({ consecutiveLocalOriginFailures: 0 })],
    ['a connection pool', pool({ tcp: { maxConnections: 1, connectTimeout: '1s', tcpKeepalive: { time: '1s', interval: '1s' } }, http: { http2MaxRequests: 0 } })],
    ['no idle timeout', pool({ tcp: { idleTimeout: '0s' } })],
    ['an idle timeout below a millisecond, which is none', pool({ tcp: { idleTimeout: '-0.5ms' } })],
    ['no limit of connections, which is the default', pool({ tcp: { maxConnections: 0 } })],
    ['an upgrade to HTTP/2', pool({ http: { h2UpgradePolicy: 'UPGRADE' } })],
    ['the protocol of the client', pool({ http: { useClientProtocol: true } })],
    ['keep-alives', pool({ http: { http2KeepAlive: { interval: '30s', timeout: '5s' } } })],
    ['a simple load balancer', balancer({ simple: 'LEAST_CONN' })],
    ['a hash of a cookie', cookie({ ttl: '0s', attributes: [{ name: 'SameSite', value: 'Strict' }, { name: 'samesite' }] })],
    ['a ring', hash({ useSourceIp: true, ringHash: { minimumRingSize: 0 } })],
    ['a table of 1', hash({ maglev: { tableSize: 1 } })],
    ['the largest table', hash({ maglev: { tableSize: 4_999_999 } })],
    ['a table of 65537', hash({ maglev: { tableSize: 65_537 } })],
    ['shares of localities', distribute({ 'a/b': 80, 'c/*': 20 })],
    ['a share of 1', distribute({ a: 1, b: 99 })],
    ['two subzones', from('a/b/c', 'a/b/d')],
    ['shares from several localities', from('a/b/*', 'a/c', 'd')],
    ['a wildcard after what it covers', from('a/b', 'a/*')],
    ['everything after a part', from('a', '*')],
    ['localities without failover, and without outlier detection', balancer({ localityLbSetting: {} })],
    ['failover', failover({})],
    ['failover by labels', locality({ failoverPriority: ['topology.kubernetes.io/region', 'app'] })],
    ['failover by region, then by labels', locality({ failover: [{ from: 'a', to: 'b' }], failoverPriority: ['app'] })],
    ['load balancing by zones', zoneAware({ failover: [{ from: 'a', to: 'b' }], failoverPriority: ['app'], minClusterSize: 1 })],
    ['a warm-up', warmup({ aggression: 1, minimumPercent: 100 })],
    ['a warm-up with nulls', warmup({ aggression: null, minimumPercent: null })],
    ['TLS', tls({ mode: 'SIMPLE', credentialName: 'cert', subjectAltNames: ['a'] })],
    ['TLS with files', tls({ mode: 'MUTUAL', ...FILES, caCertificates: '/ca' })],
    ['TLS with a ConfigMap', tls({ mode: 'SIMPLE', credentialName: 'configmap://shop/ca' })],
    ['TLS that verifies nothing', tls({ mode: 'SIMPLE', insecureSkipVerify: true, subjectAltNames: [] })],
    ['mutual TLS that verifies nothing, with a Secret', tls({ mode: 'MUTUAL', insecureSkipVerify: true, credentialName: 'cert' })],
    ['files for TLS of Istio, which it does not look at', tls({ mode: 'ISTIO_MUTUAL', insecureSkipVerify: true, caCertificates: '/ca', credentialName: 'cert' })],
    ['TLS that may verify', tls({ mode: 'SIMPLE', insecureSkipVerify: null, caCertificates: '/ca' })],
    ['a tunnel', tunnel({ protocol: 'POST' })],
    ['a tunnel to an address', tunnel({ targetHost: '2001:db8::1' })],
  ],
  warned: [
    ['consecutiveErrors', outlier({ consecutiveErrors: 5 }), `${AT}.outlierDetection.consecutiveErrors`],
    ['the old size of a ring', hash({ minimumRingSize: 1024 }), `${LB}.consistentHash.minimumRingSize`],
    ['failover without outlier detection', balancer({ localityLbSetting: { failover: [{ from: 'a', to: 'b' }] } }), LOCALITY],
    ['failover by labels without outlier detection', balancer({ localityLbSetting: { failoverPriority: ['app'] } }), LOCALITY],
    ['failover of zones without outlier detection', balancer({ zoneAwareLbSetting: { failoverPriority: ['app'] } }), `${LB}.zoneAwareLbSetting`],
    ['a selector without labels', rule({ workloadSelector: {} }), 'spec.workloadSelector'],
    ['a selector with no labels', rule({ workloadSelector: { matchLabels: {} } }), 'spec.workloadSelector'],
  ],
  refused: [
    ['an empty host', rule({ host: '' }), 'spec.host'],
    ['a host with a port', rule({ host: 'reviews:80' }), 'spec.host'],
    ['an address', rule({ host: '10.0.0.1' }), 'spec.host'],
    ['an annotation for dry runs', rule({}), 'metadata.annotations[istio.io/dry-run]', annotated('istio.io/dry-run')],
    ['an annotation that Istio keeps for itself', rule({}), 'metadata.annotations[internal.istio.io/parents]', annotated('internal.istio.io/parents')],

    ['a subset twice', rule({ subsets: [{ name: 'v1' }, { name: 'v1' }] }), 'spec.subsets[1].name'],
    ['a subset with a dot', rule({ subsets: [{ name: 'v1.0' }] }), 'spec.subsets[0].name'],
    ['a subset without name', rule({ subsets: [{ name: '' }] }), 'spec.subsets[0].name'],
    ['a label with a wildcard', subset({ labels: { version: 'v*' } }), 'spec.subsets[0].labels[version]'],
    ['a label with two prefixes', subset({ labels: { 'a/b/c': '' } }), 'spec.subsets[0].labels[a/b/c]'],
    ['an empty policy of a subset', subset({ trafficPolicy: {} }), 'spec.subsets[0].trafficPolicy'],

    ['nobody', rule({ exportTo: ['~'] }), 'spec.exportTo[0]'],
    ['another namespace for some workloads', rule({ ...SELECTED, exportTo: ['other'] }), 'spec.exportTo'],
    ['a second namespace for some workloads', rule({ ...SELECTED, exportTo: ['.', 'other'] }), 'spec.exportTo'],
    ['nobody for some workloads', rule({ ...SELECTED, exportTo: ['~'] }), 'spec.exportTo[0]'],
    ['every namespace for some workloads', rule({ ...SELECTED, exportTo: ['*'] }), 'spec.exportTo'],

    ['an empty policy', policy({}), AT],
    ['no port', policy({ portLevelSettings: [] }), AT],
    ['a tunnel and a proxy protocol', policy({ tunnel: { targetHost: 'a', targetPort: 1 }, proxyProtocol: {} }), AT],
    ['settings of no port', policy({ portLevelSettings: [{ tls: {} }] }), `${AT}.portLevelSettings[0].port`],
    ['no settings of a port', port({}), `${AT}.portLevelSettings[0]`],
    ['wrong settings of a port', port({ connectionPool: {} }), `${AT}.portLevelSettings[0].connectionPool`],
    ['an interval of a retry budget without unit', policy({ retryBudget: { budgetInterval: '10' } }), `${AT}.retryBudget.budgetInterval`],

    ['an interval of half milliseconds', outlier({ interval: '1.5ms' }), `${AT}.outlierDetection.interval`],
    ['an ejection of half milliseconds', outlier({ baseEjectionTime: '1.5ms' }), `${AT}.outlierDetection.baseEjectionTime`],
    ['more ejected than there are', outlier({ maxEjectionPercent: 101 }), `${AT}.outlierDetection.maxEjectionPercent`],
    ['fewer healthy than none', outlier({ minHealthPercent: -1 }), `${AT}.outlierDetection.minHealthPercent`],
    ['failures of connections that are not counted apart', outlier({ consecutiveLocalOriginFailures: 5 }), `${AT}.outlierDetection.consecutiveLocalOriginFailures`],

    ['an empty connection pool', pool({}), `${AT}.connectionPool`],
    ['fewer requests than none', pool({ http: { http1MaxPendingRequests: -1 } }), `${AT}.connectionPool.http.http1MaxPendingRequests`],
    ['fewer connections than none', pool({ tcp: { maxConnections: -1 } }), `${AT}.connectionPool.tcp.maxConnections`],
    ['an idle timeout of half milliseconds', pool({ http: { idleTimeout: '1.5ms' } }), `${AT}.connectionPool.http.idleTimeout`],
    ['half milliseconds to connect', pool({ tcp: { connectTimeout: '1.5ms' } }), `${AT}.connectionPool.tcp.connectTimeout`],
    ['connections of half milliseconds', pool({ tcp: { maxConnectionDuration: '1.5ms' } }), `${AT}.connectionPool.tcp.maxConnectionDuration`],
    ['a keep-alive after half milliseconds', pool({ tcp: { tcpKeepalive: { time: '1.5ms' } } }), `${AT}.connectionPool.tcp.tcpKeepalive.time`],
    ['a keep-alive every half milliseconds', pool({ tcp: { tcpKeepalive: { interval: '1.5ms' } } }), `${AT}.connectionPool.tcp.tcpKeepalive.interval`],
    ['a keep-alive of HTTP/2 every half milliseconds', pool({ http: { http2KeepAlive: { interval: '1.5ms', timeout: '1s' } } }),
      `${AT}.connectionPool.http.http2KeepAlive.interval`],
    ['a keep-alive without timeout', pool({ http: { http2KeepAlive: { interval: '1s' } } }), `${AT}.connectionPool.http.http2KeepAlive.timeout`],
    ['HTTP/2 and the protocol of the client', pool({ http: { h2UpgradePolicy: 'UPGRADE', useClientProtocol: true } }), `${AT}.connectionPool.http.useClientProtocol`],
    ['an idle timeout of a millisecond less than nothing', pool({ tcp: { idleTimeout: '-1ms' } }), `${AT}.connectionPool.tcp.idleTimeout`],
    ['an idle timeout of 1.5 milliseconds', pool({ tcp: { idleTimeout: '1.5ms' } }), `${AT}.connectionPool.tcp.idleTimeout`],
    ['an idle timeout of less than nothing', pool({ tcp: { idleTimeout: '-1s' } }), `${AT}.connectionPool.tcp.idleTimeout`],
    ['an idle timeout without unit', pool({ tcp: { idleTimeout: '' } }), `${AT}.connectionPool.tcp.idleTimeout`],

    ['a cookie without name', cookie({ name: '' }), `${LB}.consistentHash.httpCookie.name`],
    ['a lifetime of a cookie without unit', cookie({ ttl: '' }), `${LB}.consistentHash.httpCookie.ttl`],
    ['an attribute twice', cookie({ attributes: [{ name: 'a' }, { name: 'a' }] }), `${LB}.consistentHash.httpCookie.attributes[1].name`],
    ['an attribute without name', cookie({ attributes: [{ name: '' }] }), `${LB}.consistentHash.httpCookie.attributes[0].name`],
    ['an old size and an algorithm', hash({ minimumRingSize: 1, maglev: { tableSize: 3 } }), `${LB}.consistentHash.minimumRingSize`],
    ['an old size and a ring', hash({ minimumRingSize: 1, ringHash: {} }), `${LB}.consistentHash.minimumRingSize`],
    ['a table without size', hash({ maglev: {} }), `${LB}.consistentHash.maglev.tableSize`],
    ['a table of 4', hash({ maglev: { tableSize: 4 } }), `${LB}.consistentHash.maglev.tableSize`],
    ['a table of 9', hash({ maglev: { tableSize: 9 } }), `${LB}.consistentHash.maglev.tableSize`],
    ['a table of 25', hash({ maglev: { tableSize: 25 } }), `${LB}.consistentHash.maglev.tableSize`],
    ['a table that is too large, of prime size', hash({ maglev: { tableSize: 5_000_011 } }), `${LB}.consistentHash.maglev.tableSize`],

    ['localities and zones', balancer({ localityLbSetting: {}, zoneAwareLbSetting: {} }), `${LB}.zoneAwareLbSetting`],
    ['shares and failover', locality({ distribute: [{ from: 'a', to: { b: 100 } }], failover: [{ from: 'a', to: 'b' }] }), LOCALITY],
    ['failover by region and by a label of regions', locality({ failover: [{ from: 'a', to: 'b' }], failoverPriority: ['app', 'topology.istio.io/subzone'] }),
      `${LOCALITY}.failoverPriority[1]`],
    ['failover by region and first by a label of regions', locality({ failover: [{ from: 'a', to: 'b' }], failoverPriority: ['topology.kubernetes.io/region'] }),
      `${LOCALITY}.failoverPriority[0]`],
    ['shares of 99', distribute({ a: 99 }), `${LOCALITY}.distribute[0].to`],
    ['no shares', locality({ distribute: [{ from: 'a' }] }), `${LOCALITY}.distribute[0].to`],
    ['a share of 0', distribute({ a: 0, b: 100 }), `${LOCALITY}.distribute[0].to[a]`],
    ['a share of 101', distribute({ a: 101 }), `${LOCALITY}.distribute[0].to[a]`],
    ['a zone beside its region', distribute({ 'a': 50, 'a/b': 50 }), `${LOCALITY}.distribute[0].to`],
    ['a locality without zone', distribute({ 'a/': 100 }), `${LOCALITY}.distribute[0].to`],
    ['a locality without subzone', distribute({ 'a/b/': 100 }), `${LOCALITY}.distribute[0].to`],
    ['a wildcard within a locality', distribute({ '*/a': 100 }), `${LOCALITY}.distribute[0].to`],
    ['a locality from nowhere', distribute({ a: 100 }, ''), `${LOCALITY}.distribute`],
    ['a locality twice', from('a/b/c', 'a/b/c'), `${LOCALITY}.distribute`],
    ['a subzone after its zone', from('a/b', 'a/b/c'), `${LOCALITY}.distribute`],
    ['a zone after its subzone', from('a/b/c', 'a/b'), `${LOCALITY}.distribute`],
    ['a region after its zone', from('a/b', 'a'), `${LOCALITY}.distribute`],
    ['a subzone after all zones', from('a/*', 'a/b/c'), `${LOCALITY}.distribute`],
    ['a subzone after all subzones', from('a/b/*', 'a/b/c'), `${LOCALITY}.distribute`],
    ['a region after everything', from('*', 'a'), `${LOCALITY}.distribute`],
    ['two wildcards within localities', from('*/a', '*/b'), `${LOCALITY}.distribute`],
    ['two localities from nowhere', from('', ''), `${LOCALITY}.distribute`],
    ['two regions after everything', from('*', 'a', 'b'), `${LOCALITY}.distribute`],
    ['failover to the same region', failover({ to: 'a' }), `${LOCALITY}.failover[0]`],
    ['failover to a zone', failover({ to: 'b/c' }), `${LOCALITY}.failover[0].to`],
    ['failover from any region', failover({ from: '*' }), `${LOCALITY}.failover[0].from`],
    ['zones ordered twice', zoneAware({ failoverPriority: ['topology.kubernetes.io/zone'] }), `${LB}.zoneAwareLbSetting.failoverPriority[0]`],
    ['zones failing over to a zone', zoneAware({ failover: [{ from: 'a', to: 'b/c' }] }), `${LB}.zoneAwareLbSetting.failover[0].to`],

    ['a warm-up of half milliseconds', warmup({ duration: '1.5ms' }), `${LB}.warmup.duration`],
    ['a warm-up without aggression', warmup({ aggression: 0 }), `${LB}.warmup.aggression`],

    ['mutual TLS without key', tls({ mode: 'MUTUAL', clientCertificate: '/cert' }), `${AT}.tls.privateKey`],
    ['mutual TLS without certificate', tls({ mode: 'MUTUAL', privateKey: '/key' }), `${AT}.tls.clientCertificate`],
    ['a Secret and a file', tls({ mode: 'SIMPLE', credentialName: 'cert', caCertificates: '/ca' }), `${AT}.tls.caCertificates`],
    ['a Secret and revoked certificates in a file', tls({ mode: 'MUTUAL', credentialName: 'cert', caCrl: '/crl' }), `${AT}.tls.caCrl`],
    ['a ConfigMap of another namespace', tls({ mode: 'SIMPLE', credentialName: 'configmap://other/ca' }), `${AT}.tls.credentialName`],
    ['a ConfigMap without namespace', tls({ mode: 'DISABLE', credentialName: 'configmap://ca' }), `${AT}.tls.credentialName`],
    ['a ConfigMap without name', tls({ credentialName: 'configmap://shop/' }), `${AT}.tls.credentialName`],
    ['names that are not verified', tls({ mode: 'SIMPLE', insecureSkipVerify: true, subjectAltNames: ['a'] }), `${AT}.tls.subjectAltNames`],
    ['an authority that verifies nothing', tls({ mode: 'MUTUAL', ...FILES, insecureSkipVerify: true, caCertificates: '/ca' }), `${AT}.tls.caCertificates`],
    ['a Secret that verifies nothing', tls({ mode: 'SIMPLE', insecureSkipVerify: true, credentialName: 'cert' }), `${AT}.tls.credentialName`],

    ['a tunnel by another protocol', tunnel({ protocol: 'connect' }), `${AT}.tunnel.protocol`],
    ['a tunnel to a wildcard', tunnel({ targetHost: '*.example.com' }), `${AT}.tunnel.targetHost`],
    ['a tunnel to port 0', tunnel({ targetPort: 0 }), `${AT}.tunnel.targetPort`],
  ],
});
