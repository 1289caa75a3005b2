import { examplesOf } from './example';
import { FAULTY_TARGETS, FINE_TARGETS, POINTLESS_TARGETS } from './targets';

const rule = (...rules: object[]) => ({ rules });
const from = (source?: object) => rule({ from: [{ source }] });
const to = (operation?: object) => rule({ to: [{ operation }] });
const when = (key: string, values?: string[], notValues?: string[]) => rule({ when: [{ key, values, notValues }] });
const deny = (spec: object) => ({ action: 'DENY', ...spec });
const custom = (spec: object) => ({ action: 'CUSTOM', provider: { name: 'ext-authz' }, ...spec });
const dryRun = (value: string) => ({ annotations: { 'istio.io/dry-run': value } });
const SOURCE = 'spec.rules[0].from[0].source';
const OPERATION = 'spec.rules[0].to[0].operation';
const WHEN = 'spec.rules[0].when[0]';
const DRY_RUN = 'metadata.annotations[istio.io/dry-run]';
const RULE = 'spec.rules[0]';

const LISTS_OF_A_SOURCE = [
  'principals', 'notPrincipals', 'requestPrincipals', 'notRequestPrincipals', 'namespaces', 'notNamespaces',
  'trustDomains', 'notTrustDomains', 'ipBlocks', 'notIpBlocks', 'remoteIpBlocks', 'notRemoteIpBlocks', 'serviceAccounts', 'notServiceAccounts',
];
const LISTS_OF_AN_OPERATION = ['hosts', 'notHosts', 'ports', 'notPorts', 'methods', 'notMethods', 'paths', 'notPaths'];
const PLAIN_KEYS = ['source.namespace', 'source.principal', 'request.auth.principal', 'request.auth.audiences', 'request.auth.presenter', 'connection.sni'];
const KNOWN_OF_TCP = [
  'principals', 'notPrincipals', 'namespaces', 'notNamespaces', 'serviceAccounts', 'notServiceAccounts', 'ipBlocks', 'notIpBlocks', 'remoteIpBlocks', 'notRemoteIpBlocks',
];
const NOT_WITH_CUSTOM = LISTS_OF_A_SOURCE.filter(field => !field.endsWith('IpBlocks') && field !== 'ipBlocks');
const valueFor = (field: string) => /ipBlocks/i.test(field) ? '10.0.0.0/8' : 'a';

export const AUTHORIZATION_POLICIES = examplesOf('AuthorizationPolicy', {
  accepted: [
    ...FINE_TARGETS,
    ['nothing', {}],
    ['no rule', { rules: [] }],
    ['a rule for everything', rule({})],
    ['empty lists in a rule', rule({ from: [], to: [], when: [] })],
    ['AUDIT without rules', { action: 'AUDIT' }],
    ['DENY with a rule for everything', deny(rule({}))],
    ['CUSTOM with a provider', custom(rule({}))],
    ['CUSTOM by addresses and headers', custom(rule({ from: [{ source: { ipBlocks: ['1.2.3.4'] } }], when: [{ key: 'request.headers[x]', values: ['y'] }] }))],
    ...['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False'].map(value => [`a dry run ${value}`, {}, dryRun(value)] as const),
    ['addresses of every form', from({ ipBlocks: ['1.2.3.4', '10.0.0.1/8', '::1', '::ffff:1.2.3.4/96', 'fe80::1%eth0', '0.0.0.0/0'] })],
    ['service accounts with and without namespace', from({ serviceAccounts: ['a', 'b/c'], notServiceAccounts: Array(16).fill('a') })],
    ['a service account of 320 bytes', from({ serviceAccounts: ['é'.repeat(160)] })],
    ['trust domains with wildcards at an end', from({ trustDomains: ['*', '*.example.com', 'prod.*', 'a'] })],
    ['namespaces with wildcards anywhere', from({ namespaces: ['a*b', '**', 'a/b'] })],
    ['ports of every form', to({ ports: ['0', '65535', '00080'] })],
    ['paths with templates', to({ paths: ['/a/{*}/b/{**}/c', '{**}', '//{*}//', '/a%20b:c@d/{*}', '/{**}'] })],
    ['paths without templates', to({ paths: ['/a b', '*', '/é', '//', '/a//b', '/a?b=c'] })],
    ...PLAIN_KEYS.map(key => [`a condition on ${key}`, when(key, ['a*b'])] as const),
    ...['source.ip', 'remote.ip', 'destination.ip'].map(key => [`a condition on ${key}`, when(key, ['1.2.3.4'], ['10.0.0.0/8'])] as const),
    ['a condition on ports', when('destination.port', undefined, ['8080'])],
    ['a condition on service accounts', when('source.serviceAccount', ['a', 'b/c'])],
    ['a condition on trust domains', when('source.trustDomain', ['a/b', '*c'])],
    ...['request.headers[x]', 'request.headers-x[y]', 'request.auth.claims[a][b]', 'experimental.envoy.filters.a.b[c]', 'request.headers[]]'].map(
      key => [`a condition on ${key}`, when(key, ['a'])] as const),
    ['DENY by ports', deny(to({ ports: ['80'], methods: ['GET'] }))],
    ['DENY by not these ports', deny(to({ notPorts: ['80'] }))],
    ['DENY by ports in one of two operations', deny(rule({ to: [{ operation: { methods: ['GET'] } }, { operation: { ports: ['80'] } }] }))],
    ...KNOWN_OF_TCP.map(field => [`DENY by ${field}`, deny(from({ [field]: [valueFor(field)] }))] as const),
    ['DENY by conditions only', deny(when('request.headers[x]', ['a']))],
    ['ALLOW by methods', to({ methods: ['GET'] })],
  ],
  warned: [
    ...POINTLESS_TARGETS,
    ['DENY by methods', deny(to({ methods: ['GET'] })), RULE],
    ['DENY by callers and methods', deny(rule({ from: [{ source: { namespaces: ['a'] } }], to: [{ operation: { paths: ['/a'] } }] })), RULE],
    ...['requestPrincipals', 'notRequestPrincipals', 'trustDomains', 'notTrustDomains'].map(field => [`DENY by ${field}`, deny(from({ [field]: ['a'] })), RULE] as const),
    ['DENY by methods in the second rule', deny(rule({}, { to: [{ operation: { hosts: ['a'] } }] })), 'spec.rules[1]'],
  ],
  refused: [
    ...FAULTY_TARGETS,
    ['DENY without rules', { action: 'DENY' }, 'spec.rules'],
    ['DENY with no rule', deny({ rules: [] }), 'spec.rules'],
    ['CUSTOM without rules', custom({}), 'spec.rules'],
    ['CUSTOM without provider', { action: 'CUSTOM', ...rule({}) }, 'spec.provider.name'],
    ['CUSTOM with an empty provider', { action: 'CUSTOM', provider: { name: '' }, ...rule({}) }, 'spec.provider.name'],
    ['ALLOW with a provider', { provider: { name: 'a' } }, 'spec.provider'],
    ['AUDIT with a provider', { action: 'AUDIT', provider: {} }, 'spec.provider'],
    ...NOT_WITH_CUSTOM.map(field => [`CUSTOM by ${field}`, custom(from({ [field]: ['a'] })), `${SOURCE}.${field}`] as const),
    ...['source.namespace', 'source.serviceAccount', 'source.trustDomain', 'source.principal', 'request.auth.principal', 'request.auth.claims[a]'].map(
      key => [`CUSTOM by ${key}`, custom(when(key, ['a'])), `${WHEN}.key`] as const),
    ...['yes', '', 'tRue', ' true'].map(value => [`a dry run ${JSON.stringify(value)}`, {}, DRY_RUN, dryRun(value)] as const),
    ['a dry run of AUDIT', { action: 'AUDIT' }, DRY_RUN, dryRun('true')],
    ['a dry run of CUSTOM', custom(rule({})), DRY_RUN, dryRun('true')],
    ['an annotation of Istio itself', {}, 'metadata.annotations[internal.istio.io/parents]', { annotations: { 'internal.istio.io/parents': 'a' } }],
    ['an entry of from without source', from(), 'spec.rules[0].from[0]'],
    ['an empty source', from({}), SOURCE],
    ['a source of empty lists', from({ principals: [] }), SOURCE],
    ['an entry of to without operation', to(), 'spec.rules[0].to[0]'],
    ['an empty operation', to({}), OPERATION],
    ...LISTS_OF_A_SOURCE.map(field => [`an empty text in ${field}`, from({ [field]: ['', valueFor(field)] }), `${SOURCE}.${field}[0]`] as const),
    ...LISTS_OF_AN_OPERATION.map(field => [`an empty text in ${field}`, to({ [field]: [''] }), `${OPERATION}.${field}[0]`] as const),
    ...['1.2.3', '01.2.3.4', '1.2.3.4/33', '1.2.3.4/08', '1.2.3.0-1.2.3.9', '*', 'fe80::1%eth0/64', 'example.com', '1.2.3.4/8/8', ' 1.2.3.4'].map(
      block => [`the address ${block}`, from({ ipBlocks: [block] }), `${SOURCE}.ipBlocks[0]`] as const),
    ...['a*', '*', 'a/b/c', '/a', 'a/', `${'é'.repeat(160)}a`].map(
      account => [`the service account ${account.slice(0, 9)}`, from({ serviceAccounts: [account] }), `${SOURCE}.serviceAccounts[0]`] as const),
    ...['a*b', '**', 'a/b', '*a*', '*/a'].map(domain => [`the trust domain ${domain}`, from({ trustDomains: [domain] }), `${SOURCE}.trustDomains[0]`] as const),
    ...['65536', '-1', '+80', 'http', '80-90', '8 0', '0x50', '*'].map(port => [`the port ${port}`, to({ notPorts: [port] }), `${OPERATION}.notPorts[0]`] as const),
    ...['/a/{id}', '/a{*}', '/{*', '/a}', '/{**}/{*}', '/{**}/{**}', '/{*}/*', '/{*}/a b', '/{*}//a', '/{*}/é', '/{*}/a?b', '{*}{*}'].map(
      path => [`the path ${path}`, to({ paths: [path] }), `${OPERATION}.paths[0]`] as const),
    ['a condition without values', when('source.ip'), WHEN],
    ['a condition with empty lists', when('source.ip', [], []), WHEN],
    ['a condition with neither key nor values', when(''), WHEN],
    ['a condition with an empty key', when('', ['a']), `${WHEN}.key`],
    ...['source.ips', 'destination.labels[a]', 'destination.namespace', 'destination.name', 'destination.user', 'request.headers', 'request.headers[]', 'request.auth.claims', 'request.auth.claims[a',
      'experimental.envoy.filters.a', 'experimental.envoy[a]', 'toString'].map(key => [`a condition on ${key}`, when(key, ['a']), `${WHEN}.key`] as const),
    ['an empty value of a condition', when('request.headers[x]', ['a', '']), `${WHEN}.values[1]`],
    ['an address that is none in a condition', when('remote.ip', ['a']), `${WHEN}.values[0]`],
    ['a port that is none in a condition', when('destination.port', ['80'], ['a']), `${WHEN}.notValues[0]`],
    ['a service account with a wildcard in a condition', when('source.serviceAccount', ['*']), `${WHEN}.values[0]`],
    ['too many service accounts in a condition', when('source.serviceAccount', Array(17).fill('a')), `${WHEN}.values`],
    ['a trust domain with a wildcard in the middle in a condition', when('source.trustDomain', ['a*b']), `${WHEN}.values[0]`],
  ],
});
