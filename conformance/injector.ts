import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Interview } from './interview';
import { ISTIOCTL } from './machine';

/** What becomes of the pods of one workload. */
export interface InjectedPods {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The webhooks that the API server asks, as `CONFIGURATION/WEBHOOK`. */
  readonly webhooks: string[];
  /** The revision whose injector answers; empty where none is asked. */
  readonly revision: string;
  readonly injected: boolean;
  /** As it is stored; null where the injector refuses it. */
  readonly pod: any;
  readonly error?: string;
}

/** Istio's own injector, of control planes as `istioctl manifest generate` installs them. */
export class Injector {
  private readonly folder = mkdtempSync(join(tmpdir(), 'injector-'));
  private readonly interview: Interview;

  /**
   * @param specs what each IstioOperator says: of the default revision, with nothing
   * @param options flags of `judge inject`
   */
  constructor(specs: object[] = [{}], ...options: string[]) {
    const files = specs.map((spec, index) => {
      const file = join(this.folder, `${index}.yaml`);
      writeFileSync(file, manifests(spec));
      return file;
    });
    this.interview = new Interview('inject', '--serve', ...options, ...files.flatMap((file) => ['--installation', file]));
  }

  /** Answers for every workload in the YAML, in its order. */
  public async pods(yaml: string): Promise<InjectedPods[]> {
    const answer = await this.interview.ask(yaml);
    if (!Array.isArray(answer)) throw new Error(`the judge could not read the question: ${answer.error}`);
    return answer;
  }

  public async end(): Promise<void> {
    await this.interview.end();
    rmSync(this.folder, { recursive: true });
  }
}

function manifests(spec: object): string {
  const input = JSON.stringify({ apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', spec });
  const { status, stdout, stderr, error } = spawnSync(ISTIOCTL, ['manifest', 'generate', '-f', '-'], { input, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (error ?? status !== 0) throw error ?? new Error(`istioctl manifest generate: ${stderr}`);
  return stdout;
}
