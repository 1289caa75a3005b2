import { CanaryRolloutProps } from '../../src';
import { Behaviour } from './mesh-traffic';

/** What the rollouts of every engine are asked to do. */
export const STEPS = [10, 30, 50, 90, 100];

/** One rollout that an engine is to take to its end. */
export interface Plan {
  readonly title: string;
  readonly namespace: string;
  readonly behaviour: Behaviour;
  /** Whether every gate lets it pass. */
  readonly promoted: boolean;
  /** The weights of the stable version and of the canary, from the beginning to the end. */
  readonly weights: readonly string[];
  /** What is said of it beside the steps and gates. */
  readonly props?: Partial<CanaryRolloutProps>;
}

const at = (weight: number) => `${100 - weight}/${weight}`;
const breaksAt = (weight: number, broken: ReturnType<Behaviour>): Behaviour => (share) => (share * 100 < weight ? {} : broken);

/** A canary that answers well. */
export const GOOD = { behaviour: () => ({}), promoted: true, weights: [0, ...STEPS, 0].map(at) };
const STOPPED_AT_30 = { promoted: false, weights: [0, 10, 30, 0].map(at) };

/** One canary that is good, and two that break under load. */
export const PLANS: readonly Plan[] = [
  { title: 'a canary that answers well is promoted', namespace: 'good', ...GOOD },
  { title: 'a canary that errs from 30 % on goes back', namespace: 'errs', behaviour: breaksAt(30, { errors: 0.3 }), ...STOPPED_AT_30 },
  { title: 'a canary that is slow from 30 % on goes back', namespace: 'slow', behaviour: breaksAt(30, { milliseconds: 2000 }), ...STOPPED_AT_30 },
];
