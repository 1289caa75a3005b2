import { Duration } from 'cdk8s';
import { RolloutEngine } from '../../src';
import { KubernetesObject } from './kubernetes-object';
import { manifests } from './manifests';
import { REPLICAS, SERVICE } from './reviews';
import { Subject } from './trial';

const canary = (namespace: string): KubernetesObject => ({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', metadata: { name: SERVICE, namespace } });

/** A CanaryRollout that Flagger takes from step to step; it takes no interval shorter than this. */
export const flagger: Subject = {
  manifests: (namespace, version) => manifests(namespace, version, {
    engine: RolloutEngine.flagger(), replicas: REPLICAS, pause: Duration.seconds(10),
  }),
  ready: async (room, namespace) => room.status('initialized', 90, canary(namespace), ({ phase }) => phase === 'Initialized'),
  ended: async (room, namespace) => room.status('promoted or gone back', 240, canary(namespace), ({ phase }) => phase === 'Succeeded' || phase === 'Failed'),
  outcome: (promoted) => ({ phase: promoted ? 'Succeeded' : 'Failed', canaryWeight: 0 }),
  split: { virtualService: SERVICE, rules: ['http[0]'] },
};
