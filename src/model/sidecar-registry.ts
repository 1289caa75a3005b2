import { IConstruct } from 'constructs';
import { AppRegistry, doubled } from './app-registry';

/** A Sidecar and the pods that it holds for. */
export interface SidecarOfPods {
  readonly owner: IConstruct;
  readonly namespace: string;
  /** For messages. */
  readonly title: string;
  /** The pods' labels, as they are known at validation; undefined for all. */
  readonly labels: () => { readonly [label: string]: string } | undefined;
}

/** All Sidecars that our constructs write. Istio never merges two: for one set of pods it takes the older, and nobody can read from the code which. */
export const SIDECARS = new AppRegistry<SidecarOfPods>((all) => doubled(all, keyOf).map(([first, later]) =>
  `[${later.owner.node.path}] and [${first.owner.node.path}] both write the Sidecar of ${later.title}, and Istio does not merge two: it would take the older one. `
  + 'Make one, and name all hosts there.'));

function keyOf({ owner, namespace, labels }: SidecarOfPods): string {
  try {
    return JSON.stringify([namespace, Object.entries(labels() ?? {}).sort()]);
  } catch {
    return owner.node.path; // labels that cannot be known are reported by the owner
  }
}
