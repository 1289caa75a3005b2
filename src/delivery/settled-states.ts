import type { ResolvedVersion } from './canary-version';
import type { RolloutState } from './rollout-state';
import { watchCallers, workloadsOf } from './rollout-watch';
import { describeLabels } from './version-pods';
import { everybodyTo } from './version-split';
import type { MeshService } from '../model/mesh-service';

/** The state between two rollouts. */
export function settled(version: ResolvedVersion): RolloutState {
  return {
    name: 'settled',
    title: `Everybody reaches ${version.subset}`,
    effect: [],
    shares: { [version.subset]: '100 %' },
    versions: [version],
    layers: everybodyTo(version.subset),
    watch: [],
  };
}

/** The last state of a plan: the same, and what may go now. */
export function cleanedUp(service: MeshService, kept: ResolvedVersion, gone: ResolvedVersion): RolloutState {
  const workloads = workloadsOf(service, gone);
  return {
    ...settled(kept),
    name: 'cleanup',
    title: `${gone.subset} is gone`,
    effect: [`The DestinationRule has no subset ${gone.subset} any more. The rules are those of the step before, applied first: none of them names it.`],
    shares: { [gone.subset]: '–', [kept.subset]: '100 %' },
    routesFirst: true,
    gone: gone.subset,
    watch: watchCallers(service),
    instructions: [
      workloads?.length
        ? `Now the pods of ${gone.subset} may go: take ${workloads.map(({ name }) => name).join(', ')} out of the code, or, where nothing else applies it:\n\n`
          + `\`\`\`sh\n${workloads.map(({ kind, name }) => `kubectl delete ${kind.toLowerCase()} ${name} -n ${service.namespace}`).join('\n')}\n\`\`\``
        : `Now the pods of ${gone.subset} may go (in ${service.namespace}, with ${describeLabels(gone.labels)}).`,
    ],
  };
}
