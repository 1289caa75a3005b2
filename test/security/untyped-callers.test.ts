import { ApiObject } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { Shop, errorOf } from './shop';
import { EgressPolicy, Injection, MtlsException, PathMatch, StringMatch, ZeroTrustNamespace } from '../../src';

/** What JavaScript, Python and a Map look-up hand over, whatever the types say. */
type Untyped = any;

const WRAP = 'Wrap pods (a Deployment, a CronJob …) first: new MeshWorkload(scope, \'id\', { workload }).';

function deployment(shop: Shop): kplus.Deployment {
  return new kplus.Deployment(shop.chart, 'web', { containers: [{ image: 'x' }] });
}

function rawService(shop: Shop): ApiObject {
  return new ApiObject(shop.chart, 'raw', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'raw' } });
}

describe('a caller that is none never becomes a rule for everyone', () => {
  const none = (value: string) => `the caller is ${value}, and a rule without one would allow everyone. `
    + `Give the MeshService or MeshWorkload that calls. ${WRAP} For callers without an identity use allowPlaintext.`;
  const other = (value: string) => `the caller is ${value}, which has no identities. Give a MeshService or a MeshWorkload. ${WRAP}`;
  const callers: [string, (shop: Shop) => Untyped, string][] = [
    ['null', () => null, none('null')],
    ['a name', () => 'frontend', other('"frontend"')],
    ['a Deployment', deployment, other('the Deployment [shop/web]')],
    ['a raw object', rawService, other('the Service [shop/raw]')],
  ];

  test.each<[string, (shop: Shop) => Untyped, string]>([['undefined', () => new Map().get('frontend'), none('undefined')], ...callers])('%s in an allow', (_, caller, message) => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust();
    expect(errorOf(() => zeroTrust.allow({ caller: caller(shop), target: shop.service('reviews') }))).toBe(`[shop/zero-trust] allow: ${message}`);
    expect(zeroTrust.policies).toEqual([]);
  });

  test.each(callers)('%s in a scrape', (_, caller, message) => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust();
    expect(errorOf(() => zeroTrust.allowScrape({ caller: caller(shop), target: shop.service('reviews'), ports: [80] }))).toBe(`[shop/zero-trust] allowScrape: ${message}`);
    expect(zeroTrust.policies).toEqual([]);
  });

  test('and an allow cannot be made plaintext by a field that it does not have', () => {
    const shop = new Shop();
    const caller = { plaintext: true, ipBlocks: ['10.0.0.1'], caller: shop.workload('frontend') } as Untyped;
    shop.zeroTrust().allow({ ...caller, target: shop.service('reviews') });
    expect(shop.rules('allow-frontend-to-reviews')[0].from).toEqual([{ source: { serviceAccounts: ['shop/frontend'] } }]);
  });
});

describe('a target that is none is refused', () => {
  const calls: [string, (zeroTrust: ZeroTrustNamespace, target: Untyped, shop: Shop) => void][] = [
    ['allow', (zeroTrust, target, shop) => zeroTrust.allow({ caller: shop.workload('frontend'), target })],
    ['allowPlaintext', (zeroTrust, target) => zeroTrust.allowPlaintext({ target, ports: [80] })],
    ['allowScrape', (zeroTrust, target, shop) => zeroTrust.allowScrape({ caller: shop.workload('frontend'), target, ports: [80] })],
    ['exceptMtls', (zeroTrust, target) => zeroTrust.exceptMtls(target, [80], MtlsException.DISABLE)],
  ];
  const targets: [string, (shop: Shop) => Untyped, string][] = [
    ['undefined', () => undefined, 'undefined'], ['null', () => null, 'null'],
    ['a Deployment', deployment, 'the Deployment [shop/web]'], ['a raw object', rawService, 'the Service [shop/raw]'],
  ];

  test.each(calls.flatMap(([name, call]) => targets.map(([what, target, value]) => [name, what, call, target, value] as const)))('%s: %s', (name, _, call, target, value) => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust();
    expect(errorOf(() => call(zeroTrust, target(shop), shop))).toBe(
      `[shop/zero-trust] ${name}: the target is ${value}, and policies select the pods of a MeshService or a MeshWorkload. Give one of these. ${WRAP}`);
    expect(zeroTrust.policies).toEqual([]);
  });
});

describe('an egress that is no service is refused', () => {
  test.each<[string, (shop: Shop) => Untyped, string]>([
    ['undefined', () => undefined, 'undefined'],
    ['a workload', (shop) => shop.workload('ratings', 'data'), 'the MeshWorkload [shop/data-ratings-pods]'],
    ['a host', () => 'api.example.com', '"api.example.com"'],
  ])('%s', (_, service, value) => {
    const shop = new Shop();
    expect(errorOf(() => shop.zeroTrust().allowEgress(service(shop)))).toBe(
      `[shop/zero-trust] allowEgress: the service is ${value}, and calls go to the host of a MeshService. Give the MeshService in front of it, or name the host: allowEgressToHost("api.example.com").`);
  });

  test('nor is a host that is none', () => {
    expect(errorOf(() => new Shop().zeroTrust().allowEgressToHost(undefined as Untyped))).toBe(
      '[shop/zero-trust] allowEgressToHost: the host is undefined. Write a full DNS name, for example "api.example.com"; a MeshService goes to allowEgress.');
  });
});

describe('a value of another type is refused, and what to write is said', () => {
  const list = (field: string, value: string, example: string) => `\`${field}\` is ${value}, not a list. Write for example ${field}: ${example}.`;
  const path = (value: string, example = '/healthz') =>
    `\`paths\` holds ${value}, and a path is a PathMatch. Write for example PathMatch.exact('${example}') or PathMatch.segment('${example}').`;

  test.each<[Untyped, string]>([
    [{ methods: 'GET' }, list('methods', '"GET"', '[\'GET\']')],
    [{ methods: null }, list('methods', 'null', '[\'GET\']')],
    [{ paths: PathMatch.exact('/x') }, list('paths', 'a PathMatch', '[PathMatch.exact(\'/healthz\')]')],
    [{ paths: null }, list('paths', 'null', '[PathMatch.exact(\'/healthz\')]')],
    [{ paths: ['/x'] }, path('"/x"', '/x')],
    [{ paths: [StringMatch.exact('/x')] }, path('a StringMatch')],
    [{ paths: [undefined] }, path('undefined')],
    [{ ports: 80 }, list('ports', '80', '[80]')],
    [{ ports: null }, list('ports', 'null', '[80]')],
    [{ ports: ['80'] }, 'port "80" is none: a port is a whole number from 1 to 65535.'],
    [{ sharedIdentity: 'false' }, '`sharedIdentity` is "false". Write true or false, without quotes, or leave it out.'],
  ])('allow with %j', (props, message) => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust();
    expect(errorOf(() => zeroTrust.allow({ caller: shop.workload('frontend'), target: shop.workload('reviews'), ...props }))).toBe(`[shop/zero-trust] allow: ${message}`);
    expect(zeroTrust.policies).toEqual([]);
  });

  test.each<[Untyped, string]>([
    [{ ports: undefined }, list('ports', 'undefined', '[80]')],
    [{ ipBlocks: '10.0.0.1' }, list('ipBlocks', '"10.0.0.1"', '[\'10.0.0.0/16\']')],
    [{ ipBlocks: [10] }, '`ipBlocks`: 10 is neither an IP address nor a CIDR block. Write for example "10.0.0.1" or "10.0.0.0/16".'],
  ])('allowPlaintext with %j', (props, message) => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust();
    expect(errorOf(() => zeroTrust.allowPlaintext({ target: shop.workload('reviews'), ports: [80], ...props }))).toBe(`[shop/zero-trust] allowPlaintext: ${message}`);
    expect(zeroTrust.policies).toEqual([]);
  });

  test.each<[Untyped, string]>([
    [{ ports: undefined }, list('ports', 'undefined', '[80]')],
    [{ plaintext: 'true' }, '`plaintext` is "true". Write true or false, without quotes, or leave it out.'],
    [{ path: null }, 'PathMatch.exact: null is not a text. Write for example PathMatch.exact(\'/reviews\').'],
  ])('allowScrape with %j', (props, message) => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust();
    expect(errorOf(() => zeroTrust.allowScrape({ target: shop.workload('reviews'), ports: [80], plaintext: true, ...props }))).toBe(`[shop/zero-trust] allowScrape: ${message}`);
    expect(zeroTrust.policies).toEqual([]);
  });

  test.each<[Untyped, Untyped, string]>([
    [[80], undefined, '`mode` is undefined. Give MtlsException.PERMISSIVE or MtlsException.DISABLE.'],
    [[80], 'STRICT', '`mode` is "STRICT". Give MtlsException.PERMISSIVE or MtlsException.DISABLE.'],
    [80, MtlsException.DISABLE, list('ports', '80', '[80]')],
    [undefined, MtlsException.DISABLE, list('ports', 'undefined', '[80]')],
  ])('exceptMtls with %j and %j', (ports, mode, message) => {
    const shop = new Shop();
    expect(errorOf(() => shop.zeroTrust().exceptMtls(shop.workload('db'), ports, mode))).toBe(`[shop/zero-trust] exceptMtls: ${message}`);
  });

  test.each<[string, string]>([
    ['allow', 'allow({ caller, target })'],
    ['allowPlaintext', 'allowPlaintext({ target, ports: [8443] })'],
    ['allowScrape', 'allowScrape({ caller, target, ports: [9102] })'],
  ])('%s without props', (method, example) => {
    expect(errorOf(() => (new Shop().zeroTrust() as Untyped)[method]())).toBe(`[shop/zero-trust] ${method}: undefined is given instead of props. Write ${example}.`);
  });

  test.each<[Untyped, string]>([
    [{ namespace: undefined }, '`namespace` is undefined, not a text. Write for example "shop".'],
    [{ rootNamespace: 7 }, '`rootNamespace` is 7, not a text. Write for example "istio-system".'],
    [{ trustDomains: null }, '`trustDomains` is null, not a list. Write for example trustDomains: [\'cluster.local\', \'partner.example\'].'],
    [{ trustDomains: 'cluster.local' }, '`trustDomains` is "cluster.local", not a list. Write for example trustDomains: [\'cluster.local\', \'partner.example\'].'],
    [{ trustDomains: [7] }, '`trustDomains` holds 7, which is not a domain. Write it without spiffe:// and without wildcards, for example "cluster.local".'],
    [{ clusterDomain: null }, '`clusterDomain` is null, not a text. Write for example "cluster.local".'],
    [{ dryRun: 'false' }, '`dryRun` is "false". Write true or false, without quotes, or leave it out.'],
    [{ existing: 'yes' }, '`existing` is "yes". Write true or false, without quotes, or leave it out.'],
    [{ egress: 'open' }, '`egress` is "open". Give EgressPolicy.LIMITED or EgressPolicy.OPEN.'],
    [{ metadata: 'x' }, '"x" is given instead of props. Write metadata: { labels: { team: \'shop\' } }.'],
    [{ injection: '1-31' }, '`injection` is "1-31", so pods would get no sidecar. Give Injection.enabled(), or Injection.revision(\'1-31\').'],
    [{ injection: { label: 'x' } }, '`injection` is an object with label, so pods would get no sidecar. Give Injection.enabled(), or Injection.revision(\'1-31\').'],
  ])('a namespace with %j', (props, message) => {
    expect(errorOf(() => new Shop().zeroTrust(props))).toBe(`[shop/zero-trust] ${message}`);
  });

  test('a namespace without props', () => {
    expect(errorOf(() => new (ZeroTrustNamespace as Untyped)(new Shop().chart, 'zero-trust'))).toBe(
      '[shop/zero-trust] undefined is given instead of props. Write new ZeroTrustNamespace(scope, \'id\', { namespace: \'shop\' }).');
  });

  test('an egress policy by its value, as JavaScript writes it', () => {
    expect(new Shop().zeroTrust({ egress: 'OPEN' as EgressPolicy }).sidecar).toBeUndefined();
  });

  test.each(['exact', 'prefix', 'suffix', 'segment', 'template'])('PathMatch.%s', (factory) => {
    expect(errorOf(() => (PathMatch as Untyped)[factory](7))).toBe(`PathMatch.${factory}: 7 is not a text. Write for example PathMatch.${factory}('${factory === 'template' ? '/users/{*}' : '/reviews'}').`);
  });

  test('a revision', () => {
    expect(errorOf(() => Injection.revision(undefined as Untyped))).toContain('Injection.revision: undefined is not a revision');
  });
});
