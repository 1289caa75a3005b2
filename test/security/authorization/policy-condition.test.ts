import { PolicyCondition } from '../../../src';
import { errorOf } from '../shop';

function render(condition: PolicyCondition, trustDomains = ['cluster.local']) {
  return JSON.parse(JSON.stringify(condition._render({ trustDomains, podPorts: (ports) => ports.map((port) => port + 8000) })));
}

test.each<[string, PolicyCondition, object]>([
  ['a claim', PolicyCondition.claim(['role'], { values: ['a', 'b', 'a'] }), { key: 'request.auth.claims[role]', values: ['a', 'b'] }],
  ['a claim within claims', PolicyCondition.claim(['a', 'b.c', 'd'], { notValues: ['x*'] }), { key: 'request.auth.claims[a][b.c][d]', notValues: ['x*'] }],
  ['an audience', PolicyCondition.audience({ values: ['*'], notValues: ['x'] }), { key: 'request.auth.audiences', values: ['*'], notValues: ['x'] }],
  ['a presenter', PolicyCondition.presenter({ values: ['x'] }), { key: 'request.auth.presenter', values: ['x'] }],
  ['a principal of a token', PolicyCondition.requestPrincipal({ values: ['https://a/b'] }), { key: 'request.auth.principal', values: ['https://a/b'] }],
  ['a header', PolicyCondition.header('X-Role', { values: ['*'] }), { key: 'request.headers[X-Role]', values: ['*'] }],
  ['where it comes from', PolicyCondition.sourceIp({ values: ['10.0.0.0/8'] }), { key: 'source.ip', values: ['10.0.0.0/8'] }],
  ['the client', PolicyCondition.remoteIp({ notValues: ['fd00::1'] }), { key: 'remote.ip', notValues: ['fd00::1'] }],
  ['a namespace', PolicyCondition.sourceNamespace({ values: ['a', 'b-*'] }), { key: 'source.namespace', values: ['a', 'b-*'] }],
  ['service accounts', PolicyCondition.sourceServiceAccount({ values: ['shop/a.b'] }), { key: 'source.serviceAccount', values: ['shop/a.b'] }],
  ['principals', PolicyCondition.sourcePrincipal({ values: ['cluster.local/ns/shop/sa/*', '*'] }), { key: 'source.principal', values: ['cluster.local/ns/shop/sa/*', '*'] }],
  ['trust domains', PolicyCondition.sourceTrustDomain({ values: ['cluster.local'] }), { key: 'source.trustDomain', values: ['cluster.local'] }],
  ['the address that is called', PolicyCondition.destinationIp({ values: ['10.0.0.1'] }), { key: 'destination.ip', values: ['10.0.0.1'] }],
  ['the port that is called, as the pods have it', PolicyCondition.destinationPort({ ports: [80], notPorts: [81] }), { key: 'destination.port', values: ['8080'], notValues: ['8081'] }],
  ['a name of TLS', PolicyCondition.sni({ values: ['*.example.com'] }), { key: 'connection.sni', values: ['*.example.com'] }],
  ['what a filter says', PolicyCondition.envoyFilter('envoy.filters.network.mysql_proxy', 'a.b', { values: ['[update]'] }),
    { key: 'experimental.envoy.filters.network.mysql_proxy[a.b]', values: ['[update]'] }],
])('%s is written as Istio knows it', (_, condition, expected) => {
  expect(render(condition)).toEqual(expected);
});

const never = undefined as never;
const any = (value: unknown): any => value;

test.each<[string, () => unknown, string]>([
  ['no values', () => PolicyCondition.claim(['role'], {}), 'PolicyCondition.claim: neither `values` nor `notValues` are given.'],
  ['an empty list', () => PolicyCondition.claim(['role'], { values: [] }), '`values` is empty, which is no condition to Istio.'],
  ['an empty value', () => PolicyCondition.claim(['role'], { values: [''] }), '`values` holds ""'],
  ['a number', () => PolicyCondition.header('x', { values: any([1]) }), '`values` holds 1, which is not a text.'],
  ['values in a list', () => PolicyCondition.header('x', any(['a'])), 'PolicyCondition.header: ["a"] is given instead of values.'],
  ['nothing', () => PolicyCondition.header('x', never), 'undefined is given instead of values.'],
  ['a value wanted and excluded', () => PolicyCondition.claim(['role'], { values: ['a', 'b'], notValues: ['b'] }), '"b" is both wanted and excluded, so it never matches.'],
  ['a value of which none is left', () => PolicyCondition.claim(['role'], { values: ['a'], notValues: ['*'] }), '"*" excludes every value'],
  ['a wildcard in the middle', () => PolicyCondition.header('x', { values: ['a*b'] }), 'in "a*b", "*" stands for any text only at the beginning or at the end, and once.'],
  ['a wildcard at both ends', () => PolicyCondition.header('x', { values: ['*a*'] }), 'in "*a*"'],
  ['a claim without a name', () => PolicyCondition.claim([], { values: ['a'] }), 'PolicyCondition.claim: [] is not the name of a claim.'],
  ['a claim as one text', () => PolicyCondition.claim(any('role'), { values: ['a'] }), 'PolicyCondition.claim: "role" is not the name of a claim.'],
  ['a claim with brackets', () => PolicyCondition.claim(['a[b]'], { values: ['a'] }), '"a[b]" is not the name of a claim.'],
  ['a claim that is undefined', () => PolicyCondition.claim(any([undefined]), { values: ['a'] }), 'is not the name of a claim.'],
  ['a header with a blank', () => PolicyCondition.header('x y', { values: ['a'] }), '"x y" is not a header name.'],
  ['an address that is none', () => PolicyCondition.sourceIp({ values: ['10.0.0'] }), 'PolicyCondition.sourceIp: `values`: "10.0.0" is neither an IP address nor a CIDR block.'],
  ['a namespace in capitals', () => PolicyCondition.sourceNamespace({ values: ['Shop'] }), '"Shop" is not a namespace'],
  ['a service account without its namespace', () => PolicyCondition.sourceServiceAccount({ values: ['frontend'] }), '"frontend" is not a service account. Write NAMESPACE/ACCOUNT'],
  ['too many service accounts', () => PolicyCondition.sourceServiceAccount({ values: Array.from({ length: 17 }, (_, i) => `a/b${i}`) }), 'holds 17 accounts, and Istio takes at most 16'],
  ['a principal with spiffe://', () => PolicyCondition.sourcePrincipal({ values: ['spiffe://cluster.local/ns/a/sa/b'] }), 'is not an identity'],
  ['a principal that ends before its account', () => PolicyCondition.sourcePrincipal({ values: ['cluster.local/ns/shop/*'] }), 'is not an identity'],
  ['a principal of a trust domain that is not listed', () => render(PolicyCondition.sourcePrincipal({ values: ['b.c/ns/a/sa/b'] })), 'not listed in `trustDomains`'],
  ['a trust domain that is not listed', () => render(PolicyCondition.sourceTrustDomain({ notValues: ['b.c'] })), 'not listed in `trustDomains`'],
  ['a port in words', () => PolicyCondition.destinationPort({ ports: any(['80']) }), 'PolicyCondition.destinationPort: port "80" is none'],
  ['no port', () => PolicyCondition.destinationPort({}), 'is given instead of ports.'],
  ['a port wanted and excluded', () => PolicyCondition.destinationPort({ ports: [80], notPorts: [80] }), 'port 80 is both wanted and excluded'],
  ['a filter by a short name', () => PolicyCondition.envoyFilter('mysql', 'a', { values: ['b'] }), '"mysql" is not a filter of Envoy.'],
  ['no key of a filter', () => PolicyCondition.envoyFilter('envoy.filters.http.x', '', { values: ['b'] }), '"" is not a key.'],
])('%s is refused', (_, action, message) => {
  expect(errorOf(action)).toContain(message);
});
