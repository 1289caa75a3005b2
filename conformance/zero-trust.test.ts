import { ApiObject, App, Chart } from 'cdk8s';
import { Injection, MtlsException, PathMatch, ZeroTrustNamespace } from 'cdk8s-istio';
import { Application, namespace } from './application';
import { MeshRequest } from './mesh-protocol';
import { withMesh } from './with-mesh';

const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];
const EXTERNAL_IP = '10.244.200.1';

/** `shop` and `data` trust nobody, `adopted` only watches, `open` is in the mesh without policies, `outside` is not in the mesh. */
function manifests(): string {
  const app = new App();
  const [shop, data, adopted, open, outside] = ['shop', 'data', 'adopted', 'open', 'outside'].map((name) => new Chart(app, name, { namespace: name }));

  const frontend = new Application(shop, 'frontend').workload();
  const admin = new Application(shop, 'admin').workload();
  const jobs = new Application(shop, 'jobs').workload();
  const reviews = new Application(shop, 'reviews', {
    ports: [...HTTP, { name: 'http-admin', port: 81, targetPort: 8081 }, { name: 'http-metrics', port: 9090 }],
  }).mesh();
  const webhook = new Application(shop, 'webhook', { ports: [...HTTP, { name: 'http-admin', port: 81, targetPort: 8081 }] }).mesh();
  const excepted = new Application(shop, 'excepted', {
    ports: [...HTTP, { name: 'http-admin', port: 81, targetPort: 8081 }, { name: 'http-old', port: 82, targetPort: 8082 }],
  }).mesh();
  const database = new Application(shop, 'database', { ports: [{ name: 'tcp-sql', port: 5432 }] }).mesh();
  new Application(shop, 'locked', { ports: HTTP });
  const shopTrust = new ZeroTrustNamespace(shop, 'zero-trust', { namespace: 'shop' });
  shopTrust.allow({ caller: frontend, target: reviews, methods: ['GET'], paths: [PathMatch.prefix('/reviews/')], ports: [80] });
  shopTrust.allow({ caller: frontend, target: reviews, methods: ['POST'], paths: [PathMatch.exact('/orders')], ports: [80] });
  shopTrust.allow({
    caller: jobs, target: reviews, ports: [80], paths: [PathMatch.segment('/api'), PathMatch.suffix('.css'), PathMatch.template('/users/{*}/orders')],
  });
  shopTrust.allow({ caller: admin, target: reviews, ports: [81] });
  shopTrust.allow({ caller: jobs, target: database });
  shopTrust.allowPlaintext({ target: webhook, ports: [80], methods: ['POST'], paths: [PathMatch.exact('/validate')] });
  shopTrust.exceptMtls(excepted, [80], MtlsException.PERMISSIVE);
  shopTrust.exceptMtls(excepted, [82], MtlsException.DISABLE);
  shopTrust.allowScrape({ target: reviews, ports: [9090], plaintext: true });

  namespace(data, 'data');
  const ratings = new Application(data, 'ratings', { ports: HTTP }).mesh();
  new ZeroTrustNamespace(data, 'zero-trust', { namespace: 'data', existing: true, trustDomains: ['cluster.local'] }).allow({ caller: frontend, target: ratings });
  shopTrust.allowEgress(ratings);

  const old = new Application(adopted, 'old', { ports: HTTP }).mesh();
  const migrated = new Application(adopted, 'migrated').workload();
  new ZeroTrustNamespace(adopted, 'zero-trust', {
    namespace: 'adopted', dryRun: true, injection: Injection.revision('default'),
  }).allow({ caller: migrated, target: old, methods: ['GET'] });

  namespace(open, 'open');
  new Application(open, 'frontend'); // the same account name as in shop, and yet another identity
  new Application(open, 'named', { ports: HTTP });
  new Application(open, 'unnamed', { ports: HTTP });
  for (const host of ['api.example.com', 'other.example.com']) {
    new ApiObject(open, host, {
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name: host.replaceAll('.', '-') },
      spec: {
        hosts: [host],
        location: 'MESH_EXTERNAL',
        resolution: 'STATIC',
        ports: [{ number: 80, name: 'http', protocol: 'HTTP' }],
        endpoints: [{ address: EXTERNAL_IP }],
      },
    });
  }
  shopTrust.allowEgressToHost('named.open.svc.cluster.local');
  shopTrust.allowEgressToHost('api.example.com');

  namespace(outside, 'outside', false);
  new Application(outside, 'client');
  new Application(outside, 'external', { ports: [{ name: 'http', port: 80 }], ip: EXTERNAL_IP });
  return app.synthYaml();
}

const mesh = withMesh(manifests);

/** `METHOD URL` from a caller, as `NAMESPACE/WORKLOAD`. */
async function outcome(caller: string, what: string, rest: Partial<MeshRequest> = {}): Promise<number | string> {
  const [method, url] = what.split(' ');
  return mesh.outcome({ caller, method, url, ...rest });
}

test('the namespaces are in the mesh, by the label that the construct or their owner wrote', () => {
  const injected = Object.fromEntries(mesh.pods.map((pod) => [pod.namespace, pod.injected]));
  expect(injected).toEqual({ shop: true, data: true, adopted: true, open: true, outside: false });
});

describe('an allow', () => {
  test.each<[caller: string, what: string, outcome: number | string]>([
    ['shop/frontend', 'GET http://reviews/reviews/0', 200],
    ['shop/frontend', 'POST http://reviews/orders', 200],
    ['shop/jobs', 'DELETE http://reviews/api', 200],
    ['shop/admin', 'DELETE http://reviews:81/anything', 200],
  ])('lets %s %s', async (caller, what, expected) => {
    expect(await outcome(caller, what)).toBe(expected);
  });

  test.each([
    ['another account of the namespace', 'shop/admin'],
    ['an account of the same name in another namespace', 'open/frontend'],
    ['the service itself', 'shop/reviews'],
  ])('is for one service account, so %s is refused with 403', async (_, caller) => {
    expect(await outcome(caller, 'GET http://reviews.shop/reviews/0')).toBe(403);
  });

  test.each(['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('by GET is not one by %s', async (method) => {
    expect(await outcome('shop/frontend', `${method} http://reviews/reviews/0`)).toBe(403);
  });

  test.each([
    '/reviews', '/reviewsx', '/Reviews/0', '//reviews/0', '/', '/x/reviews/0', '/reviews/../admin', '/reviews/%2e%2e/admin', '/reviews/./../admin',
  ])('by the prefix /reviews/ is not one for %s', async (path) => {
    expect(await outcome('shop/frontend', `GET http://reviews${path}`)).toBe(403);
  });

  test.each(['/reviews/', '/reviews/0', '/reviews/a/b?c=d', '/reviews/a/../b', '/x/../reviews/0'])('by the prefix /reviews/ is one for %s', async (path) => {
    expect(await outcome('shop/frontend', `GET http://reviews${path}`)).toBe(200);
  });

  test.each([
    ['/api', 200], ['/api/', 200], ['/api/x', 200], ['/apiary', 403], ['/api;x', 403],
    ['/static/site.css', 200], ['/static/site.css.map', 403],
    ['/users/1/orders', 200], ['/users/1/2/orders', 403], ['/users/orders', 403], ['/users/1/orders/2', 403],
  ])('by segment, suffix and template answers %s with %d', async (path, status) => {
    expect(await outcome('shop/jobs', `GET http://reviews${path}`)).toBe(status);
  });

  test('stays a rule of its own beside another for the same pair', async () => {
    expect(await outcome('shop/frontend', 'GET http://reviews/orders')).toBe(403);
    expect(await outcome('shop/frontend', 'POST http://reviews/reviews/0')).toBe(403);
  });

  test('for one port of the Service does not open another', async () => {
    expect(await outcome('shop/frontend', 'GET http://reviews:81/reviews/0')).toBe(403);
    expect(await outcome('shop/admin', 'GET http://reviews/reviews/0')).toBe(403);
  });

  test('on a TCP port lets one caller connect and cuts others off', async () => {
    expect(await outcome('shop/jobs', 'TCP tcp://database:5432')).toBe('answered');
    expect(await outcome('shop/frontend', 'TCP tcp://database:5432')).toBe('reset');
    expect(await outcome('open/frontend', 'TCP tcp://database.shop:5432')).toBe('reset');
  });

  test('for a caller of another namespace, written as a principal, is for that account alone', async () => {
    expect(await outcome('shop/frontend', 'GET http://ratings.data/')).toBe(200);
    expect(await outcome('open/frontend', 'GET http://ratings.data/')).toBe(403);
  });
});

describe('what nobody allowed', () => {
  test.each(['shop/frontend', 'shop/locked', 'open/frontend'])('is refused with 403, for %s', async (caller) => {
    expect(await outcome(caller, 'GET http://locked.shop/')).toBe(403);
  });

  test.each(['http://locked.shop/', 'http://reviews.shop/reviews/0', 'http://reviews.shop:81/', 'http://webhook.shop:81/validate', 'http://ratings.data/'])(
    'plaintext to %s is cut off', async (url) => {
      expect(await outcome('outside/client', `GET ${url}`)).toBe('reset');
    });

  test('plaintext to a TCP port is cut off', async () => {
    expect(await outcome('outside/client', 'TCP tcp://database.shop:5432')).toBe('reset');
  });

  test('nothing of it arrived at an application', async () => {
    await outcome('open/frontend', 'GET http://locked.shop/');
    await outcome('outside/client', 'GET http://locked.shop/');
    await outcome('outside/client', 'TCP tcp://database.shop:5432');
    expect((await mesh.received('shop/locked')).total).toBe(0);
    expect((await mesh.received('shop/database')).total).toBe(0);
  });
});

describe('plaintext that was allowed', () => {
  test('reaches the one port, method and path that were named', async () => {
    expect(await outcome('outside/client', 'POST http://webhook.shop/validate')).toBe(200);
    expect(await outcome('outside/client', 'GET http://webhook.shop/validate')).toBe(403);
    expect(await outcome('outside/client', 'POST http://webhook.shop/other')).toBe(403);
    expect(await outcome('outside/client', 'POST http://webhook.shop:81/validate')).toBe('reset');
  });

  test('does not stop callers in the mesh from using mutual TLS there', async () => {
    expect(await outcome('shop/frontend', 'POST http://webhook/validate')).toBe(200);
  });

  test('is not allowed by an exception from mutual TLS alone: the port admits the connection, and the policy refuses with 403', async () => {
    expect(await outcome('outside/client', 'GET http://excepted.shop/')).toBe(403);
    expect(await outcome('outside/client', 'GET http://excepted.shop:81/')).toBe('reset');
  });

  test('on a port without mutual TLS, callers in the mesh come in plaintext, too: refused by the policy with 403, not broken', async () => {
    expect(await outcome('outside/client', 'GET http://excepted.shop:82/')).toBe(403);
    expect(await outcome('shop/frontend', 'GET http://excepted:82/')).toBe(403);
  });

  test('reads metrics, and nothing else of the same pods', async () => {
    expect(await outcome('outside/client', 'GET http://reviews.shop:9090/metrics')).toBe(200);
    expect(await outcome('outside/client', 'GET http://reviews.shop:9090/')).toBe(403);
    expect(await outcome('outside/client', 'GET http://reviews.shop/metrics')).toBe('reset');
  });
});

describe('egress', () => {
  test.each([
    ['a service of its own namespace', 'http://webhook/', 403],
    ['a service that was named', 'http://ratings.data/', 200],
    ['a service that was named by its host', 'http://named.open/', 200],
    ['an external host that was named', 'http://api.example.com/', 200],
    ['a service that was not', 'http://unnamed.open/', 502],
    ['an external host that was not', 'http://other.example.com/', 502],
    ['a host that nobody registered', 'http://nobody.example.com/', 502],
  ])('to %s (%s) is answered with %d', async (_, url, status) => {
    expect(await outcome('shop/frontend', `GET ${url}`)).toBe(status);
  });

  test('on a port where nothing was named is cut off', async () => {
    expect(await outcome('shop/frontend', 'GET http://nobody.example.com:7777/')).toBe('reset');
  });

  test('of a namespace without a Sidecar is as open as before', async () => {
    expect(await outcome('open/frontend', 'GET http://unnamed.open/')).toBe(200);
    expect(await outcome('open/frontend', 'GET http://other.example.com/')).toBe(200);
  });
});

describe('a dry run', () => {
  test.each(['adopted/migrated', 'open/frontend', 'shop/frontend', 'outside/client'])('refuses nothing that came before: %s', async (caller) => {
    // The callers' own namespaces still limit what they call.
    const expected = caller === 'shop/frontend' ? 502 : 200;
    expect(await outcome(caller, 'GET http://old.adopted/')).toBe(expected);
    expect(await outcome(caller, 'POST http://old.adopted/')).toBe(expected);
  });

  test('limits no egress', async () => {
    expect(await outcome('adopted/migrated', 'GET http://unnamed.open/')).toBe(200);
  });
});
