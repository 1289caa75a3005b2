import { ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync, closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProgramName, programPath } from './machine';

/** In memory and gone with the run, unless `ENGINES_LOGS` names a directory to keep. */
const LOGS = process.env.ENGINES_LOGS ?? '/run/engines/logs';
const RUNNING = new Set<Program>();
const SHOWN_LOG_LINES = 25;

/** One of the daemons. It ends by its process id, and with the namespace at the latest. */
export class Program {
  /** Throws when a daemon is gone: nobody need wait for what cannot come any more. */
  public static requireAllRunning(): void {
    for (const program of RUNNING) program.requireRunning();
  }

  /** What all daemons together used at most until now, in MiB. */
  public static get memory(): number {
    return [...RUNNING].reduce((sum, program) => sum + program.peak, 0);
  }

  /** Ends what was started, the last first. */
  public static async endAll(): Promise<void> {
    for (const program of [...RUNNING].reverse()) await program.end();
  }

  private readonly child: ChildProcess;
  private readonly exited: Promise<void>;
  private exit?: string;

  constructor(private readonly name: ProgramName, args: string[], env: Record<string, string> = {}) {
    mkdirSync(LOGS, { recursive: true });
    const log = openSync(this.log, 'w');
    this.child = spawn(programPath(name), args, { stdio: ['ignore', log, log], env: { PATH: process.env.PATH, ...env } });
    closeSync(log);
    this.child.unref();
    this.exited = new Promise((resolve) => {
      const gone = (how: string) => {
        this.exit ??= how;
        resolve();
      };
      this.child.once('error', (error) => gone(`did not start: ${error.message}`));
      this.child.once('exit', (code, signal) => gone(`ended with ${signal ?? `exit code ${code}`}`));
    });
    RUNNING.add(this);
  }

  /** Ends it: asked first, then without asking. */
  public async end(): Promise<void> {
    RUNNING.delete(this);
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (this.exit !== undefined) return;
      this.child.kill(signal);
      let timer: NodeJS.Timeout;
      await Promise.race([this.exited, new Promise((resolve) => {
        timer = setTimeout(resolve, 5_000);
      })]);
      clearTimeout(timer!);
    }
  }

  public toString(): string {
    return this.name;
  }

  private get peak(): number {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'));
    return Number(peak?.[1] ?? 0) / 1024;
  }

  private get log(): string {
    return join(LOGS, `${this.name}.log`);
  }

  private requireRunning(): void {
    if (this.exit === undefined) return;
    const last = readFileSync(this.log, 'utf8').trimEnd().split('\n').slice(-SHOWN_LOG_LINES).join('\n');
    throw new Error(`${this.name} ${this.exit}. It said last:\n${last}`);
  }
}
