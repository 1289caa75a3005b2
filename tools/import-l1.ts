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
const stamp = createHash('sha256').update(readFileSync(crds)).update(readFileSync(__filename)).update(cli.version).digest('hex');

if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== stamp) {
  mkdirSync(dirname(OUTPUT), { recursive: true });
  const fresh = mkdtempSync(`${OUTPUT}.`);
  execFileSync(process.execPath, [
    join(dirname(cliPackage), 'bin', 'cdk8s'), 'import', crds,
    '--language', 'typescript', '--output', fresh, '--no-save', '--no-check-upgrade',
  ], { stdio: ['ignore', 'ignore', 'inherit'] });
  for (const file of readdirSync(fresh)) registerConstructs(join(fresh, file));
  writeFileSync(join(fresh, '.made-from'), stamp);
  rmSync(OUTPUT, { recursive: true, force: true });
  renameSync(fresh, OUTPUT);
  console.log(`L1 classes: ${readdirSync(OUTPUT).filter((f) => f.endsWith('.ts')).join(', ')} from ${crds}`);
}

/** Lets each class register itself, as our own constructs do: their Apps are checked, and findings know their lines. */
function registerConstructs(file: string): void {
  const text = readFileSync(file, 'utf8');
  let classes = 0;
  const registered = text.replace(/( {4}super\(scope, id, \{\n {6}\.\.\.(\w+)\.GVK,\n {6}\.\.\.props,\n {4}\}\);\n)/g, (constructor, _, name) => {
    classes += 1;
    return `${constructor}    registerConstruct(this, ${name});\n`;
  });
  const expected = text.match(/ extends ApiObject /g)?.length ?? 0;
  if (classes !== expected) {
    console.error(`import-l1: ${file} has ${expected} classes, and the constructors of ${classes} look as this tool knows them. Adapt it to this cdk8s-cli.`);
    process.exit(1);
  }
  writeFileSync(file, registered.replace("import { Construct } from 'constructs';\n", "import { Construct } from 'constructs';\nimport { registerConstruct } from '../model/registered-construct';\n"));
}
