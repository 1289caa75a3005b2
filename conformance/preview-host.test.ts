import { BlueGreenRollout, GatewayRoutes, HttpMatch, LiveColor, RolloutPlan, StringMatch } from 'cdk8s-istio';
import { Application } from './application';
import { PublicShop } from './public-shop';
import { withMesh } from './with-mesh';

const [HOST, PREVIEW] = ['shop.example.com', 'preview.shop.example.com'];
let plan: RolloutPlan;

/** Two public hosts of one service, of which the second is for the color that is not live. */
function manifests(): string {
  const { app, chart, gateway } = new PublicShop();
  const service = new Application(chart, 'reviews', { ports: [{ name: 'http', port: 80, targetPort: 8080 }], versions: ['v1', 'v2'] }).mesh();
  const rollout = new BlueGreenRollout(chart, 'switch', {
    service, blue: { version: 'v1' }, green: { version: 'v2' }, live: LiveColor.BLUE, previewHost: PREVIEW,
  });
  new GatewayRoutes(chart, 'routes', { gateway, hosts: [HOST, PREVIEW] }).addRoute(HttpMatch.path(StringMatch.prefix('/reviews')), service);
  const yaml = app.synthYaml();
  plan = rollout.plan();
  return yaml;
}

const mesh = withMesh(manifests);

async function answering(host: string): Promise<string[]> {
  const { byVersion, failed } = await mesh.request(PublicShop.visit(`http://${host}/reviews`, { count: 30, results: 'none' }));
  expect(failed).toBe(0);
  return Object.keys(byVersion);
}

test('the preview host reaches the color that is not live, with or without a port, and the other host the live one', async () => {
  for (const host of [PREVIEW, `${PREVIEW}:8080`]) expect([host, await answering(host)]).toEqual([host, ['v2']]);
  for (const host of [HOST, `${HOST}:8080`]) expect([host, await answering(host)]).toEqual([host, ['v1']]);
});

test('after the switch it is the other way round, and in the end both hosts reach the new one', async () => {
  const goTo = async (end: string) => mesh.applyInOrder(plan.steps.find(({ name }) => name.endsWith(end))!.files.map(({ content }) => content).join('\n---\n'));
  await goTo('switch-to-green');
  expect([await answering(PREVIEW), await answering(HOST)]).toEqual([['v1'], ['v2']]);
  await goTo('finish');
  await goTo('cleanup');
  expect([await answering(PREVIEW), await answering(HOST)]).toEqual([['v2'], ['v2']]);
});
