import { App, Chart } from 'cdk8s';
import {
  AllowPolicy, GatewayRoutes, HttpMatch, Jwks, JwtAudiences, JwtAuthentication, JwtIssuer, JwtLocation, MeshService, MeshWorkload, PathMatch,
  PolicyCondition, PolicyScope, PolicySource, StringMatch,
} from 'cdk8s-istio';
import { Application, ServicePort, namespace } from './application';
import { MeshRequest } from './mesh-protocol';
import { PublicGateway } from './public-gateway';
import { TokenIssuer, inSeconds } from './token-issuer';
import { withMesh } from './with-mesh';

const HTTP: ServicePort[] = [{ name: 'http', port: 80, targetPort: 8080 }];
const HOST = 'shop.example.com';
const USERS = new TokenIssuer('https://id.example.com');
const PARTNERS = new TokenIssuer('https://partner.example.com', 'partner-key');
/** Says that it is the first, under the same key ID, with keys of its own. */
const IMPOSTOR = new TokenIssuer('https://id.example.com');

/** Applications under `shop`, each with a policy of its own, and a gateway that routes by claims. */
function manifests(): string {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  namespace(chart, 'shop');
  namespace(chart, 'outside', false);
  new Application(chart, 'caller');
  new Application(new Chart(app, 'outside', { namespace: 'outside' }), 'client');
  const service = (name: string, ports: ServicePort[] = HTTP) => new Application(chart, name, { ports }).mesh();
  const users = (more: Partial<JwtIssuer> = {}): JwtIssuer =>
    ({ issuer: USERS.issuer, jwks: Jwks.inline(USERS.jwks), audiences: JwtAudiences.of('shop'), ...more });
  const partners = (more: Partial<JwtIssuer> = {}): JwtIssuer => ({ ...users(more), issuer: PARTNERS.issuer, jwks: Jwks.inline(PARTNERS.jwks) });
  const tokens = (target: MeshService, issuers: JwtIssuer[], more: object = {}) =>
    new JwtAuthentication(chart, `tokens-${target.name}`, { scope: PolicyScope.workload(target), issuers, ...more });

  tokens(service('required', [...HTTP, { name: 'tcp-sql', port: 5432 }]), [users()], {
    exemptions: [{ paths: [PathMatch.exact('/healthz')] }, { paths: [PathMatch.exact('/docs')], methods: ['GET'] }], corsPreflights: true,
  });
  tokens(service('strict'), [users()]);
  tokens(service('optional'), [users({ audiences: JwtAudiences.any() })], { tokenOptional: true });
  tokens(service('told'), [users({ payloadToHeader: 'x-payload', claimsToHeaders: { 'x-user': 'sub', 'x-team': 'group.id', 'x-level': 'level' } })], {
    exemptions: [{ paths: [PathMatch.exact('/open')] }],
  });
  tokens(service('forwarding'), [users({ forward: true })]);
  tokens(service('places'), [users({
    tokenFrom: [JwtLocation.header('x-token'), JwtLocation.headerWithPrefix('x-old', 'Token '), JwtLocation.queryParameter('t'), JwtLocation.cookie('session')],
  })]);
  tokens(service('several'), [users(), partners({ tokenFrom: [JwtLocation.header('x-partner')] })]);

  const roles = service('roles');
  tokens(roles, [users({ spaceDelimitedClaims: ['roles'] })]);
  const rule = (path: string, claim: string[], value: string) => ({
    sources: [PolicySource.anyone()],
    operations: [{ paths: [PathMatch.exact(path)] }],
    conditions: [PolicyCondition.claim(claim, { values: [value] })],
  });
  new AllowPolicy(chart, 'allow-roles', {
    scope: PolicyScope.workload(roles),
    rules: [rule('/admin', ['role'], 'admin'), rule('/nested', ['group', 'id'], 'g1'), rule('/dotted', ['https://example.com/role'], 'admin'), rule('/words', ['roles'], 'editor')],
  });

  const { gateway } = new PublicGateway(chart, 'ingress');
  new JwtAuthentication(chart, 'gateway-tokens', {
    scope: PolicyScope.workload(MeshWorkload.fromLabels(chart, 'ingress-pods', { name: 'ingress', namespace: 'ingress', labels: { istio: 'ingress' } })),
    issuers: [users()],
    tokenOptional: true,
  });
  const [admin, editor, member, guest, web] = ['admin', 'editor', 'member', 'guest', 'web'].map((name) => service(name));
  const claim = (...path: string[]) => (value: StringMatch) => HttpMatch.claim(path, value);
  new GatewayRoutes(chart, 'routes', { gateway, hosts: [HOST] })
    .addRoute(HttpMatch.any(), web)
    .addRoute(claim('role')(StringMatch.exact('admin')).butNot(claim('suspended')(StringMatch.present())), admin)
    .addRoute(claim('role')(StringMatch.prefix('edit')), editor)
    .addRoute(claim('https://example.com/group', 'id')(StringMatch.regex('m[0-9]+')), member)
    .addRoute(HttpMatch.path(StringMatch.prefix('/guests')).butNot(claim('sub')(StringMatch.present())), guest);
  return app.synthYaml();
}

const mesh = withMesh(manifests);

/** A request, by the path and what else differs. */
type Asked = Partial<MeshRequest> & { path?: string };

async function ask(service: string, request: Asked = {}): Promise<{ outcome: number | string; seen: Record<string, string>; path?: string }> {
  const { path = '/', ...rest } = request;
  const { status, error, seen } = await mesh.one({ caller: 'shop/caller', url: `http://${service}${path}`, ...rest });
  const headers = Object.entries(seen?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return { outcome: error ?? status, seen: Object.fromEntries(headers), path: seen?.path };
}

async function outcome(service: string, request: Asked = {}): Promise<number | string> {
  return (await ask(service, request)).outcome;
}

describe('a token', () => {
  test.each<[string, () => Record<string, string>, number]>([
    ['that is right', () => USERS.bearer(), 200],
    ['for one of several audiences', () => USERS.bearer({ aud: ['other', 'shop'] }), 200],
    ['that expired within the last minute', () => USERS.bearer({ exp: inSeconds(-20) }), 200],
    ['without an expiry', () => USERS.bearer({ exp: undefined }), 200],
    ['that is expired', () => USERS.bearer({ exp: inSeconds(-3600) }), 401],
    ['that is not yet valid', () => USERS.bearer({ nbf: inSeconds(3600) }), 401],
    ['of an unknown issuer', () => PARTNERS.bearer(), 401],
    ['by a key that is not the issuer\'s', () => IMPOSTOR.bearer(), 401],
    ['by a key that nobody knows', () => USERS.bearer({}, { kid: 'other' }), 401],
    ['that is signed by nobody', () => USERS.bearer({}, { alg: 'none' }), 401],
    ['that is signed with the public key as a secret', () => USERS.bearer({}, { alg: 'HS256' }), 401],
    ['that is garbage', () => ({ authorization: 'Bearer garbage' }), 401],
    ['for another audience', () => USERS.bearer({ aud: 'other' }), 403],
    ['for no audience', () => USERS.bearer({ aud: undefined }), 403],
    ['of nobody', () => USERS.bearer({ sub: undefined }), 403],
    ['that is absent', () => ({}), 403],
    ['of another scheme', () => ({ authorization: 'Basic YTpi' }), 403],
  ])('%s', async (_, headers, status) => {
    expect(await outcome('strict', { headers: headers() })).toBe(status);
  });

  test('in the query is none, unless that is said', async () => {
    expect(await outcome('strict', { path: `/?access_token=${USERS.token()}` })).toBe(403);
  });

  test('may be absent where it is optional, but not bad', async () => {
    expect(await outcome('optional')).toBe(200);
    expect(await outcome('optional', { headers: USERS.bearer({ aud: 'anyone' }) })).toBe(200);
    expect(await outcome('optional', { headers: USERS.bearer({ exp: 1 }) })).toBe(401);
  });
});

describe('no token is needed', () => {
  const preflight = { 'origin': 'https://other.example', 'access-control-request-method': 'PUT' };

  test.each<[string, Asked, number]>([
    ['on a path that is excepted', { path: '/healthz', method: 'POST' }, 200],
    ['but a bad one is refused there, too', { path: '/healthz', headers: { authorization: 'Bearer garbage' } }, 401],
    ['below that path', { path: '/healthz/x' }, 403],
    ['for a method on a path', { path: '/docs' }, 200],
    ['for another method on it', { path: '/docs', method: 'POST' }, 403],
    ['for a preflight', { method: 'OPTIONS', headers: preflight }, 200],
    ['for OPTIONS that are no preflight', { method: 'OPTIONS', headers: { origin: preflight.origin } }, 403],
    ['for other OPTIONS', { method: 'OPTIONS' }, 403],
    ['for another method that looks like a preflight', { method: 'PUT', headers: preflight }, 403],
  ])('%s', async (_, request, status) => {
    expect(await outcome('required', request)).toBe(status);
  });

  test('where connections carry no requests', async () => {
    expect(await mesh.outcome({ caller: 'shop/caller', url: 'tcp://required:5432' })).toBe('answered');
  });

  test('by preflights, unless that is said', async () => {
    expect(await outcome('strict', { method: 'OPTIONS', headers: preflight })).toBe(403);
  });
});

describe('the application', () => {
  const FORGED = { 'x-user': 'root', 'X-Team': 'root', 'x-level': '99', 'x-payload': 'forged' };

  test('gets claims in headers, and no token', async () => {
    const { outcome: status, seen } = await ask('told', { headers: USERS.bearer({ group: { id: 'blue' }, level: 3 }) });
    expect({ status, user: seen['x-user'], team: seen['x-team'], level: seen['x-level'], token: seen.authorization })
      .toEqual({ status: 200, user: 'alice', team: 'blue', level: '3', token: undefined });
    expect(JSON.parse(Buffer.from(seen['x-payload'], 'base64url').toString())).toMatchObject({ sub: 'alice', aud: 'shop' });
  });

  test.each<[string, () => object, object]>([
    ['with a token that has no such claim', () => ({ headers: { ...FORGED, ...USERS.bearer() } }), { 'x-user': 'alice' }],
    ['without a token', () => ({ path: '/open', headers: FORGED }), {}],
    ['in a preflight', () => ({ path: '/open', method: 'OPTIONS', headers: { ...FORGED, 'origin': 'https://a.example', 'access-control-request-method': 'PUT' } }), {}],
  ])('does not get what the client put into these headers, %s', async (_, request, expected) => {
    const { outcome: status, seen } = await ask('told', request());
    expect(status).toBe(200);
    const told = Object.entries(seen).filter(([name]) => ['x-user', 'x-team', 'x-level'].includes(name));
    expect(Object.fromEntries(told)).toEqual(expected);
    expect(seen['x-payload']).not.toBe('forged');
  });

  test('gets the token where it is forwarded', async () => {
    const headers = USERS.bearer();
    expect((await ask('forwarding', { headers })).seen.authorization).toBe(headers.authorization);
    expect((await ask('strict', { headers })).seen.authorization).toBeUndefined();
  });
});

describe('a token is looked for', () => {
  test.each<[string, () => Asked, number]>([
    ['in a header', () => ({ headers: { 'x-token': USERS.token() } }), 200],
    ['in a header, which has none but a good one', () => ({ headers: { 'x-token': USERS.token({ exp: 1 }) } }), 401],
    ['behind a prefix', () => ({ headers: { 'x-old': `Token ${USERS.token()}` } }), 200],
    ['behind no other prefix', () => ({ headers: { 'x-old': `Bearer ${USERS.token()}` } }), 403],
    ['in a query parameter', () => ({ path: `/?a=1&t=${USERS.token()}` }), 200],
    ['in a cookie', () => ({ headers: { cookie: `a=1; session=${USERS.token()}` } }), 200],
    ['in a cookie, which has none but a good one', () => ({ headers: { cookie: `session=${IMPOSTOR.token()}` } }), 401],
    ['nowhere else', () => ({ headers: USERS.bearer() }), 403],
  ])('%s', async (_, request, status) => {
    expect(await outcome('places', request())).toBe(status);
  });

  test('and taken out, but for a cookie', async () => {
    expect((await ask('places', { path: `/?a=1&t=${USERS.token()}` })).path).toBe('/?a=1');
    expect((await ask('places', { headers: { 'x-token': USERS.token() } })).seen).not.toHaveProperty('x-token');
    expect((await ask('places', { headers: { cookie: `session=${USERS.token()}` } })).seen.cookie).toMatch(/^session=ey/);
  });
});

test('of several issuers each has its own keys and places', async () => {
  expect(await outcome('several', { headers: USERS.bearer() })).toBe(200);
  expect(await outcome('several', { headers: { 'x-partner': PARTNERS.token() } })).toBe(200);
  expect(await outcome('several', { headers: PARTNERS.bearer() })).toBe(401);
  expect(await outcome('several', { headers: { 'x-partner': USERS.token() } })).toBe(401);
  expect(await outcome('several')).toBe(403);
});

test('what a claim says decides what is allowed', async () => {
  const as = (path: string, claims: object) => outcome('roles', { path, headers: USERS.bearer({ ...claims }) });
  expect(await as('/admin', { role: 'admin' })).toBe(200);
  expect(await as('/admin', { role: ['reader', 'admin'] })).toBe(200);
  expect(await as('/admin', { role: 'reader' })).toBe(403);
  expect(await as('/admin', { role: 'admin editor' })).toBe(403);
  expect(await as('/nested', { group: { id: 'g1' } })).toBe(200);
  expect(await as('/nested', { 'group.id': 'g1' })).toBe(403);
  expect(await as('/dotted', { 'https://example.com/role': 'admin' })).toBe(200);
  expect(await as('/words', { roles: 'reader editor' })).toBe(200);
  expect(await outcome('roles', { path: '/admin', headers: IMPOSTOR.bearer({ role: 'admin' }) })).toBe(401);
  expect(await outcome('roles', { path: '/admin' })).toBe(403);
});

describe('at the gateway', () => {
  const visit = async (path: string, headers: Record<string, string> = {}): Promise<unknown> => {
    const { status, workload } = await mesh.one({ caller: 'outside/client', url: `http://${HOST}${path}`, ...PublicGateway.address, headers });
    return status === 200 ? workload : status;
  };

  test.each<[string, object | undefined, string]>([
    ['an administrator', { role: 'admin' }, 'admin'],
    ['somebody with several roles', { role: ['x', 'admin'] }, 'admin'],
    ['a suspended administrator', { role: 'admin', suspended: 'yes' }, 'web'],
    ['an editor', { role: 'editor' }, 'editor'],
    ['a member, by a claim within a claim with a dotted name', { 'https://example.com/group': { id: 'm7' } }, 'member'],
    ['somebody whose role is a number', { role: 1 }, 'web'],
    ['nobody', undefined, 'web'],
  ])('%s is led elsewhere by the claims', async (_, claims, expected) => {
    expect(await visit('/', claims && USERS.bearer({ ...claims }))).toBe(`shop/${expected}`);
  });

  test('who has no claim, or no token, is led by what is left out', async () => {
    expect(await visit('/guests')).toBe('shop/guest');
    expect(await visit('/guests', USERS.bearer())).toBe('shop/web');
  });

  test('claims are not what a client says of itself', async () => {
    expect(await visit('/', IMPOSTOR.bearer({ role: 'admin' }))).toBe(401);
    expect(await visit('/', { 'x-role': 'admin' })).toBe('shop/web');
  });
});
