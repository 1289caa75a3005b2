import { Chart, Duration } from 'cdk8s';
import {
  ABTest, BlueGreenRollout, CanaryRollout, CanaryRolloutProps, HashKey, HttpMatch, LiveColor, MeshService, RolloutStep, RolloutSteps,
  Stickiness, StringMatch, VariantAssignment,
} from 'cdk8s-istio';
import { binomialBounds } from './binomial';
import { Counts } from './mesh-protocol';
import { PlanStep, Release, foldersOf, inOneText, objectsOf, rolloutShop, waysTo } from './rollout-shop';
import { SteadyClient } from './steady-client';
import { withMesh } from './with-mesh';

/** Everybody's requests and those of testers, which a rollout can lead elsewhere. */
const VARIANTS = [{ name: 'everybody' }, { name: 'testers', headers: { 'x-tester': 'true' } }];
/** Of everybody's requests, so many are looked at where both versions have their share, and where one has all or the share was seen before. */
const [SHARED, FEW] = [400, 100];

/** No machine is so slow that it takes longer. */
const PATIENCE = 900_000;

interface Percent {
  readonly everybody: number;
  readonly testers: number;
}

interface Rollout {
  /** What is said of the service before. */
  readonly before: Release;
  /** The states of the way, in their order; between the first and the second the new pods start, after the last one the old ones end. */
  readonly steps: (name: string) => PlanStep[];
  /** What the new version gets in a state. */
  readonly expected: (state: string) => Percent;
}

const testers = HttpMatch.anyOf(HttpMatch.header('x-tester', StringMatch.exact('true')), HttpMatch.cookie('group', StringMatch.exact('testers')));
const [stable, canary] = [{ version: 'v1' }, { version: 'v2' }];
const stepsTo = (...weights: number[]) => RolloutSteps.of(...weights.map((weight) => RolloutStep.to(weight)));
const everybodyHas = (version: { version: string }): Release => (chart, service, name) => new CanaryRollout(chart, `${name}-rollout`, { service, stable: version });

/** The folders of a plan. */
function planned(rollout: (chart: Chart, service: MeshService) => CanaryRollout | BlueGreenRollout): Rollout['steps'] {
  return (name) => {
    let made: CanaryRollout | BlueGreenRollout;
    rolloutShop([name], (chart, service) => {
      made = rollout(chart, service);
    });
    return foldersOf(made!.plan());
  };
}

function canaryRollout(settings: Omit<CanaryRolloutProps, 'service' | 'stable' | 'canary'>): Rollout {
  return {
    before: everybodyHas(stable),
    steps: planned((chart, service) => new CanaryRollout(chart, 'rollout', { service, stable, canary, ...settings })),
    expected: (state) => {
      const everybody = /finish|cleanup/.test(state) ? 100 : Number(/canary-at-(\d+)$/.exec(state)?.[1] ?? 0);
      return { everybody, testers: settings.alwaysCanary && !/subsets/.test(state) ? 100 : everybody };
    },
  };
}

const blueGreen: Rollout = {
  before: everybodyHas(stable),
  steps: planned((chart, service) => new BlueGreenRollout(chart, 'rollout', {
    service, blue: { ...stable, subset: 'v1' }, green: { ...canary, subset: 'v2' }, live: LiveColor.BLUE, preview: testers,
  })),
  expected: (state) => ({ everybody: /switch|finish|cleanup/.test(state) ? 100 : 0, testers: /preview|finish|cleanup/.test(state) ? 100 : 0 }),
};

/** A test has no plan: it begins with its subsets, as what is synthesized does, and ends with them, rules first. */
const abTest: Rollout = {
  before: everybodyHas(stable),
  steps: (name) => {
    const test = (share: number): Release => (chart, service) => new ABTest(chart, 'test', {
      service, variants: [{ ...stable, share: 100 - share }, { ...canary, share }], assignment: VariantAssignment.byCookie('variant', Duration.days(1)),
    });
    const files = (release: Release, ...kinds: string[]) => {
      const objects = objectsOf(rolloutShop([name], release));
      return kinds.flatMap((kind) => objects.filter((object) => object.kind === kind).map(({ yaml }) => yaml));
    };
    return [
      { name: 'subsets', files: [...files(test(30), 'DestinationRule'), ...files(everybodyHas(stable), 'VirtualService')] },
      ...[30, 70].map((share) => ({ name: `canary-at-${share}`, files: files(test(share), 'DestinationRule', 'VirtualService') })),
      { name: 'finish', files: [...files(test(70), 'DestinationRule'), ...files(everybodyHas(canary), 'VirtualService')] },
      { name: 'cleanup', files: files(everybodyHas(canary), 'VirtualService', 'DestinationRule') },
    ];
  },
  expected: canaryRollout({}).expected,
};

const ROLLOUTS: Record<string, Rollout> = {
  'recipe': canaryRollout({}),
  // Before its first rollout nothing is said of a service.
  'first': { ...canaryRollout({ steps: stepsTo(5, 60, 100), alwaysCanary: testers }), before: () => undefined },
  'cookie': canaryRollout({ steps: stepsTo(20, 50, 100), stickiness: Stickiness.byCookie('part', Duration.days(7)), alwaysCanary: testers }),
  'hash': canaryRollout({ steps: stepsTo(20, 50, 100), stickiness: Stickiness.byHash(HashKey.header('x-user'), { callerNamespaces: ['shop', 'ingress'] }) }),
  'mirror': canaryRollout({ steps: stepsTo(30, 100), mirrorFirst: { safeForWrites: true }, alwaysCanary: testers }),
  'blue-green': blueGreen,
  'a-b': abTest,
};

const mesh = withMesh(() => rolloutShop(Object.keys(ROLLOUTS), (chart, service, name) => ROLLOUTS[name].before(chart, service, name)).synthYaml());

/** Whether a share is what was planned; for parts, as far as chance allows. */
function isShare({ count, byVersion }: Counts, percent: number): boolean {
  const v2 = byVersion.v2 ?? 0;
  if (percent % 100 === 0) return v2 === count * percent / 100;
  const { least, most } = binomialBounds(count, percent / 100, 0.999);
  return v2 >= least && v2 <= most;
}

/** A service's clients, who never stop. */
class Clients {
  public static async of(service: string): Promise<Clients> {
    const ways = Object.entries(waysTo(service));
    return new Clients(await Promise.all(ways.map(async ([where, way]): Promise<[string, SteadyClient]> =>
      [where, await mesh.keepAsking({ ...way, variants: VARIANTS, intervalMs: 10 })])));
  }

  private phases = 0;

  private constructor(private readonly clients: [string, SteadyClient][]) {}

  /** Looks at a state that nobody changes meanwhile. */
  public async expectShares(state: string, percent: Percent, isNew: boolean = false): Promise<void> {
    const requests = isNew && percent.everybody % 100 !== 0 ? SHARED : FEW;
    await Promise.all(this.clients.map(async ([where, client]) => {
      const look = async () => (await client.during(`${state} (${++this.phases})`, VARIANTS.length * requests)).byVariant!;
      const wrong = async () => {
        const seen = await look();
        return Object.entries(percent).filter(([variant, share]) => !isShare(seen[variant], share))
          .map(([variant, share]) => ({ variant, share, got: seen[variant].byVersion }));
      };
      // One sample in a thousand is outside by chance; two in a row are not.
      const unexpected = (await wrong()).length === 0 ? [] : await wrong();
      expect({ where, state, unexpected }).toEqual({ where, state, unexpected: [] });
    }));
    await this.mark('between');
  }

  public async mark(phase: string): Promise<void> {
    await Promise.all(this.clients.map(async ([, client]) => client.mark(`${phase} (${++this.phases})`)));
  }

  /** Everybody stops; how many requests there were and what failed of them. */
  public async stop(): Promise<{ readonly requests: number; readonly failed: Record<string, unknown> }> {
    const reports = await Promise.all(this.clients.map(async ([where, client]) => ({ where, ...await client.stop() })));
    const failed = reports.filter((report) => report.failed > 0).map(({ where, byStatus, failures }) => [where, { byStatus, failures }]);
    return { requests: reports.reduce((sum, { count }) => sum + count, 0), failed: Object.fromEntries(failed) };
  }
}

describe.each(Object.keys(ROLLOUTS))('the plan %s', (name) => {
  test('loses no request on the way to the end and back, and in each state the new version gets its share', async () => {
    const steps = ROLLOUTS[name].steps(name);
    const [first, last] = [steps[0], steps.at(-1)!];
    const pods = async (version: string, replicas: number) => mesh.scale(`shop/${name}-${version}`, replicas);
    await pods('v2', 0);
    const clients = await Clients.of(name);
    const enter = async (step: PlanStep, isNew: boolean = false) => {
      await mesh.applyInOrder(inOneText(step.files));
      if (step === first) await pods('v2', 1);
      await clients.expectShares(step.name, ROLLOUTS[name].expected(step.name), isNew);
    };
    expect(last.name).toMatch(/cleanup$/);
    for (const step of steps.slice(0, -1)) await enter(step, true);
    for (const step of steps.slice(0, -2).reverse()) await enter(step);
    // And again, in haste, until the old pods are gone.
    for (const step of steps.slice(1, -1)) await mesh.applyInOrder(inOneText(step.files));
    await enter(last);
    await pods('v1', 0);
    await clients.expectShares(`${last.name}, without the old pods`, { everybody: 100, testers: 100 });
    // All the way back at once.
    await pods('v1', 1);
    await enter(steps[1]);
    const { requests, failed } = await clients.stop();
    console.log(`${name}: ${requests} requests in ${3 * steps.length - 2} states, failed: ${Object.keys(failed).length}`);
    expect(failed).toEqual({});
    expect(requests).toBeGreaterThan(2 * 2 * FEW * steps.length);
  }, PATIENCE);
});

describe('what is done in another order loses requests', () => {
  const name = 'recipe';
  const steps = ROLLOUTS[name].steps(name);
  const step = (suffix: string) => steps.find((candidate) => candidate.name.endsWith(suffix))!;
  const half = step('canary-at-50');
  let clients: Clients;

  /** The state from which one goes on, without a client that watches. */
  async function startFrom(files: string[]): Promise<void> {
    for (const version of ['v1', 'v2']) await mesh.scale(`shop/${name}-${version}`, 1);
    await mesh.applyInOrder(inOneText(files));
    clients = await Clients.of(name);
    await clients.expectShares('before', { everybody: 50, testers: 50 });
  }

  async function lost(): Promise<string[]> {
    await clients.mark('after');
    const { failed } = await clients.stop();
    return Object.entries(failed).map(([where, { byStatus }]: [string, any]) => `${where}: ${Object.keys(byStatus).sort()}`).sort();
  }
  const both = ['inside: 200,503', 'outside: 200,503'];

  test('the end\'s subsets before its rules', async () => {
    await startFrom(half.files);
    await mesh.applyInOrder(inOneText([...step('cleanup').files].reverse()));
    expect(await lost()).toEqual(both);
  });

  test('rules before the subsets that they name', async () => {
    await startFrom(half.files);
    await mesh.applyInOrder(inOneText(step('cleanup').files));
    await mesh.applyInOrder(inOneText([...half.files].reverse()));
    expect(await lost()).toEqual(both);
  });

  test('rules before the pods that they lead to', async () => {
    await startFrom(half.files);
    await mesh.applyInOrder(inOneText(step('canary-at-0').files));
    await mesh.scale(`shop/${name}-v2`, 0);
    await mesh.applyInOrder(inOneText(half.files));
    expect(await lost()).toEqual(both);
  });

  test('the old pods\' end before that of the rules that lead to them', async () => {
    await startFrom(half.files);
    await mesh.scale(`shop/${name}-v1`, 0);
    expect(await lost()).toEqual(both);
  });
});
