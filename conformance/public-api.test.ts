import { App, Chart } from 'cdk8s';
import { Jwks } from 'cdk8s-istio';
import { Application, namespace } from './application';
import { MeshRequest, MeshResult } from './mesh-protocol';
import { mintedSecrets } from './minted-secrets';
import { TokenIssuer } from './token-issuer';
import { withMesh } from './with-mesh';
import { PublicApiChart } from '../examples/public-api/api';

const ID = new TokenIssuer('https://id.example.com');
const OFFICE = '10.244.200.1';
const SECRETS = mintedSecrets('edge', {
  'api-cert': { 'dns-names': 'api.example.com' },
  'backoffice-cert': { 'dns-names': 'backoffice.example.com' },
});

/** The example as it is, with the keys of a test, and callers outside and inside. */
const mesh = withMesh(() => {
  const app = new App();
  new PublicApiChart(app, 'api', { jwks: Jwks.inline(ID.jwks), office: [OFFICE] });
  const others = new Chart(app, 'others', { namespace: 'outside' });
  namespace(others, 'outside', false);
  namespace(others, 'inside');
  for (const [name, ip] of [['client', undefined], ['other', undefined], ['office', OFFICE]] as const) new Application(others, name, { ip });
  new Application(new Chart(app, 'inside', { namespace: 'inside' }), 'job');
  return `${app.synthYaml()}\n---\n${SECRETS}`;
});

interface Asked {
  /** Claims of the token; none unless given. */
  readonly claims?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
  readonly method?: string;
  readonly caller?: string;
  readonly host?: string;
}

async function ask(path: string, { claims, headers = {}, method, caller = 'client', host = 'api.example.com' }: Asked = {}): Promise<MeshResult> {
  const token = claims ? ID.bearer({ aud: 'https://api.example.com', ...claims }) : {};
  const request: MeshRequest = { caller: `outside/${caller}`, url: `https://${host}${path}`, via: 'svc:edge/public', viaPort: 443, tls: { ca: 'public' }, method, headers: { ...token, ...headers } };
  return mesh.one(request);
}

/** Who answered, or the status. */
async function answer(path: string, asked: Asked = {}): Promise<string> {
  const { status, workload, error } = await ask(path, asked);
  return status === 200 ? workload! : `${error ?? status}`;
}

/** A user whom no other test asks as: each has a limit of his own. */
const user = (sub: string, ...roles: string[]) => ({ claims: { sub, roles } });

test('the catalog is read by everyone, and changed by editors', async () => {
  expect(await answer('/catalog/1')).toBe('api/catalog');
  expect(await answer('/catalog/1', { method: 'DELETE' })).toBe('403');
  expect(await answer('/catalog/1', { method: 'DELETE', ...user('reader', 'customer') })).toBe('403');
  expect(await answer('/catalog/1', { method: 'DELETE', ...user('editor', 'editor') })).toBe('api/catalog');
  expect(await answer('/catalogs', user('guesser', 'editor'))).toBe('404');
});

test('orders are for customers with a token that is good', async () => {
  expect(await answer('/orders')).toBe('403');
  expect(await answer('/orders', user('nobody'))).toBe('403');
  expect(await answer('/orders', user('customer', 'customer'))).toBe('api/orders');
  expect(await answer('/orders', { claims: { sub: 'late', roles: ['customer'], exp: 1 } })).toBe('401');
  expect(await answer('/orders', { claims: { sub: 'elsewhere', roles: ['customer'], aud: 'https://other.example.com' } })).toBe('403');
  expect(await answer('/orders', { headers: new TokenIssuer(ID.issuer).bearer({ aud: 'https://api.example.com', roles: ['customer'] }) })).toBe('401');
});

test('a beta user gets the orders of tomorrow', async () => {
  expect(await answer('/orders', { claims: { sub: 'early', roles: ['customer'], groups: ['beta', 'x'] } })).toBe('api/orders-next');
  expect(await answer('/orders', { headers: { groups: 'beta' }, ...user('pretender', 'customer') })).toBe('api/orders');
});

test('a browser may ask what it may send', async () => {
  const headers = { 'origin': 'https://shop.example.com', 'access-control-request-method': 'POST' };
  expect(await answer('/orders', { method: 'OPTIONS', headers })).toBe('api/orders');
  expect(await answer('/orders', { method: 'OPTIONS' })).toBe('403');
});

test('the back office is for the support, in the office', async () => {
  const asked = { host: 'backoffice.example.com', caller: 'office' };
  expect(await answer('/', { ...asked, ...user('support', 'support') })).toBe('api/backoffice');
  expect(await answer('/', { ...asked, ...user('visitor', 'customer') })).toBe('403');
  expect(await answer('/', asked)).toBe('403');
  expect(await answer('/', { ...asked, caller: 'client', headers: { 'x-forwarded-for': OFFICE }, ...user('traveller', 'support') })).toBe('403');
});

test('the services learn who asks from the gateway, not from the client', async () => {
  const seen = async (asked: Asked) => Object.entries((await ask('/catalog', asked)).seen!.headers).find(([name]) => name.toLowerCase() === 'x-user')?.[1];
  expect(await seen({ ...user('honest'), headers: { 'x-user': 'forged' } })).toBe('honest');
  expect(await seen({ caller: 'other', headers: { 'x-user': 'forged' } })).toBeUndefined();
});

test('nobody comes past the gateway', async () => {
  const direct = { url: 'http://catalog.api:8080/', headers: ID.bearer({ aud: 'https://api.example.com', roles: ['editor'] }) };
  expect(await mesh.outcome({ caller: 'inside/job', ...direct })).toBe(403);
  expect(await mesh.outcome({ caller: 'outside/client', ...direct })).toBe('reset');
});

test('each user has a limit, from wherever he comes, and nobody takes another one\'s by a header', async () => {
  const statuses = async (count: number, asked: Asked) => {
    const all: number[] = [];
    for (let i = 0; i < count; i++) all.push((await ask('/orders', asked)).status);
    return all.filter((status) => status === 429).length;
  };
  expect(await statuses(20, user('busy', 'customer'))).toBe(0);
  expect(await statuses(3, { caller: 'other', headers: { 'x-user': 'somebody' }, ...user('busy', 'customer') })).toBe(3);
  expect(await statuses(1, user('calm', 'customer'))).toBe(0);
});

test('without TLS, a client is sent to where it is', async () => {
  const { status, headers } = await mesh.one({ caller: 'outside/client', url: 'http://api.example.com/catalog', via: 'svc:edge/public', viaPort: 80 });
  expect({ status, location: headers?.location }).toEqual({ status: 301, location: 'https://api.example.com/catalog' });
});
