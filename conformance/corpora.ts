import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Istio's own YAML, where the judge's Go module stands on this machine. It is read there and never copied. */
export const CORPORA = {
  validation: 'pkg/config/validation/testdata',
  analyzers: 'pkg/config/analysis/analyzers/testdata',
  samples: 'samples',
  config: 'tests/testdata/config',
} as const;

let found: string | undefined;

/** The directory of the Go module `istio.io/istio` that the judge is built from. */
export function istioModule(): string {
  found ??= execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', 'istio.io/istio'], { cwd: join(__dirname, 'judge'), encoding: 'utf8' }).trim();
  if (found === '') throw new Error('The module istio.io/istio is not downloaded: run conformance/setup.sh, which builds the judge from it.');
  return found;
}

export interface CorpusFile {
  readonly path: string;
  /** Below the module. */
  readonly name: string;
  readonly text: string;
}

/** All YAML and JSON files of a corpus, in order of their names. */
export function filesOf(corpus: keyof typeof CORPORA): CorpusFile[] {
  const module = istioModule();
  return readdirSync(join(module, CORPORA[corpus]), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path, name: relative(module, path), text: readFileSync(path, 'utf8') }));
}
