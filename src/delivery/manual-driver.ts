import { ResolvedVersion, resolveVersion } from './canary-version';
import { BoundRollout, RolloutDescription, RolloutDriver } from './rollout-driver';
import { checkDistinct, unselected } from './version-pods';
import { EVERY_REQUEST } from '../model/match-atom';
import { validateOncePerSynth } from '../model/once-per-synth';

/** A person applies one state after the other. */
export class ManualDriver implements RolloutDriver {
  public readonly title = 'manual';

  public bind(description: RolloutDescription): BoundRollout {
    const { rollout, service, alwaysCanary, weight = 0 } = description;
    const stable = versionOf(description, 'stable');
    const canary = versionOf(description, 'canary');
    checkDistinct(rollout.node.path, [stable, canary]);
    for (const { subset, labels } of [stable, canary]) service._addSubset({ owner: rollout, name: subset, labels });
    service._addRouteLayer({
      owner: rollout,
      aspect: 'action',
      match: EVERY_REQUEST,
      connections: true,
      value: { destinations: [{ subset: stable.subset, weight: 100 - weight }, { subset: canary.subset, weight }] },
    });
    if (alwaysCanary) {
      service._addRouteLayer({ owner: rollout, aspect: 'action', match: alwaysCanary._atoms, value: { destinations: [{ subset: canary.subset }] } });
    }
    validateOncePerSynth(rollout, () => [stable, canary].flatMap((version) => unselected(service, version)));
    return { stableSubset: stable.subset, canarySubset: canary.subset };
  }
}

function versionOf(description: RolloutDescription, role: 'stable' | 'canary'): ResolvedVersion {
  return resolveVersion(description.rollout.node.path, role, description[role]!);
}
