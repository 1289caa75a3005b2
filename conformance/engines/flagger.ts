import { Duration } from 'cdk8s';
import { RolloutEngine, Stickiness } from '../../src';
import { KubernetesObject } from './kubernetes-object';
import { manifests } from './manifests';
import { GOOD, Plan, PLANS } from './plans';
import { REPLICAS, SERVICE } from './reviews';
import { Subject } from './trial';

/** Flagger takes no shorter interval. */
const PAUSE = Duration.seconds(10);

export const COOKIE = 'reviews-rollout';

const STICKY: Plan = { title: 'users who met the canary stay with it', namespace: 'sticky', ...GOOD, props: { stickiness: Stickiness.byCookie(COOKIE, Duration.hours(1)) } };
const MIRRORED: Plan = { title: 'the canary gets copies first', namespace: 'mirrored', ...GOOD, props: { mirrorFirst: { percentage: 50, pause: PAUSE, safeForWrites: true } } };

const canary = (namespace: string): KubernetesObject => ({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', metadata: { name: SERVICE, namespace } });

/** A CanaryRollout that Flagger takes from step to step. */
export const flagger: Subject = {
  plans: [...PLANS, STICKY, MIRRORED],
  manifests: (plan, version) => manifests(plan, version, { engine: RolloutEngine.flagger(), replicas: REPLICAS, pause: PAUSE }),
  ready: async (room, namespace) => room.status('initialized', 90, canary(namespace), ({ phase }) => phase === 'Initialized'),
  ended: async (room, namespace) => room.status('promoted or gone back', 240, canary(namespace), ({ phase }) => phase === 'Succeeded' || phase === 'Failed'),
  outcome: (promoted) => ({ phase: promoted ? 'Succeeded' : 'Failed', canaryWeight: 0 }),
  sequences: ({ weights, props }): Record<string, readonly string[]> => {
    if (props?.stickiness === undefined) return { [`${SERVICE} http[0]`]: weights };
    // A rule for those who have the cookie stands before the other one, from the first step on.
    return { [`${SERVICE} http[0]`]: weights.slice(0, 1), [`${SERVICE} sticky-route`]: ['0/100', '100/0'], [`${SERVICE} http[1]`]: weights.slice(1) };
  },
};
