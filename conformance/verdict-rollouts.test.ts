import { App, Chart, Duration } from 'cdk8s';
import {
  ABTest, BlueGreenRollout, CanaryRollout, GatewayRoutes, HashKey, HttpMatch, LiveColor, MeshPort, MeshService, RequestTimeout, ResilientService,
  Retries, RolloutPlan, RolloutStep, RolloutSteps, Stickiness, StringMatch, VariantAssignment,
} from 'cdk8s-istio';
import * as fc from 'fast-check';
import { ApiServer } from './verdict';

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
  // What is warned of at synth is not the question here.
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterAll(async () => {
  jest.restoreAllMocks();
  await apiServer?.end();
});

const HEADER = HttpMatch.header('x-canary', StringMatch.exact('true'));
const COOKIE = HttpMatch.cookie('group', StringMatch.prefix('test'));
const matches = fc.constantFrom(undefined, HEADER, COOKIE, HttpMatch.anyOf(HEADER, COOKIE));
const keys = fc.constantFrom(HashKey.header('x-user-id'), HashKey.cookie('user', Duration.hours(30)), HashKey.queryParameter('u'), HashKey.sourceIp());
const names = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/);
const cookies = fc.tuple(names, fc.integer({ min: 1, max: 10_000_000 }));
const version = fc.stringMatching(/^[a-z]([a-zA-Z0-9_.-]{0,8}[a-z0-9])?$/);

/** A service with what else may be said of it, and what its rollout writes in each of its states. */
function written(tcp: boolean, roll: (chart: Chart, service: MeshService) => { plan(): RolloutPlan } | undefined): string[] {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const ports = [MeshPort.http(80), ...(tcp ? [MeshPort.tcp(5432)] : [])];
  const service = MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'shop', ports });
  const rollout = roll(chart, service);
  new ResilientService(chart, 'resilience', { service, timeout: RequestTimeout.after(Duration.seconds(5)), retries: Retries.upTo(2) });
  new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: ['shop.example.com'] }).addRoute(HttpMatch.any(), service);
  const steps = rollout?.plan().steps ?? [];
  return [app.synthYaml(), ...steps.map(({ files }) => files.map(({ content }) => content).join('---\n'))];
}

/** Istiod says this of every EnvoyFilter, whatever is in it. */
const OF_ANY_ENVOY_FILTER = /^EnvoyFilter .*: webhook warns: EnvoyFilter exposes internal implementation details/;

async function takenWithoutAWord(states: string[]): Promise<void> {
  for (const state of states) expect((await apiServer.complaints(state)).filter((complaint) => !OF_ANY_ENVOY_FILTER.test(complaint))).toEqual([]);
}

test('every state of a canary', async () => {
  await fc.assert(fc.asyncProperty(fc.record({
    weights: fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 3 }),
    stable: version,
    alwaysCanary: matches,
    stickiness: fc.oneof(
      fc.constant(undefined),
      cookies.map(([name, seconds]) => Stickiness.byCookie(name, Duration.seconds(seconds))),
      keys.map((key) => Stickiness.byHash(key, { callerNamespaces: ['shop', 'istio-ingress'] }))),
    mirrored: fc.option(fc.double({ min: 0.001, max: 100, noNaN: true }).map((percentage) => Number(percentage.toFixed(3)))),
    tcp: fc.boolean(),
  }), async ({ weights, stable, alwaysCanary, stickiness, mirrored, tcp }) => {
    await takenWithoutAWord(written(tcp, (chart, service) => new CanaryRollout(chart, 'canary', {
      service,
      stable: { version: stable },
      canary: { labels: { track: 'canary' }, subset: 'the-canary' },
      steps: RolloutSteps.of(...[...weights.sort((a, b) => a - b), 100].map((weight) => RolloutStep.to(weight))),
      alwaysCanary,
      stickiness,
      mirrorFirst: mirrored ? { percentage: mirrored, safeForWrites: true } : undefined,
    })));
  }), { numRuns: 40 });
});

test('every state of a switch', async () => {
  await fc.assert(fc.asyncProperty(fc.record({
    preview: matches, previewHost: fc.constantFrom(undefined, 'preview.shop.example.com'), live: fc.constantFrom(LiveColor.BLUE, LiveColor.GREEN), tcp: fc.boolean(),
  }), async ({ tcp, ...settings }) => {
    await takenWithoutAWord(written(tcp, (chart, service) => new BlueGreenRollout(chart, 'switch', {
      service, blue: { version: 'v1' }, green: { version: 'v2' }, ...settings,
    })));
  }), { numRuns: 20 });
});

test('every A/B test', async () => {
  const assignments = fc.oneof(
    names.map((name) => VariantAssignment.byHeader(`a${name}`)), cookies.map(([name, seconds]) => VariantAssignment.byCookie(name, Duration.seconds(seconds))),
    keys.map((key) => VariantAssignment.byUserHash(key)));
  await fc.assert(fc.asyncProperty(fc.record({
    assignment: assignments, explicitHeader: fc.option(names.map((name) => `b${name}`), { nil: undefined }), count: fc.integer({ min: 2, max: 5 }), tcp: fc.boolean(),
  }), async ({ assignment, explicitHeader, count, tcp }) => {
    const variants = Array.from({ length: count }, (_, index) => ({ version: `V${index}`, share: index === 0 ? 100 - 5 * (count - 1) : 5 }));
    await takenWithoutAWord(written(tcp, (chart, service) => {
      new ABTest(chart, 'test', { service, variants, assignment, explicitHeader });
      return undefined;
    }));
  }), { numRuns: 40 });
});
