import { attachToKnownKinds, SELECTION, selectSomething } from './common';
import { CIDR, Dictionary, HOST, NAMESPACE, PATH, Repair, SPIFFE, Words } from './words';

const KEYS: Words = {
  good: ['request.headers[x-a]', 'source.ip', 'remote.ip', 'source.namespace', 'source.principal', 'request.auth.principal', 'request.auth.audiences', 'request.auth.presenter', 'request.auth.claims[sub]', 'destination.ip', 'destination.port', 'connection.sni', 'experimental.envoy.filters.a.b[c]', 'source.serviceAccount', 'source.trustDomain'],
  odd: ['', 'request.headers', 'request.headers[]', 'request.headers[', 'request.headersx', 'source.labels', 'request.auth.claims[a][b]', 'request.auth.claims', 'request.auth.x', 'a', 'source.ip ', 'Source.ip', 'experimental.envoy.filters.', 'experimental.a', 'destination.labels', 'source.user', 'request.headers[a b]', 'request.headers[:method]', 'experimental.envoy.filters.x', 'request.auth.claims[]', 'destination.name', 'destination.namespace'],
};
const SEVENTEEN = Array.from({ length: 17 }, (_, at) => `shop/a${at}`);
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  ip: ['10.0.0.1', '10.0.0.0/8', '::1'], port: ['80', '65535'], serviceAccount: ['a', 'shop/a'], trustDomain: ['cluster.local', 'a.b'],
};
const ACCOUNT: Words = { good: ['a', 'shop/a', 'shop/a-b'], odd: ['', '*', 'a/b/c', 'shop/', '/a', 'shop/*', 'a b', 'A', 'cluster.local/ns/shop/sa/a', '*/a', 'a.b', 'a*', `shop/${'ä'.repeat(160)}`] };
const NAMESPACES: Words = { good: NAMESPACE.good, odd: [...NAMESPACE.odd!, 'shop*', '*shop', '**'] };
const TRUST: Words = { good: ['cluster.local', '*', 'a.b', 'td*', '*.b'], odd: ['', 'a/b', 'a*b', ' ', 'A', '**', '*a*'] };
const PORTS: Words = { good: ['80', '65535', '1'], odd: ['0', '65536', 'a', '', '*', '080', '+80', '-1', '80.0', ' 80', '1e2', '8_0', '0x50'] };

const nonEmpty: Repair = (spec, random) => {
  const action = spec.action ?? 'ALLOW';
  if (action === 'CUSTOM') {
    spec.provider = { name: spec.provider?.name || 'a' };
    if (!spec.rules?.length) spec.rules = [{}];
  } else {delete spec.provider;}
  if (action === 'DENY' && !spec.rules?.length) spec.rules = [{}];
  for (const rule of list(spec.rules)) {
    if (!rule) continue;
    for (const part of ['from', 'to', 'when']) if (rule[part] && rule[part].length === 0) delete rule[part];
    for (const from of list(rule.from)) {
      from.source ??= {};
      if (action === 'CUSTOM') from.source = { ipBlocks: ['10.0.0.1'] };
      if (from.source.serviceAccounts || from.source.notServiceAccounts) for (const field of ['principals', 'notPrincipals', 'namespaces', 'notNamespaces']) delete from.source[field];
      if (!Object.values(from.source).some((values) => list(values).length > 0)) from.source.namespaces = ['shop'];
      if (from.source.namespaces && from.source.serviceAccounts) delete from.source.namespaces;
    }
    for (const to of list(rule.to)) {
      to.operation ??= {};
      if (!Object.values(to.operation).some((values) => list(values).length > 0)) to.operation.methods = ['GET'];
      if (action === 'DENY' && random.chance(0.7)) to.operation.ports ??= ['80'];
    }
    for (const condition of list(rule.when)) {
      if (action === 'CUSTOM') condition.key = random.pick(['request.headers[x-a]', 'source.ip', 'destination.port', 'connection.sni']);
      if (!list(condition.values).length && !list(condition.notValues).length) condition.values = ['a'];
      const kind = Object.keys(VALUES).find((end) => String(condition.key).endsWith(end));
      for (const field of ['values', 'notValues']) {
        if (condition[field]) condition[field] = list(condition[field]).map((value) => kind && random.chance(0.97) ? random.pick(VALUES[kind]) : value || 'a');
      }
    }
  }
};

function list(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}

export const authorizationPolicy: Dictionary = {
  calm: 0.35,
  metadata: {
    annotationKey: { good: ['a', 'istio.io/dry-run'], odd: [] },
    annotationValue: { good: ['true', 'false'], odd: ['', '1', 'T', 'maybe', 'tRUE', 'TRUE', 'True', '0', 'f', 'no', 'yes'] },
  },
  presence: { 'spec.rules': 0.85, 'spec.action': 0.7, 'spec.provider': 0.15, 'rules[].from': 0.6, 'rules[].to': 0.6, 'rules[].when': 0.4, 'from[].source': 0.95, 'to[].operation': 0.95, 'when[].values': 0.8, 'spec.targetRefs': 0.2, 'spec.targetRef': 0.1, 'spec.selector': 0.4 },
  words: {
    ...SELECTION,
    'ipBlocks[]': CIDR,
    'notIpBlocks[]': CIDR,
    'remoteIpBlocks[]': CIDR,
    'notRemoteIpBlocks[]': CIDR,
    'namespaces[]': NAMESPACES,
    'notNamespaces[]': NAMESPACES,
    'principals[]': SPIFFE,
    'notPrincipals[]': SPIFFE,
    'requestPrincipals[]': SPIFFE,
    'notRequestPrincipals[]': SPIFFE,
    'serviceAccounts[]': ACCOUNT,
    'notServiceAccounts[]': ACCOUNT,
    'trustDomains[]': TRUST,
    'notTrustDomains[]': TRUST,
    'ports[]': PORTS,
    'notPorts[]': PORTS,
    'methods[]': { good: ['GET', 'POST', '*'], odd: ['', 'get', 'G*'] },
    'notMethods[]': { good: ['GET', 'POST', '*'], odd: ['', 'get'] },
    'paths[]': PATH,
    'notPaths[]': PATH,
    'hosts[]': { good: HOST.good, odd: ['', '*', 'a:*', ' '] },
    'notHosts[]': { good: HOST.good, odd: ['', '*', 'a:*'] },
    'when[].key': KEYS,
    'when[].values': { good: [], odd: [[], SEVENTEEN, SEVENTEEN.slice(1)] },
    'values[]': { good: ['a', '10.0.0.1', '80'], odd: ['', '*', '10.0.0.0/33', '0', '65536', 'a/b/c', 'shop/a', 'a b', 'a*', 'a/b'] },
    'notValues[]': { good: ['a', '10.0.0.1', '80'], odd: ['', '*', 'a/b/c', 'a*b'] },
    'provider.name': { good: ['a'], odd: [''] },
  },
  repairs: [nonEmpty, attachToKnownKinds, selectSomething],
};
