import type { ResolvedVersion } from './canary-version';
import type { RolloutGate } from './rollout-gate';
import type { RolloutState } from './rollout-state';
import { watchAnswers, watchCallers } from './rollout-watch';
import { cleanedUp } from './settled-states';
import { everybodyTo, matchedTo } from './version-split';
import type { HttpMatch } from '../model/http-match';
import type { MeshService } from '../model/mesh-service';

/** The states of a switch from the version that is live to the other one, and what may follow. */
export class BlueGreenStates {
  constructor(
    private readonly service: MeshService,
    private readonly live: ResolvedVersion,
    private readonly idle: ResolvedVersion,
    private readonly preview: HttpMatch | undefined,
    private readonly gates: readonly RolloutGate[],
  ) {}

  /** Where the code stands. */
  public get current(): RolloutState {
    const { live, idle, preview } = this;
    return {
      ...this.answering(live, idle),
      name: preview ? 'preview' : `${live.role}-is-live`,
      effect: [
        `All requests are led to ${live.subset}${preview ? `, but for those that match the preview: they reach ${idle.subset}` : ''}.`,
        `The DestinationRule has both subsets, and pods of ${idle.subset} that start now get ${preview ? 'only previews' : 'no requests'}.`,
      ],
      watch: preview ? watchAnswers(this.service, idle, this.gates) : watchCallers(this.service),
      instructions: [
        `Start the pods of ${idle.subset}, as many as ${live.subset} has, and wait until they are ready.`,
        ...(preview ? [`Look at ${idle.subset} through the preview.`] : []),
      ],
      retreat: true,
    };
  }

  /** In the order in which they are gone through. */
  public all(othersThatLeadToLive: readonly string[]): RolloutState[] {
    const last = othersThatLeadToLive.length === 0 ? [this.finish(), cleanedUp(this.service, this.idle, this.live)] : [];
    return [this.subsets(), ...(this.preview ? [this.current] : []), this.switched(othersThatLeadToLive), ...last];
  }

  private subsets(): RolloutState {
    const state = new BlueGreenStates(this.service, this.live, this.idle, undefined, this.gates).current;
    return { ...state, name: 'subsets', title: `${this.idle.subset} is known, and nobody is led to it`, retreat: !this.preview };
  }

  private switched(others: readonly string[]): RolloutState {
    const { live, idle, preview } = this;
    return {
      ...this.answering(idle, live),
      name: `switch-to-${idle.role}`,
      effect: [`All requests are led to ${idle.subset}, from one moment to the next${preview ? `; the preview leads to ${live.subset}` : ''}. ${live.subset} stays as it is.`],
      watch: watchAnswers(this.service, idle, this.gates),
      instructions: [
        `Both stay warm, and here a switch usually ends: ${live.role} is what one goes back to, and what the next version replaces.`,
        others.length > 0 ? `Other rules lead to ${live.subset}, so it has to stay: ${others.join(', ')}.` : `What follows is for taking ${live.subset} away for good.`,
      ],
    };
  }

  private finish(): RolloutState {
    const { live, idle } = this;
    return {
      ...this.answering(idle, live),
      name: 'finish',
      title: `Rules name ${idle.subset} only`,
      effect: [`No rule of this rollout leads to ${live.subset} any more, not even the preview; its subset and its pods are still there.`],
      shares: { [live.subset]: '0 %', [idle.subset]: '100 %' },
      layers: everybodyTo(idle.subset),
      watch: watchCallers(this.service),
    };
  }

  private answering(live: ResolvedVersion, idle: ResolvedVersion): Omit<RolloutState, 'name' | 'effect' | 'watch'> {
    return {
      title: `Everybody reaches ${live.subset}${this.preview ? `, previews reach ${idle.subset}` : ''}`,
      shares: { [live.subset]: '100 %', [idle.subset]: this.preview ? 'previews' : '0 %' },
      versions: [this.live, this.idle],
      layers: [...everybodyTo(live.subset), ...(this.preview ? [matchedTo(this.preview, idle.subset)] : [])],
    };
  }
}
