import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { check } from '../../src/check/check';
import { DOCUMENTED_CODES } from '../../src/check/documented-code';
import { Finding } from '../../src/check/finding';
import { RULES } from '../../src/check/rules';
import { MeshObject } from '../../src/manifest/mesh-object';
import { MeshSnapshot } from '../../src/manifest/mesh-snapshot';
import { readYaml } from '../../src/manifest/yaml-text';
import { JUDGE, requireJudge } from '../machine';
import { AnalyzedMesh } from './meshes';

/** One message about one object of one mesh, however often it is said. */
export interface Said {
  readonly mesh: AnalyzedMesh;
  /** `IST0101`; of ours all that the rule answers to: `IST0107/IST0125`. */
  readonly code: string;
  /** `VirtualService shop/reviews`. */
  readonly resource: string;
  readonly message: string;
}

export interface MeshComparison {
  readonly both: Said[];
  readonly onlyIstio: Said[];
  readonly onlyUs: Said[];
  /** What the API server refuses, and Istio's analyzers, which do not know the schema, say nothing about. */
  readonly onlySchema: Said[];
}

const ALIASES = new Map([...RULES, ...DOCUMENTED_CODES].map(({ code, aliases }) => [code, aliases.filter((alias) => alias.startsWith('IST'))]));

/** Says nothing when the judge cannot read one of the files: then there is no answer to compare with. */
export async function compareAnalysis(mesh: AnalyzedMesh): Promise<MeshComparison | undefined> {
  const theirs = await istioSays(mesh);
  if (!theirs) return undefined;
  const ours = weSay(mesh);
  const both: Said[] = [];
  const onlyUs: Said[] = [];
  const onlySchema: Said[] = [];
  const matched = new Set<Said>();
  for (const said of ours) {
    const same = theirs.filter(({ code, resource }) => resource === said.resource && said.code.split('/').includes(code));
    for (const one of same) matched.add(one);
    if (same.length > 0) continue;
    (said.code === SCHEMA ? onlySchema : onlyUs).push(said);
  }
  for (const said of theirs) if (matched.has(said)) both.push(said);
  // What the schema refuses never reaches the webhook: our verdict of the one is Istio's message about the other.
  const refused = new Set(ours.filter(({ code }) => code === SCHEMA).map(({ resource }) => resource));
  const onlyIstio: Said[] = [];
  for (const said of theirs) {
    if (matched.has(said)) continue;
    if (said.code === 'IST0106' && refused.has(said.resource)) both.push(said);
    else onlyIstio.push(said);
  }
  return { both, onlyIstio, onlyUs, onlySchema };
}

const SCHEMA = 'schema';

function weSay(mesh: AnalyzedMesh): Said[] {
  const objects: MeshObject[] = mesh.files.flatMap((file) => readYaml(readFileSync(file), file, { defaultNamespace: 'default' }).objects);
  if (mesh.meshConfig) {
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: readFileSync(mesh.meshConfig, 'utf8') } };
    objects.push(...readYaml(JSON.stringify(config), mesh.meshConfig, { defaultNamespace: 'default' }).objects);
  }
  const { findings } = check(new MeshSnapshot(objects, [], { complete: true }), { preset: 'istio' });
  return once(findings.map((finding) => ({
    mesh,
    code: codeOf(finding),
    resource: `${finding.kind} ${finding.namespace === '' ? '' : `${finding.namespace}/`}${finding.name}`,
    message: finding.message,
  })));
}

function codeOf({ code, layer }: Finding): string {
  return ALIASES.get(code)?.join('/') || (layer === 'schema' ? SCHEMA : code);
}

function istioSays(mesh: AnalyzedMesh): Promise<Said[] | undefined> {
  requireJudge();
  const options = mesh.meshConfig ? ['--mesh-config', mesh.meshConfig] : [];
  return new Promise((resolve, reject) => {
    execFile(JUDGE, ['analyze', '--format', 'json', ...options, ...mesh.files], { maxBuffer: 1e8 }, (error, stdout, stderr) => {
      const code = error?.code as unknown;
      if (error && code !== 1 && code !== 2) return reject(error);
      if (code === 2) {
        unanswered.set(mesh.name, stderr.trim());
        return resolve(undefined);
      }
      resolve(once((JSON.parse(stdout) as any[]).map(({ code: ist, resource, message }) => ({ mesh, code: ist, resource, message }))));
    });
  });
}

/** Why the judge could not be asked about a mesh. */
export const unanswered = new Map<string, string>();

function once(said: Said[]): Said[] {
  // Istio leaves the namespace out where the file does, in a List, and puts `default` otherwise.
  const named = said.map((one) => ({ ...one, resource: one.resource.replace(' default/', ' ') }));
  return [...new Map(named.map((one) => [`${one.code} ${one.resource}`, one])).values()];
}
