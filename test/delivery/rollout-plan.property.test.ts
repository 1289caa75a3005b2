import { App, Chart, Duration } from 'cdk8s';
import * as fc from 'fast-check';
import {
  BlueGreenRollout, CanaryRollout, CanaryRolloutProps, GatewayRoutes, HashKey, HttpMatch, HttpRoute, LiveColor, LoadBalancer, Mesh, MeshPort,
  MeshService, RequestTimeout, ResilientService, Retries, RolloutPlan, RolloutStep, RolloutSteps, RouteAction, Stickiness, StringMatch,
} from '../../src';
import { shop, synthesized } from '../support/shop';
import { danglingSubsets, namedSubsets, stateAfter, stateOf, statesOnTheWay, stepNamed } from './plans';

interface Around {
  readonly resilience: boolean;
  readonly gateway: boolean;
  readonly pinned: boolean;
  readonly tcp: boolean;
}

interface Case extends Around {
  readonly weights: number[];
  readonly alwaysCanary?: HttpMatch;
  readonly stickiness?: Stickiness;
  readonly mirrored: boolean;
}

const HEADER = HttpMatch.header('x-canary', StringMatch.exact('true'));
const flags = { resilience: fc.boolean(), gateway: fc.boolean(), pinned: fc.boolean(), tcp: fc.boolean() };
const cases: fc.Arbitrary<Case> = fc.record({
  ...flags,
  weights: fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 4 }).map((weights) => [...weights.sort((a, b) => a - b), 100]),
  alwaysCanary: fc.constantFrom(undefined, HEADER, HttpMatch.cookie('group', StringMatch.exact('testers')), HttpMatch.anyOf(HEADER, HttpMatch.queryParameter('canary', StringMatch.exact('1')))),
  stickiness: fc.constantFrom(undefined, Stickiness.byCookie('rollout', Duration.days(1)), Stickiness.byHash(HashKey.header('x-user-id'))),
  mirrored: fc.boolean(),
});

function around(chart: Chart, service: MeshService, { resilience, gateway, pinned }: Around): void {
  if (resilience) {
    new ResilientService(chart, 'resilience', {
      service, timeout: RequestTimeout.after(Duration.seconds(5)), retries: Retries.upTo(2), subsets: { v2: { loadBalancer: LoadBalancer.random() } },
    });
  }
  if (gateway) new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: ['shop.example.com'] }).addRoute(HttpMatch.path(StringMatch.prefix('/')), service);
  if (pinned) new HttpRoute(chart, 'old-api', { service, match: HttpMatch.path(StringMatch.prefix('/old/')), action: RouteAction.toSubset('v1') });
}

function serviceOf(chart: Chart, tcp: boolean): MeshService {
  const ports = [MeshPort.http(80), ...(tcp ? [MeshPort.tcp(5432)] : [])];
  return MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'shop', ports });
}

function canary(one: Case, props: Partial<CanaryRolloutProps> = {}): { app: App; rollout: CanaryRollout } {
  const { app, chart } = shop();
  const service = serviceOf(chart, one.tcp);
  const rollout = new CanaryRollout(chart, 'canary', {
    service,
    stable: { version: 'v1' },
    canary: { version: 'v2' },
    steps: RolloutSteps.of(...one.weights.map((weight) => RolloutStep.to(weight))),
    alwaysCanary: one.alwaysCanary,
    stickiness: one.stickiness,
    mirrorFirst: one.mirrored ? { percentage: 20, safeForWrites: true } : undefined,
    ...props,
  });
  around(chart, service, one);
  return { app, rollout };
}

function everyPassage(plan: RolloutPlan): void {
  for (const from of plan.steps) {
    for (const to of plan.steps) {
      const dangling = statesOnTheWay(stateAfter(from), to).flatMap(danglingSubsets);
      if (dangling.length > 0) throw new Error(`from ${from.name} to ${to.name}, rules name ${dangling.join(' and ')}`);
    }
  }
}

const RUNS = { numRuns: 30 };
// What is warned of is not the question here.
beforeAll(() => jest.spyOn(process.stderr, 'write').mockReturnValue(true));
afterAll(() => jest.restoreAllMocks());

test('from every step to every other, file by file, no rule ever names a subset that is not there', () => {
  fc.assert(fc.property(cases, (one) => everyPassage(canary(one).rollout.plan())), RUNS);
  const switches = fc.record({ ...flags, preview: fc.boolean(), live: fc.constantFrom(LiveColor.BLUE, LiveColor.GREEN) });
  fc.assert(fc.property(switches, ({ preview, live, ...one }) => {
    const { chart } = shop();
    const service = serviceOf(chart, one.tcp);
    const rollout = new BlueGreenRollout(chart, 'switch', { service, blue: { version: 'v1' }, green: { version: 'v2' }, live, preview: preview ? HEADER : undefined });
    around(chart, service, one);
    everyPassage(rollout.plan());
  }), RUNS);
});

test('every step names both versions from the first weight of 0 to 100, and the last two the new one alone, unless other rules name the old', () => {
  fc.assert(fc.property(cases, (one) => {
    const { steps } = canary(one).rollout.plan();
    const weighted = steps.filter(({ name }) => name.includes('-at-'));
    expect(weighted.map((step) => namedSubsets(stateAfter(step)))).toEqual(weighted.map(() => ['v1', 'v2']));
    const last = steps.slice(steps.indexOf(weighted.at(-1)!) + 1);
    expect(last.map((step) => namedSubsets(stateAfter(step)))).toEqual(one.pinned ? [['v1', 'v2']] : [['v2'], ['v2']]);
  }), RUNS);
});

test('every step holds the same objects, and each passes the checker', () => {
  fc.assert(fc.property(cases, (one) => {
    const { app, rollout } = canary(one);
    const before = app.synthYaml();
    const steps = rollout.plan().steps;
    const names = steps.map((step) => [...stateAfter(step).keys()].sort());
    expect(names).toEqual(steps.map(() => names[0]));
    for (const { name, files } of steps) {
      expect([name, Mesh.fromYaml(files.map(({ content }) => content).join('---\n')).check().errors.map(({ message }) => message)]).toEqual([name, []]);
    }
    expect(app.synthYaml()).toBe(before);
  }), { numRuns: 15 });
});

test('the code writes at each weight what the folder of that weight holds, and after the rollout what the last one holds', () => {
  const mesh = (app: App) => stateOf(synthesized(app).filter(({ apiVersion }) => apiVersion.includes('istio.io')));
  fc.assert(fc.property(cases, (one) => {
    const plan = canary(one).rollout.plan();
    for (const weight of [...one.weights, ...(one.mirrored ? [] : [0])]) {
      expect([...mesh(canary(one, { weight }).app)].sort()).toEqual([...stateAfter(stepNamed(plan, `canary-at-${weight}`))].sort());
    }
    if (one.mirrored) expect([...mesh(canary(one).app)].sort()).toEqual([...stateAfter(stepNamed(plan, 'mirror-at-20'))].sort());
    if (one.pinned || one.resilience) return;
    const { app, chart } = shop();
    const service = serviceOf(chart, one.tcp);
    new CanaryRollout(chart, 'canary', { service, stable: { version: 'v2' } });
    around(chart, service, one);
    const last = [...stateAfter(stepNamed(plan, 'cleanup'))].filter(([name]) => !name.startsWith('EnvoyFilter'));
    expect([...mesh(app)].sort()).toEqual(last.sort());
  }), { numRuns: 15 });
});
