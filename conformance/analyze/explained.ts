/** Messages that only one side says about some object, with the reason why that is right, or why nothing can be done. */
export interface Explanation {
  readonly only: 'Istio' | 'us';
  readonly code: string;
  readonly because: string;
  /** Objects by the name of their mesh. */
  readonly about: Readonly<Record<string, readonly string[]>>;
}

export const EXPLAINED: readonly Explanation[] = [];
