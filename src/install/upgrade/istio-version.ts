/** A version of Istio, to be compared. */
export class IstioVersion {
  public readonly minor: number;
  private readonly patch: number;
  /** Of a version before the release, such as 1.31.0-rc.1. */
  private readonly before: string;

  /** @param text as an installation has it, which is checked there */
  constructor(public readonly text: string) {
    const [, minor, patch, before = ''] = /^1\.(\d+)\.(\d+)(?:-(.+))?$/.exec(text)!;
    [this.minor, this.patch, this.before] = [Number(minor), Number(patch), before];
  }

  public isOlderThan(other: IstioVersion): boolean {
    if (this.minor !== other.minor) return this.minor < other.minor;
    if (this.patch !== other.patch) return this.patch < other.patch;
    if (this.before === '' || other.before === '') return this.before !== '' && other.before === '';
    return this.before.localeCompare(other.before, 'en', { numeric: true }) < 0;
  }

  /** The page that says what to consider on the way to it. */
  public get upgradeNotes(): string {
    return upgradeNotes(this.minor);
  }
}

export function upgradeNotes(minor: number): string {
  return `https://istio.io/latest/news/releases/1.${minor}.x/announcing-1.${minor}/upgrade-notes/`;
}
