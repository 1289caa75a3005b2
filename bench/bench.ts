/**
 * What the library costs beside plain cdk8s: to import, to synthesize, and as an application grows.
 * Ratios of medians measured in turn in one run, so that they hold on a slow or busy machine too.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Medians, Progress, interleaved } from './runs';
import { renderTable, styleOf } from '../tools/table';

const IMPORTS = 21;
/** How often each size is measured: small ones are noisy, large ones are long. */
const SIZES = { 100: 15, 1000: 15, 10_000: 3 };
const MAX_IMPORT_MS = 60;
const MAX_RATIO = 1.25;

const SERVICES = join(__dirname, 'services.js');
const style = styleOf(process.stdout);

const temporary = mkdtempSync(join(tmpdir(), 'cdk8s-istio-bench-'));
main().catch((error: Error) => {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}).finally(() => rmSync(temporary, { recursive: true, force: true }));

async function main(): Promise<void> {
  const progress = new Progress(4 * IMPORTS + 2 * Object.values(SIZES).reduce((sum, times) => sum + times));
  const imports = await measureImports(progress);
  const synths = await measureSynths(progress);
  progress.end();

  console.log(`Node ${process.version}, ${cpus().length} cores; medians, each process measured alone and in turn with its rival\n`);
  showImports(imports);
  showSynths(synths);
}

function measureImports(progress: Progress): Promise<Record<string, Medians>> {
  const script = join(__dirname, 'import.mjs');
  return interleaved({
    'cjs alone': [script, 'cjs', 'cdk8s'],
    'cjs both': [script, 'cjs', 'cdk8s', 'cdk8s-istio'],
    'esm alone': [script, 'esm', 'cdk8s'],
    'esm both': [script, 'esm', 'cdk8s', 'cdk8s-istio'],
  }, IMPORTS, progress);
}

interface Synth {
  readonly services: number;
  readonly plain: Medians;
  readonly constructs: Medians;
}

async function measureSynths(progress: Progress): Promise<Synth[]> {
  const objects = join(temporary, 'objects.json');
  writeFileSync(objects, execFileSync(process.execPath, [SERVICES, 'objects', '1']));
  const synths: Synth[] = [];
  for (const [size, times] of Object.entries(SIZES)) {
    const { plain, constructs } = await interleaved({
      plain: [SERVICES, 'plain', size, objects],
      constructs: [SERVICES, 'constructs', size],
    }, times, progress);
    if (new Set([...plain.yaml, ...constructs.yaml]).size !== 1) {
      throw new Error(`the plain objects of ${size} services are not the constructs' objects: nothing could be compared.`);
    }
    synths.push({ services: Number(size), plain, constructs });
  }
  return synths;
}

function showImports(imports: Record<string, Medians>): void {
  show(['IMPORT', 'CDK8S', 'WITH CDK8S-ISTIO', 'RATIO', 'MORE', `AIM ${MAX_IMPORT_MS} MS`], ['cjs', 'esm'].map((how) => {
    const alone = imports[`${how} alone`].milliseconds;
    const both = imports[`${how} both`].milliseconds;
    return [how === 'cjs' ? 'CommonJS' : 'ESM', ms(alone), ms(both), ratio(both / alone), ms(both - alone), verdict(both - alone <= MAX_IMPORT_MS)];
  }));
}

function showSynths(synths: Synth[]): void {
  const thousand = synths.find(({ services }) => services === 1000)!;
  const compare = (what: string, of: (medians: Medians) => number, unit: (value: number) => string) => {
    const value = of(thousand.constructs) / of(thousand.plain);
    return [what, unit(of(thousand.plain)), unit(of(thousand.constructs)), ratio(value), verdict(value <= MAX_RATIO)];
  };
  show(['1,000 SERVICES', 'PLAIN APIOBJECTS', 'CONSTRUCTS', 'RATIO', `AIM ${MAX_RATIO}`], [
    compare('time', (medians) => medians.milliseconds, ms),
    compare('peak memory', (medians) => medians.peakMegabytes, (value) => `${Math.round(value)} MB`),
  ]);

  const [smallest] = synths;
  const each = (of: Medians, services: number) => of.milliseconds / services;
  show(['SERVICES', 'PLAIN, EACH', 'CONSTRUCTS, EACH', 'RATIO', 'PLAIN GROWS', 'CONSTRUCTS GROW'], synths.map(({ services, plain, constructs }) => [
    services.toLocaleString('en-US'),
    ms(each(plain, services)), ms(each(constructs, services)),
    ratio(constructs.milliseconds / plain.milliseconds),
    ratio(each(plain, services) / each(smallest.plain, smallest.services)),
    ratio(each(constructs, services) / each(smallest.constructs, smallest.services)),
  ]));
  console.log(style.dim(`Grows: the cost of one service among so many, against one among ${smallest.services}; 1.00 is flat.`));
}

function show(header: string[], rows: string[][]): void {
  console.log(`${renderTable(header, rows, { style, right: header.map((_, column) => column).slice(1) })}\n`);
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

function ratio(value: number): string {
  return value.toFixed(2);
}

function verdict(good: boolean): string {
  return good ? 'met' : style.bold('missed');
}
