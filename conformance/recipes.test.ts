import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Yaml } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { IstioInstallation } from '../src';
import { Recipe, known, made, recipes } from '../test/support/recipes';

/*
 * The recipes that install Istio: each manifest and each construct as istioctl renders them. What the manifest changes in the
 * objects of a bare installation of its profile, the construct changes in the same way; it may change more, as its defaults
 * are those of production.
 */

const ISTIOCTL = join(__dirname, '.build', 'istioctl');
const folder = mkdtempSync(join(tmpdir(), 'cdk8s-istio-recipes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Leaves = ReadonlyMap<string, unknown>;

const rendered = new Map<string, Leaves>();

/** Each value of each object, by its place. */
function render(operator: any): Leaves {
  const text = Yaml.stringify(operator);
  const before = rendered.get(text);
  if (before) return before;
  const file = join(folder, `${rendered.size}.yaml`);
  writeFileSync(file, text);
  const yaml = execFileSync(ISTIOCTL, ['manifest', 'generate', '-f', file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 28 });
  const leaves = new Map<string, unknown>();
  for (const document of parseAllDocuments(yaml, { version: '1.1', logLevel: 'silent' })) {
    const object = document.toJS();
    // Definitions of kinds are the same in all; the ConfigMap values only records what was given, and nothing reads it.
    if (object && object.kind !== 'CustomResourceDefinition' && !/^values/.test(object.metadata.name)) collect(object, `${object.kind} ${object.metadata.namespace ?? '-'}/${object.metadata.name}`, leaves);
  }
  rendered.set(text, leaves);
  return leaves;
}

function collect(value: any, path: string, to: Map<string, unknown>): void {
  const isMeshConfig = typeof value === 'string' && /^ConfigMap [^.]*\.data\.mesh(Networks)?$/.test(path);
  if (isMeshConfig) return collect(parseAllDocuments(value)[0]?.toJS(), path, to);
  if (typeof value === 'string' && /\.data\.values$/.test(path)) return collect(JSON.parse(value), path, to);
  const duration = typeof value === 'string' ? /^(\d+)(m?s)$/.exec(value) : null;
  if (duration) return void to.set(path, `${Number(duration[1]) * (duration[2] === 'ms' ? 1 : 1000)} ms`);
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return void to.set(path, value);
  for (const [key, member] of Object.entries<any>(value)) {
    // Members of a list have names; their order says nothing.
    collect(member, Array.isArray(value) && member?.name !== undefined ? `${path}[${member.name}]` : `${path}.${key}`, to);
  }
}

const bare = ({ apiVersion, kind, metadata, spec: { profile } }: any) => ({ apiVersion, kind, metadata, spec: { profile } });

/** What the manifest changes. */
function changes(operator: any): [string, unknown][] {
  const before = render(bare(operator));
  return [...render(operator)].filter(([path, value]) => JSON.stringify(before.get(path)) !== JSON.stringify(value));
}

const isInstallation = (recipe: Recipe) => known(recipe).some(({ kind }) => kind === 'IstioOperator');

describe.each(recipes.filter(isInstallation))('$title', (recipe) => {
  test('the construct installs what the manifest installs', () => {
    const operators = known(recipe).filter(({ kind }) => kind === 'IstioOperator');
    const installations = made(recipe, IstioInstallation);
    expect(installations).toHaveLength(operators.length);
    for (const [index, operator] of operators.entries()) {
      const ours = render(installations[index].istioOperator);
      const asked = changes(operator);
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.map(([path]) => [path, ours.get(path)])).toEqual(asked);
    }
  });
});
