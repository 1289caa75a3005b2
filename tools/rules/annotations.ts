/**
 * Writes src/check/facts/istio-annotations.ts from Istio's own list of its annotations:
 * `npx ts-node tools/rules/annotations.ts <annotations.gen.go of the Go module istio.io/api> <version>`.
 * Only names and properties are taken over.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const INSTANCE = /Name:\s*"([^"]+)",[^]*?FeatureStatus: (\w+),\s*Hidden:\s*\w+,\s*Deprecated:\s*(\w+),\s*Resources: \[\]ResourceTypes\{([^}]*)\}/g;
const FILE = join(__dirname, '../../src/check/facts/istio-annotations.ts');

const [source, version] = process.argv.slice(2);
if (source === undefined || version === undefined) {
  console.error('Usage: ts-node tools/rules/annotations.ts <annotations.gen.go> <version of istio.io/api>');
  process.exit(2);
}

const rows = [...readFileSync(source, 'utf8').split('= Instance {').slice(1).join('\n= Instance {\n').matchAll(INSTANCE)]
  .map(([, name, status, deprecated, resources]) => {
    const kinds = resources.match(/\w+/g) ?? [];
    return `  ['${name}', '${status.toLowerCase()}', ${deprecated}, [${kinds.map((kind) => `'${kind}'`).join(', ')}]],`;
  })
  .sort();
if (rows.length === 0) {
  console.error(`${source} holds no annotation: has its form changed?`);
  process.exit(1);
}
writeFileSync(FILE, `/** The annotations of Istio, made by tools/rules/annotations.ts from istio.io/api ${version}. Do not edit. */
export interface IstioAnnotation {
  readonly name: string;
  readonly status: 'alpha' | 'beta' | 'stable';
  readonly deprecated: boolean;
  /** The kinds that Istio reads it on. */
  readonly kinds: readonly string[];
}

const ROWS: readonly (readonly [string, IstioAnnotation['status'], boolean, readonly string[]])[] = [
${rows.join('\n')}
];

export const ISTIO_ANNOTATIONS: ReadonlyMap<string, IstioAnnotation> = new Map(
  ROWS.map(([name, status, deprecated, kinds]) => [name, { name, status, deprecated, kinds }]));
`);
console.log(`${rows.length} annotations`);
