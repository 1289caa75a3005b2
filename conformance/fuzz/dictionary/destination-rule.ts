import { SELECTION, selectSomething } from './common';
import { Dictionary, durations, exportOnce, EXPORT_TO, FQDN, HOST, LABEL_KEY, LABEL_VALUE, PORT, Repair, Words } from './words';

const REGION: Words = { good: ['us-west', 'us-east', 'eu'], odd: ['', '*', 'us-west/z1', 'us-*', 'us/*', 'a/b/c'] };
const FROM: Words = { good: ['us-west/z1/*', 'us-west', 'us-east/z2/a', 'eu/*'], odd: ['', '*', 'a/*/b', 'us-*', 'a/b/c/d', '/a', 'a//b', '*/a', 'us-west/*', 'us-west/z1', 'a/', 'us-west/z1/x'] };
const PRIORITY: Words = { good: ['topology.istio.io/network', 'app', 'a=b'], odd: ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone', '', '=', 'a=', '=b', 'a=b=c', 'topology.kubernetes.io/region=a'] };
const TABLE_SIZES = [3, 9, 25, 49, 65537, 5000009, 4999963, 24964027, 4, 1, 0, 2, 121, 169];

/** All traffic policies: of the rule, of subsets, of ports. */
function policies(spec: any): any[] {
  const own = [spec.trafficPolicy, ...list(spec.subsets).map((subset) => subset?.trafficPolicy)].filter(Boolean);
  return [...own, ...own.flatMap((policy) => list(policy.portLevelSettings))].filter(Boolean);
}

const LOCALITIES = ['us-west', 'us-west/*', 'us-west/z1', 'us-west/z1/*', 'us-west/z1/a', 'us-west/z2', 'us-west/z1/b', 'us-east', 'us-east/*', '*', 'eu/*/a', 'eu//a', 'eu/', 'us-*', 'a/b/c/d', ''];

/** Shares that add up, between localities that may lie within each other. */
const distribute: Repair = (spec, random) => {
  for (const policy of policies(spec)) {
    const balancer = policy.loadBalancer;
    if (!balancer || !random.chance(0.1)) continue;
    const from = random.chance(0.8) ? LOCALITIES.slice(0, 9) : LOCALITIES;
    balancer.localityLbSetting = {
      distribute: Array.from({ length: 1 + random.below(2) }, () => {
        const to = [...new Set(Array.from({ length: 1 + random.below(3) }, () => random.pick(from)))];
        const shares = random.chance(0.9) ? [[100], [40, 60], [20, 30, 50]][to.length - 1] : to.map(() => random.pick([0, 1, 50, 99, 101]));
        return { from: random.pick(from), to: Object.fromEntries(to.map((locality, at) => [locality, shares[at]])) };
      }),
    };
    delete balancer.zoneAwareLbSetting;
  }
};

const balance: Repair = (spec, random) => {
  for (const policy of policies(spec)) {
    const balancer = policy.loadBalancer;
    if (!balancer) continue;
    if (balancer.localityLbSetting && balancer.zoneAwareLbSetting) delete balancer[random.pick(['localityLbSetting', 'zoneAwareLbSetting'])];
    const locality = balancer.localityLbSetting;
    if (locality) {
      if (locality.distribute && (locality.failover || locality.failoverPriority)) delete locality.distribute;
      for (const item of list(locality.distribute)) {
        const places = Object.keys(item.to ?? {}).slice(0, 2);
        if (places.length === 1) item.to = { [places[0]]: 100 };
        if (places.length === 2) item.to = { [places[0]]: 30, [places[1]]: 70 };
        item.from ??= 'us-west';
      }
      if (list(locality.distribute).length > 1) locality.distribute.forEach((item: any, at: number) => { item.from = `region-${at}/*`; });
    }
    for (const setting of [locality, balancer.zoneAwareLbSetting]) {
      for (const failover of list(setting?.failover)) {
        failover.from ??= 'us-west';
        if (failover.to === undefined || failover.to === failover.from) failover.to = 'asia';
      }
      if (list(setting?.failover).length > 0) setting.failoverPriority &&= list(setting.failoverPriority).filter((label) => !String(label).startsWith('topology.kubernetes'));
      if (setting && (list(setting.failover).length > 0 || list(setting.failoverPriority).length > 0) && random.chance(0.9)) policy.outlierDetection ??= { interval: '1s' };
    }
    const hash = balancer.consistentHash;
    if (hash && random.chance(0.15)) hash.maglev = { tableSize: random.pick(TABLE_SIZES) };
    if (hash?.maglev && !hash.maglev.tableSize) hash.maglev.tableSize = 65537;
    if (hash && (hash.minimumRingSize && random.chance(0.9))) delete hash.minimumRingSize;
    const attributes = list(hash?.httpCookie?.attributes);
    attributes.forEach((attribute, at) => { if (at > 0) attribute.name = `a${at}`; });
    if (balancer.warmup && !balancer.warmup.aggression) delete balancer.warmup.aggression;
  }
};

const pools: Repair = (spec) => {
  for (const policy of policies(spec)) {
    const pool = policy.connectionPool;
    if (pool && !pool.http && !pool.tcp) pool.tcp = { maxConnections: 1 };
    if (pool?.http?.h2UpgradePolicy === 'UPGRADE') delete pool.http.useClientProtocol;
    if (pool?.http?.http2KeepAlive) {
      pool.http.http2KeepAlive.interval ??= '1s';
      pool.http.http2KeepAlive.timeout ??= '1s';
    }
    const detection = policy.outlierDetection;
    if (detection?.consecutiveLocalOriginFailures) detection.splitExternalLocalOriginErrors = true;
    if (detection) delete detection.consecutiveErrors;
  }
};

const tls: Repair = (spec) => {
  for (const policy of policies(spec)) {
    const settings = policy.tls;
    if (!settings) continue;
    if (settings.insecureSkipVerify) for (const field of ['caCertificates', 'subjectAltNames']) delete settings[field];
    if (settings.credentialName && settings.insecureSkipVerify) delete settings.credentialName;
    if (settings.credentialName) {for (const field of ['clientCertificate', 'privateKey', 'caCertificates', 'caCrl']) delete settings[field];} else if (settings.mode === 'MUTUAL') {
      settings.clientCertificate ||= '/etc/cert.pem';
      settings.privateKey ||= '/etc/key.pem';
    }
  }
};

const shape: Repair = (spec, random, object) => {
  list(spec.subsets).forEach((subset, at) => { if (at > 0) subset.name = `v${at}-x`; });
  for (const policy of [spec.trafficPolicy, ...list(spec.subsets).map((subset) => subset?.trafficPolicy)].filter(Boolean)) {
    if (policy.tunnel) delete policy.proxyProtocol;
    if (Object.keys(policy).length === 0) policy.loadBalancer = { simple: 'RANDOM' };
    for (const port of list(policy.portLevelSettings)) {
      port.port ??= { number: 80 };
      if (Object.keys(port).length === 1) port.loadBalancer = { simple: 'RANDOM' };
    }
  }
  if (spec.workloadSelector && spec.exportTo) spec.exportTo = [random.pick(['.', object.metadata?.namespace ?? 'default'])];
};

function list(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}

export const destinationRule: Dictionary = {
  calm: 0.2,
  presence: { 'spec.trafficPolicy': 0.6, 'spec.subsets': 0.4, 'subsets[].trafficPolicy': 0.3, 'trafficPolicy.loadBalancer': 0.45, 'loadBalancer.localityLbSetting': 0.3, 'trafficPolicy.portLevelSettings': 0.2, 'tls.mode': 0.8, 'port.number': 0.95, 'portLevelSettings[].port': 0.9, 'outlierDetection.consecutiveErrors': 0.1 },
  words: {
    ...SELECTION,
    'spec.host': HOST,
    'exportTo[]': EXPORT_TO,
    'subsets[].name': { good: ['v1', 'a-b'], odd: ['', 'V1', 'a.b', 'v1-x', 'a'.repeat(64), '*'] },
    'subsets[].labels{key}': LABEL_KEY,
    'subsets[].labels{}': LABEL_VALUE,
    'budgetInterval': durations(),
    'ttl': durations(),
    'port.number': PORT,
    'from': REGION,
    'to': REGION,
    'distribute[].from': FROM,
    'distribute[].to{key}': { good: ['us-west/z1/*', 'us-west/*', 'us-east', 'eu/*'], odd: FROM.odd },
    'distribute[].to{}': { good: [100, 50], odd: [0, 1, 99, 101, 4294967295, 30, 70] },
    'failoverPriority[]': PRIORITY,
    'maglev.tableSize': { good: [65537, 3, 2, 5], odd: [0, 1, 4, 9, 65536, 5000011, 5000009, 4999999, 5000010, 4999963, 25, 49, 9007199254740993] },
    'minimumRingSize': { good: [1024], odd: [0, 1, 9007199254740991, 9223372036854775807] },
    'connectTimeout': durations(),
    'idleTimeout': durations(),
    'maxConnectionDuration': durations(),
    'tcpKeepalive.time': durations(),
    'interval': durations(),
    'http2KeepAlive.timeout': durations(),
    'warmup.duration': durations(),
    'warmup.aggression': { good: [1, 0.5, 2], odd: [0, -1, 1e-9] },
    'minimumPercent': { good: [0, 50, 100], odd: [100.5, -1, 101] },
    'warmupDurationSecs': durations(),
    'baseEjectionTime': durations(),
    'maxEjectionPercent': { good: [0, 50, 100], odd: [-1, 101] },
    'minHealthPercent': { good: [0, 50, 100], odd: [-1, 101] },
    'consecutiveErrors': { good: [0, 1], odd: [-1, 5] },
    'outlierDetectionHttpErrorCodes[]': { good: [500, 503, 100, 599], odd: [99, 600, 0, 200] },
    'retryBudget.percent': { good: [0, 20, 100], odd: [-0.1, 100.1] },
    'credentialName': { good: ['cred'], odd: ['', 'configmap://', 'configmap://a', 'configmap://shop/a', 'configmap://default/a', 'configmap://a/b/c', 'configmap:///a', 'sds://a', 'kubernetes://a', 'configmap://shop/', 'configmap://istio-system/a'] },
    'tunnel.protocol': { good: ['CONNECT', 'POST'], odd: ['', 'GET', 'connect'] },
    'tunnel.targetHost': { good: [...FQDN.good, '10.0.0.1', '::1'], odd: FQDN.odd },
    'tunnel.targetPort': PORT,
    'sni': { good: ['a.b'], odd: ['', '*', 'a b'] },
    'subjectAltNames[]': { good: ['spiffe://a/b', 'a.b'], odd: ['', '*'] },
    'attributes[].name': { good: ['SameSite', 'a'], odd: [''] },
    'httpCookie.name': { good: ['user', 'a'], odd: ['', 'a b', 'a;b'] },
    'httpCookie.path': { good: ['/'], odd: ['', 'a', '/;'] },
    'httpHeaderName': { good: ['x-user'], odd: ['', 'a b', ':path'] },
  },
  repairs: [exportOnce, balance, distribute, pools, tls, shape, selectSomething],
};
