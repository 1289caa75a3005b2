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
const SIZES = [{ services: 100, times: 15 }, { services: 1000, times: 15 }, { services: 10_000, times: 3 }];
/** cdk8s validates the whole app once per chart, so what a validation costs shows here. */
const CHARTS = [{ charts: 10, times: 7 }, { charts: 50, times: 7 }];
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
  const progress = new Progress(4 * IMPORTS + 2 * [...SIZES, ...CHARTS].reduce((sum, { times }) => sum + times, 0));
  const imports = await measureImports(progress);
  const objects = join(temporary, 'objects.json');
  writeFileSync(objects, execFileSync(process.execPath, [SERVICES, 'objects', '1', '1']));
  const sizes: Synth[] = [];
  for (const { services, times } of SIZES) sizes.push(await measureSynth(services, 1, times, objects, progress));
  const spread: Synth[] = [];
  for (const { charts, times } of CHARTS) spread.push(await measureSynth(1000, charts, times, objects, progress));
  progress.end();

  console.log(`Node ${process.version}, ${cpus().length} cores; medians, each process measured alone and in turn with its rival\n`);
  showImports(imports);
  const thousand = sizes.find(({ services }) => services === 1000)!;
  showThousand(thousand);
  showGrowth(sizes);
  showGrowth([thousand, ...spread]);
  console.log(style.dim('Grows: the cost of one service, against the first row; 1.00 is flat.'));
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
  readonly charts: number;
  readonly plain: Medians;
  readonly constructs: Medians;
}

async function measureSynth(services: number, charts: number, times: number, objects: string, progress: Progress): Promise<Synth> {
  const { plain, constructs } = await interleaved({
    plain: [SERVICES, 'plain', `${services}`, `${charts}`, objects],
    constructs: [SERVICES, 'constructs', `${services}`, `${charts}`],
  }, times, progress);
  if (new Set([...plain.yaml, ...constructs.yaml]).size !== 1) {
    throw new Error(`the plain objects of ${services} services are not the constructs' objects: nothing could be compared.`);
  }
  return { services, charts, plain, constructs };
}

function showImports(imports: Record<string, Medians>): void {
  show(['IMPORT', 'CDK8S', 'WITH CDK8S-ISTIO', 'RATIO', 'MORE', `AIM ${MAX_IMPORT_MS} MS`], ['cjs', 'esm'].map((how) => {
    const alone = imports[`${how} alone`].milliseconds;
    const both = imports[`${how} both`].milliseconds;
    return [how === 'cjs' ? 'CommonJS' : 'ESM', ms(alone), ms(both), ratio(both / alone), ms(both - alone), verdict(both - alone <= MAX_IMPORT_MS)];
  }));
}

/** Times and memory of 1,000 services, against the aim. */
function showThousand({ plain, constructs }: Synth): void {
  const compare = (what: string, of: (medians: Medians) => number, unit: (value: number) => string) => {
    const value = of(constructs) / of(plain);
    return [what, unit(of(plain)), unit(of(constructs)), ratio(value), verdict(value <= MAX_RATIO)];
  };
  show(['1,000 SERVICES', 'PLAIN APIOBJECTS', 'CONSTRUCTS', 'RATIO', `AIM ${MAX_RATIO}`], [
    compare('time', (medians) => medians.milliseconds, ms),
    compare('peak memory', (medians) => medians.peakMegabytes, (value) => `${Math.round(value)} MB`),
  ]);
}

/** What one service costs, and how that changes; the first row is what the others are compared with. */
function showGrowth(synths: Synth[]): void {
  const each = (of: Medians, { services }: Synth) => of.milliseconds / services;
  const [first] = synths;
  show(['SERVICES', 'CHARTS', 'PLAIN, EACH', 'CONSTRUCTS, EACH', 'RATIO', 'PLAIN GROWS', 'CONSTRUCTS GROW'], synths.map((synth) => [
    synth.services.toLocaleString('en-US'), `${synth.charts}`,
    ms(each(synth.plain, synth)), ms(each(synth.constructs, synth)),
    ratio(synth.constructs.milliseconds / synth.plain.milliseconds),
    ratio(each(synth.plain, synth) / each(first.plain, first)),
    ratio(each(synth.constructs, synth) / each(first.constructs, first)),
  ]));
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
