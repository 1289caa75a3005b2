import { Engine } from './engine';
import { EngineRoom } from './engine-room';
import { versionsBeside } from './versions-beside';
import { Program } from './program';
import { writeSeen } from './seen';
import { imageOf, REPLICAS, VERSIONS } from './reviews';
import { runTrial, Subject, Trial } from './trial';
import { TRIALS } from './trials';
import { ApiServer } from '../verdict';
import { weightSequences } from './weights';

/** What has to hold for every engine; `more` adds what holds for one. */
export function proveRollouts(engine: Engine, subject: Subject, more: (trial: () => Trial) => void): void {
  let room: EngineRoom;
  let judge: ApiServer;
  const trials = new Map<string, Trial | Error>();
  beforeAll(async () => {
    // What cannot be synthesized is said before anything is started.
    for (const { namespace } of TRIALS) for (const version of VERSIONS) subject.manifests(namespace, version);
    judge = new ApiServer();
    room = await EngineRoom.up(engine);
    await Promise.all(TRIALS.map(async ({ namespace, behaviour }) => {
      trials.set(namespace, await runTrial(room, subject, namespace, behaviour).catch((error) => error));
    }));
  }, 600_000);
  afterAll(async () => {
    const memoryMiB = Math.round(Program.memory);
    await judge?.end();
    await room?.down();
    const failed = TRIALS.some(({ namespace }) => (trials.get(namespace) ?? new Error()) instanceof Error);
    if (failed) return;
    writeSeen({
      engine: engine.title,
      versions: { [engine.title]: engine.version, ...versionsBeside() },
      readyAfterSeconds: Math.round(room.readyAfter),
      memoryMiB,
      trials: TRIALS.map(({ title, namespace }) => {
        const trial = trials.get(namespace) as Trial;
        return { title, weights: weightsSeen(trial)[subject.split.rules[0]], seconds: Math.round(trial.seconds) };
      }),
    });
  });

  const weightsSeen = ({ history }: Trial) => weightSequences(history.of('VirtualService', subject.split.virtualService));

  describe.each(TRIALS)(`${engine.title}: $title`, ({ namespace, promoted, weights }) => {
    const trial = (): Trial => {
      const found = trials.get(namespace);
      if (found instanceof Error || found === undefined) throw found;
      return found;
    };

    test('the VirtualService shows the weights of the plan, one after the other, and no others', () => {
      expect(weightsSeen(trial())).toEqual(Object.fromEntries(subject.split.rules.map((rule) => [rule, weights])));
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

    more(trial);
  });
}
