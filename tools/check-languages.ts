/**
 * Builds the Python wheel and the Java jar, and synthesizes the chart of examples/languages from
 * TypeScript and from both: the same YAML, byte for byte, with the same cdk8s.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { check, report, run, same } from './checks';

const EXAMPLES = resolve('examples/languages');
const { version, jsii } = JSON.parse(readFileSync('package.json', 'utf8'));
const { groupId, artifactId } = jsii.targets.java.maven;
const cdk8s = installed('cdk8s');
const constructs = installed('constructs');

const temporary = mkdtempSync(join(tmpdir(), 'cdk8s-istio-languages-'));
// Not the checkout's dist/: jsii-pacmak fails where a folder's name has a space.
const DIST = join(temporary, 'dist');
try {
  checkLanguages();
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
report();

function checkLanguages(): void {
  const expected = check('TypeScript synthesizes', () => run(process.execPath, ['-r', 'ts-node/register/transpile-only', join(EXAMPLES, 'chart.ts')]),
    (yaml) => `${Buffer.byteLength(yaml)} bytes of YAML, cdk8s ${cdk8s}`) ?? '';

  const built = check('the wheel and the jar are built', () => run(process.execPath, [
    join(dirname(require.resolve('jsii-pacmak/package.json')), 'bin/jsii-pacmak'), '--outdir', DIST, '--target', 'python', '--target', 'java',
  ]));
  if (built === undefined) return;
  const python = check('the Python wheel installs into a fresh environment', installWheel, (name) => name);
  if (python) check('Python synthesizes the same, byte for byte', () => same(run(join(temporary, 'venv/bin/python'), [join(EXAMPLES, 'chart.py')]), expected, 'the YAML'));

  const classpath = check('a Java program compiles against the jar', compileJava);
  if (classpath) check('Java synthesizes the same, byte for byte', () => same(run('java', ['-cp', classpath, 'Chart']), expected, 'the YAML'));
}

function installWheel(): string {
  const wheel = readdirSync(join(DIST, 'python')).find((file) => file.endsWith('.whl'));
  if (!wheel) throw new Error('jsii-pacmak wrote no wheel.');
  run('python3', ['-m', 'venv', join(temporary, 'venv')]);
  run(join(temporary, 'venv/bin/python'), ['-m', 'pip', 'install', '--quiet', join(DIST, 'python', wheel), `cdk8s==${cdk8s}`, `constructs==${constructs}`]);
  return wheel;
}

/**
 * The jar stands on the class path itself and Maven adds what its POM names: were the jar resolved
 * too, the next run would find an old one in Maven's cache. Returns the class path.
 */
function compileJava(): string {
  const folder = join(DIST, 'java', ...groupId.split('.'), artifactId, version);
  const jar = join(folder, `${artifactId}-${version}.jar`);
  const list = join(temporary, 'classpath');
  run('mvn', ['--batch-mode', '--quiet', '--file', jar.replace(/jar$/, 'pom'), 'dependency:build-classpath', `-Dmdep.outputFile=${list}`]);
  const classes = join(temporary, 'classes');
  const classpath = [classes, jar, readFileSync(list, 'utf8').trim()].join(delimiter);
  run('javac', ['-cp', classpath, '-d', classes, join(EXAMPLES, 'Chart.java')]);
  return classpath;
}

function installed(dependency: string): string {
  return JSON.parse(readFileSync(`node_modules/${dependency}/package.json`, 'utf8')).version;
}
