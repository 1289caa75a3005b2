import { Duration } from 'cdk8s';
import { ABTest, GatewayRoutes, HashKey, HttpMatch, RequestTimeout, ResilientService, Retries, StringMatch, VariantAssignment } from 'cdk8s-istio';
import { Application } from './application';
import { binomialBounds } from './binomial';
import { MeshRequest } from './mesh-protocol';
import { PublicShop } from './public-shop';
import { withMesh } from './with-mesh';

const HOST = 'shop.example.com';
const SHARES = { a: 50, b: 30, c: 20 };
const VARIANTS = Object.keys(SHARES);
const USERS = Array.from({ length: 400 }, (_, index) => `user-${index}`);

/** A service for each way to assign, in the mesh and at one public host. */
function manifests(): string {
  const { app, chart, gateway } = new PublicShop();
  new Application(chart, 'client');
  const routes = new GatewayRoutes(chart, 'routes', { gateway, hosts: [HOST] });
  const test = (name: string, assignment: VariantAssignment) => {
    const service = new Application(chart, name, { ports: [{ name: 'http', port: 80, targetPort: 8080 }], versions: VARIANTS }).mesh();
    const explicitHeader = name === 'by-header' ? undefined : 'x-variant';
    new ABTest(chart, `${name}-test`, { service, assignment, explicitHeader, variants: Object.entries(SHARES).map(([version, share]) => ({ version, share })) });
    routes.addRoute(HttpMatch.path(StringMatch.prefix(`/${name}`)), service);
    return service;
  };
  test('by-header', VariantAssignment.byHeader('x-variant'));
  test('by-cookie', VariantAssignment.byCookie('variant', Duration.days(1)));
  const hashed = test('by-hash', VariantAssignment.byUserHash(HashKey.header('x-user-id'), { callerNamespaces: ['shop', 'ingress'] }));
  // Several rules share the requests out: those for what may be repeated, and the others.
  new ResilientService(chart, 'resilience', { service: hashed, timeout: RequestTimeout.after(Duration.seconds(5)), retries: Retries.upTo(2) });
  return app.synthYaml();
}

const mesh = withMesh(manifests);

type Asked = Partial<MeshRequest>;

function inside(service: string, request: Asked = {}): MeshRequest {
  return { caller: 'shop/client', url: `http://${service}/`, ...request };
}

function outside(service: string, request: Asked = {}): MeshRequest {
  return PublicShop.visit(`http://${HOST}/${service}`, request);
}

/** The variants that answer, and nothing but answers. */
async function answering(request: MeshRequest, count = 20): Promise<string[]> {
  const { failed, byStatus, byVersion } = await mesh.request({ ...request, count, results: 'none' });
  expect({ failed, byStatus }).toEqual({ failed: 0, byStatus: { 200: count } });
  return Object.keys(byVersion).sort();
}

function expectShares(counts: Record<string, number>): void {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  for (const [variant, share] of Object.entries(SHARES)) {
    const { least, most } = binomialBounds(total, share / 100, 0.99999);
    expect({ variant, count: counts[variant], isWithin: counts[variant] >= least && counts[variant] <= most })
      .toEqual({ variant, count: counts[variant], isWithin: true });
  }
}

/** Who answers each user, of whom every request has to go to one variant. */
async function variantOf(ask: (user: string) => MeshRequest): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const user of USERS) {
    const variants = await answering(ask(user), 3);
    expect([user, variants]).toEqual([user, [expect.any(String)]]);
    found[user] = variants[0];
  }
  return found;
}

function counted(variants: Record<string, string>): Record<string, number> {
  return Object.values(variants).reduce<Record<string, number>>((counts, variant) => ({ ...counts, [variant]: (counts[variant] ?? 0) + 1 }), {});
}

test.each([['in the mesh', inside], ['at a gateway', outside]])('a request that says nothing is spread by the shares, %s', async (_, ask) => {
  for (const service of ['by-header', 'by-cookie', 'by-hash']) {
    expectShares((await mesh.request({ ...ask(service), count: 1000, results: 'none' })).byVersion);
  }
});

test.each([['in the mesh', inside], ['at a gateway', outside]])('a header that says the variant decides, %s, whatever the assignment', async (_, ask) => {
  for (const variant of VARIANTS) {
    const headers = { 'x-variant': variant, 'cookie': 'variant=b', 'x-user-id': 'user-1' };
    for (const service of ['by-header', 'by-cookie', 'by-hash']) expect([service, await answering(ask(service, { headers }))]).toEqual([service, [variant]]);
  }
  expect(await answering(ask('by-header', { headers: { 'x-variant': 'd' } }), 100)).toEqual(VARIANTS);
});

describe('by cookie', () => {
  const setBy = (headers: Record<string, string> | undefined) => headers?.['set-cookie'];

  test('the first answer sets it to the variant that answered, for as long as it was said', async () => {
    const { results } = await mesh.request({ ...outside('by-cookie'), count: 100, results: 'all' });
    expect(new Set(results.map(({ version }) => version)).size).toBe(3);
    expect(results.map(({ headers }) => setBy(headers))).toEqual(results.map(({ version }) => `variant=${version}; Max-Age=86400; Path=/; HttpOnly`));
  });

  test('a browser that sends it back keeps its variant, and is not given another', async () => {
    for (const variant of VARIANTS) {
      const { byVersion, results } = await mesh.request({ ...outside('by-cookie', { headers: { cookie: `a=b; variant=${variant}` } }), count: 40, results: 'all' });
      expect(byVersion).toEqual({ [variant]: 40 });
      expect(results.map(({ headers }) => setBy(headers))).toEqual(results.map(() => undefined));
    }
  });

  test('one that says a variant which there is not is assigned anew', async () => {
    const { results } = await mesh.request({ ...outside('by-cookie', { headers: { cookie: 'variant=ab' } }), count: 60, results: 'all' });
    expect(new Set(results.map(({ version }) => version)).size).toBe(3);
    expect(setBy(results[0].headers)).toBe(`variant=${results[0].version}; Max-Age=86400; Path=/; HttpOnly`);
  });
});

test('by the hash of a user: always the same variant, by the shares, for reads and writes, in the mesh and at the gateway', async () => {
  const headers = (user: string) => ({ headers: { 'x-user-id': user } });
  const reading = await variantOf((user) => inside('by-hash', headers(user)));
  expectShares(counted(reading));
  expect(await variantOf((user) => inside('by-hash', { ...headers(user), method: 'POST' }))).toEqual(reading);
  expect(await variantOf((user) => outside('by-hash', headers(user)))).toEqual(reading);
});
