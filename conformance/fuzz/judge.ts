import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { JUDGE, requireJudge } from '../machine';
import { jsonText } from './json-text';

/** What real Istio says to one document, a layer each. */
export interface JudgeVerdict {
  readonly index: number;
  readonly apiServer: { readonly accepted: boolean; readonly checked: string; readonly errors: readonly string[] };
  readonly webhook: { readonly accepted: boolean; readonly errors: readonly string[]; readonly warnings: readonly string[] };
}

/** The judge as a server; questions may be asked before others are answered. */
export class Judge {
  private readonly child;
  private readonly waiting: { answer(verdicts: JudgeVerdict[]): void; fail(error: Error): void }[] = [];

  constructor() {
    requireJudge();
    this.child = spawn(JUDGE, ['verdict', '--serve'], { stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    this.child.stderr.on('data', (data) => { said = `${said}${data}`.slice(-2000); });
    this.child.stdin.on('error', () => {}); // its exit says why
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const { answer, fail } = this.waiting.shift()!;
      const verdicts = JSON.parse(line);
      if (Array.isArray(verdicts)) answer(verdicts);
      else fail(new Error(`the judge could not read the question: ${verdicts.error}`));
    });
    this.child.on('close', (code) => {
      for (const { fail } of this.waiting.splice(0)) fail(new Error(`the judge ended with exit code ${code}: ${said}`));
    });
  }

  public yaml(yaml: string): Promise<JudgeVerdict[]> {
    return new Promise((answer, fail) => {
      this.waiting.push({ answer, fail });
      this.child.stdin.write(`${JSON.stringify({ yaml })}\n`);
    });
  }

  /** One verdict a document, in order. */
  public async documents(documents: readonly unknown[]): Promise<JudgeVerdict[]> {
    const verdicts = await this.yaml(documents.map(jsonText).join('\n---\n'));
    if (verdicts.length !== documents.length) throw new Error(`${documents.length} documents got ${verdicts.length} verdicts`);
    return verdicts;
  }

  public end(): Promise<void> {
    return new Promise((resolve) => {
      this.child.once('close', () => resolve());
      this.child.stdin.end();
    });
  }
}
