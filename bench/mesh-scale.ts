/**
 * What scoping is worth in a large mesh: how much configuration Istio's own code computes for a proxy, and how long a push of
 * everything takes, without Sidecars, with one a namespace and with one a workload, all derived from the declared calls.
 *
 * Sizes are exact. Times are those of one run, variant after variant again and again, so that their ratios hold on a slow machine.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MeshSize, Scoping, meshYaml } from './mesh-services';
import { Progress } from './runs';
import { renderTable, styleOf } from '../tools/table';

const SIZE: MeshSize = { services: 1000, namespaces: 50 };
/** Proxies that connect: one of so many workloads. */
const EVERY = 20;
const ROUNDS = 3;
const PUSHES = 5;
const AIM = 50;
const SCOPINGS: Record<Scoping, string> = { none: 'no Sidecars', namespace: 'a Sidecar for each namespace', workload: 'a Sidecar for each workload' };
const TYPES = ['cds', 'eds', 'lds', 'rds'] as const;

interface Size {
  readonly bytes: number;
  readonly resources: number;
}

interface Pushed {
  readonly services: number;
  readonly pods: number;
  readonly objects: number;
  readonly proxies: ({ readonly proxy: string; readonly bytes: number } & Record<typeof TYPES[number], Size>)[];
  readonly push: { readonly runsMs: number[] };
}

const JUDGE = join(__dirname, '..', 'conformance', '.build', 'judge');
const style = styleOf(process.stdout);
const temporary = mkdtempSync(join(tmpdir(), 'cdk8s-istio-bench-'));
main().catch((error: Error) => {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}).finally(() => rmSync(temporary, { recursive: true, force: true }));

async function main(): Promise<void> {
  buildJudge();
  const scopings = Object.keys(SCOPINGS) as Scoping[];
  const progress = new Progress(scopings.length * (1 + ROUNDS));
  const files = scopings.map((scoping) => {
    const file = join(temporary, `${scoping}.yaml`);
    writeFileSync(file, meshYaml(SIZE, scoping));
    progress.step();
    return file;
  });
  const pushed: Pushed[][] = scopings.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, file] of files.entries()) {
      pushed[i].push(await push(file));
      progress.step();
    }
  }
  progress.end();
  const [{ services, pods, proxies }] = pushed[0];
  console.log(`${services} services in ${SIZE.namespaces} namespaces, ${pods} pods, ${proxies.length} proxies connected; `
    + `${cpus().length} cores, Node ${process.version}\n`);
  showSizes(scopings, files, pushed.map(([first]) => first));
  showTimes(scopings, pushed);
}

/** The program that asks Istio, from its own Go module: minutes the first time. */
function buildJudge(): void {
  if (existsSync(JUDGE)) return;
  console.error('bench: building the judge (minutes the first time)');
  execFileSync('go', ['build', '-buildvcs=false', '-o', JUDGE, '.'], {
    cwd: join(__dirname, '..', 'conformance', 'judge'), stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function push(file: string): Promise<Pushed> {
  const { stdout } = await promisify(execFile)(JUDGE, ['push', '--every', `${EVERY}`, '--runs', `${PUSHES}`, file], { maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(stdout);
}

function showSizes(scopings: Scoping[], files: string[], pushed: Pushed[]): void {
  const whole = median(pushed[0].proxies.map(({ bytes }) => bytes));
  const rows = scopings.map((scoping, i) => {
    const { objects, proxies } = pushed[i];
    const bytes = median(proxies.map((proxy) => proxy.bytes));
    const largest = Math.max(...proxies.map((proxy) => proxy.bytes));
    return [
      SCOPINGS[scoping], `${objects}`, megabytes(statSync(files[i]).size),
      ...TYPES.map((type) => `${kilobytes(median(proxies.map((proxy) => proxy[type].bytes)))} / ${median(proxies.map((proxy) => proxy[type].resources))}`),
      kilobytes(bytes), kilobytes(largest), i === 0 ? '1' : (whole / bytes).toFixed(1),
      i === 0 ? '' : whole / bytes >= AIM ? 'met' : 'missed',
    ];
  });
  show(['ONE PROXY, MEDIAN', 'OBJECTS', 'YAML', 'CDS KB / N', 'EDS KB / N', 'LDS KB / N', 'RDS KB / N', 'ALL KB', 'LARGEST KB', 'SMALLER', `AIM ${AIM}`], rows);
}

function showTimes(scopings: Scoping[], pushed: Pushed[][]): void {
  const times = pushed.map((rounds) => rounds.flatMap(({ push: { runsMs } }) => runsMs));
  const whole = median(times[0]);
  const rows = scopings.map((scoping, i) => [
    SCOPINGS[scoping], `${times[i].length}`, milliseconds(median(times[i])), milliseconds(Math.min(...times[i])), milliseconds(Math.max(...times[i])),
    megabytes(pushed[i][0].proxies.reduce((sum, { bytes }) => sum + bytes, 0)), (whole / median(times[i])).toFixed(1),
  ]);
  show([`PUSH OF EVERYTHING TO ${pushed[0][0].proxies.length} PROXIES`, 'RUNS', 'MEDIAN', 'FASTEST', 'SLOWEST', 'SENT', 'FASTER'], rows);
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function milliseconds(value: number): string {
  return `${value.toFixed(0)} ms`;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function show(header: string[], rows: string[][]): void {
  console.log(`${renderTable(header, rows, { style, right: header.slice(1).map((_, i) => i + 1) })}\n`);
}
