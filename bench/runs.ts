/** Child processes as samples of tinybench, taken in turn so that a busy machine is busy for all of them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Bench } from 'tinybench' with { 'resolution-mode': 'import' };

const execute = promisify(execFile);

/** What a child process measured itself and printed as JSON. */
export interface Measured {
  readonly milliseconds: number;
  readonly peakMegabytes: number;
  readonly yaml: string;
}

export interface Medians {
  readonly milliseconds: number;
  readonly peakMegabytes: number;
  /** The different outputs that were seen. */
  readonly yaml: ReadonlySet<string>;
}

export async function child(...args: string[]): Promise<Measured> {
  const { stdout } = await execute(process.execPath, args, { maxBuffer: 1024 * 1024 });
  return JSON.parse(stdout);
}

/** Runs each command `times` times, one process at a time, A B A B …; returns the median of each. */
export async function interleaved(commands: Record<string, string[]>, times: number, progress: Progress): Promise<Record<string, Medians>> {
  const { Bench } = await import('tinybench');
  // With concurrency, tinybench asks all tasks for samples at once; each then waits for its turn.
  const bench: Bench = new Bench({ concurrency: 'bench', iterations: times, time: 0, warmup: false });
  let turn: Promise<unknown> = Promise.resolve();
  const samples: Record<string, Measured[]> = {};
  for (const [name, args] of Object.entries(commands)) {
    samples[name] = [];
    bench.add(name, async () => {
      const mine = turn.then(() => child(...args));
      turn = mine;
      const measured = await mine;
      samples[name].push(measured);
      progress.step();
      return { overriddenDuration: measured.milliseconds };
    }, { async: true });
  }
  const tasks = await bench.run();
  return Object.fromEntries(tasks.map((task) => {
    if (task.result.state !== 'completed') throw new Error(`${task.name}: ${'error' in task.result ? task.result.error.message : task.result.state}`);
    return [task.name, {
      milliseconds: task.result.latency.p50,
      peakMegabytes: median(samples[task.name].map(({ peakMegabytes }) => peakMegabytes)),
      yaml: new Set(samples[task.name].map(({ yaml }) => yaml)),
    }];
  }));
}

/** One line on a terminal that says how far it is, once it is clear that it takes a while. */
export class Progress {
  private readonly start = Date.now();
  private done = 0;

  constructor(private readonly total: number) {}

  public step(): void {
    this.done++;
    if (process.stderr.isTTY && Date.now() - this.start > 2000) process.stderr.write(`\r${this.done} of ${this.total} runs `);
  }

  public end(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  }
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
