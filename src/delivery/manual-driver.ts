import { CanaryStates } from './canary-states';
import { ResolvedVersion, resolveVersion } from './canary-version';
import { BoundRollout, RolloutDescription, RolloutDriver } from './rollout-driver';
import { RolloutPlan } from './rollout-plan';
import { settled } from './settled-states';
import { chooseByHash } from './sticky-filter';
import { checkDistinct, unselected } from './version-pods';
import { VersionRouting } from './version-routing';
import { validateOncePerSynth } from '../model/once-per-synth';

/** A person applies one state after the other. */
export class ManualDriver implements RolloutDriver {
  public readonly title = 'manual';

  public bind(description: RolloutDescription): BoundRollout {
    const { rollout, service, stickiness, weight = 0 } = description;
    const stable = resolveVersion(rollout.node.path, 'stable', description.stable!);
    if (description.canary === undefined) return between(description, stable);
    const canary = resolveVersion(rollout.node.path, 'canary', description.canary);
    checkDistinct(rollout.node.path, [stable, canary]);
    const states = new CanaryStates(description, stable, canary);
    const routing = new VersionRouting(rollout, service);
    routing.enter(states.at(weight));
    if (stickiness?._hash) chooseByHash(rollout, service, stickiness._hash);
    validateOncePerSynth(rollout, () => [stable, canary].flatMap((version) => unselected(service, version)));
    return { stableSubset: stable.subset, canarySubset: canary.subset, plan: () => planOf(description, states, routing) };
  }
}

/** No rollout is going on: everybody has the one version that there is. */
function between(description: RolloutDescription, stable: ResolvedVersion): BoundRollout {
  const { rollout, service, weight, alwaysCanary, stickiness, mirrorFirst } = description;
  const aboutIt = Object.entries({ weight: weight || undefined, alwaysCanary, stickiness, mirrorFirst });
  const given = aboutIt.filter(([, value]) => value !== undefined).map(([name]) => name);
  if (given.length > 0) {
    throw new Error(
      `[${rollout.node.path}] \`canary\` is not given, but ${given.join(', ')} ${given.length === 1 ? 'is' : 'are'} about it. `
      + 'Say which pods it has, for example { version: \'v2\' }.');
  }
  new VersionRouting(rollout, service).enter(settled(stable));
  validateOncePerSynth(rollout, () => unselected(service, stable));
  return { stableSubset: stable.subset, whyNot: '`canary` is not given, so nothing is rolled out' };
}

function planOf({ rollout, service, metrics, gates }: RolloutDescription, states: CanaryStates, routing: VersionRouting): RolloutPlan {
  const [stable, canary] = [states.stable.subset, states.canary.subset];
  const others = routing.othersThatLeadTo(stable).map((owner) => owner.node.path);
  return RolloutPlan._of(routing, `Rollout of ${service.name}: ${stable} → ${canary}`, [
    `From ${stable} to ${canary} of ${service.host}, step by step.`,
    ...(metrics ? [`The queries are for the Prometheus at ${metrics._address}${gates.length > 0 ? '; every gate has to hold before the next step' : ''}.`] : []),
    `Keep as many pods of ${stable} as there were until the last folder, also where an autoscaler would take some away: to go back, they have to be there.`,
    `In the code, the construct ${rollout.node.path} follows: \`weight\` is the weight of the step that is applied. After the last step the new version is `
    + 'the `stable` one, and `canary` is left out until the next rollout; the code then writes what the last folder holds.',
  ], states.all(others));
}
