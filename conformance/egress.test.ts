import { EgressPods } from './egress-pods';
import { egressShop } from './egress-shop';
import { MeshRequest, MeshResult } from './mesh-protocol';
import { withMesh } from './with-mesh';

const mesh = withMesh(egressShop);

async function ask(url: string, caller = 'shop/frontend', rest: Partial<MeshRequest> = {}): Promise<MeshResult> {
  return mesh.one({ caller, url, ...rest });
}

async function outcome(url: string, caller = 'shop/frontend', rest: Partial<MeshRequest> = {}): Promise<number | string> {
  return mesh.outcome({ caller, url, ...rest });
}

/** Requests, or connections, that the gateway has sent on to a host. */
async function countedAtGateway(port: number, host: string): Promise<number> {
  const stats = await mesh.envoyStats(`${EgressPods.workload}/0`, `cluster.outbound\\|${port}\\|\\|${host}.*upstream_(rq|cx)_total`);
  return Math.max(0, ...Object.values(stats));
}

async function ipOf(workload: string): Promise<string> {
  return mesh.pods.find((pod) => `${pod.namespace}/${pod.workload}` === workload)!.ip;
}

describe('straight from the sidecar', () => {
  test('a host that is named is reached, by DNS or by its endpoints', async () => {
    expect((await ask('http://plain.example/')).workload).toBe('world/plain');
    expect((await ask('http://fixed.example/')).workload).toBe('world/fixed');
  });

  test('a host that is not named is refused, and so is one that only another is declared to call', async () => {
    expect(await outcome('http://hidden.example/')).toBe(502);
    expect(await outcome('http://plain.example/', 'shop/other')).toBe(502);
    expect(await outcome('tcp://bytes.example:7777')).toBe('reset');
  });

  test('bytes arrive', async () => {
    expect((await ask('tcp://bytes.example:5433')).workload).toBe('world/bytes');
  });

  test('what an application encrypts is passed on', async () => {
    const { status, tls, seen } = await ask('https://originated.example/x', 'shop/frontend', { tls: { ca: 'public' } });
    expect([status, tls?.verified, seen?.sni]).toEqual([200, true, 'originated.example']);
  });

  test('plain HTTP becomes TLS, asked for by name', async () => {
    const { status, seen } = await ask('http://originated.example/x');
    expect([status, seen?.port, seen?.sni]).toEqual([200, 443, 'originated.example']);
  });

  test('a server by an authority that nobody trusts is refused, and believed only where that is said', async () => {
    expect(await outcome('http://untrusted.example/')).toBe(503);
    expect(await outcome('http://untrusted.example:81/')).toBe(200);
    const { total } = await mesh.received('world/untrusted');
    expect(total).toBe(1);
  });

  test('a server that is trusted and has another name is refused', async () => {
    expect(await outcome('http://bank.example/')).toBe(503);
    expect((await mesh.received('world/impostor')).total).toBe(0);
  });

  test('hosts of a wildcard that is resolved are reached at their own addresses, wherever the application connects to', async () => {
    expect((await ask('http://one.wild.example/')).workload).toBe('world/wild');
    expect((await ask('http://one.wild.example/', 'shop/frontend', { via: await ipOf('world/plain') })).workload).toBe('world/wild');
  });

  test('requests to hosts of a wildcard become TLS, asked for by the name of each', async () => {
    const { status, seen } = await ask('http://one.secure.example/');
    expect([status, seen?.port, seen?.sni]).toEqual([200, 443, 'one.secure.example']);
  });

  test('a wildcard that is not resolved is a way to every address, as a name is all that is asked of a request', async () => {
    expect((await ask('http://one.any.example/')).workload).toBe('world/wild');
    expect((await ask('http://one.any.example/', 'shop/frontend', { via: await ipOf('world/plain') })).workload).toBe('world/plain');
  });
});

describe('through the gateway', () => {
  test('plain HTTP becomes TLS there, with the certificate of a Secret, and is counted', async () => {
    const before = await countedAtGateway(80, 'payments.example');
    const { status, seen } = await ask('http://payments.example/v1/x');
    expect([status, seen?.port, seen?.sni, seen?.clientCertificate?.subject]).toEqual([200, 443, 'payments.example', 'shop']);
    expect(await countedAtGateway(80, 'payments.example')).toBe(before + 1);
    expect(seen?.peer).toBe(await ipOf(EgressPods.workload));
  });

  test('HTTP, the TLS of an application and bytes come from the gateway\'s address', async () => {
    const gateway = await ipOf(EgressPods.workload);
    for (const url of ['http://catalog.example/', 'https://catalog.example/', 'https://passed.example/', 'tcp://database.example:5432']) {
      const { seen, workload } = await ask(url);
      expect([url, seen?.peer, workload]).toEqual([url, gateway, `world/${/[a-z]+(?=\.example)/.exec(url)![0]}`]);
    }
  });

  test('the TLS of an application stays its own', async () => {
    expect((await ask('https://passed.example/', 'shop/frontend', { tls: { ca: 'public' } })).tls?.verified).toBe(true);
  });

  test('nothing is said of who calls', async () => {
    const { seen } = await ask('http://catalog.example/');
    expect(JSON.stringify(seen)).not.toContain('spiffe');
    expect(seen?.headers).not.toHaveProperty('x-forwarded-client-cert');
  });

  test.each<[string, number | string]>([
    ['http://payments.example/v1/x', 403], ['http://catalog.example/', 403], ['https://catalog.example/', 'reset'], ['https://passed.example/', 'reset'],
    ['tcp://database.example:5432', 'reset'],
  ])('%s is refused for a caller that is not declared: %s', async (url, expected) => {
    expect(await outcome(url, 'shop/other')).toBe(expected);
  });

  test('other methods and paths than were said are refused, of that caller alone', async () => {
    expect(await outcome('http://payments.example/v2/x')).toBe(403);
    expect(await outcome('http://payments.example/v1/x', 'shop/frontend', { method: 'POST' })).toBe(403);
    expect(await outcome('http://payments.example/v2/x', 'open/frontend', { method: 'POST' })).toBe(200);
  });

  test('without the mesh\'s identity nobody gets in', async () => {
    const gateway = { via: 'svc:istio-egress/istio-egressgateway' };
    expect(await outcome('http://catalog.example/', 'world/plain', gateway)).toBe('reset');
    expect(await outcome('https://passed.example/', 'world/plain', gateway)).toBe('tls');
  });

  test('servers that the gateway does not trust are refused', async () => {
    expect(await outcome('http://false.example/')).toBe(503);
    expect(await outcome('http://doubted.example/')).toBe(503);
    expect((await mesh.received('world/false')).total + (await mesh.received('world/doubted')).total).toBe(0);
  });

  test('a namespace without a Sidecar goes past it: that is what a NetworkPolicy is for', async () => {
    const { status, seen } = await ask('http://catalog.example/', 'open/frontend');
    expect([status, seen?.peer]).toEqual([200, await ipOf('open/frontend')]);
  });
});

describe('what is said of a host behind the gateway', () => {
  test('a timeout is how long the application waits', async () => {
    await mesh.behave('world/catalog', { delayMs: 4000 });
    const { status, ms } = await ask('http://catalog.example/');
    expect(status).toBe(504);
    expect(ms).toBeGreaterThan(1900);
    expect(ms).toBeLessThan(3500);
  });

  test('retries are made once, not by each of the two', async () => {
    await mesh.behave('world/catalog', { status: 503 });
    expect(await outcome('http://catalog.example/')).toBe(503);
    expect((await mesh.received('world/catalog')).total).toBe(4);
    expect(await outcome('http://catalog.example/', 'shop/frontend', { method: 'POST' })).toBe(503);
    expect((await mesh.received('world/catalog')).total).toBe(5);
  });

  test('headers are added once', async () => {
    expect((await ask('http://catalog.example/keyed/x')).seen?.headers['api-key']).toBe('one');
    expect((await ask('http://catalog.example/x')).seen?.headers).not.toHaveProperty('api-key');
  });
});

describe('what Istio does by itself, and the constructs do not rely on', () => {
  const rule = (tls: object) => JSON.stringify({
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'bank.example', namespace: 'shop' },
    spec: { host: 'bank.example', trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: { mode: 'SIMPLE', ...tls } }] } },
  });

  test.each<[string, object, string, number]>([
    ['without a name to ask for, it verifies that of the Host header', {}, 'bank.example', 200],
    ['without a name to ask for, it asks for that of the Host header', {}, 'else.example', 502],
    ['with a name to ask for, it verifies none', { sni: 'real.bank.example' }, 'bank.example', 200],
    ['with both, it verifies', { sni: 'real.bank.example', subjectAltNames: ['real.bank.example'] }, 'bank.example', 503],
  ])('%s', async (_, tls, host, expected) => {
    await mesh.apply(rule(tls));
    expect(await outcome('http://bank.example/', 'shop/frontend', { headers: { host } })).toBe(expected);
  });
});
