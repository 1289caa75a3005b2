import { Interview } from '../interview';
import { jsonText } from './json-text';

/** What real Istio says to one document, a layer each. */
export interface JudgeVerdict {
  readonly index: number;
  readonly line: number;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly apiServer: { readonly accepted: boolean; readonly checked: string; readonly errors: readonly string[] };
  readonly webhook: { readonly accepted: boolean; readonly errors: readonly string[]; readonly warnings: readonly string[] };
}

/** The judge as a server; questions may be asked before others are answered. */
export class Judge {
  private readonly interview = new Interview('verdict', '--serve');
  /** An open question does not keep a program alive by itself. */
  private readonly alive = setInterval(() => {}, 60_000);

  public async yaml(yaml: string): Promise<JudgeVerdict[]> {
    const answer = await this.interview.ask(yaml);
    if (!Array.isArray(answer)) throw new Error(`the judge could not read the question: ${answer.error}`);
    return answer;
  }

  /** One verdict a document, in order. */
  public async documents(documents: readonly unknown[]): Promise<JudgeVerdict[]> {
    const verdicts = await this.yaml(documents.map(jsonText).join('\n---\n'));
    if (verdicts.length !== documents.length) throw new Error(`${documents.length} documents got ${verdicts.length} verdicts`);
    return verdicts;
  }

  public async end(): Promise<void> {
    clearInterval(this.alive);
    await this.interview.end();
  }
}
