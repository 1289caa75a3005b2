import { Interview } from './interview';

interface LayerVerdict {
  readonly accepted: boolean;
  readonly checked: string;
  readonly errors: string[];
  readonly warnings?: string[];
}

/** What a cluster with Istio would say to one document. */
export interface Verdict {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly accepted: boolean;
  readonly apiServer: LayerVerdict;
  readonly webhook: LayerVerdict;
}

/** The API server's strict create and istiod's webhook. */
export class ApiServer {
  private readonly interview = new Interview('verdict', '--serve');

  public async verdicts(yaml: string): Promise<Verdict[]> {
    const answer = await this.interview.ask(yaml);
    if (!Array.isArray(answer)) throw new Error(`the judge could not read the question: ${answer.error}`);
    return answer;
  }

  /** Everything that was rejected or warned about, a line each; empty when every document is taken without a word. */
  public async complaints(yaml: string): Promise<string[]> {
    return (await this.verdicts(yaml)).flatMap(({ kind, namespace, name, apiServer, webhook }) => [
      ...apiServer.errors.map((error) => `API server: ${error}`),
      ...webhook.errors.map((error) => `webhook: ${error}`),
      ...(webhook.warnings ?? []).map((warning) => `webhook warns: ${warning}`),
    ].map((complaint) => `${kind} ${namespace}/${name}: ${complaint}`));
  }

  public async end(): Promise<void> {
    await this.interview.end();
  }
}
