/**
 * Generates the L1 classes of src/imports from a CRD file with `cdk8s import`.
 * Does nothing when neither the CRDs nor the generator changed since the last time.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const OUTPUT = 'src/imports';
const STAMP = join(OUTPUT, '.made-from');

const crds = process.argv[2];
if (!crds || !existsSync(crds)) {
  console.error(`import-l1: no CRD file '${crds ?? ''}'. Usage: import-l1 crds/istio-<version>.yaml`);
  process.exit(2);
}

const cliPackage = require.resolve('cdk8s-cli/package.json');
const cli = JSON.parse(readFileSync(cliPackage, 'utf8'));
const stamp = createHash('sha256').update(readFileSync(crds)).update(cli.version).digest('hex');

if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== stamp) {
  mkdirSync(dirname(OUTPUT), { recursive: true });
  const fresh = mkdtempSync(`${OUTPUT}.`);
  execFileSync(process.execPath, [
    join(dirname(cliPackage), 'bin', 'cdk8s'), 'import', crds,
    '--language', 'typescript', '--output', fresh, '--no-save', '--no-check-upgrade',
  ], { stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(join(fresh, '.made-from'), stamp);
  rmSync(OUTPUT, { recursive: true, force: true });
  renameSync(fresh, OUTPUT);
  console.log(`L1 classes: ${readdirSync(OUTPUT).filter((f) => f.endsWith('.ts')).join(', ')} from ${crds}`);
}
