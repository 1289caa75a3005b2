import { ApiObject, App, Chart } from 'cdk8s';
import { MeshPort, MeshService, PathMatch, ZeroTrustNamespace } from 'cdk8s-istio';
import { Application, namespace } from './application';
import { withMesh } from './with-mesh';
import { BANK, HOST, Shop } from '../examples/zero-trust/shop';

const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];
const OTHER_BANK = 'api.other-bank.example';

/** A host of the world, and whether the mesh knows that it is there. */
function world(chart: Chart, host: string, { isKnown }: { readonly isKnown: boolean }): void {
  const name = host.replaceAll('.', '-');
  new ApiObject(chart, name, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations: { 'judge.cdk8s-istio/dns-names': host } },
        spec: { serviceAccountName: name, containers: [{ name: 'application', image: 'application', ports: [{ name: 'https', containerPort: 443 }] }] },
      },
    },
  });
  if (!isKnown) return;
  new ApiObject(chart, `${name}-entry`, {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name },
    spec: { hosts: [host], location: 'MESH_EXTERNAL', resolution: 'DNS', ports: [{ number: 443, name: 'tls', protocol: 'TLS' }] },
  });
}

/** The example as it is, with those who have no business there, and what the questions need beside it. */
function manifests(): string {
  const app = new App();
  new Shop(app);
  new Application(new Chart(app, 'shop-intruder', { namespace: 'shop' }), 'intruder');

  const elsewhere = new Chart(app, 'elsewhere', { namespace: 'elsewhere' });
  namespace(elsewhere, 'elsewhere');
  new Application(elsewhere, 'frontend'); // the account's name is that of one who may call

  const outside = new Chart(app, 'outside', { namespace: 'outside' });
  namespace(outside, 'outside', false);
  new Application(outside, 'prometheus');
  world(outside, BANK, { isKnown: false });
  world(outside, OTHER_BANK, { isKnown: true });

  // Calls without a guard: the first policy refuses everybody else, and nobody else.
  const alone = new Chart(app, 'alone', { namespace: 'alone' });
  namespace(alone, 'alone');
  const [client, worker] = ['client', 'worker'].map((name) => new Application(alone, name).workload());
  const server = new Application(alone, 'server', { ports: HTTP }).mesh();
  const database = new Application(alone, 'database', { ports: [{ name: 'tcp-sql', port: 5432 }] }).mesh();
  new Application(alone, 'open', { ports: HTTP }).mesh();
  client.calls(server, { methods: ['GET'], paths: [PathMatch.segment('/a')] });
  server.allowFrom(client, { methods: ['POST'], paths: [PathMatch.exact('/b')] });
  worker.calls(database);

  // A guard by principal, made after one call and before the other.
  const vault = new Chart(app, 'vault', { namespace: 'vault' });
  const keys = new Application(vault, 'keys', { ports: HTTP }).mesh();
  keys.allowFrom(client, { methods: ['GET'] });
  new ZeroTrustNamespace(vault, 'zero-trust', { namespace: 'vault', trustDomains: ['cluster.local', 'partner.example'] });
  keys.allowFrom(worker, { methods: ['POST'] });
  keys.calls(MeshService.fromHost(vault, 'other-bank', { host: OTHER_BANK, namespace: 'vault', ports: [MeshPort.tls(443)] }));
  return app.synthYaml();
}

const mesh = withMesh(manifests);

/** `METHOD URL` from a caller, as `NAMESPACE/WORKLOAD`. */
async function outcome(caller: string, what: string): Promise<number | string> {
  const [method, url] = what.split(' ');
  return mesh.outcome({ caller, method, url });
}

describe('the example', () => {
  const CALLERS = ['shop/frontend', 'shop/reviews', 'shop/cart', 'shop/intruder', 'billing/payments', 'billing/settlement', 'elsewhere/frontend', 'outside/prometheus'];
  const TARGETS = ['frontend.shop:8080', 'reviews.shop:8080', 'cart.shop:8080', 'payments.billing:8080', 'reviews.shop:9102', 'cart.shop:9102'];
  const METHODS = ['GET', 'POST', 'DELETE'];
  const PATHS = ['/', '/reviews', '/reviews/1', '/reviewers', '/cart/7', '/payments', '/payments/7', '/payments/7/receipt', '/metrics'];
  const DECLARED = new Set([
    'shop/frontend GET reviews.shop:8080/reviews', 'shop/frontend GET reviews.shop:8080/reviews/1',
    'shop/frontend GET cart.shop:8080/cart/7', 'shop/frontend POST cart.shop:8080/cart/7',
    'shop/cart POST payments.billing:8080/payments',
    'billing/settlement GET payments.billing:8080/payments/7/receipt',
  ]);
  /** What stands in the way before any policy is asked: the caller's own sidecar, or that of the target. */
  const isLetOut = (caller: string, target: string) => {
    const [from, name] = caller.split('/');
    if (name === 'settlement') return target.startsWith('payments');
    if (from === 'billing') return target.includes('.billing');
    return true; // of shop: its own services and payments, which the cart calls
  };

  function expected(caller: string, method: string, target: string, path: string): number | string {
    if (DECLARED.has(`${caller} ${method} ${target}${path}`)) return 200;
    const isMetrics = target.endsWith(':9102');
    // On a port that the sidecar knows of some other host it answers by itself, on any other it cuts the connection off.
    if (!isLetOut(caller, target)) return isMetrics ? 'reset' : 502;
    if (isMetrics && method === 'GET' && path === '/metrics') return 200;
    return caller.startsWith('outside/') && !isMetrics ? 'reset' : 403;
  }

  test.each(CALLERS)('what %s calls is answered with 200 where it is declared, and refused everywhere else', async (caller) => {
    const requests = TARGETS.flatMap((target) => METHODS.flatMap((method) => PATHS.map((path) => ({ target, method, path }))));
    const wrong: string[] = [];
    let answered = 0;
    for (const { target, method, path } of requests) {
      const [got, wanted] = [await outcome(caller, `${method} http://${target}${path}`), expected(caller, method, target, path)];
      if (got !== wanted) wrong.push(`${caller} ${method} ${target}${path}: ${got}, not ${wanted}`);
      if (got === 200) answered++;
    }
    expect(wrong).toEqual([]);
    const metrics = TARGETS.filter((target) => target.endsWith(':9102') && isLetOut(caller, target)).length;
    expect(answered).toBe([...DECLARED].filter((call) => call.startsWith(`${caller} `)).length + metrics);
    expect(requests).toHaveLength(162);
  });

  test('nothing that was refused arrived', async () => {
    for (const caller of ['shop/intruder', 'elsewhere/frontend', 'outside/prometheus']) {
      for (const target of TARGETS) await outcome(caller, `POST http://${target}/payments`);
    }
    for (const target of ['shop/frontend', 'shop/reviews', 'shop/cart', 'billing/payments']) expect((await mesh.received(target)).total).toBe(0);
  });

  test.each([
    ['GET', '/', 200], ['POST', '/orders', 200], ['DELETE', '/', 403], ['PUT', '/', 403], ['HEAD', '/', 403],
  ])('the gateway brings %s %s in: %d', async (method, path, status) => {
    const through = { caller: 'outside/prometheus', via: 'svc:istio-ingress/ingress', viaPort: 80 };
    expect(await mesh.outcome({ ...through, method, url: `http://${HOST}${path}` })).toBe(status);
  });

  test.each<[caller: string, host: string, outcome: number | string]>([
    ['billing/payments', BANK, 200],
    ['billing/payments', OTHER_BANK, 'reset'],
    ['billing/settlement', BANK, 'reset'],
    ['shop/cart', BANK, 'reset'],
    ['shop/intruder', BANK, 'reset'],
    ['elsewhere/frontend', BANK, 200], // nobody limits what its namespace calls
  ])('%s calls https://%s: %s', async (caller, host, expectation) => {
    expect(await outcome(caller, `GET https://${host}/`)).toBe(expectation);
  });
});

describe('a call that nothing guards', () => {
  test.each([
    ['alone/client', 'GET http://server/a', 200],
    ['alone/client', 'GET http://server/a/1', 200],
    ['alone/client', 'POST http://server/b', 200],
    ['alone/client', 'POST http://server/a', 403],
    ['alone/client', 'GET http://server/b', 403],
    ['alone/worker', 'GET http://server/a', 403],
    ['elsewhere/frontend', 'GET http://server.alone/a', 403],
    ['outside/prometheus', 'GET http://server.alone/a', 403],
  ])('is the only one of its target: %s %s is answered with %d', async (caller, what, status) => {
    expect(await outcome(caller, what)).toBe(status);
  });

  test('of a TCP port is one, too', async () => {
    expect(await outcome('alone/worker', 'TCP tcp://database:5432')).toBe('answered');
    expect(await outcome('alone/client', 'TCP tcp://database:5432')).toBe('reset');
  });

  test('leaves other targets as they are', async () => {
    expect(await outcome('outside/prometheus', 'DELETE http://open.alone/')).toBe(200);
  });
});

describe('a guard by principals', () => {
  test.each([
    ['alone/client', 'GET', 200], ['alone/client', 'POST', 403], ['alone/worker', 'POST', 200], ['alone/worker', 'GET', 403], ['elsewhere/frontend', 'GET', 403],
  ])('takes over what was declared before it, and what is declared after it: %s %s is answered with %d', async (caller, method, status) => {
    expect(await outcome(caller, `${method} http://keys.vault/`)).toBe(status);
  });

  test('lets out to what is declared, wherever its ServiceEntry is', async () => {
    expect(await outcome('vault/keys', `GET https://${OTHER_BANK}/`)).toBe(200);
    expect(await outcome('vault/keys', `GET https://${BANK}/`)).toBe('reset');
  });

  test('asks for a certificate, too', async () => {
    expect(await outcome('outside/prometheus', 'GET http://keys.vault/')).toBe('reset');
  });
});
