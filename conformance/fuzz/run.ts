import { parseArgs } from 'node:util';
import { classOf } from './class-of';
import { fuzz } from './fuzz';
import { Disagreement, Layer } from './compare';
import { KINDS } from './generate';
import { Judge } from './judge';
import { jsonText } from './json-text';
import { shrink } from './shrink';

const USAGE = `usage: npm run conformance:fuzz -- [--layer schema|webhook] [--count N] [--seed N] [--kind KIND]… [--most N]

Makes documents from the CRDs and asks real Istio and our layers about each. Prints every kind of disagreement once,
with the smallest document that shows it. Exit code: 0 none, 1 some, 2 bad usage.

--layer  what is compared (default: both, schema first)
--count  documents a layer (default 200000 for schema, 50000 for webhook, counting those that the schema admits)
--seed   repeats a run (default: from the clock; it is printed)
--kind   only this kind; may be repeated (default: all)
--most   stop a layer at so many disagreements (default 2000)
`;

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${USAGE}`);
    return 2;
  }
  const judge = new Judge();
  try {
    let agreed = true;
    for (const layer of options.layers) {
      process.stdout.write(`${layer} layer, seed ${options.seed}\n`);
      agreed = await runLayer(judge, layer, options) && agreed;
    }
    return agreed ? 0 : 1;
  } finally {
    await judge.end();
  }
}

interface Options {
  readonly layers: readonly Layer[];
  readonly kinds: readonly string[];
  readonly seed: number;
  readonly count?: number;
  readonly most: number;
}

function readOptions(): Options | string {
  let values;
  try {
    ({ values } = parseArgs({
      options: { layer: { type: 'string' }, count: { type: 'string' }, seed: { type: 'string' }, kind: { type: 'string', multiple: true }, most: { type: 'string' } },
    }));
  } catch (error) {
    return (error as Error).message;
  }
  const { layer, kind = [...KINDS], seed = String(Date.now() % 1e9), count, most = '2000' } = values;
  if (layer !== undefined && layer !== 'schema' && layer !== 'webhook') return `--layer is ${layer}; it is schema or webhook`;
  const unknown = kind.find((name) => !KINDS.includes(name));
  if (unknown) return `--kind ${unknown} is none of Istio's: ${KINDS.join(', ')}`;
  for (const [name, value] of Object.entries({ seed, count, most })) {
    if (value !== undefined && !/^\d+$/.test(value)) return `--${name} is ${value}; it is a whole number`;
  }
  return { layers: layer ? [layer] : ['schema', 'webhook'], kinds: kind, seed: Number(seed), count: count === undefined ? undefined : Number(count), most: Number(most) };
}

async function runLayer(judge: Judge, layer: Layer, { kinds, seed, count, most }: Options): Promise<boolean> {
  const wanted = count ?? (layer === 'schema' ? 200_000 : 50_000);
  const terminal = process.stderr.isTTY;
  const started = Date.now();
  const { disagreements, tallies } = await fuzz(judge, {
    layer,
    kinds,
    seed,
    most,
    count: wanted,
    onProgress: (done, found) => {
      if (terminal) process.stderr.write(`\r${layer}: ${done} documents, ${found} disagreements, ${((Date.now() - started) / 1000).toFixed(0)} s `);
    },
  });
  if (terminal) process.stderr.write('\r\x1b[K');
  await report(judge, layer, disagreements);
  const percent = (part: number, whole: number) => whole === 0 ? '-' : `${Math.round(100 * part / whole)} %`;
  const header = layer === 'schema' ? ['kind', 'documents', 'accepted', 'disagreements'] : ['kind', 'documents', 'reach it', 'accepted', 'warned', 'disagreements'];
  const rows = [...tallies].map(([kind, { documents, admitted, accepted, warned, disagreements: wrong }]) => layer === 'schema'
    ? [kind, documents, percent(admitted, documents), wrong]
    : [kind, documents, admitted, percent(accepted, admitted), percent(warned, admitted), wrong]);
  const sum = (pick: (tally: any) => number) => [...tallies.values()].reduce((total, tally) => total + pick(tally), 0);
  rows.push(['total', sum(({ documents }) => documents), ...layer === 'webhook' ? [sum(({ admitted }) => admitted)] : [],
    percent(sum((tally) => layer === 'schema' ? tally.admitted : tally.accepted), sum((tally) => layer === 'schema' ? tally.documents : tally.admitted)),
    ...layer === 'webhook' ? [percent(sum(({ warned }) => warned), sum(({ admitted }) => admitted))] : [], disagreements.length]);
  for (const row of [header, ...rows]) process.stdout.write(`${row.map((cell, at) => at === 0 ? String(cell).padEnd(22) : String(cell).padStart(14)).join('')}\n`);
  const undecided = sum((tally) => tally.undecided);
  if (undecided > 0) process.stdout.write(`${undecided} more on which Istio says now yes, now no\n`);
  process.stdout.write(`seed ${seed}, ${((Date.now() - started) / 1000).toFixed(1)} s\n\n`);
  return disagreements.length === 0;
}

async function report(judge: Judge, layer: Layer, disagreements: readonly Disagreement[]): Promise<void> {
  const classes = new Map<string, Disagreement[]>();
  for (const disagreement of disagreements) {
    const name = classOf(disagreement);
    classes.set(name, [...classes.get(name) ?? [], disagreement]);
  }
  for (const [name, members] of [...classes].sort((a, b) => b[1].length - a[1].length)) {
    const shortest = members.reduce((a, b) => JSON.stringify(a.document).length <= JSON.stringify(b.document).length ? a : b);
    const { document, istioSays, weSay, istio } = await shrink(judge, shortest, layer);
    process.stdout.write(`${members.length} × ${name}\n  ${jsonText(document)}\n`);
    process.stdout.write(`  Istio: ${istio ? 'accepts' : ''}${istioSays.join('; ').replace(/\s+/g, ' ').slice(0, 300)}\n  we:    ${weSay.length === 0 ? 'accept' : weSay.join('; ').slice(0, 600)}\n\n`);
  }
}

main().then((code) => { process.exitCode = code; }, (error) => {
  process.stderr.write(`${error.stack ?? error}\n`);
  process.exitCode = 2;
});
