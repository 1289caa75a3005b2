import { Duration } from 'cdk8s';
import { CanaryRollout, GatewayRoutes, HashKey, HttpMatch, RolloutPlan, Stickiness, StringMatch } from 'cdk8s-istio';
import { Application } from './application';
import { binomialBounds } from './binomial';
import { PublicShop } from './public-shop';
import { withMesh } from './with-mesh';

const HOST = 'shop.example.com';
const USERS = Array.from({ length: 300 }, (_, index) => `user-${index}`);
const plans: Record<string, RolloutPlan> = {};

/** One service whose users keep a cookie, one whose users have an id, both by the recipe's steps. */
function manifests(): string {
  const { app, chart, gateway } = new PublicShop();
  const routes = new GatewayRoutes(chart, 'routes', { gateway, hosts: [HOST] });
  const rollouts = Object.entries({
    cookie: Stickiness.byCookie('rollout', Duration.days(7)),
    hash: Stickiness.byHash(HashKey.header('x-user-id'), { callerNamespaces: ['ingress'] }),
  }).map(([name, stickiness]) => {
    const service = new Application(chart, name, { ports: [{ name: 'http', port: 80, targetPort: 8080 }], versions: ['v1', 'v2'] }).mesh();
    routes.addRoute(HttpMatch.path(StringMatch.prefix(`/${name}`)), service);
    return { name, rollout: new CanaryRollout(chart, `${name}-rollout`, { service, stable: { version: 'v1' }, canary: { version: 'v2' }, stickiness }) };
  });
  const yaml = app.synthYaml();
  for (const { name, rollout } of rollouts) plans[name] = rollout.plan();
  return yaml;
}

const mesh = withMesh(manifests);

async function goTo(service: string, step: string): Promise<void> {
  const { files } = plans[service].steps.find(({ name }) => name.endsWith(step))!;
  await mesh.applyInOrder(files.map(({ content }) => content).join('\n---\n'));
}

/** Users as their browsers are: each has an id, and sends the cookie back that it was given. */
class Browsers {
  private readonly cookies = new Map<string, string>();

  constructor(private readonly service: string) {}

  /** Who has the canary: every user asks a few times, and one version answers all of it. */
  public async onCanary(users: readonly string[] = USERS): Promise<Set<string>> {
    const found = new Set<string>();
    for (const user of users) {
      const versions = [await this.ask(user), await this.ask(user), await this.ask(user)];
      expect([user, new Set(versions).size]).toEqual([user, 1]);
      if (versions[0] === 'v2') found.add(user);
    }
    return found;
  }

  private async ask(user: string): Promise<string> {
    const cookie = this.cookies.get(user);
    const { status, version, headers } = await mesh.one(PublicShop.visit(`http://${HOST}/${this.service}`, {
      headers: { 'x-user-id': user, ...(cookie ? { cookie } : {}) },
    }));
    expect(status).toBe(200);
    const set = headers?.['set-cookie'];
    if (set) this.cookies.set(user, set.split(';')[0]);
    return version!;
  }
}

function expectShare(count: number, percent: number, total: number = USERS.length): void {
  const { least, most } = binomialBounds(total, percent / 100, 0.99999);
  expect([percent, count, count >= least && count <= most]).toEqual([percent, count, true]);
}

function without(all: Set<string>, some: Set<string>): string[] {
  return [...all].filter((user) => !some.has(user));
}

test.each(['cookie', 'hash'])('by %s, a user moves when the weight reaches them, never back while it grows, and back at once when it goes back', async (service) => {
  const browsers = new Browsers(service);
  await goTo(service, 'canary-at-0');
  expect((await browsers.onCanary()).size).toBe(0);
  let before = new Set<string>();
  const at: Record<number, Set<string>> = {};
  for (const weight of [10, 30, 50, 90]) {
    await goTo(service, `canary-at-${weight}`);
    at[weight] = await browsers.onCanary();
    expect(without(before, at[weight])).toEqual([]);
    expectShare(at[weight].size, weight);
    before = at[weight];
  }
  await goTo(service, 'canary-at-100');
  expect((await browsers.onCanary()).size).toBe(USERS.length);
  await goTo(service, 'canary-at-0');
  expect((await browsers.onCanary()).size).toBe(0);
  // The next try begins with the same users.
  await goTo(service, 'canary-at-30');
  expect(await browsers.onCanary()).toEqual(at[30]);
});

test('by cookie, users who come later get their share as well, and so do those whose cookie is of no step', async () => {
  await goTo('cookie', 'canary-at-30');
  expectShare((await new Browsers('cookie').onCanary()).size, 30);
  const { byVersion } = await mesh.request(PublicShop.visit(`http://${HOST}/cookie`, {
    headers: { cookie: 'rollout=77' }, count: 1000, results: 'none',
  }));
  expectShare(byVersion.v2, 30, 1000);
});

test('by hash, requests without the header are shared out one by one', async () => {
  await goTo('hash', 'canary-at-30');
  const { byVersion } = await mesh.request(PublicShop.visit(`http://${HOST}/hash`, { count: 1000, results: 'none' }));
  expectShare(byVersion.v2, 30, 1000);
});
