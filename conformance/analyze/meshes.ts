import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readYaml } from '../../src/manifest/yaml-text';
import { CORPORA, CorpusFile, filesOf, istioModule } from '../corpora';

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

/**
 * Each folder of Istio's samples that holds YAML, by itself; its files one by one where they are alternatives, which is
 * where two of them have an object in common.
 */
export function sampleMeshes(): AnalyzedMesh[] {
  const folders = new Map<string, CorpusFile[]>();
  for (const file of filesOf('samples')) {
    if (!/\.ya?ml$/.test(file.path)) continue;
    const folder = dirname(file.name);
    folders.set(folder, [...folders.get(folder) ?? [], file]);
  }
  return [...folders].flatMap(([name, files]): AnalyzedMesh[] => areAlternatives(files)
    ? files.map((file) => ({ corpus: 'samples', name: file.name, files: [file.path] }))
    : [{ corpus: 'samples', name, files: files.map(({ path }) => path) }]);
}

function areAlternatives(files: readonly CorpusFile[]): boolean {
  const names = files.flatMap(({ name, text }) => readYaml(text, name, { defaultNamespace: 'default' }).objects)
    .map((object) => `${object.groupKind} ${object.namespace}/${object.name}`);
  return new Set(names).size < names.length;
}
