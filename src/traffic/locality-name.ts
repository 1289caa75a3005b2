const HOW = 'Write "region/*", "region/zone/*" or "region/zone/subzone", as the nodes\' labels name them, or "*" for everywhere.';

/** A place, or all places within one: `eu-west1/eu-west1-b/*`. */
export class LocalityName {
  /** @throws when it is not a place that Istio can match */
  public static parse(text: string, what: string): LocalityName {
    const parts = text.split('/');
    const named = parts.at(-1) === '*' ? parts.slice(0, -1) : parts;
    if (parts.length > 3) throw new Error(`${what}: "${text}" has ${parts.length} parts. ${HOW}`);
    if (named.includes('')) throw new Error(`${what}: "${text}" has an empty part. ${HOW}`);
    const star = named.find((part) => part.includes('*'));
    // Istio takes eu-* for the name of a region, which none has.
    if (star !== undefined) throw new Error(`${what}: "${text}" has a * that does not stand for the whole rest. ${HOW}`);
    return new LocalityName(text, named);
  }

  private constructor(private readonly text: string, private readonly named: readonly string[]) {}

  /** How many of region, zone and subzone are named. */
  public get precision(): number {
    return this.named.length;
  }

  /** Whether every place in `other` is one of this, too. */
  public covers(other: LocalityName): boolean {
    return this.named.every((part, index) => other.named[index] === part);
  }

  /** As it was written, for messages. */
  public toString(): string {
    return `"${this.text}"`;
  }

  /**
   * As Istio is told: `eu/*` where `eu` was written. Both mean the same, but beside `eu/a` it takes only
   * the first.
   */
  public get istio(): string {
    return [...this.named, ...(this.named.length < 3 ? ['*'] : [])].join('/');
  }
}
