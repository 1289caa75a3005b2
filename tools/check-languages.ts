/**
 * The chart of examples/languages, from TypeScript, from the Python wheel and from the Java jar in
 * dist/: the same YAML, byte for byte. Python and Java get exactly the cdk8s that TypeScript uses.
 */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { check, report, run, same } from './checks';

const EXAMPLES = resolve('examples/languages');
const DIST = resolve('dist');
const { version, jsii } = JSON.parse(readFileSync('package.json', 'utf8'));
const { groupId, artifactId } = jsii.targets.java.maven;
const cdk8s = installed('cdk8s');
const constructs = installed('constructs');

const temporary = mkdtempSync(join(tmpdir(), 'cdk8s-istio-languages-'));
try {
  checkLanguages();
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
report();

function checkLanguages(): void {
  const expected = check('TypeScript synthesizes', () => run(process.execPath, ['-r', 'ts-node/register/transpile-only', join(EXAMPLES, 'chart.ts')]),
    (yaml) => `${Buffer.byteLength(yaml)} bytes of YAML, cdk8s ${cdk8s}`) ?? '';

  const python = check('the Python wheel installs into a fresh environment', installWheel, (name) => name);
  if (python) check('Python synthesizes the same, byte for byte', () => same(run(join(temporary, 'venv/bin/python'), [join(EXAMPLES, 'chart.py')]), expected, 'the YAML'));

  const classpath = check('a Java program compiles against the jar', compileJava);
  if (classpath) check('Java synthesizes the same, byte for byte', () => same(run('java', ['-cp', classpath, 'Chart']), expected, 'the YAML'));
}

function installWheel(): string {
  const wheel = readdirSync(join(DIST, 'python')).find((file) => file.endsWith(`-${version}-py3-none-any.whl`));
  if (!wheel) throw new Error('No wheel in dist/python. Run: npm run check:languages');
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
  if (!existsSync(jar)) throw new Error('No jar in dist/java. Run: npm run check:languages');
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
