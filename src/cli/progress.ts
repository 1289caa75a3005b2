/** Shorter work shows nothing. */
const PATIENCE_MS = 2000;
const REDRAW_MS = 100;
const WIDTH = 30;

/** A bar on a terminal's standard error, for work that takes longer than two seconds. */
export class Progress {
  private readonly started = Date.now();
  private drawn = 0;

  constructor(private readonly stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>, private readonly now: () => number = Date.now) {}

  /** @param what such as `Reading` */
  public update(what: string, done: number, total: number): void {
    const now = this.now();
    if (!this.stream.isTTY || now - this.started < PATIENCE_MS || now - this.drawn < REDRAW_MS) return;
    this.drawn = now;
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const full = Math.round(share * WIDTH);
    this.stream.write(`\r\u001b[2K${what.padEnd(9)} ${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${String(Math.floor(share * 100)).padStart(3)} %`);
  }

  public end(): void {
    if (this.drawn > 0) this.stream.write('\r\u001b[2K');
    this.drawn = 0;
  }
}
