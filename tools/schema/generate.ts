/**
 * Writes what the build derives from a CRD file. A file whose sources did not change since is left alone.
 *
 *     generate crds/istio-<version>.yaml
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CrdKind, readCrds } from './crds';
import { specTypes } from './specs';
import { validators } from './validators';

const OUTPUTS: Array<[file: string, render: (kinds: CrdKind[]) => string]> = [
  ['src/manifest/generated/istio-specs.ts', specTypes],
  ['src/check/schema/generated/kind-schemas.ts', validators],
];

const crds = process.argv[2];
if (!crds || !existsSync(crds)) {
  console.error(`schema: no CRD file '${crds ?? ''}'. Usage: generate crds/istio-<version>.yaml`);
  process.exit(2);
}

try {
  const sources = [crds, ...readdirSync(__dirname).sort().map((file) => join(__dirname, file))];
  const hash = createHash('sha256');
  for (const source of sources) hash.update(readFileSync(source));
  const stamp = `// Made by tools/schema from ${crds}; do not edit. ${hash.digest('hex')}\n`;
  const stale = OUTPUTS.filter(([file]) => !existsSync(file) || !readFileSync(file, 'utf8').startsWith(stamp));
  if (stale.length > 0) {
    const kinds = readCrds(crds);
    // All are rendered before any is written: a CRD file that is not understood changes nothing.
    const rendered = stale.map(([file, render]) => ({ file, text: stamp + render(kinds) }));
    for (const { file, text } of rendered) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
      console.log(`schema: ${file} from ${crds}`);
    }
  }
} catch (error) {
  console.error(`schema: ${(error as Error).message}`);
  process.exit(1);
}
