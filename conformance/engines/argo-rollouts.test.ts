import { argoManifests } from './argo-rollouts-manifests';
import { ARGO_ROLLOUTS, EngineRoom } from './engine-room';
import { KubernetesObject } from './kubernetes-object';
import { images, runTrial, SERVICE, Subject, Trial } from './trial';
import { TRIALS } from './trials';
import { ApiServer } from '../verdict';
import { weightSequence, withoutWeights } from './weights';

const ROLLOUT = (namespace: string): KubernetesObject => ({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: SERVICE, namespace } });

const argo: Subject = {
  manifests: argoManifests,
  ready: async (room, namespace) => room.status('healthy', 60, ROLLOUT(namespace), ({ phase }) => phase === 'Healthy'),
  release: async (room, namespace, image, version) => {
    const template = { metadata: { labels: { version } }, spec: { containers: [{ name: 'app', image }] } };
    await room.client.change('argoproj.io/v1alpha1', 'Rollout', namespace, SERVICE, { spec: { template } });
  },
  // Pods that get no requests any more stay for half a minute.
  ended: async (room, namespace) => room.status('promoted or aborted', 180, ROLLOUT(namespace), ({ phase, currentPodHash, stableRS, abort, replicas, canary }) =>
    ((phase === 'Healthy' && currentPodHash === stableRS) || (phase === 'Degraded' && abort)) && replicas === 2 && canary.weights.canary.weight === 0),
};

let room: EngineRoom;
let judge: ApiServer;
const trials = new Map<string, Trial>();
beforeAll(async () => {
  judge = new ApiServer();
  room = await EngineRoom.up(ARGO_ROLLOUTS);
  await Promise.all(TRIALS.map(async ({ namespace, behaviour }) => trials.set(namespace, await runTrial(room, argo, namespace, behaviour))));
}, 300_000);
afterAll(async () => {
  await judge?.end();
  await room?.down();
});

/** Without what Argo Rollouts is known to add: which pods a subset has now, and that it does. */
function withoutArgosOwn({ metadata, spec, ...rest }: KubernetesObject): object {
  const { 'argo-rollouts.argoproj.io/managed-by-rollouts': _, ...annotations } = metadata.annotations ?? {};
  const subsets = spec.subsets.map(({ labels, ...subset }: any) => {
    const { 'rollouts-pod-template-hash': __, ...others } = labels ?? {};
    return { ...subset, labels: others };
  });
  const { annotations: ___, ...others } = metadata;
  return { ...rest, metadata: { ...(Object.keys(annotations).length > 0 ? { annotations } : {}), ...others }, spec: { ...spec, subsets } };
}

describe.each(TRIALS)('Argo Rollouts: $title', ({ namespace, promoted, weights }) => {
  const trial = () => trials.get(namespace)!;
  const states = (kind: string) => trial().history.of(kind, SERVICE);

  test('the VirtualService shows the weights of the plan, one after the other, and no others', () => {
    expect(weightSequence(states('VirtualService'), 'primary')).toEqual(weights);
  });

  test('nothing else in the VirtualService ever changes', () => {
    const [first, ...later] = states('VirtualService').map((state) => JSON.stringify(withoutWeights(state)));
    expect(later.length).toBeGreaterThan(1);
    for (const state of later) expect(state).toBe(first);
  });

  test('in the DestinationRule the subsets get a hash, and nothing else ever changes', () => {
    const [first, ...later] = states('DestinationRule').map((state) => JSON.stringify(withoutArgosOwn(state)));
    expect(later.length).toBeGreaterThan(1);
    for (const state of later) expect(state).toBe(first);
  });

  test('no other Istio object appears, and none goes', () => {
    expect(trial().history.names).toEqual([`DestinationRule ${SERVICE}`, `VirtualService ${SERVICE}`]);
    expect(trial().history.deleted).toEqual([]);
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
    expect(trial().status).toMatchObject(promoted ? { phase: 'Healthy' } : { phase: 'Degraded', abort: true });
    expect([...new Set(trial().images)]).toEqual([promoted ? after : before]);
  });
});

test('report', () => {
  for (const t of trials.values()) console.log(t.namespace, t.seconds, t.images, t.status.message);
});
