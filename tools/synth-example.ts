/**
 * Synthesizes an example with the cdk8s CLI, as a user does, and shows what was written:
 * every object in the order `kubectl apply -f dist/` takes it, with the construct that made it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { renderTable, styleOf } from './table';

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

const example = process.argv[2];
if (!example || !existsSync(join(example, 'cdk8s.yaml'))) {
  console.error(`synth-example: no cdk8s.yaml in '${example ?? ''}'. Usage: synth-example examples/<name>`);
  process.exit(2);
}
const output: string = parse(readFileSync(join(example, 'cdk8s.yaml'), 'utf8')).output ?? 'dist';
const style = styleOf(process.stdout);

console.log(`cdk8s synth in ${example}`);
let constructs: Map<string, string>;
try {
  constructs = synthesize();
} catch (error) {
  console.error(`synth-example: ${(error as Error).message}`);
  process.exit(1);
}
const files = readdirSync(join(example, output), { recursive: true, encoding: 'utf8' }).filter((file) => /\.ya?ml$/.test(file)).sort();
const rows = files.flatMap((file) => objectsIn(join(example, output, file)).map((object) => [
  object.kind,
  object.metadata?.name ?? '-',
  object.metadata?.namespace ?? '-',
  constructs.get(identity(object.apiVersion, object.kind, object.metadata?.namespace, object.metadata?.name)) ?? '-',
  file,
]));

console.log(`\n${renderTable(['KIND', 'NAME', 'NAMESPACE', 'CONSTRUCT', 'FILE'], rows, { style, repeating: [2, 4] })}\n`);
console.log(`${count(rows.length, 'object')} in ${count(files.length, 'file')}, in apply order, under ${relative('.', join(example, output))}/`);

/** Runs `cdk8s synth`; returns the construct path of every object, see record-construct-paths.js. */
function synthesize(): Map<string, string> {
  const temporary = mkdtempSync(join(tmpdir(), 'synth-example-'));
  const record = join(temporary, 'constructs.jsonl');
  try {
    const preload = `--require ${JSON.stringify(join(__dirname, 'record-construct-paths.js'))}`;
    const cli = join(dirname(require.resolve('cdk8s-cli/package.json')), 'bin', 'cdk8s');
    const { status, stdout } = spawnSync(process.execPath, [cli, 'synth', '--check-upgrade=false'], {
      cwd: example,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, CONSTRUCT_PATHS_FILE: record, NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${preload}` },
    });
    if (status !== 0) throw new Error(`'cdk8s synth' in ${example} failed (exit code ${status}); the reason is above.\n${stdout}`);
    const lines = existsSync(record) ? readFileSync(record, 'utf8').trim().split('\n') : [];
    return new Map(lines.map((line) => JSON.parse(line)).map((o) => [identity(o.apiVersion, o.kind, o.namespace, o.name), o.path]));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function objectsIn(file: string): KubernetesObject[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS()).filter(Boolean);
}

function identity(...parts: (string | undefined)[]): string {
  return JSON.stringify(parts.map((part) => part ?? null));
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
