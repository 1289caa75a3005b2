/**
 * What the checker says about files: `node -r ts-node/register/transpile-only tools/rules/try.ts [--complete]
 * [--preset=strict] [--only=MESH31] PATH…`. For those who write rules; everybody else has the command.
 */
import { check } from '../../src/check/check';
import { Preset } from '../../src/check/severity';
import { readFiles } from '../../src/manifest/from-files';
import { MeshSnapshot } from '../../src/manifest/mesh-snapshot';

const options = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const paths = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const option = (name: string) => options.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3);

const { objects, problems } = readFiles(paths, { defaultNamespace: 'default' });
const snapshot = new MeshSnapshot(objects, problems, { complete: options.includes('--complete') });
const { findings } = check(snapshot, { preset: (option('preset') ?? 'recommended') as Preset });
const only = option('only') ?? '';
for (const { code, severity, kind, namespace, name, path, message, file, line } of findings) {
  if (!code.startsWith(only)) continue;
  console.log(`${severity.padEnd(7)} ${code} ${kind} ${namespace}/${name} ${path}\n        ${message}\n        ${file}:${line}`);
}
