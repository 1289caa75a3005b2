import { LineProcess } from './line-process';
import { JUDGE, requireJudge } from './machine';

interface Question {
  readonly resolve: (answer: any) => void;
  readonly reject: (error: Error) => void;
}

/** A judge that answers one question after the other, in the order they are asked. */
export class Interview {
  private readonly process: LineProcess;
  private readonly open: Question[] = [];

  constructor(...args: string[]) {
    requireJudge();
    this.process = new LineProcess(JUDGE, args,
      (answer) => this.open.shift()?.resolve(answer),
      (reason) => this.open.splice(0).forEach(({ reject }) => reject(new Error(reason))));
  }

  public async ask(yaml: string): Promise<any> {
    return new Promise((resolve, reject) => {
      this.open.push({ resolve, reject });
      this.process.write({ yaml });
    });
  }

  public async end(): Promise<void> {
    await this.process.end();
  }
}
