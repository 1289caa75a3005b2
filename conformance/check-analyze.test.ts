import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareAnalysis, MeshComparison, Said } from './analyze/compare-analysis';
import { EXPLAINED, Explanation } from './analyze/explained';
import { AnalyzedMesh, analyzerMeshes, sampleMeshes } from './analyze/meshes';
import { BEGIN, END, tableOf } from './analyze/table';
import { podsOf } from './cluster-pods';
import { exampleNames, SynthesizedExample } from './examples';

const DOCS = join(__dirname, '..', 'docs', 'conformance.md');
const AT_ONCE = 2;

let meshes: AnalyzedMesh[];
const comparisons: MeshComparison[] = [];
const unread: string[] = [];

beforeAll(async () => {
  const examples = exampleNames().map((name) => ({ name, example: new SynthesizedExample(name) }));
  meshes = [
    ...analyzerMeshes(),
    ...sampleMeshes(),
    // Istio's analyzers look at Pods, which a cluster makes of what an example holds.
    ...examples.map(({ name, example }) => ({
      corpus: 'examples' as const,
      name: `examples/${name}`,
      files: [...example.files, example.addFile('pods-of-the-cluster.yaml', podsOf(example.yaml))],
    })),
  ];
  const waiting = [...meshes];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let mesh = waiting.shift(); mesh; mesh = waiting.shift()) {
      const comparison = await compareAnalysis(mesh);
      if (comparison) comparisons.push(comparison);
      else unread.push(mesh.name);
    }
  }));
  for (const { example } of examples) example.remove();
}, 600_000);

interface Difference {
  readonly only: 'Istio' | 'us';
  readonly said: Said;
}

function differences(): Difference[] {
  return comparisons.flatMap(({ onlyIstio, onlyUs }): Difference[] => [
    ...onlyIstio.map((said) => ({ only: 'Istio' as const, said })),
    ...onlyUs.map((said) => ({ only: 'us' as const, said })),
  ]);
}

function explains({ only, code, about }: Explanation, { only: side, said }: Difference): boolean {
  return only === side && code === said.code && (about === undefined || (about[said.mesh.name] ?? []).includes(said.resource));
}

test('Istio\'s analyzers and we say the same about Istio\'s own test files, its samples and our examples, but for what is explained', () => {
  console.log(`${meshes.length} meshes, of which Istio cannot read ${unread.length}: ${unread.join(', ')}`);
  expect(comparisons.length).toBeGreaterThan(150);
  const unexplained = differences().filter((difference) => !EXPLAINED.some((explanation) => explains(explanation, difference)));
  expect(unexplained.map(({ only, said: { code, mesh, resource, message } }) => `only ${only}: ${code} ${mesh.name}: ${resource}: ${message.slice(0, 200)}`)).toEqual([]);
});

test('nothing is explained that does not differ', () => {
  const all = differences();
  const stale = EXPLAINED.flatMap((explanation) => Object.entries(explanation.about ?? { everywhere: ['*'] }).flatMap(([mesh, resources]) => resources
    .filter((resource) => !all.some((difference) => explains(explanation, difference)
      && (explanation.about === undefined || (difference.said.mesh.name === mesh && difference.said.resource === resource))))
    .map((resource) => `only ${explanation.only}: ${explanation.code} ${mesh}: ${resource}`)));
  expect(stale).toEqual([]);
});

test('docs/conformance.md has the table that was measured', () => {
  const table = tableOf(comparisons);
  const docs = readFileSync(DOCS, 'utf8');
  const from = docs.indexOf(BEGIN);
  const to = docs.indexOf(END);
  expect({ from: from >= 0, to: to > from }).toEqual({ from: true, to: true });
  if (process.env.CONFORMANCE_WRITE) writeFileSync(DOCS, `${docs.slice(0, from + BEGIN.length)}\n\n${table}\n\n${docs.slice(to)}`);
  else expect(docs.slice(from + BEGIN.length, to).trim()).toBe(table);
});
