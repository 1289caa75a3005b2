import { argoRollouts } from './argo-rollouts';
import { argoRolloutsEngine } from './engine';
import { KubernetesObject } from './kubernetes-object';
import { PUBLIC } from './manifests';
import { proveRollouts } from './prove-rollouts';
import { SERVICE } from './reviews';
import { withoutWeights } from './weights';

const MANAGED_BY = 'argo-rollouts.argoproj.io/managed-by-rollouts';
const HASH = 'rollouts-pod-template-hash';

/** A DestinationRule without what Argo Rollouts is known to add: that it manages it, and which pods a subset has now. */
function withoutArgosOwn({ metadata, spec, ...rest }: KubernetesObject): object {
  const { [MANAGED_BY]: _, ...annotations } = metadata.annotations ?? {};
  const { annotations: __, ...others } = metadata;
  const subsets = spec.subsets.map(({ labels: { [HASH]: ___, ...labels }, ...subset }: any) => ({ ...subset, labels }));
  return { ...rest, metadata: { ...(Object.keys(annotations).length > 0 ? { annotations } : {}), ...others }, spec: { ...spec, subsets } };
}

proveRollouts(argoRolloutsEngine(), argoRollouts, (trial) => {
  test.each([SERVICE, PUBLIC.name])('nothing in the VirtualService %s changes but the weights', (name) => {
    const [first, ...later] = trial().history.of('VirtualService', name).map((state) => JSON.stringify(withoutWeights(state)));
    expect(later.length).toBeGreaterThan(1);
    for (const state of later) expect(state).toBe(first);
  });

  test('nothing in the DestinationRule changes but the hash of the subsets\' pods', () => {
    const [first, ...later] = trial().history.of('DestinationRule', SERVICE).map((state) => JSON.stringify(withoutArgosOwn(state)));
    expect(later.length).toBeGreaterThan(1);
    for (const state of later) expect(state).toBe(first);
  });

  test('requests that are always to reach the canary find a pod in the end, also when it failed', () => {
    expect(trial().testersFind).not.toEqual([]);
  });

  test('there are no Istio objects but ours, from beginning to end', () => {
    expect(trial().history.names).toEqual([`DestinationRule ${SERVICE}`, `VirtualService ${SERVICE}`, `VirtualService ${PUBLIC.name}`]);
    expect(trial().history.deleted).toEqual([]);
  });
});
