import { Random } from '../random';

/**
 * Interesting values of a field. Those that the schema refuses may stand among the others: the generator tells them
 * apart by the schema and uses them in broken documents only.
 */
export interface Words {
  /** Taken by istiod's webhook wherever the rest of the object is in order. */
  readonly good: readonly unknown[];
  /** Refused by the webhook, warned about, or taken in some surroundings only. */
  readonly odd?: readonly unknown[];
}

/** Puts in order what the fields of an object demand of each other. It is left out at times, to see the other side. */
export type Repair = (spec: any, random: Random, object: any) => void;

/** What the schema does not tell about a kind. */
export interface Dictionary {
  /** By the end of a field's path: `[]` is a list item, `{}` the value of a map, `{key}` its key. The longest end counts. */
  readonly words: Readonly<Record<string, Words>>;
  /** How probable an optional field is, by the end of its path. */
  readonly presence?: Readonly<Record<string, number>>;
  readonly repairs?: readonly Repair[];
  /** Names, labels and annotations of the object itself. */
  readonly metadata?: Readonly<Record<string, Words>>;
  /** How often a document holds nothing odd at all. */
  readonly calm?: number;
}

const LABEL_63 = 'a'.repeat(63);

export const DURATION: Words = {
  good: ['1s', '1ms', '10ms', '1m', '1h', '1.5s', '0.001s', '2h30m', '86400s', '1h0m0s'],
  odd: ['1.5ms', '1ms1us', '0.0015s', '1000001us', '1.0005s', '100000h'],
};
const NO_DURATION = ['0s', '-1s', '1 s', '', '1', '1d', '0.5ms', '999us', 's', '1S', '.5s', '5.s', '+1s', '1e3s', '9999999h', '0', '-', 'µs', '1µs'];
export const durations = (extra: Partial<Words> = {}): Words => ({
  good: [...DURATION.good, ...extra.good ?? []],
  odd: [...DURATION.odd!, ...NO_DURATION, ...extra.odd ?? []],
});

export const HOST: Words = {
  good: ['reviews', 'reviews.shop.svc.cluster.local', 'a.b', 'example.com', 'x1', '*.example.com', 'a-b.c', LABEL_63, 'Reviews.example.com'],
  odd: ['*', '', 'example.com.', '*foo', '*.foo', '*-x.com', 'a*.com', '10.0.0.1', '::1', '2001:db8::1', 'a_b', '-a', 'a-', 'a..b', '.', '.a', 'a.1', '1',
    'a.b.c1', 'http://a.b', 'a.b:80', 'ns/a.b', '**.a', '*.*', '*.', '*.1', 'a b', 'ä.de', `${LABEL_63}a`, `${'a.'.repeat(127)}ab`, `${'a.'.repeat(127)}a`, 'xn--p1ai', '1.2.3.4.5', '0x7f.1', 'a.+1', 'a.-1'],
};
export const FQDN: Words = {
  good: ['reviews', 'reviews.shop.svc.cluster.local', 'a.b', 'example.com', 'x1', 'a-b.c', 'example.com.'],
  odd: HOST.odd,
};
export const NAMESPACE: Words = { good: ['shop', 'default', 'a', 'istio-system'], odd: ['', 'A', 'a.b', '-a', '*', `${LABEL_63}a`, LABEL_63, 'a_b', 'ä'] };
export const EXPORT_TO: Words = { good: ['.', 'shop', 'other', 'a-b'], odd: ['*', '~', '', 'A', 'a.b', 'default', '..', `${LABEL_63}a`, ' '] };
export const PORT: Words = { good: [80, 443, 8080, 1, 65535], odd: [0, 65536, 4294967295, -1, 4294967296, 1.5] };
export const PORT_NAME: Words = { good: ['http', 'tcp-1', 'a', 'grpc-web', 'x80'], odd: ['', 'HTTP', 'a.b', 'a_b', '-a', 'a-', LABEL_63, `${LABEL_63}a`, 'ä'] };
export const PROTOCOL: Words = {
  good: ['HTTP', 'HTTPS', 'TCP', 'TLS', 'GRPC', 'HTTP2', 'MONGO', 'http', 'Grpc-Web', 'HTTP_PROXY', 'REDIS', 'MYSQL', 'UDP', 'GRPC-WEB', 'https', 'tls'],
  odd: ['', 'FTP', 'HBONE', 'DOUBLE_HBONE', 'HTTP/1.1', ' HTTP', 'http-2', 'HTTP3', 'GRPC_WEB', 'AUTO', 'UnsupportedProtocol'],
};
export const IP: Words = { good: ['10.0.0.1', '0.0.0.0', '::', '::1', '2001:db8::1', '127.0.0.1'], odd: ['', '10.0.0', '010.0.0.1', '1.2.3.256', '::ffff:1.2.3.4', 'fe80::1%eth0', 'localhost', '10.0.0.0/8', '1.2.3.4 ', ':::', '1::2::3', '[::1]', '1:2:3:4:5:6:7:8:9', '12345::', '::1.2.3.4', '1:2:3:4:5:6:7::', '1:2:3:4:5:6:1.2.3.4'] };
export const CIDR: Words = {
  good: ['10.0.0.1', '10.0.0.0/8', '::/0', '2001:db8::/32', '0.0.0.0/0', '10.1.2.3/32', '::1'],
  odd: ['', '10.0.0.1/8', '10.0.0.0/33', '10.0.0.0/', '/8', '10.0.0.0/08', '10.0.0.0/-1', '::/129', 'a', 'a/8', '1.2.3', '1.2.3/24', '10.0.0.0/8/8', 'fe80::1%1/64', 'fe80::1%1', '10.0.0.0/+8', '::ffff:1.2.3.4/120', '010.0.0.0/8', '256.0.0.1', ' 10.0.0.1', '*'],
};
export const REGEX: Words = {
  good: ['.*', 'a+', '^/api(/.*)?$', '[a-z]{2,5}', '(?i)abc', '\\d+', '(a|b)', '(?P<x>a)', '\\pL', '[[:alpha:]]+', '(?:a)', '\\Qa.b\\E', 'x{1000}', '(?s).', '[^\\x00]', '(?<y>b)', '\\x{10FFFF}', '{', 'a{,2}', ']'],
  odd: ['*', 'a**?', '{1}', '', '(', ')', '[', 'a(?=b)', '(?<!a)b', '\\1', '(a)\\1', '[z-a]', 'a{1001}', 'a{2,1}', '\\', '+', '(?P<x>a)(?P<x>b)', '[[:foo:]]', '\\pX', 'a**', 'x*+', '(?z)', '\\8', '\\Z', '(?i', '[a', 'a'.repeat(1024), 'a'.repeat(1025), '((a{100}){100}){100}', '\\C', '(?P<>a)', '\\x{110000}', '\\c', '(?P=x)', '(?#c)', '\\u0041', '[\\d-z]', 'a{1000}{2}', '(?-i)a', '\\_', '\\ä', 'ä{1024}', 'ä'.repeat(513)],
};
export const HEADER_NAME: Words = {
  good: ['x-user', 'X-User', 'accept', 'cookie', 'end-user', 'x_y', 'user-agent'],
  odd: ['', 'host', ':method', ':authority', ':path', ':scheme', ':status', ':foo', 'a b', 'a:b', '@request.auth.claims.sub', '@request.auth.claims[a][b]', '@request.auth.claims', '@request.auth.claims.', '@request.auth.claims[', '@request.auth.claimsx', 'Host', 'ä', 'a.b', 'x!#$%&*+.^_`|~', '*', 'x\ty', 'HOST', ':Authority', '@request.auth.claims.a-b', '@request.auth.claims[]'],
};
export const HEADER_VALUE: Words = {
  good: ['', 'v', 'two words', '%HOSTNAME%', '100%%', 'a %DOWNSTREAM_REMOTE_ADDRESS% b', '%REQ(:authority)%', '%START_TIME(%s)%', '%A(["b", "c"])%', '%A(b\\)c)%', 'ä', '\t'],
  odd: ['%', 'a%b', '100%', '%A', '%A(', '%A(b', '%A(b)', '%A(b)x%', '%A([x])%', '%A(["b" "c"])%', '%A(["b"])x%', '\u0001', 'a\nb', '\u007f', '%%%', '%A(\\', '%A("b\\', '%A(b\\', '%A(b)  %', '%A( [ "b" ] ) %', '%A( b)%', '%()%', '%A(["b",])%', '%A(["b"]%', '\u0080', '%A(["a\\"b"])%'],
};
export const LABEL_KEY: Words = { good: ['app', 'version', 'istio.io/rev', 'a', 'topology.kubernetes.io/region', 'A_b.c'], odd: ['', '*', 'a b', '/a', 'a/', 'a/b/c', '-a', LABEL_63, `${LABEL_63}a`, 'A.b/c', `${'a.'.repeat(126)}a/x`, `${'a.'.repeat(127)}a/x`, 'ä', 'a*', '_a', 'a..b/c'] };
export const LABEL_VALUE: Words = { good: ['reviews', 'v1', '', 'A_b.c', LABEL_63], odd: ['*', 'a b', '-a', 'a-', `${LABEL_63}a`, 'v*', 'ä', 'a/b', '.', '_'] };
export const PATH: Words = { good: ['/', '/api', '/api/v1', '/a*', '*/b', '/x/{*}/y', '/{**}'], odd: ['', '/{*}.html', 'api', '/api?x=1', '/{', '/{**}/x', '/{*}{*}', '{*}', '/{a}', '/x{*}', '/x/{**}/{**}', '*', '/{*}/{**}', '/{**}/{*}', '/a}', '/{*}*', '/ä/{*}', '//{*}', '/{*}/', '/{**}x', '/x y/{*}', '/*/{*}', '/**/{*}', '/a/{*}/b*'] };
export const URL_WORDS: Words = {
  good: ['https://example.com/jwks', 'http://a', 'https://example.com:8443/x?y=z', 'http://10.0.0.1:80', 'https://[::1]:443/'],
  odd: ['', 'example.com', 'ftp://a', 'https://', 'http:///x', 'https://a b', 'http://a:b', 'https://a:99999', '//a', 'http:a', 'HTTPS://a', 'https://%zz', 'https://a/%zz', 'https://[::1', 'http://a:0', 'https://a#f', 'https://u:p@a', ' https://a', 'https://a\u0001', 'http://a:', 'http://:80', 'http://a:-1', 'https://a:443:443', 'http://[fe80::1%25en0]:8080/', 'mailto:a@b', 'https://ä.de/', 'https://a/ä', 'https://a/a b', 'https://a?%zz', 'https://a:65536', 'https://a:08', '/x', 'a:80', '1:2', 'https://a/#%zz', 'https://a#%', 'https://a:99999999999999999999', 'http://a:18446744073709551616/x', 'https://a/#%41'],
};
export const SPIFFE: Words = { good: ['cluster.local/ns/shop/sa/a', '*', 'spiffe://cluster.local/ns/shop/sa/a', 'cluster.local/*', '*/sa/a'], odd: ['', 'a', '**', 'a*b', 'ns/shop'] };
export const PERCENT: Words = { good: [0, 1, 50, 100, 99.9, 0.0001, 0.5], odd: [-1, 100.1, 101, 0.00001, 1e-9, -0.1, 1e308, 0.00009999] };
export const TEXT: Words = { good: ['a', 'x-y', 'two words', 'Ünï', '/etc/certs/tls.crt', 'a'.repeat(40)], odd: ['', ' ', '*', '😀', 'null', '1', 'true', 'a\nb', 'a'.repeat(300)] };
export const COUNT: Words = {
  good: [0, 1, 2, 10, 1024],
  odd: [-1, 2147483647, 2147483648, -2147483648, -2147483649, 100, 101, 4294967295, 4294967296, 9007199254740991, 9223372036854775807, 1.5, 3, 4, 5],
};

/** Names a namespace once, and nobody or everybody alone. */
export const exportOnce: Repair = (spec, _random, object) => {
  if (!Array.isArray(spec.exportTo)) return;
  const own = object.metadata?.namespace ?? 'default';
  const alone = spec.exportTo.find((to: unknown) => to === '*' || to === '~');
  spec.exportTo = alone ? [alone] : [...new Set(spec.exportTo)].filter((to) => to !== own);
};
