import * as fc from 'fast-check';
import { CallerRequest } from './request-evaluator';

const NAMESPACES = ['shop', 'data'];
const APPS = ['a', 'b', 'c'];
/** Of each workload: one of requests, one of bytes, one that says nothing. */
const PORTS = [8080, 3306, 7000];
const OTHER_PORTS = [9000, 9001];

const LISTENED = [...PORTS, ...OTHER_PORTS].map((containerPort) => ({ containerPort }));

/** The namespaces, Services and Deployments that random policies are for. */
export const APPLICATION: readonly any[] = NAMESPACES.flatMap((namespace) => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { 'istio-injection': 'enabled' } } },
  ...APPS.flatMap((app) => [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: app, namespace },
      spec: { selector: { app }, ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'tcp-db', port: 3306 }, { name: 'what', port: 7000 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: app, namespace },
      spec: { selector: { matchLabels: { app } }, template: { metadata: { labels: { app, tier: app === 'c' ? 'back' : 'front' } }, spec: { serviceAccountName: app, containers: [{ name: app, image: 'application', ports: LISTENED }] } } },
    },
  ]),
]);

const of = <T>(...values: T[]) => fc.constantFrom(...values);
/** Mostly left out; else one or two of the values. */
const some = (...values: string[]) => fc.option(fc.uniqueArray(of(...values), { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 2 });
const METHODS = ['GET', 'POST', '*', 'P*'];
const PATHS = ['/', '/a', '/a*', '*x', '/a/{*}', '/{**}', '*'];
const NAMED = ['cluster.local/ns/shop/sa/a', 'cluster.local/ns/shop/sa/b', 'cluster.local/ns/data/sa/a', '*', 'cluster.local/ns/shop/*', '*/sa/b'];
const ACCOUNTS = ['a', 'b', 'shop/a', 'data/c'];
const BLOCKS = ['10.1.0.0/16', '10.2.0.5', '10.0.0.0/8'];
const SUBJECTS = ['issuer/alice', 'issuer/*', '*'];
const HOSTS = ['a.example', '*.example', 'B.example'];

const isFilled = (object: object) => Object.values(object).some((value) => value !== undefined);
const source = fc.record({
  principals: some(...NAMED),
  notPrincipals: some(...NAMED.slice(0, 5)),
  namespaces: some('shop', 'data', 'd*'),
  notNamespaces: some('shop', 'other'),
  ipBlocks: some(...BLOCKS),
  notIpBlocks: some(BLOCKS[0]),
  requestPrincipals: some(...SUBJECTS),
  notRequestPrincipals: some(...SUBJECTS),
}).filter(isFilled).map((object) => ({ source: object }));
/** `serviceAccounts` stands alone, or with addresses. */
const accounts = fc.record({ serviceAccounts: some(...ACCOUNTS), notServiceAccounts: some(...ACCOUNTS), ipBlocks: some(...BLOCKS) })
  .filter(isFilled).map((object) => ({ source: object }));
const operation = fc.record({
  methods: some(...METHODS),
  notMethods: some('GET', 'POST'),
  paths: some(...PATHS),
  notPaths: some('/a', '/a*', '/a/{*}'),
  hosts: some(...HOSTS),
  notHosts: some(...HOSTS),
  ports: some('8080', '3306', '7000', '9000'),
  notPorts: some('8080', '3306', '9000'),
}).filter(isFilled).map((object) => ({ operation: object }));
const condition = of('request.headers[x-team]', 'request.auth.claims[role]', 'source.namespace', 'destination.port')
  .chain((key) => {
    const values = key === 'destination.port' ? ['8080', '3306'] : key === 'source.namespace' ? NAMESPACES : ['one', 'o*', 'two'];
    return fc.record({ key: fc.constant(key), values: some(...values), notValues: some(...values) });
  })
  .filter(({ values, notValues }) => values !== undefined || notValues !== undefined);
const list = <T>(item: fc.Arbitrary<T>) => fc.option(fc.array(item, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 2 });
const rule = fc.record({ from: list(fc.oneof(source, accounts)), to: list(operation), when: list(condition) });

const place = fc.record({ namespace: of(...NAMESPACES, 'istio-system'), selector: of(undefined, { app: 'a' }, { tier: 'front' }, { app: 'c', tier: 'back' }) })
  .map(({ namespace, selector }) => ({ namespace, selector: selector && { matchLabels: selector } }));

const policy = fc.record({
  place,
  action: fc.oneof({ weight: 3, arbitrary: of<string | undefined>(undefined) }, { weight: 3, arbitrary: of<string | undefined>('DENY') }, { weight: 1, arbitrary: of<string | undefined>('AUDIT', 'CUSTOM') }),
  rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
  isDryRun: fc.integer({ max: 9, min: 0 }).map((one) => one === 0),
}).map(({ place: { namespace, selector }, action, rules, isDryRun }) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  // Neither AUDIT nor CUSTOM has a dry run.
  metadata: { namespace, ...(isDryRun && action !== 'CUSTOM' && action !== 'AUDIT' && { annotations: { 'istio.io/dry-run': 'true' } }) },
  spec: { selector, action, rules, ...(action === 'CUSTOM' && { provider: { name: 'opa' } }) },
}));

const mode = of('STRICT', 'PERMISSIVE', 'DISABLE');
const peers = fc.record({ place, mode, port: fc.option(fc.record({ number: of(...PORTS, 9000), mode }), { nil: undefined }) })
  .map(({ place: { namespace, selector }, mode: whole, port }) => ({
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { namespace },
    spec: { selector, mtls: { mode: whole }, ...(selector && namespace !== 'istio-system' && port && { portLevelMtls: { [port.number]: { mode: port.mode } } }) },
  }));
const tokens = place.map(({ namespace, selector }) => ({
  apiVersion: 'security.istio.io/v1', kind: 'RequestAuthentication', metadata: { namespace }, spec: { selector, jwtRules: [{ issuer: 'issuer', jwks: '{"keys":[]}' }] },
}));

/** The provider of CUSTOM policies. */
const CONFIG = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'istio', namespace: 'istio-system' },
  data: { mesh: 'extensionProviders:\n- name: opa\n  envoyExtAuthzGrpc: { service: opa.shop.svc.cluster.local, port: 9191 }\n' },
};

/** Policies of all kinds, by whatever is possible; names in order of age. */
export const RANDOM_POLICIES: fc.Arbitrary<any[]> = fc.tuple(
  fc.array(policy, { maxLength: 6 }), fc.array(peers, { maxLength: 3 }), fc.array(tokens, { maxLength: 1 }),
).map(([policies, authentications, jwts]) => [...policies, ...authentications, ...jwts]
  .map((object: any, i) => JSON.parse(JSON.stringify({ ...object, metadata: { ...object.metadata, name: `p${i}` } }))));

export const RANDOM_MESH: fc.Arbitrary<any[]> = RANDOM_POLICIES.map((policies) => [CONFIG, ...APPLICATION, ...policies]);

type Token = Exclude<CallerRequest['token'], undefined>;
const TOKENS: readonly (Token | undefined)[] = [
  undefined, 'invalid', { issuer: 'issuer', subject: 'alice', claims: { role: 'one' } }, { issuer: 'issuer', subject: 'bob', claims: {} },
];

export const RANDOM_REQUEST: fc.Arbitrary<CallerRequest & { readonly target: string }> = fc.record({
  namespace: of(...NAMESPACES),
  app: of(...APPS),
  port: of(...PORTS, ...OTHER_PORTS),
  sniffed: fc.boolean(),
  account: of(undefined, 'shop/a', 'shop/b', 'data/a', 'data/c', 'other/x'),
  ip: of('10.1.2.3', '10.2.0.5', '192.168.0.1'),
  method: of('GET', 'POST', 'PUT', 'DELETE'),
  path: of('/', '/a', '/a/b', '/a/b/c', '/x'),
  host: of('a.example', 'A.EXAMPLE', 'b.example', 'other'),
  team: of(undefined, 'one', 'other'),
  token: of(...TOKENS),
}).map(({ namespace, app, sniffed, team, port, ...request }) => ({
  ...request,
  namespace,
  target: `${namespace}/${app}`,
  labels: { app, tier: app === 'c' ? 'back' : 'front' },
  port,
  isHttp: port === 8080 || (port !== 3306 && sniffed),
  headers: (team === undefined ? {} : { 'x-team': team }) as Record<string, string>,
}));
