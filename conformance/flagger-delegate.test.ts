import { Duration } from 'cdk8s';
import {
  CanaryRollout, GatewayRoutes, HttpMatch, RequestTimeout, ResilientService, Retries, RolloutEngine, RolloutSteps, StringMatch,
} from 'cdk8s-istio';
import { Application } from './application';
import { binomialBounds } from './binomial';
import { MeshRequest } from './mesh-protocol';
import { PublicShop } from './public-shop';
import { withMesh } from './with-mesh';

const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];

/** What the App of a rollout with Flagger writes, and the three Services that Flagger makes of one. */
function manifests(): string {
  const { app, chart, gateway } = new PublicShop();
  new Application(chart, 'client');
  for (const name of ['reviews-primary', 'reviews-canary']) new Application(chart, name, { ports: HTTP });
  const service = new Application(chart, 'reviews', { ports: HTTP }).mesh();
  new ResilientService(chart, 'resilience', { service, timeout: RequestTimeout.after(Duration.seconds(2)), retries: Retries.upTo(2) });
  new CanaryRollout(chart, 'canary', { service, engine: RolloutEngine.flagger(), steps: RolloutSteps.recipe({ pause: Duration.minutes(1) }) });
  new GatewayRoutes(chart, 'public', { gateway, hosts: ['shop.example.com'] }).addRoute(HttpMatch.path(StringMatch.prefix('/reviews/')), service);
  return app.synthYaml();
}

/** As Flagger writes it at each of its steps. */
function ofFlagger(canary: number): string {
  const destination = (name: string, weight: number) => ({ destination: { host: `reviews-${name}` }, weight });
  return JSON.stringify({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'reviews', namespace: 'shop' },
    spec: { http: [{ route: [destination('primary', 100 - canary), destination('canary', canary)] }] },
  });
}

const mesh = withMesh(manifests);
const CALLERS: [where: string, request: MeshRequest][] = [
  ['on the mesh', { caller: 'shop/client', url: 'http://reviews/reviews/1' }],
  ['behind a gateway', PublicShop.visit('http://shop.example.com/reviews/1')],
];

beforeEach(async () => mesh.delete('VirtualService', 'shop', 'reviews').catch(() => undefined));

describe.each(CALLERS)('%s', (_, request) => {
  test('the Service answers while Flagger has written nothing, with the timeout and the retries of the root', async () => {
    expect((await mesh.request({ ...request, count: 100, results: 'none' })).byWorkload).toEqual({ 'shop/reviews': 100 });
    await mesh.behave('shop/reviews', { delayMs: 3000 });
    expect(await mesh.outcome(request)).toBe(504);
    await mesh.reset();
    await mesh.behave('shop/reviews', { status: 503 });
    expect(await mesh.outcome(request)).toBe(503);
    expect((await mesh.received('shop/reviews')).total).toBe(3);
  });

  test('Flagger\'s weights hold, with the timeout and the retries of the root', async () => {
    await mesh.apply(ofFlagger(30));
    const { byWorkload, byStatus } = await mesh.request({ ...request, count: 1000, results: 'none' });
    const { least, most } = binomialBounds(1000, 0.3, 0.99999);
    expect(byStatus).toEqual({ 200: 1000 });
    expect(Object.keys(byWorkload).sort()).toEqual(['shop/reviews-canary', 'shop/reviews-primary']);
    expect(byWorkload['shop/reviews-canary']).toBeGreaterThanOrEqual(least);
    expect(byWorkload['shop/reviews-canary']).toBeLessThanOrEqual(most);
    await mesh.apply(ofFlagger(0));
    await mesh.behave('shop/reviews-primary', { delayMs: 3000 });
    expect(await mesh.outcome(request)).toBe(504);
    await mesh.reset();
    await mesh.behave('shop/reviews-primary', { status: 503 });
    expect(await mesh.outcome(request)).toBe(503);
    expect((await mesh.received('shop/reviews-primary')).total).toBe(3);
  });

  test('no request fails while Flagger comes, takes its steps, and is taken away', async () => {
    const client = await mesh.keepAsking(request);
    for (const [step, canary] of [0, 10, 50, 100, 0].entries()) {
      await mesh.apply(ofFlagger(canary));
      await client.during(`step ${step}: ${canary} %`, 50);
    }
    await mesh.delete('VirtualService', 'shop', 'reviews');
    const last = await client.during('without Flagger', 50);
    const { failures, byStatus } = await client.stop();
    expect(failures).toEqual([]);
    expect(Object.keys(byStatus)).toEqual(['200']);
    expect(Object.keys(last.byWorkload)).toContain('shop/reviews');
  });
});
