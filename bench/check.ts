/**
 * How fast the checker is: in memory, as a command beside istioctl, as the mesh grows, and at synth.
 * Ratios of medians measured in turn in one run, so that they hold on a slow or busy machine too.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Medians, Progress, interleaved } from './runs';
import { renderTable, styleOf } from '../tools/table';

const MEMORY = { resources: 10_000, times: 9 };
const COMMAND = { resources: 10_000, times: 5 };
const SIZES = [{ resources: 1000, times: 7 }, { resources: 10_000, times: 5 }, { resources: 100_000, times: 3 }];
const SYNTH = { services: 1000, times: 15 };
const MAX_MEMORY_MS = 500;
const MAX_OF_ISTIOCTL = 0.25;
const MAX_SYNTH = 1.15;

const ROOT = join(__dirname, '..');
const ISTIOCTL = join(ROOT, 'conformance', '.build', 'istioctl');
const style = styleOf(process.stdout);

const temporary = mkdtempSync(join(tmpdir(), 'cdk8s-istio-bench-'));
main().catch((error: Error) => {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}).finally(() => rmSync(temporary, { recursive: true, force: true }));

async function main(): Promise<void> {
  buildIstioctl();
  const progress = new Progress(MEMORY.times + 3 * COMMAND.times + 2 * SYNTH.times + SIZES.reduce((sum, { times }) => sum + times, 0));
  const memory = (await interleaved({ memory: [bench('check-memory.js'), `${MEMORY.resources}`] }, MEMORY.times, progress)).memory;
  const sizes: Medians[] = [];
  for (const { resources, times } of SIZES) {
    sizes.push((await interleaved({ memory: [bench('check-memory.js'), `${resources}`] }, times, progress)).memory);
  }
  const file = join(temporary, 'mesh.yaml');
  writeFileSync(file, execFileSync(process.execPath, [bench('mesh.js'), `${COMMAND.resources / 4}`], { maxBuffer: 256 * 1024 * 1024 }));
  const { ours, validate, analyze } = await interleaved({
    ours: [bench('command.js'), process.execPath, join(ROOT, 'bin', 'cdk8s-istio'), 'check', file],
    validate: [bench('command.js'), ISTIOCTL, 'validate', '-f', file],
    analyze: [bench('command.js'), ISTIOCTL, 'analyze', '--use-kube=false', file],
  }, COMMAND.times, progress);
  const { unchecked, checked } = await interleaved({
    unchecked: [bench('check-synth.js'), 'unchecked', `${SYNTH.services}`],
    checked: [bench('check-synth.js'), 'checked', `${SYNTH.services}`],
  }, SYNTH.times, progress);
  progress.end();
  if (new Set([...unchecked.yaml, ...checked.yaml]).size !== 1) throw new Error('checking changed what was written: nothing could be compared.');

  console.log(`Node ${process.version}, ${cpus().length} cores; medians, each process measured alone and in turn with its rivals\n`);
  show(['ALL LAYERS IN MEMORY, COLD', 'RESOURCES', 'TIME', `AIM ${MAX_MEMORY_MS} MS`],
    [['', `${MEMORY.resources}`, ms(memory), verdict(memory.milliseconds <= MAX_MEMORY_MS)]], [1, 2]);
  const theirs = validate.milliseconds + analyze.milliseconds;
  show([`ONE FILE OF ${COMMAND.resources} RESOURCES, ${(statSync(file).size / 1e6).toFixed(1)} MB`, 'TIME', 'OF ISTIOCTL', `AIM ${MAX_OF_ISTIOCTL}`], [
    ['cdk8s-istio check', ms(ours), (ours.milliseconds / theirs).toFixed(2), verdict(ours.milliseconds <= MAX_OF_ISTIOCTL * theirs)],
    ['istioctl validate', ms(validate), '', ''],
    ['istioctl analyze', ms(analyze), '', ''],
  ], [1, 2]);
  const first = sizes[0].milliseconds / SIZES[0].resources;
  show(['AS THE MESH GROWS', 'RESOURCES', 'TIME', 'EACH', 'GROWS', 'PEAK'], SIZES.map(({ resources }, i) => [
    '', `${resources}`, ms(sizes[i]), `${(sizes[i].milliseconds / resources * 1000).toFixed(0)} µs`,
    (sizes[i].milliseconds / resources / first).toFixed(2), `${sizes[i].peakMegabytes.toFixed(0)} MB`,
  ]), [1, 2, 3, 4, 5]);
  const ratio = checked.milliseconds / unchecked.milliseconds;
  show([`SYNTHESIS OF ${SYNTH.services} SERVICES`, 'UNCHECKED', 'CHECKED', 'RATIO', `AIM ${MAX_SYNTH}`],
    [['', ms(unchecked), ms(checked), ratio.toFixed(2), verdict(ratio <= MAX_SYNTH)]], [1, 2, 3]);
}

function bench(script: string): string {
  return join(__dirname, script);
}

/** The rival, from its own Go module: minutes the first time. */
function buildIstioctl(): void {
  if (existsSync(ISTIOCTL)) return;
  console.error('bench: building istioctl (minutes the first time)');
  execFileSync('go', ['build', '-buildvcs=false', '-o', ISTIOCTL, 'istio.io/istio/istioctl/cmd/istioctl'], {
    cwd: join(ROOT, 'conformance', 'istioctl'),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function ms({ milliseconds }: Medians): string {
  return `${milliseconds.toFixed(0)} ms`;
}

function verdict(met: boolean): string {
  return met ? 'met' : 'missed';
}

function show(header: string[], rows: string[][], right: number[]): void {
  console.log(`${renderTable(header, rows, { style, right })}\n`);
}
