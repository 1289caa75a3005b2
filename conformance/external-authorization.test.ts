import { ApiObject } from 'cdk8s';
import { AllowPolicy, DenyPolicy, ExtensionProvider, ExternalAuthorization, PathMatch, PolicyOperation, PolicySource } from 'cdk8s-istio';
import { AuthorizedMesh, CALLERS } from './authorized-mesh';

const authorized = new AuthorizedMesh();
const { mesh } = authorized;
const hold = authorized.hold.bind(authorized);
const call = authorized.call.bind(authorized);
const letIn = authorized.letIn.bind(authorized);
const sql = authorized.sql.bind(authorized);

describe('a decision left to a provider', () => {
  const asked = async () => (await mesh.received('data/authorizer')).total;
  const leave = async (provider: string = 'authorizer', operation: PolicyOperation = { paths: [PathMatch.segment('/admin')] }) =>
    hold(({ chart, service, provider: of }) => new ExternalAuthorization(chart, 'leave', { scope: service, provider: of(provider), rules: [{ operations: [operation] }] }));

  test('is asked for by the rules, and by nothing else', async () => {
    await leave();
    expect([await call('GET /'), await asked()]).toEqual([200, 0]);
    expect([await call('GET /admin/x'), await asked()]).toEqual([200, 1]);
  });

  test('shows the service what was said, and the application and the client what it answers', async () => {
    await leave();
    await mesh.behave('data/authorizer', { headers: { 'x-decided-by': 'authorizer', 'x-reason': 'because', 'x-other': 'x' } });
    const { seen } = await mesh.one({ caller: CALLERS.frontend, url: 'http://reviews.shop/admin/x?y=1', headers: { 'x-user': 'alice', 'x-secret': 's', 'x-asked-by': 'me' } });
    expect(seen!.headers['x-decided-by']).toBe('authorizer');
    expect(seen!.headers).not.toHaveProperty('x-other');
    const [check] = Object.values((await mesh.received('data/authorizer')).pods)[0].last;
    expect(check).toMatchObject({ path: '/check/admin/x?y=1', headers: { 'x-user': 'alice', 'x-asked-by': 'mesh' } });
    expect(check.headers).not.toHaveProperty('x-secret');

    await mesh.behave('data/authorizer', { status: 401 });
    const { status, headers } = await mesh.one({ caller: CALLERS.frontend, url: 'http://reviews.shop/admin/x' });
    expect(status).toBe(401);
    expect(headers).not.toHaveProperty('x-other');
  });

  test('refuses with the status of the service', async () => {
    await leave();
    await mesh.behave('data/authorizer', { status: 401 });
    expect([await call('GET /admin'), await call('GET /')]).toEqual([401, 200]);
  });

  test('leaves allow and deny as they are', async () => {
    await leave();
    await hold((shop) => new AllowPolicy(shop.chart, 'allow', { scope: shop.service, rules: [{ sources: [PolicySource.caller(shop.frontend)] }] }));
    await hold(({ chart, service }) => new DenyPolicy(chart, 'deny', { scope: service, rules: [{ operations: [{ methods: ['DELETE'] }] }] }));
    expect(await letIn('GET /admin')).toEqual(['frontend']);
    expect(await call('DELETE /admin')).toBe(403);
  });

  test('is a refusal while the service cannot be asked, of what the rules say', async () => {
    await mesh.behave('data/authorizer', { close: true });
    await leave();
    expect([await call('GET /admin'), await call('GET /')]).toEqual([403, 200]);
  });

  test('says the status that was given, and lets in where failing open was said', async () => {
    await mesh.behave('data/authorizer', { close: true });
    await leave('polite');
    expect(await call('GET /admin')).toBe(503);
    await authorized.dropAllBut([]);
    await leave('open');
    expect(await call('GET /admin')).toBe(200);
  });

  test('is a refusal where a Sidecar does not let the proxy out to the service', async () => {
    await leave();
    expect(await call('GET /admin')).toBe(200);
    await hold(({ chart }) => new ApiObject(chart, 'sidecar', {
      apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', metadata: { name: 'reviews' }, spec: { workloadSelector: { labels: { app: 'reviews' } }, egress: [{ hosts: ['./*'] }] },
    } as never));
    expect([await call('GET /admin'), await call('GET /'), await asked()]).toEqual([403, 200, 1]);
  });

  test('of two providers for the same pods is a refusal', async () => {
    await hold((shop) => {
      for (const provider of ['authorizer', 'other']) {
        new ExternalAuthorization(shop.chart, `by-${provider}`, {
          scope: shop.service, provider: shop.provider(provider), severalProviders: true, rules: [{ operations: [{ paths: [PathMatch.segment(`/${provider}`)] }] }],
        });
      }
    });
    expect([await call('GET /authorizer'), await call('GET /other'), await call('GET /'), await asked()]).toEqual([403, 403, 200, 0]);
  });

  test('of a provider that the mesh does not know is a refusal', async () => {
    await hold((shop) => new ExternalAuthorization(shop.chart, 'unknown', {
      scope: shop.service, provider: ExtensionProvider.http('unknown', { service: shop.authorizer }), rules: [{ operations: [{ paths: [PathMatch.segment('/admin')] }] }],
    }));
    expect([await call('GET /admin'), await call('GET /'), await asked()]).toEqual([403, 200, 0]);
  });

  test('about everything is about requests: a TCP port asks nobody', async () => {
    await hold((shop) => new ExternalAuthorization(shop.chart, 'all', { scope: shop.service, provider: shop.provider(), rules: [{ sources: [PolicySource.anyone()] }] }));
    await mesh.behave('data/authorizer', { status: 403 });
    expect([await call(), await call('GET http://reviews.shop:81/'), await sql(), await asked()]).toEqual([403, 403, 'answered', 2]);
  });
});
