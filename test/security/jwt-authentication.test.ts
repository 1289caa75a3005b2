import { generateKeyPairSync } from 'node:crypto';
import { ApiObject, Duration } from 'cdk8s';
import {
  Jwks, JwtAudiences, JwtAuthentication, JwtAuthenticationProps, JwtIssuer, JwtLocation, MeshPort, MeshWorkload, PathMatch, PolicyScope, PortProtocol,
  TokenExemption,
} from '../../src';
import { exceptedOperations } from '../../src/security/jwt-exemption';
import { Shop, errorOf } from './shop';

const ISSUER = 'https://id.example.com';
const KEYS = Jwks.uri(`${ISSUER}/jwks`);
const INLINE = Jwks.inline(JSON.stringify(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })));

function issuer(more: Partial<JwtIssuer> = {}): JwtIssuer {
  return { issuer: ISSUER, jwks: KEYS, audiences: JwtAudiences.of('shop'), ...more };
}

function authentication(shop: Shop, more: Partial<JwtAuthenticationProps> = {}, id = 'tokens'): JwtAuthentication {
  return new JwtAuthentication(shop.chart, id, { scope: PolicyScope.namespace('shop'), issuers: [issuer()], ...more });
}

/** The rule of an issuer as it is written. */
function written(more: Partial<JwtIssuer>): any {
  const shop = new Shop();
  authentication(shop, { issuers: [issuer(more)] });
  return shop.find('RequestAuthentication', 'default').spec.jwtRules[0];
}

function refusalOf(more: Partial<JwtIssuer>): string {
  return errorOf(() => authentication(new Shop(), { issuers: [issuer(more)] }));
}

function rulesOf(more: Partial<JwtAuthenticationProps>, scope: (shop: Shop) => PolicyScope = () => PolicyScope.namespace('shop')): any[] {
  const shop = new Shop();
  const { tokenPolicy } = authentication(shop, { scope: scope(shop), ...more });
  return shop.rules(tokenPolicy!.name);
}

const NO_TOKEN = [{ source: { notRequestPrincipals: [`${ISSUER}/*`] } }];

describe('JwtAuthentication', () => {
  test('verifies tokens, and refuses requests without one', () => {
    const shop = new Shop();
    const { requestAuthentication, tokenPolicy } = authentication(shop);
    expect(shop.manifests()).toEqual([
      {
        apiVersion: 'security.istio.io/v1',
        kind: 'RequestAuthentication',
        metadata: { name: 'default', namespace: 'shop' },
        spec: {
          jwtRules: [{
            issuer: ISSUER, jwksUri: `${ISSUER}/jwks`, audiences: ['shop'], fromHeaders: [{ name: 'Authorization', prefix: 'Bearer ' }],
          }],
        },
      },
      {
        apiVersion: 'security.istio.io/v1',
        kind: 'AuthorizationPolicy',
        metadata: { name: 'require-token', namespace: 'shop', annotations: { 'cdk8s-istio.dev/silence': expect.stringMatching(/^MESH2112: /) } },
        spec: { action: 'DENY', rules: [{ from: NO_TOKEN }] },
      },
    ]);
    expect([requestAuthentication.name, tokenPolicy!.name]).toEqual(['default', 'require-token']);
  });

  test('requires no token where that is said', () => {
    const shop = new Shop();
    expect(authentication(shop, { tokenOptional: true }).tokenPolicy).toBeUndefined();
    expect(shop.manifests().map(({ kind }) => kind)).toEqual(['RequestAuthentication']);
  });

  test('both objects are for the same pods, and named after them', () => {
    const shop = new Shop();
    authentication(shop, { scope: PolicyScope.workload(shop.workload('api')) });
    for (const [kind, name] of [['RequestAuthentication', 'api'], ['AuthorizationPolicy', 'require-token-api']]) {
      expect(shop.find(kind, name).spec.selector).toEqual({ matchLabels: { app: 'api' } });
    }
  });

  test('a Gateway of the Gateway API is named, not selected', () => {
    const shop = new Shop();
    authentication(shop, { scope: PolicyScope.kubernetesGateway('edge', 'public') });
    const targetRefs = [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }];
    expect(shop.find('RequestAuthentication', 'public')).toMatchObject({ metadata: { namespace: 'edge' }, spec: { targetRefs } });
    expect(shop.find('AuthorizationPolicy', 'require-token-public').spec).toMatchObject({ targetRefs });
  });

  test('what is required is a token of the issuers that are named, not of any that somebody adds', () => {
    expect(rulesOf({ issuers: [issuer(), issuer({ issuer: 'partner', jwks: INLINE })] })[0].from)
      .toEqual([{ source: { notRequestPrincipals: [`${ISSUER}/*`, 'partner/*'] } }]);
  });

  test('labels and annotations are those of both objects, and the name is the user\'s', () => {
    const shop = new Shop();
    authentication(shop, { metadata: { name: 'users', labels: { team: 'id' } } });
    expect(shop.manifests().map(({ metadata: { name, labels } }) => [name, labels])).toEqual([['users', { team: 'id' }], ['require-token-users', { team: 'id' }]]);
  });

  test('for the whole mesh, the token has to be forwarded, as the gateway would take it', () => {
    expect(errorOf(() => authentication(new Shop(), { scope: PolicyScope.mesh() }))).toContain(
      `[shop/tokens] every proxy of the mesh would require a token of ${ISSUER}, and the first one, the gateway's say, takes it out of the request`);
    const shop = new Shop();
    authentication(shop, { scope: PolicyScope.mesh(), issuers: [issuer({ forward: true })] });
    expect(shop.find('RequestAuthentication', 'default').metadata.namespace).toBe('istio-system');
    expect(() => authentication(new Shop(), { scope: PolicyScope.mesh(), tokenOptional: true })).not.toThrow();
  });

  test.each<[string, Partial<JwtAuthenticationProps>, string]>([
    ['no issuer', { issuers: [] }, '[shop/tokens] `issuers` is empty, so nobody\'s tokens would be verified. Name one: issuers: [{ issuer:'],
    ['one issuer twice', { issuers: [issuer(), issuer({ audiences: JwtAudiences.any() })] }, `\`issuers\` names ${ISSUER} twice, and Istio verifies a token by either.`],
    ['exemptions from nothing', { tokenOptional: true, exemptions: [{ ports: [1] }] }, '`exemptions` is given with `tokenOptional: true`'],
    ['preflights from nothing', { tokenOptional: true, corsPreflights: true }, '`corsPreflights` is given with `tokenOptional: true`'],
    ['another namespace', { metadata: { namespace: 'data' } }, '`metadata.namespace` is data, but a policy for namespace shop stands in shop.'],
    ['an exemption of everything', { exemptions: [{}] }, 'names no paths, methods or ports: no request would need a token.'],
    ['an exemption of every path', { exemptions: [{ paths: [PathMatch.prefix('/')] }] }, 'holds "/*", which is every path'],
    ['an exemption of no path', { exemptions: [{ paths: [] }] }, '`paths` of an exemption is empty.'],
  ])('%s is refused', (_, props, message) => {
    expect(errorOf(() => authentication(new Shop(), props))).toContain(message);
  });
});

describe('an issuer', () => {
  test('says where tokens are', () => {
    expect(written({ tokenFrom: [JwtLocation.header('x-token'), JwtLocation.headerWithPrefix('x-old', 'Token '), JwtLocation.queryParameter('t'), JwtLocation.cookie('s')] }))
      .toMatchObject({ fromHeaders: [{ name: 'x-token' }, { name: 'x-old', prefix: 'Token ' }], fromParams: ['t'], fromCookies: ['s'] });
  });

  test('says what the application gets', () => {
    expect(written({ forward: true, payloadToHeader: 'x-payload', claimsToHeaders: { 'x-user': 'sub', 'x-team': 'group.id' } })).toMatchObject({
      forwardOriginalToken: true,
      outputPayloadToHeader: 'x-payload',
      outputClaimToHeaders: [{ header: 'x-team', claim: 'group.id' }, { header: 'x-user', claim: 'sub' }],
    });
  });

  test('says for whom tokens are, or that it does not matter', () => {
    expect(written({ audiences: JwtAudiences.of('a', 'b', 'a') }).audiences).toEqual(['a', 'b']);
    expect(written({ audiences: JwtAudiences.any() })).not.toHaveProperty('audiences');
  });

  test('says how long fetching may take, and which claims hold several values', () => {
    expect(written({ timeout: Duration.millis(1500), spaceDelimitedClaims: ['roles'] })).toMatchObject({ timeout: '1.5s', spaceDelimitedClaims: ['roles'] });
    expect(written({ spaceDelimitedClaims: [] })).not.toHaveProperty('spaceDelimitedClaims');
  });

  test.each<[string, Partial<JwtIssuer>, string]>([
    ['no name', { issuer: '' }, '`issuer` is "".'],
    ['a star', { issuer: 'https://*.example.com' }, 'no token has one with "*" or blanks.'],
    ['a timeout for keys that stand in the object', { jwks: INLINE, timeout: Duration.seconds(1) }, '`timeout` is given, but the keys are written inline'],
    ['no place', { tokenFrom: [] }, '`tokenFrom` is empty, and Istio would look in its own places.'],
    ['a place twice', { tokenFrom: [JwtLocation.header('X-Token'), JwtLocation.header('x-token')] }, '`tokenFrom` names the header x-token twice.'],
    ['a header that is none', { claimsToHeaders: { 'x user': 'sub' } }, '`claimsToHeaders`: "x user" is not a header that Istio writes claims to'],
    ['a header with another meaning', { claimsToHeaders: { Authorization: 'sub' } }, 'the header Authorization means something else'],
    ['a header twice', { claimsToHeaders: { 'X-A': 'sub', 'x-a': 'iss' } }, '`claimsToHeaders` names the header x-a twice'],
    ['a claim without a name', { claimsToHeaders: { 'x-a': 'group.' } }, 'the claim for x-a is "group.".'],
    ['a header for both', { payloadToHeader: 'x-a', claimsToHeaders: { 'X-A': 'sub' } }, '`payloadToHeader` is x-a, which `claimsToHeaders` has for a claim.'],
    ['too many claims', { spaceDelimitedClaims: Array.from({ length: 65 }, (_, i) => `c${i}`) }, 'names 65 claims, and Istio takes 64.'],
  ])('with %s is refused', (_, more, message) => {
    expect(refusalOf(more)).toContain(message);
  });

  test('has audiences, or says that any will do', () => {
    expect(errorOf(() => JwtAudiences.of())).toContain('no audience is given, and Istio would take tokens for anyone.');
    expect(errorOf(() => JwtAudiences.of('https://*.example.com'))).toContain('is compared as it is, so no token would match.');
    expect(errorOf(() => JwtAudiences.of('a b'))).toContain('JwtAudiences.of: "a b" is not an audience.');
  });

  test.each<[string, () => JwtLocation, string]>([
    ['a header', () => JwtLocation.header('x token'), 'JwtLocation.header: "x token" is not the name of a header.'],
    ['a prefix', () => JwtLocation.headerWithPrefix('x-token', ''), 'JwtLocation.headerWithPrefix: the prefix is "".'],
    ['a parameter', () => JwtLocation.queryParameter('a=b'), 'JwtLocation.queryParameter: "a=b" is not a parameter\'s name.'],
    ['a cookie', () => JwtLocation.cookie('a;b'), 'JwtLocation.cookie: "a;b" is not the name of a cookie.'],
  ])('looks for tokens in %s that can be', (_, make, message) => {
    expect(errorOf(make)).toContain(message);
  });
});

describe('requests that need no token', () => {
  const health: TokenExemption = { paths: [PathMatch.exact('/healthz')] };

  test('are those of any exemption, all of whose fields hold', () => {
    const both: TokenExemption = { paths: [PathMatch.segment('/docs')], methods: ['GET'] };
    expect(rulesOf({ exemptions: [health, both] })).toEqual([{
      from: NO_TOKEN,
      to: [{ operation: { notPaths: ['/healthz', '/docs', '/docs/*'] } }, { operation: { notPaths: ['/healthz'], notMethods: ['GET'] } }],
    }]);
  });

  test('are told apart just as they are said, however many exemptions there are', () => {
    const exemptions: TokenExemption[] = [health, { paths: [PathMatch.exact('/a'), PathMatch.exact('/b')], methods: ['GET', 'PUT'] }, { ports: [1] }, { ports: [2], methods: ['PUT'] }];
    const operations = exceptedOperations(exemptions, PolicyScope.namespace('shop'));
    for (const path of ['/healthz', '/a', '/b', '/c']) {
      for (const method of ['GET', 'PUT', 'POST']) {
        for (const port of [1, 2, 3]) {
          const exempt = path === '/healthz' || port === 1 || (port === 2 && method === 'PUT') || (['/a', '/b'].includes(path) && ['GET', 'PUT'].includes(method));
          const refused = operations.some(({ notPaths = [], notMethods = [], notPorts = [] }) =>
            !notPaths.includes(path) && !notMethods.includes(method) && !notPorts.includes(String(port)));
          expect([path, method, port, refused]).toEqual([path, method, port, !exempt]);
        }
      }
    }
  });

  test('may be CORS preflights: whatever lacks one of their marks needs a token', () => {
    expect(rulesOf({ corsPreflights: true, exemptions: [health] })).toEqual([
      { from: NO_TOKEN, to: [{ operation: { notPaths: ['/healthz'], notMethods: ['OPTIONS'] } }] },
      { from: NO_TOKEN, to: [{ operation: { notPaths: ['/healthz'] } }], when: [{ key: 'request.headers[origin]', notValues: ['*'] }] },
      { from: NO_TOKEN, to: [{ operation: { notPaths: ['/healthz'] } }], when: [{ key: 'request.headers[access-control-request-method]', notValues: ['*'] }] },
    ]);
  });

  const ports = [
    MeshPort.http(80, { targetPort: 8080 }), MeshPort.tcp(5432), MeshPort.of({ number: 443, protocol: PortProtocol.HTTPS, targetPort: 8443 }),
    MeshPort.of({ number: 53, protocol: PortProtocol.UDP }),
  ];

  test('are connections to the ports of a service that carry no requests', () => {
    expect(rulesOf({}, (shop) => PolicyScope.workload(shop.service('api', ports)))).toEqual([{ from: NO_TOKEN, to: [{ operation: { notPorts: ['5432', '8443'] } }] }]);
  });

  test('are on the pods\' ports, given as those of the Service', () => {
    expect(rulesOf({ exemptions: [{ ports: [80], paths: [PathMatch.exact('/healthz')] }] }, (shop) => PolicyScope.workload(shop.service('api')))).toEqual([{
      from: NO_TOKEN, to: [{ operation: { notPorts: ['9080'] } }, { operation: { notPaths: ['/healthz'] } }],
    }]);
  });

  test('have to be said for other services of a namespace, whose connections would all be refused', () => {
    const shop = new Shop();
    shop.service('database', ports);
    authentication(shop);
    expect(errorOf(() => shop.app.synthYaml())).toContain('database [shop/shop-database] has connections without requests on port 5432, 8443 of its pods, where nobody can bring a token');
    const said = new Shop();
    said.service('database', ports);
    authentication(said, { exemptions: [{ ports: [5432, 8443] }] });
    expect(() => said.app.synthYaml()).not.toThrow();
  });

  test('have to be said for a workload behind such a service, and for no other', () => {
    const shop = new Shop();
    const service = shop.service('database', ports);
    const mine = authentication(shop, { scope: PolicyScope.workload(service.workloads[0]), exemptions: [{ ports: [8443], paths: [PathMatch.exact('/x')] }] });
    authentication(shop, { scope: PolicyScope.workload(shop.workload('other')), issuers: [issuer()] }, 'others');
    expect(mine.node.validate()).toEqual([expect.stringContaining('on port 5432, 8443 of its pods')]);
    expect(shop.chart.node.findChild('others').node.validate()).toEqual([]);
  });

  test('name ports that the Service has', () => {
    const shop = new Shop();
    const { node } = authentication(shop, { scope: PolicyScope.workload(shop.service('api')), exemptions: [{ ports: [9080] }] });
    expect(node.validate()).toEqual([expect.stringContaining('there is no port 9080 of api')]);
  });
});

describe('several JwtAuthentications', () => {
  const PARTNER = issuer({ issuer: 'https://partner.example.com' });
  const namespace = PolicyScope.namespace('shop');

  function conflict(build: (shop: Shop) => void): string | undefined {
    const shop = new Shop();
    build(shop);
    const errors = shop.app.node.validate();
    return errors.length === 0 ? undefined : errors.join('\n');
  }

  test.each<[string, (shop: Shop) => [PolicyScope, PolicyScope]]>([
    ['a workload and its namespace', (shop) => [namespace, PolicyScope.workload(shop.workload('api'))]],
    ['a workload and the mesh', (shop) => [PolicyScope.mesh(), PolicyScope.workload(shop.workload('api'))]],
    ['a Gateway and its namespace', () => [PolicyScope.namespace('edge'), PolicyScope.kubernetesGateway('edge', 'public')]],
    ['labels and fewer of them', (shop) => [
      PolicyScope.workload(shop.workload('api')),
      PolicyScope.workload(MeshWorkload.fromLabels(shop.chart, 'v1', { name: 'api-v1', namespace: 'shop', labels: { app: 'api', version: 'v1' } })),
    ]],
    ['labels and more of them', (shop) => [
      PolicyScope.workload(MeshWorkload.fromLabels(shop.chart, 'v1', { name: 'api-v1', namespace: 'shop', labels: { app: 'api', version: 'v1' } })),
      PolicyScope.workload(shop.workload('api')),
    ]],
    ['labels that some pods share', (shop) => {
      new ApiObject(shop.chart, 'pod', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod', labels: { app: 'api', tier: 'web' } } });
      return [
        PolicyScope.workload(shop.workload('api')),
        PolicyScope.workload(MeshWorkload.fromLabels(shop.chart, 'web', { name: 'web', namespace: 'shop', labels: { tier: 'web' } })),
      ];
    }],
  ])('for %s do not share an issuer, and do not both require', (_, scopes) => {
    const build = (second: JwtIssuer, tokenOptional: boolean) => (shop: Shop) => {
      const [one, other] = scopes(shop);
      authentication(shop, { scope: one, issuers: [issuer({ forward: true })] });
      authentication(shop, { scope: other, issuers: [second], tokenOptional }, 'more');
    };
    expect(conflict(build(issuer(), true))).toContain(`[shop/more] and [shop/tokens] both verify tokens of ${ISSUER} for the same pods`);
    expect(conflict(build(PARTNER, false))).toContain('[shop/more] and [shop/tokens] each require a token of their own issuers');
    expect(conflict(build(PARTNER, true))).toBeUndefined();
  });

  test.each<[string, (shop: Shop) => PolicyScope]>([
    ['another workload', (shop) => PolicyScope.workload(shop.workload('web'))],
    ['another namespace', () => PolicyScope.namespace('data')],
    ['a workload of another namespace', (shop) => PolicyScope.workload(shop.workload('api', 'data'))],
  ])('for %s know nothing of each other', (_, scope) => {
    expect(conflict((shop) => {
      authentication(shop, { scope: PolicyScope.workload(shop.workload('api')) });
      authentication(shop, { scope: scope(shop) }, 'more');
    })).toBeUndefined();
  });
});
