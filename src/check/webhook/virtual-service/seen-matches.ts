/** When two matches are the same. */
export interface Identity<M> {
  /** A part of the match that is cheap to read, and the same in matches that are the same. */
  hint(match: M): string;
  /** A text that is the same exactly if the matches are. */
  of(match: M): string;
}

interface Bucket<M> {
  readonly first: M;
  readonly rule: number;
  /** By identity; made only when there is a second match with this hint. */
  rules?: Map<string, number>;
}

/** The matches of the rules so far. */
export class SeenMatches<M> {
  private readonly buckets = new Map<string, Bucket<M>>();

  constructor(private readonly identity: Identity<M>) {}

  /** Adds a match of a rule, or says which rule has the same one. */
  public add(match: M, rule: number): number | undefined {
    const hint = this.identity.hint(match);
    const bucket = this.buckets.get(hint);
    if (bucket === undefined) {
      this.buckets.set(hint, { first: match, rule });
      return undefined;
    }
    bucket.rules ??= new Map([[this.identity.of(bucket.first), bucket.rule]]);
    const key = this.identity.of(match);
    const earlier = bucket.rules.get(key);
    if (earlier === undefined) bucket.rules.set(key, rule);
    return earlier;
  }
}
