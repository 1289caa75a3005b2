import { Interview } from './interview';

/** The YAML reader of Kubernetes itself, which takes some words for numbers that others take for strings. */
export class KubernetesReader {
  private readonly interview = new Interview('scalars');

  /** What it reads in one document. Throws what it says where it cannot. */
  public async read(yaml: string): Promise<any> {
    const answer = await this.interview.ask(yaml);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.json;
  }

  public async end(): Promise<void> {
    await this.interview.end();
  }
}
