import { Engine } from './engine';
import { EngineRoom } from './engine-room';
import { FAULT, withFault } from './faults';
import { versionsBeside } from './versions-beside';
import { Program } from './program';
import { writeSeen } from './seen';
import { imageOf, REPLICAS, VERSIONS } from './reviews';
import { runTrial, Subject, Trial } from './trial';
import { Plan } from './plans';
import { ApiServer } from '../verdict';
import { weightSequences } from './weights';

/** What has to hold for every engine; `more` adds what holds for one. */
export function proveRollouts(engine: Engine, described: Subject, more: (trial: () => Trial, plan: Plan) => void): void {
  const subject = withFault(engine.title, described);
  let room: EngineRoom;
  let judge: ApiServer;
  const trials = new Map<string, Trial | Error>();
  beforeAll(async () => {
    // What cannot be synthesized is said before anything is started.
    for (const plan of subject.plans) for (const version of VERSIONS) subject.manifests(plan, version);
    judge = new ApiServer();
    room = await EngineRoom.up(engine);
    await Promise.all(subject.plans.map(async (plan) => {
      trials.set(plan.namespace, await runTrial(room, subject, plan).catch((error) => error));
    }));
  }, 600_000);
  afterAll(async () => {
    const memoryMiB = Math.round(Program.memory);
    await judge?.end();
    await room?.down();
    const done = [...trials.values()].filter((trial): trial is Trial => !(trial instanceof Error));
    if (FAULT !== undefined || done.length < subject.plans.length) return;
    writeSeen({
      engine: engine.title,
      versions: { [engine.title]: engine.version, ...versionsBeside() },
      readyAfterSeconds: Math.round(room.readyAfter),
      memoryMiB,
      trials: done.sort((a, b) => subject.plans.indexOf(a.plan) - subject.plans.indexOf(b.plan)).map(({ plan, seconds, history }) => ({
        title: plan.title, weights: joined(weightSequences(history.of('VirtualService'))), seconds: Math.round(seconds),
      })),
    });
  });

  describe.each(subject.plans)(`${engine.title}: $title`, (plan) => {
    const { namespace, promoted, weights } = plan;
    const trial = (): Trial => {
      const found = trials.get(namespace);
      if (found instanceof Error || found === undefined) throw found;
      return found;
    };

    test('all VirtualServices show the weights of the plan, one after the other, and no others', () => {
      expect(weightSequences(trial().history.of('VirtualService'))).toEqual(subject.sequences(plan));
    });

    test('the API server and the webhook take every state without a word', async () => {
      const states = trial().history.all;
      expect(states.length).toBeGreaterThanOrEqual(weights.length);
      expect(await judge.complaints(states.map((state) => JSON.stringify(state)).join('\n---\n'))).toEqual([]);
    });

    test('every request finds a pod, from the first version on', () => {
      expect(trial().lost).toBe(0);
    });

    const answers = promoted ? 'the new version answers at every step, and in the end alone' : 'the failed version answers while it has a share, and never before or after';
    test(answers, () => {
      const shares = promoted ? ['0', '0.1', '0.3', '0.5', '0.9', '1'] : ['0.1', '0.3'];
      expect(Object.keys(trial().answered).sort()).toEqual(shares);
    });

    test(promoted ? 'the new version is all there is' : 'everybody has the old version', () => {
      const { status, pods, everybodyFinds } = trial();
      expect(status).toMatchObject(subject.outcome(promoted));
      expect(everybodyFinds).toEqual([imageOf(namespace, promoted ? 'v2' : 'v1')]);
      if (promoted) expect(pods).toEqual(new Array(REPLICAS).fill(imageOf(namespace, 'v2')));
    });

    more(trial, plan);
  });
}

function joined(sequences: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(sequences).map(([rule, weights]) => [rule, weights.join(' ')]));
}
