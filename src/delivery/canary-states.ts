import { canarySplit } from './canary-split';
import { ResolvedVersion } from './canary-version';
import type { RolloutDescription } from './rollout-driver';
import type { RolloutState } from './rollout-state';
import { watchAnswers, watchCallers } from './rollout-watch';
import { cleanedUp } from './settled-states';
import { hashedRule, namespacesOf } from './sticky-filter';
import { SplitLayer, everybodyTo, matchedTo } from './version-split';
import { EVERY_REQUEST } from '../model/match-atom';
import { MirrorTarget } from '../traffic/mirror-target';

const WHOLE = 100;

/** The states of a canary, from the first subset to the last deletion. */
export class CanaryStates {
  constructor(
    private readonly description: RolloutDescription,
    public readonly stable: ResolvedVersion,
    public readonly canary: ResolvedVersion,
  ) {}

  /** Where a rollout stands that has come to a weight. */
  public at(weight: number): RolloutState {
    return weight === 0 && this.description.mirrorFirst ? this.mirrored() : this.weighted(weight);
  }

  /** In the order in which they are gone through. */
  public all(othersThatLeadToStable: readonly string[]): RolloutState[] {
    const { mirrorFirst, steps } = this.description;
    return [
      this.subsets(),
      this.weighted(0),
      ...(mirrorFirst ? [this.mirrored()] : []),
      ...steps.map((step) => this.weighted(step._weight)),
      this.finish(othersThatLeadToStable),
      ...(othersThatLeadToStable.length === 0 ? [this.cleanup()] : []),
    ];
  }

  private subsets(): RolloutState {
    const { service } = this.description;
    return {
      name: 'subsets',
      title: `${this.canary.subset} is known, and nobody is led to it`,
      effect: [
        `The DestinationRule has the subsets ${this.stable.subset} and ${this.canary.subset}, before any rule names the new one. All requests are led to `
        + `${this.stable.subset} by name, so pods of ${this.canary.subset} that start now get none of them.`,
      ],
      shares: this.shares(0),
      versions: [this.stable, this.canary],
      layers: everybodyTo(this.stable.subset),
      watch: watchCallers(service),
      instructions: [`Start the pods of ${this.canary.subset} and wait until they are ready.`],
    };
  }

  private weighted(weight: number): RolloutState {
    const { service, alwaysCanary, gates, steps } = this.description;
    const [stable, canary] = [this.stable.subset, this.canary.subset];
    const step = steps.find(({ _weight }) => _weight === weight);
    const [first, testers] = [weight === 0, alwaysCanary !== undefined];
    return {
      name: `canary-at-${weight}`,
      title: first ? (testers ? `Testers reach ${canary}, everybody else ${stable}` : `Everybody reaches ${stable}`) : `${weight} % of the requests reach ${canary}`,
      effect: [
        first ? `The rules name both versions, and the weight of ${canary} is 0.` : `${weight} % of the requests are led to ${canary}${weight < WHOLE ? `, ${WHOLE - weight} % to ${stable}` : `. ${stable} is still there, named with a weight of 0`}.`,
        ...(testers ? [`Requests that match \`alwaysCanary\` reach ${canary}, here as in every step up to the last weight.`] : []),
        ...this.howSticky(weight),
      ],
      shares: this.shares(weight, testers),
      versions: [this.stable, this.canary],
      layers: [...canarySplit(this.description, this.stable.subset, this.canary.subset, weight), ...this.always()],
      watch: first && !testers ? watchCallers(service) : watchAnswers(service, this.canary, gates),
      pause: step?._pause,
      instructions: first && testers ? [`Send requests that match \`alwaysCanary\`: the first ones that ${canary} answers.`] : [],
      retreat: first,
    };
  }

  private mirrored(): RolloutState {
    const { service, alwaysCanary, gates, mirrorFirst } = this.description;
    const { percentage = WHOLE, pause, safeForWrites = false } = mirrorFirst!;
    const state = this.weighted(0);
    return {
      ...state,
      name: `mirror-at-${percentage}`,
      title: `Copies of ${percentage} % of the requests reach ${this.canary.subset}, its answers reach nobody`,
      effect: [
        `${this.stable.subset} answers everybody, and ${this.canary.subset} gets a copy of ${percentage} % of the requests. Its answers are thrown away, so nobody `
        + 'sees its mistakes; its figures show them.',
        safeForWrites ? 'Writes are copied too, which is marked as safe.' : '**Writes are copied too**, and done twice where both versions share a database. Nothing says that this is safe (`safeForWrites`).',
      ],
      shares: { ...state.shares, [this.canary.subset]: `copies of ${percentage} %` },
      layers: [
        ...state.layers,
        { aspect: 'mirrors', match: EVERY_REQUEST, value: { mirrors: [MirrorTarget.subset(this.canary.subset, mirrorFirst!)._mirror(service)] } },
        // What the canary answers itself need not be copied to it.
        ...(alwaysCanary ? [{ aspect: 'mirrors' as const, match: alwaysCanary._atoms, value: {} }] : []),
      ],
      watch: watchAnswers(service, this.canary, gates),
      pause,
      instructions: [],
      retreat: false,
    };
  }

  private finish(others: readonly string[]): RolloutState {
    const [stable, canary] = [this.stable.subset, this.canary.subset];
    return {
      name: 'finish',
      title: `Rules name ${canary} only`,
      effect: [
        `No rule of this rollout leads to ${stable} any more; its subset and its pods are still there.`,
        ...(others.length === 0 ? [] : [`Other rules still lead to ${stable}, so it has to stay: ${others.join(', ')}. Take them out, write the plan again, and it ends with the removal.`]),
      ],
      shares: { [stable]: '0 %', [canary]: '100 %' },
      versions: [this.stable, this.canary],
      layers: everybodyTo(this.canary.subset),
      watch: watchCallers(this.description.service),
    };
  }

  private cleanup(): RolloutState {
    const { service, stickiness } = this.description;
    const state = cleanedUp(service, this.canary, this.stable);
    if (!stickiness?._hash) return state;
    const names = namespacesOf(service, stickiness._hash).map((namespace) => `${namespace}/${hashedRule(service)}`);
    return { ...state, instructions: [...state.instructions ?? [], `With \`stickiness\` out of the code, ${names.join(' and ')} may go, too: the EnvoyFilter has no rule to change any more.`] };
  }

  private always(): SplitLayer[] {
    const { alwaysCanary } = this.description;
    return alwaysCanary ? [matchedTo(alwaysCanary, this.canary.subset)] : [];
  }

  private howSticky(weight: number): string[] {
    const { stickiness } = this.description;
    if (!stickiness) return [];
    if (weight === 0) return [`Nobody is kept at ${this.canary.subset}: users who were go back to ${this.stable.subset} with their next request.`];
    return weight === WHOLE ? [] : ['Users stay with the version that they have; only those whom this weight adds move.'];
  }

  private shares(weight: number, testers: boolean = false): Record<string, string> {
    return { [this.stable.subset]: `${WHOLE - weight} %`, [this.canary.subset]: `${weight} %${testers && weight < WHOLE ? ' and testers' : ''}` };
  }
}
