import { IConstruct } from 'constructs';

/** Pods that policies of one namespace are written for: a `MeshService` or a `MeshWorkload`. */
export interface IMeshTarget extends IConstruct {
  /** The name by which policies mention this target. */
  readonly name: string;
  /** The namespace of the pods, and so of the policies that select them. */
  readonly namespace: string;
  /** The labels that policies select the pods by. Throws where they cannot be known, and says how to give them. */
  readonly selector: { readonly [label: string]: string };
}
