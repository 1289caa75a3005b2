import { classOf } from './fuzz/class-of';
import { Disagreement, Layer } from './fuzz/compare';
import { fuzz } from './fuzz/fuzz';
import { KINDS } from './fuzz/generate';
import { jsonText } from './fuzz/json-text';
import { Judge } from './fuzz/judge';
import { shrink } from './fuzz/shrink';

const SHOWN = 10;

const seed = Number(process.env.CONFORMANCE_SEED ?? Date.now() % 1e9);

let judge: Judge;
beforeAll(() => {
  judge = new Judge();
});
afterAll(async () => judge?.end());

async function disagreementsOf(layer: Layer, kinds: readonly string[], count: number): Promise<string[]> {
  const { disagreements, tallies } = await fuzz(judge, { layer, kinds, count, seed, most: 500 });
  const reached = [...tallies.values()].reduce((sum, { admitted }) => sum + admitted, 0);
  const accepted = [...tallies.values()].reduce((sum, tally) => sum + tally.accepted, 0);
  const made = [...tallies.values()].reduce((sum, { documents }) => sum + documents, 0);
  console.log(`${layer}: ${made} documents, the API server takes ${reached}, the webhook ${accepted} of these; seed ${seed} (CONFORMANCE_SEED=${seed} repeats this run)`);
  // A generator that only makes what is refused, or only what is taken, asks nothing.
  for (const [kind, tally] of tallies) {
    expect({ kind, taken: tally.admitted > tally.documents * 0.1 }).toEqual({ kind, taken: true });
    expect({ kind, refused: tally[layer === 'schema' ? 'admitted' : 'accepted'] < tally[layer === 'schema' ? 'documents' : 'admitted'] }).toEqual({ kind, refused: true });
  }
  const classes = new Map<string, Disagreement>();
  for (const disagreement of disagreements) if (!classes.has(classOf(disagreement))) classes.set(classOf(disagreement), disagreement);
  return Promise.all([...classes.values()].slice(0, SHOWN).map(async (disagreement) => {
    const { document, istioSays, weSay } = await shrink(judge, disagreement, layer);
    return `${jsonText(document)}\n  Istio: ${istioSays.join('; ') || 'takes it'}\n  we:    ${weSay.join('; ') || 'take it'}`;
  }));
}

test('the schema layer gives the verdict of an API server on 20,000 made documents', async () => {
  expect(await disagreementsOf('schema', KINDS, 20_000)).toEqual([]);
});

test('the webhook layer gives the verdict of istiod\'s webhook, and its warnings, on 10,000 made documents', async () => {
  expect(await disagreementsOf('webhook', KINDS, 10_000)).toEqual([]);
});
