import { Behaviour } from './mesh-traffic';

/** What the rollouts of every engine are asked to do. */
export const STEPS = [10, 30, 50, 90, 100];

interface PlannedTrial {
  readonly title: string;
  readonly namespace: string;
  readonly behaviour: Behaviour;
  /** Whether every gate lets it pass. */
  readonly promoted: boolean;
  /** What the VirtualService has to show: the weights of the stable version and of the canary. */
  readonly weights: string[];
}

const at = (weight: number) => `${100 - weight}/${weight}`;
const breaksAt = (weight: number, broken: ReturnType<Behaviour>): Behaviour => (share) => (share * 100 < weight ? {} : broken);
const STOPPED_AT_30 = [at(0), at(10), at(30), at(0)];

/** One canary that is good, and two that break under load. */
export const TRIALS: readonly PlannedTrial[] = [
  { title: 'a canary that answers well is promoted', namespace: 'good', behaviour: () => ({}), promoted: true, weights: [0, ...STEPS, 0].map(at) },
  { title: 'a canary that errs from 30 % on goes back', namespace: 'errs', behaviour: breaksAt(30, { errors: 0.3 }), promoted: false, weights: STOPPED_AT_30 },
  { title: 'a canary that is slow from 30 % on goes back', namespace: 'slow', behaviour: breaksAt(30, { milliseconds: 2000 }), promoted: false, weights: STOPPED_AT_30 },
];
