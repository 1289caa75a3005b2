import { EngineRoom, FLAGGER } from './engine-room';
import { flaggerManifests } from './flagger-manifests';
import { KubernetesObject } from './kubernetes-object';
import { images, runTrial, SERVICE, Subject, Trial } from './trial';
import { TRIALS } from './trials';
import { ApiServer } from '../verdict';
import { weightSequence, withoutWeights } from './weights';

const CANARY = (namespace: string): KubernetesObject => ({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', metadata: { name: SERVICE, namespace } });

const flagger: Subject = {
  manifests: flaggerManifests,
  ready: async (room, namespace) => room.status('initialized', 90, CANARY(namespace), ({ phase }) => phase === 'Initialized'),
  release: async (room, namespace, image, version) => {
    const template = { metadata: { labels: { version } }, spec: { containers: [{ name: 'app', image }] } };
    await room.client.change('apps/v1', 'Deployment', namespace, SERVICE, { spec: { template } });
  },
  ended: async (room, namespace) => room.status('promoted or gone back', 240, CANARY(namespace), ({ phase }) => phase === 'Succeeded' || phase === 'Failed'),
};

let room: EngineRoom;
let judge: ApiServer;
const trials = new Map<string, Trial>();
beforeAll(async () => {
  judge = new ApiServer();
  room = await EngineRoom.up(FLAGGER);
  await Promise.all(TRIALS.map(async ({ namespace, behaviour }) => trials.set(namespace, await runTrial(room, flagger, namespace, behaviour))));
}, 400_000);
afterAll(async () => {
  await judge?.end();
  await room?.down();
});

describe.each(TRIALS)('Flagger: $title', ({ namespace, promoted, weights }) => {
  const trial = () => trials.get(namespace)!;
  const states = (kind: string, name: string) => trial().history.of(kind, name);

  test('its VirtualService shows the weights of the plan, one after the other, and no others', () => {
    expect(weightSequence(states('VirtualService', SERVICE), 0)).toEqual(['100', ...weights]);
  });

  test('the API server and the webhook take every state without a word', async () => {
    const yaml = trial().history.all.map((state) => JSON.stringify(state)).join('\n---\n');
    expect(await judge.complaints(yaml)).toEqual([]);
  });

  test('every request finds a pod at every step', () => {
    expect(trial().lost).toBe(0);
  });

  test(promoted ? 'the new version is the stable one' : 'the old version is all there is', () => {
    const { before, after } = images(namespace);
    expect(trial().status).toMatchObject({ phase: promoted ? 'Succeeded' : 'Failed' });
    expect([...new Set(trial().images)]).toEqual([promoted ? after : before]);
  });
});
void withoutWeights;
