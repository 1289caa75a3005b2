import { Duration } from 'cdk8s';
import { HttpMatch, RolloutEngine, StringMatch } from '../../src';
import { KubernetesObject } from './kubernetes-object';
import { manifests } from './manifests';
import { REPLICAS, SERVICE, TESTER } from './reviews';
import { Subject } from './trial';

const rollout = (namespace: string): KubernetesObject => ({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: SERVICE, namespace } });

/** A CanaryRollout that Argo Rollouts takes from step to step. */
export const argoRollouts: Subject = {
  manifests: (namespace, version) => manifests(namespace, version, {
    // The first version runs in a Deployment that is adopted.
    engine: RolloutEngine.argoRollouts({ interval: Duration.seconds(1), replicas: REPLICAS, adopts: version === 'v1' }),
    replicas: 0,
    pause: Duration.seconds(3),
    props: { alwaysCanary: HttpMatch.header(TESTER.header, StringMatch.exact(TESTER.value)) },
  }),
  ready: async (room, namespace) => room.status('healthy', 90, rollout(namespace), ({ phase }) => phase === 'Healthy'),
  ended: async (room, namespace) => room.status('promoted or aborted', 180, rollout(namespace), (status) => {
    // The old version's pods stay for half a minute.
    const promoted = status.phase === 'Healthy' && status.currentPodHash === status.stableRS && status.replicas === REPLICAS;
    const aborted = status.phase === 'Degraded' && status.abort;
    return (promoted || aborted) && status.canary.weights.canary.weight === 0;
  }),
  outcome: (promoted) => (promoted ? { phase: 'Healthy' } : { phase: 'Degraded', abort: true }),
  // With and without retries, of /reports and of all the rest.
  split: { virtualService: SERVICE, rules: ['', '-2', '-3', '-4'].map((suffix) => `${SERVICE}-split${suffix}`) },
};
