import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const EXAMPLES = join(__dirname, '..', 'examples');

/** Every folder of examples/ that the cdk8s CLI can synthesize. */
export function exampleNames(): string[] {
  return readdirSync(EXAMPLES).filter((name) => existsSync(join(EXAMPLES, name, 'cdk8s.yaml'))).sort();
}

/** What the cdk8s CLI writes for one example, as a user runs it, in a directory of its own. */
export class SynthesizedExample {
  private readonly directory = mkdtempSync(join(tmpdir(), 'cdk8s-istio-example-'));
  public readonly files: string[];

  constructor(name: string) {
    const cli = join(dirname(require.resolve('cdk8s-cli/package.json')), 'bin', 'cdk8s');
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'synth', '--check-upgrade=false', '--output', this.directory], {
      cwd: join(EXAMPLES, name), encoding: 'utf8', timeout: 120_000,
    });
    this.files = readdirSync(this.directory, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.ya?ml$/.test(file)).sort().map((file) => join(this.directory, file));
    if (status !== 0 || this.files.length === 0) {
      this.remove();
      throw new Error(`cdk8s synth of examples/${name} failed:\n${stdout}${stderr}`);
    }
  }

  public get yaml(): string {
    return this.files.map((file) => readFileSync(file, 'utf8')).join('\n---\n');
  }

  /** Puts a file beside the example's own, and returns its path. */
  public addFile(name: string, text: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, text);
    return path;
  }

  public remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
