import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CORPORA, filesOf, istioModule } from '../corpora';

/** Files that are taken for the whole of a mesh. */
export interface AnalyzedMesh {
  readonly corpus: 'analyzers' | 'samples' | 'examples';
  readonly name: string;
  readonly files: readonly string[];
  /** A file with the configuration of the mesh, where it is not Istio's default. */
  readonly meshConfig?: string;
}

/**
 * Each file of the analyzers' own tests by itself, and those that the tests put together, with the configuration that
 * they name: their list is read from the Go file that holds it.
 */
export function analyzerMeshes(): AnalyzedMesh[] {
  const root = join(istioModule(), CORPORA.analyzers);
  const alone = filesOf('analyzers').map(({ path }) => ({ corpus: 'analyzers' as const, name: path.slice(root.length + 1), files: [path] }));
  const grid = readFileSync(join(dirname(root), 'analyzers_test.go'), 'utf8');
  const together = [...grid.matchAll(/inputFiles:\s*\[\]string\{([^}]*)\}([\s\S]*?)analyzer:/g)].flatMap(([, list, rest]) => {
    const names = [...list.matchAll(/"testdata\/([^"]+)"/g)].map(([, name]) => name);
    const config = /meshConfigFile:\s*"testdata\/([^"]+)"/.exec(rest)?.[1];
    if (names.length < 2 && config === undefined) return [];
    return [{
      corpus: 'analyzers' as const,
      name: [...names, ...config ? [`mesh ${config}`] : []].join(' + '),
      files: names.map((name) => join(root, name)),
      meshConfig: config && join(root, config),
    }];
  });
  const unique = new Map([...alone, ...together].map((mesh) => [mesh.name, mesh]));
  return [...unique.values()];
}

/** Each folder of Istio's samples that holds YAML, by itself. */
export function sampleMeshes(): AnalyzedMesh[] {
  const folders = new Map<string, string[]>();
  for (const { path, name } of filesOf('samples')) {
    if (!/\.ya?ml$/.test(path)) continue;
    folders.set(dirname(name), [...folders.get(dirname(name)) ?? [], path]);
  }
  return [...folders].map(([name, files]) => ({ corpus: 'samples', name, files }));
}
