import { ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';

const KEPT_ERROR_LINES = 30;

/** A running program that reads and writes one JSON object a line. It ends with this process, whatever happens. */
export class LineProcess {
  private readonly child: ChildProcess;
  private readonly exited: Promise<void>;
  private readonly errors: string[] = [];
  private ended = false;

  /**
   * @param onLine is called with each object that the program writes
   * @param onExit is called once, when the program is gone, with what it said last
   */
  constructor(command: string, args: string[], onLine: (line: any) => void, onExit: (reason: string) => void) {
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    // A test file that fails before its first test never ends it: it must not keep the tests from ending. The
    // program ends by itself then, as its input does.
    this.child.unref();
    for (const stream of [this.child.stdin, this.child.stdout, this.child.stderr]) (stream as Socket).unref();
    createInterface({ input: this.child.stdout! }).on('line', (line) => onLine(JSON.parse(line)));
    createInterface({ input: this.child.stderr! }).on('line', (line) => {
      this.errors.push(line);
      this.errors.splice(0, this.errors.length - KEPT_ERROR_LINES);
    });
    // Writing to a program that is gone fails here, too; its exit says why.
    this.child.stdin!.on('error', () => {});
    this.exited = new Promise((resolve) => {
      const gone = (how: string) => {
        if (this.ended) return;
        this.ended = true;
        onExit(`${command} ${args[0]} ended ${how}:\n${this.errors.join('\n')}`);
        resolve();
      };
      this.child.once('error', (error) => gone(`before it started: ${error.message}`));
      this.child.once('close', (code, signal) => gone(`with ${signal ?? `exit code ${code}`}`));
    });
  }

  public write(value: object): void {
    this.child.stdin!.write(`${JSON.stringify(value)}\n`);
  }

  /** Ends the program: first by the end of its input, then by signals. */
  public async end(): Promise<void> {
    this.child.stdin!.end();
    for (const [signal, patience] of [['SIGTERM', 20_000], ['SIGKILL', 5_000]] as const) {
      if (await this.isGoneWithin(patience)) return;
      this.child.kill(signal);
    }
    await this.isGoneWithin(5_000);
  }

  private async isGoneWithin(milliseconds: number): Promise<boolean> {
    let timer: NodeJS.Timeout;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    });
    await Promise.race([this.exited, late]);
    clearTimeout(timer!);
    return this.ended;
  }
}
