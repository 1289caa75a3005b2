import { METADATA } from './common';
import { CIDR, Dictionary, DURATION, durations, exportOnce, EXPORT_TO, HEADER_NAME, HEADER_VALUE, HOST, LABEL_KEY, LABEL_VALUE, NAMESPACE, PERCENT, PORT, REGEX, Repair, Words } from './words';

const GATEWAY: Words = {
  good: ['shop/public', 'mesh', 'public', 'istio-system/a-b'],
  odd: ['', '*', 'a.b', 'shop/', '/public', 'Shop/public', 'shop/Public', 'a/b/c', 'public.shop.svc.cluster.local', 'public.', 'a.b.', '.', 'shop/a.b', 'a_b', 'a..b', '.a', 'gw.A'],
};
const GENERATED_SNI = [
  'outbound_.80_._.a.b', 'outbound_.80_.v1_.a.b', 'outbound_', 'outbound_.80', 'outbound_.x_._.a', 'outbound_.80_._.1', 'outbound_.80_v1_a_b', 'outbound_a.b',
];
const STRING: Words = { good: ['a', '/api', 'GET', 'x'], odd: ['', 'b', 'ab', 'abc', '/', '/ap', '/api/v1'] };
const HEADER_REGEX: Words = { good: REGEX.good, odd: [...REGEX.odd!, '*'] };
const WEIGHT: Words = { good: [1, 50, 100, 90, 10], odd: [0, 0, -1, 2147483647, 1000, -50] };
const STATUS: Words = { good: [200, 404, 503, 599, 600, 301], odd: [199, 601, 0, 99, -1, 1000, 4294967295, 2147483648, 4294967496] };

/** One of redirect, directResponse, delegate and route. */
const oneAction: Repair = (spec, random) => {
  for (const route of list(spec.http)) {
    if (!route) continue;
    const delegated = route.delegate && list(spec.hosts).length > 0;
    if (!delegated) delete route.delegate;
    if (delegated) {
      for (const field of ['redirect', 'route', 'directResponse']) delete route[field];
    } else if (route.redirect || route.directResponse) {
      const other = route.redirect && route.directResponse ? random.pick(['redirect', 'directResponse']) : '';
      for (const field of ['route', 'fault', 'rewrite', other]) delete route[field];
    } else if (list(route.route).length === 0) {
      route.route = [{ destination: { host: 'reviews' } }];
    }
    if (route.mirror) delete route.mirrors;
  }
};

const weigh: Repair = (spec) => {
  for (const protocol of ['http', 'tcp', 'tls']) {
    for (const route of list(spec[protocol])) {
      const destinations = list(route?.route);
      if (protocol !== 'http' && destinations.length === 0) route.route = [{ destination: { host: 'a.b' } }];
      if (destinations.length > 1 && destinations.every((destination) => !destination.weight)) destinations[0].weight = 1;
    }
  }
};

const settings: Repair = (spec, random) => {
  for (const route of list(spec.http)) {
    if (route.retries && !route.retries.attempts) route.retries.attempts = 1 + random.below(3);
    if (route.fault && !route.fault.abort && !route.fault.delay) delete route.fault;
    if (route.fault?.abort && !['httpStatus', 'grpcStatus'].some((field) => field in route.fault.abort)) {
      delete route.fault.abort.http2Error;
      route.fault.abort.httpStatus = 503;
    }
    if (route.fault?.delay) delete route.fault.delay.exponentialDelay;
    if (random.chance(0.9)) {
      delete route.mirrorPercent;
      delete route.mirror_percent;
    }
    if (route.rewrite) {
      const regex = route.rewrite.uriRegexRewrite;
      if (regex && (route.rewrite.uri || !regex.match || !regex.rewrite)) delete route.rewrite.uriRegexRewrite;
      if (!route.rewrite.uri && !route.rewrite.uriRegexRewrite && !route.rewrite.authority) route.rewrite.uri = '/';
      if (route.rewrite.authority && route.headers?.request) for (const how of ['set', 'add']) delete route.headers.request[how];
    }
    if (route.redirect) {
      if (route.redirect.uri) delete route.redirect.prefixRewrite;
      if (!['uri', 'prefixRewrite', 'authority', 'port', 'derivePort', 'scheme'].some((field) => route.redirect[field])) route.redirect.uri = '/x';
      if (route.redirect.prefixRewrite && random.chance(0.8)) for (const match of list(route.match)) if (match.uri && !match.uri.prefix) match.uri = { prefix: '/a' };
    }
    for (const origin of list(route.corsPolicy?.allowOrigins)) if (Object.keys(origin).length === 0) origin.exact = 'https://a.b';
  }
};

/** Rules without a match stand last, and each match is there once. */
const order: Repair = (spec, random) => {
  for (const protocol of ['http', 'tcp', 'tls']) {
    const routes = list(spec[protocol]);
    const seen = new Set<string>();
    routes.forEach((route, at) => {
      if (at < routes.length - 1 && list(route.match).length === 0 && protocol !== 'tls') route.match = [{ port: 1000 + at }];
      route.match = list(route.match).filter((match) => {
        const text = JSON.stringify(match);
        return !seen.has(text) && seen.add(text);
      });
      if (route.match.length === 0 && at < routes.length - 1) route.match = [{ port: 2000 + at, ...protocol === 'tls' ? { sniHosts: ['a.b'] } : {} }];
      if (route.match.length === 0 && protocol !== 'tls') delete route.match;
      if (protocol === 'http' && random.chance(0.6)) list(route.match).forEach((match, i) => { if (match.uri?.prefix) match.uri = { prefix: `/${at}/${i}` }; });
    });
  }
};

/** Weights whose sum is too large for 32 bits, or just fits. */
const overflow: Repair = (spec, random) => {
  const route = list(list(spec.http)[0]?.route)[0];
  if (!route || !random.chance(0.02)) return;
  const weights = random.pick([[2147483647, 2147483647, 2], [2147483647, 2147483647], [2147483647, 1], [2147483647, 2147483647, 1, 1]]);
  spec.http[0].route = weights.map((weight) => ({ ...structuredClone(route), weight }));
};

/** The host of a request, changed in more than one place. */
const authority: Repair = (spec, random) => {
  for (const route of list(spec.http)) {
    if (!random.chance(0.04)) continue;
    const names = ['host', 'Host', ':authority', ':Authority', 'HOST', 'x'];
    const some = () => Object.fromEntries(Array.from({ length: random.below(3) }, () => [random.pick(names), random.pick(['a', 'b', ''])]));
    route.headers = { request: { set: some(), add: some() } };
    if (random.chance(0.3) && !route.redirect && !route.directResponse) route.rewrite = { uri: '/', authority: random.pick(['c', '']) };
  }
};

/** Prefixes that stand before longer ones, with conditions that are alike or nearly so. */
const cover: Repair = (spec, random) => {
  if (!random.chance(0.15) || list(spec.http).length === 0) return;
  const conditions = (): any => {
    const text = () => random.pick([{ exact: 'a' }, { exact: 'ab' }, { prefix: 'a' }, { prefix: 'ab' }, { regex: 'a' }, {}]);
    return {
      ...random.chance(0.5) ? { method: random.pick([{ exact: 'GET' }, { prefix: 'GE' }, { exact: 'POST' }, { regex: 'G' }]) } : {},
      ...random.chance(0.3) ? { authority: text() } : {},
      ...random.chance(0.4) ? { headers: { [random.pick(['x', 'y'])]: text() } } : {},
      ...random.chance(0.3) ? { withoutHeaders: { [random.pick(['x', 'y'])]: text() } } : {},
      ...random.chance(0.3) ? { queryParams: { [random.pick(['x', 'y'])]: text() } } : {},
      ...random.chance(0.2) ? { port: random.pick([80, 81]) } : {},
    };
  };
  const common = conditions();
  const routes = Array.from({ length: 2 + random.below(2) }, () => ({
    ...structuredClone(random.pick(spec.http as any[])),
    match: Array.from({ length: random.chance(0.8) ? 1 : 2 }, () => ({
      uri: { prefix: random.pick(['/', '/api', '/api', '/api/v1', '/b']) }, ...random.chance(0.7) ? common : conditions(), ...random.chance(0.2) ? conditions() : {},
    })),
  }));
  spec.http = [...routes, ...random.chance(0.3) ? spec.http : []];
};

const hosts: Repair = (spec, random) => {
  if (list(spec.hosts).length === 0) {
    if (random.chance(0.3)) {
      for (const field of ['gateways', 'tls', 'tcp', 'hosts']) delete spec[field];
    } else {spec.hosts = [random.pick(HOST.good)];}
  }
  spec.hosts &&= list(spec.hosts).filter((host, at, all) => all.every((other, i) => i >= at || (other !== host && !String(other).startsWith('*') && !String(host).startsWith('*'))));
  if (!spec.http && !spec.tcp && !spec.tls) spec.http = [{ route: [{ destination: { host: 'reviews' } }] }];
  for (const route of list(spec.tls)) {
    if (list(route.match).length === 0) route.match = [{ sniHosts: [list(spec.hosts)[0] ?? 'a.b'] }];
    for (const match of list(route.match)) {
      if (list(match.sniHosts).length === 0 || random.chance(0.8)) match.sniHosts = [list(spec.hosts)[0] ?? 'a.b'];
      if (random.chance(0.05)) match.sniHosts = [random.pick(GENERATED_SNI)];
    }
  }
};

function list(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}

export const virtualService: Dictionary = {
  calm: 0.7,
  metadata: { annotationKey: { good: ['a'], odd: ['internal.istio.io/route-semantics', 'istio.io/dry-run'] }, annotationValue: { good: ['gateway', 'a'] }, name: METADATA.name },
  presence: { 'spec.hosts': 0.93, 'spec.http': 0.85, 'http[].route': 0.7, 'http[].match': 0.5, 'match[].uri': 0.4, 'port.number': 0.95, 'spec.tcp': 0.15, 'spec.tls': 0.15, 'tcp[].route': 0.9, 'tls[].route': 0.9, 'http[].delegate': 0.07, 'http[].redirect': 0.12, 'http[].directResponse': 0.12 },
  words: {
    'spec.hosts[]': HOST,
    'spec.gateways[]': GATEWAY,
    'match[].gateways[]': GATEWAY,
    'exportTo[]': EXPORT_TO,
    'destination.host': HOST,
    'mirror.host': HOST,
    'destination.subset': { good: ['v1', 'a-b'], odd: ['', 'V1', 'a.b', 'a'.repeat(64), '*'] },
    'mirror.subset': { good: ['v1', 'a-b'], odd: ['', 'V1', 'a.b'] },
    'port.number': PORT,
    'match[].port': { good: [80, 443], odd: PORT.odd },
    'weight': WEIGHT,
    'timeout': durations(),
    'perTryTimeout': durations(),
    'backoff': durations(),
    'fixedDelay': durations(),
    'maxAge': { good: ['1s', '24h', '1m'], odd: [...DURATION.good, ...durations().odd!] },
    'retries.attempts': { good: [1, 2, 3], odd: [0, -1, 2147483647] },
    'retryOn': { good: ['5xx', 'gateway-error,reset', '503', 'connect-failure,refused-stream,unavailable,cancelled,503', 'retriable-status-codes', 'reset-before-request', 'http3-post-connect-failure', 'envoy-ratelimited,deadline-exceeded,internal,resource-exhausted,retriable-4xx,retriable-headers'], odd: ['', '5xx,', ' 5xx', '5xx, reset', '6xx', '999', '418', '0', '200', '+503', '0503', '103', '306', '-1', '226', '425', '511', '5XX', '104', '102', '208', '1_0', '0x1f7', '508', '421', '505'] },
    'headers{key}': HEADER_NAME,
    'withoutHeaders{key}': HEADER_NAME,
    'queryParams{key}': { good: ['a', 'b'], odd: ['', ' '] },
    'exact': STRING,
    'prefix': STRING,
    'regex': HEADER_REGEX,
    'uri.regex': REGEX,
    'uri.prefix': { good: ['/', '/api', '/api/v1', '/b'], odd: ['', 'api', '/ap'] },
    'allowOrigins[].exact': { good: ['https://a.b', '*'], odd: [''] },
    'allowOrigins[].prefix': { good: ['https://a'], odd: [''] },
    'uriRegexRewrite.match': REGEX,
    'uriRegexRewrite.rewrite': { good: ['/\\1', 'a'], odd: [''] },
    'rewrite.uri': { good: ['/', '/x'], odd: [''] },
    'rewrite.authority': { good: ['a.b'], odd: ['', ':'] },
    'sourceLabels{key}': LABEL_KEY,
    'sourceLabels{}': LABEL_VALUE,
    'sourceNamespace': NAMESPACE,
    'add{key}': HEADER_NAME,
    'set{key}': HEADER_NAME,
    'remove[]': HEADER_NAME,
    'add{}': HEADER_VALUE,
    'set{}': HEADER_VALUE,
    'allowMethods[]': { good: ['GET', 'POST', '*', 'OPTIONS', 'TRACE', 'CONNECT', 'HEAD', 'PUT', 'PATCH', 'DELETE'], odd: ['get', '', 'FOO', 'GET '] },
    'allowHeaders[]': { good: ['x-a', '*', 'Content-Type'], odd: ['', 'a b', 'ä', ':a', 'a:b'] },
    'exposeHeaders[]': { good: ['x-a', '*'], odd: ['', 'a b', ':a'] },
    'directResponse.status': STATUS,
    'abort.httpStatus': STATUS,
    'abort.grpcStatus': { good: ['UNAVAILABLE', 'NOT_FOUND', 'OK', 'CANCELLED'], odd: ['', 'unavailable', '14', 'X', 'CANCELED', 'DATA_LOSS', 'UNAUTHENTICATED'] },
    'body.string': { good: ['a'], odd: ['', 'a'.repeat(102_400), 'a'.repeat(102_401), 'ä'.repeat(60_000), 'a'.repeat(1_048_577), 'a'.repeat(1_048_576)] },
    'body.bytes': { good: ['YQ=='], odd: ['', 'a', '!', 'YWE', 'YQ', 'YR==', '____', 'YQ==\n'] },
    'percentage.value': PERCENT,
    'mirrorPercentage.value': PERCENT,
    'delay.percent': { good: [0, 50, 100], odd: [-1, 101] },
    'mirrorPercent': { good: [0, 50, 100], odd: [101, 4294967295] },
    'mirror_percent': { good: [0, 50, 100], odd: [101] },
    'redirectCode': { good: [301, 302, 303, 307, 308], odd: [0, 299, 300, 399, 400, 304, 200, 4294967295] },
    'redirect.port': { good: [80, 443], odd: [0, 65536, 4294967295] },
    'redirect.scheme': { good: ['http', 'https'], odd: ['', 'ftp', 'HTTP'] },
    'redirect.uri': { good: ['/x'], odd: ['', 'x'] },
    'redirect.prefixRewrite': { good: ['/x', ''], odd: ['y'] },
    'redirect.authority': { good: ['a.b'], odd: [''] },
    'destinationSubnets[]': CIDR,
    'sourceSubnet': CIDR,
    'sniHosts[]': { good: HOST.good, odd: [...HOST.odd!, ...GENERATED_SNI] },
    'delegate.name': { good: ['a'], odd: ['', 'A b'] },
    'delegate.namespace': NAMESPACE,
  },
  repairs: [exportOnce, oneAction, weigh, settings, hosts, order, authority, overflow, cover],
};
