import { Construct } from 'constructs';
import type { RolloutState } from './rollout-state';
import { MeshService } from '../model/mesh-service';

/** The part of a service's routing that one construct decides, in one of its states. */
export class VersionRouting {
  private current?: RolloutState;

  constructor(
    public readonly owner: Construct,
    public readonly service: MeshService,
  ) {}

  /** Says what the state says, instead of what was said so far. */
  public enter(state: RolloutState): void {
    this.current = state;
    this.service._subsets.withdraw(this.owner);
    this.service._routeLayers.withdraw(this.owner);
    for (const { subset, labels } of state.versions) this.service._addSubset({ owner: this.owner, name: subset, labels });
    for (const layer of state.layers) this.service._addRouteLayer({ ...layer, owner: this.owner });
  }

  /** Asks what would be in another state. */
  public during<T>(state: RolloutState, ask: () => T): T {
    const before = this.current;
    try {
      // It may say what another construct says already.
      this.enter(state);
      return ask();
    } finally {
      if (before) this.enter(before);
    }
  }

  /** The constructs that lead to a subset beside this one: it cannot go while they do. */
  public othersThatLeadTo(subset: string): Construct[] {
    const others = [...this.service._routeLayers.subsets, ...this.service._streamRoutes.subsets]
      .filter((named) => named.subset === subset && named.owner !== this.owner)
      .map(({ owner }) => owner as Construct);
    return [...new Set(others)];
  }
}
