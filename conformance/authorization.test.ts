import {
  AllowPolicy, AuditPolicy, DenyPolicy, PathMatch, PolicyCondition, PolicyOperation, PolicyRule, PolicyScope, PolicySource,
} from 'cdk8s-istio';
import { AuthorizedMesh, CALLERS, Outcome, PUBLIC, Shop, issuer } from './authorized-mesh';
import { PublicGateway } from './public-gateway';

const authorized = new AuthorizedMesh();
const { mesh } = authorized;
const hold = authorized.hold.bind(authorized);
const call = authorized.call.bind(authorized);
const letIn = authorized.letIn.bind(authorized);
const sql = authorized.sql.bind(authorized);
const ipOf = authorized.ipOf.bind(authorized);

async function allow(...rules: ((shop: Shop) => PolicyRule)[]): Promise<void> {
  await hold((shop) => new AllowPolicy(shop.chart, 'policy', { scope: shop.service, rules: rules.map((rule) => rule(shop)) }));
}

async function allowSource(source: (shop: Shop) => PolicySource): Promise<void> {
  await allow((shop) => ({ sources: [source(shop)] }));
}

async function allowOperation(operation: PolicyOperation, of: 'service' | 'workloads' = 'service'): Promise<void> {
  await hold((shop) => new AllowPolicy(shop.chart, 'policy', { scope: shop[of], rules: [{ sources: [PolicySource.anyone()], operations: [operation] }] }));
}

async function allowCondition(condition: (shop: Shop) => PolicyCondition, source: PolicySource = PolicySource.anyone()): Promise<void> {
  await allow((shop) => ({ sources: [source], conditions: [condition(shop)] }));
}

async function deny(...rules: ((shop: Shop) => PolicyRule)[]): Promise<void> {
  await hold((shop) => new DenyPolicy(shop.chart, 'policy', { scope: shop.service, rules: rules.map((rule) => rule(shop)) }));
}

const EVERYONE = ['frontend', 'admin', 'jobs', 'plaintext'];

test('without a policy everyone gets in', async () => {
  expect(await letIn()).toEqual(EVERYONE);
  expect(await sql()).toBe('answered');
});

describe('an allow by identity', () => {
  test.each<[string, (shop: Shop) => PolicySource, string[]]>([
    ['a caller', ({ frontend }) => PolicySource.caller(frontend), ['frontend']],
    ['a service account', () => PolicySource.serviceAccount('data', 'jobs'), ['jobs']],
    ['a principal', () => PolicySource.principal('cluster.local/ns/shop/sa/admin'), ['admin']],
    ['a namespace', () => PolicySource.namespace('shop'), ['frontend', 'admin']],
    ['a trust domain', () => PolicySource.trustDomain('cluster.local'), ['frontend', 'admin', 'jobs']],
    ['any identity', () => PolicySource.anyIdentity(), ['frontend', 'admin', 'jobs']],
    ['no identity', () => PolicySource.withoutIdentity(), ['plaintext']],
    ['anyone', () => PolicySource.anyone(), EVERYONE],
    ['a namespace but one caller', ({ admin }) => PolicySource.namespace('shop').butNot(PolicySource.caller(admin)), ['frontend']],
    ['any identity but a namespace', () => PolicySource.anyIdentity().butNot(PolicySource.namespace('shop')), ['jobs']],
    ['any identity but two', ({ admin }) => PolicySource.anyIdentity().butNot(PolicySource.caller(admin), PolicySource.serviceAccount('data', 'jobs')), ['frontend']],
    ['any identity but those of a trust domain', () => PolicySource.anyIdentity().butNot(PolicySource.trustDomain('cluster.local')), []],
    ['a caller of a namespace', ({ admin }) => PolicySource.allOf(PolicySource.caller(admin), PolicySource.namespace('shop')), ['admin']],
  ])('for %s', async (_, source, expected) => {
    await allowSource(source);
    expect(await letIn()).toEqual(expected);
  });

  test('for those in plaintext beside any identity but a namespace is the negation of Istio', async () => {
    await allow(() => ({ sources: [PolicySource.anyIdentity().butNot(PolicySource.namespace('shop')), PolicySource.withoutIdentity()] }));
    expect(await letIn()).toEqual(['jobs', 'plaintext']);
  });

  test('for a namespace is for our own trust domain, where the mesh trusts another one', async () => {
    const trustDomains = ['cluster.local', 'partner.example'];
    const [policy] = await hold(({ chart, service }) => new AllowPolicy(chart, 'policy', { scope: service, trustDomains, rules: [{ sources: [PolicySource.namespace('shop')] }] }));
    expect(await letIn()).toEqual(['frontend', 'admin']);
    expect(policy).toMatchObject({ spec: { rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/*'] } }] }] } });
  });

  test('for one caller closes the ports of a TCP service for all others', async () => {
    await allowSource(({ frontend }) => PolicySource.caller(frontend));
    expect([await sql(), await sql(CALLERS.admin), await sql(CALLERS.plaintext)]).toEqual(['answered', 'reset', 'reset']);
  });

  test('does not unite rules', async () => {
    await allow(
      ({ frontend }) => ({ sources: [PolicySource.caller(frontend)], operations: [{ methods: ['GET'], paths: [PathMatch.exact('/a')] }, { methods: ['POST'], paths: [PathMatch.exact('/b')] }] }),
      ({ admin }) => ({ sources: [PolicySource.caller(admin)], operations: [{ methods: ['POST'] }] }),
    );
    expect([await call('GET /a'), await call('POST /b'), await call('POST /a'), await call('GET /b')]).toEqual([200, 200, 403, 403]);
    expect(await call('POST /a', { caller: CALLERS.admin })).toBe(200);
  });

  test('of nothing refuses everyone', async () => {
    await hold(({ chart }) => AllowPolicy.nothing(chart, 'policy', { scope: PolicyScope.namespace('shop') }));
    expect(await letIn()).toEqual([]);
    expect(await sql()).toBe('reset');
  });
});

describe('a deny by identity', () => {
  test.each<[string, (shop: Shop) => PolicySource[], string[]]>([
    ['a caller', ({ frontend }) => [PolicySource.caller(frontend)], ['admin', 'jobs', 'plaintext']],
    ['a namespace, which does not stop plaintext', () => [PolicySource.namespace('shop')], ['jobs', 'plaintext']],
    ['a namespace and those in plaintext', () => [PolicySource.namespace('shop'), PolicySource.withoutIdentity()], ['jobs']],
    ['anyone but a caller', ({ frontend }) => [PolicySource.anyone().butNot(PolicySource.caller(frontend))], ['frontend']],
    ['anyone but a namespace', () => [PolicySource.anyone().butNot(PolicySource.namespace('shop'))], ['frontend', 'admin']],
    ['anyone', () => [PolicySource.anyone()], []],
  ])('for %s', async (_, sources, expected) => {
    await deny((shop) => ({ sources: sources(shop) }));
    expect(await letIn()).toEqual(expected);
  });

  test('comes before an allow', async () => {
    await allowSource(() => PolicySource.anyIdentity());
    await deny(({ admin }) => ({ sources: [PolicySource.caller(admin)], operations: [{ methods: ['DELETE'] }] }));
    expect(await letIn('GET /')).toEqual(['frontend', 'admin', 'jobs']);
    expect(await letIn('DELETE /')).toEqual(['frontend', 'jobs']);
  });
});

describe('by address', () => {
  test('ipBlocks are the pod that called', async () => {
    await allowSource(() => PolicySource.ipBlocks(ipOf('shop/frontend'), `${ipOf('data/jobs')}/32`));
    expect(await letIn()).toEqual(['frontend', 'jobs']);
  });

  test('butNot excepts addresses', async () => {
    await allowSource(() => PolicySource.anyone().butNot(PolicySource.ipBlocks(ipOf('shop/frontend'))));
    expect(await letIn()).toEqual(['admin', 'jobs', 'plaintext']);
  });

  const client = () => ipOf('outside/client');
  const throughGateway = async (headers = {}) => mesh.outcome({ caller: CALLERS.plaintext, url: `http://${PUBLIC}/`, headers, ...PublicGateway.address });

  test.each<[string, () => PolicySource, Outcome]>([
    ['remoteIpBlocks are the client', () => PolicySource.remoteIpBlocks(client()), 200],
    ['ipBlocks are not the client', () => PolicySource.ipBlocks(client()), 403],
    ['ipBlocks are the gateway', () => PolicySource.ipBlocks(ipOf('ingress/ingress')), 200],
    ['remoteIpBlocks are not the gateway', () => PolicySource.remoteIpBlocks(ipOf('ingress/ingress')), 403],
    ['butNot excepts clients', () => PolicySource.anyone().butNot(PolicySource.remoteIpBlocks(client())), 403],
  ])('behind a gateway, %s', async (_, source, expected) => {
    await allowSource(source);
    expect(await throughGateway()).toBe(expected);
  });

  test('at a gateway, both are the client, and a forged X-Forwarded-For is not believed', async () => {
    for (const source of [PolicySource.remoteIpBlocks(client()), PolicySource.ipBlocks(client())]) {
      await hold(({ chart, ingress }) => new AllowPolicy(chart, 'policy', { scope: PolicyScope.workload(ingress), rules: [{ sources: [source] }] }));
      expect([await throughGateway(), await throughGateway({ 'x-forwarded-for': '203.0.113.7' })]).toEqual([200, 200]);
    }
    await hold(({ chart, ingress }) => new AllowPolicy(chart, 'policy', { scope: PolicyScope.workload(ingress), rules: [{ sources: [PolicySource.remoteIpBlocks('203.0.113.0/24')] }] }));
    expect([await throughGateway(), await throughGateway({ 'x-forwarded-for': '203.0.113.7' })]).toEqual([403, 403]);
  });

  test('callers inside the mesh can claim any remote address', async () => {
    await allowSource(() => PolicySource.remoteIpBlocks('203.0.113.0/24'));
    expect([await call('GET /'), await call('GET /', { headers: { 'x-forwarded-for': '203.0.113.7' } })]).toEqual([403, 200]);
  });

  test('as conditions they are the same', async () => {
    await allowCondition(() => PolicyCondition.sourceIp({ values: [`${ipOf('shop/frontend')}/32`] }));
    expect(await letIn()).toEqual(['frontend']);
    await allowCondition(() => PolicyCondition.sourceIp({ notValues: [ipOf('shop/frontend')] }));
    expect(await letIn()).toEqual(['admin', 'jobs', 'plaintext']);
    await allowCondition(() => PolicyCondition.remoteIp({ values: [client()] }));
    expect([await throughGateway(), await call()]).toEqual([200, 403]);
    await allowCondition(() => PolicyCondition.destinationIp({ values: [ipOf('shop/reviews')] }));
    expect(await letIn()).toEqual(EVERYONE);
    await allowCondition(() => PolicyCondition.destinationIp({ notValues: [ipOf('shop/reviews')] }));
    expect(await letIn()).toEqual([]);
  });
});

describe('by token', () => {
  const as = (claims: Record<string, unknown> = {}) => ({ headers: issuer.bearer(claims) });

  test.each<[string, PolicySource, Record<string, Outcome>]>([
    ['a subject', PolicySource.requestPrincipal('https://id.example.com', 'alice'), { alice: 200, bob: 403, nobody: 403 }],
    ['an issuer', PolicySource.requestPrincipal('https://id.example.com'), { alice: 200, bob: 200, nobody: 403 }],
    ['another issuer', PolicySource.requestPrincipal('https://id.example.org'), { alice: 403, bob: 403, nobody: 403 }],
    ['any token', PolicySource.anyToken(), { alice: 200, bob: 200, nobody: 403 }],
    ['no token', PolicySource.withoutToken(), { alice: 403, bob: 403, nobody: 200 }],
    ['any token but one', PolicySource.anyToken().butNot(PolicySource.requestPrincipal('https://id.example.com', 'bob')), { alice: 200, bob: 403, nobody: 403 }],
  ])('for %s', async (_, source, expected) => {
    await allowSource(() => source);
    expect({ alice: await call('GET /', as()), bob: await call('GET /', as({ sub: 'bob' })), nobody: await call() }).toEqual(expected);
    expect(await call('GET /', { headers: { authorization: 'Bearer garbage' } })).toBe(401);
  });

  test('a caller and a token hold together', async () => {
    await allowSource(({ frontend }) => PolicySource.allOf(PolicySource.caller(frontend), PolicySource.anyToken()));
    expect([await call('GET /', as()), await call(), await call('GET /', { ...as(), caller: CALLERS.admin })]).toEqual([200, 403, 403]);
  });

  test.each<[string, PolicyCondition, Record<string, unknown>, Record<string, unknown>]>([
    ['a claim', PolicyCondition.claim(['role'], { values: ['reader'] }), { role: 'reader' }, { role: 'writer' }],
    ['a member of a claim', PolicyCondition.claim(['role'], { values: ['reader'] }), { role: ['writer', 'reader'] }, { role: ['writer'] }],
    ['a claim within a claim', PolicyCondition.claim(['realm', 'roles'], { values: ['reader'] }), { realm: { roles: ['reader'] } }, { roles: ['reader'] }],
    ['the beginning of a claim', PolicyCondition.claim(['role'], { values: ['read*'] }), { role: 'reader' }, { role: 'areader' }],
    ['a claim that is there', PolicyCondition.claim(['role'], { values: ['*'] }), { role: 'x' }, {}],
    ['an audience', PolicyCondition.audience({ values: ['shop'] }), { aud: ['shop', 'x'] }, { aud: 'bank' }],
    ['a presenter', PolicyCondition.presenter({ values: ['app'] }), { azp: 'app' }, { azp: 'other' }],
    ['a principal', PolicyCondition.requestPrincipal({ values: ['https://id.example.com/alice'] }), {}, { sub: 'bob' }],
    ['a subject with a slash', PolicyCondition.claim(['sub'], { values: ['users/alice'] }), { sub: 'users/alice' }, { sub: 'alice' }],
  ])('by %s', async (_, condition, yes, no) => {
    await allow(() => ({ conditions: [condition] }));
    expect([await call('GET /', as(yes)), await call('GET /', as(no)), await call()]).toEqual([200, 403, 403]);
  });

  test('values that are not, with a token that is required', async () => {
    await allowCondition(() => PolicyCondition.claim(['role'], { notValues: ['guest'] }), PolicySource.anyToken());
    expect([await call('GET /', as({ role: 'reader' })), await call('GET /', as({ role: 'guest' })), await call('GET /', as()), await call()]).toEqual([200, 403, 200, 403]);
    await allowCondition(() => PolicyCondition.audience({ notValues: ['bank'] }), PolicySource.anyToken());
    expect([await call('GET /', as()), await call('GET /', as({ aud: ['shop', 'bank'] }))]).toEqual([200, 403]);
  });

  test('a deny without a token requires one, and does not close TCP ports', async () => {
    await deny(() => ({ sources: [PolicySource.withoutToken()] }));
    expect([await call('GET /', as()), await call(), await sql()]).toEqual([200, 403, 'answered']);
  });
});

describe('by what is called', () => {
  test.each<[string, PolicyOperation, string[], string[]]>([
    ['a method', { methods: ['GET'] }, ['GET /'], ['HEAD /', 'POST /', 'DELETE /']],
    ['all methods but one', { notMethods: ['DELETE'] }, ['GET /', 'HEAD /'], ['DELETE /']],
    ['a path', { paths: [PathMatch.exact('/admin')] }, ['GET /admin', 'GET /admin?x=1'], ['GET /admin/', 'GET /ADMIN', 'GET /admin;x', 'GET /']],
    ['a segment', { paths: [PathMatch.segment('/api')] }, ['GET /api', 'GET /api/x'], ['GET /apiary']],
    ['a template', { paths: [PathMatch.template('/users/{*}/orders')] }, ['GET /users/1/orders'], ['GET /users/1/2/orders', 'GET /users/orders']],
    ['all paths but some, by their case', { notPaths: [PathMatch.segment('/secret')] }, ['GET /', 'GET /SECRET'], ['GET /secret', 'GET /secret/x', 'GET /x/../secret']],
    ['all paths but those of a template', { notPaths: [PathMatch.template('/users/{*}/secret')] }, ['GET /users/1/x'], ['GET /users/1/secret']],
    ['both, together', { methods: ['GET'], paths: [PathMatch.exact('/a')] }, ['GET /a'], ['POST /a', 'GET /b']],
    ['a port', { ports: [81] }, ['GET http://reviews.shop:81/'], ['GET /']],
    ['all ports but one', { notPorts: [81] }, ['GET /'], ['GET http://reviews.shop:81/']],
  ])('%s', async (_, operation, yes, no) => {
    await allowOperation(operation);
    for (const what of yes) expect({ what, outcome: await call(what) }).toEqual({ what, outcome: 200 });
    for (const what of no) expect({ what, outcome: await call(what) }).toEqual({ what, outcome: 403 });
  });

  test('the ports of pods are their own', async () => {
    await allowOperation({ ports: [8081] }, 'workloads');
    expect([await call('GET http://reviews.shop:81/'), await call()]).toEqual([200, 403]);
  });

  test('all ports of pods but some', async () => {
    await allowOperation({ notPorts: [8081, 5432] }, 'workloads');
    expect([await call(), await call('GET http://reviews.shop:81/'), await sql()]).toEqual([200, 403, 'reset']);
  });

  test('a port as a condition', async () => {
    await allowCondition(() => PolicyCondition.destinationPort({ ports: [81, 5432] }));
    expect([await call('GET http://reviews.shop:81/'), await call(), await sql()]).toEqual([200, 403, 'answered']);
    await allowCondition(() => PolicyCondition.destinationPort({ notPorts: [81] }));
    expect([await call('GET http://reviews.shop:81/'), await call(), await sql()]).toEqual([403, 200, 'answered']);
  });

  test.each<[string, PolicyOperation, string[], string[]]>([
    ['a name is meant with any port or none, in any case', { hosts: ['reviews.shop'] }, ['reviews.shop', 'reviews.shop:80', 'reviews.shop:9999', 'Reviews.SHOP'], ['reviews', 'x.reviews.shop', 'reviews.shopping']],
    ['a name with a port is that port alone', { hosts: ['reviews.shop:80'] }, ['reviews.shop:80'], ['reviews.shop', 'reviews.shop:81']],
    ['below a name, without a port or with those of the service', { hosts: ['*.example.net'] }, ['a.example.net', 'a.b.example.net', 'a.example.net:80'], ['example.net', 'a.example.net:9999', 'a.example.com']],
    ['all but a name', { notHosts: ['reviews.shop'] }, ['reviews', 'other.example.com'], ['reviews.shop', 'reviews.shop:80', 'REVIEWS.shop']],
  ])('hosts: %s', async (_, operation, yes, no) => {
    await allowOperation(operation);
    const asked = async (host: string) => ({ host, outcome: await call('GET /', { headers: { host }, via: 'svc:shop/reviews', caller: CALLERS.plaintext }) });
    for (const host of yes) expect(await asked(host)).toEqual({ host, outcome: 200 });
    for (const host of no) expect(await asked(host)).toEqual({ host, outcome: 403 });
  });

  test('a deny by methods is for the HTTP ports of the service, and leaves its TCP port alone', async () => {
    await deny(() => ({ operations: [{ methods: ['DELETE'] }] }));
    expect([await call('DELETE /'), await call('DELETE http://reviews.shop:81/'), await call(), await sql()]).toEqual([403, 403, 200, 'answered']);
  });

  test('a deny by methods for pods closes their TCP ports, where that is said', async () => {
    await hold(({ chart, workloads }) => new DenyPolicy(chart, 'policy', { scope: workloads, closesTcpPorts: true, rules: [{ operations: [{ methods: ['DELETE'] }] }] }));
    expect([await call('DELETE /'), await call(), await sql()]).toEqual([403, 200, 'reset']);
  });

  test('a deny of all paths but some', async () => {
    await deny(() => ({ operations: [{ notPaths: [PathMatch.segment('/public')], notMethods: ['OPTIONS'] }] }));
    expect([await call('GET /public/x'), await call('GET /PUBLIC/x'), await call('OPTIONS /x'), await call('GET /x')]).toEqual([200, 403, 200, 403]);
  });
});

describe('by conditions', () => {
  const withRole = (role: string) => ({ headers: { 'x-role': role } });

  test.each<[string, PolicyCondition, string[], (string | undefined)[]]>([
    ['a header', PolicyCondition.header('X-Role', { values: ['reader', 'beta-*', '*-x'] }), ['reader', 'beta-1', 'a-x'], ['Reader', 'x-beta-', undefined]],
    ['a header that is there', PolicyCondition.header('x-role', { values: ['*'] }), ['anything'], [undefined]],
  ])('%s', async (_, condition, yes, no) => {
    await allowCondition(() => condition);
    for (const role of yes) expect({ role, outcome: await call('GET /', withRole(role)) }).toEqual({ role, outcome: 200 });
    for (const role of no) expect({ role, outcome: await call('GET /', role === undefined ? {} : withRole(role)) }).toEqual({ role, outcome: 403 });
  });

  test('a header that is not: also where there is none', async () => {
    await allowCondition(() => PolicyCondition.header('x-role', { notValues: ['guest'] }));
    expect([await call('GET /', withRole('guest')), await call('GET /', withRole('reader')), await call()]).toEqual([403, 200, 200]);
  });

  test.each<[string, PolicyCondition, string[]]>([
    ['a namespace', PolicyCondition.sourceNamespace({ values: ['da*'] }), ['jobs']],
    ['all namespaces but one', PolicyCondition.sourceNamespace({ values: ['*'], notValues: ['data'] }), ['frontend', 'admin']],
    ['service accounts', PolicyCondition.sourceServiceAccount({ values: ['shop/admin', 'data/jobs'] }), ['admin', 'jobs']],
    ['a principal', PolicyCondition.sourcePrincipal({ values: ['cluster.local/ns/shop/sa/*'], notValues: ['cluster.local/ns/shop/sa/admin'] }), ['frontend']],
    ['a trust domain', PolicyCondition.sourceTrustDomain({ values: ['cluster.local'] }), ['frontend', 'admin', 'jobs']],
  ])('%s', async (_, condition, expected) => {
    await allow(() => ({ conditions: [condition] }));
    expect(await letIn()).toEqual(expected);
  });

  test('all service accounts but one, of those who have an identity', async () => {
    await allowCondition(() => PolicyCondition.sourceServiceAccount({ notValues: ['shop/admin'] }), PolicySource.anyIdentity());
    expect(await letIn()).toEqual(['frontend', 'jobs']);
  });

  test('the name that was asked for by TLS: of mutual TLS it says port and host', async () => {
    await allowCondition(() => PolicyCondition.sni({ values: ['*.reviews.shop.svc.cluster.local'] }));
    expect(await letIn()).toEqual(['frontend', 'admin', 'jobs']);
    await allowCondition(() => PolicyCondition.sni({ notValues: ['*.reviews.shop.svc.cluster.local'] }));
    expect(await letIn()).toEqual(['plaintext']);
  });

  test('all of them hold together', async () => {
    await allow(() => ({
      conditions: [PolicyCondition.header('x-role', { values: ['reader'] }), PolicyCondition.sourceNamespace({ values: ['shop'] })],
    }));
    expect([await call('GET /', withRole('reader')), await call(), await call('GET /', { ...withRole('reader'), caller: CALLERS.jobs })]).toEqual([200, 403, 403]);
  });
});

describe('what changes nothing', () => {
  test('an audit lets in everyone', async () => {
    await hold(({ chart, service }) => new AuditPolicy(chart, 'policy', { scope: service, rules: [{ sources: [PolicySource.namespace('data')], operations: [{ methods: ['GET'] }] }] }));
    expect(await letIn()).toEqual(EVERYONE);
  });

  test('a dry run refuses nobody, of an allow and of a deny', async () => {
    await hold(({ chart, service, frontend }) => {
      new AllowPolicy(chart, 'allow', { scope: service, dryRun: true, rules: [{ sources: [PolicySource.caller(frontend)] }] });
      new DenyPolicy(chart, 'deny', { scope: service, dryRun: true, rules: [{ sources: [PolicySource.anyone()] }] });
    });
    expect(await letIn()).toEqual(EVERYONE);
  });
});

