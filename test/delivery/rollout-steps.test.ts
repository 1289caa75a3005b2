import { Duration } from 'cdk8s';
import { RolloutStep, RolloutSteps } from '../../src';
import { messageOf } from '../support/shop';

const weights = (steps: RolloutSteps) => steps._all.map(({ _weight }) => _weight);

test('the recipe is 10, 30, 50, 90 and 100, each for as long as it is said', () => {
  expect(weights(RolloutSteps.recipe())).toEqual([10, 30, 50, 90, 100]);
  expect(RolloutSteps.recipe()._all.map(({ _pause }) => _pause)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  expect(RolloutSteps.recipe({ pause: Duration.minutes(5) })._all.map(({ _pause }) => _pause?.toSeconds())).toEqual([300, 300, 300, 300, 300]);
});

test('any other steps that rise to 100 are taken as they are', () => {
  expect(weights(RolloutSteps.of(RolloutStep.to(1), RolloutStep.to(99), RolloutStep.to(100)))).toEqual([1, 99, 100]);
  expect(weights(RolloutSteps.of(RolloutStep.to(100)))).toEqual([100]);
});

const to = (...all: number[]) => () => RolloutSteps.of(...all.map((weight) => RolloutStep.to(weight)));

test.each<[string, () => unknown, string]>([
  ['backwards', to(10, 50, 30, 100),
    'RolloutSteps.of: the step to 30 % goes backwards, as the one before it is to 50 %. Each has to be larger than the one before it: 10, 30, 50, 100. To go back, apply an earlier step.'],
  ['twice', to(10, 10, 100), 'RolloutSteps.of: the step to 10 % stands still, as the one before it is to 10 %. Each has to be larger than the one before it: 10, 100.'],
  ['without an end', to(10, 50), 'RolloutSteps.of: the last step is to 50 %, so the rollout would never end. End with RolloutStep.to(100).'],
  ['none', to(), 'RolloutSteps.of: no steps are given, so the rollout would never end.'],
  ['a weight of 0', to(0, 100), 'RolloutStep.to: the weight is 0; a whole percentage from 1 to 100 is allowed. A rollout begins at 0 by itself.'],
  ['a weight above 100', to(101), 'RolloutStep.to: the weight is 101;'],
  ['half a percent', to(0.5, 100), 'RolloutStep.to: the weight is 0.5;'],
  ['text for a weight', () => RolloutStep.to('10' as any), 'RolloutStep.to: the weight is "10";'],
  ['a number for a step', () => RolloutSteps.of(10 as any), 'RolloutSteps.of: one of them is 10. Give RolloutSteps, one argument each, for example RolloutStep.to(10).'],
  ['a pause of no length', () => RolloutStep.to(10, { pause: Duration.millis(0) }), 'RolloutStep.to(10): pause is 0 ms;'],
  ['a bare duration', () => RolloutStep.to(10, Duration.minutes(5) as any), 'RolloutStep.to(10): the options are a Duration. Give for example { pause: Duration.minutes(10) }.'],
  ['a bare duration for the recipe', () => RolloutSteps.recipe(Duration.minutes(5) as any), 'RolloutSteps.recipe: the options are a Duration.'],
  ['a bare number', () => RolloutStep.to(10, 5 as any), 'RolloutStep.to(10): the options are 5.'],
  ['a pause in minutes', () => RolloutStep.to(10, { pause: 5 as any }), 'RolloutStep.to(10): pause is 5. Give a Duration of cdk8s'],
])('%s is refused, with what is allowed', (_, make, message) => {
  expect(messageOf(make)).toContain(message);
});
