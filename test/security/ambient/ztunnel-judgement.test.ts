import { ApiObject } from 'cdk8s';
import {
  AllowPolicy, AmbientNamespace, AuditPolicy, ClientAddress, DenyPolicy, ExtensionProvider, ExternalAuthorization, IWaypoint, IpAllowList,
  Jwks, JwtAudiences, JwtAuthentication, MeshPort, MtlsPolicy, PathMatch, PolicyCondition, PolicyRule, PolicyScope, PolicySource, ProxyConfiguration,
  SidecarScope, Waypoint,
} from '../../../src';
import { WARNING } from '../../../src/model/warning';
import { Shop, errorOf } from '../shop';

const FRONTEND = PolicySource.serviceAccount('shop', 'frontend');
const BY_PATH: PolicyRule = { sources: [FRONTEND], operations: [{ paths: [PathMatch.segment('/admin')], ports: [80] }] };
const BY_CALLER: PolicyRule = { sources: [FRONTEND] };

type Say = (shop: Shop, scope: PolicyScope) => unknown;

const allow = (...rules: PolicyRule[]): Say => (shop, scope) => new AllowPolicy(shop.chart, 'allow', { scope, rules });
const deny = (...rules: PolicyRule[]): Say => (shop, scope) => new DenyPolicy(shop.chart, 'deny', { scope, rules });
const tokens: Say = (shop, scope) => new JwtAuthentication(shop.chart, 'jwt', {
  scope, issuers: [{ issuer: 'https://id.example.com', jwks: Jwks.uri('https://id.example.com/keys'), audiences: JwtAudiences.of('shop') }],
});
const custom: Say = (shop, scope) => new ExternalAuthorization(shop.chart, 'custom', {
  scope, provider: ExtensionProvider.grpc('opa', { service: shop.service('opa'), port: 80 }), rules: [{ operations: [{ ports: [80] }] }],
});

interface Setting {
  readonly waypoint?: IWaypoint;
  readonly podLabels?: { [label: string]: string };
  readonly ambient?: boolean;
}

/** What is said of a policy for the pods of a Service, or what `scopeOf` makes of it. */
function said(say: Say, { waypoint, podLabels, ambient = true }: Setting = {}, scopeOf = (shop: Shop) => PolicyScope.workload(shop.service('reviews'))) {
  const shop = new Shop();
  if (ambient) new AmbientNamespace(shop.chart, 'namespace', { name: 'shop', waypoint });
  if (podLabels) {
    new ApiObject(shop.chart, 'pods', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'reviews', namespace: 'shop' },
      spec: {
        selector: { matchLabels: { app: 'reviews' } },
        template: { metadata: { labels: { app: 'reviews', ...podLabels } }, spec: { serviceAccountName: 'reviews', containers: [{ name: 'reviews', image: 'registry.example.com/reviews:1.0.0' }] } },
      },
    });
  }
  say(shop, scopeOf(shop));
  let error = '';
  try {
    shop.manifests();
  } catch (thrown) {
    error = (thrown as Error).message;
  }
  const warnings = shop.chart.node.findAll()
    .flatMap(({ node }) => node.metadata.filter(({ type }) => type === WARNING).map(({ data }) => String(data)));
  return { error, warning: warnings.join('\n') };
}

const WAYPOINT = Waypoint.existing('waypoint', 'shop');
const NOTHING = { error: '', warning: '' };

describe('what ztunnel would let in is refused', () => {
  test('a decision of somebody else', () => {
    expect(said(custom).error).toContain('[shop/custom] it leaves the decision to a provider, and namespace shop is in the ambient mesh, where ztunnel asks nobody: everything would be let in. Say it where requests are judged: PolicyScope.service(service), with a waypoint.');
  });

  test('tokens that nobody verifies', () => {
    expect(said(tokens).error).toContain('[shop/jwt] namespace shop is in the ambient mesh, where ztunnel sees no requests: nobody would verify tokens.');
    expect(said(tokens, {}, () => PolicyScope.namespace('shop')).error).toContain('[shop/jwt] namespace shop is in the ambient mesh');
  });

  test('callers who come through a waypoint', () => {
    expect(said(deny(BY_CALLER), { waypoint: WAYPOINT }).error).toContain("rules[0]: it refuses some callers, and what comes through the waypoint shop/waypoint has the waypoint's identity when ztunnel sees it: they would be let in.");
    expect(said(deny(BY_CALLER))).toEqual(NOTHING);
    expect(said(deny({ sources: [PolicySource.ipBlocks('10.0.0.0/8')] }), { waypoint: WAYPOINT }).error).toContain('they would be let in');
    expect(said(deny({ conditions: [PolicyCondition.header('x', { values: ['1'] })], operations: [{ ports: [80] }] }), { waypoint: WAYPOINT }).error).toBe('');
  });

  test('what a policy says at a waypoint that is not there', () => {
    const atService = (shop: Shop) => PolicyScope.service(shop.service('reviews'));
    for (const say of [deny(BY_CALLER), allow(BY_PATH), tokens, custom]) {
      // Nothing of this App says what the Service's own labels are.
      expect(said(say, {}, atService).error).toBe('');
      expect(said(say, { waypoint: WAYPOINT }, atService)).toEqual(NOTHING);
    }
  });
});

describe('what ztunnel would refuse beyond what is said is a warning', () => {
  test.each<[string, Say, Setting, string]>([
    ['rules about requests that let in', allow(BY_PATH), {}, 'cannot judge paths: rules that ask for them let in nobody.'],
    ['rules about requests that refuse', deny(BY_PATH), {}, 'cannot judge paths: rules that ask for them refuse whatever the rest of the rule says.'],
    ['addresses of clients behind proxies', (shop, scope) => new IpAllowList(shop.chart, 'list', { scope, ranges: ['203.0.113.0/24'], hosts: ['a.example.com'] }), {}, 'cannot judge hosts'],
    ['all that comes through a waypoint', deny({ sources: [PolicySource.anyone().butNot(FRONTEND)] }), { waypoint: WAYPOINT }, 'so all of it is refused'],
    ['a waypoint that nobody lets in', allow(BY_CALLER), { waypoint: WAYPOINT }, 'and no policy lets it in: all of it is refused'],
    ['a dry run', (shop, scope) => new DenyPolicy(shop.chart, 'deny', { scope, rules: [BY_CALLER], dryRun: true }), {}, 'ztunnel is not given policies that only watch'],
    ['an audit', (shop, scope) => new AuditPolicy(shop.chart, 'audit', { scope, rules: [BY_CALLER] }), {}, 'ztunnel knows no AUDIT policies'],
  ])('%s', (_, say, setting, text) => {
    const { error, warning } = said(say, setting);
    expect(error).toBe('');
    expect(warning).toContain(text);
  });

  test('who lets in the waypoint, or nobody, means it', () => {
    const waypoint = { sources: [PolicySource.serviceAccount('shop', 'waypoint')] };
    expect(said(allow(BY_CALLER, waypoint), { waypoint: WAYPOINT })).toEqual(NOTHING);
    expect(said((shop, scope) => AllowPolicy.nothing(shop.chart, 'nothing', { scope }), { waypoint: WAYPOINT })).toEqual(NOTHING);
    expect(said((shop, scope) => {
      allow(BY_CALLER)(shop, scope);
      new AllowPolicy(shop.chart, 'other', { scope: PolicyScope.namespace('shop'), rules: [{ sources: [PolicySource.namespace('shop')] }] });
    }, { waypoint: WAYPOINT })).toEqual(NOTHING);
  });
});

describe('nothing is said', () => {
  const all: [string, Say][] = [['allow', allow(BY_PATH)], ['deny', deny(BY_PATH)], ['tokens', tokens], ['custom', custom]];

  test.each(all)('of %s where nothing here says that the namespace is in the ambient mesh', (_, say) => {
    expect(said(say, { ambient: false })).toEqual(NOTHING);
  });

  test.each(all)('of %s where some of the pods have a sidecar or are not in the mesh', (_, say) => {
    expect(said(say, { podLabels: { 'sidecar.istio.io/inject': 'true' } })).toEqual(NOTHING);
    expect(said(say, { podLabels: { version: 'v1' } })).not.toEqual(NOTHING);
  });

  test('of what ztunnel judges by itself', () => {
    expect(said(allow({ sources: [FRONTEND], operations: [{ ports: [80] }] }))).toEqual(NOTHING);
    expect(said((shop, scope) => new IpAllowList(shop.chart, 'list', { scope, ranges: ['203.0.113.0/24'], address: ClientAddress.peer() }))).toEqual(NOTHING);
  });
});

describe('a policy for a Service at its waypoint', () => {
  /** A Service that this App writes. */
  function withService(labels: { [label: string]: string }, namespace: (shop: Shop) => unknown): string {
    const shop = new Shop();
    namespace(shop);
    new ApiObject(shop.chart, 'object', {
      apiVersion: 'v1', kind: 'Service', metadata: { name: 'reviews', namespace: 'shop', labels }, spec: { selector: { app: 'reviews' }, ports: [{ name: 'http', port: 80 }] },
    });
    new DenyPolicy(shop.chart, 'deny', { scope: PolicyScope.service(shop.service('reviews')), rules: [BY_CALLER] });
    try {
      shop.manifests();
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  }

  test('is refused where it is known that there is none: nobody would read it', () => {
    expect(withService({}, (shop) => new AmbientNamespace(shop.chart, 'ns', { name: 'shop' })))
      .toContain('[shop/deny] neither the Service shop/reviews nor its Namespace names a waypoint, so nobody would read the policy, and it would refuse nothing.');
    expect(withService({ 'istio.io/use-waypoint': 'none' }, (shop) => new AmbientNamespace(shop.chart, 'ns', { name: 'shop', waypoint: WAYPOINT })))
      .toContain('does without a waypoint (istio.io/use-waypoint: none)');
  });

  test('is fine where there is one, or where others say whether there is', () => {
    expect(withService({ 'istio.io/use-waypoint': 'waypoint' }, (shop) => new AmbientNamespace(shop.chart, 'ns', { name: 'shop' }))).toBe('');
    expect(withService({}, (shop) => new AmbientNamespace(shop.chart, 'ns', { name: 'shop', waypoint: WAYPOINT }))).toBe('');
    expect(withService({}, () => undefined)).toBe('');
  });

  test('names the ports of the Service, as it is written', () => {
    const shop = new Shop();
    const scope = PolicyScope.service(shop.service('reviews'));
    new AllowPolicy(shop.chart, 'allow', { scope, rules: [{ sources: [PolicySource.anyone()], operations: [{ ports: [80], methods: ['GET'] }] }] });
    new JwtAuthentication(shop.chart, 'jwt', {
      scope, exemptions: [{ ports: [80], methods: ['HEAD'] }], issuers: [{ issuer: 'https://id.example.com', jwks: Jwks.uri('https://id.example.com/keys'), audiences: JwtAudiences.of('shop') }],
    });
    const policy = shop.find('AuthorizationPolicy', 'allow-reviews-at-waypoint');
    expect(policy.spec).toEqual({ action: 'ALLOW', targetRefs: [{ group: '', kind: 'Service', name: 'reviews' }], rules: [{ to: [{ operation: { ports: ['80'], methods: ['GET'] } }] }] });
    expect(shop.find('RequestAuthentication', 'reviews-at-waypoint').spec.targetRefs).toEqual([{ group: '', kind: 'Service', name: 'reviews' }]);
    expect(JSON.stringify(shop.rules('require-token-reviews-at-waypoint'))).toContain('"notPorts":["80"]');
  });

  test('asks for tokens only where somebody can bring one', () => {
    const told = (exemptions: { ports: number[] }[]) => {
      const shop = new Shop();
      const waypoint = new Waypoint(shop.chart, 'waypoint');
      new AmbientNamespace(shop.chart, 'namespace', { name: 'shop', waypoint });
      shop.service('db', [MeshPort.http(80), MeshPort.tcp(5432, { targetPort: 15432 })]);
      new JwtAuthentication(shop.chart, 'jwt', {
        scope: PolicyScope.waypoint(waypoint), exemptions, issuers: [{ issuer: 'https://id.example.com', jwks: Jwks.uri('https://id.example.com/keys'), audiences: JwtAudiences.of('shop') }],
      });
      return () => shop.manifests();
    };
    expect(errorOf(told([]))).toContain('db [shop/shop-db] has connections without requests on port 5432, where nobody can bring a token');
    expect(told([{ ports: [5432] }])).not.toThrow();
  });

  test('is for no host outside, and a waypoint is none of its pods', () => {
    expect(errorOf(() => PolicyScope.service({} as never))).toContain('PolicyScope.service: an object');
    expect(errorOf(() => PolicyScope.waypoint('waypoint' as never))).toContain('PolicyScope.waypoint: "waypoint" is no waypoint.');
  });

  test.each<[string, (shop: Shop, scope: PolicyScope) => unknown, string]>([
    ['mutual TLS', (shop, scope) => new MtlsPolicy(shop.chart, 'x', { scope }), 'ztunnel asks for mutual TLS'],
    ['what a sidecar sees', (shop, scope) => new SidecarScope(shop.chart, 'x', { scope }), 'it means nothing in the ambient mesh'],
    ['how a sidecar runs', (shop, scope) => new ProxyConfiguration(shop.chart, 'x', { scope, concurrency: 2 }), 'a ProxyConfig is for proxies beside pods'],
  ])('is not about %s', (_, say, text) => {
    for (const scopeOf of [() => PolicyScope.waypoint(WAYPOINT), (shop: Shop) => PolicyScope.service(shop.service('reviews'))]) {
      const shop = new Shop();
      expect(errorOf(() => say(shop, scopeOf(shop)))).toContain(text);
    }
  });
});
