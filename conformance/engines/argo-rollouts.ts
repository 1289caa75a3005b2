import { Duration } from 'cdk8s';
import { HttpMatch, RolloutEngine, StringMatch } from '../../src';
import { KubernetesObject } from './kubernetes-object';
import { manifests, PUBLIC } from './manifests';
import { PLANS } from './plans';
import { REPLICAS, SERVICE, TESTER } from './reviews';
import { Subject } from './trial';
import { until } from './until';

const SCALE_DOWN_DEADLINE = 'scale-down-deadline';

const rollout = (namespace: string): KubernetesObject => ({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: SERVICE, namespace } });

/** Rules for all requests and for /reports, each with and without retries; behind the gateway for all. */
const SPLITS = [
  ...['', '-2', '-3', '-4'].map((suffix) => `${SERVICE} ${SERVICE}-split${suffix}`),
  ...['', '-2'].map((suffix) => `${PUBLIC.name} ${SERVICE}-split${suffix}`),
];

/** A CanaryRollout that Argo Rollouts takes from step to step. */
export const argoRollouts: Subject = {
  plans: PLANS,
  manifests: (plan, version) => manifests(plan, version, {
    // The first version runs in a Deployment that is adopted.
    engine: RolloutEngine.argoRollouts({ interval: Duration.seconds(1), replicas: REPLICAS, adopts: version === 'v1' }),
    replicas: 0,
    pause: Duration.seconds(3),
    props: { alwaysCanary: HttpMatch.header(TESTER.header, StringMatch.exact(TESTER.value)) },
  }),
  ready: async (room, namespace) => room.status('healthy', 90, rollout(namespace), ({ phase }) => phase === 'Healthy'),
  ended: async (room, namespace) => {
    await room.status('promoted or aborted', 120, rollout(namespace), ({ phase, currentPodHash, stableRS, abort, canary }) =>
      ((phase === 'Healthy' && currentPodHash === stableRS) || (phase === 'Degraded' && abort)) && canary.weights.canary.weight === 0);
    // Pods that are not needed any more stay for half a minute.
    await until(`no pods in ${namespace} that are about to go`, 90, async (note) => {
      const leaving = (await room.client.list('apps/v1', 'ReplicaSet', namespace))
        .filter(({ metadata, spec }) => spec.replicas > 0 && metadata.annotations?.[SCALE_DOWN_DEADLINE] !== undefined);
      note(leaving.map(({ metadata }) => [metadata.name, metadata.annotations]));
      return leaving.length === 0 || undefined;
    });
    return room.status('aborted, or left with the pods of one version', 60, rollout(namespace), ({ abort, replicas }) => abort || replicas === REPLICAS);
  },
  outcome: (promoted) => (promoted ? { phase: 'Healthy' } : { phase: 'Degraded', abort: true }),
  sequences: ({ weights }) => Object.fromEntries(SPLITS.map((rule) => [rule, weights])),
};
